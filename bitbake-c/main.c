/* SPDX-License-Identifier: MIT */
/* One program, several commands: the name it is called by says which. */
#include "cmd.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *bitbake;
    int (*main)(int argc, char **argv);
} commands[] = {
    {"bbc", "bitbake", bbc_build_main},
    {"bbc-getvar", "bitbake-getvar", bbc_getvar_main},
    {"bbc-layers", "bitbake-layers", bbc_layers_main},
    {"bbc-dump", "bitbake-dump", bbc_dump_main},
    {"bbc-dumpsig", "bitbake-dumpsig", bbc_dumpsig_main},
    {"bbc-diffsigs", "bitbake-diffsigs", bbc_diffsigs_main},
};

int main(int argc, char **argv)
{
    const char *slash = argc ? strrchr(argv[0], '/') : NULL;
    const char *name = slash ? slash + 1 : argc ? argv[0] : "bbc";
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (!strcmp(name, commands[i].name) || !strcmp(name, commands[i].bitbake))
            return commands[i].main(argc, argv);
    fprintf(stderr, "bbc: there is no command '%s'\n", name);
    return 2;
}
