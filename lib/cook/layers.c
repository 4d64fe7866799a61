/* SPDX-License-Identifier: MIT */
#include "cook/layers.h"

#include "base/vercmp.h"
#include "ext/regex.h"

#include <stdlib.h>

/* What is known of a collection while priorities are worked out. */
struct info {
    bb_str name;
    bool explicit; /* BBFILE_PRIORITY is set */
    bool done;
    int priority;
    struct bb_strvec depends; /* collections this one must come after */
};

struct work {
    struct bb_ctx *ctx;
    struct bb_store *d;
    struct info *infos;
    size_t n;
    int min_priority;
    bool failed;
};

static int get(struct bb_store *d, const char *prefix, bb_str name, bb_str *ret)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    bb_buf_addf(&b, "%s%.*s", prefix, BB_STRF(name));
    return bb_store_str_report(d, bb_sym_get(bb_buf_str(&b)), ret);
}

static struct info *find(struct work *w, bb_str name)
{
    for (size_t i = 0; i < w->n; i++)
        if (bb_str_eq(w->infos[i].name, name))
            return &w->infos[i];
    return NULL;
}

/* Whether a condition "OP VERSION" on an enabled layer holds; for LAYERDEPENDS the reason why not is an error. */
static bool check_version(struct work *w, bb_str c, bb_str dep, bb_str cond, bool required)
{
    bb_str op, version, have, rest = cond;
    if (get(w->d, "LAYERVERSION_", dep, &have) < 0)
        return false;
    if (bb_str_word(&rest, &op) && bb_str_word(&rest, &version) && have.len &&
        bb_vercmp_op(have, version, op) == 1)
        return true;
    if (required && have.len)
        bb_error(w->ctx,
                 "Layer '%.*s' depends on version %.*s of layer '%.*s', but version "
                 "%.*s is currently enabled in your configuration. Check that you are "
                 "using the correct matching versions/branches of these two layers.",
                 BB_STRF(c), BB_STRF(cond), BB_STRF(dep), BB_STRF(have));
    else if (required)
        bb_error(w->ctx,
                 "Layer '%.*s' depends on version %.*s of layer '%.*s', which exists "
                 "in your configuration but does not specify a version. Check that you "
                 "are using the correct matching versions/branches of these two layers.",
                 BB_STRF(c), BB_STRF(cond), BB_STRF(dep));
    w->failed = w->failed || required;
    return false;
}

/* One word of LAYERDEPENDS or LAYERRECOMMENDS with its conditions. */
static void add_dep(struct work *w, struct info *in, const struct bb_dep *dep, bool required)
{
    bool holds = find(w, dep->name) != NULL;
    if (!holds && required) {
        bb_error(w->ctx,
                 "Layer '%.*s' depends on layer '%.*s', but this layer is not enabled in your configuration",
                 BB_STRF(in->name), BB_STRF(dep->name));
        w->failed = true;
    }
    for (size_t i = 0; holds && i < dep->conditions.n; i++)
        holds = check_version(w, in->name, dep->name, dep->conditions.p[i], required);
    if (holds)
        bb_vec_push(&in->depends, dep->name);
}

/* Reads LAYERDEPENDS or LAYERRECOMMENDS of one collection. */
static int read_deps(struct work *w, struct info *in, bool required)
{
    struct bb_deps deps = {0};
    bb_str list, bad;
    int r = get(w->d, required ? "LAYERDEPENDS_" : "LAYERRECOMMENDS_", in->name, &list);
    if (r < 0)
        return r;
    if (bb_deps_parse(bb_store_arena(w->d), list, &deps, &bad) < 0)
        r = bb_error(w->ctx, "Error parsing %s_%.*s: Expected an operator in \"%.*s\"",
                     required ? "LAYERDEPENDS" : "LAYERRECOMMENDS", BB_STRF(in->name), BB_STRF(bad));
    for (size_t i = 0; r == 0 && i < deps.n; i++)
        add_dep(w, in, &deps.p[i], required);
    bb_deps_release(&deps);
    return r;
}

