/* SPDX-License-Identifier: MIT */
/* What differs from earlier runs: lib/build/printdiff.c, and siginfo.c, which finds and compares the files. */
#include "build/printdiff.h"

#include "build_support.h"
#include "build/siginfo.h"

static struct build_world b;

static void setup(const char *word)
{
    build_init(&b, word);
    cook_write("tiny/recipes/a_1.bb",
               "DEPENDS = \"b\"\ndo_x() {\n    echo ${WORD}\n}\naddtask x before do_build\n"
               "do_x[deptask] = \"do_y\"\n");
    cook_write("tiny/recipes/b_1.bb", "do_y() {\n    echo ${WORD}\n}\naddtask y before do_build\n");
    build_hash(&b, "a");
}

/* Signature data of the plan as it is with another WORD, left by a process of its own: CPython starts once. */
static void leave_other_data(void)
{
    struct bb_proc p;
    int status;
    if (bb_proc_fork(false, &p) == 0) {
        cook_write("build/conf/test.conf", "WORD = \"one\"\n");
        build_hash(&b, "a");
        for (bb_tid t = 0; t < b.plan.n; t++)
            ck_assert_int_eq(bb_hashes_write_sigdata(&b.hashes, t, NULL), 0);
        _exit(0);
    }
    ck_assert_int_eq(bb_proc_wait(&p, &status), 0);
    ck_assert_int_eq(status, 0);
}

/* Nothing is there: the roots are the tasks that wait for no other. Then one has its stamp. */
START_TEST(finds_roots)
{
    bb_tid *roots;
    size_t n;
    setup("");
    bb_tid y = build_tid(&b, "b:do_y");
    ck_assert_int_eq(bb_printdiff_find(&b.w.cooker, &b.plan, &roots, &n), 0);
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(roots[0], y);
    ck_assert(cook_said(&b.w, "start at the following tasks:\n"));
    free(roots);
    struct bb_stamps stamps;
    bb_stamps_init(&stamps, &b.plan);
    ck_assert_int_eq(bb_stamps_make(&stamps, y, false), 0);
    bb_stamps_release(&stamps);
    ck_assert_int_eq(bb_printdiff_find(&b.w.cooker, &b.plan, &roots, &n), 0);
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(roots[0], build_tid(&b, "a:do_x"));
    free(roots);
    build_release(&b);
}
END_TEST

START_TEST(explains)
{
    build_init(&b, "WORD = \"two\"\n");
    cook_write("tiny/recipes/a_1.bb", "do_x() {\n    echo ${WORD}\n}\naddtask x before do_build\n");
    leave_other_data();
    cook_write("build/conf/test.conf", "WORD = \"two\"\n");
    build_hash(&b, "a");
    bb_tid x = build_tid(&b, "a:do_x");
    ck_assert_int_eq(bb_hashes_write_sigdata(&b.hashes, x, NULL), 0);
    ck_assert_int_eq(bb_printdiff_explain(&b.w.cooker, &b.plan, &x, 1), 0);
    ck_assert(cook_said(&b.w, "Task a:do_x couldn't be used from the cache because:"));
    ck_assert(cook_said(&b.w, "WORD"));
    ck_assert(cook_said(&b.w, "'one'") && cook_said(&b.w, "'two'"));

    /* siginfo: the same files by hash, and what differs */
    struct bb_arena *arena = &b.w.ctx.arena;
    struct bb_store *d = bb_cooker_data(&b.w.cooker);
    struct bb_siginfos found = {0}, one = {0};
    struct bb_strvec own = {&b.plan.tasks[x].hash, 1, 1}, why = {0};
    ck_assert_int_eq(bb_siginfo_find(&b.w.cooker, d, BB_STR("a"), BB_STR("do_x"), NULL, arena, &found), 0);
    ck_assert_uint_eq(found.n, 2);
    ck_assert_int_eq(bb_siginfo_find(&b.w.cooker, d, BB_STR("a"), BB_STR("do_x"), &own, arena, &one), 0);
    ck_assert_uint_eq(one.n, 1);
    ck_assert(bb_str_eq(one.p[0].hash, b.plan.tasks[x].hash) && !one.p[0].sstate);
    ck_assert_int_eq(bb_siginfo_compare(&b.w.cooker, d, found.p[0].path, found.p[1].path, false, arena, &why),
                     0);
    ck_assert_uint_gt(why.n, 0);
    bb_vec_release(&why);
    ck_assert_int_eq(bb_siginfo_compare(&b.w.cooker, d, found.p[0].path, found.p[0].path, false, arena, &why),
                     0);
    ck_assert_uint_eq(why.n, 0);
    ck_assert_int_lt(
        bb_siginfo_compare(&b.w.cooker, d, "conf/local.conf", found.p[0].path, false, arena, &why), 0);
    ck_assert(cook_said(&b.w, "conf/local.conf"));
    build_release(&b);
}
END_TEST

UNIT_MAIN("printdiff", finds_roots, explains)
