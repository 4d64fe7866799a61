/* SPDX-License-Identifier: MIT */
#include "cook/parsed.h"

void bb_parsed_summaries(struct bb_buf *out, struct bb_recipe *const *variants, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bb_recipe_write(out, variants[i]);
}

bool bb_parsed_open(struct bb_arena *a, const struct bb_recipes_entry *e, struct bb_mcgraph *mc,
                    struct bb_parsed *ret)
{
    bb_str text = e->summaries;
    if (e->nvariants > text.len)
        return false;
    struct bb_recipe **variants = bb_arena_array(a, struct bb_recipe *, e->nvariants);
    for (size_t i = 0; i < e->nvariants; i++) {
        if (bb_recipe_read(a, &text, &variants[i]) < 0)
            return false;
        variants[i]->mc = mc;
    }
    *ret = (struct bb_parsed){*e, variants, e->nvariants};
    return !text.len;
}
