/* SPDX-License-Identifier: MIT */
/* BitBake: bb.data.build_dependencies, one key at a time. */
#include "base/rules.h"
#include "sig/deps_priv.h"

/* Flags of a key that decide how it is read, picked out in one pass. */
struct flags {
    const struct bb_flag *p;
    size_t n;
    bool func, python, has_vardepvalue;
    struct bb_val vardepvalue;
    bb_str vardeps, vardepsexclude, vardepvalueexclude, exports, prefuncs, postfuncs;
};
struct fill {
    struct bb_sigwalk *w;
    struct bb_sig_key *key;
    struct flags flags;
    struct bb_sigset deps;
    struct bb_buf text; /* the value, when something is appended to it */
};

static int report(struct fill *f, struct bb_store *d, int rc)
{
    struct bb_loc loc = {0};
    bb_store_where(f->w->d, f->key->name, &loc);
    return rc == -BB_EREPORTED || rc == -BB_ESKIP ? rc : bb_store_report(d, rc, loc);
}

static bb_str text_of(struct fill *f, struct bb_val v)
{
    return bb_val_str(f->w->conf->hook, &f->w->arena, v);
}

static int cmp_contains(const void *a, const void *b)
{
    const struct bb_contains *x = *(const struct bb_contains *const *)a,
                             *y = *(const struct bb_contains *const *)b;
    return bb_str_cmp(x->var->name, y->var->name);
}

static bool has_all_words(bb_str list, bb_str words)
{
    bb_str word;
    while (bb_str_word(&words, &word))
        if (!bb_str_has_word(list, word))
            return false;
    return true;
}

static int add_contains_of(struct fill *f, const struct bb_contains *c)
{
    bb_str list;
    int rc = bb_store_str(f->w->d, c->var, &list);
    if (rc < 0)
        return report(f, f->w->d, rc);
    struct bb_strvec items = {0};
    for (size_t i = 0; i < c->nitems; i++)
        bb_vec_push(&items, c->items[i]);
    bb_strvec_sort_uniq(&items);
    for (size_t i = 0; i < items.n; i++)
        bb_buf_addf(&f->text, "\n%.*s{%.*s} = %s", BB_STRF(c->var->name), BB_STRF(items.p[i]),
                    has_all_words(list, items.p[i]) ? "Set" : "Unset");
    bb_vec_release(&items);
    return 0;
}

/* Whether the words looked for are in the variables they are looked for in; the rest of these does not matter. */
static int add_contains(struct fill *f, const struct bb_codedeps *deps)
{
    if (deps->ncontains == 0)
        return 0;
    bool excludes = bb_rules_has(f->w->conf->ctx->level, BB_RULE_CONTAINS_EXCLUDES);
    BB_VEC(const struct bb_contains *) order = {0};
    for (size_t i = 0; i < deps->ncontains; i++) {
        const struct bb_contains *c = &deps->contains[i];
        if (!excludes || (!bb_deps_is_ignored(f->w->conf, c->var) &&
                          !bb_str_has_word(f->flags.vardepsexclude, c->var->name)))
            bb_vec_push(&order, c);
    }
    if (order.n)
        qsort(order.p, order.n, sizeof(*order.p), cmp_contains);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < order.n; i++)
        rc = add_contains_of(f, order.p[i]);
    bb_vec_release(&order);
    return rc;
}

/*
 * The text of each :remove that took something away. BitBake: only what the first of them refers to becomes a
 * dependency, and functions that its inline Python calls never do.
 */
