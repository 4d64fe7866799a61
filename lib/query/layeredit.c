/* SPDX-License-Identifier: MIT */
#include "query/layeredit.h"

#include "base/jsonw.h"
#include "base/path.h"
#include "cook/cooker.h"
#include "ext/json.h"
#include "os/fs.h"
#include "os/proc.h"
#include "py/py.h"
#include "pymod/pymod.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct edit {
    struct bb_ctx *ctx;
    const struct bb_layeredit *o;
    struct bb_env env;
    const struct bb_pyhook *hook;
    bb_str cwd, conf;       /* conf: the file */
    struct bb_buf original; /* its content before */
};

static int edit_init(struct edit *e, struct bb_ctx *ctx, const struct bb_layeredit *o)
{
    char cwd[4096];
    bb_str topdir;
    *e = (struct edit){.ctx = ctx, .o = o, .original = BB_BUF_INIT};
    if (!getcwd(cwd, sizeof(cwd)))
        return bb_error(ctx, "the current folder cannot be told: it may have been removed");
    e->cwd = bb_arena_str(&ctx->arena, bb_str_z(cwd));
    bb_env_init(ctx, &e->env, o->environ);
    return bb_config_find_topdir(ctx, &e->env, e->cwd, &topdir, &e->conf);
}

/* The file is looked for last: BitBake complains of the folders first. */
static int read_conf(struct edit *e)
{
    if (!e->conf.len)
        return bb_error(e->ctx, "Unable to find bblayers.conf");
    char *real = NULL; /* a link stays one */
    int r = bb_fs_realpath(bb_arena_strz(&e->ctx->arena, e->conf), &real);
    if (r == 0)
        e->conf = bb_str_z(bb_arena_strz(&e->ctx->arena, bb_str_z(real)));
    free(real);
    if (r == 0)
        r = bb_fs_read(e->conf.p, &e->original);
    return r < 0 ? bb_error(e->ctx, "%.*s cannot be read: %s", BB_STRF(e->conf), bb_strerror(r)) : 0;
}

static void add_list(struct bb_jsonw *w, const char *key, const struct bb_strvec *v)
{
    bb_jsonw_key(w, bb_str_z(key));
    bb_jsonw_array(w);
    bb_vec_each(v, s)
        bb_jsonw_str(w, *s);
    bb_jsonw_end(w);
}

/* bb.utils.edit_bblayers_conf; *ret_json becomes [those there already, those not found]. */
static int edit_conf(struct edit *e, const struct bb_strvec *add, const struct bb_strvec *remove,
                     struct bb_json **ret_json)
{
    BB_CLEAN_BUF struct bb_buf locals = BB_BUF_INIT, json = BB_BUF_INIT;
    struct bb_jsonw w;
    bb_env_clean_process(&e->env);
    int r = bb_pymod_add();
    if (r == 0)
        r = bb_py_start(e->ctx, &e->hook);
    if (r < 0)
        return r;
    struct bb_store *d = bb_store_new(e->ctx, e->hook);
    bb_jsonw_init(&w, &locals, 0);
    bb_jsonw_object(&w);
    bb_jsonw_key(&w, BB_STR("path"));
    bb_jsonw_str(&w, e->conf);
    add_list(&w, "add", add);
    add_list(&w, "remove", remove);
    bb_jsonw_end(&w);
    r = bb_py_eval_json(d, BB_STR("bb.utils.edit_bblayers_conf(path, add, remove)"), bb_buf_str(&locals),
                        &json);
    if (r == -BB_EPYTHON) {
        BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;
        e->hook->error_text(e->hook->self, &why);
        e->hook->error_clear(e->hook->self);
        r = bb_error(e->ctx, "%s was not changed: %s", e->conf.p, why.p);
    }
    bb_store_unref(d);
    return r < 0 ? r : bb_json_parse(bb_buf_str(&json), ret_json, NULL);
}

static void edit_release(struct edit *e)
{
    if (e->hook)
        bb_py_shutdown();
    bb_buf_release(&e->original);
}

