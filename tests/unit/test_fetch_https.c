/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "base/diag.h"
#include "fetch/https.h"
#include "os/fs.h"

/*
 * A server on the loopback: /data is 100000 bytes and may be asked for in part, /short breaks off in the
 * middle, /whole ignores ranges, /empty is empty, /auth wants user:pw, /none is not there, /busy fails.
 */
static const char server[] =
    "import http.server, sys\n"
    "DATA = bytes(i * 7 % 251 for i in range(100000))\n"
    "class H(http.server.BaseHTTPRequestHandler):\n"
    "    protocol_version = 'HTTP/1.1'\n"
    "    def log_message(self, *a): pass\n"
    "    def answer(self, code, body, length=None, **headers):\n"
    "        self.send_response(code)\n"
    "        for k, v in headers.items(): self.send_header(k.replace('_', '-'), v)\n"
    "        self.send_header('Content-Length', str(len(body) if length is None else length))\n"
    "        self.end_headers()\n"
    "        if self.command != 'HEAD': self.wfile.write(body)\n"
    "        self.close_connection = self.close_connection or length is not None\n"
    "    def do_GET(self):\n"
    "        rng = self.headers.get('Range', '')\n"
    "        start = int(rng[6:].split('-')[0]) if rng.startswith('bytes=') else 0\n"
    "        p = self.path\n"
    "        if p == '/data' and start:\n"
    "            if start >= len(DATA): return self.answer(416, b'')\n"
    "            return self.answer(206, DATA[start:], Content_Range='bytes %d-%d/%d' % (start, len(DATA) - "
    "1, len(DATA)))\n"
    "        if p in ('/data', '/whole'): return self.answer(200, DATA)\n"
    "        if p == '/short': return self.answer(200, DATA[:40000], 100000)\n"
    "        if p == '/empty': return self.answer(200, b'')\n"
    "        if p == '/busy': return self.answer(503, b'')\n"
    "        if p == '/moved': return self.answer(302, b'', Location='/data')\n"
    "        if p == '/auth':\n"
    "            ok = self.headers.get('Authorization') == 'Basic dXNlcjpwdw=='\n"
    "            return self.answer(200 if ok else 401, b'in', WWW_Authenticate='Basic realm=\"x\"')\n"
    "        return self.answer(404, b'')\n"
    "    do_HEAD = do_GET\n"
    "http.server.ThreadingHTTPServer.handle_error = lambda *a: None\n"
    "s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)\n"
    "print(s.server_port, flush=True)\n"
    "s.serve_forever()\n";

static char *dir;
static pid_t pid;
static int port;

static void setup(void)
{
    int fds[2];
    char line[16] = "";

    dir = unit_tmpdir();
    setenv("no_proxy", "127.0.0.1", 1);
    ck_assert_int_eq(pipe(fds), 0);
    pid = fork();
    if (pid == 0) {
        dup2(fds[1], 1);
        execlp("python3", "python3", "-c", server, (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    ck_assert(read(fds[0], line, sizeof(line) - 1) > 0);
    close(fds[0]);
    port = atoi(line);
}

static void teardown(void)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    unit_rmdir(dir);
}

static int get(const char *path, const char *to, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf url = BB_BUF_INIT;

    bb_buf_addf(&url, "http://127.0.0.1:%d/%s", port, path);
    struct bb_https h = {.url = url.p};
    return bb_https_get(&h, to, err);
}

/* The file has the first `n` bytes of the data. */
static void expect_data(const char *path, size_t n)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;

    ck_assert_int_eq(bb_fs_read(path, &text), 0);
    ck_assert_uint_eq(text.len, n);
    for (size_t i = 0; i < n; i++)
        ck_assert_uint_eq((unsigned char)text.p[i], i * 7 % 251);
}

START_TEST(downloads)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    ck_assert_msg(get("data", "dl/sub/f.tmp", &err) == 0, "%s", err.p);
    expect_data("dl/sub/f.tmp", 100000);
    ck_assert_int_eq(get("moved", "g.tmp", &err), 0);
    expect_data("g.tmp", 100000);
}
END_TEST

