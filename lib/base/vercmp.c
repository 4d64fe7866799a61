/* SPDX-License-Identifier: MIT */
#include "base/vercmp.h"

#include <errno.h>

static bool among(char c, const char *set)
{
    return c && strchr(set, c);
}

/* split_version: strips " <>=", cuts at ':' and at the last '-'. Views into `s`. */
static struct bb_version version_split(bb_str s)
{
    static const char strip[] = " <>=";
    struct bb_version v = {{"", 0}, {"", 0}, {"", 0}};
    size_t at;

    while (s.len && among(s.p[s.len - 1], strip))
        s.len--;
    while (s.len && among(*s.p, strip))
        s = bb_str_from(s, 1);
    at = bb_str_chr(s, ':', 0);
    if (at != BB_NPOS) {
        v.e = bb_str_sub(s, 0, at);
        s = bb_str_from(s, at + 1);
        /* BitBake takes what stands between the first two colons. */
        at = bb_str_chr(s, ':', 0);
        if (at != BB_NPOS)
            s.len = at;
    }
    at = bb_str_rchr(s, '-');
    if (at != BB_NPOS) {
        v.r = bb_str_from(s, at + 1);
        s.len = at;
    }
    v.v = s;
    return v;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A piece of a version. The end counts as a number that is smaller than any. */
struct piece {
    int order; /* '~' -1, number 0, letters 1, the rest 2 */
    bb_str text;
    bool end;
};

static struct piece next_piece(bb_str *s)
{
    size_t n = 1;

    if (s->len == 0)
        return (struct piece){0, {"", 0}, true};
    char c = *s->p;
    struct piece p = {.order = is_digit(c) ? 0 : is_letter(c) ? 1 : c == '~' ? -1 : 2};
    if (p.order == 0 || p.order == 1) {
        while (n < s->len && (p.order ? is_letter(s->p[n]) : is_digit(s->p[n])))
            n++;
    }
    p.text = bb_str_sub(*s, 0, n);
    *s = bb_str_from(*s, n);
    return p;
}

/* Numbers of any length. */
static int cmp_numbers(bb_str a, bb_str b)
{
    while (a.len > 1 && *a.p == '0')
        a = bb_str_from(a, 1);
    while (b.len > 1 && *b.p == '0')
        b = bb_str_from(b, 1);
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return bb_str_cmp(a, b);
}

static int cmp_part(bb_str a, bb_str b)
{
    for (;;) {
        struct piece x = next_piece(&a), y = next_piece(&b);
        if (x.end && y.end)
            return 0;
        if (x.order != y.order)
            return x.order < y.order ? -1 : 1;
        if (x.end || y.end)
            return x.end ? -1 : 1;
        int r = x.order == 0 ? cmp_numbers(x.text, y.text) : bb_str_cmp(x.text, y.text);
        if (r)
            return r < 0 ? -1 : 1;
    }
}

static int64_t epoch(bb_str e)
{
    int64_t n = 0;
    bb_str_to_int(bb_str_trim(e), &n);
    return n;
}

int bb_version_cmp(struct bb_version a, struct bb_version b)
{
    int64_t ea = epoch(a.e), eb = epoch(b.e);

    if (ea != eb)
        return ea < eb ? -1 : 1;
    int r = cmp_part(a.v, b.v);
    return r ? r : cmp_part(a.r, b.r);
}

int bb_vercmp(bb_str a, bb_str b)
{
    return bb_version_cmp(version_split(a), version_split(b));
}

int bb_vercmp_op(bb_str a, bb_str b, bb_str op)
{
    /* Which of "less", "equal", "greater" each operator accepts. */
    static const struct {
        const char *op;
        bool less, equal, greater;
    } ops[] = {
        {"=", 0, 1, 0},  {"==", 0, 1, 0}, {"<=", 1, 1, 0}, {">=", 0, 1, 1}, {">", 0, 0, 1},
        {">>", 0, 0, 1}, {"<", 1, 0, 0},  {"<<", 1, 0, 0}, {"!=", 1, 0, 1},
    };

    for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
        if (!bb_str_eqz(op, ops[i].op))
            continue;
        int r = bb_vercmp(a, b);
        return r < 0 ? ops[i].less : r > 0 ? ops[i].greater : ops[i].equal;
    }
    return -EINVAL;
}

