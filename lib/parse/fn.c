/* SPDX-License-Identifier: MIT */
#include "parse/fn.h"

#include <errno.h>

#include "base/path.h"

static const bb_str mc_prefix = BB_STR("mc:"), virtual_prefix = BB_STR("virtual:");

/* bb.runqueue.split_mc: "mc:NAME:x" gives NAME and x; anything else "" and itself. */
static void split_mc(bb_str name, bb_str *ret_mc, bb_str *ret_rest)
{
    size_t end = bb_str_starts(name, mc_prefix) ? bb_str_chr(name, ':', mc_prefix.len) : BB_NPOS;

    *ret_mc = end == BB_NPOS ? BB_STR("") : bb_str_sub(name, mc_prefix.len, end);
    *ret_rest = end == BB_NPOS ? name : bb_str_from(name, end + 1);
}

struct bb_fn bb_fn_split(bb_str virtualfn)
{
    struct bb_fn fn = {.variant = BB_STR("")};

    split_mc(virtualfn, &fn.mc, &fn.path);
    if (bb_str_starts(fn.path, virtual_prefix)) {
        size_t last = bb_str_rchr(fn.path, ':');
        if (last >= virtual_prefix.len)
            fn.variant = bb_str_sub(fn.path, virtual_prefix.len, last);
        fn.path = bb_str_from(fn.path, last + 1);
    }
    return fn;
}

bb_str bb_fn_join(struct bb_arena *a, bb_str path, bb_str variant, bb_str mc)
{
    if (variant.len)
        path = bb_arena_fmt(a, "virtual:%.*s:%.*s", BB_STRF(variant), BB_STRF(path));
    if (mc.len)
        path = bb_arena_fmt(a, "mc:%.*s:%.*s", BB_STRF(mc), BB_STRF(path));
    return path;
}

int bb_fn_vars(bb_str path, bb_str ret_parts[3])
{
    bb_str base = bb_path_base(path), parts[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}}, part;
    size_t n = 0;

    if (bb_str_ends(path, BB_STR(".bb")) || bb_str_ends(path, BB_STR(".bbappend"))) {
        base.len -= bb_path_ext(base).len;
        while (bb_str_split(&base, '_', &part)) {
            if (n == 3)
                return -EINVAL;
            parts[n++] = part;
        }
    }
    memcpy(ret_parts, parts, sizeof(parts));
    return 0;
}
