/* SPDX-License-Identifier: MIT */
#include "ui.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { MIN_REDRAW_MS = 100, MAX_SHOWN = 12 };

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static unsigned columns(int fd)
{
    struct winsize w;
    return ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : 80;
}

/* Takes the display off the screen; what is printed next starts at its first line. */
static void erase(struct bbc_ui *ui)
{
    if (!ui->drawn)
        return;
    fprintf(ui->console->out, "\r\033[%zuA\033[J", ui->drawn);
    ui->drawn = 0;
}

static void add_line(struct bbc_ui *ui, struct bb_buf *out, unsigned width, const char *fmt, ...)
{
    BB_CLEAN_BUF struct bb_buf line = BB_BUF_INIT;
    va_list ap;
    va_start(ap, fmt);
    bb_buf_vaddf(&line, fmt, ap);
    va_end(ap);
    if (line.len > width)
        bb_buf_truncate(&line, width);
    bb_buf_addf(out, "%s\n", line.p);
    ui->drawn++;
}

static void add_elapsed(struct bb_buf *b, int64_t ns)
{
    int64_t s = ns / 1000000000;
    if (s >= 60)
        bb_buf_addf(b, "%lldm%02llds", (long long)(s / 60), (long long)(s % 60));
    else
        bb_buf_addf(b, "%llds", (long long)s);
}

static void draw(struct bbc_ui *ui)
{
    if (!ui->live || !ui->total)
        return;
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    unsigned width = columns(fileno(ui->console->out)) - 1;
    int64_t now = now_ns();
    erase(ui);
    add_line(ui, &out, width, "%zu of %zu tasks done, %zu running", ui->done, ui->total, ui->nrunning);
    for (size_t i = 0; i < ui->nrunning && i < MAX_SHOWN; i++) {
        BB_CLEAN_BUF struct bb_buf elapsed = BB_BUF_INIT;
        add_elapsed(&elapsed, now - ui->running[i].start_ns);
        add_line(ui, &out, width, "  %-50s %6s", ui->running[i].name, elapsed.p);
    }
    fwrite(out.p, 1, out.len, ui->console->out);
    fflush(ui->console->out);
    ui->shown_ns = now;
}

static void before(void *self)
{
    struct bbc_ui *ui = self;
    erase(ui);
    /* A parse worker, which speaks for itself, does not know whether its parent has drawn the parse line by now. */
    if (ui->live) {
        fputs("\r\033[K", ui->console->out);
        fflush(ui->console->out);
    }
}

static void after(void *self)
{
    draw(self);
}

static void cache_loaded(void *self, size_t entries)
{
    struct bbc_ui *ui = self;
    if (ui->quiet > 1)
        return;
    fputs("Loading cache...done.\n", ui->console->out);
    if (!ui->quiet)
        fprintf(ui->console->out, "Loaded %zu entries from dependency cache.\n", entries);
    fflush(ui->console->out);
}

static void parse_progress(void *self, size_t done, size_t total)
{
    struct bbc_ui *ui = self;
    FILE *f = ui->console->out;
    int64_t now = now_ns();
    if (ui->quiet > 1 || (done < total && (!ui->live || now - ui->shown_ns < MIN_REDRAW_MS * 1000000LL)))
        return;
    ui->shown_ns = now;
    ui->parsing = done < total;
    if (done < total)
        fprintf(f, "\rParsing recipes: %zu%% (%zu of %zu)\033[K", done * 100 / total, done, total);
    else
        fprintf(f, "%sParsing recipes...done.\n", ui->live ? "\r\033[K" : "");
    fflush(f);
}

static void planned(void *self, size_t total)
{
    struct bbc_ui *ui = self;
    ui->total = total;
    if (ui->quiet < 2 && !ui->live)
        fputs("Initialising tasks...done.\n", ui->console->out);
    fflush(ui->console->out);
}

static void skipped(void *self)
{
    struct bbc_ui *ui = self;
    ui->done++;
}

static void started(void *self, const struct bb_ui_task *t)
{
    struct bbc_ui *ui = self;
    if (!ui->live) {
        if (!ui->quiet) {
            fprintf(ui->console->out, "NOTE: Running %stask %zu of %zu (%.*s)\n",
                    t->setscene ? "setscene "
                    : t->noexec ? "noexec "
                                : "",
                    t->index, t->total, BB_STRF(t->tid));
            if (!t->noexec && !t->dry)
                fprintf(ui->console->out, "NOTE: recipe %.*s: task %.*s: Started\n", BB_STRF(t->recipe),
                        BB_STRF(t->task));
            fflush(ui->console->out);
        }
        return;
    }
    if (t->noexec || ui->nrunning == BBC_UI_MAX_RUNNING)
        return;
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    bb_buf_addf(&name, "%.*s %.*s", BB_STRF(t->recipe), BB_STRF(t->task));
    ui->running[ui->nrunning++] = (struct bbc_ui_task){bb_buf_detach(&name), now_ns(), t->id};
    draw(ui);
}

static void ended(void *self, const struct bb_ui_task *t, bool ok)
{
    struct bbc_ui *ui = self;
    ui->done += !t->setscene;
    if (!ui->live) {
        if (!t->noexec && !t->dry && !ui->quiet)
            fprintf(ui->console->out, "NOTE: recipe %.*s: task %.*s: %s\n", BB_STRF(t->recipe),
                    BB_STRF(t->task), ok ? "Succeeded" : "Failed");
        fflush(ui->console->out);
        return;
    }
    for (size_t i = 0; i < ui->nrunning; i++)
        if (ui->running[i].id == t->id) {
            free(ui->running[i].name);
            memmove(&ui->running[i], &ui->running[i + 1], (ui->nrunning - i - 1) * sizeof(*ui->running));
            ui->nrunning--;
            break;
        }
    draw(ui);
}

static void tick(void *self)
{
    struct bbc_ui *ui = self;
    if (now_ns() - ui->shown_ns >= MIN_REDRAW_MS * 1000000LL)
        draw(ui);
}

void bbc_ui_init(struct bbc_ui *ui, struct bbc_console *console, int quiet)
{
    const char *term = getenv("TERM");
    *ui = (struct bbc_ui){.console = console, .quiet = quiet};
    ui->live = quiet < 2 && isatty(fileno(console->out)) && term && strcmp(term, "dumb") != 0;
    ui->parse =
        (struct bb_cooker_ui){.self = ui, .cache_loaded = cache_loaded, .parse_progress = parse_progress};
    ui->build = (struct bb_build_ui){
        .self = ui, .planned = planned, .skipped = skipped, .started = started, .ended = ended, .tick = tick};
    if (!ui->live)
        return;
    console->before = before;
    console->after = after;
    console->self = ui;
}

void bbc_ui_release(struct bbc_ui *ui)
{
    erase(ui);
    if (ui->parsing)
        fputs("\r\033[K", ui->console->out);
    fflush(ui->console->out);
    for (size_t i = 0; i < ui->nrunning; i++)
        free(ui->running[i].name);
    ui->nrunning = ui->total = 0;
    ui->parsing = false;
}
