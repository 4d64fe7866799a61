/* SPDX-License-Identifier: MIT */
#include "query/crossdeps.h"

#include "base/path.h"
#include "ext/regex.h"
#include "os/fs.h"
#include "parse/fn.h"

struct cross {
    struct bb_layerinfo *l;
    struct bb_providers *p;
    const struct bb_crossdeps_opts *o;
    struct bb_answer *a;
    bb_str bbpath, inherit;
    struct bb_map recipes; /* virtual name -> struct bb_recipe */
    struct bb_map which;   /* text after include, require or inherit -> bb_str *: the file */
    struct bb_regex *require, *include, *inherits, *pv;
    struct bb_arena arena;
};

/* One line, when the two files belong to different layers. */
static void add(struct cross *x, bb_str file, const char *keyword, bb_str needed)
{
    bb_str from = bb_layerinfo_name_of(x->l, file), to = bb_layerinfo_name_of(x->l, needed);
    if (bb_str_eq(from, to) || bb_strvec_has(&x->o->ignore, to))
        return;
    if (!x->a->json) {
        bb_str f = x->o->filenames ? file : bb_layerinfo_short(x->l, file);
        bb_str n = x->o->filenames ? needed : bb_layerinfo_short(x->l, needed);
        bb_buf_addf(x->a->out, "%.*s %s %.*s\n", BB_STRF(f), keyword, BB_STRF(n));
        return;
    }
    bb_jsonw_object(x->a->json);
    bb_layerinfo_member(x->a->json, "file", file);
    bb_layerinfo_member(x->a->json, "layer", from);
    bb_layerinfo_member(x->a->json, "kind", bb_str_z(keyword));
    bb_layerinfo_member(x->a->json, "needs", needed);
    bb_layerinfo_member(x->a->json, "needs_layer", to);
    bb_jsonw_end(x->a->json);
}

static void add_recipe(struct cross *x, bb_str file, const char *keyword, const struct bb_recipe *needed)
{
    if (needed)
        add(x, file, keyword, bb_fn_split(needed->fn).path);
}

static void add_depends(struct cross *x, const struct bb_recipe *r, bb_str file)
{
    struct bb_recipe_vec eligible = {0};
    struct bb_strvec seen = {0};
    for (size_t i = 0; i < r->depends.n; i++) {
        bool unique;
        bb_str name = r->depends.p[i];
        if (!bb_map_has(&x->p->by_pn, name) || bb_strvec_has(&seen, name))
            continue;
        bb_vec_push(&seen, name);
        eligible.n = 0;
        bb_providers_choose(x->p, name, &eligible, &unique);
        add_recipe(x, file, "DEPENDS", eligible.n ? eligible.p[0] : NULL);
    }
    bb_vec_release(&seen);
    bb_vec_release(&eligible);
}

static void collect_names(struct bb_strvec *ret, struct bb_strlist names)
{
    for (size_t i = 0; i < names.n; i++)
        if (!bb_strvec_has(ret, names.p[i]))
            bb_vec_push(ret, names.p[i]);
}

/* What the recipe provides itself is no dependency. */
static void add_runtime(struct cross *x, const struct bb_recipe *r, bb_str file, const char *keyword,
                        const struct bb_strvec *names)
{
    struct bb_recipe_vec all = {0}, best = {0};
    bb_vec_each(names, name) {
        bool own = false;
        unsigned preferred;
        all.n = best.n = 0;
        bb_providers_runtime(x->p, *name, &all);
        for (size_t i = 0; i < all.n && !own; i++)
            own = all.p[i] == r;
        if (own || !all.n)
            continue;
        bb_providers_choose_runtime(x->p, *name, &best, &preferred);
        add_recipe(x, file, keyword, best.n ? best.p[0] : NULL);
    }
    bb_vec_release(&all);
    bb_vec_release(&best);
}

static void add_all_runtime(struct cross *x, const struct bb_recipe *r, bb_str file)
{
    struct bb_strvec rdepends = {0}, rrecommends = {0};
    collect_names(&rdepends, r->rdepends);
    collect_names(&rrecommends, r->rrecommends);
    for (size_t i = 0; i < r->npackages; i++) {
        collect_names(&rdepends, r->packages[i].rdepends);
        collect_names(&rrecommends, r->packages[i].rrecommends);
    }
    add_runtime(x, r, file, "RDEPENDS", &rdepends);
    add_runtime(x, r, file, "RRECOMMENDS", &rrecommends);
    bb_vec_release(&rdepends);
    bb_vec_release(&rrecommends);
}

static void add_classes(struct cross *x, const struct bb_recipe *r, bb_str file)
{
    for (size_t i = 0; i < r->inherits.n; i++) {
        bb_str name = bb_path_base(r->inherits.p[i]);
        name.len -= bb_path_ext(name).len;
        if (bb_path_is_abs(r->inherits.p[i]) && !bb_str_has_word(x->inherit, name))
            add(x, file, "inherits", r->inherits.p[i]);
    }
}

