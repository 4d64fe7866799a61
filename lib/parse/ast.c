/* SPDX-License-Identifier: MIT */
#include "parse/ast.h"

#include <stdlib.h>

#include "base/path.h"

static const struct {
    bb_str ext;
    enum bb_file_kind kind;
} kinds[] = {
    {BB_STR(".conf"), BB_FILE_CONF},       {BB_STR(".bb"), BB_FILE_RECIPE},
    {BB_STR(".inc"), BB_FILE_RECIPE},      {BB_STR(".bbclass"), BB_FILE_CLASS},
    {BB_STR(".bbappend"), BB_FILE_RECIPE},
};

enum bb_file_kind bb_ast_file_kind(bb_str path)
{
    bb_str ext = bb_path_ext(path);

    if (bb_str_ends(
            path, BB_STR(".conf"))) /* BitBake: by the end of the name alone, so "conf/machine/.conf", too */
        return BB_FILE_CONF;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (bb_str_eq(ext, kinds[i].ext))
            return kinds[i].kind;
    return BB_FILE_OTHER;
}

void bb_ast_free(struct bb_ast *ast)
{
    if (!ast)
        return;
    free(ast->stmts);
    bb_arena_release(&ast->arena);
    free(ast);
}
