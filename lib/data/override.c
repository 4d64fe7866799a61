/* SPDX-License-Identifier: MIT */
/*
 * Override keys (BitBake's overridedata), the list of active overrides, and which key is in force.
 *
 * A copy of a store sees its parent's override keys as they were when it was made (BitBake copies the dict, and never
 * changes a list in place). So the layer a store writes to is sealed when the store is copied: parent and copy then
 * each put a layer of their own on it. Lists made before the last copy are replaced, not changed.
 */
#include "base/rules.h"
#include "data/store_priv.h"

/* Look-ups go through every layer once a name, so chains longer than this are merged. */
#define MOST_LAYERS 8

static struct ovlayer *layer_new(struct ovlayer *base)
{
    struct ovlayer *l = bb_calloc(1, sizeof(*l));

    l->refs = 1;
    l->base = base;
    l->depth = base ? base->depth + 1 : 1;
    return l;
}

static void layer_unref(struct ovlayer *l)
{
    while (l && --l->refs == 0) {
        struct ovlayer *base = l->base;
        bb_pmap_release(&l->map);
        free(l);
        l = base;
    }
}

static struct ovlayer *layer_ref(struct ovlayer *l)
{
    if (l)
        l->refs++;
    return l;
}

static void layer_collect(const struct ovlayer *l, struct bb_pmap *ret)
{
    if (!l)
        return;
    layer_collect(l->base, ret);
    bb_pmap_each(&l->map, e)
        bb_pmap_put(ret, e->key, e->val);
}

/* Stops writing to the current layer; what comes next goes to a new one. */
static void seal(struct bb_store *d)
{
    struct ovlayer *l = d->ov.data;

    if (l->map.n == 0)
        return;
    if (l->depth >= MOST_LAYERS) {
        struct ovlayer *flat = layer_new(NULL);
        layer_collect(l, &flat->map);
        flat->deletes = true;
        layer_unref(l);
        l = flat;
    }
    d->ov.data = layer_new(l);
}

void bb_override_init(struct bb_store *d)
{
    d->ov.data = layer_new(NULL);
    bb_symx_map_add(&d->arena, &d->ov.vars, bb_known.overrides, 0);
    bb_symx_map_add(&d->arena, &d->ov.vars, bb_known.file, 0);
}

void bb_override_copy(struct bb_store *d, struct bb_store *parent)
{
    seal(parent);
    parent->ov.epoch++;
    d->ov.data = layer_new(layer_ref(parent->ov.data->base));
    d->ov.vars = parent->ov.vars;
    d->ov.vars_epoch = UINT32_MAX;
}

void bb_override_release(struct bb_store *d)
{
    layer_unref(d->ov.data);
}

void bb_override_all(const struct bb_store *d, struct bb_pmap *ret)
{
    layer_collect(d->ov.data, ret);
}

struct ovlist *bb_override_keys(struct bb_store *d, struct node *n)
{
    if (n->flags & NODE_KEYS)
        return n->keys;
    n->flags |= NODE_KEYS;
    for (struct ovlayer *l = d->ov.data; l; l = l->base) {
        n->keys = bb_pmap_get(&l->map, n->sym);
        if (n->keys || (l->deletes && bb_pmap_has(&l->map, n->sym)))
            break;
    }
    return n->keys;
}

static void set_keys(struct bb_store *d, struct node *n, struct ovlist *keys)
{
    bb_pmap_put(&d->ov.data->map, n->sym, keys);
    if (!keys)
        d->ov.data->deletes = true;
    n->keys = keys;
    n->flags |= NODE_KEYS;
    bb_cache_drop(d, n);
}

/* A list of this store's own, made since it was last copied, with room for one more. */
static struct ovlist *own_list(struct bb_store *d, const struct ovlist *old)
{
    struct ovlist *l = bb_arena_new(&d->arena, struct ovlist);

    l->owner = d;
    l->epoch = d->ov.epoch;
    l->n = old ? old->n : 0;
    l->cap = l->n < 2 ? 2 : l->n * 2;
    l->p = bb_arena_array(&d->arena, struct bb_override_key, l->cap);
    if (l->n)
        memcpy(l->p, old->p, l->n * sizeof(*l->p));
    return l;
}

