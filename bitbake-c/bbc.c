/* SPDX-License-Identifier: MIT */
/* bbc: what BitBake's `bitbake` does. */
#include "cmd.h"

#include "base/rules.h"
#include "build/build.h"
#include "build/fakeworker.h"
#include "query/revisions.h"
#include "query/envshow.h"
#include "cook/announce.h"
#include "cook/startcache.h"
#include "cook/targets.h"
#include "options.h"
#include "os/fs.h"
#include "os/os.h"
#include "ui.h"

#include <unistd.h>

extern char **environ;

struct bbc {
    struct bbc_options o;
    struct bb_ctx ctx;
    struct bbc_console console;
    struct bbc_ui ui;
    struct bb_cooker cooker;
    struct bb_prservice prservice;
    bool built; /* tasks were run */
};

static int print_and_release(struct bb_buf *out, int r)
{
    if (r == 0)
        fwrite(out->p, 1, out->len, stdout);
    return r;
}

/* -e: the base configuration, a multiconfig ("mc:NAME"), a target or, with -b, a file. */
static int show_environment(struct bbc *b)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    bb_str target = b->o.targets.n ? b->o.targets.p[0] : BB_STR("");
    if (b->o.targets.n > 1)
        return bb_error(&b->ctx, "Only one target can be used with the --environment option.");
    if (b->o.run.buildfile.len && target.len)
        return bb_error(&b->ctx, "No target should be used with the --environment and --buildfile options.");
    if (bb_str_eqz(target, "world") || bb_str_eqz(target, "universe"))
        return bb_error(&b->ctx, "'%.*s' is not a valid target for --environment.", BB_STRF(target));
    if (b->o.run.buildfile.len) {
        bb_str fn;
        int r = bb_targets_match_file(&b->cooker, b->o.run.buildfile, &fn);
        return r < 0 ? r : print_and_release(&out, bb_envshow_environment(&b->cooker, fn, BB_STR(""), &out));
    }
    bb_str rest = target, part, mc = BB_STR("");
    if (bb_str_starts(target, BB_STR("mc:")) && bb_str_chr(target, ':', 3) == BB_NPOS) {
        bb_str_split(&rest, ':', &part);
        mc = rest;
        target = BB_STR("");
    }
    if (!target.len)
        return print_and_release(&out, bb_envshow_environment(&b->cooker, target, mc, &out));
    int r = bb_cooker_parse(&b->cooker);
    if (r < 0)
        return r;
    struct bb_targets t;
    bb_str fn = {0};
    bb_targets_init(&t, &b->cooker, true);
    r = bb_targets_recipe(&t, target, &fn);
    if (r == 0)
        r = bb_envshow_environment(&b->cooker, fn, BB_STR(""), &out);
    bb_targets_release(&t);
    return print_and_release(&out, r);
}

static void show_parse_counts(struct bbc *b)
{
    const struct bb_parse_counts *n = &b->cooker.counts;
    if (!b->o.quiet && n->parsed)
        fprintf(b->console.out,
                "Parsing of %zu .bb files complete (%zu cached, %zu parsed). "
                "%zu targets, %zu skipped, %zu masked, %zu errors.\n",
                n->files, n->cached, n->parsed, n->targets, n->skipped, n->masked, n->errors);
    fflush(b->console.out);
}

static int parse_recipes(struct bbc *b)
{
    int r = bb_cooker_parse(&b->cooker);
    bbc_ui_release(&b->ui);
    if (r == -BB_EREPORTED && b->cooker.counts.errors)
        bb_error(&b->ctx, "Parsing halted due to errors, see error messages above");
    if (r == 0 || b->o.run.keep_going)
        show_parse_counts(b);
    return r;
}

static int show_versions(struct bbc *b)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    return print_and_release(&out, bb_envshow_versions(&b->cooker, &out));
}

