/* SPDX-License-Identifier: MIT */
#include "hashserv/client.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "base/jsonw.h"
#include "ext/json.h"
#include "rpc/wire.h"

struct bb_hashclient {
    struct bb_rpcclient *rpc;
    char *user, *token, *become;
};

static int ask_words(struct bb_rpcclient *c, const char *name, const char *const (*words)[2], size_t n)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    BB_CLEAN_JSON struct bb_json *j = NULL;
    struct bb_jsonw w;

    bb_jsonw_init(&w, &text, BB_JSONW_ASCII);
    bb_jsonw_object(&w);
    for (size_t i = 0; i < n; i++) {
        bb_jsonw_key(&w, bb_str_z(words[i][0]));
        bb_jsonw_str(&w, bb_str_z(words[i][1]));
    }
    bb_jsonw_end(&w);
    return bb_rpcclient_ask(c, name, bb_buf_str(&text), &j);
}

static int login(struct bb_rpcclient *rpc, void *self)
{
    struct bb_hashclient *c = self;
    int r = 0;

    if (c->user)
        r = ask_words(rpc, "auth", (const char *const[][2]){{"username", c->user}, {"token", c->token}}, 2);
    if (r == 0 && c->become)
        r = ask_words(rpc, "become-user", (const char *const[][2]){{"username", c->become}}, 1);
    return r;
}

static char *copy(const char *z)
{
    return z ? bb_strdup(z) : NULL;
}

int bb_hashclient_open(const struct bb_hashclient_opts *o, struct bb_hashclient **ret, struct bb_buf *err)
{
    struct bb_hashclient *c = bb_calloc(1, sizeof(*c));
    struct bb_rpcclient_opts rpc = {.address = o->address,
                                    .hello = BB_HASHSERV_HELLO,
                                    .timeout_ms = o->timeout_ms,
                                    .login = login,
                                    .self = c};

    c->user = copy(o->user);
    c->token = copy(o->user ? o->token ? o->token : "" : NULL);
    c->become = copy(o->become);
    int r = bb_rpcclient_open(&rpc, &c->rpc, err);
    if (r < 0)
        bb_hashclient_close(c);
    else
        *ret = c;
    return r;
}

void bb_hashclient_close(struct bb_hashclient *c)
{
    if (!c)
        return;
    bb_rpcclient_close(c->rpc);
    free(c->user);
    free(c->token);
    free(c->become);
    free(c);
}

bb_str bb_hashclient_why(const struct bb_hashclient *c)
{
    return bb_rpcclient_why(c->rpc);
}

int bb_hashclient_invoke(struct bb_hashclient *c, const char *name, bb_str argument, struct bb_json **ret)
{
    return bb_rpcclient_invoke(c->rpc, name, argument, ret);
}

int bb_hashclient_stream(struct bb_hashclient *c, const struct bb_rpcstream *s)
{
    return bb_rpcclient_stream(c->rpc, s);
}

struct get {
    const struct bb_hashquery *q;
    struct bb_arena *a;
    bb_str *ret;
};

static void put_query(void *self, size_t i, struct bb_buf *out)
{
    const struct bb_hashquery *q = &((struct get *)self)->q[i];
    bb_buf_adds(out, q->method);
    bb_buf_addc(out, ' ');
    bb_buf_adds(out, q->taskhash);
}

static int take_unihash(void *self, size_t i, bb_str answer)
{
    struct get *g = self;
    if (answer.len && !bb_wire_is_hash(answer))
        return -BB_ECORRUPT;
    g->ret[i] = answer.len ? bb_arena_str(g->a, answer) : BB_STR("");
    return 0;
}

int bb_hashclient_get(struct bb_hashclient *c, const struct bb_hashquery *q, size_t n, struct bb_arena *a,
                      bb_str *ret)
{
    struct get g = {q, a, ret};

    for (size_t i = 0; i < n; i++)
        if (!bb_wire_is_word(q[i].method) || !bb_wire_is_word(q[i].taskhash))
            return bb_rpcclient_refuse(c->rpc, "a method or a task hash is not one word");
    return bb_hashclient_stream(c, &(struct bb_rpcstream){"get-stream", n, put_query, take_unihash, &g});
}

struct exist {
    const bb_str *unihashes;
    bool *ret;
};

static void put_unihash(void *self, size_t i, struct bb_buf *out)
{
    bb_buf_adds(out, ((struct exist *)self)->unihashes[i]);
}

static int take_bool(void *self, size_t i, bb_str answer)
{
    bool yes = bb_str_eqz(answer, "true");
    if (!yes && !bb_str_eqz(answer, "false"))
        return -BB_ECORRUPT;
    ((struct exist *)self)->ret[i] = yes;
    return 0;
}

int bb_hashclient_exist(struct bb_hashclient *c, const bb_str *unihashes, size_t n, bool *ret)
{
    struct exist e = {unihashes, ret};

    for (size_t i = 0; i < n; i++)
        if (!bb_wire_is_word(unihashes[i]))
            return bb_rpcclient_refuse(c->rpc, "a unihash is not one word");
    return bb_hashclient_stream(c, &(struct bb_rpcstream){"exists-stream", n, put_unihash, take_bool, &e});
}

/* Sends a report in one of its forms; the answer's unihash. A question, which has none, may be answered with null. */
static int report(struct bb_hashclient *c, const char *name, const struct bb_hashreport *rep,
                  struct bb_arena *a, bb_str *ret_unihash)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    BB_CLEAN_JSON struct bb_json *j = NULL;
    struct bb_jsonw w;
    const struct {
        const char *key;
        bb_str value;
    } fields[] = {{"method", rep->method},
                  {"taskhash", rep->taskhash},
                  {"outhash", rep->outhash},
                  {"unihash", rep->unihash}};

    bb_jsonw_init(&w, &text, BB_JSONW_ASCII | BB_JSONW_SPACED);
    bb_jsonw_object(&w);
    for (size_t i = 0; i < rep->nextra; i++) {
        bb_jsonw_key(&w, rep->extra[i][0]);
        bb_jsonw_str(&w, rep->extra[i][1]);
    }
    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        if (fields[i].value.len) {
            bb_jsonw_key(&w, bb_str_z(fields[i].key));
            bb_jsonw_str(&w, fields[i].value);
        }
    bb_jsonw_end(&w);
    int r = bb_hashclient_invoke(c, name, bb_buf_str(&text), &j);
    if (r < 0)
        return r;
    bb_str unihash = bb_json_str(bb_json_get(j, "unihash"));
    bool unknown = bb_json_kind(j) == BB_J_NULL && !rep->unihash.len;
    if (!unknown && !bb_wire_is_hash(unihash))
        return bb_rpcclient_give_up(c->rpc);
    *ret_unihash = unknown ? BB_STR("") : bb_arena_str(a, unihash);
    return 0;
}

int bb_hashclient_report(struct bb_hashclient *c, const struct bb_hashreport *rep, struct bb_arena *a,
                         bb_str *ret_unihash)
{
    return report(c, "report", rep, a, ret_unihash);
}

int bb_hashclient_report_equiv(struct bb_hashclient *c, const struct bb_hashreport *rep, struct bb_arena *a,
                               bb_str *ret_unihash)
{
    return report(c, "report-equiv", rep, a, ret_unihash);
}

int bb_hashclient_get_outhash(struct bb_hashclient *c, const struct bb_hashreport *rep, struct bb_arena *a,
                              bb_str *ret_unihash)
{
    struct bb_hashreport question = *rep;
    question.unihash = (bb_str){0};
    return report(c, "get-outhash", &question, a, ret_unihash);
}
