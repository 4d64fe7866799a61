/* SPDX-License-Identifier: MIT */
#include "sig/basehash.h"

#include "base/rules.h"
#include "ext/digest.h"
#include "sig/deps_priv.h"

/* A value longer than this is hashed where it lies. */
#define LONG_VALUE 16384

/*
 * All keys that any task depends on, as a graph over ranks: places in the order of names. `blob` holds name and value
 * of every key in that order, so that the text of a task's hash is a few long runs of it; long values are not in it.
 */
struct graph {
    struct bb_sigwalk *w;
    uint32_t n;
    uint32_t *order; /* rank -> index in w->keys */
    uint32_t *rank;  /* index -> rank */
    uint32_t *edges; /* ranks of the dependencies of rank r: edges[first[r] .. first[r + 1] - 1] */
    uint32_t *first;
    struct bb_buf blob;
    size_t *offset; /* of rank r in the blob; offset[n] is its end */
    bb_str *longs;  /* the value of rank r if it is a long one, to be put behind the name */
};
/* A set of ranks. */
struct closure {
    bool *has;
    uint32_t *todo;
    uint32_t n;
};

static bb_str key_text(struct bb_sigwalk *w, const struct bb_sig_key *key)
{
    if (key->value.kind == BB_V_NONE)
        return BB_STR("");
    return bb_val_str(w->conf->hook, &w->arena, key->value);
}

/* Asks for what the keys from `*done` on lead to; the list of keys grows while it is read. */
static int visit_deps(struct bb_sigwalk *w, size_t *done)
{
    const struct bb_sig_key *key;
    for (; *done < w->keys.n; ++*done) {
        const struct bb_sig_key *from = w->keys.p[*done];
        for (size_t k = 0; k < from->ndeps; k++) {
            int rc = bb_sigwalk_key(w, from->deps[k], &key);
            if (rc < 0)
                return rc;
        }
    }
    return 0;
}

/*
 * Asks for the tasks and for everything they lead to. BitBake: a task with all that it leads to before the next task
 * (generate_dependencies), which matters where a value depends on what has been read (filters).
 */
