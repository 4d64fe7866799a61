/* SPDX-License-Identifier: MIT */
#include "console.h"

#include "base/jsonw.h"

#include <stdlib.h>
#include <unistd.h>

static const char *const severity_names[] = {[BB_DEBUG] = "debug", [BB_NOTE] = "note",   [BB_PLAIN] = "plain",
                                             [BB_WARN] = "warning", [BB_ERROR] = "error", [BB_FATAL] = "error"};

static void json_place(struct bb_jsonw *w, struct bb_loc loc)
{
    if (!loc.src)
        return;
    bb_jsonw_key(w, BB_STR("file"));
    bb_jsonw_str(w, bb_source_path(loc.src));
    if (!loc.line)
        return;
    bb_jsonw_key(w, BB_STR("line"));
    bb_jsonw_int(w, loc.line);
    bb_jsonw_key(w, BB_STR("column"));
    bb_jsonw_int(w, bb_source_column(loc.src, loc.line, loc.off));
}

/* One object a line. */
static void render_json(struct bb_buf *out, const struct bb_diag *d)
{
    struct bb_jsonw w;
    bb_jsonw_init(&w, out, 0);
    bb_jsonw_object(&w);
    bb_jsonw_key(&w, BB_STR("severity"));
    bb_jsonw_str(&w, bb_str_z(severity_names[d->severity]));
    json_place(&w, d->loc);
    bb_jsonw_key(&w, BB_STR("message"));
    bb_jsonw_str(&w, d->text);
    if (d->nnotes) {
        bb_jsonw_key(&w, BB_STR("notes"));
        bb_jsonw_array(&w);
        for (size_t i = 0; i < d->nnotes; i++) {
            bb_jsonw_object(&w);
            json_place(&w, d->notes[i].loc);
            bb_jsonw_key(&w, BB_STR("message"));
            bb_jsonw_str(&w, d->notes[i].text);
            bb_jsonw_end(&w);
        }
        bb_jsonw_end(&w);
    }
    bb_jsonw_end(&w);
    bb_buf_addc(out, '\n');
}

static void emit(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    struct bbc_console *c = (struct bbc_console *)self;
    bool error = d->severity >= BB_ERROR;
    FILE *f = error ? c->err : c->out;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    if (c->json)
        render_json(&text, d);
    else
        bb_diag_render(&text, d, error ? c->colour_err : c->colour_out);
    if (c->before)
        c->before(c->self);
    fwrite(text.p, 1, text.len, f);
    fflush(f);
    if (c->after)
        c->after(c->self);
}

static bool wants_colour(FILE *f)
{
    const char *off = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fileno(f)) && !(off && *off) && !(term && !strcmp(term, "dumb"));
}

void bbc_console_init(struct bbc_console *c, struct bb_ctx *ctx, bool query)
{
    *c = (struct bbc_console){.sink.emit = emit, .out = query ? stderr : stdout, .err = stderr};
    c->colour_out = wants_colour(c->out);
    c->colour_err = wants_colour(c->err);
    ctx->diag = &c->sink;
}

int bbc_console_status(int code)
{
    return code == 0 ? 0 : code == -BB_ECANCELLED ? 130 : 1;
}

static void count_line(FILE *f, uint32_t n, const char *what, const char *tail)
{
    if (n)
        fprintf(f, "Summary: There %s %u %s message%s%s.\n", n == 1 ? "was" : "were", n, what, n == 1 ? "" : "s", tail);
}

void bbc_console_summary(const struct bbc_console *c, const struct bb_ctx *ctx)
{
    count_line(c->out, ctx->warnings, "WARNING", "");
    count_line(c->out, ctx->errors, "ERROR", ", returning a non-zero exit code");
}
