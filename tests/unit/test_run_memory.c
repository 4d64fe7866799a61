/* SPDX-License-Identifier: MIT */
#include "os/fs.h"
#include "run/memory.h"
#include "support/recipes.h"
#include "support/unit.h"

static struct rc_world w;
static struct bb_memory m;

static const char *const recipe = "pn a\ntask do_a\ntask do_b\ntask do_c\ntask do_build do_a do_b do_c";

START_TEST(learns)
{
    char *dir = unit_tmpdir();
    rc_init(&w);
    rc_add(&w, recipe);
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    bb_tid a = rc_tid(&w, "a:do_a"), b = rc_tid(&w, "a:do_b"), c = rc_tid(&w, "a:do_c");
    ck_assert_int_eq(bb_fs_write("known", BB_STR("nonsense\n-4 a:do_b\n5 \n90 a:do_a\n7 other:do_x"), 0), 0);
    bb_memory_init(&m, &w.plan, 100, "known");
    bb_memory_begin(&m, a);
    ck_assert(bb_memory_fits(&m, b)); /* never seen */
    bb_memory_begin(&m, b);
    bb_memory_see(&m, b, 11);
    bb_memory_see(&m, b, 10);
    ck_assert(!bb_memory_fits(&m, c)); /* those that run take it all */
    bb_memory_end(&m, a, true);
    bb_memory_end(&m, b, true);
    ck_assert(bb_memory_fits(&m, a)); /* alone */
    bb_memory_begin(&m, a);
    ck_assert(!bb_memory_fits(&m, b));
    bb_memory_see(&m, a, 1);
    bb_memory_end(&m, a, false); /* failed: nothing is learned from it */
    ck_assert_int_eq(bb_memory_save(&m, "known"), 0);
    bb_memory_release(&m);
    bb_memory_init(&m, &w.plan, 101, "known");
    bb_memory_begin(&m, a);
    ck_assert(bb_memory_fits(&m, b)); /* 90 + 11 */
    m.budget = 100;
    ck_assert(!bb_memory_fits(&m, b));
    bb_memory_release(&m);
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    ck_assert_int_eq(bb_fs_read("known", &text), 0);
    ck_assert(strstr(text.p, "7 other:do_x\n"));
    ck_assert_ptr_null(strstr(text.p, "nonsense"));
    rc_release(&w);
    unit_rmdir(dir);
}
END_TEST

UNIT_MAIN("memory", learns)
