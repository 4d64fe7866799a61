/* SPDX-License-Identifier: MIT */
/* Why a line is no statement: works only once it is known that it is none. */
#include <stdio.h>

#include "base/rules.h"
#include "parse/lexer.h"

/* Of a longer line only the head is quoted. */
#define QUOTE_MAX 200

struct cause {
    size_t from, to; /* the part of the line at fault */
    char text[160];
};

__attribute__((format(printf, 4, 5))) static bool cause(struct cause *c, size_t from, size_t to,
                                                        const char *fmt, ...)
{
    va_list ap;

    c->from = from;
    c->to = to;
    va_start(ap, fmt);
    vsnprintf(c->text, sizeof(c->text), fmt, ap);
    va_end(ap);
    return true;
}

/* Words that begin a statement in other files or releases than this. */
static bool explain_word(const struct bb_lexer *lx, bb_str s, struct cause *c)
{
    static const bb_str recipe_words[] = {BB_STR("inherit"), BB_STR("inherit_defer"),    BB_STR("addtask"),
                                          BB_STR("deltask"), BB_STR("EXPORT_FUNCTIONS"), BB_STR("addhandler"),
                                          BB_STR("def"),     BB_STR("python"),           BB_STR("fakeroot")};
    bb_str rest;

    for (enum bb_rule r = 0; r < BB_RULE_COUNT; r++)
        if (bb_rules_word(r).len && bb_lex_after_word(s, bb_rules_word(r), &rest) &&
            !bb_rules_has(lx->ctx->level, r))
            return cause(c, 0, bb_rules_word(r).len, "'%.*s' came with BitBake %s", BB_STRF(bb_rules_word(r)),
                         bb_rules_since(r));
    for (size_t i = 0; lx->kind == BB_FILE_CONF && i < sizeof(recipe_words) / sizeof(*recipe_words); i++)
        if (bb_lex_after_word(s, recipe_words[i], &rest))
            return cause(c, 0, recipe_words[i].len, "'%.*s' has no place in a .conf file",
                         BB_STRF(recipe_words[i]));
    if (lx->kind != BB_FILE_CONF && bb_lex_after_word(s, BB_STR("addpylib"), &rest))
        return cause(c, 0, 8, "'addpylib' may stand only in layer.conf and bitbake.conf");
    if (bb_lex_after_word(s, BB_STR("def"), &rest))
        return cause(c, 0, s.len, "a 'def' line needs a name, parentheses and ':'");
    return false;
}

/* The value of what is otherwise an assignment. */
static bool explain_value(bb_str s, size_t at, struct cause *c)
{
    char q = at < s.len ? s.p[at] : '\0';
    bb_str rest = bb_str_from(s, at);

    if (q == '\0')
        return cause(c, s.len, s.len, "the value is missing");
    if (q != '"' && q != '\'')
        return cause(c, at, s.len, "the value is not quoted");
    size_t close = bb_str_chr(rest, q, 1);
    if (close == BB_NPOS)
        return cause(c, at, s.len, "unterminated quote");
    if (rest.p[rest.len - 1] != q)
        return cause(c, at + close + 1, s.len, "text after the value's closing quote");
    return cause(c, at + close, at + close + 1, "the value holds its own quote, unbalanced");
}

static bool is_op_char(char ch)
{
    return ch && strchr("=+-?:.!*%|&^<>", ch);
}

/* NAME[flag] op ...: what is wrong behind the name. */
static bool explain_assign(bb_str s, size_t from, struct cause *c)
{
    enum bb_assign_op op;
    size_t end = from, n;

    while (end < s.len && bb_lex_is_name(s.p[end]) && !bb_lex_op(s, end, &op))
        end++;
    if (end == from)
        return false;
    if (end < s.len && s.p[end] == '[') {
        size_t close = bb_str_chr(s, ']', end);
        if (close == BB_NPOS)
            return cause(c, end, s.len, "unterminated '[' of a flag");
        end = close + 1;
    }
    end = bb_lex_skip_space(s, end);
    n = bb_lex_op(s, end, &op);
    if (n && !(end + n < s.len && is_op_char(s.p[end + n])))
        return explain_value(s, bb_lex_skip_space(s, end + n), c);
    for (n = 0; end + n < s.len && is_op_char(s.p[end + n]);)
        n++;
    if (!bb_str_has(bb_str_sub(s, end, end + n), BB_STR("=")))
        return false;
    return cause(c, end, end + n, "unknown operator '%.*s'", n > 20 ? 20 : (int)n, s.p + end);
}

static bool explain(const struct bb_lexer *lx, bb_str s, struct cause *c)
{
    bb_str rest;
    size_t export = 0;

    if (bb_str_starts(s, BB_STR("\xef\xbb\xbf")))
        return cause(c, 0, 3, "the file starts with a byte order mark");
    if (bb_str_starts(s, BB_STR("<<<<<<<")) || bb_str_starts(s, BB_STR(">>>>>>>")))
        return cause(c, 0, 7, "a merge conflict was left in the file");
    if (bb_lex_space(s, 0))
        return cause(c, 0, bb_lex_skip_space(s, 0), "a statement may not be indented");
    if (explain_word(lx, s, c))
        return true;
    if (bb_str_eq(s, BB_STR("}")))
        return cause(c, 0, 1, "no function is open here");
    if (bb_lex_after_word(s, BB_STR("export"), &rest))
        export = (size_t)(rest.p - s.p);
    if (explain_assign(s, export, c))
        return true;
    if (s.p[s.len - 1] == '{' && lx->kind != BB_FILE_CONF)
        return cause(c, 0, s.len,
                     "a function starts with 'name() {', 'python name() {' or 'fakeroot name() {'");
    return false;
}

int bb_lex_unparsed(struct bb_lexer *lx, const struct bb_line *line)
{
    bb_str s = line->text;
    struct cause c = {0, s.len, ""};
    bool known = explain(lx, s, &c);
    int shown = s.len > QUOTE_MAX ? QUOTE_MAX : (int)s.len;

    while (shown > 0 && (size_t)shown < s.len && ((unsigned char)s.p[shown] & 0xc0) == 0x80)
        shown--;
    return bb_error_at(lx->ctx, bb_lex_place(lx, line, c.from, c.to), "unparsed line: '%.*s%s'%s%s", shown,
                       s.p, (size_t)shown < s.len ? "..." : "", known ? ": " : "", c.text);
}
