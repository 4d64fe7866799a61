/* SPDX-License-Identifier: MIT */
/*
 * The main of a fuzz target in an ordinary build: feeds it the files of the folders (absolute paths) named on
 * the command line, then a few made-up inputs, so that every former finding stays fixed and a target that no
 * longer runs is seen.
 */
#include <stdint.h>
#include <stdio.h>

#include "os/fs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int feed(void *self, const struct bb_fs_entry *e)
{
    struct bb_buf b = BB_BUF_INIT;
    int err = e->st.type == BB_F_FILE ? bb_fs_read(e->path, &b) : 0;

    if (!err && e->st.type == BB_F_FILE) {
        /* A copy of the exact size, so that the sanitizers see a read past its end. */
        uint8_t *data = bb_malloc(b.len);
        memcpy(data, b.p, b.len);
        LLVMFuzzerTestOneInput(data, b.len);
        free(data);
        ++*(int *)self;
    }
    bb_buf_release(&b);
    return err;
}

int main(int argc, char **argv)
{
    static const char *const made_up[] = {"",      "a", "\n",       "${",  "\xff\xfe",
                                          "a\\\n", "%", "((((((((", "\"'", "://"};
    int n = 0;

    /* The corpus first: a target may change the working folder. */
    for (int i = 1; i < argc; i++) {
        int err = bb_fs_is_dir(argv[i]) ? bb_fs_walk(argv[i], feed, &n) : 0;
        if (err < 0) {
            fprintf(stderr, "%s: %s\n", argv[i], strerror(-err));
            return 1;
        }
    }
    for (size_t i = 0; i < sizeof(made_up) / sizeof(*made_up); i++, n++)
        LLVMFuzzerTestOneInput((const uint8_t *)made_up[i], strlen(made_up[i]));
    printf("%d inputs\n", n);
    return 0;
}
