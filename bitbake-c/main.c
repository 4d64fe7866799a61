/* SPDX-License-Identifier: MIT */
/* One program, several commands: the name it is called by says which. */
#include "cmd.h"

#include <errno.h>
#include <signal.h>

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

/* "bbc query ..." is "bbc-query ...": these have names of their own, which no option of BitBake's stands for. */
static bool is_word(const char *word, bb_str own)
{
    static const char *const words[] = {"query", "why"};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (!strcmp(word, words[i]) && bb_str_eqz(bb_str_from(own, sizeof("bbc-") - 1), word))
            return true;
    return false;
}

static int run(int argc, char **argv)
{
    const char *slash = argc ? strrchr(argv[0], '/') : NULL;
    bb_str name = bb_str_z(slash ? slash + 1 : argc ? argv[0] : "bbc");
    bool first = argc > 1 && is_name(name, BB_STR("bbc"));
    for (size_t i = 0; first && i < sizeof(commands) / sizeof(*commands); i++)
        if (is_word(argv[1], bb_str_z(commands[i].cmdline->name))) {
            argv[1] = (char *)commands[i].cmdline->name;
            return commands[i].main(argc - 1, argv + 1);
        }
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (is_name(name, bb_str_z(commands[i].cmdline->name)))
            return commands[i].main(argc, argv);
    fprintf(stderr, "bbc: there is no command '%s'\n", name.p);
    return 2;
}

/* Half an answer is no success: a full disk or a closed pipe shows when what was printed is written at the latest. */
int main(int argc, char **argv)
{
    signal(SIGXFSZ, SIG_IGN); /* a write beyond a limit fails and is reported, as on a full disk */
    int status = run(argc, argv);
    errno = 0;
    bool lost = fflush(stdout) != 0;
    if (!lost && !ferror(stdout))
        return status;
    fprintf(stderr, "ERROR: the output could not be written%s%s\n", errno ? ": " : "",
            errno ? strerror(errno) : "");
    return status ? status : 1;
}
