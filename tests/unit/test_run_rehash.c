/* SPDX-License-Identifier: MIT */
/*
 * The scheduler where results turn out to be equal to others'. Hashes are small texts here: a task's is its name with
 * the unihashes of what it depends on; a server knows that some hashes stand for others.
 */
#include "run/sched.h"
#include "support/recipes.h"
#include "support/unit.h"

enum { MOST = 1024 };

struct sim {
    struct rc_world w;
    struct bb_sched *s;
    struct bb_runner runner;
    struct bb_map server;  /* hash -> bb_str *, what it stands for */
    struct bb_map objects; /* "pn:do_x unihash" that shared state has */
    bb_str known[MOST];
    bb_str twin[MOST]; /* what the task's result will turn out to be equal to */
    struct {
        bb_tid t;
        bool setscene;
    } live[64];
    size_t nlive;
    uint32_t random;
    int runs[MOST], scene_runs[MOST];
    bb_str ran_as[MOST]; /* the hash that the task was started with */
    int kept;
    struct bb_buf log;
};

static struct sim sim;

static uint32_t rnd(uint32_t below)
{
    sim.random = sim.random * 1664525u + 1013904223u;
    return (sim.random >> 8) % below;
}

static bb_str hash_of(bb_tid t)
{
    const struct bb_tids *deps = &sim.w.plan.tasks[t].deps;
    uint64_t h = bb_str_hash(bb_plan_name(&sim.w.plan, t)) ^ (t * UINT64_C(0x9e3779b97f4a7c15));
    for (size_t i = 0; i < deps->n; i++)
        h = (h ^ bb_str_hash(sim.known[deps->p[i]])) * UINT64_C(0x100000001b3);
    return bb_arena_fmt(&sim.w.arena, "%016llx", (unsigned long long)h);
}

static bb_str unihash_of(bb_tid t, bb_str hash)
{
    const bb_str *u = sim.w.plan.tasks[t].setscene ? bb_map_get(&sim.server, hash) : NULL;
    return u ? *u : hash;
}

static void server_knows(bb_str hash, bb_str unihash)
{
    bb_str *u = bb_arena_new(&sim.w.arena, bb_str);
    *u = unihash;
    bb_map_put(&sim.server, hash, u);
}

static bb_str object(bb_tid t)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    bb_plan_pnid(&sim.w.plan, t, &b);
    return bb_arena_fmt(&sim.w.arena, "%s %.*s", b.p, BB_STRF(sim.w.plan.tasks[t].unihash));
}

/* -- what the scheduler asks for -- */

static int start(void *self, bb_tid t, bool setscene)
{
    sim.live[sim.nlive].t = t;
    sim.live[sim.nlive++].setscene = setscene;
    (setscene ? sim.scene_runs : sim.runs)[t]++;
    sim.ran_as[t] = sim.w.plan.tasks[t].hash;
    if (setscene)
        ck_assert(bb_map_has(&sim.objects, object(t)));
    else
        ck_assert(bb_str_eq(sim.w.plan.tasks[t].hash, hash_of(t)));
    return 0;
}

static int wait_for_end(void *self)
{
    size_t i = rnd((uint32_t)sim.nlive);
    bb_tid t = sim.live[i].t;
    bool setscene = sim.live[i].setscene;
    sim.live[i] = sim.live[--sim.nlive];
    if (!setscene && sim.w.plan.tasks[t].setscene) {
        bb_str unihash = sim.twin[t].len ? sim.twin[t] : sim.w.plan.tasks[t].unihash;
        server_knows(sim.w.plan.tasks[t].hash, unihash);
        bb_sched_unihash(sim.s, t, unihash);
        ck_assert(bb_str_eq(sim.w.plan.tasks[t].unihash, unihash));
        bb_map_put(&sim.objects, object(t), NULL);
    }
    bb_sched_finished(sim.s, t, setscene, 0);
    return 0;
}

static void kill_all(void *self) {}

static bool current(void *self, bb_tid t)
{
    return false;
}

static enum bb_scene_stamp scene_stamp(void *self, bb_tid t)
{
    return BB_STAMP_OLD;
}

static int available(void *self, const bb_tid *tids, size_t n, size_t ncurrent, bool summary, bool *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = bb_map_has(&sim.objects, object(tids[i]));
    return 0;
}