void bb_override_append(struct bb_store *d, struct node *n, struct bb_override_key pair)
{
    struct ovlist *l = bb_override_keys(d, n);

    if (!l || l->owner != d || l->epoch != d->ov.epoch || l->n == l->cap) {
        l = own_list(d, l);
        set_keys(d, n, l);
    } else {
        bb_cache_drop(d, n);
    }
    l->p[l->n++] = pair;
}

static size_t find_pair(const struct ovlist *l, bb_sym var, bb_sym override)
{
    for (size_t i = 0; l && i < l->n; i++)
        if (l->p[i].var == var && l->p[i].override == override)
            return i;
    return BB_NPOS;
}

void bb_override_file(struct bb_store *d, bb_sym var)
{
    const struct symx *x = bb_symx_var(var);

    for (size_t i = 0; i < x->ncookies; i++) {
        struct node *n = bb_record_node(d, x->cookies[i].base);
        if (find_pair(bb_override_keys(d, n), var, x->cookies[i].override) == BB_NPOS)
            bb_override_append(d, n, (struct bb_override_key){var, x->cookies[i].override});
    }
}

/* Python's s.islower(). */
static bool is_lower(bb_str s)
{
    bool lower = false;

    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] >= 'A' && s.p[i] <= 'Z')
            return false;
        lower |= s.p[i] >= 'a' && s.p[i] <= 'z';
    }
    return lower;
}

void bb_override_unfile(struct bb_store *d, bb_sym var)
{
    const struct symx *x = bb_symx_var(var);
    bool lower_only = bb_rules_has(d->ctx->level, BB_RULE_LOWER_UNFILED);

    if (!(x->flags & SYMX_PARTS))
        return;
    for (size_t i = 0; i < x->ncookies; i++) {
        if (lower_only && !is_lower(x->cookies[i].override->name))
            return;
        struct node *n = bb_record_node(d, x->cookies[i].base);
        struct ovlist *l = bb_override_keys(d, n);
        size_t at = find_pair(l, var, x->cookies[i].override);
        if (at == BB_NPOS)
            continue;
        l = own_list(d, l);
        memmove(l->p + at, l->p + at + 1, (l->n - at - 1) * sizeof(*l->p));
        l->n--;
        set_keys(d, n, l);
    }
}

void bb_override_drop(struct bb_store *d, struct node *n)
{
    if (bb_override_keys(d, n))
        set_keys(d, n, NULL);
}

void bb_override_reset(struct bb_store *d, struct node *n)
{
    set_keys(d, n, own_list(d, NULL));
}

bool bb_override_active(const struct bb_store *d, bb_sym override)
{
    if (bb_override_has(&d->ov, override))
        return true;
    const struct symx *x = bb_symx_override(override);
    if (x->nparts < 2)
        return false;
    for (size_t i = 0; i < x->nparts; i++)
        if (!bb_override_has(&d->ov, x->parts[i]))
            return false;
    return true;
}

/* BitBake's dict `active`: what is left of an override, and the variable it stands for. */
struct active {
    bb_sym key, var;
    bool gone;
};
struct actives {
    struct active *p;
    size_t n;
};

static struct active *find_active(struct actives *a, bb_sym key)
{
    for (size_t i = 0; i < a->n; i++)
        if (!a->p[i].gone && a->p[i].key == key)
            return &a->p[i];
    return NULL;
}

static void put_active(struct actives *a, bb_sym key, bb_sym var)
{
    struct active *e = find_active(a, key);
    if (e)
        e->var = var;
    else
        a->p[a->n++] = (struct active){key, var, false};
}

/*
 * One round over the active keys for one override: keys that end in it lose that part, a key that is just it becomes
 * the match and goes. Keys put at the end by this round are not looked at before the next. True when one was cut.
 */
static bool match_round(struct actives *a, bb_sym override, bb_sym *match)
{
    bool cut = false;

    for (size_t i = 0, n = a->n; i < n; i++) {
        struct active e = a->p[i];
        if (e.gone)
            continue;
        bb_sym rest;
        if (bb_symx_cut(e.key, override, &rest)) {
            a->p[i].gone = true;
            put_active(a, rest, e.var);
            cut = true;
        } else if (e.key == override) {
            *match = e.var;
            a->p[i].gone = true;
        }
    }
    return cut;
}

