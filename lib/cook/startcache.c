/* SPDX-License-Identifier: MIT */
#include "cook/startcache.h"

#include "os/os.h"
#include "parse/depends.h"
#include "py/py.h"
#include "reuse/start.h"

#include <sched.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

static void add_list(struct bb_buf *given, const struct bb_strvec *files)
{
    bb_vec_each(files, file)
        bb_buf_addf(given, "%.*s\n", BB_STRF(*file));
    bb_buf_addc(given, '\n');
}

/* The variables that reach the configuration, and those that bbc itself asks for. */
static void add_environment(struct bb_buf *given, const struct bb_env *env)
{
    for (size_t i = 0; i < env->n; i++) {
        const struct bb_env_var *v = &env->vars[i];
        if (bb_env_may_pass(env, v->name) || bb_str_starts(v->name, BB_STR("BB")))
            bb_buf_addf(given, "%.*s=%.*s\n", BB_STRF(v->name), BB_STRF(v->value));
    }
}

/* False where the place of the start cannot be told. */
static bool describe(struct bb_ctx *ctx, const struct bb_cooker_opts *o, const struct bb_env *env,
                     struct bb_buf *given, bb_str *ret_path)
{
    char cwd[4096];
    struct utsname machine;
    struct bb_stat program;
    cpu_set_t cpus;
    bb_str topdir, conf;
    if (!getcwd(cwd, sizeof(cwd)) || uname(&machine) < 0 || bb_fs_stat("/proc/self/exe", &program) < 0 ||
        sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
        return false;
    bb_config_find_topdir(ctx, env, bb_arena_str(&ctx->arena, bb_str_z(cwd)), &topdir, &conf);
    bb_buf_addf(given, "%lld %llu %s %.*s\n", (long long)program.mtime_ns, (unsigned long long)program.size,
                cwd, BB_STRF(conf));
    bb_buf_addf(given, "%s %s %s %d %u %u\n", machine.nodename, machine.release, machine.machine,
                CPU_COUNT(&cpus), (unsigned)getuid(), (unsigned)getgid());
    if (o->options) {
        add_list(given, &o->options->prefiles);
        add_list(given, &o->options->postfiles);
    }
    add_environment(given, env);
    *ret_path = bb_config_early_cache(&ctx->arena, topdir, "start");
    return conf.len > 0;
}

bool bb_startcache_holds(struct bb_ctx *ctx, const struct bb_cooker_opts *o, size_t *ret_entries)
{
    BB_CLEAN_BUF struct bb_buf given = BB_BUF_INIT;
    struct bb_env env;
    bb_str path;
    bb_env_init(ctx, &env, o->environ);
    return describe(ctx, o, &env, &given, &path) && bb_start_holds(path.p, bb_buf_str(&given), ret_entries);
}

static void touched(void *self, bb_str path, bool listed)
{
    bb_start_touched(self, path, listed);
}

static void add_configuration(struct bb_start *s, struct bb_cooker *c, const struct bb_mc *mc)
{
    struct bb_seenfile *files;
    size_t n = 0;
    s->unsure = s->unsure || bb_depends_list(c->parser, mc->d, true, &files, &n) < 0;
    for (size_t i = 0; i < n; i++)
        bb_start_saw(s, &files[i]);
    for (size_t i = 0; i < mc->files.ndirs; i++)
        bb_start_touched(s, mc->files.dirs[i], true);
}

static void add_recipes(struct bb_start *s, struct bb_cooker *c)
{
    const struct bb_filetable *files = &c->cache.files;
    bool *used = bb_calloc(files->rows.n + 1, sizeof(*used));
    for (size_t i = 0; i < c->nparsed; i++) {
        const struct bb_recipes_entry *e = &c->parsed[i].kept;
        s->unsure = s->unsure || !e->file.p || !e->keep;
        for (size_t k = 0; k < e->nfiles; k++)
            used[e->files[k]] = true;
    }
    for (size_t row = 0; row < files->rows.n; row++)
        if (used[row])
            bb_start_saw(s, &files->rows.p[row]);
    free(used);
}

void bb_startcache_save(struct bb_cooker *c)
{
    BB_CLEAN_BUF struct bb_buf given = BB_BUF_INIT;
    struct bb_start s;
    size_t entries = 0;
    bb_str path;
    if (c->ctx->said || c->ctx->errors || c->ctx->warnings ||
        !describe(c->ctx, &c->opts, &c->env, &given, &path))
        return;
    bb_start_init(&s, &c->arena, c->ctx->os->now(c->ctx->os));
    s.unsure = !bb_py_watched(touched, &s) || s.unsure;
    bb_vec_each(&c->config.mcs, mc)
        add_configuration(&s, c, mc);
    add_recipes(&s, c);
    for (size_t i = 0; i < c->nparsed; i++)
        entries += c->parsed[i].nvariants;
    bb_start_touched(&s, bb_cooker_cache_path(c, &c->arena, "recipes"), false);
    bb_start_save(&s, path.p, bb_buf_str(&given), entries);
    bb_start_release(&s);
}