static int build_targets(struct bbc *b)
{
    bool printdiff = false;
    bb_vec_each(&b->o.dump_signatures, handler) {
        printdiff = printdiff || bb_str_eqz(*handler, "printdiff");
        if (!bb_str_eqz(*handler, "none") && !bb_str_eqz(*handler, "printdiff"))
            return bb_error(&b->ctx, "-S %.*s is not supported: it takes none or printdiff",
                            BB_STRF(*handler));
    }
    struct bb_build_opts o = {.targets = &b->o.targets,
                              .signatures = b->o.dump_signatures.n > 0,
                              .printdiff = printdiff,
                              .ui = &b->ui.build,
                              .prservice = &b->prservice,
                              .completed = &b->built};
    if (b->o.graphviz)
        return bb_build_graph(&b->cooker, &o);
    return bb_build_run(&b->cooker, &o);
}

/* Queries answer on stdout, builds talk there. */
static bool is_query(const struct bbc_options *o)
{
    return o->show_environment || o->show_versions || o->run.why;
}

/* --revisions-changed: status 1 when upstream is not where the last run found it. */
static int compare_revisions(struct bbc *b)
{
    BB_CLEAN_BUF struct bb_buf before = BB_BUF_INIT, after = BB_BUF_INIT;
    int r = bb_revisions_read(&b->cooker, &before);
    if (r == 0)
        r = parse_recipes(b);
    if (r == 0)
        r = bb_revisions_read(&b->cooker, &after);
    if (r < 0 || bb_str_eq(bb_buf_str(&before), bb_buf_str(&after)))
        return r;
    bb_note(&b->ctx, "upstream revisions have changed");
    return -BB_EREPORTED;
}

static int act(struct bbc *b)
{
    int r;
    if (b->o.show_environment)
        return show_environment(b);
    if (b->o.revisions_changed)
        return compare_revisions(b);
    if (b->o.run.buildfile.len)
        return build_targets(b);
    if ((r = parse_recipes(b)) < 0)
        return r;
    if (b->o.parse_only) {
        if (b->cooker.opts.record)
            bb_startcache_save(&b->cooker);
        return 0;
    }
    if (b->o.show_versions)
        return show_versions(b);
    if (!b->o.targets.n) {
        bb_str more;
        if ((r = bb_store_str_report(bb_cooker_data(&b->cooker), BB_SYM("BBTARGETS"), &more)) < 0)
            return r;
        bb_strvec_words(&b->o.targets, more);
    }
    if (b->o.targets.n)
        return build_targets(b);
    if (b->o.graphviz)
        return bb_error(&b->ctx, "Please specify a package name for dependency graph generation.");
    bb_plain(&b->ctx, "Nothing to do.  Use 'bitbake world' to build everything, "
                      "or run 'bitbake --help' for usage information.");
    return -BB_EREPORTED;
}

/* -P: the costliest of each kind on the screen, all in a file of the current folder. */
static int show_profile(struct bbc *b)
{
    enum { TOP = 15 };
    BB_CLEAN_BUF struct bb_buf table = BB_BUF_INIT, json = BB_BUF_INIT;
    if (!b->cooker.profile)
        return 0;
    int r = bb_profile_report(b->cooker.profile, TOP, &table, &json);
    if (r == 0)
        r = bb_fs_write("profile.json", bb_buf_str(&json), 0);
    if (r < 0)
        return bb_error(&b->ctx, "profile.json cannot be written: %s", bb_strerror(r));
    fprintf(b->console.out, "\n%sAll of it is in profile.json.\n", table.p);
    return 0;
}

/* Nothing but parsing is asked for, with nothing to tell on the way. */
static bool only_parses(const struct bbc_options *o)
{
    return o->parse_only && !o->show_environment && !o->run.buildfile.len && !o->revisions_changed &&
           !o->run.profile && !o->run.verbose && !o->debug;
}

