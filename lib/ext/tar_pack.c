/* SPDX-License-Identifier: MIT */
/* Packing: folders into archives that depend on content only, and zstd of a piece of memory. */
#include "ext/tar_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "base/map.h"

#define BLOCK 65536

static const struct {
    const char *suffix;
    int filter;
    const char *option; /* the filter's module name for options */
} compressions[] = {
    {".gz", ARCHIVE_FILTER_GZIP, "gzip"},  {".bz2", ARCHIVE_FILTER_BZIP2, "bzip2"},
    {".xz", ARCHIVE_FILTER_XZ, "xz"},      {".zst", ARCHIVE_FILTER_ZSTD, "zstd"},
    {".tgz", ARCHIVE_FILTER_GZIP, "gzip"},
};

struct pack {
    const struct bb_tar_pack *o;
    struct archive *a;
    struct archive_entry *entry;
    bool cpio;
    uint32_t count;
    struct bb_map links; /* "dev:ino" -> name in the archive, for files with several names */
    struct bb_arena arena;
    struct bb_buf name;
    struct bb_buf *err;
};

static void set_filter_option(struct archive *a, const char *module, const char *key, int value)
{
    char text[16];
    snprintf(text, sizeof(text), "%d", value);
    /* What this libarchive does not know it does without. */
    if (value)
        archive_write_set_filter_option(a, module, key, text);
}

/* Chooses format and compression by the name's end. */
static int set_format(struct pack *p, bb_str path)
{
    for (size_t i = 0; i < sizeof(compressions) / sizeof(*compressions); i++) {
        if (!bb_str_ends(path, bb_str_z(compressions[i].suffix)))
            continue;
        archive_write_add_filter(p->a, compressions[i].filter);
        set_filter_option(p->a, compressions[i].option, "compression-level", p->o->level);
        set_filter_option(p->a, compressions[i].option, "threads", p->o->threads);
        /* gzip would write down when it ran. */
        archive_write_set_filter_option(p->a, "gzip", "timestamp", NULL);
        path.len -= strcmp(compressions[i].suffix, ".tgz") == 0 ? 0 : strlen(compressions[i].suffix);
        break;
    }
    p->cpio = bb_str_ends(path, BB_STR(".cpio"));
    if (!p->cpio && !bb_str_ends(path, BB_STR(".tar")) && !bb_str_ends(path, BB_STR(".tgz")))
        return -EINVAL;
    return p->cpio ? archive_write_set_format_cpio_newc(p->a) : archive_write_set_format_gnutar(p->a);
}

static int fail(struct pack *p, const char *path, int code)
{
    if (p->err)
        bb_buf_addf(p->err, "%s: %s", path, bb_strerror(code));
    return code;
}

static int add_data(struct pack *p, const char *path, uint64_t size)
{
    BB_CLEAN_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char block[BLOCK];
    ssize_t n;

    if (fd < 0)
        return fail(p, path, -errno);
    while (size && (n = read(fd, block, size < sizeof(block) ? size : sizeof(block))) != 0) {
        if (n < 0)
            return fail(p, path, -errno);
        if (archive_write_data(p->a, block, (size_t)n) < 0)
            return bb_tar_fail(p->a, path, -EIO, p->err);
        size -= (uint64_t)n;
    }
    if (size) {
        if (p->err)
            bb_buf_addf(p->err, "%s: became shorter while it was read", path);
        return -EIO;
    }
    return 0;
}

/* The name under which the same file went in before; else NULL, and it is remembered. */
static const char *earlier_name(struct pack *p, const struct stat *st)
{
    if (p->cpio || !S_ISREG(st->st_mode) || st->st_nlink < 2)
        return NULL;
    bb_str key = bb_arena_fmt(&p->arena, "%ju:%ju", (uintmax_t)st->st_dev, (uintmax_t)st->st_ino);
    void **slot = bb_map_slot(&p->links, key);
    const char *seen = *slot;
    if (!seen)
        *slot = bb_arena_strz(&p->arena, bb_buf_str(&p->name));
    return seen;
}

static void fill_entry(struct pack *p, const struct stat *st)
{
    time_t mtime = st->st_mtime;

    if (p->o->mtime_max && mtime > p->o->mtime_max)
        mtime = p->o->mtime_max;
    archive_entry_clear(p->entry);
    archive_entry_set_pathname(p->entry, p->name.p);
    archive_entry_set_mode(p->entry, st->st_mode);
    archive_entry_set_uid(p->entry, p->o->root_owner ? 0 : st->st_uid);
    archive_entry_set_gid(p->entry, p->o->root_owner ? 0 : st->st_gid);
    archive_entry_set_mtime(p->entry, mtime, 0);
    archive_entry_set_size(p->entry, S_ISREG(st->st_mode) ? st->st_size : 0);
    archive_entry_set_rdev(p->entry, st->st_rdev);
    /* cpio needs inode numbers; the disk's would differ from run to run. */
    archive_entry_set_ino64(p->entry, ++p->count);
    archive_entry_set_nlink(p->entry, 1);
}

