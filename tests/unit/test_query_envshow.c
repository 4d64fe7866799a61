/* SPDX-License-Identifier: MIT */
#include "query/envshow.h"
#include "query_support.h"

static struct query_world q;

START_TEST(shows_a_recipe)
{
    query_init(&q);
    cook_write("tiny/recipes/a_1.bb", "WHAT = \"first\"\nWHAT .= \" second\"\ndo_x() {\n    echo\n}\n"
                                      "python do_y() {\n    pass\n}\n");
    query_start(&q);
    ck_assert_int_eq(bb_envshow_environment(&q.w.cooker, cook_fn(&q.w, "", "a_1.bb"), BB_STR(""), &q.out), 0);
    ck_assert_ptr_nonnull(strstr(q.out.p, "\nWHAT=\"first second\"\n"));
    ck_assert_ptr_nonnull(strstr(q.out.p, "/tiny/recipes/a_1.bb:2\n")); /* history */
    ck_assert_ptr_nonnull(strstr(q.out.p, "\ndo_x() {\n    echo\n}\n"));
    ck_assert_ptr_nonnull(strstr(q.out.p, "\npython do_y () {\n    pass\n}\n"));
    query_release(&q);
}
END_TEST

/* The configuration is shown as a recipe would see it. */
START_TEST(shows_the_configuration)
{
    query_init(&q);
    cook_write("tiny/classes/anon.bbclass", "python () {\n    d.setVar('SEEN', 'anonymous')\n}\n");
    cook_write("tiny/conf/layer.conf",
               "BBPATH .= \":${LAYERDIR}\"\nBBFILE_COLLECTIONS += \"tiny\"\nK = \"key\"\n"
               "BBFILE_PATTERN_tiny = \"^x\"\nLAYERSERIES_COMPAT_tiny = \"mini\"\n"
               "INHERIT += \"anon\"\nA_${K} = \"expanded\"\n");
    cook_open(&q.w);
    ck_assert_int_eq(bb_envshow_environment(&q.w.cooker, BB_STR(""), BB_STR(""), &q.out), 0);
    ck_assert_ptr_nonnull(strstr(q.out.p, "\nA_key=\"expanded\"\n"));
    ck_assert_ptr_nonnull(strstr(q.out.p, "\nSEEN=\"anonymous\"\n"));
    ck_assert_int_eq(bb_envshow_environment(&q.w.cooker, BB_STR(""), BB_STR("nine"), &q.out), -BB_EREPORTED);
    bb_buf_release(&q.out);
    cook_release(&q.w);
}
END_TEST

START_TEST(shows_versions)
{
    query_init(&q);
    cook_write("tiny/recipes/a_1.bb", "PE = \"3\"\n");
    cook_write("tiny/recipes/b_1.bb", "");
    cook_write("tiny/recipes/b_2.bb", "");
    cook_open(&q.w);
    bb_store_setz(bb_cooker_data(&q.w.cooker), "PREFERRED_VERSION_b", BB_STR("1"));
    ck_assert_int_eq(bb_cooker_parse(&q.w.cooker), 0);
    ck_assert_int_eq(bb_envshow_versions(&q.w.cooker, &q.out), 0);
    static const char *const words[] = {"a", "3:1-r0", "b", ":2-r0", ":1-r0"};
    bb_str rest = bb_buf_str(&q.out), word;
    for (int line = 0; line < 3; line++)
        bb_str_split(&rest, '\n', &word);
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        ck_assert(bb_str_word(&rest, &word));
        ck_str(word, words[i]);
    }
    bb_buf_release(&q.out);
    cook_release(&q.w);
}
END_TEST

UNIT_MAIN("envshow", shows_a_recipe, shows_the_configuration, shows_versions)
