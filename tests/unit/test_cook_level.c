/* SPDX-License-Identifier: MIT */
#include "cook/level.h"
#include "cook_support.h"

START_TEST(knows_numbers_and_series)
{
    enum bb_level level;
    BB_CLEAN_BUF struct bb_buf list = BB_BUF_INIT;
    ck_assert(bb_level_parse(BB_STR("2.8"), &level));
    ck_assert_int_eq(level, BB_LEVEL_2_8);
    ck_assert(!bb_level_parse(BB_STR("2.80"), &level));
    ck_assert(!bb_level_parse(BB_STR(""), &level));
    ck_assert(bb_level_of_series(BB_STR("dunfell"), &level));
    ck_assert_int_eq(level, BB_LEVEL_1_46);
    ck_assert(bb_level_of_series(BB_STR("dunfell scarthgap"), &level)); /* the newest counts */
    ck_assert_int_eq(level, BB_LEVEL_2_8);
    ck_assert(!bb_level_of_series(BB_STR("atlantis"), &level));
    bb_level_list(&list);
    ck_assert(bb_str_starts(bb_buf_str(&list), BB_STR("1.46, ")));
}
END_TEST

/* The level of a build folder whose core layer's layer.conf has this line. */
static enum bb_level level_with(const char *line)
{
    struct cook_world w;
    BB_CLEAN_BUF struct bb_buf conf = BB_BUF_INIT;
    cook_init(&w);
    bb_buf_addf(&conf, "%s", line);
    cook_write("core/conf/layer.conf", conf.p);
    cook_write("build/conf/bblayers.conf", "BBLAYERS = \"${TOPDIR}/../core\"\n");
    struct bb_parser *parser = bb_parser_new(&w.ctx, NULL);
    struct bb_env env;
    bb_env_init(&w.ctx, &env, w.opts.environ);
    bb_str topdir = bb_arena_fmt(&w.ctx.arena, "%s/build", w.top);
    bb_level_find(&(struct bb_level_probe){.parser = parser,
                                           .env = &env,
                                           .bblayers_conf = bb_arena_fmt(
                                               &w.ctx.arena, "%.*s/conf/bblayers.conf", BB_STRF(topdir)),
                                           .topdir = topdir},
                  BB_LEVEL_2_8);
    enum bb_level level = w.ctx.level;
    ck_str(bb_str_z(cook_text(&w)), "");
    bb_parser_free(parser);
    cook_release(&w);
    return level;
}

START_TEST(finds_the_core_layer)
{
    ck_assert_int_eq(level_with("LAYERSERIES_CORENAMES = \"dunfell\"\n"), BB_LEVEL_1_46);
    ck_assert_int_eq(level_with("# LAYERSERIES_CORENAMES = \"dunfell\"\n"), BB_LEVEL_2_8);
    ck_assert_int_eq(level_with("LAYERSERIES_CORENAMES = \"atlantis\"\n"), BB_LEVEL_2_8);
    ck_assert_int_eq(level_with("LAYERSERIES_CORENAMES = \"dunfell\n"), BB_LEVEL_2_8); /* no end */
}
END_TEST

UNIT_MAIN("level", knows_numbers_and_series, finds_the_core_layer)
