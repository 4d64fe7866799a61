/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "base/path.h"
#include "parse/depends.h"
#include "parse/lex.h"
#include "parse/parser_priv.h"
#include "parse/writer.h"

/* Files that include files; BitBake ends at about this depth in Python's recursion limit. */
#define DEPTH_MAX 150

struct bb_parser *bb_parser_new(struct bb_ctx *ctx, const struct bb_parse_hooks *hooks)
{
    struct bb_parser *p = bb_calloc(1, sizeof(*p));

    p->ctx = ctx;
    p->hooks = hooks;
    bb_arena_init(&p->arena);
#define X(name, text) p->sym.name = BB_SYM(text);
    BB_PARSE_SYMS(X)
#undef X
    return p;
}

void bb_parser_set_watch(struct bb_parser *p, const struct bb_parse_watch *watch)
{
    p->watch = watch;
}

bb_str bb_parser_current(const struct bb_parser *p)
{
    return p->top ? p->top->path : (bb_str){"", 0};
}

void bb_parser_free(struct bb_parser *p)
{
    if (!p)
        return;
    bb_astcache_release(p);
    bb_vec_each(&p->texts, ast)
        bb_ast_free(*ast);
    bb_vec_release(&p->texts);
    bb_map_release(&p->asts);
    bb_map_release(&p->stats);
    bb_map_release(&p->lookups);
    bb_pmap_release(&p->handlers);
    bb_arena_release(&p->arena);
    free(p);
}

struct bb_ctx *bb_parser_ctx(const struct bb_parser *p)
{
    return p->ctx;
}

/* bb.parse.resolve_file: where the file is; -ENOENT when it is nowhere or no file. */
static int resolve(struct bb_parser *p, struct bb_store *d, bb_str path, bb_str *ret)
{
    bb_str bbpath;
    int r;

    if (bb_path_is_abs(path)) {
        r = bb_depends_mark(p, d, path);
    } else {
        r = bb_store_str_report(d, p->sym.BBPATH, &bbpath);
        if (r >= 0)
            r = bb_depends_which(p, d, bbpath, path, true, &path);
        if (r >= 0 && !path.p)
            r = -ENOENT;
    }
    if (r < 0)
        return r;
    if (bb_depends_stat(p, path)->kind != BB_FILE_SAME)
        return -ENOENT;
    *ret = path;
    return 0;
}

/* Files that include each other would go on for ever; says how they are connected. */
static int check_loop(struct bb_parser *p, bb_str path)
{
    BB_CLEAN_BUF struct bb_buf chain = BB_BUF_INIT;
    const struct bb_parse_frame *f;

    for (f = p->top; f && !bb_str_eq(f->path, path); f = f->up)
        ;
    if (!f && p->depth < DEPTH_MAX)
        return 0;
    if (!f)
        return bb_error_at(p->ctx, p->at, "files are included more than %d levels deep", DEPTH_MAX);
    bb_buf_adds(&chain, path);
    for (f = p->top;; f = f->up) {
        bb_buf_splice(&chain, 0, 0, BB_STR(" -> "));
        bb_buf_splice(&chain, 0, 0, f->path);
        if (bb_str_eq(f->path, path))
            break;
    }
    return bb_error_at(p->ctx, p->at, "include loop: %s", chain.p);
}

/* Reads a file that has been found and makes it the innermost one; leave() follows when that succeeds. */
static int enter(struct bb_parser *p, bb_str path, struct bb_parse_frame *frame, const struct bb_ast **ret)
{
    int r = check_loop(p, path);

    if (r < 0)
        return r;
    if (p->at.src)
        bb_diag_push(p->ctx, p->at, p->at_means);
    r = bb_astcache_get(p, path, ret);
    if (r < 0) {
        if (p->at.src)
            bb_diag_pop(p->ctx);
        return r;
    }
    *frame = (struct bb_parse_frame){(*ret)->path, p->at, p->at_means, p->top};
    p->at = (struct bb_loc){0};
    p->top = frame;
    p->depth++;
    return 0;
}

static void leave(struct bb_parser *p, const struct bb_parse_frame *frame)
{
    p->depth--;
    p->top = frame->up;
    p->at = frame->at;
    p->at_means = frame->at_means;
    if (p->at.src)
        bb_diag_pop(p->ctx);
}

