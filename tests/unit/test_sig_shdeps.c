/* SPDX-License-Identifier: MIT */
#include "sig/shdeps.h"

#include "support/unit.h"

/* The command words of a text, sorted, or "!" and why it is refused. */
static char *words_at(enum bb_level level, const char *text)
{
    static char out[1024];
    struct bb_shdeps *c = bb_shdeps_new(level);
    const struct bb_shdeps_result *r;
    struct bb_strvec v = {0};
    struct bb_buf b = BB_BUF_INIT;
    if (bb_shdeps_get(c, bb_str_z(text), &r) < 0)
        bb_buf_addf(&b, "!%u: %s", r->line, r->error);
    for (size_t i = 0; i < r->ncmds; i++)
        bb_vec_push(&v, r->cmds[i]->name);
    bb_strvec_sort(&v);
    for (size_t i = 0; i < v.n; i++)
        bb_buf_addf(&b, "%s%.*s", i ? "|" : "", BB_STRF(v.p[i]));
    snprintf(out, sizeof(out), "%s", b.p);
    bb_buf_release(&b);
    bb_vec_release(&v);
    bb_shdeps_free(c);
    return out;
}

static char *words(const char *text)
{
    return words_at(BB_LEVEL_2_8, text);
}

struct row {
    const char *text, *expect;
};

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *got = words(rows[i].text);
        ck_assert_msg(strcmp(got, rows[i].expect) == 0, "text <%s>: got <%s>, expected <%s>", rows[i].text,
                      got, rows[i].expect);
    }
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof(*(rows)))

