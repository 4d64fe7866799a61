/* SPDX-License-Identifier: MIT */
#include "cook/config.h"

#include "base/map.h"
#include "base/path.h"
#include "base/rules.h"
#include "cook/level.h"
#include "parse/conf.h"
#include "parse/depends.h"
#include "py/py.h"
#include "reuse/cachefile.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A ConfigParsed handler may ask for a new start by setting BB_INVALIDCONF; more often than this is a loop. */
enum { MAX_REPARSE = 20 };

struct load {
    struct bb_ctx *ctx;
    struct bb_parser *parser;
    const struct bb_config_opts *o;
    struct bb_store *base; /* the environment; what every configuration starts from */
    bb_str layerconf;      /* conf/bblayers.conf; empty: none */
    bb_str topdir;
};

static bool exists(bb_str path)
{
    BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
    bb_buf_adds(&z, path);
    return access(z.p, F_OK) == 0;
}

static bool is_dir(bb_str path)
{
    BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
    struct stat st;
    bb_buf_adds(&z, path);
    return stat(z.p, &st) == 0 && S_ISDIR(st.st_mode);
}

/* BitBake: cookerdata.findConfigFile. */
static bb_str find_bblayers(struct bb_ctx *ctx, bb_str bbpath, bb_str cwd)
{
    bb_str dir;
    while (bbpath.len && bb_str_split(&bbpath, ':', &dir)) {
        bb_str path = bb_arena_fmt(&ctx->arena, "%.*s/conf/bblayers.conf", BB_STRF(dir));
        if (exists(path))
            return path;
    }
    for (dir = cwd; dir.len > 1; dir = bb_path_dir(dir)) {
        bb_str path = bb_arena_fmt(&ctx->arena, "%.*s/conf/bblayers.conf", BB_STRF(dir));
        if (exists(path))
            return path;
    }
    return (bb_str){"", 0};
}

int bb_config_find_topdir(struct bb_ctx *ctx, const struct bb_env *env, bb_str cwd, bb_str *ret_topdir,
                          bb_str *ret_conf)
{
    bb_str conf = find_bblayers(ctx, bb_env_get(env, BB_STR("BBPATH")), cwd);
    *ret_topdir = conf.len ? bb_path_dir(bb_path_dir(conf)) : cwd;
    if (ret_conf)
        *ret_conf = conf;
    return 0;
}

static int setz(struct bb_store *d, const char *name, bb_str value)
{
    return bb_store_set(d, bb_sym_z(name), bb_val_s(bb_arena_str(bb_store_arena(d), value)),
                        &(struct bb_how){0});
}

/* Sets `name` unless it has a value. */
static int set_default(struct bb_store *d, const char *name, bb_str value)
{
    bb_str now;
    int r = bb_store_str_report(d, bb_sym_z(name), &now);
    return r < 0 ? r : now.len ? 0 : setz(d, name, value);
}

static int del(struct bb_store *d, const char *name)
{
    return bb_store_del(d, bb_sym_z(name), &(struct bb_how){.ignore = true});
}

/* "NAME_suffix", expanded. */
static int get_suffixed(struct bb_store *d, const char *name, bb_str suffix, bb_sym *ret_sym, bb_str *ret)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    bb_buf_addf(&b, "%s%.*s", name, BB_STRF(suffix));
    *ret_sym = bb_sym_get(bb_buf_str(&b));
    return bb_store_str_report(d, *ret_sym, ret);
}

/* Python's re.escape(). */
static bb_str regex_escape(struct bb_arena *a, bb_str s)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    for (size_t i = 0; i < s.len; i++) {
        if (strchr("()[]{}?*+-|^$\\.&~# \t\n\r\v\f", s.p[i]))
            bb_buf_addc(&b, '\\');
        bb_buf_addc(&b, s.p[i]);
    }
    return bb_arena_str(a, bb_buf_str(&b));
}

static bb_str join_words(struct bb_arena *a, const struct bb_strvec *v)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    bb_vec_each(v, w)
        bb_buf_addf(&b, "%s%.*s", b.len ? " " : "", BB_STRF(*w));
    return bb_arena_str(a, bb_buf_str(&b));
}

