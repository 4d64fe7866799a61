/* SPDX-License-Identifier: MIT */
/*
 * Versions as BitBake compares them (bb.utils.vercmp and friends), and dependency lists with version conditions.
 *
 * A version "PE:PV-PR" is compared part by part: runs of digits as numbers, runs of letters by bytes, any other
 * character by itself; '~' sorts before the end, digits before letters before the rest.
 */
#ifndef BB_BASE_VERCMP_H
#define BB_BASE_VERCMP_H

#include "base/vec.h"

struct bb_version {
    bb_str e, v, r; /* e is "" when absent, which counts as 0 */
};

/* Negative, 0, positive. */
int bb_version_cmp(struct bb_version a, struct bb_version b);
/* vercmp_string. */
int bb_vercmp(bb_str a, bb_str b);
/* vercmp_string_op with =, ==, <=, >=, >, >>, <, <<, !=: 0 or 1; -EINVAL for any other operator. */
int bb_vercmp_op(bb_str a, bb_str b, bb_str op);

/* One name of a dependency list with its conditions, each as "OP VERSION" (the OP may be empty). */
struct bb_dep {
    bb_str name;
    struct bb_strvec conditions;
};
struct bb_deps {
    struct bb_dep *p;
    size_t n, cap;
};
/*
 * explode_dep_versions2(s, sort=False): appends in order of first mention. Texts are put in
 * `a`. -EINVAL for a condition without operator; *ret_bad is then the text that BitBake's message quotes.
 */
int bb_deps_parse(struct bb_arena *a, bb_str s, struct bb_deps *ret, bb_str *ret_bad);
void bb_deps_release(struct bb_deps *d);
/* explode_deps: the names only, as often as they are mentioned; views into `s`. */
void bb_deps_names(bb_str s, struct bb_strvec *ret);

#endif
