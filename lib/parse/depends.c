/* SPDX-License-Identifier: MIT */
#include "parse/depends.h"

#include <unistd.h>

#include "base/path.h"
#include "os/os.h"
#include "parse/parser_priv.h"

/* --- what the disk says --- */

static struct bb_filestate ask_disk(struct bb_parser *p, const char *path)
{
    struct bb_stat st;

    if (p->ctx->os->stat(p->ctx->os, path, &st) < 0)
        return (struct bb_filestate){.kind = BB_FILE_ABSENT};
    return bb_filestate_of(&st);
}

const struct bb_filestate *bb_depends_stat(struct bb_parser *p, bb_str path)
{
    struct bb_filestate *st = bb_map_get(&p->stats, path);

    if (!st) {
        char *z = bb_arena_strz(&p->arena, path);
        st = bb_arena_new(&p->arena, struct bb_filestate);
        *st = ask_disk(p, z);
        bb_map_put(&p->stats, bb_str_n(z, path.len), st);
    }
    return st;
}

void bb_depends_forget(struct bb_parser *p)
{
    bb_map_clear(&p->stats);
    bb_map_clear(&p->lookups);
}

/* --- a store's list --- */

/* What the handle in __depends points to: a set of paths in order of marking, in its owner's arena. */
struct deplist {
    struct bb_store *owner;
    bb_sym *p;
    uint32_t n, cap;
    uint32_t *index; /* open addressing, twice `cap` places: position plus one, 0 is free */
};

static uint32_t *find_place(const struct deplist *l, bb_sym path)
{
    uint32_t mask = l->cap * 2 - 1, i = (uint32_t)path->hash & mask;

    while (l->index[i] && l->p[l->index[i] - 1] != path)
        i = (i + 1) & mask;
    return &l->index[i];
}

static bool has(const struct deplist *l, bb_sym path)
{
    return l && *find_place(l, path);
}

static void add(struct deplist *l, bb_sym path)
{
    l->p[l->n++] = path;
    *find_place(l, path) = l->n;
}

/* Room for `cap` (a power of two) paths, filled with those of `from`. */
static void grow(struct deplist *l, uint32_t cap, const bb_sym *from, uint32_t n)
{
    struct bb_arena *a = bb_store_arena(l->owner);

    l->p = bb_arena_array(a, bb_sym, cap);
    l->index = bb_arena_array(a, uint32_t, (size_t)cap * 2);
    l->cap = cap;
    l->n = 0;
    for (uint32_t i = 0; i < n; i++)
        add(l, from[i]);
}

static struct deplist *get_list(struct bb_store *d, bb_sym var)
{
    struct bb_val v;

    if (bb_store_get(d, var, BB_GET_PARSING, &v) < 0 || v.kind != BB_V_INT)
        return NULL;
    return (struct deplist *)(intptr_t)v.i;
}

/* The list that `d` itself may add to: its own, made from what it sees when it has none. */
static int own_list(struct bb_parser *p, struct bb_store *d, struct deplist **ret)
{
    struct deplist *seen = get_list(d, p->sym.DEPENDS), *own;
    uint32_t cap = 64;

    if (seen && seen->owner == d) {
        *ret = seen;
        return 0;
    }
    own = bb_arena_new(bb_store_arena(d), struct deplist);
    own->owner = d;
    while (seen && cap <= seen->n)
        cap *= 2;
    grow(own, cap, seen ? seen->p : NULL, seen ? seen->n : 0);
    *ret = own;
    return bb_store_set(d, p->sym.DEPENDS, bb_val_i((intptr_t)own), &(struct bb_how){.ignore = true});
}

static int mark(struct bb_parser *p, struct bb_store *d, bb_sym path)
{
    struct deplist *l = get_list(d, p->sym.DEPENDS);
    int r;

    if (has(l, path))
        return 0;
    r = own_list(p, d, &l);
    if (r < 0)
        return r;
    if (l->n == l->cap)
        grow(l, l->cap * 2, l->p, l->n);
    add(l, path);
    return 0;
}

/* An absolute path for one that starts at the working directory. */
static bb_str from_cwd(struct bb_arena *a, bb_str path)
{
    char *cwd = getcwd(NULL, 0);
    bb_str abs = bb_path_join(a, bb_str_z(cwd ? cwd : "/"), path);

    free(cwd);
    return abs;
}

static bb_sym marked_name(struct bb_parser *p, bb_str path)
{
    if (bb_str_starts(path, BB_STR("./")))
        path = from_cwd(&p->arena, bb_str_from(path, 2));
    return bb_sym_get(path);
}

