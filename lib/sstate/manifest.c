/* SPDX-License-Identifier: MIT */
#include "sstate/manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/vec.h"
#include "os/fs.h"

struct item {
    char *src, *dst;
    mode_t mode; /* of folders */
};
struct plan {
    struct bb_arena arena;
    const struct bb_manifest_pair *pair; /* the one being walked */
    BB_VEC(struct item) files, dirs;     /* folders parents first */
};

static int on_entry(void *self, const struct bb_fs_entry *e)
{
    struct plan *p = self;
    struct item item = {
        .src = bb_arena_strz(&p->arena, bb_str_z(e->path)),
        .dst = bb_arena_strz(&p->arena, bb_arena_fmt(&p->arena, "%s/%.*s", p->pair->dst, BB_STRF(e->rel))),
        .mode = e->st.mode,
    };
    if (e->st.type == BB_F_DIR)
        bb_vec_push(&p->dirs, item);
    else
        bb_vec_push(&p->files, item);
    return 0;
}

static bool allowed(const struct bb_manifest_install *in, const char *path)
{
    for (size_t i = 0; i < in->nallow; i++)
        if (bb_str_starts(bb_str_z(path), in->allow[i]))
            return true;
    return false;
}

/* Adds to `owners`, which is keyed by path, the name of every manifest that lists one of its keys. */
static void find_owners(const char *manifest, struct bb_map *owners, struct bb_arena *a)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, text = BB_BUF_INIT;
    struct bb_strvec names = {0};
    bb_str dir = bb_str_z(manifest), line;
    size_t slash = bb_str_rchr(dir, '/');

    dir.len = slash == BB_NPOS ? 0 : slash;
    bb_buf_addf(&path, "%.*s", BB_STRF(dir));
    if (bb_fs_list(a, path.p, &names) < 0)
        return;
    bb_vec_each(&names, name) {
        if (!bb_str_starts(*name, BB_STR("manifest-")))
            continue;
        bb_buf_clear(&path);
        bb_buf_clear(&text);
        bb_buf_addf(&path, "%.*s/%.*s", BB_STRF(dir), BB_STRF(*name));
        if (bb_fs_read(path.p, &text) < 0)
            continue;
        bb_str rest = bb_buf_str(&text);
        while (bb_str_split(&rest, '\n', &line)) {
            if (!line.len || !bb_map_has(owners, line))
                continue;
            bb_str *known = bb_map_get(owners, line), *now = bb_arena_new(a, bb_str);
            *now = known ? bb_arena_fmt(a, "%.*s %.*s", BB_STRF(*known), BB_STRF(*name)) : *name;
            bb_map_put(owners, line, now);
        }
    }
    bb_vec_release(&names);
}

/* -EEXIST and BitBake's sentence when files that are to be installed exist already. */
static int check_overlap(struct plan *p, const struct bb_manifest_install *in, struct bb_buf *err)
{
    struct bb_map owners = {0};

    bb_vec_each(&p->files, f)
        if (bb_fs_exists(f->dst) && !allowed(in, f->dst))
            bb_map_put(&owners, bb_str_z(f->dst), NULL);
    if (!owners.live) {
        bb_map_release(&owners);
        return 0;
    }
    find_owners(in->manifest, &owners, &p->arena);
    bb_buf_addf(err,
                "Recipe %s is trying to install files into a shared area when those "
                "files already exist. The files and the manifests listing them are:",
                in->pn);
    bb_map_each(&owners, it) {
        bb_str *owner = it->val;
        bb_buf_addf(err, "\n  %.*s", BB_STRF(it->key));
        if (owner)
            bb_buf_addf(err, "\n    (matched in %.*s)", BB_STRF(*owner));
        else
            bb_buf_addz(err, "\n    (not matched to any task)");
    }
    bb_buf_addz(err, "\nPlease adjust the recipes so only one recipe provides a given file.");
    bb_map_release(&owners);
    return -EEXIST;
}

static int write_manifest(const struct plan *p, const char *manifest)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;

    bb_vec_each(&p->files, f)
        bb_buf_addf(&text, "%s\n", f->dst);
    for (size_t i = p->dirs.n; i-- > 0;)
        bb_buf_addf(&text, "%s/\n", p->dirs.p[i].dst);
    int r = bb_fs_mkdirs_for(manifest);
    return r < 0 ? r : bb_fs_write(manifest, bb_buf_str(&text), 0);
}

