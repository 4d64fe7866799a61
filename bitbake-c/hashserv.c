/* SPDX-License-Identifier: MIT */
/* bbc-hashserv: the hash equivalence server. */
#include "cmd.h"

#include <strings.h>

#include "hashopts.h"
#include "hashserv/server.h"
#include "hashserv/users.h"

static const char *const levels[] = {"DEBUG", "INFO", "WARNING", "ERROR"};

/* What the option says, else what the environment does, else the default. */
static const char *choose(bb_str option, const char *variable, const char *otherwise)
{
    const char *env = getenv(variable);
    return option.p ? option.p : env && *env ? env : otherwise;
}

static int level_of(const char *name)
{
    for (int i = 0; i < 4; i++)
        if (!strcasecmp(name, levels[i]))
            return i;
    return -1;
}

static void print_log(void *self, enum bb_rpc_level level, const char *text)
{
    if ((int)level >= *(const int *)self)
        fprintf(stderr, "%s: %s\n", levels[level], text);
}

/* Words with commas or blanks between. */
static bool add_perms(const char *words, unsigned *ret)
{
    const char *p = words;
    while (*(p += strspn(p, ", "))) {
        size_t n = strcspn(p, ", ");
        if (!bb_perm_add(bb_str_n(p, n), ret)) {
            fprintf(stderr, "bbc-hashserv: '%.*s' is no permission\n", (int)n, p);
            return false;
        }
        p += n;
    }
    return true;
}

static int run(const struct bbc_hashserv_opts *o)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    const char *log = choose(o->log, "HASHSERVER_LOG_LEVEL", "WARNING");
    const char *ro = choose((bb_str){0}, "HASHSERVER_READ_ONLY", "0");
    int level = level_of(log);
    struct bb_hashserv_opts s = {
        .address = choose(o->bind, "HASHSERVER_BIND", "unix://./hashserve.sock"),
        .database = choose(o->database, "HASHSERVER_DB", "./hashserv.db"),
        .upstream = choose(o->upstream, "HASHSERVER_UPSTREAM", NULL),
        .read_only = o->read_only || !strcmp(ro, "1"),
        .admin_user = choose(o->admin_user, "HASHSERVER_ADMIN_USER", NULL),
        .admin_password = choose(o->admin_password, "HASHSERVER_ADMIN_PASSWORD", NULL),
        .log = print_log,
        .self = &level,
    };
    if (level < 0) {
        fprintf(stderr, "bbc-hashserv: the log level is DEBUG, INFO, WARNING or ERROR, not '%s'\n", log);
        return 2;
    }
    if (!add_perms(choose(o->anon_perms, "HASHSERVER_ANON_PERMS", "@read,@report,@db-admin"), &s.anon))
        return 2;
    if (bb_hashserv_run(&s, &err) == 0)
        return 0;
    fprintf(stderr, "bbc-hashserv: %s\n", err.p);
    return 1;
}

int bbc_hashserv_main(int argc, char **argv)
{
    struct bbc_hashserv_opts o;
    int stop = bbc_opts_parse(&bbc_hashserv_cmdline, argc, argv, &o, sizeof(o));
    int status = stop == 0 ? run(&o) : stop == 1 ? 0 : 2;
    bbc_opts_release(&bbc_hashserv_cmdline, &o);
    return status;
}