static int add_removes(struct fill *f, const bb_str *removes, size_t n)
{
    struct bb_strvec order = {0};
    for (size_t i = 0; i < n; i++)
        bb_vec_push(&order, removes[i]);
    bb_strvec_sort_uniq(&order);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < order.n; i++) {
        struct bb_varparse vp;
        rc = bb_store_expand_refs(f->w->d, order.p[i], NULL, &vp);
        if (rc < 0) {
            rc = report(f, f->w->d, rc);
            break;
        }
        bb_buf_addf(&f->text, "\n_remove of %.*s", BB_STRF(order.p[i]));
        for (size_t k = 0; i == 0 && k < vp.deps.nreferences; k++)
            bb_deps_set_add(&f->deps, vp.deps.references[k]);
        if (bb_rules_has(f->w->conf->ctx->level, BB_RULE_REMOVE_CONTAINS))
            rc = add_contains(f, &vp.deps);
    }
    bb_vec_release(&order);
    return rc;
}

/* The value is `raw` followed by what has been added to the text; nothing counts as no text (BitBake: None is ''). */
static void start_text(struct fill *f, struct bb_val raw)
{
    bool keeps = raw.kind != BB_V_NONE && !bb_rules_has(f->w->conf->ctx->level, BB_RULE_FALSE_IS_EMPTY);
    f->key->value = bb_val_s(keeps || bb_val_true(f->w->conf->hook, raw) ? text_of(f, raw) : BB_STR(""));
}

static void finish_text(struct fill *f)
{
    if (f->text.len)
        f->key->value.s = bb_arena_cat(&f->w->arena, f->key->value.s, bb_buf_str(&f->text));
}

static int fill_modfunc(struct fill *f, const struct bb_sig_modfunc *m)
{
    start_text(f, bb_val_s(m->extra));
    bb_deps_set_code(&f->deps, &m->deps);
    int rc = add_contains(f, &m->deps);
    finish_text(f);
    return rc;
}

/* Whether nothing in a value refers to anything: such a value needs no parse. */
static bool is_plain(struct bb_val v)
{
    return v.kind != BB_V_OBJ && (v.kind != BB_V_STR || !bb_str_has(v.s, BB_STR("${")));
}

/* "VAR[flag]": the flag as it stands. */
static int fill_flag(struct fill *f)
{
    const struct bb_sig_flagname *at = bb_deps_flagname(f->w->conf, f->key->name);
    bb_str name = f->key->name->name;
    if (!at->flag)
        return bb_error(f->w->conf->ctx, "'%.*s' is no name that something can depend on", BB_STRF(name));
    if (bb_str_eqz(at->flag->name, "vardepvalueexclude") &&
        bb_rules_has(f->w->conf->ctx->level, BB_RULE_VALUE_EXCLUDES)) {
        f->key->value = bb_val_s(BB_STR(""));
        return 0;
    }
    int rc = bb_store_get_flag(f->w->d, at->var, at->flag, 0, &f->key->value);
    if (rc == 0 && is_plain(f->key->value))
        return 0;
    const struct bb_varparse *vp;
    rc = bb_store_parse(f->w->d, at->var, at->flag, &vp);
    if (rc < 0)
        return report(f, f->w->d, rc);
    f->key->value = vp->unexpanded;
    bb_deps_set_code(&f->deps, &vp->deps);
    return 0;
}

static int expanded_flag(struct fill *f, bb_sym flag, struct bb_val *ret)
{
    int rc = bb_store_get_flag(f->w->d, f->key->name, flag, BB_GET_EXPAND, ret);
    return rc < 0 ? report(f, f->w->d, rc) : 0;
}

/* The flags that hold words, expanded, and where they go. */
static int read_word_flag(struct fill *f, const struct bb_flag *flag)
{
    static const struct {
        bb_str name;
        size_t off;
    } table[] = {
#define W(n) {{#n, sizeof(#n) - 1}, offsetof(struct flags, n)}
        W(vardeps), W(vardepsexclude), W(exports), W(prefuncs), W(postfuncs),
#undef W
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        if (!bb_str_eq(table[i].name, flag->name->name))
            continue;
        struct bb_val v;
        int rc = expanded_flag(f, flag->name, &v);
        if (rc == 0 && v.kind != BB_V_NONE)
            *(bb_str *)((char *)&f->flags + table[i].off) = text_of(f, v);
        return rc;
    }
    return 0;
}

