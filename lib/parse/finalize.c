/* SPDX-License-Identifier: MIT */
/* What happens to a recipe's store once all its files have been evaluated, in BitBake's order. */
#include "base/rules.h"
#include "parse/depends.h"
#include "parse/include.h"
#include "parse/parser_priv.h"
#include "parse/recipe.h"
#include "parse/writer.h"

struct finalize {
    struct bb_parser *p;
    struct bb_store *d;
    const struct bb_pyhook *hook; /* NULL without Python */
    bb_str fn;
    struct bb_loc loc; /* of the recipe */
    struct bb_recipe_variant *v;
};

static int check_renames(struct finalize *f)
{
    struct bb_val v;
    int r = bb_store_get(f->d, BB_SYM("_FAILPARSINGERRORHANDLED"), 0, &v);

    /* A variable that has been renamed was set; that has been reported. */
    return r >= 0 && v.kind == BB_V_BOOL && v.i ? -BB_EREPORTED : r;
}

/* inherit_defer and BBCLASSEXTEND: first come, first served; classes may queue more. */
static int inherit_deferred(struct finalize *f)
{
    const struct bb_vlist *queue;
    int r = 0;

    while (r >= 0 && (queue = bb_eval_list(f->d, f->p->sym.DEFINHERITS))->n >= 3) {
        struct bb_loc loc = {.src = bb_source_id(queue->p[1])};
        struct bb_val rest = bb_val_list(bb_store_arena(f->d), queue->p + 3, queue->n - 3);
        bb_str classes = queue->p[0];
        int64_t line = 0;
        bb_str_to_int(queue->p[2], &line);
        loc.line = (uint32_t)line;
        r = bb_store_set(f->d, f->p->sym.DEFINHERITS, rest, &(struct bb_how){.ignore = true});
        if (r >= 0)
            r = bb_include_inherit_now(f->p, f->d, classes, loc);
    }
    return r;
}

/* Whether classes for single recipes are read: BBC_PN_INHERIT, by default with the old override syntax. */
static int pn_inherit_wanted(struct finalize *f, bool *ret)
{
    bb_str wanted;
    int r = bb_store_str_report(f->d, BB_SYM("BBC_PN_INHERIT"), &wanted);

    if (r >= 0)
        *ret = wanted.len ? bb_str_eq(wanted, BB_STR("1"))
                          : !bb_rules_has(f->p->ctx->level, BB_RULE_COLON_OVERRIDES);
    return r;
}

/*
 * BitBake reads INHERIT once, for the configuration, so INHERIT:pn-<recipe> only changes what is shown. Here
 * its classes are inherited by that recipe, as who writes it means it.
 */
static int inherit_by_name(struct finalize *f)
{
    char separator = bb_rules_has(f->p->ctx->level, BB_RULE_COLON_OVERRIDES) ? ':' : '_';
    struct bb_loc loc = f->loc;
    bb_str pn, name, classes, rest, class;
    bool wanted = false, fresh = false;
    int r = pn_inherit_wanted(f, &wanted);

    if (r < 0 || !wanted)
        return r;
    r = bb_store_str_report(f->d, BB_SYM("PN"), &pn);
    if (r < 0)
        return r;
    name = bb_arena_fmt(bb_store_arena(f->d), "INHERIT%cpn-%.*s", separator, BB_STRF(pn));
    r = bb_store_str_report(f->d, bb_sym_get(name), &classes);
    for (rest = classes; r >= 0 && bb_str_word(&rest, &class);)
        fresh |= !bb_include_inherits(f->d, class);
    if (r < 0 || !fresh)
        return r;
    bb_store_where(f->d, bb_sym_get(name), &loc);
    bb_note(f->p->ctx, "%.*s: inheriting '%.*s', as %.*s says", BB_STRF(pn), BB_STRF(bb_str_trim(classes)),
            BB_STRF(name));
    return bb_include_inherit(f->p, f->d, classes, loc);
}

static int undefined_handler(struct bb_parser *p, bb_sym func)
{
    const struct bb_loc *named = bb_pmap_get(&p->handlers, func);

    return bb_error_at(p->ctx, named ? *named : (struct bb_loc){0}, "Undefined event handler function '%.*s'",
                       BB_STRF(func->name));
}

