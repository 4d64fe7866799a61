/* SPDX-License-Identifier: MIT */
#include "os/os.h"
#include "run/stamp.h"
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
    for (bb_tid t = 0; t < w.plan.n; t++)
        w.plan.tasks[t].unihash = bb_arena_fmt(&w.arena, "h%u", t);
    bb_stamps_init(&st, &w.ctx, &w.plan, true);
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
    bb_stamps_init(&st, &w.ctx, &w.plan, true);
}

static const char *const chain[] = {
    "pn a\nstamp s/a/1.0\ntask do_a\ntask do_b do_a\ntask do_b_setscene\ntask do_c do_b\n"
    "task do_build do_c\n[depends] b:do_x",
    "pn b\nstamp s/b/1.0\ntask do_x", NULL};

START_TEST(names)
{
    setup(chain, "a");
    struct bb_recipe *r = rc_add(&w, "pn x\nstamp s/x\ntask do_x");
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    bb_stamp_name(r, BB_STR("do_x_setscene"), BB_STR("h"), true, &b);
    ck_assert_str_eq(b.p, "s/x.do_x_setscene.h");
    bb_buf_clear(&b);
    r->tasks[0].stamp_extra = BB_STR("arm64");
    bb_stamp_name(r, BB_STR("do_x_setscene"), BB_STR("h"), true, &b);
    ck_assert_str_eq(b.p, "s/x.do_x_setscene.h.arm64");
    bb_buf_clear(&b);
    bb_stamp_name(r, BB_STR("do_x"), BB_STR("h"), false, &b);
    ck_assert_str_eq(b.p, "s/x.do_x.arm64");
    ck_str(bb_stamps_path(&st, rc_tid(&w, "a:do_b"), true), "s/a/1.0.do_b_setscene.h1");
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

START_TEST(cleaning)
{
    setup(chain, "a");
    bb_tid b = rc_tid(&w, "a:do_b");
    struct bb_recipe *r = (struct bb_recipe *)bb_plan_recipe(&w.plan, b);
    static const char *const files[] = {"s/a/1.0.do_b.old",   "s/a/1.0.do_b.sigdata.old",
                                        "s/a/1.0.do_b.taint", "s/a/1.0.do_b_setscene.old",
                                        "s/a/1.0.do_bb.old",  "s/a/1.0.do_a.old"};
    ck_assert_int_eq(bb_fs_mkdirs("s/a"), 0);
    for (size_t i = 0; i < 6; i++)
        ck_assert_int_eq(bb_fs_touch(files[i]), 0);
    struct bb_strvec stale = {0};
    ck_assert_int_eq(bb_stamp_stale(&w.arena, r, BB_STR("do_b"), BB_STR("old"), true, &stale), 0);
    ck_assert_uint_eq(stale.n, 0);
    ck_assert_int_eq(bb_stamp_stale(&w.arena, r, BB_STR("do_b"), BB_STR("new"), true, &stale), 0);
    ck_assert_uint_eq(stale.n, 2);
    bb_vec_release(&stale);
    ck_assert_int_eq(bb_stamps_make(&st, b, false), 0);
    ck_assert(bb_fs_exists("s/a/1.0.do_b.h1"));
    for (size_t i = 0; i < 6; i++)
        ck_assert_int_eq(bb_fs_exists(files[i]), i != 0 && i != 3);
    /* Restoring does not touch the task's own stamps, making does away with what was restored. */
    ck_assert_int_eq(bb_stamps_make(&st, b, true), 0);
    ck_assert(bb_fs_exists("s/a/1.0.do_b.h1") && bb_fs_exists("s/a/1.0.do_b_setscene.h1"));
    ck_assert_int_eq(bb_stamps_make(&st, b, false), 0);
    ck_assert(!bb_fs_exists("s/a/1.0.do_b_setscene.h1"));
    ck_assert_int_eq(bb_stamp_clean(r, BB_STR("do_b"), true), 0);
    ck_assert(!bb_fs_exists("s/a/1.0.do_b.h1"));
    ck_assert(bb_fs_exists("s/a/1.0.do_b.taint"));
    teardown();
}
END_TEST

START_TEST(taints)
{
    setup(chain, "a");
    const struct bb_recipe *r = bb_plan_recipe(&w.plan, 0);
    BB_CLEAN_BUF struct bb_buf one = BB_BUF_INIT, two = BB_BUF_INIT;
    ck_assert_int_eq(bb_stamp_read_taint(&w.ctx, r, BB_STR("do_a"), &one), 0);
    ck_assert_uint_eq(one.len, 0);
    ck_assert_int_eq(bb_stamp_taint(&w.ctx, r, BB_STR("do_a")), 0);
    ck_assert(bb_fs_exists("s/a/1.0.do_a.taint"));
    ck_assert_int_eq(bb_stamp_read_taint(&w.ctx, r, BB_STR("do_a"), &one), 0);
    ck_assert_uint_eq(one.len, 36);
    ck_assert_int_eq(one.p[14], '4');
    ck_assert_int_eq(bb_stamp_taint(&w.ctx, r, BB_STR("do_a")), 0);
    ck_assert_int_eq(bb_stamp_read_taint(&w.ctx, r, BB_STR("do_a"), &two), 0);
    ck_assert_str_ne(one.p, two.p);
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

UNIT_MAIN("stamp", names, current, cleaning, taints, nostamp)
