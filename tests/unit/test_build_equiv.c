/* SPDX-License-Identifier: MIT */
#include "build/equiv.h"

#include "build_support.h"
#include "hashserv/client.h"
#include "os/sock.h"
#include "py/py.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define U1 "1111111111111111111111111111111111111111111111111111111111111111"
#define U2 "2222222222222222222222222222222222222222222222222222222222222222"

static struct build_world b;
static pid_t server;

static const char conf[] = "BB_SIGNATURE_HANDLER = \"TestEquivHash\"\nBB_HASHSERVE ?= \"auto\"\n";
static const char recipe_a[] = "do_x() {\n    :\n}\naddtask x before do_build\naddtask x_setscene\n"
                               "do_x_setscene() {\n    :\n}\n";
static const char recipe_b[] = "DEPENDS = \"a\"\ndo_y() {\n    :\n}\naddtask y before do_build\n"
                               "do_y[deptask] = \"do_x\"\n";

static void setup(const char *more)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_buf_addf(&text, "%s%s", more, conf);
    build_init(&b, text.p);
    cook_write("tiny/recipes/a_1.bb", recipe_a);
    cook_write("tiny/recipes/b_1.bb", recipe_b);
}

static void teardown(void)
{
    build_release(&b);
    if (server > 0) {
        kill(server, SIGKILL);
        waitpid(server, NULL, 0);
    }
}

/* The server that is there while hashes are. */
static void tell_server(bb_str taskhash, const char *unihash)
{
    struct bb_hashclient *c;
    bb_str got;
    const char *address = bb_arena_fmt(&b.w.ctx.arena, "unix://%s/build/hashserve.sock", b.w.top).p;
    const struct bb_hashclient_opts o = {.address = address};
    const struct bb_hashreport r = {
        .method = BB_STR("sstate_output_hash"), .taskhash = taskhash, .unihash = bb_str_z(unihash)};
    ck_assert_int_eq(bb_hashclient_open(&o, &c, NULL), 0);
    ck_assert_int_eq(bb_hashclient_report_equiv(c, &r, &b.w.ctx.arena, &got), 0);
    ck_str(got, unihash);
    bb_hashclient_close(c);
}

START_TEST(unihashes_enter_hashes)
{
    setup("");
    build_hash(&b, "b");
    struct bb_plan_task *x = &b.plan.tasks[build_tid(&b, "a:do_x")],
                        *y = &b.plan.tasks[build_tid(&b, "b:do_y")];
    ck_assert(bb_str_eq(x->hash, x->unihash));
    bb_str first = bb_arena_str(&b.w.ctx.arena, y->hash), hash = bb_arena_str(&b.w.ctx.arena, x->hash);
    tell_server(hash, U1);
    ck_assert(bb_fs_exists(
        bb_arena_fmt(&b.w.ctx.arena, "%s/build/tmp/cache/hashserv.db", b.w.top).p)); /* where BitBake's is */
    bb_hashes_release(&b.hashes);
    ck_assert_int_eq(bb_hashes_compute(&b.hashes, &b.w.cooker, &b.plan), 0);
    ck_str(x->hash, hash.p);
    ck_str(x->unihash, U1);
    ck_assert(!bb_str_eq(y->hash, first));
    /* do_y has no setscene task: what it makes is equal to nothing. */
    ck_assert(bb_str_eq(y->hash, y->unihash));
    ck_assert_str_eq(cook_text(&b.w), "");
    teardown();
}
END_TEST

START_TEST(kept_where_the_server_is_away)
{
    setup("");
    build_hash(&b, "b");
    struct bb_plan_task *x = &b.plan.tasks[build_tid(&b, "a:do_x")];
    tell_server(x->hash, U1);
    bb_hashes_release(&b.hashes);
    ck_assert_int_eq(bb_hashes_compute(&b.hashes, &b.w.cooker, &b.plan), 0);
    bb_hashes_release(&b.hashes);
    ck_assert_int_eq(bb_store_setz(bb_cooker_data(&b.w.cooker), "BB_HASHSERVE", BB_STR("unix://./nobody")),
                     0);
    ck_assert_int_eq(bb_hashes_compute(&b.hashes, &b.w.cooker, &b.plan), 0);
    ck_str(x->unihash, U1); /* known from the build before */
    ck_assert_str_eq(cook_text(&b.w), "");
    teardown();
}
END_TEST

