/* SPDX-License-Identifier: MIT */
#include "query/flatten.h"

#include "base/path.h"
#include "os/fs.h"

#include <fnmatch.h>

struct flatten {
    struct bb_layerinfo *l;
    struct bb_ctx *ctx;
    struct bb_buf *out;
    bb_str outdir;
    struct bb_strvec layers;
    struct bb_map overlayed; /* recipe files that a layer of higher priority has too */
    struct bb_map applied;   /* .bbappend files that were appended */
    struct bb_arena *arena;
};

/* The last file of a name in order of priority counts. */
static void find_overlayed(struct flatten *f)
{
    bb_vec_each(&f->l->c->config.mcs, mc) {
        const struct bb_collection *files = &mc->files;
        struct bb_map seen = {0};
        for (size_t i = files->nfiles; i-- > 0;) {
            bb_str base = bb_path_base(files->files[i]);
            if (bb_map_has(&seen, base))
                bb_map_put(&f->overlayed, files->files[i], NULL);
            bb_map_put(&seen, base, NULL);
        }
        bb_map_release(&seen);
    }
}

static bool in_layers(const struct flatten *f, bb_str path, bb_str *ret_layer)
{
    bb_vec_each(&f->layers, dir)
        if (path.len > dir->len && path.p[dir->len] == '/' && bb_str_starts(path, *dir)) {
            *ret_layer = *dir;
            return true;
        }
    return false;
}

static int failed(struct flatten *f, const char *path, int code)
{
    return bb_error(f->ctx, "%s cannot be written: %s", path, bb_strerror(code));
}

static int append_file(struct flatten *f, bb_str append, const char *recipe)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    int r = bb_fs_read(recipe, &text);
    if (r == 0) {
        bb_buf_addf(&text, "\n##### bbappended from %.*s #####\n",
                    BB_STRF(bb_layerinfo_name_of(f->l, append)));
        r = bb_fs_read(bb_arena_strz(f->arena, append), &text);
    }
    if (r == 0)
        r = bb_fs_write(recipe, bb_buf_str(&text), 0);
    return r < 0 ? failed(f, recipe, r) : 0;
}

static int apply_appends(struct flatten *f, bb_str file, const char *to)
{
    struct bb_strvec appends = {0};
    int r = 0;
    bb_vec_each(&f->l->c->config.mcs, mc)
        bb_collect_appends(&mc->files, file, &appends);
    for (size_t i = 0; r == 0 && i < appends.n; i++) {
        bb_str layer, path = appends.p[i];
        struct bb_strvec before = {appends.p, i, 0};
        if (!in_layers(f, path, &layer) || bb_strvec_has(&before, path))
            continue;
        bb_buf_addf(f->out, "  Applying append %.*s to %s\n", BB_STRF(path), to);
        r = append_file(f, path, to);
        bb_map_put(&f->applied, path, NULL);
    }
    bb_vec_release(&appends);
    return r;
}

static int copy(struct flatten *f, const char *from, const char *to)
{
    int r = bb_fs_mkdirs_for(to);
    if (r == 0)
        r = bb_fs_copy(from, to);
    return r < 0 ? failed(f, to, r) : 0;
}

static int visit(void *self, const struct bb_fs_entry *e)
{
    struct flatten *f = self;
    bb_str path = bb_str_z(e->path), base = bb_path_base(path), ext = bb_path_ext(path);
    if (e->st.type == BB_F_DIR)
        return bb_str_eqz(base, ".git") || bb_str_eqz(base, ".hg") ? BB_FS_PRUNE : 0;
    if (bb_map_has(&f->overlayed, path)) {
        bb_buf_addf(f->out, "  Skipping overlayed file %s\n", e->path);
        return 0;
    }
    if (bb_str_eqz(ext, ".bbappend"))
        return 0;
    const char *to = bb_path_join(f->arena, f->outdir, bb_arena_str(f->arena, e->rel)).p;
    if (bb_fs_exists(to)) {
        if (bb_str_ends(path, BB_STR("/conf/layer.conf"))) {
            bb_buf_addf(f->out, "  Skipping layer config file %s\n", e->path);
            return 0;
        }
        bb_warn(f->ctx, "Overwriting file %s", to);
    }
    int r = copy(f, e->path, to);
    return r == 0 && bb_str_eqz(ext, ".bb") ? apply_appends(f, path, to) : r;
}

