/* SPDX-License-Identifier: MIT */
#include "query/dump.h"
#include "query_support.h"

static struct query_world q;

static const char *dump(const struct bb_dump_opts *o, size_t want, size_t failing)
{
    size_t n, failed;
    bb_buf_clear(&q.out);
    ck_assert_msg(bb_dump_write(&q.w.cooker, "dump", o, &n, &failed) == 0, "%s", cook_text(&q.w));
    ck_assert_uint_eq(n, want);
    ck_assert_uint_eq(failed, failing);
    ck_assert_int_eq(bb_fs_read("dump", &q.out), 0);
    ck_assert(!bb_fs_exists("dump.0")); /* parts are gone */
    return q.out.p;
}

static void start(void)
{
    query_init(&q);
    cook_write("tiny/recipes/a_1.bb", "A = \"${DATE}\"\nA[doc] = \"text\"\n");
    cook_write("tiny/recipes/b_1.bb", "B = \"b\"\nBAD = \"${@1 / 0}\"\n");
    cook_write("tiny/recipes/c_1.bb", "no statement\n");
    cook_write("tiny/recipes/s_1.bb", "python () {\n    raise bb.parse.SkipRecipe('no')\n}\n");
    cook_open(&q.w);
}

START_TEST(writes_all_recipes)
{
    start();
    const char *text = dump(&(struct bb_dump_opts){.values = true, .jobs = 3}, 3, 1);
    ck_assert_ptr_nonnull(strstr(text, "\"A\": \"20260101\""));
    ck_assert_ptr_nonnull(strstr(text, "\"A\": {\"doc\": \"text\"}"));
    ck_assert_ptr_nonnull(strstr(text, "\"BAD\": \"!ExpansionError\""));
    ck_assert_ptr_nonnull(strstr(text, "{\"error\""));
    ck_assert_ptr_null(strstr(text, "s_1.bb"));
    bb_buf_release(&q.out);
    cook_release(&q.w);
}
END_TEST

START_TEST(writes_some_as_hashes)
{
    bb_str only[] = {BB_STR("/b_1")};
    const struct bb_strvec names = {only, 1, 1};
    static const struct bb_options options = {.keep_going = true};
    start();
    q.w.cooker.opts.options = &options;
    const char *text = dump(&(struct bb_dump_opts){.only = &names, .jobs = 1}, 1, 0);
    ck_assert_ptr_nonnull(strstr(text, "\"B\": \"3e23e8160039594a\"")); /* of "b" */
    bb_buf_release(&q.out);
    cook_release(&q.w);
}
END_TEST

UNIT_MAIN("dump", writes_all_recipes, writes_some_as_hashes)
