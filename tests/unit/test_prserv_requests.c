/* SPDX-License-Identifier: MIT */
/* The service's side of the conversation, as text in and text out, with both forms of database. */
#include "support/unit.h"

#include <errno.h>

#include "base/diag.h"
#include "ext/db.h"
#include "prserv/core.h"

static char *dir;
static struct bb_prcore core;
static struct bb_rpc_service service;
static struct bb_rpc_session session;

static void begin(enum bb_prdb_form form)
{
    core = (struct bb_prcore){0};
    ck_assert_int_eq(bb_prdb_open("p.db", form, &core.db, NULL), 0);
    service = bb_prcore_service(&core);
    session = (struct bb_rpc_session){0};
    bb_rpc_session_init(&session, &service);
    bb_wire_feed(&session.in, "PRSERVICE 1.0\n\n", strlen("PRSERVICE 1.0\n\n"));
    ck_assert_int_eq(bb_rpc_session_turn(&session), 0);
}

static void end(void)
{
    bb_rpc_session_release(&session);
    bb_prcore_release(&core);
}

static void setup(void)
{
    dir = unit_tmpdir();
}

static void teardown(void)
{
    unit_rmdir(dir);
}

static int say(const char *text)
{
    bb_buf_clear(&session.out);
    bb_wire_feed(&session.in, text, strlen(text));
    return bb_rpc_session_turn(&session);
}

static void expect(const char *text, const char *answer)
{
    ck_assert_int_eq(say(text), 0);
    ck_assert_str_eq(session.out.p, answer);
}

/* One of version "v" and architecture "a". */
static void get(const char *checksum, const char *more, const char *answer)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, full = BB_BUF_INIT;
    bb_buf_addf(&text, "{\"get-pr\": {\"version\": \"v\", \"pkgarch\": \"a\", \"checksum\": \"%s\"%s}}\n",
                checksum, more);
    bb_buf_addf(&full, "{\"value\": %s}\n", answer);
    expect(text.p, full.p);
}

#define NO_HISTORY ", \"history\": false"
#define HISTORY    ", \"history\": true"
#define PACKAGE    "\"version\": \"v\", \"pkgarch\": \"a\""

START_TEST(texts_do_not_fall)
{
    begin(BB_PRDB_FOUND);
    get("x", NO_HISTORY, "\"0\"");
    get("y", NO_HISTORY, "\"1\"");
    get("y", NO_HISTORY, "\"1\"");
    get("x", HISTORY, "\"0\"");
    get("x", NO_HISTORY, "\"2\"");
    for (int i = 0; i < 8; i++)
        get(i % 2 ? "x" : "y", NO_HISTORY,
            (const char *[]){"\"3\"", "\"4\"", "\"5\"", "\"6\"", "\"7\"", "\"8\"", "\"9\"", "\"10\""}[i]);
    /* BitBake compares texts here, and gives "9" to a package that has had "10". */
    get("y", NO_HISTORY, "\"11\"");
    get("y", "", "\"11\"");
    expect("{\"max-package-pr\": {" PACKAGE "}}\n", "{\"value\": \"11\"}\n");
    expect("{\"test-pr\": {" PACKAGE ", \"checksum\": \"x\", \"history\": true}}\n", "{\"value\": \"0\"}\n");
    expect("{\"test-pr\": {" PACKAGE ", \"checksum\": \"z\"}}\n", "{\"value\": null}\n");
    expect("{\"test-package\": {" PACKAGE "}}\n", "{\"value\": true}\n");
    expect("{\"test-package\": {\"version\": \"v\", \"pkgarch\": \"b\"}}\n", "{\"value\": false}\n");
    expect("{\"is-readonly\": {}}\n", "{\"readonly\": false}\n");
    expect("{\"ping\": {}}\n", "{\"alive\": true}\n");
    end();
}
END_TEST

START_TEST(numbers)
{
    begin(BB_PRDB_NUMBERS);
    get("x", "", "0");
    get("y", "", "1");
    get("x", HISTORY, "2"); /* this form has no history */
    expect("{\"import-one\": {" PACKAGE ", \"checksum\": \"x\", \"value\": 7}}\n", "{\"value\": 7}\n");
    expect("{\"import-one\": {" PACKAGE ", \"checksum\": \"x\", \"value\": 5}}\n", "{\"value\": 7}\n");
    get("y", "", "8");
    expect("{\"export\": {\"version\": null, \"pkgarch\": \"a\", \"checksum\": null, \"colinfo\": false}}\n",
           "{\"metainfo\": {}, \"datainfo\": [{\"version\": \"v\", \"pkgarch\": \"a\", \"checksum\": \"y\","
           " \"value\": 8}]}\n");
    ck_assert_int_eq(say("{\"import-one\": {" PACKAGE ", \"checksum\": \"x\", \"value\": \"7.1\"}}\n"),
                     -EACCES);
    end();
    begin(BB_PRDB_FOUND);
    ck_assert(bb_prdb_numbers(core.db));
    get("y", "", "8");
    end();
    /* As in BitBake, the newer form begins anew. */
    begin(BB_PRDB_TEXTS);
    get("y", "", "\"0\"");
    end();
    begin(BB_PRDB_FOUND);
    ck_assert(!bb_prdb_numbers(core.db));
    end();
}
END_TEST

START_TEST(read_only)
{
    begin(BB_PRDB_TEXTS);
    get("x", "", "\"0\"");
    core.read_only = true;
    get("y", "", "\"1\"");
    get("z", "", "\"1\"");
    expect("{\"import-one\": {" PACKAGE ", \"checksum\": \"q\", \"value\": \"7\"}}\n", "null\n");
    expect("{\"max-package-pr\": {" PACKAGE "}}\n", "{\"value\": \"0\"}\n");
    expect("{\"is-readonly\": {}}\n", "{\"readonly\": true}\n");
    end();
}
END_TEST

/* A row of somebody's database that can get no successor is a refusal, not a revision that was there before. */
START_TEST(the_last_one)
{
    begin(BB_PRDB_TEXTS);
    expect("{\"import-one\": {" PACKAGE ", \"checksum\": \"x\", \"value\": \"18446744073709551615\"}}\n",
           "{\"value\": \"18446744073709551615\"}\n");
    ck_assert_int_eq(say("{\"get-pr\": {" PACKAGE ", \"checksum\": \"y\"}}\n"), -EACCES);
    ck_assert_str_eq(session.out.p,
                     "{\"invoke-error\": {\"message\": \"no greater revision can be made\"}}\n");
    end();
}
END_TEST

START_TEST(bad_requests)
{
    static const char *const bad[] = {"{}\n",
                                      "[]\n",
                                      "7\n",
                                      "{\"get-pr\": {}}\n",
                                      "{\"get-pr\": 1}\n",
                                      "{\"get-pr\": {" PACKAGE "}}\n",
                                      "{\"get-pr\": {" PACKAGE ", \"checksum\": 1}}\n",
                                      "{\"test-package\": {\"version\": null, \"pkgarch\": \"a\"}}\n",
                                      "{\"export\": {\"version\": 1}}\n",
                                      "{\"shutdown\": {}}\n",
                                      "x\n"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        begin(BB_PRDB_TEXTS);
        ck_assert_msg(say(bad[i]) == -BB_ECORRUPT && !session.out.len, "%s: %s", bad[i], session.out.p);
        end();
    }
}
END_TEST

int main(void)
{
    const TTest *tests[] = {texts_do_not_fall, numbers, read_only, the_last_one, bad_requests};
    return unit_run("requests", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
