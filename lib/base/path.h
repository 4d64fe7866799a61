/* SPDX-License-Identifier: MIT */
/*
 * Paths as text, with the results of Python's os.path: nothing here looks at the disk. Results that are views point
 * into the argument; the others are appended to a buffer or put in an arena.
 */
#ifndef BB_BASE_PATH_H
#define BB_BASE_PATH_H

#include "base/arena.h"

static inline bool bb_path_is_abs(bb_str path)
{
    return path.len && path.p[0] == '/';
}
/* os.path.dirname: "/a/b" gives "/a", "/a" gives "/", "a" gives "". */
bb_str bb_path_dir(bb_str path);
/* os.path.basename: what follows the last slash. */
bb_str bb_path_base(bb_str path);
/* os.path.splitext: the extension with its dot, "" when there is none; ".profile" has none. */
bb_str bb_path_ext(bb_str path);
/* os.path.join of two: `b` alone when it is absolute. */
bb_str bb_path_join(struct bb_arena *a, bb_str dir, bb_str b);
/* os.path.normpath: no "//", "/./" and "x/../"; "" gives ".". Symbolic links are not looked at. */
bb_str bb_path_norm(struct bb_arena *a, bb_str path);
/* True when `path` is `dir` or lies below it; both have to be normalised. */
bool bb_path_within(bb_str path, bb_str dir);

#endif
