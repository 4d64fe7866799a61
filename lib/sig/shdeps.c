/* SPDX-License-Identifier: MIT */
#include "sig/shdeps.h"

#include "base/diag.h"
#include "base/map.h"
#include "base/rules.h"
#include "sig/shlex.h"

/* Nesting of blocks and substitutions that is followed. */
#define MAX_NESTING 200

struct bb_shdeps {
    enum bb_level level;
    struct bb_arena arena; /* texts and results */
    struct bb_map known;   /* text -> struct bb_shdeps_result */
};

/* What one text gives, its substitutions and eval texts included. */
struct walk {
    struct bb_arena scratch;
    bool in_dquotes; /* substitutions inside "..." count */
    struct bb_pmap cmds, funcs;
    size_t budget; /* bytes that may still be read: nested evals could multiply the work without end */
    int depth;
    struct bb_sherror err;
};
/* One text being parsed by recursive descent. */
struct parser {
    struct walk *w;
    struct bb_shtokens toks;
    size_t i;
};
/* A word of a command. BitBake's scan goes by the kind alone. */
enum wordkind { WORD_CMD, WORD_ARG, WORD_OTHER };
struct word {
    enum wordkind kind;
    const struct bb_shtoken *tok;
    bb_str text;
};
struct words {
    struct word *p;
    size_t n, cap;
};

static bool walk_text(struct walk *w, bb_str text);
static bool parse_and_or(struct parser *p);
static bool parse_compound_list(struct parser *p);

static bool fail_at(struct walk *w, const char *text, uint32_t off)
{
    if (!w->err.text)
        w->err = (struct bb_sherror){text, off};
    return false;
}

static const struct bb_shtoken *peek(const struct parser *p)
{
    return &p->toks.p[p->i];
}

static bool at(const struct parser *p, enum bb_shkind kind)
{
    return peek(p)->kind == kind;
}

static bool accept(struct parser *p, enum bb_shkind kind)
{
    if (!at(p, kind))
        return false;
    p->i++;
    return true;
}

static bool unexpected(struct parser *p)
{
    static const char *const texts[] = {[BB_SH_END] = "unexpected end of the text",
                                        [BB_SH_WORD] = "unexpected word",
                                        [BB_SH_NEWLINE] = "unexpected end of line",
                                        [BB_SH_IONUMBER] = "unexpected redirection",
                                        [BB_SH_ASSIGNMENT] = "unexpected assignment",
                                        [BB_SH_HERENAME] = "unexpected here-document",
                                        [BB_SH_REDIRECT] = "unexpected redirection",
                                        [BB_SH_HEREDOC] = "unexpected here-document",
                                        [BB_SH_ANDIF] = "unexpected '&&'",
                                        [BB_SH_ORIF] = "unexpected '||'",
                                        [BB_SH_DSEMI] = "unexpected ';;'",
                                        [BB_SH_AMP] = "unexpected '&'",
                                        [BB_SH_SEMI] = "unexpected ';'",
                                        [BB_SH_LPAREN] = "unexpected '('",
                                        [BB_SH_RPAREN] = "unexpected ')'",
#define X(name, text) [BB_SH_##name] = "unexpected '" text "'",
                                        BB_SHRESERVED(X)
#undef X
    };
    return fail_at(p->w, texts[peek(p)->kind], peek(p)->off);
}

static bool expect(struct parser *p, enum bb_shkind kind)
{
    return accept(p, kind) || unexpected(p);
}

static void skip_newlines(struct parser *p)
{
    while (accept(p, BB_SH_NEWLINE))
        ;
}

/* A text inside a text; an error in it is told at the word `off` of the outer one. */
static bool walk_nested(struct walk *w, bb_str text, uint32_t off)
{
    if (walk_text(w, text))
        return true;
    w->err.off = off;
    return false;
}

