/* SPDX-License-Identifier: MIT */
/* bbc-layers: what bitbake-layers does. Queries answer on stdout, take no lock and need no server. */
#include "cmd.h"

#include "console.h"
#include "query/crossdeps.h"
#include "query/flatten.h"
#include "query/layeredit.h"
#include "query/layerplugins.h"
#include "query/layershow.h"
#include "query/recipeshow.h"
#include "layersopts.h"
#include "os/os.h"

extern char **environ;

struct layers {
    const struct bbc_layers_opts *o;
    struct bb_ctx ctx;
    struct bbc_console console;
    struct bb_cooker cooker;
    struct bb_layerinfo info;
    struct bb_targets targets;
    struct bb_buf out;
    struct bb_jsonw json;
    struct bb_answer answer;
};

static int show_layers(struct layers *s)
{
    return bb_layershow_layers(&s->info, &s->answer);
}

static int show_recipes(struct layers *s)
{
    struct bb_recipeshow o = {.filenames = s->o->filenames,
                              .names = s->o->recipes_only,
                              .multiple = s->o->multiple,
                              .bare = s->o->bare,
                              .layer = s->o->layer,
                              .match = s->o->args};
    bb_str classes = s->o->inherits, name;
    while (classes.len && bb_str_split(&classes, ',', &name))
        bb_vec_push(&o.classes, name);
    int r = bb_recipeshow_list(&s->info, &s->targets, &o, &s->answer);
    bb_vec_release(&o.classes);
    return r;
}

static int show_overlayed(struct layers *s)
{
    struct bb_recipeshow o = {.filenames = s->o->filenames,
                              .multiple = true,
                              .overlayed = true,
                              .same_version = s->o->same_version};
    return bb_recipeshow_list(&s->info, &s->targets, &o, &s->answer);
}

static int show_appends(struct layers *s)
{
    return bb_layershow_appends(&s->info, &s->targets, &s->o->args, &s->answer);
}

static int show_cross_depends(struct layers *s)
{
    struct bb_crossdeps_opts o = {.filenames = s->o->filenames};
    bb_str ignore = s->o->ignore, name;
    while (ignore.len && bb_str_split(&ignore, ',', &name))
        bb_vec_push(&o.ignore, name);
    int r = bb_crossdeps_show(&s->info, &s->targets, &o, &s->answer);
    bb_vec_release(&o.ignore);
    return r;
}

static int flatten(struct layers *s)
{
    struct bb_strvec names = {s->o->args.p, s->o->args.n - 1, 0};
    return bb_flatten_layers(&s->info, &names, s->o->args.p[names.n], &s->out);
}

static int add_layer(struct layers *s)
{
    return bb_layeredit_add(&s->ctx, &(struct bb_layeredit){.environ = environ, .force = s->o->force},
                            &s->o->args);
}

static int remove_layer(struct layers *s)
{
    return bb_layeredit_remove(&s->ctx, &(struct bb_layeredit){.environ = environ}, &s->o->args);
}

/* What a subcommand needs before it runs. */
enum need { NOTHING, CONFIGURATION, FILES, RECIPES };
static const struct {
    enum need need;
    int (*run)(struct layers *s);
} actions[] = {
    [BBC_SHOW_LAYERS] = {CONFIGURATION, show_layers},
    [BBC_SHOW_OVERLAYED] = {RECIPES, show_overlayed},
    [BBC_SHOW_RECIPES] = {RECIPES, show_recipes},
    [BBC_SHOW_APPENDS] = {RECIPES, show_appends},
    [BBC_SHOW_CROSS_DEPENDS] = {RECIPES, show_cross_depends},
    [BBC_ADD_LAYER] = {NOTHING, add_layer},
    [BBC_REMOVE_LAYER] = {NOTHING, remove_layer},
    [BBC_FLATTEN] = {FILES, flatten},
};

static int open_cooker(struct layers *s, enum need need, bool tracking)
{
    struct bb_cooker_opts o = {.environ = environ, .tracking = tracking};
    int r = bb_cooker_open(&s->cooker, &s->ctx, &o);
    if (r == 0 && need >= RECIPES)
        r = bb_cooker_parse(&s->cooker);
    else if (r == 0 && need >= FILES)
        r = bb_cooker_collect(&s->cooker);
    if (r == -BB_EREPORTED && s->cooker.counts.errors)
        bb_error(&s->ctx, "Parsing halted due to errors, see error messages above");
    return r;
}

static int answer(struct layers *s, enum need need, int (*run)(struct layers *s))
{
    int r = open_cooker(s, need, true);
    if (r == 0) {
        r = bb_layerinfo_init(&s->info, &s->cooker, s->o->mc);
        bb_targets_init(&s->targets, &s->cooker, false);
        if (r == 0)
            r = run(s);
        bb_targets_release(&s->targets);
        bb_layerinfo_release(&s->info);
    }
    bb_cooker_close(&s->cooker);
    if (r == 0 && s->o->json)
        bb_buf_addc(&s->out, '\n');
    fwrite(s->out.p, 1, r == 0 ? s->out.len : 0, stdout);
    return r;
}

/* A subcommand of a layer; without one, the list of all there are. */
static int plugin(struct layers *s)
{
    int status = 0;
    struct bb_strvec own = {0};
    for (size_t i = 0; i < bbc_layers_cmdline.nsubs; i++)
        bb_vec_push(&own, bb_str_z(bbc_layers_cmdline.subs[i].name));
    int r = open_cooker(s, CONFIGURATION, true);
    if (r == 0)
        r = bb_layerplugins_run(&s->cooker, &own, &s->o->all, &status);
    bb_vec_release(&own);
    bb_cooker_close(&s->cooker);
    return r < 0 ? bbc_console_status(r) : status;
}

static int run(struct layers *s)
{
    enum bbc_layers_command c = s->o->command;
    if (c == BBC_LAYERS_PLUGIN)
        return plugin(s);
    if (s->o->json)
        s->answer.json = &s->json;
    return bbc_console_status(actions[c].need == NOTHING ? actions[c].run(s)
                                                         : answer(s, actions[c].need, actions[c].run));
}

int bbc_layers_main(int argc, char **argv)
{
    struct bbc_layers_opts o;
    struct layers s = {.o = &o, .out = BB_BUF_INIT};
    int stop = bbc_layersopts_parse(argc, argv, &o);
    int status = stop == 1 ? 0 : 2;
    if (stop == 0) {
        bb_ctx_init(&s.ctx);
        s.ctx.os = bb_os_posix();
        bbc_console_init(&s.console, &s.ctx, true);
        if (o.color.len && !bb_str_eqz(o.color, "auto"))
            s.console.colour_out = s.console.colour_err = bb_str_eqz(o.color, "always");
        s.ctx.verbosity = o.debug ? 1 : o.quiet ? -2 : 0;
        s.answer.out = &s.out;
        bb_jsonw_init(&s.json, &s.out, 0);
        status = bbc_console_form(&s.console, o.diagnostics.p) ? run(&s) : 2;
        status = bbc_console_finish(&s.console, status);
        bb_ctx_release(&s.ctx);
    }
    bb_buf_release(&s.out);
    bbc_layersopts_release(&o);
    return status;
}
