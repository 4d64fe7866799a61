/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <getopt.h>
#include <stdio.h>

enum kind { FLAG, COUNT, TEXT, LIST, HELP, NOTHING, MISSING };

/*
 * One row per option: BitBake's letters and names. NOTHING: accepted, without meaning here (no server runs). MISSING:
 * BitBake has it and bbc does not; using it is an error, so that nobody waits for what never comes.
 */
static const struct row {
    char letter; /* 0: none */
    const char *name;
    enum kind kind;
    size_t field;
    const char *arg; /* shown in --help; NULL: takes none */
    const char *help;
} rows[] = {
#define F(f) offsetof(struct bbc_options, f)
    {'s', "show-versions", FLAG, F(show_versions), NULL,
     "show current and preferred versions of all recipes"},
    {'e', "environment", FLAG, F(show_environment), NULL,
     "show the global or a recipe's variables, with history"},
    {'g', "graphviz", FLAG, F(graphviz), NULL, "write task-depends.dot, recipe-depends.dot and pn-buildlist"},
    {'u', "ui", NOTHING, 0, "UI", "accepted for compatibility: the display follows the terminal"},
    {0, "version", FLAG, F(version), NULL, "show the version and exit"},
    {'h', "help", HELP, 0, NULL, "show this help and exit"},
    {'f', "force", FLAG, F(force), NULL, "run the named task even if its stamp is there"},
    {'c', "cmd", TEXT, F(cmd), "TASK", "run TASK instead of the default, 'build'"},
    {'C', "clear-stamp", TEXT, F(clear_stamp), "TASK", "drop TASK's stamp, then run the default task"},
    {0, "runall", LIST, F(runall), "TASK", "run TASK for every recipe in the targets' task graph"},
    {0, "runonly", LIST, F(runonly), "TASK", "run only TASK within the targets' task graph"},
    {0, "no-setscene", FLAG, F(no_setscene), NULL, "run no setscene task: ignore the shared state cache"},
    {0, "skip-setscene", FLAG, F(skip_setscene), NULL,
     "skip setscene tasks that would run, keep what was restored"},
    {0, "setscene-only", FLAG, F(setscene_only), NULL, "run setscene tasks only"},
    {'n', "dry-run", FLAG, F(dry_run), NULL, "go through the motions, run nothing"},
    {'p', "parse-only", FLAG, F(parse_only), NULL, "stop after parsing the recipes"},
    {'k', "continue", FLAG, F(keep_going), NULL, "go on as far as possible after an error"},
    {'P', "profile", FLAG, F(profile), NULL, "say what parsing took its time for, write it to profile.json"},
    {'S', "dump-signatures", LIST, F(dump_signatures), "HANDLER",
     "write signature data of all tasks, run nothing; printdiff: say what changed since the last run"},
    {0, "revisions-changed", FLAG, F(revisions_changed), NULL,
     "parse; exit status 1 when floating revisions are not those of the last run"},
    {'b', "buildfile", TEXT, F(buildfile), "FILE", "run a task of FILE, without its dependencies"},
    {0, "why", FLAG, F(why), NULL, "say of each task why it runs or not; run nothing"},
    {'D', "debug", COUNT, F(debug), NULL, "more debug output; repeatable"},
    {'l', "log-domains", NOTHING, 0, "DOMAINS", "accepted for compatibility: debug output has no domains"},
    {'v', "verbose", COUNT, F(verbose), NULL, "show the output of shell tasks, traced"},
    {'q', "quiet", COUNT, F(quiet), NULL, "less output; repeatable"},
    {'w', "write-log", MISSING, 0, "FILE", "not supported"},
    {0, "diagnostics", TEXT, F(diagnostics), "FORM[:FILE]", "form of messages: text, json, sarif or github"},
    {'r', "read", LIST, F(prefiles), "FILE", "read FILE before bitbake.conf"},
    {'R', "postread", LIST, F(postfiles), "FILE", "read FILE after bitbake.conf"},
    {'I', "ignore-deps", LIST, F(ignore_deps), "PN", "assume that PN is provided"},
    {'m', "kill-server", FLAG, F(kill_server), NULL, "accepted for compatibility: no server runs"},
    {0, "status-only", FLAG, F(status_only), NULL, "accepted for compatibility: no server runs"},
    {'T', "idle-timeout", NOTHING, 0, "SEC", "accepted for compatibility: no server runs"},
    {'B', "bind", NOTHING, 0, "ADDR", "accepted for compatibility: no server runs"},
    {0, "server-only", NOTHING, 0, NULL, "accepted for compatibility: no server runs"},
    {0, "remote-server", MISSING, 0, "ADDR", "not supported: no server runs"},
    {0, "observe-only", MISSING, 0, NULL, "not supported: no server runs"},
    {0, "token", NOTHING, 0, "TOKEN", "accepted for compatibility: no server runs"},
#undef F
};
enum { NROWS = sizeof(rows) / sizeof(*rows) };

