/* SPDX-License-Identifier: MIT */
#include "build/fakeworker.h"

#include "base/jsonw.h"
#include "build/childlog.h"
#include "build/taskdeps.h"
#include "ext/json.h"
#include "os/fs.h"
#include "py/py.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

extern char **environ;

static void put(struct bb_jsonw *w, const char *key, bb_str value)
{
    bb_jsonw_key(w, bb_str_z(key));
    bb_jsonw_str(w, value);
}

static void put_list(struct bb_jsonw *w, const char *key, const struct bb_strvec *v)
{
    bb_jsonw_key(w, bb_str_z(key));
    bb_jsonw_array(w);
    bb_vec_each(v, text)
        bb_jsonw_str(w, *text);
    bb_jsonw_end(w);
}

/* Variables of the build, so that both sides see the same moment. */
static void put_variables(struct bb_jsonw *w, const struct bb_cooker *c)
{
    static const char *const names[] = {
        "BUILDNAME",         "BUILDSTART", "DATE", "TIME", "PRSERV_HOST", "BBC_JOBSERVER_MAKEFLAGS",
        "BBC_JOBSERVER_FIFO"};
    bb_jsonw_key(w, BB_STR("variables"));
    bb_jsonw_object(w);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct bb_val v;
        if (bb_store_get(bb_cooker_data(c), bb_sym_z(names[i]), 0, &v) == 0 && v.kind == BB_V_STR)
            put(w, names[i], v.s);
    }
    bb_jsonw_end(w);
}

static void put_environ(struct bb_jsonw *w, const struct bb_env *env)
{
    bb_jsonw_key(w, BB_STR("environ"));
    bb_jsonw_object(w);
    for (size_t i = 0; i < env->n; i++) {
        bb_jsonw_key(w, env->vars[i].name);
        bb_jsonw_str(w, env->vars[i].value);
    }
    bb_jsonw_end(w);
}

/* Everything the other side needs, as a line of JSON. Reports. */
static int describe(struct bb_taskrun *run, struct bb_buf *out)
{
    struct bb_jsonw w;
    const struct bb_plan *plan = run->hashes->plan;
    BB_CLEAN_BUF struct bb_buf deps = BB_BUF_INIT, sigdata = BB_BUF_INIT;
    bb_str sighash = {0};
    int r = plan->hashed && !run->setscene ? bb_hashes_sigdata(run->hashes, bb_plan_recipe(plan, run->t),
                                                               run->task, true, &sigdata, &sighash)
                                           : 0;
    if (r < 0)
        return r;
    bb_taskdeps_json(run->hashes, run->t, &deps);
    bb_jsonw_init(&w, out, 0);
    bb_jsonw_object(&w);
    put(&w, "fn", run->fn);
    put(&w, "task", run->task);
    put(&w, "hash", run->hash);
    put(&w, "unihash", run->unihash);
    put(&w, "umask", run->umask);
    put(&w, "fakeenv", run->fakeenv);
    put(&w, "depdata", bb_buf_str(&deps));
    put(&w, "sigdata", bb_buf_str(&sigdata));
    put(&w, "sighash", sighash);
    put(&w, "locked", run->locked ? BB_STR("1") : BB_STR(""));
    put(&w, "noserver", run->hashes->equiv ? BB_STR("") : BB_STR("1"));
    put(&w, "setscene", run->setscene ? BB_STR("1") : BB_STR(""));
    put(&w, "verbose", run->verbose ? BB_STR("1") : BB_STR(""));
    put_list(&w, "prefiles", &run->c->opts.options->prefiles);
    put_list(&w, "postfiles", &run->c->opts.options->postfiles);
    put_environ(&w, &run->c->env);
    put_variables(&w, run->c);
    bb_jsonw_end(&w);
    bb_buf_addc(out, '\n');
    return 0;
}

/*
 * Our environment, FAKEROOTENV and FAKEROOTBASEENV on top, as NAME=VALUE texts in run->arena. FAKEROOTCMD may want both; where
 * both have a name, the latter counts until the configuration has been read (run_forked).
 */
static const char **fake_environ(struct bb_taskrun *run, bb_str baseenv)
{
    size_t n = 0;
    while (environ[n])
        n++;
    const char **env = bb_arena_array(&run->arena, const char *, n + baseenv.len + run->fakeenv.len + 1);
    memcpy(env, environ, n * sizeof(*env));
    bb_str lists[] = {run->fakeenv, baseenv}, word;
    for (size_t i = 0; i < 2; i++)
        while (bb_str_word(&lists[i], &word)) {
            size_t eq = bb_str_chr(word, '=', 0), k = 0;
            if (eq == BB_NPOS)
                continue;
            while (k < n && strncmp(env[k], word.p, eq + 1) != 0)
                k++;
            env[k] = bb_arena_strz(&run->arena, word);
            n += k == n;
        }
    return env;
}

