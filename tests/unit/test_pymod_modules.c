/* SPDX-License-Identifier: MIT */
/* The tests of what is Python in bb; see py_modules.py. */
#include <stdio.h>

#include "os/os.h"
#include "py/py.h"
#include "pymod/pymod.h"

static void drop(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d) {}

int main(void)
{
    struct bb_diag_sink quiet = {drop};
    struct bb_ctx ctx;
    const struct bb_pyhook *hook;

    bb_ctx_init(&ctx);
    ctx.os = bb_os_posix();
    ctx.diag = &quiet;
    struct bb_parser *parser = bb_parser_new(&ctx, NULL);
    bb_pymod_add();
    bb_py_start(&ctx, &hook);
    bb_py_set_parser(parser);
    const char *argv[] = {"", BBC_TESTS_DIR "/unit/py_modules.py", NULL};
    int r = bb_py_main(2, (char **)argv);
    bb_py_shutdown();
    bb_parser_free(parser);
    bb_ctx_release(&ctx);
    return r;
}
