/* SPDX-License-Identifier: MIT */
#include "sig/shlex.h"

/* Nesting of quotes and expansions in one word that is followed. */
#define MAX_NESTING 200

/* Where a quoted element stands: what is found there decides which substitutions count. */
enum place { TOP, DQUOTED, DEEP };

/* One pass over one quoted element, or over a word made of several. */
struct scan {
    const char *p, *end;
    int depth;
    BB_VEC(const char *) joins; /* each points at the backslash of a line continuation */
    struct bb_buf *unquoted;    /* collects the text without quotes when not NULL */
    struct bb_arena *arena;     /* for `substs` */
    struct bb_strvec *substs;   /* collects commands when not NULL */
    bool in_dquotes;
    const char *error;
};

static bool scan_quoted(struct scan *s, enum place place, char outer);

static bool fail(struct scan *s, const char *text)
{
    s->error = text;
    return false;
}

static void emit(struct scan *s, const char *p, size_t n)
{
    if (s->unquoted)
        bb_buf_add(s->unquoted, p, n);
}

/* The bytes from..to without the line continuations in them. */
static bb_str without_joins(struct bb_arena *a, const struct scan *s, const char *from, const char *to)
{
    struct bb_buf b = BB_BUF_INIT;
    const char *at = from;
    for (size_t i = 0; i < s->joins.n; i++) {
        const char *j = s->joins.p[i];
        if (j < at || j >= to)
            continue;
        bb_buf_add(&b, at, (size_t)(j - at));
        at = j + 2;
    }
    if (at == from) {
        bb_buf_release(&b);
        return bb_str_n(from, (size_t)(to - from));
    }
    bb_buf_add(&b, at, (size_t)(to - at));
    bb_str r = bb_arena_str(a, bb_buf_str(&b));
    bb_buf_release(&b);
    return r;
}

/* Up to and with the first unquoted `close`, stopping at the characters of `stops` for quoted elements. */
static bool scan_until(struct scan *s, const char *stops, char close, enum place place)
{
    for (;;) {
        const char *from = s->p;
        while (s->p < s->end && (*s->p == '\0' || !strchr(stops, *s->p)))
            s->p++;
        emit(s, from, (size_t)(s->p - from));
        if (s->p == s->end)
            return fail(s, "unterminated quote or expansion");
        if (*s->p == close) {
            s->p++;
            return true;
        }
        if (!scan_quoted(s, place, close))
            return false;
    }
}

/* A backslash takes the next character along, whatever it is; `outer` closes the element around it (0: none). */
static bool scan_backslash(struct scan *s, char outer)
{
    if (s->p == s->end)
        return fail(s, "backslash at the end of the text");
    char c = *s->p++;
    if (c == '\n') {
        bb_vec_push(&s->joins, s->p - 2);
        return true;
    }
    bool kept = (outer == '`' && !strchr("$\\`", c)) || (outer == '"' && !strchr("$\\`\"", c));
    emit(s, s->p - (kept ? 2 : 1), kept ? 2 : 1);
    return true;
}

