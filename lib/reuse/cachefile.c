/* SPDX-License-Identifier: MIT */
#include "reuse/cachefile.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    NUMBERS = 2 * sizeof(uint64_t), /* size and sum, behind the version's line */
    BLOCK = 1 << 20                 /* what is summed and written at a time */
};

bb_str bb_cachefile_path(struct bb_arena *a, bb_str dir, const char *name)
{
    return bb_arena_fmt(a, "%.*s/bbc/%s.dat", BB_STRF(dir), name);
}

static uint64_t add_block(uint64_t sum, bb_str block)
{
    return sum * 31 + bb_str_hash(block);
}

static uint64_t sum_of(bb_str s)
{
    uint64_t sum = 0;
    for (; s.len; s = bb_str_from(s, BLOCK))
        sum = add_block(sum, bb_str_sub(s, 0, s.len < BLOCK ? s.len : BLOCK));
    return sum;
}

/* What follows a head that is as it must be; p NULL for any other. */
static bb_str behind_head(bb_str in, const char *version)
{
    uint64_t numbers[2];
    bb_str line = bb_str_z(version);
    if (!bb_str_starts(in, line) || in.len < line.len + 1 + NUMBERS || in.p[line.len] != '\n')
        return (bb_str){0};
    memcpy(numbers, in.p + line.len + 1, NUMBERS);
    in = bb_str_from(in, line.len + 1 + NUMBERS);
    return numbers[0] == in.len && numbers[1] == sum_of(in) ? in : (bb_str){0};
}

bool bb_cachefile_open(struct bb_cachefile *f, const char *path, const char *version)
{
    BB_CLEAN_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    *f = (struct bb_cachefile){0};
    if (size <= 0)
        return false;
    void *map = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return false;
    *f = (struct bb_cachefile){.map = map, .size = (size_t)size};
    f->content = behind_head(bb_str_n(map, f->size), version);
    if (!f->content.p)
        bb_cachefile_close(f);
    return f->map != NULL;
}

void bb_cachefile_close(struct bb_cachefile *f)
{
    if (f->map)
        munmap(f->map, f->size);
    *f = (struct bb_cachefile){0};
}

void bb_cachefile_create(struct bb_cachefile_draft *d, const char *path, const char *version)
{
    static const char room[NUMBERS];
    *d = (struct bb_cachefile_draft){.buf = BB_BUF_INIT, .file = BB_FS_DRAFT_INIT};
    d->head = strlen(version) + 1;
    d->status = bb_fs_mkdirs_for(path);
    if (d->status == 0)
        d->status = bb_fs_draft_open(&d->file, path, 0);
    bb_buf_addf(&d->buf, "%s\n", version);
    bb_buf_add(&d->buf, room, sizeof(room));
    if (d->status == 0)
        d->status = bb_fs_write_all(d->file.fd, bb_buf_str(&d->buf));
    bb_buf_clear(&d->buf);
}

static void write_blocks(struct bb_cachefile_draft *d, bool end)
{
    bb_str left = bb_buf_str(&d->buf);
    while (left.len >= BLOCK || (end && left.len)) {
        bb_str block = bb_str_sub(left, 0, left.len < BLOCK ? left.len : BLOCK);
        d->sum = add_block(d->sum, block);
        d->size += block.len;
        if (d->status == 0)
            d->status = bb_fs_write_all(d->file.fd, block);
        left = bb_str_from(left, block.len);
    }
    if (left.len < d->buf.len)
        bb_buf_splice(&d->buf, 0, d->buf.len - left.len, BB_STR(""));
}

void bb_cachefile_flush(struct bb_cachefile_draft *d)
{
    write_blocks(d, false);
}

int bb_cachefile_commit(struct bb_cachefile_draft *d)
{
    write_blocks(d, true);
    uint64_t numbers[2] = {d->size, d->sum};
    if (d->status == 0 && pwrite(d->file.fd, numbers, NUMBERS, (off_t)d->head) != NUMBERS)
        d->status = -EIO;
    if (d->status == 0)
        d->status = bb_fs_draft_commit(&d->file);
    bb_fs_draft_release(&d->file);
    bb_buf_release(&d->buf);
    return d->status;
}
