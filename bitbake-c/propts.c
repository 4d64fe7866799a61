/* SPDX-License-Identifier: MIT */
#include "propts.h"

#include "cmd.h"

#define F(f) offsetof(struct bbc_prserv_opts, f)
static const struct bbc_opt prserv[] = {
    {0, "start", BBC_OPT_FLAG, F(start), NULL, "start a server in the background"},
    {0, "foreground", BBC_OPT_FLAG, F(foreground), NULL, "with --start: stay here, and log to the terminal"},
    {0, "stop", BBC_OPT_FLAG, F(stop), NULL, "end the server that listens at this host and port"},
    {'f', "file", BBC_OPT_TEXT, F(file), "FILE", "database (default: prserv.sqlite3)"},
    {'l', "log", BBC_OPT_TEXT, F(log), "FILE", "log (default: prserv.log)"},
    {0, "loglevel", BBC_OPT_TEXT, F(loglevel), "LEVEL", "log DEBUG, INFO, WARNING or ERROR (default: INFO)"},
    {0, "host", BBC_OPT_TEXT, F(host), "HOST", "listen at HOST (default: 0.0.0.0)"},
    {0, "port", BBC_OPT_TEXT, F(port), "PORT", "listen at PORT (default: 8585)"},
    {'r', "read-only", BBC_OPT_FLAG, F(read_only), NULL, "keep no new revisions"},
    {'u', "upstream", BBC_OPT_TEXT, F(upstream), "HOST:PORT",
     "the revisions of the server there come first (default: PRSERV_UPSTREAM)"},
    {0, "table", BBC_OPT_CHOICE, F(table), "numbers|texts",
     "the form of a database: numbers for BitBake up to 2.8, or texts (default: the one that it has)"},
};
#undef F

const struct bbc_cmdline bbc_prserv_cmdline = {
    .name = "bbc-prserv",
    .summary = "give out revisions of packages to builds",
    .args = {""},
    .about = "Gives out revisions of packages (PRSERV_HOST): what changes in a recipe gets a higher one.",
    .opts = prserv,
    .nopts = sizeof(prserv) / sizeof(*prserv),
    .field = offsetof(struct bbc_prserv_opts, args),
};