/* Substitutions of a word are commands too. True in *ret_any when there was one. */
static bool walk_substs(struct walk *w, const struct bb_shtoken *tok, bb_str text, bool *ret_any)
{
    *ret_any = false;
    if (!tok->quoted)
        return true;
    struct bb_strvec substs = {0};
    const char *why = bb_shlex_substs(&w->scratch, text, w->in_dquotes, &substs);
    bool ok = !why || fail_at(w, why, tok->off);
    *ret_any = substs.n > 0;
    for (size_t i = 0; ok && i < substs.n; i++)
        ok = walk_nested(w, substs.p[i], tok->off);
    bb_vec_release(&substs);
    return ok;
}

/* The words after the first, joined, are a text to be read. */
static bool walk_eval(struct walk *w, const struct words *words)
{
    struct bb_buf b = BB_BUF_INIT;
    for (size_t i = 1; i < words->n; i++) {
        if (i > 1)
            bb_buf_addc(&b, ' ');
        bb_buf_adds(&b, words->p[i].text);
    }
    bb_str text = bb_arena_str(&w->scratch, bb_buf_str(&b));
    bb_buf_release(&b);
    return walk_nested(w, text, words->p[0].tok->off);
}

/*
 * BitBake: a command word that holds a substitution is dropped and nothing is taken in its place, but after a
 * command word with a `=` the following words are looked at.
 */
static bool walk_words(struct walk *w, struct words *words)
{
    size_t kept = 0;
    for (size_t i = 0; i < words->n; i++) {
        struct word *word = &words->p[i];
        bool any;
        if (!walk_substs(w, word->tok, word->text, &any))
            return false;
        if (!any || word->kind != WORD_CMD)
            words->p[kept++] = *word;
    }
    words->n = kept;
    bool after_assignment = false;
    for (size_t i = 0; i < words->n; i++) {
        struct word *word = &words->p[i];
        if (word->kind != WORD_CMD && !(after_assignment && word->kind == WORD_ARG))
            continue;
        if (bb_str_chr(word->text, '=', 0) != BB_NPOS) {
            after_assignment = true;
            continue;
        }
        if (bb_str_eqz(word->text, "eval"))
            return walk_eval(w, words);
        if (!bb_str_starts(word->text, BB_STR("$")))
            bb_pmap_put(&w->cmds, bb_sym_get(word->text), NULL);
        break;
    }
    return true;
}

static void add_word(struct words *words, const struct bb_shtoken *tok, enum wordkind kind)
{
    bb_vec_push(words, (struct word){kind, tok, tok->text});
}

/* BitBake takes the name of an assignment for the kind of word it is; only these three names have a meaning then. */
static void add_assignment(struct words *words, const struct bb_shtoken *tok)
{
    size_t eq = bb_str_chr(tok->text, '=', 0);
    bb_str name = bb_str_sub(tok->text, 0, eq);
    enum wordkind kind = WORD_OTHER;
    if (bb_str_eqz(name, "cmd_name") || bb_str_eqz(name, "cmd_word"))
        kind = WORD_CMD;
    else if (bb_str_eqz(name, "TOKEN"))
        kind = WORD_ARG;
    bb_vec_push(words, (struct word){kind, tok, bb_str_from(tok->text, eq + 1)});
}

static bool at_redirect(const struct parser *p)
{
    return at(p, BB_SH_IONUMBER) || at(p, BB_SH_REDIRECT) || at(p, BB_SH_HEREDOC);
}

/* A redirection; what it names is not looked into. */
static bool parse_redirect(struct parser *p)
{
    accept(p, BB_SH_IONUMBER);
    if (accept(p, BB_SH_REDIRECT))
        return expect(p, BB_SH_WORD);
    return expect(p, BB_SH_HEREDOC) && expect(p, BB_SH_HERENAME) && expect(p, BB_SH_WORD);
}

