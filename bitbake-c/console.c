/* SPDX-License-Identifier: MIT */
#include "console.h"

#include "diagform.h"
#include "os/fs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void render(const struct bbc_console *c, enum bbc_form form, const struct bb_diag *d,
                   struct bb_buf *out)
{
    switch (form) {
    case BBC_TEXT:
        bb_diag_render(out, d, d->severity >= BB_ERROR ? c->colour_err : c->colour_out);
        break;
    case BBC_JSON:
        bbc_diagform_json(out, d);
        break;
    case BBC_SARIF:
        bbc_diagform_sarif_result(out, d);
        break;
    case BBC_GITHUB:
        bbc_diagform_github(out, d, bb_str_z(c->workspace));
        break;
    }
}

static void emit(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    struct bbc_console *c = (struct bbc_console *)self;
    FILE *f = d->severity >= BB_ERROR ? c->err : c->out;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    if (c->collected >= 0) {
        render(c, c->form, d, &text);
        /* In one piece: workers write here, too. Without memory for it there is nothing better to do. */
        (void)bb_fs_write_all(c->collected, bb_buf_str(&text));
        bb_buf_clear(&text);
    }
    if (c->form == BBC_SARIF && !c->path)
        return;
    render(c, c->path ? BBC_TEXT : c->form, d, &text);
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
    *c = (struct bbc_console){
        .sink.emit = emit, .out = query ? stderr : stdout, .err = stderr, .collected = -1};
    c->colour_out = wants_colour(c->out);
    c->colour_err = wants_colour(c->err);
    ctx->diag = &c->sink;
}

static bool find_form(bb_str name, enum bbc_form *ret)
{
    bb_str words = BB_STR(BBC_FORM_WORDS), word;
    for (*ret = BBC_TEXT; bb_str_word(&words, &word); ++*ret)
        if (bb_str_eq(word, name))
            return true;
    return false;
}

bool bbc_console_form(struct bbc_console *c, const char *spec)
{
    bb_str rest = bb_str_z(spec), name;
    if (!spec)
        return true;
    bb_str_split(&rest, ':', &name);
    if (!find_form(name, &c->form) || (rest.p && !rest.len)) {
        fprintf(stderr, "--diagnostics takes text, json, sarif or github, with :FILE if wanted, not '%s'\n",
                spec);
        return false;
    }
    c->path = rest.p;
    c->workspace = getenv("GITHUB_WORKSPACE");
    if (!c->path && c->form != BBC_SARIF)
        return true;
    c->collected = memfd_create("diagnostics", MFD_CLOEXEC);
    if (c->collected < 0 || fcntl(c->collected, F_SETFL, O_APPEND) < 0) {
        perror("--diagnostics");
        return false;
    }
    return true;
}

static int read_collected(int fd, struct bb_buf *ret)
{
    char piece[65536];
    ssize_t n = lseek(fd, 0, SEEK_SET);
    while (n >= 0 && (n = read(fd, piece, sizeof(piece))) > 0)
        bb_buf_add(ret, piece, (size_t)n);
    return n < 0 ? -1 : 0;
}

int bbc_console_finish(struct bbc_console *c, int status)
{
    BB_CLEAN_BUF struct bb_buf all = BB_BUF_INIT, log = BB_BUF_INIT;
    if (c->collected < 0)
        return status;
    int r = read_collected(c->collected, &all);
    if (c->form == BBC_SARIF)
        bbc_diagform_sarif(&log, bb_buf_str(&all), status);
    bb_str text = bb_buf_str(c->form == BBC_SARIF ? &log : &all);
    if (r == 0 && c->path)
        r = bb_fs_write(c->path, text, 0);
    else if (r == 0)
        r = fwrite(text.p, 1, text.len, c->err) == text.len ? 0 : -1;
    close(c->collected);
    c->collected = -1;
    if (r == 0)
        return status;
    fprintf(stderr, "ERROR: the diagnostics cannot be written to %s\n", c->path ? c->path : "stderr");
    return status ? status : 1;
}

int bbc_console_status(int code)
{
    return code == 0 ? 0 : code == -BB_ECANCELLED ? 130 : 1;
}

static void count_line(FILE *f, uint32_t n, const char *what, const char *tail)
{
    if (n)
        fprintf(f, "Summary: There %s %u %s message%s%s.\n", n == 1 ? "was" : "were", n, what,
                n == 1 ? "" : "s", tail);
}

void bbc_console_summary(const struct bbc_console *c, const struct bb_ctx *ctx)
{
    count_line(c->out, ctx->warnings, "WARNING", "");
    count_line(c->out, ctx->errors, "ERROR", ", returning a non-zero exit code");
}
