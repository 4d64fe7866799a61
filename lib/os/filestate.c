/* SPDX-License-Identifier: MIT */
#include "os/filestate.h"

struct bb_filestate bb_filestate_of(const struct bb_stat *st)
{
    return (struct bb_filestate){.kind = st->type == BB_F_FILE ? BB_FILE_SAME : BB_FILE_LISTED,
                                 .mtime_ns = st->mtime_ns,
                                 .ctime_ns = st->ctime_ns,
                                 .size = st->size,
                                 .inode = st->ino};
}

struct bb_filestate bb_filestate_ask(const char *path, enum bb_filestate_kind kind)
{
    struct bb_stat st;
    if (kind == BB_FILE_PRESENT)
        return (struct bb_filestate){.kind = bb_fs_exists(path) ? BB_FILE_PRESENT : BB_FILE_ABSENT};
    if (bb_fs_stat(path, &st) < 0)
        return (struct bb_filestate){.kind = BB_FILE_ABSENT};
    struct bb_filestate state = bb_filestate_of(&st);
    state.kind = kind;
    return state;
}

bool bb_filestate_eq(const struct bb_filestate *a, const struct bb_filestate *b)
{
    return a->kind == b->kind && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns &&
           a->size == b->size && a->inode == b->inode;
}

bool bb_filestate_holds(const struct bb_filestate *was, const char *path)
{
    struct bb_filestate is =
        bb_filestate_ask(path, was->kind == BB_FILE_ABSENT ? BB_FILE_PRESENT : was->kind);
    return bb_filestate_eq(was, &is);
}

void bb_filestate_put(struct bb_buf *out, const struct bb_seenfile *f)
{
    bb_pack_put_text(out, f->path);
    bb_pack_put_uint(out, f->state.kind);
    if (f->state.kind < BB_FILE_SAME)
        return;
    bb_pack_put_hash(out, (uint64_t)f->state.mtime_ns);
    bb_pack_put_hash(out, (uint64_t)f->state.ctime_ns);
    bb_pack_put_uint(out, f->state.size);
    bb_pack_put_uint(out, f->state.inode);
}

struct bb_seenfile bb_filestate_take(struct bb_pack_in *in)
{
    struct bb_seenfile f = {.path = bb_pack_take_text(in)};
    uint32_t kind = bb_pack_take_u32(in);
    in->bad = in->bad || kind > BB_FILE_LISTED || !f.path.len;
    if (in->bad || kind < BB_FILE_SAME) {
        f.state.kind = in->bad ? BB_FILE_ABSENT : (enum bb_filestate_kind)kind;
        return f;
    }
    f.state.kind = (enum bb_filestate_kind)kind;
    f.state.mtime_ns = (int64_t)bb_pack_take_hash(in);
    f.state.ctime_ns = (int64_t)bb_pack_take_hash(in);
    f.state.size = bb_pack_take_uint(in);
    f.state.inode = bb_pack_take_uint(in);
    return f;
}
