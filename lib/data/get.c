/* SPDX-License-Identifier: MIT */
/* getVar and getVarFlag: which text a name stands for, and the cache in front of it. */
#include "base/rules.h"
#include "data/store_priv.h"

/* BitBake ends in Python's RecursionError at about this depth. */
#define MOST_DEPTH 300
#define ODD_READ   (BB_GET_NOWEAK | BB_GET_PARSING)

const struct bb_val *bb_get_stored(const struct rec *r, bool weak)
{
    const struct bb_val *v = bb_record_at(r, AT_CONTENT);
    return v || !weak ? v : bb_record_at(r, AT_WEAK);
}

struct bb_val bb_get_copied(struct bb_store *d, struct bb_val v)
{
    if (v.kind == V_OPS)
        return BB_NONE;
    if (v.kind != BB_V_OBJ || !d->hook || !d->hook->obj_copy)
        return v;
    v.obj = d->hook->obj_copy(d->hook->self, v.obj);
    bb_vec_push(&d->objs, v.obj);
    return v;
}

/* A set of raw remove texts. When the value comes from an override it is that override's own set, as in
 * BitBake, so that what is added here is seen there too. */
struct rmset {
    BB_VEC(bb_str) own;
    struct parse *sub;
};

static bool holds(const bb_str *p, size_t n, bb_str s)
{
    for (size_t i = 0; i < n; i++)
        if (bb_str_eq(p[i], s))
            return true;
    return false;
}

static void rmset_add(struct bb_store *d, struct rmset *set, bb_str raw)
{
    if (holds(set->own.p, set->own.n, raw))
        return;
    bb_vec_push(&set->own, raw);
    struct bb_varparse *vp = set->sub ? &set->sub->vp : NULL;
    if (!vp)
        return;
    bb_str *more = bb_arena_array(&d->arena, bb_str, vp->nremoves + 1);
    if (vp->nremoves)
        memcpy(more, vp->removes, vp->nremoves * sizeof(*more));
    more[vp->nremoves++] = raw;
    vp->removes = more;
}

static void rmset_start(struct rmset *set, struct parse *sub)
{
    if (!sub || !sub->has_removes)
        return;
    for (size_t i = 0; i < sub->vp.nremoves; i++)
        bb_vec_push(&set->own, sub->vp.removes[i]);
    set->sub = sub;
}

static int rmset_collect(struct bb_store *d, struct rmset *set, const struct rec *r)
{
    size_t n;
    const struct bb_varop *ops = bb_op_list(r, AT_REMOVE, &n);

    if (n == 0)
        return 0;
    int rc = bb_override_need(d);
    for (size_t i = 0; rc == 0 && i < n; i++)
        if (bb_op_applies(d, &ops[i]))
            rmset_add(d, set, ops[i].text);
    return rc;
}

/* What is known about one read while it goes on. */
struct reading {
    struct node *node;
    struct rec *rec;
    struct ovlist *keys;
    unsigned flags;
    struct parse *parse; /* to be filled; NULL: only the raw value is asked for */
    struct rmset removes;
};

static int get_content(struct bb_store *d, struct node *n, unsigned flags, struct parse **want,
                       struct bb_val *ret);

/* The value before expansion: that of the override in force, else the stored one, with :append and :prepend. */
static int raw_value(struct bb_store *d, struct reading *g, struct bb_val *value)
{
    *value = BB_NONE;
    if (g->keys) {
        int rc = bb_override_need(d);
        if (rc < 0)
            return rc;
        bb_sym match = bb_override_match(d, g->keys);
        struct parse *sub = NULL;
        if (match) {
            rc = get_content(d, bb_record_node(d, match), 0, &sub, value);
            if (rc < 0)
                return rc;
            rmset_start(&g->removes, sub);
        }
    }
    const struct bb_val *stored = bb_get_stored(g->rec, !(g->flags & BB_GET_NOWEAK));
    if (value->kind == BB_V_NONE && stored)
        *value = bb_get_copied(d, *stored);
    if (g->flags & BB_GET_PARSING)
        return 0;
    return bb_op_combine(d, g->rec, g->parse ? &g->parse->vp.unexpanded : NULL, value);
}

