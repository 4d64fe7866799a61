/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/fuzzy.h"

static void check_matches(const char *word, const char *from, const char *expected)
{
    struct bb_strvec list = {0}, ret = {0}, want = {0};
    bb_strvec_words(&list, bb_str_z(from));
    bb_strvec_words(&want, bb_str_z(expected));
    bb_fuzzy_matches(bb_str_z(word), &list, 3, 0.7, &ret);
    ck_assert_msg(ret.n == want.n, "%s: %zu matches", word, ret.n);
    for (size_t i = 0; i < ret.n; i++)
        ck_assert_msg(bb_str_eq(ret.p[i], want.p[i]), "%s: %.*s", word, BB_STRF(ret.p[i]));
    bb_vec_release(&list);
    bb_vec_release(&ret);
    bb_vec_release(&want);
}

/* Results of difflib.get_close_matches(word, list, cutoff=0.7). */
START_TEST(as_difflib)
{
    check_matches("core-image-minimel", "core-image-minimal core-image-base busybox core-image-minimal-dev",
                  "core-image-minimal core-image-minimal-dev core-image-base");
    check_matches("busybx", "busybox busy bzip2", "busybox busy");
    check_matches("abcd", "abdc acbd bacd", "bacd acbd abdc");
    check_matches("", "a", "");
    check_matches("zzz", "a b c", "");
}
END_TEST

START_TEST(ratios)
{
    ck_assert_double_eq_tol(bb_fuzzy_ratio(BB_STR("core-image-base"), BB_STR("core-image-minimel")),
                            0.7272727, 1e-6);
    ck_assert_double_eq_tol(bb_fuzzy_ratio(BB_STR("bzip2"), BB_STR("busybx")), 0.1818181, 1e-6);
    ck_assert_double_eq_tol(bb_fuzzy_ratio(BB_STR(""), BB_STR("")), 1, 1e-9);
}
END_TEST

UNIT_MAIN("fuzzy", as_difflib, ratios)