static int make_dir(const struct item *d)
{
    if (bb_fs_is_dir(d->dst))
        return 0;
    int r = bb_fs_mkdirs(d->dst);
    return r == 0 && chmod(d->dst, d->mode & 07777) < 0 ? -errno : r;
}

static int put_file(const struct item *f)
{
    if (link(f->src, f->dst) == 0)
        return 0;
    if (errno == EEXIST) { /* allowed to overlap */
        int r = bb_fs_unlink(f->dst);
        if (r < 0 || link(f->src, f->dst) == 0)
            return r;
    }
    /* another file system, or one without hard links */
    return errno == ENOSPC || errno == ENOENT ? -errno : bb_fs_copy(f->src, f->dst);
}

static int install(const struct plan *p, const struct bb_manifest_install *in, struct bb_buf *err)
{
    int r = 0;

    for (size_t i = 0; i < in->npairs; i++)
        if ((r = bb_fs_mkdirs(in->pairs[i].dst)) < 0) {
            bb_buf_addf(err, "cannot make '%s': %s", in->pairs[i].dst, bb_strerror(r));
            return r;
        }
    bb_vec_each(&p->dirs, d)
        if ((r = make_dir(d)) < 0) {
            bb_buf_addf(err, "cannot make '%s': %s", d->dst, bb_strerror(r));
            return r;
        }
    bb_vec_each(&p->files, f)
        if ((r = put_file(f)) < 0) {
            bb_buf_addf(err, "cannot install '%s' as '%s': %s", f->src, f->dst, bb_strerror(r));
            return r;
        }
    return 0;
}

static int plan_and_install(struct plan *p, const struct bb_manifest_install *in, struct bb_buf *err)
{
    int r = 0;

    if (bb_fs_exists(in->manifest)) {
        bb_buf_addf(err, "Package already staged (%s)?!", in->manifest);
        return -EEXIST;
    }
    for (size_t i = 0; i < in->npairs; i++) {
        p->pair = &in->pairs[i];
        if (!bb_fs_is_dir(p->pair->src))
            continue; /* the task made nothing for this area */
        if ((r = bb_fs_walk(p->pair->src, on_entry, p)) < 0) {
            bb_buf_addf(err, "cannot read '%s': %s", p->pair->src, bb_strerror(r));
            return r;
        }
    }
    if ((r = check_overlap(p, in, err)) < 0)
        return r;
    if ((r = write_manifest(p, in->manifest)) < 0) {
        bb_buf_addf(err, "cannot write '%s': %s", in->manifest, bb_strerror(r));
        return r;
    }
    return install(p, in, err);
}

int bb_manifest_install(const struct bb_manifest_install *in, size_t *ret_files, struct bb_buf *err)
{
    struct plan p = {0};

    bb_arena_init(&p.arena);
    int r = plan_and_install(&p, in, err);
    *ret_files = p.files.n;
    bb_vec_release(&p.files);
    bb_vec_release(&p.dirs);
    bb_arena_release(&p.arena);
    return r;
}

/* Removes one listed path; 1 when it went, 0 when it may stay (gone already, folder in use), else a negative errno. */
static int remove_listed(const char *path, size_t len)
{
    bool dir = len && path[len - 1] == '/';
    int r = dir ? rmdir(path) : unlink(path);

    if (r == 0)
        return 1;
    if (errno == ENOENT || errno == ENOTDIR || (dir && (errno == ENOTEMPTY || errno == EEXIST)))
        return 0;
    return -errno;
}

int bb_manifest_clean(const char *manifest, size_t *ret_removed, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_str rest, line;
    size_t n = 0;
    int r = bb_fs_read(manifest, &text);

    if (r == -ENOENT) {
        *ret_removed = 0;
        return 0;
    }
    rest = bb_buf_str(&text);
    while (r == 0 && bb_str_split(&rest, '\n', &line)) {
        if (!line.len)
            continue;
        char *path = bb_strndup(line);
        r = path[0] == '/' ? remove_listed(path, line.len) : -EINVAL;
        if (r < 0)
            bb_buf_addf(err, "cannot remove '%s', listed in '%s': %s", path, manifest, bb_strerror(r));
        n += r == 1;
        r = r < 0 ? r : 0;
        free(path);
    }
    if (r == 0)
        r = bb_fs_unlink(manifest);
    if (r < 0 && !err->len)
        bb_buf_addf(err, "cannot read '%s': %s", manifest, bb_strerror(r));
    *ret_removed = n;
    return r;
}
