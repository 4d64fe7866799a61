/* SPDX-License-Identifier: MIT */
#include "fetch/uri.h"
#include "base/diag.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Length of the well-formed UTF-8 sequence at s[0], or minus the number of bytes that one U+FFFD stands for:
 * the longest prefix that could have become a sequence, as CPython's "replace" handler counts.
 */
static int utf8_len(const unsigned char *s, size_t n)
{
    static const struct {
        unsigned char first, last, lo, hi;
        int len;
    } lead[] = {{0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
                {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
                {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};

    for (size_t k = 0; k < sizeof(lead) / sizeof(lead[0]); k++) {
        if (s[0] < lead[k].first || s[0] > lead[k].last)
            continue;
        for (int i = 1; i < lead[k].len; i++) {
            unsigned char lo = i == 1 ? lead[k].lo : 0x80, hi = i == 1 ? lead[k].hi : 0xbf;
            if ((size_t)i >= n || s[i] < lo || s[i] > hi)
                return -i;
        }
        return lead[k].len;
    }
    return -1;
}

static void add_replaced(bb_str bytes, struct bb_buf *out)
{
    for (size_t i = 0; i < bytes.len;) {
        int n = utf8_len((const unsigned char *)bytes.p + i, bytes.len - i);
        if (n > 0)
            bb_buf_add(out, bytes.p + i, (size_t)n);
        else
            bb_buf_addz(out, "\xef\xbf\xbd");
        i += (size_t)(n > 0 ? n : -n);
    }
}

/* Python decodes each run of ASCII characters on its own, so a sequence never joins an escape and a plain byte. */
void bb_uri_unquote(bb_str s, struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf run = BB_BUF_INIT;

    for (size_t i = 0; i < s.len;) {
        if (s.p[i] & 0x80) {
            bb_buf_addc(out, s.p[i++]);
            continue;
        }
        bb_buf_clear(&run);
        while (i < s.len && !(s.p[i] & 0x80)) {
            int hi = s.p[i] == '%' && i + 2 < s.len ? hex_digit(s.p[i + 1]) : -1;
            int lo = hi >= 0 ? hex_digit(s.p[i + 2]) : -1;
            bb_buf_addc(&run, lo >= 0 ? (char)(hi * 16 + lo) : s.p[i]);
            i += lo >= 0 ? 3 : 1;
        }
        add_replaced(bb_buf_str(&run), out);
    }
}

static bool quote_safe(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("_.-~/", c));
}

void bb_uri_quote(bb_str s, struct bb_buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (quote_safe(c))
            bb_buf_addc(out, (char)c);
        else
            bb_buf_addf(out, "%%%02X", c);
    }
}

bb_str bb_uri_param(const struct bb_uri *u, bb_str key)
{
    for (size_t i = 0; i < u->nparams; i++)
        if (bb_str_eq(u->params[i].key, key))
            return u->params[i].val;
    return (bb_str){0};
}

void bb_uri_set_param(struct bb_arena *a, struct bb_uri *u, bb_str key, bb_str val)
{
    struct bb_uri_param *more = bb_arena_array(a, struct bb_uri_param, u->nparams + 1);

    if (u->nparams)
        memcpy(more, u->params, u->nparams * sizeof(*more));
    u->params = more;
    for (size_t i = 0; i < u->nparams; i++)
        if (bb_str_eq(u->params[i].key, key)) {
            u->params[i].val = val;
            return;
        }
    u->params[u->nparams++] = (struct bb_uri_param){key, val};
}

static int decode_params(struct bb_arena *a, bb_str url, bb_str text, struct bb_uri *u, bb_str *ret_why)
{
    size_t nmax = 1;
    bb_str part;

    for (size_t i = 0; i < text.len; i++)
        nmax += text.p[i] == ';';
    u->params = bb_arena_array(a, struct bb_uri_param, nmax);
    while (bb_str_split(&text, ';', &part)) {
        size_t eq = bb_str_chr(part, '=', 0), i = 0;
        if (!part.len)
            continue;
        if (eq == BB_NPOS) {
            *ret_why = bb_arena_fmt(a,
                                    "The URL: '%.*s' is invalid: parameter %.*s "
                                    "does not specify a value (missing '=')",
                                    BB_STRF(url), BB_STRF(part));
            return -BB_EPARSE;
        }
        bb_str key = bb_str_sub(part, 0, eq);
        while (i < u->nparams && !bb_str_eq(u->params[i].key, key))
            i++;
        u->params[i] = (struct bb_uri_param){key, bb_str_from(part, eq + 1)};
        u->nparams += i == u->nparams;
    }
    return 0;
}

/*
 * Takes "user[:pswd]@" off the front of *rest: up to the last '@' before the first '/' or ';' that leaves at
 * least one byte for the location.
 */
static void take_user(bb_str *rest, struct bb_uri *u)
{
    size_t end = 0;

    while (end < rest->len && rest->p[end] != '/' && rest->p[end] != ';')
        end++;
    for (size_t at = end; at-- > 1;) {
        if (rest->p[at] != '@' || at + 1 >= rest->len || rest->p[at + 1] == ';')
            continue;
        bb_str user = bb_str_sub(*rest, 0, at);
        size_t colon = bb_str_chr(user, ':', 1);
        u->user = colon == BB_NPOS || user.p[0] == ':' ? user : bb_str_sub(user, 0, colon);
        u->pswd = bb_str_from(user, u->user.len + 1);
        *rest = bb_str_from(*rest, at + 1);
        return;
    }
}

static bool is_file(bb_str type)
{
    return type.len == 4 && strncasecmp(type.p, "file", 4) == 0;
}

int bb_uri_decode(struct bb_arena *a, bb_str url, struct bb_uri *ret, bb_str *ret_why)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    struct bb_uri u = {.user = BB_STR(""), .pswd = BB_STR(""), .host = BB_STR("")};
    size_t colon = bb_str_chr(url, ':', 0);

    *ret_why = (bb_str){0};
    if (colon == BB_NPOS || !bb_str_starts(bb_str_from(url, colon), BB_STR("://")))
        return -BB_EPARSE;
    u.type = bb_str_sub(url, 0, colon);
    bb_str location = bb_str_from(url, colon + 3);
    take_user(&location, &u);
    size_t semi = bb_str_chr(location, ';', 0);
    bb_str params = semi == BB_NPOS ? BB_STR("") : bb_str_from(location, semi + 1);
    if (semi != BB_NPOS)
        location.len = semi;
    if (!location.len)
        return -BB_EPARSE;
    size_t newline = bb_str_chr(params, '\n', 0);
    if (newline != BB_NPOS)
        params.len = newline;

    size_t slash = bb_str_chr(location, '/', 0);
    if (is_file(u.type)) {
        u.path = location;
    } else {
        u.host = slash == BB_NPOS ? location : bb_str_sub(location, 0, slash);
        u.path = slash == BB_NPOS ? BB_STR("/") : bb_str_from(location, slash);
    }
    if (bb_str_chr(u.path, '%', 0) != BB_NPOS) {
        bb_uri_unquote(u.path, &path);
        u.path = bb_arena_str(a, bb_buf_str(&path));
    }
    int r = decode_params(a, url, params, &u, ret_why);
    if (r == 0)
        *ret = u;
    return r;
}

void bb_uri_encode(const struct bb_uri *u, struct bb_buf *out)
{
    bool file = bb_str_eq(u->type, BB_STR("file"));

    bb_buf_adds(out, u->type);
    bb_buf_addz(out, "://");
    if (u->user.len && !file) {
        bb_buf_adds(out, u->user);
        if (u->pswd.len) {
            bb_buf_addc(out, ':');
            bb_buf_adds(out, u->pswd);
        }
        bb_buf_addc(out, '@');
    }
    if (!file)
        bb_buf_adds(out, u->host);
    for (size_t i = 0; i < u->path.len; i++)
        if (i == 0 || u->path.p[i] != '/' || u->path.p[i - 1] != '/')
            bb_uri_quote(bb_str_sub(u->path, i, i + 1), out);
    for (size_t i = 0; i < u->nparams; i++) {
        bb_buf_addc(out, ';');
        bb_buf_adds(out, u->params[i].key);
        bb_buf_addc(out, '=');
        bb_buf_adds(out, u->params[i].val);
    }
}
