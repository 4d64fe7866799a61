/* SPDX-License-Identifier: MIT */
/* The server's side of the conversation, as text in and text out, with a database in memory. */
#include "support/unit.h"

#include <errno.h>

#include "base/diag.h"
#include "hashserv/session.h"
#include "hashserv/users.h"

#define T1    "1111111111111111111111111111111111111111111111111111111111111111"
#define T2    "2222222222222222222222222222222222222222222222222222222222222222"
#define T3    "3333333333333333333333333333333333333333333333333333333333333333"
#define HELLO "OEHASHEQUIV 1.1\nneeds-headers: false\n\n"

static struct bb_hashcore core;
static struct bb_rpc_service service;
static struct bb_hashsession hash;
static struct bb_rpc_session *const session = &hash.rpc;

static void begin(void)
{
    hash = (struct bb_hashsession){0};
    service = bb_hashsession_service(&core);
    bb_rpc_session_init(session, &service);
}

static void setup(void)
{
    core = (struct bb_hashcore){.anon = BB_PERM_ANON};
    ck_assert_int_eq(bb_hashdb_open(":memory:", &core.db, NULL), 0);
    begin();
}

static void teardown(void)
{
    bb_rpc_session_release(session);
    bb_hashcore_release(&core);
}

static void again(void)
{
    bb_rpc_session_release(session);
    begin();
}

/* Feeds a text and waits for answers that are held back. */
static int say(const char *text)
{
    bb_buf_clear(&session->out);
    bb_wire_feed(&session->in, text, strlen(text));
    int r = bb_rpc_session_turn(session);
    while (r == 0 && session->held_until_ms) {
        usleep(10000);
        r = bb_rpc_session_turn(session);
    }
    return r;
}

static void expect(const char *text, const char *answer)
{
    ck_assert_int_eq(say(text), 0);
    ck_assert_str_eq(session->out.p, answer);
}

/* The conversation ends with these last words. */
static void refuses(const char *text, const char *why)
{
    BB_CLEAN_BUF struct bb_buf answer = BB_BUF_INIT;
    bb_buf_addf(&answer, "{\"invoke-error\": {\"message\": \"%s\"}}\n", why);
    ck_assert_int_eq(say(text), -EACCES);
    ck_assert_str_eq(session->out.p, answer.p);
    again();
    expect(HELLO, "");
}

static void report(const char *taskhash, const char *outhash, const char *unihash, const char *answer)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, line = BB_BUF_INIT;
    bb_buf_addf(
        &text,
        "{\"report\": {\"method\": \"M\", \"taskhash\": \"%s\", \"outhash\": \"%s\", \"unihash\": \"%s\"}}\n",
        taskhash, outhash, unihash);
    bb_buf_addf(&line, "{\"taskhash\": \"%s\", \"method\": \"M\", \"unihash\": \"%s\"}\n", taskhash, answer);
    expect(text.p, line.p);
}

START_TEST(reports_and_questions)
{
    expect(HELLO, "");
    report("t1", "o1", T1, T1);
    /* the same output: the unihash of the first; another output of a task hash changes nothing */
    report("t2", "o1", T2, T1);
    report("t2", "o2", T3, T1);
    expect("{\"get\": {\"method\": \"M\", \"taskhash\": \"t2\"}}\n",
           "{\"taskhash\": \"t2\", \"method\": \"M\", \"unihash\": \"" T1 "\"}\n");
    expect("{\"get\": {\"method\": \"X\", \"taskhash\": \"t2\"}}\n", "null\n");
    ck_assert_int_eq(say("{\"get-outhash\": {\"method\": \"M\", \"outhash\": \"o1\", \"taskhash\": \"\"}}\n"),
                     0);
    ck_assert(bb_str_has(bb_buf_str(&session->out), BB_STR("\"taskhash\": \"t1\"")));
    ck_assert(bb_str_has(bb_buf_str(&session->out), BB_STR("\"PN\": null")));
    expect("{\"report-equiv\": {\"method\": \"M\", \"taskhash\": \"t9\", \"unihash\": \"" T3 "\"}}\n",
           "{\"taskhash\": \"t9\", \"method\": \"M\", \"unihash\": \"" T3 "\"}\n");
    expect("{\"ping\": {}}\n", "{\"alive\": true}\n");
    expect("{\"backfill-wait\": null}\n", "{\"tasks\": 0}\n");
}
END_TEST

