/* SPDX-License-Identifier: MIT */
/* BB_TASKDEPDATA: a task's view of the tasks that it depends on. */
#ifndef BB_BUILD_TASKDEPS_H
#define BB_BUILD_TASKDEPS_H

#include "build/hashes.h"

/*
 * A JSON object: for the task and everything below it within its own configuration, "tid": [pn, taskname, fn,
 * [deps], [provides], taskhash, unihash, hashfn, [tasks whose hashes are in its own, null without hashes]]. Appended to
 * `out`.
 */
void bb_taskdeps_json(const struct bb_hashes *hashes, bb_tid t, struct bb_buf *out);

#endif