/* BBLAYERS with `~` expanded and trailing slashes cut; folders that are not there are listed, as BitBake does. */
static int layer_dirs(struct load *l, struct bb_store *d, struct bb_strvec *ret)
{
    bb_str list, word, home = bb_env_get(l->o->env, BB_STR("HOME"));
    int r = bb_store_str_report(d, BB_SYM("BBLAYERS"), &list);
    if (r < 0)
        return r;
    while (bb_str_word(&list, &word)) {
        if (word.p[0] == '~' && (word.len == 1 || word.p[1] == '/') && home.len)
            word = bb_arena_cat(&l->ctx->arena, home, bb_str_from(word, 1));
        while (word.len > 1 && word.p[word.len - 1] == '/')
            word.len--;
        bb_vec_push(ret, word);
    }
    if (!ret->n)
        return bb_error(l->ctx, "The bblayers.conf file doesn't contain any BBLAYERS definition");
    bool broken = false;
    bb_vec_each(ret, dir) {
        if (is_dir(*dir))
            continue;
        if (!broken)
            bb_error(l->ctx, "The following layer directories do not exist:");
        bb_error(l->ctx, "   %.*s", BB_STRF(*dir));
        broken = true;
    }
    bb_vec_each(ret, dir)
        bb_diag_add_layer(l->ctx, *dir);
    return broken ? bb_error(l->ctx, "Please check BBLAYERS in %.*s", BB_STRF(l->layerconf)) : 0;
}

/*
 * What layers say about the releases they work with: taken out of the store after each layer, so that no layer copies
 * another's (BB_RULE_GUARDED_SERIES), or read when all have been read.
 */
struct series {
    struct bb_map compat; /* collection -> bb_str*, words sorted */
    bb_str core;          /* LAYERSERIES_CORENAMES, words sorted; p NULL: no core layer */
    BB_VEC(bb_str *) texts;
};

static bb_str sorted_words(struct bb_arena *a, bb_str words)
{
    struct bb_strvec v = {0};
    bb_strvec_words(&v, words);
    bb_strvec_sort_uniq(&v);
    bb_str s = join_words(a, &v);
    bb_vec_release(&v);
    return s;
}

static int take_series(struct load *l, struct bb_store *d, struct series *s)
{
    struct bb_arena *a = &l->ctx->arena;
    bool guarded = bb_rules_has(l->ctx->level, BB_RULE_GUARDED_SERIES);
    bb_str collections, c, value;
    bb_sym sym;
    int r = bb_store_str_report(d, BB_SYM("BBFILE_COLLECTIONS"), &collections);
    while (r == 0 && bb_str_word(&collections, &c)) {
        r = get_suffixed(d, "LAYERSERIES_COMPAT_", c, &sym, &value);
        if (r == 0 && value.len) {
            bb_str *kept = bb_arena_new(a, bb_str);
            *kept = sorted_words(a, value);
            bb_map_put(&s->compat, bb_arena_str(a, c), kept);
            r = guarded ? bb_store_del(d, sym, &(struct bb_how){.ignore = true}) : 0;
        }
    }
    if (r == 0 && !s->core.p) {
        r = bb_store_str_report(d, BB_SYM("LAYERSERIES_CORENAMES"), &value);
        if (r == 0 && bb_str_trim(value).len) {
            s->core = sorted_words(a, value);
            r = guarded ? del(d, "LAYERSERIES_CORENAMES") : 0;
        }
    }
    return r;
}

static int read_layer(struct load *l, struct bb_store *d, bb_str dir, struct series *s)
{
    struct bb_arena *a = &l->ctx->arena;
    int r = setz(d, "LAYERDIR", dir);
    if (r == 0)
        r = setz(d, "LAYERDIR_RE", regex_escape(a, dir));
    if (r == 0)
        r = bb_conf_handle(l->parser, d, bb_arena_fmt(a, "%.*s/conf/layer.conf", BB_STRF(dir)));
    if (r == 0)
        r = bb_store_expand_varref(d, BB_SYM("LAYERDIR"), false);
    if (r == 0)
        r = bb_store_expand_varref(d, BB_SYM("LAYERDIR_RE"), false);
    return r == 0 && bb_rules_has(l->ctx->level, BB_RULE_GUARDED_SERIES) ? take_series(l, d, s) : r;
}

