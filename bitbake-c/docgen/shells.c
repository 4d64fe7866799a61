/* SPDX-License-Identifier: MIT */
/*
 * Completions. What an argument may be is seen from what it is called: FILE is a file, RECIPE a recipe of the build
 * directory, "a|b" one of two words.
 */
#include "docgen.h"

#include <ctype.h>

enum kind { ANYTHING, WORDS, FILES, FOLDERS, RECIPES };

static const struct {
    const char *name;
    enum kind kind;
} names[] = {
    {"FILE", FILES},     {"LAYERDIR", FOLDERS}, {"OUTPUTDIR", FOLDERS}, {"TARGET", RECIPES},
    {"RECIPE", RECIPES}, {"PN", RECIPES},       {"PNSPEC", RECIPES},
};

/* Of the first name in `arg` that stands in the table. */
static enum kind kind_of(const char *arg)
{
    for (const char *p = arg, *end; *p; p = end) {
        for (; *p && !isupper((unsigned char)*p); p++)
            ;
        for (end = p; isupper((unsigned char)*end); end++)
            ;
        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
            if (bb_str_eqz(bb_str_n(p, (size_t)(end - p)), names[i].name))
                return names[i].kind;
    }
    return ANYTHING;
}

/* What to offer for an option's argument; words are appended to *ret_words, a blank between them. */
static enum kind offer(const struct bbc_opt *o, struct bb_buf *ret_words)
{
    bb_str rest = bb_str_z(o->words ? o->words : o->arg), word;
    if (!o->words && o->kind != BBC_OPT_CHOICE)
        return kind_of(o->arg);
    while (rest.len && bb_str_split(&rest, o->words ? ' ' : '|', &word))
        bb_buf_addf(ret_words, "%s%.*s", ret_words->len ? " " : "", BB_STRF(word));
    return WORDS;
}

/* What is only accepted, or refused, is not worth a keystroke. */
static bool is_offered(const struct bbc_cmdline *c, const struct bbc_opt *o, const struct bbc_sub *sub)
{
    return o->kind != BBC_OPT_NOTHING && o->kind != BBC_OPT_MISSING && bbc_opts_applies(c, o, sub);
}

/* "bbc-layers" as part of a function's name. */
static void add_function(struct bb_buf *out, const struct bbc_cmdline *c)
{
    bb_buf_addc(out, '_');
    for (const char *p = c->name; *p; p++)
        bb_buf_addc(out, *p == '-' ? '_' : *p);
}

/* Within '...' of a shell; zsh's _arguments wants brackets and colons behind a backslash. */
static void add_quoted(struct bb_buf *out, const char *text, const char *special)
{
    for (; *text; text++) {
        if (*text == '\'')
            bb_buf_addz(out, "'\\''");
        else if (strchr(special, *text))
            bb_buf_addf(out, "\\%c", *text);
        else
            bb_buf_addc(out, *text);
    }
}

/* Names of the recipes of this build directory. Nothing is said where there is none. */
#define LIST_RECIPES "bbc-layers -q show-recipes -r -b 2>/dev/null | grep -v =="

static const char *const bash_replies[] = {
    [ANYTHING] = "return",
    [WORDS] = "COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return",
    [FILES] = "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$cur\")); return",
    [FOLDERS] = "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- \"$cur\")); return",
    [RECIPES] = "COMPREPLY=($(compgen -W \"$(" LIST_RECIPES ")\" -- \"$cur\")); return",
};

static void add_bash_reply(struct bb_buf *out, enum kind kind, const char *words)
{
    bb_str pattern = bb_str_z(bash_replies[kind]);
    size_t at = bb_str_find(pattern, BB_STR("%s"), 0);
    bb_buf_add(out, pattern.p, at == BB_NPOS ? pattern.len : at);
    if (at != BB_NPOS)
        bb_buf_addf(out, "%s%s", words, pattern.p + at + 2);
    bb_buf_addz(out, " ;;\n");
}

/* A row for an option's argument: `SUB:-x | SUB:--xx) ... ;;`, or with "*" for an option that is everywhere. */
static void add_bash_argument(const struct bbc_cmdline *c, const struct bbc_opt *o, const struct bbc_sub *sub,
                              struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf words = BB_BUF_INIT;
    const char *name = sub ? sub->name : c->subs && !o->in ? "*" : "";
    if (!o->arg || !is_offered(c, o, sub) || (sub && !o->in))
        return;
    bb_buf_addz(out, "    ");
    if (o->letter)
        bb_buf_addf(out, "%s:-%c | ", name, o->letter);
    bb_buf_addf(out, "%s:--%s) ", name, o->name);
    enum kind kind = offer(o, &words);
    add_bash_reply(out, kind, words.p);
}

