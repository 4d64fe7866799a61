/* SPDX-License-Identifier: MIT */
/*
 * What the tests of lib/py share: one process with one interpreter (CPython cannot be started twice), a fresh
 * store `d` for every test, and the diagnostics of the test as text.
 */
#ifndef BB_TESTS_PY_SUPPORT_H
#define BB_TESTS_PY_SUPPORT_H

#include "os/os.h"
#include "py/py.h"
#include "support/unit.h"

static struct bb_ctx ctx;
static const struct bb_pyhook *hook;
static struct bb_parser *parser;
static struct bb_store *d;
static struct bb_buf said;

static void collect(struct bb_diag_sink *self, struct bb_ctx *c, const struct bb_diag *diag)
{
    bb_diag_render(&said, diag, false);
}
static struct bb_diag_sink sink = {collect};

static inline void unit_setup(void)
{
    bb_buf_clear(&said);
    ctx.errors = ctx.warnings = 0;
    d = bb_store_new(&ctx, hook);
}

static inline void unit_teardown(void)
{
    bb_store_unref(d);
    d = NULL;
}

/* Statements with `d`, `bb` and `os`, as lines of the file /test.bb; a failure fails the test with its text.
 */
static inline void py(const char *code)
{
    int r = bb_py_exec(d, bb_str_z(code), BB_STR("/test.bb"), 1);

    if (r < 0)
        hook->error_report(hook->self, (struct bb_loc){0}, "running the test");
    ck_assert_msg(r == 0, "%d\n%s", r, said.p);
}

/* How often a text was said. */
static inline int unit_count(const char *text)
{
    int n = 0;

    for (size_t at = 0; (at = bb_str_find(bb_buf_str(&said), bb_str_z(text), at)) != BB_NPOS; at++)
        n++;
    return n;
}

static inline int unit_py_main(const char *name, const TTest *const *tests, size_t n)
{
    bb_ctx_init(&ctx);
    bb_buf_init(&said);
    ctx.os = bb_os_posix();
    ctx.diag = &sink;
    parser = bb_parser_new(&ctx, NULL);
    bb_py_start(&ctx, &hook);
    bb_py_set_parser(parser);
    if (bb_py_running()) /* only what needs Python starts it */
        abort();
    setenv("PYTHONHASHSEED", "5", 1);
    setenv("CK_FORK", "no", 1);
    int r = unit_run(name, tests, n, unit_setup, unit_teardown);
    bb_py_shutdown();
    bb_parser_free(parser);
    bb_buf_release(&said);
    bb_ctx_release(&ctx);
    return r;
}

#define PY_MAIN(name, ...)                                                                                   \
    int main(void)                                                                                           \
    {                                                                                                        \
        const TTest *const tests[] = {__VA_ARGS__};                                                          \
        return unit_py_main(name, tests, sizeof(tests) / sizeof(*tests));                                    \
    }

#endif
