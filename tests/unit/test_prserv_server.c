/* SPDX-License-Identifier: MIT */
/* Whole servers: in a child, behind one another, and in the background. */
#include "support/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "ext/json.h"
#include "os/fs.h"
#include "prserv/server.h"

static char *dir;

static void setup(void)
{
    dir = unit_tmpdir();
}

static void teardown(void)
{
    unit_rmdir(dir);
}

struct server {
    struct bb_proc proc;
    struct bb_buf address;
};

static struct server start(const char *database, const char *upstream)
{
    struct server s = {.address = BB_BUF_INIT};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_prserv_opts o = {
        .address = "127.0.0.1:0", .database = database, .form = BB_PRDB_TEXTS, .upstream = upstream};
    ck_assert_msg(bb_prserv_start(&o, &s.proc, &s.address, &err) == 0, "%s", err.p);
    return s;
}

static void stop(struct server *s)
{
    bb_rpc_stop(&s->proc);
    bb_buf_release(&s->address);
}

/* The answer to get-pr, NULL for a refusal or a lost connection. */
static const char *get(const char *address, const char *checksum)
{
    static char answer[64];
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct bb_rpcclient_opts o = {.address = address, .hello = BB_PRSERV_HELLO, .timeout_ms = 20000};
    struct bb_rpcclient *c = NULL;
    struct bb_json *j = NULL;

    ck_assert_int_eq(bb_rpcclient_open(&o, &c, NULL), 0);
    bb_buf_addf(&text, "{\"version\": \"v\", \"pkgarch\": \"a\", \"checksum\": \"%s\"}", checksum);
    int r = bb_rpcclient_invoke(c, "get-pr", bb_buf_str(&text), &j);
    bb_str value = bb_json_str(bb_json_get(j, "value"));
    snprintf(answer, sizeof(answer), "%.*s", (int)value.len, value.p ? value.p : "");
    bb_json_free(j);
    bb_rpcclient_close(c);
    return r == 0 ? answer : NULL;
}

START_TEST(upstream)
{
    struct server up = start("up.db", NULL);
    struct server own = start("own.db", up.address.p);
    ck_assert_str_eq(get(own.address.p, "local"), "0"); /* upstream does not know the package */
    ck_assert_str_eq(get(up.address.p, "x"), "0");
    ck_assert_str_eq(get(up.address.p, "y"), "1");
    ck_assert_str_eq(get(own.address.p, "x"), "0"); /* as upstream */
    ck_assert_str_eq(get(own.address.p, "y"), "1");
    ck_assert_str_eq(get(own.address.p, "z"), "1.0"); /* upstream does not know the checksum */
    ck_assert_str_eq(get(own.address.p, "q"), "1.1");
    ck_assert_str_eq(get(up.address.p, "r"), "2");
    ck_assert_str_eq(get(own.address.p, "z"), "2.0"); /* not less than upstream's */
    stop(&up);
    ck_assert_ptr_null(get(own.address.p, "new"));
    ck_assert_ptr_null(get(own.address.p, "new"));
    stop(&own);
}
END_TEST

START_TEST(it_says_why_it_cannot_begin)
{
    struct bb_proc p;
    struct bb_prdb *db;
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_prserv_opts o = {.address = "127.0.0.1:0", .database = "none/p.db"};
    ck_assert_int_lt(bb_prserv_start(&o, &p, NULL, &err), 0);
    ck_assert_msg(bb_str_starts(bb_buf_str(&err), BB_STR("none/p.db: ")), "%s", err.p);
    bb_buf_clear(&err);
    ck_assert_int_eq(bb_prdb_open("n.db", BB_PRDB_NUMBERS, &db, NULL), 0);
    bb_prdb_close(db);
    o.database = "n.db";
    o.upstream = "127.0.0.1:1";
    ck_assert_int_lt(bb_prserv_start(&o, &p, NULL, &err), 0);
    ck_assert_msg(bb_str_has(bb_buf_str(&err), BB_STR("cannot have an upstream server")), "%s", err.p);
}
END_TEST

/* A port that was free a moment ago. */
static unsigned free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    close(fd);
    return ntohs(a.sin_port);
}

START_TEST(in_the_background)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT, log = BB_BUF_INIT;
    struct bb_prserv_opts o = {.database = "d.db"};
    struct bb_prdaemon d = {"127.0.0.1", free_port(), "d.log", &o, BB_RPC_INFO};
    char address[64], pidfile[64];

    snprintf(address, sizeof(address), "127.0.0.1:%u", d.port);
    snprintf(pidfile, sizeof(pidfile), "/tmp/PRServer_127.0.0.1_%u.pid", d.port);
    ck_assert_msg(bb_prdaemon_start(&d, &err) == 0, "%s", err.p);
    ck_assert_str_eq(get(address, "x"), "0");
    ck_assert_int_eq(bb_prdaemon_start(&d, &err), -EEXIST);
    /* This test's command line has "prserv" in it, as a server's has; init's has not. */
    ck_assert_int_eq(bb_prdaemon_stop("127.0.0.1", d.port, &err), 0);
    ck_assert_int_ne(access(pidfile, F_OK), 0);
    ck_assert_int_eq(bb_prdaemon_stop("127.0.0.1", d.port, &err), -ENOENT);
    ck_assert_int_eq(bb_fs_read("d.log", &log), 0);
    ck_assert(bb_str_has(bb_buf_str(&log), BB_STR("INFO: listening on 127.0.0.1:")));
    ck_assert_int_eq(access("d.db", F_OK), 0);
}
END_TEST

/* The file is in a folder that everybody may write to. */
START_TEST(a_file_that_lies)
{
    static const char *const bad[] = {"1", "-1", "0", "x", "", "99999999999999999999"};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    char path[64];
    unsigned port = free_port();

    snprintf(path, sizeof(path), "/tmp/PRServer_127.0.0.1_%u.pid", port);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        ck_assert_int_eq(bb_fs_write(path, bb_str_z(bad[i]), 0), 0);
        ck_assert_msg(bb_prdaemon_stop("127.0.0.1", port, &err) == -EPERM, "'%s'", bad[i]);
    }
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    pid_t child = fork(); /* somebody else's process */
    if (child == 0) {
        execlp("sleep", "sleep", "30", NULL);
        _exit(1);
    }
    usleep(300000);
    bb_buf_addf(&text, "%d\n", (int)child);
    ck_assert_int_eq(bb_fs_write(path, bb_buf_str(&text), 0), 0);
    ck_assert_int_eq(bb_prdaemon_stop("127.0.0.1", port, &err), -EPERM);
    ck_assert_int_eq(kill(child, 0), 0);
    kill(child, SIGKILL);
    unlink(path);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {upstream, it_says_why_it_cannot_begin, in_the_background, a_file_that_lies};
    return unit_run("server", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
