/* SPDX-License-Identifier: MIT */
/* bbc-dump: variables, flags, tasks and base hashes of all recipes as JSON lines. */
#include "cmd.h"

#include "console.h"
#include "query/dump.h"
#include "os/os.h"

#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

extern char **environ;

static const struct option longs[] = {
    {"values", no_argument, NULL, 'v'},
    {"diagnostics", required_argument, NULL, 'F'},
    {"jobs", required_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static void usage(FILE *f)
{
    fputs("Usage: bbc-dump [--values] [--jobs N] [--diagnostics FORM[:FILE]] OUT.jsonl [SUBSTRING ...]\n\n"
          "Writes one JSON object for each recipe variant whose file has one of the substrings in its path:\n"
          "variables, flags, tasks and base hashes, as digests or, with --values, in full.\n",
          f);
}

int bbc_dump_main(int argc, char **argv)
{
    struct bb_strvec only = {0};
    struct bb_dump_opts o = {.only = &only, .jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN)};
    struct bb_ctx ctx;
    struct bbc_console console;
    struct bb_cooker cooker;
    const char *diagnostics = NULL;
    size_t n, failed;
    for (int c; (c = getopt_long(argc, argv, "vj:h", longs, NULL)) != -1;) {
        if (c == 'h') {
            usage(stdout);
            return 0;
        }
        if (c == 'v')
            o.values = true;
        else if (c == 'F')
            diagnostics = optarg;
        else if (c != 'j' || (o.jobs = (unsigned)strtoul(optarg, NULL, 10)) == 0) {
            usage(stderr);
            return 2;
        }
    }
    if (optind >= argc) {
        usage(stderr);
        return 2;
    }
    for (int i = optind + 1; i < argc; i++)
        bb_vec_push(&only, bb_str_z(argv[i]));
    bb_ctx_init(&ctx);
    ctx.os = bb_os_posix();
    bbc_console_init(&console, &ctx, true);
    if (!bbc_console_form(&console, diagnostics))
        return 2;
    int r = bb_cooker_open(&cooker, &ctx, &(struct bb_cooker_opts){.environ = environ, .keep_going = true});
    if (r == 0)
        r = bb_dump_write(&cooker, argv[optind], &o, &n, &failed);
    if (r == 0)
        fprintf(stderr, "%zu recipe variants dumped, %zu of them failed to parse\n", n, failed);
    bb_cooker_close(&cooker);
    bb_vec_release(&only);
    int status = bbc_console_finish(&console, bbc_console_status(r));
    bb_ctx_release(&ctx);
    return status;
}