static bool words_meet(bb_str a, bb_str b)
{
    bb_str word;
    while (bb_str_word(&a, &word))
        if (bb_str_has_word(b, word))
            return true;
    return false;
}

/* One message for each collection that is declared twice or does not go with the core layer. */
static int check_series(struct load *l, struct bb_store *d, const struct series *s)
{
    bb_str collections, c;
    struct bb_strvec seen = {0};
    int r = bb_store_str_report(d, BB_SYM("BBFILE_COLLECTIONS"), &collections);
    while (r == 0 && bb_str_word(&collections, &c)) {
        const bb_str *compat = bb_map_get(&s->compat, c);
        if (bb_strvec_has(&seen, c))
            r = bb_error(
                l->ctx,
                "Found duplicated BBFILE_COLLECTIONS '%.*s', check bblayers.conf or layer.conf to fix it.",
                BB_STRF(c));
        else if (compat && !s->core.p)
            r = bb_error(l->ctx,
                         "No core layer found to work with layer '%.*s'. Missing entry in bblayers.conf?",
                         BB_STRF(c));
        else if (compat && !words_meet(*compat, s->core))
            r = bb_error(l->ctx,
                         "Layer %.*s is not compatible with the core layer which only "
                         "supports these series: %.*s (layer is compatible with %.*s)",
                         BB_STRF(c), BB_STRF(s->core), BB_STRF(*compat));
        else if (!compat && !l->o->worker)
            bb_warn(l->ctx,
                    "Layer %.*s should set LAYERSERIES_COMPAT_%.*s in its conf/layer.conf "
                    "file to list the core layer names it is compatible with.",
                    BB_STRF(c), BB_STRF(c));
        bb_vec_push(&seen, c);
    }
    bb_vec_release(&seen);
    return r;
}

/* BBFILES_DYNAMIC: "[!]collection:pattern" words add their pattern when the collection is there (or is not). */
static int add_dynamic(struct load *l, struct bb_store *d)
{
    bb_str entries, entry, collections;
    BB_CLEAN_BUF struct bb_buf invalid = BB_BUF_INIT;
    int r = bb_store_str_report(d, BB_SYM("BBFILES_DYNAMIC"), &entries);
    if (r == 0)
        r = bb_store_str_report(d, BB_SYM("BBFILE_COLLECTIONS"), &collections);
    while (r == 0 && bb_str_word(&entries, &entry)) {
        size_t colon = bb_str_chr(entry, ':', 0);
        if (colon == BB_NPOS || colon == 0) {
            bb_buf_addf(&invalid, "\n    %.*s", BB_STRF(entry));
            continue;
        }
        bb_str name = bb_str_sub(entry, 0, colon);
        bool invert = name.p[0] == '!' && bb_rules_has(l->ctx->level, BB_RULE_INVERTED_DYNAMIC);
        if (invert)
            name = bb_str_from(name, 1);
        if (bb_str_has_word(collections, name) != invert)
            r = bb_store_append(d, BB_SYM("BBFILES"),
                                bb_arena_cat(bb_store_arena(d), BB_STR(" "), bb_str_from(entry, colon + 1)),
                                &(struct bb_how){.func = "parseConfigurationFiles"});
    }
    if (r == 0 && invalid.len)
        r = bb_error(
            l->ctx,
            "BBFILES_DYNAMIC entries must be of the form {!}<collection name>:<filename pattern>, not:%s",
            invalid.p);
    return r;
}

/* What was taken out, back in. */
static int put_compat(struct bb_store *d, const struct series *s)
{
    int r = 0;
    bb_map_each(&s->compat, it) {
        BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
        bb_buf_addf(&name, "LAYERSERIES_COMPAT_%.*s", BB_STRF(it->key));
        if (r == 0)
            r = setz(d, name.p, *(bb_str *)it->val);
    }
    return r;
}