static int read_flags(struct fill *f)
{
    struct flags *fl = &f->flags;
    int rc = bb_store_flags(f->w->d, f->key->name, false, &fl->p, &fl->n);
    if (rc < 0)
        return report(f, f->w->d, rc);
    for (size_t i = 0; rc == 0 && i < fl->n; i++) {
        const struct bb_flag *flag = &fl->p[i];
        bb_str name = flag->name->name;
        if (bb_str_eqz(name, "func")) {
            fl->func = bb_val_true(f->w->conf->hook, flag->val);
        } else if (bb_str_eqz(name, "python")) {
            fl->python = bb_val_true(f->w->conf->hook, flag->val);
        } else if (bb_str_eqz(name, "vardepvalueexclude")) {
            fl->vardepvalueexclude = text_of(f, flag->val);
        } else if (bb_str_eqz(name, "vardepvalue")) {
            fl->has_vardepvalue = true;
            rc = expanded_flag(f, flag->name, &fl->vardepvalue);
        } else {
            rc = read_word_flag(f, flag);
        }
    }
    return rc;
}

static int fill_python(struct fill *f)
{
    struct bb_store *d = f->w->scan;
    struct bb_val raw;
    int rc = bb_store_get(d, f->key->name, 0, &raw);
    if (rc < 0)
        return report(f, d, rc);
    start_text(f, raw);
    const struct bb_codedeps *deps;
    if (bb_str_trim(f->key->value.s).len == 0)
        return 0;
    const struct bb_pyhook *hook = f->w->conf->hook;
    struct bb_loc loc = {0};
    bb_store_where(f->w->d, f->key->name, &loc);
    if (!hook || !hook->scan)
        return bb_error_at(f->w->conf->ctx, loc, "'%.*s' is Python code, and there is no Python",
                           BB_STRF(f->key->name->name));
    rc = hook->scan(hook->self, d, f->key->value.s, f->key->name, bb_source_path(loc.src), loc.line, &deps);
    if (rc < 0)
        return rc == -BB_EREPORTED ? rc : hook->error_report(hook->self, loc, "looking for dependencies");
    bb_deps_set_code(&f->deps, deps);
    return add_contains(f, deps);
}

static int shell_error(struct fill *f, bb_str text, const struct bb_shdeps_result *r)
{
    struct bb_loc loc = {0};
    bb_str line = {0};
    bb_store_where(f->w->d, f->key->name, &loc);
    for (uint32_t i = 0; i < r->line; i++)
        bb_str_split(&text, '\n', &line);
    return bb_error_at(f->w->conf->ctx, loc,
                       "Error during parse shell code of '%.*s': %s, in line %u of its expanded text: %.*s",
                       BB_STRF(f->key->name->name), r->error, r->line, BB_STRF(bb_str_trim(line)));
}

static int fill_shell(struct fill *f)
{
    struct bb_store *d = f->w->scan;
    const struct bb_varparse *vp;
    const struct bb_shdeps_result *r;
    int rc = bb_store_parse(d, f->key->name, NULL, &vp);
    if (rc < 0)
        return report(f, d, rc);
    bb_str text = vp->value.kind == BB_V_NONE ? BB_STR("") : text_of(f, vp->value);
    rc = bb_shdeps_get(f->w->conf->shdeps, text, &r);
    if (rc < 0)
        return shell_error(f, text, r);
    for (size_t i = 0; i < f->w->nshelldeps; i++)
        bb_deps_set_add(&f->deps, f->w->shelldeps[i]);
    for (size_t i = 0; i < r->ncmds; i++)
        if (bb_deps_is_key(f->w, r->cmds[i]))
            bb_deps_set_add(&f->deps, r->cmds[i]);
    bb_deps_set_code(&f->deps, &vp->deps);
    start_text(f, vp->unexpanded);
    rc = add_contains(f, &vp->deps);
    return rc < 0 ? rc : add_removes(f, vp->removes, vp->nremoves);
}

