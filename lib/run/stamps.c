/* SPDX-License-Identifier: MIT */
#include "run/stamps.h"

#include "base/path.h"
#include "os/os.h"
#include "run/stamp.h"

#include <errno.h>
#include <fnmatch.h>

/* A task by its recipe: "do_x" or its twin "do_x_setscene". */
struct who {
    const struct bb_plan *plan;
    const struct bb_recipe *recipe;
    const struct bb_recipe_task *task;
    bool twin;
};

/* Nothing where the recipe has no STAMP. */
static void name_of(struct who w, bb_str hash, struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf task = BB_BUF_INIT;
    if (w.recipe->stamp.len == 0)
        return;
    bb_buf_addf(&task, "%.*s%s", BB_STRF(w.task->name), w.twin ? "_setscene" : "");
    bb_stamp_name(w.recipe->stamp, bb_buf_str(&task), w.plan->hashed ? hash : BB_STR(""), w.task->stamp_extra,
                  out);
}

/* Its stamps, whatever their hash. */
static int find_stamps(struct bb_stampdirs *dirs, struct who w, struct bb_strvec *ret)
{
    BB_CLEAN_BUF struct bb_buf mask = BB_BUF_INIT;
    struct bb_strvec files = {0};
    name_of(w, BB_STR("*"), &mask);
    if (mask.len == 0)
        return 0;
    int err = bb_stampdirs_find(dirs, bb_buf_str(&mask), &files);
    const char *pattern = bb_path_base(bb_buf_str(&mask)).p;
    bb_vec_each(&files, it)
        if (fnmatch(pattern, bb_path_base(*it).p, FNM_PERIOD) == 0 && bb_stamp_is_one(*it))
            bb_vec_push(ret, *it);
    bb_vec_release(&files);
    return err;
}

/* Removes them; goes on after a failure and returns the first. */
static int clean(struct bb_stampdirs *dirs, struct who w)
{
    struct bb_strvec files = {0};
    int err = find_stamps(dirs, w, &files);
    bb_vec_each(&files, it) {
        int e = bb_fs_unlink(it->p);
        err = err ? err : e;
    }
    bb_vec_release(&files);
    return err;
}

static int clean_both(struct bb_stampdirs *dirs, struct who w)
{
    w.twin = false;
    int err = clean(dirs, w);
    w.twin = true;
    int e = clean(dirs, w);
    return err ? err : e;
}

struct bb_stamp_file {
    bb_str path; /* NUL-terminated */
    bool known;
    int64_t mtime; /* seconds; 0: missing */
};

int bb_stamps_invalidate(const struct bb_plan *plan)
{
    struct bb_stampdirs dirs;
    int r = 0;
    bb_stampdirs_init(&dirs);
    for (size_t i = 0; r == 0 && i < plan->ninvalidate; i++) {
        const struct bb_recipe *recipe = plan->invalidate[i].entry->recipe;
        const struct bb_recipe_task *task = plan->invalidate[i].task;
        if (plan->hashed)
            bb_note(plan->ctx, "Tainting hash to force rebuild of task %.*s, %.*s", BB_STRF(recipe->fn),
                    BB_STRF(task->name));
        r = plan->hashed ? bb_stamp_taint(plan->ctx->os, recipe->stamp, task->name)
                         : clean_both(&dirs, (struct who){plan, recipe, task, false});
        if (r < 0)
            r = bb_error(plan->ctx, "%.*s of %.*s cannot be invalidated: %s", BB_STRF(task->name),
                         BB_STRF(recipe->pn), bb_strerror(r));
    }
    bb_stampdirs_release(&dirs);
    return r;
}

void bb_stamps_init(struct bb_stamps *st, const struct bb_plan *plan)
{
    *st = (struct bb_stamps){.plan = plan};
    bb_arena_init(&st->arena);
    bb_stampdirs_init(&st->dirs);
    st->twice = bb_arena_array(&st->arena, struct bb_stamp_file *, plan->n * 2);
    st->currency = bb_arena_array(&st->arena, signed char, plan->n);
}

void bb_stamps_release(struct bb_stamps *st)
{
    bb_map_release(&st->files);
    bb_stampdirs_release(&st->dirs);
    bb_arena_release(&st->arena);
}

static struct who task_of(const struct bb_stamps *st, bb_tid t, bool setscene)
{
    const struct bb_plan_task *task = &st->plan->tasks[t];
    return (struct who){st->plan, task->entry->recipe, task->task, setscene};
}

