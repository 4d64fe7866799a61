/* SPDX-License-Identifier: MIT */
/*
 * Subcommands of bitbake-layers that layers bring along, in lib/bblayers/ below the folders of BBPATH: Python
 * that is written for BitBake (create-layer, save-build-conf, create-layers-setup, show-machines ...). They
 * find a `bblayers` package and a tinfoil object with what they use (lib/py/bblayers).
 */
#ifndef BB_QUERY_LAYERPLUGINS_H
#define BB_QUERY_LAYERPLUGINS_H

#include "cook/cooker.h"

/*
 * Runs `args`, the subcommand's name first, in an opened cooker. Errors in the words are told, with `own`, the names of other
 * subcommands that there are; *ret_status: exit status.
 */
int bb_layerplugins_run(struct bb_cooker *c, const struct bb_strvec *own, const struct bb_strvec *args,
                        int *ret_status);

#endif