/* Reads every layer.conf into a copy of *inout_d, which replaces it: what bblayers.conf set keeps its ${LAYERDIR}. */
static int read_layers(struct load *l, struct bb_store **inout_d)
{
    struct bb_strvec dirs = {0};
    struct series s = {0};
    int r = layer_dirs(l, *inout_d, &dirs);
    struct bb_store *d = bb_store_copy(*inout_d);
    bb_store_unref(*inout_d);
    *inout_d = d;
    for (size_t i = 0; r == 0 && i < dirs.n; i++)
        r = read_layer(l, d, dirs.p[i], &s);
    if (r == 0)
        r = del(d, "LAYERDIR_RE");
    if (r == 0)
        r = del(d, "LAYERDIR");
    bool guarded = bb_rules_has(l->ctx->level, BB_RULE_GUARDED_SERIES);
    if (r == 0)
        r = guarded ? put_compat(d, &s) : take_series(l, d, &s);
    if (r == 0)
        r = add_dynamic(l, d);
    if (r == 0)
        r = check_series(l, d, &s);
    if (r == 0 && guarded && s.core.p)
        r = setz(d, "LAYERSERIES_CORENAMES", s.core);
    bb_vec_release(&dirs);
    bb_map_release(&s.compat);
    return r;
}

static int handle_all(struct load *l, struct bb_store *d, const struct bb_strvec *files)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < files->n; i++)
        r = bb_conf_handle(l->parser, d, files->p[i]);
    return r;
}

static int check_bbpath(struct load *l, struct bb_store *d)
{
    bb_str bbpath;
    int r = bb_store_str_report(d, BB_SYM("BBPATH"), &bbpath);
    if (r < 0 || bbpath.len)
        return r;
    return bb_error(l->ctx, "The BBPATH variable is not set%s",
                    l->layerconf.len ? ""
                                     : " and bitbake did not find a conf/bblayers.conf "
                                       "file in the expected location.\n"
                                       "Maybe you accidentally invoked bitbake from the wrong directory?");
}

static int set_cachedir(struct load *l, struct bb_store *d)
{
    if (!bb_rules_has(l->ctx->level, BB_RULE_CACHEDIR))
        return 0;
    return set_default(d, "BB_CACHEDIR", BB_STR("${TOPDIR}/cache"));
}

/* BitBake: CookerDataBuilder.parseConfigurationFiles, for one configuration. */
static int read_configuration(struct load *l, bb_str mc, struct bb_store **ret)
{
    struct bb_store *d = bb_store_copy(l->base);
    int r = setz(d, "BB_CURRENT_MC",
                 mc.len                                               ? mc
                 : bb_rules_has(l->ctx->level, BB_RULE_EMPTY_BASE_MC) ? BB_STR("")
                                                                      : BB_STR("default"));
    if (r == 0)
        r = handle_all(l, d, &l->o->options->prefiles);
    if (r == 0 && l->layerconf.len) {
        r = setz(d, "TOPDIR", l->topdir);
        if (r == 0)
            r = bb_conf_handle(l->parser, d, l->layerconf);
        if (r == 0)
            r = set_cachedir(l, d);
        if (r == 0)
            r = read_layers(l, &d);
    }
    if (r == 0)
        r = check_bbpath(l, d);
    if (r == 0)
        r = set_default(d, "TOPDIR", l->o->cwd);
    if (r == 0)
        r = set_cachedir(l, d);
    if (r == 0)
        r = bb_conf_handle(l->parser, d, BB_STR("conf/bitbake.conf"));
    if (r == 0)
        r = handle_all(l, d, &l->o->options->postfiles);
    if (r == 0)
        r = bb_conf_inherit(l->parser, d);
    if (r == 0)
        r = bb_depends_set_included(l->parser, d);
    if (r < 0)
        bb_store_unref(d);
    else
        *ret = d;
    return r;
}

static int fire_parsed(struct load *l, struct bb_store *d)
{
    int r = bb_py_fire(d, "bb.event.ConfigParsed", NULL, 0);
    if (r == -BB_EPYTHON) {
        const struct bb_pyhook *hook = bb_store_hook(d);
        r = hook->error_report(hook->self, (struct bb_loc){0}, "handling ConfigParsed");
    }
    return r;
}