/* Tasks of two configurations may share a stamp, so files are found by path. */
static struct bb_stamp_file *file_of(struct bb_stamps *st, bb_tid t, bool setscene)
{
    struct bb_stamp_file **cell = &st->twice[(size_t)t * 2 + setscene];
    if (*cell)
        return *cell;
    const struct bb_plan_task *task = &st->plan->tasks[t];
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    name_of(task_of(st, t, setscene), task->unihash.len ? task->unihash : task->hash, &path);
    struct bb_stamp_file *f = bb_map_get(&st->files, bb_buf_str(&path));
    if (!f) {
        f = bb_arena_new(&st->arena, struct bb_stamp_file);
        f->path = bb_arena_str(&st->arena, bb_buf_str(&path));
        f->known = path.len == 0;
        bb_map_put(&st->files, f->path, f);
    }
    return *cell = f;
}

static int64_t mtime_of(struct bb_stamps *st, bb_tid t, bool setscene)
{
    struct bb_stamp_file *f = file_of(st, t, setscene);
    if (!f->known) {
        struct bb_stat sb;
        bool there = st->plan->ctx->os->stat(st->plan->ctx->os, f->path.p, &sb) == 0;
        f->known = true;
        f->mtime = there ? sb.mtime_ns / 1000000000 : 0;
        f->mtime += there && f->mtime == 0; /* a stamp from 1970 is there, too */
    }
    return f->mtime;
}

bb_str bb_stamps_path(struct bb_stamps *st, bb_tid t, bool setscene)
{
    return file_of(st, t, setscene)->path;
}

void bb_stamps_rehashed(struct bb_stamps *st, bb_tid t)
{
    st->twice[(size_t)t * 2] = st->twice[(size_t)t * 2 + 1] = NULL;
    st->outdated = true;
}

int bb_stamps_stale(struct bb_stamps *st, bb_tid t, struct bb_strvec *ret)
{
    struct bb_strvec files = {0};
    bb_str own = bb_stamps_path(st, t, false), twin = bb_stamps_path(st, t, true);
    int err = find_stamps(&st->dirs, task_of(st, t, false), &files);
    int e = find_stamps(&st->dirs, task_of(st, t, true), &files);
    bb_vec_each(&files, it)
        if (!bb_str_eq(*it, own) && !bb_str_eq(*it, twin) && bb_fs_exists(it->p))
            bb_vec_push(ret, *it);
    bb_vec_release(&files);
    return err ? err : e;
}

static bool is_current(struct bb_stamps *st, bb_tid t, bool recurse)
{
    const struct bb_plan_task *task = &st->plan->tasks[t];
    int64_t own = mtime_of(st, t, false);
    if (!own || task->task->flags[BB_TF_NOSTAMP].p)
        return false;
    for (size_t i = 0; i < task->deps.n; i++) {
        bb_tid d = task->deps.p[i];
        /* What other recipes did is in the hash, if hashes are used. */
        if (st->plan->tasks[d].entry != task->entry)
            continue;
        int64_t dep = mtime_of(st, d, false), twin = mtime_of(st, d, true);
        if (twin && twin > dep)
            continue;
        if (!dep || own < dep || (recurse && !bb_stamps_current(st, d, true)))
            return false;
    }
    return true;
}

bool bb_stamps_current(struct bb_stamps *st, bb_tid t, bool recurse)
{
    if (!recurse)
        return is_current(st, t, false);
    if (st->outdated)
        memset(st->currency, 0, st->plan->n);
    st->outdated = false;
    if (st->currency[t] == 0)
        st->currency[t] = is_current(st, t, true) ? 1 : -1;
    return st->currency[t] > 0;
}

enum bb_scene_stamp bb_stamps_scene(struct bb_stamps *st, bb_tid t)
{
    if (bb_stamps_current(st, t, true))
        return BB_STAMP_REAL;
    bool nostamp = st->plan->tasks[t].setscene && st->plan->tasks[t].setscene->flags[BB_TF_NOSTAMP].p;
    return mtime_of(st, t, true) && !nostamp ? BB_STAMP_SETSCENE : BB_STAMP_OLD;
}

/* The file, in place of those that `old` had. */
static int make(struct bb_stamps *st, struct who old, bb_str path)
{
    const struct bb_os *os = st->plan->ctx->os;
    int err = bb_stamp_make_folder(os, path);
    if (!err)
        err = old.twin ? clean(&st->dirs, old) : clean_both(&st->dirs, old);
    if (!err)
        err = os->touch(os, path.p);
    if (!err)
        bb_stampdirs_add(&st->dirs, path);
    return err;
}

int bb_stamps_make(struct bb_stamps *st, bb_tid t, bool setscene)
{
    struct bb_stamp_file *f = file_of(st, t, setscene), *twin = file_of(st, t, true);
    if (f->path.len == 0)
        return 0;
    int err = make(st, task_of(st, t, setscene), f->path);
    /* Cleaning took the twin's stamp, and answers that rest on this one may be different now. */
    f->known = twin->known = false;
    st->outdated = true;
    return err;
}
