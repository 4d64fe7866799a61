/* SPDX-License-Identifier: MIT */
/*
 * What two records of builds differ in, as causes: what changed by itself, not what follows from it. A task whose hash is
 * another one only because a task before it has another one has no cause of its own; that other task is dragged along.
 */
#ifndef BB_BUILD_CAUSE_H
#define BB_BUILD_CAUSE_H

#include "base/map.h"
#include "reuse/recipekeys.h"
#include "reuse/buildrecord.h"

#define BB_CAUSES(X)                                                                                         \
    X(VARIABLE, "variable")     /* its value is another one, or it counts only now, or no longer */          \
    X(FILE, "file")             /* its checksum */                                                           \
    X(DEPENDENCY, "dependency") /* on another task: came or went */                                          \
    X(FORCED, "forced")         /* the task was forced to run: -f, -C */                                     \
    X(NOSTAMP, "nostamp")       /* the task runs every time */                                               \
    X(NEW, "new")               /* the task was not there before */                                          \
    X(UNKNOWN, "unknown")       /* the base hash differs; what the variables were is not recorded */
#define X(name, text) BB_CAUSE_##name,
enum bb_cause_kind { BB_CAUSES(X) };
#undef X

struct bb_cause {
    enum bb_cause_kind kind;
    bb_str name;                 /* of the variable, the file, the other task */
    bb_str from, to;             /* values, checksums, hashes; p NULL: there was, there is none */
    bb_str from_place, to_place; /* "FILE:LINE" of a variable; empty: not known */
    struct {
        uint32_t *p;
        size_t n, cap;
    } tasks;        /* the tasks that it changed by itself, in the later record */
    size_t dragged; /* how many tasks of the later record have another hash because of it, those included */
};

struct bb_causes {
    struct bb_arena arena;
    struct bb_buildrecord from, to;
    bb_str from_dir, to_dir; /* folders of the records, where variables are */
    size_t *old;             /* by task of `to`: its number in `from`, SIZE_MAX: none */
    bool *changed;           /* by task of `to`: it has another hash, or had none */
    struct {
        struct bb_cause *p;
        size_t n, cap;
    } found; /* those that drag most along first */
};

/* The word for a kind, as in JSON. */
const char *bb_cause_word(enum bb_cause_kind kind);
/*
 * Reads two records and compares them, without any cause yet. False when one of the files is no record. Release it either
 * way.
 */
bool bb_causes_open(struct bb_causes *c, const char *from, const char *to);
/* Finds the causes why these tasks of the later record (numbers) have other hashes. */
void bb_causes_find(struct bb_causes *c, const uint32_t *tasks, size_t n);
void bb_causes_release(struct bb_causes *c);

#endif
