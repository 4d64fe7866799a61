/* SPDX-License-Identifier: MIT */
#include "build/build.h"

#include "build/execute.h"
#include "build/printdiff.h"
#include "cook/announce.h"
#include "graph/dot.h"
#include "os/fs.h"
#include "os/lock.h"
#include "os/os.h"
#include "parse/fn.h"
#include "py/py.h"
#include "run/stamp.h"
#include "run/stamps.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

/* One build from targets to hashes. */
struct build {
    struct bb_cooker *c;
    const struct bb_build_opts *o;
    struct bb_strvec asked; /* targets as they were given */
    bb_str file;            /* -b: what is asked instead */
    bb_str name;            /* BUILDNAME */
    struct bb_targets targets;
    struct bb_plan plan;
    struct bb_hashes hashes;
    struct bb_execute_end end;
    bool indexed, planned; /* `targets` and `plan` are to be released */
};

static void build_release(struct build *b)
{
    bb_hashes_release(&b->hashes);
    if (b->planned)
        bb_plan_release(&b->plan);
    if (b->indexed)
        bb_targets_release(&b->targets);
}

static int make_plan(struct build *b)
{
    bb_str handler;
    int r = bb_store_str_report(bb_cooker_data(b->c), BB_SYM("BB_SIGNATURE_HANDLER"), &handler);
    if (r < 0)
        return r;
    b->planned = true; /* released also when it could not be finished */
    r = bb_plan_make(&b->plan, b->c->ctx, &b->targets.td);
    b->plan.hashed = bb_stamp_has_hashes(handler);
    return r;
}

/* Targets resolved; nothing has been written yet. */
static int resolve(struct build *b, bool allow_incomplete)
{
    bb_targets_init(&b->targets, b->c, allow_incomplete);
    b->indexed = true;
    if (!allow_incomplete)
        bb_note(b->c->ctx, "Resolving any missing task queue dependencies");
    int r = bb_announce_event(b->c, "bb.event.TreeDataPreparationStarted", NULL, 0);
    if (r == 0)
        r = bb_targets_resolve(&b->targets, &b->asked, b->c->opts.options->cmd);
    const struct bb_val total = bb_val_i((int64_t)b->asked.n);
    for (size_t i = 0; r == 0 && i < b->asked.n; i++)
        r = bb_announce_event(b->c, "bb.event.TreeDataPreparationProgress",
                              (struct bb_val[]){bb_val_i((int64_t)i + 1), total}, 2);
    return r < 0 ? r : bb_announce_event(b->c, "bb.event.TreeDataPreparationCompleted", &total, 1);
}

static int write_file(struct bb_ctx *ctx, const char *name, const struct bb_buf *text, const char *what)
{
    int r = bb_fs_write(name, bb_buf_str(text), 0);
    if (r < 0)
        return bb_error(ctx, "%s was not written: %s", name, bb_strerror(r));
    bb_note(ctx, "%s saved to '%s'", what, name);
    return 0;
}

int bb_build_graph(struct bb_cooker *c, const struct bb_build_opts *o)
{
    static const struct {
        const char *name, *what;
        void (*make)(const struct bb_plan *plan, struct bb_buf *out);
    } files[] = {
        {"pn-buildlist", "PN build list", bb_dot_buildlist},
        {"task-depends.dot", "Task dependencies", bb_dot_tasks},
        {"recipe-depends.dot", "Recipe dependencies", bb_dot_recipes},
    };
    struct build b = {.c = c, .o = o, .asked = *o->targets};
    int r = resolve(&b, true);
    if (r == 0)
        r = make_plan(&b);
    for (size_t i = 0; r == 0 && i < sizeof(files) / sizeof(*files); i++) {
        BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
        files[i].make(&b.plan, &text);
        r = write_file(c->ctx, files[i].name, &text, files[i].what);
    }
    build_release(&b);
    return r;
}

/* What tasks see of the build: BitBake's buildSetVars. Set in every configuration, before any recipe is evaluated. */
static int set_build_variables(struct bb_cooker *c)
{
    char date[16], clock[16], start[32];
    time_t now = time(NULL);
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(date, sizeof(date), "%Y%m%d", &tm);
    strftime(clock, sizeof(clock), "%H%M%S", &tm);
    strftime(start, sizeof(start), "%m/%d/%Y %H:%M:%S", &tm);
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->config.mcs.n; i++) {
        struct bb_store *d = c->config.mcs.p[i].d;
        const struct {
            const char *name, *value;
        } vars[] = {{"BUILDNAME", NULL},
                    {"BUILDSTART", start},
                    {"DATE", date},
                    {"TIME", clock},
                    {"BB_WORKERCONTEXT", "1"}};
        for (size_t v = 0; r == 0 && v < sizeof(vars) / sizeof(*vars); v++) {
            struct bb_val old;
            bb_str value =
                bb_arena_str(bb_store_arena(d), bb_str_z(vars[v].value ? vars[v].value : "${DATE}${TIME}"));
            r = bb_store_get(d, bb_sym_z(vars[v].name), 0, &old);
            if (r == 0 && (vars[v].value || old.kind == BB_V_NONE))
                r = bb_store_setz(d, vars[v].name, value);
        }
    }
    return r;
}

