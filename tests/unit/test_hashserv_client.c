/* SPDX-License-Identifier: MIT */
/* The client against servers of one script each, most of which misbehave. */
#include "support/unit.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "ext/json.h"
#include "hashserv/client.h"
#include "os/sock.h"

#define H1 "1111111111111111111111111111111111111111111111111111111111111111"
#define H2 "2222222222222222222222222222222222222222222222222222222222222222"

static char *dir;
static pid_t server;
static struct bb_hashclient *client;
static struct bb_arena arena;

static void setup(void)
{
    dir = unit_tmpdir();
    bb_arena_init(&arena);
}

static void teardown(void)
{
    bb_hashclient_close(client);
    bb_arena_release(&arena);
    if (server > 0) {
        kill(server, SIGKILL);
        waitpid(server, NULL, 0);
    }
    unit_rmdir(dir);
}

static void read_until(int fd, const char *text)
{
    BB_CLEAN_BUF struct bb_buf got = BB_BUF_INIT;
    char c;
    while (!bb_str_has(bb_buf_str(&got), bb_str_z(text)))
        if (poll(&(struct pollfd){fd, POLLIN, 0}, 1, -1) == 1) {
            if (recv(fd, &c, 1, 0) != 1)
                _exit(1);
            bb_buf_addc(&got, c);
        }
}

/* A connection's script: await a text, then say one. In steps[0] NULL ends all, "close" closes this connection. */
static void serve(int listener, const char *const (*steps)[2])
{
    int fd = -1;
    for (; steps[0][0]; steps++) {
        if (fd < 0) {
            poll(&(struct pollfd){listener, POLLIN, 0}, 1, -1);
            if (bb_sock_accept(listener, &fd) < 0)
                _exit(1);
        }
        if (!strcmp(steps[0][0], "close")) {
            close(fd);
            fd = -1;
            continue;
        }
        read_until(fd, steps[0][0]);
        send(fd, steps[0][1], strlen(steps[0][1]), MSG_NOSIGNAL);
    }
    pause();
}

static void start(const char *const (*steps)[2])
{
    int listener;
    ck_assert_int_eq(bb_sock_listen("unix://./s", &listener, NULL, NULL), 0);
    server = fork();
    if (server == 0) {
        alarm(50);
        serve(listener, steps);
        _exit(0);
    }
    close(listener);
    struct bb_hashclient_opts o = {.address = "unix://./s", .timeout_ms = 300};
    ck_assert_int_eq(bb_hashclient_open(&o, &client, NULL), 0);
}
#define START(...) start((const char *const[][2]){__VA_ARGS__, {NULL, NULL}})

static int get(const char *taskhash, bb_str *ret)
{
    struct bb_hashquery q = {BB_STR("M"), bb_str_z(taskhash)};
    return bb_hashclient_get(client, &q, 1, &arena, ret);
}

START_TEST(many_queries_are_in_flight)
{
    struct bb_hashquery q[3] = {
        {BB_STR("M"), BB_STR("a")}, {BB_STR("M"), BB_STR("b")}, {BB_STR("M"), BB_STR("c")}};
    bb_str r[3];
    bool there[2];
    /* The first answer comes only after the last question. */
    START({"OEHASHEQUIV 1.1\nneeds-headers: false\n\n", ""}, {"{\"get-stream\": null}\n", "\"ok\"\n"},
          {"M a\nM b\nM c\n", H1 "\n\n" H2 "\n"}, {"END\n", "ok\n"},
          {"{\"exists-stream\": null}\n", "\"ok\"\n"}, {H1 "\n" H2 "\n", "true\nfalse\n"});
    ck_assert_int_eq(bb_hashclient_get(client, q, 3, &arena, r), 0);
    ck_str(r[0], H1);
    ck_str(r[1], "");
    ck_str(r[2], H2);
    ck_assert_int_eq(bb_hashclient_exist(client, (bb_str[]){BB_STR(H1), BB_STR(H2)}, 2, there), 0);
    ck_assert(there[0] && !there[1]);
}
END_TEST

START_TEST(a_report_and_a_question)
{
    const bb_str extra[1][2] = {{BB_STR("PN"), BB_STR("x\"y")}};
    struct bb_hashreport rep = {BB_STR("M"), BB_STR("t"), BB_STR(H2), BB_STR("o"), extra, 1};
    bb_str r;
    START(
        {"{\"report\": {\"PN\": \"x\\\"y\", \"method\": \"M\", \"taskhash\": \"t\", \"outhash\": \"o\", \"unihash\": \"" H2
         "\"}}\n",
         "{\"unihash\": \"" H1 "\"}\n"},
        {"{\"get-outhash\": ", "null\n"}, {"{\"get-stats\": {}}", "{\"a\": 3}\n"});
    ck_assert_int_eq(bb_hashclient_report(client, &rep, &arena, &r), 0);
    ck_str(r, H1);
    ck_assert_int_eq(bb_hashclient_get_outhash(client, &rep, &arena, &r), 0);
    ck_str(r, "");
    BB_CLEAN_JSON struct bb_json *j = NULL;
    ck_assert_int_eq(bb_hashclient_invoke(client, "get-stats", BB_STR("{}"), &j), 0);
    ck_assert_int_eq(bb_json_int(bb_json_get(j, "a")), 3);
}
END_TEST

