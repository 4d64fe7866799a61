/* SPDX-License-Identifier: MIT */
/* Runs the Python tests of tests/e2e/fetch in our interpreter, where `bb` is. Arguments choose tests, as for
 * unittest. */
#include <stdio.h>
#include <string.h>

#include "base/ctx.h"
#include "base/vec.h"
#include "py/py.h"
#include "pymod/pymod.h"

static const char code[] =
    "import sys, unittest\n"
    "sys.path.insert(0, sys.argv[1])\n"
    "names = sys.argv[2:] or ['test_fetch2', 'test_methods', 'test_apt', 'test_sstate']\n"
    "unittest.main(module=None, argv=['fetch', '-b'] + names)\n";

int main(int argc, char **argv)
{
    BB_CLEAN_BUF struct bb_buf dir = BB_BUF_INIT;
    BB_VEC(char *) args = {0};
    const struct bb_pyhook *hook;
    struct bb_ctx ctx;

    bb_ctx_init(&ctx);
    bb_buf_addz(&dir, BBC_TESTS_DIR "/e2e/fetch");
    bb_vec_push(&args, argv[0]);
    bb_vec_push(&args, (char *)"-c");
    bb_vec_push(&args, (char *)code);
    bb_vec_push(&args, dir.p);
    for (int i = 1; i < argc; i++)
        bb_vec_push(&args, argv[i]);
    size_t n = args.n;
    bb_vec_push(&args, NULL);
    if (bb_pymod_add() < 0 || bb_py_start(&ctx, &hook) < 0 || bb_py_need() < 0)
        return 1;
    int status = bb_py_main((int)n, args.p);
    bb_vec_release(&args);
    return status;
}
