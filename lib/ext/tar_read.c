/* SPDX-License-Identifier: MIT */
/* Reading archives: opening, listing, single compressed files, zstd in memory. */
#include "ext/tar_priv.h"

#include <errno.h>

#include "base/arena.h"
#include "base/diag.h"

#define BLOCK 65536

int bb_tar_fail(struct archive *a, const char *name, int otherwise, struct bb_buf *err)
{
    const char *text = archive_error_string(a);
    int code = archive_errno(a);

    if (err) {
        bb_buf_addf(err, "%s%s%s", name ? name : "", name ? ": " : "", text ? text : "archive error");
        if (code > 0 && !bb_str_has(bb_buf_str(err), bb_str_z(bb_strerror(-code))))
            bb_buf_addf(err, ": %s", bb_strerror(-code));
    }
    /* libarchive's own numbers are negative; of the system's, these tell about the disk and not about the archive. */
    switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EROFS:
    case EACCES:
    case EIO:
    case EMFILE:
    case EFBIG:
    case ENAMETOOLONG:
        return -code;
    default:
        return otherwise;
    }
}

/*
 * Formats by name, not "all": mtree would let a text file name files of ours, and an empty file is no archive but a
 * truncated one.
 */
struct archive *bb_tar_reader(void)
{
    struct archive *a = archive_read_new();

    if (!a)
        BB_BUG("libarchive does not start");
    archive_read_support_format_tar(a);
    archive_read_support_format_cpio(a);
    archive_read_support_format_zip(a);
    archive_read_support_format_7zip(a);
    archive_read_support_format_ar(a);
    archive_read_support_filter_gzip(a);
    archive_read_support_filter_bzip2(a);
    archive_read_support_filter_xz(a);
    archive_read_support_filter_lzma(a);
    archive_read_support_filter_lzip(a);
    archive_read_support_filter_lz4(a);
    archive_read_support_filter_zstd(a);
    archive_read_support_filter_compress(a);
    archive_read_support_filter_rpm(a);
    return a;
}

int bb_tar_open(struct archive *a, const char *path, struct bb_buf *err)
{
    struct bb_stat st;
    int code = bb_fs_stat(path, &st);

    if (code) {
        if (err)
            bb_buf_addf(err, "%s: %s", path, bb_strerror(code));
        return code;
    }
    if (archive_read_open_filename(a, path, BLOCK) != ARCHIVE_OK)
        return bb_tar_fail(a, NULL, -BB_ECORRUPT, err);
    return 0;
}

int bb_tar_next(struct archive *a, struct archive_entry **ret, struct bb_buf *err)
{
    int r = archive_read_next_header(a, ret);

    if (r == ARCHIVE_EOF)
        return 0;
    /* A warning is about a name's character set, which is no business of ours. */
    return r == ARCHIVE_OK || r == ARCHIVE_WARN ? 1 : bb_tar_fail(a, NULL, -BB_ECORRUPT, err);
}

/* In the C locale libarchive does not hand out names that an archive holds as UTF-8, unless asked for UTF-8. */
static const char *pick(const char *bytes, const char *utf8)
{
    return bytes ? bytes : utf8 ? utf8 : "";
}

const char *bb_tar_name(struct archive_entry *e)
{
    return pick(archive_entry_pathname(e), archive_entry_pathname_utf8(e));
}

const char *bb_tar_hardlink(struct archive_entry *e)
{
    return pick(archive_entry_hardlink(e), archive_entry_hardlink_utf8(e));
}

const char *bb_tar_symlink(struct archive_entry *e)
{
    return pick(archive_entry_symlink(e), archive_entry_symlink_utf8(e));
}

struct inner {
    struct archive *outer;
    char block[BLOCK];
};

static la_ssize_t inner_read(struct archive *a, void *self, const void **ret)
{
    struct inner *in = self;
    la_ssize_t n = archive_read_data(in->outer, in->block, sizeof(in->block));

    *ret = in->block;
    if (n < 0)
        archive_set_error(a, archive_errno(in->outer), "%s", archive_error_string(in->outer));
    return n < 0 ? -1 : n;
}

static int inner_close(struct archive *a, void *self)
{
    free(self);
    return ARCHIVE_OK;
}

int bb_tar_open_inner(struct archive *outer, const char *prefix, struct archive **ret_inner,
                      struct bb_buf *err)
{
    struct archive_entry *e;
    int r;

    while ((r = bb_tar_next(outer, &e, err)) == 1) {
        if (!bb_str_starts(bb_str_z(bb_tar_name(e)), bb_str_z(prefix)))
            continue;
        struct inner *in = bb_malloc(sizeof(*in));
        in->outer = outer;
        struct archive *a = bb_tar_reader();
        if (archive_read_open(a, in, NULL, inner_read, inner_close) != ARCHIVE_OK) {
            r = bb_tar_fail(a, prefix, -BB_ECORRUPT, err);
            archive_read_free(a);
            return r;
        }
        *ret_inner = a;
        return 0;
    }
    if (r == 0 && err)
        bb_buf_addf(err, "holds no '%s'", prefix);
    return r < 0 ? r : -BB_ECORRUPT;
}

