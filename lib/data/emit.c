/* SPDX-License-Identifier: MIT */
#include "data/emit.h"

#include "base/rules.h"
#include "data/store_priv.h"

/* BitBake: to_boolean, with None as false. A text that means neither is an error. */
static int flag_true(struct bb_store *d, bb_sym var, bb_sym flag, bool *ret)
{
    static const char *const yes[] = {"y", "yes", "1", "true"}, *const no[] = {"n", "no", "0", "false"};
    struct bb_val v;
    int rc = bb_store_get_flag(d, var, flag, BB_GET_EXPAND, &v);
    char lower[8] = "";

    *ret = false;
    if (rc < 0 || !bb_val_true(d->hook, v))
        return rc;
    if (v.kind != BB_V_STR || !bb_rules_has(d->ctx->level, BB_RULE_EXPORT_WORDS)) {
        *ret = true;
        return 0;
    }
    for (size_t i = 0; i < v.s.len && v.s.len < sizeof(lower); i++)
        lower[i] = (char)(v.s.p[i] >= 'A' && v.s.p[i] <= 'Z' ? v.s.p[i] + 32 : v.s.p[i]);
    for (size_t i = 0; i < 4; i++) {
        if (!strcmp(lower, yes[i])) {
            *ret = true;
            return 0;
        }
        if (!strcmp(lower, no[i]))
            return 0;
    }
    return bb_fault_set(d, -BB_EPARSE, "ValueError: Invalid value for to_boolean: %.*s", BB_STRF(v.s));
}

static bool flag_set(struct bb_store *d, bb_sym var, bb_sym flag)
{
    struct bb_val v;
    return bb_store_get_flag(d, var, flag, 0, &v) == 0 && bb_val_true(d->hook, v);
}

static bb_str flag_text(struct bb_store *d, bb_sym var, bb_sym flag)
{
    struct bb_val v = BB_NONE;
    bb_store_get_flag(d, var, flag, 0, &v);
    return bb_val_str(d->hook, &d->arena, v);
}

/* Text between double quotes of the shell. */
static void add_quoted(struct bb_buf *out, struct bb_store *d, bb_str s)
{
    bool backquotes = bb_rules_has(d->ctx->level, BB_RULE_QUOTED_BACKQUOTES);

    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '"' || s.p[i] == '$' || (backquotes && s.p[i] == '`'))
            bb_buf_addc(out, '\\');
        else if (s.p[i] == '\n')
            bb_buf_addz(out, " \\");
        bb_buf_addc(out, s.p[i]);
    }
}

static void emit_function(struct bb_buf *out, struct bb_store *d, bb_sym var, bb_str name, bb_str body)
{
    while (body.len && body.p[body.len - 1] == '\n')
        body.len--;
    bb_buf_addf(out, "# line: %.*s, file: %.*s\n", BB_STRF(flag_text(d, var, bb_known.lineno)),
                BB_STRF(flag_text(d, var, bb_known.filename)));
    bb_buf_addf(out, "%.*s() {\n", BB_STRF(name));
    bb_buf_adds(out, body);
    bb_buf_addz(out, "\n}\n");
}

/* Functions that bash exported into our environment. */
static void emit_bash_function(struct bb_buf *out, bb_str name, bb_str value)
{
    name = bb_str_sub(name, 10, name.len > 12 ? name.len - 2 : 10);
    bb_buf_adds(out, name);
    bb_buf_addz(out, "() ");
    bb_buf_adds(out, bb_str_from(value, 3));
    bb_buf_addf(out, "\nexport -f %.*s\n", BB_STRF(name));
}

static void emit_failure(struct bb_buf *out, struct bb_store *d, bb_sym var, int code)
{
    const struct bb_pyhook *hook = d->hook;

    bb_buf_addf(out, "# expansion of %.*s threw ", BB_STRF(var->name));
    if (code == -BB_ESKIP) {
        bb_buf_addz(out, "SkipRecipe: ");
        hook->skip_reason(hook->self, out);
    } else if (code == -BB_EREPORTED) {
        bb_buf_addz(out, "BBHandledException: ");
    } else {
        bb_buf_addz(out, d->family->fault.bare ? "" : "ExpansionError: ");
        bb_store_error_text(d, out);
    }
    bb_buf_addc(out, '\n');
    if (code == -BB_EPYTHON)
        hook->error_clear(hook->self);
}

struct emission {
    bool all, func, export, unexport;
    struct bb_val raw, val;
};

