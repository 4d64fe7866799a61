/* SPDX-License-Identifier: MIT */
#include "cook/collect.h"

#include "base/map.h"
#include "base/path.h"
#include "ext/regex.h"

#include <dirent.h>
#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct entry {
    bb_str pattern;
    int priority;
    size_t order;
};

static int entry_cmp(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->priority != y->priority)
        return x->priority < y->priority ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

struct gather {
    struct bb_ctx *ctx;
    struct bb_map seen; /* path -> itself, in order */
    struct bb_strvec dirs;
};

static void add_file(struct gather *g, bb_str path)
{
    if (!bb_map_has(&g->seen, path))
        bb_map_put(&g->seen, bb_arena_str(&g->ctx->arena, path), NULL);
}

static bool is_recipe_file(bb_str name)
{
    return bb_str_ends(name, BB_STR(".bb")) || bb_str_ends(name, BB_STR(".bbappend"));
}

/* A folder in BBFILES gives every recipe file below it. */
static void walk(struct gather *g, const char *dir)
{
    static const char *const ignored[] = {".", "..", "SCCS", "CVS", ".svn"};
    struct dirent **list;
    int n = scandir(dir, &list, NULL, alphasort);
    bb_vec_push(&g->dirs, bb_arena_str(&g->ctx->arena, bb_str_z(dir)));
    for (int i = 0; i < n; i++) {
        const char *name = list[i]->d_name;
        bool skip = false;
        for (size_t k = 0; k < sizeof(ignored) / sizeof(*ignored); k++)
            skip = skip || !strcmp(name, ignored[k]);
        struct stat st;
        BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
        bb_buf_addf(&path, "%s/%s", dir, name);
        if (!skip && lstat(path.p, &st) == 0) {
            if (S_ISDIR(st.st_mode))
                walk(g, path.p);
            else if (is_recipe_file(bb_str_z(name)))
                add_file(g, bb_buf_str(&path));
        }
        free(list[i]);
    }
    if (n >= 0)
        free(list);
}

static bool has_magic(bb_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] == '*' || s.p[i] == '?' || s.p[i] == '[')
            return true;
    return false;
}

