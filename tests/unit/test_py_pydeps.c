/* SPDX-License-Identifier: MIT */
/* What Python code refers to. Expectations are what BitBake's parser gives for the same texts. */
#include "py_support.h"

static void add_names(struct bb_buf *out, const bb_sym *p, size_t n)
{
    struct bb_strvec v = {0};

    for (size_t i = 0; i < n; i++)
        bb_vec_push(&v, p[i]->name);
    bb_strvec_sort(&v);
    for (size_t i = 0; i < n; i++)
        bb_buf_addf(out, " %.*s", BB_STRF(v.p[i]));
    bb_vec_release(&v);
}

/* "r: A B; x: f g; F{a b}" */
static const char *scan(const char *code)
{
    static struct bb_buf out;
    const struct bb_codedeps *deps;

    bb_buf_clear(&out);
    int r = hook->scan(hook->self, d, bb_str_z(code), NULL, BB_STR("/x.bb"), 0, &deps);
    if (r < 0) {
        hook->error_text(hook->self, &out);
        hook->error_clear(hook->self);
        return out.p;
    }
    bb_buf_addz(&out, "r:");
    add_names(&out, deps->references, deps->nreferences);
    bb_buf_addz(&out, "; x:");
    add_names(&out, deps->execs, deps->nexecs);
    for (size_t i = 0; i < deps->ncontains; i++) {
        bb_buf_addf(&out, "; %s", deps->contains[i].var->name.p);
        for (size_t j = 0; j < deps->contains[i].nitems; j++)
            bb_buf_addf(&out, "{%.*s}", BB_STRF(deps->contains[i].items[j]));
    }
    return out.p;
}

START_TEST(table)
{
    static const struct {
        const char *code, *expected;
    } cases[] = {
        {"d.getVar('A')", "r: A; x:"},
        {"e.data.getVar('A', False) + x.y.appendVar('B', 'c')", "r: A B; x:"},
        {"d.getVar(name)", "r:; x:"},
        {"d.getVar('A' + 'B')", "r:; x:"},
        {"d.getVar(f(1))", "r:; x: f"},
        {"d.setVar('A', g())", "r:; x: d.setVar g"},
        {"d.getVarFlag('A', 'f'); d.getVarFlag(v, 'g'); d.appendVarFlag('B', f, 'x')", "r: A[f]; x:"},
        {"bb.utils.contains('F', 'a b', 1, 0, d)", "r:; x:; F{a b}"},
        {"bb.utils.contains('F', w, 1, 0, d)", "r: F; x:"},
        {"bb.utils.contains_any('F', 'a b', 1, 0, d); bb.utils.filter('F', 'b c', d)", "r:; x:; F{a}{b}{c}"},
        {"bb.utils.filter('F', w, d)", "r: F; x:"},
        {"base_contains('F', 'a', 1, 0, d)", "r:; x:; F{a}"},
        {"oe.utils.conditional('V', 'x', 'y', 'z', d)", "r: V; x:"},
        {"bb.build.exec_func('do_x', d); bb.build.exec_task(t, d)", "r:; x: do_x"},
        {"d.expand('${A} ${@bb.utils.contains(\"F\", \"q\", 1, 0, d)}')", "r: A; x:; F{q}"},
        {"d.expand(text)", "r:; x:"},
        {"a.b.c(1); f()(2); (g if x else h)(); [k(z) for z in m()]", "r:; x: a.b.c f k m"},
        {"\n    if d.getVar('A'):\n        f()\n", "r: A; x: f"},
        {"\t\n  \n", "r:; x:"},
        {"f'{d.getVar(\"A\")}'", "r: A; x:"},
        {"d.getVar()", "IndexError: list index out of range"},
        {"def g(d):\n    @deco(1)\n    def h(): return d.prependVar('P', '')\n", "r: P; x: deco"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        for (int again = 0; again < 2; again++) /* the second answer is remembered */
            ck_assert_str_eq(scan(cases[i].code), cases[i].expected);
}
END_TEST

START_TEST(not_python)
{
    ck_assert_msg(strncmp(scan("x = = 1"), "SyntaxError: invalid syntax", 27) == 0, "%s", scan("x = = 1"));
    ck_assert_msg(strncmp(scan("'open"), "SyntaxError: unterminated", 25) == 0, "%s", scan("'open"));
}
END_TEST

START_TEST(deep)
{
    struct bb_buf code = BB_BUF_INIT;

    for (int i = 0; i < 3000; i++)
        bb_buf_addz(&code, i ? "+f(" : "f(");
    ck_assert_msg(strstr(scan(code.p), "Error") != NULL, "%s", scan(code.p));
    bb_buf_clear(&code);
    for (int i = 0; i < 80; i++)
        bb_buf_addz(&code, "f(");
    for (int i = 0; i < 80; i++)
        bb_buf_addz(&code, ")");
    ck_assert_str_eq(scan(code.p), "r:; x: f");
    bb_buf_release(&code);
}
END_TEST

PY_MAIN("py_pydeps", table, not_python, deep)