static int pack_entry(void *self, const struct bb_fs_entry *e)
{
    BB_CLEAN_BUF struct bb_buf target = BB_BUF_INIT;
    struct pack *p = self;
    struct stat st;

    if (lstat(e->path, &st) < 0)
        return fail(p, e->path, -errno);
    if (S_ISSOCK(st.st_mode))
        return 0;
    bb_buf_clear(&p->name);
    bb_buf_addf(&p->name, "%s%.*s", p->o->prefix ? p->o->prefix : "", BB_STRF(e->rel));
    fill_entry(p, &st);
    const char *same = earlier_name(p, &st);
    if (same) {
        archive_entry_set_hardlink(p->entry, same);
        archive_entry_set_size(p->entry, 0);
    } else if (S_ISLNK(st.st_mode)) {
        int code = bb_fs_readlink(e->path, &target);
        if (code)
            return fail(p, e->path, code);
        archive_entry_set_symlink(p->entry, target.p);
        archive_entry_set_size(p->entry, (la_int64_t)target.len);
    }
    if (archive_write_header(p->a, p->entry) < ARCHIVE_WARN)
        return bb_tar_fail(p->a, e->path, -EIO, p->err);
    return S_ISREG(st.st_mode) && !same ? add_data(p, e->path, (uint64_t)st.st_size) : 0;
}

static int pack_into(struct pack *p, const char *dir, int fd)
{
    archive_write_set_bytes_in_last_block(p->a, 1);
    if (archive_write_open_fd(p->a, fd) != ARCHIVE_OK)
        return bb_tar_fail(p->a, dir, -EIO, p->err);
    int code = bb_fs_walk(dir, pack_entry, p);
    if (code && p->err && p->err->len == 0)
        fail(p, dir, code);
    if (!code && archive_write_close(p->a) != ARCHIVE_OK)
        code = bb_tar_fail(p->a, NULL, -EIO, p->err);
    return code;
}

int bb_tar_pack(const char *dir, const char *path, const struct bb_tar_pack *o, struct bb_buf *err)
{
    static const struct bb_tar_pack plain;
    BB_CLEAN_DRAFT struct bb_fs_draft d = BB_FS_DRAFT_INIT;
    struct pack p = {.o = o ? o : &plain,
                     .a = archive_write_new(),
                     .entry = archive_entry_new(),
                     .name = BB_BUF_INIT,
                     .err = err};
    int code = set_format(&p, bb_str_z(path));

    if (code)
        code = fail(&p, path, -EINVAL);
    if (!code && (code = bb_fs_draft_open(&d, path, 0)) < 0)
        fail(&p, path, code);
    if (!code)
        code = pack_into(&p, dir, d.fd);
    archive_write_free(p.a); /* may still write: before the draft is closed */
    archive_entry_free(p.entry);
    if (!code && (code = bb_fs_draft_commit(&d)) < 0)
        fail(&p, path, code);
    bb_map_release(&p.links);
    bb_arena_release(&p.arena);
    bb_buf_release(&p.name);
    return code;
}

static la_ssize_t to_buffer(struct archive *a, void *self, const void *block, size_t n)
{
    bb_buf_add(self, block, n);
    return (la_ssize_t)n;
}

int bb_zstd_pack(bb_str data, int level, struct bb_buf *ret)
{
    BB_CLEAN_WRITER struct archive *a = archive_write_new();
    struct archive_entry *e = archive_entry_new();
    size_t start = ret->len;

    archive_write_set_format_raw(a);
    archive_write_add_filter_zstd(a);
    set_filter_option(a, "zstd", "compression-level", level);
    archive_write_set_bytes_per_block(a, 0);
    archive_entry_set_filetype(e, AE_IFREG);
    bool ok = archive_write_open(a, ret, NULL, to_buffer, NULL) == ARCHIVE_OK &&
              archive_write_header(a, e) == ARCHIVE_OK &&
              (data.len == 0 || archive_write_data(a, data.p, data.len) == (la_ssize_t)data.len) &&
              archive_write_close(a) == ARCHIVE_OK;
    archive_entry_free(e);
    if (!ok)
        bb_buf_truncate(ret, start);
    return ok ? 0 : -EIO;
}