START_TEST(simple_commands)
{
    static const struct row rows[] = {
        {"", ""},
        {"\n\n", ""},
        {"a b c\n", "a"},
        {"a; b\nc & d\n", "a|b|c|d"},
        {"a; ; b\n", "a|b"},
        {"# only a comment\n", ""},
        {"#", ""},
        {"# a comment without its newline", "!1: a comment at the end of the text has no newline"},
        {"a # b\nc#d\n", "a|c#d"},
        {"a | b && ! c || d\n", "a|b|c|d"},
        {"a \\\n b; c\\\nd\n", "a|cd"},
        {"'a b' c; \"d\" e; f\\ g\n", "\"d\"|'a b'|f\\ g"},
        {">out 2>&1 a <in b >>log\n", "a"},
        {"[[ -n x ]]\nfunction f\n", "[[|function"},
        {"a $((1+2))\n", "!1: arithmetic expansion '$((' is not understood"},
        {"a=(1 2)\n", "!1: unexpected word"},
        {"a <<< b\n", "!1: a here-document has no name"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(first_word_rules)
{
    static const struct row rows[] = {
        {"A=1 B=2 cmd arg\n", "cmd"},
        {"x-y=1 cmd\n", "cmd"},
        {"A=1\n", ""},
        {"A=1", ""},
        {"$cmd arg\n", ""},
        {"${cmd} arg\n", ""},
        {"eval a b\n", "a"},
        {"eval a \\; b\n", "a"},
        {"eval 'x y'; z\n", "'x y'|z"},
        {"A=1 eval a\n", "a"},
        {"X=$(f) g\n", "f"},
        {"`f` g\n", "f"},
        {"A=1 X=$(f) g\n", "f|g"},
        {"X=\"$(f)\"\n", ""},
        {"g '$(f)' \"`h`\"\n", "g"},
        {"g $(f $(h; i) `j`) | k\n", "f|g|h|i|j|k"},
        {"cmd_name=f", "f"},
    };
    CHECK_ROWS(rows);
    ck_assert_str_eq(words_at(BB_LEVEL_2_18, "g \"$(f) `h`\" \"${x:-$(i)}\"\n"), "f|g|h");
}
END_TEST

START_TEST(compound_commands)
{
    static const struct row rows[] = {
        {"if a; then b; elif c; then d; else e; fi >x\n", "a|b|c|d|e"},
        {"while a; do b; done; until c\ndo d\ndone\n", "a|b|c|d"},
        {"for i in x $(a) `b`; do c $i; done\n", "a|b|c"},
        {"for i in; do c; done\n", "c"},
        {"for i\nin x; do c; done\n", "!2: unexpected word"},
        {"for i; do c; done\n", "!1: unexpected ';'"},
        {"for i do c; done\n", "!1: 'for' without 'in' is not understood"},
        {"( a; b )\n{ c\nd; }\n", "a|b|c|d"},
        {"{ a & }\n", "!1: '&' at the end of a block is not understood"},
        {"{ a & b; }\n", "a|b"},
        {"(a) (b)\n", "a|b"},
        {"a while b; do c; done\n", "a|b|c"},
        {"( a while b; do c; done )\n", "!1: unexpected 'while'"},
        {"echo done do for if then until fi !\n", "echo"},
        {"echo while\n", "!2: unexpected end of the text"},
        {"if a then b; fi\n", "!1: unexpected 'fi'"},
        {"a |& b\n", "!1: unexpected '&'"},
        {"a )\n", "!1: unexpected ')'"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(case_items)
{
    static const struct row rows[] = {
        {"case $(s) in a) b;; (c|d) e ;; esac\n", "b|e"},
        {"case x in $(p)) b;; *) c\nesac\n", "b|c|p"},
        {"case x in a|$(p)) b;; esac\n", "b"},
        {"case x in ($(p)) b;; esac\n", "b|p"},
        {"case x in ($(p)) b\nesac\n", "b"},
        {"case x in\nesac\n", ""},
        {"case x in a) ;; b) esac\n", ""},
        {"case x in a) b; ;; ;; esac\n", "!1: unexpected ';;'"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(functions)
{
    static const struct row rows[] = {
        {"f() { a; }\nf; b\n", "a|b"},
        {"f() { a; }\n$(f)\n", "a"},
        {"f ()\n( a; )\n", "a"},
        {"f() { a; } >x\n", "!1: redirections of a function are not understood"},
        {"f() a\n", "!1: unexpected word"},
        {"f (a)\n", "!1: unexpected word"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(here_documents)
{
    static const struct row rows[] = {
        {"cat <<EOF | a\nb $(c)\nEOF\nd\n", "a|cat|d"},
        {"cat <<-'E F'\n\tb\n\tE F\nd\n", "cat|d"},
        {"cat <<A <<B; c\na\nA\nb\nB\nd\n", "c|cat|d"},
        {"cat <<A\nno end\nb\n", "cat"},
        {"cat <<A\nx\\\nA\ny\nA\nz\n", "cat|z"},
        {"cat <<A\nA\nd\n", "!1: unexpected end of line"},
        {"cat <<A", "!1: a here-document is missing"},
        {"cat <<\n", "!1: a here-document has no name"},
        {"cat <<''\n\n", "!2: a here-document has an empty name"},
        {"cat <<A\nif", "!2: unexpected 'if'"},
        {"cat <<A\n;", "!2: unexpected ';'"},
        {"cat <<'<'\n12\n<\n", "!2: unexpected redirection"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(broken_quotes)
{
    static const struct row rows[] = {
        {"a\nb 'c\n", "!2: unterminated quote or expansion"},
        {"a \"c\n", "!1: unterminated quote or expansion"},
        {"a $(c\n", "!1: unterminated quote or expansion"},
        {"a ${c\n", "!1: unterminated quote or expansion"},
        {"a `c\n", "!1: unterminated quote or expansion"},
        {"a $", "!1: a lone '$' is not understood"},
        {"a $ b\n", "!1: a lone '$' is not understood"},
        {"a\\", "!1: backslash at the end of the text"},
        {"a\nb $(if)\n", "!2: unexpected end of the text"},
        {"a ${x:-'}'} \"${y:-\"z\"}\"\n", "a"},
    };
    CHECK_ROWS(rows);
}
END_TEST

/* Neither the stack nor time may run out. */
START_TEST(hostile_nesting)
{
    struct bb_buf b = BB_BUF_INIT;
    for (int i = 0; i < 100000; i++)
        bb_buf_addz(&b, "( ");
    ck_assert_str_eq(words(b.p), "!1: nested too deeply");
    bb_buf_clear(&b);
    for (int i = 0; i < 100000; i++)
        bb_buf_addz(&b, "$(");
    ck_assert_str_eq(words(b.p), "!1: quotes are nested too deeply");
    bb_buf_clear(&b);
    for (int i = 0; i < 60; i++)
        bb_buf_addz(&b, "eval $(");
    for (int i = 0; i < 60; i++)
        bb_buf_addc(&b, ')');
    ck_assert_str_eq(words(b.p), "!1: nested too deeply");
    bb_buf_clear(&b);
    for (int i = 0; i < 20000; i++)
        bb_buf_addz(&b, "eval ");
    ck_assert_str_eq(words(b.p), "!1: nested too deeply");
    bb_buf_release(&b);
}
END_TEST

START_TEST(results_are_kept)
{
    struct bb_shdeps *c = bb_shdeps_new(BB_LEVEL_2_8);
    const struct bb_shdeps_result *r1, *r2;
    char text[] = "a; b\n";
    ck_assert_int_eq(bb_shdeps_get(c, bb_str_z(text), &r1), 0);
    text[0] = 'x';
    ck_assert_int_eq(bb_shdeps_get(c, BB_STR("a; b\n"), &r2), 0);
    ck_assert_ptr_eq(r1, r2);
    ck_assert_int_eq(bb_shdeps_get(c, BB_STR("a b )\n"), &r1), -BB_EPARSE);
    ck_assert_int_eq(bb_shdeps_get(c, BB_STR("a b )\n"), &r2), -BB_EPARSE);
    ck_assert_ptr_eq(r1, r2);
    bb_sym *cmds;
    size_t n;
    ck_assert_int_eq(bb_shdeps_execs(c, bb_str_z(text), &cmds, &n), 0);
    ck_assert_uint_eq(n, 2);
    bb_shdeps_free(c);
}
END_TEST

UNIT_MAIN("shdeps", simple_commands, first_word_rules, compound_commands, case_items, functions,
          here_documents, broken_quotes, hostile_nesting, results_are_kept)
