/* SPDX-License-Identifier: MIT */
/* pymod_interface_dump VERSION SCRIPT ARGS: runs a script where `bb` is ours, at the level of that release of BitBake. */
#include <stdio.h>

#include "base/rules.h"
#include "os/os.h"
#include "py/py.h"
#include "pymod/pymod.h"

static const char *const versions[] = {
#define X(name, number, version, series) version,
    BB_LEVELS(X)
#undef X
};

/* "2.18" of "2.18.0" */
static bb_str release_of(bb_str version)
{
    size_t dot = bb_str_chr(version, '.', 0);
    return bb_str_sub(version, 0, bb_str_chr(version, '.', dot + 1));
}

int main(int argc, char **argv)
{
    struct bb_ctx ctx;
    const struct bb_pyhook *hook;
    enum bb_level level = 0;

    if (argc < 3)
        return 2;
    while (level < BB_LEVEL_COUNT &&
           !bb_str_eq(release_of(bb_str_z(versions[level])), release_of(bb_str_z(argv[1]))))
        level++;
    if (level == BB_LEVEL_COUNT) {
        fprintf(stderr, "%s: a release without a level\n", argv[1]);
        return 1;
    }
    bb_ctx_init(&ctx);
    ctx.os = bb_os_posix();
    bb_ctx_set_level(&ctx, level);
    struct bb_parser *parser = bb_parser_new(&ctx, NULL);
    bb_pymod_add();
    bb_py_start(&ctx, &hook);
    bb_py_set_parser(parser);
    argv[1] = argv[0]; /* the name of the program is no argument */
    int r = bb_py_main(argc - 1, argv + 1);
    bb_py_shutdown();
    bb_parser_free(parser);
    bb_ctx_release(&ctx);
    return r;
}
