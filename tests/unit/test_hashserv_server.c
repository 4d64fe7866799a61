/* SPDX-License-Identifier: MIT */
/* A whole server in a child, and what it does for one client while another one misbehaves. */
#include "support/unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "ext/db.h"
#include "hashserv/server.h"
#include "hashserv/users.h"
#include "os/fs.h"
#include "os/sock.h"

#define T1 "1111111111111111111111111111111111111111111111111111111111111111"
#define T2 "2222222222222222222222222222222222222222222222222222222222222222"

static char *dir;
static struct bb_proc server;
static struct bb_arena arena;
static struct bb_hashserv_opts opts;

static void setup(void)
{
    dir = unit_tmpdir();
    bb_arena_init(&arena);
    opts = (struct bb_hashserv_opts){.address = "unix://./s", .database = "h.db", .anon = BB_PERM_ANON};
    ck_assert_int_eq(bb_hashserv_start(&opts, &server, &(struct bb_buf)BB_BUF_INIT), 0);
    ck_assert_int_gt(server.pid, 0);
}

static void teardown(void)
{
    bb_hashserv_stop(&server);
    bb_arena_release(&arena);
    unit_rmdir(dir);
}

static struct bb_hashclient *client(const char *address)
{
    struct bb_hashclient *c = NULL;
    struct bb_hashclient_opts o = {.address = address, .timeout_ms = 20000};
    ck_assert_int_eq(bb_hashclient_open(&o, &c, NULL), 0);
    return c;
}

static void report(struct bb_hashclient *c, const char *taskhash, const char *outhash, const char *unihash,
                   const char *answer)
{
    struct bb_hashreport rep = {
        BB_STR("M"), bb_str_z(taskhash), bb_str_z(unihash), bb_str_z(outhash), NULL, 0};
    bb_str r;
    ck_assert_int_eq(bb_hashclient_report(c, &rep, &arena, &r), 0);
    ck_str(r, answer);
}

static void expect(struct bb_hashclient *c, const char *taskhash, const char *unihash)
{
    struct bb_hashquery q = {BB_STR("M"), bb_str_z(taskhash)};
    bb_str r;
    ck_assert_int_eq(bb_hashclient_get(c, &q, 1, &arena, &r), 0);
    ck_str(r, unihash);
}

START_TEST(answers)
{
    struct bb_hashclient *c = client("unix://./s"), *other = client("unix://./s");
    struct bb_hashreport equiv = {BB_STR("M"), BB_STR("t3"), BB_STR(T2), {0}, NULL, 0};
    bb_str r;
    report(c, "t1", "o", T1, T1);
    report(other, "t2", "o", T2, T1);
    expect(c, "t2", T1);
    ck_assert_int_eq(bb_hashclient_report_equiv(c, &equiv, &arena, &r), 0);
    expect(other, "t3", T2);
    bb_hashclient_close(c);
    bb_hashclient_close(other);
}
END_TEST

START_TEST(a_second_start_finds_the_first)
{
    struct bb_proc second = {.pid = -1};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    ck_assert_int_eq(bb_hashserv_start(&opts, &second, &err), 0);
    ck_assert_int_eq(second.pid, 0);
    bb_hashserv_stop(&second);
    bb_hashserv_stop(&server);
    ck_assert_int_ne(access("s", F_OK), 0);
}
END_TEST

START_TEST(it_says_why_it_cannot_begin)
{
    struct bb_proc p;
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_hashserv_opts o = opts;

    o.address = "unix://./other";
    o.database = "no/folder.db";
    ck_assert_int_lt(bb_hashserv_start(&o, &p, &err), 0);
    ck_assert(bb_str_starts(bb_buf_str(&err), BB_STR("no/folder.db: ")));
    ck_assert_int_ne(access("other", F_OK), 0);
    bb_buf_clear(&err);
    o.database = "x.db";
    o.upstream = "unix://./s";
    o.read_only = true;
    ck_assert_int_lt(bb_hashserv_start(&o, &p, &err), 0);
    o.read_only = false;
    o.anon = BB_PERM_ALL;
    ck_assert_int_lt(bb_hashserv_start(&o, &p, &err), 0);
}
END_TEST

START_TEST(it_ends_with_who_started_it)
{
    struct bb_hashserv_opts o = opts;
    int status, ends[2];
    char c;

    o.address = "unix://./mine";
    ck_assert_int_eq(pipe(ends), 0);
    pid_t parent = fork();
    if (parent == 0) {
        struct bb_proc p;
        BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
        _exit(bb_hashserv_start(&o, &p, &err) < 0);
    }
    close(ends[1]);
    ck_assert_int_eq(waitpid(parent, &status, 0), parent);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(read(ends[0], &c, 1), 0);
    for (int i = 0; i < 1000 && access("mine", F_OK) == 0; i++)
        usleep(20000);
    ck_assert_int_ne(access("mine", F_OK), 0);
}
END_TEST

