/* SPDX-License-Identifier: MIT */
#include "build/queueevents.h"

#include "base/jsonw.h"
#include "py/py.h"

#include <stdlib.h>
#include <time.h>

#define RUNQUEUE "bb.runqueue."
#define BEAT     "bb.event.HeartbeatEvent"
#define MONITOR  "BB_DISKMON_DIRS"

static int report(struct bb_cooker *c, int r, const char *what)
{
    if (r != -BB_EPYTHON)
        return r;
    return c->hook->error_report(c->hook->self, (struct bb_loc){0}, what);
}

static const char *class_of(const struct bb_sched_event *e)
{
    switch (e->what) {
    case BB_SCHED_STARTED:
        return e->setscene ? RUNQUEUE "sceneQueueTaskStarted" : RUNQUEUE "runQueueTaskStarted";
    case BB_SCHED_ENDED:
        if (e->ok)
            return e->setscene ? RUNQUEUE "sceneQueueTaskCompleted" : RUNQUEUE "runQueueTaskCompleted";
        return e->setscene ? RUNQUEUE "sceneQueueTaskFailed" : RUNQUEUE "runQueueTaskFailed";
    case BB_SCHED_SKIPPED:
        return RUNQUEUE "runQueueTaskSkipped";
    case BB_SCHED_REFUSED:
        return RUNQUEUE "runQueueTaskFailed";
    case BB_SCHED_SCENES:
        return RUNQUEUE "sceneQueueComplete";
    case BB_SCHED_EXITING:
        return RUNQUEUE "runQueueExitWait";
    }
    return "";
}

/* BitBake counts a task that starts, or is skipped, after it has said so. */
static void put_stats(struct bb_jsonw *w, const struct bb_sched_event *e)
{
    const struct bb_sched_stats *s = e->stats;
    bool started = e->what == BB_SCHED_STARTED;
    const struct {
        const char *name;
        size_t n;
    } counts[] = {
        {"total", s->total},
        {"completed", s->completed},
        {"skipped", s->skipped - (e->what == BB_SCHED_SKIPPED)},
        {"failed", s->failed},
        {"active", s->active - (started && !e->setscene)},
        {"setscene_active", s->scene_active - (started && e->setscene)},
        {"setscene_covered", s->scene_covered},
        {"setscene_notcovered", s->scene_not_covered},
        {"setscene_total", s->scene_total},
    };
    bb_jsonw_object(w);
    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
        bb_jsonw_key(w, bb_str_z(counts[i].name));
        bb_jsonw_int(w, (int64_t)counts[i].n);
    }
    bb_jsonw_end(w);
}

/* What the class wants besides task and counts. */
static void put_detail(struct bb_jsonw *w, const struct bb_sched_event *e)
{
    bb_jsonw_object(w);
    if (e->what == BB_SCHED_STARTED) {
        bb_jsonw_key(w, BB_STR("noexec"));
        bb_jsonw_bool(w, e->outcome == BB_OUT_NOEXEC);
    } else if (e->what == BB_SCHED_ENDED && !e->ok) {
        bb_jsonw_key(w, BB_STR("exitcode"));
        bb_jsonw_int(w, e->status < 0 ? 128 - e->status : 1);
    } else if (e->what == BB_SCHED_REFUSED) {
        bb_jsonw_key(w, BB_STR("exitcode"));
        bb_jsonw_str(w, bb_str_z(BB_REFUSED_STATUS));
    } else if (e->what == BB_SCHED_SKIPPED) {
        bb_jsonw_key(w, BB_STR("reason"));
        bb_jsonw_str(w, e->outcome == BB_OUT_COVERED ? BB_STR("covered") : BB_STR("existing"));
    }
    bb_jsonw_end(w);
}

int bb_queueevents_tell(struct bb_cooker *c, const struct bb_plan *plan, const struct bb_sched_event *e)
{
    const char *cls = class_of(e);
    BB_CLEAN_BUF struct bb_buf json = BB_BUF_INIT, tid = BB_BUF_INIT;
    struct bb_jsonw w;
    if (!bb_py_listens(cls))
        return 0;
    if (e->t != BB_NO_TASK)
        bb_plan_tid(plan, e->t, &tid);
    bb_jsonw_init(&w, &json, 0);
    bb_jsonw_array(&w);
    bb_jsonw_str(&w, bb_str_z(cls + sizeof(RUNQUEUE) - 1));
    bb_jsonw_str(&w, bb_buf_str(&tid));
    bb_jsonw_str(&w, e->t != BB_NO_TASK ? plan->tasks[e->t].hash : BB_STR(""));
    put_stats(&w, e);
    put_detail(&w, e);
    bb_jsonw_end(&w);
    int r = bb_py_fire_made(bb_cooker_data(c), cls, "bb.runqueue.queue_event", bb_buf_str(&json));
    return report(c, r, "handling an event of the run queue");
}

