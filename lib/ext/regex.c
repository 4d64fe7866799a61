/* SPDX-License-Identifier: MIT */
#include "ext/regex.h"

#include <errno.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/arena.h"

struct bb_regex {
    pcre2_code *code;
    pcre2_match_data *data;
    bb_str subject; /* of the last match */
    bool matched;
};

/* Rewrites what Python spells differently: \Z is PCRE's \z, and {,n} is {0,n}. */
static void translate(bb_str p, struct bb_buf *out)
{
    bool in_class = false;

    for (size_t i = 0; i < p.len; i++) {
        char c = p.p[i];
        if (c == '\\' && i + 1 < p.len) {
            char next = p.p[++i];
            bb_buf_addc(out, c);
            bb_buf_addc(out, next == 'Z' && !in_class ? 'z' : next);
            continue;
        }
        bb_buf_addc(out, c);
        if (in_class) {
            in_class = c != ']';
        } else if (c == '[') {
            in_class = true;
            /* A bracket right after "[" or "[^" is itself a member. */
            if (i + 1 < p.len && p.p[i + 1] == '^')
                bb_buf_addc(out, p.p[++i]);
            if (i + 1 < p.len && p.p[i + 1] == ']') {
                bb_buf_addz(out, "\\]");
                i++;
            }
        } else if (c == '{' && i + 2 < p.len && p.p[i + 1] == ',' && p.p[i + 2] >= '0' && p.p[i + 2] <= '9') {
            bb_buf_addc(out, '0');
        }
    }
}

static uint32_t options(unsigned flags)
{
    uint32_t o = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
    if (flags & BB_RE_ICASE)
        o |= PCRE2_CASELESS;
    if (flags & BB_RE_MULTILINE)
        o |= PCRE2_MULTILINE;
    if (flags & BB_RE_DOTALL)
        o |= PCRE2_DOTALL;
    return o;
}

int bb_regex_new(bb_str pattern, unsigned flags, struct bb_regex **ret, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf p = BB_BUF_INIT;
    PCRE2_SIZE at;
    int code;

    translate(pattern, &p);
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)p.p, p.len, options(flags), &code, &at, NULL);
    if (!re) {
        PCRE2_UCHAR text[256];
        pcre2_get_error_message(code, text, sizeof(text));
        if (err)
            bb_buf_addf(err, "%s at position %zu", (const char *)text, (size_t)at);
        return -EINVAL;
    }
    pcre2_jit_compile(re, PCRE2_JIT_COMPLETE); /* without it matching is only slower */
    struct bb_regex *r = bb_calloc(1, sizeof(*r));
    r->code = re;
    r->data = pcre2_match_data_create_from_pattern(re, NULL);
    if (!r->data)
        BB_BUG("no memory for pcre2");
    *ret = r;
    return 0;
}

void bb_regex_free(struct bb_regex *re)
{
    if (!re)
        return;
    pcre2_match_data_free(re->data);
    pcre2_code_free(re->code);
    free(re);
}

static bool run(struct bb_regex *re, bb_str subject, size_t from, uint32_t how)
{
    re->matched = false;
    re->subject = subject;
    if (from > subject.len)
        return false;
    const char *p = subject.p ? subject.p : "";
    re->matched = pcre2_match(re->code, (PCRE2_SPTR)p, subject.len, from, how, re->data, NULL) > 0;
    return re->matched;
}

bool bb_regex_search(struct bb_regex *re, bb_str subject, size_t from)
{
    return run(re, subject, from, 0);
}

bool bb_regex_match(struct bb_regex *re, bb_str subject, size_t from)
{
    return run(re, subject, from, PCRE2_ANCHORED);
}

bb_str bb_regex_group(const struct bb_regex *re, unsigned n)
{
    const PCRE2_SIZE *o = pcre2_get_ovector_pointer(re->data);

    if (!re->matched || n >= pcre2_get_ovector_count(re->data) || o[2 * n] == PCRE2_UNSET)
        return bb_str_n(NULL, 0);
    if (re->subject.len == 0)
        return bb_str_n("", 0);
    return bb_str_sub(re->subject, o[2 * n], o[2 * n + 1]);
}

bb_str bb_regex_named(const struct bb_regex *re, const char *name)
{
    int n = pcre2_substring_number_from_name(re->code, (PCRE2_SPTR)name);
    return n > 0 ? bb_regex_group(re, (unsigned)n) : bb_str_n(NULL, 0);
}

/* The group that "\1", "\12" or "\g<name>" at the head of `s` means; `ret_len` is what it takes, 0: none. */
static bb_str template_group(const struct bb_regex *re, bb_str s, size_t *ret_len)
{
    unsigned n = 0;
    size_t i = 1;

    *ret_len = 0;
    if (bb_str_starts(s, BB_STR("\\g<"))) {
        size_t end = bb_str_chr(s, '>', 3);
        int64_t number;
        if (end == BB_NPOS || end > 3 + 64)
            return bb_str_n(NULL, 0);
        *ret_len = end + 1;
        bb_str name = bb_str_sub(s, 3, end);
        if (bb_str_to_int(name, &number))
            return number < 0 ? bb_str_n(NULL, 0) : bb_regex_group(re, (unsigned)number);
        char z[65];
        memcpy(z, name.p, name.len);
        z[name.len] = '\0';
        return bb_regex_named(re, z);
    }
    while (i < s.len && i < 3 && s.p[i] >= '0' && s.p[i] <= '9')
        n = n * 10 + (unsigned)(s.p[i++] - '0');
    if (i > 1)
        *ret_len = i;
    return i > 1 ? bb_regex_group(re, n) : bb_str_n(NULL, 0);
}

static void add_template(const struct bb_regex *re, bb_str by, struct bb_buf *out)
{
    for (size_t i = 0, len; i < by.len; i += len) {
        len = 1;
        if (by.p[i] != '\\' || i + 1 == by.len) {
            bb_buf_addc(out, by.p[i]);
            continue;
        }
        bb_str group = template_group(re, bb_str_from(by, i), &len);
        char next = by.p[i + 1];
        if (len) {
            bb_buf_adds(out, group);
        } else {
            if (next != '\\' && next != 'n' && next != 't')
                bb_buf_addc(out, '\\');
            bb_buf_addc(out, next == 'n' ? '\n' : next == 't' ? '\t' : next);
            len = 2;
        }
    }
}

size_t bb_regex_sub(struct bb_regex *re, bb_str subject, bb_str by, struct bb_buf *out)
{
    size_t copied = 0, from = 0, count = 0;
    uint32_t how = 0;

    while (run(re, subject, from, how)) {
        const PCRE2_SIZE *o = pcre2_get_ovector_pointer(re->data);
        size_t start = o[0], end = o[1];
        bb_buf_adds(out, bb_str_sub(subject, copied, start));
        add_template(re, by, out);
        count++;
        copied = from = end;
        /* After an empty match the next may begin there too, but not be empty again. */
        how = start == end ? PCRE2_NOTEMPTY_ATSTART : 0;
    }
    bb_buf_adds(out, bb_str_from(subject, copied));
    return count;
}