static int fill_variable(struct fill *f)
{
    const struct bb_varparse *vp;
    struct bb_val v;
    if (bb_store_get_plain(f->w->d, f->key->name, &v)) {
        start_text(f, v);
        return 0;
    }
    int rc = bb_store_parse(f->w->d, f->key->name, NULL, &vp);
    if (rc < 0)
        return report(f, f->w->d, rc);
    bb_deps_set_code(&f->deps, &vp->deps);
    start_text(f, vp->unexpanded);
    rc = add_contains(f, &vp->deps);
    return rc < 0 ? rc : add_removes(f, vp->removes, vp->nremoves);
}

/* Cuts every occurrence of each of the parts, which are separated by `|`, out of the value. */
static void drop_parts(struct fill *f)
{
    struct bb_val *v = &f->key->value;
    bb_str rest = f->flags.vardepvalueexclude, part;
    while (v->kind == BB_V_STR && bb_str_split(&rest, '|', &part)) {
        if (part.len == 0 || !bb_str_has(v->s, part))
            continue;
        struct bb_buf b = BB_BUF_INIT;
        size_t from = 0, hit;
        while ((hit = bb_str_find(v->s, part, from)) != BB_NPOS) {
            bb_buf_add(&b, v->s.p + from, hit - from);
            from = hit + part.len;
        }
        bb_buf_adds(&b, bb_str_from(v->s, from));
        v->s = bb_arena_str(&f->w->arena, bb_buf_str(&b));
        bb_buf_release(&b);
    }
}

static void add_flag_deps(struct fill *f)
{
    bb_str excl = f->w->exclude_flags;
    if (excl.len == 0)
        return;
    for (size_t i = 0; i < f->flags.n; i++) {
        bb_str flag = f->flags.p[i].name->name;
        bool out =
            f->w->conf->rule == BB_SIG_EXCL_WORDS ? bb_str_has_word(excl, flag) : bb_str_has(excl, flag);
        if (out)
            continue;
        bb_deps_set_add(&f->deps, bb_deps_flagkey(f->w->conf, f->key->name, f->flags.p[i].name));
    }
}

static int fill_named(struct fill *f)
{
    int rc = read_flags(f);
    if (rc < 0)
        return rc;
    bb_deps_set_exclude(&f->deps, f->flags.vardepsexclude);
    if (f->flags.has_vardepvalue)
        f->key->value = f->flags.vardepvalue;
    else if (!f->flags.func)
        rc = fill_variable(f);
    else
        rc = f->flags.python ? fill_python(f) : fill_shell(f);
    if (rc < 0)
        return rc;
    finish_text(f);
    if (f->flags.func && !f->flags.has_vardepvalue) {
        bb_deps_set_words(&f->deps, f->flags.prefuncs);
        bb_deps_set_words(&f->deps, f->flags.postfuncs);
        bb_deps_set_words(&f->deps, f->flags.exports);
    }
    drop_parts(f);
    add_flag_deps(f);
    bb_deps_set_words(&f->deps, f->flags.vardeps);
    return 0;
}

int bb_keyvalue_fill(struct bb_sigwalk *w, struct bb_sig_key *key)
{
    struct fill f = {.w = w, .key = key};
    bb_buf_init(&f.text);
    bb_deps_set_init(&f.deps, w);
    const struct bb_sig_modfunc *m = bb_pmap_get(&w->conf->modfuncs, key->name);
    bb_str name = key->name->name;
    int rc;
    if (m)
        rc = fill_modfunc(&f, m);
    else if (name.len == 0 || name.p[name.len - 1] == ']')
        rc = fill_flag(&f);
    else
        rc = fill_named(&f);
    if (rc == 0) {
        bb_sym *deps = bb_arena_array(&w->arena, bb_sym, f.deps.n);
        if (f.deps.n)
            memcpy(deps, f.deps.p, f.deps.n * sizeof(*deps));
        key->deps = deps;
        key->ndeps = f.deps.n;
    }
    bb_vec_release(&f.deps);
    bb_buf_release(&f.text);
    return rc;
}
