/* SPDX-License-Identifier: MIT */
/* setVar, delVar, renameVar and the like. */
#include <errno.h>

#include "base/rules.h"
#include "data/store_priv.h"

static const struct bb_how plain_how = {.ignore = true};

struct bb_val bb_store_keep(struct bb_store *d, struct bb_val v, bool borrowed)
{
    if (v.kind == BB_V_OBJ && d->hook && d->hook->obj_ref) {
        d->hook->obj_ref(d->hook->self, v.obj);
        bb_vec_push(&d->objs, v.obj);
    } else if (v.kind == BB_V_STR && !borrowed) {
        v.s = bb_arena_str(&d->arena, v.s);
    } else if (v.kind == BB_V_LIST && !borrowed) {
        v = bb_val_list(&d->arena, v.list->p, v.list->n);
    }
    return v;
}

/* " file: F line: N" of a statement; nothing for code. */
static void add_place(struct bb_buf *out, const struct bb_how *how)
{
    if (how->func || !how->loc.src)
        return;
    bb_buf_addf(out, " file: %.*s", BB_STRF(bb_source_path(how->loc.src)));
    if (how->loc.line)
        bb_buf_addf(out, " line: %u", how->loc.line);
}

static int refuse_oldstyle(struct bb_store *d, bb_sym var, const struct bb_how *how)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;

    bb_buf_addf(&text, "Variable %.*s", BB_STRF(var->name));
    add_place(&text, how);
    bb_buf_addz(&text, " contains an operation using the old override syntax. Please convert "
                       "this layer/metadata before attempting to use with a newer bitbake.");
    bb_report(d->ctx, &(struct bb_diag){.severity = BB_FATAL, .text = bb_buf_str(&text)});
    return -BB_EREPORTED;
}

/* BitBake: _print_rename_error. Each text once. */
static void say_renamed(struct bb_store *d, bb_sym name, bb_sym fullvar, const struct bb_how *how)
{
    const bb_str *to = bb_pmap_get(&d->family->renames, name);
    BB_CLEAN_BUF struct bb_buf info = BB_BUF_INIT, text = BB_BUF_INIT;

    add_place(&info, how);
    if (fullvar && fullvar != name)
        bb_buf_addf(&info, " referenced as: %.*s", BB_STRF(fullvar->name));
    /* A text with a blank is said as it is; a single word is the new name. */
    bb_buf_addf(&text, "Variable %.*s %s%.*s", BB_STRF(name->name),
                bb_str_chr(*to, ' ', 0) == BB_NPOS ? "has been renamed to " : "", BB_STRF(*to));
    if (info.len)
        bb_buf_addf(&text, " (%.*s)", BB_STRF(bb_str_trim(bb_buf_str(&info))));
    if (bb_map_has(&d->family->said, bb_buf_str(&text)))
        return;
    bb_map_put(&d->family->said, bb_arena_str(&d->family->arena, bb_buf_str(&text)), NULL);
    bb_report(d->ctx, &(struct bb_diag){.severity = BB_ERROR, .text = bb_buf_str(&text)});
}

static int check_renamed(struct bb_store *d, bb_sym name, bb_sym fullvar, const struct bb_how *how)
{
    if (!bb_pmap_has(&d->family->renames, name))
        return 0;
    say_renamed(d, name, fullvar, how);
    return bb_store_set(d, bb_known.failparsing, bb_val_b(true), &plain_how);
}

static int set_op(struct bb_store *d, bb_sym var, struct bb_val v, const struct bb_how *how)
{
    struct node *n = bb_record_node(d, var->base);
    enum special k = bb_op_special((enum bb_symop)var->op);
    const bb_sym words[] = {
        [AT_APPEND] = bb_known.append, [AT_PREPEND] = bb_known.prepend, [AT_REMOVE] = bb_known.remove};
    const char *op = words[k]->name.p;

    int rc = check_renamed(d, var->base, NULL, &plain_how);
    if (rc < 0)
        return rc;
    bb_cache_touch(d, n);
    v = bb_store_keep(d, v, how->borrowed);
    struct bb_varop item = {bb_val_str(d->hook, &d->arena, v), var->override};
    bb_op_add(d, bb_record_own(d, n), k, &item, 1);
    if (d->hist.tracking && var->override)
        op = bb_arena_fmt(&d->arena, "%s[%.*s]", op, BB_STRF(var->override->name)).p;
    struct bb_how told = *how;
    told.detail = (bb_str){0};
    bb_history_record(d, var->base, NULL, op, v, &told);
    bb_override_file(d, var->base);
    return bb_override_is_var(&d->ov, var->base) ? bb_override_refresh(d, var, v) : 0;
}

