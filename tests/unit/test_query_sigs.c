/* SPDX-License-Identifier: MIT */
#include "query/sigs.h"
#include "sig/sigdata.h"
#include "support/unit.h"

static struct bb_ctx ctx;
static char *dir;

static void setup(void)
{
    bb_ctx_init(&ctx);
    dir = unit_tmpdir();
    for (int i = 0; i < 2; i++) {
        bb_str deps[] = {BB_STR("A")};
        struct bb_sigdata_var vars[] = {{.name = BB_STR("A"),
                                         .value = bb_val_z(i ? "after" : "before"),
                                         .has_value = true,
                                         .has_deps = true},
                                        {.name = BB_STR("do_x"),
                                         .value = bb_val_z("echo ${A}"),
                                         .deps = deps,
                                         .ndeps = 1,
                                         .has_value = true,
                                         .has_deps = true}};
        struct bb_sigdata s = {.task = BB_STR("do_x"),
                               .basehash = i ? BB_STR("2222") : BB_STR("1111"),
                               .taskdeps = {deps, 1, 1},
                               .vars = vars,
                               .nvars = 2};
        BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
        bb_sigdata_json(&s, &text);
        ck_assert_int_eq(bb_sigdata_write(&ctx, i ? "two" : "one", bb_buf_str(&text)), 0);
    }
}

static void teardown(void)
{
    bb_ctx_release(&ctx);
    unit_rmdir(dir);
}

START_TEST(shows_one)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    ck_assert_int_eq(bb_sigs_dump(&ctx, "one", &out), 0);
    ck_assert_ptr_nonnull(strstr(out.p, "basehash: 1111"));
    ck_assert_ptr_nonnull(strstr(out.p, "before"));
}
END_TEST

START_TEST(compares_two)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    ck_assert_int_eq(bb_sigs_diff(&ctx, "one", "one", false, &out), 0);
    ck_assert_str_eq(out.p, "");
    ck_assert_int_eq(bb_sigs_diff(&ctx, "one", "two", false, &out), 0);
    ck_assert_ptr_nonnull(strstr(out.p, "A value changed from 'before' to 'after'"));
}
END_TEST

START_TEST(refuses_other_files)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    FILE *f = fopen("three", "w");
    fputs("no signature", f);
    fclose(f);
    ck_assert_int_lt(bb_sigs_dump(&ctx, "three", &out), 0);
    ck_assert_int_lt(bb_sigs_diff(&ctx, "one", "absent", false, &out), 0);
    ck_assert_uint_eq(ctx.errors, 2);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {shows_one, compares_two, refuses_other_files};
    return unit_run("sigs", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
