/* SPDX-License-Identifier: MIT */
#include "parse/recipe.h"

#include <errno.h>

#include "base/rules.h"
#include "parse/depends.h"
#include "parse/include.h"
#include "parse/parser_priv.h"
#include "parse/writer.h"

struct parse {
    struct bb_parser *p;
    const struct bb_recipe_request *req;
    struct bb_recipe_variants all;
};

static int set_var(struct bb_store *d, const char *name, bb_str text, enum bb_writer w)
{
    struct bb_how how = bb_writer_how(d, w);

    return bb_eval_fail(d, bb_store_set(d, bb_sym_z(name), bb_val_s(text), &how), (struct bb_loc){0});
}

/* A variable that no output shows: its name starts with "__". */
static int set_hidden(struct bb_store *d, const char *name, bb_str text)
{
    return bb_eval_fail(d, bb_store_setz(d, name, text), (struct bb_loc){0});
}

/* What cookerdata sets in a recipe's store before its files are read. */
static int prepare(struct bb_store *d, const struct bb_recipe_request *req)
{
    BB_CLEAN_BUF struct bb_buf appends = BB_BUF_INIT;
    int r = 0;

    if (req->only.p)
        r = set_hidden(d, "__ONLYFINALISE", req->only.len ? req->only : BB_STR("default"));
    if (r >= 0)
        r = set_hidden(d, "__BBMULTICONFIG", req->mc.p ? req->mc : BB_STR(""));
    if (r >= 0 && bb_rules_has(bb_store_ctx(d)->level, BB_RULE_LAYER_NAME))
        r = set_var(d, "FILE_LAYERNAME", req->layer.p ? req->layer : BB_STR(""), BB_WRITER_LAYER_NAME);
    if (r >= 0 && bb_rules_has(bb_store_ctx(d)->level, BB_RULE_RECIPE_FILE))
        r = set_hidden(d, "__BB_RECIPE_FILE", req->path);
    for (size_t i = 0; i < req->nappends; i++) {
        if (i)
            bb_buf_addc(&appends, ' ');
        bb_buf_adds(&appends, req->appends[i]);
    }
    if (r >= 0 && req->nappends)
        r = set_hidden(d, "__BBAPPEND", bb_buf_str(&appends));
    return r;
}

static int read_file(struct parse *ps, struct bb_store *d, bb_str path, unsigned flags)
{
    int r = bb_parser_handle_recipe(ps->p, d, path, flags);

    if (r != -ENOENT)
        return r;
    return bb_error(ps->p->ctx, "Unable to parse %.*s: %s", BB_STRF(path),
                    bb_depends_stat(ps->p, path)->kind == BB_FILE_ABSENT ? "no such file" : "not a file");
}

/* The recipe's files, the recipe itself first. */
static int read_files(struct parse *ps, struct bb_store *d)
{
    int r;

    bb_store_include_enter(d, ps->req->path);
    r = read_file(ps, d, ps->req->path, BB_FILE_TOP);
    for (size_t i = 0; i < ps->req->nappends && r >= 0; i++)
        r = read_file(ps, d, ps->req->appends[i], 0);
    bb_store_include_leave(d);
    return r;
}

static struct bb_recipe_variant *add_variant(struct parse *ps, bb_str name, struct bb_store *d)
{
    struct bb_recipe_variants *all = &ps->all;

    all->v = bb_realloc(all->v, (all->n + 1) * sizeof(*all->v));
    all->v[all->n] = (struct bb_recipe_variant){.name = bb_arena_str(bb_store_arena(d), name), .d = d};
    return &all->v[all->n++];
}

/* The part of "multilib:lib32" before the first colon, and the part between that and the next. */
static bool split_extension(bb_str ext, bb_str *ret_class, bb_str *ret_variant)
{
    bb_str rest = ext;

    bb_str_split(&rest, ':', ret_class);
    return bb_str_split(&rest, ':', ret_variant);
}

/* What all variants of a recipe have in common. */
struct extend {
    struct bb_store *safe; /* the recipe before finalisation */
    bb_str words, pn;
    struct bb_loc loc; /* of BBCLASSEXTEND */
};