/* A write by code replaces all there is: operations go, and so do the values of active overrides. */
static int forget_others(struct bb_store *d, struct node *n, struct rec *r)
{
    struct bb_how how = bb_history_internal(d, WRITER_SET_DELETES);

    if (bb_op_has(r)) {
        bb_record_del(r, bb_known.append);
        bb_record_del(r, bb_known.prepend);
        bb_record_del(r, bb_known.remove);
    }
    if (!bb_override_keys(d, n))
        return 0;
    int rc = bb_override_need(d);
    /* Deleting takes the key off the list, which is then another one. */
    const struct ovlist *keys = bb_override_keys(d, n);
    bb_sym *active = bb_calloc(keys ? keys->n : 0, sizeof(*active));
    size_t nactive = 0;
    for (size_t i = 0; rc == 0 && keys && i < keys->n; i++)
        if (bb_override_active(d, keys->p[i].override))
            active[nactive++] = keys->p[i].var;
    for (size_t i = 0; rc == 0 && i < nactive; i++)
        rc = bb_store_del(d, active[i], &how);
    free(active);
    if (rc == 0)
        bb_override_drop(d, n);
    return rc;
}

int bb_store_set(struct bb_store *d, bb_sym var, struct bb_val v, const struct bb_how *how)
{
    var = bb_symx_kept(var);
    const struct symx *x = bb_symx_var(var);

    how = how ? how : &plain_how;
    bb_store_writable(d);
    if (x->flags & SYMX_OLDSTYLE)
        return refuse_oldstyle(d, var, how);
    int rc = check_renamed(d, x->shortvar, var, how);
    if (rc < 0)
        return rc;
    if (var->op)
        return set_op(d, var, v, how);

    struct node *n = bb_record_node(d, var);
    bb_cache_touch(d, n);
    struct rec *r = bb_record_own(d, n);
    uint64_t made = d->cache.made;
    rc = how->parsing ? 0 : forget_others(d, n, r);
    if (rc < 0)
        return rc;
    if (x->flags & SYMX_PARTS)
        bb_override_file(d, var);
    v = bb_store_keep(d, v, how->borrowed);
    bb_record_put(d, r, bb_known.content, v);
    r->loc = how->loc;
    if (d->cache.made != made)
        bb_cache_drop(d, n);
    bb_history_record(d, var, NULL, how->op ? how->op : "set", v, how);
    return bb_override_is_var(&d->ov, var) ? bb_override_refresh(d, var, v) : 0;
}

/* __exportlist names every variable that was ever exported or unexported. */
static void list_export(struct bb_store *d, bb_sym var)
{
    struct node *n = bb_record_node(d, bb_known.exportlist);
    struct rec *r = bb_record_own(d, n);
    const struct bb_val *v = bb_record_at(r, AT_CONTENT);
    const struct bb_vlist *old = v && v->kind == BB_V_LIST ? v->list : &(struct bb_vlist){0};

    for (size_t i = 0; i < old->n; i++)
        if (bb_str_eq(old->p[i], var->name))
            return;
    struct bb_vlist *l = bb_arena_new(&d->arena, struct bb_vlist);
    l->p = bb_arena_array(&d->arena, bb_str, old->n + 1);
    for (size_t i = 0; i < old->n; i++)
        l->p[i] = old->p[i];
    l->p[old->n] = var->name;
    l->n = old->n + 1;
    bb_record_put(d, r, bb_known.content, (struct bb_val){.kind = BB_V_LIST, .list = l});
    bb_cache_drop(d, n);
}

static bool is_op_flag(bb_sym flag)
{
    return flag == bb_known.append || flag == bb_known.prepend || flag == bb_known.remove;
}

int bb_store_set_flag(struct bb_store *d, bb_sym var, bb_sym flag, struct bb_val v, const struct bb_how *how)
{
    var = bb_symx_kept(var);
    struct node *n = bb_record_node(d, var);

    how = how ? how : &plain_how;
    bb_store_writable(d);
    if (is_op_flag(flag))
        return -EINVAL;
    bb_cache_touch(d, n);
    v = bb_store_keep(d, v, how->borrowed);
    if (var == bb_known.renamed && d->family->refuses_renamed) {
        bb_str *to = bb_arena_new(&d->family->arena, bb_str);
        *to = bb_arena_str(&d->family->arena, bb_val_str(d->hook, &d->arena, v));
        bb_pmap_put(&d->family->renames, flag, to);
    }
    int rc = check_renamed(d, var, NULL, how);
    if (rc < 0)
        return rc;
    bb_history_record(d, var, flag, how->op ? how->op : "set", v, how);
    bb_record_put(d, bb_record_own(d, n), flag, v);
    if (flag == bb_known.defaultval) {
        if (bb_symx_var(var)->flags & SYMX_PARTS)
            bb_override_file(d, var);
        if (bb_override_is_var(&d->ov, var))
            return bb_override_refresh(d, var, v);
    }
    if (flag == bb_known.export_flag || flag == bb_known.unexport_flag)
        list_export(d, var);
    return 0;
}

