/* SPDX-License-Identifier: MIT */
/* What the requests mean (BitBake: prserv.serv.PRServerClient). One row of a table each. */
#include "prserv/core.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "prserv/revision.h"
#include "prserv/upstream.h"

struct request {
    const char *name;
    int (*answer)(struct bb_rpc_session *s, const struct bb_json *arg, struct bb_jsonw *w);
};

static struct bb_prcore *core_of(struct bb_rpc_session *s)
{
    return s->service->core;
}

static int db_failed(struct bb_rpc_session *s, int code)
{
    if (code == -ERANGE)
        return bb_rpc_refuse(s, "no greater revision can be made");
    bb_rpc_log(s->service, BB_RPC_ERROR, "the database: %s", bb_strerror(code));
    return bb_rpc_bad(s, "the database failed");
}

/* A failure's code as this request's: what upstream.c has refused already, or the database's. */
static int failed(struct bb_rpc_session *s, int code)
{
    return code == -EACCES ? code : db_failed(s, code);
}

/* A member that has to be a text; null, as export has it for "any", is an empty one. */
static int text_of(struct bb_rpc_session *s, const struct bb_json *arg, const char *key, bool optional,
                   bb_str *ret)
{
    struct bb_json *v = bb_json_get(arg, key);
    if (bb_json_kind(v) != BB_J_STR && !(optional && bb_json_kind(v) == BB_J_NULL))
        return bb_rpc_bad(s, "'%s' is missing or no text", key);
    *ret = bb_json_str(v);
    return 0;
}

static int package_of(struct bb_rpc_session *s, const struct bb_json *arg, struct bb_prkey *ret)
{
    *ret = (struct bb_prkey){0};
    int r = text_of(s, arg, "version", false, &ret->version);
    return r < 0 ? r : text_of(s, arg, "pkgarch", false, &ret->pkgarch);
}

static int key_of(struct bb_rpc_session *s, const struct bb_json *arg, struct bb_prkey *ret)
{
    int r = package_of(s, arg, ret);
    return r < 0 ? r : text_of(s, arg, "checksum", false, &ret->checksum);
}

/* Clients of a BitBake up to 2.8 do not send it. */
static bool history_of(const struct bb_json *arg)
{
    return bb_json_bool(bb_json_get(arg, "history"));
}

/* {"value": ...}; `found` as the functions of prdb.h return. */
static int write_value(struct bb_rpc_session *s, struct bb_jsonw *w, int found, const struct bb_buf *value)
{
    if (found < 0)
        return failed(s, found);
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("value"));
    if (found == 0)
        bb_jsonw_null(w);
    else if (bb_prdb_numbers(core_of(s)->db))
        bb_jsonw_int(w, strtoll(value->p, NULL, 10));
    else
        bb_jsonw_str(w, bb_buf_str(value));
    bb_jsonw_end(w);
    return 0;
}

static int test_pr(struct bb_rpc_session *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf value = BB_BUF_INIT;
    struct bb_prkey k;

    int r = key_of(s, arg, &k);
    return r < 0 ? r : write_value(s, w, bb_prdb_find(core_of(s)->db, &k, history_of(arg), &value), &value);
}

static int test_package(struct bb_rpc_session *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    struct bb_prkey k;

    int r = package_of(s, arg, &k);
    if (r < 0)
        return r;
    r = bb_prdb_known(core_of(s)->db, &k);
    if (r < 0)
        return db_failed(s, r);
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("value"));
    bb_jsonw_bool(w, r);
    bb_jsonw_end(w);
    return 0;
}

static int max_package_pr(struct bb_rpc_session *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf value = BB_BUF_INIT;
    struct bb_prkey k;

    int r = package_of(s, arg, &k);
    return r < 0 ? r : write_value(s, w, bb_prdb_greatest(core_of(s)->db, &k, &value), &value);
}

static int keep(struct bb_rpc_session *s, const struct bb_prkey *k, const struct bb_buf *value)
{
    /* A read-only service asks upstream again next time. */
    if (core_of(s)->read_only)
        return 0;
    int r = bb_prdb_store(core_of(s)->db, k, bb_buf_str(value));
    return r < 0 ? r : 0;
}

/* The checksum has a revision here. Without history it is not smaller than any, here or upstream. */
static int get_known(struct bb_rpc_session *s, const struct bb_prkey *k, struct bb_buf *value)
{
    BB_CLEAN_BUF struct bb_buf here = BB_BUF_INIT, there = BB_BUF_INIT, other = BB_BUF_INIT;
    BB_CLEAN_BUF struct bb_buf own = BB_BUF_INIT;

    bb_buf_adds(&own, bb_buf_str(value));
    int r = bb_prdb_greatest(core_of(s)->db, k, &here);
    if (r > 0 && bb_pr_cmp(bb_buf_str(value), bb_buf_str(&here)) < 0) {
        bb_buf_clear(value);
        if (!bb_pr_increase(bb_buf_str(&here), value))
            return -ERANGE;
    }
    if (r >= 0)
        r = bb_prupstream_greatest(s, k, &there);
    if (r > 0 && bb_pr_cmp(bb_buf_str(value), bb_buf_str(&there)) < 0) {
        bb_buf_clear(value);
        bb_buf_adds(value, bb_buf_str(&there));
        r = bb_prupstream_find(s, k, &other);
        if (r == 0)
            bb_buf_addz(value, ".0");
    }
    if (r < 0)
        return r;
    return bb_str_eq(bb_buf_str(&own), bb_buf_str(value)) ? 0 : keep(s, k, value);
}

