/* SPDX-License-Identifier: MIT */
#include "sstate/object.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/vec.h"
#include "ext/digest.h"
#include "ext/tar.h"
#include "os/beneath.h"

/*
 * The trailer: a frame that zstd skips (RFC 8878, 3.1.2): magic and length, little-endian, then our text,
 * filled up with newlines to a fixed size so that it is found from the end.
 */
enum { TRAILER = 512, HEAD = 8, TEXT = TRAILER - HEAD, CHUNK = 256 * 1024 };
static const unsigned char frame_head[HEAD] = {0x5b, 0x2a, 0x4d, 0x18, TEXT & 0xff, TEXT >> 8, 0, 0};
static const char first_line[] = "bbc-sstate 1\n";

static bb_str base_name(const char *path)
{
    bb_str s = bb_str_z(path);
    size_t slash = bb_str_rchr(s, '/');
    return slash == BB_NPOS ? s : bb_str_from(s, slash + 1);
}

/* sha256 of the first `len` bytes of the file. */
static int hash_head(int fd, uint64_t len, char ret_hex[BB_DIGEST_HEX])
{
    struct bb_digest *digest;
    int r = bb_digest_new("sha256", &digest);
    char *chunk = bb_malloc(CHUNK);
    uint64_t at = 0;

    while (r == 0 && at < len) {
        size_t want = len - at < CHUNK ? (size_t)(len - at) : CHUNK;
        ssize_t got = pread(fd, chunk, want, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            r = got < 0 ? -errno : -BB_ECORRUPT;
            break;
        }
        bb_digest_add(digest, bb_str_n(chunk, (size_t)got));
        at += (uint64_t)got;
    }
    if (r == 0)
        bb_digest_finish(digest, ret_hex);
    bb_digest_free(digest);
    free(chunk);
    return r;
}

static void make_trailer(bb_str name, const char *hex, char trailer[TRAILER])
{
    memset(trailer, '\n', TRAILER);
    memcpy(trailer, frame_head, HEAD);
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_buf_addf(&text, "%sname %.*s\nsha256 %s\n", first_line, BB_STRF(name), hex);
    if (text.len > TEXT)
        BB_BUG("a file name of %zu bytes", name.len);
    memcpy(trailer + HEAD, text.p, text.len);
}

/* Appends the trailer to the finished tar. */
static int seal(const char *path, bb_str name, uint64_t *ret_size)
{
    char hex[BB_DIGEST_HEX], trailer[TRAILER];
    int fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    off_t end = lseek(fd, 0, SEEK_END);
    int r = end < 0 ? -errno : hash_head(fd, (uint64_t)end, hex);
    if (r == 0) {
        make_trailer(name, hex, trailer);
        r = bb_fs_write_all(fd, bb_str_n(trailer, TRAILER));
        *ret_size = (uint64_t)end + TRAILER;
    }
    if (close(fd) < 0 && r == 0)
        r = -errno;
    return r;
}

int bb_object_pack(const char *archive, const char *dir, uint64_t *ret_size, struct bb_buf *err)
{
    static unsigned counter;
    BB_CLEAN_BUF struct bb_buf tmp = BB_BUF_INIT;
    struct bb_tar_pack o = {.prefix = "./", .threads = 2};
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;
    bb_str name = base_name(archive);
    uint64_t size = 0;

    if (!bb_str_ends(name, BB_STR(".tar.zst")) || name.len > NAME_MAX) {
        bb_buf_addf(err, "'%s' is no name for a shared state object", archive);
        return -EINVAL;
    }
    bb_buf_addf(&tmp, "%.*s.pack.%d.%u.tar.zst", (int)(strlen(archive) - name.len), archive, (int)getpid(),
                counter++);
    int r = bb_fs_mkdirs_for(archive);
    if (r == 0)
        r = bb_tar_pack(dir, tmp.p, &o, &why);
    if (r == 0)
        r = seal(tmp.p, name, &size);
    if (r == 0)
        r = bb_fs_rename(tmp.p, archive);
    if (r < 0) {
        bb_fs_unlink(tmp.p);
        bool full = r == -ENOSPC || r == -EDQUOT; /* said in the system's words, not the library's */
        bb_buf_addf(err, "cannot write '%s': %s", archive, why.len && !full ? why.p : bb_strerror(r));
        return r;
    }
    *ret_size = size;
    return 0;
}

/* What the trailer says; false when it is none of ours. */
static bool read_trailer(int fd, uint64_t size, char buf[TRAILER + 1], bb_str *ret_name, bb_str *ret_sha256)
{
    bb_str text, line;

    if (size <= TRAILER || pread(fd, buf, TRAILER, (off_t)(size - TRAILER)) != TRAILER ||
        memcmp(buf, frame_head, HEAD) != 0)
        return false;
    buf[TRAILER] = '\0';
    text = bb_str_n(buf + HEAD, TEXT);
    if (!bb_str_starts(text, bb_str_z(first_line)))
        return false;
    *ret_name = *ret_sha256 = BB_STR("");
    while (bb_str_split(&text, '\n', &line)) {
        if (bb_str_starts(line, BB_STR("name ")))
            *ret_name = bb_str_from(line, strlen("name "));
        else if (bb_str_starts(line, BB_STR("sha256 ")))
            *ret_sha256 = bb_str_from(line, strlen("sha256 "));
    }
    return ret_name->len && ret_sha256->len;
}

