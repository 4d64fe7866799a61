/* SPDX-License-Identifier: MIT */
/*
 * The service of package revisions that tasks of this build ask (PRSERV_HOST; BitBake: prserv.serv.auto_start). "localhost:0" means
 * one that the build starts itself, with PERSISTENT_DIR/prserv.sqlite3, and ends with. It is started or looked for when somebody
 * needs it first: tasks, or a handler in Python.
 */
#ifndef BB_BUILD_PRSERVICE_H
#define BB_BUILD_PRSERVICE_H

#include "cook/cooker.h"
#include "os/proc.h"

struct bb_prservice {
    struct bb_cooker *c;
    struct bb_proc proc; /* of our own server */
    struct bb_buf host;  /* "HOST:PORT" */
    bool asked;
    int result; /* of the first look */
};

/* For the cooker, which is open; prserv.serv in Python finds the service through it. Borrows both until release. */
void bb_prservice_init(struct bb_prservice *s, struct bb_cooker *c);
/* Where the service is, empty without PRSERV_HOST; valid until release. -BB_EREPORTED when it is not to be had. */
int bb_prservice_host(struct bb_prservice *s, bb_str *ret);
/* Ends our own server. Fine when init was not called. */
void bb_prservice_release(struct bb_prservice *s);

#endif
