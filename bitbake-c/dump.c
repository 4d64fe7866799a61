/* SPDX-License-Identifier: MIT */
/* bbc-dump: variables, flags, tasks and base hashes of all recipes as JSON lines. */
#include "cmd.h"

#include "console.h"
#include "queryopts.h"
#include "query/dump.h"
#include "os/os.h"

#include <unistd.h>

extern char **environ;

static int run(const struct bbc_dump_opts *o)
{
    struct bb_strvec only = {o->args.p + 1, o->args.n - 1, 0};
    struct bb_dump_opts how = {.only = &only, .jobs = o->jobs, .values = o->values};
    struct bb_ctx ctx;
    struct bbc_console console;
    struct bb_cooker cooker;
    size_t n, failed;
    if (!how.jobs)
        how.jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    bb_ctx_init(&ctx);
    ctx.os = bb_os_posix();
    bbc_console_init(&console, &ctx, true);
    if (!bbc_console_form(&console, o->diagnostics.p))
        return 2;
    const struct bb_options options = {.keep_going = true};
    int r = bb_cooker_open(&cooker, &ctx, &(struct bb_cooker_opts){.environ = environ, .options = &options});
    if (r == 0)
        r = bb_dump_write(&cooker, o->args.p[0].p, &how, &n, &failed);
    if (r == 0)
        fprintf(stderr, "%zu recipe variants dumped, %zu of them failed to parse\n", n, failed);
    bb_cooker_close(&cooker);
    int status = bbc_console_finish(&console, bbc_console_status(r));
    bb_ctx_release(&ctx);
    return status;
}

int bbc_dump_main(int argc, char **argv)
{
    struct bbc_dump_opts o;
    int stop = bbc_opts_parse(&bbc_dump_cmdline, argc, argv, &o, sizeof(o));
    int status = stop == 0 ? run(&o) : stop == 1 ? 0 : 2;
    bbc_opts_release(&bbc_dump_cmdline, &o);
    return status;
}
