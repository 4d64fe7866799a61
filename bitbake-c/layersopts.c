/* SPDX-License-Identifier: MIT */
#include "layersopts.h"

#include <getopt.h>
#include <stdio.h>

static const struct command {
    const char *name, *args, *help;
    size_t min, max; /* number of arguments */
} commands[] = {
    [BBC_SHOW_LAYERS] = {"show-layers", "", "show current configured layers", 0, 0},
    [BBC_SHOW_OVERLAYED] = {"show-overlayed", "",
                            "list overlayed recipes (where the same recipe exists in another layer)", 0, 0},
    [BBC_SHOW_RECIPES] = {"show-recipes", " [PNSPEC ...]",
                          "list available recipes, showing the layer they are provided by", 0, SIZE_MAX},
    [BBC_SHOW_APPENDS] = {"show-appends", " [PNSPEC ...]",
                          "list bbappend files and recipe files they apply to", 0, SIZE_MAX},
    [BBC_SHOW_CROSS_DEPENDS] = {"show-cross-depends", "",
                                "show dependencies between recipes that cross layer boundaries", 0, 0},
    [BBC_ADD_LAYER] = {"add-layer", " LAYERDIR ...", "add one or more layers to bblayers.conf", 1, SIZE_MAX},
    [BBC_REMOVE_LAYER] = {"remove-layer", " LAYERDIR ...",
                          "remove one or more layers (names, folders or patterns) from bblayers.conf", 1,
                          SIZE_MAX},
    [BBC_FLATTEN] = {"flatten", " [LAYER ...] OUTPUTDIR",
                     "flatten layer configuration into a separate output directory", 1, SIZE_MAX},
};

/* Which subcommands know an option. */
#define FOR(c) (1u << BBC_##c)
enum {
    ALL = ~0u,
    LISTS = FOR(SHOW_OVERLAYED) | FOR(SHOW_RECIPES),
    QUERIES = LISTS | FOR(SHOW_LAYERS) | FOR(SHOW_APPENDS) | FOR(SHOW_CROSS_DEPENDS),
};
static const struct row {
    char letter; /* 0: none */
    const char *name;
    unsigned commands;
    bool global; /* before the subcommand, too */
    size_t field;
    const char *arg; /* NULL: takes none */
    const char *help;
} rows[] = {
#define F(f) offsetof(struct bbc_layers_opts, f)
    {'d', "debug", ALL, true, F(debug), NULL, "enable debug output"},
    {'q', "quiet", ALL, true, F(quiet), NULL, "print only errors"},
    {'F', "force", ALL, true, F(force), NULL, "add without trying whether the configuration parses"},
    {0, "color", ALL, true, F(color), "auto|always|never", "colour messages"},
    {0, "diagnostics", ALL, true, F(diagnostics), "FORM[:FILE]",
     "form of messages: text, json, sarif or github"},
    {0, "json", QUERIES, true, F(json), NULL, "answer as JSON"},
    {'f', "filenames", LISTS | FOR(SHOW_CROSS_DEPENDS), false, F(filenames), NULL,
     "show files by their whole paths"},
    {'s', "same-version", FOR(SHOW_OVERLAYED), false, F(same_version), NULL,
     "only recipes that have the same version everywhere"},
    {'r', "recipes-only", FOR(SHOW_RECIPES), false, F(recipes_only), NULL, "names of recipes only"},
    {'m', "multiple", FOR(SHOW_RECIPES), false, F(multiple), NULL,
     "only where there are several recipes of a name"},
    {'i', "inherits", FOR(SHOW_RECIPES), false, F(inherits), "CLASS[,CLASS]",
     "only recipes that inherit these classes"},
    {'l', "layer", FOR(SHOW_RECIPES), false, F(layer), "LAYER", "only recipes of this layer"},
    {'b', "bare", FOR(SHOW_RECIPES), false, F(bare), NULL, "without saying what is skipped"},
    {'i', "ignore", FOR(SHOW_CROSS_DEPENDS), false, F(ignore), "LAYER[,LAYER]",
     "leave out what is in these layers"},
    {0, "mc", LISTS | FOR(SHOW_APPENDS), false, F(mc), "MC", "use this multiconfig"},
#undef F
};
enum { NROWS = sizeof(rows) / sizeof(*rows), NCOMMANDS = sizeof(commands) / sizeof(*commands), HELP = 1000 };

/* Rows of one subcommand, or with `command` BBC_LAYERS_PLUGIN the global ones. */
static bool applies(const struct row *r, enum bbc_layers_command command)
{
    return command == BBC_LAYERS_PLUGIN ? r->global : (r->commands & 1u << command) != 0;
}

static void help_options(enum bbc_layers_command command)
{
    puts("\nOptions:");
    for (size_t i = 0; i < NROWS; i++) {
        const struct row *r = &rows[i];
        char left[64];
        if (!applies(r, command))
            continue;
        snprintf(left, sizeof(left), "%c%c%s--%s%s%s", r->letter ? '-' : ' ', r->letter ? r->letter : ' ',
                 r->letter ? ", " : "  ", r->name, r->arg ? " " : "", r->arg ? r->arg : "");
        printf("  %-34s %s\n", left, r->help);
    }
    printf("  %-34s %s\n", "-h, --help", "show this help and exit");
}

