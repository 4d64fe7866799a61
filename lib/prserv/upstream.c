/* SPDX-License-Identifier: MIT */
#include "prserv/upstream.h"

#include "base/cleanup.h"
#include "prserv/revision.h"

#define LIMIT_MS 5000
#define RETRY_MS 10000

static int away(struct bb_rpc_session *s, bb_str why)
{
    struct bb_prcore *core = s->service->core;

    bb_rpc_log(s->service, BB_RPC_WARNING, "upstream server '%s': %.*s", core->upstream, BB_STRF(why));
    core->up_retry_ms = bb_rpc_now_ms() + RETRY_MS;
    bb_rpcclient_close(core->up);
    core->up = NULL;
    return bb_rpc_refuse(s, "the upstream server '%s' does not answer", core->upstream);
}

static int connect_to(struct bb_rpc_session *s)
{
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;
    struct bb_prcore *core = s->service->core;
    struct bb_rpcclient_opts o = {
        .address = core->upstream, .hello = BB_PRSERV_HELLO, .timeout_ms = LIMIT_MS};

    if (core->up)
        return 0;
    if (bb_rpc_now_ms() < core->up_retry_ms)
        return bb_rpc_refuse(s, "the upstream server '%s' does not answer", core->upstream);
    return bb_rpcclient_open(&o, &core->up, &why) < 0 ? away(s, bb_buf_str(&why)) : 0;
}

/* Asks for the member "value" of an answer; NULL counts for one without it. */
static int ask(struct bb_rpc_session *s, const char *request, const struct bb_prkey *k, struct bb_json **ret)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct bb_prcore *core = s->service->core;
    struct bb_jsonw w;

    bb_jsonw_init(&w, &text, BB_JSONW_ASCII | BB_JSONW_SPACED);
    bb_jsonw_object(&w);
    bb_jsonw_key(&w, BB_STR("version"));
    bb_jsonw_str(&w, k->version);
    bb_jsonw_key(&w, BB_STR("pkgarch"));
    bb_jsonw_str(&w, k->pkgarch);
    bb_jsonw_key(&w, BB_STR("checksum"));
    bb_jsonw_str(&w, k->checksum);
    bb_jsonw_key(&w, BB_STR("history"));
    bb_jsonw_bool(&w, false);
    bb_jsonw_end(&w);
    int r = connect_to(s);
    if (r == 0 && bb_rpcclient_invoke(core->up, request, bb_buf_str(&text), ret) < 0)
        r = away(s, bb_rpcclient_why(core->up));
    return r;
}

/* A revision is a text, or a number where the server is a BitBake up to 2.8. */
static int ask_revision(struct bb_rpc_session *s, const char *request, const struct bb_prkey *k,
                        struct bb_buf *ret)
{
    BB_CLEAN_JSON struct bb_json *j = NULL;

    int r = ask(s, request, k, &j);
    if (r < 0)
        return r;
    struct bb_json *value = bb_json_get(j, "value");
    if (bb_json_kind(value) == BB_J_NULL)
        return 0;
    if (bb_json_kind(value) == BB_J_INT && bb_json_int(value) >= 0) {
        bb_buf_addf(ret, "%lld", (long long)bb_json_int(value));
        return 1;
    }
    if (!bb_pr_valid(bb_json_str(value)))
        return away(s, BB_STR("its answer is no revision"));
    bb_buf_adds(ret, bb_json_str(value));
    return 1;
}

int bb_prupstream_known(struct bb_rpc_session *s, const struct bb_prkey *k)
{
    BB_CLEAN_JSON struct bb_json *j = NULL;
    int r = ask(s, "test-package", k, &j);
    return r < 0 ? r : bb_json_bool(bb_json_get(j, "value"));
}

int bb_prupstream_greatest(struct bb_rpc_session *s, const struct bb_prkey *k, struct bb_buf *ret)
{
    return ask_revision(s, "max-package-pr", k, ret);
}

int bb_prupstream_find(struct bb_rpc_session *s, const struct bb_prkey *k, struct bb_buf *ret)
{
    return ask_revision(s, "test-pr", k, ret);
}