int bb_finalize_register_handlers(struct bb_parser *p, struct bb_store *d)
{
    const struct bb_vlist *list = bb_eval_list(d, p->sym.HANDLERS);
    const struct bb_pyhook *hook = bb_store_hook(d);
    int r = 0;

    for (size_t i = 0; i < list->n && r >= 0; i++) {
        bb_sym func = bb_sym_get(list->p[i]);
        struct bb_loc loc = {0};
        struct bb_val file;
        r = bb_store_get_flag(d, func, p->sym.filename, 0, &file);
        if (r >= 0 && !bb_val_true(hook, file))
            return undefined_handler(p, func);
        bb_store_where(d, func, &loc);
        if (r >= 0 && hook)
            r = bb_eval_fail_python(d, hook->register_handler(hook->self, d, func->name), loc,
                                    "registering this event handler");
    }
    return r;
}

static int register_handlers(struct finalize *f)
{
    return bb_finalize_register_handlers(f->p, f->d);
}

static int fire(struct finalize *f, enum bb_parse_event ev)
{
    if (!f->hook)
        return 0;
    return bb_eval_fail_python(f->d, f->hook->fire(f->hook->self, f->d, ev, f->fn), f->loc,
                               "running event handlers");
}

static int fire_pre_finalise(struct finalize *f)
{
    return fire(f, BB_EV_RecipePreFinalise);
}

static int expand_keys(struct finalize *f)
{
    return bb_eval_fail(f->d, bb_store_expand_keys(f->d), f->loc);
}

static int fire_post_key_expansion(struct finalize *f)
{
    if (!bb_rules_has(f->p->ctx->level, BB_RULE_KEYS_EVENT))
        return 0;
    return fire(f, BB_EV_RecipePostKeyExpansion);
}

static int run_anonymous(struct finalize *f)
{
    const struct bb_vlist *funcs = bb_eval_list(f->d, f->p->sym.ANONFUNCS);
    int r = 0;

    for (size_t i = 0; f->hook && i < funcs->n && r >= 0; i++) {
        struct bb_loc loc = f->loc;
        bb_store_where(f->d, bb_sym_get(funcs->p[i]), &loc);
        r = bb_eval_fail_python(f->d, f->hook->run_anonymous(f->hook->self, f->d, funcs->p[i]), loc,
                                "running this anonymous function");
    }
    return r;
}

/* The provider that the distribution chose for a virtual name; other names stand for themselves. */
static int real_provider(struct finalize *f, bb_str virtuals, bb_str *inout_name)
{
    BB_CLEAN_BUF struct bb_buf var = BB_BUF_INIT;
    bb_str chosen;

    if (!bb_str_has_word(virtuals, *inout_name))
        return 0;
    bb_buf_addf(&var, "PREFERRED_PROVIDER_%.*s", BB_STRF(*inout_name));
    int r = bb_store_str_report(f->d, bb_sym_get(bb_buf_str(&var)), &chosen);
    if (r >= 0 && !chosen.len)
        return bb_error_at(f->p->ctx, f->loc, "Error, recipe virtual provider %s not set", var.p);
    *inout_name = chosen;
    return r;
}

/* Names, or with `tasks` NAME:TASK pairs, with the providers' names in them. */
static int replace_virtual(struct finalize *f, bb_str virtuals, bb_str words, bool tasks, bb_str *ret)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    bb_str word;
    int r = 0;

    while (r >= 0 && bb_str_word(&words, &word)) {
        size_t colon = tasks ? bb_str_chr(word, ':', 0) : BB_NPOS;
        bb_str name = bb_str_sub(word, 0, colon == BB_NPOS ? word.len : colon);
        bb_str rest = bb_str_from(word, name.len);
        r = real_provider(f, virtuals, &name);
        bb_buf_addf(&out, "%s%.*s%.*s", out.len ? " " : "", BB_STRF(name), BB_STRF(rest));
    }
    *ret = bb_arena_str(bb_store_arena(f->d), bb_buf_str(&out));
    return r;
}

/* BitBake: handleVirtRecipeProviders. */
static int replace_virtuals(struct finalize *f, const struct bb_vlist *tasks)
{
    bb_sym flag = BB_SYM("depends");
    bb_str virtuals, words;
    int r = bb_store_str_report(f->d, BB_SYM("BB_RECIPE_VIRTUAL_PROVIDERS"), &virtuals);

    if (r >= 0)
        r = bb_store_str_report(f->d, BB_SYM("DEPENDS"), &words);
    if (r >= 0)
        r = replace_virtual(f, virtuals, words, false, &words);
    if (r >= 0)
        r = bb_eval_fail(f->d, bb_store_set(f->d, BB_SYM("DEPENDS"), bb_val_s(words), NULL), f->loc);
    for (size_t i = 0; i < tasks->n && r >= 0; i++) {
        bb_sym task = bb_sym_get(tasks->p[i]);
        r = bb_eval_fail(f->d, bb_store_flag_str(f->d, task, flag, &words), f->loc);
        if (r >= 0)
            r = replace_virtual(f, virtuals, words, true, &words);
        if (r >= 0)
            r = bb_eval_fail(f->d, bb_store_set_flag(f->d, task, flag, bb_val_s(words), NULL), f->loc);
    }
    return r;
}

