/* SPDX-License-Identifier: MIT */
/* One logical line -> one statement. BitBake tries its patterns in a fixed order; so does this file. */
#include "base/rules.h"
#include "parse/lexer.h"

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool bb_lex_is_name(char c)
{
    return is_alnum(c) || (c != '\0' && strchr("-_+.${}/~:", c));
}

/* [a-zA-Z0-9\-_+.], after the first also those in `more` */
static bool is_flag(char c, bool first, const char *more)
{
    return (bb_lex_is_name(c) && !strchr("${}/~:", c)) || (!first && c && strchr(more, c));
}

bool bb_lex_after_word(bb_str s, bb_str word, bb_str *ret_rest)
{
    size_t at = word.len, space;

    if (!bb_str_starts(s, word) || bb_lex_space(s, at) == 0)
        return false;
    space = at;
    for (size_t n; (n = bb_lex_space(s, at)) != 0; at += n)
        if (at + n < s.len)
            space = at + n;
    if (space == word.len)
        return false;
    *ret_rest = bb_str_from(s, space);
    return true;
}

/* --- assignments --- */

static const struct {
    bb_str text;
    enum bb_assign_op op;
} assign_ops[] = {
    {BB_STR(":="), BB_OP_NOW},     {BB_STR("\?\?="), BB_OP_LAZY}, {BB_STR("?="), BB_OP_WEAK},
    {BB_STR("+="), BB_OP_APPEND},  {BB_STR("=+"), BB_OP_PREPEND}, {BB_STR("=."), BB_OP_PREDOT},
    {BB_STR(".="), BB_OP_POSTDOT}, {BB_STR("="), BB_OP_SET},
};

size_t bb_lex_op(bb_str s, size_t at, enum bb_assign_op *ret_op)
{
    bb_str rest = bb_str_from(s, at);

    for (size_t i = 0; i < sizeof(assign_ops) / sizeof(*assign_ops); i++)
        if (bb_str_starts(rest, assign_ops[i].text)) {
            *ret_op = assign_ops[i].op;
            return assign_ops[i].text.len;
        }
    return 0;
}

struct assign {
    const char *flag_more; /* what else flags may hold */
    bool nameless;         /* may have no name */
    bool tight;            /* no blank before or after the operator */
    bool export;
    enum bb_assign_op op;
    bb_str var, flag, value;
};

/* A value is quoted; it may hold its own quote, but not exactly once. */
static bool match_value(bb_str s, bb_str *ret_value)
{
    size_t quotes = 0;

    if (s.len < 2 || (s.p[0] != '"' && s.p[0] != '\'') || s.p[s.len - 1] != s.p[0])
        return false;
    for (size_t at = 0; quotes < 4 && (at = bb_str_chr(s, s.p[0], at)) != BB_NPOS; at++)
        quotes++;
    if (quotes == 3)
        return false;
    *ret_value = bb_str_sub(s, 1, s.len - 1);
    return true;
}

/* What may follow a name that ends at `at`: [flag] op "value". */
static bool match_tail(bb_str s, size_t at, struct assign *ret)
{
    size_t end = at, n;

    ret->flag = (bb_str){NULL, 0};
    if (s.p[at] == '[') {
        for (end = at + 1; end < s.len && is_flag(s.p[end], end == at + 1, ret->flag_more);)
            end++;
        if (end == at + 1 || end >= s.len || s.p[end] != ']')
            return false;
        ret->flag = bb_str_sub(s, at + 1, end);
        end++;
    }
    size_t name_end = end;
    end = bb_lex_skip_space(s, end);
    n = bb_lex_op(s, end, &ret->op);
    ret->tight = end == name_end || bb_lex_skip_space(s, end + n) == end + n;
    return n && match_value(bb_str_from(s, bb_lex_skip_space(s, end + n)), &ret->value);
}

/* The shortest name that is followed by the rest of an assignment. */
static bool match_assign_from(bb_str s, size_t from, struct assign *ret)
{
    if (ret->nameless && from < s.len && match_tail(s, from, ret)) {
        ret->var = bb_str_sub(s, from, from);
        return true;
    }
    for (size_t at = from; at < s.len && bb_lex_is_name(s.p[at]);) {
        at++;
        if (at < s.len && !is_alnum(s.p[at]) && match_tail(s, at, ret)) {
            ret->var = bb_str_sub(s, from, at);
            return true;
        }
    }
    return false;
}

