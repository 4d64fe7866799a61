/* SPDX-License-Identifier: MIT */
#include "build/hashcheck.h"

#include "build_support.h"

static struct build_world b;
static struct bb_hashcheck check;

static void setup(const char *conf)
{
    build_init(&b, conf);
    cook_write("tiny/recipes/a_1.bb", "addtask x before do_build\naddtask y before do_build\n"
                                      "do_x() {\n    :\n}\ndo_y() {\n    :\n}\n");
    cook_write(
        "tiny/classes/check.bbclass",
        "def have(sq_data, d, siginfo=False, currentcount=0, summary=True, **kwargs):\n"
        "    bb.plain('asked: %s %d %s' % (siginfo, currentcount, summary))\n"
        "    assert all(len(sq_data[part]) == len(sq_data['hash']) for part in ('hashfn', 'unihash'))\n"
        "    return {tid for tid in sq_data['hash'] if tid.endswith(':do_x')}\n"
        "def broken(sq_data, d, **kwargs):\n"
        "    return 1 / 0\n"
        "def valid(task, taskdata, notneeded, d, log=None):\n"
        "    above = sorted(data[1] for tid, data in taskdata.items() if tid != task)\n"
        "    return above == ['do_build'] or bool(notneeded)\n");
    build_hash(&b, "a");
    ck_assert_int_eq(bb_hashcheck_init(&check, &b.w.cooker, &b.plan), 0);
}

static void teardown(void)
{
    bb_hashcheck_release(&check);
    build_release(&b);
}

START_TEST(asks_metadata)
{
    setup("INHERIT += \"check\"\nBB_HASHCHECK_FUNCTION = \"have\"\n");
    bb_tid tids[] = {build_tid(&b, "a:do_x"), build_tid(&b, "a:do_y")};
    bool found[2] = {false, true};
    ck_assert_int_eq(bb_hashcheck_available(&check, tids, 2, 3, true, found), 0);
    ck_assert(found[0] && !found[1]);
    ck_assert(cook_said(&b.w, "asked: False 3 True"));
    check.siginfo = true;
    ck_assert_int_eq(bb_hashcheck_available(&check, tids, 1, 0, false, found), 0);
    ck_assert(cook_said(&b.w, "asked: True 0 False"));
    teardown();
}
END_TEST

START_TEST(has_nothing_without_metadata)
{
    setup("");
    bb_tid x = build_tid(&b, "a:do_x");
    bool found = true;
    ck_assert_int_eq(bb_hashcheck_available(&check, &x, 1, 0, true, &found), 0);
    ck_assert(!found);
    ck_assert(!bb_hashcheck_superfluous(&check, x, &(struct bb_tids){0}));
    teardown();
}
END_TEST

START_TEST(reports_failures)
{
    setup("INHERIT += \"check\"\nBB_HASHCHECK_FUNCTION = \"broken\"\n");
    bb_tid x = build_tid(&b, "a:do_x");
    bool found = true;
    ck_assert_int_eq(bb_hashcheck_available(&check, &x, 1, 0, true, &found), -BB_EREPORTED);
    ck_assert(!found);
    ck_assert(cook_said(&b.w, "division by zero"));
    ck_assert(cook_said(&b.w, "check.bbclass:6"));
    teardown();
}
END_TEST

/* What was found superfluous is told when the next one is asked about. */
START_TEST(asks_what_is_wanted)
{
    setup("INHERIT += \"check\"\nBB_SETSCENE_DEPVALID = \"valid\"\n");
    bb_tid x = build_tid(&b, "a:do_x"), y = build_tid(&b, "a:do_y"), build = build_tid(&b, "a:do_build");
    bb_tid both[] = {y, build};
    ck_assert(!bb_hashcheck_superfluous(&check, x, &(struct bb_tids){both, 2}));
    ck_assert(bb_hashcheck_superfluous(&check, y, &(struct bb_tids){&build, 1}));
    ck_assert(bb_hashcheck_superfluous(&check, x, &(struct bb_tids){both, 2}));
    teardown();
}
END_TEST

UNIT_MAIN("hashcheck", asks_metadata, has_nothing_without_metadata, reports_failures, asks_what_is_wanted)
