/* SPDX-License-Identifier: MIT */
/*
 * Expansion: ${NAME} and ${@code}, pass by pass until nothing changes, noting what was referred to.
 *
 * A text under way lies in one of the cache's work buffers and is copied to the arena once, at the end.
 * References are pushed on the cache's stack of symbols, which nested expansions use above ours.
 */
#include "base/rules.h"
#include "data/store_priv.h"

/* A text that is not done after so many passes, or has become so long in fewer, grows with every pass and
 * never will be done. BitBake would not return. */
#define MOST_PASSES  100
#define FEWER_PASSES 10
#define MOST_BYTES   ((size_t)1 << 20)

size_t bb_expand_dollar(bb_str s, size_t from)
{
    while (from + 1 < s.len) {
        const char *p = memchr(s.p + from, '$', s.len - from - 1);
        if (!p)
            return BB_NPOS;
        from = (size_t)(p - s.p);
        if (p[1] == '{')
            return from;
        from++;
    }
    return BB_NPOS;
}

/* Code points above ASCII that Python takes for white space, as UTF-8. */
static size_t wide_space(const unsigned char *p, size_t len)
{
    if (len >= 2 && p[0] == 0xc2)
        return p[1] == 0x85 || p[1] == 0xa0 ? 2 : 0;
    if (len < 3)
        return 0;
    if (p[0] == 0xe1)
        return p[1] == 0x9a && p[2] == 0x80 ? 3 : 0;
    if (p[0] == 0xe2 && p[1] == 0x80)
        return p[2] <= 0x8a || p[2] == 0xa8 || p[2] == 0xa9 || p[2] == 0xaf ? 3 : 0;
    if (p[0] == 0xe2 && p[1] == 0x81)
        return p[2] == 0x9f ? 3 : 0;
    return p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x80 ? 3 : 0;
}

size_t bb_expand_space(bb_str s)
{
    const unsigned char *p = (const unsigned char *)s.p;

    if (s.len == 0)
        return 0;
    if (p[0] < 0x80)
        return p[0] == ' ' || (p[0] >= '\t' && p[0] <= '\r') || (p[0] >= 0x1c && p[0] <= 0x1f);
    return wide_space(p, s.len);
}

bool bb_expand_word(bb_str *rest, bb_str *ret_word)
{
    size_t n, i = 0;

    while ((n = bb_expand_space(*rest)) > 0)
        *rest = bb_str_from(*rest, n);
    while (i < rest->len && !bb_expand_space(bb_str_from(*rest, i)))
        i++;
    *ret_word = bb_str_sub(*rest, 0, i);
    *rest = bb_str_from(*rest, i);
    return i > 0;
}

/* Whether a character ends (or starts) at byte `at` of s that is white space, or s does. */
static bool at_edge(bb_str s, size_t at, bool before)
{
    if (before ? at == 0 : at == s.len)
        return true;
    if (!before)
        return bb_expand_space(bb_str_from(s, at)) > 0;
    for (size_t back = 1; back <= 3 && back <= at; back++)
        if (bb_expand_space(bb_str_from(s, at - back)) == back)
            return true;
    return false;
}

bool bb_expand_has_word(bb_str list, bb_str word)
{
    for (size_t at = 0; word.len && (at = bb_str_find(list, word, at)) != BB_NPOS; at++)
        if (at_edge(list, at, true) && at_edge(list, at + word.len, false))
            return true;
    return false;
}

/* Bytes of [a-zA-Z0-9\-_+./~:]. */
static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '-' && c <= ':') || c == '_' ||
           c == '+' || c == '~';
}

/* The length of the ${NAME} that starts at `at`, 0 when there is none. BitBake: __expand_var_regexp__. */
static size_t match_name(bb_str s, size_t at)
{
    size_t i = at + 2;

    while (i < s.len && is_name_byte(s.p[i]))
        i++;
    return i < s.len && s.p[i] == '}' && i > at + 2 ? i + 1 - at : 0;
}

/*
 * The length of the ${@code} that starts at `at`, 0 when there is none. BitBake: __expand_python_regexp__,
 * \${@(?:{.*?}|.)+?}. A '{' swallows the text up to the next '}' unless no '}' would then be left on the
 * line. Before 2.4 the first '}' ends the code.
 */
