/* SPDX-License-Identifier: MIT */
/* The lexer against any bytes: the first chooses the kind of file, the rest is its text. */
#include "parse/lex.h"

#include <stdlib.h>

static const char *const paths[] = {"/l/x.conf", "/l/x.bb", "/l/x.bbclass"};

static void drop(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    bb_diag_render(&out, d, false);
}

/* Every text of a statement lies in the file or in the tree, and has a place in the file. */
static void touch(const struct bb_ast *ast, bb_str text)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < ast->nstmts; i++) {
        const struct bb_stmt *s = &ast->stmts[i];
        if ((size_t)s->loc.off + s->loc.len > text.len)
            abort();
        sum += bb_str_hash(s->text) + bb_str_hash(s->text2);
    }
    *(volatile uint64_t *)&sum = sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bb_diag_sink sink = {drop};
    static struct bb_ctx ctx;
    struct bb_ast *ast;

    if (size == 0)
        return 0;
    if (!ctx.diag)
        bb_ctx_init(&ctx);
    ctx.diag = &sink;
    char *copy = malloc(size);
    memcpy(copy, data + 1, size - 1);
    bb_str text = bb_str_n(copy, size - 1);
    if (bb_lex_text(&ctx, bb_str_z(paths[data[0] % 3]), text, &ast) == 0) {
        touch(ast, text);
        bb_source_set_text(ast->src, BB_STR(""));
        bb_ast_free(ast);
    }
    free(copy);
    return 0;
}