/* Reads the base configuration again as long as a ConfigParsed handler asks for it. */
static int read_base(struct load *l, struct bb_store **ret)
{
    struct bb_store *d;
    int r = read_configuration(l, BB_STR(""), &d);
    for (int i = 0; r == 0; i++) {
        struct bb_val again;
        r = fire_parsed(l, d);
        if (r == 0)
            r = bb_store_get(d, BB_SYM("BB_INVALIDCONF"), 0, &again);
        if (r < 0) {
            bb_store_unref(d);
            break;
        }
        if (again.kind != BB_V_BOOL || !again.i) {
            *ret = d;
            return 0;
        }
        bb_store_unref(d);
        if (i >= MAX_REPARSE)
            return bb_error(l->ctx,
                            "Configuration has been re-parsed over %d times, breaking out of "
                            "the loop: a ConfigParsed handler keeps setting BB_INVALIDCONF",
                            MAX_REPARSE);
        r = read_configuration(l, BB_STR(""), &d);
    }
    return r;
}

/* BitBake gives each name of BBMULTICONFIG a configuration of its own. */
static int read_multiconfigs(struct load *l, struct bb_config *c)
{
    bb_str names, name;
    int r = bb_store_str_report(c->mcs.p[0].d, BB_SYM("BBMULTICONFIG"), &names);
    while (r == 0 && bb_str_word(&names, &name)) {
        struct bb_mc mc = {.graph.name = bb_arena_str(&l->ctx->arena, name)};
        if (name.p[0] >= '0' && name.p[0] <= '9') {
            r = bb_error(l->ctx,
                         "Multiconfig name '%.*s' is invalid as multiconfigs cannot start with a digit",
                         BB_STRF(name));
            break;
        }
        r = read_configuration(l, name, &mc.d);
        if (r == 0)
            bb_vec_push(&c->mcs, mc);
        if (r == 0)
            r = fire_parsed(l, mc.d);
    }
    return r;
}

/* Handlers may make what is to be the same in all configurations so. */
static int fire_multiconfigs(const struct bb_config *c)
{
    if (c->mcs.n < 2)
        return 0;
    bb_str *names = bb_calloc(c->mcs.n, sizeof(*names));
    struct bb_store **stores = bb_calloc(c->mcs.n, sizeof(*stores));
    for (size_t i = 0; i < c->mcs.n; i++) {
        names[i] = c->mcs.p[i].graph.name;
        stores[i] = c->mcs.p[i].d;
    }
    int r = bb_py_fire_stores(stores[0], "bb.event.MultiConfigParsed", names, stores, c->mcs.n);
    if (r == -BB_EPYTHON)
        r = c->hook->error_report(c->hook->self, (struct bb_loc){0}, "handling MultiConfigParsed");
    free(names);
    free(stores);
    return r;
}

static int hash_all(struct bb_config *c)
{
    struct bb_store **stores = bb_calloc(c->mcs.n, sizeof(*stores));
    for (size_t i = 0; i < c->mcs.n; i++)
        stores[i] = c->mcs.p[i].d;
    int r = bb_confhash_make(stores, c->mcs.n, &c->ctx->arena, &c->hash);
    free(stores);
    return r;
}

/* The configuration's own dependencies are kept apart from those of the recipes that copy it. */
static int prepare_for_recipes(struct bb_config *c)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->mcs.n; i++) {
        struct bb_store *d = c->mcs.p[i].d;
        r = bb_store_rename(d, BB_SYM("__depends"), BB_SYM("__base_depends"),
                            &(struct bb_how){.ignore = true});
        if (r == 0)
            r = setz(d, "__bbclasstype", BB_STR("recipe"));
    }
    return r;
}

