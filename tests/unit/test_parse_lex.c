/* SPDX-License-Identifier: MIT */
#include "parse/lex.h"
#include "support/unit.h"

/* A context whose reports end up in `said`, one a line: "SEVERITY line:column text". */
static struct bb_ctx ctx;
static struct bb_buf said;

static void listen(struct bb_diag_sink *self, struct bb_ctx *c, const struct bb_diag *d)
{
    uint32_t line = d->loc.len ? bb_source_line_at(d->loc.src, d->loc.off) : d->loc.line;

    bb_buf_addf(&said, "%c %u:%u %.*s\n", d->severity == BB_WARN ? 'W' : 'E', line,
                bb_source_column(d->loc.src, line, d->loc.off), BB_STRF(d->text));
}
static struct bb_diag_sink sink = {listen};

static void setup(void)
{
    if (ctx.diag)
        bb_ctx_release(&ctx);
    bb_ctx_init(&ctx);
    ctx.diag = &sink;
    bb_buf_clear(&said);
}

static const char *const kinds[] = {"assign",       "export",      "unset",   "include",      "includeall",
                                    "addfragments", "addpylib",    "inherit", "inheritdefer", "function",
                                    "def",          "exportfuncs", "addtask", "deltask",      "addhandler"};
static const char *const ops[] = {":=", "\?\?=", "?=", "+=", "=+", "=.", ".=", "="};

static void show(struct bb_buf *out, const struct bb_stmt *s)
{
    bb_buf_addf(out, "%u %s", s->loc.line, kinds[s->kind]);
    if (s->flags)
        bb_buf_addf(out, " !%x", s->flags);
    if (s->var)
        bb_buf_addf(out, " %s", s->var->name.p);
    if (s->flag)
        bb_buf_addf(out, "[%s]", s->flag->name.p);
    if (s->kind == BB_ST_ASSIGN)
        bb_buf_addf(out, " %s", ops[s->op]);
    for (size_t i = 0; i < s->nnames; i++)
        bb_buf_addf(out, " %s", s->names[i]->name.p);
    if (s->text.p)
        bb_buf_addf(out, " <%.*s>", BB_STRF(s->text));
    if (s->text2.p)
        bb_buf_addf(out, " <%.*s>", BB_STRF(s->text2));
    bb_buf_addc(out, '\n');
}

/* Statements as text, or what was said about them. */
static const char *lexed(const char *path, const char *text)
{
    static struct bb_buf out;
    struct bb_ast *ast;

    setup();
    bb_buf_clear(&out);
    if (bb_lex_text(&ctx, bb_str_z(path), bb_str_z(text), &ast) < 0)
        return said.p;
    for (size_t i = 0; i < ast->nstmts; i++)
        show(&out, &ast->stmts[i]);
    bb_buf_adds(&out, bb_buf_str(&said));
    bb_ast_free(ast);
    return out.len ? out.p : "";
}

struct example {
    const char *text, *expect;
};
static void check_all(const char *path, const struct example *e, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(strcmp(lexed(path, e[i].text), e[i].expect) == 0, "for:\n%s\ngot:\n%s\nnot:\n%s",
                      e[i].text, lexed(path, e[i].text), e[i].expect);
}
#define CHECK_ALL(path, table) check_all(path, table, sizeof(table) / sizeof(*(table)))