static int make_stamp(void *self, bb_tid t, bool setscene)
{
    return 0;
}

static int set_unihash(void *self, bb_tid t, bb_str unihash)
{
    sim.known[t] = sim.w.plan.tasks[t].unihash = bb_arena_str(&sim.w.arena, unihash);
    return 0;
}

static int hash(void *self, const bb_tid *tids, size_t n, struct bb_newhash *ret)
{
    for (size_t i = 0; i < n; i++) {
        ret[i].hash = hash_of(tids[i]);
        ret[i].unihash = sim.known[tids[i]] = unihash_of(tids[i], ret[i].hash);
    }
    return 0;
}

static void set(void *self, bb_tid t, const struct bb_newhash *h)
{
    sim.w.plan.tasks[t].hash = h->hash;
    sim.w.plan.tasks[t].unihash = h->unihash;
}

static int keep(void *self, bb_tid t, const struct bb_newhash *h)
{
    sim.kept++;
    server_knows(h->hash, sim.w.plan.tasks[t].unihash);
    sim.known[t] = sim.w.plan.tasks[t].unihash;
    return 0;
}

static bb_str known(void *self, bb_tid t)
{
    return sim.known[t];
}

static const struct bb_rehash_ops ops = {set_unihash, hash, set, keep, known};

static void on_event(void *self, const struct bb_sched_event *e)
{
    static const char marks[] = "+-=";
    if (e->what > BB_SCHED_SKIPPED)
        return;
    bb_buf_addf(&sim.log, "%s%c%s", sim.log.len ? " " : "", marks[e->what], e->setscene ? "*" : "");
    bb_plan_pnid(&sim.w.plan, e->t, &sim.log);
}

/* -- builds -- */

static void init(void)
{
    memset(&sim, 0, sizeof(sim));
    rc_init(&sim.w);
    bb_buf_init(&sim.log);
    sim.random = 1;
    sim.runner = (struct bb_runner){.start = start,
                                    .wait = wait_for_end,
                                    .kill = kill_all,
                                    .current = current,
                                    .scene_stamp = scene_stamp,
                                    .available = available,
                                    .make_stamp = make_stamp,
                                    .rehash = &ops};
}

/* All hashes anew, each after what it depends on: as many rounds as tasks are enough. */
static void hash_all(void)
{
    for (bool again = true; again;) {
        again = false;
        for (bb_tid t = 0; t < sim.w.plan.n; t++) {
            struct bb_plan_task *task = &sim.w.plan.tasks[t];
            bb_str h = hash_of(t), u = unihash_of(t, h);
            again |= !bb_str_eq(task->unihash, u) || !bb_str_eq(task->hash, h);
            task->hash = h;
            sim.known[t] = task->unihash = u;
        }
    }
}

static int run(unsigned threads)
{
    const struct bb_sched_opts o = {.threads = threads, .order = BB_ORDER_SPEED, .event = on_event};
    sim.s = bb_sched_new(&sim.w.ctx, &sim.w.plan, &sim.runner, &o);
    return bb_sched_run(sim.s);
}

static void release(void)
{
    bb_sched_free(sim.s);
    bb_map_release(&sim.server);
    bb_map_release(&sim.objects);
    bb_buf_release(&sim.log);
    rc_release(&sim.w);
}

#define LOG(text)        ck_assert_str_eq(sim.log.p, text)
#define OUTCOME(task, o) ck_assert_int_eq(bb_sched_outcome(sim.s, rc_tid(&sim.w, task)), BB_OUT_##o)

/* b deploys what depends on a. */
static void two_recipes(void)
{
    init();
    rc_add(&sim.w, "pn a\ntask do_compile\ntask do_stage do_compile\ntask do_stage_setscene\n");
    rc_add(&sim.w, "pn b\ntask do_compile\n[depends] a:do_stage\ntask do_deploy do_compile\n"
                   "task do_deploy_setscene\ntask do_build do_deploy\n");
    ck_assert_int_eq(rc_plan(&sim.w, "b"), 0);
}

