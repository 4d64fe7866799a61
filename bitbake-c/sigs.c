/* SPDX-License-Identifier: MIT */
/* bbc-dumpsig and bbc-diffsigs: signature data files in words. */
#include "cmd.h"

#include "console.h"
#include "build/siginfo.h"
#include "query/sigs.h"
#include "os/os.h"

#include <getopt.h>
#include <unistd.h>

extern char **environ;

struct sigs {
    bool dump; /* one file in words; else two compared */
    bool colour, debug;
    const char *task[2]; /* -t: recipe and task, NULL when not given */
    const char *hash[2]; /* -s */
    const char *file[2];
    const char *diagnostics;
    struct bb_ctx ctx;
    struct bbc_console console;
    struct bb_cooker cooker;
};

static const struct option longs[] = {
    {"task", required_argument, NULL, 't'},
    {"signature", required_argument, NULL, 's'},
    {"dump", no_argument, NULL, 'd'},
    {"color", required_argument, NULL, 'c'},
    {"diagnostics", required_argument, NULL, 'F'},
    {"debug", no_argument, NULL, 'D'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static void usage(FILE *f, bool diff)
{
    fputs(diff ? "Usage: bbc-diffsigs [options] FILE1 [FILE2]\n"
                 "       bbc-diffsigs [options] -t RECIPE TASK [-s FROM TO]\n\n"
                 "Says why the hashes of two signature data files of one task differ, those of a task's last "
                 "two runs\n"
                 "or those with hashes FROM and TO. One file alone is shown.\n\n"
                 "  -t, --task RECIPE TASK      the files of this task\n"
                 "  -s, --signature FROM TO     those with these hashes\n"
                 "  -d, --dump                  show the last one instead of comparing\n"
                 "  -c, --color auto|always|never\n"
               : "Usage: bbc-dumpsig FILE\n       bbc-dumpsig -t RECIPE TASK\n\n"
                 "Shows everything that went into a task's hash.\n\n"
                 "  -t, --task RECIPE TASK      the file of this task's last run\n",
          f);
    fputs("  -D, --debug                 say which files are used\n"
          "      --diagnostics FORM[:FILE]\n"
          "                              form of messages: text, json, sarif or github\n"
          "  -h, --help                  show this help and exit\n",
          f);
}

/* An option with two arguments: the second is the next word. */
static bool take_two(int argc, char **argv, const char *ret[2])
{
    if (optind >= argc)
        return false;
    ret[0] = optarg;
    ret[1] = argv[optind++];
    return true;
}

/* 0 to go on, 1 when help was shown, -1 for a bad command line. */
static int parse(struct sigs *s, int argc, char **argv)
{
    bool diff = !s->dump, ok = true;
    for (int c; ok && (c = getopt_long(argc, argv, diff ? "t:s:dc:Dh" : "t:Dh", longs, NULL)) != -1;) {
        if (c == 'h') {
            usage(stdout, diff);
            return 1;
        } else if (c == 't') {
            ok = take_two(argc, argv, s->task);
        } else if (c == 's' && diff) {
            ok = take_two(argc, argv, s->hash);
        } else if (c == 'd' && diff) {
            s->dump = true;
        } else if (c == 'c' && diff && (!strcmp(optarg, "always") || !strcmp(optarg, "never"))) {
            s->colour = optarg[0] == 'a';
        } else if (c == 'F') {
            s->diagnostics = optarg;
        } else if (c == 'D') {
            s->debug = true;
        } else {
            ok = c == 'c' && diff && !strcmp(optarg, "auto");
        }
    }
    for (size_t i = 0; i < 2 && optind < argc; i++)
        s->file[i] = argv[optind++];
    if (optind < argc || (s->file[1] && !diff) || (s->task[0] && s->file[0]))
        ok = false;
    if (!ok)
        usage(stderr, diff);
    return ok ? 0 : -1;
}

static bool has_hash(const struct bb_siginfos *found, const char *hash, size_t *ret)
{
    for (*ret = 0; *ret < found->n; ++*ret)
        if (bb_str_eqz(found->p[*ret].hash, hash))
            return true;
    return false;
}

/* The files that -t and -s mean, the older first. */
static int find_files(struct sigs *s)
{
    struct bb_arena *a = &s->ctx.arena;
    bb_str both[] = {bb_str_z(s->hash[0]), bb_str_z(s->hash[1])};
    struct bb_strvec hashes = {both, s->hash[0] && !s->dump ? 2 : 0, 2};
    struct bb_siginfos found = {0};
    bb_str task = bb_str_z(s->task[1]);
    if (!bb_str_starts(task, BB_STR("do_")))
        task = bb_arena_cat(a, BB_STR("do_"), task);
    int r = bb_siginfo_find(&s->cooker, bb_cooker_data(&s->cooker), bb_str_z(s->task[0]), task, &hashes, a,
                            &found);
    if (r < 0)
        return r;
    if (!found.n)
        return bb_error(&s->ctx, "No sigdata files found matching %s %.*s", s->task[0], BB_STRF(task));
    for (size_t i = 0, at; i < hashes.n; i++) {
        if (!has_hash(&found, s->hash[i], &at))
            return bb_error(&s->ctx, "No sigdata files found matching %s %.*s with signature %s", s->task[0],
                            BB_STRF(task), s->hash[i]);
        s->file[i] = found.p[at].path;
    }
    if (hashes.n)
        return 0;
    if (found.n < 2 && !s->dump)
        return bb_error(&s->ctx, "Only one matching sigdata file found for the specified task (%s %.*s)",
                        s->task[0], BB_STRF(task));
    s->file[0] = found.p[found.n - (s->dump ? 1 : 2)].path;
    s->file[1] = s->dump ? NULL : found.p[found.n - 1].path;
    return 0;
}

/* With a configuration, so that dependencies can be followed. */
static int compare(struct sigs *s, struct bb_buf *out)
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
    if (s->hash[0] && !s->task[0])
        return bb_error(&s->ctx, "-s/--signature can only be used together with -t/--task");
    if (!s->task[0] && !s->file[0])
        return bb_error(&s->ctx, "Must specify signature file(s) or -t/--task");
    if (s->task[0] || !alone) {
        r = bb_cooker_open(&s->cooker, &s->ctx, &(struct bb_cooker_opts){.environ = environ});
        if (r == 0 && s->task[0])
            r = find_files(s);
        for (size_t i = 0; r == 0 && i < 2 && s->file[i]; i++)
            bb_debug(&s->ctx, 1, "Signature file: %s", s->file[i]);
        if (r == 0 && s->file[1] && !s->dump)
            r = compare(s, out);
    }
    if (r == 0 && (s->dump || !s->file[1]))
        r = bb_sigs_dump(&s->ctx, s->file[0], out);
    else if (r == 0 && alone && !s->task[0])
        r = bb_sigs_diff(&s->ctx, s->file[0], s->file[1], s->colour, out);
    if (s->task[0] || !alone)
        bb_cooker_close(&s->cooker);
    return r;
}

static int run(int argc, char **argv, bool dump)
{
    struct sigs s = {.dump = dump, .colour = isatty(STDOUT_FILENO)};
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    int stop = parse(&s, argc, argv), status = stop == 1 ? 0 : 2;
    if (stop)
        return status;
    bb_ctx_init(&s.ctx);
    s.ctx.os = bb_os_posix();
    s.ctx.verbosity = s.debug;
    bbc_console_init(&s.console, &s.ctx, true);
    if (bbc_console_form(&s.console, s.diagnostics)) {
        status = bbc_console_status(act(&s, &out));
        fwrite(out.p, 1, out.len, stdout);
        status = bbc_console_finish(&s.console, status);
    }
    bb_ctx_release(&s.ctx);
    return status;
}

int bbc_dumpsig_main(int argc, char **argv)
{
    return run(argc, argv, true);
}

int bbc_diffsigs_main(int argc, char **argv)
{
    return run(argc, argv, false);
}