/* A row for what else may come: options, where a word begins so, or arguments. */
static void add_bash_words(const struct bbc_cmdline *c, const struct bbc_sub *sub, struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf words = BB_BUF_INIT;
    const char *name = sub ? sub->name : "";
    bb_buf_addf(out, "    %s:-*) COMPREPLY=($(compgen -W '--help", name);
    for (size_t i = 0; i < c->nopts; i++)
        if (is_offered(c, &c->opts[i], sub))
            bb_buf_addf(out, " --%s", c->opts[i].name);
    bb_buf_addz(out, "' -- \"$cur\")) ;;\n");
    for (size_t i = 0; !sub && i < c->nsubs; i++)
        bb_buf_addf(&words, "%s%s", i ? " " : "", c->subs[i].name);
    bb_buf_addf(out, "    %s:*) ", name);
    add_bash_reply(out, words.len ? WORDS : kind_of(sub ? sub->args : c->args[0]), words.p);
}

static const char bash_head[] =
    "()\n{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} sub= i\n"
    "    COMPREPLY=()\n"
    "    # --option=value is three words, or two when there is no value yet.\n"
    "    [ \"$cur\" != = ] || cur=\n"
    "    [ \"$prev\" != = ] || prev=${COMP_WORDS[COMP_CWORD - 2]}\n";

void bbc_complete_bash(const struct bbc_cmdline *c, struct bb_buf *out)
{
    bb_buf_addf(out, "# Completion of %s for bash, made from the table that parses its command line.\n",
                c->name);
    add_function(out, c);
    bb_buf_addz(out, bash_head);
    if (c->subs) {
        bb_buf_addz(out,
                    "    for ((i = 1; i < COMP_CWORD; i++)); do\n        case ${COMP_WORDS[i]} in\n        ");
        for (size_t i = 0; i < c->nsubs; i++)
            bb_buf_addf(out, "%s%s", i ? " | " : "", c->subs[i].name);
        bb_buf_addz(out, ") sub=${COMP_WORDS[i]}; break ;;\n        esac\n    done\n");
    }
    bb_buf_addz(out, "    case $sub:$prev in\n");
    for (size_t s = 0; s <= c->nsubs; s++)
        for (size_t i = 0; i < c->nopts; i++)
            add_bash_argument(c, &c->opts[i], s ? &c->subs[s - 1] : NULL, out);
    bb_buf_addz(out, "    esac\n    case $sub:$cur in\n");
    for (size_t s = 0; s <= c->nsubs; s++)
        add_bash_words(c, s ? &c->subs[s - 1] : NULL, out);
    bb_buf_addz(out, "    esac\n}\ncomplete -F ");
    add_function(out, c);
    bb_buf_addf(out, " %s\n", c->name);
}

static void add_zsh_action(struct bb_buf *out, enum kind kind, const char *words)
{
    static const char *const actions[] = {
        [ANYTHING] = " ",
        [FILES] = "_files",
        [FOLDERS] = "_files -/",
        [RECIPES] = "{compadd -- ${(f)\"$(" LIST_RECIPES ")\"}}",
    };
    if (kind == WORDS)
        bb_buf_addf(out, "(%s)", words);
    else
        bb_buf_addz(out, actions[kind]);
}

/* One specification of _arguments: '(-x --xx)'{-x,--xx}'[help]:ARG:action' */
static void add_zsh_option(const struct bbc_opt *o, struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf words = BB_BUF_INIT;
    bool again = o->kind == BBC_OPT_COUNT || o->kind == BBC_OPT_LIST || o->kind == BBC_OPT_PAIRS;
    if (again)
        bb_buf_addz(out, " \\\n    '*'");
    else if (o->letter)
        bb_buf_addf(out, " \\\n    '(-%c --%s)'", o->letter, o->name);
    else
        bb_buf_addz(out, " \\\n    ");
    bb_buf_addf(out, o->letter ? "{-%c,--%s}" : "%.0d--%s", o->letter, o->name);
    bb_buf_addz(out, "'[");
    add_quoted(out, o->help, "[]:\\");
    bb_buf_addc(out, ']');
    if (o->arg) {
        enum kind kind = offer(o, &words);
        bb_buf_addc(out, ':');
        add_quoted(out, o->arg, "[]:\\");
        bb_buf_addc(out, ':');
        add_zsh_action(out, kind, words.p);
        if (o->kind == BBC_OPT_PAIR || o->kind == BBC_OPT_PAIRS)
            bb_buf_addz(out, ": : ");
    }
    bb_buf_addc(out, '\'');
}

static void add_zsh_options(const struct bbc_cmdline *c, const struct bbc_sub *sub, struct bb_buf *out)
{
    for (size_t i = 0; i < c->nopts; i++)
        if (is_offered(c, &c->opts[i], sub))
            add_zsh_option(&c->opts[i], out);
    bb_buf_addz(out, " \\\n    '(-h --help)'{-h,--help}'[" BBC_OPT_HELP_TEXT "]'");
}

