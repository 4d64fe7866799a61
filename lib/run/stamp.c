/* SPDX-License-Identifier: MIT */
#include "run/stamp.h"
#include "os/os.h"
#include <errno.h>
#include <fnmatch.h>
#include <sys/random.h>

/* Names. */

static bb_str base_task(bb_str task)
{
    bb_str suffix = BB_STR("_setscene");
    return bb_str_ends(task, suffix) ? bb_str_sub(task, 0, task.len - suffix.len) : task;
}

void bb_stamp_name(const struct bb_recipe *r, bb_str task, bb_str hash, bool hashed, struct bb_buf *out)
{
    if (r->stamp.len == 0)
        return;
    const struct bb_recipe_task *t = bb_recipe_task(r, base_task(task));
    bb_buf_addf(out, "%.*s.%.*s", BB_STRF(r->stamp), BB_STRF(task));
    if (hashed)
        bb_buf_addf(out, ".%.*s", BB_STRF(hash));
    if (t && t->stamp_extra.len)
        bb_buf_addf(out, ".%.*s", BB_STRF(t->stamp_extra));
}

/* The folder of a path, "." when it has none. */
static void dir_of(bb_str path, struct bb_buf *out)
{
    size_t slash = bb_str_rchr(path, '/');
    bb_buf_adds(out, slash == BB_NPOS ? BB_STR(".") : bb_str_sub(path, 0, slash));
}

/* Signature data and taints lie beside the stamps and outlive them. */
static bool is_kept(bb_str name)
{
    return bb_str_has(name, BB_STR("sigdata")) || bb_str_has(name, BB_STR("sigbasedata")) ||
           bb_str_ends(name, BB_STR(".taint"));
}

/* Appends the paths of all stamps of `task`, whatever their hash; borrowed from `dirs`. */
static int find_stamps(struct bb_stampdirs *dirs, const struct bb_recipe *r, bb_str task, bool hashed,
                       struct bb_strvec *ret)
{
    BB_CLEAN_BUF struct bb_buf mask = BB_BUF_INIT;
    struct bb_strvec files = {0};
    bb_stamp_name(r, task, BB_STR("*"), hashed, &mask);
    if (mask.len == 0)
        return 0;
    int err = bb_stampdirs_find(dirs, bb_buf_str(&mask), &files);
    size_t skip = bb_str_rchr(bb_buf_str(&mask), '/');
    skip = skip == BB_NPOS ? 0 : skip + 1;
    bb_vec_each(&files, it)
        if (fnmatch(mask.p + skip, it->p + skip, FNM_PERIOD) == 0 && !is_kept(bb_str_from(*it, skip)))
            bb_vec_push(ret, *it);
    bb_vec_release(&files);
    return err;
}

/* The same for the task and its twin. */
static int find_both(struct bb_stampdirs *dirs, const struct bb_recipe *r, bb_str task, bool hashed,
                     struct bb_strvec *ret)
{
    BB_CLEAN_BUF struct bb_buf twin = BB_BUF_INIT;
    bb_buf_addf(&twin, "%.*s_setscene", BB_STRF(task));
    int err = find_stamps(dirs, r, task, hashed, ret);
    return err ? err : find_stamps(dirs, r, bb_buf_str(&twin), hashed, ret);
}

static int clean(struct bb_stampdirs *dirs, const struct bb_recipe *r, bb_str task, bool hashed)
{
    struct bb_strvec old = {0};
    int err = find_both(dirs, r, task, hashed, &old);
    bb_vec_each(&old, it) {
        int e = bb_fs_unlink(it->p);
        err = err ? err : e;
    }
    bb_vec_release(&old);
    return err;
}

int bb_stamp_clean(const struct bb_recipe *r, bb_str task, bool hashed)
{
    struct bb_stampdirs dirs;
    bb_stampdirs_init(&dirs);
    int err = clean(&dirs, r, task, hashed);
    bb_stampdirs_release(&dirs);
    return err;
}

static int make(struct bb_ctx *ctx, struct bb_stampdirs *dirs, const struct bb_recipe *r, bb_str task,
                bb_str path, bool hashed)
{
    BB_CLEAN_BUF struct bb_buf dir = BB_BUF_INIT, file = BB_BUF_INIT;
    if (path.len == 0)
        return 0;
    dir_of(path, &dir);
    int err = ctx->os->mkdirs(ctx->os, dir.p);
    if (!err)
        err = clean(dirs, r, task, hashed);
    bb_buf_adds(&file, path);
    if (!err)
        err = ctx->os->touch(ctx->os, file.p);
    if (!err)
        bb_stampdirs_add(dirs, path);
    return err;
}

