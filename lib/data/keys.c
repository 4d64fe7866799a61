/* SPDX-License-Identifier: MIT */
/* What names there are: iteration, flags of a name, renaming, expansion of names. */
#include "data/seen.h"
#include "base/rules.h"
#include "data/store_priv.h"

static bool has_active(const struct bb_store *d, const struct ovlist *l)
{
    for (size_t i = 0; l && i < l->n; i++)
        if (bb_override_active(d, l->p[i].override))
            return true;
    return false;
}

bool bb_store_has_overrides(struct bb_store *d, bb_sym var)
{
    struct node *n = bb_record_node(d, var);

    bb_cache_read(d, &d->cache, n);
    return bb_override_keys(d, n) != NULL;
}

int bb_store_overrides(struct bb_store *d, const bb_sym **ret, size_t *ret_n)
{
    int rc = bb_override_need(d);

    *ret = d->ov.list;
    *ret_n = d->ov.n;
    return rc;
}

/* A list of names without duplicates, under construction. */
struct keyset {
    struct bb_store *d;
    uint64_t mark;
    BB_VEC(bb_sym) v;
};

static void keyset_add(struct keyset *k, bb_sym s)
{
    struct symx *x = bb_symx_get(s);

    if (x->mark == k->mark)
        return;
    x->mark = k->mark;
    bb_vec_push(&k->v, s);
}

/* Written and not deleted: the nearest record counts, and an empty one means deleted. */
static void add_written(struct keyset *k, const struct bb_store *from)
{
    if (from->parent)
        add_written(k, from->parent);
    bb_vec_each(&from->nodes.written, n) {
        const struct rec *r = bb_record_look(k->d, (*n)->sym);
        if (r && r->n)
            keyset_add(k, (*n)->sym);
    }
}

/* Names for which an override is in force count even when they have no record of their own. */
static void add_overridden(struct keyset *k, bool dollar_only)
{
    struct bb_pmap all = {0};

    bb_override_all(k->d, &all);
    bb_pmap_each(&all, e) {
        bb_sym s = e->key;
        if (dollar_only && !(bb_symx_var(s)->flags & SYMX_DOLLAR))
            continue;
        if (has_active(k->d, e->val))
            keyset_add(k, s);
    }
    bb_pmap_release(&all);
}

static bb_sym *keyset_take(struct keyset *k, size_t *ret_n)
{
    bb_sym *p = bb_arena_array(&k->d->arena, bb_sym, k->v.n + 1);

    if (k->v.n)
        memcpy(p, k->v.p, k->v.n * sizeof(*p));
    *ret_n = k->v.n;
    bb_vec_release(&k->v);
    return p;
}

int bb_store_keys(struct bb_store *d, bb_sym **ret, size_t *ret_n)
{
    int rc = bb_override_need(d);

    if (rc < 0)
        return rc;
    bb_cache_read_anything(&d->cache);
    bb_seen_list();
    struct keyset k = {.d = d, .mark = bb_symx_mark()};
    add_written(&k, d);
    add_overridden(&k, false);
    *ret = keyset_take(&k, ret_n);
    return 0;
}

bool bb_store_has(struct bb_store *d, bb_sym var)
{
    if (bb_override_need(d) < 0)
        return false;
    struct node *n = bb_record_node(d, bb_symx_kept(var));
    const struct rec *r = bb_record_find(d, n);
    bb_cache_read(d, &d->cache, n);
    return (r && r->n) || has_active(d, bb_override_keys(d, n));
}

int bb_store_local_keys(struct bb_store *d, bb_sym **ret, size_t *ret_n)
{
    struct keyset k = {.d = d, .mark = bb_symx_mark()};

    bb_cache_read_anything(&d->cache);
    bb_vec_each(&d->nodes.written, n)
        if ((*n)->rec)
            keyset_add(&k, (*n)->sym);
    *ret = keyset_take(&k, ret_n);
    return 0;
}