/* A build before which a was another one; its results, as the server and shared state have them afterwards. */
static void built_before(void)
{
    bb_tid stage = rc_tid(&sim.w, "a:do_stage"), deploy = rc_tid(&sim.w, "b:do_deploy");
    hash_all();
    server_knows(sim.w.plan.tasks[stage].hash, sim.twin[stage] = BB_STR("before"));
    hash_all();
    bb_map_put(&sim.objects, object(stage), NULL);
    bb_map_put(&sim.objects, object(deploy), NULL);
    bb_map_clear(&sim.server);
    hash_all();
}

START_TEST(restored_after_an_equal_result)
{
    two_recipes();
    built_before();
    ck_assert_int_eq(run(1), 0);
    LOG("+a:do_compile -a:do_compile +a:do_stage -a:do_stage +*b:do_deploy -*b:do_deploy =b:do_compile "
        "=b:do_deploy +b:do_build -b:do_build");
    release();
    /* Its result differs: nothing is equal. */
    two_recipes();
    built_before();
    sim.twin[rc_tid(&sim.w, "a:do_stage")] = BB_STR("new");
    ck_assert_int_eq(run(1), 0);
    OUTCOME("b:do_compile", RAN);
    OUTCOME("b:do_deploy", RAN);
    ck_assert_int_eq(sim.scene_runs[rc_tid(&sim.w, "b:do_deploy")], 0);
    release();
}
END_TEST

START_TEST(restored_already)
{
    /* c was restored from what an earlier build left; a runs for another recipe, and changes c's hash. */
    init();
    rc_add(&sim.w, "pn a\ntask do_stage\ntask do_stage_setscene\n");
    rc_add(&sim.w, "pn c\ntask do_deploy\n[depends] a:do_stage\ntask do_deploy_setscene\n");
    rc_add(&sim.w,
           "pn b\ntask do_compile\n[depends] a:do_stage\ntask do_build do_compile\n[depends] c:do_deploy\n");
    ck_assert_int_eq(rc_plan(&sim.w, "b"), 0);
    bb_tid a = rc_tid(&sim.w, "a:do_stage"), c = rc_tid(&sim.w, "c:do_deploy");
    hash_all();
    sim.twin[a] = BB_STR("before");
    bb_map_put(&sim.objects, object(c), NULL);
    ck_assert_int_eq(run(1), 0);
    ck_assert_int_eq(sim.scene_runs[c], 1);
    ck_assert_int_eq(sim.runs[c], 0);
    ck_assert_int_eq(sim.kept, 1);
    ck_assert(bb_str_eq(sim.known[c], sim.w.plan.tasks[c].unihash));
    release();
}
END_TEST

START_TEST(waits_for_what_it_covers)
{
    /* When a's result is known, something that d covers may run: d is decided again when that has ended, or too late. */
    size_t restored = 0;
    for (uint32_t seed = 1; seed < 40; seed++) {
        init();
        sim.random = seed;
        rc_add(&sim.w, "pn a\ntask do_stage\ntask do_stage_setscene\n");
        rc_add(&sim.w, "pn d\ntask do_long\ntask do_compile do_long\n[depends] a:do_stage\n"
                       "task do_deploy do_compile\ntask do_deploy_setscene\ntask do_build do_deploy\n");
        ck_assert_int_eq(rc_plan(&sim.w, "d"), 0);
        bb_tid a = rc_tid(&sim.w, "a:do_stage"), d = rc_tid(&sim.w, "d:do_deploy");
        hash_all();
        server_knows(sim.w.plan.tasks[a].hash, sim.twin[a] = BB_STR("before"));
        hash_all();
        bb_map_put(&sim.objects, object(d), NULL);
        bb_map_clear(&sim.server);
        hash_all();
        ck_assert_int_eq(run(2), 0);
        ck_assert_int_eq(sim.runs[d] + sim.scene_runs[d], 1);
        restored += (size_t)sim.scene_runs[d];
        release();
    }
    ck_assert_uint_eq(restored, 39);
}
END_TEST