static bool match_assign(bb_str s, struct assign *ret)
{
    bb_str rest;

    ret->export =
        bb_lex_after_word(s, BB_STR("export"), &rest) && match_assign_from(s, (size_t)(rest.p - s.p), ret);
    return ret->export || match_assign_from(s, 0, ret);
}

/* BitBake keeps a value that ends inside ${ as text; nobody means that. */
static void warn_open_expansion(struct bb_lexer *lx, const struct bb_line *line, const struct assign *a)
{
    size_t brace = bb_str_rchr(a->value, '{');

    if (brace == BB_NPOS || brace == 0 || a->value.p[brace - 1] != '$' ||
        bb_str_chr(a->value, '}', brace) != BB_NPOS)
        return;
    size_t from = (size_t)(a->value.p - line->text.p) + brace - 1;
    bb_warn_at(lx->ctx, bb_lex_place(lx, line, from, line->text.len), "unterminated '${' in value of '%.*s'",
               BB_STRF(a->var));
}

static bool is_odd_op(const struct assign *a)
{
    bool op =
        a->op == BB_OP_APPEND || a->op == BB_OP_PREPEND || a->op == BB_OP_PREDOT || a->op == BB_OP_POSTDOT;

    return op && (bb_str_has(a->var, BB_STR(":append")) || bb_str_has(a->var, BB_STR(":remove")) ||
                  bb_str_has(a->var, BB_STR(":prepend")));
}

/* The flag that ??= sets in place of the value or of the flag `name` (p NULL for the value). */
static bb_sym weak_flag(struct bb_lexer *lx, bb_str name)
{
    if (!name.p)
        return BB_SYM("_defaultval");
    if (!bb_rules_has(lx->ctx->level, BB_RULE_WEAK_FLAGS))
        return bb_sym_get(name);
    return bb_sym_get(bb_arena_cat(&lx->ast->arena, BB_STR("_defaultval_flag_"), name));
}

/* 1, 0 when it is no assignment, or a code after a report. */
static int lex_assign(struct bb_lexer *lx, const struct bb_line *line)
{
    struct assign a = {.nameless = bb_rules_has(lx->ctx->level, BB_RULE_EMPTY_NAMES),
                       .flag_more = bb_rules_has(lx->ctx->level, BB_RULE_FLAG_SLASHES) ? "@/"
                                    : bb_rules_has(lx->ctx->level, BB_RULE_FLAG_AT)    ? "@"
                                                                                       : ""};

    if (!match_assign(line->text, &a))
        return 0;
    if (a.var.len == 0)
        return bb_error_at(lx->ctx, bb_lex_place(lx, line, 0, line->text.len),
                           "Empty variable name in assignment: '%.*s'", BB_STRF(line->text));
    struct bb_stmt *s = bb_lex_push(lx, line, BB_ST_ASSIGN);
    s->op = (uint8_t)a.op;
    bool odd = is_odd_op(&a) && bb_rules_has(lx->ctx->level, BB_RULE_ODD_OPS);
    s->flags = (uint16_t)((a.export ? BB_STF_EXPORT : 0) | (odd ? BB_STF_ODD_OP : 0));
    s->var = bb_sym_get(a.var);
    s->flag = a.op == BB_OP_LAZY ? weak_flag(lx, a.flag) : a.flag.p ? bb_sym_get(a.flag) : NULL;
    s->text = bb_lex_keep(lx, line, a.value);
    if (a.op == BB_OP_NOW)
        s->now = bb_sym_get(bb_arena_cat(&lx->ast->arena, a.var, BB_STR("[:=]")));
    warn_open_expansion(lx, line, &a);
    if (a.tight && bb_rules_has(lx->ctx->level, BB_RULE_SPACED_OPERATORS))
        bb_warn_at(lx->ctx, bb_stmt_place(s),
                   "%.*s:%u has a lack of whitespace around the assignment: '%.*s'", BB_STRF(lx->ast->path),
                   s->loc.line, BB_STRF(line->text));
    return 1;
}

/* --- functions --- */