/* {tid: stamps} of tasks of one configuration whose results in TMPDIR are of other hashes. */
static int stale_json(const struct bb_plan *plan, struct bb_stamps *st, const struct bb_mcgraph *mc,
                      struct bb_buf *out)
{
    struct bb_jsonw w;
    struct bb_strvec stamps = {0};
    int r = 0;
    bb_jsonw_init(&w, out, 0);
    bb_jsonw_array(&w);
    bb_jsonw_object(&w);
    for (bb_tid t = 0; r == 0 && t < plan->n; t++) {
        BB_CLEAN_BUF struct bb_buf tid = BB_BUF_INIT;
        stamps.n = 0;
        if (!plan->tasks[t].setscene || bb_plan_recipe(plan, t)->mc != mc)
            continue;
        r = bb_stamps_stale(st, t, &stamps);
        if (!stamps.n)
            continue;
        bb_plan_tid(plan, t, &tid);
        bb_jsonw_key(&w, bb_buf_str(&tid));
        bb_jsonw_array(&w);
        bb_vec_each(&stamps, path)
            bb_jsonw_str(&w, *path);
        bb_jsonw_end(&w);
    }
    bb_jsonw_end(&w);
    bb_jsonw_end(&w);
    bb_vec_release(&stamps);
    return r;
}

int bb_queueevents_stale(struct bb_cooker *c, const struct bb_plan *plan, struct bb_stamps *st)
{
    const char *cls = "bb.event.StaleSetSceneTasks";
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->config.mcs.n && bb_py_listens(cls); i++) {
        BB_CLEAN_BUF struct bb_buf json = BB_BUF_INIT;
        r = stale_json(plan, st, &c->config.mcs.p[i].graph, &json);
        if (r < 0)
            return bb_error(c->ctx, "old stamps cannot be looked for: %s", bb_strerror(r));
        if (!bb_str_eqz(bb_buf_str(&json), "[{}]"))
            r = bb_py_fire_json(c->config.mcs.p[i].d, cls, bb_buf_str(&json));
    }
    return report(c, r, "handling stale tasks");
}

static bool is_monitored(struct bb_cooker *c)
{
    bb_str dirs;
    return bb_store_str(bb_cooker_data(c), BB_SYM(MONITOR), &dirs) == 0 && bb_str_trim(dirs).len;
}

int64_t bb_queueevents_period(struct bb_cooker *c)
{
    static const double SECOND = 1e9;
    BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
    bb_str text;
    char *end;
    if (!bb_py_listens(BEAT) && !is_monitored(c))
        return 0;
    if (bb_store_str(bb_cooker_data(c), BB_SYM("BB_HEARTBEAT_EVENT"), &text) < 0 || !text.len)
        return (int64_t)SECOND;
    bb_buf_adds(&z, text);
    double seconds = strtod(z.p, &end);
    if (end == z.p || *end || !(seconds > 0)) {
        bb_warn(c->ctx, "Ignoring invalid BB_HEARTBEAT_EVENT=%s, must be a float specifying seconds.", z.p);
        return (int64_t)SECOND;
    }
    return (int64_t)(seconds * SECOND);
}

int bb_queueevents_beat(struct bb_cooker *c, enum bb_disk_action *ret)
{
    BB_CLEAN_BUF struct bb_buf json = BB_BUF_INIT, answer = BB_BUF_INIT;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    bb_buf_addf(&json, "[%lld.%09ld]", (long long)now.tv_sec, now.tv_nsec);
    *ret = BB_DISK_GO_ON;
    int r = bb_py_fire_json(bb_cooker_data(c), BEAT, bb_buf_str(&json));
    if (r == 0 && is_monitored(c)) {
        r = bb_py_eval_json(bb_cooker_data(c), BB_STR("__import__('bb.monitordisk').monitordisk.look(d)"),
                            BB_STR("{}"), &answer);
        if (r == 0 && bb_str_has(bb_buf_str(&answer), BB_STR("HALT")))
            *ret = BB_DISK_HALT;
        else if (r == 0 && bb_str_has(bb_buf_str(&answer), BB_STR("STOPTASKS")))
            *ret = BB_DISK_STOP;
    }
    return report(c, r, "handling a heartbeat");
}
