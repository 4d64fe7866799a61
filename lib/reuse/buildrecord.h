/* SPDX-License-Identifier: MIT */
/*
 * What a build was: a record of its tasks with what went into their hashes and what became of them, so that a later
 * question ("why did it run?") needs no build. Records are numbered files in one folder, of which the last ones are
 * kept. Files beside them (recipekeys.h), which records share, have the recipes' variables.
 */
#ifndef BB_REUSE_BUILDRECORD_H
#define BB_REUSE_BUILDRECORD_H

#include "base/vec.h"
#include "reuse/cachefile.h"

struct bb_buildrecord_recipe {
    bb_str fn;     /* the recipe's virtual name */
    bb_str name;   /* "[mc:NAME:]pn" */
    uint64_t keys; /* of its variables, 0: they are not known */
};
struct bb_buildrecord_sum {
    bb_str path, md5;
};
/* Hashes are texts; a task that never had one has "". */
struct bb_buildrecord_task {
    uint32_t recipe;
    bb_str name;
    bb_str basehash, hash, unihash;
    bb_str taint;   /* of a forced run; empty: none */
    bb_str outcome; /* in words: "ran: not in shared state" */
    bool ran;       /* it was started, or with -n would have been */
    bool restored;  /* from shared state */
    bool missed;    /* shared state was asked and had no object */
    bool nostamp;   /* runs every time */
    uint32_t *deps; /* numbers of tasks */
    size_t ndeps;
    struct bb_buildrecord_sum *files;
    size_t nfiles;
};
struct bb_buildrecord {
    int64_t time; /* seconds since 1970 */
    bb_str name;  /* BUILDNAME */
    bb_str targets;
    bb_str stores; /* SSTATE_DIR and SSTATE_MIRRORS: what was asked for objects */
    bool dry;      /* nothing was run: -n or -S */
    struct bb_buildrecord_recipe *recipes;
    struct bb_buildrecord_task *tasks;
    size_t nrecipes, ntasks;
};

/* Where the records of a build directory are, in `a`. It can be found without reading a configuration. */
bb_str bb_buildrecord_dir(struct bb_arena *a, bb_str topdir);
/* Paths of the records in a folder, the oldest first; in `a`. */
void bb_buildrecord_list(struct bb_arena *a, bb_str dir, struct bb_strvec *ret);
/* Adds a record to the folder and removes those before the last `keep`, with what only they used. 0 or -errno. */
int bb_buildrecord_write(bb_str dir, const struct bb_buildrecord *r, unsigned keep);
/* Reads one into `a`; its texts live as long as that. False when the file is none (missing, damaged, another version). */
bool bb_buildrecord_read(struct bb_arena *a, const char *path, struct bb_buildrecord *ret);

#endif
