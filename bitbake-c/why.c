/* SPDX-License-Identifier: MIT */
/* bbc-why: why a task ran, from the records of builds. Reads no configuration. */
#include "cmd.h"

#include "console.h"
#include "depopts.h"
#include "build/why.h"
#include "cook/config.h"
#include "os/os.h"

#include <unistd.h>

extern char **environ;

static int answer(struct bb_ctx *ctx, const struct bbc_why_opts *o)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    char cwd[4096];
    struct bb_env env;
    struct bb_why_opts w = {.target = o->args.n ? o->args.p[0] : BB_STR(""),
                            .between = {o->between[0], o->between[1]},
                            .json = o->json,
                            .most = o->all ? 0 : 10};
    if (!o->args.n && !o->between[0].len)
        return bb_error(ctx, "name a TARGET[:TASK], or two builds with --between");
    if (!getcwd(cwd, sizeof(cwd)))
        return bb_error(ctx, "the current folder has no name");
    bb_env_init(ctx, &env, environ);
    int r = bb_config_find_topdir(ctx, &env, bb_str_z(cwd), &w.topdir, NULL);
    if (r == 0)
        r = bb_why_explain(ctx, &w, &out);
    fwrite(out.p, 1, r == 0 ? out.len : 0, stdout);
    return r;
}

int bbc_why_main(int argc, char **argv)
{
    struct bbc_why_opts o;
    struct bb_ctx ctx;
    struct bbc_console console;
    int stop = bbc_opts_parse(&bbc_why_cmdline, argc, argv, &o, sizeof(o));
    int status = stop == 1 ? 0 : 2;
    if (stop == 0) {
        bb_ctx_init(&ctx);
        ctx.os = bb_os_posix();
        bbc_console_init(&console, &ctx, true);
        status = bbc_console_form(&console, o.diagnostics.p) ? bbc_console_status(answer(&ctx, &o)) : 2;
        status = bbc_console_finish(&console, status);
        bb_ctx_release(&ctx);
    }
    bbc_opts_release(&bbc_why_cmdline, &o);
    return status;
}