/* The checksum has none here: upstream's, or one below the greatest of upstream. */
static int get_new(struct bb_rpc_session *s, const struct bb_prkey *k, bool history, struct bb_buf *value)
{
    BB_CLEAN_BUF struct bb_buf there = BB_BUF_INIT;
    struct bb_prcore *core = core_of(s);

    int r = bb_prupstream_known(s, k);
    if (r > 0)
        r = bb_prupstream_greatest(s, k, &there);
    if (r == 0)
        return bb_prdb_get(core->db, k, history, core->read_only, value);
    if (r > 0 && (r = bb_prupstream_find(s, k, value)) == 0)
        r = bb_prdb_below(core->db, k, bb_buf_str(&there), value);
    return r < 0 ? r : keep(s, k, value);
}

static int get_with_upstream(struct bb_rpc_session *s, const struct bb_prkey *k, bool history,
                             struct bb_buf *value)
{
    int r = bb_prdb_find(core_of(s)->db, k, history, value);
    if (r == 0)
        return get_new(s, k, history, value);
    return r < 0 || history ? r : get_known(s, k, value);
}

static int get_pr(struct bb_rpc_session *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf value = BB_BUF_INIT;
    struct bb_prcore *core = core_of(s);
    bool history = history_of(arg);
    struct bb_prkey k;

    int r = key_of(s, arg, &k);
    if (r < 0)
        return r;
    r = core->upstream ? get_with_upstream(s, &k, history, &value)
                       : bb_prdb_get(core->db, &k, history, core->read_only, &value);
    return write_value(s, w, r < 0 ? r : 1, &value);
}

/* A number, or a text that is a revision. */
static int value_of(struct bb_rpc_session *s, const struct bb_json *arg, struct bb_buf *ret)
{
    struct bb_json *v = bb_json_get(arg, "value");

    if (bb_json_kind(v) == BB_J_INT && bb_json_int(v) >= 0)
        bb_buf_addf(ret, "%lld", (long long)bb_json_int(v));
    else
        bb_buf_adds(ret, bb_json_str(v));
    bool dotted = bb_str_chr(bb_buf_str(ret), '.', 0) != BB_NPOS;
    if (!bb_pr_valid(bb_buf_str(ret)) || (dotted && bb_prdb_numbers(core_of(s)->db)))
        return bb_rpc_refuse(s, "'%s' is no revision here", ret->len ? ret->p : "");
    return 0;
}

static int import_one(struct bb_rpc_session *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf value = BB_BUF_INIT;
    struct bb_prcore *core = core_of(s);
    struct bb_prkey k;

    if (core->read_only) {
        bb_jsonw_null(w);
        return 0;
    }
    int r = key_of(s, arg, &k);
    if (r == 0)
        r = value_of(s, arg, &value);
    if (r < 0)
        return r;
    r = bb_prdb_store(core->db, &k, bb_buf_str(&value));
    if (r == 0) {
        bb_buf_clear(&value);
        r = bb_prdb_find(core->db, &k, false, &value);
    }
    return write_value(s, w, r, &value);
}

static int export_rows(struct bb_rpc_session *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    struct bb_prkey k = {0};

    int r = text_of(s, arg, "version", true, &k.version);
    if (r == 0)
        r = text_of(s, arg, "pkgarch", true, &k.pkgarch);
    if (r == 0)
        r = text_of(s, arg, "checksum", true, &k.checksum);
    if (r < 0)
        return r;
    r = bb_prdb_export(core_of(s)->db, &k, history_of(arg), bb_json_bool(bb_json_get(arg, "colinfo")), w);
    return r < 0 ? db_failed(s, r) : 0;
}

static int is_readonly(struct bb_rpc_session *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    (void)arg;
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("readonly"));
    bb_jsonw_bool(w, core_of(s)->read_only);
    bb_jsonw_end(w);
    return 0;
}

static int ping(struct bb_rpc_session *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    (void)s, (void)arg;
    bb_rpc_write_alive(w);
    return 0;
}

static const struct request requests[] = {
    {"ping", ping},
    {"get-pr", get_pr},
    {"test-pr", test_pr},
    {"test-package", test_package},
    {"max-package-pr", max_package_pr},
    {"import-one", import_one},
    {"export", export_rows},
    {"is-readonly", is_readonly},
};

static int answer(struct bb_rpc_session *s, const struct bb_json *message, struct bb_jsonw *w,
                  bb_rpc_stream_fn **ret_stream)
{
    (void)ret_stream;
    for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
        const struct bb_json *arg = bb_json_get(message, requests[i].name);
        if (!arg)
            continue;
        bb_rpc_log(s->service, BB_RPC_DEBUG, "%s", requests[i].name);
        return requests[i].answer(s, arg, w);
    }
    return bb_rpc_bad(s, "a request that is not known");
}

struct bb_rpc_service bb_prcore_service(struct bb_prcore *core)
{
    return (struct bb_rpc_service){
        .hello = BB_PRSERV_HELLO,
        .session_size = sizeof(struct bb_rpc_session),
        .answer = answer,
        .core = core,
    };
}

void bb_prcore_release(struct bb_prcore *core)
{
    bb_rpcclient_close(core->up);
    bb_prdb_close(core->db);
    core->up = NULL;
    core->db = NULL;
}
