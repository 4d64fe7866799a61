/* SPDX-License-Identifier: MIT */
/* Lines: reading, joining, and the bodies of functions. */
#include "parse/lex.h"

#include "base/path.h"
#include "base/rules.h"
#include "parse/lexer.h"

/* --- bytes --- */

size_t bb_lex_space_long(bb_str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.p + at;
    size_t left = s.len - at;

    if (left >= 2 && p[0] == 0xc2 && (p[1] == 0x85 || p[1] == 0xa0))
        return 2;
    if (left < 3)
        return 0;
    uint32_t c = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
    bool space = c == 0xe19a80 || (c >= 0xe28080 && c <= 0xe2808a) || c == 0xe280a8 || c == 0xe280a9 ||
                 c == 0xe280af || c == 0xe2819f || c == 0xe38080;
    return space ? 3 : 0;
}

/* Python's str.rstrip(). */
static bb_str rstrip(bb_str s)
{
    for (;;) {
        size_t n = 0;
        if (s.len && (unsigned char)s.p[s.len - 1] < 0x80)
            n = bb_lex_space(s, s.len - 1);
        else if (s.len >= 2 && bb_lex_space_long(s, s.len - 2) == 2)
            n = 2;
        else if (s.len >= 3 && bb_lex_space_long(s, s.len - 3) == 3)
            n = 3;
        if (n == 0)
            return s;
        s.len -= n;
    }
}

