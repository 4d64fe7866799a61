/* SPDX-License-Identifier: MIT */
/*
 * Manual pages, for man(7). The prose in docs/man is plain text:
 *
 *     # TITLE       begins a section; what stands before the first one belongs to DESCRIPTION
 *     = TERM        begins an entry of a list: the lines after it explain the term
 *         text      (four blanks) is shown as it is
 *     `text`        is bold
 *
 * and an empty line ends a paragraph. OPTIONS follow DESCRIPTION.
 */
#include "docgen.h"

#include <ctype.h>

/* One line of text: what roff would read otherwise is escaped, text within `` is bold. */
static void add_text(struct bb_buf *out, bb_str s)
{
    static const struct {
        char c;
        const char *roff;
    } escapes[] = {{'\\', "\\e"}, {'-', "\\-"}, {'\'', "\\(aq"}, {'^', "\\(ha"}, {'~', "\\(ti"}};
    bool bold = false;
    if (s.len && s.p[0] == '.')
        bb_buf_addz(out, "\\&");
    for (size_t i = 0; i < s.len; i++) {
        const char *roff = NULL;
        for (size_t k = 0; k < sizeof(escapes) / sizeof(*escapes); k++)
            if (s.p[i] == escapes[k].c)
                roff = escapes[k].roff;
        if (s.p[i] == '`') {
            bold = !bold;
            roff = bold ? "\\fB" : "\\fR";
        }
        if (roff)
            bb_buf_addz(out, roff);
        else
            bb_buf_addc(out, s.p[i]);
    }
}

static void add_line(struct bb_buf *out, const char *macro, bb_str text)
{
    bb_buf_addz(out, macro);
    add_text(out, text);
    bb_buf_addc(out, '\n');
}

/* Lines of prose up to the next section; false at the end of *rest. */
static void add_prose(struct bb_buf *out, bb_str *rest)
{
    bool example = false, gap = false;
    bb_str line, before;
    for (before = *rest; rest->len && bb_str_split(rest, '\n', &line); before = *rest) {
        if (bb_str_starts(line, BB_STR("# "))) {
            *rest = before;
            break;
        }
        bool verbatim = bb_str_starts(line, BB_STR("    "));
        if (verbatim != example && line.len)
            bb_buf_addz(out, verbatim ? ".PP\n.RS 4\n.nf\n" : ".fi\n.RE\n.PP\n");
        else if (gap && line.len)
            bb_buf_addz(out, verbatim ? "\n" : line.p[0] == '=' ? "" : ".PP\n");
        example = line.len ? verbatim : example;
        gap = !line.len;
        if (bb_str_starts(line, BB_STR("= ")))
            add_line(out, ".TP\n", bb_str_from(line, 2));
        else if (line.len)
            add_line(out, "", bb_str_from(line, verbatim ? 4 : 0));
    }
    if (example)
        bb_buf_addz(out, ".fi\n.RE\n");
}

static void add_sections(struct bb_buf *out, bb_str rest)
{
    bb_str line;
    while (rest.len && bb_str_split(&rest, '\n', &line)) {
        add_line(out, ".SH ", bb_str_from(line, 2));
        add_prose(out, &rest);
    }
}

static void add_option(struct bb_buf *out, char letter, const char *name, const char *arg, const char *help)
{
    bb_buf_addz(out, ".TP\n");
    if (letter)
        bb_buf_addf(out, "\\fB\\-%c\\fR, ", letter);
    bb_buf_addz(out, "\\fB\\-\\-");
    add_text(out, bb_str_z(name));
    bb_buf_addz(out, "\\fR");
    if (arg) {
        bb_buf_addz(out, " \\fI");
        add_text(out, bb_str_z(arg));
        bb_buf_addz(out, "\\fR");
    }
    add_line(out, "\n", bb_str_z(help));
}

/* Options of a subcommand alone, or with NULL those before it. */
static void add_options(struct bb_buf *out, const struct bbc_cmdline *c, const struct bbc_sub *sub)
{
    for (size_t i = 0; i < c->nopts; i++) {
        const struct bbc_opt *o = &c->opts[i];
        if (bbc_opts_applies(c, o, sub) && !(sub && bbc_opts_applies(c, o, NULL)))
            add_option(out, o->letter, o->name, o->arg, o->help);
    }
}

static void add_subcommands(struct bb_buf *out, const struct bbc_cmdline *c)
{
    bb_buf_addz(out, ".SH SUBCOMMANDS\n");
    for (size_t i = 0; i < c->nsubs; i++) {
        const struct bbc_sub *s = &c->subs[i];
        bb_buf_addz(out, ".TP\n\\fB");
        add_text(out, bb_str_z(s->name));
        bb_buf_addz(out, "\\fR [\\fIoptions\\fR] ");
        add_text(out, bb_str_z(s->args));
        add_line(out, "\n", bb_str_z(s->help));
        bb_buf_addz(out, ".RS\n");
        add_options(out, c, s);
        bb_buf_addz(out, ".RE\n");
    }
}

void bbc_man_page(const struct bbc_cmdline *c, bb_str text, bb_str common, bb_str see_also,
                  struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf title = BB_BUF_INIT;
    for (const char *p = c->name; *p; p++)
        bb_buf_addc(&title, (char)toupper((unsigned char)*p));
    bb_buf_addf(out, ".TH %s 1 \"\" \"bbc " BBC_VERSION "\" \"bbc\"\n.SH NAME\n", title.p);
    add_text(out, bb_str_z(c->name));
    add_line(out, " \\- ", bb_str_z(c->summary));
    bb_buf_addz(out, ".SH SYNOPSIS\n.nf\n");
    for (size_t i = 0; i < 2 && c->args[i]; i++) {
        bb_buf_addz(out, "\\fB");
        add_text(out, bb_str_z(c->name));
        add_line(out, "\\fR [\\fIoptions\\fR] ", bb_str_z(c->args[i]));
    }
    bb_buf_addz(out, ".fi\n");
    add_line(out, ".SH DESCRIPTION\n", bb_str_z(c->about));
    if (text.len && text.p[0] != '#')
        bb_buf_addz(out, ".PP\n");
    add_prose(out, &text);
    bb_buf_addz(out, ".SH OPTIONS\n");
    add_options(out, c, NULL);
    add_option(out, 'h', "help", NULL, BBC_OPT_HELP_TEXT);
    if (c->subs)
        add_subcommands(out, c);
    add_sections(out, text);
    add_sections(out, common);
    add_line(out, ".SH SEE ALSO\n", see_also);
}
