/* SPDX-License-Identifier: MIT */
#include "cook/profile.h"
#include "cook_support.h"
#include "os/proc.h"

/* Numbers of a worker reach its parent; what was measured before the fork counts once. */
START_TEST(adds_up_processes)
{
    static const struct bb_pyhook none;
    const struct bb_pyhook *hook = &none;
    struct bb_profile *p;
    struct bb_proc worker;
    int status;
    BB_CLEAN_BUF struct bb_buf table = BB_BUF_INIT, json = BB_BUF_INIT;
    ck_assert_int_eq(bb_profile_start(&p, &hook), 0);
    ck_assert_ptr_ne(hook, &none);
    ck_assert_ptr_nonnull(bb_profile_watch(p));
    bb_profile_recipe_enter(p, BB_STR("/x/of-parent.bb"));
    bb_profile_recipe_leave(p);
    if (bb_proc_fork(false, &worker) == 0) {
        bb_profile_worker_start(p);
        for (int i = 0; i < 2; i++) {
            bb_profile_recipe_enter(p, BB_STR("/x/of-worker.bb"));
            bb_profile_recipe_leave(p);
        }
        bb_profile_worker_end(p);
        _exit(0);
    }
    ck_assert_int_eq(bb_proc_wait(&worker, &status), 0);
    ck_assert_int_eq(bb_profile_report(p, 5, &table, &json), 0);
    ck_assert_ptr_nonnull(strstr(table.p, "/x/of-parent.bb"));
    ck_assert_ptr_nonnull(strstr(table.p, "/x/of-worker.bb"));
    ck_assert_ptr_nonnull(strstr(json.p, "\"file\":\"/x/of-worker.bb\",\"calls\":2,"));
    ck_assert_ptr_nonnull(strstr(json.p, "\"file\":\"/x/of-parent.bb\",\"calls\":1,"));
    bb_profile_free(p);
}
END_TEST

/* A cooker that was asked for a profile measures what its recipes do. */
START_TEST(measures_recipes)
{
    static const struct bb_options options = {.profile = true};
    struct cook_world w;
    BB_CLEAN_BUF struct bb_buf table = BB_BUF_INIT, json = BB_BUF_INIT;
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", "A := \"${@'costly' * 2}\"\npython () {\n    d.setVar('B', '1')\n}\n");
    w.opts.options = &options;
    cook_parse(&w);
    ck_assert_int_eq(bb_profile_report(w.cooker.profile, 100, &table, &json), 0);
    ck_assert_ptr_nonnull(strstr(table.p, "'costly' * 2"));
    ck_assert_ptr_nonnull(strstr(table.p, "/tiny/recipes/a_1.bb:1"));
    ck_assert_ptr_nonnull(strstr(json.p, "'costly' * 2"));
    cook_release(&w);
}
END_TEST

START_TEST(costs_nothing_without)
{
    bb_profile_recipe_enter(NULL, BB_STR("x"));
    bb_profile_recipe_leave(NULL);
    bb_profile_worker_start(NULL);
    bb_profile_worker_end(NULL);
    bb_profile_free(NULL);
}
END_TEST

UNIT_MAIN("profile", adds_up_processes, measures_recipes, costs_nothing_without)
