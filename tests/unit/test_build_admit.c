/* SPDX-License-Identifier: MIT */
#include "build/admit.h"

#include "build_support.h"

static struct build_world b;

static void start(const char *conf)
{
    build_init(&b, conf);
    cook_write("tiny/recipes/a_1.bb", "do_x() {\n    :\n}\ndo_y() {\n    :\n}\naddtask x before do_build\n"
                                      "addtask y before do_build\n");
    build_hash(&b, "a");
}

static bb_str value(struct bb_store *d, const char *name)
{
    bb_str s = {0};
    ck_assert_int_eq(bb_store_str(d, bb_sym_z(name), &s), 0);
    return s;
}

/* What a task sees for PARALLEL_MAKE; `ret_flags` is MAKEFLAGS. */
static const char *told(const char *parallel, bb_str *ret_flags)
{
    struct bb_store *d = bb_store_copy(bb_cooker_data(&b.w.cooker));
    ck_assert_int_eq(bb_store_setz(d, "PARALLEL_MAKE", bb_str_z(parallel)), 0);
    ck_assert_int_eq(bb_store_setz(d, "PARALLEL_MAKEINST", BB_STR("${PARALLEL_MAKE}")), 0);
    ck_assert_int_eq(bb_admit_tell(d), 0);
    const char *s = bb_arena_strz(&b.w.ctx.arena, value(d, "PARALLEL_MAKE"));
    ck_str(value(d, "PARALLEL_MAKEINST"), s);
    *ret_flags = bb_arena_str(&b.w.ctx.arena, value(d, "MAKEFLAGS"));
    bb_store_unref(d);
    return s;
}

START_TEST(shares_jobs)
{
    struct bb_admit a;
    bb_str flags;
    start("BBC_JOBSERVER = \"2\"\nCACHE = \"${TOPDIR}/cache\"\n");
    bb_tid x = build_tid(&b, "a:do_x"), y = build_tid(&b, "a:do_y"), build = build_tid(&b, "a:do_build");
    ck_assert_int_eq(bb_admit_init(&a, &b.w.cooker, &b.plan), 0);
    ck_assert(bb_admit_task(&a, x, true));
    ck_assert(bb_admit_task(&a, y, false));
    ck_assert(!bb_admit_task(&a, build, false)); /* both jobs are taken */
    bb_admit_ended(&a, build, true);             /* which changes nothing */
    ck_assert(!bb_admit_task(&a, build, false));
    bb_admit_ended(&a, x, false);
    ck_assert(bb_admit_task(&a, build, false));
    ck_assert_str_eq(told("-l 3 -j 8", &flags), "-l 3");
    ck_assert(bb_str_starts(flags, BB_STR("-j2 --jobserver-auth=")));
    ck_assert_str_eq(told("-j4", &flags), "");
    ck_assert(flags.len);
    ck_assert_str_eq(told("-j 1", &flags), "-j1");
    ck_assert(!flags.len);
    ck_assert_str_eq(told("", &flags), "-j1");
    ck_assert(!flags.len);
    bb_admit_release(&a);
    build_release(&b);
}
END_TEST

START_TEST(has_no_bounds)
{
    struct bb_admit a;
    bb_str flags;
    start("");
    ck_assert_int_eq(bb_admit_init(&a, &b.w.cooker, &b.plan), 0);
    for (bb_tid t = 0; t < b.plan.n; t++)
        ck_assert(bb_admit_task(&a, t, false));
    ck_assert_str_eq(told("-j 8", &flags), "-j 8");
    ck_assert(!flags.len);
    bb_admit_release(&a);
    build_release(&b);
}
END_TEST

START_TEST(refuses)
{
    struct bb_admit a;
    start("BBC_JOBSERVER = \"0\"\n");
    ck_assert_int_eq(bb_admit_init(&a, &b.w.cooker, &b.plan), -BB_EREPORTED);
    ck_assert(cook_said(&b.w, "BBC_JOBSERVER is neither"));
    bb_admit_release(&a);
    build_release(&b);
    start("BBC_MEMORY_BUDGET = \"12\"\n");
    ck_assert_int_eq(bb_admit_init(&a, &b.w.cooker, &b.plan), -BB_EREPORTED);
    ck_assert(cook_said(&b.w, "BBC_MEMORY_BUDGET is neither"));
    bb_admit_release(&a);
    build_release(&b);
}
END_TEST

START_TEST(budgets_memory)
{
    struct bb_admit a;
    start("BBC_MEMORY_BUDGET = \"auto\"\nCACHE = \"${TOPDIR}/cache\"\n");
    ck_assert_int_eq(bb_admit_init(&a, &b.w.cooker, &b.plan), 0);
    bb_tid x = build_tid(&b, "a:do_x"), y = build_tid(&b, "a:do_y");
    ck_assert_uint_gt(a.memory.budget, 1024);
    ck_assert(bb_admit_task(&a, x, true));
    bb_memory_see(&a.memory, x, a.memory.budget);
    bb_memory_see(&a.memory, y, 1);
    ck_assert(!bb_admit_task(&a, y, false));
    bb_admit_ended(&a, x, true);
    ck_assert(bb_admit_task(&a, y, true));
    bb_admit_release(&a);
    build_release(&b);
}
END_TEST

START_TEST(waits_for_pressure_to_fall)
{
    static const char *const kinds[] = {"../pressure/cpu", "../pressure/io", "../pressure/memory"};
    struct bb_admit a;
    start("");
    ck_assert_int_eq(bb_admit_init(&a, &b.w.cooker, &b.plan), 0);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(bb_fs_mkdirs_for(kinds[i]), 0);
        ck_assert_int_eq(
            bb_fs_write(kinds[i], BB_STR("some avg10=9.00 avg60=9.00 avg300=9.00 total=1e18\n"), 0), 0);
    }
    a.pressure = (struct bb_pressure){.ctx = &b.w.ctx, .dir = "../pressure", .watched = true, .max = {1}};
    bb_tid x = build_tid(&b, "a:do_x"), y = build_tid(&b, "a:do_y");
    ck_assert(bb_admit_task(&a, x, false)); /* nothing runs: pressure holds nobody back */
    a.pressure.time = 0;
    ck_assert(!bb_admit_task(&a, y, false));
    bb_admit_ended(&a, x, true);
    ck_assert(bb_admit_task(&a, y, true));
    bb_admit_release(&a);
    build_release(&b);
}
END_TEST

UNIT_MAIN("admit", shares_jobs, has_no_bounds, refuses, budgets_memory, waits_for_pressure_to_fall)