int bb_depends_mark(struct bb_parser *p, struct bb_store *d, bb_str path)
{
    return mark(p, d, marked_name(p, path));
}

bool bb_depends_has(struct bb_parser *p, struct bb_store *d, bb_str path)
{
    bb_sym name = bb_sym_peek(path);

    return name && has(get_list(d, p->sym.DEPENDS), name);
}

int bb_depends_list(struct bb_parser *p, struct bb_store *d, bool base, struct bb_seenfile **ret,
                    size_t *ret_n)
{
    struct deplist *l = get_list(d, base ? p->sym.BASE_DEPENDS : p->sym.DEPENDS);
    size_t n = l ? l->n : 0;
    struct bb_seenfile *list = bb_arena_array(bb_store_arena(d), struct bb_seenfile, n + 1);

    for (size_t i = 0; i < n; i++)
        list[i] = (struct bb_seenfile){l->p[i]->name, *bb_depends_stat(p, l->p[i]->name)};
    *ret = list;
    *ret_n = n;
    return 0;
}

/* Paths that os.path.abspath would return as they are, which nearly all are. */
static bool is_plain(bb_str path)
{
    return bb_path_is_abs(path) && !bb_str_has(path, BB_STR("//")) && !bb_str_has(path, BB_STR("/.")) &&
           path.p[path.len - 1] != '/';
}

int bb_depends_write_included(struct bb_parser *p, struct bb_store *d, enum bb_writer w)
{
    struct bb_how how = bb_writer_how(d, w);
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct bb_arena *a = bb_store_arena(d);
    bb_sym vars[] = {p->sym.BASE_DEPENDS, p->sym.DEPENDS};

    for (size_t v = 0; v < 2; v++) {
        struct deplist *l = get_list(d, vars[v]);
        for (uint32_t i = 0; l && i < l->n; i++) {
            bb_str path = l->p[i]->name;
            if (text.len)
                bb_buf_addc(&text, ' ');
            bb_buf_adds(&text, is_plain(path) ? path : bb_path_norm(a, from_cwd(a, path)));
        }
    }
    return bb_store_set(d, BB_SYM("BBINCLUDED"), bb_val_s(bb_buf_str(&text)), &how);
}

int bb_depends_set_included(struct bb_parser *p, struct bb_store *d)
{
    return bb_depends_write_included(p, d, BB_WRITER_CONF_INCLUDED);
}

/* --- searching --- */

/* What a search found and where it looked: the same for all recipes. */
struct lookup {
    bb_str found;
    bb_sym *attempts; /* as they are marked; the hit is the last */
    uint32_t n;
};

static struct lookup *search(struct bb_parser *p, bb_str path, bb_str item)
{
    struct lookup *l = bb_arena_new(&p->arena, struct lookup);
    BB_VEC(bb_sym) attempts = {0};
    bb_str dir = {0};

    /* An empty path has one part, which is the current folder. */
    for (bool first = true; !l->found.p && (bb_str_split(&path, ':', &dir) || first); first = false) {
        bb_str at = bb_path_join(&p->arena, dir, item);
        bb_vec_push(&attempts, marked_name(p, at));
        if (bb_depends_stat(p, at)->kind != BB_FILE_ABSENT)
            l->found = bb_path_is_abs(at) ? at : bb_path_norm(&p->arena, from_cwd(&p->arena, at));
    }
    l->n = (uint32_t)attempts.n;
    l->attempts = bb_arena_array(&p->arena, bb_sym, attempts.n + 1);
    if (attempts.n)
        memcpy(l->attempts, attempts.p, attempts.n * sizeof(bb_sym));
    bb_vec_release(&attempts);
    return l;
}

int bb_depends_which(struct bb_parser *p, struct bb_store *d, bb_str path, bb_str item, bool mark_hit,
                     bb_str *ret_found)
{
    BB_CLEAN_BUF struct bb_buf key = BB_BUF_INIT;
    struct lookup *l;

    bb_buf_adds(&key, path);
    bb_buf_addc(&key, '\0');
    bb_buf_adds(&key, item);
    l = bb_map_get(&p->lookups, bb_buf_str(&key));
    if (!l) {
        l = search(p, path, item);
        bb_map_put(&p->lookups, bb_arena_str(&p->arena, bb_buf_str(&key)), l);
    }
    for (uint32_t i = 0; i < l->n - (l->found.p && !mark_hit); i++) {
        int r = mark(p, d, l->attempts[i]);
        if (r < 0)
            return r;
    }
    *ret_found = l->found;
    return 0;
}