static int make_dirs(struct bb_taskrun *run)
{
    bb_str dirs = run->fakedirs, dir;
    int r = 0;
    while (r == 0 && bb_str_word(&dirs, &dir)) {
        BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
        bb_buf_adds(&z, dir);
        r = bb_fs_mkdirs(z.p);
        if (r < 0)
            r = bb_error(run->c->ctx, "%s cannot be made: %s", z.p, bb_strerror(r));
    }
    return r;
}

/* FAKEROOTCMD, its words, then this program. */
static int command(struct bb_taskrun *run, bb_str cmd, const char ***ret)
{
    struct bb_strvec words = {0};
    char self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (len < 0)
        return bb_error(run->c->ctx, "this program cannot be found again: %s", strerror(errno));
    bb_strvec_words(&words, cmd);
    const char **argv = bb_arena_array(&run->arena, const char *, words.n + 3);
    for (size_t i = 0; i < words.n; i++)
        argv[i] = bb_arena_strz(&run->arena, words.p[i]);
    argv[words.n] = bb_arena_strz(&run->arena, bb_str_n(self, (size_t)len));
    argv[words.n + 1] = BB_FAKEWORKER_ARG;
    bb_vec_release(&words);
    *ret = argv;
    return 0;
}

int bb_fakeworker_start(struct bb_taskrun *run, struct bb_proc *ret, int *ret_fd)
{
    int fds[2];
    bb_str cmd, baseenv;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    const char **argv;
    struct bb_store *d = bb_cooker_data(run->c);
    int r = bb_store_str_report(d, BB_SYM("FAKEROOTCMD"), &cmd);
    if (r == 0)
        r = bb_store_str_report(d, BB_SYM("FAKEROOTBASEENV"), &baseenv);
    if (r == 0)
        r = make_dirs(run);
    if (r == 0)
        r = command(run, cmd, &argv);
    if (r == 0)
        r = describe(run, &text);
    if (r < 0)
        return r;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
        return -errno;
    struct bb_spawn s = {.argv = argv,
                         .env = fake_environ(run, baseenv),
                         .in = fds[1],
                         .out = BB_SPAWN_NULL,
                         .err = 2,
                         .group = true};
    r = bb_proc_spawn(&s, ret);
    close(fds[1]);
    if (r == 0)
        r = bb_fs_write_all(fds[0], bb_buf_str(&text));
    if (r < 0)
        close(fds[0]);
    else
        *ret_fd = fds[0];
    return r;
}

/* One line of JSON. */
static int read_description(int fd, struct bb_json **ret)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    while (!text.len || text.p[text.len - 1] != '\n') {
        bb_buf_reserve(&text, 65536);
        ssize_t n = read(fd, text.p + text.len, 65536);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -BB_ECORRUPT;
        text.len += (size_t)n;
    }
    return bb_json_parse(bb_buf_str(&text), ret, NULL);
}

static void get_list(struct bb_json *j, const char *key, struct bb_strvec *ret)
{
    struct bb_json *list = bb_json_get(j, key);
    for (size_t i = 0; i < bb_json_len(list); i++)
        bb_vec_push(ret, bb_json_str(bb_json_at(list, i)));
}

/* The environment that the cooker was started with, NAME=VALUE texts. */
static char **get_environ(struct bb_arena *a, struct bb_json *j)
{
    struct bb_json *vars = bb_json_get(j, "environ"), *value;
    char **env = bb_arena_array(a, char *, bb_json_len(vars) + 1);
    void *it = NULL;
    bb_str name;
    for (size_t n = 0; bb_json_next(vars, &it, &name, &value);)
        env[n++] = (char *)bb_arena_fmt(a, "%.*s=%.*s", BB_STRF(name), BB_STRF(bb_json_str(value))).p;
    return env;
}

static int set_variables(struct bb_cooker *c, struct bb_json *j)
{
    struct bb_json *vars = bb_json_get(j, "variables"), *value;
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->config.mcs.n; i++) {
        void *it = NULL;
        bb_str name;
        struct bb_store *d = c->config.mcs.p[i].d;
        while (r == 0 && bb_json_next(vars, &it, &name, &value))
            r = bb_store_set(d, bb_sym_get(name),
                             bb_val_s(bb_arena_str(bb_store_arena(d), bb_json_str(value))),
                             &(struct bb_how){0});
    }
    return r;
}