/* The word at *at, when what follows it can follow a modifier; white space after it is skipped. */
static bool take_modifier(bb_str s, size_t *at, bb_str word, bool paren_may_follow)
{
    size_t end = *at + word.len;

    if (!bb_str_starts(bb_str_from(s, *at), word))
        return false;
    if (bb_lex_space(s, end) == 0 && !(paren_may_follow && end < s.len && s.p[end] == '('))
        return false;
    *at = bb_lex_skip_space(s, end);
    return true;
}

/* The character at *at, white space after it skipped. */
static bool take_char(bb_str s, size_t *at, char c)
{
    if (*at >= s.len || s.p[*at] != c)
        return false;
    *at = bb_lex_skip_space(s, *at + 1);
    return true;
}

/* [python] [fakeroot] [name] ( ) { */
static int lex_function(struct bb_lexer *lx, const struct bb_line *line)
{
    bb_str s = line->text;
    unsigned flags = 0;
    size_t at = 0, name;

    if (s.p[s.len - 1] != '{')
        return BB_LINE_DONE;
    for (;;) {
        if (take_modifier(s, &at, BB_STR("python"), true))
            flags |= BB_STF_PYTHON;
        else if (take_modifier(s, &at, BB_STR("fakeroot"), false))
            flags |= BB_STF_FAKEROOT;
        else
            break;
    }
    for (name = at; at < s.len && (bb_lex_is_word(s.p[at]) || strchr(".-+{}$:", s.p[at]));)
        at++;
    bb_str func = bb_str_sub(s, name, at);
    at = bb_lex_skip_space(s, at);
    if (!take_char(s, &at, '(') || !take_char(s, &at, ')') || at != s.len - 1)
        return BB_LINE_DONE;
    if (func.len == 0)
        func = BB_STR("__anonymous");
    if (bb_str_eq(func, BB_STR("__anonymous")))
        flags |= BB_STF_ANONYMOUS | BB_STF_PYTHON;
    struct bb_stmt *st = bb_lex_push(lx, line, BB_ST_FUNCTION);
    st->flags = (uint16_t)flags;
    st->var = bb_sym_get(func);
    return BB_LINE_FUNCTION;
}

/* def name ... : */
static int lex_def(struct bb_lexer *lx, const struct bb_line *line)
{
    bb_str rest;
    size_t n = 0;

    if (!bb_lex_after_word(line->text, BB_STR("def"), &rest))
        return BB_LINE_DONE;
    while (n < rest.len && bb_lex_is_word(rest.p[n]))
        n++;
    if (n == 0 || bb_str_chr(rest, ':', n) == BB_NPOS)
        return BB_LINE_DONE;
    bb_lex_push(lx, line, BB_ST_DEF)->var = bb_sym_get(bb_str_sub(rest, 0, n));
    return BB_LINE_DEF;
}

/* --- statements that begin with a word --- */

/* The words of `text` as symbols; two for each when `prefix` is given: the word and PREFIX_word. */
static void set_names(struct bb_lexer *lx, struct bb_stmt *s, bb_str text, const bb_str *prefix)
{
    struct bb_strvec words = {0};
    bb_str word;

    while (bb_str_word(&text, &word))
        bb_vec_push(&words, word);
    s->names = bb_arena_array(&lx->ast->arena, bb_sym, words.n * 2 + 1);
    bb_vec_each(&words, w) {
        s->names[s->nnames++] = bb_sym_get(*w);
        if (prefix)
            s->names[s->nnames++] =
                bb_sym_get(bb_arena_fmt(&lx->ast->arena, "%.*s_%.*s", BB_STRF(*prefix), BB_STRF(*w)));
    }
    bb_vec_release(&words);
}

static int lex_export_functions(struct bb_lexer *lx, const struct bb_line *line, bb_str rest)
{
    struct bb_stmt *s = bb_lex_push(lx, line, BB_ST_EXPORT_FUNCS);

    if (lx->kind != BB_FILE_CLASS)
        bb_warn_at(lx->ctx, bb_stmt_place(s),
                   "EXPORT_FUNCTIONS outside of a class calls functions named '_...'");
    set_names(lx, s, rest, &lx->ast->class);
    return 0;
}

