/* SPDX-License-Identifier: MIT */
#include "build/childlog.h"

#include "base/source.h"
#include "support/unit.h"

#include <fcntl.h>

static struct bb_ctx ctx;
static struct bb_buf said, frames;

static void collect(struct bb_diag_sink *self, struct bb_ctx *c, const struct bb_diag *d)
{
    bb_diag_render(&said, d, false);
}
static struct bb_diag_sink sink = {collect};

static void told(void *self, enum bb_childword word, bb_str text)
{
    bb_buf_addf(&said, "<%d %.*s>", (int)word, BB_STRF(text));
}
static const struct bb_childlog_ear ear = {.told = told};

/* What a task says comes through a pipe; its standard output is the log. */
static char *setup(bool quiet, void (*speak)(void))
{
    char *dir = unit_tmpdir();
    struct bb_childlog log;
    int fds[2], out = dup(STDOUT_FILENO);
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_ptr_nonnull(freopen("log", "w", stdout));
    bb_ctx_init(&ctx);
    bb_buf_init(&said);
    bb_buf_init(&frames);
    bb_childlog_start(&log, &ctx, fds[1], quiet);
    speak();
    close(fds[1]);
    ctx.diag = &sink;
    ctx.errors = ctx.warnings = 0;
    bb_buf_reserve(&frames, 65536);
    frames.len = (size_t)read(fds[0], frames.p, 65536);
    close(fds[0]);
    dup2(out, STDOUT_FILENO);
    return dir;
}

static void teardown(char *dir)
{
    bb_buf_release(&said);
    bb_buf_release(&frames);
    bb_ctx_release(&ctx);
    unit_rmdir(dir);
}

static void speak(void)
{
    struct bb_loc loc = {.src = bb_source_id(BB_STR("/r/a.bb")), .line = 7};
    bb_debug(&ctx, 1, "a trace");
    bb_note(&ctx, "a note");
    bb_warn(&ctx, "a warning");
    bb_error_at(&ctx, loc, "an error");
}

static void tell(void)
{
    struct bb_childlog *log = (struct bb_childlog *)ctx.diag;
    bb_childlog_tell(log, BB_CHILD_UNIHASH, BB_STR("abcd"));
    bb_warn(&ctx, "between");
    bb_childlog_tell(log, BB_CHILD_NO_SERVER, BB_STR("away: \n"));
}

START_TEST(tells_the_cooker)
{
    char *dir = setup(false, tell);
    bb_childlog_take(&ctx, &frames, &ear);
    ck_assert_uint_eq(frames.len, 0);
    ck_assert_ptr_nonnull(strstr(said.p, "<0 abcd>"));
    ck_assert_ptr_nonnull(strstr(said.p, "between"));
    ck_assert_ptr_nonnull(strstr(said.p, "<1 away: \n>"));
    ck_assert_uint_eq(ctx.warnings, 1);
    teardown(dir);
}
END_TEST

START_TEST(passes_on_what_matters)
{
    char *dir = setup(false, speak);
    bb_childlog_take(&ctx, &frames, &ear);
    ck_assert_uint_eq(frames.len, 0);
    ck_assert_uint_eq(ctx.errors, 1);
    ck_assert_uint_eq(ctx.warnings, 1);
    ck_assert(strstr(said.p, "a warning"));
    ck_assert(strstr(said.p, "/r/a.bb:7"));
    ck_assert(!strstr(said.p, "a note") && !strstr(said.p, "a trace"));
    char text[1024] = "";
    FILE *f = fopen("log", "r");
    ck_assert_uint_gt(fread(text, 1, sizeof(text) - 1, f), 0);
    fclose(f);
    ck_assert(strstr(text, "a note") && strstr(text, "a warning") && strstr(text, "an error"));
    teardown(dir);
}
END_TEST

START_TEST(errors_of_setscene_are_warnings)
{
    char *dir = setup(true, speak);
    bb_childlog_take(&ctx, &frames, &ear);
    ck_assert_uint_eq(ctx.errors, 0);
    ck_assert_uint_eq(ctx.warnings, 2);
    teardown(dir);
}
END_TEST

/* Bytes arrive as they like. */
START_TEST(waits_for_the_rest)
{
    char *dir = setup(false, speak);
    struct bb_buf part = BB_BUF_INIT;
    for (size_t i = 0; i < frames.len; i++) {
        bb_buf_addc(&part, frames.p[i]);
        bb_childlog_take(&ctx, &part, &ear);
    }
    ck_assert_uint_eq(part.len, 0);
    ck_assert_uint_eq(ctx.errors, 1);
    ck_assert_uint_eq(ctx.warnings, 1);
    bb_buf_release(&part);
    teardown(dir);
}
END_TEST

static void nothing(void) {}

/* Something else wrote to the descriptor. */
START_TEST(drops_nonsense)
{
    char *dir = setup(false, nothing);
    frames.len = 0;
    bb_buf_adds(&frames, BB_STR("\xff\xff\xff\xff some text"));
    bb_childlog_take(&ctx, &frames, &ear);
    ck_assert_uint_eq(frames.len, 0);
    bb_buf_adds(&frames, BB_STR("\x04\0\0\0\xff\xff\xff\xff"));
    bb_childlog_take(&ctx, &frames, &ear);
    ck_assert_uint_eq(frames.len, 0);
    ck_assert_uint_eq(ctx.errors + ctx.warnings, 0);
    teardown(dir);
}
END_TEST

UNIT_MAIN("childlog", tells_the_cooker, passes_on_what_matters, errors_of_setscene_are_warnings,
          waits_for_the_rest, drops_nonsense)