static const struct example assigns[] = {
    {"A = \"x\"", "1 assign A = <x>\n"},
    {"A='x'\n", "1 assign A = <x>\n"},
    {"A ?= \"x\"\nA \?\?= \"y\"\nA := \"z\"",
     "1 assign A ?= <x>\n2 assign A[_defaultval] \?\?= <y>\n3 assign A := <z>\n"},
    {"A += \"x\"\nA =+ \"x\"\nA .= \"x\"\nA =. \"x\"",
     "1 assign A += <x>\n2 assign A =+ <x>\n3 assign A .= <x>\n4 assign A =. <x>\n"},
    {"A+=\"x\"\nA.=\"x\"\nA:=\"x\"", "1 assign A += <x>\n2 assign A .= <x>\n3 assign A := <x>\n"},
    {"export A = \"x\"", "1 assign !1 A = <x>\n"},
    {"export = \"x\"", "1 assign export = <x>\n"},
    {"A[f] = \"x\"\nA[f@g] .= \"x\"\nA[f] \?\?= \"x\"",
     "1 assign A[f] = <x>\n2 assign A[f@g] .= <x>\n3 assign A[f] \?\?= <x>\n"},
    {"A:append:b = \" x\"", "1 assign A:append:b = < x>\n"},
    {"A:append += \"x\"", "1 assign !2 A:append += <x>\n"},
    {"A-${B}_c/d~e = \"x\"", "1 assign A-${B}_c/d~e = <x>\n"},
    {"A = \"\"\nB = ''", "1 assign A = <>\n2 assign B = <>\n"},
    {"A = \"a \"b\" c\"", "1 assign A = <a \"b\" c>\n"},
    {"A = \"it's\"", "1 assign A = <it's>\n"},
    {"A = \"x\"   \t\n", "1 assign A = <x>\n"},
    {"A = \"x\"\r\nB = \"y\"\rC = \"z\"\r\n", "1 assign A = <x>\n2 assign B = <y>\n3 assign C = <z>\n"},
    {"A = \"x\"\xc2\xa0\n", "1 assign A = <x>\n"},
    {"\n# comment = \"\n\nA = \"x\"", "4 assign A = <x>\n"},
    {"A = \"a \\\n    b \\\n  c\"\nB = \"d\"", "3 assign A = <a     b   c>\n4 assign B = <d>\n"},
    {"include x ${Y}\nrequire z.inc", "1 include <x ${Y}>\n2 include !4 <z.inc>\n"},
    {"export A", "1 export A\n"},
    {"unset A\nunset A[fl]", "1 unset A\n2 unset A[fl]\n"},
};

START_TEST(assignments_are_the_same_in_both_models)
{
    CHECK_ALL("/l/x.conf", assigns);
    CHECK_ALL("/l/x.bb", assigns);
}
END_TEST

static const struct example conf[] = {
    {"addpylib ${LAYERDIR}/lib oe", "1 addpylib <${LAYERDIR}/lib> <oe>\n"},
    {"# a \\\n# b\nA = \"x\"", "3 assign A = <x>\n"},
    {"A = \"a \\\n# b\"", "2 assign A = <a # b>\n"},
    {"A = \"x\" \\\n", "E 1:8 unparsed line: 'A = \"x\" ': text after the value's closing quote\n"},
    {"# a \\\nA = \"x\"",
     "E 1:1 There is a confusing multiline partially commented expression starting on line 1 of "
     "file /l/x.conf: a comment that ends in '\\' goes on in a line that is no comment\n"},
    {"\\\n\nA = \"x\"", "E 1:1 unparsed line: '\\': nothing stands before the line's '\\'\n"},
    {"inherit x", "E 1:1 unparsed line: 'inherit x': 'inherit' has no place in a .conf file\n"},
};

START_TEST(conf_files)
{
    CHECK_ALL("/l/x.conf", conf);
}
END_TEST

static const struct example functions[] = {
    {"do_x() {\n\ta\n  b  \n}\n", "4 function do_x <\ta\n  b\n> <1>\n"},
    {"do_x () {\n}\n", "2 function do_x <> <1>\n"},
    {"do_x() {\n a\n }\n}", "4 function do_x < a\n }\n> <1>\n"},
    {"do_x() {\n# A = \"\n\\\n}", "4 function do_x <# A = \"\n\\\n> <1>\n"},
    {"python do_x() {\n    a\n}", "3 function !8 do_x <    a\n> <1>\n"},
    {"fakeroot python do_x() {\n}", "2 function !18 do_x <> <1>\n"},
    {"fakeroot do_x:append:b() {\n}", "2 function !10 do_x:append:b <> <1>\n"},
    {"python() {\n    a\n}",
     "3 function !28 __anon_3__l_x_y_1_bb <def __anon_3__l_x_y_1_bb(d):\n    a\n> <1>\n"},
    {"python __anonymous () {\n}",
     "2 function !28 __anon_2__l_x_y_1_bb <def __anon_2__l_x_y_1_bb(d):\n> <1>\n"},
    {"do_x \\\n() {\n a\n}", "4 function do_x < a\n> <2>\n"},
    {"def f(d):\n    return 1\n\n# c\nA = \"x\"",
     "5 def f <def f(d):\n    return 1\n\n# c> <0>\n5 assign A = <x>\n"},
    {"\ndef f(d):\n    return 1", "4 def f <def f(d):\n    return 1> <1>\n"},
    {"def f(d):\n    return 1  \n", "3 def f <def f(d):\n    return 1> <0>\n"},
    {"def f(d):   \n    a \n    b\n\n", "5 def f <def f(d):\n    a\n    b\n> <0>\n"},
    {"def f(a,\\\n  b):\n    c\n", "4 def f <def f(a,  b):\n    c> <1>\n"},
    {"def f(): pass\ndef g(): pass", "2 def f <def f(): pass> <0>\n3 def g <def g(): pass> <1>\n"},
    {"python do_x() {\n\ta\n\tb\n}", "4 function !8 do_x <\ta\n\tb\n> <1>\nW 2:1 python should use 4 spaces "
                                     "indentation, but found tabs in x-y_1.bb, line 2\n"},
};

