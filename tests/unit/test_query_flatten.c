/* SPDX-License-Identifier: MIT */
#include "query/flatten.h"
#include "query_support.h"

static struct query_world q;

START_TEST(makes_one_layer_of_two)
{
    bb_str both[] = {BB_STR("tiny"), BB_STR("upper")};
    const struct bb_strvec names = {both, 2, 2};
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    query_init(&q);
    cook_write("tiny/recipes/a_1.bb", "A = \"1\"\n");
    cook_write("tiny/recipes/b_1.bb", "B = \"below\"\n");
    cook_write("upper/recipes/a_%.bbappend", "A .= \"2\"\n");
    cook_write("upper/recipes/b_1.bb", "B = \"above\"\n");
    query_start(&q);
    ck_assert_int_eq(bb_flatten_layers(&q.info, &names, query_path(&q, "flat"), &q.out), 0);
    ck_assert_int_eq(bb_fs_read("../flat/recipes/a_1.bb", &text), 0);
    ck_assert_str_eq(text.p, "A = \"1\"\n\n##### bbappended from upper #####\nA .= \"2\"\n");
    bb_buf_clear(&text);
    ck_assert_int_eq(bb_fs_read("../flat/recipes/b_1.bb", &text), 0);
    ck_assert_str_eq(text.p, "B = \"above\"\n");
    ck_assert(!bb_fs_exists("../flat/recipes/a_%.bbappend"));
    ck_assert_ptr_nonnull(strstr(q.out.p, "Skipping overlayed file"));
    query_release(&q);
}
END_TEST

START_TEST(refuses)
{
    bb_str names[] = {BB_STR("tiny"), BB_STR("absent")};
    query_init(&q);
    cook_write("tiny/recipes/a_1.bb", "");
    cook_write("full/of", "");
    query_start(&q);
    ck_assert_int_eq(
        bb_flatten_layers(&q.info, &(struct bb_strvec){names, 1, 1}, query_path(&q, "flat"), &q.out),
        -BB_EREPORTED);
    ck_assert(cook_said(&q.w, "you must specify at least two"));
    ck_assert_int_eq(
        bb_flatten_layers(&q.info, &(struct bb_strvec){names, 2, 2}, query_path(&q, "flat"), &q.out),
        -BB_EREPORTED);
    ck_assert(cook_said(&q.w, "Unable to find layer absent"));
    ck_assert_int_eq(bb_flatten_layers(&q.info, &(struct bb_strvec){0}, query_path(&q, "full"), &q.out),
                     -BB_EREPORTED);
    ck_assert(cook_said(&q.w, "exists and is non-empty"));
    ck_assert(!bb_fs_exists("../flat"));
    query_release(&q);
}
END_TEST

UNIT_MAIN("flatten", makes_one_layer_of_two, refuses)
