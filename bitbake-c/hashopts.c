/* SPDX-License-Identifier: MIT */
#include "hashopts.h"

#include "cmd.h"

#define ROWS(table) .opts = table, .nopts = sizeof(table) / sizeof(*table)

#define F(f) offsetof(struct bbc_hashserv_opts, f)
static const struct bbc_opt serv[] = {
    {'b', "bind", BBC_OPT_TEXT, F(bind), "ADDRESS",
     "listen at ADDRESS (default: HASHSERVER_BIND or unix://./hashserve.sock)"},
    {'d', "database", BBC_OPT_TEXT, F(database), "FILE",
     "database (default: HASHSERVER_DB or ./hashserv.db)"},
    {'l', "log", BBC_OPT_TEXT, F(log), "LEVEL",
     "log DEBUG, INFO, WARNING or ERROR (default: HASHSERVER_LOG_LEVEL or WARNING)"},
    {'u', "upstream", BBC_OPT_TEXT, F(upstream), "ADDRESS",
     "ask the server there for unknown hashes (default: HASHSERVER_UPSTREAM)"},
    {'r', "read-only", BBC_OPT_FLAG, F(read_only), NULL, "take no reports (default: HASHSERVER_READ_ONLY=1)"},
    {0, "anon-perms", BBC_OPT_TEXT, F(anon_perms), "PERM[,PERM]",
     "permissions of everybody (default: HASHSERVER_ANON_PERMS or @read,@report,@db-admin)"},
    {0, "admin-user", BBC_OPT_TEXT, F(admin_user), "NAME",
     "make the user NAME with all permissions (default: HASHSERVER_ADMIN_USER)"},
    {0, "admin-password", BBC_OPT_TEXT, F(admin_password), "TOKEN",
     "its password (default: HASHSERVER_ADMIN_PASSWORD)"},
    {0, "db-username", BBC_OPT_MISSING, F(db_username), "NAME",
     "for databases other than SQLite, not supported"},
    {0, "db-password", BBC_OPT_MISSING, F(db_password), "TOKEN",
     "for databases other than SQLite, not supported"},
    {0, "reuseport", BBC_OPT_MISSING, 0, NULL, "for several servers at one port, not supported"},
};
#undef F

const struct bbc_cmdline bbc_hashserv_cmdline = {
    .name = "bbc-hashserv",
    .summary = "serve hash equivalence to builds",
    .args = {""},
    .about =
        "Serves hash equivalence until it is told to end by a signal. ADDRESS is unix://PATH, HOST:PORT or\n"
        "[HOST]:PORT; without HOST it is every address of this machine.",
    .more = "\nPermissions:\n"
            "  @none        nothing\n"
            "  @read        ask for hashes\n"
            "  @report      report hashes\n"
            "  @db-admin    clean the database and remove from it\n"
            "  @user-admin  manage users\n"
            "  @all         all of these\n"
            "\nEverybody can have the first four only. A connection is not encrypted, tokens neither.",
    ROWS(serv),
    .field = offsetof(struct bbc_hashserv_opts, args),
};

/* In the order of BB_HASHADMIN (hashserv/admin.h), then stress. */
enum {
    GET,
    GET_OUTHASH,
    STATS,
    PING,
    UNIHASH_EXISTS,
    REMOVE,
    CLEAN_UNUSED,
    REFRESH_TOKEN,
    SET_USER_PERMS,
    GET_USER,
    GET_ALL_USERS,
    NEW_USER,
    DELETE_USER,
    GET_DB_USAGE,
    GET_DB_QUERY_COLUMNS,
    GC_STATUS,
    GC_MARK,
    GC_MARK_STREAM,
    GC_SWEEP,
    STRESS,
    NSUBS
};
static const struct bbc_sub subs[NSUBS] = {
    [GET] = {"get", "METHOD TASKHASH", "show what is known of a task hash", 2, 2},
    [GET_OUTHASH] = {"get-outhash", "METHOD OUTHASH TASKHASH", "show what is known of an output", 3, 3},
    [STATS] = {"stats", "", "show the server's figures", 0, 0},
    [PING] = {"ping", "", "show how long the server takes to answer", 0, 0},
    [UNIHASH_EXISTS] = {"unihash-exists", "UNIHASH", "say whether the server knows a unihash", 1, 1},
    [REMOVE] = {"remove", "", "remove rows", 0, 0},
    [CLEAN_UNUSED] = {"clean-unused", "SECONDS", "remove outputs that old whose task hash has no unihash", 1,
                      1},
    [REFRESH_TOKEN] = {"refresh-token", "", "get a new token", 0, 0},
    [SET_USER_PERMS] = {"set-user-perms", "[PERM ...]", "give a user other permissions", 0, SIZE_MAX},
    [GET_USER] = {"get-user", "", "show a user", 0, 0},
    [GET_ALL_USERS] = {"get-all-users", "", "list all users", 0, 0},
    [NEW_USER] = {"new-user", "[PERM ...]", "make a user", 0, SIZE_MAX},
    [DELETE_USER] = {"delete-user", "", "delete a user", 0, 0},
    [GET_DB_USAGE] = {"get-db-usage", "", "show how many rows the tables have", 0, 0},
    [GET_DB_QUERY_COLUMNS] = {"get-db-query-columns", "", "list the columns that --where takes", 0, 0},
    [GC_STATUS] = {"gc-status", "", "show the state of garbage collection", 0, 0},
    [GC_MARK] = {"gc-mark", "MARK", "mark hashes to be kept", 1, 1},
    [GC_MARK_STREAM] = {"gc-mark-stream", "MARK",
                        "mark the hashes of each line of standard input, COLUMN VALUE ...", 1, 1},
    [GC_SWEEP] = {"gc-sweep", "MARK", "remove the hashes that are not marked", 1, 1},
    [STRESS] = {"stress", "", "ask for many hashes with many clients and show how long that took", 0, 0},
};
_Static_assert((int)STRESS == (int)BBC_HASH_STRESS, "the header knows the place of stress");

