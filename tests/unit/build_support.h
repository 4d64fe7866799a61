/* SPDX-License-Identifier: MIT */
/*
 * What the tests of lib/build share: a cooker on a tiny layer (cook_support.h), taken as far towards a build as the test
 * wants. Stamps have hashes unless the test writes another BB_SIGNATURE_HANDLER into its configuration.
 *
 *   struct build_world b;
 *   build_init(&b);
 *   cook_write("tiny/recipes/a_1.bb", "...");
 *   build_hash(&b, "a");                         or build_targets(), build_plan()
 *   ... b.plan, b.hashes, build_tid(&b, "a:do_build") ...
 *   build_release(&b);
 */
#ifndef BB_TESTS_BUILD_SUPPORT_H
#define BB_TESTS_BUILD_SUPPORT_H

#include "build/hashes.h"
#include "cook/targets.h"
#include "cook_support.h"
#include "run/stamp.h"

struct build_world {
    struct cook_world w;
    struct bb_options options;
    struct bb_targets targets;
    struct bb_plan plan;
    struct bb_hashes hashes;
    bool indexed, planned, hashed;
};

/* `conf` is the build's local.conf. */
static inline void build_init(struct build_world *b, const char *conf)
{
    memset(b, 0, sizeof(*b));
    cook_init(&b->w);
    b->w.opts.options = &b->options;
    cook_write("build/conf/local.conf",
               "BB_SIGNATURE_HANDLER ?= \"basichash\"\nBB_NUMBER_PARSE_THREADS = \"1\"\n");
    cook_write("build/conf/test.conf", conf);
    bb_vec_push(&b->options.postfiles, BB_STR("conf/local.conf"));
    bb_vec_push(&b->options.prefiles, BB_STR("conf/test.conf"));
}

/* Resolves the names, which blanks separate; the result is the test's to look at. */
static inline int build_targets(struct build_world *b, const char *names)
{
    struct bb_strvec list = {0};
    cook_parse(&b->w);
    bb_targets_init(&b->targets, &b->w.cooker, false);
    b->indexed = true;
    bb_strvec_words(&list, bb_arena_str(&b->w.ctx.arena, bb_str_z(names)));
    int r = bb_targets_resolve(&b->targets, &list, BB_STR(""));
    bb_vec_release(&list);
    return r;
}

static inline void build_plan(struct build_world *b, const char *names)
{
    bb_str handler = {0};
    ck_assert_msg(build_targets(b, names) == 0, "%s", cook_text(&b->w));
    b->planned = true;
    ck_assert_msg(bb_plan_make(&b->plan, &b->w.ctx, &b->targets.td) == 0, "%s", cook_text(&b->w));
    ck_assert_int_eq(bb_store_str(bb_cooker_data(&b->w.cooker), BB_SYM("BB_SIGNATURE_HANDLER"), &handler), 0);
    b->plan.hashed = bb_stamp_has_hashes(handler);
}

static inline void build_hash(struct build_world *b, const char *names)
{
    build_plan(b, names);
    b->hashed = true;
    ck_assert_msg(bb_hashes_compute(&b->hashes, &b->w.cooker, &b->plan) == 0, "%s", cook_text(&b->w));
}

/* The number of "pn:do_x" in the plan. */
static inline bb_tid build_tid(struct build_world *b, const char *pnid)
{
    for (bb_tid t = 0; t < b->plan.n; t++) {
        BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
        bb_plan_pnid(&b->plan, t, &text);
        if (strcmp(text.p, pnid) == 0)
            return t;
    }
    ck_abort_msg("there is no %s in the plan", pnid);
    return BB_NO_TASK;
}

/* The content of a file below build/, "" when there is none. In ctx.arena. */
static inline const char *build_read(struct build_world *b, const char *path)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    if (bb_fs_read(path, &text) < 0)
        return "";
    return bb_arena_strz(&b->w.ctx.arena, bb_buf_str(&text));
}

static inline void build_release(struct build_world *b)
{
    if (b->hashed)
        bb_hashes_release(&b->hashes);
    if (b->planned)
        bb_plan_release(&b->plan);
    if (b->indexed)
        bb_targets_release(&b->targets);
    bb_vec_release(&b->options.prefiles);
    bb_vec_release(&b->options.postfiles);
    cook_release(&b->w);
}

#endif
