/* SPDX-License-Identifier: MIT */
#include "sstate/manifest.h"

#include <errno.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/map.h"
#include "base/vec.h"
#include "os/beneath.h"

static const char first_line[] = "bbc-manifest 2";
static const char area_word[] = "area ";

struct item {
    char *src, *dst;
    bb_str rel;  /* below the area */
    bb_str line; /* dst as the manifest has it */
    size_t area;
    mode_t mode;
};
struct plan {
    struct bb_arena arena;
    const struct bb_manifest_pair *pairs;
    struct bb_beneath *areas;        /* of each pair's dst */
    size_t at;                       /* the pair being walked */
    BB_VEC(struct item) files, dirs; /* folders parents first */
    struct bb_buf *err;
};

/* So that whatever a file is called is one line, and one that a terminal can be shown. */
static void add_escaped(struct bb_buf *b, bb_str path)
{
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if (c == '\\')
            bb_buf_addz(b, "\\\\");
        else if (c < ' ' || c == 0x7f)
            bb_buf_addf(b, "\\x%02x", c);
        else
            bb_buf_addc(b, (char)c);
    }
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False when the text is none that add_escaped() makes. */
static bool add_unescaped(struct bb_buf *b, bb_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        bb_str rest = bb_str_from(text, i);
        if (text.p[i] != '\\') {
            bb_buf_addc(b, text.p[i]);
        } else if (bb_str_starts(rest, BB_STR("\\\\"))) {
            bb_buf_addc(b, '\\');
            i += 1;
        } else if (rest.len >= 4 && rest.p[1] == 'x') {
            int high = hex_digit(rest.p[2]), low = hex_digit(rest.p[3]);
            if (high < 0 || low < 0 || !(high | low))
                return false;
            bb_buf_addc(b, (char)(high * 16 + low));
            i += 3;
        } else {
            return false;
        }
    }
    return true;
}

static int on_entry(void *self, const struct bb_fs_entry *e)
{
    BB_CLEAN_BUF struct bb_buf line = BB_BUF_INIT;
    struct plan *p = self;
    bb_str dst = bb_arena_fmt(&p->arena, "%s/%.*s", p->pairs[p->at].dst, BB_STRF(e->rel));

    add_escaped(&line, dst);
    struct item item = {
        .src = bb_arena_strz(&p->arena, bb_str_z(e->path)),
        .dst = bb_arena_strz(&p->arena, dst),
        .line = bb_arena_str(&p->arena, bb_buf_str(&line)),
        .area = p->at,
        .mode = e->st.mode,
    };
    item.rel = bb_str_from(bb_str_z(item.dst), strlen(item.dst) - e->rel.len);
    if (e->st.type == BB_F_OTHER) {
        bb_buf_addf(p->err, "'%s' is a device, fifo or socket, which a shared area cannot have", e->path);
        return -ENOTSUP;
    }
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

/* Enters the files that exist already and may not; an error where a folder on their way is a link. */
static int find_overlap(struct plan *p, const struct bb_manifest_install *in, struct bb_map *owners)
{
    struct bb_stat st;

    bb_vec_each(&p->files, f) {
        int r = bb_beneath_stat(&p->areas[f->area], f->rel, &st);
        if (r == 0 && !allowed(in, f->dst))
            bb_map_put(owners, f->line, NULL);
        if (r < 0 && r != -ENOENT && r != -ENOTDIR) {
            bb_buf_addf(p->err, "cannot install '%.*s': %s", BB_STRF(f->line), bb_strerror(r));
            return r;
        }
    }
    return 0;
}

static void say_overlap(const struct bb_map *owners, const char *pn, struct bb_buf *err)
{
    bb_buf_addf(err,
                "Recipe %s is trying to install files into a shared area when those "
                "files already exist. The files and the manifests listing them are:",
                pn);
    bb_map_each(owners, it) {
        bb_str *owner = it->val;
        bb_buf_addf(err, "\n  %.*s", BB_STRF(it->key));
        if (owner)
            bb_buf_addf(err, "\n    (matched in %.*s)", BB_STRF(*owner));
        else
            bb_buf_addz(err, "\n    (not matched to any task)");
    }
    bb_buf_addz(err, "\nPlease adjust the recipes so only one recipe provides a given file.");
}

/* -EEXIST and BitBake's sentence when files that are to be installed exist already. */
static int check_overlap(struct plan *p, const struct bb_manifest_install *in)
{
    struct bb_map owners = {0};
    int r = find_overlap(p, in, &owners);

    if (r == 0 && owners.live) {
        find_owners(in->manifest, &owners, &p->arena);
        say_overlap(&owners, in->pn, p->err);
        r = -EEXIST;
    }
    bb_map_release(&owners);
    return r;
}

static int write_manifest(const struct plan *p, const struct bb_manifest_install *in)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;

    bb_buf_addf(&text, "%s\n", first_line);
    for (size_t i = 0; i < in->npairs; i++) {
        bb_buf_addz(&text, area_word);
        add_escaped(&text, bb_str_z(in->pairs[i].dst));
        bb_buf_addc(&text, '\n');
    }
    bb_vec_each(&p->files, f)
        bb_buf_addf(&text, "%.*s\n", BB_STRF(f->line));
    for (size_t i = p->dirs.n; i-- > 0;)
        bb_buf_addf(&text, "%.*s/\n", BB_STRF(p->dirs.p[i].line));
    int r = bb_fs_mkdirs_for(in->manifest);
    return r < 0 ? r : bb_fs_write(in->manifest, bb_buf_str(&text), 0);
}

