/* SPDX-License-Identifier: MIT */
/* The shell parser against any bytes: it answers or refuses, both times the same, at both levels. */
#include <stdlib.h>

#include "sig/shdeps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum bb_level levels[] = {BB_LEVEL_2_8, BB_LEVEL_2_18};
    char *copy = malloc(size + !size); /* exact, so that a read past the end is seen */
    if (size)
        memcpy(copy, data, size);
    for (size_t i = 0; i < 2; i++) {
        struct bb_shdeps *c = bb_shdeps_new(levels[i]);
        const struct bb_shdeps_result *r;
        int rc = bb_shdeps_get(c, bb_str_n(copy, size), &r);
        if ((rc < 0) != (r->error != NULL) || (r->error && (r->ncmds || !r->line)))
            abort();
        for (size_t k = 0; k < r->ncmds; k++)
            if (!r->cmds[k]->name.len)
                abort();
        bb_shdeps_free(c);
    }
    free(copy);
    return 0;
}