static size_t match_code(bb_str s, size_t at, bool braces)
{
    size_t i = at + 3, end = bb_str_chr(s, '\n', at), last;

    if (end == BB_NPOS)
        end = s.len;
    last = bb_str_rchr(bb_str_sub(s, 0, end), '}');
    if (last == BB_NPOS || last <= i)
        return 0;
    for (bool first = true;; first = false) {
        if (s.p[i] == '}' && !first)
            return i + 1 - at;
        size_t close = braces && s.p[i] == '{' ? bb_str_chr(s, '}', i + 1) : BB_NPOS;
        i = close != BB_NPOS && close < last ? close + 1 : i + 1;
    }
}

static bool has_name(bb_str s)
{
    for (size_t at = 0; (at = bb_expand_dollar(s, at)) != BB_NPOS; at += 2)
        if (match_name(s, at))
            return true;
    return false;
}

/* One expansion under way. */
struct work {
    struct bb_store *d;
    struct origin from;
    size_t syms; /* where our references start on the stack */
    int pieces;  /* how many strings Python would join in this pass */
    bool braces; /* BB_RULE_CODE_BRACES */
    BB_VEC(bb_sym) execs;
    BB_VEC(struct bb_contains) contains;
};

static bool has_item(const struct bb_contains *c, bb_str item)
{
    for (size_t i = 0; i < c->nitems; i++)
        if (bb_str_eq(c->items[i], item))
            return true;
    return false;
}

static struct bb_contains *contains_of(struct work *w, bb_sym var)
{
    bb_vec_each(&w->contains, c)
        if (c->var == var)
            return c;
    bb_vec_push(&w->contains, (struct bb_contains){.var = var});
    return &w->contains.p[w->contains.n - 1];
}

static void add_deps(struct work *w, const struct bb_codedeps *deps)
{
    for (size_t i = 0; i < deps->nreferences; i++)
        bb_vec_push(&w->d->cache.syms, deps->references[i]);
    for (size_t i = 0; i < deps->nexecs; i++)
        bb_vec_push(&w->execs, deps->execs[i]);
    for (size_t i = 0; i < deps->ncontains; i++) {
        const struct bb_contains *from = &deps->contains[i];
        struct bb_contains *to = contains_of(w, from->var);
        bb_str *items = bb_arena_array(&w->d->arena, bb_str, to->nitems + from->nitems);
        for (size_t k = 0; k < to->nitems; k++)
            items[k] = to->items[k];
        to->items = items;
        for (size_t k = 0; k < from->nitems; k++)
            if (!has_item(to, from->items[k]))
                items[to->nitems++] = from->items[k];
    }
}

/* The names without duplicates, in the arena. */
static bb_sym *unique(struct bb_store *d, const bb_sym *p, size_t n, size_t *ret_n)
{
    uint64_t mark = bb_symx_mark();
    bb_sym *set = n ? bb_arena_array(&d->arena, bb_sym, n) : NULL;
    size_t k = 0;

    for (size_t i = 0; i < n; i++) {
        struct symx *x = bb_symx_get(p[i]);
        if (x->mark != mark)
            set[k++] = p[i];
        x->mark = mark;
    }
    *ret_n = k;
    return set;
}

static int expand_name(struct work *w, bb_str match, struct bb_buf *out)
{
    bb_sym key = bb_sym_get(bb_str_sub(match, 2, match.len - 1));
    struct bb_val v;

    if (key == w->from.var && !w->from.flag)
        return bb_fault_set(w->d, -BB_EPARSE, "Exception: variable %.*s references itself!",
                            BB_STRF(key->name));
    int rc = bb_store_get(w->d, key, BB_GET_EXPAND, &v);
    if (rc < 0)
        return rc;
    bb_vec_push(&w->d->cache.syms, key);
    if (v.kind == BB_V_NONE)
        bb_buf_adds(out, match);
    else if (v.kind == BB_V_STR)
        bb_buf_adds(out, v.s);
    else
        /* Python's re.sub joins pieces of text only. */
        return bb_fault_set(w->d, -BB_EPARSE, "TypeError: sequence item %d: expected str instance, %s found",
                            w->pieces, bb_val_type(v));
    return 0;
}

