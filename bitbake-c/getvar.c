/* SPDX-License-Identifier: MIT */
/* bbc-getvar: the value of one variable and how it came about. */
#include "cmd.h"

#include "console.h"
#include "queryopts.h"
#include "query/varshow.h"
#include "cook/targets.h"
#include "data/emit.h"
#include "os/os.h"

extern char **environ;

/* BitBake calls these an error, not a bad command line. */
static bool fits(const struct bbc_getvar_opts *o)
{
    bool ok = o->value || !(o->unexpand || (o->flag.len && !o->json));
    if (!ok)
        fprintf(stderr, "%s only makes sense with --value\n", o->unexpand ? "--unexpand" : "--flag");
    return ok;
}

static int print_value(struct bb_ctx *ctx, struct bb_store *d, const struct bbc_getvar_opts *o)
{
    struct bb_val v;
    const char *name = o->args.p[0].p, *flag = o->flag.p;
    bb_sym var = bb_sym_z(name);
    unsigned how = o->unexpand ? 0 : BB_GET_EXPAND;
    int r = flag ? bb_store_get_flag(d, var, bb_sym_z(flag), how, &v) : bb_store_get(d, var, how, &v);
    if (r < 0)
        return bb_store_report(d, r, (struct bb_loc){0});
    if (v.kind == BB_V_NONE && !o->ignore_undefined)
        return flag ? bb_error(ctx, "The flag '%s' is not defined for variable '%s'", flag, name)
                    : bb_error(ctx, "The variable '%s' is not defined", name);
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    if (o->value && !o->json) {
        bb_str s = v.kind == BB_V_NONE ? BB_STR("") : bb_val_str(bb_store_hook(d), bb_store_arena(d), v);
        printf("%.*s\n", BB_STRF(s));
        return 0;
    }
    if (o->json) {
        r = flag ? bb_varshow_flag_json(d, var, bb_sym_z(flag), v, &out) : bb_varshow_json(d, var, &out);
        bb_buf_addc(&out, '\n');
    } else {
        r = bb_emit_var(&out, d, var, true);
    }
    fwrite(out.p, 1, out.len, stdout);
    return r;
}

static int find_store(struct bb_cooker *c, const struct bbc_getvar_opts *o, struct bb_store **ret)
{
    *ret = bb_cooker_data(c);
    if (!o->recipe.len)
        return 0;
    struct bb_targets t;
    bb_str fn;
    int r = bb_cooker_parse(c);
    if (r < 0)
        return r;
    bb_targets_init(&t, c, true);
    r = bb_targets_recipe(&t, o->recipe, &fn);
    if (r == 0)
        r = bb_cooker_recipe(c, fn, ret, NULL);
    bb_targets_release(&t);
    return r;
}

static int run(const struct bbc_getvar_opts *o)
{
    struct bb_ctx ctx;
    struct bbc_console console;
    struct bb_cooker cooker;
    struct bb_store *d;
    bb_ctx_init(&ctx);
    ctx.os = bb_os_posix();
    bbc_console_init(&console, &ctx, true);
    if (!bbc_console_form(&console, o->diagnostics.p))
        return 2;
    ctx.verbosity = o->quiet || o->value || o->json ? -2 : 0;
    int r = bb_cooker_open(&cooker, &ctx, &(struct bb_cooker_opts){.environ = environ, .tracking = true});
    if (r == 0)
        r = find_store(&cooker, o, &d);
    if (r == 0)
        r = print_value(&ctx, d, o);
    bb_cooker_close(&cooker);
    int status = bbc_console_finish(&console, bbc_console_status(r));
    bb_ctx_release(&ctx);
    return status;
}

int bbc_getvar_main(int argc, char **argv)
{
    struct bbc_getvar_opts o;
    int stop = bbc_opts_parse(&bbc_getvar_cmdline, argc, argv, &o, sizeof(o));
    int status = stop == 1 ? 0 : 2;
    if (stop == 0)
        status = fits(&o) ? run(&o) : 1;
    bbc_opts_release(&bbc_getvar_cmdline, &o);
    return status;
}