/* Copies the current member's data to `fd`. */
static int copy_data(struct archive *from, int fd, const char *name, struct bb_buf *err)
{
    char block[BLOCK];
    la_ssize_t n;

    while ((n = archive_read_data(from, block, sizeof(block))) > 0) {
        int code = bb_fs_write_all(fd, bb_str_n(block, (size_t)n));
        if (code) {
            if (err)
                bb_buf_addf(err, "%s: %s", name, bb_strerror(code));
            return code;
        }
    }
    return n < 0 ? bb_tar_fail(from, name, -BB_ECORRUPT, err) : 0;
}

static enum bb_ftype file_type(struct archive_entry *e)
{
    switch (archive_entry_filetype(e)) {
    case AE_IFREG:
        return BB_F_FILE;
    case AE_IFDIR:
        return BB_F_DIR;
    case AE_IFLNK:
        return BB_F_LINK;
    default:
        return BB_F_OTHER;
    }
}

static struct bb_tar_member describe(struct archive_entry *e)
{
    const char *hard = bb_tar_hardlink(e);
    struct bb_tar_member m = {
        .name = bb_str_z(bb_tar_name(e)),
        .link = bb_str_z(*hard ? hard : bb_tar_symlink(e)),
        .st =
            {
                .type = *hard ? BB_F_FILE : file_type(e),
                .mode = archive_entry_perm(e),
                .size = (uint64_t)archive_entry_size(e),
                .mtime_ns = (int64_t)archive_entry_mtime(e) * 1000000000 + archive_entry_mtime_nsec(e),
                .uid = (uid_t)archive_entry_uid(e),
                .gid = (gid_t)archive_entry_gid(e),
            },
    };
    return m;
}

int bb_tar_list(const char *path, int (*visit)(void *self, const struct bb_tar_member *m), void *self,
                struct bb_buf *err)
{
    BB_CLEAN_READER struct archive *a = bb_tar_reader();
    struct archive_entry *e;
    int code = bb_tar_open(a, path, err), r = 0;

    while (!code && (r = bb_tar_next(a, &e, err)) == 1) {
        struct bb_tar_member m = describe(e);
        code = visit(self, &m);
        if (!code && archive_read_data_skip(a) != ARCHIVE_OK)
            code = bb_tar_fail(a, bb_tar_name(e), -BB_ECORRUPT, err);
    }
    return code ? code : r;
}

int bb_tar_decompress(const char *path, const char *to, struct bb_buf *err)
{
    BB_CLEAN_READER struct archive *a = bb_tar_reader();
    BB_CLEAN_DRAFT struct bb_fs_draft d = BB_FS_DRAFT_INIT;
    struct archive_entry *e;

    archive_read_support_format_raw(a);
    archive_read_set_format(a, ARCHIVE_FORMAT_RAW);
    int code = bb_tar_open(a, path, err);
    if (code)
        return code;
    code = bb_tar_next(a, &e, err);
    if (code <= 0)
        return code ? code : -BB_ECORRUPT;
    if (archive_filter_count(a) < 2) {
        if (err)
            bb_buf_addf(err, "%s: not compressed", path);
        return -BB_ECORRUPT;
    }
    code = bb_fs_draft_open(&d, to, 0);
    if (!code)
        code = copy_data(a, d.fd, path, err);
    return code ? code : bb_fs_draft_commit(&d);
}

int bb_zstd_unpack(bb_str data, size_t max, struct bb_buf *ret)
{
    BB_CLEAN_READER struct archive *a = archive_read_new();
    struct archive_entry *e;
    size_t start = ret->len;
    la_ssize_t n;

    if (!bb_str_starts(data, BB_STR("\x28\xb5\x2f\xfd")))
        return -BB_ECORRUPT;
    archive_read_support_filter_zstd(a);
    archive_read_support_format_raw(a);
    archive_read_support_format_empty(a);
    if (archive_read_open_memory(a, data.p, data.len) != ARCHIVE_OK)
        return -BB_ECORRUPT;
    int r = archive_read_next_header(a, &e);
    if (r == ARCHIVE_EOF)
        return 0;
    if (r != ARCHIVE_OK)
        return -BB_ECORRUPT;
    do {
        bb_buf_reserve(ret, BLOCK);
        n = archive_read_data(a, ret->p + ret->len, ret->cap - ret->len - 1);
        if (n > 0)
            ret->len += (size_t)n;
    } while (n > 0 && ret->len - start <= max);
    int code = n < 0 ? -BB_ECORRUPT : ret->len - start > max ? -EFBIG : 0;
    bb_buf_truncate(ret, code ? start : ret->len);
    return code;
}
