/* SPDX-License-Identifier: MIT */
#include "build/prservice.h"

#include <stdio.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/rules.h"
#include "ext/json.h"
#include "os/fs.h"
#include "prserv/server.h"
#include "py/py.h"

#define PING_MS 30000

/* What a server of ours says goes beside its database, as BitBake's prserv.log. It runs in a child, with no other file open. */
static void append_log(void *self, enum bb_rpc_level level, const char *text)
{
    if (level < BB_RPC_WARNING)
        return;
    FILE *f = fopen(self, "ae");
    if (!f)
        return;
    fprintf(f, "%lld %s: %s\n", (long long)time(NULL), level == BB_RPC_ERROR ? "ERROR" : "WARNING", text);
    fclose(f);
}

static int text_of(struct bb_prservice *s, const char *name, bb_str *ret)
{
    return bb_store_str_report(bb_cooker_data(s->c), bb_sym_z(name), ret);
}

/* The folder of the database. */
static int folder_of(struct bb_prservice *s, bb_str *ret)
{
    int r = text_of(s, "PERSISTENT_DIR", ret);
    if (r == 0 && !ret->len)
        r = text_of(s, "CACHE", ret);
    if (r == 0 && !ret->len)
        r = bb_error(s->c->ctx,
                     "PRSERV_HOST: neither PERSISTENT_DIR nor CACHE says where revisions are kept");
    return r;
}

static int start(struct bb_prservice *s)
{
    BB_CLEAN_BUF struct bb_buf database = BB_BUF_INIT, log = BB_BUF_INIT, address = BB_BUF_INIT,
                               why = BB_BUF_INIT;
    bool texts = bb_rules_has(s->c->ctx->level, BB_RULE_PRSERV_TEXTS);
    bb_str folder, upstream = {0};

    int r = folder_of(s, &folder);
    if (r == 0 && texts)
        r = text_of(s, "PRSERV_UPSTREAM", &upstream);
    if (r < 0)
        return r;
    bb_buf_addf(&database, "%.*s/prserv.sqlite3", BB_STRF(folder));
    bb_buf_addf(&log, "%.*s/prserv.log", BB_STRF(folder));
    BB_CLEAN_FREE char *up = bb_strndup(upstream);
    struct bb_prserv_opts o = {.address = "localhost:0",
                               .database = database.p,
                               .form = texts ? BB_PRDB_TEXTS : BB_PRDB_NUMBERS,
                               .upstream = upstream.len ? up : NULL,
                               .log = append_log,
                               .log_self = log.p};
    r = bb_fs_mkdirs_for(database.p);
    if (r == 0) {
        fflush(NULL);
        r = bb_prserv_start(&o, &s->proc, &address, &why);
    } else {
        bb_buf_addz(&why, bb_strerror(r));
    }
    if (r < 0)
        return bb_error(s->c->ctx, "the service of package revisions (PRSERV_HOST) cannot be started: %s",
                        why.p);
    bb_buf_addf(&s->host, "localhost:%.*s",
                BB_STRF(bb_str_from(bb_buf_str(&address), bb_str_rchr(bb_buf_str(&address), ':') + 1)));
    return 0;
}

/* BitBake: one that does not answer at the start stops the build. */
static int ping(struct bb_prservice *s)
{
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;
    struct bb_rpcclient_opts o = {.address = s->host.p, .hello = BB_PRSERV_HELLO, .timeout_ms = PING_MS};
    struct bb_rpcclient *c = NULL;
    struct bb_json *answer = NULL;

    int r = bb_rpcclient_open(&o, &c, &why);
    if (r == 0 && (r = bb_rpcclient_invoke(c, "ping", BB_STR("{}"), &answer)) < 0)
        bb_buf_adds(&why, bb_rpcclient_why(c));
    bb_json_free(answer);
    bb_rpcclient_close(c);
    if (r < 0)
        return bb_error(s->c->ctx,
                        "the service of package revisions at %s (PRSERV_HOST) is not available: %s",
                        s->host.p, why.p);
    return 0;
}

/* Host and port; BitBake passes over empty parts. */
static bool split(bb_str text, bb_str *host, int64_t *port)
{
    bb_str part[2], rest = text;
    size_t n = 0;

    while (rest.len) {
        size_t colon = bb_str_chr(rest, ':', 0);
        bb_str p = colon == BB_NPOS ? rest : bb_str_sub(rest, 0, colon);
        rest = colon == BB_NPOS ? BB_STR("") : bb_str_from(rest, colon + 1);
        if (!p.len)
            continue;
        if (n == 2)
            return false;
        part[n++] = bb_str_trim(p);
    }
    if (n != 2 || !bb_str_to_int(part[1], port) || *port < 0 || *port > 65535)
        return false;
    *host = part[0];
    return true;
}

static int look(struct bb_prservice *s)
{
    bb_str text, host;
    int64_t port;

    int r = text_of(s, "PRSERV_HOST", &text);
    if (r < 0 || !text.len)
        return r;
    if (!split(text, &host, &port))
        return bb_error(s->c->ctx, "PRSERV_HOST is '%.*s': it has the form HOST:PORT", BB_STRF(text));
    bool local = bb_str_eqz(host, "localhost") || bb_str_eqz(host, "127.0.0.1");
    if (local && port == 0)
        return start(s);
    bb_buf_addf(&s->host, "%.*s:%lld", BB_STRF(host), (long long)port);
    return ping(s);
}

int bb_prservice_host(struct bb_prservice *s, bb_str *ret)
{
    if (!s->asked) {
        s->asked = true;
        s->result = look(s);
    }
    *ret = bb_buf_str(&s->host);
    return s->result;
}

static int host_for_python(void *self, bb_str *ret)
{
    return bb_prservice_host(self, ret);
}

void bb_prservice_init(struct bb_prservice *s, struct bb_cooker *c)
{
    *s = (struct bb_prservice){.c = c, .host = BB_BUF_INIT};
    bb_py_set_pr_service(host_for_python, s);
}

void bb_prservice_release(struct bb_prservice *s)
{
    if (!s->c)
        return;
    bb_py_set_pr_service(NULL, NULL);
    bb_rpc_stop(&s->proc);
    bb_buf_release(&s->host);
    s->c = NULL;
}