static int collect_tasks(struct finalize *f)
{
    const struct bb_vlist *tasks = bb_eval_list(f->d, BB_SYM("__BBTASKS"));
    int r = fire(f, BB_EV_RecipeTaskPreProcess);

    if (r >= 0 && bb_rules_has(f->p->ctx->level, BB_RULE_VIRTUAL_PROVIDERS))
        r = replace_virtuals(f, tasks);
    return r < 0 ? r : bb_task_collect(f->d, tasks, f->fn, &f->v->tasks, &f->v->ntasks);
}

static int compute_signatures(struct finalize *f)
{
    const struct bb_parse_hooks *hooks = f->p->hooks;

    if (!hooks || !hooks->finalise)
        return 0;
    return bb_eval_fail(f->d, hooks->finalise(hooks->self, f->d, f->fn, f->v->name), f->loc);
}

static int set_included(struct finalize *f)
{
    return bb_eval_fail(f->d, bb_depends_write_included(f->p, f->d, BB_WRITER_RECIPE_INCLUDED), f->loc);
}

static int is_set(struct finalize *f, const char *var, bool *ret)
{
    struct bb_val v;
    int r = bb_store_get(f->d, bb_sym_z(var), BB_GET_EXPAND, &v);

    if (r >= 0)
        *ret = bb_val_true(f->hook, v);
    return bb_eval_fail(f->d, r, f->loc);
}

/* A source revision that is looked up must have been asked for before the fetcher was. */
static int check_autorev(struct finalize *f)
{
    bool seen = false, srcrev = false, acted = false;
    int r = is_set(f, "__BBAUTOREV_SEEN", &seen);

    if (r >= 0 && seen)
        r = is_set(f, "__BBSRCREV_SEEN", &srcrev);
    if (r >= 0 && srcrev)
        r = is_set(f, "__BBAUTOREV_ACTED_UPON", &acted);
    if (r < 0 || !seen || !srcrev || acted)
        return r;
    return bb_error_at(f->p->ctx, f->loc,
                       "AUTOREV/SRCPV set too late for the fetcher to work properly, please set the "
                       "variables earlier in parsing. Erroring instead of later obtuse build failures.");
}

static int fire_parsed(struct finalize *f)
{
    return fire(f, BB_EV_RecipeParsed);
}

static int fire_pre_deferred(struct finalize *f)
{
    if (!bb_rules_has(f->p->ctx->level, BB_RULE_DEFERRED_EVENT))
        return 0;
    return fire(f, BB_EV_RecipePreDeferredInherits);
}

static int (*const steps[])(struct finalize *) = {
    check_renames,      fire_pre_deferred, inherit_deferred,        inherit_by_name, register_handlers,
    fire_pre_finalise,  expand_keys,       fire_post_key_expansion, run_anonymous,   collect_tasks,
    compute_signatures, set_included,      check_autorev,           fire_parsed,
};

/* The recipe says itself that it cannot be built: that is no error. */
static int note_skip(struct finalize *f)
{
    BB_CLEAN_BUF struct bb_buf reason = BB_BUF_INIT;

    if (f->hook && f->hook->skip_reason)
        f->hook->skip_reason(f->hook->self, &reason);
    return bb_store_set(f->d, f->p->sym.SKIPPED, bb_val_s(bb_buf_str(&reason)),
                        &(struct bb_how){.ignore = true});
}

int bb_finalize(struct bb_parser *p, bb_str fn, struct bb_recipe_variant *v)
{
    struct finalize f = {p, v->d, bb_store_hook(v->d), fn, {.src = bb_source_id(fn)}, v};
    int r = f.hook ? f.hook->save_handlers(f.hook->self) : 0;

    if (r < 0)
        return r;
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) && r >= 0; i++)
        r = steps[i](&f);
    if (r == -BB_ESKIP)
        r = note_skip(&f);
    if (f.hook)
        f.hook->restore_handlers(f.hook->self);
    return r;
}
