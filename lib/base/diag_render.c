/* SPDX-License-Identifier: MIT */
/* The text form of diagnostics: from a struct bb_diag to bytes. */
#include "base/diag.h"

/* Of a longer source line only a window around the place is quoted. */
#define QUOTE_MAX 160

static const struct {
    const char *bitbake, *located, *colour;
} words[] = {
    [BB_DEBUG] = {"DEBUG: ", "debug: ", "\033[36m"},
    [BB_NOTE] = {"NOTE: ", "note: ", "\033[36m"},
    [BB_PLAIN] = {"", "", ""},
    [BB_WARN] = {"WARNING: ", "warning: ", "\033[33;1m"},
    [BB_ERROR] = {"ERROR: ", "error: ", "\033[31;1m"},
    [BB_FATAL] = {"ERROR: ", "error: ", "\033[31;1m"},
};
#define BOLD "\033[1m"
#define OFF  "\033[0m"

static void add_coloured(struct bb_buf *out, const char *colour, const char *text)
{
    if (colour && *colour && *text)
        bb_buf_addf(out, "%s%s" OFF, colour, text);
    else
        bb_buf_addz(out, text);
}

/* Where a location stands: line 0 when only the file is known, col 0 when only the line is. */
struct place {
    uint32_t line, col;
};

static struct place resolve(struct bb_loc loc)
{
    struct place p = {loc.line, 0};
    uint32_t line;

    if (loc.off == 0 && loc.len == 0)
        return p;
    line = bb_source_line_at(loc.src, loc.off);
    if (line == 0 || (loc.line && loc.line != line))
        return p;
    return (struct place){line, bb_source_column(loc.src, line, loc.off)};
}

static void add_place(struct bb_buf *out, struct bb_loc loc, struct place p, bool colour)
{
    if (colour)
        bb_buf_addz(out, BOLD);
    bb_buf_adds(out, bb_source_path(loc.src));
    if (p.line)
        bb_buf_addf(out, ":%u", p.line);
    if (p.line && p.col)
        bb_buf_addf(out, ":%u", p.col);
    bb_buf_addc(out, ':');
    if (colour)
        bb_buf_addz(out, OFF);
    bb_buf_addc(out, ' ');
}

/* Adds the character at the head of `s`, '?' for what a terminal cannot show; returns the bytes taken. */
static size_t add_char(struct bb_buf *out, bb_str s)
{
    uint32_t c;
    size_t n = bb_utf8_next(s, &c);

    if ((c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0) || c == BB_UTF8_BAD)
        bb_buf_addc(out, '?');
    else
        bb_buf_add(out, s.p, n);
    return n;
}

static void add_quote(struct bb_buf *out, struct bb_loc loc, struct place p, const char *colour)
{
    BB_CLEAN_BUF struct bb_buf under = BB_BUF_INIT;
    bb_str line = bb_source_line(loc.src, p.line);
    size_t from = p.col ? p.col - 1 : 0, to = from + (loc.len ? loc.len : 1);

    if (bb_str_trim(line).len == 0)
        return;
    size_t i = from > QUOTE_MAX / 2 && line.len > QUOTE_MAX ? from - QUOTE_MAX / 2 : 0;
    size_t end = line.len - i > QUOTE_MAX ? i + QUOTE_MAX : line.len;
    while (i > 0 && i < line.len && ((unsigned char)line.p[i] & 0xc0) == 0x80)
        i++;
    bb_buf_addf(out, "%5u | ", p.line);
    while (i < end) {
        size_t n = add_char(out, bb_str_from(line, i));
        /* Tabs are repeated, so that the caret line keeps in step. */
        if (i < to)
            bb_buf_addc(&under, line.p[i] == '\t' ? '\t' : i + n <= from ? ' ' : i <= from ? '^' : '~');
        i += n;
    }
    bb_buf_addc(out, '\n');
    if (!p.col)
        return;
    if (from >= end)
        bb_buf_addc(&under, '^'); /* the place is the line's end */
    bb_buf_addz(out, "      | ");
    add_coloured(out, colour, under.p);
    bb_buf_addc(out, '\n');
}

static void add_note(struct bb_buf *out, const struct bb_diag_note *note, bool colour)
{
    if (note->loc.src)
        add_place(out, note->loc, resolve(note->loc), colour);
    add_coloured(out, colour ? words[BB_NOTE].colour : NULL, note->loc.src ? "note: " : "  note: ");
    bb_buf_adds(out, note->text);
    bb_buf_addc(out, '\n');
}

static void add_layer(struct bb_buf *out, bb_str layer, bool colour)
{
    add_coloured(out, colour ? words[BB_NOTE].colour : NULL, "  note: ");
    bb_buf_addf(out, "in layer '%.*s'\n", BB_STRF(layer));
}

void bb_diag_render(struct bb_buf *out, const struct bb_diag *d, bool colour)
{
    const char *c = colour ? words[d->severity].colour : NULL;
    struct place p = {0};

    if (d->loc.src) {
        p = resolve(d->loc);
        add_place(out, d->loc, p, colour);
        add_coloured(out, c, words[d->severity].located);
    } else {
        add_coloured(out, c, words[d->severity].bitbake);
    }
    bb_buf_adds(out, d->text);
    bb_buf_addc(out, '\n');
    if (p.line)
        add_quote(out, d->loc, p, c);
    if (d->severity >= BB_WARN && d->layer.len)
        add_layer(out, d->layer, colour);
    for (size_t i = 0; i < d->nnotes; i++)
        add_note(out, &d->notes[i], colour);
}