/* Kinds that are plain words behind a command; the other reserved words end it. */
static bool at_argument(const struct parser *p)
{
    const uint64_t kinds = 1ull << BB_SH_WORD | 1ull << BB_SH_FI | 1ull << BB_SH_FOR | 1ull << BB_SH_DONE |
                           1ull << BB_SH_DO | 1ull << BB_SH_UNTIL | 1ull << BB_SH_ASSIGNMENT |
                           1ull << BB_SH_IF | 1ull << BB_SH_THEN | 1ull << BB_SH_BANG;
    return kinds >> peek(p)->kind & 1;
}

static bool parse_simple_words(struct parser *p, struct words *words)
{
    const struct bb_shtoken *assignment = NULL; /* there is at most one, the last token of the text */
    bool prefix = false;
    while (at_redirect(p) || at(p, BB_SH_ASSIGNMENT)) {
        prefix = true;
        if (at(p, BB_SH_ASSIGNMENT))
            assignment = &p->toks.p[p->i++];
        else if (!parse_redirect(p))
            return false;
    }
    if (at(p, BB_SH_WORD) || (prefix && at(p, BB_SH_FI))) {
        add_word(words, &p->toks.p[p->i++], WORD_CMD);
        while (at_argument(p) || at_redirect(p)) {
            if (at_argument(p))
                add_word(words, &p->toks.p[p->i++], WORD_ARG);
            else if (!parse_redirect(p))
                return false;
        }
    } else if (!prefix) {
        return unexpected(p);
    }
    if (assignment)
        add_assignment(words, assignment);
    return true;
}

static bool parse_simple(struct parser *p)
{
    struct words words = {0};
    bool ok = parse_simple_words(p, &words) && walk_words(p->w, &words);
    bb_vec_release(&words);
    return ok;
}

static bool parse_do_group(struct parser *p)
{
    return expect(p, BB_SH_DO) && parse_compound_list(p) && expect(p, BB_SH_DONE);
}

/* A word where the grammar has `token`: everything reserved but `fi` is refused. */
static bool parse_token(struct parser *p)
{
    return accept(p, BB_SH_FI) || expect(p, BB_SH_WORD);
}

static bool parse_for(struct parser *p)
{
    if (!parse_token(p))
        return false;
    skip_newlines(p);
    if (at(p, BB_SH_DO))
        return fail_at(p->w, "'for' without 'in' is not understood", peek(p)->off);
    if (!expect(p, BB_SH_IN))
        return false;
    while (at(p, BB_SH_WORD) || at(p, BB_SH_FI)) {
        const struct bb_shtoken *tok = &p->toks.p[p->i++];
        bool any;
        if (!walk_substs(p->w, tok, tok->text, &any))
            return false;
    }
    if (!accept(p, BB_SH_SEMI) && !at(p, BB_SH_NEWLINE))
        return unexpected(p);
    skip_newlines(p);
    return parse_do_group(p);
}

/*
 * One item of a case up to `;;`, or up to `esac` for the last one. BitBake: substitutions are only seen in
 * the first of several patterns, and not even there when they follow a `(` in a last item without `;;`.
 */
static bool parse_case_item(struct parser *p)
{
    bool paren = accept(p, BB_SH_LPAREN);
    size_t pattern = p->i;
    do {
        if (!parse_token(p))
            return false;
    } while (accept(p, BB_SH_PIPE));
    if (!expect(p, BB_SH_RPAREN))
        return false;
    size_t body = p->i;
    skip_newlines(p);
    if (!at(p, BB_SH_DSEMI) && !at(p, BB_SH_ESAC)) {
        p->i = body;
        if (!parse_compound_list(p))
            return false;
        skip_newlines(p);
    }
    bool last = at(p, BB_SH_ESAC);
    if (!last && !expect(p, BB_SH_DSEMI))
        return false;
    skip_newlines(p);
    bool any;
    const struct bb_shtoken *tok = &p->toks.p[pattern];
    return (last && paren) || walk_substs(p->w, tok, tok->text, &any);
}