int bb_stamp_make(struct bb_ctx *ctx, const struct bb_recipe *r, bb_str task, bb_str path, bool hashed)
{
    struct bb_stampdirs dirs;
    bb_stampdirs_init(&dirs);
    int err = make(ctx, &dirs, r, task, path, hashed);
    bb_stampdirs_release(&dirs);
    return err;
}

int bb_stamp_stale(struct bb_arena *a, const struct bb_recipe *r, bb_str task, bb_str hash, bool hashed,
                   struct bb_strvec *ret)
{
    BB_CLEAN_BUF struct bb_buf own = BB_BUF_INIT, twin = BB_BUF_INIT;
    struct bb_strvec all = {0};
    struct bb_stampdirs dirs;
    bb_stampdirs_init(&dirs);
    bb_stamp_name(r, task, hash, hashed, &own);
    bb_stamp_name(r, bb_arena_cat(a, task, BB_STR("_setscene")), hash, hashed, &twin);
    int err = find_both(&dirs, r, task, hashed, &all);
    bb_vec_each(&all, it)
        if (!bb_str_eq(*it, bb_buf_str(&own)) && !bb_str_eq(*it, bb_buf_str(&twin)))
            bb_vec_push(ret, bb_arena_str(a, *it));
    bb_vec_release(&all);
    bb_stampdirs_release(&dirs);
    return err;
}

static void taint_name(const struct bb_recipe *r, bb_str task, struct bb_buf *out)
{
    bb_buf_addf(out, "%.*s.%.*s.taint", BB_STRF(r->stamp), BB_STRF(task));
}

int bb_stamp_taint(struct bb_ctx *ctx, const struct bb_recipe *r, bb_str task)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, dir = BB_BUF_INIT, text = BB_BUF_INIT;
    unsigned char b[16];
    if (r->stamp.len == 0)
        return 0;
    if (getrandom(b, sizeof(b), 0) != sizeof(b))
        return -EIO;
    /* the bits that mark a random UUID */
    b[6] = (unsigned char)(0x40 | (b[6] & 0x0f));
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
    for (size_t i = 0; i < sizeof(b); i++)
        bb_buf_addf(&text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
    taint_name(r, task, &path);
    dir_of(bb_buf_str(&path), &dir);
    int err = ctx->os->mkdirs(ctx->os, dir.p);
    return err ? err : ctx->os->write(ctx->os, path.p, bb_buf_str(&text), 0);
}

int bb_stamp_read_taint(struct bb_ctx *ctx, const struct bb_recipe *r, bb_str task, struct bb_buf *ret)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    if (r->stamp.len == 0)
        return 0;
    taint_name(r, task, &path);
    int err = ctx->os->read(ctx->os, path.p, ret);
    return err == -ENOENT || err == -ENOTDIR ? 0 : err;
}

/* Stamps of a plan. */

struct bb_stamp_file {
    bb_str path; /* NUL-terminated */
    bool known;
    int64_t mtime; /* seconds; 0: missing */
};

void bb_stamps_init(struct bb_stamps *st, struct bb_ctx *ctx, const struct bb_plan *plan, bool hashed)
{
    *st = (struct bb_stamps){.ctx = ctx, .plan = plan, .hashed = hashed};
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

/* Tasks of two configurations may share a stamp, so files are found by path. */
static struct bb_stamp_file *file_of(struct bb_stamps *st, bb_tid t, bool setscene)
{
    struct bb_stamp_file **cell = &st->twice[(size_t)t * 2 + setscene];
    if (*cell)
        return *cell;
    const struct bb_plan_task *task = &st->plan->tasks[t];
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, name = BB_BUF_INIT;
    bb_buf_addf(&name, "%.*s%s", BB_STRF(task->task->name), setscene ? "_setscene" : "");
    bb_stamp_name(task->entry->recipe, bb_buf_str(&name), task->unihash.len ? task->unihash : task->hash,
                  st->hashed, &path);
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
        bool there = st->ctx->os->stat(st->ctx->os, f->path.p, &sb) == 0;
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

int bb_stamps_make(struct bb_stamps *st, bb_tid t, bool setscene)
{
    const struct bb_plan_task *task = &st->plan->tasks[t];
    struct bb_stamp_file *f = file_of(st, t, setscene);
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    bb_buf_addf(&name, "%.*s%s", BB_STRF(task->task->name), setscene ? "_setscene" : "");
    int err = make(st->ctx, &st->dirs, task->entry->recipe, bb_buf_str(&name), f->path, st->hashed);
    if (f->path.len)
        f->known = false;
    /* Cleaning took the twin's stamp, and answers that rest on this one may be different now. */
    struct bb_stamp_file *twin = file_of(st, t, true);
    if (!setscene && twin->path.len)
        twin->known = false;
    memset(st->currency, 0, st->plan->n);
    return err;
}