START_TEST(a_refusal_is_no_end)
{
    bb_str r;
    START({"{\"get-stream\"", "{\"invoke-error\": {\"message\": \"not you\"}}\n"}, {"close", ""},
          {"{\"get-stream\"", "\"ok\"\n"}, {"M t\n", "\n"});
    ck_assert_int_eq(get("t", &r), -EACCES);
    ck_str(bb_hashclient_why(client), "not you");
    ck_assert_int_eq(get("t", &r), 0);
}
END_TEST

START_TEST(a_connection_is_made_again_once)
{
    bb_str r;
    START({"{\"get-stream\"", "\"ok\"\n"}, {"M t\n", H1 "\n"}, {"close", ""}, {"{\"get-stream\"", "\"ok\"\n"},
          {"M t\n", H2 "\n"}, {"close", ""}, {"{\"get-stream\"", ""}, {"close", ""});
    ck_assert_int_eq(get("t", &r), 0);
    ck_assert_int_eq(get("t", &r), 0);
    ck_str(r, H2);
    ck_assert_int_eq(get("t", &r), -BB_ENETWORK);
    ck_assert_int_eq(get("t", &r), -BB_ENETWORK);
}
END_TEST

START_TEST(a_silent_server_costs_the_limit_once)
{
    bb_str r;
    struct timespec a, b;
    START({"{\"get-stream\"", "\"ok\"\n"}, {"M t\n", "11"}, {"never", ""});
    clock_gettime(CLOCK_MONOTONIC, &a);
    ck_assert_int_eq(get("t", &r), -BB_ENETWORK);
    ck_assert(bb_str_has(bb_hashclient_why(client), BB_STR("in time")));
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(get("t", &r), -BB_ENETWORK);
    clock_gettime(CLOCK_MONOTONIC, &b);
    ck_assert_int_lt(b.tv_sec - a.tv_sec, 20); /* a hundred limits would be 30 */
}
END_TEST

START_TEST(nonsense_ends_it)
{
    static const char *const answers[] = {
        "ok\n",           "\"ok\"\nxyz\n",          "\"ok\"\n../../x\n",     "[]\n", "\"ok\"\n" H1 "a\n",
        "\"ok\"\n\xff\n", "\"ok\"\n" H1 "\nmore\n", "{\"invoke-error\": 3\n"};
    for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
        bb_str r;
        START({"{\"get-stream\"", answers[i]}, {"never", ""});
        int first = get("t", &r);
        ck_assert_msg(get("t", &r) == -BB_ENETWORK, "'%s' is taken", answers[i]);
        /* what is too much shows with the next question only */
        ck_assert(first == -BB_ENETWORK || bb_str_has(bb_str_z(answers[i]), BB_STR("more")));
        bb_hashclient_close(client);
        client = NULL;
        kill(server, SIGKILL);
        waitpid(server, NULL, 0);
        server = 0;
        unlink("s");
    }
}
END_TEST

START_TEST(what_cannot_be_sent_is_said)
{
    bb_str r;
    START({"never", ""});
    ck_assert_int_eq(get("a\nb", &r), -EINVAL);
    ck_assert_int_eq(get("", &r), -EINVAL);
}
END_TEST

START_TEST(nobody_there)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_hashclient_opts o = {.address = "unix://./none", .timeout_ms = 300};
    ck_assert_int_eq(bb_hashclient_open(&o, &client, &err), -BB_ENETWORK);
    ck_assert_uint_gt(err.len, 0);
    bb_buf_clear(&err);
    o.address = "wss://localhost:1";
    ck_assert_int_eq(bb_hashclient_open(&o, &client, &err), -BB_ENETWORK);
    ck_assert_uint_gt(err.len, 0);
    bb_buf_clear(&err);
    o.address = "ws://localhost:1";
    ck_assert_int_eq(bb_hashclient_open(&o, &client, &err), -BB_ENETWORK);
    ck_assert_uint_gt(err.len, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {many_queries_are_in_flight,
                                  a_report_and_a_question,
                                  a_refusal_is_no_end,
                                  a_connection_is_made_again_once,
                                  a_silent_server_costs_the_limit_once,
                                  nonsense_ends_it,
                                  what_cannot_be_sent_is_said,
                                  nobody_there};
    return unit_run("client", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
