/* SPDX-License-Identifier: MIT */
/* Run scripts: exported variables, a function, and the functions it calls. */
#include "data/emit.h"
#include "support/unit.h"

static struct bb_ctx ctx;

static void set_func(struct bb_store *d, const char *name, const char *body)
{
    bb_store_setz(d, name, bb_str_z(body));
    bb_store_set_flagz(d, name, "func", BB_STR("1"));
    bb_store_set_flagz(d, name, "lineno", BB_STR("7"));
    bb_store_set_flagz(d, name, "filename", BB_STR("x.bb"));
}

static struct bb_store *sample(void)
{
    bb_ctx_init(&ctx);
    struct bb_store *d = bb_store_new(&ctx, NULL);

    bb_store_setz(d, "B", BB_STR("two"));
    bb_store_setz(d, "A", BB_STR("one"));
    bb_store_set_flagz(d, "B", "export", BB_STR("1"));
    bb_store_set_flagz(d, "A", "export", BB_STR("yes"));
    bb_store_set_flagz(d, "U", "unexport", BB_STR("1"));
    set_func(d, "do_it", "helper ${A}\n");
    set_func(d, "helper", "other; helper");
    set_func(d, "other", "true");
    set_func(d, "listed", "false");
    set_func(d, "unused", "nothing");
    bb_store_set_flagz(d, "do_it", "vardeps", BB_STR("listed A"));
    return d;
}

/* Words that stand alone are taken for calls. */
static int execs(void *self, bb_str text, bb_sym **ret, size_t *ret_n)
{
    static bb_sym calls[16];
    bb_str word;

    *ret_n = 0;
    while (bb_str_word(&text, &word))
        calls[(*ret_n)++] =
            bb_sym_get(bb_str_ends(word, BB_STR(";")) ? bb_str_sub(word, 0, word.len - 1) : word);
    *ret = calls;
    return 0;
}

#define FUNCTION(name, body) "# line: 7, file: x.bb\n" name "() {\n" body "\n}\n"

START_TEST(functions_bring_those_they_call)
{
    struct bb_store *d = sample();
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    ck_assert_int_eq(
        bb_emit_func(&out, d, BB_SYM("do_it"), &(struct bb_emit_func_opts){.shell_execs = execs}), 0);
    ck_assert_str_eq(
        out.p,
        "export A=\"one\"\nexport B=\"two\"\nunset U\n\n" FUNCTION("do_it", "helper one") "\n" FUNCTION(
            "helper", "other; helper") "\n" FUNCTION("listed", "false") "\n" FUNCTION("other", "true") "\n");
    bb_store_unref(d);
}
END_TEST

START_TEST(without_a_scanner_only_vardeps_count)
{
    struct bb_store *d = sample();
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    ck_assert_int_eq(bb_emit_func(&out, d, BB_SYM("do_it"), NULL), 0);
    ck_assert(!bb_str_has(bb_buf_str(&out), BB_STR("helper()")));
    ck_assert(bb_str_has(bb_buf_str(&out), BB_STR("listed()")));
    bb_store_unref(d);
}
END_TEST

START_TEST(exported_variables_with_values)
{
    struct bb_store *d = sample();
    struct bb_exported *vars;
    size_t n;

    ck_assert_int_eq(bb_emit_exported(d, &vars, &n), 0);
    ck_assert_uint_eq(n, 2);
    ck_str(vars[0].var->name, "A");
    ck_str(vars[1].value, "two");
    bb_store_unref(d);
}
END_TEST

START_TEST(include_history)
{
    struct bb_store *d = sample();
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT, copied = BB_BUF_INIT;

    bb_store_include_enter(d, BB_STR("a.conf"));
    bb_store_include_enter(d, BB_STR("b.conf"));
    bb_store_include_enter(d, BB_STR("c.conf"));
    bb_store_include_leave(d);
    bb_store_include_leave(d);
    bb_store_include_leave(d);
    struct bb_store *copy = bb_store_copy(d);
    bb_store_include_enter(copy, BB_STR("d.bb"));
    bb_store_include_leave(copy);
    bb_store_include_emit(d, &out);
    ck_assert_str_eq(out.p,
                     "#\n# INCLUDE HISTORY:\n#\n# a.conf includes:\n#   b.conf includes:\n#     c.conf");
    bb_store_include_emit(copy, &copied);
    ck_assert(bb_str_starts(bb_buf_str(&copied), bb_buf_str(&out)));
    ck_assert(bb_str_ends(bb_buf_str(&copied), BB_STR("\n# d.bb")));
    bb_store_unref(copy);
    bb_store_unref(d);
}
END_TEST

START_TEST(history_is_kept_only_when_asked_for)
{
    struct bb_store *d = sample();
    struct bb_how how = {.loc = {.src = bb_source_id(BB_STR("x.bb")), .line = 4},
                         .op = "set?",
                         .detail = BB_STR("as written")};
    const struct bb_event *e;
    size_t n;

    bb_store_set(d, BB_SYM("H"), bb_val_z("1"), &how);
    bb_store_history(d, BB_SYM("H"), &e, &n);
    ck_assert_uint_eq(n, 0);
    bb_store_track(d, true);
    bb_store_set(d, BB_SYM("H"), bb_val_z("2"), &how);
    struct bb_store *copy = bb_store_copy(d);
    bb_store_set(copy, BB_SYM("H"), bb_val_z("3"), &how);
    bb_store_history(d, BB_SYM("H"), &e, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(e[0].op, "set?");
    ck_str(e[0].detail, "as written");
    bb_store_history(copy, BB_SYM("H"), &e, &n);
    ck_assert_uint_eq(n, 2);
    bb_store_unref(copy);
    bb_store_unref(d);
}
END_TEST

UNIT_MAIN("emit", functions_bring_those_they_call, without_a_scanner_only_vardeps_count,
          exported_variables_with_values, include_history, history_is_kept_only_when_asked_for)
