/* SPDX-License-Identifier: MIT */
/*
 * bitbake-layers add-layer and remove-layer: BBLAYERS in conf/bblayers.conf is edited in place, its layout kept. The
 * new file is written beside the old one and renamed; a file that does not parse with the new layers is put back.
 */
#ifndef BB_QUERY_LAYEREDIT_H
#define BB_QUERY_LAYEREDIT_H

#include "cook/env.h"

struct bb_layeredit {
    char **environ;
    bool force; /* do not try whether the configuration still parses */
};

/* Adds the layers in these folders. Errors in BitBake's words, and nothing changed then. */
int bb_layeredit_add(struct bb_ctx *ctx, const struct bb_layeredit *o, const struct bb_strvec *dirs);
/* Removes layers by path, by the name of their folder or by a pattern. -BB_EREPORTED when one was not there. */
int bb_layeredit_remove(struct bb_ctx *ctx, const struct bb_layeredit *o, const struct bb_strvec *dirs);

#endif
