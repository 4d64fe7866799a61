/* SPDX-License-Identifier: MIT */
/* What scripts of tests/oracle/store cannot show: places, objects, freezing, lists, life. */
#include "data/store.h"
#include "support/unit.h"

static struct bb_ctx ctx;
static struct bb_diag_collect said;

/* Objects are counters; the hook counts what happens to them. */
static struct {
    int refs, copies;
} objects;

static void obj_ref(void *self, void *obj)
{
    objects.refs++;
}

static void obj_unref(void *self, void *obj)
{
    objects.refs--;
}

static void *obj_copy(void *self, void *obj)
{
    objects.copies++;
    objects.refs++;
    return obj;
}

static int obj_str(void *self, void *obj, struct bb_buf *ret)
{
    bb_buf_addf(ret, "object %d", *(int *)obj);
    return 0;
}

static bool obj_true(void *self, void *obj)
{
    return *(int *)obj != 0;
}

static const struct bb_pyhook hook = {.obj_ref = obj_ref,
                                      .obj_unref = obj_unref,
                                      .obj_copy = obj_copy,
                                      .obj_str = obj_str,
                                      .obj_true = obj_true};

static struct bb_store *new_store(void)
{
    bb_ctx_init(&ctx);
    bb_diag_collect_init(&said);
    ctx.diag = &said.sink;
    return bb_store_new(&ctx, &hook);
}

static bb_str get(struct bb_store *d, const char *var)
{
    bb_str s = {0};
    ck_assert_int_eq(bb_store_str(d, bb_sym_z(var), &s), 0);
    return s;
}

static struct bb_loc at(const char *file, uint32_t line)
{
    return (struct bb_loc){.src = bb_source_id(bb_str_z(file)), .line = line};
}

START_TEST(unset_is_no_text)
{
    struct bb_store *d = new_store();
    struct bb_val v;

    ck_assert_ptr_null(get(d, "A").p);
    ck_assert_int_eq(bb_store_get(d, BB_SYM("A"), 0, &v), 0);
    ck_assert_int_eq(v.kind, BB_V_NONE);
    bb_store_setz(d, "A", BB_STR(""));
    ck_assert_ptr_nonnull(get(d, "A").p);
    bb_store_unref(d);
}
END_TEST

START_TEST(texts_are_copied_unless_borrowed)
{
    struct bb_store *d = new_store();
    char text[] = "first";
    struct bb_how how = {.parsing = true, .borrowed = true};

    bb_store_setz(d, "A", bb_str_z(text));
    bb_store_set(d, BB_SYM("B"), bb_val_z(text), &how);
    text[0] = 'F';
    ck_str(get(d, "A"), "first");
    ck_str(get(d, "B"), "First");
    bb_store_unref(d);
}
END_TEST

START_TEST(the_last_assignment_has_a_place)
{
    struct bb_store *d = new_store();
    struct bb_loc loc;

    ck_assert(!bb_store_where(d, BB_SYM("A"), &loc));
    bb_store_set(d, BB_SYM("A"), bb_val_z("1"), BB_HOW_PARSE(at("x.conf", 3)));
    bb_store_set(d, BB_SYM("A:append"), bb_val_z("1"), BB_HOW_PARSE(at("x.conf", 4)));
    struct bb_store *copy = bb_store_copy(d);
    bb_store_set_flag(copy, BB_SYM("A"), BB_SYM("doc"), bb_val_z("x"), BB_HOW_PARSE(at("x.conf", 5)));
    ck_assert(bb_store_where(copy, BB_SYM("A"), &loc));
    ck_assert_uint_eq(loc.line, 3);
    bb_store_unref(copy);
    bb_store_unref(d);
}
END_TEST

START_TEST(a_copy_keeps_its_parent)
{
    struct bb_store *d = new_store();

    bb_store_setz(d, "A", BB_STR("1"));
    struct bb_store *copy = bb_store_copy(d);
    bb_store_unref(d);
    ck_str(get(copy, "A"), "1");
    bb_store_unref(copy);
}
END_TEST

START_TEST(many_copies_share_override_keys)
{
    struct bb_store *d = new_store(), *next;
    char var[32];

    bb_store_setz(d, "OVERRIDES", BB_STR("o"));
    for (int i = 0; i < 40; i++) {
        snprintf(var, sizeof(var), "V%d:o", i);
        bb_store_setz(d, var, bb_str_z(var));
        next = bb_store_copy(d);
        bb_store_unref(d);
        d = next;
    }
    bb_store_del(d, BB_SYM("V3:o"), NULL);
    ck_str(get(d, "V0"), "V0:o");
    ck_str(get(d, "V39"), "V39:o");
    ck_assert_ptr_null(get(d, "V3").p);
    bb_store_unref(d);
}
END_TEST

START_TEST(freezing_takes_the_ancestors_along)
{
    struct bb_store *d = new_store(), *copy = bb_store_copy(d);

    bb_store_freeze(copy);
    ck_assert(bb_store_frozen(d));
    struct bb_store *top = bb_store_copy(copy);
    bb_store_setz(top, "A", BB_STR("1"));
    ck_str(get(top, "A"), "1");
    bb_store_unref(top);
    bb_store_unref(copy);
    bb_store_unref(d);
}
END_TEST

