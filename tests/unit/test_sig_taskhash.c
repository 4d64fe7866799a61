/* SPDX-License-Identifier: MIT */
#include "sig/taskhash.h"

#include "ext/digest.h"
#include "support/unit.h"

static void expect(enum bb_level level, struct bb_taskhash_in *in, const char *text)
{
    char want[65], got[65];
    bb_sha256(bb_str_z(text), want);
    bb_taskhash_compute(level, in, got);
    ck_assert_str_eq(got, want);
}

START_TEST(order_of_dependencies)
{
    struct bb_taskhash_dep deps[] = {
        {BB_STR("b:do_x"), BB_STR("/r/b.bb:do_x"), BB_STR("<b>")},
        {BB_STR("a:do_y"), BB_STR("/r/z.bb:do_y"), BB_STR("<az>")},
        {BB_STR("a:do_y"), BB_STR("/r/a.bb:do_y"), BB_STR("<aa>")},
        {BB_STR("mc:m:a:do_y"), BB_STR("mc:m:/r/a.bb:do_y"), BB_STR("<m>")},
    };
    struct bb_taskhash_in in = {.basehash = BB_STR("base"), .deps = deps, .ndeps = 4};
    expect(BB_LEVEL_2_8, &in, "base<aa><az><b><m>");
    ck_str(deps[0].tid, "/r/a.bb:do_y");
}
END_TEST

START_TEST(order_of_files)
{
    struct bb_filesum files[] = {
        {BB_STR("/z/a.patch"), BB_STR("1")},
        {BB_STR("/d/./sub/x"), BB_STR("2")},
        {BB_STR("/a/z.patch"), BB_STR("3")},
        {BB_STR("/e/./sub/./y"), BB_STR("4")},
    };
    struct bb_taskhash_in in = {.basehash = BB_STR("base"), .files = files, .nfiles = 4};
    /* BitBake: what follows a second "/./" is lost */
    expect(BB_LEVEL_2_8, &in, "base./sub4./sub/x231");
    expect(BB_LEVEL_2_18, &in, "base./sub4./sub/x213");
}
END_TEST

START_TEST(order_of_names)
{
    struct bb_filesum files[] = {
        {BB_STR("/z/a.patch"), BB_STR("1")},
        {BB_STR("/a/z.patch"), BB_STR("3")},
    };
    struct bb_taskhash_in in = {.files = files, .nfiles = 2};
    expect(BB_LEVEL_2_8, &in, "31");
    expect(BB_LEVEL_2_18, &in, "13");
}
END_TEST

/* 2.2 and 2.4 leave files in the order of their checksums, which 2.0's branch and 2.6 do not. */
START_TEST(order_of_sums)
{
    struct bb_filesum files[] = {
        {BB_STR("/a/z.patch"), BB_STR("3")},
        {BB_STR("/d/./sub/x"), BB_STR("2")},
        {BB_STR("/z/a.patch"), BB_STR("1")},
    };
    struct bb_taskhash_in in = {.files = files, .nfiles = 3};
    expect(BB_LEVEL_2_0, &in, "./sub/x231");
    expect(BB_LEVEL_2_2, &in, "1./sub/x23");
    expect(BB_LEVEL_2_4, &in, "1./sub/x23");
    expect(BB_LEVEL_2_6, &in, "./sub/x231");
}
END_TEST

/* Before 2.6 the folder and name of the recipe's file count, then its variant and configuration. */
START_TEST(order_before_2_6)
{
    struct bb_taskhash_dep deps[] = {
        {BB_STR("z:do_x"), BB_STR("/r/y/a/z.bb:do_x"), BB_STR("<z>")},
        {BB_STR("b-native:do_x"), BB_STR("virtual:native:/r/a/b/b.bb:do_x"), BB_STR("<n>")},
        {BB_STR("mc:m:b:do_x"), BB_STR("mc:m:/r/a/b/b.bb:do_x"), BB_STR("<m>")},
        {BB_STR("b:do_x"), BB_STR("/r/z/b/b.bb:do_x"), BB_STR("<b>")},
        {BB_STR("top:do_x"), BB_STR("/top.bb:do_x"), BB_STR("<t>")},
    };
    struct bb_taskhash_in in = {.basehash = BB_STR("base"), .deps = deps, .ndeps = 5};
    expect(BB_LEVEL_2_2, &in, "base<t><z><b><m><n>");
    expect(BB_LEVEL_1_46, &in, "base<t><z><b><m><n>");
}
END_TEST

START_TEST(files_at_1_46)
{
    struct bb_filesum files[] = {
        {BB_STR("/a/z.patch"), BB_STR("3")},
        {BB_STR("/d/./sub/x"), BB_STR("2")},
        {BB_STR("/z/a.patch"), BB_STR("1")},
    };
    struct bb_taskhash_in in = {.basehash = BB_STR("base"), .files = files, .nfiles = 3};
    expect(BB_LEVEL_1_46, &in, "base123");
}
END_TEST

START_TEST(taints)
{
    bool nostamp;
    struct bb_taskhash_in in = {.basehash = BB_STR("base"), .taint = BB_STR("uuid")};
    expect(BB_LEVEL_2_8, &in, "baseuuid");
    ck_str(bb_taskhash_taint(in.taint, &nostamp), "uuid");
    ck_assert(!nostamp);
    in.taint = BB_STR(BB_TAINT_NOSTAMP "uuid");
    expect(BB_LEVEL_2_8, &in, "baseuuid");
    ck_str(bb_taskhash_taint(in.taint, &nostamp), "uuid");
    ck_assert(nostamp);
}
END_TEST

START_TEST(names)
{
    struct bb_arena a;
    bb_arena_init(&a);
    ck_str(bb_taskhash_pnid(&a, BB_STR(""), BB_STR("pn"), BB_STR("do_x")), "pn:do_x");
    ck_str(bb_taskhash_pnid(&a, BB_STR("m"), BB_STR("pn"), BB_STR("do_x")), "mc:m:pn:do_x");
    bb_arena_release(&a);
}
END_TEST

UNIT_MAIN("taskhash", order_of_dependencies, order_of_files, order_of_names, order_of_sums, order_before_2_6,
          files_at_1_46, taints, names)