/* "before"/"after" part at *at: up to the last `other` in the rest of the line, else all of it. */
static bool take_order(bb_str s, size_t *at, bb_str word, bb_str other, bb_str *ret_text)
{
    if (!bb_str_starts(bb_str_from(s, *at), word))
        return false;
    size_t from = bb_lex_skip_space(s, *at + word.len), end = s.len;
    for (size_t i = from; (i = bb_str_find(s, other, i)) != BB_NPOS; i++)
        end = i;
    *ret_text = bb_str_sub(s, from, end);
    *at = end;
    return true;
}

static int check_addtask(struct bb_lexer *lx, const struct bb_line *line, bb_str ignored)
{
    static const bb_str keywords[] = {BB_STR(":append_"), BB_STR(":prepend_"), BB_STR(":remove_")};
    struct bb_loc loc = bb_lex_place(lx, line, 0, line->text.len);
    bb_str rest = line->text, word;
    bool refuse = bb_rules_has(lx->ctx->level, BB_RULE_TASK_KEYWORDS);
    int before = 0, after = 0;

    if (ignored.len)
        bb_warn_at(lx->ctx, loc, "addtask ignored: \"%.*s\"", BB_STRF(ignored));
    while (bb_str_word(&rest, &word)) {
        before += bb_str_eq(word, BB_STR("before"));
        after += bb_str_eq(word, BB_STR("after"));
        for (size_t i = 0; refuse && i < 3; i++)
            if (bb_str_has(word, keywords[i]))
                return bb_error_at(lx->ctx, loc,
                                   "Task name '%.*s' contains a keyword which is not recommended/supported: "
                                   "rename the task not to include ':append', ':prepend' or ':remove'",
                                   BB_STRF(word));
    }
    for (int i = 0; i < 2; i++)
        if ((i ? after : before) > 1)
            bb_warn_at(lx->ctx, loc, "addtask contained multiple '%s' keywords, only one is supported",
                       i ? "after" : "before");
    return 0;
}

/* Parts of a statement's text: all that follows `word` up to the next `other`, each part joined by a blank. */
static bb_str parts_after(struct bb_lexer *lx, bb_str text, bb_str word, bb_str other)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    for (size_t at = 0; (at = bb_str_find(text, word, at)) != BB_NPOS;) {
        size_t from = at + word.len, end = bb_str_find(text, word, from),
               stop = bb_str_find(text, other, from);
        end = end < stop ? end : stop;
        bb_buf_addf(&out, "%s%.*s", out.len ? " " : "",
                    BB_STRF(bb_str_sub(text, from, end < text.len ? end : text.len)));
        at = from;
    }
    return bb_arena_str(&lx->ast->arena, bb_buf_str(&out));
}

/* addtask names [before words] [after words] [# comment] */
static int lex_addtasks(struct bb_lexer *lx, const struct bb_line *line, bb_str rest)
{
    static const bb_str before = {" before ", 8}, after = {" after ", 7};
    size_t hash = bb_str_chr(rest, '#', 0), end;

    if (hash != BB_NPOS)
        rest = bb_str_sub(rest, 0, hash);
    if (rest.len == 0)
        return 0;
    if (check_addtask(lx, line, BB_STR("")) < 0)
        return -BB_EREPORTED;
    struct bb_stmt *st = bb_lex_push(lx, line, BB_ST_ADDTASK);
    end = bb_str_find(rest, before, 0);
    size_t at = bb_str_find(rest, after, 0);
    end = end < at ? end : at;
    set_names(lx, st, bb_str_sub(rest, 0, end < rest.len ? end : rest.len), NULL);
    st->text = parts_after(lx, rest, before, after);
    st->text2 = parts_after(lx, rest, after, before);
    return 1;
}

/* addtask name [before words] [after words]: 0 when the line is no addtask. */
static int lex_addtask(struct bb_lexer *lx, const struct bb_line *line, bb_str rest)
{
    bb_str before = {NULL, 0}, after = {NULL, 0}, s = rest;
    size_t n = 0, at;

    while (n < s.len && bb_lex_is_word(s.p[n]))
        n++;
    if (n == 0)
        return 0;
    at = bb_lex_skip_space(s, n);
    while (take_order(s, &at, BB_STR("before"), BB_STR("after"), &before) ||
           take_order(s, &at, BB_STR("after"), BB_STR("before"), &after))
        ;
    if (check_addtask(lx, line, before.p || after.p ? BB_STR("") : bb_str_from(s, n)) < 0)
        return -BB_EREPORTED;
    struct bb_stmt *st = bb_lex_push(lx, line, BB_ST_ADDTASK);
    set_names(lx, st, bb_str_sub(s, 0, n), NULL);
    st->text = before.p ? bb_lex_keep(lx, line, before) : before;
    st->text2 = after.p ? bb_lex_keep(lx, line, after) : after;
    return 1;
}

