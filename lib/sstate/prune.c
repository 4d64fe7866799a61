/* SPDX-License-Identifier: MIT */
#include "sstate/prune.h"

#include <errno.h>
#include <fnmatch.h>

#include "base/diag.h"
#include "os/beneath.h"
#include "sstate/index.h"
#include "sstate/object.h"

/*
 * Removes the object file and its companions (".siginfo", ".sig", ".done"). The name may be of the index, which is no
 * more to be trusted than the folder: what it has elsewhere stays.
 */
static int remove_object(struct bb_beneath *dir, bb_str name)
{
    static const char *const ends[] = {"", ".siginfo", ".sig", ".done"};
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof(ends) / sizeof(ends[0]); i++) {
        BB_CLEAN_BUF struct bb_buf file = BB_BUF_INIT;
        bb_buf_addf(&file, "%.*s%s", BB_STRF(name), ends[i]);
        r = bb_beneath_unlink(dir, bb_buf_str(&file));
        if (r == -ENOENT || r == -ENOTDIR || r == -BB_EUNSAFE)
            r = 0;
    }
    return r;
}

struct match {
    const char *pattern;
    struct bb_beneath dir;
    struct bb_index *ix; /* NULL when there is none */
    size_t n;
};

static int on_file(void *self, const struct bb_fs_entry *e)
{
    struct match *m = self;
    struct bb_object_name name;
    size_t slash = bb_str_rchr(e->rel, '/');
    bb_str base = slash == BB_NPOS ? e->rel : bb_str_from(e->rel, slash + 1);

    if (e->st.type != BB_F_FILE || !bb_object_parse_name(base, &name) || fnmatch(m->pattern, base.p, 0) != 0)
        return 0;
    int r = remove_object(&m->dir, e->rel);
    if (r < 0)
        return r;
    if (m->ix)
        bb_index_del(m->ix, e->rel);
    m->n++;
    return 0;
}

int bb_prune_match(const char *dir, const char *pattern, size_t *ret_n)
{
    struct match m = {.pattern = pattern, .dir = BB_BENEATH_INIT};
    int r = 0;

    if (bb_fs_is_dir(dir) && (r = bb_beneath_open(&m.dir, dir)) == 0) {
        if (bb_index_open(dir, &m.ix) < 0)
            m.ix = NULL;
        r = bb_fs_walk(dir, on_file, &m);
        bb_index_close(m.ix);
    }
    bb_beneath_release(&m.dir);
    *ret_n = m.n;
    return r;
}

/* A day is longer than any packing takes: nobody writes to it any more. */
static int on_unfinished(void *self, const struct bb_fs_entry *e)
{
    const struct bb_prune_limits *l = self;
    size_t slash = bb_str_rchr(e->rel, '/');
    bb_str base = slash == BB_NPOS ? e->rel : bb_str_from(e->rel, slash + 1);

    bool unfinished = bb_str_starts(base, BB_STR(".pack.")) || bb_str_starts(base, BB_STR("..pack."));
    if (e->st.type != BB_F_FILE || !unfinished || e->st.mtime_ns / 1000000000 > l->now - 24 * 3600)
        return 0;
    return bb_fs_unlink(e->path);
}

static int remove_entry(struct bb_beneath *dir, struct bb_index *ix, const struct bb_index_entry *e)
{
    int r = remove_object(dir, e->path);
    return r < 0 ? r : bb_index_del(ix, e->path);
}

int bb_prune_run(const char *dir, const struct bb_prune_limits *l, size_t *ret_n, int64_t *ret_bytes)
{
    struct bb_index *ix = NULL;
    struct bb_index_entry *list;
    struct bb_arena a;
    struct bb_prune_limits limits = *l;
    BB_CLEAN_BENEATH struct bb_beneath objects = BB_BENEATH_INIT;
    size_t n = 0, gone = 0;
    int64_t total = 0, freed = 0;

    bb_arena_init(&a);
    int r = bb_index_open(dir, &ix);
    if (r == 0)
        r = bb_beneath_open(&objects, dir);
    if (r == 0 && (r = bb_fs_walk(dir, on_unfinished, &limits)) == 0 && (r = bb_index_scan(ix)) == 0)
        r = bb_index_list(ix, &a, true, &list, &n);
    for (size_t i = 0; r == 0 && i < n; i++)
        total += list[i].size;
    for (size_t i = 0; r == 0 && i < n; i++) {
        bool old = l->max_age >= 0 && list[i].used < l->now - l->max_age;
        bool too_much = l->max_bytes >= 0 && total - freed > l->max_bytes;
        if (!old && !too_much)
            break; /* what follows was used later */
        r = remove_entry(&objects, ix, &list[i]);
        freed += r == 0 ? list[i].size : 0;
        gone += r == 0;
    }
    bb_index_close(ix);
    bb_arena_release(&a);
    *ret_n = gone;
    *ret_bytes = freed;
    return r;
}
