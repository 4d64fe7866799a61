/* SPDX-License-Identifier: MIT */
/*
 * Command words of shell texts, for sig_shell.py. Standard input: for each text its length in decimal, a
 * newline and the bytes. Output: "E LINE WHY", or "K COUNT" and for each word its length, a newline, the
 * bytes and a newline. An argument "2.18" asks for that level.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sig/shdeps.h"

static void show(const struct bb_shdeps_result *r)
{
    if (r->error) {
        printf("E %u %s\n", r->line, r->error);
        return;
    }
    printf("K %zu\n", r->ncmds);
    for (size_t i = 0; i < r->ncmds; i++) {
        printf("%zu\n", r->cmds[i]->name.len);
        fwrite(r->cmds[i]->name.p, 1, r->cmds[i]->name.len, stdout);
        putchar('\n');
    }
}

int main(int argc, char **argv)
{
    struct bb_shdeps *c = bb_shdeps_new(argc > 1 && !strcmp(argv[1], "2.18") ? BB_LEVEL_2_18 : BB_LEVEL_2_8);
    char line[32];
    int rc = 0;
    while (rc == 0 && fgets(line, sizeof(line), stdin)) {
        size_t n = strtoul(line, NULL, 10);
        char *text = bb_malloc(n + 1);
        const struct bb_shdeps_result *r;
        if (fread(text, 1, n, stdin) == n) {
            bb_shdeps_get(c, bb_str_n(text, n), &r);
            show(r);
        } else {
            rc = 1;
        }
        free(text);
    }
    bb_shdeps_free(c);
    return rc;
}