int bb_store_flags(struct bb_store *d, bb_sym var, bool internal, const struct bb_flag **ret, size_t *ret_n)
{
    struct node *node = bb_record_node(d, bb_symx_kept(var));
    const struct rec *r = bb_record_find(d, node);

    bb_cache_read(d, &d->cache, node);
    *ret = NULL;
    *ret_n = 0;
    if (!r || r->n == 0)
        return 0;
    struct bb_flag *flags = bb_arena_array(&d->arena, struct bb_flag, r->n);
    bool weak = bb_rules_has(d->ctx->level, BB_RULE_WEAK_FLAGS);
    for (size_t i = 0; i < r->n; i++) {
        const struct slot *s = &r->slots[i];
        bb_sym strong = weak && !internal ? bb_symx_strong(s->name) : NULL;
        if (strong && !bb_record_get(r, strong))
            flags[(*ret_n)++] = (struct bb_flag){strong, s->val};
        bool hidden = s->name->name.len > 0 && (s->name->name.p[0] == '_' || s->name->name.p[0] == ':');
        if (!hidden || internal)
            flags[(*ret_n)++] = (struct bb_flag){s->name, s->val.kind == V_OPS ? BB_NONE : s->val};
    }
    *ret = flags;
    return 0;
}

int bb_store_ops(struct bb_store *d, bb_sym var, enum bb_symop op, const struct bb_varop **ret, size_t *ret_n)
{
    struct node *n = bb_record_node(d, bb_symx_kept(var));

    bb_cache_read(d, &d->cache, n);
    *ret = op == BB_SYMOP_NONE ? NULL : bb_op_list(bb_record_find(d, n), bb_op_special(op), ret_n);
    if (!*ret)
        *ret_n = 0;
    return 0;
}

int bb_store_exports(struct bb_store *d, bb_sym **ret, size_t *ret_n)
{
    struct bb_val v;
    int rc = bb_store_get(d, bb_known.exportlist, 0, &v);

    *ret = NULL;
    *ret_n = 0;
    if (rc < 0 || v.kind != BB_V_LIST)
        return rc;
    *ret = bb_arena_array(&d->arena, bb_sym, v.list->n);
    for (size_t i = 0; i < v.list->n; i++)
        (*ret)[(*ret_n)++] = bb_sym_get(v.list->p[i]);
    return 0;
}

/* Python's s.replace(from, to) on a name; an empty `from` cannot be. */
static bb_sym replace_in(bb_str s, bb_str from, bb_str to)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    size_t at, done = 0;

    while (from.len && (at = bb_str_find(s, from, done)) != BB_NPOS) {
        bb_buf_adds(&b, bb_str_sub(s, done, at));
        bb_buf_adds(&b, to);
        done = at + from.len;
    }
    bb_buf_adds(&b, bb_str_from(s, done));
    return bb_sym_get(bb_buf_str(&b));
}

/* Of all flags only the operations move along, after those the new name has. */
static void move_ops(struct bb_store *d, const struct rec *from, struct node *to)
{
    for (enum special k = AT_APPEND; k <= AT_REMOVE; k++) {
        size_t n;
        const struct bb_varop *ops = bb_op_list(from, k, &n);
        if (n == 0)
            continue;
        bb_cache_touch(d, to);
        bb_op_add(d, bb_record_own(d, to), k, ops, n);
    }
}

/* Renaming a variable to an override of itself may never end; BitBake runs into Python's RecursionError. */
#define MOST_RENAMES 300

static int rename_var(struct bb_store *d, bb_sym var, bb_sym to, const struct bb_how *how, unsigned depth);

