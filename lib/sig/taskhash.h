/* SPDX-License-Identifier: MIT */
/*
 * Task hashes: base hash + hashes of the tasks it depends on + checksums of local files + taint. A pure function. The
 * caller makes sure that all dependencies have their (uni)hash, and drops those that the signature rules filter out.
 */
#ifndef BB_SIG_TASKHASH_H
#define BB_SIG_TASKHASH_H

#include "base/ctx.h"
#include "sig/filesum.h"

struct bb_taskhash_dep {
    bb_str pnid; /* "pn:do_task" or "mc:NAME:pn:do_task" */
    bb_str tid;  /* "<recipe file, with virtual: and mc: prefixes>:do_task" */
    bb_str hash; /* unihash, or task hash where there is none */
};
struct bb_taskhash_in {
    bb_str basehash;
    struct bb_taskhash_dep *deps; /* put in order in place */
    size_t ndeps;
    struct bb_filesum *files; /* as bb_filesums_get gives them; put in order in place */
    size_t nfiles;
    /* Content of the taint file, or BB_TAINT_NOSTAMP and a UUID; empty when there is none. */
    bb_str taint;
};
/* Before the taint of a task that is nostamp: says where it comes from and is not hashed. */
#define BB_TAINT_NOSTAMP "nostamp:"
/* What of a taint is hashed; `ret_nostamp` may be NULL. */
bb_str bb_taskhash_taint(bb_str taint, bool *ret_nostamp);
/* Lower-case hex, NUL-terminated. Dependencies count by (pnid, tid), before 2.8 by the recipe file's folder
 * and name. */
void bb_taskhash_compute(enum bb_level level, struct bb_taskhash_in *in, char ret[65]);
/* "pn:task", or "mc:NAME:pn:task" when `mc` is not empty. */
bb_str bb_taskhash_pnid(struct bb_arena *a, bb_str mc, bb_str pn, bb_str task);
/*
 * Text that a file adds to the hash before its checksum: "./sub/file" for a member of a folder, else a view without
 * p.
 */
bb_str bb_taskhash_member(bb_str path);

#endif