static bool parse_case(struct parser *p)
{
    if (!parse_token(p))
        return false;
    skip_newlines(p);
    if (!expect(p, BB_SH_IN))
        return false;
    skip_newlines(p);
    while (!at(p, BB_SH_ESAC))
        if (!parse_case_item(p))
            return false;
    p->i++;
    return true;
}

static bool parse_if(struct parser *p)
{
    do {
        if (!parse_compound_list(p) || !expect(p, BB_SH_THEN) || !parse_compound_list(p))
            return false;
    } while (accept(p, BB_SH_ELIF));
    if (accept(p, BB_SH_ELSE) && !parse_compound_list(p))
        return false;
    return expect(p, BB_SH_FI);
}

/* A compound command when one begins here; *ret_found says whether. */
static bool parse_compound(struct parser *p, bool *ret_found)
{
    enum bb_shkind kind = peek(p)->kind;
    *ret_found = true;
    p->i++;
    switch (kind) {
    case BB_SH_LBRACE:
        return parse_compound_list(p) && expect(p, BB_SH_RBRACE);
    case BB_SH_LPAREN:
        return parse_compound_list(p) && expect(p, BB_SH_RPAREN);
    case BB_SH_FOR:
        return parse_for(p);
    case BB_SH_CASE:
        return parse_case(p);
    case BB_SH_IF:
        return parse_if(p);
    case BB_SH_WHILE:
    case BB_SH_UNTIL:
        return parse_compound_list(p) && parse_do_group(p);
    default:
        *ret_found = false;
        p->i--;
        return true;
    }
}

static bool parse_function(struct parser *p)
{
    bb_sym name = bb_sym_get(peek(p)->text);
    p->i += 2;
    if (!expect(p, BB_SH_RPAREN))
        return false;
    skip_newlines(p);
    bool found;
    if (!parse_compound(p, &found))
        return false;
    if (!found)
        return unexpected(p);
    if (at_redirect(p))
        return fail_at(p->w, "redirections of a function are not understood", peek(p)->off);
    bb_pmap_put(&p->w->funcs, name, NULL);
    return true;
}

static bool parse_command(struct parser *p)
{
    if (at(p, BB_SH_WORD) && p->toks.p[p->i + 1].kind == BB_SH_LPAREN)
        return parse_function(p);
    bool found;
    if (!parse_compound(p, &found))
        return false;
    if (!found)
        return parse_simple(p);
    while (at_redirect(p))
        if (!parse_redirect(p))
            return false;
    return true;
}

static bool parse_pipeline(struct parser *p)
{
    accept(p, BB_SH_BANG);
    while (parse_command(p)) {
        if (!accept(p, BB_SH_PIPE))
            return true;
        skip_newlines(p);
    }
    return false;
}

static bool parse_and_or(struct parser *p)
{
    if (p->w->depth == MAX_NESTING)
        return fail_at(p->w, "nested too deeply", peek(p)->off);
    p->w->depth++;
    bool ok;
    while ((ok = parse_pipeline(p)) && (accept(p, BB_SH_ANDIF) || accept(p, BB_SH_ORIF)))
        skip_newlines(p);
    p->w->depth--;
    return ok;
}

/* `;`, `; ;`, `&` with newlines behind, or newlines; END when there is none of these. */
static enum bb_shkind parse_separator(struct parser *p)
{
    enum bb_shkind kind = peek(p)->kind;
    if (kind != BB_SH_SEMI && kind != BB_SH_AMP && kind != BB_SH_NEWLINE)
        return BB_SH_END;
    p->i++;
    if (kind == BB_SH_SEMI)
        accept(p, BB_SH_SEMI);
    skip_newlines(p);
    return kind;
}

static bool starts_and_or(const struct parser *p)
{
    const uint64_t kinds = 1ull << BB_SH_WORD | 1ull << BB_SH_BANG | 1ull << BB_SH_FOR | 1ull << BB_SH_WHILE |
                           1ull << BB_SH_UNTIL | 1ull << BB_SH_IF | 1ull << BB_SH_CASE |
                           1ull << BB_SH_LBRACE | 1ull << BB_SH_LPAREN | 1ull << BB_SH_ASSIGNMENT;
    return kinds >> peek(p)->kind & 1 || at_redirect(p);
}

