/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>

#include "base/ctx.h"

static struct bb_ctx ctx;
static struct bb_diag_collect seen;

static uint32_t begin(const char *path, const char *text)
{
    bb_ctx_init(&ctx);
    bb_diag_collect_init(&seen);
    ctx.diag = &seen.sink;
    uint32_t src = bb_source_id(bb_str_z(path));
    bb_source_set_text(src, bb_str_z(text));
    return src;
}

static void end(void)
{
    bb_diag_collect_release(&seen);
    bb_ctx_release(&ctx);
}

START_TEST(without_a_place)
{
    begin("x", "");
    ck_assert_int_eq(bb_error(&ctx, "Nothing PROVIDES '%s'", "x"), -BB_EREPORTED);
    bb_warn(&ctx, "w");
    bb_note(&ctx, "n");
    bb_plain(&ctx, "p");
    bb_debug(&ctx, 1, "hidden");
    ck_assert_str_eq(seen.text.p, "ERROR: Nothing PROVIDES 'x'\nWARNING: w\nNOTE: n\np\n");
    ck_assert_uint_eq(ctx.errors, 1);
    ck_assert_uint_eq(ctx.warnings, 1);
    end();
}
END_TEST

START_TEST(quotes_the_line)
{
    uint32_t src = begin("conf/a.conf", "A = 1\nSRC_URI = \"git://${KSRC;branch=main\"\n");
    bb_error_at(&ctx, (struct bb_loc){src, 2, 23, 8}, "unterminated '${' in value of 'SRC_URI'");
    ck_assert_str_eq(seen.text.p, "conf/a.conf:2:18: error: unterminated '${' in value of 'SRC_URI'\n"
                                  "    2 | SRC_URI = \"git://${KSRC;branch=main\"\n"
                                  "      |                  ^~~~~~~~\n");
    end();
}
END_TEST

START_TEST(places_that_are_partly_known)
{
    uint32_t src = begin("b.conf", "one\ntwo\n");
    bb_warn_at(&ctx, (struct bb_loc){src, 2, 0, 0}, "line only");
    bb_warn_at(&ctx, (struct bb_loc){src, 0, 0, 0}, "file only");
    bb_warn_at(&ctx, (struct bb_loc){src, 9, 0, 0}, "no such line");
    bb_warn_at(&ctx, (struct bb_loc){src, 0, 4, 3}, "offset only");
    bb_warn_at(&ctx, (struct bb_loc){src, 1, 3, 1}, "end of line");
    ck_assert_str_eq(seen.text.p, "b.conf:2: warning: line only\n"
                                  "    2 | two\n"
                                  "b.conf: warning: file only\n"
                                  "b.conf:9: warning: no such line\n"
                                  "b.conf:2:1: warning: offset only\n"
                                  "    2 | two\n"
                                  "      | ^~~\n"
                                  "b.conf:1:4: warning: end of line\n"
                                  "    1 | one\n"
                                  "      |    ^\n");
    end();
}
END_TEST

START_TEST(odd_bytes)
{
    uint32_t src = begin("c.conf", "\t\xc3\xa4\xff\x01x = y\n");
    bb_error_at(&ctx, (struct bb_loc){src, 1, 5, 1}, "t");
    ck_assert_str_eq(seen.text.p, "c.conf:1:6: error: t\n"
                                  "    1 | \t\xc3\xa4??x = y\n"
                                  "      | \t   ^\n");
    end();
}
END_TEST

START_TEST(long_lines_are_cut)
{
    static char text[1000001];
    memset(text, 'x', 1000000);
    text[500000] = '!';
    uint32_t src = begin("d.conf", text);
    bb_error_at(&ctx, (struct bb_loc){src, 1, 500000, 1000}, "t");
    ck_assert_uint_lt(seen.text.len, 500);
    ck_assert_ptr_nonnull(strchr(seen.text.p, '!'));
    const char *quote = strstr(seen.text.p, "| "), *under = strstr(quote + 2, "| ");
    ck_assert_int_eq(strchr(quote, '!') - quote, strchr(under, '^') - under);
    end();
}
END_TEST

START_TEST(notes_and_the_way_here)
{
    uint32_t src = begin("e.conf", "include f\n");
    struct bb_diag_note note = {{src, 1, 8, 1}, BB_STR("set here")};
    bb_diag_push(&ctx, (struct bb_loc){src, 1, 0, 7}, "included from here");
    bb_diag_push(&ctx, (struct bb_loc){0}, "while expanding 'X'");
    bb_report(&ctx, &(struct bb_diag){BB_ERROR, {0}, BB_STR("t"), &note, 1});
    bb_diag_pop(&ctx);
    bb_diag_pop(&ctx);
    bb_error(&ctx, "alone");
    ck_assert_str_eq(seen.text.p, "ERROR: t\n"
                                  "e.conf:1:9: note: set here\n"
                                  "  note: while expanding 'X'\n"
                                  "e.conf:1:1: note: included from here\n"
                                  "ERROR: alone\n");
    end();
}
END_TEST

