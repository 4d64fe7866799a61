/* SPDX-License-Identifier: MIT */
#include "cook_support.h"

static struct cook_world w;

static const char *value(const struct bb_mc *mc, const char *name)
{
    bb_str s;
    ck_assert_int_eq(bb_store_str(mc->d, bb_sym_z(name), &s), 0);
    return bb_arena_strz(&w.ctx.arena, s);
}

START_TEST(finds_the_build_folder)
{
    bb_str topdir, conf;
    struct bb_env env;
    cook_init(&w);
    cook_write("build/sub/deeper/x", "");
    bb_env_init(&w.ctx, &env, w.opts.environ);
    bb_config_find_topdir(&w.ctx, &env, bb_arena_fmt(&w.ctx.arena, "%s/build/sub/deeper", w.top), &topdir,
                          &conf);
    ck_str(topdir, bb_arena_fmt(&w.ctx.arena, "%s/build", w.top).p);
    ck_str(conf, bb_arena_fmt(&w.ctx.arena, "%s/build/conf/bblayers.conf", w.top).p);
    bb_config_find_topdir(&w.ctx, &env, bb_str_z(w.top), &topdir, &conf);
    ck_str(topdir, w.top);
    ck_assert_uint_eq(conf.len, 0);
    cook_release(&w);
}
END_TEST

/* -r is read before everything else, -R after bitbake.conf; LAYERDIR is gone once a layer has been read. */
START_TEST(reads_in_order)
{
    static bb_str pre[] = {{"conf/pre.conf", 13}}, post[] = {{"conf/post.conf", 14}};
    static const struct bb_options options = {.prefiles = {pre, 1, 1}, .postfiles = {post, 1, 1}};
    cook_init(&w);
    cook_write("build/conf/pre.conf", "WHEN = \"pre\"\nPN = \"of pre\"\n");
    cook_write("build/conf/post.conf", "WHEN .= \" post\"\n");
    w.opts.options = &options;
    cook_open(&w);
    struct bb_mc *base = &w.cooker.config.mcs.p[0];
    ck_assert_str_eq(value(base, "WHEN"), "pre post");
    ck_assert_str_ne(value(base, "PN"), "of pre");
    ck_assert_str_eq(value(base, "LAYERDIR"), "");
    ck_assert_str_eq(value(base, "BBFILE_COLLECTIONS"), " mini tiny");
    ck_str(w.cooker.config.topdir, bb_arena_fmt(&w.ctx.arena, "%s/build", w.top).p);
    ck_assert_uint_gt(strlen(w.cooker.config.hash.hex), 0);
    cook_release(&w);
}
END_TEST

START_TEST(reads_multiconfigs)
{
    static bb_str post[] = {{"conf/mc.conf", 12}};
    static const struct bb_options options = {.postfiles = {post, 1, 1}};
    cook_init(&w);
    cook_write("build/conf/mc.conf", "BBMULTICONFIG = \"one two\"\nWHICH = \"of ${BB_CURRENT_MC}\"\n");
    w.opts.options = &options;
    cook_open(&w);
    const struct bb_config *c = &w.cooker.config;
    ck_assert_uint_eq(c->mcs.n, 3);
    ck_assert_str_eq(value(bb_config_mc(c, BB_STR("")), "WHICH"), "of default");
    ck_assert_str_eq(value(bb_config_mc(c, BB_STR("two")), "WHICH"), "of two");
    ck_assert_ptr_null(bb_config_mc(c, BB_STR("three")));
    cook_release(&w);
}
END_TEST

static void refuses(const char *path, const char *text, const char *message)
{
    cook_init(&w);
    cook_write(path, text);
    ck_assert_int_eq(cook_try_open(&w), -BB_EREPORTED);
    ck_assert_msg(cook_said(&w, message), "%s", cook_text(&w));
    cook_release(&w);
}

START_TEST(refuses_layers)
{
    refuses("build/conf/bblayers.conf", "BBPATH = \"${TOPDIR}\"\n",
            "doesn't contain any BBLAYERS definition");
    refuses("build/conf/bblayers.conf", "BBLAYERS = \"/no/such/layer\"\n",
            "The following layer directories do not exist:");
    refuses(
        "tiny/conf/layer.conf",
        "BBFILE_COLLECTIONS += \"tiny\"\nBBFILE_PATTERN_tiny = \"^x\"\nLAYERSERIES_COMPAT_tiny = \"maxi\"\n",
        "Layer tiny is not compatible with the core layer");
    refuses("tiny/conf/layer.conf", "BBFILE_COLLECTIONS += \"mini\"\n",
            "Found duplicated BBFILE_COLLECTIONS 'mini'");
    refuses("tiny/conf/layer.conf", "BBFILES_DYNAMIC = \"nocolon\"\n",
            "BBFILES_DYNAMIC entries must be of the form");
}
END_TEST

START_TEST(refuses_releases)
{
    static char *environ_[] = {(char *)"PATH=/usr/bin:/bin", (char *)"BBC_COMPAT=9.9", NULL};
    cook_init(&w);
    w.opts.environ = environ_;
    ck_assert_int_eq(cook_try_open(&w), -BB_EREPORTED);
    ck_assert(cook_said(&w, "BBC_COMPAT is '9.9', which is no release that bbc knows"));
    cook_release(&w);
}
END_TEST

UNIT_MAIN("config", finds_the_build_folder, reads_in_order, reads_multiconfigs, refuses_layers,
          refuses_releases)
