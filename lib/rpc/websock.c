/* SPDX-License-Identifier: MIT */
#include "rpc/websock.h"

#include <errno.h>
#include <stdint.h>
#include <sys/random.h>

#include "base/diag.h"
#include "ext/digest.h"

/* RFC 6455, 1.3 and 5.2 */
#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
enum { CONTINUED = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };
enum { FINAL = 0x80, MASKED = 0x80, LONG = 126, LONGER = 127, CONTROL_MAX = 125 };
enum { ANSWER_MAX = 16384 };

bool bb_websock_split(bb_str address, struct bb_buf *ret_host, struct bb_buf *ret_path, bool *ret_tls)
{
    *ret_tls = bb_str_starts(address, BB_STR("wss://"));
    if (!*ret_tls && !bb_str_starts(address, BB_STR("ws://")))
        return false;
    bb_str rest = bb_str_from(address, *ret_tls ? 6 : 5);
    size_t slash = bb_str_chr(rest, '/', 0);
    bb_str host = slash == BB_NPOS ? rest : bb_str_sub(rest, 0, slash);
    size_t colon = bb_str_rchr(host, ':');
    bool has_port = colon != BB_NPOS && bb_str_chr(host, ']', colon) == BB_NPOS;
    bb_buf_addf(ret_host, "%.*s%s", BB_STRF(host), has_port ? "" : *ret_tls ? ":443" : ":80");
    bb_buf_addf(ret_path, "%.*s", BB_STRF(slash == BB_NPOS ? BB_STR("/") : bb_str_from(rest, slash)));
    return true;
}

static void base64(const uint8_t *p, size_t n, char *ret)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v =
            (uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0);
        *ret++ = digits[v >> 18];
        *ret++ = digits[v >> 12 & 63];
        *ret++ = i + 1 < n ? digits[v >> 6 & 63] : '=';
        *ret++ = i + 2 < n ? digits[v & 63] : '=';
    }
    *ret = '\0';
}

