/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/diag.h"
#include "rpc/wire.h"

static struct bb_wire w;

static void feed(const char *text)
{
    bb_wire_feed(&w, text, strlen(text));
}

static void setup(void)
{
    bb_wire_init(&w);
}

static void teardown(void)
{
    bb_wire_release(&w);
}

START_TEST(a_line_is_there_when_it_is_whole)
{
    bb_str line;
    feed("ab");
    ck_assert_int_eq(bb_wire_line(&w, &line), 0);
    feed("c \nsecond\n\nrest");
    ck_assert_int_eq(bb_wire_line(&w, &line), 1);
    ck_str(line, "abc");
    ck_assert_int_eq(bb_wire_line(&w, &line), 1);
    ck_str(line, "second");
    ck_assert_int_eq(bb_wire_line(&w, &line), 1);
    ck_str(line, "");
    ck_assert_int_eq(bb_wire_line(&w, &line), 0);
}
END_TEST

START_TEST(a_line_without_end_is_refused)
{
    char block[4096];
    bb_str line;
    memset(block, 'x', sizeof(block));
    for (int i = 0; i < BB_WIRE_LINE_MAX / 4096; i++)
        bb_wire_feed(&w, block, sizeof(block));
    ck_assert_int_eq(bb_wire_line(&w, &line), 0);
    feed("x");
    ck_assert_int_eq(bb_wire_line(&w, &line), -BB_ECORRUPT);
}
END_TEST

/* What is taken makes room: the buffer does not grow with what has passed through it. */
START_TEST(the_buffer_stays_small)
{
    char block[1000];
    bb_str line;
    memset(block, 'x', sizeof(block));
    block[999] = '\n';
    feed("head of a line that is always unfinished");
    for (int i = 0; i < 2000; i++) {
        bb_wire_feed(&w, block, sizeof(block));
        ck_assert_int_eq(bb_wire_line(&w, &line), 1);
        feed("next");
    }
    ck_assert_uint_lt(w.in.cap, 4 * BB_WIRE_LINE_MAX);
}
END_TEST

START_TEST(a_message_is_one_line_or_several)
{
    struct bb_json *j;
    feed("{\"a\": 1}\n{\"chunk-stream\": null}\n{\"b\":\n \"x ");
    ck_assert_int_eq(bb_wire_message(&w, &j), 1);
    ck_assert_int_eq(bb_json_int(bb_json_get(j, "a")), 1);
    bb_json_free(j);
    ck_assert_int_eq(bb_wire_message(&w, &j), 0);
    feed("\ny\"}\n\nnext\n");
    ck_assert_int_eq(bb_wire_message(&w, &j), 1);
    ck_str(bb_json_str(bb_json_get(j, "b")), "x y");
    bb_json_free(j);
    bb_str line;
    ck_assert_int_eq(bb_wire_line(&w, &line), 1);
    ck_str(line, "next");
}
END_TEST

START_TEST(no_json_is_refused)
{
    static const char *const bad[] = {"\n",
                                      "{\n",
                                      "{\"chunk-stream\": null}\n{\n\n",
                                      "{\"a\": 1} x\n",
                                      "\xff\n",
                                      "{\"chunk-stream\": null}\n\n"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct bb_json *j;
        teardown();
        setup();
        feed(bad[i]);
        ck_assert_int_eq(bb_wire_message(&w, &j), -BB_ECORRUPT);
    }
}
END_TEST

START_TEST(an_endless_message_is_refused)
{
    char line[32768];
    struct bb_json *j;
    size_t given = 0;
    int r = 0;
    memset(line, '1', sizeof(line));
    line[sizeof(line) - 1] = '\n';
    feed("{\"chunk-stream\": null}\n");
    while (r == 0 && given < 2 * (size_t)BB_WIRE_MESSAGE_MAX) {
        bb_wire_feed(&w, line, sizeof(line));
        given += sizeof(line);
        r = bb_wire_message(&w, &j);
    }
    ck_assert_int_eq(r, -BB_ECORRUPT);
}
END_TEST

/* Spaces wherever a cut may fall: no line may end in one, BitBake would drop it. */
START_TEST(a_long_message_comes_back)
{
    BB_CLEAN_BUF struct bb_buf json = BB_BUF_INIT, out = BB_BUF_INIT;
    struct bb_json *j;
    bb_buf_addz(&json, "{\"x\": \"");
    for (int i = 0; i < 40000; i++)
        bb_buf_addf(&json, "%d    ", i);
    bb_buf_addz(&json, "\"}");
    bb_wire_put_message(&out, bb_buf_str(&json));
    ck_assert(!bb_str_has(bb_buf_str(&out), BB_STR(" \n")));
    bb_wire_feed(&w, out.p, out.len);
    ck_assert_int_eq(bb_wire_message(&w, &j), 1);
    ck_assert_uint_eq(bb_json_str(bb_json_get(j, "x")).len, json.len - strlen("{\"x\": \"\"}"));
    bb_json_free(j);
    ck_assert_uint_eq(w.at, w.in.len);
}
END_TEST

START_TEST(hashes_and_words)
{
    char hash[130];
    memset(hash, 'a', sizeof(hash));
    for (size_t n = 0; n < sizeof(hash); n++)
        ck_assert_int_eq(bb_wire_is_hash(bb_str_n(hash, n)), n == 32 || n == 40 || n == 64 || n == 128);
    hash[3] = 'A';
    ck_assert(!bb_wire_is_hash(bb_str_n(hash, 64)));
    hash[3] = '/';
    ck_assert(!bb_wire_is_hash(bb_str_n(hash, 64)));
    ck_assert(bb_wire_is_word(BB_STR("oe.sstatesig.OEOuthashBasic")));
    ck_assert(!bb_wire_is_word(BB_STR("a b")));
    ck_assert(!bb_wire_is_word(BB_STR("a\nb")));
    ck_assert(!bb_wire_is_word(BB_STR("")));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_line_is_there_when_it_is_whole,
                                  a_line_without_end_is_refused,
                                  the_buffer_stays_small,
                                  a_message_is_one_line_or_several,
                                  no_json_is_refused,
                                  an_endless_message_is_refused,
                                  a_long_message_comes_back,
                                  hashes_and_words};
    return unit_run("wire", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