static bool scan_command(struct scan *s, const char *open, const char *stops, char close, enum place place)
{
    const char *from = s->p;
    emit(s, open, strlen(open));
    if (!scan_until(s, stops, close, DEEP))
        return false;
    emit(s, &close, 1);
    if (s->substs && (place == TOP || (place == DQUOTED && s->in_dquotes)))
        bb_vec_push(s->substs, without_joins(s->arena, s, from, s->p - 1));
    return true;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool scan_dollar(struct scan *s, enum place place)
{
    if (s->p == s->end)
        return fail(s, "a lone '$' is not understood");
    if (*s->p == '(') {
        if (++s->p == s->end)
            return fail(s, "unterminated '$('");
        if (*s->p == '(')
            return fail(s, "arithmetic expansion '$((' is not understood");
        return scan_command(s, "$(", "$\\`\"')", ')', place);
    }
    if (*s->p == '{') {
        s->p++;
        emit(s, "${", 2);
        if (!scan_until(s, "$\\`\"'}", '}', DEEP))
            return false;
        emit(s, "}", 1);
        return true;
    }
    const char *from = s->p;
    if (*s->p && strchr("@*#?-$!0", *s->p))
        s->p++;
    else
        while (s->p < s->end && is_name_char(*s->p))
            s->p++;
    emit(s, "$", 1);
    emit(s, from, (size_t)(s->p - from));
    return true;
}

static bool scan_squotes(struct scan *s)
{
    const char *close = memchr(s->p, '\'', (size_t)(s->end - s->p));
    if (!close)
        return fail(s, "unterminated quote or expansion");
    emit(s, s->p, (size_t)(close - s->p));
    s->p = close + 1;
    return true;
}

/* One element that begins with a quote, a backslash or a dollar sign. */
static bool scan_quoted(struct scan *s, enum place place, char outer)
{
    if (s->depth == MAX_NESTING)
        return fail(s, "quotes are nested too deeply");
    s->depth++;
    bool ok;
    switch (*s->p++) {
    case '\'':
        ok = scan_squotes(s);
        break;
    case '\\':
        ok = scan_backslash(s, outer);
        break;
    case '"':
        ok = scan_until(s, "$\\`\"", '"', place == TOP ? DQUOTED : DEEP);
        break;
    case '`':
        ok = scan_command(s, "`", "$\\`\"'", '`', place);
        break;
    default:
        ok = scan_dollar(s, place);
    }
    s->depth--;
    return ok;
}

static bool starts_quoted(char c)
{
    return c == '\\' || c == '\'' || c == '"' || c == '`' || c == '$';
}

/* All of a word. */
static bool scan_word(struct scan *s)
{
    while (s->p < s->end) {
        const char *from = s->p;
        while (s->p < s->end && !starts_quoted(*s->p))
            s->p++;
        emit(s, from, (size_t)(s->p - from));
        if (s->p < s->end && !scan_quoted(s, TOP, 0))
            return false;
    }
    return true;
}

const char *bb_shlex_substs(struct bb_arena *a, bb_str word, bool in_dquotes, struct bb_strvec *ret)
{
    struct scan s = {
        .p = word.p, .end = word.p + word.len, .arena = a, .substs = ret, .in_dquotes = in_dquotes};
    scan_word(&s);
    bb_vec_release(&s.joins);
    return s.error;
}

/* Kinds before a token is known for what it is. */
enum raw { RAW_WORD, RAW_OP, RAW_NEWLINE, RAW_COMMENT };

struct pending {
    struct bb_shtoken tok;
    enum raw raw;
    char delim;
};
struct lexer {
    struct bb_arena *arena;
    bb_str text;
    size_t pos;
    struct bb_shtokens *out;
    struct bb_sherror *err;
    struct bb_shtoken tok; /* the token being collected; its text is empty between tokens */
    /*
     * A here-document: its operator was read (op), then its name (named). Tokens after the name are held back until
     * the newline before the document has been read, because the document goes to the parser before them.
     */
    bool heredoc_op, heredoc_named, heredoc_strip, heredoc_due;
    bb_str heredoc_name;
    BB_VEC(struct pending) held;
    int for_count; /* tokens since `for` or `case`, 0: not after one */
};

static bool lex_fail(struct lexer *x, const char *text, size_t off)
{
    *x->err = (struct bb_sherror){text, (uint32_t)off};
    return false;
}

static enum bb_shkind operator_kind(bb_str s)
{
    static const struct {
        char text[4];
        enum bb_shkind kind;
    } table[] = {
        {"&&", BB_SH_ANDIF},    {"||", BB_SH_ORIF},     {";;", BB_SH_DSEMI},    {"<<", BB_SH_HEREDOC},
        {">>", BB_SH_REDIRECT}, {"<&", BB_SH_REDIRECT}, {">&", BB_SH_REDIRECT}, {"<>", BB_SH_REDIRECT},
        {"<<-", BB_SH_HEREDOC}, {">|", BB_SH_REDIRECT}, {"&", BB_SH_AMP},       {";", BB_SH_SEMI},
        {"<", BB_SH_REDIRECT},  {">", BB_SH_REDIRECT},  {"(", BB_SH_LPAREN},    {")", BB_SH_RPAREN},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        if (bb_str_eqz(s, table[i].text))
            return table[i].kind;
    return BB_SH_PIPE;
}

static enum bb_shkind reserved_kind(bb_str s)
{
    static const struct {
        bb_str text;
        enum bb_shkind kind;
    } table[] = {
#define X(name, word) {{word, sizeof(word) - 1}, BB_SH_##name},
        BB_SHRESERVED(X)
#undef X
    };
    if (s.len > 5)
        return BB_SH_WORD;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        if (bb_str_eq(s, table[i].text))
            return table[i].kind;
    return BB_SH_WORD;
}

/* Digits; a final newline, which only a here-document can have, does not count (Python's `$`). */
static bool is_digits(bb_str s)
{
    if (s.len > 1 && s.p[s.len - 1] == '\n')
        s.len--;
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.len > 0;
}

/*
 * BitBake: an assignment is only recognised where no character follows the token, which is at the very end of
 * the text; elsewhere `A=1` is an ordinary word. shdeps.c copes.
 */
static enum bb_shkind word_kind(struct lexer *x, bb_str s, char delim)
{
    size_t eq = delim ? BB_NPOS : bb_str_chr(s, '=', 0);
    if (eq != BB_NPOS) {
        for (size_t i = 0; i < eq; i++)
            if (!is_name_char(s.p[i]))
                return BB_SH_WORD;
        return eq ? BB_SH_ASSIGNMENT : BB_SH_WORD;
    }
    enum bb_shkind kind = reserved_kind(s);
    if (s.len == 1 && (*s.p == ';' || *s.p == '&')) /* BitBake: a here-document of this one character */
        kind = operator_kind(s);
    if (kind == BB_SH_IN && x->for_count != 2)
        return BB_SH_WORD;
    if (kind == BB_SH_FOR || kind == BB_SH_CASE)
        x->for_count = -1;
    if (kind == BB_SH_WORD && (delim == '<' || delim == '>') && is_digits(s))
        return BB_SH_IONUMBER;
    return kind;
}

/* Hands one classified token to the parser's list. `in` is a word of its own kind only in third place after for. */
static void deliver(struct lexer *x, struct bb_shtoken tok, enum bb_shkind kind)
{
    if (x->for_count == -1)
        x->for_count = 1;
    else if (x->for_count && ++x->for_count == 3)
        x->for_count = 0;
    tok.kind = kind;
    bb_vec_push(x->out, tok);
}

static bool take_heredoc_name(struct lexer *x, struct bb_shtoken tok, enum raw raw)
{
    if (raw != RAW_WORD)
        return lex_fail(x, "a here-document has no name", tok.off);
    struct bb_buf name = BB_BUF_INIT;
    struct scan s = {.p = tok.text.p, .end = tok.text.p + tok.text.len, .unquoted = &name};
    bool ok = scan_word(&s);
    bb_vec_release(&s.joins);
    x->heredoc_name = bb_arena_str(x->arena, bb_buf_str(&name));
    x->heredoc_named = true;
    bb_buf_release(&name);
    if (!ok)
        return lex_fail(x, s.error, tok.off);
    deliver(x, tok, BB_SH_HERENAME);
    return true;
}

/* A token has ended before the character `delim` (0: before nothing). */
static bool push(struct lexer *x, struct bb_shtoken tok, enum raw raw, char delim)
{
    if (tok.text.len == 0)
        return true;
    if (x->heredoc_op && !x->heredoc_named)
        return take_heredoc_name(x, tok, raw);
    if (x->heredoc_op) {
        if (raw == RAW_NEWLINE)
            x->heredoc_due = true;
        bb_vec_push(&x->held, (struct pending){tok, raw, delim});
        return true;
    }
    enum bb_shkind kind = BB_SH_NEWLINE;
    if (raw == RAW_COMMENT)
        return true;
    if (raw == RAW_OP) {
        kind = operator_kind(tok.text);
        if (kind == BB_SH_HEREDOC) {
            x->heredoc_op = true;
            x->heredoc_named = false;
            x->heredoc_strip = tok.text.len == 3;
        }
    } else if (raw == RAW_WORD) {
        kind = word_kind(x, tok.text, delim);
    }
    deliver(x, tok, kind);
    return true;
}

static bool push_current(struct lexer *x, char delim)
{
    struct bb_shtoken tok = x->tok;
    x->tok = (struct bb_shtoken){0};
    return push(x, tok, RAW_WORD, delim);
}

/* Adds bytes to the current token, as a view as long as they follow each other. */
static void extend(struct lexer *x, bb_str s, size_t off)
{
    if (s.len == 0)
        return;
    if (x->tok.text.len == 0) {
        x->tok.text = s;
        x->tok.off = (uint32_t)off;
    } else if (x->tok.text.p + x->tok.text.len == s.p) {
        x->tok.text.len += s.len;
    } else {
        x->tok.text = bb_arena_cat(x->arena, x->tok.text, s);
    }
}

static bool lex_quoted(struct lexer *x)
{
    struct scan s = {.p = x->text.p + x->pos, .end = x->text.p + x->text.len};
    const char *from = s.p;
    bool ok = scan_quoted(&s, TOP, 0);
    if (ok) {
        extend(x, without_joins(x->arena, &s, from, s.p), x->pos);
        x->tok.quoted = true;
        x->pos = (size_t)(s.p - x->text.p);
    } else {
        lex_fail(x, s.error, x->pos);
    }
    bb_vec_release(&s.joins);
    return ok;
}

/* The line at the current place; a newline after a backslash does not end it. */
static bb_str heredoc_line(struct lexer *x, bool *ret_last)
{
    size_t from = x->pos, i = from;
    while (i < x->text.len && x->text.p[i] != '\n')
        i += x->text.p[i] == '\\' ? 2 : 1;
    *ret_last = i >= x->text.len;
    if (i > x->text.len)
        i = x->text.len;
    x->pos = *ret_last ? i : i + 1;
    return bb_str_sub(x->text, from, i);
}

/*
 * The here-document's lines up to its delimiter, or the rest of the text when there is none. BitBake: an empty
 * document gives no token at all, so the parser sees the next token in its place and nearly always refuses the text.
 */
static bool lex_heredoc(struct lexer *x)
{
    if (x->heredoc_name.len == 0)
        return lex_fail(x, "a here-document has an empty name", x->pos);
    if (x->pos >= x->text.len)
        return lex_fail(x, "a here-document is missing", x->pos);
    struct bb_shtoken doc = {.off = (uint32_t)x->pos};
    struct bb_buf b = BB_BUF_INIT;
    bool last = false;
    while (!last) {
        bb_str line = heredoc_line(x, &last);
        while (x->heredoc_strip && line.len && *line.p == '\t')
            line = bb_str_from(line, 1);
        if (bb_str_eq(line, x->heredoc_name))
            break;
        bb_buf_adds(&b, line);
        if (!last)
            bb_buf_addc(&b, '\n');
    }
    doc.text = bb_arena_str(x->arena, bb_buf_str(&b));
    bb_buf_release(&b);
    char delim =
        bb_str_eqz(x->heredoc_name, "<") || bb_str_eqz(x->heredoc_name, ">") ? *x->heredoc_name.p : 'x';
    __typeof__(x->held) held = x->held;
    memset(&x->held, 0, sizeof(x->held));
    x->heredoc_op = x->heredoc_due = false;
    bool ok = push(x, doc, RAW_WORD, delim);
    for (size_t i = 0; ok && i < held.n; i++)
        ok = push(x, held.p[i].tok, held.p[i].raw, held.p[i].delim);
    bb_vec_release(&held);
    return ok;
}

/* Whether `c` continues the operator that begins at `p` and has `n` characters. */
static bool op_continues(const char *p, size_t n, char c)
{
    if (n == 0)
        return c && strchr("&|;<>()", c);
    if (n == 1)
        return (strchr("&|;", *p) && c == *p) || (*p == '<' && strchr("<&>", c)) ||
               (*p == '>' && strchr(">&|", c));
    return n == 2 && p[0] == '<' && p[1] == '<' && c == '-';
}

static bool lex_operator(struct lexer *x)
{
    const char *p = x->text.p + x->pos, *end = x->text.p + x->text.len;
    size_t n = 1;
    while (p + n < end && p[n] && op_continues(p, n, p[n]))
        n++;
    struct bb_shtoken tok = {.text = {p, n}, .off = (uint32_t)x->pos};
    x->pos += n;
    return push(x, tok, RAW_OP, p + n < end ? p[n] : 0);
}

static bool lex_newline(struct lexer *x)
{
    struct bb_shtoken tok = {.text = {x->text.p + x->pos, 1}, .off = (uint32_t)x->pos};
    x->pos++;
    bool ok = push(x, tok, RAW_NEWLINE, 0);
    while (ok && x->heredoc_due)
        ok = lex_heredoc(x);
    return ok;
}

/* BitBake: a comment needs its newline; only a lone `#` may end the text. */
static bool lex_comment(struct lexer *x)
{
    size_t end = bb_str_chr(x->text, '\n', x->pos);
    if (end == BB_NPOS) {
        end = x->text.len;
        if (end > x->pos + 1)
            return lex_fail(x, "a comment at the end of the text has no newline", x->pos);
    }
    struct bb_shtoken tok = {.text = bb_str_sub(x->text, x->pos + 1, end), .off = (uint32_t)x->pos};
    x->pos = end;
    return push(x, tok, RAW_COMMENT, 0);
}

/* Ordinary characters of a word, as many as there are. */
static void lex_plain(struct lexer *x)
{
    const char *p = x->text.p + x->pos, *end = x->text.p + x->text.len, *from = p;
    while (p < end && !(*p && strchr("\n\\'\"`$&|;<>() \t", *p)))
        p++;
    extend(x, bb_str_n(from, (size_t)(p - from)), x->pos);
    x->pos += (size_t)(p - from);
}

static bool lex_step(struct lexer *x)
{
    char c = x->text.p[x->pos];
    if (starts_quoted(c))
        return lex_quoted(x);
    if (c == '\n')
        return push_current(x, c) && lex_newline(x);
    if (op_continues(NULL, 0, c))
        return push_current(x, c) && lex_operator(x);
    if (c == ' ' || c == '\t') {
        x->pos++;
        return push_current(x, c);
    }
    if (c == '#' && x->tok.text.len == 0)
        return lex_comment(x);
    lex_plain(x);
    return true;
}

bool bb_shlex_tokens(struct bb_arena *a, bb_str text, struct bb_shtokens *ret, struct bb_sherror *err)
{
    struct lexer x = {.arena = a, .text = text, .out = ret, .err = err};
    bool ok = true;
    while (ok && x.pos < text.len)
        ok = lex_step(&x);
    ok = ok && push_current(&x, 0);
    if (ok && x.heredoc_op)
        ok = lex_fail(&x, "a here-document is missing", text.len);
    bb_vec_release(&x.held);
    if (ok)
        bb_vec_push(ret, (struct bb_shtoken){.kind = BB_SH_END, .off = (uint32_t)text.len});
    return ok;
}
