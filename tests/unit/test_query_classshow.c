/* SPDX-License-Identifier: MIT */
#include "query/classshow.h"
#include "query_support.h"

static struct query_world q;

static bool overlayed(bool filenames)
{
    bool any = false;
    bb_str bbpath;
    ck_assert_int_eq(bb_store_str(q.info.mc->d, BB_SYM("BBPATH"), &bbpath), 0);
    bb_buf_clear(&q.out);
    ck_assert_int_eq(bb_classshow_overlayed(&q.info, bbpath, filenames, &q.text, &any), 0);
    return any;
}

START_TEST(shows_whose_class_is_used)
{
    query_init(&q);
    cook_write("tiny/classes/both.bbclass", "");
    cook_write("upper/classes/both.bbclass", "");
    cook_write("upper/classes/one.bbclass", "");
    query_start(&q);
    ck_assert(overlayed(false));
    ck_assert_str_eq(q.out.p, "=== Overlayed classes ===\nboth.bbclass:\n  tiny\n  upper\n");
    ck_assert(overlayed(true));
    ck_assert_str_eq(q.out.p, bb_arena_fmt(&q.w.ctx.arena,
                                           "=== Overlayed classes ===\n%s/tiny/classes/both.bbclass\n"
                                           "  %s/upper/classes/both.bbclass\n",
                                           q.w.top, q.w.top)
                                  .p);
    query_release(&q);
}
END_TEST

START_TEST(finds_none)
{
    query_init(&q);
    cook_write("tiny/classes/one.bbclass", "");
    query_start(&q);
    ck_assert(!overlayed(false));
    ck_assert_str_eq(q.out.p, "");
    query_release(&q);
}
END_TEST

UNIT_MAIN("classshow", shows_whose_class_is_used, finds_none)
