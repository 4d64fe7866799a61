/* SPDX-License-Identifier: MIT */
/*
 * What handlers of the metadata hear while tasks run: bb.runqueue's events, heartbeats, and what the disk monitor
 * (BB_DISKMON_DIRS) finds. They run here, in the cooker, as with BitBake. Nothing is collected for an event that no
 * handler wants.
 */
#ifndef BB_BUILD_QUEUEEVENTS_H
#define BB_BUILD_QUEUEEVENTS_H

#include "cook/cooker.h"
#include "run/sched.h"
#include "run/stamps.h"

/* One event of the scheduler. 0, or -BB_EREPORTED when a handler failed. */
int bb_queueevents_tell(struct bb_cooker *c, const struct bb_plan *plan, const struct bb_sched_event *e);

/* The exit code that BitBake tells of a task that BB_SETSCENE_ENFORCE does not let run. */
#define BB_REFUSED_STATUS "setscene ignore_tasks"
/*
 * StaleSetSceneTasks: setscene tasks of which there are stamps with other hashes, after shared state was asked and before the
 * first task runs. OpenEmbedded removes their files from sysroots. 0, or -BB_EREPORTED.
 */
int bb_queueevents_stale(struct bb_cooker *c, const struct bb_plan *plan, struct bb_stamps *st);

/* Nanoseconds between heartbeats (BB_HEARTBEAT_EVENT, in seconds; BitBake: 1 when unset); 0 when nobody wants any. */
int64_t bb_queueevents_period(struct bb_cooker *c);
enum bb_disk_action { BB_DISK_GO_ON, BB_DISK_STOP, BB_DISK_HALT };
/* A heartbeat, then a look at the disks: what is to be done is `ret`. 0, or -BB_EREPORTED. */
int bb_queueevents_beat(struct bb_cooker *c, enum bb_disk_action *ret);

#endif
