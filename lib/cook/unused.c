/* SPDX-License-Identifier: MIT */
#include "cook/unused.h"

#include "base/path.h"

#include <stdlib.h>

static bool has_recipe(const struct bb_collection *files, const struct bb_append *append)
{
    for (size_t i = 0; i < files->nfiles; i++)
        if (bb_collect_append_matches(append, bb_path_base(files->files[i])))
            return true;
    return false;
}

static bool only_warn(struct bb_cooker *c)
{
    bb_str text;
    return bb_store_str(bb_cooker_data(c), BB_SYM("BB_DANGLINGAPPENDS_WARNONLY"), &text) == 0 &&
           (bb_str_eqz(text, "1") || bb_str_eqz(text, "yes") || bb_str_eqz(text, "true"));
}

static int report_appends(struct bb_cooker *c)
{
    BB_CLEAN_BUF struct bb_buf msg = BB_BUF_INIT;
    bb_vec_each(&c->config.mcs, mc) {
        const struct bb_collection *files = &mc->files;
        bool said = false;
        for (size_t i = 0; i < files->nappends; i++) {
            if (has_recipe(files, &files->appends[i]))
                continue;
            if (!said)
                bb_buf_addf(&msg, "%sNo recipes in %.*s available for:", msg.len ? "\n" : "",
                            BB_STRF(bb_mc_title(mc)));
            bb_buf_addf(&msg, "\n  %.*s", BB_STRF(files->appends[i].path));
            said = true;
        }
    }
    if (!msg.len)
        return 0;
    if (!only_warn(c))
        return bb_error(c->ctx, "%s", msg.p);
    bb_warn(c->ctx, "%s", msg.p);
    return 0;
}

static void note_used(const struct bb_layers *layers, bb_str path, bool *used)
{
    const struct bb_layer *l = bb_layers_of(layers, path);
    if (l)
        used[l - layers->p] = true;
}

static int report_layers(struct bb_cooker *c, const struct bb_mc *mc)
{
    const struct bb_layers *layers = &mc->layers;
    const struct bb_collection *files = &mc->files;
    bool *used = bb_calloc(layers->n + 1, sizeof(*used));
    int r = 0;
    for (size_t i = 0; i < files->nfiles; i++)
        note_used(layers, files->files[i], used);
    for (size_t i = 0; i < files->nappends; i++)
        note_used(layers, files->appends[i].path, used);
    for (size_t i = 0; r == 0 && i < layers->n; i++) {
        const struct bb_layer *l = &layers->p[i];
        BB_CLEAN_BUF struct bb_buf var = BB_BUF_INIT;
        bb_str ignore;
        if (used[i])
            continue;
        bb_buf_addf(&var, "BBFILE_PATTERN_IGNORE_EMPTY_%.*s", BB_STRF(l->name));
        r = bb_store_str_report(bb_cooker_data(c), bb_sym_get(bb_buf_str(&var)), &ignore);
        if (r == 0 && !bb_str_eqz(ignore, "1"))
            bb_warn(c->ctx, "No bb files in %.*s matched BBFILE_PATTERN_%.*s '%.*s'",
                    BB_STRF(bb_mc_title(mc)), BB_STRF(l->name), BB_STRF(l->pattern));
    }
    free(used);
    return r;
}

int bb_unused_report(struct bb_cooker *c)
{
    int r = report_appends(c);
    for (size_t i = 0; r == 0 && i < c->config.mcs.n; i++)
        r = report_layers(c, &c->config.mcs.p[i]);
    return r;
}
