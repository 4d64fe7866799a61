/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "parse/fn.h"
#include "support/unit.h"

static struct bb_arena arena;

START_TEST(virtual_names_round_trip)
{
    static const struct {
        const char *name, *path, *variant, *mc;
    } cases[] = {
        {"/l/a_1.bb", "/l/a_1.bb", "", ""},
        {"virtual:native:/l/a_1.bb", "/l/a_1.bb", "native", ""},
        {"virtual:multilib:lib32:/l/a_1.bb", "/l/a_1.bb", "multilib:lib32", ""},
        {"mc:vm:/l/a_1.bb", "/l/a_1.bb", "", "vm"},
        {"mc:vm:virtual:native:/l/a_1.bb", "/l/a_1.bb", "native", "vm"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct bb_fn fn = bb_fn_split(bb_str_z(cases[i].name));
        ck_str(fn.path, cases[i].path);
        ck_str(fn.variant, cases[i].variant);
        ck_str(fn.mc, cases[i].mc);
        ck_str(bb_fn_join(&arena, fn.path, fn.variant, fn.mc), cases[i].name);
    }
}
END_TEST

START_TEST(variables_from_the_file_name)
{
    bb_str v[3];

    ck_assert_int_eq(bb_fn_vars(BB_STR("/l/linux-x_6.1_r2.bb"), v), 0);
    ck_str(v[0], "linux-x");
    ck_str(v[1], "6.1");
    ck_str(v[2], "r2");
    ck_assert_int_eq(bb_fn_vars(BB_STR("/l/a.bbappend"), v), 0);
    ck_str(v[0], "a");
    ck_assert_ptr_null(v[1].p);
    ck_assert_int_eq(bb_fn_vars(BB_STR("/l/a_1.inc"), v), 0);
    ck_assert_ptr_null(v[0].p);
    ck_assert_int_eq(bb_fn_vars(BB_STR("/l/a_1_2_3.bb"), v), -EINVAL);
}
END_TEST

UNIT_MAIN("fn", virtual_names_round_trip, variables_from_the_file_name)