static int set_file(struct bb_parser *p, struct bb_store *d, bb_str path, enum bb_writer w)
{
    struct bb_how how = bb_writer_how(d, w);

    how.borrowed = true;
    return bb_eval_fail(d, bb_store_set(d, p->sym.FILE, bb_val_s(path), &how), (struct bb_loc){0});
}

/* SkipRecipe ends the file that raised it; the files that include that one go on, and the recipe is skipped. */
static int note_skip(struct bb_parser *p, struct bb_store *d)
{
    const struct bb_pyhook *hook = bb_store_hook(d);

    if (hook && hook->error_clear)
        hook->error_clear(hook->self);
    return bb_store_set(d, p->sym.SKIPPED, bb_val_b(true), &(struct bb_how){.ignore = true});
}

static int handle_conf(struct bb_parser *p, struct bb_store *d, bb_str path, unsigned flags)
{
    bb_str old = bb_eval_raw(d, p->sym.FILE);
    struct bb_parse_frame frame;
    const struct bb_ast *ast;
    int r;

    r = resolve(p, d, path, &path);
    if (r >= 0)
        r = enter(p, path, &frame, &ast);
    if (r < 0)
        return r;
    r = set_file(p, d, ast->path, BB_WRITER_CONF_ENTERS);
    if (r >= 0)
        r = bb_eval_ast(p, d, ast, flags & BB_FILE_FIRST_HAND ? BB_EVAL_FIRST_HAND : 0);
    leave(p, &frame);
    if (r >= 0 && old.len)
        r = set_file(p, d, old, BB_WRITER_CONF_LEAVES);
    return r;
}

int bb_parser_handle_recipe(struct bb_parser *p, struct bb_store *d, bb_str path, unsigned flags)
{
    bool class = bb_ast_file_kind(path) == BB_FILE_CLASS, sets_file;
    bb_str old = flags & BB_FILE_TOP ? BB_STR("") : bb_eval_raw(d, p->sym.FILE);
    struct bb_parse_frame frame;
    const struct bb_ast *ast;
    int r = 0;

    if (class) {
        const struct bb_vlist *known = bb_eval_list(d, p->sym.INHERIT_CACHE);
        if (!bb_strvec_has(&(struct bb_strvec){known->p, known->n, known->n}, path))
            r = bb_eval_list_append(d, p->sym.INHERIT_CACHE, &path, 1);
    }
    if (r >= 0)
        r = resolve(p, d, path, &path);
    if (r >= 0)
        r = enter(p, path, &frame, &ast);
    if (r < 0)
        return r;
    sets_file = !class && !bb_str_eq(ast->path, old);
    if (sets_file)
        r = set_file(p, d, ast->path, BB_WRITER_RECIPE_ENTERS);
    if (r >= 0)
        r = bb_eval_ast(p, d, ast, 0);
    leave(p, &frame);
    if (r == -BB_ESKIP) {
        int skipped = note_skip(p, d);
        r = skipped < 0 ? skipped : flags & BB_FILE_TOP ? -BB_ESKIP : 0;
    }
    if (r >= 0 && sets_file && old.len)
        r = set_file(p, d, old, BB_WRITER_RECIPE_LEAVES);
    return r;
}

int bb_parser_handle(struct bb_parser *p, struct bb_store *d, bb_str path, unsigned flags)
{
    enum bb_file_kind kind = bb_ast_file_kind(path);
    int r;

    if (kind == BB_FILE_OTHER || bb_str_ends(path, BB_STR(".bbappend")))
        return bb_error_at(p->ctx, p->at, "'%.*s' is not a BitBake file", BB_STRF(path));
    bb_store_include_enter(d, path);
    if (kind == BB_FILE_CONF)
        r = handle_conf(p, d, path, flags);
    else
        r = bb_parser_handle_recipe(p, d, path, flags);
    bb_store_include_leave(d);
    return r;
}

int bb_parser_file(struct bb_parser *p, struct bb_store *d, bb_str path)
{
    return bb_parser_handle(p, d, path, 0);
}

int bb_parser_text(struct bb_parser *p, struct bb_store *d, bb_str path, bb_str text)
{
    struct bb_ast *ast;
    int r = bb_lex_text(p->ctx, path, bb_arena_str(&p->ctx->arena, text), &ast);

    if (r < 0)
        return r;
    bb_vec_push(&p->texts, ast);
    return d ? bb_eval_ast(p, d, ast, 0) : 0;
}
