/* SPDX-License-Identifier: MIT */
/*
 * The commands. `bbc_x_main` takes its own argv and returns an exit status: 0, 1 when something went wrong (said on
 * stderr), 2 for a bad command line, 130 after Ctrl-C. `bbc_x_cmdline` is what it takes (opts.h).
 */
#ifndef BBC_CMD_H
#define BBC_CMD_H

#include "opts.h"

#define BBC_COMMANDS(X)                                                                                      \
    X(build)                                                                                                 \
    X(getvar) X(layers) X(dump) X(dumpsig) X(diffsigs) X(query) X(why) X(hashserv) X(hashclient) X(prserv)

#define BBC_DECLARE(x)                                                                                       \
    extern const struct bbc_cmdline bbc_##x##_cmdline;                                                       \
    int bbc_##x##_main(int argc, char **argv);
BBC_COMMANDS(BBC_DECLARE)
#undef BBC_DECLARE

#endif
