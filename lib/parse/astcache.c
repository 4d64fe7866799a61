/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "base/diag.h"
#include "os/os.h"
#include "parse/depends.h"
#include "parse/lex.h"
#include "parse/parser_priv.h"

/* A tree and the state of its file when it was read. Trees of former states stay: stores hold views of them. */
struct astcache_entry {
    struct bb_filestate st;
    enum bb_level level; /* by whose rules it was lexed */
    struct bb_ast *ast;  /* NULL: it could not be lexed */
    char *text;
    struct astcache_entry *former;
};

static int lex(struct bb_parser *p, bb_str path, struct astcache_entry *e)
{
    char *z = bb_arena_strz(&p->arena, path);
    struct bb_buf text;
    int r;

    bb_buf_init(&text);
    r = p->ctx->os->read(p->ctx->os, z, &text);
    if (r < 0) {
        bb_buf_release(&text);
        return r;
    }
    size_t len = text.len;
    e->text = bb_buf_detach(&text);
    return bb_lex_text(p->ctx, path, bb_str_n(e->text, len), &e->ast);
}

int bb_astcache_get(struct bb_parser *p, bb_str path, const struct bb_ast **ret)
{
    struct astcache_entry *e = bb_map_get(&p->asts, path);
    const struct bb_filestate *st = bb_depends_stat(p, path);
    int r;

    if (!e || !bb_filestate_eq(&e->st, st) || e->level != p->ctx->level || !e->ast) {
        struct astcache_entry *fresh = bb_arena_new(&p->arena, struct astcache_entry);
        fresh->st = *st;
        fresh->level = p->ctx->level;
        fresh->former = e;
        r = lex(p, path, fresh);
        if (r < 0 && !fresh->text)
            return r == -ENOENT
                       ? r
                       : bb_error_at(p->ctx, p->at, "cannot read %.*s: %s", BB_STRF(path), bb_strerror(r));
        bb_map_put(&p->asts, bb_arena_str(&p->arena, path), fresh);
        if (r < 0)
            return r;
        e = fresh;
    }
    *ret = e->ast;
    return 0;
}

void bb_astcache_release(struct bb_parser *p)
{
    bb_map_each(&p->asts, it) {
        bb_source_set_text(bb_source_id(it->key), BB_STR(""));
        for (struct astcache_entry *e = it->val; e; e = e->former) {
            bb_ast_free(e->ast);
            free(e->text);
        }
    }
}
