/* SPDX-License-Identifier: MIT */
/*
 * Hash equivalence of a build: the connection to the server that BB_HASHSERVE names, for the signature generator
 * (py/equiv.h), and the unihashes that earlier builds were told.
 *
 * BB_HASHSERVE = "auto" is a server of this build's own, on the socket TOPDIR/hashserve.sock and with the database that
 * BitBake's has (hashserv.db in PERSISTENT_DIR, else CACHE). It starts when it is first asked something, and ends with
 * the build.
 *
 * A server that is away, too slow or talks nonsense is not asked again in this build: there is one warning, and tasks
 * have their hash as unihash.
 */
#ifndef BB_BUILD_EQUIV_H
#define BB_BUILD_EQUIV_H

#include "build/childlog.h"
#include "cook/cooker.h"

struct bb_equiv;

/*
 * Sets the callbacks, and BB_HASHSERVE in every configuration where it is "auto". Nothing is connected yet. `ret` is NULL where
 * no server is wanted. Reports.
 */
int bb_equiv_open(struct bb_cooker *c, struct bb_equiv **ret);
/* Keeps what was learned for later builds and ends the server. NULL is fine. */
void bb_equiv_close(struct bb_equiv *e);
/* There is no server any more: warns the first time. For what a task has told (BB_CHILD_NO_SERVER). */
void bb_equiv_lost(struct bb_equiv *e, bb_str why);

/* A task's process, which has its own connection and reports through its log. */
struct bb_equiv_task {
    struct bb_childlog *log;
    bool mute; /* the task's hash is locked: its result is not reported */
    void *self;
    void (*changed)(void *self,
                    bb_str unihash); /* the task has this unihash from now on; the cooker has been told */
};
/* `e` may be NULL; `t` is borrowed. */
void bb_equiv_enter_task(struct bb_equiv *e, const struct bb_equiv_task *t);

#endif
