/* SPDX-License-Identifier: MIT */
/* BitBake's own unit tests on our `bb`, where BBC_REFERENCE names a reference BitBake; see tests/oracle. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rules.h"
#include "os/fs.h"
#include "os/os.h"
#include "py/py.h"
#include "pymod/pymod.h"

static const struct {
    const char *number, *version;
} levels[] = {
#define X(name, number, version, series) {number, version},
    BB_LEVELS(X)
#undef X
};

/* "2.18" of "2.18.0" */
static bb_str release_of(bb_str version)
{
    size_t dot = bb_str_chr(version, '.', 0);
    return bb_str_sub(version, 0, bb_str_chr(version, '.', dot + 1));
}

/* The tests hold for the release that they come with. */
static bool follow(struct bb_ctx *ctx, const char *reference)
{
    static const char before[] = "__version__ = \"";
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, text = BB_BUF_INIT;

    bb_buf_addf(&path, "%s/lib/bb/__init__.py", reference);
    size_t at = bb_fs_read(path.p, &text) < 0 ? BB_NPOS : bb_str_find(bb_buf_str(&text), bb_str_z(before), 0);
    if (at == BB_NPOS)
        return false;
    bb_str version = bb_str_from(bb_buf_str(&text), at + strlen(before));
    for (enum bb_level level = 0; level < BB_LEVEL_COUNT; level++)
        if (bb_str_eq(release_of(bb_str_z(levels[level].version)), release_of(version))) {
            bb_ctx_set_level(ctx, level);
            setenv("BBC_COMPAT", levels[level].number, 1); /* for the commands that the tests start */
            return true;
        }
    return false;
}

int main(void)
{
    const char *reference = getenv("BBC_REFERENCE");
    struct bb_ctx ctx;
    const struct bb_pyhook *hook;

    if (!reference || access(reference, R_OK) < 0)
        return 77;
    bb_ctx_init(&ctx);
    ctx.os = bb_os_posix();
    if (!follow(&ctx, reference)) {
        fprintf(stderr, "%s: a release without a level\n", reference);
        return 1;
    }
    struct bb_parser *parser = bb_parser_new(&ctx, NULL);
    bb_pymod_add();
    bb_py_start(&ctx, &hook);
    bb_py_set_parser(parser);
    const char *argv[] = {"", BBC_TESTS_DIR "/oracle/py_reference.py", reference, NULL};
    int r = bb_py_main(3, (char **)argv);
    bb_py_shutdown();
    bb_parser_free(parser);
    bb_ctx_release(&ctx);
    return r;
}
