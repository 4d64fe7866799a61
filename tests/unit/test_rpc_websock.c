/* SPDX-License-Identifier: MIT */
#include "rpc/websock.h"

#include <errno.h>

#include "base/diag.h"
#include "ext/digest.h"
#include "support/unit.h"

static struct bb_websock w;
static struct bb_wire wire;
static struct bb_buf out;

static void setup(void)
{
    bb_wire_init(&wire);
    bb_buf_init(&out);
    ck_assert_int_eq(bb_websock_begin(&w, BB_STR("host:80"), BB_STR("/ws"), &out), 0);
}

static void teardown(void)
{
    bb_websock_release(&w);
    bb_wire_release(&wire);
    bb_buf_release(&out);
}

static int feed(const void *p, size_t len)
{
    return bb_websock_feed(&w, p, len, &wire, &out);
}

static int answer(const char *status, const char *accept)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    bb_buf_addf(&b, "HTTP/1.1 %s\r\nupgrade: websocket\r\nsec-websocket-accept:  %s\r\n\r\n", status, accept);
    return feed(b.p, b.len);
}

static void opened(void)
{
    setup();
    ck_assert_int_eq(answer("101 Switching Protocols", w.accept), 0);
    ck_assert(w.open);
    bb_buf_clear(&out);
}

/* A server's frame, whose length has `bytes` more bytes. */
static void frame(struct bb_buf *b, int first, bb_str text, int bytes)
{
    bb_buf_addc(b, (char)first);
    bb_buf_addc(b, (char)(bytes == 0 ? (int)text.len : bytes == 2 ? 126 : 127));
    for (int i = bytes - 1; i >= 0; i--)
        bb_buf_addc(b, (char)(text.len >> (8 * i)));
    bb_buf_adds(b, text);
}

static int feed_frame(int first, bb_str text, int bytes)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    frame(&b, first, text, bytes);
    return feed(b.p, b.len);
}

static void check_line(const char *text)
{
    bb_str line;
    ck_assert_int_eq(bb_wire_line(&wire, &line), 1);
    ck_str(line, text);
}

/* What a frame of ours says; its mask is taken off. Returns its length. */
static size_t unmask(const struct bb_buf *b, int *ret_first, struct bb_buf *ret)
{
    const uint8_t *p = (const uint8_t *)b->p;
    size_t len = p[1] & 0x7f, at = 2;
    ck_assert(p[1] & 0x80);
    size_t bytes = len == 126 ? 2 : len == 127 ? 8 : 0;
    for (size_t i = 0; i < bytes; i++)
        len = (i ? len << 8 : 0) | p[at++];
    const uint8_t *mask = p + at;
    at += 4;
    for (size_t i = 0; i < len; i++)
        bb_buf_addc(ret, (char)(p[at + i] ^ mask[i % 4]));
    *ret_first = p[0];
    return at + len;
}

START_TEST(addresses)
{
    static const char *const rows[][3] = {{"ws://host", "host:80", "/"},
                                          {"ws://host:8686/ws", "host:8686", "/ws"},
                                          {"ws://[::1]/a/b", "[::1]:80", "/a/b"},
                                          {"ws://[::1]:1", "[::1]:1", "/"},
                                          {"wss://host/ws", "host:443", "/ws"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        BB_CLEAN_BUF struct bb_buf host = BB_BUF_INIT, path = BB_BUF_INIT;
        bool tls;
        ck_assert(bb_websock_split(bb_str_z(rows[i][0]), &host, &path, &tls));
        ck_assert_int_eq(tls, rows[i][0][2] == 's');
        ck_assert_str_eq(host.p, rows[i][1]);
        ck_assert_str_eq(path.p, rows[i][2]);
    }
    BB_CLEAN_BUF struct bb_buf none = BB_BUF_INIT;
    bool tls;
    ck_assert(!bb_websock_split(BB_STR("http://host"), &none, &none, &tls));
    ck_assert(!bb_websock_split(BB_STR("host:80"), &none, &none, &tls));
}
END_TEST

/* The text's value in base 64, as hexadecimal. */
static void decode(const char *text, char *ret)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    int n = 0;
    for (; *text && *text != '='; text++) {
        bits = bits << 6 | (uint32_t)(strchr(digits, *text) - digits);
        for (n += 6; n >= 4; n -= 4)
            *ret++ = "0123456789abcdef"[bits >> (n - 4) & 15];
    }
    *ret = '\0';
}