static int put_file(struct bb_beneath *area, const struct item *f)
{
    enum { SET_ID = 06000 };
    int r = f->mode & SET_ID ? -EXDEV : bb_beneath_link(area, f->src, f->rel);

    if (r == -EEXIST) { /* allowed to overlap */
        r = bb_beneath_unlink(area, f->rel);
        if (r == 0 || r == -ENOENT)
            r = bb_beneath_link(area, f->src, f->rel);
    }
    /* another file system, or one without hard links */
    if (r == 0 || r == -ENOSPC || r == -ENOENT || r == -BB_EUNSAFE)
        return r;
    return bb_beneath_copy(area, f->src, f->rel, SET_ID);
}

static int install(const struct plan *p)
{
    int r = 0;

    bb_vec_each(&p->dirs, d)
        if ((r = bb_beneath_mkdir(&p->areas[d->area], d->rel, d->mode)) < 0) {
            bb_buf_addf(p->err, "cannot make '%.*s': %s", BB_STRF(d->line), bb_strerror(r));
            return r;
        }
    bb_vec_each(&p->files, f)
        if ((r = put_file(&p->areas[f->area], f)) < 0) {
            bb_buf_addf(p->err, "cannot install '%s' as '%.*s': %s", f->src, BB_STRF(f->line),
                        bb_strerror(r));
            return r;
        }
    return 0;
}

/* Makes and opens the areas, and lists what goes there. */
static int survey(struct plan *p, const struct bb_manifest_install *in)
{
    struct bb_stat st;
    int r;

    for (; p->at < in->npairs; p->at++) {
        const struct bb_manifest_pair *pair = &in->pairs[p->at];
        if ((r = bb_fs_mkdirs(pair->dst)) < 0 || (r = bb_beneath_open(&p->areas[p->at], pair->dst)) < 0) {
            bb_buf_addf(p->err, "cannot make '%s': %s", pair->dst, bb_strerror(r));
            return r;
        }
        r = bb_fs_lstat(pair->src, &st);
        if (r == -ENOENT)
            continue;                      /* the task made nothing for this area */
        if (r == 0 && st.type != BB_F_DIR) /* a link could have anything of the machine installed */
            r = st.type == BB_F_LINK ? -BB_EUNSAFE : -ENOTDIR;
        if (r == 0)
            r = bb_fs_walk(pair->src, on_entry, p);
        if (r < 0) {
            if (!p->err->len)
                bb_buf_addf(p->err, "cannot install what is in '%s': %s", pair->src, bb_strerror(r));
            return r;
        }
    }
    return 0;
}

static int plan_and_install(struct plan *p, const struct bb_manifest_install *in)
{
    int r;

    if (bb_fs_exists(in->manifest)) {
        bb_buf_addf(p->err, "Package already staged (%s)?!", in->manifest);
        return -EEXIST;
    }
    if ((r = survey(p, in)) < 0 || (r = check_overlap(p, in)) < 0)
        return r;
    if ((r = write_manifest(p, in)) < 0) {
        bb_buf_addf(p->err, "cannot write '%s': %s", in->manifest, bb_strerror(r));
        return r;
    }
    return install(p);
}