/* One sends no end of a line, one reads nothing, one says nothing: the others are served. */
START_TEST(bad_clients_hold_up_nobody)
{
    BB_CLEAN_FD int endless = -1;
    BB_CLEAN_FD int deaf = -1;
    BB_CLEAN_FD int dumb = -1;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;

    ck_assert_int_eq(bb_sock_connect("unix://./s", 1000, &endless, NULL), 0);
    ck_assert_int_eq(bb_sock_connect("unix://./s", 1000, &deaf, NULL), 0);
    ck_assert_int_eq(bb_sock_connect("unix://./s", 1000, &dumb, NULL), 0);
    for (int i = 0; i < 400000; i++)
        bb_buf_addc(&text, 'x');
    ck_assert_int_gt(send(endless, text.p, text.len, MSG_NOSIGNAL), 0);
    bb_buf_clear(&text);
    bb_buf_addz(&text, "OEHASHEQUIV 1.1\n\n{\"exists-stream\": null}\n");
    for (int i = 0; i < 100000; i++)
        bb_buf_addz(&text, "x\n");
    for (int i = 0; i < 50; i++)
        if (send(deaf, text.p, text.len, MSG_NOSIGNAL) < 0)
            break;
    struct bb_hashclient *c = client("unix://./s");
    report(c, "t1", "o", T1, T1);
    expect(c, "t1", T1);
    bb_hashclient_close(c);
}
END_TEST

START_TEST(upstream)
{
    struct bb_hashserv_opts o = opts;
    struct bb_proc down;
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_hashclient *up = client("unix://./s");
    bool there[2];

    o.address = "unix://./down";
    o.database = "down.db";
    o.upstream = "unix://./s";
    ck_assert_int_eq(bb_hashserv_start(&o, &down, &err), 0);
    struct bb_hashclient *c = client("unix://./down");
    report(up, "t1", "o1", T1, T1);
    ck_assert_int_eq(bb_hashclient_exist(c, (bb_str[]){BB_STR(T1), BB_STR(T2)}, 2, there), 0);
    ck_assert(there[0] && !there[1]);
    expect(c, "t1", T1);
    report(c, "t2", "o1", T2, T1); /* an output that upstream knows */
    report(c, "t3", "o3", T2, T2);
    expect(up, "t3", ""); /* nothing goes up */
    /* what has come down stays when upstream is gone; what is not known is answered at once */
    bb_hashserv_stop(&server);
    expect(c, "t1", T1);
    expect(c, "t4", "");
    report(c, "t5", "o5", T1, T1);
    bb_hashclient_close(c);
    bb_hashclient_close(up);
    bb_hashserv_stop(&down);
}
END_TEST

/* A file as BitBake 2.6 leaves it, and the tables that it makes are ours afterwards. */
START_TEST(an_older_file_is_brought_along)
{
    static const char *const steps[] = {
        "CREATE TABLE unihashes_v2 (id INTEGER PRIMARY KEY AUTOINCREMENT, method TEXT NOT NULL, taskhash TEXT NOT NULL,"
        " unihash TEXT NOT NULL, UNIQUE(method, taskhash));"
        "INSERT INTO unihashes_v2 (method, taskhash, unihash) VALUES ('M', 'old', '" T2 "');"
        "PRAGMA user_version = 0"};
    const struct bb_db_schema old = {steps, 1, (const char *const[]){"PRAGMA user_version = 0"}, 1};
    struct bb_db *db;
    struct bb_proc p;
    struct bb_hashserv_opts o = opts;
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    ck_assert_int_eq(bb_db_open("old.db", &old, &db, NULL), 0);
    ck_assert_int_ge(bb_db_run(db, 0, ""), 0);
    bb_db_close(db);
    o.address = "unix://./old";
    o.database = "old.db";
    ck_assert_int_eq(bb_hashserv_start(&o, &p, &err), 0);
    struct bb_hashclient *c = client("unix://./old");
    expect(c, "old", T2);
    bb_hashclient_close(c);
    bb_hashserv_stop(&p);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {answers,
                                  a_second_start_finds_the_first,
                                  it_says_why_it_cannot_begin,
                                  it_ends_with_who_started_it,
                                  bad_clients_hold_up_nobody,
                                  upstream,
                                  an_older_file_is_brought_along};
    return unit_run("server", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
