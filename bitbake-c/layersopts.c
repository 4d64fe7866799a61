/* SPDX-License-Identifier: MIT */
#include "layersopts.h"

#include <getopt.h>

static const struct bbc_sub subs[] = {
    [BBC_SHOW_LAYERS] = {"show-layers", "", "show current configured layers", 0, 0},
    [BBC_SHOW_OVERLAYED] = {"show-overlayed", "",
                            "list overlayed recipes (where the same recipe exists in another layer)", 0, 0},
    [BBC_SHOW_RECIPES] = {"show-recipes", "[PNSPEC ...]",
                          "list available recipes, showing the layer they are provided by", 0, SIZE_MAX},
    [BBC_SHOW_APPENDS] = {"show-appends", "[PNSPEC ...]",
                          "list bbappend files and recipe files they apply to", 0, SIZE_MAX},
    [BBC_SHOW_CROSS_DEPENDS] = {"show-cross-depends", "",
                                "show dependencies between recipes that cross layer boundaries", 0, 0},
    [BBC_ADD_LAYER] = {"add-layer", "LAYERDIR ...", "add one or more layers to bblayers.conf", 1, SIZE_MAX},
    [BBC_REMOVE_LAYER] = {"remove-layer", "LAYERDIR ...",
                          "remove one or more layers (names, folders or patterns) from bblayers.conf", 1,
                          SIZE_MAX},
    [BBC_FLATTEN] = {"flatten", "[LAYER ...] OUTPUTDIR",
                     "flatten layer configuration into a separate output directory", 1, SIZE_MAX},
};

/* Which subcommands know an option. */
#define FOR(c) (1u << BBC_##c)
enum {
    LISTS = FOR(SHOW_OVERLAYED) | FOR(SHOW_RECIPES),
    QUERIES = LISTS | FOR(SHOW_LAYERS) | FOR(SHOW_APPENDS) | FOR(SHOW_CROSS_DEPENDS),
};
static const struct bbc_opt rows[] = {
#define F(f) offsetof(struct bbc_layers_opts, f)
    {'d', "debug", BBC_OPT_FLAG, F(debug), NULL, "enable debug output"},
    {'q', "quiet", BBC_OPT_FLAG, F(quiet), NULL, "print only errors"},
    {'F', "force", BBC_OPT_FLAG, F(force), NULL, "add without trying whether the configuration parses"},
    {0, "color", BBC_OPT_CHOICE, F(color), "auto|always|never", "colour messages"},
    BBC_OPT_DIAGNOSTICS(F(diagnostics)),
    {0, "json", BBC_OPT_FLAG, F(json), NULL, "answer as JSON", .in = QUERIES | BBC_OPT_GLOBAL},
    {'f', "filenames", BBC_OPT_FLAG, F(filenames), NULL, "show files by their whole paths",
     .in = LISTS | FOR(SHOW_CROSS_DEPENDS)},
    {'s', "same-version", BBC_OPT_FLAG, F(same_version), NULL,
     "only recipes that have the same version everywhere", .in = FOR(SHOW_OVERLAYED)},
    {'r', "recipes-only", BBC_OPT_FLAG, F(recipes_only), NULL, "names of recipes only",
     .in = FOR(SHOW_RECIPES)},
    {'m', "multiple", BBC_OPT_FLAG, F(multiple), NULL, "only where there are several recipes of a name",
     .in = FOR(SHOW_RECIPES)},
    {'i', "inherits", BBC_OPT_TEXT, F(inherits), "CLASS[,CLASS]", "only recipes that inherit these classes",
     .in = FOR(SHOW_RECIPES)},
    {'l', "layer", BBC_OPT_TEXT, F(layer), "LAYER", "only recipes of this layer", .in = FOR(SHOW_RECIPES)},
    {'b', "bare", BBC_OPT_FLAG, F(bare), NULL, "without saying what is skipped", .in = FOR(SHOW_RECIPES)},
    {'i', "ignore", BBC_OPT_TEXT, F(ignore), "LAYER[,LAYER]", "leave out what is in these layers",
     .in = FOR(SHOW_CROSS_DEPENDS)},
    {0, "mc", BBC_OPT_TEXT, F(mc), "MC", "use this multiconfig", .in = LISTS | FOR(SHOW_APPENDS)},
#undef F
};
enum { NSUBS = sizeof(subs) / sizeof(*subs) };

const struct bbc_cmdline bbc_layers_cmdline = {
    .name = "bbc-layers",
    .summary = "show and change the layers of a build directory",
    .args = {"<subcommand> ..."},
    .about = "BitBake layers utility. '<subcommand> --help' says more of one.",
    .more = "Layers may bring more in lib/bblayers: create-layer, save-build-conf, create-layers-setup of\n"
            "OpenEmbedded-Core. Without a subcommand, those of the build directory's layers are listed here.",
    .opts = rows,
    .nopts = sizeof(rows) / sizeof(*rows),
    .subs = subs,
    .nsubs = NSUBS,
    .field = offsetof(struct bbc_layers_opts, args),
};

static enum bbc_layers_command command_of(const char *name)
{
    for (size_t i = 0; i < NSUBS; i++)
        if (!strcmp(name, subs[i].name))
            return (enum bbc_layers_command)i;
    return BBC_LAYERS_PLUGIN;
}

int bbc_layersopts_parse(int argc, char **argv, struct bbc_layers_opts *ret)
{
    const struct bbc_cmdline *c = &bbc_layers_cmdline;
    const char *prog = argv[0];
    *ret = (struct bbc_layers_opts){.command = BBC_LAYERS_PLUGIN};
    int stop = bbc_opts_read(c, NULL, prog, argc, argv, ret);
    if (stop)
        return stop;
    argc -= optind;
    argv += optind;
    for (int i = 0; i < argc; i++)
        bb_vec_push(&ret->all, bb_str_z(argv[i]));
    if (!argc)
        bbc_opts_help(c, NULL, prog, stdout);
    if (!argc || (ret->command = command_of(argv[0])) == BBC_LAYERS_PLUGIN)
        return 0;
    argv[0] = (char *)prog; /* for getopt's messages */
    const struct bbc_sub *sub = &subs[ret->command];
    stop = bbc_opts_read(c, sub, prog, argc, argv, ret);
    if (stop)
        return stop;
    for (int i = optind; i < argc; i++)
        bb_vec_push(&ret->args, bb_str_z(argv[i]));
    if (ret->args.n >= sub->min && ret->args.n <= sub->max)
        return 0;
    bbc_opts_usage(c, sub, prog, stderr);
    return -1;
}

void bbc_layersopts_release(struct bbc_layers_opts *o)
{
    bbc_opts_release(&bbc_layers_cmdline, o);
    bb_vec_release(&o->all);
}
