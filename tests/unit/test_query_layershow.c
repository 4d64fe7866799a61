/* SPDX-License-Identifier: MIT */
#include "query/layershow.h"
#include "query_support.h"

static struct query_world q;

START_TEST(shows_layers)
{
    query_init(&q);
    query_start(&q);
    ck_assert_int_eq(bb_layershow_layers(&q.info, &q.text), 0);
    bb_str rest = bb_buf_str(&q.out), line, word;
    static const char *const names[] = {"mini", "tiny", "upper"}, *const priorities[] = {"1", "7", "9"};
    bb_str_split(&rest, '\n', &line);
    ck_assert(bb_str_starts(line, BB_STR("layer ")));
    bb_str_split(&rest, '\n', &line);
    for (size_t i = 0; i < 3; i++) {
        ck_assert(bb_str_split(&rest, '\n', &line));
        ck_assert(bb_str_word(&line, &word));
        ck_str(word, names[i]);
        ck_assert(bb_str_word(&line, &word) && bb_str_word(&line, &word));
        ck_str(word, priorities[i]);
    }
    query_release(&q);
}
END_TEST

START_TEST(shows_layers_to_programs)
{
    struct bb_jsonw w;
    struct bb_answer json = {.json = &w};
    query_init(&q);
    query_start(&q);
    bb_jsonw_init(&w, &q.out, 0);
    ck_assert_int_eq(bb_layershow_layers(&q.info, &json), 0);
    ck_assert_ptr_nonnull(strstr(q.out.p, "\"upper\""));
    ck_assert_int_eq(q.out.p[0], '[');
    ck_assert_int_eq(q.out.p[q.out.len - 1], ']');
    query_release(&q);
}
END_TEST

START_TEST(shows_appends)
{
    const struct bb_strvec all = {0};
    bb_str b[] = {BB_STR("b*")};
    const struct bb_strvec some = {b, 1, 1};
    query_init(&q);
    cook_write("tiny/recipes/a_1.bb", "");
    cook_write("tiny/recipes/b_1.bb", "");
    cook_write("upper/recipes/a_%.bbappend", "");
    query_start(&q);
    ck_assert_int_eq(bb_layershow_appends(&q.info, &q.targets, &all, &q.text), 0);
    ck_assert_ptr_nonnull(strstr(q.out.p, "=== Appended recipes ==="));
    ck_assert_ptr_nonnull(strstr(q.out.p, "a_1.bb:\n  "));
    ck_assert_ptr_nonnull(strstr(q.out.p, "/upper/recipes/a_%.bbappend"));
    ck_assert_ptr_null(strstr(q.out.p, "b_1.bb"));
    bb_buf_clear(&q.out);
    ck_assert_int_eq(bb_layershow_appends(&q.info, &q.targets, &some, &q.text), 0);
    ck_assert_ptr_nonnull(strstr(q.out.p, "No append files found"));
    query_release(&q);
}
END_TEST

UNIT_MAIN("layershow", shows_layers, shows_layers_to_programs, shows_appends)
