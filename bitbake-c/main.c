/* SPDX-License-Identifier: MIT */
/* One program, several commands: the name it is called by says which. */
#include "cmd.h"

static const struct {
    const struct bbc_cmdline *cmdline;
    int (*main)(int argc, char **argv);
} commands[] = {
#define ROW(x) {&bbc_##x##_cmdline, bbc_##x##_main},
    BBC_COMMANDS(ROW)
#undef ROW
};

/* "bbc-layers" is "bitbake-layers", too. */
static bool is_name(bb_str name, bb_str own)
{
    bb_str bitbake = BB_STR("bitbake"), bbc = BB_STR("bbc");
    return bb_str_eq(name, own) || (bb_str_starts(name, bitbake) &&
                                    bb_str_eq(bb_str_from(name, bitbake.len), bb_str_from(own, bbc.len)));
}

int main(int argc, char **argv)
{
    const char *slash = argc ? strrchr(argv[0], '/') : NULL;
    bb_str name = bb_str_z(slash ? slash + 1 : argc ? argv[0] : "bbc");
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (is_name(name, bb_str_z(commands[i].cmdline->name)))
            return commands[i].main(argc, argv);
    fprintf(stderr, "bbc: there is no command '%s'\n", name.p);
    return 2;
}
