/* SPDX-License-Identifier: MIT */
/*
 * Unpacking. Every name is taken apart first: absolute ones and those with ".." are refused, and so is every member
 * whose folder, in the target, turns out to be a symbolic link, whoever made it. libarchive's own checks stay on
 * beneath.
 */
#include "ext/tar_priv.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "base/path.h"

struct unpack {
    const struct bb_tar_unpack *o;
    const char *root; /* real path of the target */
    struct bb_buf *err;
    struct archive *disk;
    struct bb_buf checked; /* the folder, below root, last found to be free of links */
    struct bb_buf path, link;
};

static int unsafe(struct unpack *u, const char *name, const char *why)
{
    if (u->err)
        bb_buf_addf(u->err, "%s: %s", name, why);
    return -BB_EUNSAFE;
}

/*
 * The member's name below the target into `out`, with leading parts dropped and "." and "//" gone; empty when nothing
 * is left of it.
 */
static int clean_name(struct unpack *u, const char *name, struct bb_buf *out)
{
    bb_str rest = bb_str_z(name), part;
    int strip = u->o->strip;

    bb_buf_clear(out);
    if (*name == '/')
        return unsafe(u, name, "absolute name");
    while (bb_str_split(&rest, '/', &part)) {
        if (part.len == 0)
            continue;
        if (bb_str_eqz(part, ".."))
            return unsafe(u, name, "name leads out of the target folder");
        if (strip-- > 0 || bb_str_eqz(part, ".")) /* a leading "." is a part to drop, as it is for tar */
            continue;
        if (out->len)
            bb_buf_addc(out, '/');
        bb_buf_adds(out, part);
    }
    return 0;
}

/* Refuses when a folder on the way to root/rel is a link. */
static int check_way(struct unpack *u, bb_str rel)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    bb_str dir = bb_path_dir(rel);
    struct bb_stat st;

    if (bb_str_eq(dir, bb_buf_str(&u->checked)))
        return 0;
    for (size_t at = 0; dir.len && at != BB_NPOS;) {
        at = bb_str_chr(dir, '/', at);
        bb_str part = bb_str_sub(dir, 0, at == BB_NPOS ? dir.len : at++);
        bb_buf_clear(&path);
        bb_buf_addf(&path, "%s/%.*s", u->root, BB_STRF(part));
        if (bb_fs_lstat(path.p, &st) == 0 && st.type == BB_F_LINK)
            return unsafe(u, path.p + strlen(u->root) + 1, "members would be written through this link");
    }
    bb_buf_clear(&u->checked);
    bb_buf_adds(&u->checked, dir);
    return 0;
}

/* Puts `name`, checked and made absolute, into `out`; empty when the member is to be left out. */
static int place(struct unpack *u, const char *name, struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf rel = BB_BUF_INIT;
    int code = clean_name(u, name, &rel);

    bb_buf_clear(out);
    if (code || rel.len == 0)
        return code;
    bb_buf_addf(out, "%s/%s", u->root, rel.p);
    return check_way(u, bb_buf_str(&rel));
}

static int copy_blocks(struct unpack *u, struct archive *from, const char *name)
{
    const void *block;
    size_t size;
    la_int64_t offset;
    int r;

    while ((r = archive_read_data_block(from, &block, &size, &offset)) == ARCHIVE_OK)
        if (archive_write_data_block(u->disk, block, size, offset) < ARCHIVE_OK)
            return bb_tar_fail(u->disk, name, -EIO, u->err);
    return r == ARCHIVE_EOF ? 0 : bb_tar_fail(from, name, -BB_ECORRUPT, u->err);
}

