/* SPDX-License-Identifier: MIT */
#include "parse/conf.h"

#include <errno.h>

#include "parse/include.h"
#include "parse/parser_priv.h"

int bb_conf_handle(struct bb_parser *p, struct bb_store *d, bb_str path)
{
    int r = bb_parser_handle(p, d, path, BB_FILE_FIRST_HAND);

    if (r != -ENOENT)
        return r;
    return bb_error(p->ctx, "Unable to parse %.*s: no such file%s", BB_STRF(path),
                    path.len && path.p[0] == '/' ? "" : " along BBPATH");
}

int bb_conf_inherit(struct bb_parser *p, struct bb_store *d)
{
    bb_sym inherit = BB_SYM("INHERIT");
    struct bb_loc loc = {0};
    bb_str classes;
    int r = bb_store_str_report(d, inherit, &classes);

    bb_store_where(d, inherit, &loc);
    if (r >= 0)
        r = bb_include_inherit(p, d, BB_STR("base"), (struct bb_loc){0});
    if (r >= 0)
        r = bb_include_inherit(p, d, classes, loc);
    if (r >= 0)
        r = bb_finalize_register_handlers(p, d);
    return r;
}
