/* SPDX-License-Identifier: MIT */
#include "cook/announce.h"
#include "cook_support.h"

static struct cook_world w;

/* A cooker whose class listens to `events` and writes each into the file "heard". */
static void start(const char *events, const char *extra)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    cook_init(&w);
    bb_buf_addf(&text,
                "addhandler listen\nlisten[eventmask] = \"%s\"\npython listen() {\n"
                "    with open(d.getVar('TOPDIR') + '/heard', 'a') as f:\n"
                "        f.write(type(e).__name__ + '\\n')\n%s}\n",
                events, extra);
    cook_write("tiny/classes/listen.bbclass", text.p);
    cook_write("build/conf/listen.conf", "INHERIT += \"listen\"\n");
    cook_write("tiny/recipes/a_1.bb", "");
    static bb_str post[] = {{"conf/listen.conf", 16}};
    static const struct bb_options options = {.postfiles = {post, 1, 1}};
    w.opts.options = &options;
    w.opts.sanity = true;
    cook_open(&w);
}

static void heard(const char *expected)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    int r = bb_fs_read("heard", &text);
    ck_assert_msg(*expected ? r == 0 : r < 0, "%d", r);
    ck_assert_str_eq(text.p, expected);
}

START_TEST(keeps_the_order)
{
    start("bb.event.SanityCheck bb.event.ParseStarted bb.event.ParseCompleted bb.event.ReachableStamps", "");
    ck_assert_int_eq(bb_cooker_parse(&w.cooker), 0);
    heard("SanityCheck\nParseStarted\nParseCompleted\nReachableStamps\n");
    cook_release(&w);
}
END_TEST

START_TEST(tells_of_failed_parsing)
{
    start("bb.event.ParseCompleted bb.event.ParseError bb.event.ReachableStamps", "");
    cook_write("tiny/recipes/b_1.bb", "this is no statement\n");
    ck_assert_int_eq(bb_cooker_parse(&w.cooker), -BB_EREPORTED);
    heard("ParseError\n");
    cook_release(&w);
}
END_TEST

/* A handler refuses to go on by an exception. */
START_TEST(reports_handlers)
{
    start("bb.event.SanityCheck", "        raise Exception('unfit machine')\n");
    ck_assert_int_eq(bb_announce_sanity(&w.cooker), -BB_EREPORTED);
    ck_assert(cook_said(&w, "unfit machine"));
    cook_release(&w);
}
END_TEST

/* BB_HASHSERVE "auto" is an address by the time that handlers look at it. */
START_TEST(names_the_hash_server)
{
    bb_str address;
    start("bb.event.SanityCheck", "");
    bb_store_setz(bb_cooker_data(&w.cooker), "BB_HASHSERVE", BB_STR("auto"));
    ck_assert_int_eq(bb_announce_sanity(&w.cooker), 0);
    ck_assert_int_eq(bb_store_str(bb_cooker_data(&w.cooker), BB_SYM("BB_HASHSERVE"), &address), 0);
    ck_str(address, bb_arena_fmt(&w.ctx.arena, "unix://%s/build/hashserve.sock", w.top).p);
    cook_release(&w);
}
END_TEST

UNIT_MAIN("announce", keeps_the_order, tells_of_failed_parsing, reports_handlers, names_the_hash_server)