static int visit_all(struct bb_sigwalk *w, const struct bb_vlist *tasks)
{
    const struct bb_sig_key *key;
    size_t done = 0;
    for (size_t i = 0; i < tasks->n; i++) {
        int rc = bb_sigwalk_key(w, bb_sym_get(tasks->p[i]), &key);
        if (rc == 0)
            rc = visit_deps(w, &done);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* A name with its first bytes as a number, which nearly always tells the order. */
struct sortkey {
    uint64_t head;
    bb_str name;
    uint32_t index;
};

static int cmp_sortkey(const void *a, const void *b)
{
    const struct sortkey *x = a, *y = b;
    if (x->head != y->head)
        return x->head < y->head ? -1 : 1;
    return bb_str_cmp(x->name, y->name);
}

static void sort_keys(struct graph *g)
{
    struct bb_arena *a = &g->w->arena;
    struct sortkey *keys = bb_arena_array(a, struct sortkey, g->n);
    for (uint32_t i = 0; i < g->n; i++) {
        keys[i] = (struct sortkey){.name = g->w->keys.p[i]->name->name, .index = i};
        for (size_t k = 0; k < 8; k++)
            keys[i].head = keys[i].head << 8 | (k < keys[i].name.len ? (unsigned char)keys[i].name.p[k] : 0);
    }
    qsort(keys, g->n, sizeof(*keys), cmp_sortkey);
    g->order = bb_arena_array(a, uint32_t, g->n);
    g->rank = bb_arena_array(a, uint32_t, g->n);
    for (uint32_t r = 0; r < g->n; r++) {
        g->order[r] = keys[r].index;
        g->rank[keys[r].index] = r;
    }
}

static uint32_t rank_of(const struct graph *g, bb_sym name)
{
    return g->rank[bb_deps_slot(g->w, name)->index - 1];
}

static void make_graph(struct graph *g)
{
    struct bb_arena *a = &g->w->arena;
    size_t nedges = 0, at = 0;
    g->n = (uint32_t)g->w->keys.n;
    sort_keys(g);
    for (uint32_t i = 0; i < g->n; i++)
        nedges += g->w->keys.p[i]->ndeps;
    g->edges = bb_arena_array(a, uint32_t, nedges);
    g->first = bb_arena_array(a, uint32_t, g->n + 1);
    g->offset = bb_arena_array(a, size_t, g->n + 1);
    g->longs = bb_arena_array(a, bb_str, g->n);
    for (uint32_t r = 0; r < g->n; r++) {
        const struct bb_sig_key *key = g->w->keys.p[g->order[r]];
        g->first[r] = (uint32_t)at;
        for (size_t k = 0; k < key->ndeps; k++)
            g->edges[at++] = rank_of(g, key->deps[k]);
        g->offset[r] = g->blob.len;
        bb_str text = key_text(g->w, key);
        bb_buf_adds(&g->blob, key->name->name);
        if (text.len > LONG_VALUE)
            g->longs[r] = text;
        else
            bb_buf_adds(&g->blob, text);
    }
    g->first[g->n] = (uint32_t)at;
    g->offset[g->n] = g->blob.len;
}

/* Everything that `task` leads to; itself only when something depends on it. */
static void close_over(const struct graph *g, uint32_t task, struct closure *c)
{
    uint32_t todo = 0, at = task;
    memset(c->has, 0, g->n * sizeof(*c->has));
    c->n = 0;
    for (;;) {
        for (uint32_t e = g->first[at]; e < g->first[at + 1]; e++) {
            uint32_t to = g->edges[e];
            if (c->has[to])
                continue;
            c->has[to] = true;
            c->todo[todo++] = to;
            c->n++;
        }
        if (todo == 0)
            return;
        at = c->todo[--todo];
    }
}

static int hash_task(const struct graph *g, uint32_t task, const struct closure *c, char *ret)
{
    struct bb_digest *d;
    char hex[BB_DIGEST_HEX];
    int rc = bb_digest_new("sha256", &d);
    if (rc < 0)
        return bb_error(g->w->conf->ctx, "cannot compute SHA-256: %s", bb_strerror(rc));
    bb_digest_add(d, key_text(g->w, g->w->keys.p[g->order[task]]));
    for (uint32_t r = 0; r < g->n;) {
        uint32_t end = r;
        while (end < g->n && c->has[end] && !(end > r && g->longs[end - 1].p))
            end++;
        if (end == r) {
            r++;
            continue;
        }
        bb_digest_add(d, bb_str_sub(bb_buf_str(&g->blob), g->offset[r], g->offset[end]));
        bb_digest_add(d, g->longs[end - 1]);
        r = end;
    }
    bb_digest_finish(d, hex);
    bb_digest_free(d);
    memcpy(ret, hex, BB_SIG_HEXLEN + 1);
    return 0;
}

static struct bb_val copy_val(struct bb_sigwalk *w, struct bb_arena *a, struct bb_val v)
{
    if (v.kind == BB_V_STR)
        v.s = bb_arena_str(a, v.s);
    else if (v.kind == BB_V_LIST)
        v = bb_val_list(a, v.list->p, v.list->n);
    else if (v.kind == BB_V_OBJ)
        v = bb_val_s(bb_arena_str(a, bb_val_str(w->conf->hook, &w->arena, v)));
    return v;
}

/* Everything about the keys, for signature data files; the walk and the recipe may go away afterwards. */
static void copy_keys(const struct graph *g, struct bb_arena *a, struct bb_sig_recipe *ret)
{
    struct bb_sig_key *keys = bb_arena_array(a, struct bb_sig_key, g->n);
    for (uint32_t r = 0; r < g->n; r++) {
        const struct bb_sig_key *from = g->w->keys.p[g->order[r]];
        bb_sym *deps = bb_arena_array(a, bb_sym, from->ndeps);
        if (from->ndeps)
            memcpy(deps, from->deps, from->ndeps * sizeof(*deps));
        keys[r] = (struct bb_sig_key){from->name, copy_val(g->w, a, from->value), deps, from->ndeps};
    }
    ret->keys = keys;
    ret->nkeys = g->n;
}

static void copy_taskdeps(const struct graph *g, const struct closure *c, struct bb_arena *a,
                          struct bb_sig_task *ret)
{
    bb_sym *deps = bb_arena_array(a, bb_sym, c->n);
    for (uint32_t r = 0; r < g->n; r++)
        if (c->has[r])
            deps[ret->ntaskdeps++] = g->w->keys.p[g->order[r]]->name;
    ret->taskdeps = deps;
}

static int hash_tasks(struct bb_sigwalk *w, const struct bb_vlist *tasks, struct bb_arena *a, bool details,
                      struct bb_sig_recipe *ret)
{
    struct graph g = {.w = w};
    bb_buf_init(&g.blob);
    make_graph(&g);
    struct closure c = {bb_arena_array(&w->arena, bool, g.n), bb_arena_array(&w->arena, uint32_t, g.n), 0};
    int rc = 0;
    *ret =
        (struct bb_sig_recipe){.tasks = bb_arena_array(a, struct bb_sig_task, tasks->n), .ntasks = tasks->n};
    for (size_t i = 0; rc == 0 && i < tasks->n; i++) {
        struct bb_sig_task *t = &ret->tasks[i];
        t->name = bb_sym_get(tasks->p[i]);
        uint32_t rank = rank_of(&g, t->name);
        close_over(&g, rank, &c);
        rc = hash_task(&g, rank, &c, t->basehash);
        if (details)
            copy_taskdeps(&g, &c, a, t);
    }
    if (details)
        copy_keys(&g, a, ret);
    bb_buf_release(&g.blob);
    return rc;
}

/* BitBake: SignatureGeneratorBasic.finalise, which leaves the hashes in variables before 2.4. */
static int set_variables(struct bb_store *d, const struct bb_sig_recipe *r)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < r->ntasks; i++) {
        BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
        bb_buf_addf(&name, "BB_BASEHASH:task-%.*s", BB_STRF(r->tasks[i].name->name));
        rc = bb_store_setz(d, name.p, bb_str_z(r->tasks[i].basehash));
    }
    return rc;
}

