/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/sym.h"

START_TEST(one_pointer_for_each_name)
{
    char buf[] = "SRC_URI";
    bb_sym a = BB_SYM("SRC_URI"), b = bb_sym_get(bb_str_n(buf, 7));
    ck_assert_ptr_eq(a, b);
    buf[0] = 'X';
    ck_str(a->name, "SRC_URI");
    ck_assert_ptr_null(bb_sym_peek(BB_STR("never named")));
    ck_assert_ptr_eq(bb_sym_peek(BB_STR("SRC_URI")), a);
    ck_assert_ptr_ne(bb_sym_z(""), a);
}
END_TEST

START_TEST(many)
{
    uint32_t first = bb_sym_count();
    char name[32];
    for (int i = 0; i < 20000; i++) {
        int n = snprintf(name, sizeof(name), "VAR_%d", i);
        ck_assert_uint_eq(bb_sym_get(bb_str_n(name, (size_t)n))->id, first + (uint32_t)i);
    }
    ck_assert_uint_eq(bb_sym_count(), first + 20000);
    ck_assert_uint_eq(bb_sym_z("VAR_777")->id, first + 777);
}
END_TEST

START_TEST(splits)
{
    static const struct {
        const char *name;
        enum bb_symop op;
        const char *base, *override;
    } t[] = {
        {"A", BB_SYMOP_NONE, NULL, NULL},
        {"A:append", BB_SYMOP_APPEND, "A", NULL},
        {"A:prepend:x", BB_SYMOP_PREPEND, "A", "x"},
        {"A:x:remove:y:z", BB_SYMOP_REMOVE, "A:x", "y:z"},
        {"A:append:append", BB_SYMOP_APPEND, "A", "append"},
        {"A:append:", BB_SYMOP_APPEND, "A", NULL},
        {":append", BB_SYMOP_APPEND, "", NULL},
        {"A:append:X", BB_SYMOP_NONE, NULL, NULL}, /* an override has no upper-case letter */
        {"A:append:X:remove:y", BB_SYMOP_REMOVE, "A:append:X", "y"},
        {"A:appendix", BB_SYMOP_NONE, NULL, NULL},
        {"A_append", BB_SYMOP_NONE, NULL, NULL},
        {"A:linux", BB_SYMOP_NONE, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
        bb_sym s = bb_sym_z(t[i].name);
        bb_sym_split(s);
        bb_sym_split(s);
        ck_assert_msg(s->op == t[i].op, "%s: op %d", t[i].name, s->op);
        if (t[i].op == BB_SYMOP_NONE) {
            ck_assert_ptr_null(s->base);
            continue;
        }
        ck_str(s->base->name, t[i].base);
        if (t[i].override)
            ck_str(s->override->name, t[i].override);
        else
            ck_assert_ptr_null(s->override);
    }
}
END_TEST

UNIT_MAIN("sym", one_pointer_for_each_name, many, splits)
