/* SPDX-License-Identifier: MIT */
/*
 * What the tests of lib/query share: an opened cooker with its recipes parsed (cook_support.h), their targets and layers,
 * and a buffer for the answer. The layer `mini` has no recipes, `tiny` those of the test, `upper` lies above it.
 */
#ifndef BB_TESTS_QUERY_SUPPORT_H
#define BB_TESTS_QUERY_SUPPORT_H

#include "cook/targets.h"
#include "cook_support.h"
#include "query/layerinfo.h"

struct query_world {
    struct cook_world w;
    struct bb_targets targets;
    struct bb_layerinfo info;
    struct bb_buf out;
    struct bb_answer text; /* as text into `out` */
};

/* Lays out the build folder with the layer `upper` in it, too. */
static inline void query_init(struct query_world *q)
{
    memset(q, 0, sizeof(*q));
    cook_init(&q->w);
    bb_buf_init(&q->out);
    q->text = (struct bb_answer){.out = &q->out};
    BB_CLEAN_BUF struct bb_buf conf = BB_BUF_INIT;
    bb_buf_addf(&conf, "BBPATH = \"${TOPDIR}\"\nBBLAYERS = \"%s/mini %s/tiny %s/upper\"\n", BBC_FIXTURES,
                q->w.top, q->w.top);
    cook_write("build/conf/bblayers.conf", conf.p);
    cook_write("upper/conf/layer.conf",
               "BBPATH .= \":${LAYERDIR}\"\n"
               "BBFILES += \"${LAYERDIR}/recipes/*.bb ${LAYERDIR}/recipes/*.bbappend\"\n"
               "BBFILE_COLLECTIONS += \"upper\"\n"
               "BBFILE_PATTERN_upper = \"^${LAYERDIR}/\"\n"
               "BBFILE_PATTERN_IGNORE_EMPTY_upper = \"1\"\n"
               "BBFILE_PRIORITY_upper = \"9\"\n"
               "LAYERSERIES_COMPAT_upper = \"mini\"\n");
    q->w.opts.tracking = true;
}

/* Parses what was written. */
static inline void query_start(struct query_world *q)
{
    cook_parse(&q->w);
    ck_assert_int_eq(bb_layerinfo_init(&q->info, &q->w.cooker, BB_STR("")), 0);
    bb_targets_init(&q->targets, &q->w.cooker, false);
}

/* The path of a file below the folder that holds the layers. In ctx.arena. */
static inline bb_str query_path(struct query_world *q, const char *path)
{
    return bb_arena_fmt(&q->w.ctx.arena, "%s/%s", q->w.top, path);
}

static inline void query_release(struct query_world *q)
{
    bb_targets_release(&q->targets);
    bb_layerinfo_release(&q->info);
    bb_buf_release(&q->out);
    cook_release(&q->w);
}

#endif
