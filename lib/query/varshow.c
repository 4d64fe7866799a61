/* SPDX-License-Identifier: MIT */
#include "query/varshow.h"

#include "base/jsonw.h"

static void member(struct bb_jsonw *w, const char *key, bb_str value)
{
    bb_jsonw_key(w, bb_str_z(key));
    bb_jsonw_str(w, value);
}

static void member_val(struct bb_jsonw *w, bb_str key, struct bb_store *d, struct bb_val v)
{
    bb_jsonw_key(w, key);
    if (v.kind == BB_V_NONE)
        bb_jsonw_null(w);
    else
        bb_jsonw_str(w, bb_val_str(bb_store_hook(d), bb_store_arena(d), v));
}

static int add_flags(struct bb_jsonw *w, struct bb_store *d, bb_sym var)
{
    const struct bb_flag *flags;
    size_t n;
    int r = bb_store_flags(d, var, false, &flags, &n);
    bb_jsonw_key(w, BB_STR("flags"));
    bb_jsonw_object(w);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct bb_val v;
        r = bb_store_get_flag(d, var, flags[i].name, BB_GET_EXPAND, &v);
        if (r == 0)
            member_val(w, flags[i].name->name, d, v);
    }
    bb_jsonw_end(w);
    return r;
}

static int add_history(struct bb_jsonw *w, struct bb_store *d, bb_sym var)
{
    const struct bb_event *events;
    size_t n;
    int r = bb_store_history(d, var, &events, &n);
    bb_jsonw_key(w, BB_STR("history"));
    bb_jsonw_array(w);
    for (size_t i = 0; r == 0 && i < n; i++) {
        const struct bb_event *e = &events[i];
        bb_jsonw_object(w);
        member(w, "op", bb_str_z(e->op));
        if (e->flag)
            member(w, "flag", e->flag->name);
        if (e->loc.src) {
            member(w, "file", bb_source_path(e->loc.src));
            bb_jsonw_key(w, BB_STR("line"));
            bb_jsonw_int(w, e->loc.line);
        }
        if (e->func)
            member(w, "function", bb_str_z(e->func));
        member(w, "detail", e->detail);
        bb_jsonw_end(w);
    }
    bb_jsonw_end(w);
    return r;
}

int bb_varshow_json(struct bb_store *d, bb_sym var, struct bb_buf *out)
{
    struct bb_jsonw w;
    struct bb_val value, raw;
    int r = bb_store_get(d, var, BB_GET_EXPAND, &value);
    if (r == 0)
        r = bb_store_get(d, var, 0, &raw);
    if (r < 0)
        return bb_store_report(d, r, (struct bb_loc){0});
    bb_jsonw_init(&w, out, 0);
    bb_jsonw_object(&w);
    member(&w, "variable", var->name);
    member_val(&w, BB_STR("value"), d, value);
    member_val(&w, BB_STR("unexpanded"), d, raw);
    r = add_flags(&w, d, var);
    if (r == 0)
        r = add_history(&w, d, var);
    bb_jsonw_end(&w);
    return r < 0 ? bb_store_report(d, r, (struct bb_loc){0}) : 0;
}

int bb_varshow_flag_json(struct bb_store *d, bb_sym var, bb_sym flag, struct bb_val value, struct bb_buf *out)
{
    struct bb_jsonw w;
    bb_jsonw_init(&w, out, 0);
    bb_jsonw_object(&w);
    member(&w, "variable", var->name);
    member(&w, "flag", flag->name);
    member_val(&w, BB_STR("value"), d, value);
    bb_jsonw_end(&w);
    return 0;
}
