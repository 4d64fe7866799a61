/* SPDX-License-Identifier: MIT */
#include "prserv/server.h"

#include <errno.h>

#include "base/cleanup.h"
#include "prserv/program.h"

static int open_core(void *self, struct bb_rpc_service *ret, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;
    struct bb_prprogram *p = self;
    struct bb_rpc_service service = bb_prcore_service(&p->core);

    service.log = ret->log;
    service.log_self = ret->log_self;
    *ret = service;
    p->core.read_only = p->o->read_only;
    p->core.upstream = p->o->upstream;
    int r = bb_prdb_open(p->o->database, p->o->form, &p->core.db, &why);
    if (r < 0)
        return bb_rpc_fail(err, r, p->o->database, why.p);
    if (p->core.upstream && bb_prdb_numbers(p->core.db))
        return bb_rpc_fail(err, -EINVAL, p->o->database,
                           "a database of BitBake 2.8 or earlier cannot have an upstream server");
    return 0;
}

static void close_core(void *self)
{
    bb_prcore_release(&((struct bb_prprogram *)self)->core);
}

struct bb_rpc_program bb_prprogram_of(struct bb_prprogram *p)
{
    return (struct bb_rpc_program){
        .name = "bbc-prserv",
        .address = p->o->address,
        .log = p->o->log,
        .log_self = p->o->log_self,
        .open = open_core,
        .close = close_core,
        .self = p,
    };
}

int bb_prserv_run(const struct bb_prserv_opts *o, struct bb_buf *err)
{
    struct bb_prprogram self = {.o = o};
    struct bb_rpc_program p = bb_prprogram_of(&self);
    return bb_rpc_run(&p, err);
}

int bb_prserv_start(const struct bb_prserv_opts *o, struct bb_proc *ret, struct bb_buf *ret_address,
                    struct bb_buf *err)
{
    struct bb_prprogram self = {.o = o};
    struct bb_rpc_program p = bb_prprogram_of(&self);
    return bb_rpc_start(&p, ret, ret_address, err);
}