START_TEST(hashes_again)
{
    setup("");
    build_hash(&b, "b");
    bb_tid x = build_tid(&b, "a:do_x"), y = build_tid(&b, "b:do_y");
    bb_str before = b.plan.tasks[y].hash, hash, unihash;
    ck_assert_int_eq(bb_hashes_set_unihash(&b.hashes, x, BB_STR(U2)), 0);
    ck_assert_int_eq(bb_hashes_again(&b.hashes, &y, 1, &hash, &unihash), 0);
    ck_assert(!bb_str_eq(hash, before) && bb_str_eq(hash, unihash));
    ck_assert(
        !b.hashes.locked[y]); /* what goes into it, as it is written to signature data, makes this hash */
    ck_str(b.hashes.known[x], U2);
    /* What was restored as U2 already stays so, and the server learns it. */
    b.plan.tasks[x].unihash = BB_STR(U2);
    ck_assert_int_eq(bb_hashes_report_equiv(&b.hashes, x, b.plan.tasks[x].hash, BB_STR(U1)), 0);
    ck_str(b.hashes.known[x], U2);
    teardown();
}
END_TEST

/* A server that takes connections and never says anything sensible: `says` once, then nothing. */
static void start_server(const char *says)
{
    int listener, fd = -1;
    ck_assert_int_eq(bb_sock_listen("unix://./odd", &listener, NULL, NULL), 0);
    fflush(NULL);
    if ((server = fork()) == 0) {
        while (bb_sock_accept(listener, &fd) < 0)
            usleep(1000);
        send(fd, says, strlen(says), MSG_NOSIGNAL);
        pause();
    }
    close(listener);
}

static size_t warnings(const char *text)
{
    size_t n = 0;
    for (const char *at = cook_text(&b.w); (at = strstr(at, text)); at++)
        n++;
    return n;
}

/* There is one warning, and the hash stands for itself. */
static void check_odd(const char *address, const char *says, const char *why)
{
    BB_CLEAN_BUF struct bb_buf more = BB_BUF_INIT;
    bb_buf_addf(&more, "BB_HASHSERVE = \"%s\"\n", address);
    setup(more.p);
    if (says)
        start_server(says);
    build_hash(&b, "b");
    struct bb_plan_task *x = &b.plan.tasks[build_tid(&b, "a:do_x")];
    ck_assert(x->hash.len == 64 && bb_str_eq(x->hash, x->unihash));
    ck_assert_msg(cook_said(&b.w, why), "%s", cook_text(&b.w));
    ck_assert_uint_eq(warnings("hash equivalence server"), 1);
    bb_equiv_lost(b.hashes.equiv, BB_STR("told by a task"));
    ck_assert_uint_eq(warnings("hash equivalence server"), 1);
    teardown();
}

START_TEST(away)
{
    check_odd("unix://./nobody", NULL, "unix://./nobody: No such file");
}
END_TEST

START_TEST(no_address)
{
    check_odd("nonsense", NULL, "hash equivalence server: nonsense: ");
}
END_TEST

START_TEST(talks_nonsense)
{
    check_odd("unix://./odd", "HTTP/1.1 400 Bad Request\r\n\r\n", "makes no sense");
}
END_TEST

START_TEST(not_without_a_generator_for_it)
{
    setup("");
    cook_write("build/conf/test.conf", "BB_SIGNATURE_HANDLER = \"basichash\"\nBB_HASHSERVE = \"auto\"\n");
    build_hash(&b, "b");
    ck_assert_ptr_null(b.hashes.equiv);
    ck_assert(!bb_fs_exists(bb_arena_fmt(&b.w.ctx.arena, "%s/build/tmp/cache/hashserv.db", b.w.top).p));
    bb_equiv_close(NULL);
    bb_equiv_lost(NULL, BB_STR("x"));
    bb_equiv_enter_task(NULL, NULL);
    teardown();
}
END_TEST

UNIT_MAIN("equiv", unihashes_enter_hashes, kept_where_the_server_is_away, hashes_again, away, no_address,
          talks_nonsense, not_without_a_generator_for_it)