/* Length of the UTF-8 sequence at the head of [p, end), 0 when it is not one (surrogates and overlong ones are not). */
static size_t utf8_len(const unsigned char *p, const unsigned char *end)
{
    size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : (p[0] & 0xf0) == 0xe0 ? 3 : 0;

    if (p[0] >= 0xf0 && p[0] < 0xf5)
        n = 4;
    if (n == 0 || (size_t)(end - p) < n)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
        (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return n;
}

static int bad_byte(struct bb_lexer *lx, size_t off, const char *what)
{
    uint32_t src = lx->ast->src;
    struct bb_loc loc = {src, bb_source_line_at(src, (uint32_t)off), (uint32_t)off, 1};

    return bb_error_at(lx->ctx, loc, "%s 0x%02x at offset %zu", what, (unsigned char)lx->text.p[off], off);
}

/* Refuses what is not text. */
static int check_text(struct bb_lexer *lx)
{
    const unsigned char *start = (const unsigned char *)lx->text.p, *p = start, *end = p + lx->text.len;
    const unsigned char *nul = lx->text.len ? memchr(start, 0, lx->text.len) : NULL;
    uint64_t block;

    if (lx->text.len > UINT32_MAX / 2)
        return bb_error_at(lx->ctx, (struct bb_loc){.src = lx->ast->src}, "file is larger than 2 GB");
    if (nul)
        return bad_byte(lx, (size_t)(nul - start), "the file holds a NUL byte:");
    while (p < end) {
        if (end - p >= 8 && (memcpy(&block, p, 8), (block & 0x8080808080808080u) == 0)) {
            p += 8;
            continue;
        }
        size_t n = utf8_len(p, end);
        if (n == 0)
            return bad_byte(lx, (size_t)(p - start), "the file is not UTF-8 text: byte");
        p += n;
    }
    lx->has_cr = lx->text.len && memchr(start, '\r', lx->text.len);
    return 0;
}

/* --- lines --- */

/* Next physical line; false at the end. */
static bool next_line(struct bb_lexer *lx, struct bb_rawline *ret_line)
{
    size_t start = lx->pos, end;

    if (start >= lx->text.len)
        return false;
    const char *p = lx->text.p + start, *stop = lx->text.p + lx->text.len;
    const char *nl = memchr(p, '\n', (size_t)(stop - p));
    end = nl ? (size_t)(nl - lx->text.p) : lx->text.len;
    lx->pos = nl ? end + 1 : end;
    if (lx->has_cr) { /* "\r" and "\r\n" end a line as well */
        const char *cr = memchr(p, '\r', end - start);
        if (cr && cr + 1 != nl)
            lx->pos = (size_t)(cr + 1 - lx->text.p);
        if (cr)
            end = (size_t)(cr - lx->text.p);
    }
    lx->line++;
    *ret_line = (struct bb_rawline){rstrip(bb_str_sub(lx->text, start, end)), start, lx->pos};
    return true;
}

static bool continues(bb_str s)
{
    return s.len && s.p[s.len - 1] == '\\';
}

static bool is_comment(bb_str s)
{
    return s.len && s.p[0] == '#';
}

static struct bb_line whole_line(const struct bb_lexer *lx, const struct bb_rawline *raw)
{
    return (struct bb_line){raw->text, raw->off, raw->off + raw->text.len, lx->line, lx->line, true};
}

static struct bb_loc line_loc(const struct bb_lexer *lx, uint32_t line, size_t off, size_t len)
{
    return (struct bb_loc){lx->ast->src, line, (uint32_t)off, (uint32_t)len};
}

/* BitBake ends with these at once (bb.fatal), so that nothing which catches a ParseError sees them. */
static int fatal(struct bb_lexer *lx, struct bb_loc loc, bb_str text)
{
    bb_report(lx->ctx, &(struct bb_diag){.severity = BB_FATAL, .loc = loc, .text = text});
    return -BB_EREPORTED;
}

static int confusing_comment(struct bb_lexer *lx, const struct bb_line *line)
{
    return fatal(
        lx, line_loc(lx, line->first, line->off, line->end - line->off),
        bb_arena_fmt(&lx->ast->arena,
                     "There is a confusing multiline partially commented expression starting on line "
                     "%u of file %.*s: a comment that ends in '\\' goes on in a line that is no comment",
                     line->first, BB_STRF(lx->ast->path)));
}

static int lone_backslash(struct bb_lexer *lx, const struct bb_line *line)
{
    return bb_error_at(lx->ctx, line_loc(lx, line->first, line->off, 1),
                       "unparsed line: '\\': nothing stands before the line's '\\'");
}

/* Joins the lines of a .conf statement into lx->joined. */
static int join_conf(struct bb_lexer *lx, struct bb_line *line)
{
    struct bb_rawline raw;
    struct bb_buf *buf = &lx->joined;

    bb_buf_clear(buf);
    bb_buf_adds(buf, line->text);
    while (continues(bb_buf_str(buf))) {
        bool more = next_line(lx, &raw);
        if (!more) /* BitBake counts the line that is not there */
            lx->line++, raw = (struct bb_rawline){BB_STR(""), lx->pos, lx->pos};
        if (buf->p[0] == '#' && !is_comment(raw.text))
            return confusing_comment(lx, line);
        bb_buf_truncate(buf, buf->len - 1);
        bb_buf_adds(buf, raw.text);
        if (buf->len == 0)
            return lone_backslash(lx, line);
        line->end = raw.off + raw.text.len;
    }
    line->last = lx->line;
    line->text = bb_buf_str(buf);
    line->in_source = false;
    return 0;
}

static int lex_conf(struct bb_lexer *lx)
{
    struct bb_rawline raw;
    int r = 0;

    while (r >= 0 && next_line(lx, &raw)) {
        if (raw.text.len == 0)
            continue;
        struct bb_line line = whole_line(lx, &raw);
        if (continues(raw.text))
            r = join_conf(lx, &line);
        if (r >= 0 && !is_comment(line.text))
            r = bb_lex_statement(lx, &line);
    }
    return r;
}

static int skip_comment(struct bb_lexer *lx, const struct bb_line *line)
{
    struct bb_rawline raw;

    do {
        if (!next_line(lx, &raw))
            return bb_error_at(lx->ctx, line_loc(lx, line->first, line->off, line->end - line->off),
                               "Unparsed lines %.*s: the file ends after a comment that ends in '\\'",
                               BB_STRF(lx->ast->path));
        if (!is_comment(raw.text))
            return confusing_comment(lx, line);
    } while (continues(raw.text));
    return 0;
}

/* Joins the lines of a statement in a recipe or class into lx->joined. */
static int join_recipe(struct bb_lexer *lx, struct bb_line *line)
{
    struct bb_rawline raw;
    struct bb_buf *buf = &lx->joined;
    bool more = true;

    if (line->text.len == 1)
        return lone_backslash(lx, line);
    bb_buf_clear(buf);
    bb_buf_add(buf, line->text.p, line->text.len - 1);
    while (more) {
        if (!next_line(lx, &raw))
            return bb_error_at(lx->ctx, line_loc(lx, line->first, line->off, line->end - line->off),
                               "Unparsed lines %.*s: the file ends after a line that ends in '\\'",
                               BB_STRF(lx->ast->path));
        if (is_comment(raw.text))
            return fatal(lx, line_loc(lx, lx->line, raw.off, raw.text.len),
                         bb_arena_fmt(&lx->ast->arena,
                                      "There is a comment on line %u of file %.*s which is in the "
                                      "middle of a multiline expression; this syntax is invalid",
                                      lx->line, BB_STRF(lx->ast->path)));
        more = continues(raw.text);
        bb_buf_add(buf, raw.text.p, raw.text.len - more);
        line->end = raw.off + raw.text.len;
    }
    line->last = lx->line;
    line->text = bb_buf_str(buf);
    line->in_source = false;
    return 0;
}

/* --- bodies --- */

/* `head`, then the lines of [from, to) as they are stored: right-stripped, each ending in a newline. */
static bb_str rebuild(struct bb_lexer *lx, bb_str head, size_t from, size_t to)
{
    struct bb_lexer scan = {.text = bb_str_sub(lx->text, 0, to), .pos = from, .has_cr = lx->has_cr};
    struct bb_buf *buf = &scan.joined;
    struct bb_rawline raw;

    bb_buf_init(buf);
    bb_buf_adds(buf, head);
    while (next_line(&scan, &raw)) {
        bb_buf_adds(buf, raw.text);
        bb_buf_addc(buf, '\n');
    }
    bb_str text = bb_arena_str(&lx->ast->arena, bb_buf_str(buf));
    bb_buf_release(buf);
    return text;
}

static bb_str number(struct bb_lexer *lx, int64_t n)
{
    return bb_arena_fmt(&lx->ast->arena, "%lld", (long long)n);
}

/* True when the line is indented by a tab; told once for a body. */
static bool warn_tab(struct bb_lexer *lx, const struct bb_rawline *raw)
{
    size_t i = 0;

    while (i < raw->text.len && raw->text.p[i] == ' ')
        i++;
    if (i == raw->text.len || raw->text.p[i] != '\t')
        return false;
    bb_warn_at(lx->ctx, line_loc(lx, lx->line, raw->off, raw->text.len),
               "python should use 4 spaces indentation, but found tabs in %.*s, line %u",
               BB_STRF(lx->ast->base), lx->line);
    return true;
}

/* "__anon_<line>_<path with punctuation mapped to _>" */
static bb_sym anonymous_name(struct bb_lexer *lx, uint32_t line)
{
    bb_str name = bb_arena_fmt(&lx->ast->arena, "__anon_%u_%.*s", line, BB_STRF(lx->ast->path));
    char *p = bb_arena_strz(&lx->ast->arena, name);
    bool tilde = bb_rules_has(lx->ctx->level, BB_RULE_ANON_TILDE);

    for (size_t i = 0; i < name.len; i++)
        if (strchr("/.+-@%&", p[i]) || (tilde && p[i] == '~'))
            p[i] = '_';
    return bb_sym_get(bb_str_n(p, name.len));
}

/* The body of the function whose header was just pushed, up to "}". */
static int read_function(struct bb_lexer *lx, const struct bb_line *line)
{
    struct bb_stmt *s = &lx->stmts.p[lx->stmts.n - 1];
    size_t from = lx->pos;
    uint32_t nlines = 0;
    bool verbatim = !lx->has_cr, tab_told = !(s->flags & BB_STF_PYTHON);
    struct bb_rawline raw;

    for (;; nlines++) {
        if (!next_line(lx, &raw))
            return bb_error_at(lx->ctx, bb_stmt_place(s),
                               "Unparsed lines from unclosed function '%.*s': no "
                               "line that is exactly '}' before the end of the file",
                               BB_STRF(s->var->name));
        if (bb_str_eq(raw.text, BB_STR("}")))
            break;
        tab_told = tab_told || warn_tab(lx, &raw);
        verbatim &= raw.off + raw.text.len + 1 == raw.next;
    }
    bb_str head = BB_STR("");
    if (s->flags & BB_STF_ANONYMOUS) {
        s->var = anonymous_name(lx, lx->line);
        head = bb_arena_fmt(&lx->ast->arena, "def %.*s(d):\n", BB_STRF(s->var->name));
    }
    if (verbatim && head.len == 0)
        s->text = bb_str_sub(lx->text, from, raw.off);
    else
        s->text = rebuild(lx, head, from, raw.off);
    s->loc.line = lx->line;
    s->loc.len = (uint32_t)(raw.off + 1 - line->off);
    s->text2 = number(lx, (int64_t)lx->line - nlines - 1);
    return 0;
}

/* The body of the `def` whose first line was just pushed. */
static int read_def(struct bb_lexer *lx, const struct bb_line *line)
{
    struct bb_stmt *s = &lx->stmts.p[lx->stmts.n - 1];
    size_t from = lx->pos, end = line->end;
    uint32_t nlines = 1;
    bool verbatim = !lx->has_cr && line->in_source && line->end + 1 == lx->pos, tab_told = false;
    struct bb_rawline raw;

    for (;; nlines++) {
        size_t pos = lx->pos;
        if (!next_line(lx, &raw)) {
            s->loc.line = lx->line + 1;
            break;
        }
        if (raw.text.len && raw.text.p[0] != '#' && !bb_lex_space(raw.text, 0)) {
            s->loc.line = lx->line--;
            lx->pos = pos;
            break;
        }
        tab_told = tab_told || warn_tab(lx, &raw);
        verbatim &= raw.off + raw.text.len + 1 == raw.next || raw.next == lx->text.len;
        end = raw.off + raw.text.len;
    }
    if (verbatim || nlines == 1) {
        s->text = nlines == 1 ? bb_lex_keep(lx, line, line->text) : bb_str_sub(lx->text, line->off, end);
    } else {
        bb_str head = bb_arena_cat(&lx->ast->arena, line->text, BB_STR("\n"));
        s->text = rebuild(lx, head, from, lx->pos);
        s->text.len--; /* the last line's newline */
    }
    s->loc.len = (uint32_t)(end - line->off);
    s->text2 = number(lx, (int64_t)s->loc.line - nlines - 1);
    return 0;
}

static int lex_recipe(struct bb_lexer *lx)
{
    struct bb_rawline raw;
    int r = 0;

    while (r >= 0 && next_line(lx, &raw)) {
        if (raw.text.len == 0)
            continue;
        struct bb_line line = whole_line(lx, &raw);
        if (is_comment(raw.text)) {
            if (continues(raw.text))
                r = skip_comment(lx, &line);
            continue;
        }
        if (continues(raw.text))
            r = join_recipe(lx, &line);
        if (r >= 0)
            r = bb_lex_statement(lx, &line);
        if (r == BB_LINE_FUNCTION)
            r = read_function(lx, &line);
        else if (r == BB_LINE_DEF)
            r = read_def(lx, &line);
    }
    return r;
}

/* --- the file --- */

struct bb_stmt *bb_lex_push(struct bb_lexer *lx, const struct bb_line *line, enum bb_stmt_kind kind)
{
    bb_vec_push(&lx->stmts, (struct bb_stmt){
                                .kind = kind,
                                .first_line = line->first,
                                .loc = line_loc(lx, line->last, line->off, line->end - line->off),
                            });
    return &lx->stmts.p[lx->stmts.n - 1];
}

bb_str bb_lex_keep(struct bb_lexer *lx, const struct bb_line *line, bb_str text)
{
    return line->in_source ? text : bb_arena_str(&lx->ast->arena, text);
}

struct bb_loc bb_lex_place(struct bb_lexer *lx, const struct bb_line *line, size_t from, size_t to)
{
    struct bb_lexer scan = {
        .text = bb_str_sub(lx->text, 0, line->end), .pos = line->off, .has_cr = lx->has_cr};
    struct bb_rawline raw;
    size_t before = 0; /* bytes of the logical line before this physical one */

    if (to <= from)
        to = from + 1;
    while (next_line(&scan, &raw)) {
        size_t len = raw.text.len - (raw.next < line->end && continues(raw.text));
        if (from <= before + len || scan.pos >= line->end) {
            size_t at = from - before < len ? from - before : len;
            size_t n = to - from < len - at ? to - from : len - at;
            return line_loc(lx, line->first + scan.line - 1, raw.off + at, n ? n : 1);
        }
        before += len;
    }
    return line_loc(lx, line->first, line->off, 1);
}

static struct bb_ast *new_ast(bb_str path)
{
    struct bb_ast *ast = bb_calloc(1, sizeof(*ast));

    bb_arena_init(&ast->arena);
    ast->src = bb_source_id(path);
    ast->path = bb_source_path(ast->src);
    ast->base = bb_path_base(ast->path);
    ast->class = BB_STR("");
    if (bb_ast_file_kind(path) == BB_FILE_CLASS)
        ast->class = bb_str_sub(ast->base, 0, ast->base.len - strlen(".bbclass"));
    return ast;
}

int bb_lex_text(struct bb_ctx *ctx, bb_str path, bb_str text, struct bb_ast **ret_ast)
{
    struct bb_lexer lx = {.ctx = ctx, .text = text, .kind = bb_ast_file_kind(path), .ast = new_ast(path)};
    int r;

    bb_buf_init(&lx.joined);
    bb_source_set_text(lx.ast->src, text);
    r = check_text(&lx);
    if (r >= 0)
        r = lx.kind == BB_FILE_CONF ? lex_conf(&lx) : lex_recipe(&lx);
    bb_buf_release(&lx.joined);
    lx.ast->stmts = lx.stmts.p;
    lx.ast->nstmts = lx.stmts.n;
    if (r < 0) {
        bb_ast_free(lx.ast);
        return r;
    }
    *ret_ast = lx.ast;
    return 0;
}
