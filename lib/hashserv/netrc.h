/* SPDX-License-Identifier: MIT */
/* Log-ins of a ~/.netrc file. The machine's name is a server's whole address there, as BitBake has it. */
#ifndef BB_HASHSERV_NETRC_H
#define BB_HASHSERV_NETRC_H

#include "base/str.h"

struct bb_netrc {
    char *user, *token;
};
/* The log-in for `machine` or the default one; false when the text has neither. */
bool bb_netrc_find(bb_str text, bb_str machine, struct bb_netrc *ret);
void bb_netrc_release(struct bb_netrc *n);

#endif
