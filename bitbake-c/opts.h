/* SPDX-License-Identifier: MIT */
/*
 * Command lines as tables. A command has one `struct bbc_cmdline`: what it is called, what it takes and what each of that
 * means. The parser, --help, the manual page and the completions of the shells (docgen/) read the same table.
 *
 * Texts that are parsed are views into argv and end with a NUL byte, so `.p` may be handed to libc; those of options
 * that were not given are empty, with `.p` NULL.
 */
#ifndef BBC_OPTS_H
#define BBC_OPTS_H

#include "base/vec.h"
#include <stdio.h>

/* What an option does to its field of the command's struct. */
enum bbc_opt_kind {
    BBC_OPT_FLAG,    /* bool: becomes true */
    BBC_OPT_COUNT,   /* int: one more */
    BBC_OPT_TEXT,    /* bb_str */
    BBC_OPT_CHOICE,  /* bb_str: one of the words of `arg`, which '|' separates */
    BBC_OPT_NUMBER,  /* unsigned, at least 1 */
    BBC_OPT_PAIR,    /* bb_str[2]: the next two words */
    BBC_OPT_LIST,    /* struct bb_strvec: one more */
    BBC_OPT_PAIRS,   /* struct bb_strvec: the next two words */
    BBC_OPT_NOTHING, /* none: accepted without meaning */
    BBC_OPT_MISSING, /* none: BitBake has it and bbc does not; using it is an error, so that nobody waits in vain */
};

struct bbc_opt {
    char letter;      /* 0: none */
    const char *name; /* without the dashes */
    enum bbc_opt_kind kind;
    size_t field; /* its offset */
    const char *
        arg; /* what the argument is called; NULL: takes none. FILE and the like are completed (docgen/shells.c) */
    const char *help;
    const char *words; /* what the argument may begin with, for completion; NULL: what `arg` says */
    unsigned
        in; /* bits of the subcommands that know it, BBC_OPT_GLOBAL: before the subcommand, too; 0: everywhere */
};
#define BBC_OPT_GLOBAL (1u << 31)

/* How messages look (console.h), and the option for it, which every command has. */
#define BBC_FORM_WORDS "text json sarif github"
#define BBC_OPT_DIAGNOSTICS(field)                                                                           \
    {                                                                                                        \
        .name = "diagnostics", .kind = BBC_OPT_TEXT, field, "FORM[:FILE]",                                   \
        "form of messages: text, json, sarif or github", BBC_FORM_WORDS                                      \
    }

struct bbc_sub {
    const char *name, *args, *help;
    size_t min, max; /* number of arguments */
};

/* -h and --help are everywhere and in no table. */
#define BBC_OPT_HELP_TEXT "show this help and exit"

struct bbc_cmdline {
    const char *name;    /* of the program: "bbc-layers". BitBake's has "bitbake" for "bbc" */
    const char *summary; /* a few words, for the head of the manual page */
    const char *args[2]; /* what follows the options; the second one may be NULL */
    const char *about;   /* for --help; lines of less than 100 columns */
    const char *more;    /* the same, after the lists of options and subcommands; may be NULL */
    const struct bbc_opt *opts;
    size_t nopts;
    const struct bbc_sub *subs; /* NULL: it has none */
    size_t nsubs;
    size_t field;    /* the struct bb_strvec for what is no option */
    size_t min, max; /* how many of those */
};

/*
 * Reads the options of `argv` into the command's struct `ret`, the global ones of a command with subcommands when `sub`
 * is NULL; optind is then the first argument that is none. `prog` is for messages. Returns 0 to go on, 1 when
 * --help was printed, -1 when the words are off (said on stderr).
 */
int bbc_opts_read(const struct bbc_cmdline *c, const struct bbc_sub *sub, const char *prog, int argc,
                  char **argv, void *ret);
/* Zeroes `size` bytes of `ret`, then reads options and arguments of a command without subcommands. Returns as above. */
int bbc_opts_parse(const struct bbc_cmdline *c, int argc, char **argv, void *ret, size_t size);
/*
 * The same for a command with subcommands, without the zeroing: global options, then the subcommand, whose number is
 * `ret_sub`, its options and arguments. Returns as above.
 */
int bbc_opts_parse_sub(const struct bbc_cmdline *c, int argc, char **argv, void *ret, size_t *ret_sub);
/* Frees the lists that the table knows. */
void bbc_opts_release(const struct bbc_cmdline *c, void *opts);
/* Prints what --help prints. */
void bbc_opts_help(const struct bbc_cmdline *c, const struct bbc_sub *sub, const char *prog, FILE *f);
/* Prints the "Usage:" lines alone. */
void bbc_opts_usage(const struct bbc_cmdline *c, const struct bbc_sub *sub, const char *prog, FILE *f);
/* Whether an option belongs to this subcommand, or with NULL before it. */
bool bbc_opts_applies(const struct bbc_cmdline *c, const struct bbc_opt *o, const struct bbc_sub *sub);

#endif
