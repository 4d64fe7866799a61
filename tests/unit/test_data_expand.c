/* SPDX-License-Identifier: MIT */
/* Expansion with a Python that is not there: how often it is asked, what its failures become. */
#include "data/store.h"
#include "support/unit.h"

static struct bb_ctx ctx;
static struct bb_diag_collect said;
static struct bb_store *d;

static int evals, clears;
static const char *failure;
static const char *called; /* what scan() finds in any code */

/* Any code: "write" sets W, "read" gives A, the rest counts. */
static int eval(void *self, struct bb_store *s, bb_sym var, bb_str code, struct bb_buf *ret)
{
    bb_str text = {0};

    evals++;
    if (failure)
        return -BB_EPYTHON;
    if (bb_str_eqz(code, "write"))
        bb_store_setz(s, "W", BB_STR("written"));
    if (bb_str_eqz(code, "copy")) {
        struct bb_store *copy = bb_store_copy(s);
        bb_store_str(copy, BB_SYM("A"), &text);
        text = bb_arena_str(bb_store_arena(s), text);
        bb_store_unref(copy);
    }
    if (bb_str_eqz(code, "skip"))
        return -BB_ESKIP;
    if (bb_str_eqz(code, "read"))
        bb_store_str(s, BB_SYM("A"), &text);
    bb_buf_adds(ret, text);
    bb_buf_addf(ret, "#%d", evals);
    return 0;
}

static int scan(void *self, struct bb_store *s, bb_str code, bb_sym var, bb_str file, uint32_t lineno,
                const struct bb_codedeps **ret)
{
    static bb_sym exec;
    static struct bb_codedeps deps = {.execs = &exec, .nexecs = 1};

    if (!called)
        return -BB_EPARSE;
    exec = bb_sym_z(called);
    *ret = &deps;
    return 0;
}

static void error_text(void *self, struct bb_buf *ret)
{
    bb_buf_addz(ret, failure);
}

static void error_clear(void *self)
{
    clears++;
}

static const struct bb_pyhook hook = {
    .eval = eval, .scan = scan, .error_text = error_text, .error_clear = error_clear};

static void setup(void)
{
    bb_ctx_init(&ctx);
    bb_diag_collect_init(&said);
    ctx.diag = &said.sink;
    d = bb_store_new(&ctx, &hook);
}

static void teardown(void)
{
    bb_store_unref(d);
    bb_diag_collect_release(&said);
    bb_ctx_release(&ctx);
}

static void set(const char *var, const char *value)
{
    bb_store_set(d, bb_sym_z(var), bb_val_z(value), BB_HOW_PARSE(((struct bb_loc){0})));
}

static bb_str get(const char *var)
{
    bb_str s = {0};
    ck_assert_int_eq(bb_store_str(d, bb_sym_z(var), &s), 0);
    return s;
}

START_TEST(code_is_not_run_again_until_a_write)
{
    set("A", "${@code}");
    set("B", "${A}");
    ck_str(get("B"), "#1");
    ck_str(get("A"), "#1");
    set("OTHER", "x");
    ck_str(get("B"), "#2");
    ck_str(get("A"), "#2");
}
END_TEST

START_TEST(texts_without_code_outlive_writes_of_others)
{
    set("A", "${B} a");
    set("B", "${C} b");
    set("C", "c");
    bb_str first = get("A");
    set("OTHER", "x");
    ck_assert_ptr_eq(get("A").p, first.p);
    set("C", "new");
    ck_str(get("A"), "new b a");
    bb_store_append(d, BB_SYM("B"), BB_STR("!"), NULL);
    ck_str(get("A"), "new b! a");
    bb_store_del(d, BB_SYM("C"), NULL);
    ck_str(get("A"), "${C} b! a");
    set("OVERRIDES", "o");
    set("C:o", "over");
    ck_str(get("A"), "over b! a");
}
END_TEST

START_TEST(what_code_writes_is_seen)
{
    set("W", "old");
    set("A", "${W} ${@write}");
    ck_str(get("A"), "old #1");
    ck_str(get("A"), "old #1");
    ck_str(get("W"), "written");
    set("OTHER", "x");
    ck_str(get("A"), "written #2");
}
END_TEST

START_TEST(pure_code_is_run_again_when_what_it_read_changes)
{
    called = "oe.utils.vartrue";
    set("A", "1");
    set("X", "${@read}");
    ck_str(get("X"), "1#1");
    set("OTHER", "x");
    ck_str(get("X"), "1#1");
    set("A", "2");
    ck_str(get("X"), "2#2");
    called = "open";
    set("X", "${@read} ");
    ck_str(get("X"), "2#3 ");
    set("OTHER", "y");
    ck_str(get("X"), "2#4 ");
}
END_TEST

