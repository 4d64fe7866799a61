/* SPDX-License-Identifier: MIT */
#include "cook/parsed.h"

#include "graph/mcgraph.h"
#include "support/unit.h"

static struct bb_recipe one = {.fn = BB_STR("/l/a_1.bb"), .pn = BB_STR("a")};
static struct bb_recipe two = {.fn = BB_STR("virtual:native:/l/a_1.bb"), .pn = BB_STR("a-native")};

START_TEST(comes_back)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct bb_recipe *variants[] = {&one, &two};
    struct bb_mcgraph mc = {.name = BB_STR("")};
    struct bb_parsed got;
    struct bb_arena a;
    bb_arena_init(&a);
    bb_parsed_summaries(&text, variants, 2);
    struct bb_recipes_entry e = {.file = BB_STR("/l/a_1.bb"), .nvariants = 2, .summaries = bb_buf_str(&text)};
    ck_assert(bb_parsed_open(&a, &e, &mc, &got));
    ck_str(got.kept.file, "/l/a_1.bb");
    ck_assert_uint_eq(got.nvariants, 2);
    ck_str(got.variants[0]->pn, "a");
    ck_str(got.variants[1]->pn, "a-native");
    ck_assert_ptr_eq(got.variants[1]->mc, &mc);
    bb_arena_release(&a);
}
END_TEST

START_TEST(damaged)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct bb_recipe *variants[] = {&one};
    struct bb_mcgraph mc = {.name = BB_STR("")};
    struct bb_parsed got;
    struct bb_arena a;
    bb_arena_init(&a);
    bb_parsed_summaries(&text, variants, 1);
    struct bb_recipes_entry e = {.nvariants = 1};
    for (size_t cut = 0; cut < text.len; cut++) {
        e.summaries = bb_str_n(text.p, cut);
        ck_assert(!bb_parsed_open(&a, &e, &mc, &got));
    }
    e.summaries = bb_buf_str(&text);
    e.nvariants = 0; /* more text than there are variants, and the other way round */
    ck_assert(!bb_parsed_open(&a, &e, &mc, &got));
    e.nvariants = 2;
    ck_assert(!bb_parsed_open(&a, &e, &mc, &got));
    e.nvariants = SIZE_MAX;
    ck_assert(!bb_parsed_open(&a, &e, &mc, &got));
    bb_arena_release(&a);
}
END_TEST

UNIT_MAIN("parsed", comes_back, damaged)
