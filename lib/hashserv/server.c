/* SPDX-License-Identifier: MIT */
#include "hashserv/server.h"

#include <errno.h>

#include "base/cleanup.h"
#include "hashserv/session.h"
#include "hashserv/users.h"
#include "rpc/server.h"

static int make_admin(struct bb_hashdb *db, bb_str name, bb_str password)
{
    BB_CLEAN_BUF struct bb_buf stored = BB_BUF_INIT;
    bb_str all = BB_STR("@all");

    int r = bb_token_store(password, &stored);
    if (r == 0)
        r = bb_hashdb_add_user(db, name, all, bb_buf_str(&stored));
    if (r == 0)
        r = bb_hashdb_set_permissions(db, name, all);
    if (r > 0)
        r = bb_hashdb_set_token(db, name, bb_buf_str(&stored));
    return r;
}

static int prepare(const struct bb_hashserv_opts *o, struct bb_hashcore *core, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;

    *core = (struct bb_hashcore){
        .upstream = o->upstream, .read_only = o->read_only, .anon = o->anon, .log = o->log, .self = o->self};
    if (o->upstream && o->read_only)
        return bb_rpc_fail(err, -EINVAL, o->upstream,
                           "a read-only server cannot keep what an upstream server knows");
    if (o->anon & ~(unsigned)BB_PERM_ANON)
        return bb_rpc_fail(err, -EINVAL, "permissions",
                           "everybody can have @read, @report and @db-admin only");
    int r = bb_hashdb_open(o->database, &core->db, &why);
    if (r < 0)
        return bb_rpc_fail(err, r, o->database, why.p);
    if (o->admin_user && *o->admin_user)
        r = make_admin(core->db, bb_str_z(o->admin_user),
                       bb_str_z(o->admin_password ? o->admin_password : ""));
    if (r < 0)
        bb_rpc_fail(err, r, o->database, NULL);
    return r < 0 ? r : 0;
}

struct program {
    const struct bb_hashserv_opts *o;
    struct bb_hashcore core;
};

static int open_core(void *self, struct bb_rpc_service *ret, struct bb_buf *err)
{
    struct program *p = self;
    int r = prepare(p->o, &p->core, err);
    *ret = bb_hashsession_service(&p->core);
    return r;
}

static void close_core(void *self)
{
    bb_hashcore_release(&((struct program *)self)->core);
}

static struct bb_rpc_program program(struct program *p)
{
    return (struct bb_rpc_program){
        .name = "bbc-hashserv",
        .address = p->o->address,
        .log = p->o->log,
        .log_self = p->o->self,
        .open = open_core,
        .close = close_core,
        .self = p,
    };
}

int bb_hashserv_run(const struct bb_hashserv_opts *o, struct bb_buf *err)
{
    struct program self = {.o = o};
    struct bb_rpc_program p = program(&self);
    return bb_rpc_run(&p, err);
}

int bb_hashserv_start(const struct bb_hashserv_opts *o, struct bb_proc *ret, struct bb_buf *err)
{
    struct program self = {.o = o};
    struct bb_rpc_program p = program(&self);
    return bb_rpc_start(&p, ret, NULL, err);
}

void bb_hashserv_stop(struct bb_proc *p)
{
    bb_rpc_stop(p);
}