static void help(const char *prog)
{
    printf(
        "Usage: %s [options] [target ...]\n\n"
        "Runs the default task 'build' (or TASK, with -c or as target:do_TASK) of the given recipes, with\n"
        "everything they need. A target is a recipe name, what a recipe provides, mc:CONFIG:NAME, world or\n"
        "universe.\n\nOptions:\n",
        prog);
    for (size_t i = 0; i < NROWS; i++) {
        const struct row *r = &rows[i];
        char left[64];
        snprintf(left, sizeof(left), "%c%c%s--%s%s%s", r->letter ? '-' : ' ', r->letter ? r->letter : ' ',
                 r->letter ? ", " : "  ", r->name, r->arg ? " " : "", r->arg ? r->arg : "");
        printf("  %-30s %s\n", left, r->help);
    }
}

static void apply(const struct row *r, struct bbc_options *o, const char *arg)
{
    void *field = (char *)o + r->field;
    switch (r->kind) {
    case FLAG:
        *(bool *)field = true;
        break;
    case COUNT:
        ++*(int *)field;
        break;
    case TEXT:
        *(bb_str *)field = bb_str_z(arg);
        break;
    case LIST:
        bb_vec_push((struct bb_strvec *)field, bb_str_z(arg));
        break;
    case HELP:
    case NOTHING:
    case MISSING:
        break;
    }
}

int bbc_options_parse(int argc, char **argv, struct bbc_options *ret)
{
    char letters[2 * NROWS + 1];
    struct option longs[NROWS + 1] = {0};
    size_t n = 0;
    for (size_t i = 0; i < NROWS; i++) {
        longs[i] =
            (struct option){rows[i].name, rows[i].arg ? required_argument : no_argument, NULL, 256 + (int)i};
        if (rows[i].letter) {
            letters[n++] = rows[i].letter;
            if (rows[i].arg)
                letters[n++] = ':';
        }
    }
    letters[n] = '\0';
    *ret = (struct bbc_options){0};
    for (int c; (c = getopt_long(argc, argv, letters, longs, NULL)) != -1;) {
        const struct row *row = c >= 256 ? &rows[c - 256] : NULL;
        for (size_t i = 0; !row && i < NROWS; i++)
            if (rows[i].letter == c)
                row = &rows[i];
        if (!row) {
            fprintf(stderr, "Try '%s --help'.\n", argv[0]);
            return -1;
        }
        if (row->kind == HELP) {
            help(argv[0]);
            return 1;
        }
        if (row->kind == MISSING) {
            fprintf(stderr, "%s: --%s is not supported\n", argv[0], row->name);
            return -1;
        }
        apply(row, ret, optarg);
    }
    for (int i = optind; i < argc; i++)
        bb_vec_push(&ret->targets, bb_str_z(argv[i]));
    return 0;
}

void bbc_options_release(struct bbc_options *o)
{
    struct bb_strvec *lists[] = {&o->targets, &o->prefiles, &o->postfiles,      &o->ignore_deps,
                                 &o->runall,  &o->runonly,  &o->dump_signatures};
    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
        bb_vec_release(lists[i]);
}
