/* SPDX-License-Identifier: MIT */
/*
 * Shared state objects: one file with one task's result, "sstate:...:<hash>_<task>.tar.zst". An object is a
 * zstd-compressed tar. Its last zstd frame is a skippable one of ours, which names the object and has the sha256 of
 * all bytes before: a checksum against damage, no signature, for whoever makes objects can make that, too. Readers reject everything else (a truncated file, another tool's archive, a renamed object), and
 * the task runs instead. An object appears under its name only when it is whole; readers and writers need no lock.
 *
 * Codes: -BB_ECORRUPT for a file that is no object of ours, -BB_EUNSAFE for a member outside of the target, else a
 * negative errno; `err` gets one sentence.
 */
#ifndef BB_SSTATE_OBJECT_H
#define BB_SSTATE_OBJECT_H

#include "base/str.h"

/* Packs what is below `dir` into `archive`, whose folder is made and whose name must end in ".tar.zst". */
int bb_object_pack(const char *archive, const char *dir, uint64_t *ret_size, struct bb_buf *err);
/* Reads the whole file: 0 when its content is the one that its last frame names. */
int bb_object_verify(const char *archive, struct bb_buf *err);
/*
 * Verifies, unpacks beside `dest` and then moves everything into `dest`, which is made if need be and may
 * have content. Owners are restored when we are root, set-user-ID and set-group-ID bits are not. A device, fifo or
 * socket is -BB_EUNSAFE, and so is a `dest` that is a symbolic link. When it fails before the move, `dest` is untouched.
 */
int bb_object_unpack(const char *archive, const char *dest, struct bb_buf *err);

/* The parts of a base name "sstate:<pn>:...:<hash>_<task>.tar.zst"; false when it is none. */
struct bb_object_name {
    bb_str pn, hash, task;
};
bool bb_object_parse_name(bb_str name, struct bb_object_name *ret);

#endif
