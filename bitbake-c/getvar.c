/* SPDX-License-Identifier: MIT */
/* bbc-getvar: the value of one variable and how it came about. */
#include "cmd.h"

#include "console.h"
#include "query/showvar.h"
#include "build/targets.h"
#include "data/emit.h"
#include "os/os.h"

#include <getopt.h>

extern char **environ;

struct getvar {
    const char *variable, *recipe, *flag, *diagnostics;
    bool unexpand, value, quiet, ignore_undefined, json;
};

static const struct option longs[] = {
    {"recipe", required_argument, NULL, 'r'}, {"unexpand", no_argument, NULL, 'u'},
    {"flag", required_argument, NULL, 'f'},   {"value", no_argument, NULL, 'V'},
    {"quiet", no_argument, NULL, 'q'},        {"ignore-undefined", no_argument, NULL, 'i'},
    {"json", no_argument, NULL, 'J'},         {"diagnostics", required_argument, NULL, 'D'},
    {"help", no_argument, NULL, 'h'},         {0},
};

static void usage(FILE *f)
{
    fputs("Usage: bbc-getvar [options] VARIABLE\n\n"
          "Shows a variable's value and the operations that made it.\n\n"
          "  -r, --recipe RECIPE     as this recipe sees it\n"
          "  -u, --unexpand          without expansion (with --value)\n"
          "  -f, --flag FLAG         a flag of the variable (with --value or --json)\n"
          "      --value             the value only\n"
          "      --json              value, flags and history as JSON\n"
          "  -q, --quiet             no messages but errors\n"
          "      --ignore-undefined  an undefined variable is no error\n"
          "      --diagnostics FORM[:FILE]\n"
          "                          form of messages: text, json, sarif or github\n"
          "  -h, --help              show this help and exit\n",
          f);
}

/* 0 to go on, 1 to end with success, 2 for a bad command line, -1 for one that BitBake calls an error. */
static int parse(int argc, char **argv, struct getvar *o)
{
    for (int c; (c = getopt_long(argc, argv, "r:uf:qh", longs, NULL)) != -1;) {
        switch (c) {
        case 'r':
            o->recipe = optarg;
            break;
        case 'u':
            o->unexpand = true;
            break;
        case 'f':
            o->flag = optarg;
            break;
        case 'V':
            o->value = true;
            break;
        case 'q':
            o->quiet = true;
            break;
        case 'i':
            o->ignore_undefined = true;
            break;
        case 'J':
            o->json = true;
            break;
        case 'D':
            o->diagnostics = optarg;
            break;
        case 'h':
            usage(stdout);
            return 1;
        default:
            return 2;
        }
    }
    if (optind != argc - 1) {
        usage(stderr);
        return 2;
    }
    o->variable = argv[optind];
    if (!o->value && (o->unexpand || (o->flag && !o->json))) {
        fprintf(stderr, "%s only makes sense with --value\n", o->unexpand ? "--unexpand" : "--flag");
        return -1;
    }
    return 0;
}

static int print_value(struct bb_ctx *ctx, struct bb_store *d, const struct getvar *o)
{
    struct bb_val v;
    bb_sym var = bb_sym_z(o->variable);
    unsigned how = o->unexpand ? 0 : BB_GET_EXPAND;
    int r = o->flag ? bb_store_get_flag(d, var, bb_sym_z(o->flag), how, &v) : bb_store_get(d, var, how, &v);
    if (r < 0)
        return bb_store_report(d, r, (struct bb_loc){0});
    if (v.kind == BB_V_NONE && !o->ignore_undefined)
        return o->flag ? bb_error(ctx, "The flag '%s' is not defined for variable '%s'", o->flag, o->variable)
                       : bb_error(ctx, "The variable '%s' is not defined", o->variable);
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    if (o->value && !o->json) {
        bb_str s = v.kind == BB_V_NONE ? BB_STR("") : bb_val_str(bb_store_hook(d), bb_store_arena(d), v);
        printf("%.*s\n", BB_STRF(s));
        return 0;
    }
    if (o->json) {
        r = o->flag ? bb_showvar_flag_json(d, var, bb_sym_z(o->flag), v, &out)
                    : bb_showvar_json(d, var, &out);
        bb_buf_addc(&out, '\n');
    } else {
        r = bb_emit_var(&out, d, var, true);
    }
    fwrite(out.p, 1, out.len, stdout);
    return r;
}

static int find_store(struct bb_cooker *c, const struct getvar *o, struct bb_store **ret)
{
    *ret = bb_cooker_data(c);
    if (!o->recipe)
        return 0;
    struct bb_targets t;
    bb_str fn;
    int r = bb_cooker_parse(c);
    if (r < 0)
        return r;
    bb_targets_init(&t, c, &(struct bb_targets_opts){.allow_incomplete = true});
    r = bb_targets_recipe(&t, bb_str_z(o->recipe), &fn);
    if (r == 0)
        r = bb_cooker_recipe(c, fn, ret, NULL);
    bb_targets_release(&t);
    return r;
}

int bbc_getvar_main(int argc, char **argv)
{
    struct getvar o = {0};
    struct bb_ctx ctx;
    struct bbc_console console;
    struct bb_cooker cooker;
    struct bb_store *d;
    int stop = parse(argc, argv, &o);
    if (stop)
        return stop == 1 ? 0 : stop == 2 ? 2 : 1;
    bb_ctx_init(&ctx);
    ctx.os = bb_os_posix();
    bbc_console_init(&console, &ctx, true);
    if (!bbc_console_form(&console, o.diagnostics))
        return 2;
    ctx.verbosity = o.quiet || o.value || o.json ? -2 : 0;
    int r = bb_cooker_open(&cooker, &ctx, &(struct bb_cooker_opts){.environ = environ, .tracking = true});
    if (r == 0)
        r = find_store(&cooker, &o, &d);
    if (r == 0)
        r = print_value(&ctx, d, &o);
    bb_cooker_close(&cooker);
    int status = bbc_console_finish(&console, bbc_console_status(r));
    bb_ctx_release(&ctx);
    return status;
}