/* BitBake: tasks see where the service is, not what was asked for. */
static int set_prservice(struct bb_cooker *c, struct bb_prservice *s)
{
    bb_str host = {0};
    int r = s ? bb_prservice_host(s, &host) : 0;
    if (r < 0 || !host.len)
        return r;
    bb_vec_each(&c->config.mcs, mc)
        if (r == 0)
            r = bb_store_setz(mc->d, "PRSERV_HOST", bb_arena_str(bb_store_arena(mc->d), host));
    return r;
}

static int take_lock(struct bb_cooker *c, struct bb_lock *lock)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, holder = BB_BUF_INIT;
    bb_buf_addf(&path, "%.*s/bitbake.lock", BB_STRF(c->config.topdir));
    int r = bb_lock_take(lock, path.p, BB_LOCK_NOWAIT);
    int known = r == -EWOULDBLOCK ? bb_lock_holder(path.p, &holder) : 0;
    if (known == -ESRCH) { /* tasks of a build that was killed are about to end */
        r = bb_lock_take(lock, path.p, 0);
    } else if (r == -EWOULDBLOCK) {
        if (known < 0)
            bb_buf_addz(&holder, "another process");
        return bb_error(c->ctx, "a build is running in this build directory already: %s holds %s", holder.p,
                        path.p);
    }
    return r < 0 ? bb_error(c->ctx, "%s cannot be locked: %s", path.p, bb_strerror(r)) : 0;
}

/* -S none, -S printdiff: what differs is looked for before the data of this build is there. */
static int write_signatures(struct build *b, struct bb_recorder *recorder)
{
    bb_tid *differ = NULL;
    size_t ndiffer = 0;
    int r = b->o->printdiff ? bb_printdiff_find(b->c, &b->plan, &differ, &ndiffer) : 0;
    bb_note(b->c->ctx, "Writing task signature files");
    for (bb_tid t = 0; r == 0 && t < b->plan.n; t++) {
        r = bb_hashes_write_sigdata(&b->hashes, t, NULL);
        bb_recorder_ran(recorder, bb_plan_recipe(&b->plan, t));
    }
    recorder->record.dry = true;
    if (r == 0)
        r = bb_printdiff_explain(b->c, &b->plan, differ, ndiffer);
    free(differ);
    if (r == 0)
        bb_note(b->c->ctx,
                "Tasks Summary: Attempted 0 tasks of which 0 didn't need to be rerun and all succeeded.");
    return r;
}

/* In every configuration, as BitBake does. */
static int fire(struct bb_cooker *c, const char *cls, const struct bb_val *args, size_t nargs)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->config.mcs.n && bb_py_listens(cls); i++)
        r = bb_py_fire(c->config.mcs.p[i].d, cls, args, nargs);
    return r == -BB_EPYTHON
               ? c->hook->error_report(c->hook->self, (struct bb_loc){0}, "handling a build event")
               : r;
}

/* "pn:do_task" of everything that is wanted; those of multiconfigs with and without "mc:NAME:" before it. */
static void wanted_names(struct build *b, struct bb_strvec *ret)
{
    struct bb_arena *a = &b->targets.td.arena;
    bb_vec_each(&b->targets.td.runlist, w) {
        bb_str mc = w->entry->recipe->mc->name;
        bb_str name = bb_arena_fmt(a, "%.*s:%.*s", BB_STRF(w->target), BB_STRF(w->task));
        if (mc.len)
            bb_vec_push(ret, bb_arena_fmt(a, "mc:%.*s:%.*s", BB_STRF(mc), BB_STRF(name)));
        bb_vec_push(ret, name);
    }
}

/* Plan and hashes, with the events of BitBake's longest preparation; it tells more steps. */
static int initialise(struct build *b)
{
    const struct bb_options *o = b->c->opts.options;
    const struct bb_val name = bb_val_z("Initialising tasks");
    int r = bb_announce_event(b->c, "bb.event.ProcessStarted", (struct bb_val[]){name, bb_val_i(100)}, 2);
    if (r == 0)
        r = make_plan(b);
    if (r == 0 && !o->why)
        r = bb_stamps_invalidate(&b->plan);
    if (r == 0)
        r = bb_announce_event(b->c, "bb.event.ProcessProgress", (struct bb_val[]){name, bb_val_i(50)}, 2);
    if (r == 0)
        r = bb_hashes_compute(&b->hashes, b->c, &b->plan);
    return r < 0 ? r : bb_announce_event(b->c, "bb.event.ProcessFinished", &name, 1);
}

