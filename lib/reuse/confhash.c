/* SPDX-License-Identifier: MIT */
#include "reuse/confhash.h"

#include "base/map.h"
#include "base/rules.h"
#include "ext/digest.h"

#include <stdlib.h>

enum { LEAST = 10 /* bytes of a variable in binary form */ };

struct hashing {
    struct bb_store *d;
    struct bb_digest *all;
    struct bb_arena *a;
    struct bb_arena scratch;
    struct bb_map ignored; /* BB_HASHCONFIG_IGNORE_VARS */
    BB_VEC(struct bb_confvar) vars;
};

static bool same_sym(bb_sym s, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bb_str_eqz(s->name, names[i]))
            return true;
    return false;
}

/*
 * What works by itself: what is a function or a task is called without being read, an exported variable
 * reaches every shell task, and a name with '$' or '.' is found by other means than its own name.
 */
static bool acts_unread(const struct bb_flag *flags, size_t n, bb_str name)
{
    static const char *const acting[] = {"func", "python", "task", "export", "unexport"};
    static const char *const settings[] = {"__", "BB", "LAYER"};
    for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
        if (bb_str_starts(name, bb_str_z(settings[i])))
            return true;
    for (size_t i = 0; i < n; i++)
        if (same_sym(flags[i].name, acting, sizeof(acting) / sizeof(*acting)))
            return true;
    return bb_str_chr(name, '$', 0) != BB_NPOS || bb_str_chr(name, '.', 0) != BB_NPOS;
}

static void put_flags(struct hashing *h, bb_sym var, const struct bb_flag *flags, size_t n,
                      struct bb_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        struct bb_val v = flags[i].val;
        /* BitBake expands this one, as it says what the variable stands for in signatures. */
        if (bb_str_eqz(flags[i].name->name, "vardepvalue"))
            bb_store_get_flag(h->d, var, flags[i].name, BB_GET_EXPAND, &v);
        bb_buf_addz(out, "\2");
        bb_buf_adds(out, flags[i].name->name);
        bb_buf_addz(out, "\3");
        bb_buf_adds(out, bb_val_str(bb_store_hook(h->d), &h->scratch, v));
    }
}

static void put_ops(struct hashing *h, bb_sym var, struct bb_buf *out)
{
    for (int op = BB_SYMOP_APPEND; op <= BB_SYMOP_REMOVE; op++) {
        const struct bb_varop *ops;
        size_t n;
        if (bb_store_ops(h->d, var, op, &ops, &n) < 0)
            continue;
        for (size_t i = 0; i < n; i++) {
            bb_buf_addz(out, "\4");
            bb_buf_adds(out, ops[i].text);
            if (ops[i].override)
                bb_buf_adds(out, ops[i].override->name);
        }
    }
}

/* Name, raw value, flags and operations of one variable; in the hash over all unless it is internal. */
static void hash_variable(struct hashing *h, bb_sym var, bool internal)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct bb_val v;
    const struct bb_flag *flags = NULL;
    size_t n = 0;
    bb_buf_adds(&text, var->name);
    bb_buf_addz(&text, "\1");
    if (bb_store_get(h->d, var, 0, &v) == 0)
        bb_buf_adds(&text, bb_val_str(bb_store_hook(h->d), &h->scratch, v));
    if (bb_store_flags(h->d, var, true, &flags, &n) < 0)
        n = 0;
    put_flags(h, var, flags, n, &text);
    put_ops(h, var, &text);
    if (!internal)
        bb_digest_add(h->all, bb_buf_str(&text));
    bb_vec_push(&h->vars, (struct bb_confvar){.name = bb_arena_str(h->a, var->name),
                                              .hash = bb_str_hash(bb_buf_str(&text)),
                                              .always = acts_unread(flags, n, var->name)});
}

static int name_cmp(const void *a, const void *b)
{
    return bb_str_cmp((*(const bb_sym *)a)->name, (*(const bb_sym *)b)->name);
}

/* BitBake: DataSmart.get_hash(). Names with "__" are bbc's own; these are what the rest is made of. */
static void hash_named(struct hashing *h, bb_sym *names, size_t n)
{
    static const char *const hashed[] = {"__BBTASKS", "__BBANONFUNCS", "__BBHANDLERS"};
    static const char *const changing[] = {"__depends", "__base_depends"};
    qsort(names, n, sizeof(*names), name_cmp);
    for (size_t i = 0; i < n; i++) {
        bool internal = bb_str_starts(names[i]->name, BB_STR("__")) &&
                        !bb_str_starts(names[i]->name, BB_STR("__anon_")) &&
                        !same_sym(names[i], hashed, sizeof(hashed) / sizeof(*hashed));
        if (!bb_map_has(&h->ignored, names[i]->name) &&
            !same_sym(names[i], changing, sizeof(changing) / sizeof(*changing)))
            hash_variable(h, names[i], internal);
    }
}

