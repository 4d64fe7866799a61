/* SPDX-License-Identifier: MIT */
#include "build/equiv.h"

#include "ext/json.h"
#include "hashserv/client.h"
#include "hashserv/server.h"
#include "hashserv/users.h"
#include "os/fs.h"
#include "py/equiv.h"
#include "py/py.h"
#include "py/siggen.h"
#include "reuse/unihashes.h"

#include <stdlib.h>
#include <unistd.h>

/* A build does not wait longer than this for a server; BitBake waits 30 s, and then fails. */
enum { TIMEOUT_MS = 10000, UPSTREAM_MS = 5000 };

struct bb_equiv {
    struct bb_cooker *c;
    struct bb_py_equiv callbacks;
    struct bb_unihashes *cache;
    const char *own;     /* address of the server that is ours to start, NULL: none */
    bool started, lost;  /* it was tried to start it; no server is asked any more */
    struct bb_proc proc; /* our server */
    struct bb_hashclient *client;
    pid_t client_of; /* the process that opened it */
    const struct bb_equiv_task *task;
};

void bb_equiv_lost(struct bb_equiv *e, bb_str why)
{
    if (!e || e->lost)
        return;
    e->lost = true;
    if (e->task)
        bb_childlog_tell(e->task->log, BB_CHILD_NO_SERVER, why);
    else
        bb_warn(
            e->c->ctx,
            "hash equivalence server: %.*s; the build goes on with task hashes where nothing else is known",
            BB_STRF(why));
}

/* -- our own server -- */

static bb_str database(struct bb_cooker *c, struct bb_arena *a)
{
    static const char *const vars[] = {"PERSISTENT_DIR", "CACHE"};
    for (size_t i = 0; i < sizeof(vars) / sizeof(*vars); i++) {
        bb_str dir;
        if (bb_store_str(bb_cooker_data(c), bb_sym_z(vars[i]), &dir) == 0 && dir.len) {
            bb_fs_mkdirs(bb_arena_strz(a, dir));
            return bb_arena_cat(a, dir, BB_STR("/hashserv.db"));
        }
    }
    return bb_arena_cat(a, c->config.topdir, BB_STR("/hashserv.db"));
}

/* BB_HASHSERVE_UPSTREAM, NULL when there is none that answers: BitBake tries that out, too. */
static const char *upstream(struct bb_equiv *e)
{
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;
    struct bb_hashclient *client = NULL;
    bb_str address;
    if (bb_store_str_report(bb_cooker_data(e->c), BB_SYM("BB_HASHSERVE_UPSTREAM"), &address) < 0 ||
        !address.len)
        return NULL;
    const char *z = bb_arena_strz(&e->c->arena, address);
    const struct bb_hashclient_opts o = {.address = z, .timeout_ms = UPSTREAM_MS};
    struct bb_json *pong = NULL;
    int r = bb_hashclient_open(&o, &client, &why);
    if (r == 0 && (r = bb_hashclient_invoke(client, "ping", BB_STR("{}"), &pong)) < 0)
        bb_buf_adds(&why, bb_hashclient_why(client));
    bb_json_free(pong);
    bb_hashclient_close(client);
    if (r < 0)
        bb_warn(e->c->ctx,
                "BB_HASHSERVE_UPSTREAM is not valid, unable to connect hash equivalence server at '%s': %s",
                z, why.p);
    return r < 0 ? NULL : z;
}

static int start_own(struct bb_equiv *e)
{
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;
    if (e->started)
        return 0;
    e->started = true;
    const struct bb_hashserv_opts o = {.address = e->own,
                                       .database = database(e->c, &e->c->arena).p,
                                       .upstream = upstream(e),
                                       .anon = BB_PERM_ANON};
    bb_py_before_fork();
    int r = bb_hashserv_start(&o, &e->proc, &why);
    bb_py_after_fork_parent();
    if (r < 0)
        bb_equiv_lost(e, bb_buf_str(&why));
    return r;
}

/* -- the connection -- */

static int connect_to(struct bb_equiv *e, const struct bb_equiv_login *who)
{
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;
    struct bb_arena a;
    if (e->lost)
        return -BB_ENETWORK;
    if (e->client && e->client_of == getpid())
        return 0;
    bb_hashclient_close(e->client); /* the parent's: its connection stays open there */
    e->client = NULL;
    if (e->own && !e->task && start_own(e) < 0)
        return -BB_ENETWORK;
    bb_arena_init(&a);
    struct bb_hashclient_opts o = {.address = bb_arena_strz(&a, who->server), .timeout_ms = TIMEOUT_MS};
    if (who->user.len) {
        o.user = bb_arena_strz(&a, who->user);
        o.token = bb_arena_strz(&a, who->token);
    }
    int r = bb_hashclient_open(&o, &e->client, &why);
    bb_arena_release(&a);
    e->client_of = getpid();
    if (r < 0) {
        bb_buf_splice(&why, 0, 0, BB_STR(": "));
        bb_buf_splice(&why, 0, 0, who->server);
        bb_equiv_lost(e, bb_buf_str(&why));
    }
    return r;
}

/* Passes a failure of the connection on, after saying so. */
static int check(struct bb_equiv *e, const struct bb_equiv_login *who, int r)
{
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;
    if (r == 0)
        return 0;
    bb_buf_addf(&why, "%.*s: %.*s", BB_STRF(who->server), BB_STRF(bb_hashclient_why(e->client)));
    bb_equiv_lost(e, bb_buf_str(&why));
    return r;
}

