/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/diag.h"
#include "ext/http.h"
#include "os/fs.h"

#define BODY_LEN 100000
static char body[BODY_LEN];
static char *dir;
static pid_t server;
static int port;

static void reply(int fd, const char *head, const char *p, size_t n)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    bb_buf_addf(&b, "HTTP/1.1 %s\r\nConnection: close\r\n\r\n", head);
    bb_buf_add(&b, p, n);
    bb_fs_write_all(fd, bb_buf_str(&b));
}

static void reply_text(int fd, const char *status, const char *text)
{
    char head[100];
    snprintf(head, sizeof(head), "%s\r\nContent-Length: %zu", status, strlen(text));
    reply(fd, head, text, strlen(text));
}

/* The body, or the part after "Range: bytes=N-". */
static void reply_body(int fd, const char *request, bool ranges)
{
    const char *range = strstr(request, "Range: bytes=");
    size_t from = range && ranges ? (size_t)atoi(range + 13) : 0;
    char head[200];
    if (from >= BODY_LEN) {
        reply_text(fd, "416 Range Not Satisfiable", "");
        return;
    }
    if (from)
        snprintf(head, sizeof(head), "206 Partial\r\nContent-Range: bytes %zu-%d/%d\r\nContent-Length: %zu",
                 from, BODY_LEN - 1, BODY_LEN, BODY_LEN - from);
    else
        snprintf(head, sizeof(head),
                 "200 OK\r\nLast-Modified: Thu, 01 Jan 1970 00:01:40 GMT\r\nContent-Length: %d", BODY_LEN);
    reply(fd, head, body + from, strncmp(request, "HEAD", 4) == 0 ? 0 : BODY_LEN - from);
}

/* One request on each connection; how to answer is in the path. */
static void serve(int fd)
{
    static int tries;
    char request[4096] = "";
    size_t have = 0;
    ssize_t n;
    while (!strstr(request, "\r\n\r\n") && (n = read(fd, request + have, sizeof(request) - have - 1)) > 0)
        request[have += (size_t)n] = '\0';
    const char *path = strchr(request, ' ') ? strchr(request, ' ') + 1 : "";
    if (strncmp(path, "/file", 5) == 0)
        reply_body(fd, request, true);
    else if (strncmp(path, "/norange", 8) == 0)
        reply_body(fd, request, false);
    else if (strncmp(path, "/moved", 6) == 0)
        reply(fd, "302 Found\r\nLocation: /file\r\nContent-Length: 3", "no!", 3);
    else if (strncmp(path, "/loop", 5) == 0)
        reply(fd, "302 Found\r\nLocation: /loop\r\nContent-Length: 0", "", 0);
    else if (strncmp(path, "/passwd", 7) == 0)
        reply(fd, "302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0", "", 0);
    else if (strncmp(path, "/flaky", 6) == 0 && tries++ == 0)
        reply_text(fd, "503 Busy", "busy");
    else if (strncmp(path, "/flaky", 6) == 0)
        reply_text(fd, "200 OK", "fine");
    else if (strncmp(path, "/short", 6) == 0)
        reply(fd, "200 OK\r\nContent-Length: 1000", "short", 5);
    else if (strncmp(path, "/denied", 7) == 0)
        reply_text(fd, "403 Forbidden", "");
    else if (strncmp(path, "/getonly", 8) == 0)
        reply_text(fd, strncmp(request, "GET", 3) == 0 ? "200 OK" : "405 No", "x");
    else if (strncmp(path, "/stall", 6) == 0) {
        reply(fd, "200 OK\r\nContent-Length: 1000", "s", 1);
        sleep(20);
    } else if (strncmp(path, "/agent", 6) == 0)
        reply_text(fd, "200 OK",
                   strstr(request, "X-Test: yes\r\n") && strstr(request, "User-Agent: bbc/") ? "ok" : "no");
    else
        reply_text(fd, "404 Not Found", "not the file");
}

static void setup(void)
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    dir = unit_tmpdir();
    for (size_t i = 0; i < BODY_LEN; i++)
        body[i] = (char)(i * 7 + i / 251);
    setenv("no_proxy", "*", 1);
    if (bind(fd, (struct sockaddr *)&addr, len) < 0 || listen(fd, 16) < 0)
        ck_abort_msg("no listening socket");
    getsockname(fd, (struct sockaddr *)&addr, &len);
    port = ntohs(addr.sin_port);
    server = fork();
    if (server != 0) {
        close(fd);
        return;
    }
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int c = accept(fd, NULL, NULL);
        if (c < 0)
            _exit(0);
        serve(c);
        close(c);
    }
}

static void teardown(void)
{
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    unit_rmdir(dir);
}

static const char *url(const char *path)
{
    static char u[100];
    snprintf(u, sizeof(u), "http://127.0.0.1:%d%s", port, path);
    return u;
}

static void is_text(const char *path, const char *text)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    ck_assert_int_eq(bb_fs_read(path, &b), 0);
    ck_assert_str_eq(b.p, text);
}

static void check_body(const char *path)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    ck_assert_int_eq(bb_fs_read(path, &b), 0);
    ck_assert_uint_eq(b.len, BODY_LEN);
    ck_assert_int_eq(memcmp(b.p, body, BODY_LEN), 0);
}