#define FOR(c) (1u << (c))
enum {
    WHERE = FOR(REMOVE) | FOR(GC_MARK),
    USERS = FOR(REFRESH_TOKEN) | FOR(SET_USER_PERMS) | FOR(GET_USER) | FOR(NEW_USER) | FOR(DELETE_USER),
};
static const struct bbc_opt client[] = {
#define F(f) offsetof(struct bbc_hashclient_opts, f)
    {0, "address", BBC_OPT_TEXT, F(address), "ADDRESS", "of the server (default: unix://./hashserve.sock)",
     .in = BBC_OPT_GLOBAL},
    {0, "log", BBC_OPT_NOTHING, 0, "LEVEL", "accepted for compatibility: the log has one level",
     .in = BBC_OPT_GLOBAL},
    {'l', "login", BBC_OPT_TEXT, F(login), "NAME", "log in as user NAME", .in = BBC_OPT_GLOBAL},
    {'p', "password", BBC_OPT_TEXT, F(password), "TOKEN", "with this token", .in = BBC_OPT_GLOBAL},
    {'b', "become", BBC_OPT_TEXT, F(become), "NAME", "act as user NAME", .in = BBC_OPT_GLOBAL},
    {'n', "no-netrc", BBC_OPT_FLAG, F(no_netrc), NULL, "do not look for a log-in in ~/.netrc",
     .in = BBC_OPT_GLOBAL},
    {'w', "where", BBC_OPT_PAIRS, F(where), "COLUMN VALUE", "those with this value, can be repeated",
     .in = WHERE},
    {'u', "username", BBC_OPT_TEXT, F(username), "NAME", "the user that this is about (default: oneself)",
     .in = USERS},
    {0, "reset", BBC_OPT_FLAG, F(reset), NULL, "start them anew", .in = FOR(STATS)},
    {'q', "quiet", BBC_OPT_FLAG, F(quiet), NULL, "say it by the exit status, show results only",
     .in = FOR(UNIHASH_EXISTS) | FOR(PING)},
    {'n', "count", BBC_OPT_NUMBER, F(count), "N", "ask so many times (default: 10)", .in = FOR(PING)},
    {0, "clients", BBC_OPT_NUMBER, F(clients), "N", "so many at once (default: 10)", .in = FOR(STRESS)},
    {0, "requests", BBC_OPT_NUMBER, F(requests), "N", "of each client (default: 1000)", .in = FOR(STRESS)},
    {0, "report", BBC_OPT_FLAG, F(report), NULL, "report the hashes at the end", .in = FOR(STRESS)},
    {0, "taskhash-seed", BBC_OPT_TEXT, F(taskhash_seed), "TEXT", "for other task hashes", .in = FOR(STRESS)},
    {0, "outhash-seed", BBC_OPT_TEXT, F(outhash_seed), "TEXT", "for other outputs", .in = FOR(STRESS)},
#undef F
};

const struct bbc_cmdline bbc_hashclient_cmdline = {
    .name = "bbc-hashclient",
    .summary = "ask and manage a hash equivalence server",
    .args = {"<subcommand> ..."},
    .about = "Asks a hash equivalence server. '<subcommand> --help' says more of one.",
    ROWS(client),
    .subs = subs,
    .nsubs = NSUBS,
    .field = offsetof(struct bbc_hashclient_opts, args),
};

int bbc_hashopts_client(int argc, char **argv, struct bbc_hashclient_opts *ret)
{
    *ret = (struct bbc_hashclient_opts){.clients = 10, .requests = 1000, .count = 10};
    return bbc_opts_parse_sub(&bbc_hashclient_cmdline, argc, argv, ret, &ret->command);
}
