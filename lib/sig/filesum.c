/* SPDX-License-Identifier: MIT */
#include "sig/filesum.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>

#include "base/path.h"
#include "base/vec.h"
#include "os/fs.h"
#include "reuse/checksums.h"

struct bb_filesums {
    struct bb_ctx *ctx;
    struct bb_checksums *known;
    char *exclude;
};
/* One flag text being worked off. */
struct list {
    struct bb_filesums *c;
    struct bb_arena *a;
    bb_str pn, top; /* the folder being walked */
    BB_VEC(struct bb_filesum) found;
};

struct bb_filesums *bb_filesums_open(struct bb_ctx *ctx, const char *file, bb_str exclude)
{
    struct bb_filesums *c = bb_calloc(1, sizeof(*c));
    c->ctx = ctx;
    c->known = bb_checksums_open(file);
    c->exclude = bb_strndup(exclude.p ? exclude : BB_STR("CVS .bzr .git .hg .osc .p4 .repo .svn"));
    return c;
}

int bb_filesums_save(struct bb_filesums *c)
{
    return bb_checksums_save(c->known);
}

void bb_filesums_free(struct bb_filesums *c)
{
    if (!c)
        return;
    bb_checksums_free(c->known);
    free(c->exclude);
    free(c);
}

static void add_file(struct list *l, bb_str path)
{
    const char *md5;
    int rc = bb_checksums_get(l->c->known, path, &md5);
    if (rc < 0) {
        bb_str base = bb_path_base(path);
        bb_warn(l->c->ctx, "Unable to get checksum for %.*s SRC_URI entry %.*s: [Errno %d] %s: '%.*s'",
                BB_STRF(l->pn), BB_STRF(base), -rc, bb_strerror(rc), BB_STRF(path));
        return;
    }
    bb_vec_push(&l->found, (struct bb_filesum){bb_arena_str(l->a, path), bb_arena_str(l->a, bb_str_z(md5))});
}

/* BitBake: "/." is put behind every occurrence of the folder's path, not only behind the first. */
static bb_str mark_member(struct bb_arena *a, bb_str path, bb_str top)
{
    struct bb_buf b = BB_BUF_INIT;
    size_t from = 0, hit;
    while ((hit = bb_str_find(path, top, from)) != BB_NPOS) {
        bb_buf_add(&b, path.p + from, hit + top.len - from);
        bb_buf_addz(&b, "/.");
        from = hit + top.len;
    }
    bb_buf_adds(&b, bb_str_from(path, from));
    bb_str r = bb_arena_str(a, bb_buf_str(&b));
    bb_buf_release(&b);
    return r;
}

static int visit(void *self, const struct bb_fs_entry *e)
{
    struct list *l = self;
    if (e->st.type == BB_F_DIR)
        return bb_str_has_word(bb_str_z(l->c->exclude), bb_path_base(e->rel)) ? BB_FS_PRUNE : 0;
    if (e->st.type == BB_F_LINK && bb_fs_is_dir(e->path))
        return 0;
    add_file(l, mark_member(l->a, bb_str_z(e->path), l->top));
    return 0;
}

static int add_path(struct list *l, const char *path)
{
    struct bb_stat st;
    if (!bb_fs_is_dir(path)) {
        add_file(l, bb_str_z(path));
        return 0;
    }
    if (bb_fs_lstat(path, &st) < 0 || st.type == BB_F_LINK)
        return 0;
    bb_str top = bb_str_z(path);
    while (top.len && top.p[top.len - 1] == '/')
        top.len--;
    if (top.len == 0)
        return bb_error(l->c->ctx, "Refusing to checksum /");
    l->top = bb_arena_str(l->a, top);
    int rc = bb_fs_walk(l->top.p, visit, l);
    if (rc < 0)
        return bb_error(l->c->ctx, "cannot read the folder '%s': %s", path, bb_strerror(rc));
    return 0;
}

static int add_glob(struct list *l, const char *pattern)
{
    glob_t g = {0};
    int rc = 0;
    if (glob(pattern, GLOB_NOESCAPE, NULL, &g) == 0)
        for (size_t i = 0; rc == 0 && i < g.gl_pathc; i++) {
            bb_str name = bb_path_base(bb_str_z(g.gl_pathv[i]));
            if (!bb_str_eqz(name, ".") && !bb_str_eqz(name, "..")) /* which Python's `.*` does not match */
                rc = add_path(l, g.gl_pathv[i]);
        }
    globfree(&g);
    return rc;
}

/* "path:True" or "path:False"; a path ends at its first colon. */
static int add_entry(struct list *l, bb_str entry)
{
    bb_str path, exists;
    entry = bb_str_trim(entry);
    if (entry.len == 0)
        return 0;
    bb_str rest = entry;
    if (!bb_str_split(&rest, ':', &path) || !bb_str_split(&rest, ':', &exists))
        return bb_error(l->c->ctx, "%.*s: '%.*s' in file-checksums is not PATH:True or PATH:False",
                        BB_STRF(l->pn), BB_STRF(entry));
    if (bb_str_eqz(exists, "False"))
        return 0;
    char *z = bb_arena_strz(l->a, path);
    return bb_str_chr(path, '*', 0) != BB_NPOS ? add_glob(l, z) : add_path(l, z);
}

/* Takes the text up to white space behind ":True" or ":False", so that a path may hold blanks. */
static bool next_entry(bb_str *rest, bb_str *ret)
{
    if (rest->len == 0)
        return false;
    size_t i = 0;
    for (; i < rest->len; i++) {
        bb_str head = bb_str_sub(*rest, 0, i);
        if (strchr(" \t\n\v\f\r", rest->p[i]) && rest->p[i] &&
            (bb_str_ends(head, BB_STR(":True")) || bb_str_ends(head, BB_STR(":False"))))
            break;
    }
    *ret = bb_str_sub(*rest, 0, i);
    *rest = bb_str_from(*rest, i);
    return true;
}

static int cmp_md5(const void *a, const void *b)
{
    return bb_str_cmp(((const struct bb_filesum *)a)->md5, ((const struct bb_filesum *)b)->md5);
}

int bb_filesums_get(struct bb_filesums *c, struct bb_arena *a, bb_str flag, bb_str pn,
                    struct bb_filesum **ret, size_t *ret_n)
{
    struct list l = {.c = c, .a = a, .pn = pn};
    bb_str entry;
    int rc = 0;
    while (rc == 0 && (flag = bb_str_trim(flag), next_entry(&flag, &entry)))
        rc = add_entry(&l, entry);
    if (rc == 0) {
        if (l.found.n)
            qsort(l.found.p, l.found.n, sizeof(*l.found.p), cmp_md5);
        *ret = bb_arena_array(a, struct bb_filesum, l.found.n);
        if (l.found.n)
            memcpy(*ret, l.found.p, l.found.n * sizeof(*l.found.p));
        *ret_n = l.found.n;
    }
    bb_vec_release(&l.found);
    return rc;
}
