/* SPDX-License-Identifier: MIT */
#include "build/datacache.h"

#include "ext/json.h"
#include "support/recipes.h"
#include "support/unit.h"

static struct rc_world w;

static void setup(void)
{
    rc_init(&w);
    rc_add(
        &w,
        "pn a\nstamp /s/a\ndepends virtual/c\nrdepends d\ntask do_x\ntask do_x_setscene\ntask do_build do_x\n"
        "[nostamp] 1\n[depends] b:do_build");
    rc_add(&w, "pn b\nprovides b virtual/c\ntask do_build");
    rc_add(&w, "pn d\ntask do_build");
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
}

static struct bb_json *parse(const struct bb_buf *text)
{
    struct bb_json *j;
    ck_assert_msg(bb_json_parse(bb_buf_str(text), &j, NULL) == 0, "%s", text->p);
    return j;
}

/* One member after the other. */
static bb_str at(struct bb_json *j, const char *const *path)
{
    for (; *path; path++)
        j = bb_json_get(j, *path);
    return bb_json_str(j);
}
#define AT(j, ...) at(j, (const char *const[]){__VA_ARGS__, NULL})

START_TEST(shows_recipes)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    setup();
    const struct bb_recipe *r = bb_plan_recipe(&w.plan, rc_tid(&w, "a:do_build"));
    bb_datacache_recipe(r, &text);
    struct bb_json *j = parse(&text);
    ck_str(AT(j, "pkg_fn"), "a");
    ck_str(AT(j, "stamp"), "/s/a");
    ck_str(AT(j, "task_deps", "nostamp", "do_build"), "1");
    ck_assert_uint_eq(AT(j, "task_deps", "nostamp", "do_x").len, 0);
    ck_str(bb_json_str(bb_json_at(bb_json_get(j, "deps"), 0)), "virtual/c");
    ck_str(bb_json_str(bb_json_at(bb_json_get(j, "pkg_pepvpr"), 1)), "1.0");
    struct bb_json *tasks = bb_json_get(bb_json_get(j, "task_deps"), "tasks");
    ck_assert_uint_eq(bb_json_len(tasks), 3);
    struct bb_json *parents = bb_json_get(bb_json_get(j, "task_deps"), "parents");
    ck_str(bb_json_str(bb_json_at(bb_json_get(parents, "do_build"), 0)), "do_x");
    bb_json_free(j);
    rc_release(&w);
}
END_TEST

START_TEST(shows_what_was_resolved)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    setup();
    bb_datacache_resolved(&w.plan, &text);
    struct bb_json *j = parse(&text);
    struct bb_json *scene = bb_json_get(j, "setscene");
    ck_assert_uint_eq(bb_json_len(scene), 1);
    ck_str(bb_json_str(bb_json_at(scene, 0)), "/l/a_1.0.bb:do_x");
    struct bb_json *found = bb_json_get(bb_json_get(bb_json_get(j, "virtual"), ""), "virtual/c");
    ck_str(bb_json_str(bb_json_at(found, 0)), "/l/b_1.0.bb");
    ck_str(bb_json_str(bb_json_at(found, 1)), "b");
    bb_json_free(j);
    rc_release(&w);
}
END_TEST

UNIT_MAIN("datacache", shows_recipes, shows_what_was_resolved)