static int path_cmp(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Remembers the folders a pattern looks into: the fixed part, and the matches of every leading part. */
static void note_dirs(struct gather *g, bb_str pattern)
{
    size_t slash = bb_str_rchr(pattern, '/');
    if (slash == BB_NPOS || slash == 0)
        return;
    bb_str parent = bb_str_sub(pattern, 0, slash);
    if (has_magic(parent)) {
        glob_t found;
        BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
        bb_buf_adds(&z, parent);
        if (glob(z.p, GLOB_NOSORT | GLOB_ONLYDIR, NULL, &found) == 0)
            for (size_t i = 0; i < found.gl_pathc; i++)
                bb_vec_push(&g->dirs, bb_arena_str(&g->ctx->arena, bb_str_z(found.gl_pathv[i])));
        globfree(&found);
        note_dirs(g, parent);
    } else {
        bb_vec_push(&g->dirs, bb_arena_str(&g->ctx->arena, parent));
    }
}

static void gather_pattern(struct gather *g, bb_str pattern)
{
    BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
    bb_buf_adds(&z, pattern);
    struct stat st;
    if (stat(z.p, &st) == 0 && S_ISDIR(st.st_mode)) {
        walk(g, z.p);
        return;
    }
    if (!has_magic(pattern)) {
        note_dirs(g, pattern);
        if (access(z.p, F_OK) == 0)
            add_file(g, pattern);
        return;
    }
    note_dirs(g, pattern);
    glob_t found;
    if (glob(z.p, GLOB_NOSORT, NULL, &found) == 0) {
        qsort(found.gl_pathv, found.gl_pathc, sizeof(char *), path_cmp);
        for (size_t i = 0; i < found.gl_pathc; i++)
            add_file(g, bb_str_z(found.gl_pathv[i]));
    }
    globfree(&found);
}

/* One regex of all words of BBMASK that compile; NULL when there is nothing to mask. */
static struct bb_regex *mask_regex(struct bb_ctx *ctx, bb_str bbmask)
{
    BB_CLEAN_BUF struct bb_buf all = BB_BUF_INIT;
    bb_str word;
    while (bb_str_word(&bbmask, &word)) {
        if (word.p[0] == '|') {
            bb_warn(ctx, "BBMASK contains regular expression beginning with '|', fixing: %.*s",
                    BB_STRF(word));
            word = bb_str_from(word, 1);
        }
        struct bb_regex *one;
        if (bb_regex_new(word, 0, &one, NULL) < 0) {
            bb_error(ctx, "BBMASK contains an invalid regular expression, ignoring: %.*s", BB_STRF(word));
            continue;
        }
        bb_regex_free(one);
        bb_buf_addf(&all, "%s%.*s", all.len ? "|" : "", BB_STRF(word));
    }
    struct bb_regex *re = NULL;
    if (all.len && bb_regex_new(bb_buf_str(&all), 0, &re, NULL) < 0)
        bb_error(ctx, "BBMASK is not a valid regular expression, ignoring: %s", all.p);
    return re;
}

/* BBFILES in order of the priority of the layer each pattern lies in; the order within a layer stays. */
static int prioritise(struct bb_ctx *ctx, struct bb_store *d, const struct bb_layers *layers,
                      struct gather *g)
{
    bb_str bbfiles, word;
    int r = bb_store_str_report(d, BB_SYM("BBFILES"), &bbfiles);
    if (r < 0)
        return r;
    BB_VEC(struct entry) entries = {0};
    while (bb_str_word(&bbfiles, &word)) {
        const struct bb_layer *l = bb_layers_of(layers, word);
        bb_vec_push(&entries, (struct entry){word, l ? l->priority : 0, entries.n});
    }
    if (entries.n)
        qsort(entries.p, entries.n, sizeof(*entries.p), entry_cmp);
    BB_CLEAN_BUF struct bb_buf joined = BB_BUF_INIT;
    bb_vec_each(&entries, e) {
        bb_buf_addf(&joined, "%s%.*s", joined.len ? " " : "", BB_STRF(e->pattern));
        gather_pattern(g, e->pattern);
    }
    if (!entries.n)
        r = bb_error(ctx, "no recipe files to build, check your BBPATH and BBFILES?");
    else
        bb_store_setz(d, "BBFILES_PRIORITIZED", bb_arena_str(bb_store_arena(d), bb_buf_str(&joined)));
    bb_vec_release(&entries);
    return r;
}

/* "name_1.%.bbappend" applies to "name_1.%.bb"; every occurrence of the suffix is replaced, as BitBake does. */
static bb_str append_base(struct bb_ctx *ctx, bb_str path)
{
    bb_str base = bb_path_base(path);
    return bb_arena_cat(&ctx->arena, bb_str_sub(base, 0, base.len - strlen("append")), BB_STR(""));
}

int bb_collect(struct bb_ctx *ctx, struct bb_store *d, const struct bb_layers *layers,
               struct bb_collection *ret)
{
    struct gather g = {.ctx = ctx};
    bb_str bbmask;
    int r = prioritise(ctx, d, layers, &g);
    if (r == 0)
        r = bb_store_str_report(d, BB_SYM("BBMASK"), &bbmask);
    if (r < 0) {
        bb_map_release(&g.seen);
        bb_vec_release(&g.dirs);
        return r;
    }
    struct bb_regex *mask = mask_regex(ctx, bbmask);
    struct bb_strvec files = {0};
    BB_VEC(struct bb_append) appends = {0};
    *ret = (struct bb_collection){0};
    bb_map_each(&g.seen, it) {
        if (mask && bb_regex_search(mask, it->key, 0))
            ret->masked++;
        else if (bb_str_ends(it->key, BB_STR(".bb")))
            bb_vec_push(&files, it->key);
        else if (bb_str_ends(it->key, BB_STR(".bbappend")))
            bb_vec_push(&appends, (struct bb_append){append_base(ctx, it->key), it->key});
    }
    bb_regex_free(mask);
    bb_map_release(&g.seen);
    bb_strvec_sort_uniq(&g.dirs);
    ret->files = files.p;
    ret->nfiles = files.n;
    ret->appends = appends.p;
    ret->nappends = appends.n;
    ret->dirs = g.dirs.p;
    ret->ndirs = g.dirs.n;
    return 0;
}

void bb_collect_release(struct bb_collection *c)
{
    free(c->files);
    free(c->appends);
    free(c->dirs);
    *c = (struct bb_collection){0};
}

bool bb_collect_append_matches(const struct bb_append *a, bb_str name)
{
    if (bb_str_eq(a->base, name))
        return true;
    /* BitBake compares with the recipe's own name cut at the append's '%', so a '%' beyond its end still matches. */
    size_t percent = bb_str_chr(a->base, '%', 0);
    if (percent == BB_NPOS)
        return false;
    return bb_str_starts(a->base, bb_str_sub(name, 0, percent < name.len ? percent : name.len));
}

void bb_collect_appends(const struct bb_collection *c, bb_str file, struct bb_strvec *ret)
{
    bb_str name = bb_path_base(file);
    for (size_t i = 0; i < c->nappends; i++)
        if (bb_collect_append_matches(&c->appends[i], name))
            bb_vec_push(ret, c->appends[i].path);
}
