/* SPDX-License-Identifier: MIT */
#include "query/recipeshow.h"

#include "base/path.h"
#include "query/classshow.h"
#include "parse/fn.h"

/* A recipe that provides a name; p NULL in what is not known. */
struct provider {
    bb_str file, fn;
    bb_str pe, pv, pr;
};
struct provider_vec {
    struct provider *p;
    size_t n, cap;
};

struct list {
    struct bb_layerinfo *l;
    const struct bb_recipeshow *o;
    struct bb_answer *a;
    struct bb_providers *p;
    struct bb_map skipped; /* virtual name -> the skipped recipe */
    struct bb_map guessed; /* name -> struct provider_vec *: skipped recipes by the name of their file */
    struct bb_map built;   /* virtual name -> the recipe, when it is not skipped */
    struct bb_map shown;   /* files that led an entry */
    bb_str inherit;        /* INHERIT */
    struct bb_arena arena;
    bool any;
};

static struct provider of_recipe(const struct bb_recipe *r)
{
    return (struct provider){bb_fn_split(r->fn).path, r->fn, r->pe, r->pv, r->pr};
}

/* Known only by its file's name, "pn_version.bb". */
static struct provider of_skipped(const struct bb_recipe *r, bb_str *ret_name)
{
    struct provider p = {.file = bb_fn_split(r->fn).path, .fn = r->fn, .pv = BB_STR("unknown")};
    bb_str base = bb_path_base(p.file), part;
    base.len -= bb_path_ext(base).len;
    bb_str_split(&base, '_', ret_name);
    if (bb_str_split(&base, '_', &part))
        p.pv = part;
    return p;
}

static void list_init(struct list *s)
{
    struct bb_recipe_vec skipped = {0};
    bb_arena_init(&s->arena);
    bb_layerinfo_skipped(s->p, &skipped);
    for (size_t i = 0; i < skipped.n; i++) {
        bb_str name;
        struct provider p = of_skipped(skipped.p[i], &name);
        void **slot = bb_map_slot(&s->guessed, name);
        if (!*slot)
            *slot = bb_arena_new(&s->arena, struct provider_vec);
        bb_vec_push((struct provider_vec *)*slot, p);
        bb_map_put(&s->skipped, skipped.p[i]->fn, (void *)skipped.p[i]);
    }
    for (size_t i = 0; i < s->p->recipes.n; i++)
        bb_map_put(&s->built, s->p->recipes.p[i]->fn, (void *)s->p->recipes.p[i]);
    bb_vec_release(&skipped);
}

static void list_release(struct list *s)
{
    bb_map_each(&s->guessed, it)
        bb_vec_release((struct provider_vec *)it->val);
    bb_map_release(&s->guessed);
    bb_map_release(&s->skipped);
    bb_map_release(&s->built);
    bb_map_release(&s->shown);
    bb_arena_release(&s->arena);
}

/* BitBake shows no PR. */
static void add_version(struct bb_buf *out, const struct provider *p)
{
    if (p->pe.len)
        bb_buf_addf(out, "%.*s:", BB_STRF(p->pe));
    bb_buf_adds(out, p->pv);
}

static bool same_text(bb_str a, bb_str b)
{
    return !a.p == !b.p && bb_str_eq(a, b);
}

static bool same_version(const struct provider *a, const struct provider *b)
{
    return same_text(a->pe, b->pe) && same_text(a->pv, b->pv) && same_text(a->pr, b->pr);
}

/* Whether the recipe itself, and not only the configuration, inherits all the classes that were asked for. */
static bool inherits(const struct list *s, bb_str file)
{
    const struct bb_recipe *r = bb_map_get(&s->built, file);
    size_t found = 0;
    for (size_t i = 0; r && i < r->inherits.n; i++) {
        bb_str name = bb_path_base(r->inherits.p[i]);
        name.len -= bb_path_ext(name).len;
        found += bb_path_is_abs(r->inherits.p[i]) && !bb_str_has_word(s->inherit, name) &&
                 bb_strvec_has(&s->o->classes, name);
    }
    return found == s->o->classes.n;
}