/* Expands the raw value and applies removes; fills g->parse. */
static int finish(struct bb_store *d, struct reading *g, struct bb_val raw)
{
    struct bb_varparse vp = {0};
    bool parsing = g->flags & BB_GET_PARSING;
    bool expanded = g->flags & BB_GET_EXPAND;
    bool has_removes = false;
    int rc = 0;

    if (g->parse)
        rc = bb_expand_value(d, raw, (struct origin){g->node->sym, NULL}, &g->parse->vp.value, &vp);
    if (rc < 0)
        return rc;
    bool truth = bb_val_true(d->hook, g->parse && expanded ? vp.value : raw);
    if (truth && !parsing) {
        rc = rmset_collect(d, &g->removes, g->rec);
        has_removes = g->removes.own.n > 0 && g->parse;
        if (rc == 0 && has_removes)
            rc = bb_op_remove(d, g->removes.own.p, g->removes.own.n, &vp);
    }
    if (rc == 0 && g->parse && expanded)
        rc = bb_filter_apply(d, g->node->sym, &vp.value);
    if (rc < 0 || !g->parse)
        return rc;
    g->parse->vp = vp;
    g->parse->filtered = expanded;
    g->parse->has_removes = has_removes;
    /* What a read without overrides or weak defaults finds is not the variable's value, but BitBake caches it too. */
    if (g->flags & ODD_READ)
        g->parse->loose = true;
    return 0;
}

static int compute(struct bb_store *d, struct reading *g, struct bb_val *ret_raw)
{
    struct frame f;

    if (g->parse) {
        if (d->cache.top && d->cache.top->depth >= MOST_DEPTH)
            return bb_fault_circle(d, g->node->sym);
        bb_cache_begin(d, &f, g->parse, g->node->sym);
    }
    int rc = raw_value(d, g, ret_raw);
    if (rc == 0)
        rc = finish(d, g, *ret_raw);
    if (g->parse)
        bb_cache_end(d, &f, rc == 0);
    bb_vec_release(&g->removes.own);
    return rc;
}

/* What needs no work: a plain text, or nothing at all, that no ancestor can change. Sets *ret and returns true. */
static bool get_plain(struct bb_store *d, const struct reading *g, struct bb_val *ret)
{
    if (g->keys || !bb_cache_solid(d) || bb_filter_of(d, g->node->sym))
        return false;
    if (g->rec && g->rec->plain) {
        *ret = *bb_record_at(g->rec, AT_CONTENT);
        return true;
    }
    *ret = BB_NONE;
    return !g->rec || g->rec->n == 0;
}

/*
 * Whether a valid parse answers a read. BitBake computes raw values anew every time; ours will do where it is sure to
 * be the same. A read without overrides or weak defaults gets the cached value, made with them, when BitBake still
 * has it. Until the next write, what asked for the parse alone has left a value that has not been through its filter.
 */
static bool is_answer(const struct bb_store *d, const struct node *n, const struct parse *p, unsigned flags,
                      bool want)
{
    bool kept = p->writes == d->cache.writes; /* BitBake has it, too: as the read made it that came first */
    bool expand = flags & BB_GET_EXPAND;
    if ((expand || want) && !kept && p->filtered != expand && bb_filter_of(d, n->sym))
        return false;
    if (want || (expand && !(flags & ODD_READ)))
        return true;
    if (expand)
        return kept;
    return !(flags & ODD_READ) && !p->loose && p->vp.unexpanded.kind != BB_V_OBJ && bb_cache_solid(d);
}

/* getVar for a node. `want` asks for the parse as well (BitBake: retparser). */
static int get_content(struct bb_store *d, struct node *n, unsigned flags, struct parse **want,
                       struct bb_val *ret)
{
    struct cache *c = &d->cache;
    struct parse *p = bb_cache_content(n);
    bool expand = flags & BB_GET_EXPAND;
    struct bb_val raw;

    bb_cache_read(d, c, n);
    if (bb_cache_valid(c, p) && is_answer(d, n, p, flags, want)) {
        if (expand || want)
            p->writes = c->writes;
        *ret = expand ? p->vp.value : p->vp.unexpanded;
        if (want)
            *want = p;
        return 0;
    }
    struct reading g = {.node = n, .rec = bb_record_find(d, n), .flags = flags};
    if (!(flags & BB_GET_PARSING) || expand)
        g.keys = bb_override_keys(d, n);
    if (!want && get_plain(d, &g, ret))
        return 0;
    if (flags & BB_GET_PARSING)
        g.keys = NULL;
    if (expand || want)
        g.parse = p ? p : bb_cache_make(d, n, NULL);
    int rc = compute(d, &g, &raw);
    if (rc < 0)
        return rc;
    *ret = expand ? g.parse->vp.value : raw;
    if (want)
        *want = g.parse;
    return 0;
}

static int get_flag_parse(struct bb_store *d, struct node *n, bb_sym flag, const struct bb_val *stored,
                          struct parse **ret)
{
    struct parse *p = bb_cache_flag(n, flag);
    struct bb_varparse vp;
    struct frame f;

    if (!p)
        p = bb_cache_make(d, n, flag);
    if (d->cache.top && d->cache.top->depth >= MOST_DEPTH)
        return bb_fault_circle(d, n->sym);
    bb_cache_begin(d, &f, p, n->sym);
    int rc = bb_expand_value(d, stored ? bb_get_copied(d, *stored) : BB_NONE, (struct origin){n->sym, flag},
                             &p->vp.value, &vp);
    if (rc == 0)
        p->vp = vp;
    bb_cache_end(d, &f, rc == 0);
    *ret = p;
    return rc;
}

