/* SPDX-License-Identifier: MIT */
/*
 * What the tests of lib/cook and of the rooms above it share: a build folder in a temporary folder, with two layers, on
 * which a cooker is opened. The layer `mini` (tests/fixtures) is read in place; the layer `tiny` is the test's own, in
 * tiny/ beside build/, and takes what is in tiny/recipes.
 *
 *   struct cook_world w;
 *   cook_init(&w);
 *   cook_write("tiny/recipes/a_1.bb", "do_x() {\n    :\n}\naddtask x\n");
 *   cook_open(&w);
 *   ... w.cooker ...
 *   cook_release(&w);
 *
 * CPython cannot be started twice in a process, so a test opens one cooker; `check` forks for each test.
 */
#ifndef BB_TESTS_COOK_SUPPORT_H
#define BB_TESTS_COOK_SUPPORT_H

#include "cook/cooker.h"
#include "os/fs.h"
#include "os/os.h"
#include "support/unit.h"

#include <fcntl.h>

struct cook_world {
    char *top; /* holds build/ and tiny/; the working folder is build/ */
    struct bb_ctx ctx;
    struct bb_diag_sink sink;
    int fd; /* of the file `said`, which gets every message: parse workers have messages, too */
    struct bb_buf said;
    struct bb_cooker_opts opts;
    struct bb_cooker cooker;
    bool opened;
};

static inline void cook_emit(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    struct cook_world *w = (struct cook_world *)((char *)self - offsetof(struct cook_world, sink));
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    if (d->severity > BB_DEBUG)
        bb_diag_render(&text, d, false);
    if (bb_fs_write_all(w->fd, bb_buf_str(&text)) < 0)
        abort();
}

/* All messages up to now, as a user sees them. */
static inline const char *cook_text(struct cook_world *w)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    bb_buf_addf(&path, "%s/said", w->top);
    bb_buf_clear(&w->said);
    ck_assert_int_eq(bb_fs_read(path.p, &w->said), 0);
    return w->said.p;
}

static inline bool cook_said(struct cook_world *w, const char *text)
{
    return strstr(cook_text(w), text);
}

/* Writes a file; `path` counts from the folder that holds build/ and tiny/. */
static inline void cook_write(const char *path, const char *text)
{
    BB_CLEAN_BUF struct bb_buf at = BB_BUF_INIT;
    bb_buf_addf(&at, "../%s", path);
    ck_assert_int_eq(bb_fs_mkdirs_for(at.p), 0);
    ck_assert_int_eq(bb_fs_write(at.p, bb_str_z(text), 0), 0);
}

static inline void cook_init(struct cook_world *w)
{
    static char *no_environ[] = {(char *)"PATH=/usr/bin:/bin", NULL};
    memset(w, 0, sizeof(*w));
    w->top = unit_tmpdir();
    w->fd = open("said", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    ck_assert_int_ge(w->fd, 0);
    ck_assert_int_eq(bb_fs_mkdirs("build/conf"), 0);
    ck_assert_int_eq(chdir("build"), 0);
    bb_ctx_init(&w->ctx);
    bb_buf_init(&w->said);
    w->ctx.os = bb_os_posix();
    w->sink.emit = cook_emit;
    w->ctx.diag = &w->sink;
    w->opts.environ = no_environ;
    BB_CLEAN_BUF struct bb_buf conf = BB_BUF_INIT;
    bb_buf_addf(&conf, "BBPATH = \"${TOPDIR}\"\nBBLAYERS = \"%s/mini %s/tiny\"\n", BBC_FIXTURES, w->top);
    cook_write("build/conf/bblayers.conf", conf.p);
    cook_write("tiny/conf/layer.conf",
               "BBPATH .= \":${LAYERDIR}\"\n"
               "BBFILES += \"${LAYERDIR}/recipes/*.bb ${LAYERDIR}/recipes/*.bbappend\"\n"
               "BBFILE_COLLECTIONS += \"tiny\"\n"
               "BBFILE_PATTERN_tiny = \"^${LAYERDIR}/\"\n"
               "BBFILE_PRIORITY_tiny = \"7\"\n"
               "LAYERSERIES_COMPAT_tiny = \"mini\"\n");
}

/* Opens the cooker as w->opts says; the result is the test's to look at. */
static inline int cook_try_open(struct cook_world *w)
{
    w->opened = true;
    return bb_cooker_open(&w->cooker, &w->ctx, &w->opts);
}

/* Opens it; a failure fails the test with what was said. */
static inline void cook_open(struct cook_world *w)
{
    ck_assert_msg(cook_try_open(w) == 0, "%s", cook_text(w));
}

/* Opens it and gets the summaries of all recipes. */
static inline void cook_parse(struct cook_world *w)
{
    cook_open(w);
    ck_assert_msg(bb_cooker_parse(&w->cooker) == 0, "%s", cook_text(w));
}

/* The virtual name of a recipe of the layer tiny, as "a_1.bb" or "mc:one:a_1.bb". In ctx.arena. */
static inline bb_str cook_fn(struct cook_world *w, const char *mc, const char *file)
{
    return bb_arena_fmt(&w->ctx.arena, "%s%s%s%s/tiny/recipes/%s", *mc ? "mc:" : "", mc, *mc ? ":" : "",
                        w->top, file);
}

static inline void cook_release(struct cook_world *w)
{
    if (w->opened)
        bb_cooker_close(&w->cooker);
    close(w->fd);
    bb_buf_release(&w->said);
    bb_ctx_release(&w->ctx);
    unit_rmdir(w->top);
}

#endif