START_TEST(bodies)
{
    CHECK_ALL("/l/x-y_1.bb", functions);
}
END_TEST

static const struct example words[] = {
    {"inherit a ${B}", "1 inherit <a ${B}>\n"},
    {"inherit_defer a", "1 inheritdefer <a>\n"},
    {"addtask x", "1 addtask x\n"},
    {"addtask do_x before do_y do_z after do_a", "1 addtask do_x <do_y do_z > <do_a>\n"},
    {"addtask do_x after do_a before do_y", "1 addtask do_x <do_y> <do_a >\n"},
    {"addtask x y", "1 addtask x\nW 1:1 addtask ignored: \" y\"\n"},
    {"addtask x before a before b",
     "1 addtask x <a before b>\nW 1:1 addtask contained multiple 'before' keywords, only one is supported\n"},
    {"addtask x before do_thereafter", "1 addtask x <do_there> <>\n"},
    {"deltask a ${B}", "1 deltask <a ${B}>\n"},
    {"addhandler a b", "1 addhandler a b\n"},
    {"EXPORT_FUNCTIONS do_a do_b", "1 exportfuncs do_a cls_do_a do_b cls_do_b\n"},
    {"deltask = \"x\"", "1 deltask <= \"x\">\n"},
    {"addtask = \"x\"", "1 assign addtask = <x>\n"},
};

START_TEST(statements_of_words)
{
    CHECK_ALL("/l/cls.bbclass", words);
}
END_TEST

static const struct example errors[] = {
    {"A = \"x", "E 1:5 unparsed line: 'A = \"x': unterminated quote\n"},
    {"A = \"a \\\n b\nB = \"c\"", "E 1:5 unparsed line: 'A = \"a  b': unterminated quote\n"},
    {"A = \"x'", "E 1:5 unparsed line: 'A = \"x'': unterminated quote\n"},
    {"A = \"a \"b\"", "E 1:8 unparsed line: 'A = \"a \"b\"': the value holds its own quote, unbalanced\n"},
    {"A = x", "E 1:5 unparsed line: 'A = x': the value is not quoted\n"},
    {"A =", "E 1:4 unparsed line: 'A =': the value is missing\n"},
    {"A = \"x\" # c", "E 1:8 unparsed line: 'A = \"x\" # c': text after the value's closing quote\n"},
    {"A -= \"x\"", "E 1:3 unparsed line: 'A -= \"x\"': unknown operator '-='\n"},
    {"A == \"x\"", "E 1:3 unparsed line: 'A == \"x\"': unknown operator '=='\n"},
    {"A[f = \"x\"", "E 1:2 unparsed line: 'A[f = \"x\"': unterminated '[' of a flag\n"},
    {" A = \"x\"", "E 1:1 unparsed line: ' A = \"x\"': a statement may not be indented\n"},
    {"nonsense", "E 1:1 unparsed line: 'nonsense'\n"},
    {"}", "E 1:1 unparsed line: '}': no function is open here\n"},
    {"unset A[f]", "E 1:1 unparsed line: 'unset A[f]'\n"},
    {"include_all x", "E 1:1 unparsed line: 'include_all x': 'include_all' came with BitBake 2.12\n"},
    {"addpylib a b",
     "E 1:1 unparsed line: 'addpylib a b': 'addpylib' may stand only in layer.conf and bitbake.conf\n"},
    {"\xef\xbb\xbf"
     "A = \"x\"",
     "E 1:1 unparsed line: '\xef\xbb\xbf"
     "A = \"x\"': the file starts with a byte order mark\n"},
    {"do_x() {\n a\n",
     "E 1:1 Unparsed lines from unclosed function 'do_x': no line that is exactly '}' before the end "
     "of the file\n"},
    {"python () {\n}}\n",
     "E 1:1 Unparsed lines from unclosed function '__anonymous': no line that is exactly '}' "
     "before the end of the file\n"},
    {"A = \"x \\\n# c\n\"",
     "E 2:1 There is a comment on line 2 of file /l/x.bb which is in the middle of a multiline "
     "expression; this syntax is invalid\n"},
    {"A = \"x\" \\", "E 1:1 Unparsed lines /l/x.bb: the file ends after a line that ends in '\\'\n"},
    {"# x \\", "E 1:1 Unparsed lines /l/x.bb: the file ends after a comment that ends in '\\'\n"},
    {"A = \"\xff\"", "E 1:6 the file is not UTF-8 text: byte 0xff at offset 5\n"},
    {"A = \"\xed\xa0\x80\"", "E 1:6 the file is not UTF-8 text: byte 0xed at offset 5\n"},
    {"addtask a:append_b",
     "W 1:1 addtask ignored: \":append_b\"\n"
     "E 1:1 Task name 'a:append_b' contains a keyword which is not recommended/supported: rename "
     "the task not to include ':append', ':prepend' or ':remove'\n"},
};

