/* SPDX-License-Identifier: MIT */
#include "query/varshow.h"
#include "support/unit.h"

static struct bb_ctx ctx;
static struct bb_store *d;

static void setup(void)
{
    bb_ctx_init(&ctx);
    d = bb_store_new(&ctx, NULL);
    bb_store_track(d, true);
    bb_store_setz(d, "B", BB_STR("b"));
    bb_store_setz(d, "A", BB_STR("a ${B} \"quoted\""));
    bb_store_set_flag(d, BB_SYM("A"), BB_SYM("doc"), bb_val_z("of ${B}"), &(struct bb_how){0});
}

static void teardown(void)
{
    bb_store_unref(d);
    bb_ctx_release(&ctx);
}

START_TEST(shows_a_variable)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    ck_assert_int_eq(bb_varshow_json(d, BB_SYM("A"), &out), 0);
    ck_assert_ptr_nonnull(strstr(out.p,
                                 "{\"variable\":\"A\",\"value\":\"a b \\\"quoted\\\"\","
                                 "\"unexpanded\":\"a ${B} \\\"quoted\\\"\",\"flags\":{\"doc\":\"of b\"},"
                                 "\"history\":[{\"op\":\"set\""));
}
END_TEST

START_TEST(shows_nothing_as_null)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    ck_assert_int_eq(bb_varshow_json(d, BB_SYM("ABSENT"), &out), 0);
    ck_assert_str_eq(
        out.p, "{\"variable\":\"ABSENT\",\"value\":null,\"unexpanded\":null,\"flags\":{},\"history\":[]}");
}
END_TEST

START_TEST(shows_a_flag)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    ck_assert_int_eq(bb_varshow_flag_json(d, BB_SYM("A"), BB_SYM("doc"), bb_val_z("x"), &out), 0);
    ck_assert_str_eq(out.p, "{\"variable\":\"A\",\"flag\":\"doc\",\"value\":\"x\"}");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {shows_a_variable, shows_nothing_as_null, shows_a_flag};
    return unit_run("varshow", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