/* The file that a statement names; empty when BBPATH has none. */
static bb_str look_up(struct cross *x, bb_str name)
{
    bb_str *path = bb_map_get(&x->which, name);
    if (!path) {
        path = bb_arena_new(&x->arena, bb_str);
        *path = bb_layerinfo_which(&x->arena, x->bbpath, name);
        bb_map_put(&x->which, bb_arena_str(&x->arena, name), path);
    }
    return *path;
}

static void add_statement(struct cross *x, bb_str file, const char *keyword, bb_str name)
{
    bb_str path = look_up(x, name);
    if (path.len)
        add(x, file, keyword, path);
}

/* The text of one line that includes, requires or (in classes) inherits; nothing is evaluated but ${PV} of recipes. */
static void read_line(struct cross *x, bb_str file, bb_str line, const struct bb_recipe *recipe)
{
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    if (!line.len || (line.p[0] != 'r' && line.p[0] != 'i'))
        return;
    if (bb_regex_match(x->require, line, 0) || bb_regex_match(x->include, line, 0)) {
        bool require = line.p[0] == 'r';
        bb_str text = bb_regex_group(require ? x->require : x->include, 1);
        if (recipe)
            bb_regex_sub(x->pv, text, recipe->pv, &name);
        else
            bb_buf_adds(&name, text);
        add_statement(x, file, require ? "requires" : "includes", bb_buf_str(&name));
    } else if (bb_str_ends(file, BB_STR(".bbclass")) && bb_regex_match(x->inherits, line, 0)) {
        bb_buf_adds(&name, bb_regex_group(x->inherits, 1));
        bb_buf_addz(&name, ".bbclass");
        add_statement(x, file, "inherits", bb_buf_str(&name));
    }
}

static void read_file(struct cross *x, bb_str file, const struct bb_recipe *recipe)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, text = BB_BUF_INIT;
    bb_buf_adds(&path, file);
    if (bb_fs_read(path.p, &text) < 0)
        return;
    bb_str rest = bb_buf_str(&text), line;
    while (bb_str_split(&rest, '\n', &line))
        read_line(x, file, line, recipe);
}

static bool is_machine_conf(bb_str path)
{
    return bb_str_ends(path, BB_STR(".conf")) && bb_str_ends(bb_path_dir(path), BB_STR("/conf/machine"));
}

static int visit(void *self, const struct bb_fs_entry *e)
{
    bb_str path = bb_str_z(e->path);
    if (e->st.type != BB_F_DIR &&
        (bb_str_ends(path, BB_STR(".inc")) || bb_str_ends(path, BB_STR(".bbclass")) || is_machine_conf(path)))
        read_file(self, path, NULL);
    return 0;
}

static int cross_init(struct cross *x)
{
    struct bb_store *d = x->l->mc->d;
    bb_arena_init(&x->arena);
    for (size_t i = 0; i < x->p->recipes.n; i++)
        bb_map_put(&x->recipes, x->p->recipes.p[i]->fn, (void *)x->p->recipes.p[i]);
    if (bb_regex_new(BB_STR("require\\s+(.+)"), 0, &x->require, NULL) < 0 ||
        bb_regex_new(BB_STR("include\\s+(.+)"), 0, &x->include, NULL) < 0 ||
        bb_regex_new(BB_STR("inherit\\s+(.+)"), 0, &x->inherits, NULL) < 0 ||
        bb_regex_new(BB_STR("\\$\\{PV\\}"), 0, &x->pv, NULL) < 0)
        BB_BUG("a fixed pattern does not compile");
    int r = bb_store_str_report(d, BB_SYM("INHERIT"), &x->inherit);
    return r < 0 ? r : bb_store_str_report(d, BB_SYM("BBPATH"), &x->bbpath);
}

static void cross_release(struct cross *x)
{
    bb_regex_free(x->require);
    bb_regex_free(x->include);
    bb_regex_free(x->inherits);
    bb_regex_free(x->pv);
    bb_map_release(&x->recipes);
    bb_map_release(&x->which);
    bb_arena_release(&x->arena);
}

int bb_crossdeps_show(struct bb_layerinfo *l, struct bb_targets *t, const struct bb_crossdeps_opts *o,
                      struct bb_answer *a)
{
    struct cross x = {.l = l, .p = &l->mc->graph.providers, .o = o, .a = a};
    int r = cross_init(&x);
    if (a->json)
        bb_jsonw_array(a->json);
    /* BitBake says the same for every variant of a file, from what the file itself is. */
    for (size_t i = 0; r == 0 && i < x.p->recipes.n; i++) {
        bb_str file = bb_fn_split(x.p->recipes.p[i]->fn).path;
        const struct bb_recipe *recipe = bb_map_get(&x.recipes, file);
        if (recipe) {
            add_depends(&x, recipe, file);
            add_all_runtime(&x, recipe, file);
            add_classes(&x, recipe, file);
        }
        read_file(&x, file, recipe);
    }
    for (size_t i = 0; r == 0 && i < l->dirs.n; i++)
        r = bb_fs_walk(bb_arena_fmt(&x.arena, "%.*s", BB_STRF(l->dirs.p[i])).p, visit, &x);
    if (a->json)
        bb_jsonw_end(a->json);
    cross_release(&x);
    return r;
}