/* A flag, or its weak default. */
static const struct bb_val *stored_flag(struct bb_store *d, struct node *n, bb_sym flag, unsigned flags)
{
    const struct rec *r = bb_record_find(d, n);
    const struct bb_val *v = bb_record_get(r, flag);

    if (v || !r || (flags & BB_GET_NOWEAK) || !bb_rules_has(d->ctx->level, BB_RULE_WEAK_FLAGS))
        return v;
    return bb_record_get(r, bb_symx_weak(flag));
}

static int get_flag(struct bb_store *d, struct node *n, bb_sym flag, unsigned flags, struct parse **want,
                    struct bb_val *ret)
{
    struct parse *p = bb_cache_flag(n, flag);
    bool expand = flags & BB_GET_EXPAND;

    bb_cache_read(d, &d->cache, n);
    if ((flags & BB_GET_NOWEAK) && !bb_record_get(bb_record_find(d, n), flag) && !want) {
        *ret = BB_NONE;
        return 0;
    }
    if (bb_cache_valid(&d->cache, p) && (expand || want)) {
        *ret = expand ? p->vp.value : p->vp.unexpanded;
        if (want)
            *want = p;
        return 0;
    }
    const struct bb_val *v = stored_flag(d, n, flag, flags);
    bool simple = !v || (v->kind == BB_V_STR ? bb_expand_dollar(v->s, 0) == BB_NPOS : v->kind != BB_V_OBJ);
    if (!want && (!expand || (simple && bb_cache_solid(d)))) {
        *ret = v ? bb_get_copied(d, *v) : BB_NONE;
        return 0;
    }
    int rc = get_flag_parse(d, n, flag, v, &p);
    if (rc < 0)
        return rc;
    *ret = expand ? p->vp.value : p->vp.unexpanded;
    if (want)
        *want = p;
    return 0;
}

int bb_store_get(struct bb_store *d, bb_sym var, unsigned flags, struct bb_val *ret)
{
    return get_content(d, bb_record_node(d, bb_symx_kept(var)), flags, NULL, ret);
}

bool bb_store_get_plain(struct bb_store *d, bb_sym var, struct bb_val *ret)
{
    struct node *n = bb_record_node(d, bb_symx_kept(var));

    bb_cache_read(d, &d->cache, n);
    const struct reading g = {
        .node = n, .rec = bb_record_find(d, n), .keys = bb_override_keys(d, n), .flags = 0};
    return get_plain(d, &g, ret);
}

int bb_store_get_flag(struct bb_store *d, bb_sym var, bb_sym flag, unsigned flags, struct bb_val *ret)
{
    if (!flag || flag->name.len == 0) {
        bb_warn(d->ctx, "Calling getVarFlag with flag unset is invalid");
        *ret = BB_NONE;
        return 0;
    }
    if (flag == bb_known.content)
        return bb_store_get(d, var, flags, ret);
    return get_flag(d, bb_record_node(d, bb_symx_kept(var)), flag, flags, NULL, ret);
}

int bb_store_parse(struct bb_store *d, bb_sym var, bb_sym flag, const struct bb_varparse **ret)
{
    struct node *n = bb_record_node(d, bb_symx_kept(var));
    struct parse *p;
    struct bb_val raw;
    int rc =
        flag && flag != bb_known.content ? get_flag(d, n, flag, 0, &p, &raw) : get_content(d, n, 0, &p, &raw);

    if (rc == 0)
        *ret = &p->vp;
    return rc;
}

static bb_str text_of(struct bb_store *d, struct bb_val v)
{
    return v.kind == BB_V_NONE ? (bb_str){0} : bb_val_str(d->hook, &d->arena, v);
}

int bb_store_str(struct bb_store *d, bb_sym var, bb_str *ret)
{
    struct bb_val v;
    int rc = bb_store_get(d, var, BB_GET_EXPAND, &v);

    if (rc == 0)
        *ret = text_of(d, v);
    return rc;
}

int bb_store_str_report(struct bb_store *d, bb_sym var, bb_str *ret)
{
    struct bb_loc loc = {0};
    int rc = bb_store_str(d, var, ret);

    if (rc == 0)
        return 0;
    bb_store_where(d, var, &loc);
    return bb_store_report(d, rc, loc);
}

int bb_store_flag_str(struct bb_store *d, bb_sym var, bb_sym flag, bb_str *ret)
{
    struct bb_val v;
    int rc = bb_store_get_flag(d, var, flag, BB_GET_EXPAND, &v);

    if (rc == 0)
        *ret = text_of(d, v);
    return rc;
}
