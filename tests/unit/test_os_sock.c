/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "os/sock.h"

/* A connection to `address` is accepted by `server`, and what is sent on it arrives. */
static void check_talks(int server, const char *address)
{
    BB_CLEAN_FD int c = -1;
    BB_CLEAN_FD int s = -1;
    char got[8] = "";

    ck_assert_int_eq(bb_sock_connect(address, 2000, &c, NULL), 0);
    ck_assert_int_eq(poll(&(struct pollfd){server, POLLIN, 0}, 1, 2000), 1);
    ck_assert_int_eq(bb_sock_accept(server, &s), 0);
    ck_assert_int_eq(bb_sock_accept(server, &(int){0}), -EAGAIN);
    ck_assert_int_eq(send(c, "hello", 5, 0), 5);
    ck_assert_int_eq(poll(&(struct pollfd){s, POLLIN, 0}, 1, 2000), 1);
    ck_assert_int_eq(recv(s, got, sizeof(got), 0), 5);
    ck_assert_str_eq(got, "hello");
}

START_TEST(tcp_with_a_port_of_the_kernels_choice)
{
    static const char *const addresses[] = {"127.0.0.1:0", "[::1]:0"};
    for (size_t i = 0; i < 2; i++) {
        BB_CLEAN_FD int server = -1;
        BB_CLEAN_BUF struct bb_buf address = BB_BUF_INIT;
        int r = bb_sock_listen(addresses[i], &server, &address, NULL);
        if (i == 1 && r < 0)
            continue; /* a machine without IPv6 */
        ck_assert_int_eq(r, 0);
        ck_assert(!bb_str_ends(bb_buf_str(&address), BB_STR(":0")));
        check_talks(server, address.p);
    }
}
END_TEST

START_TEST(a_unix_path_may_be_long)
{
    BB_CLEAN_BUF struct bb_buf address = BB_BUF_INIT;
    char *dir = unit_tmpdir();

    bb_buf_addf(&address, "unix://%s", dir);
    for (int i = 0; i < 2; i++) {
        BB_CLEAN_FD int server = -1;
        size_t before = address.len;
        bb_buf_addz(&address, "/sock");
        ck_assert_int_eq(bb_sock_listen(address.p, &server, NULL, NULL), 0);
        check_talks(server, address.p);
        ck_assert_str_eq(bb_sock_path(address.p), address.p + 7);
        bb_buf_truncate(&address, before);
        bb_buf_addz(
            &address,
            "/a-folder-with-a-name-that-is-longer-than-what-the-kernel-takes-for-the-whole-path-of-a-socket");
        ck_assert_int_eq(mkdir(bb_sock_path(address.p), 0700), 0);
    }
    unit_rmdir(dir);
}
END_TEST

START_TEST(a_socket_that_nobody_serves_is_replaced)
{
    BB_CLEAN_FD int server = -1;
    char *dir = unit_tmpdir();

    ck_assert_int_eq(bb_sock_listen("unix://./s", &server, NULL, NULL), 0);
    ck_assert_int_eq(bb_sock_listen("unix://./s", &server, NULL, NULL), -EADDRINUSE);
    close(server);
    ck_assert_int_eq(bb_sock_connect("unix://./s", 1000, &server, NULL), -ECONNREFUSED);
    ck_assert_int_eq(bb_sock_listen("unix://./s", &server, NULL, NULL), 0);
    fclose(fopen("file", "w"));
    ck_assert_int_eq(bb_sock_listen("unix://./file", &server, NULL, NULL), -EADDRINUSE);
    unit_rmdir(dir);
}
END_TEST

START_TEST(addresses_of_no_form)
{
    static const struct {
        const char *address;
        int code;
    } bad[] = {{"", -EINVAL},
               {"host", -EINVAL},
               {"host:port", -EINVAL},
               {"host:70000", -EINVAL},
               {"::1:80", -EINVAL},
               {"unix://", -EINVAL},
               {"host:-1", -EINVAL},
               {"ws://host:80", -EPROTONOSUPPORT},
               {"wss://host", -EPROTONOSUPPORT}};
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
        int fd;
        ck_assert_int_eq(bb_sock_connect(bad[i].address, 100, &fd, &err), bad[i].code);
        ck_assert_uint_gt(err.len, 0);
        ck_assert_int_eq(bb_sock_listen(bad[i].address, &fd, NULL, NULL), bad[i].code);
    }
}
END_TEST

START_TEST(nobody_there)
{
    int fd;
    char *dir = unit_tmpdir();
    ck_assert_int_eq(bb_sock_connect("unix://./none", 100, &fd, NULL), -ENOENT);
    ck_assert_int_eq(bb_sock_connect("127.0.0.1:1", 1000, &fd, NULL), -ECONNREFUSED);
    unit_rmdir(dir);
}
END_TEST

UNIT_MAIN("sock", tcp_with_a_port_of_the_kernels_choice, a_unix_path_may_be_long,
          a_socket_that_nobody_serves_is_replaced, addresses_of_no_form, nobody_there)