/*
 * FAKEROOTENV and, from our own environment, what FAKEROOTCMD made this program run under it with: the task's
 * environment is built anew, and the shells it starts have to run under it too.
 */
static bb_str own_fakeenv(struct bb_arena *a, bb_str fakeenv)
{
    static const char *const names[] = {"LD_PRELOAD", "LD_LIBRARY_PATH", "FAKEROOTKEY", "FAKED_MODE"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const char *value = getenv(names[i]);
        if (value && *value && !strpbrk(value, " \t\n"))
            fakeenv = bb_arena_fmt(a, "%.*s %s=%s", BB_STRF(fakeenv), names[i], value);
    }
    return fakeenv;
}

/*
 * The recipe and the task, in a process of their own. BitBake: the configuration is read with FAKEROOTBASEENV, which turns
 * pseudo off, and FAKEROOTENV turns it on; pseudo looks at that when a process forks.
 */
static int run_forked(struct bb_taskrun *run)
{
    bb_str env = run->fakeenv, word;
    struct bb_proc child;
    int status;
    while (bb_str_word(&env, &word)) {
        size_t eq = bb_str_chr(word, '=', 0);
        if (eq != BB_NPOS)
            setenv(bb_arena_strz(&run->arena, bb_str_sub(word, 0, eq)),
                   bb_arena_strz(&run->arena, bb_str_from(word, eq + 1)), 1);
    }
    bb_py_before_fork();
    int r = bb_proc_fork(false, &child);
    if (r == 0) {
        bb_py_after_fork_child();
        bb_py_environ_changed();
        run->id = getppid(); /* the process that the cooker knows */
        _exit(bb_taskrun_evaluate(run) < 0 ? 1 : bb_taskrun_exec(run));
    }
    bb_py_after_fork_parent();
    if (r > 0)
        r = bb_proc_wait(&child, &status);
    if (r < 0)
        return bb_error(run->c->ctx, "the task cannot be started: %s", bb_strerror(r)) < 0;
    return status < 0 ? 128 - status : status;
}

static int run_described(struct bb_ctx *ctx, struct bb_json *j, struct bb_childlog *log)
{
    struct bb_options given = {0};
    struct bb_cooker c;
    struct bb_taskrun run = {.c = &c,
                             .fn = bb_json_str(bb_json_get(j, "fn")),
                             .task = bb_json_str(bb_json_get(j, "task")),
                             .hash = bb_json_str(bb_json_get(j, "hash")),
                             .unihash = bb_json_str(bb_json_get(j, "unihash")),
                             .umask = bb_json_str(bb_json_get(j, "umask")),
                             .fakeenv = bb_json_str(bb_json_get(j, "fakeenv")),
                             .depdata = bb_json_str(bb_json_get(j, "depdata")),
                             .sigdata = bb_json_str(bb_json_get(j, "sigdata")),
                             .sighash = bb_json_str(bb_json_get(j, "sighash")),
                             .locked = bb_json_str(bb_json_get(j, "locked")).len,
                             .log = log,
                             .setscene = bb_json_str(bb_json_get(j, "setscene")).len,
                             .verbose = bb_json_str(bb_json_get(j, "verbose")).len};
    get_list(j, "prefiles", &given.prefiles);
    get_list(j, "postfiles", &given.postfiles);
    bb_arena_init(&run.arena);
    run.fakeenv = own_fakeenv(&run.arena, run.fakeenv); /* opening the cooker cleans the environment */
    struct bb_cooker_opts o = {.environ = get_environ(&run.arena, j), .options = &given, .worker = true};
    int status = 1;
    int r = bb_cooker_open(&c, ctx, &o);
    if (r == 0)
        r = set_variables(&c, j);
    if (r == 0 && !bb_json_str(bb_json_get(j, "noserver")).len)
        r = bb_equiv_open(&c, &run.equiv);
    if (r == 0)
        status = run_forked(&run);
    bb_equiv_close(run.equiv);
    bb_taskrun_release(&run);
    bb_cooker_close(&c);
    bb_vec_release(&given.prefiles);
    bb_vec_release(&given.postfiles);
    return status;
}

int bb_fakeworker_main(struct bb_ctx *ctx)
{
    struct bb_childlog log;
    struct bb_json *j;
    int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || null < 0 || dup2(null, STDIN_FILENO) < 0)
        return 1;
    close(null);
    if (read_description(fd, &j) < 0)
        return 1;
    bb_childlog_start(&log, ctx, fd, bb_json_str(bb_json_get(j, "setscene")).len > 0);
    int status = run_described(ctx, j, &log);
    bb_json_free(j);
    return status;
}