/* The values of overrides are renamed with their variable. */
static int rename_keys(struct bb_store *d, bb_sym var, bb_sym to, unsigned depth)
{
    const struct ovlist *keys = bb_override_keys(d, bb_record_node(d, var));
    struct bb_how how = bb_history_internal(d, WRITER_RENAMES);
    int rc = 0;

    if (!keys)
        return 0;
    if (depth == MOST_RENAMES)
        return bb_fault_set(d, -BB_EPARSE, "RecursionError: renaming %.*s to %.*s never ends",
                            BB_STRF(var->name), BB_STRF(to->name));
    size_t n = keys->n;
    struct bb_override_key *pairs = bb_calloc(n, sizeof(*pairs));
    if (n)
        memcpy(pairs, keys->p, n * sizeof(*pairs));
    bb_override_reset(d, bb_record_node(d, to));
    for (size_t i = 0; rc == 0 && i < n; i++) {
        bb_sym moved = replace_in(pairs[i].var->name, var->name, to->name);
        bb_override_append(d, bb_record_node(d, to), (struct bb_override_key){moved, pairs[i].override});
        rc = rename_var(d, pairs[i].var, moved, &how, depth + 1);
    }
    free(pairs);
    return rc;
}

static void record_rename(struct bb_store *d, bb_sym var, bb_sym to, struct bb_val v,
                          const struct bb_how *how)
{
    struct bb_how told = *how;

    told.detail = (bb_str){0};
    bb_history_rename(d, var, to);
    const char *op = bb_arena_fmt(&d->arena, "rename from %.*s", BB_STRF(var->name)).p;
    bb_history_record(d, to, NULL, op, v, &told);
}

static int rename_var(struct bb_store *d, bb_sym var, bb_sym to, const struct bb_how *how, unsigned depth)
{
    struct node *from = bb_record_node(d, var);

    if (var == to) {
        bb_warn(d->ctx, "Calling renameVar with equivalent keys (%.*s) is invalid", BB_STRF(var->name));
        return 0;
    }
    struct rec *r = bb_record_find(d, from);
    const struct bb_val *stored = bb_get_stored(r, true);
    struct bb_val v = stored ? bb_get_copied(d, *stored) : BB_NONE;
    if (v.kind != BB_V_NONE) {
        if (d->hist.tracking)
            record_rename(d, var, to, v, how);
        int rc = bb_store_set(
            d, to, v, &(struct bb_how){.loc = r->loc, .ignore = true, .parsing = true, .borrowed = true});
        if (rc < 0)
            return rc;
    }
    move_ops(d, r, bb_record_node(d, to));
    int rc = rename_keys(d, var, to, depth);
    if (rc < 0)
        return rc;
    if (v.kind == BB_V_NONE && bb_symx_var(to)->flags & SYMX_PARTS)
        bb_override_file(d, to);
    struct bb_how told = *how;
    told.detail = to->name;
    bb_history_record(d, var, NULL, "rename (to)", BB_NONE, &told);
    return bb_store_del(d, var, NULL);
}

int bb_store_rename(struct bb_store *d, bb_sym var, bb_sym to, const struct bb_how *how)
{
    bb_store_writable(d);
    return rename_var(d, bb_symx_kept(var), bb_symx_kept(to), how ? how : &(struct bb_how){.ignore = true},
                      0);
}

/*
 * Names written here whose values may have a reference. Most have none, which their record knows; asking for the values
 * of all, once for each layer, took most of the start of a build with thousands of layers.
 */
static bb_sym *local_referring(struct bb_store *d, size_t *ret_n)
{
    struct keyset k = {.d = d, .mark = bb_symx_mark()};

    bb_cache_read_anything(&d->cache);
    bb_vec_each(&d->nodes.written, n)
        if ((*n)->rec && (!(*n)->rec->plain || bb_override_keys(d, *n)))
            keyset_add(&k, (*n)->sym);
    return keyset_take(&k, ret_n);
}

