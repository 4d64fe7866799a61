/* SPDX-License-Identifier: MIT */
#include "query/sigs.h"

#include "sig/sigcompare.h"

static void add_lines(struct bb_strvec *lines, struct bb_buf *out)
{
    bb_vec_each(lines, l)
        bb_buf_addf(out, "%.*s\n", BB_STRF(*l));
    bb_vec_release(lines);
}

int bb_sigs_dump(struct bb_ctx *ctx, const char *path, struct bb_buf *out)
{
    struct bb_arena a;
    struct bb_sigdata s;
    struct bb_strvec lines = {0};
    bb_arena_init(&a);
    int r = bb_sigdata_read(ctx, path, &a, &s);
    if (r == 0)
        bb_sigcompare_dump(&s, &a, &lines);
    add_lines(&lines, out);
    bb_arena_release(&a);
    return r;
}

int bb_sigs_diff(struct bb_ctx *ctx, const char *from, const char *to, bool colour, struct bb_buf *out)
{
    struct bb_arena a;
    struct bb_sigdata x, y;
    struct bb_strvec lines = {0};
    bb_arena_init(&a);
    int r = bb_sigdata_read(ctx, from, &a, &x);
    if (r == 0)
        r = bb_sigdata_read(ctx, to, &a, &y);
    if (r == 0)
        bb_sigcompare_diff(&x, &y, &(struct bb_sigcompare_opts){.colour = colour}, &a, &lines);
    add_lines(&lines, out);
    bb_arena_release(&a);
    return r;
}