static uint8_t hex_digit(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* The SHA-1 of the key and a fixed text: the server shows that it knows what is asked of it. */
static void expect(struct bb_websock *w, const char *key)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    char hex[BB_DIGEST_HEX];
    uint8_t sum[20];
    bb_buf_addf(&text, "%s%s", key, GUID);
    bb_digest_text("sha1", bb_buf_str(&text), hex);
    for (size_t i = 0; i < sizeof(sum); i++)
        sum[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    base64(sum, sizeof(sum), w->accept);
}

int bb_websock_begin(struct bb_websock *w, bb_str host, bb_str path, struct bb_buf *out)
{
    uint8_t random[16];
    char key[25];
    *w = (struct bb_websock){.in = BB_BUF_INIT, .parts = BB_BUF_INIT};
    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return -EIO;
    base64(random, sizeof(random), key);
    expect(w, key);
    bb_buf_addf(out,
                "GET %.*s HTTP/1.1\r\nHost: %.*s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n",
                BB_STRF(path), BB_STRF(host), key);
    return 0;
}

void bb_websock_release(struct bb_websock *w)
{
    bb_buf_release(&w->in);
    bb_buf_release(&w->parts);
    *w = (struct bb_websock){.in = BB_BUF_INIT, .parts = BB_BUF_INIT};
}

static void put_frame(struct bb_buf *out, int opcode, bb_str text)
{
    uint8_t mask[4] = {0};
    if (getrandom(mask, sizeof(mask), 0) < 0)
        mask[0] = 1; /* it need not be secret: it keeps proxies from taking our text for theirs */
    bb_buf_addc(out, (char)(FINAL | opcode));
    int bytes = text.len <= CONTROL_MAX ? 0 : text.len <= UINT16_MAX ? 2 : 8;
    bb_buf_addc(out, (char)(MASKED | (bytes == 0 ? (int)text.len : bytes == 2 ? LONG : LONGER)));
    for (int i = bytes - 1; i >= 0; i--)
        bb_buf_addc(out, (char)(text.len >> (8 * i)));
    bb_buf_add(out, (const char *)mask, sizeof(mask));
    for (size_t i = 0; i < text.len; i++)
        bb_buf_addc(out, (char)((uint8_t)text.p[i] ^ mask[i % 4]));
}

void bb_websock_put(struct bb_buf *out, bb_str text)
{
    put_frame(out, TEXT, text);
}

/* The value of a header of the answer; its name is in any case. */
static bool has_header(bb_str head, const char *name, bb_str value)
{
    bb_str line;
    while (head.len) {
        size_t end = bb_str_find(head, BB_STR("\r\n"), 0);
        line = end == BB_NPOS ? head : bb_str_sub(head, 0, end);
        head = end == BB_NPOS ? BB_STR("") : bb_str_from(head, end + 2);
        size_t n = strlen(name);
        if (line.len > n && line.p[n] == ':' && strncasecmp(line.p, name, n) == 0)
            return bb_str_eq(bb_str_trim(bb_str_from(line, n + 1)), value);
    }
    return false;
}

/* The answer to the request: 1 when it is a good one, 0 when more has to come. */
static int take_answer(struct bb_websock *w)
{
    bb_str in = bb_buf_str(&w->in);
    size_t end = bb_str_find(in, BB_STR("\r\n\r\n"), 0);
    if (end == BB_NPOS)
        return in.len > ANSWER_MAX ? -BB_ECORRUPT : 0;
    bb_str head = bb_str_sub(in, 0, end);
    if (!bb_str_starts(head, BB_STR("HTTP/1.1 101")) ||
        !has_header(head, "Sec-WebSocket-Accept", bb_str_z(w->accept)))
        return -BB_ECORRUPT;
    w->open = true;
    bb_buf_splice(&w->in, 0, end + 4, BB_STR(""));
    return 1;
}

struct frame {
    int opcode;
    bool final;
    bb_str text;
    size_t whole; /* its length with all */
};

/* The first frame of `in`: 1, or 0 when more has to come. */
static int take_frame(bb_str in, struct frame *ret)
{
    const uint8_t *p = (const uint8_t *)in.p;
    if (in.len < 2)
        return 0;
    uint64_t len = p[1] & 0x7f;
    size_t bytes = len == LONG ? 2 : len == LONGER ? 8 : 0;
    ret->opcode = p[0] & 0x0f;
    ret->final = p[0] & FINAL;
    if (p[1] & MASKED || (ret->opcode >= CLOSE && (bytes || !ret->final)))
        return -BB_ECORRUPT;
    if (in.len < 2 + bytes)
        return 0;
    for (size_t i = 0; i < bytes; i++)
        len = (i ? len << 8 : 0) | p[2 + i];
    if (len > BB_WIRE_MESSAGE_MAX)
        return -BB_ECORRUPT;
    ret->whole = 2 + bytes + (size_t)len;
    if (in.len < ret->whole)
        return 0;
    ret->text = bb_str_sub(in, 2 + bytes, ret->whole);
    return 1;
}

/* A piece of a message; whole ones go on as lines. */
static int take_piece(struct bb_websock *w, const struct frame *f, struct bb_wire *to)
{
    BB_CLEAN_BUF struct bb_buf lines = BB_BUF_INIT;
    if (w->parts.len + f->text.len > BB_WIRE_MESSAGE_MAX || bb_str_chr(f->text, '\n', 0) != BB_NPOS)
        return -BB_ECORRUPT;
    bb_buf_adds(&w->parts, f->text);
    if (!f->final)
        return 0;
    bb_wire_put_message(&lines, bb_buf_str(&w->parts));
    bb_wire_feed(to, lines.p, lines.len);
    bb_buf_clear(&w->parts);
    return 0;
}

int bb_websock_feed(struct bb_websock *w, const void *p, size_t len, struct bb_wire *to, struct bb_buf *out)
{
    struct frame f;
    size_t at = 0;
    bb_buf_add(&w->in, p, len);
    int r = w->open ? 1 : take_answer(w);
    if (r <= 0)
        return r;
    bb_str in = bb_buf_str(&w->in);
    while ((r = take_frame(bb_str_from(in, at), &f)) == 1) {
        at += f.whole;
        if (f.opcode == TEXT || f.opcode == BINARY || f.opcode == CONTINUED)
            r = take_piece(w, &f, to);
        else if (f.opcode == PING)
            put_frame(out, PONG, f.text);
        else if (f.opcode == CLOSE)
            r = -ECONNRESET;
        else if (f.opcode != PONG)
            r = -BB_ECORRUPT;
        if (r < 0)
            return r;
    }
    bb_buf_splice(&w->in, 0, at, BB_STR(""));
    return r;
}
