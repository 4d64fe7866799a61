/* SPDX-License-Identifier: MIT */
#include "sig/seqdiff.h"

#include "support/unit.h"

static void split(const char *text, struct bb_strvec *v)
{
    bb_str s = bb_str_z(text), part;
    while (*text && bb_str_split(&s, ' ', &part))
        bb_vec_push(v, part);
}

static void expect_words(const char *old, const char *fresh, const char *want)
{
    struct bb_strvec o = {0}, n = {0};
    struct bb_seqops ops = {0};
    struct bb_buf b = BB_BUF_INIT;
    split(old, &o);
    split(fresh, &n);
    bb_seqdiff_words(&o, &n, &ops);
    for (size_t i = 0; i < ops.n; i++)
        for (size_t k = ops.p[i].from; k < ops.p[i].to; k++) {
            const struct bb_strvec *v = ops.p[i].tag == BB_SEQ_GONE ? &o : &n;
            bb_buf_addf(&b, "%c%.*s", "=-+"[ops.p[i].tag], BB_STRF(v->p[k]));
        }
    ck_assert_str_eq(b.p, want);
    bb_buf_release(&b);
    bb_vec_release(&ops);
    bb_vec_release(&o);
    bb_vec_release(&n);
}

START_TEST(words)
{
    expect_words("", "", "");
    expect_words("a b", "a b", "=a=b");
    expect_words("", "a", "+a");
    expect_words("a", "", "-a");
    expect_words("a b c d", "a c d e", "=a-b=c=d+e");
    expect_words("a b c", "b c a", "-a=b=c+a");
    /* of runs of the same length the one that ends first in the new list */
    expect_words("x y", "y x", "-x=y+x");
    expect_words("a a b", "a b a", "-a=a=b+a");
}
END_TEST

static void expect_lines(const char *old, const char *fresh, const char *want)
{
    struct bb_strvec o = {0}, n = {0}, diff = {0};
    struct bb_arena a;
    struct bb_buf b = BB_BUF_INIT;
    bb_arena_init(&a);
    split(old, &o);
    split(fresh, &n);
    bb_seqdiff_unified(&a, &o, &n, &diff);
    for (size_t i = 0; i < diff.n; i++)
        bb_buf_addf(&b, "%s%.*s", i ? "," : "", BB_STRF(diff.p[i]));
    ck_assert_str_eq(b.p, want);
    bb_buf_release(&b);
    bb_vec_release(&o);
    bb_vec_release(&n);
    bb_vec_release(&diff);
    bb_arena_release(&a);
}

START_TEST(lines)
{
    expect_lines("", "", "");
    expect_lines("a b c", "a b c", "");
    expect_lines("", "a", "@@ -0,0 +1 @@,+a");
    expect_lines("a b", "", "@@ -1,2 +0,0 @@,-a,-b");
    expect_lines("1 2 3 4 5 6 7 8 9", "1 2 3 4 x 6 7 8 9", "@@ -2,7 +2,7 @@, 2, 3, 4,-5,+x, 6, 7, 8");
    expect_lines("a 1 2 3 4 5 6 b", "x 1 2 3 4 5 6 y", "@@ -1,8 +1,8 @@,-a,+x, 1, 2, 3, 4, 5, 6,-b,+y");
    expect_lines("a 1 2 3 4 5 6 7 b", "x 1 2 3 4 5 6 7 y",
                 "@@ -1,4 +1,4 @@,-a,+x, 1, 2, 3,@@ -6,4 +6,4 @@, 5, 6, 7,-b,+y");
}
END_TEST

UNIT_MAIN("seqdiff", words, lines)