/* Everything that provides `pn`, and which of it would be built. False when there is nothing to show. */
static bool providers_of(struct list *s, bb_str pn, struct provider_vec *ret, struct provider *ret_preferred)
{
    const struct bb_recipe_vec *built = bb_map_get(&s->p->by_pn, pn);
    const struct provider_vec *guessed = bb_map_get(&s->guessed, pn);
    for (size_t i = 0; built && i < built->n; i++)
        bb_vec_push(ret, of_recipe(built->p[i]));
    for (size_t i = 0; guessed && i < guessed->n; i++)
        bb_vec_push(ret, guessed->p[i]);
    if (s->o->multiple && ret->n < 2)
        return false;
    struct bb_best best = {0};
    if (built)
        bb_providers_best(s->p, pn, &best);
    const struct bb_recipe *chosen = best.preferred ? best.preferred : best.latest;
    *ret_preferred = chosen ? of_recipe(chosen) : ret->p[0];
    return true;
}

/* Shown under its own name, unless that is a variant whose recipe is shown anyway. */
static bool is_wanted(const struct list *s, const struct provider_vec *all, const struct provider *preferred)
{
    bool several_layers = false, one_version = true;
    bb_str layer = bb_layerinfo_name_of(s->l, preferred->file);
    if (bb_fn_split(preferred->fn).variant.len && bb_map_has(&s->built, preferred->file))
        return false;
    if ((s->o->classes.n && !inherits(s, preferred->file)) || bb_map_has(&s->shown, preferred->file))
        return false;
    bb_vec_each(all, p) {
        several_layers = several_layers || !bb_str_eq(bb_layerinfo_name_of(s->l, p->file), layer);
        one_version = one_version && same_version(p, preferred);
    }
    return (several_layers || !s->o->overlayed) && (one_version || !s->o->same_version);
}

static void add_text(struct list *s, bb_str pn, const struct provider *p, bool preferred, bool *named)
{
    struct bb_buf *out = s->a->out;
    BB_CLEAN_BUF struct bb_buf note = BB_BUF_INIT;
    const struct bb_recipe *skipped = s->o->bare ? NULL : bb_map_get(&s->skipped, p->file);
    if (skipped)
        bb_buf_addf(&note, " (skipped: %.*s)", BB_STRF(skipped->skipped));
    if (s->o->filenames) {
        bb_buf_addf(out, "%s%.*s%s\n", preferred ? "" : "  ", BB_STRF(p->file), note.p);
    } else if (s->o->names) {
        if (!*named)
            bb_buf_addf(out, "%.*s%s\n", BB_STRF(pn), note.p);
        *named = true;
    } else {
        if (preferred)
            bb_buf_addf(out, "%.*s:\n", BB_STRF(pn));
        bb_buf_addz(out, "  ");
        bb_layerinfo_pad(out, bb_layerinfo_name_of(s->l, p->file), 20);
        bb_buf_addc(out, ' ');
        add_version(out, p);
        bb_buf_addf(out, "%s\n", note.p);
    }
}

static void add_json(struct list *s, const struct provider *p, bool preferred)
{
    struct bb_jsonw *w = s->a->json;
    BB_CLEAN_BUF struct bb_buf version = BB_BUF_INIT;
    const struct bb_recipe *skipped = bb_map_get(&s->skipped, p->file);
    add_version(&version, p);
    bb_jsonw_object(w);
    bb_layerinfo_member(w, "layer", bb_layerinfo_name_of(s->l, p->file));
    bb_layerinfo_member(w, "version", bb_buf_str(&version));
    bb_layerinfo_member(w, "file", p->file);
    bb_jsonw_key(w, BB_STR("preferred"));
    bb_jsonw_bool(w, preferred);
    if (skipped)
        bb_layerinfo_member(w, "skipped", skipped->skipped);
    bb_jsonw_end(w);
}