/* BitBake: a command of the user interface is completed also when tasks failed, and the cooker ends after it. */
static int announce_end(struct bbc *b, int r)
{
    static const struct bb_val unsaid = {.kind = BB_V_STR, .s = {"", 0}};
    bool completed = r == 0 || b->built;
    int told =
        bb_announce_event(&b->cooker, completed ? "bb.command.CommandCompleted" : "bb.command.CommandFailed",
                          &unsaid, !completed);
    if (told == 0)
        told = bb_announce_event(&b->cooker, "bb.cooker.CookerExit", NULL, 0);
    return r < 0 ? r : told;
}

static int open_and_act(struct bbc *b)
{
    size_t entries;
    b->ctx.verbosity = b->o.run.verbose + b->o.debug - (b->o.quiet > 2 ? 2 : b->o.quiet > 0);
    bbc_ui_init(&b->ui, &b->console, is_query(&b->o) ? 2 : b->o.quiet);
    struct bb_cooker_opts o = {.environ = environ,
                               .options = &b->o.run,
                               .tracking =
                                   b->o.show_environment || !b->o.parse_only, /* builds record who set what */
                               .sanity = true,
                               .record = only_parses(&b->o),
                               .ui = &b->ui.parse};
    if (o.record && bb_startcache_holds(&b->ctx, &o, &entries)) {
        b->ui.parse.cache_loaded(b->ui.parse.self, entries);
        bbc_ui_release(&b->ui);
        return 0;
    }
    int r = bb_cooker_open(&b->cooker, &b->ctx, &o);
    if (r == 0) {
        bb_prservice_init(&b->prservice, &b->cooker);
        r = announce_end(b, act(b));
        bb_prservice_release(&b->prservice);
    }
    bbc_ui_release(&b->ui);
    if (show_profile(b) < 0 && r == 0)
        r = -BB_EREPORTED;
    bb_cooker_close(&b->cooker);
    if (!is_query(&b->o) && !b->o.quiet)
        bbc_console_summary(&b->console, &b->ctx);
    return r;
}

/* The version of BitBake is that of the build directory's core layer. */
static int show_version(struct bbc *b)
{
    struct bb_cooker_opts o = {.environ = environ};
    bb_ctx_init(&b->ctx);
    b->ctx.os = bb_os_posix();
    int r = bb_cooker_level(&b->cooker, &b->ctx, &o);
    if (r == 0)
        printf("BitBake Build Tool Core version %s\nbbc version " BBC_VERSION "\n",
               bb_rules_version(b->ctx.level));
    bb_cooker_close(&b->cooker);
    bb_ctx_release(&b->ctx);
    return r < 0;
}

int bbc_build_main(int argc, char **argv)
{
    struct bbc b = {0};
    if (argc == 2 && !strcmp(argv[1], BB_FAKEWORKER_ARG)) {
        bb_ctx_init(&b.ctx);
        b.ctx.os = bb_os_posix();
        int status = bb_fakeworker_main(&b.ctx);
        bb_ctx_release(&b.ctx);
        return status;
    }
    int stop = bbc_opts_parse(&bbc_build_cmdline, argc, argv, &b.o, sizeof(b.o));
    int status = stop == 0 || stop == 1 ? 0 : 2;
    if (stop == 0 && b.o.version)
        status = show_version(&b);
    else if (stop == 0 && b.o.status_only)
        status = 1; /* BitBake: no server answers */
    else if (stop == 0 && !b.o.kill_server && !b.o.server_only) {
        bb_ctx_init(&b.ctx);
        b.ctx.os = bb_os_posix();
        bbc_console_init(&b.console, &b.ctx, is_query(&b.o));
        status = bbc_console_form(&b.console, b.o.diagnostics.p) ? bbc_console_status(open_and_act(&b)) : 2;
        if (status == 0 && b.ctx.errors)
            status = 1; /* BitBake: something went wrong, if only on the way */
        status = bbc_console_finish(&b.console, status);
        bb_ctx_release(&b.ctx);
    }
    bbc_opts_release(&bbc_build_cmdline, &b.o);
    return status;
}