int bb_basehash_recipe(struct bb_sigconf *conf, struct bb_store *d, struct bb_arena *a, bool details,
                       struct bb_sig_recipe *ret)
{
    struct bb_val tasks;
    int rc = bb_store_get(d, BB_SYM("__BBTASKS"), 0, &tasks);
    if (rc < 0)
        return bb_store_report(d, rc, (struct bb_loc){0});
    *ret = (struct bb_sig_recipe){0};
    if (tasks.kind != BB_V_LIST)
        return 0;
    struct bb_sigwalk *w;
    rc = bb_sigwalk_new(conf, d, &w);
    if (rc < 0)
        return rc;
    rc = visit_all(w, tasks.list);
    if (rc == 0)
        rc = hash_tasks(w, tasks.list, a, details, ret);
    bb_sigwalk_free(w);
    if (rc == 0 && bb_rules_has(bb_store_ctx(d)->level, BB_RULE_BASEHASH_VARIABLES))
        rc = set_variables(d, ret);
    return rc;
}

const struct bb_sig_key *bb_basehash_find(const struct bb_sig_recipe *r, bb_sym name)
{
    size_t lo = 0, hi = r->nkeys;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int c = bb_str_cmp(r->keys[mid].name->name, name->name);
        if (c == 0)
            return &r->keys[mid];
        if (c < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}