/* deltask as it was before it took several tasks: one plain name. */
static bool lex_old_deltask(struct bb_lexer *lx, const struct bb_line *line, bb_str rest)
{
    size_t n = 0;

    while (n < rest.len && bb_lex_is_word(rest.p[n]))
        n++;
    if (n == 0)
        return false;
    if (n < rest.len)
        bb_warn_at(lx->ctx, bb_lex_place(lx, line, 0, line->text.len), "deltask ignored: \"%.*s\"",
                   BB_STRF(bb_str_from(rest, n)));
    bb_lex_push(lx, line, BB_ST_DELTASK)->text = bb_lex_keep(lx, line, bb_str_sub(rest, 0, n));
    return true;
}

/* Statements of recipes and classes that begin with a word: 1 when the line is one. */
static int lex_recipe_word(struct bb_lexer *lx, const struct bb_line *line)
{
    bb_str s = line->text, rest;

    if (bb_lex_after_word(s, BB_STR("EXPORT_FUNCTIONS"), &rest))
        return lex_export_functions(lx, line, rest) < 0 ? -BB_EREPORTED : 1;
    if (bb_lex_after_word(s, BB_STR("addtask"), &rest)) {
        int r = bb_rules_has(lx->ctx->level, BB_RULE_ADDTASK_WORDS) ? lex_addtasks(lx, line, rest)
                                                                    : lex_addtask(lx, line, rest);
        if (r != 0)
            return r;
    }
    if (!bb_rules_has(lx->ctx->level, BB_RULE_DELTASK_WORDS) &&
        bb_lex_after_word(s, BB_STR("deltask"), &rest))
        return lex_old_deltask(lx, line, rest);
    static const struct {
        bb_str word;
        enum bb_stmt_kind kind;
    } words[] = {
        {BB_STR("deltask"), BB_ST_DELTASK},
        {BB_STR("addhandler"), BB_ST_ADDHANDLER},
        {BB_STR("inherit"), BB_ST_INHERIT},
        {BB_STR("inherit_defer"), BB_ST_INHERIT_DEFER},
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (!bb_lex_after_word(s, words[i].word, &rest))
            continue;
        if (words[i].kind == BB_ST_INHERIT_DEFER && !bb_rules_has(lx->ctx->level, BB_RULE_INHERIT_DEFER))
            continue;
        if (words[i].kind == BB_ST_DELTASK && bb_rules_has(lx->ctx->level, BB_RULE_ADDTASK_WORDS) &&
            bb_str_chr(rest, '#', 0) != BB_NPOS)
            rest = bb_str_sub(rest, 0, bb_str_chr(rest, '#', 0));
        struct bb_stmt *st = bb_lex_push(lx, line, words[i].kind);
        if (words[i].kind == BB_ST_ADDHANDLER)
            set_names(lx, st, rest, NULL);
        else
            st->text = bb_lex_keep(lx, line, rest);
        return 1;
    }
    return 0;
}

/* addfragments PREFIX VARIABLE FLAGGED [BUILTIN] */
static bool lex_addfragments(struct bb_lexer *lx, const struct bb_line *line)
{
    size_t want = bb_rules_has(lx->ctx->level, BB_RULE_BUILTIN_FRAGMENTS) ? 4 : 3;
    struct bb_strvec words = {0};
    bb_str rest;
    bool ok = bb_rules_has(lx->ctx->level, BB_RULE_ADDFRAGMENTS) &&
              bb_lex_after_word(line->text, BB_STR("addfragments"), &rest);

    if (ok) {
        bb_strvec_words(&words, rest);
        ok = words.n == want;
    }
    if (ok) {
        struct bb_stmt *st = bb_lex_push(lx, line, BB_ST_ADDFRAGMENTS);
        st->text = bb_lex_keep(lx, line, words.p[0]);
        st->names = bb_arena_array(&lx->ast->arena, bb_sym, want - 1);
        for (size_t i = 1; i < want; i++)
            st->names[st->nnames++] = bb_sym_get(words.p[i]);
    }
    bb_vec_release(&words);
    return ok;
}