START_TEST(streams)
{
    expect(HELLO "{\"get-stream\": null}\n", "\"ok\"\n");
    expect("M t1\nM t", "\n");
    expect("2\nEND\n{\"ping\": {}}\n", "\nok\n{\"alive\": true}\n");
    report("t1", "o1", T1, T1);
    expect("{\"exists-stream\": null}\n" T1 "\n" T2 "\n\n", "\"ok\"\ntrue\nfalse\nok\n");
    expect("{\"gc-mark-stream\": null}\n{\"mark\": \"a\", \"where\": {\"unihash\": \"" T1 "\"}}\n",
           "\"ok\"\n{\"count\": 1}\n");
    expect("END\n{\"gc-status\": {}}\n", "ok\n{\"keep\": 1, \"remove\": 0, \"mark\": \"a\"}\n");
    expect("{\"get-stream\": null}\n", "\"ok\"\n");
    ck_assert_int_eq(say("M\n"), -BB_ECORRUPT);
}
END_TEST

START_TEST(garbage_is_collected)
{
    expect(HELLO, "");
    report("t1", "o1", T1, T1);
    report("t2", "o2", T2, T2);
    refuses("{\"gc-sweep\": {\"mark\": \"a\"}}\n", "'a' is not the current mark. Refusing to sweep");
    expect("{\"gc-mark\": {\"mark\": \"a\", \"where\": {\"unihash\": \"" T1
           "\", \"no-column\": \"x\", \"method\": null}}}\n",
           "{\"count\": 1}\n");
    report("t3", "o3", T3, T3); /* bears the mark, being new */
    expect("{\"gc-status\": {}}\n", "{\"keep\": 2, \"remove\": 1, \"mark\": \"a\"}\n");
    expect("{\"gc-sweep\": {\"mark\": \"a\"}}\n", "{\"count\": 1}\n");
    expect("{\"gc-status\": {}}\n", "{\"keep\": 0, \"remove\": 2, \"mark\": null}\n");
    expect("{\"clean-unused\": {\"max_age_seconds\": 100}}\n", "{\"count\": 0}\n");
    expect("{\"clean-unused\": {\"max_age_seconds\": -100}}\n", "{\"count\": 1}\n");
    expect("{\"remove\": {\"where\": {}}}\n", "{\"count\": 0}\n");
    expect("{\"remove\": {\"where\": {\"method\": \"M\"}}}\n", "{\"count\": 4}\n");
    expect("{\"get-db-usage\": {}}\n",
           "{\"usage\": {\"unihashes_v3\": {\"rows\": 0}, \"outhashes_v2\": {\"rows\": 0}, "
           "\"users\": {\"rows\": 0}, \"config\": {\"rows\": 1}}}\n");
}
END_TEST

START_TEST(unihashes_have_a_form)
{
    static const char *const bad[] = {"", "x", "${@1}", "../" T1, "A" T1};
    expect(HELLO, "");
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
        bb_buf_addf(
            &text,
            "{\"report\": {\"method\": \"M\", \"taskhash\": \"t\", \"outhash\": \"o\", \"unihash\": \"%s\"}}\n",
            bad[i]);
        refuses(text.p, "Invalid unihash");
    }
    refuses("{\"report-equiv\": {\"method\": \"M\", \"taskhash\": \"t\", \"unihash\": null}}\n",
            "Invalid unihash");
}
END_TEST

START_TEST(what_is_no_request_ends_it)
{
    static const char *const bad[] = {
        "HTTP/1.1\n",
        "OEHASHEQUIV 1.0\n",
        "OEHASHEQUIV 1.1\nno header\n",
        HELLO "\n",
        HELLO "{\n",
        HELLO "[]\n",
        HELLO "{\"unknown\": 1}\n",
        HELLO "{\"get\": null}\n",
        HELLO "{\"get\": {\"method\": 1, \"taskhash\": \"t\"}}\n",
        HELLO "{\"remove\": {\"where\": []}}\n",
        HELLO "{\"remove\": {\"where\": {\"method\": 1}}}\n",
        HELLO "{\"clean-unused\": {\"max_age_seconds\": \"1\"}}\n",
        HELLO "{\"report\": {\"method\": \"M\", \"taskhash\": \"t\", \"outhash\": \"o\", \"unihash\": \"" T1
              "\", \"PN\": 1}}\n",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        int r = say(bad[i]);
        ck_assert_msg(r == -BB_ECORRUPT && !session->out.len, "%s: %d, %s", bad[i], r, session->out.p);
        again();
    }
}
END_TEST