/* Reads what is to be shown; not 0 when that failed, which has then been said as BitBake does, for any exception. */
static int read_values(struct bb_buf *out, struct bb_store *d, bb_sym var, struct emission *e)
{
    int rc = e->all ? bb_store_get(d, var, 0, &e->raw) : 0;

    if (rc == 0)
        rc = bb_store_get(d, var, BB_GET_EXPAND, &e->val);
    if (rc == 0)
        return 0;
    emit_failure(out, d, var, rc);
    return 1;
}

static bool is_shell_name(bb_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (strchr("-.{}+", s.p[i]))
            return false;
    return true;
}

static int emit_value(struct bb_buf *out, struct bb_store *d, bb_sym var, const struct emission *e)
{
    bb_str name;
    int rc = bb_store_expand(d, var->name, NULL, &name);

    if (rc < 0)
        return rc;
    if (e->unexport) {
        bb_buf_addf(out, "unset %.*s\n", BB_STRF(name));
        return 0;
    }
    if (e->val.kind == BB_V_NONE)
        return 0;
    bb_str text = bb_val_str(d->hook, &d->arena, e->val);
    if (bb_str_starts(name, BB_STR("BASH_FUNC_"))) {
        emit_bash_function(out, name, text);
        return 1;
    }
    if (e->func) {
        emit_function(out, d, var, name, text);
        return 1;
    }
    bb_buf_addz(out, e->export ? "export " : "");
    bb_buf_adds(out, name);
    bb_buf_addz(out, "=\"");
    add_quoted(out, d, text);
    bb_buf_addz(out, "\"\n");
    return 0;
}

int bb_emit_var(struct bb_buf *out, struct bb_store *d, bb_sym var, bool all)
{
    struct emission e = {.all = all, .func = flag_set(d, var, bb_known.func)};

    if (e.func && flag_set(d, var, bb_known.python))
        return 0;
    int rc = flag_true(d, var, bb_known.export_flag, &e.export);
    if (rc == 0)
        rc = flag_true(d, var, bb_known.unexport_flag, &e.unexport);
    if (rc < 0 || (!all && !e.export && !e.unexport && !e.func))
        return rc;
    rc = read_values(out, d, var, &e);
    if (rc != 0)
        return 0;
    if (all)
        bb_history_emit(d, out, var, e.raw);
    else if (!is_shell_name(var->name))
        return 0;
    return emit_value(out, d, var, &e);
}

static int by_name(const void *a, const void *b)
{
    return bb_str_cmp((*(const bb_sym *)a)->name, (*(const bb_sym *)b)->name);
}

/* Sorted names, without those that start with "__". */
static int visible_keys(struct bb_store *d, bb_sym **ret, size_t *ret_n)
{
    bb_sym *keys;
    size_t n, k = 0;
    int rc = bb_store_keys(d, &keys, &n);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        if (!bb_str_starts(keys[i]->name, BB_STR("__")))
            keys[k++] = keys[i];
    qsort(keys, k, sizeof(*keys), by_name);
    *ret = keys;
    *ret_n = k;
    return 0;
}

int bb_emit_env(struct bb_buf *out, struct bb_store *d, bool all, bool funcwhitespace)
{
    bb_sym *keys;
    size_t n;
    int rc = visible_keys(d, &keys, &n);

    /* Variables first, then functions. */
    for (int funcs = 0; rc >= 0 && funcs < 2; funcs++) {
        for (size_t i = 0; rc >= 0 && i < n; i++) {
            if (flag_set(d, keys[i], bb_known.func) != (funcs == 1))
                continue;
            rc = bb_emit_var(out, d, keys[i], all && !funcs);
            if (rc == 1 && funcwhitespace)
                bb_buf_addc(out, '\n');
        }
    }
    return rc < 0 ? rc : 0;
}

/* Of all variables only those on __exportlist can have the flags that make emit_var write something. */
static int export_keys(struct bb_store *d, bb_sym **ret, size_t *ret_n)
{
    bb_sym *keys;
    size_t n, k = 0;
    int rc = bb_override_need(d);

    if (rc == 0)
        rc = bb_store_exports(d, &keys, &n);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++) {
        const struct rec *r = bb_record_look(d, keys[i]);
        if (r && r->n && !bb_str_starts(keys[i]->name, BB_STR("__")))
            keys[k++] = keys[i];
    }
    if (k)
        qsort(keys, k, sizeof(*keys), by_name);
    *ret = keys;
    *ret_n = k;
    return 0;
}

