/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

START_TEST(finds)
{
    bb_str s = BB_STR("a::b::");
    ck_assert_uint_eq(bb_str_find(s, BB_STR("::"), 0), 1);
    ck_assert_uint_eq(bb_str_find(s, BB_STR("::"), 2), 4);
    ck_assert_uint_eq(bb_str_find(s, BB_STR("::"), 5), BB_NPOS);
    ck_assert_uint_eq(bb_str_find(s, BB_STR(""), 6), 6);
    ck_assert_uint_eq(bb_str_find(s, BB_STR(""), 7), BB_NPOS);
    ck_assert_uint_eq(bb_str_chr(s, 'b', 0), 3);
    ck_assert_uint_eq(bb_str_chr(s, 'b', 4), BB_NPOS);
    ck_assert_uint_eq(bb_str_rchr(s, ':'), 5);
    ck_assert_uint_eq(bb_str_rchr(bb_str_z(NULL), ':'), BB_NPOS);
    ck_assert(bb_str_starts(s, BB_STR("a:")) && !bb_str_starts(s, BB_STR("a::b::c")));
    ck_assert(bb_str_ends(s, BB_STR("::")) && !bb_str_ends(BB_STR(":"), BB_STR("::")));
    ck_assert(bb_str_starts(bb_str_z(NULL), bb_str_z(NULL)));
}
END_TEST

START_TEST(orders_by_bytes)
{
    ck_assert_int_lt(bb_str_cmp(BB_STR("a"), BB_STR("ab")), 0);
    ck_assert_int_gt(bb_str_cmp(BB_STR("\xc3\xa4"), BB_STR("z")), 0);
    ck_assert_int_eq(bb_str_cmp(BB_STR("x"), BB_STR("x")), 0);
    ck_assert_int_eq(bb_str_cmp(bb_str_z(NULL), BB_STR("")), 0);
}
END_TEST

START_TEST(cuts)
{
    ck_str(bb_str_trim(BB_STR(" \t\v\f\r\n x y \n")), "x y");
    ck_str(bb_str_rtrim(BB_STR(" x ")), " x");
    ck_str(bb_str_trim(BB_STR("  ")), "");
    ck_str(bb_str_from(BB_STR("abc"), 1), "bc");
    ck_str(bb_str_from(BB_STR("abc"), 9), "");
    ck_assert_uint_eq(bb_str_from(bb_str_z(NULL), 3).len, 0);
}
END_TEST

START_TEST(splits_words_as_python)
{
    bb_str rest = BB_STR("  one\ttwo\n\nthree "), w;
    ck_assert(bb_str_word(&rest, &w));
    ck_str(w, "one");
    ck_assert(bb_str_word(&rest, &w));
    ck_str(w, "two");
    ck_assert(bb_str_word(&rest, &w));
    ck_str(w, "three");
    ck_assert(!bb_str_word(&rest, &w));
    ck_str(w, "three");
    ck_assert(bb_str_has_word(BB_STR("a bc d"), BB_STR("bc")));
    ck_assert(!bb_str_has_word(BB_STR("a bc d"), BB_STR("b")));
}
END_TEST

/* Pasted recipes hold no-break spaces. */
START_TEST(splits_words_at_wide_spaces)
{
    bb_str rest = BB_STR("\xc2\xa0one\xc2\xa0 \xe2\x80\x89t\xc3\xa0o\x1f\xe3\x80\x80three\xc2"), w;
    ck_assert(bb_str_word(&rest, &w));
    ck_str(w, "one");
    ck_assert(bb_str_word(&rest, &w));
    ck_str(w, "t\xc3\xa0o");
    ck_assert(bb_str_word(&rest, &w));
    ck_str(w, "three\xc2");
    ck_assert(!bb_str_word(&rest, &w));
    ck_str(bb_str_trim(BB_STR("\xc2\xa0 a b\xe2\x80\xa8\n")), "a b");
    ck_str(bb_str_trim(BB_STR("\xc2\xa0\xc2\xa0")), "");
}
END_TEST

START_TEST(splits_at_separator)
{
    bb_str rest = BB_STR("a:b:"), part;
    ck_assert(bb_str_split(&rest, ':', &part));
    ck_str(part, "a");
    ck_assert(bb_str_split(&rest, ':', &part));
    ck_str(part, "b");
    ck_assert(bb_str_split(&rest, ':', &part));
    ck_str(part, "");
    ck_assert(!bb_str_split(&rest, ':', &part));
    rest = BB_STR("");
    ck_assert(bb_str_split(&rest, ':', &part));
    ck_assert(!bb_str_split(&rest, ':', &part));
}
END_TEST

