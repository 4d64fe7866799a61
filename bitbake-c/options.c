/* SPDX-License-Identifier: MIT */
#include "options.h"

/* One row per option: BitBake's letters and names. */
static const struct bbc_opt rows[] = {
#define F(f) offsetof(struct bbc_options, f)
    {'s', "show-versions", BBC_OPT_FLAG, F(show_versions), NULL,
     "show current and preferred versions of all recipes"},
    {'e', "environment", BBC_OPT_FLAG, F(show_environment), NULL,
     "show the global or a recipe's variables, with history"},
    {'g', "graphviz", BBC_OPT_FLAG, F(graphviz), NULL,
     "write task-depends.dot, recipe-depends.dot and pn-buildlist"},
    {'u', "ui", BBC_OPT_NOTHING, 0, "UI", "accepted for compatibility: the display follows the terminal"},
    {0, "version", BBC_OPT_FLAG, F(version), NULL, "show the version and exit"},
    {'f', "force", BBC_OPT_FLAG, F(run.force), NULL, "run the named task even if its stamp is there"},
    {'c', "cmd", BBC_OPT_TEXT, F(run.cmd), "TASK", "run TASK instead of the default, 'build'"},
    {'C', "clear-stamp", BBC_OPT_TEXT, F(run.clear_stamp), "TASK",
     "drop TASK's stamp, then run the default task"},
    {0, "runall", BBC_OPT_LIST, F(run.runall), "TASK",
     "run TASK for every recipe in the targets' task graph"},
    {0, "runonly", BBC_OPT_LIST, F(run.runonly), "TASK", "run only TASK within the targets' task graph"},
    {0, "no-setscene", BBC_OPT_FLAG, F(run.no_setscene), NULL,
     "run no setscene task: ignore the shared state cache"},
    {0, "skip-setscene", BBC_OPT_FLAG, F(run.skip_setscene), NULL,
     "skip setscene tasks that would run, keep what was restored"},
    {0, "setscene-only", BBC_OPT_FLAG, F(run.setscene_only), NULL, "run setscene tasks only"},
    {'n', "dry-run", BBC_OPT_FLAG, F(run.dry_run), NULL, "go through the motions, run nothing"},
    {'p', "parse-only", BBC_OPT_FLAG, F(parse_only), NULL, "stop after parsing the recipes"},
    {'k', "continue", BBC_OPT_FLAG, F(run.keep_going), NULL, "go on as far as possible after an error"},
    {'P', "profile", BBC_OPT_FLAG, F(run.profile), NULL,
     "say what parsing took its time for, write it to profile.json"},
    {'S', "dump-signatures", BBC_OPT_LIST, F(dump_signatures), "HANDLER",
     "write signature data of all tasks, run nothing; printdiff: say what changed since the last run"},
    {0, "revisions-changed", BBC_OPT_FLAG, F(revisions_changed), NULL,
     "parse; exit status 1 when floating revisions are not those of the last run"},
    {'b', "buildfile", BBC_OPT_TEXT, F(run.buildfile), "FILE",
     "run a task of FILE, without its dependencies"},
    {0, "why", BBC_OPT_FLAG, F(run.why), NULL, "say of each task why it runs or not; run nothing"},
    {'D', "debug", BBC_OPT_COUNT, F(debug), NULL, "more debug output; repeatable"},
    {'l', "log-domains", BBC_OPT_NOTHING, 0, "DOMAINS",
     "accepted for compatibility: debug output has no domains"},
    {'v', "verbose", BBC_OPT_COUNT, F(run.verbose), NULL, "show the output of shell tasks, traced"},
    {'q', "quiet", BBC_OPT_COUNT, F(quiet), NULL, "less output; repeatable"},
    {'w', "write-log", BBC_OPT_MISSING, 0, "FILE", "not supported"},
    BBC_OPT_DIAGNOSTICS(F(diagnostics)),
    {'r', "read", BBC_OPT_LIST, F(run.prefiles), "FILE", "read FILE before bitbake.conf"},
    {'R', "postread", BBC_OPT_LIST, F(run.postfiles), "FILE", "read FILE after bitbake.conf"},
    {'I', "ignore-deps", BBC_OPT_LIST, F(run.ignore_deps), "PN", "assume that PN is provided"},
    {'m', "kill-server", BBC_OPT_FLAG, F(kill_server), NULL, "accepted for compatibility: no server runs"},
    {0, "status-only", BBC_OPT_FLAG, F(status_only), NULL, "exit status 1: no server runs"},
    {'T', "idle-timeout", BBC_OPT_NOTHING, 0, "SEC", "accepted for compatibility: no server runs"},
    {'B', "bind", BBC_OPT_NOTHING, 0, "ADDR", "accepted for compatibility: no server runs"},
    {0, "server-only", BBC_OPT_FLAG, F(server_only), NULL, "accepted for compatibility: does nothing"},
    {0, "remote-server", BBC_OPT_MISSING, 0, "ADDR", "not supported: no server runs"},
    {0, "observe-only", BBC_OPT_MISSING, 0, NULL, "not supported: no server runs"},
    {0, "token", BBC_OPT_NOTHING, 0, "TOKEN", "accepted for compatibility: no server runs"},
#undef F
};

const struct bbc_cmdline bbc_build_cmdline = {
    .name = "bbc",
    .summary = "build what BitBake recipes describe",
    .args = {"[TARGET ...]"},
    .about =
        "Runs the default task 'build' (or TASK, with -c or as target:do_TASK) of the given recipes, with\n"
        "everything they need. A target is a recipe name, what a recipe provides, mc:CONFIG:NAME, world or\n"
        "universe.",
    .opts = rows,
    .nopts = sizeof(rows) / sizeof(*rows),
    .field = offsetof(struct bbc_options, targets),
    .max = SIZE_MAX,
};
