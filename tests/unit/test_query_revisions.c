/* SPDX-License-Identifier: MIT */
#include "query/revisions.h"
#include "fetch/srcrev.h"
#include "query_support.h"

static struct query_world q;

/* One text for one state; nothing where none was resolved. */
START_TEST(reads_what_was_resolved)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, err = BB_BUF_INIT;
    query_init(&q);
    cook_open(&q.w);
    ck_assert_int_eq(bb_revisions_read(&q.w.cooker, &q.out), 0);
    ck_assert_uint_eq(q.out.len, 0);
    ck_assert_int_eq(bb_srcrev_path(bb_cooker_data(&q.w.cooker), &path, &err), 0);
    ck_assert_int_eq(bb_fs_mkdirs_for(path.p), 0);
    ck_assert_int_eq(bb_fs_write(path.p, BB_STR("some state"), 0), 0);
    ck_assert_int_eq(bb_revisions_read(&q.w.cooker, &q.out), 0);
    ck_assert_str_eq(q.out.p, "some state");
    bb_buf_release(&q.out);
    cook_release(&q.w);
}
END_TEST

START_TEST(tells_what_cannot_be_read)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, err = BB_BUF_INIT;
    query_init(&q);
    cook_open(&q.w);
    ck_assert_int_eq(bb_srcrev_path(bb_cooker_data(&q.w.cooker), &path, &err), 0);
    ck_assert_int_eq(bb_fs_mkdirs(path.p), 0); /* a folder in its place */
    ck_assert_int_eq(bb_revisions_read(&q.w.cooker, &q.out), -BB_EREPORTED);
    ck_assert(cook_said(&q.w, "cannot be read"));
    bb_buf_release(&q.out);
    cook_release(&q.w);
}
END_TEST

UNIT_MAIN("revisions", reads_what_was_resolved, tells_what_cannot_be_read)