START_TEST(reads_integers)
{
    int64_t v = 7;
    ck_assert(bb_str_to_int(BB_STR("-12"), &v) && v == -12);
    ck_assert(bb_str_to_int(BB_STR("+0012"), &v) && v == 12);
    ck_assert(bb_str_to_int(BB_STR("9223372036854775807"), &v) && v == INT64_MAX);
    ck_assert(bb_str_to_int(BB_STR("-9223372036854775808"), &v) && v == INT64_MIN);
    v = 7;
    const char *bad[] = {
        "", "-", "1x", " 1", "9223372036854775808", "-9223372036854775809", "99999999999999999999"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        ck_assert_msg(!bb_str_to_int(bb_str_z(bad[i]), &v) && v == 7, "%s", bad[i]);
}
END_TEST

START_TEST(hashes_every_length)
{
    /* Each prefix and each single changed byte gives another hash. */
    char text[100];
    uint64_t seen[200];
    size_t n = 0;
    memset(text, 'x', sizeof(text));
    for (size_t len = 0; len <= 100; len++)
        seen[n++] = bb_str_hash(bb_str_n(text, len));
    for (size_t i = 0; i < 40; i++) {
        text[i] = 'y';
        seen[n++] = bb_str_hash(bb_str_n(text, 40));
        text[i] = 'x';
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(seen[i] != seen[j], "%zu and %zu collide", i, j);
}
END_TEST

START_TEST(decodes_utf8)
{
    static const struct {
        const char *text;
        uint32_t c;
        size_t n;
    } t[] = {
        {"a", 'a', 1},
        {"\xc3\xa4", 0xe4, 2},
        {"\xe2\x82\xac", 0x20ac, 3},
        {"\xf0\x9f\x98\x80", 0x1f600, 4},
        {"\xc0\x80", BB_UTF8_BAD, 1},         /* not the shortest form */
        {"\xed\xa0\x80", BB_UTF8_BAD, 1},     /* half of a surrogate pair */
        {"\xf4\x90\x80\x80", BB_UTF8_BAD, 1}, /* beyond the last character */
        {"\xe2\x82", BB_UTF8_BAD, 1},
        {"\x80", BB_UTF8_BAD, 1},
        {"\xff", BB_UTF8_BAD, 1},
    };
    for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
        uint32_t c;
        ck_assert_uint_eq(bb_utf8_next(bb_str_z(t[i].text), &c), t[i].n);
        ck_assert_uint_eq(c, t[i].c);
    }
}
END_TEST

START_TEST(buffer_grows)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    ck_assert_str_eq(b.p, "");
    bb_buf_add(&b, NULL, 0);
    ck_assert_uint_eq(b.cap, 0);
    for (int i = 0; i < 1000; i++)
        bb_buf_addf(&b, "%d,", i);
    ck_assert_uint_eq(b.len, 10 * 2 + 90 * 3 + 900 * 4);
    ck_assert_uint_eq(b.p[b.len], '\0');
    bb_buf_truncate(&b, 4);
    ck_assert_str_eq(b.p, "0,1,");
    bb_buf_clear(&b);
    ck_assert_str_eq(b.p, "");
}
END_TEST

START_TEST(buffer_splices)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    bb_buf_splice(&b, 0, 0, BB_STR("abcdef"));
    bb_buf_splice(&b, 1, 2, BB_STR("XYZ"));
    ck_assert_str_eq(b.p, "aXYZdef");
    bb_buf_splice(&b, 4, 3, BB_STR(""));
    ck_assert_str_eq(b.p, "aXYZ");
    bb_buf_splice(&b, 4, 0, BB_STR("!"));
    ck_assert_str_eq(b.p, "aXYZ!");
}
END_TEST

START_TEST(buffer_gives_its_bytes_away)
{
    struct bb_buf b = BB_BUF_INIT;
    char *p = bb_buf_detach(&b);
    ck_assert_str_eq(p, "");
    free(p);
    bb_buf_addz(&b, "kept");
    p = bb_buf_detach(&b);
    ck_assert_str_eq(p, "kept");
    ck_assert_uint_eq(b.cap, 0);
    free(p);
}
END_TEST

UNIT_MAIN("str", finds, orders_by_bytes, cuts, splits_words_as_python, splits_words_at_wide_spaces,
          splits_at_separator, reads_integers, hashes_every_length, decodes_utf8, buffer_grows,
          buffer_splices, buffer_gives_its_bytes_away)