/* Reads the configuration in a process of its own. */
static int try_configuration(struct edit *e)
{
    struct bb_proc child;
    int status;
    fflush(NULL);
    bb_py_before_fork();
    int r = bb_proc_fork(false, &child);
    if (r == 0) {
        struct bb_cooker c;
        bb_py_after_fork_child();
        r = bb_cooker_open(&c, e->ctx, &(struct bb_cooker_opts){.environ = e->o->environ});
        fflush(NULL);
        _exit(r < 0);
    }
    bb_py_after_fork_parent();
    if (r > 0)
        r = bb_proc_wait(&child, &status);
    return r < 0 ? r : status == 0 ? 0 : -BB_EREPORTED;
}

static int check_folder(struct bb_ctx *ctx, bb_str dir)
{
    if (!bb_fs_exists(dir.p))
        return bb_error(ctx, "Specified layer directory %s doesn't exist", dir.p);
    if (!bb_fs_exists(bb_arena_fmt(&ctx->arena, "%s/conf/layer.conf", dir.p).p))
        return bb_error(ctx, "Specified layer directory %s doesn't contain a conf/layer.conf file", dir.p);
    return 0;
}

static bb_str absolute(struct edit *e, bb_str path)
{
    struct bb_arena *a = &e->ctx->arena;
    bb_str whole = bb_path_norm(a, bb_path_join(a, e->cwd, path));
    whole.p = bb_arena_strz(a, whole);
    return whole;
}

int bb_layeredit_add(struct bb_ctx *ctx, const struct bb_layeredit *o, const struct bb_strvec *dirs)
{
    struct edit e;
    struct bb_strvec add = {0}, none = {0};
    struct bb_json *lists = NULL;
    int r = edit_init(&e, ctx, o);
    for (size_t i = 0; r == 0 && i < dirs->n; i++) {
        bb_vec_push(&add, absolute(&e, dirs->p[i]));
        r = check_folder(ctx, add.p[i]);
    }
    if (r == 0)
        r = read_conf(&e);
    if (r == 0)
        r = edit_conf(&e, &add, &none, &lists);
    const struct bb_json *there = lists ? bb_json_at(lists, 0) : NULL;
    for (size_t i = 0; i < bb_json_len(there); i++)
        bb_note(ctx, "Specified layer %.*s is already in BBLAYERS",
                BB_STRF(bb_json_str(bb_json_at(there, i))));
    if (r == 0 && !o->force && bb_json_len(there) < add.n && try_configuration(&e) < 0) {
        r = bb_fs_write(e.conf.p, bb_buf_str(&e.original), 0);
        if (r < 0)
            bb_error(ctx, "%s cannot be put back: %s", e.conf.p, bb_strerror(r));
        r = bb_error(ctx, "Parse failure with the specified layer added, exiting.");
    }
    bb_json_free(lists);
    bb_vec_release(&add);
    edit_release(&e);
    return r;
}

/* A name stands for any folder of that name, a pattern for itself. */
static bb_str removal(struct edit *e, bb_str dir)
{
    if (dir.len && dir.p[0] == '*')
        return dir;
    if (bb_str_chr(dir, '/', 0) == BB_NPOS)
        return bb_arena_fmt(&e->ctx->arena, "*/%.*s", BB_STRF(dir));
    return absolute(e, dir);
}

int bb_layeredit_remove(struct bb_ctx *ctx, const struct bb_layeredit *o, const struct bb_strvec *dirs)
{
    struct edit e;
    struct bb_strvec remove = {0}, none = {0};
    struct bb_json *lists = NULL;
    int r = edit_init(&e, ctx, o);
    if (r == 0)
        r = read_conf(&e);
    for (size_t i = 0; r == 0 && i < dirs->n; i++) {
        bb_vec_push(&remove, removal(&e, dirs->p[i]));
        if (!dirs->p[i].len) /* would be a pattern for any layer */
            r = bb_error(ctx, "No layers matching '' found in BBLAYERS");
    }
    if (r == 0)
        r = edit_conf(&e, &none, &remove, &lists);
    const struct bb_json *missing = lists ? bb_json_at(lists, 1) : NULL;
    for (size_t i = 0; i < bb_json_len(missing); i++)
        r = bb_error(ctx, "No layers matching %.*s found in BBLAYERS",
                     BB_STRF(bb_json_str(bb_json_at(missing, i))));
    bb_json_free(lists);
    bb_vec_release(&remove);
    edit_release(&e);
    return r;
}
