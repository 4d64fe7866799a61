/* SPDX-License-Identifier: MIT */
#include "fetch/unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "ext/tar.h"

/* BitBake: modes of what is unpacked are those that the program gives them which it calls. */
enum modes {
    KEPT,   /* cpio, tar -p: as in the archive */
    PLAIN,  /* unzip: without set-user-ID, set-group-ID and sticky bits */
    MASKED, /* tar, gzip -dc > FILE: without those and what the umask forbids; root's tar keeps them all */
};

/* The first suffix that fits counts, so ".tar.gz" stands before ".gz". */
static const struct suffix {
    const char *end;
    enum bb_unpack_kind kind;
    bool strips;
    const char *inner; /* the archive is a member of this one, its name starts with this */
    enum modes modes;
} suffixes[] = {
    {".tar", BB_UNPACK_TREE, true, NULL, MASKED},     {".tgz", BB_UNPACK_TREE, true, NULL, MASKED},
    {".tar.gz", BB_UNPACK_TREE, true, NULL, MASKED},  {".tar.Z", BB_UNPACK_TREE, true, NULL, MASKED},
    {".tbz", BB_UNPACK_TREE, true, NULL, MASKED},     {".tbz2", BB_UNPACK_TREE, true, NULL, MASKED},
    {".tar.bz2", BB_UNPACK_TREE, true, NULL, MASKED}, {".txz", BB_UNPACK_TREE, true, NULL, MASKED},
    {".tar.xz", BB_UNPACK_TREE, true, NULL, MASKED},  {".tar.lz", BB_UNPACK_TREE, true, NULL, MASKED},
    {".tzst", BB_UNPACK_TREE, true, NULL, MASKED},    {".tar.zst", BB_UNPACK_TREE, true, NULL, MASKED},
    {".tar.7z", BB_UNPACK_TREE, true, "", MASKED},    {".7z", BB_UNPACK_TREE, false, NULL, MASKED},
    {".zip", BB_UNPACK_TREE, false, NULL, PLAIN},     {".jar", BB_UNPACK_TREE, false, NULL, PLAIN},
    {".rpm", BB_UNPACK_TREE, false, NULL, KEPT},      {".srpm", BB_UNPACK_TREE, false, NULL, KEPT},
    {".cpio", BB_UNPACK_TREE, false, NULL, KEPT},     {".deb", BB_UNPACK_TREE, true, "data.tar", KEPT},
    {".ipk", BB_UNPACK_TREE, true, "data.tar", KEPT}, {".gz", BB_UNPACK_SINGLE, false, NULL, MASKED},
    {".Z", BB_UNPACK_SINGLE, false, NULL, MASKED},    {".z", BB_UNPACK_SINGLE, false, NULL, MASKED},
    {".bz2", BB_UNPACK_SINGLE, false, NULL, MASKED},  {".xz", BB_UNPACK_SINGLE, false, NULL, MASKED},
    {".lz", BB_UNPACK_SINGLE, false, NULL, MASKED},   {".zst", BB_UNPACK_SINGLE, false, NULL, MASKED},
};

static const struct suffix *find_suffix(bb_str name)
{
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (bb_str_ends(name, bb_str_z(suffixes[i].end)))
            return &suffixes[i];
    return NULL;
}

enum bb_unpack_kind bb_unpack_kind(bb_str name)
{
    const struct suffix *s = find_suffix(name);
    return s ? s->kind : BB_UNPACK_COPY;
}

/* The permission bits that members do not get. */
static unsigned mode_mask(enum modes modes)
{
    enum { SPECIAL = 07000 };

    if (modes == KEPT || (modes == MASKED && geteuid() == 0))
        return 0;
    if (modes == PLAIN)
        return SPECIAL;
    mode_t now = umask(0);
    umask(now);
    return SPECIAL | now;
}

static bb_str base_name(bb_str path)
{
    size_t slash = bb_str_rchr(path, '/');
    return slash == BB_NPOS ? path : bb_str_from(path, slash + 1);
}

static int decompress(const char *file, const char *dir, const struct suffix *s, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf to = BB_BUF_INIT;
    bb_str name = base_name(bb_str_z(file));

    name.len -= strlen(s->end);
    bb_buf_addf(&to, "%s/%.*s", dir, BB_STRF(name));
    return bb_tar_decompress(file, to.p, err);
}

/* Into a folder of its own beside, then the one member that is wanted is moved over. */
static int extract_one(const char *file, const char *dir, const struct suffix *s, const char *member,
                       struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf tmp = BB_BUF_INIT, from = BB_BUF_INIT, to = BB_BUF_INIT;
    struct bb_tar_unpack o = {.mask = mode_mask(s->modes)};

    bb_buf_addf(&tmp, "%s/.extract.%d", dir, (int)getpid());
    bb_buf_addf(&from, "%s/%s", tmp.p, member);
    bb_buf_addf(&to, "%s/%.*s", dir, BB_STRF(base_name(bb_str_z(member))));
    int r = bb_fs_mkdirs(tmp.p);
    if (r == 0)
        r = bb_tar_unpack(file, tmp.p, &o, err);
    if (r == 0 && (r = bb_fs_rename(from.p, to.p)) < 0)
        bb_buf_addf(err, "cannot take '%s' out of '%s': %s", member, file, bb_strerror(r));
    bb_fs_remove(tmp.p);
    return r;
}

int bb_unpack_archive(const char *file, const char *dir, const struct bb_unpack_opts *o, struct bb_buf *err)
{
    static const struct suffix plain = {"", BB_UNPACK_TREE, true, NULL, MASKED};
    const struct suffix *s = find_suffix(bb_str_z(file));
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;
    int r;

    if (!s)
        s = &plain;
    if (s->kind == BB_UNPACK_SINGLE) {
        r = decompress(file, dir, s, &why);
    } else if (o->extract && !s->strips) {
        r = extract_one(file, dir, s, o->extract, &why);
    } else {
        struct bb_tar_unpack tar = {
            .inner = s->inner, .strip = s->strips ? o->strip : 0, .mask = mode_mask(s->modes)};
        r = bb_tar_unpack(file, dir, &tar, &why);
    }
    if (r < 0)
        bb_buf_addf(err, "cannot unpack '%s': %s", file, why.len ? why.p : bb_strerror(r));
    return r;
}

int bb_unpack_copy(const char *file, const char *dir, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf to = BB_BUF_INIT;
    bb_str path = bb_str_z(file);
    char *real = NULL;

    while (path.len > 1 && path.p[path.len - 1] == '/')
        path.len--;
    bb_buf_addf(&to, "%s/%.*s", dir, BB_STRF(base_name(path)));
    int r = bb_fs_realpath(file, &real);
    if (r == 0)
        r = bb_fs_is_dir(real) ? bb_fs_copy_tree(real, to.p) : bb_fs_copy(real, to.p);
    if (r < 0)
        bb_buf_addf(err, "cannot copy '%s' to '%s': %s", file, to.p, bb_strerror(r));
    free(real);
    return r;
}
