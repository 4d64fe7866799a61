/* SPDX-License-Identifier: MIT */
#include "opts.h"

#include <getopt.h>
#include <limits.h>

/* getopt's numbers: letters are themselves, rows of the table come after all of them. */
enum { HELP = 256, ROW };

bool bbc_opts_applies(const struct bbc_cmdline *c, const struct bbc_opt *o, const struct bbc_sub *sub)
{
    return !o->in || (o->in & (sub ? 1u << (sub - c->subs) : BBC_OPT_GLOBAL));
}

static void print_option(FILE *f, char letter, const char *name, const char *arg, const char *help)
{
    BB_CLEAN_BUF struct bb_buf left = BB_BUF_INIT;
    enum { WIDTH = 34 };
    bb_buf_addf(&left, "%c%c%s--%s%s%s", letter ? '-' : ' ', letter ? letter : ' ', letter ? ", " : "  ",
                name, arg ? " " : "", arg ? arg : "");
    fprintf(f, "  %-*s %s\n", WIDTH, left.p, help);
}

void bbc_opts_usage(const struct bbc_cmdline *c, const struct bbc_sub *sub, const char *prog, FILE *f)
{
    if (sub) {
        fprintf(f, "Usage: %s %s [options]%s%s\n", prog, sub->name, *sub->args ? " " : "", sub->args);
        return;
    }
    for (size_t i = 0; i < 2 && c->args[i]; i++)
        fprintf(f, "%s %s [options] %s\n", i ? "      " : "Usage:", prog, c->args[i]);
}

void bbc_opts_help(const struct bbc_cmdline *c, const struct bbc_sub *sub, const char *prog, FILE *f)
{
    bbc_opts_usage(c, sub, prog, f);
    fprintf(f, "\n%s\n\nOptions:\n", sub ? sub->help : c->about);
    for (size_t i = 0; i < c->nopts; i++) {
        const struct bbc_opt *o = &c->opts[i];
        if (bbc_opts_applies(c, o, sub))
            print_option(f, o->letter, o->name, o->arg, o->help);
    }
    print_option(f, 'h', "help", NULL, BBC_OPT_HELP_TEXT);
    if (sub)
        return;
    if (c->subs)
        fputs("\nSubcommands:\n", f);
    for (size_t i = 0; i < c->nsubs; i++)
        fprintf(f, "  %-34s %s\n", c->subs[i].name, c->subs[i].help);
    if (c->more)
        fprintf(f, "%s\n", c->more);
}

/* getopt's tables, malloc'd. */
struct tables {
    struct option *longs;
    char *letters;
};

static struct tables make_tables(const struct bbc_cmdline *c, const struct bbc_sub *sub)
{
    struct tables t = {bb_calloc(c->nopts + 2, sizeof(*t.longs)), NULL};
    struct bb_buf letters = BB_BUF_INIT;
    size_t n = 0;
    /* Before a subcommand the first word that is no option ends them. */
    bb_buf_addz(&letters, c->subs && !sub ? "+h" : "h");
    t.longs[n++] = (struct option){"help", no_argument, NULL, HELP};
    for (size_t i = 0; i < c->nopts; i++) {
        const struct bbc_opt *o = &c->opts[i];
        if (!bbc_opts_applies(c, o, sub))
            continue;
        t.longs[n++] = (struct option){o->name, o->arg ? required_argument : no_argument, NULL, ROW + (int)i};
        if (o->letter)
            bb_buf_addf(&letters, "%c%s", o->letter, o->arg ? ":" : "");
    }
    t.letters = bb_buf_detach(&letters);
    return t;
}

static const struct bbc_opt *find_row(const struct bbc_cmdline *c, const struct bbc_sub *sub, int number)
{
    if (number >= ROW)
        return &c->opts[number - ROW];
    for (size_t i = 0; i < c->nopts; i++)
        if (c->opts[i].letter == number && bbc_opts_applies(c, &c->opts[i], sub))
            return &c->opts[i];
    return NULL;
}

static bool is_choice(const char *words, bb_str word)
{
    bb_str rest = bb_str_z(words), one;
    while (rest.len && bb_str_split(&rest, '|', &one))
        if (bb_str_eq(one, word))
            return true;
    return false;
}

/* Puts one option into its field; optarg is its argument, and a pair takes the word after it, too. False when the
 * argument is none that the option takes. */
static bool apply(const struct bbc_opt *o, int argc, char **argv, void *ret)
{
    void *field = (char *)ret + o->field;
    bb_str arg = bb_str_z(optarg);
    int64_t n;
    switch (o->kind) {
    case BBC_OPT_FLAG:
        *(bool *)field = true;
        return true;
    case BBC_OPT_COUNT:
        ++*(int *)field;
        return true;
    case BBC_OPT_CHOICE:
    case BBC_OPT_TEXT:
        *(bb_str *)field = arg;
        return o->kind == BBC_OPT_TEXT || is_choice(o->arg, arg);
    case BBC_OPT_NUMBER:
        if (!bb_str_to_int(arg, &n) || n < 1 || n > INT_MAX)
            return false;
        *(unsigned *)field = (unsigned)n;
        return true;
    case BBC_OPT_PAIR:
        if (optind >= argc)
            return false;
        ((bb_str *)field)[0] = arg;
        ((bb_str *)field)[1] = bb_str_z(argv[optind++]);
        return true;
    case BBC_OPT_PAIRS:
        if (optind >= argc)
            return false;
        bb_vec_push((struct bb_strvec *)field, arg);
        bb_vec_push((struct bb_strvec *)field, bb_str_z(argv[optind++]));
        return true;
    case BBC_OPT_LIST:
        bb_vec_push((struct bb_strvec *)field, arg);
        return true;
    case BBC_OPT_NOTHING:
        return true;
    case BBC_OPT_MISSING:
        return false;
    }
    return false;
}