START_TEST(downloads)
{
    struct bb_http_result r;
    ck_assert_int_eq(bb_http_get(url("/file"), "f", NULL, &r), 0);
    check_body("f");
    ck_assert_int_eq(r.status, 200);
    ck_assert_int_eq(r.mtime, 100);
    ck_assert_int_eq(r.size, BODY_LEN);
    ck_assert_int_eq(bb_http_get(url("/moved"), "g", NULL, &r), 0);
    check_body("g");
    ck_assert_int_lt(bb_http_get(url("/file"), "no/dir", NULL, &r), 0);
    ck_assert_ptr_nonnull(strstr(r.error, "no/dir"));
}
END_TEST

START_TEST(resumes)
{
    struct bb_http_opts o = {.resume = true};
    struct bb_http_result r;
    ck_assert_int_eq(bb_fs_write("f", bb_str_n(body, 60000), 0), 0);
    ck_assert_int_eq(bb_http_get(url("/file"), "f", &o, &r), 0);
    ck_assert_int_eq(r.status, 206);
    check_body("f");
    /* A server that starts over, and a file that is whole or longer already. */
    ck_assert_int_eq(bb_fs_write("g", BB_STR("wrong start"), 0), 0);
    ck_assert_int_eq(bb_http_get(url("/norange"), "g", &o, &r), 0);
    check_body("g");
    ck_assert_int_eq(bb_http_get(url("/file"), "g", &o, &r), 0);
    check_body("g");
    /* Without the option what is there does not matter. */
    ck_assert_int_eq(bb_http_get(url("/file"), "g", NULL, &r), 0);
    check_body("g");
}
END_TEST

START_TEST(failures)
{
    struct bb_http_opts o = {.connect_s = 2};
    struct bb_http_result r;
    ck_assert_int_eq(bb_http_get(url("/none"), "f", &o, &r), -ENOENT);
    ck_assert_int_eq(r.status, 404);
    ck_assert_ptr_eq(strstr(r.error, "server answered 404 for http"), r.error);
    ck_assert_int_eq(bb_http_get(url("/denied"), "f", &o, &r), -EACCES);
    ck_assert_int_eq(bb_http_get(url("/short"), "f", &o, &r), -BB_ENETWORK);
    ck_assert_int_eq(bb_http_get(url("/loop"), "f", &o, &r), -BB_ENETWORK);
    ck_assert_int_eq(bb_http_get(url("/passwd"), "f", &o, &r), -BB_ENETWORK);
    ck_assert_int_eq(bb_http_get("http://127.0.0.1:1/", "f", &o, &r), -BB_ENETWORK);
    ck_assert_int_eq(bb_http_get("file:///etc/passwd", "f", &o, &r), -BB_ENETWORK);
    ck_assert_int_eq(bb_http_get("nonsense", "f", &o, &r), -BB_ENETWORK);
    ck_assert_uint_gt(strlen(r.error), 5);
    /* The disk gives out in the middle. */
    struct rlimit lim = {1000, 1000};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &lim);
    ck_assert_int_eq(bb_http_get(url("/file"), "f", &o, &r), -EFBIG);
}
END_TEST

START_TEST(stalls)
{
    struct bb_http_opts o = {.stall_s = 1};
    struct bb_http_result r;
    ck_assert_int_eq(bb_http_get(url("/stall"), "f", &o, &r), -BB_ENETWORK);
}
END_TEST

START_TEST(retries)
{
    struct bb_http_opts o = {.retries = 1};
    struct bb_http_result r;
    ck_assert_int_eq(bb_http_get(url("/flaky"), "f", &o, &r), 0);
    is_text("f", "fine");
}
END_TEST

static int cancel(void *self, uint64_t done, uint64_t total)
{
    *(uint64_t *)self = done;
    return done > 0;
}

START_TEST(headers_and_progress)
{
    const char *const headers[] = {"X-Test: yes", NULL};
    uint64_t done = 0;
    struct bb_http_opts o = {.headers = headers};
    struct bb_http_result r;
    ck_assert_int_eq(bb_http_get(url("/agent"), "a", &o, &r), 0);
    is_text("a", "ok");
    o = (struct bb_http_opts){.progress = cancel, .self = &done};
    ck_assert_int_eq(bb_http_get(url("/file"), "f", &o, &r), -BB_ECANCELLED);
    ck_assert_uint_gt(done, 0);
}
END_TEST

START_TEST(checks)
{
    struct bb_http_result r;
    ck_assert_int_eq(bb_http_check(url("/file"), NULL, &r), 0);
    ck_assert_int_eq(r.size, BODY_LEN);
    ck_assert_int_eq(bb_http_check(url("/none"), NULL, &r), -ENOENT);
    ck_assert_int_eq(bb_http_check(url("/getonly"), NULL, &r), 0);
    ck_assert_int_eq(bb_http_check(url("/denied"), NULL, &r), -EACCES);
}
END_TEST

START_TEST(after_fork)
{
    struct bb_http_result r;
    int status;
    ck_assert_int_eq(bb_http_get(url("/file"), "f", NULL, &r), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(bb_http_get(url("/file"), "g", NULL, &r) ? 1 : 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    check_body("g");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {downloads, resumes,   failures, stalls, retries, headers_and_progress,
                                  checks,    after_fork};
    return unit_run("http", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
