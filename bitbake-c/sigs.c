/* SPDX-License-Identifier: MIT */
/* bbc-dumpsig and bbc-diffsigs: signature data files in words. */
#include "cmd.h"

#include "console.h"
#include "cook/sigs.h"
#include "os/os.h"

#include <getopt.h>
#include <unistd.h>

static const struct option longs[] = {
    {"color", required_argument, NULL, 'c'},
    {"diagnostics", required_argument, NULL, 'F'},
    {"debug", no_argument, NULL, 'D'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static void usage(FILE *f, bool diff)
{
    fprintf(f, diff ? "Usage: bbc-diffsigs [-c auto|always|never] FILE1 FILE2\n\n"
                      "Says why the hashes of two signature data files of one task differ.\n"
                    : "Usage: bbc-dumpsig FILE\n\nShows everything that went into a task's hash.\n");
}

static int run(int argc, char **argv, bool diff)
{
    struct bb_ctx ctx;
    struct bbc_console console;
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    bool colour = isatty(STDOUT_FILENO);
    const char *diagnostics = NULL;
    for (int c; (c = getopt_long(argc, argv, "c:Dh", longs, NULL)) != -1;) {
        if (c == 'h') {
            usage(stdout, diff);
            return 0;
        }
        if (c == 'c' && (!strcmp(optarg, "always") || !strcmp(optarg, "never")))
            colour = optarg[0] == 'a';
        else if (c == 'F')
            diagnostics = optarg;
        else if (c != 'D' && !(c == 'c' && !strcmp(optarg, "auto"))) {
            usage(stderr, diff);
            return 2;
        }
    }
    if (argc - optind != (diff ? 2 : 1)) {
        usage(stderr, diff);
        return 2;
    }
    bb_ctx_init(&ctx);
    ctx.os = bb_os_posix();
    bbc_console_init(&console, &ctx, true);
    if (!bbc_console_form(&console, diagnostics))
        return 2;
    int r = diff ? bb_sigs_diff(&ctx, argv[optind], argv[optind + 1], colour, &out)
                 : bb_sigs_dump(&ctx, argv[optind], &out);
    fwrite(out.p, 1, out.len, stdout);
    int status = bbc_console_finish(&console, bbc_console_status(r));
    bb_ctx_release(&ctx);
    return status;
}

int bbc_dumpsig_main(int argc, char **argv)
{
    return run(argc, argv, false);
}

int bbc_diffsigs_main(int argc, char **argv)
{
    return run(argc, argv, true);
}
