/* SPDX-License-Identifier: MIT */
#include "build/place.h"

#include "base/path.h"

/* "VAR[flag]" in its parts; flag NULL for a variable. */
static bb_sym parts_of(bb_str key, bb_sym *ret_flag)
{
    size_t open = bb_str_chr(key, '[', 0);
    *ret_flag = NULL;
    if (open == BB_NPOS || !bb_str_ends(key, BB_STR("]")))
        return bb_sym_get(key);
    *ret_flag = bb_sym_get(bb_str_sub(key, open + 1, key.len - 1));
    return bb_sym_get(bb_str_sub(key, 0, open));
}

/* The last statement of a variable or flag: from history where there is one, else the last plain assignment. */
static bool statement(struct bb_store *d, bb_sym var, bb_sym flag, struct bb_loc *ret)
{
    const struct bb_event *events;
    size_t n;
    if (bb_store_history(d, var, &events, &n) < 0)
        n = 0;
    for (size_t i = n; i-- > 0;) {
        bb_sym f = events[i].flag;
        bool fits = f == flag || (!flag && f == BB_SYM("_defaultval"));
        if (fits && events[i].loc.line && bb_path_is_abs(bb_source_path(events[i].loc.src))) {
            *ret = events[i].loc;
            return true;
        }
    }
    return !flag && bb_store_where(d, var, ret);
}

bool bb_place_find(struct bb_store *d, bb_str key, struct bb_loc *ret)
{
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    const bb_sym *overrides;
    size_t n;
    bb_sym flag, var = parts_of(key, &flag);
    if (flag || !bb_store_has_overrides(d, var) || bb_store_overrides(d, &overrides, &n) < 0)
        n = 0;
    for (size_t i = n; i-- > 0;) {
        bb_buf_clear(&name);
        bb_buf_addf(&name, "%.*s:%.*s", BB_STRF(var->name), BB_STRF(overrides[i]->name));
        bb_sym overridden = bb_sym_get(bb_buf_str(&name));
        if (bb_store_has(d, overridden) && statement(d, overridden, NULL, ret))
            return true;
    }
    return statement(d, var, flag, ret);
}