/* From resolved targets to the end. */
static int carry_out(struct build *b)
{
    struct bb_recorder recorder;
    int r = initialise(b);
    if (r < 0)
        return r;
    bb_recorder_init(&recorder, b->c, &b->plan);
    r = b->o->signatures ? write_signatures(b, &recorder)
                         : bb_execute_plan(b->c, &b->plan, &b->hashes, &recorder, b->o->ui, &b->end);
    if (!b->c->opts.options->why)
        bb_recorder_write(&recorder, &b->hashes, &b->asked);
    bb_recorder_release(&recorder);
    return r;
}

/* BuildInit: what was asked for, "pn:do_task". */
static int fire_init(struct build *b)
{
    struct bb_strvec names = {0};
    bb_str asked = b->c->opts.options->cmd, task = asked.len ? asked : bb_targets_default_task(b->c);
    const char *prefix = bb_str_starts(task, BB_STR("do_")) ? "" : "do_";
    bb_vec_each(&b->asked, t)
        bb_vec_push(&names,
                    bb_str_chr(*t, ':', 0) != BB_NPOS
                        ? *t
                        : bb_arena_fmt(&b->c->arena, "%.*s:%s%.*s", BB_STRF(*t), prefix, BB_STRF(task)));
    struct bb_vlist list = {names.p, names.n};
    int r = fire(b->c, "bb.event.BuildInit", (struct bb_val[]){{.kind = BB_V_LIST, .list = &list}}, 1);
    bb_vec_release(&names);
    return r;
}

static int fire_started(struct build *b)
{
    struct bb_strvec names = {0};
    wanted_names(b, &names);
    struct bb_vlist list = {names.p, names.n};
    int r = bb_store_str_report(bb_cooker_data(b->c), BB_SYM("BUILDNAME"), &b->name);
    if (r == 0)
        r = fire(b->c, "bb.event.BuildStarted",
                 (struct bb_val[]){bb_val_s(b->name), {.kind = BB_V_LIST, .list = &list}}, 2);
    bb_vec_release(&names);
    return r;
}

static int fire_completed(struct build *b)
{
    struct bb_vlist asked = {b->asked.p, b->asked.n};
    struct bb_val args[] = {bb_val_i((int64_t)b->plan.n),
                            bb_val_s(b->name),
                            {.kind = BB_V_LIST, .list = &asked},
                            bb_val_i((int64_t)b->end.failures),
                            bb_val_i(b->end.interrupted)};
    return fire(b->c, "bb.event.BuildCompleted", args, 5);
}

/* -b: the recipe of one file by its PN, without what it depends on. */
static int use_buildfile(struct build *b)
{
    bb_str fn;
    int r = bb_targets_match_file(b->c, b->c->opts.options->buildfile, &fn);
    if (r < 0)
        return r;
    bb_warn(b->c->ctx,
            "Buildfile specified, dependencies will not be handled. If this is not what you want, do not use "
            "-b / --buildfile.");
    r = bb_cooker_parse_file(b->c, fn);
    if (r < 0)
        return r;
    for (size_t i = 0; i < b->c->parsed[0].nvariants; i++) {
        const struct bb_recipe *recipe = b->c->parsed[0].variants[i];
        bb_str mc = recipe->mc->name;
        if (!bb_str_eq(recipe->fn, fn))
            continue;
        b->file = mc.len ? bb_arena_fmt(&b->c->arena, "mc:%.*s:%.*s", BB_STRF(mc), BB_STRF(recipe->pn))
                         : recipe->pn;
        b->asked = (struct bb_strvec){&b->file, 1, 1};
        return 0;
    }
    struct bb_fn parts = bb_fn_split(fn);
    return bb_error(b->c->ctx, "%.*s has no variant '%.*s' in its BBCLASSEXTEND", BB_STRF(parts.path),
                    BB_STRF(parts.variant));
}

int bb_build_run(struct bb_cooker *c, const struct bb_build_opts *o)
{
    struct build b = {.c = c, .o = o, .asked = *o->targets};
    struct bb_lock lock = {.fd = -1};
    int r = take_lock(c, &lock);
    if (r == 0 && c->opts.options->buildfile.len)
        r = use_buildfile(&b);
    if (r == 0)
        r = set_build_variables(c);
    if (r == 0)
        r = set_prservice(c, o->prservice);
    if (r == 0)
        r = fire_init(&b);
    if (r == 0)
        r = resolve(&b, false);
    if (r == 0)
        r = fire_started(&b);
    if (r == 0) {
        r = carry_out(&b);
        int done = fire_completed(&b);
        if (o->completed)
            *o->completed = true;
        r = r < 0 ? r : done;
    }
    build_release(&b);
    bb_lock_release(&lock);
    return r;
}
