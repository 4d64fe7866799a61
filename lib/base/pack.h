/* SPDX-License-Identifier: MIT */
/*
 * The one binary form of what bbc keeps in a file or sends through a pipe: numbers and texts, put one behind the other
 * and taken in the same order. The form says nothing about its content; whoever uses it has a version for that.
 *
 * A number is little-endian base 128, so that small ones are short. A text is its length + 1 (0: p is NULL), its bytes
 * and a NUL. A hash is eight bytes. A block is the length of what is in it in four bytes, then that.
 *
 * Taking never passes the end. What cannot be there sets `bad`, which stays set, and from then on every taking gives
 * zero or an empty text: the caller looks at `bad` once, when all is taken, or where it allocates.
 */
#ifndef BB_BASE_PACK_H
#define BB_BASE_PACK_H

#include "base/str.h"

/* Each appends to *out. */
void bb_pack_put_uint(struct bb_buf *out, uint64_t n);
void bb_pack_put_int(struct bb_buf *out, int64_t n);
void bb_pack_put_hash(struct bb_buf *out, uint64_t hash);
void bb_pack_put_text(struct bb_buf *out, bb_str s);
/* Everything put between the two is one block of less than 4 GiB. _close takes the result of _open. */
size_t bb_pack_open(struct bb_buf *out);
void bb_pack_close(struct bb_buf *out, size_t opened);

struct bb_pack_in {
    const char *p, *end;
    bool bad;
};
static inline struct bb_pack_in bb_pack_in(bb_str from)
{
    return (struct bb_pack_in){from.p, from.p + from.len, false};
}
uint64_t bb_pack_take_uint(struct bb_pack_in *in);
/* The same; more than fits is bad. */
uint32_t bb_pack_take_u32(struct bb_pack_in *in);
bool bb_pack_take_bool(struct bb_pack_in *in);
int64_t bb_pack_take_int(struct bb_pack_in *in);
uint64_t bb_pack_take_hash(struct bb_pack_in *in);
/* A view of the bytes, NUL-terminated. */
bb_str bb_pack_take_text(struct bb_pack_in *in);
/* How many things follow of which each takes at least `least` bytes (not 0). More than can be there is bad and gives 0, so
 * that a damaged number never makes anybody allocate much. */
size_t bb_pack_take_count(struct bb_pack_in *in, size_t least);
/* A view of what is in a block. */
bb_str bb_pack_take_block(struct bb_pack_in *in);
/* A view of all that is left; it is taken by that. */
bb_str bb_pack_take_rest(struct bb_pack_in *in);
/* Whether all was taken and none of it was bad. */
static inline bool bb_pack_done(const struct bb_pack_in *in)
{
    return !in->bad && in->p == in->end;
}

/*
 * For what comes through a pipe: moves the first block of *in to *ret, without its length. 1 when there was one, 0 while
 * it is not complete, -BB_ECORRUPT when it says to be longer than `most`: it was not made by bb_pack_close().
 */
int bb_pack_frame(bb_str *in, size_t most, bb_str *ret);

#endif
