/* SPDX-License-Identifier: MIT */
#include "base/pack.h"

#include "base/arena.h"
#include "base/diag.h"
#include "support/unit.h"

static const uint64_t numbers[] = {0, 1, 127, 128, 300, UINT32_MAX, (uint64_t)UINT32_MAX + 1, UINT64_MAX};
static const int64_t signed_numbers[] = {0, -1, 1, -64, 64, INT64_MIN, INT64_MAX};
enum { N = sizeof(numbers) / sizeof(*numbers), NSIGNED = sizeof(signed_numbers) / sizeof(*signed_numbers) };

static void put_all(struct bb_buf *out)
{
    size_t block = bb_pack_open(out);
    for (size_t i = 0; i < N; i++)
        bb_pack_put_uint(out, numbers[i]);
    for (size_t i = 0; i < NSIGNED; i++)
        bb_pack_put_int(out, signed_numbers[i]);
    bb_pack_close(out, block);
    bb_pack_put_text(out, BB_STR("text"));
    bb_pack_put_text(out, BB_STR("a\0b"));
    bb_pack_put_text(out, BB_STR(""));
    bb_pack_put_text(out, (bb_str){0});
    bb_pack_put_hash(out, 0x0123456789abcdef);
    bb_pack_put_uint(out, 2);
    bb_pack_put_uint(out, true);
    bb_pack_put_uint(out, UINT32_MAX);
}

START_TEST(all_comes_back)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    put_all(&out);
    struct bb_pack_in in = bb_pack_in(bb_buf_str(&out)), block = bb_pack_in(bb_pack_take_block(&in));
    for (size_t i = 0; i < N; i++)
        ck_assert(bb_pack_take_uint(&block) == numbers[i]);
    for (size_t i = 0; i < NSIGNED; i++)
        ck_assert(bb_pack_take_int(&block) == signed_numbers[i]);
    ck_assert(bb_pack_done(&block));
    bb_str text = bb_pack_take_text(&in);
    ck_str(text, "text");
    ck_assert_int_eq(text.p[text.len], '\0');
    ck_assert(bb_str_eq(bb_pack_take_text(&in), BB_STR("a\0b")));
    text = bb_pack_take_text(&in);
    ck_assert(text.p && !text.len);
    ck_assert_ptr_null(bb_pack_take_text(&in).p);
    ck_assert(bb_pack_take_hash(&in) == 0x0123456789abcdef);
    ck_assert_uint_eq(bb_pack_take_count(&in, 3), 2);
    ck_assert(bb_pack_take_bool(&in));
    ck_assert(!bb_pack_done(&in));
    ck_assert_uint_eq(bb_pack_take_u32(&in), UINT32_MAX);
    ck_assert(bb_pack_done(&in));
}
END_TEST

/* Takes what put_all puts, whatever is there. */
static bool take_all(struct bb_pack_in *in)
{
    struct bb_pack_in block = bb_pack_in(bb_pack_take_block(in));
    for (size_t i = 0; i < N + NSIGNED; i++)
        bb_pack_take_uint(&block);
    for (size_t i = 0; i < 4; i++) {
        bb_str text = bb_pack_take_text(in);
        ck_assert(!text.p || text.p[text.len] == '\0');
    }
    bb_pack_take_hash(in);
    size_t n = bb_pack_take_count(in, 3);
    ck_assert_uint_le(n, (size_t)(in->end - in->p) / 3);
    bb_pack_take_bool(in);
    bb_pack_take_u32(in);
    return bb_pack_done(in) && bb_pack_done(&block);
}

/* Cut off anywhere it is bad; a changed bit is bad or another value, and never read past the end (the sanitizers see). */
START_TEST(damaged)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    put_all(&out);
    for (size_t n = 0; n < out.len; n++) {
        char *copy = bb_strndup(bb_str_n(out.p, n));
        struct bb_pack_in in = bb_pack_in(bb_str_n(copy, n));
        ck_assert(!take_all(&in));
        ck_assert_uint_eq(bb_pack_take_uint(&in), 0);
        free(copy);
        for (int bit = 0; bit < 8; bit++) {
            copy = bb_malloc(out.len);
            memcpy(copy, out.p, out.len);
            copy[n] ^= (char)(1 << bit);
            in = bb_pack_in(bb_str_n(copy, out.len));
            take_all(&in);
            free(copy);
        }
    }
}
END_TEST

START_TEST(bad_stays)
{
    struct bb_pack_in in = bb_pack_in(BB_STR("\x05"
                                             "ab"));
    ck_assert_ptr_null(bb_pack_take_text(&in).p);
    ck_assert(in.bad);
    ck_assert_uint_eq(bb_pack_take_uint(&in), 0);
    ck_assert_ptr_null(bb_pack_take_text(&in).p);
    ck_assert_uint_eq(bb_pack_take_rest(&in).len, 0);
    ck_assert(!bb_pack_done(&in));
    in = bb_pack_in(BB_STR("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"));
    bb_pack_take_uint(&in);
    ck_assert(in.bad); /* longer than any number */
    in = bb_pack_in(BB_STR("\x80\x80\x80\x80\x10"));
    ck_assert_uint_eq(bb_pack_take_u32(&in), 0);
    ck_assert(in.bad);
    in = bb_pack_in(BB_STR("\x03"
                           "abc")); /* no NUL */
    bb_pack_take_text(&in);
    ck_assert(in.bad);
    in = bb_pack_in(BB_STR("\x02"
                           "abc"));
    ck_assert_uint_eq(bb_pack_take_count(&in, 2), 0);
    ck_assert(in.bad);
}
END_TEST

START_TEST(frames)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    for (size_t len = 0; len < 3; len++) {
        size_t at = bb_pack_open(&out);
        bb_buf_adds(&out, bb_str_sub(BB_STR("xyz"), 0, len));
        bb_pack_close(&out, at);
    }
    for (size_t cut = 0; cut <= out.len; cut++) {
        bb_str in = bb_str_n(out.p, cut), frame;
        size_t n = 0;
        for (; bb_pack_frame(&in, 2, &frame) == 1; n++)
            ck_assert(bb_str_eq(frame, bb_str_sub(BB_STR("xyz"), 0, n)));
        ck_assert_uint_eq(n, cut < 4 ? 0 : cut < 9 ? 1 : cut < 15 ? 2 : 3);
    }
    bb_str in = bb_buf_str(&out), frame = {0};
    in = bb_str_from(in, 9);
    ck_assert_int_eq(bb_pack_frame(&in, 1, &frame), -BB_ECORRUPT);
    ck_assert_uint_eq(in.len, out.len - 9);
    ck_assert_ptr_null(frame.p);
}
END_TEST

UNIT_MAIN("pack", all_comes_back, damaged, bad_stays, frames)