int bb_manifest_install(const struct bb_manifest_install *in, size_t *ret_files, struct bb_buf *err)
{
    struct plan p = {.pairs = in->pairs, .err = err};

    bb_arena_init(&p.arena);
    p.areas = bb_malloc((in->npairs + 1) * sizeof(*p.areas));
    for (size_t i = 0; i < in->npairs; i++)
        p.areas[i] = (struct bb_beneath)BB_BENEATH_INIT;
    int r = plan_and_install(&p, in);
    *ret_files = p.files.n;
    for (size_t i = 0; i < in->npairs; i++)
        bb_beneath_release(&p.areas[i]);
    free(p.areas);
    bb_vec_release(&p.files);
    bb_vec_release(&p.dirs);
    bb_arena_release(&p.arena);
    return r;
}

/* A manifest being worked off. Areas that are not there any more stay closed. */
struct cleaning {
    struct bb_arena arena;
    struct bb_strvec names; /* of the areas */
    BB_VEC(struct bb_beneath) areas;
    size_t removed;
};

static int open_area(struct cleaning *c, bb_str path)
{
    struct bb_beneath area = BB_BENEATH_INIT;
    bb_str name = bb_arena_str(&c->arena, path);
    int r = path.len && path.p[0] == '/' ? bb_beneath_open(&area, name.p) : -EINVAL;

    if (r < 0 && r != -ENOENT && r != -ENOTDIR)
        return r;
    bb_vec_push(&c->names, name);
    bb_vec_push(&c->areas, area);
    return 0;
}

/* The innermost area that `path` is in, and the name there; NULL when it is in none. */
static struct bb_beneath *area_of(struct cleaning *c, bb_str path, bb_str *ret_rel)
{
    struct bb_beneath *found = NULL;
    size_t longest = 0;

    for (size_t i = 0; i < c->names.n; i++) {
        bb_str name = c->names.p[i];
        if (name.len >= longest && path.len > name.len + 1 && bb_str_starts(path, name) &&
            path.p[name.len] == '/') {
            longest = name.len;
            found = &c->areas.p[i];
            *ret_rel = bb_str_from(path, name.len + 1);
        }
    }
    return found;
}

/* What is gone already, folders that are in use and what lies behind a link, hence is not what was installed, may stay. */
static int remove_listed(struct cleaning *c, bb_str path)
{
    bool dir = bb_str_ends(path, BB_STR("/"));
    bb_str rel;

    path.len -= dir;
    struct bb_beneath *area = area_of(c, path, &rel);
    if (!area)
        return -BB_EUNSAFE;
    if (area->root < 0)
        return 0;
    int r = dir ? bb_beneath_rmdir(area, rel) : bb_beneath_unlink(area, rel);
    c->removed += r == 0;
    if (r == -ENOENT || r == -ENOTDIR || r == -BB_EUNSAFE || (dir && (r == -ENOTEMPTY || r == -EEXIST)))
        r = 0;
    return r;
}

static int clean_line(struct cleaning *c, bb_str line)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bool area = bb_str_starts(line, bb_str_z(area_word));

    if (!add_unescaped(&text, area ? bb_str_from(line, strlen(area_word)) : line))
        return -EINVAL;
    return area ? open_area(c, bb_buf_str(&text)) : remove_listed(c, bb_buf_str(&text));
}

static int clean_lines(struct cleaning *c, bb_str rest, const char *manifest, struct bb_buf *err)
{
    bb_str line;

    if (!bb_str_split(&rest, '\n', &line) || !bb_str_eqz(line, first_line)) {
        bb_buf_addf(err, "'%s' was not written by this version of bbc; remove TMPDIR", manifest);
        return -BB_ECORRUPT;
    }
    while (bb_str_split(&rest, '\n', &line)) {
        int r = line.len ? clean_line(c, line) : 0;
        if (r < 0) {
            bb_buf_addf(err, "cannot remove '%.*s', listed in '%s': %s", BB_STRF(line), manifest,
                        r == -BB_EUNSAFE ? "it is in none of the manifest's areas" : bb_strerror(r));
            return r;
        }
    }
    return 0;
}

int bb_manifest_clean(const char *manifest, size_t *ret_removed, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct cleaning c = {0};
    int r = bb_fs_read(manifest, &text);

    *ret_removed = 0;
    if (r == -ENOENT)
        return 0;
    bb_arena_init(&c.arena);
    if (r == 0)
        r = clean_lines(&c, bb_buf_str(&text), manifest, err);
    if (r == 0)
        r = bb_fs_unlink(manifest);
    if (r < 0 && !err->len)
        bb_buf_addf(err, "cannot read '%s': %s", manifest, bb_strerror(r));
    *ret_removed = c.removed;
    bb_vec_each(&c.areas, area)
        bb_beneath_release(area);
    bb_vec_release(&c.areas);
    bb_vec_release(&c.names);
    bb_arena_release(&c.arena);
    return r;
}
