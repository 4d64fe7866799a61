/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>

#include "ext/regex.h"

static struct bb_regex *compile(const char *pattern, unsigned flags)
{
    struct bb_regex *re = NULL;
    ck_assert_int_eq(bb_regex_new(bb_str_z(pattern), flags, &re, NULL), 0);
    return re;
}

static bool searches(const char *pattern, const char *subject)
{
    BB_CLEAN_REGEX struct bb_regex *re = compile(pattern, 0);
    return bb_regex_search(re, bb_str_z(subject), 0);
}

START_TEST(three_ways)
{
    BB_CLEAN_REGEX struct bb_regex *re = compile("b+", 0);
    ck_assert(bb_regex_search(re, BB_STR("abbc"), 0));
    ck_str(bb_regex_group(re, 0), "bb");
    ck_assert(!bb_regex_search(re, BB_STR("abbc"), 3));
    ck_assert(!bb_regex_match(re, BB_STR("abbc"), 0));
    ck_assert(bb_regex_match(re, BB_STR("abbc"), 1));
    ck_assert(!bb_regex_search(re, BB_STR("b"), 2));
    ck_assert_ptr_null(bb_regex_group(re, 0).p);
    ck_assert(!bb_regex_search(re, bb_str_z(NULL), 0));
}
END_TEST

START_TEST(groups)
{
    BB_CLEAN_REGEX struct bb_regex *re = compile("(?P<key>\\w+)=(\\d+)?(;(?P<rest>.*))?", 0);
    ck_assert(bb_regex_match(re, BB_STR("a=;x"), 0));
    ck_str(bb_regex_group(re, 1), "a");
    ck_assert_ptr_null(bb_regex_group(re, 2).p);
    ck_str(bb_regex_named(re, "rest"), "x");
    ck_assert_ptr_null(bb_regex_named(re, "none").p);
    ck_assert_ptr_null(bb_regex_group(re, 9).p);
    ck_assert(bb_regex_match(re, BB_STR("a=;"), 0));
    ck_assert_ptr_nonnull(bb_regex_named(re, "rest").p); /* took part, empty */
}
END_TEST

START_TEST(means_what_python_means)
{
    ck_assert(searches("a$", "a\n"));
    ck_assert(!searches("a\\Z", "a\n"));
    ck_assert(searches("^x{,2}$", "xx") && !searches("^x{,2}$", "xxx"));
    ck_assert(searches("^[]a]+$", "]a]") && searches("^[^]a]$", "b"));
    ck_assert(searches("^\\w$", "\xc3\xa4"));
    ck_assert(searches("^.$", "\xe2\x82\xac"));
    ck_assert(searches("b", "\xff"
                            "b"));
    ck_assert(searches("(?i)ABC", "abc"));
    ck_assert(searches("^[a{,2}]+$", "{,}"));
    BB_CLEAN_REGEX struct bb_regex *re = compile("^b.c$", BB_RE_MULTILINE | BB_RE_DOTALL | BB_RE_ICASE);
    ck_assert(bb_regex_search(re, BB_STR("a\nB\nC\n"), 0));
}
END_TEST

START_TEST(refuses)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_regex *re = NULL;
    ck_assert_int_eq(bb_regex_new(BB_STR("a(b"), 0, &re, &err), -EINVAL);
    ck_assert_ptr_nonnull(strstr(err.p, "at position 3"));
    ck_assert_ptr_null(re);
    bb_regex_free(NULL);
    /* Exponential: gives up instead of hanging. */
    ck_assert(!searches("^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"));
}
END_TEST

/* Results of CPython's re.sub. */
START_TEST(substitutes)
{
    static const struct {
        const char *pattern, *by, *subject, *result;
        size_t count;
    } t[] = {
        {"x*", "-", "abxd", "-a-b--d-", 5},
        {"(a)(b)?", "[\\1\\2]", "ab a", "[ab] [a]", 2},
        {"(?P<n>\\d+)", "<\\g<n>|\\g<0>>", "a12b", "a<12|12>b", 1},
        {"/", "\\\\\\n", "a/b", "a\\\nb", 1},
        {"z", "y", "abc", "abc", 0},
        {"^", "> ", "", "> ", 1},
        {"\xc3\xa4?", ".", "\xc3\xa4\xc3\xb6", "..\xc3\xb6.", 3},
    };
    for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
        BB_CLEAN_REGEX struct bb_regex *re = compile(t[i].pattern, 0);
        BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
        ck_assert_uint_eq(bb_regex_sub(re, bb_str_z(t[i].subject), bb_str_z(t[i].by), &out), t[i].count);
        ck_assert_str_eq(out.p, t[i].result);
    }
}
END_TEST

UNIT_MAIN("regex", three_ways, groups, means_what_python_means, refuses, substitutes)
