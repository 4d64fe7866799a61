/* SPDX-License-Identifier: MIT */
#include "build/taskdeps.h"

#include "ext/json.h"
#include "support/recipes.h"
#include "support/unit.h"

#include <stdlib.h>

START_TEST(shows_what_is_below)
{
    struct rc_world w;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct bb_json *j;
    rc_init(&w);
    rc_add(
        &w,
        "pn a\nhashfilename a.hash\ntask do_x\ntask do_build do_x\n[depends] b:do_y\ntask do_last do_build");
    rc_add(&w, "pn b\nprovides b virtual/b\ntask do_y\ntask do_z do_y");
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    bb_tid build = rc_tid(&w, "a:do_build");
    w.plan.tasks[build].hash = BB_STR("h");
    w.plan.tasks[build].unihash = BB_STR("u");
    struct bb_taskhash_dep hashed = {.tid = BB_STR("/l/b_1.0.bb:do_y")};
    struct bb_taskhash_in *in = bb_calloc(w.plan.n, sizeof(*in));
    in[build] = (struct bb_taskhash_in){.deps = &hashed, .ndeps = 1};
    w.plan.hashed = true;
    bb_taskdeps_json(&(struct bb_hashes){.plan = &w.plan, .in = in}, build, &text);
    free(in);
    ck_assert_int_eq(bb_json_parse(bb_buf_str(&text), &j, NULL), 0);
    ck_assert_uint_eq(bb_json_len(j), 3);
    struct bb_json *own = bb_json_get(j, "/l/a_1.0.bb:do_build");
    ck_str(bb_json_str(bb_json_at(own, 0)), "a");
    ck_str(bb_json_str(bb_json_at(own, 1)), "do_build");
    ck_str(bb_json_str(bb_json_at(own, 2)), "/l/a_1.0.bb");
    ck_assert_uint_eq(bb_json_len(bb_json_at(own, 3)), 2);
    ck_str(bb_json_str(bb_json_at(own, 5)), "h");
    ck_str(bb_json_str(bb_json_at(own, 6)), "u");
    ck_str(bb_json_str(bb_json_at(own, 7)), "a.hash");
    ck_assert_uint_eq(bb_json_len(bb_json_at(own, 8)), 1);
    ck_str(bb_json_str(bb_json_at(bb_json_at(own, 8), 0)), "/l/b_1.0.bb:do_y");
    struct bb_json *below = bb_json_get(j, "/l/b_1.0.bb:do_y");
    ck_assert_uint_eq(bb_json_len(bb_json_at(below, 3)), 0);
    ck_assert_uint_eq(bb_json_len(bb_json_at(below, 4)), 2);
    bb_json_free(j);
    rc_release(&w);
}
END_TEST

/* Tasks of another configuration are not told; without hashes nothing is said of them. */
START_TEST(keeps_to_the_configuration)
{
    struct rc_world w;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build\n[mcdepends] mc::m:b:do_build");
    rc_add(&w, "pn b\nmc m\ntask do_build");
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    ck_assert_uint_eq(w.plan.n, 2);
    const struct bb_hashes hashes = {.plan = &w.plan};
    bb_taskdeps_json(&hashes, rc_tid(&w, "a:do_build"), &text);
    ck_assert_ptr_null(strstr(text.p, "mc:m:"));
    ck_assert_ptr_nonnull(strstr(text.p, "null]"));
    bb_buf_clear(&text);
    bb_taskdeps_json(&hashes, rc_tid(&w, "mc:m:b:do_build"), &text);
    ck_assert_ptr_nonnull(strstr(text.p, "mc:m:"));
    rc_release(&w);
}
END_TEST

UNIT_MAIN("taskdeps", shows_what_is_below, keeps_to_the_configuration)
