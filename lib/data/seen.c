/* SPDX-License-Identifier: MIT */
#include "data/seen.h"

#include "base/vec.h"

#include <stdlib.h>

static struct {
    bool on, listed;
    uint8_t *known; /* by symbol id */
    uint32_t nknown;
    BB_VEC(bb_sym) names;
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

void bb_seen_forget(size_t n)
{
    while (seen.names.n > n)
        seen.known[bb_vec_pop(&seen.names)->id] = 0;
}

bool bb_seen_listed(void)
{
    bool was = seen.listed;

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
    seen.listed = true;
}