/* Appends to recipes that are not among the layers stay what they are. */
static int copy_other_appends(struct flatten *f)
{
    int r = 0;
    bb_vec_each(&f->l->c->config.mcs, mc) {
        const struct bb_collection *files = &mc->files;
        for (size_t i = 0; r == 0 && i < files->nappends; i++) {
            bb_str layer, path = files->appends[i].path;
            if (bb_map_has(&f->applied, path) || !in_layers(f, path, &layer))
                continue;
            const char *to = bb_path_join(f->arena, f->outdir, bb_str_from(path, layer.len + 1)).p;
            r = copy(f, bb_arena_strz(f->arena, path), to);
            bb_map_put(&f->applied, path, NULL);
        }
    }
    return r;
}

struct check {
    struct flatten *f;
    struct bb_strvec patterns; /* BBFILES of the first layer, as they would be for the new one */
};

static int check_file(void *self, const struct bb_fs_entry *e)
{
    struct check *c = self;
    bb_str path = bb_str_z(e->path);
    if (e->st.type == BB_F_DIR ||
        !(bb_str_ends(path, BB_STR(".bb")) || bb_str_ends(path, BB_STR(".bbappend"))))
        return 0;
    bb_vec_each(&c->patterns, pattern)
        if (fnmatch(pattern->p, e->path, FNM_NOESCAPE) == 0)
            return 0;
    bb_warn(c->f->ctx,
            "File %s does not match the flattened layer's BBFILES setting, "
            "you may need to edit conf/layer.conf or move the file elsewhere",
            e->path);
    return 0;
}

static int check_patterns(struct flatten *f)
{
    struct check c = {.f = f};
    bb_str first = f->layers.p[0], layer;
    int r = 0;
    bb_vec_each(&f->l->patterns, pattern)
        if (in_layers(f, *pattern, &layer) && bb_str_eq(layer, first)) {
            bb_str moved = bb_path_join(f->arena, f->outdir, bb_str_from(*pattern, first.len + 1));
            bb_vec_push(&c.patterns, bb_str_z(bb_arena_strz(f->arena, moved)));
        }
    if (c.patterns.n)
        r = bb_fs_walk(f->outdir.p, check_file, &c);
    bb_vec_release(&c.patterns);
    return r;
}

static int choose_layers(struct flatten *f, const struct bb_strvec *names)
{
    struct bb_strvec found = {0};
    int r = 0;
    bb_vec_each(&f->l->dirs, dir) {
        bb_str name = bb_path_base(*dir);
        if (names->n && !bb_strvec_has(names, name))
            continue;
        bb_vec_push(&f->layers, bb_str_z(bb_arena_strz(f->arena, *dir)));
        bb_vec_push(&found, name);
    }
    bb_vec_each(names, name)
        if (!bb_strvec_has(&found, *name))
            r = bb_error(f->ctx,
                         "Unable to find layer %.*s in current configuration, please "
                         "run \"bitbake-layers show-layers\" to list configured layers",
                         BB_STRF(*name));
    bb_vec_release(&found);
    return r;
}

/* Absolute, so that what is said of it does not depend on the folder. */
static int prepare_output(struct flatten *f, bb_str outdir)
{
    struct bb_strvec content = {0};
    char *real = NULL;
    const char *path = bb_arena_strz(f->arena, outdir);
    bb_fs_list(f->arena, path, &content);
    bool full = content.n > 0;
    bb_vec_release(&content);
    if (full)
        return bb_error(f->ctx, "Directory %s exists and is non-empty, please clear it out first", path);
    int r = bb_fs_mkdirs(path);
    if (r == 0)
        r = bb_fs_realpath(path, &real);
    if (r < 0)
        return failed(f, path, r);
    f->outdir = bb_str_z(bb_arena_strz(f->arena, bb_str_z(real)));
    free(real);
    return 0;
}

int bb_flatten_layers(struct bb_layerinfo *l, const struct bb_strvec *names, bb_str outdir,
                      struct bb_buf *out)
{
    struct flatten f = {.l = l, .ctx = l->c->ctx, .out = out, .arena = &l->arena};
    int r = 0;
    if (names->n == 1)
        return bb_error(f.ctx, "If you specify layers to flatten you must specify at least two");
    r = choose_layers(&f, names);
    if (r == 0)
        r = prepare_output(&f, outdir);
    find_overlayed(&f);
    for (size_t i = 0; r == 0 && i < f.layers.n; i++) {
        bb_buf_addf(out, "Copying files from %.*s...\n", BB_STRF(f.layers.p[i]));
        r = bb_fs_walk(f.layers.p[i].p, visit, &f);
    }
    if (r == 0)
        r = copy_other_appends(&f);
    if (r == 0 && f.layers.n)
        r = check_patterns(&f);
    bb_map_release(&f.overlayed);
    bb_map_release(&f.applied);
    bb_vec_release(&f.layers);
    return r;
}