static bool parse_compound_list(struct parser *p)
{
    skip_newlines(p);
    for (;;) {
        if (!parse_and_or(p))
            return false;
        size_t sep_at = p->i;
        enum bb_shkind sep = parse_separator(p);
        if (sep != BB_SH_END && starts_and_or(p))
            continue;
        if (sep == BB_SH_AMP)
            return fail_at(p->w, "'&' at the end of a block is not understood", p->toks.p[sep_at].off);
        return true;
    }
}

/* BitBake: commands need no separator between them where the grammar can tell: `(a) (b)`, `a while b; do c; done`. */
static bool parse_all(struct parser *p)
{
    skip_newlines(p);
    while (!at(p, BB_SH_END)) {
        if (!parse_and_or(p))
            return false;
        parse_separator(p);
    }
    return true;
}

static bool walk_text(struct walk *w, bb_str text)
{
    if (w->depth == MAX_NESTING || text.len > w->budget)
        return fail_at(w, "nested too deeply", 0);
    w->depth++;
    w->budget -= text.len;
    struct parser p = {.w = w};
    struct bb_sherror err = {0};
    bool ok =
        bb_shlex_tokens(&w->scratch, text, &p.toks, &err) ? parse_all(&p) : fail_at(w, err.text, err.off);
    bb_vec_release(&p.toks);
    w->depth--;
    return ok;
}

struct bb_shdeps *bb_shdeps_new(enum bb_level level)
{
    struct bb_shdeps *c = bb_calloc(1, sizeof(*c));
    c->level = level;
    bb_arena_init(&c->arena);
    return c;
}

void bb_shdeps_free(struct bb_shdeps *c)
{
    if (!c)
        return;
    bb_map_release(&c->known);
    bb_arena_release(&c->arena);
    free(c);
}

static uint32_t line_of(bb_str text, uint32_t off)
{
    uint32_t line = 1;
    for (size_t i = 0; i < off && i < text.len; i++)
        line += text.p[i] == '\n';
    return line;
}

static struct bb_shdeps_result *compute(struct bb_shdeps *c, bb_str text)
{
    struct bb_shdeps_result *r = bb_arena_new(&c->arena, struct bb_shdeps_result);
    struct walk w = {.in_dquotes = bb_rules_has(c->level, BB_RULE_SHELL_DQUOTES),
                     .budget = text.len * 64 + (1 << 16)};
    bb_arena_init(&w.scratch);
    if (walk_text(&w, text)) {
        bb_sym *cmds = bb_arena_array(&c->arena, bb_sym, w.cmds.live);
        bb_pmap_each(&w.cmds, it) {
            if (!bb_pmap_has(&w.funcs, it->key))
                cmds[r->ncmds++] = it->key;
        }
        r->cmds = cmds;
    } else {
        r->error = w.err.text;
        r->line = line_of(text, w.err.off);
    }
    bb_pmap_release(&w.cmds);
    bb_pmap_release(&w.funcs);
    bb_arena_release(&w.scratch);
    return r;
}

int bb_shdeps_get(struct bb_shdeps *c, bb_str text, const struct bb_shdeps_result **ret)
{
    struct bb_shdeps_result *r = bb_map_get(&c->known, text);
    if (!r) {
        r = compute(c, text);
        bb_map_put(&c->known, bb_arena_str(&c->arena, text), r);
    }
    *ret = r;
    return r->error ? -BB_EPARSE : 0;
}

int bb_shdeps_execs(void *self, bb_str text, bb_sym **ret, size_t *ret_n)
{
    const struct bb_shdeps_result *r;
    int rc = bb_shdeps_get(self, text, &r);
    if (rc < 0)
        return rc;
    *ret = (bb_sym *)r->cmds;
    *ret_n = r->ncmds;
    return 0;
}
