/* SPDX-License-Identifier: MIT */
#include "cook/unused.h"
#include "cook_support.h"

static struct cook_world w;

static int report(const char *variable, const char *value)
{
    cook_open(&w);
    if (variable)
        bb_store_setz(bb_cooker_data(&w.cooker), variable, bb_str_z(value));
    ck_assert_int_eq(bb_cooker_collect(&w.cooker), 0);
    return bb_unused_report(&w.cooker);
}

START_TEST(says_nothing_of_what_is_used)
{
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", "");
    cook_write("tiny/recipes/a_%.bbappend", "");
    ck_assert_int_eq(report(NULL, NULL), 0);
    ck_assert_str_eq(cook_text(&w), "");
    cook_release(&w);
}
END_TEST

START_TEST(refuses_lone_appends)
{
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", "");
    cook_write("tiny/recipes/b_1.bbappend", "");
    cook_write("tiny/recipes/c_%.bbappend", "");
    ck_assert_int_eq(report(NULL, NULL), -BB_EREPORTED);
    ck_assert(cook_said(&w, "No recipes in default available for:"));
    ck_assert(cook_said(&w, "/b_1.bbappend"));
    ck_assert(cook_said(&w, "/c_%.bbappend"));
    cook_release(&w);
}
END_TEST

START_TEST(may_only_warn)
{
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", "");
    cook_write("tiny/recipes/b_1.bbappend", "");
    ck_assert_int_eq(report("BB_DANGLINGAPPENDS_WARNONLY", "1"), 0);
    ck_assert_uint_eq(w.ctx.errors, 0);
    ck_assert_uint_eq(w.ctx.warnings, 1);
    cook_release(&w);
}
END_TEST

/* Files of another folder than the pattern's leave the layer empty. */
START_TEST(warns_of_empty_layers)
{
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", "");
    cook_write("tiny/conf/layer.conf",
               "BBFILES += \"${LAYERDIR}/recipes/*.bb\"\nBBFILE_COLLECTIONS += \"tiny\"\n"
               "BBFILE_PATTERN_tiny = \"^/elsewhere/\"\nLAYERSERIES_COMPAT_tiny = \"mini\"\n");
    ck_assert_int_eq(report(NULL, NULL), 0);
    ck_assert(cook_said(&w, "No bb files in default matched BBFILE_PATTERN_tiny '^/elsewhere/'"));
    ck_assert(!cook_said(&w, "BBFILE_PATTERN_mini")); /* says itself that it may be empty */
    cook_release(&w);
}
END_TEST

UNIT_MAIN("unused", says_nothing_of_what_is_used, refuses_lone_appends, may_only_warn, warns_of_empty_layers)
