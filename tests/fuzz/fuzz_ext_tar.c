/* SPDX-License-Identifier: MIT */
/* Unpacking any bytes: they may be refused, but nothing may appear outside of the target folder. */
#include <stdlib.h>
#include <unistd.h>

#include "ext/tar.h"

static char work_dir[] = "/tmp/bbc-fuzz-tar-XXXXXX";

static void remove_work(void)
{
    bb_fs_remove(work_dir);
}

/* One folder for the whole run: archive, target, and a bystander that must stay the only other thing there.
 */
static void enter_work(void)
{
    static bool there;

    if (there)
        return;
    if (!mkdtemp(work_dir) || chdir(work_dir) < 0 || bb_fs_write("bystander", BB_STR("untouched"), 0) < 0)
        abort();
    atexit(remove_work);
    there = true;
}

static void check_bystanders(void)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    struct bb_arena a = {0};
    struct bb_strvec names = {0};

    if (bb_fs_list(&a, ".", &names) < 0 || names.n != 3 || !bb_str_eqz(names.p[0], "archive") ||
        !bb_str_eqz(names.p[1], "bystander") || !bb_str_eqz(names.p[2], "target"))
        abort();
    if (bb_fs_read("bystander", &b) < 0 || !bb_str_eqz(bb_buf_str(&b), "untouched"))
        abort();
    bb_vec_release(&names);
    bb_arena_release(&a);
}

static int ignore(void *self, const struct bb_tar_member *m)
{
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct bb_tar_unpack ways[] = {{.strip = 0}, {.strip = 1}, {.inner = "data.tar"}};
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    enter_work();
    for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
        /* Made again each time: a good archive may have named itself. */
        if (bb_fs_write("archive", bb_str_n((const char *)data, size), 0) < 0 || bb_fs_mkdirs("target") < 0)
            abort();
        bb_tar_unpack("archive", "target", &ways[i], NULL);
        check_bystanders();
        if (bb_fs_remove("target") < 0)
            abort();
    }
    bb_tar_list("archive", ignore, NULL, NULL);
    bb_zstd_unpack(bb_str_n((const char *)data, size), 1 << 20, &out);
    return 0;
}
