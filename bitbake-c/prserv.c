/* SPDX-License-Identifier: MIT */
/* bbc-prserv: the service of package revisions. */
#include "cmd.h"

#include <strings.h>

#include "propts.h"
#include "prserv/server.h"

static const char *or_else(bb_str s, const char *otherwise)
{
    return s.p ? s.p : otherwise;
}

/* Python's CRITICAL is beyond all that is logged here. */
static int level_of(const char *name)
{
    static const char *const levels[] = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
    for (int i = 0; i < 5; i++)
        if (!strcasecmp(name, levels[i]))
            return i;
    return -1;
}

static enum bb_prdb_form form_of(bb_str word)
{
    return !word.p ? BB_PRDB_FOUND : bb_str_eqz(word, "numbers") ? BB_PRDB_NUMBERS : BB_PRDB_TEXTS;
}

static void print_log(void *self, enum bb_rpc_level level, const char *text)
{
    if ((int)level >= *(const int *)self)
        fprintf(stderr, "%s\n", text);
}

static int start(const struct bbc_prserv_opts *o, const char *host, unsigned port, struct bb_buf *err)
{
    const char *upstream = getenv("PRSERV_UPSTREAM"), *word = or_else(o->loglevel, "INFO");
    char address[300];
    int level = level_of(word);
    struct bb_prserv_opts s = {
        .address = address,
        .database = or_else(o->file, "prserv.sqlite3"),
        .form = form_of(o->table),
        .read_only = o->read_only,
        .upstream = or_else(o->upstream, upstream && *upstream ? upstream : NULL),
        .log = print_log,
        .log_self = &level,
    };

    if (level < 0) {
        bb_buf_addf(err, "the log level is DEBUG, INFO, WARNING or ERROR, not '%s'", word);
        return 2;
    }
    if (o->foreground) {
        snprintf(address, sizeof(address), "%s:%u", host, port);
        return bb_prserv_run(&s, err) < 0;
    }
    struct bb_prdaemon d = {host, port, or_else(o->log, "prserv.log"), &s, (enum bb_rpc_level)level};
    return bb_prdaemon_start(&d, err) < 0;
}

static int run(const struct bbc_prserv_opts *o)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    const char *host = or_else(o->host, "0.0.0.0");
    int64_t port = 8585;
    int status = 2;

    if (o->start == o->stop)
        bb_buf_addz(&err, "one of --start and --stop is needed");
    else if (o->port.p && (!bb_str_to_int(o->port, &port) || port < 0 || port > 65535))
        bb_buf_addf(&err, "'%s' is no port", o->port.p);
    else if (o->start)
        status = start(o, host, (unsigned)port, &err);
    else
        status = bb_prdaemon_stop(host, (unsigned)port, &err) < 0;
    if (status)
        fprintf(stderr, "bbc-prserv: %s\n", err.p);
    return status;
}

int bbc_prserv_main(int argc, char **argv)
{
    struct bbc_prserv_opts o;
    int stop = bbc_opts_parse(&bbc_prserv_cmdline, argc, argv, &o, sizeof(o));
    int status = stop == 0 ? run(&o) : stop == 1 ? 0 : 2;
    bbc_opts_release(&bbc_prserv_cmdline, &o);
    return status;
}