/* -- what the generator asks for -- */

static int get(void *self, const struct bb_equiv_login *who, const struct bb_equiv_query *q, size_t n,
               struct bb_arena *a, bb_str *ret)
{
    struct bb_equiv *e = self;
    struct bb_hashquery *ask = bb_arena_array(a, struct bb_hashquery, n);
    bb_str *answers = bb_arena_array(a, bb_str, n);
    size_t nask = 0;
    for (size_t i = 0; i < n; i++) {
        ret[i] = bb_arena_str(a, bb_unihashes_get(e->cache, q[i].key, q[i].taskhash));
        if (!ret[i].len)
            ask[nask++] = (struct bb_hashquery){q[i].method, q[i].taskhash};
    }
    int r = nask ? connect_to(e, who) : 0;
    if (r < 0)
        return nask == n ? r : 0;
    if (nask && check(e, who, bb_hashclient_get(e->client, ask, nask, a, answers)) < 0)
        return 0;
    for (size_t i = 0, k = 0; i < n; i++) {
        if (ret[i].len)
            continue;
        ret[i] = answers[k++];
        if (ret[i].len)
            bb_unihashes_put(e->cache, q[i].key, q[i].taskhash, ret[i]);
    }
    return 0;
}

static int exist(void *self, const struct bb_equiv_login *who, const bb_str *unihashes, size_t n, bool *ret)
{
    struct bb_equiv *e = self;
    int r = n ? connect_to(e, who) : 0;
    return r < 0 || !n ? r : check(e, who, bb_hashclient_exist(e->client, unihashes, n, ret));
}

static int report(void *self, const struct bb_equiv_login *who, const struct bb_equiv_report *r,
                  struct bb_arena *a, bb_str *ret)
{
    struct bb_equiv *e = self;
    struct bb_hashreport rep = {.method = r->method,
                                .taskhash = r->taskhash,
                                .unihash = r->unihash,
                                .outhash = r->outhash,
                                .extra = r->extra,
                                .nextra = r->nextra};
    *ret = r->unihash;
    if (e->task && e->task->mute)
        return 0;
    int rc = connect_to(e, who);
    if (rc < 0)
        return rc;
    return check(e, who,
                 r->equiv ? bb_hashclient_report_equiv(e->client, &rep, a, ret)
                          : bb_hashclient_report(e->client, &rep, a, ret));
}

static void known(void *self, bb_str key, bb_str taskhash, bb_str unihash)
{
    bb_unihashes_put(((struct bb_equiv *)self)->cache, key, taskhash, unihash);
}

static void changed(void *self, bb_str tid, bb_str unihash)
{
    const struct bb_equiv_task *t = ((struct bb_equiv *)self)->task;
    (void)tid;
    if (!t)
        return;
    bb_childlog_tell(t->log, BB_CHILD_UNIHASH, unihash);
    t->changed(t->self, unihash);
}

/* -- life -- */

static int set_address(struct bb_cooker *c, const char *address)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->config.mcs.n; i++)
        r = bb_store_setz(c->config.mcs.p[i].d, "BB_HASHSERVE", bb_str_z(address));
    return r;
}

int bb_equiv_open(struct bb_cooker *c, struct bb_equiv **ret)
{
    bb_str handler, server;
    *ret = NULL;
    int r = bb_store_str_report(bb_cooker_data(c), BB_SYM("BB_SIGNATURE_HANDLER"), &handler);
    if (r == 0)
        r = bb_store_str_report(bb_cooker_data(c), BB_SYM("BB_HASHSERVE"), &server);
    if (r < 0 || !server.len || bb_siggen_native(handler))
        return r;
    struct bb_equiv *e = bb_calloc(1, sizeof(*e));
    *e = (struct bb_equiv){.c = c, .proc = {.pidfd = -1}};
    e->callbacks = (struct bb_py_equiv){
        .self = e, .get = get, .exist = exist, .report = report, .known = known, .changed = changed};
    bb_str path = c->opts.worker ? BB_STR("") : bb_cooker_cache_path(c, &c->arena, "unihashes");
    e->cache = bb_unihashes_open(path.len ? path.p : NULL);
    /* The cooker has put the address in place of "auto" where recipes were read. */
    bb_str own = bb_arena_fmt(&c->arena, "unix://%.*s/hashserve.sock", BB_STRF(c->config.topdir));
    bool as_auto = bb_str_eqz(server, "auto");
    if (as_auto || bb_str_eq(server, own))
        e->own = own.p;
    if (as_auto)
        r = set_address(c, e->own);
    bb_py_set_equiv(&e->callbacks);
    *ret = e;
    return r;
}

void bb_equiv_close(struct bb_equiv *e)
{
    if (!e)
        return;
    bb_py_set_equiv(NULL);
    int r = bb_unihashes_save(e->cache);
    if (r < 0)
        bb_debug(e->c->ctx, 1, "the cache of unihashes was not written: %s", bb_strerror(r));
    bb_unihashes_free(e->cache);
    bb_hashclient_close(e->client);
    bb_hashserv_stop(&e->proc);
    free(e);
}

void bb_equiv_enter_task(struct bb_equiv *e, const struct bb_equiv_task *t)
{
    if (e)
        e->task = t;
}
