/* SPDX-License-Identifier: MIT */
/* BitBake's own unit tests on our `bb`, where BBC_REFERENCE names a reference BitBake; see tests/oracle. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/os.h"
#include "py/py.h"

int main(void)
{
    const char *reference = getenv("BBC_REFERENCE");
    struct bb_ctx ctx;
    const struct bb_pyhook *hook;

    if (!reference || access(reference, R_OK) < 0)
        return 77;
    bb_ctx_init(&ctx);
    ctx.os = bb_os_posix();
    struct bb_parser *parser = bb_parser_new(&ctx, NULL);
    bb_py_start(&ctx, &hook);
    bb_py_set_parser(parser);
    const char *argv[] = {"", BBC_TESTS_DIR "/oracle/py_reference.py", reference, NULL};
    int r = bb_py_main(3, (char **)argv);
    bb_py_shutdown();
    bb_parser_free(parser);
    bb_ctx_release(&ctx);
    return r;
}
