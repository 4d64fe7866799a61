/* SPDX-License-Identifier: MIT */
/*
 * The summary of one recipe variant: all that may be known of a recipe without evaluating it again. Parse
 * workers send it to the cooker, the recipe cache keeps it on disk, and providers, task graph, signatures,
 * stamps and `bbc -s` read nothing else.
 *
 * A recipe with a `skipped` reason has only its identity and what it would have provided.
 *
 * Texts are borrowed: in a summary that was read they are views into the block, NUL-terminated there, and a flag or
 * field that was not set has p == NULL (which is not the same as ""). Whoever makes a summary says how long they
 * live.
 */
#ifndef BB_GRAPH_RECIPE_H
#define BB_GRAPH_RECIPE_H

#include "base/vec.h"

struct bb_mcgraph;

/* A fixed list of texts. */
struct bb_strlist {
    bb_str *p;
    size_t n;
};

/* Task flags with a meaning for the graph; texts are expanded. For nostamp, fakeroot and noexec presence counts. */
#define BB_TASK_FLAGS(X)                                                                                     \
    X(DEPENDS, "depends")                                                                                    \
    X(RDEPENDS, "rdepends")                                                                                  \
    X(DEPTASK, "deptask")                                                                                    \
    X(RDEPTASK, "rdeptask")                                                                                  \
    X(RECRDEPTASK, "recrdeptask")                                                                            \
    X(RECIDEPTASK, "recideptask")                                                                            \
    X(MCDEPENDS, "mcdepends")                                                                                \
    X(NOSTAMP, "nostamp")                                                                                    \
    X(FAKEROOT, "fakeroot")                                                                                  \
    X(NOEXEC, "noexec")                                                                                      \
    X(UMASK, "umask")
#define X(name, text) BB_TF_##name,
enum bb_task_flag { BB_TASK_FLAGS(X) BB_TF_COUNT };
#undef X
/* The varflag's name, "recrdeptask". */
const char *bb_task_flag_name(enum bb_task_flag f);

struct bb_recipe_task {
    bb_str name;               /* "do_compile", "do_package_setscene" */
    struct bb_strlist parents; /* flag deps, names of tasks of this recipe that may not exist */
    bb_str flags[BB_TF_COUNT]; /* p NULL: not set */
    bb_str basehash;           /* lower-case hex; empty for tasks without one */
    bb_str file_checksums;     /* flag file-checksums */
    bb_str stamp_extra;        /* flag stamp-extra-info */
};

/* One of PACKAGES: what is said with the package's own override. RDEPENDS of the recipe itself hold for each. */
struct bb_recipe_package {
    bb_str name;
    struct bb_strlist rprovides, rdepends, rrecommends;
};

struct bb_recipe {
    /* identity */
    bb_str fn;             /* "[mc:NAME:][virtual:CLASS:...:]/path/x_1.bb", unique */
    struct bb_mcgraph *mc; /* its configuration; the reader of a summary sets it */
    bb_str pn, pe, pv, pr;
    bb_str skipped;     /* why, p NULL when it can be built */
    int64_t preference; /* DEFAULT_PREFERENCE */
    int64_t priority;   /* of the layer whose BBFILE_PATTERN matches */
    bool not_world;     /* EXCLUDE_FROM_WORLD */
    /* providing, as written: PN itself is added by the reader of `provides` */
    struct bb_strlist provides, rprovides, packages_dynamic;
    struct bb_recipe_package *packages; /* PACKAGES, or PN alone when that is empty */
    size_t npackages;
    /* dependencies: names only, version constraints dropped */
    struct bb_strlist depends, rdepends, rrecommends;
    bb_str extra_depends_func; /* calculate_extra_depends: Python text */
    /* tasks, in the order of __BBTASKS */
    struct bb_recipe_task *tasks;
    size_t ntasks;
    bb_str stamp, stampclean;   /* STAMP, STAMPCLEAN */
    bb_str hashfilename;        /* BB_HASHFILENAME: "True|False pkgspec swspec" */
    struct bb_strlist inherits; /* paths of inherited classes */
    bb_str fakerootenv, fakerootdirs, fakerootlogs, fakerootnoenv;
};

/* "x-1.0-r0", as messages name a recipe; appended. */
void bb_recipe_title(struct bb_buf *out, const struct bb_recipe *r);
/* The task of that name, NULL when the recipe has none. */
const struct bb_recipe_task *bb_recipe_task(const struct bb_recipe *r, bb_str name);

/* Appends the binary form, which carries its own version and length. */
void bb_recipe_write(struct bb_buf *out, const struct bb_recipe *r);
/*
 * Reads one summary off the front of *block, which is advanced past it. Its arrays are allocated from `a`, its texts
 * are views into the block. -BB_ECORRUPT for anything that bb_recipe_write did not make, another version included.
 * The configuration is not in it: the reader knows it and sets (*ret_recipe)->mc.
 */
int bb_recipe_read(struct bb_arena *a, bb_str *block, struct bb_recipe **ret_recipe);

#endif
