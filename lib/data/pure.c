/* SPDX-License-Identifier: MIT */
/*
 * Which Python code gives the same value as long as the variables it reads stay the same: code that calls
 * nothing but functions named here. Their reads of the store are noted while they run, so they may do as they
 * like with it; what counts is that they look at nothing else that changes (files, time, processes), and keep
 * nothing. Any other code is run again after every write, as BitBake does with all.
 */
#include "data/store_priv.h"

static const char *const functions[] = {
    "abs",
    "all",
    "any",
    "bool",
    "dict",
    "enumerate",
    "filter",
    "float",
    "int",
    "len",
    "list",
    "map",
    "max",
    "min",
    "range",
    "reversed",
    "round",
    "set",
    "sorted",
    "str",
    "sum",
    "tuple",
    "zip",
    "os.path.basename",
    "os.path.dirname",
    "os.path.isabs",
    "os.path.join",
    "os.path.normpath",
    "os.path.split",
    "os.path.splitext",
    "bb.data.inherits_class",
    "bb.parse.vars_from_file",
    "bb.utils.explode_deps",
    "bb.utils.explode_dep_versions2",
    "bb.utils.join_deps",
    "bb.utils.to_boolean",
    "bb.utils.vercmp_string",
    "bb.utils.vercmp_string_op",
    /* OpenEmbedded's own, which nearly every recipe goes through. */
    "oe.data.typed_value",
    "oe.types.boolean",
    "oe.utils.all_distro_features",
    "oe.utils.any_distro_features",
    "oe.utils.both_contain",
    "oe.utils.build_depends_string",
    "oe.utils.ifelse",
    "oe.utils.inherits",
    "oe.utils.less_or_equal",
    "oe.utils.prune_suffix",
    "oe.utils.set_intersect",
    "oe.utils.str_filter",
    "oe.utils.str_filter_out",
    "oe.utils.vartrue",
    "oe.utils.version_less_or_equal",
};

/* Methods of texts and lists, on a local name: "x.strip". */
static const char *const methods[] = {
    "append",  "count",  "endswith", "extend",     "find",       "format",     "index",
    "isdigit", "join",   "lower",    "lstrip",     "replace",    "rpartition", "partition",
    "rsplit",  "rstrip", "split",    "splitlines", "startswith", "strip",      "upper",
};

/* Names that are no locals. */
static const char *const globals[] = {"bb", "d", "oe", "os", "sys", "time"};

static bool is_one_of(const char *const *list, size_t n, bb_str s)
{
    for (size_t i = 0; i < n; i++)
        if (bb_str_eqz(s, list[i]))
            return true;
    return false;
}
#define IS_ONE_OF(list, s) is_one_of(list, sizeof(list) / sizeof(*(list)), s)

static bool find_pure(bb_str name)
{
    size_t dot = bb_str_chr(name, '.', 0);

    if (IS_ONE_OF(functions, name))
        return true;
    if (dot == BB_NPOS || bb_str_chr(name, '.', dot + 1) != BB_NPOS)
        return false;
    return !IS_ONE_OF(globals, bb_str_sub(name, 0, dot)) && IS_ONE_OF(methods, bb_str_from(name, dot + 1));
}

bool bb_pure_code(const struct bb_codedeps *deps)
{
    for (size_t i = 0; i < deps->nexecs; i++) {
        struct symx *x = bb_symx_get(deps->execs[i]);
        if (!(x->flags & SYMX_CALL))
            x->flags |= SYMX_CALL | (find_pure(deps->execs[i]->name) ? SYMX_PURE : 0);
        if (!(x->flags & SYMX_PURE))
            return false;
    }
    return true;
}
