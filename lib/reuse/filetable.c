/* SPDX-License-Identifier: MIT */
#include "reuse/filetable.h"

enum { LEAST = 3 /* bytes of a row */, HOLDS = 1, CHANGED = 2 };

void bb_filetable_init(struct bb_filetable *t, struct bb_arena *arena)
{
    *t = (struct bb_filetable){.arena = arena};
}

void bb_filetable_release(struct bb_filetable *t)
{
    bb_vec_release(&t->rows);
    bb_vec_release(&t->known);
    bb_map_release(&t->numbers);
    bb_map_release(&t->there);
}

static void number(struct bb_filetable *t, bb_str form, size_t row)
{
    bb_map_put(&t->numbers, bb_arena_str(t->arena, form), (void *)(uintptr_t)(row + 1));
}

/* Rows that were taken get their numbers when they are first wanted: mostly nothing is ever added to them. */
static void number_taken(struct bb_filetable *t, struct bb_buf *form)
{
    for (; t->numbered < t->rows.n; t->numbered++) {
        bb_buf_clear(form);
        bb_filestate_put(form, &t->rows.p[t->numbered]);
        number(t, bb_buf_str(form), t->numbered);
    }
}

uint32_t bb_filetable_add(struct bb_filetable *t, const struct bb_seenfile *f)
{
    BB_CLEAN_BUF struct bb_buf form = BB_BUF_INIT;
    number_taken(t, &form);
    bb_buf_clear(&form);
    bb_filestate_put(&form, f);
    uintptr_t at = (uintptr_t)bb_map_get(&t->numbers, bb_buf_str(&form));
    if (at)
        return (uint32_t)(at - 1);
    struct bb_seenfile row = {bb_str_n(bb_arena_strz(t->arena, f->path), f->path.len), f->state};
    number(t, bb_buf_str(&form), t->rows.n);
    bb_vec_push(&t->rows, row);
    return (uint32_t)t->numbered++;
}

/* Most places in which a recipe's files are looked for are below folders that are missing. */
static bool is_there(struct bb_filetable *t, bb_str path)
{
    uintptr_t known = (uintptr_t)bb_map_get(&t->there, path);
    if (known)
        return known == HOLDS;
    size_t slash = bb_str_rchr(path, '/');
    bool there = slash == BB_NPOS || slash == 0 || is_there(t, bb_str_sub(path, 0, slash));
    if (there) {
        BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
        bb_buf_adds(&z, path);
        there = bb_fs_exists(z.p);
    }
    bb_map_put(&t->there, path, (void *)(uintptr_t)(there ? HOLDS : CHANGED));
    return there;
}

static bool ask(struct bb_filetable *t, const struct bb_seenfile *f)
{
    if (f->state.kind < BB_FILE_SAME)
        return is_there(t, f->path) == (f->state.kind == BB_FILE_PRESENT);
    return bb_filestate_holds(&f->state, f->path.p);
}

bool bb_filetable_holds(struct bb_filetable *t, uint32_t row)
{
    while (t->known.n < t->rows.n)
        bb_vec_push(&t->known, 0);
    uint8_t *known = &t->known.p[row];
    if (!*known)
        *known = ask(t, &t->rows.p[row]) ? HOLDS : CHANGED;
    return *known == HOLDS;
}

void bb_filetable_put(struct bb_buf *out, const struct bb_filetable *t)
{
    bb_pack_put_uint(out, t->rows.n);
    bb_vec_each(&t->rows, f)
        bb_filestate_put(out, f);
}

void bb_filetable_take(struct bb_pack_in *in, struct bb_filetable *t)
{
    size_t n = bb_pack_take_count(in, LEAST);
    bb_vec_reserve(&t->rows, n);
    for (size_t i = 0; i < n && !in->bad; i++)
        bb_vec_push(&t->rows, bb_filestate_take(in));
}