int bb_emit_exported(struct bb_store *d, struct bb_exported **ret, size_t *ret_n)
{
    bb_sym *keys;
    size_t n;
    int rc = export_keys(d, &keys, &n);

    *ret_n = 0;
    if (rc < 0)
        return rc;
    *ret = bb_arena_array(&d->arena, struct bb_exported, n + 1);
    for (size_t i = 0; i < n; i++) {
        bool export, unexport;
        struct bb_val v;
        rc = flag_true(d, keys[i], bb_known.export_flag, &export);
        if (rc == 0)
            rc = flag_true(d, keys[i], bb_known.unexport_flag, &unexport);
        if (rc < 0)
            return rc;
        if (!export || unexport)
            continue;
        rc = bb_store_get(d, keys[i], BB_GET_EXPAND, &v);
        if (rc == -BB_ESKIP || rc == -BB_EREPORTED)
            return rc;
        if (rc < 0) {
            struct bb_val file = BB_NONE;
            BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
            bb_store_error_text(d, &text);
            if (rc == -BB_EPYTHON && d->hook && d->hook->error_clear)
                d->hook->error_clear(d->hook->self);
            bb_store_get(d, bb_known.file, BB_GET_EXPAND, &file);
            bb_warn(d->ctx, "%.*s: Unable to export ${%.*s}: %.*s",
                    BB_STRF(bb_val_str(d->hook, &d->arena, file)), BB_STRF(keys[i]->name),
                    BB_STRF(bb_buf_str(&text)));
            continue;
        }
        if (v.kind != BB_V_NONE)
            (*ret)[(*ret_n)++] = (struct bb_exported){keys[i], bb_val_str(d->hook, &d->arena, v)};
    }
    return 0;
}

/* Names in order of need: those called by functions already written. */
struct needed {
    struct bb_pmap seen;
    BB_VEC(bb_sym) next;
};

static void need(struct needed *n, bb_sym s)
{
    if (bb_pmap_put(&n->seen, s, NULL))
        bb_vec_push(&n->next, s);
}

/* What a function calls, and its vardeps. */
static int need_callees(struct bb_store *d, bb_sym func, const struct bb_emit_func_opts *o, struct needed *n)
{
    bb_str body, words, word;
    bb_sym *calls = NULL;
    size_t ncalls = 0;
    int rc = bb_store_str(d, func, &body);

    if (rc == 0 && o && o->shell_execs)
        rc = o->shell_execs(o->self, body, &calls, &ncalls);
    if (rc == 0)
        rc = bb_store_flag_str(d, func, bb_known.vardeps, &words);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < ncalls; i++)
        need(n, calls[i]);
    while (bb_expand_word(&words, &word))
        need(n, bb_sym_get(word));
    return 0;
}

/* One generation of callees, sorted; those found on the way make up the next. */
static int emit_needed(struct bb_buf *out, struct bb_store *d, const struct bb_emit_func_opts *o,
                       struct needed *n)
{
    size_t count = n->next.n;
    bb_sym *now = bb_calloc(count, sizeof(*now));
    int rc = 0;

    if (count)
        memcpy(now, n->next.p, count * sizeof(*now));
    n->next.n = 0;
    qsort(now, count, sizeof(*now), by_name);
    for (size_t i = 0; rc >= 0 && i < count; i++) {
        if (!flag_set(d, now[i], bb_known.func) || flag_set(d, now[i], bb_known.python))
            continue;
        rc = bb_emit_var(out, d, now[i], false);
        if (rc == 1)
            bb_buf_addc(out, '\n');
        if (rc >= 0)
            rc = need_callees(d, now[i], o, n);
    }
    free(now);
    return rc < 0 ? rc : 0;
}

static int emit_exports(struct bb_buf *out, struct bb_store *d)
{
    bb_sym *keys;
    size_t n;
    int rc = export_keys(d, &keys, &n);

    for (size_t i = 0; rc >= 0 && i < n; i++)
        if (!flag_set(d, keys[i], bb_known.func))
            rc = bb_emit_var(out, d, keys[i], false);
    return rc < 0 ? rc : 0;
}

int bb_emit_func(struct bb_buf *out, struct bb_store *d, bb_sym func, const struct bb_emit_func_opts *o)
{
    struct needed n = {0};
    int rc = emit_exports(out, d);

    if (rc < 0)
        return rc;
    bb_buf_addc(out, '\n');
    rc = bb_emit_var(out, d, func, false);
    if (rc == 1)
        bb_buf_addc(out, '\n');
    /* BitBake does not count the function itself as seen: one that calls itself is written twice. */
    if (rc >= 0)
        rc = need_callees(d, func, o, &n);
    while (rc >= 0 && n.next.n > 0)
        rc = emit_needed(out, d, o, &n);
    bb_pmap_release(&n.seen);
    bb_vec_release(&n.next);
    return rc < 0 ? rc : 0;
}