START_TEST(errors_name_place_and_cause)
{
    CHECK_ALL("/l/x.bb", errors);
}
END_TEST

START_TEST(open_expansion_is_kept_and_warned_about)
{
    ck_assert_str_eq(lexed("/l/x.bb", "A = \"a ${B\""),
                     "1 assign A = <a ${B>\nW 1:8 unterminated '${' in value of 'A'\n");
    ck_assert_str_eq(lexed("/l/x.bb", "A = \"a \\\n ${B\""),
                     "2 assign A = <a  ${B>\nW 2:2 unterminated '${' in value of 'A'\n");
    ck_assert_str_eq(lexed("/l/x.bb", "A = \"${B} {\""), "1 assign A = <${B} {>\n");
}
END_TEST

START_TEST(exporting_outside_of_a_class)
{
    ck_assert_str_eq(
        lexed("/l/x.inc", "EXPORT_FUNCTIONS do_a"),
        "1 exportfuncs do_a _do_a\nW 1:1 EXPORT_FUNCTIONS outside of a class calls functions named "
        "'_...'\n");
}
END_TEST

START_TEST(nul_byte)
{
    static const char text[] = "A = \"x\"\nB = \"\0\"\n";
    struct bb_ast *ast;

    setup();
    ck_assert_int_eq(bb_lex_text(&ctx, BB_STR("/l/n.bb"), bb_str_n(text, sizeof(text) - 1), &ast),
                     -BB_EREPORTED);
    ck_assert_str_eq(said.p, "E 2:6 the file holds a NUL byte: 0x00 at offset 13\n");
}
END_TEST

START_TEST(line_of_ten_megabytes)
{
    size_t len = 10u << 20;
    char *text = bb_malloc(len);
    struct bb_ast *ast;

    memset(text, 'x', len);
    setup();
    ck_assert_int_eq(bb_lex_text(&ctx, BB_STR("/l/long.bb"), bb_str_n(text, len), &ast), -BB_EREPORTED);
    ck_assert_uint_lt(said.len, 400);
    memcpy(text, "A = \"", 5);
    text[len - 1] = '"';
    setup();
    ck_assert_int_eq(bb_lex_text(&ctx, BB_STR("/l/long2.bb"), bb_str_n(text, len), &ast), 0);
    ck_assert_uint_eq(ast->stmts[0].text.len, len - 6);
    ck_assert_ptr_eq(ast->stmts[0].text.p, text + 5);
    bb_ast_free(ast);
    free(text);
}
END_TEST

START_TEST(kinds_of_files)
{
    ck_assert_int_eq(bb_ast_file_kind(BB_STR("a/b.conf")), BB_FILE_CONF);
    ck_assert_int_eq(bb_ast_file_kind(BB_STR("a/b_%.bbappend")), BB_FILE_RECIPE);
    ck_assert_int_eq(bb_ast_file_kind(BB_STR("a.bbclass")), BB_FILE_CLASS);
    ck_assert_int_eq(bb_ast_file_kind(BB_STR("a/.bb")), BB_FILE_OTHER);
    ck_assert_int_eq(bb_ast_file_kind(BB_STR("a.bb/b")), BB_FILE_OTHER);
}
END_TEST

UNIT_MAIN("lex", assignments_are_the_same_in_both_models, conf_files, bodies, statements_of_words,
          errors_name_place_and_cause, open_expansion_is_kept_and_warned_about, exporting_outside_of_a_class,
          nul_byte, line_of_ten_megabytes, kinds_of_files)