START_TEST(equal_work_in_two_configurations)
{
    init();
    rc_add(&sim.w, "pn a\nstamp /s/one\ntask do_x\ntask do_x_setscene\ntask do_build do_x\n[mcdepends] "
                   "mc::m:a:do_build");
    rc_add(&sim.w, "pn a\nmc m\nstamp /s/two\ntask do_x\ntask do_x_setscene\ntask do_build do_x");
    ck_assert_int_eq(rc_plan(&sim.w, "a"), 0);
    bb_tid first = rc_tid(&sim.w, "a:do_x"), second = rc_tid(&sim.w, "mc:m:a:do_x");
    hash_all();
    sim.known[second] = sim.w.plan.tasks[second].unihash = sim.w.plan.tasks[first].unihash;
    sim.w.plan.tasks[second].hash = sim.w.plan.tasks[first].hash;
    sim.twin[first] = BB_STR("before");
    bb_map_put(&sim.objects, BB_STR("mc:m:a:do_x before"), NULL);
    ck_assert_int_eq(run(4), 0);
    /* The second one waits, takes over the first one's new unihash, and is restored. */
    ck_assert_int_eq(sim.runs[first], 1);
    ck_assert_int_eq(sim.runs[second], 0);
    ck_assert_int_eq(sim.scene_runs[second], 1);
    ck_assert(bb_str_eqz(sim.w.plan.tasks[second].unihash, "before"));
    release();
}
END_TEST

/* -- random builds -- */

static void random_recipes(int n)
{
    for (int i = 0; i < n; i++) {
        BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
        bb_buf_addf(&b, "pn r%d\n", i);
        for (int d = 0; i && d < 2; d++)
            bb_buf_addf(&b, "%s%u", d ? " r" : "depends r", rnd((uint32_t)i));
        bb_buf_addz(&b, "\ntask do_compile\n[deptask] do_stage\ntask do_stage do_compile\n");
        if (rnd(4))
            bb_buf_addz(&b, "task do_stage_setscene\n");
        bb_buf_addz(&b, "task do_package do_stage\ntask do_package_setscene\ntask do_build do_package\n");
        rc_add(&sim.w, b.p);
    }
}

/* Nothing ran twice, and what ran did so with what its dependencies turned out to be. */
static void check_end(void)
{
    for (bb_tid t = 0; t < sim.w.plan.n; t++) {
        enum bb_outcome o = bb_sched_outcome(sim.s, t);
        ck_assert(o == BB_OUT_RAN || o == BB_OUT_COVERED);
        ck_assert_int_eq(sim.runs[t], o == BB_OUT_RAN);
        ck_assert_int_le(sim.scene_runs[t], 1);
        if (o == BB_OUT_RAN)
            ck_assert(bb_str_eq(sim.ran_as[t], hash_of(t)));
    }
    const struct bb_sched_stats *st = bb_sched_stats(sim.s);
    ck_assert_uint_eq(st->scene_covered + st->scene_not_covered, st->scene_total);
    ck_assert_uint_eq(st->completed, st->total);
}

START_TEST(random_builds)
{
    size_t restored = 0, kept = 0;
    for (uint32_t seed = 1; seed <= 300; seed++) {
        init();
        sim.random = seed;
        int n = 2 + (int)rnd(12);
        random_recipes(n);
        BB_CLEAN_BUF struct bb_buf target = BB_BUF_INIT;
        bb_buf_addf(&target, "r%d", n - 1);
        ck_assert_int_eq(rc_plan(&sim.w, target.p), 0);
        /* An earlier build's results; some of them will come out again. */
        hash_all();
        for (bb_tid t = 0; t < sim.w.plan.n; t++)
            if (sim.w.plan.tasks[t].setscene && rnd(2)) {
                sim.twin[t] = bb_arena_fmt(&sim.w.arena, "old%u", t);
                server_knows(sim.w.plan.tasks[t].hash, sim.twin[t]);
            }
        hash_all();
        for (bb_tid t = 0; t < sim.w.plan.n; t++)
            if (sim.w.plan.tasks[t].setscene && rnd(4))
                bb_map_put(&sim.objects, object(t), NULL);
        bb_map_clear(&sim.server);
        hash_all();
        ck_assert_int_eq(run(1 + seed % 4), 0);
        check_end();
        restored += bb_sched_stats(sim.s)->scene_covered;
        kept += (size_t)sim.kept;
        release();
    }
    printf("%zu restored, %zu kept\n", restored, kept);
    ck_assert_uint_gt(restored, 100);
}
END_TEST

UNIT_MAIN("rehash", restored_after_an_equal_result, restored_already, waits_for_what_it_covers,
          equal_work_in_two_configurations, random_builds)