static int verify_fd(int fd, const char *archive, struct bb_buf *err)
{
    char trailer[TRAILER + 1], hex[BB_DIGEST_HEX];
    bb_str name, sha256;
    off_t end = lseek(fd, 0, SEEK_END);
    uint64_t size = end > 0 ? (uint64_t)end : 0;

    if (!read_trailer(fd, size, trailer, &name, &sha256)) {
        bb_buf_addf(err, "'%s' is truncated or was not written by bbc", archive);
        return -BB_ECORRUPT;
    }
    if (!bb_str_eq(name, base_name(archive))) {
        bb_buf_addf(err, "'%s' was packed as '%.*s'", archive, BB_STRF(name));
        return -BB_ECORRUPT;
    }
    int r = hash_head(fd, size - TRAILER, hex);
    if (r == 0 && !bb_str_eqz(sha256, hex))
        r = -BB_ECORRUPT;
    if (r < 0)
        bb_buf_addf(err, "'%s' is damaged: %s", archive,
                    r == -BB_ECORRUPT ? "its content does not have the checksum it names" : bb_strerror(r));
    return r;
}

int bb_object_verify(const char *archive, struct bb_buf *err)
{
    int fd = open(archive, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        int r = -errno;
        bb_buf_addf(err, "cannot open '%s': %s", archive, bb_strerror(r));
        return r;
    }
    int r = verify_fd(fd, archive, err);
    close(fd);
    return r;
}

static bool is_real_dir(const char *path)
{
    struct bb_stat st;
    return bb_fs_lstat(path, &st) == 0 && st.type == BB_F_DIR;
}

/* Moves what is in `from` into `at` of `to` ("" for its root); folders on both sides are merged, other things replaced. */
static int move_into(const char *from, struct bb_beneath *to, bb_str at)
{
    BB_CLEAN_BUF struct bb_buf src = BB_BUF_INIT, dst = BB_BUF_INIT;
    struct bb_strvec names = {0};
    struct bb_arena a;
    struct bb_stat st;

    bb_arena_init(&a);
    int r = bb_fs_list(&a, from, &names);
    for (size_t i = 0; r == 0 && i < names.n; i++) {
        bb_buf_clear(&src);
        bb_buf_addf(&src, "%s/%.*s", from, BB_STRF(names.p[i]));
        bb_buf_clear(&dst);
        bb_buf_addf(&dst, "%.*s%s%.*s", BB_STRF(at), at.len ? "/" : "", BB_STRF(names.p[i]));
        bool here = is_real_dir(src.p);
        bool there = bb_beneath_stat(to, bb_buf_str(&dst), &st) == 0 && st.type == BB_F_DIR;
        if (here && there) {
            r = move_into(src.p, to, bb_buf_str(&dst));
            continue;
        }
        if (here || there)
            r = bb_beneath_remove(to, bb_buf_str(&dst));
        if (r == 0)
            r = bb_beneath_take(to, src.p, bb_buf_str(&dst));
    }
    bb_vec_release(&names);
    bb_arena_release(&a);
    return r;
}

/* `dest` itself is no link: whoever could make one of it would say where the content goes. */
static int move_to(const char *from, const char *dest)
{
    BB_CLEAN_BENEATH struct bb_beneath to = BB_BENEATH_INIT;
    struct bb_stat st;
    int r = bb_fs_mkdirs(dest);

    if (r == 0)
        r = bb_fs_lstat(dest, &st);
    if (r == 0 && st.type == BB_F_LINK)
        r = -BB_EUNSAFE;
    if (r == 0)
        r = bb_beneath_open(&to, dest);
    return r < 0 ? r : move_into(from, &to, BB_STR(""));
}

int bb_object_unpack(const char *archive, const char *dest, struct bb_buf *err)
{
    enum { SET_ID = 06000 };
    BB_CLEAN_BUF struct bb_buf tmp = BB_BUF_INIT, to = BB_BUF_INIT;
    struct bb_tar_unpack o = {.owners = geteuid() == 0, .mask = SET_ID, .plain = true};
    int r = bb_object_verify(archive, err);

    if (r < 0)
        return r;
    bb_buf_addz(&to, dest);
    while (to.len > 1 && to.p[to.len - 1] == '/')
        bb_buf_truncate(&to, to.len - 1);
    bb_buf_addf(&tmp, "%s.unpack", to.p); /* one task, one destination */
    if ((r = bb_fs_remove(tmp.p)) < 0 || (r = bb_fs_mkdirs(tmp.p)) < 0) {
        bb_buf_addf(err, "cannot make '%s': %s", tmp.p, bb_strerror(r));
        return r;
    }
    r = bb_tar_unpack(archive, tmp.p, &o, err);
    if (r == 0 && (r = move_to(tmp.p, to.p)) < 0)
        bb_buf_addf(err, "cannot move the content of '%s' to '%s': %s", archive, to.p, bb_strerror(r));
    bb_fs_remove(tmp.p);
    return r;
}

bool bb_object_parse_name(bb_str name, struct bb_object_name *ret)
{
    struct bb_object_name n;

    if (!bb_str_starts(name, BB_STR("sstate:")) || !bb_str_ends(name, BB_STR(".tar.zst")))
        return false;
    name = bb_str_sub(name, strlen("sstate:"), name.len - strlen(".tar.zst"));
    size_t first = bb_str_chr(name, ':', 0), last = bb_str_rchr(name, ':');
    if (first == BB_NPOS)
        return false;
    bb_str tail = bb_str_from(name, last + 1);
    size_t bar = bb_str_chr(tail, '_', 0);
    if (bar == BB_NPOS)
        return false;
    n.pn = bb_str_sub(name, 0, first);
    n.hash = bb_str_sub(tail, 0, bar);
    n.task = bb_str_from(tail, bar + 1);
    *ret = n;
    return true;
}