START_TEST(reads_through_a_copy_are_not_lost)
{
    called = "x.strip";
    set("A", "1");
    set("X", "${@copy}");
    ck_str(get("X"), "1#1");
    set("A", "2");
    ck_str(get("X"), "2#2");
}
END_TEST

START_TEST(native_forms_need_no_python)
{
    set("A", "a b");
    set("X", "${@bb.utils.contains('A', 'b', 'yes', 'no', d)} ${@d.getVar('A')}");
    ck_str(get("X"), "yes a b");
    ck_assert_int_eq(evals, 0);
    bb_str first = get("X");
    set("OTHER", "x");
    ck_assert_ptr_eq(get("X").p, first.p);
    set("A", "c");
    ck_str(get("X"), "no c");
}
END_TEST

START_TEST(operations_without_an_answer_go_to_python)
{
    set("X", "${@d.getVar('NOPE') + 'x'}");
    ck_str(get("X"), "#1");
    set("X", "${@'\\n'}");
    ck_str(get("X"), "#2");
    set("X", "${@'a' 'b'}");
    ck_str(get("X"), "#3");
    set("X", "${@1 < 2}");
    ck_str(get("X"), "#4");
}
END_TEST

START_TEST(a_failure_names_the_chain)
{
    bb_str s;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;

    set("A", "${B}");
    set("B", "x ${@code}");
    failure = "NameError: name 'code' is not defined";
    ck_assert_int_eq(bb_store_str(d, BB_SYM("A"), &s), -BB_EPYTHON);
    const struct bb_expand_error *e = bb_store_error(d);
    ck_str(e->variable, "B");
    ck_str(e->expression, "x ${@code}");
    ck_assert_uint_eq(e->nchain, 2);
    bb_store_error_text(d, &text);
    ck_assert_str_eq(text.p,
                     "Failure expanding variable B, expression was x ${@code} which triggered exception "
                     "NameError: name 'code' is not defined\n"
                     "The variable dependency chain for the failure is: B -> A");
}
END_TEST

START_TEST(a_failure_is_reported_once)
{
    bb_str s;

    set("A", "${@code}");
    failure = "ValueError: no";
    ck_assert_int_eq(bb_store_str_report(d, BB_SYM("A"), &s), -BB_EREPORTED);
    ck_assert(bb_str_has(bb_buf_str(&said.text), BB_STR("ValueError: no")));
    ck_assert_uint_eq(ctx.errors, 1);
    ck_assert_int_eq(clears, 1);
    failure = NULL;
    ck_str(get("A"), "#2");
}
END_TEST

START_TEST(skipping_is_no_failure)
{
    bb_str s;

    set("A", "${@skip}");
    ck_assert_int_eq(bb_store_str(d, BB_SYM("A"), &s), -BB_ESKIP);
    ck_assert_int_eq(bb_store_report(d, -BB_ESKIP, (struct bb_loc){0}), -BB_ESKIP);
    ck_assert_uint_eq(ctx.errors, 0);
}
END_TEST

START_TEST(a_text_that_is_no_code_stays)
{
    set("A", "${B} ${@it's}");
    set("B", "b");
    failure = "SyntaxError: unterminated string literal (detected at line 1)";
    /* Twice, as the first pass changed the text. */
    ck_str(get("A"), "b ${@it's}");
    ck_assert_int_eq(clears, 2);
}
END_TEST

START_TEST(no_python_is_a_failure_with_a_name)
{
    struct bb_store *bare = bb_store_new(&ctx, NULL);
    bb_str s;

    bb_store_setz(bare, "A", BB_STR("${@code}"));
    ck_assert_int_eq(bb_store_str(bare, BB_SYM("A"), &s), -BB_EPARSE);
    ck_assert(bb_str_has(bb_store_error(bare)->exception, BB_STR("no Python")));
    bb_store_unref(bare);
}
END_TEST

START_TEST(expansion_of_a_text_without_references_is_that_text)
{
    bb_str text = BB_STR("a $b {c}"), ret;

    bb_store_expand(d, text, NULL, &ret);
    ck_assert_ptr_eq(ret.p, text.p);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        code_is_not_run_again_until_a_write,
        texts_without_code_outlive_writes_of_others,
        what_code_writes_is_seen,
        pure_code_is_run_again_when_what_it_read_changes,
        reads_through_a_copy_are_not_lost,
        native_forms_need_no_python,
        operations_without_an_answer_go_to_python,
        a_failure_names_the_chain,
        a_failure_is_reported_once,
        skipping_is_no_failure,
        a_text_that_is_no_code_stays,
        no_python_is_a_failure_with_a_name,
        expansion_of_a_text_without_references_is_that_text,
    };
    return unit_run("expand", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