/* Replaces every ${NAME} of `in`. */
static int expand_names(struct work *w, bb_str in, struct bb_buf *out)
{
    size_t done = 0, at = 0;

    w->pieces = 0;
    while ((at = bb_expand_dollar(in, at)) != BB_NPOS) {
        size_t len = match_name(in, at);
        if (!len) {
            at++;
            continue;
        }
        bb_buf_adds(out, bb_str_sub(in, done, at));
        w->pieces += at > done;
        int rc = expand_name(w, bb_str_sub(in, at, at + len), out);
        if (rc < 0)
            return rc;
        w->pieces++;
        done = at += len;
    }
    bb_buf_adds(out, bb_str_from(in, done));
    return 0;
}

/* A syntax error after which BitBake leaves the text alone: it takes it for something that only looks like code. */
static bool is_unterminated(bb_str text)
{
    return bb_str_starts(text, BB_STR("SyntaxError: unterminated string literal")) ||
           bb_str_starts(text, BB_STR("SyntaxError: EOL while scanning string literal"));
}

static bool is_expansion_error(bb_str text)
{
    return bb_str_starts(text, BB_STR("ExpansionError:")) ||
           bb_str_starts(text, BB_STR("bb.data_smart.ExpansionError:"));
}

/* What Python had to say. 1 when the code is to stay as it stands. */
static int python_failed(struct work *w, int code, uint64_t serial)
{
    const struct bb_pyhook *hook = w->d->hook;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;

    if (code == -BB_ESKIP || code == -BB_EREPORTED)
        return code;
    if (code != -BB_EPYTHON)
        return bb_fault_set(w->d, code, "%s", bb_strerror(code));
    hook->error_text(hook->self, &text);
    if (is_unterminated(bb_buf_str(&text))) {
        hook->error_clear(hook->self);
        return 1;
    }
    if (is_expansion_error(bb_buf_str(&text)) && w->d->family->fault.serial != serial)
        return code;
    return bb_fault_set(w->d, code, "%.*s", BB_STRF(bb_buf_str(&text)));
}

static bb_sym context_name(const struct origin *from)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;

    if (!from->var || !from->flag)
        return from->var;
    bb_buf_addf(&b, "%.*s[%.*s]", BB_STRF(from->var->name), BB_STRF(from->flag->name));
    return bb_sym_get(bb_buf_str(&b));
}

static int run_python(struct work *w, bb_str code, struct bb_buf *out)
{
    const struct bb_pyhook *hook = w->d->hook;
    const struct bb_codedeps *deps;
    uint64_t serial = w->d->family->fault.serial;
    bb_sym var = context_name(&w->from);

    if (!hook || !hook->eval)
        return bb_fault_set(w->d, -BB_EPARSE, "RuntimeError: no Python to evaluate '%.*s'", BB_STRF(code));
    int rc = hook->scan ? hook->scan(hook->self, w->d, code, var, (bb_str){0}, 0, &deps) : -BB_EPARSE;
    if (rc == 0)
        add_deps(w, deps);
    else if (rc == -BB_EPYTHON)
        hook->error_clear(hook->self);
    if (rc < 0 || !bb_pure_code(deps))
        bb_cache_read_anything(&w->d->cache);
    rc = hook->eval(hook->self, w->d, var, code, out);
    return rc < 0 ? python_failed(w, rc, serial) : 0;
}

static int expand_code(struct work *w, bb_str match, struct bb_buf *out)
{
    bb_str code = bb_str_sub(match, 3, match.len - 1);
    int rc = 0;

    if (w->braces && has_name(code)) {
        bb_buf_adds(out, match);
        return 0;
    }
    const struct inline_code *c = bb_inline_compile(w->d, code);
    if (c) {
        add_deps(w, bb_inline_deps(c));
        rc = bb_inline_eval(w->d, c, out);
    }
    return rc ? (rc < 0 ? rc : 0) : run_python(w, code, out);
}

/* Replaces every ${@code} of `in`. 1 when one of them is not code, and nothing of this pass counts. */
static int expand_codes(struct work *w, bb_str in, struct bb_buf *out)
{
    size_t done = 0, at = 0;

    while ((at = bb_expand_dollar(in, at)) != BB_NPOS) {
        size_t len = at + 2 < in.len && in.p[at + 2] == '@' ? match_code(in, at, w->braces) : 0;
        if (!len) {
            at++;
            continue;
        }
        bb_buf_adds(out, bb_str_sub(in, done, at));
        int rc = expand_code(w, bb_str_sub(in, at, at + len), out);
        if (rc != 0)
            return rc;
        done = at += len;
    }
    bb_buf_adds(out, bb_str_from(in, done));
    return 0;
}