int bb_store_del(struct bb_store *d, bb_sym var, const struct bb_how *how)
{
    var = bb_symx_kept(var);
    struct node *n = bb_record_node(d, var);

    bb_store_writable(d);
    bb_cache_touch(d, n);
    bb_history_record(d, var, NULL, "del", bb_val_s(BB_STR("")), how);
    bb_record_empty(d, n);
    bb_override_drop(d, n);
    bb_override_unfile(d, var);
    return 0;
}

int bb_store_del_flag(struct bb_store *d, bb_sym var, bb_sym flag, const struct bb_how *how)
{
    var = bb_symx_kept(var);
    struct node *n = bb_record_node(d, var);
    const struct rec *above = bb_record_find(d, n);

    bb_store_writable(d);
    bb_cache_touch(d, n);
    if (!above || above->n == 0)
        return 0;
    struct rec *r = bb_record_own(d, n);
    if (!bb_record_get(r, flag))
        return 0;
    bb_history_record(d, var, flag, "delFlag", bb_val_s(BB_STR("")), how);
    bb_record_del(r, flag);
    if (bb_rules_has(d->ctx->level, BB_RULE_WEAK_FLAGS))
        bb_record_del(r, bb_symx_weak(flag));
    return 0;
}

/* BitBake keeps the content; without one it forgets the store's own record, and the parent's shows again. */
int bb_store_del_flags(struct bb_store *d, bb_sym var, const struct bb_how *how)
{
    var = bb_symx_kept(var);
    struct node *n = bb_record_node(d, var);

    bb_store_writable(d);
    bb_cache_touch(d, n);
    struct rec *r = bb_record_own(d, n);
    bb_history_record(d, var, NULL, "delete flags", bb_val_s(BB_STR("")), how);
    const struct bb_val *content = bb_record_at(r, AT_CONTENT);
    if (!content) {
        n->rec = NULL;
        return 0;
    }
    struct bb_val v = *content;
    struct bb_loc loc = r->loc;
    bb_record_empty(d, n);
    bb_record_put(d, n->rec, bb_known.content, v);
    n->rec->loc = loc;
    return 0;
}

static int add_op(struct bb_store *d, bb_sym var, bb_sym keyword, bb_str value, const struct bb_how *how)
{
    var = bb_symx_kept(var);
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;

    how = how ? how : &plain_how;
    bb_history_record(d, var, NULL, keyword->name.p + 1, bb_val_s(value), how);
    bb_buf_adds(&name, var->name);
    bb_buf_adds(&name, keyword->name);
    return bb_store_set(
        d, bb_sym_get(bb_buf_str(&name)), bb_val_s(value),
        &(struct bb_how){.loc = how->loc, .parsing = true, .ignore = true, .borrowed = how->borrowed});
}

int bb_store_append(struct bb_store *d, bb_sym var, bb_str value, const struct bb_how *how)
{
    return add_op(d, var, bb_known.append, value, how);
}

int bb_store_prepend(struct bb_store *d, bb_sym var, bb_str value, const struct bb_how *how)
{
    return add_op(d, var, bb_known.prepend, value, how);
}

static int join_flag(struct bb_store *d, bb_sym var, bb_sym flag, bb_str value, bool front,
                     const struct bb_how *how)
{
    var = bb_symx_kept(var);
    struct bb_val old;
    int rc = bb_store_get_flag(d, var, flag, 0, &old);

    if (rc < 0)
        return rc;
    bb_history_record(d, var, flag, front ? "prepend" : "append", bb_val_s(value), how);
    if (bb_val_true(d->hook, old) && old.kind != BB_V_STR)
        return bb_fault_set(d, -BB_EPARSE, "TypeError: flag %.*s[%.*s] is not text", BB_STRF(var->name),
                            BB_STRF(flag->name));
    bb_str was = old.kind == BB_V_STR ? old.s : BB_STR("");
    bb_str text = bb_arena_cat(&d->arena, front ? value : was, front ? was : value);
    return bb_store_set_flag(d, var, flag, bb_val_s(text),
                             &(struct bb_how){.ignore = true, .borrowed = true});
}

int bb_store_append_flag(struct bb_store *d, bb_sym var, bb_sym flag, bb_str value, const struct bb_how *how)
{
    return join_flag(d, var, flag, value, false, how);
}

int bb_store_prepend_flag(struct bb_store *d, bb_sym var, bb_sym flag, bb_str value, const struct bb_how *how)
{
    return join_flag(d, var, flag, value, true, how);
}

int bb_store_setz(struct bb_store *d, const char *var, bb_str value)
{
    return bb_store_set(d, bb_sym_z(var), bb_val_s(value), NULL);
}

int bb_store_set_flagz(struct bb_store *d, const char *var, const char *flag, bb_str value)
{
    return bb_store_set_flag(d, bb_sym_z(var), bb_sym_z(flag), bb_val_s(value), NULL);
}