static bool lex_include(struct bb_lexer *lx, const struct bb_line *line)
{
    bb_str s = line->text, rest;
    bool require = false;
    enum bb_stmt_kind kind = BB_ST_INCLUDE;

    if (!bb_lex_after_word(s, BB_STR("include"), &rest)) {
        if (bb_lex_after_word(s, BB_STR("require"), &rest))
            require = true;
        else if (bb_rules_has(lx->ctx->level, BB_RULE_INCLUDE_ALL) &&
                 bb_lex_after_word(s, BB_STR("include_all"), &rest))
            kind = BB_ST_INCLUDE_ALL;
        else
            return false;
    }
    struct bb_stmt *st = bb_lex_push(lx, line, kind);
    st->flags = require ? BB_STF_REQUIRE : 0;
    st->text = bb_lex_keep(lx, line, rest);
    return true;
}

/* Bytes of a variable's name as export and unset take it: no ':'. */
static size_t plain_name(bb_str s)
{
    size_t n = 0;

    while (n < s.len && bb_lex_is_name(s.p[n]) && s.p[n] != ':')
        n++;
    return n;
}

/* export VAR, unset VAR, unset VAR[flag] (a flag of two letters at least). */
static bool lex_export_unset(struct bb_lexer *lx, const struct bb_line *line)
{
    bb_str rest, flag = {NULL, 0};
    bool export = bb_lex_after_word(line->text, BB_STR("export"), &rest);
    size_t n;

    if (!export && !bb_lex_after_word(line->text, BB_STR("unset"), &rest))
        return false;
    n = plain_name(rest);
    if (n == 0)
        return false;
    if (n < rest.len) {
        if (export || rest.p[n] != '[' || rest.p[rest.len - 1] != ']' || rest.len - n < 4)
            return false;
        flag = bb_str_sub(rest, n + 1, rest.len - 1);
        for (size_t i = 0; i < flag.len; i++)
            if (!is_flag(flag.p[i], i == 0, bb_rules_has(lx->ctx->level, BB_RULE_FLAG_AT) ? "@" : ""))
                return false;
    }
    struct bb_stmt *st = bb_lex_push(lx, line, export ? BB_ST_EXPORT : BB_ST_UNSET);
    st->var = bb_sym_get(bb_str_sub(rest, 0, n));
    st->flag = flag.p ? bb_sym_get(flag) : NULL;
    return true;
}

/* addpylib DIR NAMESPACE; the last word is the namespace. */
static bool lex_addpylib(struct bb_lexer *lx, const struct bb_line *line)
{
    bb_str rest, dir, ns;

    if (lx->kind != BB_FILE_CONF || !bb_rules_has(lx->ctx->level, BB_RULE_ADDPYLIB) ||
        !bb_lex_after_word(line->text, BB_STR("addpylib"), &rest))
        return false;
    ns = bb_str_rtrim(rest);
    size_t at = ns.len;
    while (at > 0 && !bb_lex_space(ns, at - 1))
        at--;
    dir = bb_str_trim(bb_str_sub(ns, 0, at));
    if (dir.len == 0)
        return false;
    struct bb_stmt *st = bb_lex_push(lx, line, BB_ST_ADDPYLIB);
    st->text = bb_lex_keep(lx, line, dir);
    st->text2 = bb_lex_keep(lx, line, bb_str_from(ns, at));
    return true;
}

int bb_lex_statement(struct bb_lexer *lx, const struct bb_line *line)
{
    int r;

    if (lx->kind != BB_FILE_CONF) {
        r = lex_function(lx, line);
        if (r == BB_LINE_DONE)
            r = lex_def(lx, line);
        if (r != BB_LINE_DONE)
            return r;
        r = lex_recipe_word(lx, line);
        if (r != 0)
            return r < 0 ? r : BB_LINE_DONE;
    }
    r = lex_assign(lx, line);
    if (r != 0)
        return r < 0 ? r : BB_LINE_DONE;
    if (lex_include(lx, line) || lex_export_unset(lx, line) || lex_addpylib(lx, line) ||
        lex_addfragments(lx, line))
        return BB_LINE_DONE;
    return bb_lex_unparsed(lx, line);
}
