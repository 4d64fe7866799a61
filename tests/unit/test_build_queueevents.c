/* SPDX-License-Identifier: MIT */
#include "build/queueevents.h"

#include "build_support.h"

static struct build_world b;

static void start(const char *events, const char *conf)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_buf_addf(&text, "INHERIT += \"listen\"\n%s", conf);
    build_init(&b, text.p);
    bb_buf_clear(&text);
    bb_buf_addf(
        &text,
        "addhandler listen\nlisten[eventmask] = \"%s\"\npython listen() {\n"
        "    with open(d.getVar('TOPDIR') + '/heard', 'a') as f:\n"
        "        f.write(' '.join([type(e).__name__] + [str(v) for a in ('taskname', 'taskhash', 'exitcode', 'reason')"
        " for v in [getattr(e, a, None)] if v is not None]) + '\\n')\n}\n",
        events);
    cook_write("tiny/classes/listen.bbclass", text.p);
    cook_write("tiny/recipes/a_1.bb", "do_x() {\n    :\n}\naddtask x before do_build\n");
}

START_TEST(tells_of_tasks)
{
    struct bb_sched_stats stats = {.total = 2, .active = 1};
    start("bb.runqueue.runQueueTaskFailed bb.runqueue.sceneQueueComplete", "");
    build_hash(&b, "a");
    bb_tid x = build_tid(&b, "a:do_x");
    const struct bb_sched_event events[] = {
        {.what = BB_SCHED_STARTED, .t = x, .stats = &stats}, /* nobody wants to know */
        {.what = BB_SCHED_ENDED, .t = x, .status = -9, .stats = &stats},
        {.what = BB_SCHED_REFUSED, .t = x, .stats = &stats},
        {.what = BB_SCHED_SCENES, .t = BB_NO_TASK, .stats = &stats},
    };
    for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
        ck_assert_int_eq(bb_queueevents_tell(&b.w.cooker, &b.plan, &events[i]), 0);
    bb_str expected =
        bb_arena_fmt(&b.w.ctx.arena,
                     "runQueueTaskFailed do_x %.*s 137\nrunQueueTaskFailed do_x %.*s setscene ignore_tasks\n"
                     "sceneQueueComplete\n",
                     BB_STRF(b.plan.tasks[x].hash), BB_STRF(b.plan.tasks[x].hash));
    ck_assert_str_eq(build_read(&b, "heard"), expected.p);
    build_release(&b);
}
END_TEST

START_TEST(beats_when_wanted)
{
    enum bb_disk_action action;
    start("bb.event.HeartbeatEvent", "BB_HEARTBEAT_EVENT = \"0.5\"\n");
    build_hash(&b, "a");
    ck_assert_int_eq(bb_queueevents_period(&b.w.cooker), 500000000);
    ck_assert_int_eq(bb_queueevents_beat(&b.w.cooker, &action), 0);
    ck_assert_int_eq(action, BB_DISK_GO_ON);
    ck_assert_str_eq(build_read(&b, "heard"), "HeartbeatEvent\n");
    build_release(&b);
}
END_TEST

START_TEST(watches_disks)
{
    enum bb_disk_action action;
    start("bb.event.DiskFull",
          "BB_HEARTBEAT_EVENT = \"often\"\nBB_DISKMON_DIRS = \"STOPTASKS,${TOPDIR},900000G,\"\n");
    build_hash(&b, "a");
    ck_assert_int_eq(bb_queueevents_period(&b.w.cooker), 1000000000);
    ck_assert(cook_said(&b.w, "BB_HEARTBEAT_EVENT=often"));
    ck_assert_int_eq(bb_queueevents_beat(&b.w.cooker, &action), 0);
    ck_assert_int_eq(action, BB_DISK_STOP);
    ck_assert(cook_said(&b.w, "is running low"));
    ck_assert_str_eq(build_read(&b, "heard"), "DiskFull\n");
    build_release(&b);
}
END_TEST

START_TEST(is_silent)
{
    start("bb.event.BuildStarted", "");
    build_hash(&b, "a");
    ck_assert_int_eq(bb_queueevents_period(&b.w.cooker), 0);
    build_release(&b);
}
END_TEST

UNIT_MAIN("queueevents", tells_of_tasks, beats_when_wanted, watches_disks, is_silent)