static void help(const char *prog, enum bbc_layers_command command)
{
    if (command < BBC_LAYERS_PLUGIN) {
        printf("Usage: %s %s [options]%s\n\n%s\n", prog, commands[command].name, commands[command].args,
               commands[command].help);
        help_options(command);
        return;
    }
    printf("Usage: %s [options] <subcommand> ...\n\nBitBake layers utility. '%s <subcommand> --help' says "
           "more of one.\n",
           prog, prog);
    help_options(command);
    puts("\nSubcommands:");
    for (size_t i = 0; i < NCOMMANDS; i++)
        printf("  %-34s %s\n", commands[i].name, commands[i].help);
    puts("Layers may bring more in lib/bblayers: create-layer, save-build-conf, create-layers-setup of\n"
         "OpenEmbedded-Core. Without a subcommand, those of the build directory's layers are listed here.");
}

/* getopt's tables for one subcommand. */
struct tables {
    struct option longs[NROWS + 2];
    char letters[2 * NROWS + 4];
};

static void fill_tables(enum bbc_layers_command command, struct tables *ret)
{
    size_t n = 0, k = 0;
    *ret = (struct tables){0};
    if (command == BBC_LAYERS_PLUGIN)
        ret->letters[k++] = '+';
    ret->letters[k++] = 'h';
    ret->longs[n++] = (struct option){"help", no_argument, NULL, HELP};
    for (size_t i = 0; i < NROWS; i++) {
        if (!applies(&rows[i], command))
            continue;
        ret->longs[n++] =
            (struct option){rows[i].name, rows[i].arg ? required_argument : no_argument, NULL, (int)i + 1};
        if (!rows[i].letter)
            continue;
        ret->letters[k++] = rows[i].letter;
        if (rows[i].arg)
            ret->letters[k++] = ':';
    }
}

static const struct row *row_of(int c, enum bbc_layers_command command)
{
    if (c > 0 && c <= NROWS)
        return &rows[c - 1];
    for (size_t i = 0; i < NROWS; i++)
        if (rows[i].letter == c && applies(&rows[i], command))
            return &rows[i];
    return NULL;
}

/* 0 to go on, 1 when help was shown, -1 for what is off; optind is then the first argument. */
static int read_options(int argc, char **argv, const char *prog, enum bbc_layers_command command,
                        struct bbc_layers_opts *o)
{
    struct tables t;
    fill_tables(command, &t);
    optind = 0;
    for (int c; (c = getopt_long(argc, argv, t.letters, t.longs, NULL)) != -1;) {
        if (c == 'h' || c == HELP) {
            help(prog, command);
            return 1;
        }
        const struct row *r = c == '?' ? NULL : row_of(c, command);
        if (!r) {
            fprintf(stderr, "Try '%s --help'.\n", prog);
            return -1;
        }
        void *field = (char *)o + r->field;
        if (r->arg)
            *(const char **)field = optarg;
        else
            *(bool *)field = true;
    }
    if (o->color && strcmp(o->color, "auto") && strcmp(o->color, "always") && strcmp(o->color, "never")) {
        fprintf(stderr, "%s: --color takes auto, always or never, not '%s'\n", prog, o->color);
        return -1;
    }
    if (o->color && !strcmp(o->color, "auto"))
        o->color = NULL;
    return 0;
}

static enum bbc_layers_command command_of(const char *name)
{
    for (size_t i = 0; i < NCOMMANDS; i++)
        if (!strcmp(name, commands[i].name))
            return (enum bbc_layers_command)i;
    return BBC_LAYERS_PLUGIN;
}

int bbc_layersopts_parse(int argc, char **argv, struct bbc_layers_opts *ret)
{
    const char *prog = argv[0];
    *ret = (struct bbc_layers_opts){.command = BBC_LAYERS_PLUGIN};
    int stop = read_options(argc, argv, prog, BBC_LAYERS_PLUGIN, ret);
    if (stop)
        return stop;
    argc -= optind;
    argv += optind;
    for (int i = 0; i < argc; i++)
        bb_vec_push(&ret->all, bb_str_z(argv[i]));
    if (!argc)
        help(prog, BBC_LAYERS_PLUGIN);
    if (!argc || (ret->command = command_of(argv[0])) == BBC_LAYERS_PLUGIN)
        return 0;
    argv[0] = (char *)prog; /* for getopt's messages */
    stop = read_options(argc, argv, prog, ret->command, ret);
    if (stop)
        return stop;
    for (int i = optind; i < argc; i++)
        bb_vec_push(&ret->args, bb_str_z(argv[i]));
    const struct command *c = &commands[ret->command];
    if (ret->args.n >= c->min && ret->args.n <= c->max)
        return 0;
    fprintf(stderr, "Usage: %s %s [options]%s\n", prog, c->name, c->args);
    return -1;
}

void bbc_layersopts_release(struct bbc_layers_opts *o)
{
    bb_vec_release(&o->args);
    bb_vec_release(&o->all);
}
