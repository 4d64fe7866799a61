/* SPDX-License-Identifier: MIT */
/*
 * Expansion of any text. Lines "NAME=value" set variables (operations and overrides included), the first line
 * is OVERRIDES; then all of it is read in every way, written to, and read again.
 */
#include <stdlib.h>

#include "data/emit.h"
#include "data/store.h"

static void drop(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d) {}

static void read_var(struct bb_store *d, bb_sym var)
{
    const struct bb_varparse *vp;
    struct bb_val v;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;

    if (bb_store_get(d, var, BB_GET_EXPAND, &v) < 0)
        bb_store_error_text(d, &text);
    bb_store_get(d, var, 0, &v);
    bb_store_parse(d, var, NULL, &vp);
}

static void read_all(struct bb_store *d)
{
    bb_sym *keys;
    size_t n;

    if (bb_store_keys(d, &keys, &n) < 0)
        return;
    for (size_t i = 0; i < n; i++)
        read_var(d, keys[i]);
}

/* What was cached after writes must be what a store without a cache gives. */
static void check_all(struct bb_store *d)
{
    struct bb_store *fresh = bb_store_copy(d);
    bb_sym *keys;
    size_t n;

    if (bb_store_keys(fresh, &keys, &n) < 0)
        n = 0;
    for (size_t i = 0; i < n; i++) {
        bb_str a = {0}, b = {0};
        int x = bb_store_str(d, keys[i], &a), y = bb_store_str(fresh, keys[i], &b);
        if ((x < 0) != (y < 0) || (x == 0 && !bb_str_eq(a, b)))
            abort();
    }
    bb_store_unref(fresh);
}

/* 0, or what the write gave: one that OVERRIDES depends on fails when OVERRIDES cannot be expanded. */
static int write_line(struct bb_store *d, bb_str line)
{
    size_t eq = bb_str_chr(line, '=', 0);
    struct bb_how how = {.parsing = line.len % 2};

    if (eq == BB_NPOS || eq == 0)
        return 0;
    return bb_store_set(d, bb_sym_get(bb_str_sub(line, 0, eq)), bb_val_s(bb_str_from(line, eq + 1)), &how);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bb_diag_sink sink = {drop};
    static struct bb_ctx ctx;
    bb_str rest = bb_str_n((const char *)data, size), line, out;
    BB_CLEAN_BUF struct bb_buf env = BB_BUF_INIT;

    if (size > 4096)
        return 0;
    if (!ctx.diag)
        bb_ctx_init(&ctx);
    ctx.diag = &sink;
    struct bb_store *d = bb_store_new(&ctx, NULL);
    if (bb_str_split(&rest, '\n', &line))
        bb_store_setz(d, "OVERRIDES", line);
    for (size_t i = 0; bb_str_split(&rest, '\n', &line); i++) {
        if (write_line(d, line) < 0) /* ends a parse: nothing is promised of values after it */
            goto out;
        if (i % 2)
            read_all(d);
        bb_store_expand(d, line, NULL, &out);
    }
    check_all(d);
    bb_store_expand_keys(d);
    check_all(d);
    bb_emit_env(&env, d, true, true);
out:
    bb_store_unref(d);
    return 0;
}