START_TEST(begins)
{
    char key[32] = "", want[BB_DIGEST_HEX], got[64];
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    setup();
    ck_assert_ptr_nonnull(strstr(out.p, "GET /ws HTTP/1.1\r\nHost: host:80\r\n"));
    ck_assert_int_eq(sscanf(strstr(out.p, "Key: "), "Key: %24s", key), 1);
    bb_buf_addf(&text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    ck_assert_int_eq(bb_digest_text("sha1", bb_buf_str(&text), want), 0);
    decode(w.accept, got);
    ck_assert_int_eq(strncmp(got, want, 40), 0);
    teardown();
    /* Answers of what is no websocket, or of one that was asked something else. */
    setup();
    ck_assert_int_eq(answer("400 Bad Request", w.accept), -BB_ECORRUPT);
    teardown();
    setup();
    ck_assert_int_eq(answer("101 Switching Protocols", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="), -BB_ECORRUPT);
    teardown();
    setup();
    static const char much[20000];
    ck_assert_int_eq(feed("HTTP/1.1 101", 12), 0);
    ck_assert_int_eq(feed(much, sizeof(much)), -BB_ECORRUPT);
    teardown();
}
END_TEST

START_TEST(takes_messages)
{
    BB_CLEAN_BUF struct bb_buf all = BB_BUF_INIT;
    struct bb_json *j;
    opened();
    frame(&all, 0x81, BB_STR("ok"), 0);
    frame(&all, 0x81, BB_STR("{\"a\": 1}"), 2);
    frame(&all, 0x01, BB_STR("in "), 0);
    frame(&all, 0x89, BB_STR("are you there"), 0); /* a ping between the pieces of a message */
    frame(&all, 0x00, BB_STR("three "), 8);
    frame(&all, 0x80, BB_STR("pieces"), 0);
    frame(&all, 0x8a, BB_STR("a pong"), 0);
    frame(&all, 0x81, BB_STR(""), 0);
    for (size_t i = 0; i < all.len; i++) /* byte for byte */
        ck_assert_int_eq(feed(all.p + i, 1), 0);
    check_line("ok");
    ck_assert_int_eq(bb_wire_message(&wire, &j), 1);
    ck_assert_int_eq(bb_json_int(bb_json_get(j, "a")), 1);
    bb_json_free(j);
    check_line("in three pieces");
    check_line("");
    int first;
    BB_CLEAN_BUF struct bb_buf pong = BB_BUF_INIT;
    ck_assert_uint_eq(unmask(&out, &first, &pong), out.len);
    ck_assert_int_eq(first, 0x8a);
    ck_assert_str_eq(pong.p, "are you there");
    teardown();
}
END_TEST

/* Longer than a line may be elsewhere. */
START_TEST(takes_long_messages)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct bb_json *j;
    opened();
    bb_buf_addz(&text, "{\"siginfo\": \"");
    for (size_t i = 0; i < 50000; i++)
        bb_buf_addz(&text, " word");
    bb_buf_addz(&text, "\"}");
    ck_assert_int_eq(feed_frame(0x81, bb_buf_str(&text), 8), 0);
    ck_assert_int_eq(bb_wire_message(&wire, &j), 1);
    ck_assert_uint_eq(bb_json_str(bb_json_get(j, "siginfo")).len, 250000);
    bb_json_free(j);
    teardown();
}
END_TEST

START_TEST(puts_messages)
{
    static const size_t sizes[] = {0, 1, 125, 126, 65535, 65536, 200000};
    opened();
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, got = BB_BUF_INIT;
        int first;
        for (size_t k = 0; k < sizes[i]; k++)
            bb_buf_addc(&text, (char)('a' + k % 26));
        bb_buf_clear(&out);
        bb_websock_put(&out, bb_buf_str(&text));
        ck_assert_uint_eq(unmask(&out, &first, &got), out.len);
        ck_assert_int_eq(first, 0x81);
        ck_assert(bb_str_eq(bb_buf_str(&got), bb_buf_str(&text)));
    }
    teardown();
}
END_TEST

START_TEST(trusts_nobody)
{
    static const struct {
        char bytes[12];
        size_t n;
        int result;
    } rows[] = {{"\x81\x82yyyyab", 8, -BB_ECORRUPT},                            /* masked */
                {"\x83\x01x", 3, -BB_ECORRUPT},                                 /* no such frame */
                {"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10, -BB_ECORRUPT}, /* longer than memory */
                {"\x09\x01x", 3, -BB_ECORRUPT},                                 /* a ping in pieces */
                {"\x81\x01\n", 3, -BB_ECORRUPT},                                /* two lines in one message */
                {"\x88\x02\x03\xe8", 4, -ECONNRESET}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        opened();
        ck_assert_int_eq(feed(rows[i].bytes, rows[i].n), rows[i].result);
        teardown();
    }
}
END_TEST

UNIT_MAIN("websock", addresses, begins, takes_messages, takes_long_messages, puts_messages, trusts_nobody)
