/* SPDX-License-Identifier: MIT */
/* bbc-dumpsig and bbc-diffsigs: signature data files in words. */
#include "cmd.h"

#include "console.h"
#include "queryopts.h"
#include "build/siginfo.h"
#include "query/sigs.h"
#include "os/os.h"

#include <unistd.h>

extern char **environ;

struct sigs {
    bool dump; /* one file in words; else two compared */
    bool colour;
    struct bbc_sigs_opts o;
    const char *file[2];
    struct bb_ctx ctx;
    struct bbc_console console;
    struct bb_cooker cooker;
};

static bool has_hash(const struct bb_siginfos *found, bb_str hash, size_t *ret)
{
    for (*ret = 0; *ret < found->n; ++*ret)
        if (bb_str_eq(found->p[*ret].hash, hash))
            return true;
    return false;
}

/* The files that -t and -s mean, the older first. */
static int find_files(struct sigs *s)
{
    struct bb_arena *a = &s->ctx.arena;
    struct bb_strvec hashes = {s->o.hash, s->o.hash[0].p && !s->dump ? 2 : 0, 2};
    struct bb_siginfos found = {0};
    bb_str task = s->o.task[1];
    if (!bb_str_starts(task, BB_STR("do_")))
        task = bb_arena_cat(a, BB_STR("do_"), task);
    int r = bb_siginfo_find(&s->cooker, bb_cooker_data(&s->cooker), s->o.task[0], task, &hashes, a, &found);
    if (r < 0)
        return r;
    if (!found.n)
        return bb_error(&s->ctx, "No sigdata files found matching %s %.*s", s->o.task[0].p, BB_STRF(task));
    for (size_t i = 0, at; i < hashes.n; i++) {
        if (!has_hash(&found, s->o.hash[i], &at))
            return bb_error(&s->ctx, "No sigdata files found matching %s %.*s with signature %s",
                            s->o.task[0].p, BB_STRF(task), s->o.hash[i].p);
        s->file[i] = found.p[at].path;
    }
    if (hashes.n)
        return 0;
    if (found.n < 2 && !s->dump)
        return bb_error(&s->ctx, "Only one matching sigdata file found for the specified task (%s %.*s)",
                        s->o.task[0].p, BB_STRF(task));
    s->file[0] = found.p[found.n - (s->dump ? 1 : 2)].path;
    s->file[1] = s->dump ? NULL : found.p[found.n - 1].path;
    return 0;
}

/* With a configuration, so that dependencies can be followed. */
static int compare_files(struct sigs *s, struct bb_buf *out)
{
    struct bb_strvec paragraphs = {0};
    int r = bb_siginfo_compare(&s->cooker, bb_cooker_data(&s->cooker), s->file[0], s->file[1], s->colour,
                               &s->ctx.arena, &paragraphs);
    bb_vec_each(&paragraphs, p)
        bb_buf_addf(out, "%.*s\n", BB_STRF(*p));
    bb_vec_release(&paragraphs);
    return r;
}

static bool in_build_directory(struct sigs *s)
{
    char cwd[4096];
    struct bb_env env;
    bb_str topdir, conf = {0};
    if (!getcwd(cwd, sizeof(cwd)))
        return false;
    bb_env_init(&s->ctx, &env, environ);
    return bb_config_find_topdir(&s->ctx, &env, bb_str_z(cwd), &topdir, &conf) == 0 && conf.len;
}

static int act(struct sigs *s, struct bb_buf *out)
{
    /* One file needs no build directory; without one, two are compared but not followed. */
    bool alone = s->dump || !s->file[1] || !in_build_directory(s);
    int r = 0;
    if (s->o.hash[0].p && !s->o.task[0].p)
        return bb_error(&s->ctx, "-s/--signature can only be used together with -t/--task");
    if (!s->o.task[0].p && !s->file[0])
        return bb_error(&s->ctx, "Must specify signature file(s) or -t/--task");
    if (s->o.task[0].p || !alone) {
        r = bb_cooker_open(&s->cooker, &s->ctx, &(struct bb_cooker_opts){.environ = environ});
        if (r == 0 && s->o.task[0].p)
            r = find_files(s);
        for (size_t i = 0; r == 0 && i < 2 && s->file[i]; i++)
            bb_debug(&s->ctx, 1, "Signature file: %s", s->file[i]);
        if (r == 0 && s->file[1] && !s->dump)
            r = compare_files(s, out);
    }
    if (r == 0 && (s->dump || !s->file[1]))
        r = bb_sigs_dump(&s->ctx, s->file[0], out);
    else if (r == 0 && alone && !s->o.task[0].p)
        r = bb_sigs_diff(&s->ctx, s->file[0], s->file[1], s->colour, out);
    if (s->o.task[0].p || !alone)
        bb_cooker_close(&s->cooker);
    return r;
}

static int run(struct sigs *s)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    int status = 2;
    bb_ctx_init(&s->ctx);
    s->ctx.os = bb_os_posix();
    s->ctx.verbosity = s->o.debug;
    bbc_console_init(&s->console, &s->ctx, true);
    if (bbc_console_form(&s->console, s->o.diagnostics.p)) {
        status = bbc_console_status(act(s, &out));
        fwrite(out.p, 1, out.len, stdout);
        status = bbc_console_finish(&s->console, status);
    }
    bb_ctx_release(&s->ctx);
    return status;
}

static int command(const struct bbc_cmdline *c, int argc, char **argv, bool dump)
{
    struct sigs s = {0};
    int stop = bbc_opts_parse(c, argc, argv, &s.o, sizeof(s.o)), status = stop == 1 ? 0 : 2;
    if (stop == 0 && s.o.task[0].p && s.o.args.n) {
        bbc_opts_usage(c, NULL, argv[0], stderr);
    } else if (stop == 0) {
        s.dump = dump || s.o.dump;
        s.colour = isatty(STDOUT_FILENO);
        if (s.o.color.len && !bb_str_eqz(s.o.color, "auto"))
            s.colour = bb_str_eqz(s.o.color, "always");
        for (size_t i = 0; i < s.o.args.n; i++)
            s.file[i] = s.o.args.p[i].p;
        status = run(&s);
    }
    bbc_opts_release(c, &s.o);
    return status;
}

int bbc_dumpsig_main(int argc, char **argv)
{
    return command(&bbc_dumpsig_cmdline, argc, argv, true);
}

int bbc_diffsigs_main(int argc, char **argv)
{
    return command(&bbc_diffsigs_cmdline, argc, argv, false);
}
