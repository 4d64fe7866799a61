/* SPDX-License-Identifier: MIT */
/* Where the service of package revisions is, by PRSERV_HOST; tests/cases/run/prserv.bbt asks it in tasks. */
#include "build/prservice.h"

#include "build_support.h"
#include "prserv/server.h"

static struct build_world b;
static struct bb_prservice service;

static int look(const char *host, bb_str *ret)
{
    bb_prservice_release(&service);
    ck_assert_int_eq(bb_store_setz(bb_cooker_data(&b.w.cooker), "PRSERV_HOST", bb_str_z(host)), 0);
    bb_prservice_init(&service, &b.w.cooker);
    return bb_prservice_host(&service, ret);
}

static void setup(void)
{
    build_init(&b, "");
    cook_write("tiny/recipes/a_1.bb", "do_x() {\n    :\n}\naddtask x before do_build\n");
    build_hash(&b, "a");
    service = (struct bb_prservice){0};
}

static void teardown(void)
{
    bb_prservice_release(&service);
    build_release(&b);
}

START_TEST(own)
{
    bb_str host, again;
    ck_assert_int_eq(look("", &host), 0);
    ck_assert_uint_eq(host.len, 0);
    ck_assert_msg(look("localhost:0", &host) == 0, "%s", cook_text(&b.w));
    ck_assert(bb_str_starts(host, BB_STR("localhost:")) && !bb_str_eqz(host, "localhost:0"));
    ck_assert_int_gt(service.proc.pid, 0);
    ck_assert_int_eq(bb_prservice_host(&service, &again), 0);
    ck_assert(bb_str_eq(host, again));
    bb_prservice_release(&service);
    ck_assert_int_eq(service.proc.pid, 0);
}
END_TEST

START_TEST(other)
{
    BB_CLEAN_BUF struct bb_buf address = BB_BUF_INIT, err = BB_BUF_INIT;
    struct bb_prserv_opts o = {.address = "127.0.0.1:0", .database = "other.db"};
    struct bb_proc proc;
    bb_str host;
    ck_assert_msg(bb_prserv_start(&o, &proc, &address, &err) == 0, "%s", err.p);
    ck_assert_msg(look(address.p, &host) == 0, "%s", cook_text(&b.w));
    ck_assert(bb_str_eq(host, bb_buf_str(&address)));
    ck_assert_int_eq(service.proc.pid, 0);
    bb_rpc_stop(&proc);
    ck_assert_int_eq(look(address.p, &host), -BB_EREPORTED);
    ck_assert_int_eq(bb_prservice_host(&service, &host), -BB_EREPORTED);
}
END_TEST

START_TEST(no_address)
{
    static const char *const bad[] = {"localhost", "localhost:x", "a:1:2", "localhost:70000", ":"};
    bb_str host;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        ck_assert_msg(look(bad[i], &host) == -BB_EREPORTED, "%s", bad[i]);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {own, other, no_address};
    return unit_run("prservice", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
