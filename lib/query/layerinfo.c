/* SPDX-License-Identifier: MIT */
#include "query/layerinfo.h"

#include "base/path.h"
#include "ext/regex.h"
#include "os/fs.h"

#include <fnmatch.h>

static bool glob_matches(bb_str pattern, bb_str name)
{
    BB_CLEAN_BUF struct bb_buf p = BB_BUF_INIT, n = BB_BUF_INIT;
    bb_buf_adds(&p, pattern);
    bb_buf_adds(&n, name);
    return fnmatch(p.p, n.p, FNM_NOESCAPE) == 0;
}

bool bb_layerinfo_wanted(const struct bb_strvec *patterns, bb_str name)
{
    bb_vec_each(patterns, p)
        if (glob_matches(*p, name))
            return true;
    return patterns->n == 0;
}

/* The newest declaration of a collection counts, as it does for BitBake (get_variable_items_files). */
static int find_dirs(struct bb_layerinfo *l, struct bb_store *d)
{
    const struct bb_event *events;
    size_t n;
    int r = bb_store_history(d, BB_SYM("BBFILE_COLLECTIONS"), &events, &n);
    for (size_t i = r == 0 ? n : 0; i-- > 0;) {
        bb_str words = events[i].detail, word;
        if (events[i].flag || !events[i].loc.src)
            continue;
        while (bb_str_word(&words, &word)) {
            void **slot = bb_map_slot(&l->dir_of, word);
            if (*slot)
                continue;
            bb_str *dir = bb_arena_new(&l->arena, bb_str);
            *dir = bb_path_dir(bb_path_dir(bb_source_path(events[i].loc.src)));
            *slot = dir;
        }
    }
    return r;
}

int bb_layerinfo_init(struct bb_layerinfo *l, struct bb_cooker *c, bb_str mc)
{
    bb_str dirs, patterns;
    *l = (struct bb_layerinfo){.c = c};
    bb_arena_init(&l->arena);
    int r = bb_config_need_mc(&c->config, mc, &l->mc);
    if (r == 0)
        r = bb_store_str_report(l->mc->d, BB_SYM("BBLAYERS"), &dirs);
    if (r == 0)
        r = bb_store_str_report(l->mc->d, BB_SYM("BBFILES_PRIORITIZED"), &patterns);
    if (r < 0)
        return r;
    bb_strvec_words(&l->dirs, bb_arena_str(&l->arena, dirs));
    bb_strvec_words(&l->patterns, bb_arena_str(&l->arena, patterns));
    return find_dirs(l, l->mc->d);
}

void bb_layerinfo_release(struct bb_layerinfo *l)
{
    bb_vec_release(&l->dirs);
    bb_vec_release(&l->patterns);
    bb_map_release(&l->dir_of);
    bb_map_release(&l->known);
    bb_arena_release(&l->arena);
}

bb_str bb_layerinfo_dir(const struct bb_layerinfo *l, bb_str collection)
{
    const bb_str *dir = bb_map_get(&l->dir_of, collection);
    return dir ? *dir : (bb_str){0};
}

/* BitBake: utils.get_file_layer. The longest pattern wins, so that the inner of two nested layers does. */
static bb_str find_layer(const struct bb_layerinfo *l, bb_str file)
{
    const struct bb_layers *layers = &l->mc->layers;
    const struct bb_layer *best = NULL;
    bb_str path = file;
    bb_vec_each(&l->patterns, p) {
        if (!glob_matches(*p, file))
            continue;
        path = *p;
        break;
    }
    for (size_t i = 0; i < layers->n; i++)
        if (layers->p[i].regex && (!best || layers->p[i].pattern.len > best->pattern.len) &&
            bb_regex_match(layers->p[i].regex, path, 0))
            best = &layers->p[i];
    return best ? bb_layerinfo_dir(l, best->name) : (bb_str){0};
}

/* The folder of the layer that a file belongs to; p NULL when there is none. */
static bb_str folder_of(struct bb_layerinfo *l, bb_str file)
{
    bb_str *dir = bb_map_get(&l->known, file);
    if (!dir) {
        dir = bb_arena_new(&l->arena, bb_str);
        *dir = find_layer(l, file);
        bb_map_put(&l->known, bb_arena_str(&l->arena, file), dir);
    }
    return *dir;
}

bb_str bb_layerinfo_name_of(struct bb_layerinfo *l, bb_str file)
{
    bb_str dir = folder_of(l, file);
    return dir.p ? bb_path_base(dir) : BB_STR("?");
}

bb_str bb_layerinfo_short(struct bb_layerinfo *l, bb_str file)
{
    bb_str dir = folder_of(l, file);
    size_t slash = dir.p ? bb_str_rchr(dir, '/') : BB_NPOS;
    return slash != BB_NPOS && bb_str_starts(file, bb_str_sub(dir, 0, slash + 1))
               ? bb_str_from(file, slash + 1)
               : file;
}

static int skipped_cmp(const void *a, const void *b)
{
    const struct bb_recipe *x = *(const struct bb_recipe *const *)a, *y = *(const struct bb_recipe *const *)b;
    return x->priority != y->priority ? (x->priority > y->priority ? -1 : 1) : bb_str_cmp(x->fn, y->fn);
}

void bb_layerinfo_skipped(const struct bb_providers *p, struct bb_recipe_vec *ret)
{
    for (size_t i = 0; i < p->skipped.n; i++)
        bb_vec_push(ret, p->skipped.p[i]);
    if (ret->n)
        qsort(ret->p, ret->n, sizeof(*ret->p), skipped_cmp);
}

bb_str bb_layerinfo_which(struct bb_arena *a, bb_str bbpath, bb_str item)
{
    bb_str dir;
    while (bb_str_split(&bbpath, ':', &dir)) {
        bb_str path = bb_path_join(a, dir, item);
        BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
        bb_buf_adds(&z, path);
        if (bb_fs_exists(z.p))
            return path;
    }
    return BB_STR("");
}

void bb_layerinfo_pad(struct bb_buf *out, bb_str s, size_t width)
{
    size_t shown = 0;
    for (size_t i = 0; i < s.len; i++)
        shown += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    bb_buf_adds(out, s);
    for (; shown < width; shown++)
        bb_buf_addc(out, ' ');
}

void bb_layerinfo_member(struct bb_jsonw *w, const char *key, bb_str value)
{
    bb_jsonw_key(w, bb_str_z(key));
    bb_jsonw_str(w, value);
}