static int hash_store(struct hashing *h)
{
    bb_sym *keys;
    size_t n;
    bb_str ignore, word;
    bb_str list = bb_rules_variable(bb_store_ctx(h->d)->level, BB_STR("BB_HASHCONFIG_IGNORE_VARS"));
    int r = bb_store_str_report(h->d, bb_sym_get(list), &ignore);
    if (r == 0)
        r = bb_store_keys(h->d, &keys, &n);
    if (r < 0)
        return r;
    while (bb_str_word(&ignore, &word))
        bb_map_put(&h->ignored, word, NULL);
    bb_map_put(&h->ignored, BB_STR("BB_ORIGENV"), NULL);
    bb_arena_init(&h->scratch);
    bb_sym *sorted = bb_malloc(n * sizeof(*sorted) + 1);
    memcpy(sorted, keys, n * sizeof(*sorted));
    hash_named(h, sorted, n);
    free(sorted);
    bb_arena_release(&h->scratch);
    bb_map_release(&h->ignored);
    return 0;
}

int bb_confhash_make(struct bb_store *const *stores, size_t n, struct bb_arena *a, struct bb_confhash *ret)
{
    struct hashing h = {.a = a};
    char hex[BB_DIGEST_HEX];
    int r = bb_digest_new("sha256", &h.all);
    for (size_t i = 0; r == 0 && i < n; i++) {
        h.d = stores[i];
        bb_vec_push(&h.vars, (struct bb_confvar){.name = BB_STR(""), .hash = i, .always = true});
        r = hash_store(&h);
    }
    if (r == 0) {
        bb_digest_finish(h.all, hex);
        memcpy(ret->hex, hex, sizeof(ret->hex));
        ret->n = h.vars.n;
        ret->vars = bb_arena_array(a, struct bb_confvar, h.vars.n);
        memcpy(ret->vars, h.vars.p, h.vars.n * sizeof(*h.vars.p));
    }
    bb_vec_release(&h.vars);
    bb_digest_free(h.all);
    return r;
}

/* A variable with overrides in its name takes the place of one whose name is a front part of it. */
static bool may_matter(const struct bb_confvar *v, const struct bb_reads *r)
{
    if (v->always || bb_reads_has(r, v->name))
        return true;
    for (size_t i = 1; i < v->name.len; i++)
        if ((v->name.p[i] == ':' || v->name.p[i] == bb_sym_separator()) &&
            bb_reads_has(r, bb_str_sub(v->name, 0, i)))
            return true;
    return false;
}

/* Where the configuration that begins at `at` ends. */
static size_t conf_end(const struct bb_confhash *c, size_t at)
{
    for (at++; at < c->n && c->vars[at].name.len; at++)
        ;
    return at;
}

bool bb_confhash_harmless(const struct bb_confhash *was, const struct bb_confhash *is,
                          const struct bb_reads *reads, bb_str *ret_why)
{
    size_t a = 0, b = 0;
    *ret_why = BB_STR("");
    if (reads->unknown || !was->n || !is->n)
        return false;
    while (a < was->n && b < is->n) {
        size_t enda = conf_end(was, a), endb = conf_end(is, b);
        for (a++, b++; a < enda || b < endb;) {
            int c = a == enda ? 1 : b == endb ? -1 : bb_str_cmp(was->vars[a].name, is->vars[b].name);
            const struct bb_confvar *x = c <= 0 ? &was->vars[a++] : NULL, *y = c >= 0 ? &is->vars[b++] : NULL;
            if (x && y && x->hash == y->hash)
                continue;
            if ((x && may_matter(x, reads)) || (y && may_matter(y, reads))) {
                *ret_why = x ? x->name : y->name;
                return false;
            }
        }
    }
    return a == was->n && b == is->n; /* as many configurations */
}

void bb_confhash_put(struct bb_buf *out, const struct bb_confhash *c)
{
    bb_pack_put_text(out, bb_str_z(c->hex));
    bb_pack_put_uint(out, c->n);
    for (size_t i = 0; i < c->n; i++) {
        bb_pack_put_text(out, c->vars[i].name);
        bb_pack_put_hash(out, c->vars[i].hash);
        bb_pack_put_uint(out, c->vars[i].always);
    }
}

struct bb_confhash bb_confhash_take(struct bb_pack_in *in, struct bb_arena *a)
{
    struct bb_confhash c = {0};
    bb_str hex = bb_pack_take_text(in);
    size_t n = bb_pack_take_count(in, LEAST);
    in->bad = in->bad || hex.len != sizeof(c.hex) - 1;
    if (in->bad)
        return c;
    memcpy(c.hex, hex.p, hex.len);
    c.vars = bb_arena_array(a, struct bb_confvar, n);
    for (; c.n < n; c.n++) {
        struct bb_confvar *v = &c.vars[c.n];
        v->name = bb_pack_take_text(in);
        v->hash = bb_pack_take_hash(in);
        v->always = bb_pack_take_bool(in);
    }
    in->bad = in->bad || (n && c.vars[0].name.len); /* a configuration begins with a nameless one */
    return c;
}
