/* SPDX-License-Identifier: MIT */
#include "query/crossdeps.h"
#include "query_support.h"

static struct query_world q;

static void start(void)
{
    query_init(&q);
    cook_write("tiny/recipes/a_1.bb", "PROVIDES += \"virtual/a\"\n");
    cook_write("tiny/recipes/common.inc", "");
    cook_write("tiny/classes/extra.bbclass", "");
    cook_write("upper/recipes/u_1.bb",
               "DEPENDS = \"a\"\nRDEPENDS:${PN} = \"a\"\ninherit extra\nrequire recipes/common.inc\n");
    cook_write("upper/recipes/v_1.bb", "DEPENDS = \"u\"\n");
    query_start(&q);
}

START_TEST(shows_what_crosses)
{
    start();
    ck_assert_int_eq(bb_crossdeps_show(&q.info, &q.targets, &(struct bb_crossdeps_opts){0}, &q.text), 0);
    ck_assert_ptr_nonnull(strstr(q.out.p, "upper/recipes/u_1.bb DEPENDS tiny/recipes/a_1.bb\n"));
    ck_assert_ptr_nonnull(strstr(q.out.p, "upper/recipes/u_1.bb RDEPENDS tiny/recipes/a_1.bb\n"));
    ck_assert_ptr_nonnull(strstr(q.out.p, "upper/recipes/u_1.bb inherits tiny/classes/extra.bbclass\n"));
    ck_assert_ptr_nonnull(strstr(q.out.p, "upper/recipes/u_1.bb requires tiny/recipes/common.inc\n"));
    ck_assert_ptr_null(strstr(q.out.p, "v_1.bb DEPENDS")); /* stays within its layer */
    query_release(&q);
}
END_TEST

START_TEST(leaves_layers_out)
{
    bb_str ignored[] = {BB_STR("tiny"), BB_STR("mini")};
    start();
    ck_assert_int_eq(bb_crossdeps_show(&q.info, &q.targets,
                                       &(struct bb_crossdeps_opts){.ignore = {ignored, 2, 2}}, &q.text),
                     0);
    ck_assert_str_eq(q.out.p, "");
    query_release(&q);
}
END_TEST

UNIT_MAIN("crossdeps", shows_what_crosses, leaves_layers_out)
