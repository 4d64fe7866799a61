/* SPDX-License-Identifier: MIT */
/*
 * Which stamps folders hold, so that finding a task's old ones does not read a large folder for each task. A
 * folder is read when it is first asked about; from then on it holds what was there and what
 * bb_stampdirs_add() told. A build owns its stamps; what a task removes by itself is only found to be gone.
 */
#ifndef BB_RUN_STAMPDIR_H
#define BB_RUN_STAMPDIR_H

#include "base/map.h"
#include "base/vec.h"

struct bb_stampdirs {
    struct bb_arena arena;
    struct bb_map read;  /* folder -> itself */
    struct bb_map names; /* "folder/STAMP.do_x" -> struct name *, the files of that task */
};

void bb_stampdirs_init(struct bb_stampdirs *s);
void bb_stampdirs_release(struct bb_stampdirs *s);
/*
 * Appends the paths of all files that belong to the task of `path`, a stamp's path or a pattern of such, and
 * reads the folder if need be. A missing folder has none; otherwise the errno. Texts live until release.
 */
int bb_stampdirs_find(struct bb_stampdirs *s, bb_str path, struct bb_strvec *ret);
/* A file has been made. */
void bb_stampdirs_add(struct bb_stampdirs *s, bb_str path);

#endif
