/* SPDX-License-Identifier: MIT */
/*
 * Shared state objects from any bytes: as they are they must be refused, and sealed as if they were ours they
 * must not reach outside of the target folder, nor leave anything in it when they are refused.
 */
#include <stdlib.h>
#include <unistd.h>

#include "ext/digest.h"
#include "os/fs.h"
#include "sstate/object.h"

#define OBJECT "a/x:1_y.tar.zst"

static char work_dir[] = "/tmp/bbc-fuzz-sstate-XXXXXX";

static void remove_work(void)
{
    bb_fs_remove(work_dir);
}

static void enter_work(void)
{
    static bool there;

    if (there)
        return;
    if (!mkdtemp(work_dir) || chdir(work_dir) < 0 || bb_fs_mkdirs("a") < 0)
        abort();
    atexit(remove_work);
    there = true;
}

static int try_unpack(bb_str bytes)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_strvec names = {0};
    struct bb_arena a;

    if (bb_fs_write(OBJECT, bytes, 0) < 0)
        abort();
    int r = bb_object_unpack(OBJECT, "out/there", &err);
    if (r < 0 && (err.len == 0 || bb_fs_exists("out/there")))
        abort();
    if (bb_fs_remove("out") < 0)
        abort();
    bb_arena_init(&a);
    if (bb_fs_list(&a, ".", &names) < 0 || names.n != 1 || !bb_str_eqz(names.p[0], "a"))
        abort();
    bb_vec_release(&names);
    bb_arena_release(&a);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    BB_CLEAN_BUF struct bb_buf sealed = BB_BUF_INIT;
    char hex[65];

    enter_work();
    bb_str bytes = bb_str_n((const char *)data, size);
    try_unpack(bytes);
    bb_sha256(bytes, hex);
    bb_buf_adds(&sealed, bytes);
    bb_buf_add(&sealed, "\x5b\x2a\x4d\x18\xf8\x01\0\0", 8);
    bb_buf_addf(&sealed, "bbc-sstate 1\nname x:1_y.tar.zst\nsha256 %s\n", hex);
    while (sealed.len < size + 512)
        bb_buf_addc(&sealed, '\n');
    try_unpack(bb_buf_str(&sealed));
    struct bb_object_name n;
    bb_object_parse_name(bytes, &n);
    return 0;
}