/* Replaces the names inside `e` by checked and absolute ones; u->path stays empty for a member that is left out. */
static int place_member(struct unpack *u, struct archive_entry *e, const char *name)
{
    /* Copies: setting a name of the entry frees the one that was read from it. */
    BB_CLEAN_BUF struct bb_buf hard = BB_BUF_INIT, symlink = BB_BUF_INIT;

    bb_buf_addz(&hard, bb_tar_hardlink(e));
    bb_buf_addz(&symlink, bb_tar_symlink(e));
    int code = place(u, name, &u->path);
    if (code || u->path.len == 0)
        return code;
    if (hard.len) {
        code = place(u, hard.p, &u->link);
        if (u->link.len == 0)
            bb_buf_clear(&u->path);
        archive_entry_set_hardlink(e, u->link.p);
    } else if (symlink.len) {
        archive_entry_set_symlink(e, symlink.p);
    }
    if (hard.len || symlink.len) {
        bb_buf_clear(&u->checked); /* a folder known to be free of links may be one now */
        bb_buf_addc(&u->checked, '/');
    }
    archive_entry_set_pathname(e, u->path.p);
    archive_entry_set_perm(e, archive_entry_perm(e) & ~(mode_t)u->o->mask);
    return code;
}

/* Hard links have the type of nothing. */
static bool is_special(struct archive_entry *e)
{
    mode_t type = archive_entry_filetype(e);
    return type == AE_IFCHR || type == AE_IFBLK || type == AE_IFIFO || type == AE_IFSOCK;
}

static int unpack_member(struct unpack *u, struct archive *from, struct archive_entry *e)
{
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    bool has_data = !*bb_tar_hardlink(e) || archive_entry_size(e) > 0;

    bb_buf_addz(&name, bb_tar_name(e));
    int code = u->o->plain && is_special(e) ? unsafe(u, name.p, "a device, fifo or socket")
                                            : place_member(u, e, name.p);
    if (!code && u->o->member)
        code = u->o->member(u->o->self, bb_buf_str(&name));
    if (code || u->path.len == 0)
        return code;
    if (archive_write_header(u->disk, e) < ARCHIVE_WARN)
        return bb_tar_fail(u->disk, name.p, -EIO, u->err);
    if (has_data)
        code = copy_blocks(u, from, name.p);
    if (!code && archive_write_finish_entry(u->disk) < ARCHIVE_WARN)
        code = bb_tar_fail(u->disk, name.p, -EIO, u->err);
    return code;
}

static int unpack_all(struct unpack *u, struct archive *from)
{
    struct archive_entry *e;
    int r, code = 0;

    while (!code && (r = bb_tar_next(from, &e, u->err)) != 0)
        code = r < 0 ? r : unpack_member(u, from, e);
    /* Modes and times of folders are set at the end. */
    if (archive_write_close(u->disk) < ARCHIVE_WARN && !code)
        code = bb_tar_fail(u->disk, NULL, -EIO, u->err);
    return code;
}

int bb_tar_unpack(const char *path, const char *target, const struct bb_tar_unpack *o, struct bb_buf *err)
{
    static const struct bb_tar_unpack plain;
    BB_CLEAN_FREE char *root = NULL;
    BB_CLEAN_READER struct archive *outer = bb_tar_reader();
    BB_CLEAN_READER struct archive *inner = NULL; /* freed before `outer`, which it reads from */
    BB_CLEAN_WRITER struct archive *disk = archive_write_disk_new();
    struct unpack u = {.o = o ? o : &plain,
                       .err = err,
                       .disk = disk,
                       .checked = BB_BUF_INIT,
                       .path = BB_BUF_INIT,
                       .link = BB_BUF_INIT};
    int flags = ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_SECURE_SYMLINKS |
                ARCHIVE_EXTRACT_SECURE_NODOTDOT;

    int code = bb_fs_realpath(target, &root);
    if (code) {
        if (err)
            bb_buf_addf(err, "%s: %s", target, bb_strerror(code));
        return code;
    }
    u.root = root;
    archive_write_disk_set_options(disk, u.o->owners ? flags | ARCHIVE_EXTRACT_OWNER : flags);
    code = bb_tar_open(outer, path, err);
    if (!code && u.o->inner)
        code = bb_tar_open_inner(outer, u.o->inner, &inner, err);
    if (!code)
        code = unpack_all(&u, inner ? inner : outer);
    bb_buf_release(&u.checked);
    bb_buf_release(&u.path);
    bb_buf_release(&u.link);
    return code;
}