static int read_priority(struct work *w, struct info *in)
{
    bb_str text;
    int64_t n;
    int r = get(w->d, "BBFILE_PRIORITY_", in->name, &text);
    if (r < 0 || !text.len)
        return r;
    if (!bb_str_to_int(bb_str_trim(text), &n)) {
        bb_error(w->ctx, "invalid value for BBFILE_PRIORITY_%.*s: \"%.*s\"", BB_STRF(in->name),
                 BB_STRF(text));
        w->failed = true;
        return 0;
    }
    if (!w->min_priority || n < w->min_priority)
        w->min_priority = (int)n;
    in->priority = (int)n;
    in->explicit = n != 0;
    return 0;
}

/* BitBake: one more than the highest of the layers it depends on. A circle counts as the lowest. */
static int priority_of(struct work *w, struct info *in)
{
    if (in->explicit || in->done)
        return in->priority;
    in->done = true;
    int highest = w->min_priority;
    in->priority = highest;
    bb_vec_each(&in->depends, dep) {
        int p = priority_of(w, find(w, *dep));
        if (p > highest)
            highest = p;
    }
    return in->priority = highest + 1;
}

static int pattern_desc(const void *a, const void *b)
{
    return bb_str_cmp(((const struct bb_layer *)b)->pattern, ((const struct bb_layer *)a)->pattern);
}

static int make_layer(struct work *w, struct info *in, struct bb_layer *ret)
{
    *ret = (struct bb_layer){.name = in->name, .priority = priority_of(w, in)};
    BB_CLEAN_BUF struct bb_buf var = BB_BUF_INIT;
    bb_buf_addf(&var, "BBFILE_PATTERN_%.*s", BB_STRF(in->name));
    struct bb_val set;
    int r = bb_store_get(w->d, bb_sym_get(bb_buf_str(&var)), 0, &set);
    if (r == 0)
        r = bb_store_str_report(w->d, bb_sym_get(bb_buf_str(&var)), &ret->pattern);
    if (r < 0)
        return r;
    if (set.kind == BB_V_NONE) {
        bb_error(w->ctx, "BBFILE_PATTERN_%.*s not defined", BB_STRF(in->name));
        w->failed = true;
        return 0;
    }
    if (!ret->pattern.len)
        return 0;
    if (bb_regex_new(ret->pattern, 0, &ret->regex, NULL) < 0) {
        bb_error(w->ctx, "BBFILE_PATTERN_%.*s \"%.*s\" is not a valid regular expression", BB_STRF(in->name),
                 BB_STRF(ret->pattern));
        w->failed = true;
    }
    return 0;
}

int bb_layers_load(struct bb_ctx *ctx, struct bb_store *d, struct bb_layers *ret)
{
    bb_str collections;
    struct work w = {.ctx = ctx, .d = d};
    *ret = (struct bb_layers){0};
    int r = bb_store_str_report(d, BB_SYM("BBFILE_COLLECTIONS"), &collections);
    if (r < 0)
        return r;
    struct bb_strvec names = {0};
    bb_strvec_words(&names, collections);
    w.infos = bb_calloc(names.n + 1, sizeof(*w.infos));
    w.n = names.n;
    for (size_t i = 0; i < w.n; i++)
        w.infos[i].name = names.p[i];
    for (size_t i = 0; r == 0 && i < w.n; i++) {
        r = read_priority(&w, &w.infos[i]);
        if (r == 0)
            r = read_deps(&w, &w.infos[i], true);
        if (r == 0)
            r = read_deps(&w, &w.infos[i], false);
    }
    ret->p = bb_calloc(w.n + 1, sizeof(*ret->p));
    for (ret->n = 0; r == 0 && ret->n < w.n; ret->n++)
        r = make_layer(&w, &w.infos[ret->n], &ret->p[ret->n]);
    qsort(ret->p, ret->n, sizeof(*ret->p), pattern_desc);
    for (size_t i = 0; i < w.n; i++)
        bb_vec_release(&w.infos[i].depends);
    free(w.infos);
    bb_vec_release(&names);
    return r < 0 ? r : w.failed ? -BB_EREPORTED : 0;
}

void bb_layers_release(struct bb_layers *l)
{
    for (size_t i = 0; i < l->n; i++)
        bb_regex_free(l->p[i].regex);
    free(l->p);
    *l = (struct bb_layers){0};
}

const struct bb_layer *bb_layers_of(const struct bb_layers *l, bb_str path)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->p[i].regex && bb_regex_match(l->p[i].regex, path, 0))
            return &l->p[i];
    return NULL;
}