static int read_all_base(struct load *l, struct bb_config *c)
{
    l->base = bb_store_new(l->ctx, c->hook);
    bb_store_track(l->base, l->o->tracking);
    c->origenv = bb_store_new(l->ctx, c->hook);
    int r = bb_env_inherit(l->ctx, l->o->env, l->base);
    if (r == 0)
        r = bb_env_all(l->o->env, c->origenv);
    if (r == 0)
        r = bb_store_set(l->base, BB_SYM("BB_ORIGENV"),
                         (struct bb_val){.kind = BB_V_STORE, .store = c->origenv},
                         &(struct bb_how){.ignore = true});
    if (r == 0)
        r = setz(l->base, "__bbclasstype", BB_STR("global"));
    if (r == 0 && l->o->worker)
        r = setz(l->base, "BB_WORKERCONTEXT", BB_STR("1"));
    struct bb_mc base = {.graph.name = BB_STR("")};
    if (r == 0)
        r = read_base(l, &base.d);
    if (r == 0)
        bb_vec_push(&c->mcs, base);
    return r;
}

bb_str bb_config_early_cache(struct bb_arena *a, bb_str topdir, const char *name)
{
    return bb_cachefile_path(a, bb_arena_fmt(a, "%.*s/cache", BB_STRF(topdir)), name);
}

/* Sets the context's level. */
static int find_level(struct load *l, const struct bb_pyhook *hook)
{
    enum bb_level level = BB_LEVEL_2_8;
    bb_str compat = bb_env_get(l->o->env, BB_STR("BBC_COMPAT"));
    if (compat.len && !bb_level_parse(compat, &level)) {
        BB_CLEAN_BUF struct bb_buf known = BB_BUF_INIT;
        bb_level_list(&known);
        return bb_error(l->ctx, "BBC_COMPAT is '%.*s', which is no release that bbc knows; it knows %s",
                        BB_STRF(compat), known.p);
    }
    if (compat.len)
        bb_ctx_set_level(l->ctx, level);
    else
        bb_level_find(&(struct bb_level_probe){l->parser, hook, l->o->env, l->layerconf, l->topdir}, level);
    return 0;
}

int bb_config_level(struct bb_parser *parser, const struct bb_pyhook *hook, const struct bb_config_opts *o)
{
    struct load l = {.ctx = bb_parser_ctx(parser), .parser = parser, .o = o};
    bb_config_find_topdir(l.ctx, o->env, o->cwd, &l.topdir, &l.layerconf);
    return find_level(&l, hook);
}

int bb_config_load(struct bb_parser *parser, const struct bb_pyhook *hook, const struct bb_config_opts *o,
                   struct bb_config *ret)
{
    struct bb_ctx *ctx = bb_parser_ctx(parser);
    struct load l = {.ctx = ctx, .parser = parser, .o = o};
    *ret = (struct bb_config){.ctx = ctx, .hook = hook};
    bb_config_find_topdir(ctx, o->env, o->cwd, &l.topdir, &l.layerconf);
    bb_py_code_cache(bb_config_early_cache(&ctx->arena, l.topdir, "code").p);
    int r = find_level(&l, hook);
    if (r == 0)
        r = read_all_base(&l, ret);
    if (r == 0)
        r = read_multiconfigs(&l, ret);
    if (r == 0)
        r = fire_multiconfigs(ret);
    if (r == 0)
        r = hash_all(ret);
    if (r == 0)
        r = prepare_for_recipes(ret);
    if (r == 0) {
        bb_str topdir;
        r = bb_store_str_report(ret->mcs.p[0].d, BB_SYM("TOPDIR"), &topdir);
        ret->topdir = topdir;
    }
    bb_store_unref(l.base);
    return r;
}

void bb_config_release(struct bb_config *c)
{
    bb_vec_each(&c->mcs, mc)
        bb_mc_release(mc);
    bb_vec_release(&c->mcs);
    if (c->origenv)
        bb_store_unref(c->origenv);
    c->origenv = NULL;
}

struct bb_mc *bb_config_mc(const struct bb_config *c, bb_str name)
{
    bb_vec_each(&c->mcs, mc)
        if (bb_str_eq(mc->graph.name, name))
            return mc;
    return NULL;
}

int bb_config_need_mc(const struct bb_config *c, bb_str name, struct bb_mc **ret)
{
    struct bb_mc *mc = bb_config_mc(c, name);
    if (!mc)
        return bb_error(c->ctx, "No multiconfig named \"%.*s\" found", BB_STRF(name));
    *ret = mc;
    return 0;
}