static void add_zsh_rest(const char *args, struct bb_buf *out)
{
    if (!*args)
        return;
    bb_buf_addz(out, " \\\n    '*:");
    add_quoted(out, args, "[]:\\");
    bb_buf_addc(out, ':');
    add_zsh_action(out, kind_of(args), "");
    bb_buf_addc(out, '\'');
}

void bbc_complete_zsh(const struct bbc_cmdline *c, struct bb_buf *out)
{
    bb_buf_addf(out, "#compdef %s\n# Made from the table that parses its command line.\n", c->name);
    if (!c->subs) {
        bb_buf_addz(out, "_arguments -s");
        add_zsh_options(c, NULL, out);
        add_zsh_rest(c->args[0], out);
        bb_buf_addz(out, "\n");
        return;
    }
    bb_buf_addz(out, "local context state state_descr line\ntypeset -A opt_args\n_arguments -s -C");
    add_zsh_options(c, NULL, out);
    bb_buf_addz(out, " \\\n    '1:subcommand:((");
    for (size_t i = 0; i < c->nsubs; i++) {
        bb_buf_addf(out, "%s%s\\:\"", i ? " " : "", c->subs[i].name);
        add_quoted(out, c->subs[i].help, "\"\\");
        bb_buf_addc(out, '"');
    }
    bb_buf_addz(out,
                "))' \\\n    '*::arg:->args' && return\n[ \"$state\" = args ] || return\ncase $line[1] in\n");
    for (size_t i = 0; i < c->nsubs; i++) {
        bb_buf_addf(out, "%s) _arguments -s", c->subs[i].name);
        add_zsh_options(c, &c->subs[i], out);
        add_zsh_rest(c->subs[i].args, out);
        bb_buf_addz(out, " ;;\n");
    }
    bb_buf_addz(out, "esac\n");
}

static void add_fish_help(struct bb_buf *out, const char *help)
{
    bb_buf_addz(out, " -d '");
    for (; *help; help++)
        bb_buf_addf(out, strchr("'\\", *help) ? "\\%c" : "%c", *help);
    bb_buf_addz(out, "'\n");
}

static void add_fish_arguments(struct bb_buf *out, enum kind kind, const char *words)
{
    static const char *const arguments[] = {
        [ANYTHING] = " -f",
        [FILES] = " -F",
        [FOLDERS] = " -f -a '(__fish_complete_directories)'",
        [RECIPES] = " -f -a '(" LIST_RECIPES ")'",
    };
    if (kind == WORDS)
        bb_buf_addf(out, " -f -a '%s'", words);
    else
        bb_buf_addz(out, arguments[kind]);
}

/* "complete -c NAME", and the subcommand after which it holds. */
static void add_fish_head(struct bb_buf *out, const struct bbc_cmdline *c, const struct bbc_sub *sub)
{
    bb_buf_addf(out, "complete -c %s", c->name);
    if (sub)
        bb_buf_addf(out, " -n '__fish_seen_subcommand_from %s'", sub->name);
    else if (c->subs)
        bb_buf_addz(out, " -n __fish_use_subcommand");
}

static void add_fish_options(struct bb_buf *out, const struct bbc_cmdline *c, const struct bbc_sub *sub)
{
    for (size_t i = 0; i < c->nopts; i++) {
        const struct bbc_opt *o = &c->opts[i];
        BB_CLEAN_BUF struct bb_buf words = BB_BUF_INIT;
        if (!is_offered(c, o, sub))
            continue;
        add_fish_head(out, c, sub);
        if (o->letter)
            bb_buf_addf(out, " -s %c", o->letter);
        bb_buf_addf(out, " -l %s", o->name);
        if (o->arg) {
            enum kind kind = offer(o, &words);
            bb_buf_addz(out, " -r");
            add_fish_arguments(out, kind, words.p);
        }
        add_fish_help(out, o->help);
    }
}

void bbc_complete_fish(const struct bbc_cmdline *c, struct bb_buf *out)
{
    bb_buf_addf(out, "# Completion of %s for fish, made from the table that parses its command line.\n",
                c->name);
    bb_buf_addf(out, "complete -c %s -s h -l help", c->name);
    add_fish_help(out, BBC_OPT_HELP_TEXT);
    for (size_t s = 0; s <= c->nsubs; s++) {
        const struct bbc_sub *sub = s ? &c->subs[s - 1] : NULL;
        if (sub) {
            add_fish_head(out, c, NULL);
            bb_buf_addf(out, " -f -a %s", sub->name);
            add_fish_help(out, sub->help);
        }
        add_fish_options(out, c, sub);
        if (sub || !c->subs) {
            add_fish_head(out, c, sub);
            add_fish_arguments(out, kind_of(sub ? sub->args : c->args[0]), "");
            bb_buf_addc(out, '\n');
        }
    }
}
