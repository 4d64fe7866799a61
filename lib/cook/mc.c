/* SPDX-License-Identifier: MIT */
#include "cook/mc.h"

#include "base/rules.h"
#include "py/py.h"
#include "sig/basehash.h"

bb_str bb_mc_title(const struct bb_mc *mc)
{
    return mc->graph.name.len ? mc->graph.name : BB_STR("default");
}

int bb_mc_collect(struct bb_mc *mc)
{
    struct bb_ctx *ctx = bb_store_ctx(mc->d);
    if (mc->collected)
        return 0;
    int r = bb_layers_load(ctx, mc->d, &mc->layers);
    if (r == 0)
        r = bb_collect(ctx, mc->d, &mc->layers, &mc->files);
    mc->collected = r == 0;
    return r;
}

int bb_mc_need_sigconf(struct bb_mc *mc)
{
    const struct bb_pyhook *hook = bb_store_hook(mc->d);
    const struct bb_sig_modfunc *funcs = NULL;
    size_t n = 0;
    if (mc->sigconf)
        return 0;
    int r = bb_py_running() ? bb_py_module_functions(&funcs, &n) : 0;
    if (r == -BB_EPYTHON)
        r = hook->error_report(hook->self, (struct bb_loc){0}, "reading the functions of Python modules");
    if (r < 0)
        return r;
    enum bb_sig_exclrule rule = bb_rules_has(bb_store_ctx(mc->d)->level, BB_RULE_EXCLUDE_WORDS)
                                    ? BB_SIG_EXCL_WORDS
                                    : BB_SIG_EXCL_SUBSTRING;
    mc->sigconf = bb_sigconf_new(mc->d, rule, funcs, n);
    return mc->sigconf ? 0 : -BB_EREPORTED;
}

void bb_mc_release(struct bb_mc *mc)
{
    bb_layers_release(&mc->layers);
    bb_collect_release(&mc->files);
    bb_sigconf_free(mc->sigconf);
    bb_store_unref(mc->d);
    *mc = (struct bb_mc){0};
}