START_TEST(continues_a_broken_download)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    ck_assert_int_eq(get("short", "f.tmp", &err), -BB_ENETWORK);
    ck_assert(err.len > 0);
    expect_data("f.tmp", 40000);
    ck_assert_int_eq(get("data", "f.tmp", &err), 1);
    expect_data("f.tmp", 100000);
}
END_TEST

START_TEST(starts_over_where_it_cannot_continue)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT, long_one = BB_BUF_INIT;

    get("short", "f.tmp", &err);
    bb_buf_clear(&err);
    ck_assert_msg(get("whole", "f.tmp", &err) >= 0, "%s", err.p); /* ranges are ignored */
    expect_data("f.tmp", 100000);
    for (int i = 0; i < 200000; i++) /* longer than what is there: 416 */
        bb_buf_addc(&long_one, 'x');
    ck_assert_int_eq(bb_fs_write("g.tmp", bb_buf_str(&long_one), 0), 0);
    ck_assert_msg(get("data", "g.tmp", &err) >= 0, "%s", err.p);
    expect_data("g.tmp", 100000);
}
END_TEST

START_TEST(tells_failures)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    ck_assert_int_eq(get("none", "f.tmp", &err), -ENOENT);
    ck_assert(bb_str_has(bb_buf_str(&err), BB_STR("404")));
    ck_assert(!bb_fs_exists("f.tmp"));
    bb_buf_clear(&err);
    ck_assert_int_eq(get("busy", "f.tmp", &err), -BB_ENETWORK);
    ck_assert(bb_str_has(bb_buf_str(&err), BB_STR("503")));
    bb_buf_clear(&err);
    ck_assert_int_eq(get("empty", "e.tmp", &err), -BB_ENETWORK);
    ck_assert(bb_str_has(bb_buf_str(&err), BB_STR("zero size file")));
    ck_assert(!bb_fs_exists("e.tmp"));
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    bb_buf_clear(&err);
    ck_assert_int_eq(get("data", "f.tmp", &err), -BB_ENETWORK);
    ck_assert(err.len > 0);
}
END_TEST

START_TEST(logs_in_and_checks)
{
    static const struct {
        const char *path, *userpwd;
        int expect;
    } cases[] = {
        {"data", NULL, 1}, {"none", NULL, 0}, {"auth", NULL, 0}, {"auth", "user:pw", 1}, {"moved", NULL, 1}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT, url = BB_BUF_INIT;
        bb_buf_addf(&url, "http://127.0.0.1:%d/%s", port, cases[i].path);
        struct bb_https h = {.url = url.p, .userpwd = cases[i].userpwd};
        ck_assert_msg(bb_https_check(&h, &err) == cases[i].expect, "%s: %s", cases[i].path, err.p);
    }
}
END_TEST

static int stop_at_once(void *self, uint64_t done, uint64_t total)
{
    return ++*(int *)self;
}

START_TEST(is_cancelled)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT, url = BB_BUF_INIT;
    int calls = 0;

    bb_buf_addf(&url, "http://127.0.0.1:%d/data", port);
    struct bb_https h = {.url = url.p, .progress = stop_at_once, .self = &calls};
    ck_assert_int_eq(bb_https_get(&h, "f.tmp", &err), -BB_ECANCELLED);
    ck_assert_int_gt(calls, 0);
}
END_TEST

START_TEST(full_disk_leaves_nothing)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    if (geteuid() != 0 || bb_fs_mkdirs("small") < 0 || mount("tmpfs", "small", "tmpfs", 0, "size=32k") < 0)
        return; /* needs the right to mount */
    ck_assert_int_eq(get("data", "small/f.tmp", &err), -ENOSPC);
    ck_assert_msg(bb_str_has(bb_buf_str(&err), BB_STR("No space left on device")), "%s", err.p);
    ck_assert(!bb_fs_exists("small/f.tmp"));
    umount("small");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {downloads,
                                  continues_a_broken_download,
                                  starts_over_where_it_cannot_continue,
                                  tells_failures,
                                  logs_in_and_checks,
                                  is_cancelled,
                                  full_disk_leaves_nothing};
    return unit_run("fetch/https", tests, sizeof(tests) / sizeof(tests[0]), setup, teardown);
}