START_TEST(headers_are_answered_when_wanted)
{
    expect("OEHASHEQUIV 1.1\nneeds-headers: true\n\n", "\n");
}
END_TEST

static const char *token(void)
{
    static char text[BB_TOKEN_LEN + 1];
    size_t at = bb_str_find(bb_buf_str(&session->out), BB_STR("\"token\": \""), 0);
    ck_assert_uint_ne(at, BB_NPOS);
    snprintf(text, sizeof(text), "%s", session->out.p + at + strlen("\"token\": \""));
    return text;
}

static int log_in(const char *name, const char *with)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_buf_addf(&text, "{\"auth\": {\"username\": \"%s\", \"token\": \"%s\"}}\n", name, with);
    return say(text.p);
}

START_TEST(users)
{
    BB_CLEAN_BUF struct bb_buf stored = BB_BUF_INIT;
    char key[BB_TOKEN_LEN + 1];

    ck_assert_int_eq(bb_token_store(BB_STR("secret"), &stored), 0);
    ck_assert_int_eq(bb_hashdb_add_user(core.db, BB_STR("root"), BB_STR("@all"), bb_buf_str(&stored)), 1);
    core.anon = 0;
    expect(HELLO, "");
    refuses("{\"get\": {\"method\": \"M\", \"taskhash\": \"t\"}}\n",
            "Anonymous user is not allowed to access permissions(s) @read");
    ck_assert_int_eq(log_in("root", "wrong"), -EACCES);
    again();
    expect(HELLO, "");
    ck_assert_int_eq(log_in("root", "secret"), 0);
    ck_assert_int_eq(
        say("{\"new-user\": {\"username\": \"ann\", \"permissions\": [\"@report\", \"@read\"]}}\n"), 0);
    strcpy(key, token());
    refuses("{\"new-user\": {\"username\": \"ann\", \"permissions\": []}}\n", "Cannot create new user 'ann'");
    ck_assert_int_eq(log_in("ann", key), 0);
    ck_assert_str_eq(
        session->out.p,
        "{\"result\": true, \"username\": \"ann\", \"permissions\": [\"@read\", \"@report\"]}\n");
    expect("{\"get-user\": {}}\n", "{\"username\": \"ann\", \"permissions\": [\"@read\", \"@report\"]}\n");
    report("t", "o", T1, T1);
    refuses("{\"get-user\": {\"username\": \"root\"}}\n",
            "ann is not allowed to access permissions(s) @user-admin");
    ck_assert_int_eq(log_in("ann", key), 0);
    ck_assert_int_eq(say("{\"refresh-token\": {}}\n"), 0);
    ck_assert_str_ne(token(), key);
    again();
    expect(HELLO, "");
    ck_assert_int_eq(log_in("ann", key), -EACCES);
}
END_TEST

START_TEST(a_read_only_server_takes_nothing)
{
    core.read_only = true;
    expect(HELLO, "");
    report("t", "o", T1, T1);
    expect("{\"get\": {\"method\": \"M\", \"taskhash\": \"t\"}}\n", "null\n");
    ck_assert_int_eq(say("{\"remove\": {\"where\": {\"method\": \"M\"}}}\n"), -BB_ECORRUPT);
}
END_TEST

/* Answers stop where a client takes none, and go on. */
START_TEST(answers_have_a_limit)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    size_t lines = 0, most = 0;

    bb_buf_addz(&text, HELLO "{\"exists-stream\": null}\n");
    for (int i = 0; i < 400000; i++)
        bb_buf_addz(&text, "x\n");
    bb_wire_feed(&session->in, text.p, text.len);
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(bb_rpc_session_turn(session), 0);
        most = session->out.len > most ? session->out.len : most;
        lines += session->out.len / strlen("false\n");
        bb_buf_clear(&session->out);
    }
    ck_assert_uint_eq(lines, 400000);
    ck_assert_uint_lt(most, 2 * BB_RPC_OUT);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {reports_and_questions,
                                  streams,
                                  garbage_is_collected,
                                  unihashes_have_a_form,
                                  what_is_no_request_ends_it,
                                  headers_are_answered_when_wanted,
                                  users,
                                  a_read_only_server_takes_nothing,
                                  answers_have_a_limit};
    return unit_run("session", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