static struct bb_dep *find_dep(struct bb_deps *d, bb_str name)
{
    for (size_t i = 0; i < d->n; i++)
        if (bb_str_eq(d->p[i].name, name))
            return &d->p[i];
    bb_vec_push(d, (struct bb_dep){.name = name});
    return &d->p[d->n - 1];
}

/* The comparison operator at the head of `word`; empty when there is none. */
static bb_str take_operator(bb_str *word)
{
    static const char *const ops[] = {"<=", "=<", "<<", "==", "!=", ">=", "=>", ">>", "<", ">", "="};

    for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
        bb_str op = bb_str_z(ops[i]);
        if (bb_str_starts(*word, op)) {
            *word = bb_str_from(*word, op.len);
            return op;
        }
    }
    return bb_str_n("", 0);
}

/* Where bb_deps_parse is within "NAME (OP VERSION...)". */
struct dep_reader {
    struct bb_arena *a;
    struct bb_deps *ret;
    bb_str name, op;
    struct bb_buf version;
    bool want_op, in_version;
};

/* A word inside parentheses. Each further word of a version adds one more condition, as BitBake does. */
static void read_version(struct dep_reader *r, bb_str word)
{
    if (bb_str_ends(word, BB_STR(")"))) {
        word.len--;
        r->in_version = false;
        if (r->version.len && word.len)
            bb_buf_addc(&r->version, ' ');
    }
    if (word.len == 0)
        return;
    bb_buf_adds(&r->version, word);
    struct bb_dep *d = find_dep(r->ret, r->name);
    bb_vec_push(&d->conditions, bb_arena_fmt(r->a, "%.*s %s", BB_STRF(r->op), r->version.p));
}

static int read_word(struct dep_reader *r, bb_str word, bb_str *ret_bad)
{
    if (*word.p == '(') {
        r->want_op = true;
        word = bb_str_from(word, 1);
        if (word.len == 0)
            return 0;
    }
    if (r->want_op) {
        r->want_op = false;
        r->in_version = true;
        bb_str spec = word;
        r->op = take_operator(&word);
        if (r->op.len == 0) {
            *ret_bad = spec;
            return -EINVAL;
        }
        if (word.len == 0)
            return 0;
    }
    if (r->in_version) {
        read_version(r, word);
        return 0;
    }
    r->name = word;
    r->op = bb_str_n("", 0);
    bb_buf_clear(&r->version);
    find_dep(r->ret, word);
    return 0;
}

int bb_deps_parse(struct bb_arena *a, bb_str s, struct bb_deps *ret, bb_str *ret_bad)
{
    struct dep_reader r = {.a = a, .ret = ret, .name = {"", 0}, .version = BB_BUF_INIT};
    char *text = bb_arena_strz(a, s), *to = text;
    bb_str word;
    int err = 0;

    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] != ',')
            *to++ = s.p[i];
    bb_str rest = bb_str_n(text, (size_t)(to - text));
    while (!err && bb_str_word(&rest, &word))
        err = read_word(&r, word, ret_bad);
    bb_buf_release(&r.version);
    return err;
}

void bb_deps_release(struct bb_deps *d)
{
    bb_vec_each(d, dep)
        bb_vec_release(&dep->conditions);
    bb_vec_release(d);
}

void bb_deps_names(bb_str s, struct bb_strvec *ret)
{
    bool inside = false;
    bb_str word;

    while (bb_str_word(&s, &word)) {
        if (*word.p == '(')
            inside = true;
        if (!inside)
            bb_vec_push(ret, word);
        else if (bb_str_ends(word, BB_STR(")")))
            inside = false;
    }
}