static int pass_fault(struct work *w, int code, bb_str expression)
{
    if (code != -BB_ESKIP && code != -BB_EREPORTED)
        bb_fault_pass(w->d, w->from, expression);
    return code;
}

static int endless(struct work *w)
{
    return bb_fault_set(w->d, -BB_EPARSE, "RecursionError: the text grows with every pass of its expansion");
}

static bool has_code(bb_str s)
{
    for (size_t at = 0; (at = bb_expand_dollar(s, at)) != BB_NPOS; at++)
        if (at + 2 < s.len && s.p[at + 2] == '@')
            return true;
    return false;
}

/* The passes over a text that has "${". *s ends as a view of what it was or of a work buffer. */
static int expand_text(struct work *w, bb_str *s)
{
    struct cache *c = &w->d->cache;
    bb_str v = *s;
    struct bb_buf *mid = bb_cache_buf(c), *next = bb_cache_buf(c), *last = bb_cache_buf(c);

    for (unsigned pass = 0;; pass++) {
        if (pass == MOST_PASSES || (pass > FEWER_PASSES && s->len > v.len + MOST_BYTES))
            return pass_fault(w, endless(w), v);
        bb_buf_clear(mid);
        int rc = expand_names(w, *s, mid);
        if (rc < 0)
            return pass_fault(w, rc, *s);
        struct bb_buf *result = mid;
        if (has_code(bb_buf_str(mid))) {
            bb_buf_clear(next);
            rc = expand_codes(w, bb_buf_str(mid), next);
            if (rc < 0)
                return pass_fault(w, rc, bb_buf_str(mid));
            result = rc == 0 ? next : mid;
        }
        bool same = bb_str_eq(bb_buf_str(result), *s);
        struct bb_buf tmp = *last;
        *last = *result;
        *result = tmp;
        *s = bb_buf_str(last);
        if (same || bb_expand_dollar(*s, 0) == BB_NPOS)
            return 0;
    }
}

static void keep_deps(struct work *w, struct bb_codedeps *deps)
{
    struct bb_store *d = w->d;
    const bb_sym *refs = d->cache.syms.p;

    deps->references = unique(d, refs ? refs + w->syms : NULL, d->cache.syms.n - w->syms, &deps->nreferences);
    deps->execs = unique(d, w->execs.p, w->execs.n, &deps->nexecs);
    deps->ncontains = w->contains.n;
    if (w->contains.n) {
        deps->contains = bb_arena_array(&d->arena, struct bb_contains, w->contains.n);
        memcpy(deps->contains, w->contains.p, w->contains.n * sizeof(*deps->contains));
    }
}

int bb_expand_value(struct bb_store *d, struct bb_val v, struct origin from, const struct bb_val *old,
                    struct bb_varparse *vp)
{
    *vp = (struct bb_varparse){.value = v, .unexpanded = v};
    if (v.kind != BB_V_STR || bb_expand_dollar(v.s, 0) == BB_NPOS)
        return 0;

    struct work w = {.d = d,
                     .from = from,
                     .syms = d->cache.syms.n,
                     .braces = bb_rules_has(d->ctx->level, BB_RULE_CODE_BRACES)};
    size_t bufs = d->cache.nbufs;
    bb_str s = v.s;
    int rc = expand_text(&w, &s);
    if (rc == 0) {
        keep_deps(&w, &vp->deps);
        if (bb_str_eq(s, v.s))
            vp->value = v;
        else if (old && old->kind == BB_V_STR && bb_str_eq(old->s, s))
            vp->value = *old;
        else
            vp->value = bb_val_s(bb_arena_str(&d->arena, s));
    }
    d->cache.syms.n = w.syms;
    bb_cache_unbuf(&d->cache, bufs);
    bb_vec_release(&w.execs);
    bb_vec_release(&w.contains);
    return rc;
}

int bb_store_expand_refs(struct bb_store *d, bb_str text, bb_sym var, struct bb_varparse *ret)
{
    return bb_expand_value(d, bb_val_s(text), (struct origin){var, NULL}, NULL, ret);
}

int bb_store_expand(struct bb_store *d, bb_str text, bb_sym var, bb_str *ret)
{
    struct bb_varparse vp;

    if (bb_expand_dollar(text, 0) == BB_NPOS) {
        *ret = text;
        return 0;
    }
    int rc = bb_store_expand_refs(d, text, var, &vp);
    if (rc == 0)
        *ret = vp.value.s;
    return rc;
}
