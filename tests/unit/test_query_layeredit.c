/* SPDX-License-Identifier: MIT */
#include "query/layeredit.h"
#include "query_support.h"

static struct query_world q;
static struct bb_buf conf;

/* BBLAYERS as it stands in the file. */
static bool has_layer(const char *name)
{
    bb_buf_clear(&conf);
    ck_assert_int_eq(bb_fs_read("conf/bblayers.conf", &conf), 0);
    return strstr(conf.p, name);
}

static int edit(int (*how)(struct bb_ctx *, const struct bb_layeredit *, const struct bb_strvec *),
                const char *what)
{
    bb_str one = bb_str_z(what);
    const struct bb_strvec dirs = {&one, 1, 1};
    bb_buf_init(&conf);
    return how(&q.w.ctx, &(struct bb_layeredit){.environ = q.w.opts.environ}, &dirs);
}

static void finish(void)
{
    bb_buf_release(&conf);
    bb_buf_release(&q.out);
    cook_release(&q.w);
}

START_TEST(adds)
{
    query_init(&q);
    cook_write("more/conf/layer.conf", "BBFILE_COLLECTIONS += \"more\"\nBBFILE_PATTERN_more = \"^x\"\n"
                                       "LAYERSERIES_COMPAT_more = \"mini\"\n");
    ck_assert_msg(edit(bb_layeredit_add, "../more") == 0, "%s", cook_text(&q.w));
    ck_assert(has_layer("/more") && has_layer("/tiny"));
    finish();
}
END_TEST

/* A file that does not parse with the new layer is put back. */
START_TEST(puts_back)
{
    query_init(&q);
    cook_write("more/conf/layer.conf", "this is no statement\n");
    ck_assert_int_eq(edit(bb_layeredit_add, "../more"), -BB_EREPORTED);
    ck_assert(!has_layer("/more") && has_layer("/tiny"));
    finish();
}
END_TEST

START_TEST(refuses_folders)
{
    query_init(&q);
    cook_write("bare/x", "");
    ck_assert_int_eq(edit(bb_layeredit_add, "../absent"), -BB_EREPORTED);
    ck_assert(cook_said(&q.w, "doesn't exist"));
    ck_assert_int_eq(edit(bb_layeredit_add, "../bare"), -BB_EREPORTED);
    ck_assert(cook_said(&q.w, "doesn't contain a conf/layer.conf file"));
    finish();
}
END_TEST

START_TEST(removes)
{
    query_init(&q);
    ck_assert_msg(edit(bb_layeredit_remove, "upper") == 0, "%s", cook_text(&q.w));
    ck_assert(!has_layer("/upper") && has_layer("/tiny"));
    finish();
}
END_TEST

START_TEST(tells_what_was_not_there)
{
    query_init(&q);
    ck_assert_int_eq(edit(bb_layeredit_remove, "absent"), -BB_EREPORTED);
    ck_assert(has_layer("/upper") && has_layer("/tiny"));
    finish();
}
END_TEST

UNIT_MAIN("layeredit", adds, puts_back, refuses_folders, removes, tells_what_was_not_there)