/* Keys of several parts: BitBake's loop, round for round. */
static bb_sym match_parts(const struct bb_store *d, const struct ovlist *keys)
{
    /* Every cut removes a part of a key and adds at most one entry, so this is room for all there can be. */
    size_t room = keys->n;
    bb_sym match = NULL;
    bool cut = true;

    for (size_t i = 0; i < keys->n; i++)
        room += bb_symx_override(keys->p[i].override)->nparts;
    struct actives a = {bb_calloc(room, sizeof(*a.p)), 0};
    for (size_t i = 0; i < keys->n; i++)
        if (bb_override_active(d, keys->p[i].override))
            put_active(&a, keys->p[i].override, keys->p[i].var);
    while (cut) {
        cut = false;
        for (size_t i = 0; i < d->ov.n; i++)
            if (match_round(&a, d->ov.list[i], &match))
                cut = true;
    }
    free(a.p);
    return match;
}

bb_sym bb_override_match(const struct bb_store *d, const struct ovlist *keys)
{
    const struct bb_override_key *best = NULL;
    uint32_t best_at = 0;

    /* Keys of one part, nearly all there are: the one that stands last in OVERRIDES. */
    for (size_t i = 0; i < keys->n; i++) {
        const struct bb_override_key *k = &keys->p[i];
        const struct symmap_slot *e = bb_symx_map_find(&d->ov.set, k->override);
        if (bb_symx_override(k->override)->nparts > 1 && bb_override_active(d, k->override))
            return match_parts(d, keys);
        if (!e)
            continue;
        if (!best || e->num >= best_at) {
            best = k;
            best_at = e->num;
        }
    }
    return best ? best->var : NULL;
}

static int read_overrides(struct bb_store *d, bb_str *ret)
{
    struct bb_val v;
    int rc = bb_store_get(d, bb_known.overrides, BB_GET_EXPAND, &v);

    if (rc == 0)
        *ret = v.kind == BB_V_STR ? v.s : BB_STR("");
    return rc;
}

static void set_list(struct bb_store *d, bb_str text)
{
    struct overrides *o = &d->ov;
    size_t n = 1;
    bb_str part;

    for (size_t i = 0; i < text.len; i++)
        n += text.p[i] == ':';
    o->list = bb_arena_array(&d->arena, bb_sym, n);
    o->set = (struct symmap){0};
    o->n = 0;
    if (text.len == 0)
        text = BB_STR("");
    for (bool more = true; more && o->n < n;) {
        size_t colon = bb_str_chr(text, ':', 0);
        more = colon != BB_NPOS;
        part = more ? bb_str_sub(text, 0, colon) : text;
        text = more ? bb_str_from(text, colon + 1) : text;
        o->list[o->n] = bb_sym_get(part);
        bb_symx_map_add(&d->arena, &o->set, o->list[o->n], (uint32_t)o->n);
        o->n++;
    }
    o->known = true;
}

static void set_none(struct bb_store *d)
{
    d->ov.list = NULL;
    d->ov.n = 0;
    d->ov.set = (struct symmap){0};
    d->ov.known = true;
}

static int unstable(struct bb_store *d, const struct bb_buf *tried)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;

    bb_buf_addf(&text,
                "Overrides could not be expanded into a stable state after 5 iterations, "
                "overrides must be being referenced by other overridden variables in "
                "some recursive fashion. The list of failing override expansions: %.*s",
                BB_STRF(bb_buf_str(tried)));
    bb_report(d->ctx, &(struct bb_diag){.severity = BB_FATAL, .text = bb_buf_str(&text)});
    return -BB_EREPORTED;
}

/* A list as Python shows it. */
static void say_list(struct bb_buf *out, bb_str text)
{
    bb_str part;

    bb_buf_addz(out, out->len ? "\n[" : "[");
    for (const char *sep = ""; bb_str_split(&text, ':', &part); sep = ", ") {
        bb_buf_addz(out, sep);
        bb_val_repr_str(out, part);
    }
    bb_buf_addc(out, ']');
}