START_TEST(verbosity_hides_but_counts)
{
    begin("x", "");
    ctx.verbosity = -1;
    bb_note(&ctx, "no");
    bb_warn(&ctx, "w");
    ctx.verbosity = -2;
    bb_warn(&ctx, "no");
    bb_error(&ctx, "e");
    ctx.verbosity = 2;
    bb_debug(&ctx, 2, "d");
    bb_debug(&ctx, 3, "no");
    ck_assert_str_eq(seen.text.p, "WARNING: w\nERROR: e\nDEBUG: d\n");
    ck_assert_uint_eq(ctx.warnings, 2);
    end();
}
END_TEST

START_TEST(colour)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    begin("x", "");
    bb_diag_render(&out, &(struct bb_diag){BB_ERROR, {0}, BB_STR("t"), NULL, 0}, true);
    ck_assert_str_eq(out.p, "\033[31;1mERROR: \033[0mt\n");
    end();
}
END_TEST

START_TEST(sources)
{
    char *dir = unit_tmpdir();
    FILE *f = fopen("s.txt", "w");
    fputs("first\r\nsecond\n\nlast", f);
    fclose(f);
    uint32_t src = bb_source_id(BB_STR("s.txt"));
    ck_assert_uint_eq(bb_source_id(BB_STR("s.txt")), src);
    ck_str(bb_source_path(src), "s.txt");
    ck_str(bb_source_path(0), "");
    ck_str(bb_source_path(99999), "");
    ck_str(bb_source_line(src, 1), "first");
    ck_str(bb_source_line(src, 4), "last");
    ck_str(bb_source_line(src, 5), "");
    ck_str(bb_source_line(src, 0), "");
    ck_assert_uint_eq(bb_source_line_at(src, 7), 2);
    ck_assert_uint_eq(bb_source_line_at(src, 1000), 0);
    ck_assert_uint_eq(bb_source_column(src, 2, 9), 3);
    ck_assert_uint_eq(bb_source_column(src, 1, 9), 1);
    ck_assert_uint_eq(bb_source_text(bb_source_id(BB_STR("/nonexistent/x"))).len, 0);
    unit_rmdir(dir);
}
END_TEST

static struct bb_loc place_in(const char *dir, const char *file)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    bb_buf_addf(&path, "%s/%s", dir, file);
    uint32_t src = bb_source_id(bb_buf_str(&path));
    bb_source_set_text(src, BB_STR("A\n"));
    return (struct bb_loc){.src = src, .line = 1};
}

static void add_layer(const char *dir, const char *name)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    bb_buf_addf(&path, "%s/%s", dir, name);
    bb_diag_add_layer(&ctx, bb_buf_str(&path));
}

static void remember_layer(struct bb_diag_sink *self, struct bb_ctx *c, const struct bb_diag *d)
{
    ck_assert_ptr_eq(self, c->diag);
    bb_buf_clear(&seen.text);
    bb_buf_adds(&seen.text, d->layer);
}

static const char *layer_at(struct bb_loc loc)
{
    struct bb_diag_sink sink = {remember_layer}, *before = ctx.diag;
    ctx.diag = &sink;
    bb_error_at(&ctx, loc, "odd");
    ctx.diag = before;
    return seen.text.len ? seen.text.p : "";
}

/* The innermost of the folders that were named; only warnings and errors say so. */
START_TEST(names_the_layer)
{
    char *dir = unit_tmpdir();

    begin("x", "");
    struct bb_loc loc = place_in(dir, "outer/in ner/recipes/a.bb");
    ck_assert_str_eq(layer_at(loc), "");
    add_layer(dir, "x/../outer/in ner/");
    add_layer(dir, "outer");
    add_layer(dir, "outer");
    ck_assert_uint_eq(ctx.layers.n, 2);
    ck_assert_str_eq(layer_at(loc), "in ner");
    ck_assert_str_eq(layer_at(place_in(dir, "y/../outer/./in ner/b.bb")), "in ner");
    bb_buf_clear(&seen.text);
    bb_error_at(&ctx, loc, "odd");
    ck_assert_ptr_nonnull(strstr(seen.text.p, "error: odd\n    1 | A\n  note: in layer 'in ner'\n"));
    bb_buf_clear(&seen.text);
    bb_report(&ctx, &(struct bb_diag){.severity = BB_NOTE, .loc = loc, .text = BB_STR("fine")});
    ck_assert_ptr_null(strstr(seen.text.p, "in layer"));
    ck_assert_str_eq(layer_at(place_in(dir, "outer/b.bb")), "outer");
    ck_assert_str_eq(layer_at(place_in(dir, "outer2/b.bb")), "");
    ck_assert_str_eq(layer_at(place_in(dir, "c.bb")), "");
    ck_assert_str_eq(layer_at((struct bb_loc){.src = bb_source_id(BB_STR("<string>"))}), "");
    ck_assert_str_eq(layer_at((struct bb_loc){0}), "");
    end();
    unit_rmdir(dir);
}
END_TEST

START_TEST(error_texts)
{
    ck_assert_str_eq(bb_strerror(-BB_EUNSAFE), "path escapes its target folder");
    ck_assert_str_eq(bb_strerror(-ENOENT), strerror(ENOENT));
}
END_TEST

UNIT_MAIN("diag", without_a_place, quotes_the_line, places_that_are_partly_known, odd_bytes,
          long_lines_are_cut, notes_and_the_way_here, verbosity_hides_but_counts, colour, sources,
          names_the_layer, error_texts)
