/* SPDX-License-Identifier: MIT */
#include "data/seen.h"

#include "base/vec.h"

#include <stdlib.h>

static struct {
    bool on, listed;
    uint8_t *known; /* by symbol id */
    uint32_t nknown;
    BB_VEC(bb_sym) names;
    size_t nbefore; /* of them, those from before the names were listed */
} seen;

void bb_seen_start(void)
{
    seen.on = true;
    seen.listed = false;
    seen.names.n = 0;
    free(seen.known);
    seen.known = NULL;
    seen.nknown = 0;
}

void bb_seen_names(const bb_sym **ret, size_t *ret_n)
{
    *ret = seen.names.p;
    *ret_n = seen.names.n;
}

bool bb_seen_recipe_done(void)
{
    bool was = seen.listed;

    while (was && seen.names.n > seen.nbefore)
        seen.known[bb_vec_pop(&seen.names)->id] = 0;
    seen.listed = false;
    return was;
}

void bb_seen_note(bb_sym s)
{
    if (!seen.on)
        return;
    if (s->id >= seen.nknown) {
        uint32_t n = bb_sym_count() + 4096;
        seen.known = bb_realloc(seen.known, n);
        memset(seen.known + seen.nknown, 0, n - seen.nknown);
        seen.nknown = n;
    }
    if (seen.known[s->id])
        return;
    seen.known[s->id] = 1;
    bb_vec_push(&seen.names, s);
}

void bb_seen_list(void)
{
    if (!seen.listed)
        seen.nbefore = seen.names.n;
    seen.listed = true;
}
