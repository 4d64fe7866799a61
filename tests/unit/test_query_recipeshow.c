/* SPDX-License-Identifier: MIT */
#include "query/recipeshow.h"
#include "query_support.h"

static struct query_world q;

static void start(void)
{
    query_init(&q);
    cook_write("tiny/classes/extra.bbclass", "");
    cook_write("tiny/recipes/a_1.bb", "");
    cook_write("tiny/recipes/b_1.bb", "inherit extra\n");
    cook_write("tiny/recipes/s_1.bb", "python () {\n    raise bb.parse.SkipRecipe('no')\n}\n");
    cook_write("upper/recipes/a_2.bb", "");
    query_start(&q);
}

/* The answer without its title. */
static const char *list(struct bb_recipeshow o)
{
    bb_buf_clear(&q.out);
    ck_assert_int_eq(bb_recipeshow_list(&q.info, &q.targets, &o, &q.text), 0);
    const char *title = strchr(q.out.p, '\n');
    ck_assert_int_eq(strncmp(q.out.p, "=== ", 4), 0);
    return title + 1;
}

START_TEST(lists_all)
{
    start();
    const char *all = list((struct bb_recipeshow){0});
    ck_assert_ptr_nonnull(strstr(all, "a:\n  upper                2\n  tiny                 1\n"));
    ck_assert_ptr_nonnull(strstr(all, "s:\n  tiny                 1 (skipped: no)\n"));
    ck_assert_ptr_null(strstr(list((struct bb_recipeshow){.bare = true}), "skipped"));
    query_release(&q);
}
END_TEST

START_TEST(selects)
{
    bb_str extra[] = {BB_STR("extra")}, name[] = {BB_STR("[ab]")};
    start();
    ck_assert_str_eq(list((struct bb_recipeshow){.names = true, .bare = true, .match = {name, 1, 1}}),
                     "a\nb\n");
    ck_assert_str_eq(list((struct bb_recipeshow){.names = true, .classes = {extra, 1, 1}}), "b\n");
    ck_assert_str_eq(list((struct bb_recipeshow){.names = true, .layer = BB_STR("upper")}), "a\n");
    ck_assert_ptr_null(strstr(list((struct bb_recipeshow){.multiple = true}), "b:"));
    ck_assert_ptr_nonnull(strstr(list((struct bb_recipeshow){.multiple = true}), "a:"));
    query_release(&q);
}
END_TEST

START_TEST(wants_known_classes)
{
    bb_str absent[] = {BB_STR("absent")};
    start();
    ck_assert_int_eq(
        bb_recipeshow_list(&q.info, &q.targets, &(struct bb_recipeshow){.classes = {absent, 1, 1}}, &q.text),
        -BB_EREPORTED);
    ck_assert(cook_said(&q.w, "No class named absent found in BBPATH"));
    query_release(&q);
}
END_TEST

UNIT_MAIN("recipeshow", lists_all, selects, wants_known_classes)
