/* SPDX-License-Identifier: MIT */
#include "cook/announce.h"

#include "base/jsonw.h"
#include "os/fs.h"
#include "py/py.h"

static int report(struct bb_cooker *c, int r, const char *cls)
{
    if (r != -BB_EPYTHON)
        return r;
    bb_str doing = bb_arena_fmt(&c->arena, "handling %s", cls);
    return c->hook->error_report(c->hook->self, (struct bb_loc){0}, doing.p);
}

/* One event in every configuration, with its constructor's positional arguments. */
static int tell_all(struct bb_cooker *c, const char *cls, const struct bb_val *args, size_t nargs)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->config.mcs.n && bb_py_listens(cls); i++)
        r = bb_py_fire(c->config.mcs.p[i].d, cls, args, nargs);
    return report(c, r, cls);
}

/* BB_HASHSERVE = "auto" names the server that BitBake would have started by now: classes look at the address. */
static int name_hashserver(struct bb_store *d)
{
    bb_str server, topdir;
    int r = bb_store_str_report(d, BB_SYM("BB_HASHSERVE"), &server);
    if (r < 0 || !bb_str_eqz(server, "auto"))
        return r;
    r = bb_store_str_report(d, BB_SYM("TOPDIR"), &topdir);
    if (r < 0)
        return r;
    bb_str address = bb_arena_fmt(bb_store_arena(d), "unix://%.*s/hashserve.sock", BB_STRF(topdir));
    return bb_store_setz(d, "BB_HASHSERVE", address);
}

int bb_announce_sanity(struct bb_cooker *c)
{
    const struct bb_val with_events = bb_val_b(false);
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->config.mcs.n; i++)
        r = name_hashserver(c->config.mcs.p[i].d);
    return r < 0 ? r : tell_all(c, "bb.event.SanityCheck", &with_events, 1);
}

int bb_announce_event(struct bb_cooker *c, const char *cls, const struct bb_val *args, size_t nargs)
{
    return report(c, bb_py_fire(bb_cooker_data(c), cls, args, nargs), cls);
}

int bb_announce_cache(struct bb_cooker *c, const char *path, size_t entries)
{
    struct bb_stat st = {0};
    if (path && bb_fs_stat(path, &st) < 0)
        st.size = 0;
    const struct bb_val size = bb_val_i((int64_t)st.size);
    int r = bb_announce_event(c, "bb.event.CacheLoadStarted", &size, 1);
    if (r == 0 && st.size)
        r = bb_announce_event(c, "bb.event.CacheLoadProgress", (struct bb_val[]){size, size}, 2);
    if (r == 0)
        r = bb_announce_event(c, "bb.event.CacheLoadCompleted",
                              (struct bb_val[]){size, bb_val_i((int64_t)entries)}, 2);
    return r;
}

int bb_announce_progress(struct bb_cooker *c, size_t done, size_t total)
{
    size_t step = total > 100 ? total / 100 : 1;
    if (done % step)
        return 0;
    return bb_announce_event(c, "bb.event.ParseProgress",
                             (struct bb_val[]){bb_val_i((int64_t)done), bb_val_i((int64_t)total)}, 2);
}

int bb_announce_parsing(struct bb_cooker *c, size_t n)
{
    const struct bb_val total = bb_val_i((int64_t)n);
    return bb_announce_event(c, "bb.event.ParseStarted", &total, 1);
}

/* [{fn: stamp}] of what can be built in one configuration. */
static void stamps_json(const struct bb_cooker *c, const struct bb_mc *mc, struct bb_buf *out)
{
    struct bb_jsonw w;
    bb_jsonw_init(&w, out, 0);
    bb_jsonw_array(&w);
    bb_jsonw_object(&w);
    for (size_t i = 0; i < c->nparsed; i++)
        for (size_t v = 0; v < c->parsed[i].nvariants; v++) {
            const struct bb_recipe *recipe = c->parsed[i].variants[v];
            if (recipe->skipped.p || bb_mc_of(recipe) != mc)
                continue;
            bb_jsonw_key(&w, recipe->fn);
            bb_jsonw_str(&w, recipe->stamp);
        }
    bb_jsonw_end(&w);
    bb_jsonw_end(&w);
}

int bb_announce_stamps(struct bb_cooker *c)
{
    const char *cls = "bb.event.ReachableStamps";
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->config.mcs.n && bb_py_listens(cls); i++) {
        const struct bb_mc *mc = &c->config.mcs.p[i];
        BB_CLEAN_BUF struct bb_buf json = BB_BUF_INIT;
        stamps_json(c, mc, &json);
        r = bb_py_fire_json(mc->d, cls, bb_buf_str(&json));
    }
    return report(c, r, cls);
}

static int announce_success(struct bb_cooker *c)
{
    const struct bb_parse_counts *n = &c->counts;
    const char *cls = "bb.event.ParseCompleted";
    const size_t counts[] = {n->cached, n->parsed, n->skipped, n->masked, n->targets, n->errors, n->files};
    struct bb_val args[sizeof(counts) / sizeof(*counts)];
    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
        args[i] = bb_val_i((int64_t)counts[i]);
    return report(c, bb_py_fire(bb_cooker_data(c), cls, args, sizeof(args) / sizeof(*args)), cls);
}

int bb_announce_parsed(struct bb_cooker *c, int result)
{
    const struct bb_val text = bb_val_z("Parsing halted due to errors");
    const char *cls = "bb.event.ParseError";
    if (!c->counts.parsed) /* BitBake: nobody hears of a parsing that was not necessary */
        return result;
    if (result == 0)
        return announce_success(c);
    report(c, bb_py_fire(bb_cooker_data(c), cls, &text, 1), cls);
    return result;
}