/* BitBake tries five times whether the list, once in force, leads to itself. */
static int find_overrides(struct bb_store *d)
{
    BB_CLEAN_BUF struct bb_buf tried = BB_BUF_INIT;
    bb_str text, again;

    for (int count = 0; count < 5; count++) {
        d->ov.busy = true;
        set_none(d);
        int rc = read_overrides(d, &text);
        if (rc < 0)
            return rc;
        set_list(d, text);
        say_list(&tried, text);
        d->ov.busy = false;
        bb_cache_clear(d);
        rc = read_overrides(d, &again);
        if (rc < 0)
            return rc;
        /* Code in OVERRIDES may have written a variable it depends on: not stable either. */
        if (d->ov.known && bb_str_eq(text, again))
            return 0;
        set_list(d, again);
    }
    return unstable(d, &tried);
}

int bb_override_need(struct bb_store *d)
{
    struct frame f;

    if (d->ov.known || d->ov.busy)
        return 0;
    bb_cache_begin(d, &f, NULL, bb_known.overrides);
    int rc = find_overrides(d);
    d->ov.busy = false;
    bb_cache_end(d, &f, rc == 0);
    return rc;
}

struct symvec {
    BB_VEC(bb_sym) v;
};

static void add_names(struct symvec *v, const struct bb_codedeps *deps)
{
    for (size_t i = 0; i < deps->nreferences; i++)
        bb_vec_push(&v->v, deps->references[i]);
    for (size_t i = 0; i < deps->ncontains; i++)
        bb_vec_push(&v->v, deps->contains[i].var);
}

/* Adds the names to overridevars; true when one of them is new. */
static bool add_vars(struct bb_store *d, const struct symvec *names)
{
    struct overrides *o = &d->ov;
    bool new = false;

    bb_vec_each(&names->v, s) {
        if (bb_override_is_var(o, *s))
            continue;
        if (o->vars_epoch != o->epoch) {
            bb_symx_map_unshare(&d->arena, &o->vars);
            o->vars_epoch = o->epoch;
        }
        bb_symx_map_add(&d->arena, &o->vars, *s, 0);
        new = true;
    }
    return new;
}

/* What the values of `names` refer to, their own references already replaced. */
static int next_names(struct bb_store *d, const struct symvec *names, struct symvec *ret)
{
    bb_vec_each(&names->v, s) {
        struct bb_varparse vp;
        struct bb_val v;
        int rc = bb_store_get(d, *s, BB_GET_EXPAND, &v);
        if (rc == 0)
            rc = bb_expand_value(d, v, (struct origin){*s, NULL}, NULL, &vp);
        if (rc < 0)
            return rc;
        add_names(ret, &vp.deps);
    }
    return 0;
}

int bb_override_refresh(struct bb_store *d, bb_sym var, struct bb_val value)
{
    struct symvec names = {0}, next = {0};
    struct bb_varparse vp;
    int rc = bb_expand_value(d, value, (struct origin){var, NULL}, NULL, &vp);

    if (rc == 0)
        add_names(&names, &vp.deps);
    while (rc == 0 && add_vars(d, &names)) {
        rc = next_names(d, &names, &next);
        struct symvec done = names;
        names = next;
        next = done;
        next.v.n = 0;
    }
    bb_vec_release(&names.v);
    bb_vec_release(&next.v);
    if (rc < 0)
        return rc;
    d->ov.known = false;
    bb_cache_clear(d);
    return 0;
}

bool bb_store_override_keys(struct bb_store *d, bb_sym var, const struct bb_override_key **ret, size_t *ret_n)
{
    const struct ovlist *l = bb_override_keys(d, bb_record_node(d, var));

    if (!l)
        return false;
    *ret = l->p;
    *ret_n = l->n;
    return true;
}

void bb_store_overridden(struct bb_store *d, bb_symvec *ret)
{
    struct bb_pmap all = {0};

    bb_override_all(d, &all);
    bb_pmap_each(&all, e)
        if (e->val)
            bb_vec_push(ret, e->key);
    bb_pmap_release(&all);
}

void bb_store_override_vars(struct bb_store *d, bb_symvec *ret)
{
    const struct symmap *vars = &d->ov.vars;

    for (uint32_t i = 0; vars->tab && i <= vars->mask; i++)
        if (vars->tab[i].sym)
            bb_vec_push(ret, vars->tab[i].sym);
}