static void add_provider(struct list *s, bb_str pn, const struct provider *p, bool preferred, bool *named)
{
    if (s->o->layer.len && !bb_str_eq(bb_layerinfo_name_of(s->l, p->file), s->o->layer))
        return;
    if (!s->a->json) {
        add_text(s, pn, p, preferred, named);
        return;
    }
    if (!*named) {
        bb_jsonw_object(s->a->json);
        bb_layerinfo_member(s->a->json, "recipe", pn);
        bb_jsonw_key(s->a->json, BB_STR("providers"));
        bb_jsonw_array(s->a->json);
    }
    *named = true;
    add_json(s, p, preferred);
}

static const char *title(const struct bb_recipeshow *o)
{
    return o->overlayed                                ? "Overlayed recipes"
           : o->classes.n || o->match.n || o->multiple ? "Matching recipes:"
                                                       : "Available recipes:";
}

static void show_name(struct list *s, bb_str pn)
{
    struct provider_vec all = {0};
    struct provider preferred;
    bool named = false;
    if (providers_of(s, pn, &all, &preferred) && is_wanted(s, &all, &preferred)) {
        if (!s->any && !s->a->json)
            bb_buf_addf(s->a->out, "=== %s ===\n", title(s->o));
        s->any = true;
        add_provider(s, pn, &preferred, true, &named);
        bb_vec_each(&all, p)
            if (!bb_str_eq(p->file, preferred.file))
                add_provider(s, pn, p, false, &named);
        bb_map_put(&s->shown, preferred.file, NULL);
    }
    if (named && s->a->json) {
        bb_jsonw_end(s->a->json);
        bb_jsonw_end(s->a->json);
    }
    bb_vec_release(&all);
}

static void show_recipes(struct list *s)
{
    struct bb_strvec names = {0};
    bb_map_each(&s->p->by_pn, it)
        bb_vec_push(&names, it->key);
    bb_map_each(&s->guessed, it)
        bb_vec_push(&names, it->key);
    bb_strvec_sort_uniq(&names);
    if (s->a->json)
        bb_jsonw_array(s->a->json);
    bb_vec_each(&names, name)
        if (bb_layerinfo_wanted(&s->o->match, *name))
            show_name(s, *name);
    if (s->a->json)
        bb_jsonw_end(s->a->json);
    bb_vec_release(&names);
}

static int check_classes(struct list *s, bb_str bbpath)
{
    static const char *const folders[] = {"classes-global", "classes-recipe", "classes"};
    bb_vec_each(&s->o->classes, name) {
        bool found = false;
        for (size_t i = 0; i < sizeof(folders) / sizeof(*folders) && !found; i++)
            found = bb_layerinfo_which(&s->arena, bbpath,
                                       bb_arena_fmt(&s->arena, "%s/%.*s.bbclass", folders[i], BB_STRF(*name)))
                        .len;
        if (!found)
            return bb_error(s->l->c->ctx, "No class named %.*s found in BBPATH", BB_STRF(*name));
    }
    return 0;
}

int bb_recipeshow_list(struct bb_layerinfo *l, struct bb_targets *t, const struct bb_recipeshow *o,
                       struct bb_answer *a)
{
    struct list s = {.l = l, .o = o, .a = a, .p = &l->mc->graph.providers};
    struct bb_store *d = l->mc->d;
    bb_str bbpath;
    int r = bb_store_str_report(d, BB_SYM("INHERIT"), &s.inherit);
    if (r == 0)
        r = bb_store_str_report(d, BB_SYM("BBPATH"), &bbpath);
    list_init(&s);
    if (r == 0)
        r = check_classes(&s, bbpath);
    if (r == 0 && a->json && o->overlayed) {
        bb_jsonw_object(a->json);
        bb_jsonw_key(a->json, BB_STR("recipes"));
    }
    if (r == 0)
        show_recipes(&s);
    if (r == 0 && o->overlayed)
        r = bb_classshow_overlayed(l, bbpath, o->filenames, a, &s.any);
    if (r == 0 && a->json && o->overlayed)
        bb_jsonw_end(a->json);
    else if (r == 0 && o->overlayed && !s.any)
        bb_buf_addz(a->out, "No overlayed files found.\n");
    list_release(&s);
    return r;
}
