/* SPDX-License-Identifier: MIT */
#include "build_support.h"
#include "sig/sigdata.h"

static struct build_world b;

static const char a[] = "DEPENDS = \"b\"\ndo_x() {\n    echo ${WORD}\n}\naddtask x before do_build\n"
                        "do_x[deptask] = \"do_y\"\n";
static const char dep[] = "do_y() {\n    echo ${WORD}\n}\naddtask y before do_build\n";

static void setup(const char *conf)
{
    build_init(&b, conf);
    cook_write("tiny/recipes/a_1.bb", a);
    cook_write("tiny/recipes/b_1.bb", dep);
}

/* The hash of a:do_x with this configuration, in a process of its own: CPython starts once. */
static void hash_with(const char *conf, char ret[65])
{
    struct bb_proc p;
    int fds[2], status;
    ck_assert_int_eq(pipe(fds), 0);
    if (bb_proc_fork(false, &p) == 0) {
        setup(conf);
        build_hash(&b, "a");
        bb_str hash = b.plan.tasks[build_tid(&b, "a:do_x")].hash;
        bb_fs_write_all(fds[1], hash);
        build_release(&b);
        _exit(0);
    }
    close(fds[1]);
    ssize_t n = read(fds[0], ret, 64);
    close(fds[0]);
    ck_assert_int_eq(bb_proc_wait(&p, &status), 0);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(n, 64);
    ret[64] = '\0';
}

START_TEST(depend_on_what_is_before)
{
    char one[65], same[65], dep_differs[65], own_differs[65];
    hash_with("", one);
    hash_with("UNRELATED = \"1\"\n", same);
    hash_with("WORD:pn-b = \"1\"\nOVERRIDES:append = \":pn-${PN}\"\n", dep_differs);
    hash_with("WORD:pn-a = \"1\"\nOVERRIDES:append = \":pn-${PN}\"\n", own_differs);
    ck_assert_str_eq(one, same);
    ck_assert_str_ne(one, dep_differs);
    ck_assert_str_ne(one, own_differs);
    ck_assert_str_ne(own_differs, dep_differs);
}
END_TEST

START_TEST(are_written)
{
    setup("");
    build_hash(&b, "a");
    bb_tid x = build_tid(&b, "a:do_x"), y = build_tid(&b, "b:do_y");
    const struct bb_plan_task *t = &b.plan.tasks[x];
    bb_str path;
    struct bb_sigdata data;
    ck_assert(bb_str_eq(t->hash, t->unihash));
    ck_assert_int_eq(bb_hashes_write_sigdata(&b.hashes, x, &path), 0);
    ck_str(path, bb_arena_fmt(&b.w.ctx.arena, "%s/build/tmp/stamps/a-1-r0.do_x.sigdata.%.*s", b.w.top,
                              BB_STRF(t->hash))
                     .p);
    ck_assert_int_eq(bb_sigdata_read(&b.w.ctx, path.p, &b.w.ctx.arena, &data), 0);
    char again[65];
    bb_sigdata_calc_taskhash(&data, again);
    ck_str(t->hash, again);
    ck_assert_uint_eq(data.ndeps, 1);
    ck_assert(bb_str_eq(data.deps[0].hash, b.plan.tasks[y].hash));
    /* what is there stays as it is */
    ck_assert_int_eq(bb_fs_write(path.p, BB_STR("x"), 0), 0);
    ck_assert_int_eq(bb_hashes_write_sigdata(&b.hashes, x, NULL), 0);
    ck_assert_str_eq(build_read(&b, path.p), "x");
    build_release(&b);
}
END_TEST

/* Hashes the plan again. */
static bb_str rehash(const char *pnid)
{
    bb_hashes_release(&b.hashes);
    ck_assert_int_eq(bb_hashes_compute(&b.hashes, &b.w.cooker, &b.plan), 0);
    return bb_arena_str(&b.w.ctx.arena, b.plan.tasks[build_tid(&b, pnid)].hash);
}

START_TEST(have_taints)
{
    setup("");
    build_hash(&b, "a");
    bb_tid y = build_tid(&b, "b:do_y");
    bb_str before = rehash("a:do_x");
    ck_assert(bb_str_eq(before, rehash("a:do_x")));
    ck_assert_int_eq(bb_stamp_taint(b.w.ctx.os, bb_plan_recipe(&b.plan, y)->stamp, BB_STR("do_y")), 0);
    bb_str after = rehash("a:do_x");
    ck_assert(!bb_str_eq(before, after));
    ck_assert(cook_said(&b.w, "/b_1.bb:do_y is tainted from a forced run"));
    ck_assert(bb_str_eq(after, rehash("a:do_x")));
    build_release(&b);
}
END_TEST

START_TEST(are_new_each_time_without_stamp)
{
    setup("do_y[nostamp] = \"1\"\n");
    build_hash(&b, "a");
    bb_str before = rehash("a:do_x");
    ck_assert(!bb_str_eq(before, rehash("a:do_x")));
    ck_assert(bb_str_starts(b.hashes.in[build_tid(&b, "b:do_y")].taint, BB_STR(BB_TAINT_NOSTAMP)));
    ck_assert_uint_eq(b.hashes.in[build_tid(&b, "a:do_x")].taint.len, 0);
    build_release(&b);
}
END_TEST

UNIT_MAIN("hashes", depend_on_what_is_before, are_written, have_taints, are_new_each_time_without_stamp)
