/* SPDX-License-Identifier: MIT */
#include "os/os.h"
#include "run/stamps.h"
#include "support/recipes.h"
#include "support/unit.h"

static struct rc_world w;
static struct bb_stamps st;
static char *dir;

static void setup(const char *const *recipes, const char *target)
{
    dir = unit_tmpdir();
    rc_init(&w);
    w.ctx.os = bb_os_posix();
    for (; *recipes; recipes++)
        rc_add(&w, *recipes);
    ck_assert_int_eq(rc_plan(&w, target), 0);
    w.plan.hashed = true;
    for (bb_tid t = 0; t < w.plan.n; t++)
        w.plan.tasks[t].unihash = bb_arena_fmt(&w.arena, "h%u", t);
    bb_stamps_init(&st, &w.plan);
}

static void teardown(void)
{
    bb_stamps_release(&st);
    rc_release(&w);
    unit_rmdir(dir);
}

/* Forgets what was looked up. */
static void again(void)
{
    bb_stamps_release(&st);
    bb_stamps_init(&st, &w.plan);
}

static const char *const chain[] = {
    "pn a\nstamp s/a/1.0\ntask do_a\ntask do_b do_a\ntask do_b_setscene\ntask do_c do_b\n"
    "task do_build do_c\n[depends] b:do_x",
    "pn b\nstamp s/b/1.0\ntask do_x", NULL};

START_TEST(paths)
{
    setup(chain, "a");
    bb_tid b = rc_tid(&w, "a:do_b");
    ck_str(bb_stamps_path(&st, b, true), "s/a/1.0.do_b_setscene.h1");
    ((struct bb_recipe_task *)w.plan.tasks[b].task)->stamp_extra = BB_STR("arm64");
    again();
    ck_str(bb_stamps_path(&st, b, true), "s/a/1.0.do_b_setscene.h1.arm64");
    w.plan.hashed = false;
    again();
    ck_str(bb_stamps_path(&st, b, false), "s/a/1.0.do_b.arm64");
    teardown();
}
END_TEST

START_TEST(current)
{
    setup(chain, "a");
    bb_tid a = rc_tid(&w, "a:do_a"), b = rc_tid(&w, "a:do_b"), c = rc_tid(&w, "a:do_c"),
           build = rc_tid(&w, "a:do_build");
    ck_assert(!bb_stamps_current(&st, a, true));
    ck_assert_int_eq(bb_stamps_make(&st, a, false), 0);
    ck_assert(bb_stamps_current(&st, a, true));
    /* b's own stamp, but an older one than a's; whole seconds count. */
    ck_assert_int_eq(bb_stamps_make(&st, b, false), 0);
    ck_assert(bb_stamps_current(&st, b, true));
    ck_assert_int_eq(bb_fs_set_mtime("s/a/1.0.do_b.h1", 1000), 0);
    again();
    ck_assert(!bb_stamps_current(&st, b, true));
    ck_assert(!bb_stamps_current(&st, b, false));
    /* c only looks one step down, unless asked to recurse. */
    ck_assert_int_eq(bb_stamps_make(&st, c, false), 0);
    again();
    ck_assert(bb_stamps_current(&st, c, false));
    ck_assert(!bb_stamps_current(&st, c, true));
    /* b restored: what was before it does not matter. */
    ck_assert_int_eq(bb_stamps_make(&st, b, true), 0);
    again();
    ck_assert(bb_stamps_current(&st, c, true));
    ck_assert_int_eq(bb_stamps_scene(&st, b), BB_STAMP_SETSCENE);
    /* another recipe's stamps do not matter either */
    ck_assert_int_eq(bb_stamps_make(&st, build, false), 0);
    ck_assert(bb_stamps_current(&st, build, true));
    teardown();
}
END_TEST

/* Hashes that change while the build runs: what was looked up under the old ones does not count. */
START_TEST(rehashed)
{
    setup(chain, "a");
    bb_tid a = rc_tid(&w, "a:do_a"), b = rc_tid(&w, "a:do_b");
    ck_assert_int_eq(bb_stamps_make(&st, a, false), 0);
    ck_assert_int_eq(bb_stamps_make(&st, b, false), 0);
    ck_assert(bb_stamps_current(&st, b, true));
    w.plan.tasks[b].unihash = BB_STR("other");
    bb_stamps_rehashed(&st, b);
    ck_str(bb_stamps_path(&st, b, false), "s/a/1.0.do_b.other");
    ck_assert(!bb_stamps_current(&st, b, true));
    ck_assert_int_eq(bb_stamps_scene(&st, b), BB_STAMP_OLD);
    ck_assert_int_eq(bb_stamps_make(&st, b, true), 0);
    ck_assert_int_eq(bb_stamps_scene(&st, b), BB_STAMP_SETSCENE);
    teardown();
}
END_TEST