START_TEST(objects_are_counted)
{
    struct bb_store *d = new_store();
    int one = 1;
    struct bb_val v, w;

    bb_store_set(d, BB_SYM("O"), (struct bb_val){.kind = BB_V_OBJ, .obj = &one}, NULL);
    ck_assert_int_eq(objects.refs, 1);
    /* Every raw read is a copy of its own; expanded ones share one until a write. */
    bb_store_get(d, BB_SYM("O"), 0, &v);
    bb_store_get(d, BB_SYM("O"), 0, &v);
    ck_assert_int_eq(objects.copies, 2);
    bb_store_get(d, BB_SYM("O"), BB_GET_EXPAND, &v);
    bb_store_get(d, BB_SYM("O"), BB_GET_EXPAND, &w);
    ck_assert_int_eq(objects.copies, 3);
    ck_str(get(d, "O"), "object 1");
    struct bb_store *copy = bb_store_copy(d);
    bb_store_set_flag(copy, BB_SYM("O"), BB_SYM("f"), bb_val_z("x"), NULL);
    bb_store_unref(copy);
    bb_store_unref(d);
    ck_assert_int_eq(objects.refs, 0);
}
END_TEST

START_TEST(lists_are_replaced)
{
    struct bb_store *d = new_store();
    bb_str items[] = {BB_STR("a"), BB_STR("b")};
    struct bb_arena arena = {0};
    struct bb_val v;

    bb_store_set(d, BB_SYM("L"), bb_val_list(&arena, items, 2), NULL);
    bb_arena_release(&arena);
    bb_store_get(d, BB_SYM("L"), 0, &v);
    ck_assert_int_eq(v.kind, BB_V_LIST);
    ck_assert_uint_eq(v.list->n, 2);
    ck_str(v.list->p[1], "b");
    ck_str(get(d, "L"), "['a', 'b']");
    bb_store_unref(d);
}
END_TEST

START_TEST(exports_are_listed_once)
{
    struct bb_store *d = new_store();
    bb_sym *vars;
    size_t n;

    bb_store_set_flag(d, BB_SYM("A"), BB_SYM("export"), bb_val_i(1), NULL);
    bb_store_set_flag(d, BB_SYM("B"), BB_SYM("unexport"), bb_val_i(1), NULL);
    bb_store_set_flag(d, BB_SYM("A"), BB_SYM("export"), bb_val_i(0), NULL);
    bb_store_exports(d, &vars, &n);
    ck_assert_uint_eq(n, 2);
    ck_assert_ptr_eq(vars[0], BB_SYM("A"));
    ck_assert_ptr_eq(vars[1], BB_SYM("B"));
    bb_store_unref(d);
}
END_TEST

START_TEST(keys_come_in_order_of_definition)
{
    struct bb_store *d = new_store();
    bb_sym *keys;
    size_t n;

    bb_store_setz(d, "B", BB_STR("1"));
    bb_store_setz(d, "A", BB_STR("1"));
    struct bb_store *copy = bb_store_copy(d);
    bb_store_setz(copy, "C", BB_STR("1"));
    bb_store_setz(copy, "B", BB_STR("2"));
    bb_store_keys(copy, &keys, &n);
    ck_assert_uint_eq(n, 3);
    ck_assert_ptr_eq(keys[0], BB_SYM("B"));
    ck_assert_ptr_eq(keys[2], BB_SYM("C"));
    bb_store_unref(copy);
    bb_store_unref(d);
}
END_TEST

START_TEST(a_conflict_of_keys_warns)
{
    struct bb_store *d = new_store();

    bb_store_setz(d, "X", BB_STR("x"));
    bb_store_setz(d, "V_${X}", BB_STR("new"));
    bb_store_setz(d, "V_x", BB_STR("old"));
    ck_assert_int_eq(bb_store_expand_keys(d), 0);
    ck_assert(bb_str_has(bb_buf_str(&said.text),
                         BB_STR("Variable key V_${X} (new) replaces original key V_x (old).")));
    ck_str(get(d, "V_x"), "new");
    bb_store_unref(d);
}
END_TEST

START_TEST(old_style_names_are_refused)
{
    struct bb_store *d = new_store();

    ck_assert_int_eq(bb_store_set(d, BB_SYM("V_append"), bb_val_z("x"), BB_HOW_PARSE(at("x.conf", 7))),
                     -BB_EREPORTED);
    ck_assert(bb_str_has(bb_buf_str(&said.text),
                         BB_STR("Variable V_append file: x.conf line: 7 contains an operation "
                                "using the old override syntax.")));
    ck_assert_int_eq(bb_store_set(d, BB_SYM("__anon_3_x_append"), bb_val_z("x"), NULL), 0);
    bb_store_unref(d);
}
END_TEST

UNIT_MAIN("store", unset_is_no_text, texts_are_copied_unless_borrowed, the_last_assignment_has_a_place,
          a_copy_keeps_its_parent, many_copies_share_override_keys, freezing_takes_the_ancestors_along,
          objects_are_counted, lists_are_replaced, exports_are_listed_once, keys_come_in_order_of_definition,
          a_conflict_of_keys_warns, old_style_names_are_refused)
