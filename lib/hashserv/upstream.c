/* SPDX-License-Identifier: MIT */
#include "hashserv/upstream.h"

#include <errno.h>

#include "base/vec.h"
#include "ext/json.h"
#include "rpc/wire.h"

#define LIMIT_MS 5000
#define RETRY_MS 60000

static void give_up(struct bb_hashcore *c, bb_str why)
{
    bb_hashcore_log(c, BB_RPC_WARNING, "upstream server '%s': %.*s", c->upstream, BB_STRF(why));
    c->up_retry_ms = bb_rpc_now_ms() + RETRY_MS;
}

static bool is_there(struct bb_hashcore *c)
{
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;
    struct bb_hashclient_opts o = {.address = c->upstream, .timeout_ms = LIMIT_MS};

    if (!c->up && c->upstream && bb_rpc_now_ms() >= c->up_retry_ms &&
        bb_hashclient_open(&o, &c->up, &why) < 0)
        give_up(c, bb_buf_str(&why));
    return c->up != NULL;
}

/* What a call came to; a server that refuses one thing may answer others. */
static bool worked(struct bb_hashcore *c, int code)
{
    if (code == 0)
        return true;
    if (code == -EACCES || code == -EINVAL) {
        bb_str why = bb_hashclient_why(c->up);
        bb_hashcore_log(c, BB_RPC_WARNING, "upstream server '%s': %.*s", c->upstream, BB_STRF(why));
        return false;
    }
    give_up(c, bb_hashclient_why(c->up));
    bb_hashclient_close(c->up);
    c->up = NULL;
    return false;
}

int bb_hashupstream_get(struct bb_hashcore *c, const struct bb_hashquery *q, size_t n, struct bb_arena *a,
                        bb_str *ret)
{
    BB_VEC(struct bb_hashquery) asked = {0};
    BB_VEC(size_t) place = {0};
    BB_VEC(bb_str) found = {0};
    int r = 0;

    for (size_t i = 0; i < n; i++)
        if (!ret[i].len) {
            bb_vec_push(&asked, q[i]);
            bb_vec_push(&place, i);
        }
    bb_vec_reserve(&found, asked.n);
    if (asked.n && is_there(c) && worked(c, bb_hashclient_get(c->up, asked.p, asked.n, a, found.p)))
        for (size_t i = 0; i < asked.n && r >= 0; i++) {
            if (!found.p[i].len)
                continue;
            ret[place.p[i]] = found.p[i];
            r = bb_hashdb_put_unihash(c->db, asked.p[i].method, asked.p[i].taskhash, found.p[i]);
        }
    bb_vec_release(&asked);
    bb_vec_release(&place);
    bb_vec_release(&found);
    return r < 0 ? r : 0;
}

void bb_hashupstream_exist(struct bb_hashcore *c, const bb_str *unihashes, size_t n, bool *ret)
{
    BB_VEC(bb_str) asked = {0};
    BB_VEC(size_t) place = {0};

    for (size_t i = 0; i < n; i++)
        if (!ret[i]) {
            bb_vec_push(&asked, unihashes[i]);
            bb_vec_push(&place, i);
        }
    bool *found = bb_calloc(asked.n, sizeof(*found));
    if (asked.n && is_there(c) && worked(c, bb_hashclient_exist(c->up, asked.p, asked.n, found)))
        for (size_t i = 0; i < asked.n; i++)
            ret[place.p[i]] = found[i];
    free(found);
    bb_vec_release(&asked);
    bb_vec_release(&place);
}

static void write_pair(struct bb_jsonw *w, const char *key, bb_str value)
{
    bb_jsonw_key(w, bb_str_z(key));
    bb_jsonw_str(w, value);
}

/* Puts the row into the database when it is one, and the one that was asked for. */
static int keep(struct bb_hashcore *c, const struct bb_hashreport *q, const struct bb_json *row)
{
    bb_str unihash = bb_json_str(bb_json_get(row, "unihash")), values[BB_HASHDB_NOUT];

    for (int i = 0; i < BB_HASHDB_NOUT; i++) {
        struct bb_json *v = bb_json_get(row, bb_hashdb_out_names[i]);
        values[i] = bb_json_kind(v) == BB_J_STR ? bb_json_str(v) : (bb_str){0};
    }
    bool fits = q->outhash.len ? bb_str_eq(values[BB_HASHCOL_OUTHASH], q->outhash)
                               : bb_str_eq(values[BB_HASHCOL_TASKHASH], q->taskhash);
    if (!fits || !bb_str_eq(values[BB_HASHCOL_METHOD], q->method) || !bb_wire_is_hash(unihash) ||
        !values[BB_HASHCOL_TASKHASH].len || !values[BB_HASHCOL_OUTHASH].len) {
        bb_hashcore_log(c, BB_RPC_WARNING, "upstream server '%s': the row is not the one asked for",
                        c->upstream);
        return 0;
    }
    int r = bb_hashdb_begin(c->db);
    if (r < 0)
        return r;
    r = bb_hashdb_put_unihash(c->db, q->method, values[BB_HASHCOL_TASKHASH], unihash);
    if (r >= 0)
        r = bb_hashdb_put_outhash(c->db, values);
    r = bb_hashdb_end(c->db, r);
    return r < 0 ? r : 1;
}

int bb_hashupstream_row(struct bb_hashcore *c, const struct bb_hashreport *q)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    BB_CLEAN_JSON struct bb_json *row = NULL;
    struct bb_jsonw w;

    if (!is_there(c))
        return 0;
    bb_jsonw_init(&w, &text, BB_JSONW_ASCII);
    bb_jsonw_object(&w);
    write_pair(&w, "method", q->method);
    write_pair(&w, "taskhash", q->taskhash);
    if (q->outhash.len)
        write_pair(&w, "outhash", q->outhash);
    bb_jsonw_key(&w, q->outhash.len ? BB_STR("with_unihash") : BB_STR("all"));
    bb_jsonw_bool(&w, true);
    bb_jsonw_end(&w);
    const char *name = q->outhash.len ? "get-outhash" : "get";
    if (!worked(c, bb_hashclient_invoke(c->up, name, bb_buf_str(&text), &row)) ||
        bb_json_kind(row) == BB_J_NULL)
        return 0;
    return keep(c, q, row);
}

int bb_hashupstream_outhash(struct bb_hashcore *c, const struct bb_hashreport *q, struct bb_buf *ret_unihash)
{
    struct bb_arena a;
    bb_str unihash = {0};

    if (!is_there(c))
        return 0;
    bb_arena_init(&a);
    if (worked(c, bb_hashclient_get_outhash(c->up, q, &a, &unihash)))
        bb_buf_adds(ret_unihash, unihash);
    bb_arena_release(&a);
    return unihash.len != 0;
}