START_TEST(cleaning)
{
    setup(chain, "a");
    bb_tid b = rc_tid(&w, "a:do_b");
    static const char *const files[] = {"s/a/1.0.do_b.old",   "s/a/1.0.do_b.sigdata.old",
                                        "s/a/1.0.do_b.taint", "s/a/1.0.do_b_setscene.old",
                                        "s/a/1.0.do_bb.old",  "s/a/1.0.do_a.old"};
    ck_assert_int_eq(bb_fs_mkdirs("s/a"), 0);
    for (size_t i = 0; i < 6; i++)
        ck_assert_int_eq(bb_fs_touch(files[i]), 0);
    ck_assert_int_eq(bb_stamps_make(&st, b, false), 0);
    ck_assert(bb_fs_exists("s/a/1.0.do_b.h1"));
    for (size_t i = 0; i < 6; i++)
        ck_assert_int_eq(bb_fs_exists(files[i]), i != 0 && i != 3);
    /* Restoring does not touch the task's own stamps, making does away with what was restored. */
    ck_assert_int_eq(bb_stamps_make(&st, b, true), 0);
    ck_assert(bb_fs_exists("s/a/1.0.do_b.h1") && bb_fs_exists("s/a/1.0.do_b_setscene.h1"));
    ck_assert_int_eq(bb_stamps_make(&st, b, false), 0);
    ck_assert(!bb_fs_exists("s/a/1.0.do_b_setscene.h1"));
    teardown();
}
END_TEST

/* What -f does to the task of `chain` called do_b: a taint, or no stamps where they have no hashes. */
START_TEST(invalidating)
{
    setup(chain, "a");
    struct bb_invalidate b = {w.plan.tasks[1].entry, w.plan.tasks[1].task};
    w.plan.invalidate = &b;
    w.plan.ninvalidate = 1;
    ck_assert_int_eq(bb_stamps_make(&st, 1, false), 0);
    ck_assert_int_eq(bb_stamps_invalidate(&w.plan), 0);
    ck_assert(bb_fs_exists("s/a/1.0.do_b.taint") && bb_fs_exists("s/a/1.0.do_b.h1"));
    w.plan.hashed = false;
    again();
    ck_assert_int_eq(bb_stamps_make(&st, 0, false), 0);
    ck_assert_int_eq(bb_stamps_make(&st, 1, false), 0);
    ck_assert_int_eq(bb_stamps_make(&st, 1, true), 0);
    ck_assert(bb_fs_exists("s/a/1.0.do_b") && bb_fs_exists("s/a/1.0.do_b_setscene"));
    ck_assert_int_eq(bb_stamps_invalidate(&w.plan), 0);
    ck_assert(!bb_fs_exists("s/a/1.0.do_b") && !bb_fs_exists("s/a/1.0.do_b_setscene"));
    ck_assert(bb_fs_exists("s/a/1.0.do_a") && bb_fs_exists("s/a/1.0.do_b.h1"));
    /* the folder cannot be made: one message */
    w.plan.hashed = true;
    ((struct bb_recipe *)bb_plan_recipe(&w.plan, 1))->stamp = BB_STR("s/a/1.0.do_a/x");
    ck_assert_int_eq(bb_stamps_invalidate(&w.plan), -BB_EREPORTED);
    ck_assert(strstr(w.said.p, "do_b of a cannot be invalidated: "));
    teardown();
}
END_TEST

START_TEST(stale)
{
    struct bb_strvec found = {0};
    setup(chain, "a");
    bb_tid b = rc_tid(&w, "a:do_b");
    ck_assert_int_eq(bb_stamps_make(&st, b, false), 0);
    ck_assert_int_eq(bb_fs_write("s/a/1.0.do_b.sigdata.h1", BB_STR(""), 0), 0);
    ck_assert_int_eq(bb_stamps_stale(&st, b, &found), 0);
    ck_assert_uint_eq(found.n, 0);
    w.plan.tasks[b].unihash = BB_STR("other");
    again();
    ck_assert_int_eq(bb_stamps_stale(&st, b, &found), 0);
    ck_assert_uint_eq(found.n, 1);
    ck_str(found.p[0], "s/a/1.0.do_b.h1");
    bb_vec_release(&found);
    teardown();
}
END_TEST

START_TEST(nostamp)
{
    static const char *const recipes[] = {"pn a\nstamp s/a\ntask do_a\n[nostamp] 1\ntask do_build do_a",
                                          NULL};
    setup(recipes, "a");
    ck_assert_int_eq(bb_stamps_make(&st, 0, false), 0);
    ck_assert(!bb_stamps_current(&st, 0, true));
    teardown();
}
END_TEST

UNIT_MAIN("stamps", paths, current, rehashed, cleaning, invalidating, stale, nostamp)