int bb_store_expand_varref(struct bb_store *d, bb_sym name, bool parents)
{
    BB_CLEAN_BUF struct bb_buf ref = BB_BUF_INIT;
    struct bb_val value, v;
    bb_sym *keys;
    size_t n;
    struct bb_how how = bb_history_internal(d, WRITER_EXPANDS_REFS);
    int rc = 0;

    if (parents)
        rc = bb_store_keys(d, &keys, &n);
    else
        keys = local_referring(d, &n);
    if (rc == 0)
        rc = bb_store_get(d, name, 0, &value);
    bb_buf_addf(&ref, "${%.*s}", BB_STRF(name->name));
    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = bb_store_get(d, keys[i], 0, &v);
        if (rc < 0 || v.kind != BB_V_STR || !bb_str_has(v.s, bb_buf_str(&ref)))
            continue;
        if (value.kind != BB_V_STR)
            return bb_fault_set(d, -BB_EPARSE, "TypeError: replace() argument 2 must be str, not %s",
                                value.kind == BB_V_NONE ? "None" : bb_val_type(value));
        BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
        size_t done = 0, at;
        while ((at = bb_str_find(v.s, bb_buf_str(&ref), done)) != BB_NPOS) {
            bb_buf_adds(&out, bb_str_sub(v.s, done, at));
            bb_buf_adds(&out, value.s);
            done = at + ref.len;
        }
        bb_buf_adds(&out, bb_str_from(v.s, done));
        rc = bb_store_set(d, keys[i], bb_val_s(bb_buf_str(&out)), &how);
    }
    return rc;
}

/* Names with "${" that iteration would give. */
static void add_dollar(struct keyset *k, const struct bb_store *from)
{
    if (from->parent)
        add_dollar(k, from->parent);
    bb_vec_each(&from->nodes.dollar, s) {
        const struct rec *r = bb_record_look(k->d, *s);
        if (r && r->n)
            keyset_add(k, *s);
    }
}

struct renaming {
    bb_sym from, to;
};

static int by_name(const void *a, const void *b)
{
    return bb_str_cmp(((const struct renaming *)a)->from->name, ((const struct renaming *)b)->from->name);
}

static int warn_conflict(struct bb_store *d, const struct renaming *r)
{
    struct bb_val new, old;
    int rc = bb_store_get(d, r->to, 0, &new);

    if (rc < 0 || new.kind == BB_V_NONE)
        return rc;
    rc = bb_store_get(d, r->from, 0, &old);
    if (rc < 0 || old.kind == BB_V_NONE)
        return rc;
    bb_warn(d->ctx, "Variable key %.*s (%.*s) replaces original key %.*s (%.*s).", BB_STRF(r->from->name),
            BB_STRF(bb_val_str(d->hook, &d->arena, old)), BB_STRF(r->to->name),
            BB_STRF(bb_val_str(d->hook, &d->arena, new)));
    return 0;
}

int bb_store_expand_keys(struct bb_store *d)
{
    struct bb_how how = bb_history_internal(d, WRITER_EXPANDS_KEYS);
    int rc = bb_override_need(d);

    if (rc < 0)
        return rc;
    struct keyset k = {.d = d, .mark = bb_symx_mark()};
    add_dollar(&k, d);
    add_overridden(&k, true);
    struct renaming *todo = bb_calloc(k.v.n, sizeof(*todo));
    size_t n = 0;
    for (size_t i = 0; rc == 0 && i < k.v.n; i++) {
        bb_str name = {0};
        rc = bb_store_expand(d, k.v.p[i]->name, NULL, &name);
        bb_sym to = rc == 0 ? bb_sym_get(name) : NULL;
        if (to && to != k.v.p[i])
            todo[n++] = (struct renaming){k.v.p[i], to};
    }
    qsort(todo, n, sizeof(*todo), by_name);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = warn_conflict(d, &todo[i]);
        if (rc == 0)
            rc = bb_store_rename(d, todo[i].from, todo[i].to, &how);
    }
    free(todo);
    bb_vec_release(&k.v);
    return rc;
}
