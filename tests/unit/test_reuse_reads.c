/* SPDX-License-Identifier: MIT */
#include "reuse/reads.h"
#include "support/unit.h"

static struct bb_reads reads_of(const char *names)
{
    struct bb_reads r = {0};
    bb_str rest = bb_str_z(names), word;
    while (bb_str_word(&rest, &word))
        bb_reads_add(&r, word);
    bb_reads_sort(&r);
    return r;
}

START_TEST(names)
{
    struct bb_reads r = reads_of("B A C A"), more = reads_of("D A"), none = {0};
    ck_assert_uint_eq(r.n, 3);
    ck_assert(bb_reads_has(&r, BB_STR("A")));
    ck_assert(!bb_reads_has(&r, BB_STR("D")));
    bb_reads_merge(&r, &more);
    ck_assert_uint_eq(r.n, 4);
    ck_assert(bb_reads_has(&r, BB_STR("D")));
    ck_assert(!bb_reads_has(&none, BB_STR("A")));
    none.unknown = true;
    ck_assert(bb_reads_has(&none, BB_STR("A")));
    bb_reads_merge(&r, &none);
    ck_assert(r.unknown);
    bb_reads_release(&r);
    bb_reads_release(&more);
    ck_assert(!r.unknown && !r.n);
}
END_TEST

START_TEST(binary_form)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_reads r = reads_of("A B");
    r.unknown = true;
    bb_reads_put(&out, &r);
    struct bb_pack_in in = bb_pack_in(bb_buf_str(&out));
    struct bb_reads got = bb_reads_take(&in);
    ck_assert(bb_pack_done(&in));
    ck_assert_uint_eq(got.n, 2);
    ck_assert(got.unknown);
    got.unknown = false;
    ck_assert(bb_reads_has(&got, BB_STR("B")));
    bb_reads_release(&got);
    for (size_t cut = 0; cut < out.len; cut++) {
        in = bb_pack_in(bb_str_n(out.p, cut));
        got = bb_reads_take(&in);
        ck_assert(in.bad);
        bb_reads_release(&got);
    }
    bb_reads_release(&r);
}
END_TEST

UNIT_MAIN("reads", names, binary_form)