/* A copy of the store before finalisation, told what it is a variant of. */
static int extend(struct parse *ps, const struct extend *e, bb_str ext)
{
    struct bb_recipe_variant *v = add_variant(ps, ext, bb_store_copy(e->safe));
    bb_str line = bb_arena_fmt(bb_store_arena(v->d), "%u", e->loc.line);
    bb_str class, variant, entry[] = {BB_STR(""), bb_source_path(e->loc.src), line};
    int r = set_var(v->d, "BBCLASSEXTEND", e->words, BB_WRITER_EXTEND_WORDS);

    if (r < 0)
        return r;
    if (split_extension(v->name, &class, &variant)) {
        r = set_var(v->d, "BBEXTENDCURR", class, BB_WRITER_EXTEND_CLASS);
        if (r >= 0)
            r = set_var(v->d, "BBEXTENDVARIANT", variant, BB_WRITER_EXTEND_VARIANT);
    } else {
        r = set_var(v->d, "PN", bb_arena_fmt(bb_store_arena(v->d), "%.*s-%.*s", BB_STRF(e->pn), BB_STRF(ext)),
                    BB_WRITER_EXTEND_PN);
    }
    if (r >= 0 && !bb_rules_has(ps->p->ctx->level, BB_RULE_DEFERRED_VARIANTS))
        return bb_include_inherit(ps->p, v->d, class, e->loc);
    entry[0] = class;
    return r < 0 ? r : bb_eval_list_append(v->d, ps->p->sym.DEFINHERITS, entry, 3);
}

static bool has_variant(const struct parse *ps, bb_str name)
{
    for (size_t i = 0; i < ps->all.n; i++)
        if (bb_str_eq(ps->all.v[i].name, name))
            return true;
    return false;
}

/* A variant is complete: reads __SKIPPED, and gives the variant away if somebody takes it. */
static int complete(struct parse *ps, size_t i)
{
    struct bb_recipe_variant *v = &ps->all.v[i];
    const struct bb_pyhook *hook = bb_store_hook(v->d);
    struct bb_val skipped;
    int r = bb_store_get(v->d, ps->p->sym.SKIPPED, BB_GET_EXPAND, &skipped);

    if (r < 0)
        return bb_eval_fail(v->d, r, (struct bb_loc){.src = bb_source_id(ps->req->path)});
    if (bb_val_true(hook, skipped))
        v->skipped = bb_val_str(hook, bb_store_arena(v->d), skipped);
    if (!ps->req->each)
        return 0;
    r = ps->req->each(ps->req->self, v);
    bb_store_unref(v->d);
    v->d = NULL;
    return r;
}

/* Variants for the words of BBCLASSEXTEND, as it stands after the recipe itself was finalised. */
static int add_variants(struct parse *ps, struct bb_store *safe)
{
    struct bb_store *main_d = ps->all.v[0].d;
    struct extend e = {.safe = safe, .loc = {.src = bb_source_id(ps->req->path)}};
    bb_str rest, ext;
    int r = bb_store_str_report(main_d, BB_SYM("BBCLASSEXTEND"), &e.words);

    bb_store_where(main_d, BB_SYM("BBCLASSEXTEND"), &e.loc);
    if (r >= 0)
        r = bb_store_str_report(main_d, BB_SYM("PN"), &e.pn);
    if (r >= 0 && e.words.len) /* BitBake writes it to the store that all of them are copies of */
        r = set_var(main_d, "BBCLASSEXTEND", e.words, BB_WRITER_EXTEND_WORDS);
    rest = e.words;
    while (r >= 0 && bb_str_word(&rest, &ext)) {
        bool wanted = !ps->req->only.p || bb_str_eq(ps->req->only, ext);
        if (wanted && !has_variant(ps, ext))
            r = extend(ps, &e, ext);
    }
    if (r >= 0)
        r = complete(ps, 0);
    for (size_t i = 1; i < ps->all.n && r >= 0; i++) {
        r = bb_finalize(ps->p, ps->req->path, &ps->all.v[i]);
        if (r >= 0)
            r = complete(ps, i);
    }
    return r;
}

int bb_recipe_parse(struct bb_parser *p, struct bb_store *base, const struct bb_recipe_request *req,
                    struct bb_recipe_variants *ret)
{
    struct parse ps = {p, req, {NULL, 0}};
    struct bb_store *safe = bb_store_copy(base);
    int r = prepare(safe, req);

    if (r >= 0)
        r = read_files(&ps, safe);
    if (r == -BB_ESKIP) { /* the recipe's own statements gave up: what there is is all there will be */
        add_variant(&ps, BB_STR(""), bb_store_ref(safe));
        r = complete(&ps, 0);
    } else if (r >= 0) {
        if (bb_store_frozen(
                base)) /* freezing is for a whole chain, and whether that may be is the caller's to say */
            bb_store_freeze(safe);
        r = bb_finalize(p, req->path, add_variant(&ps, BB_STR(""), bb_store_copy(safe)));
        if (r >= 0)
            r = add_variants(&ps, safe);
    }
    bb_store_unref(safe);
    if (r < 0 || req->each)
        bb_recipe_release(&ps.all);
    else
        *ret = ps.all;
    return r < 0 ? r : 0;
}

void bb_recipe_release(struct bb_recipe_variants *v)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->v[i].d)
            bb_store_unref(v->v[i].d);
    free(v->v);
    *v = (struct bb_recipe_variants){NULL, 0};
}