/* "a|b|c" as "a, b or c". */
static void add_choices(struct bb_buf *out, const char *words)
{
    bb_str rest = bb_str_z(words), word;
    while (rest.len) {
        bool first = rest.p == words, more = bb_str_split(&rest, '|', &word) && rest.len;
        bb_buf_addf(out, "%s%.*s", first ? "" : more ? ", " : " or ", BB_STRF(word));
    }
}

static void refuse_choice(const struct bbc_opt *o, const char *prog)
{
    BB_CLEAN_BUF struct bb_buf choices = BB_BUF_INIT;
    add_choices(&choices, o->arg);
    fprintf(stderr, "%s: --%s takes %s, not '%s'\n", prog, o->name, choices.p, optarg);
}

static int refuse(const struct bbc_opt *o, const char *prog)
{
    if (o->kind == BBC_OPT_MISSING)
        fprintf(stderr, "%s: --%s is not supported\n", prog, o->name);
    else if (o->kind == BBC_OPT_NUMBER)
        fprintf(stderr, "%s: --%s takes a number from 1, not '%s'\n", prog, o->name, optarg);
    else if (o->kind == BBC_OPT_PAIR || o->kind == BBC_OPT_PAIRS)
        fprintf(stderr, "%s: --%s takes two words: %s\n", prog, o->name, o->arg);
    else
        refuse_choice(o, prog);
    return -1;
}

int bbc_opts_read(const struct bbc_cmdline *c, const struct bbc_sub *sub, const char *prog, int argc,
                  char **argv, void *ret)
{
    struct tables t = make_tables(c, sub);
    int r = 0;
    optind = 0;
    for (int n; r == 0 && (n = getopt_long(argc, argv, t.letters, t.longs, NULL)) != -1;) {
        const struct bbc_opt *o = n == '?' ? NULL : find_row(c, sub, n);
        if (n == 'h' || n == HELP) {
            bbc_opts_help(c, sub, prog, stdout);
            r = 1;
        } else if (!o) {
            fprintf(stderr, "Try '%s --help'.\n", prog);
            r = -1;
        } else if (!apply(o, argc, argv, ret)) {
            r = refuse(o, prog);
        }
    }
    free(t.longs);
    free(t.letters);
    return r;
}

int bbc_opts_parse(const struct bbc_cmdline *c, int argc, char **argv, void *ret, size_t size)
{
    struct bb_strvec *args = (struct bb_strvec *)((char *)ret + c->field);
    memset(ret, 0, size);
    int stop = bbc_opts_read(c, NULL, argv[0], argc, argv, ret);
    if (stop)
        return stop;
    for (int i = optind; i < argc; i++)
        bb_vec_push(args, bb_str_z(argv[i]));
    if (args->n >= c->min && args->n <= c->max)
        return 0;
    bbc_opts_usage(c, NULL, argv[0], stderr);
    fprintf(stderr, "Try '%s --help'.\n", argv[0]);
    return -1;
}

/* The number of a subcommand; `nsubs` when there is none of that name. */
static size_t find_sub(const struct bbc_cmdline *c, const char *name)
{
    size_t i = 0;
    while (i < c->nsubs && strcmp(name, c->subs[i].name))
        i++;
    return i;
}

int bbc_opts_parse_sub(const struct bbc_cmdline *c, int argc, char **argv, void *ret, size_t *ret_sub)
{
    struct bb_strvec *args = (struct bb_strvec *)((char *)ret + c->field);
    const char *prog = argv[0];
    int stop = bbc_opts_read(c, NULL, prog, argc, argv, ret);
    if (stop)
        return stop;
    argc -= optind;
    argv += optind;
    if (!argc || (*ret_sub = find_sub(c, argv[0])) == c->nsubs) {
        if (argc)
            fprintf(stderr, "%s: there is no subcommand '%s'\n", prog, argv[0]);
        bbc_opts_usage(c, NULL, prog, stderr);
        return -1;
    }
    argv[0] = (char *)prog; /* for getopt's messages */
    const struct bbc_sub *sub = &c->subs[*ret_sub];
    stop = bbc_opts_read(c, sub, prog, argc, argv, ret);
    if (stop)
        return stop;
    for (int i = optind; i < argc; i++)
        bb_vec_push(args, bb_str_z(argv[i]));
    if (args->n >= sub->min && args->n <= sub->max)
        return 0;
    bbc_opts_usage(c, sub, prog, stderr);
    return -1;
}

void bbc_opts_release(const struct bbc_cmdline *c, void *opts)
{
    for (size_t i = 0; i < c->nopts; i++)
        if (c->opts[i].kind == BBC_OPT_LIST || c->opts[i].kind == BBC_OPT_PAIRS)
            bb_vec_release((struct bb_strvec *)((char *)opts + c->opts[i].field));
    bb_vec_release((struct bb_strvec *)((char *)opts + c->field));
}
