/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/held.h"

static struct bb_ctx ctx;
static struct bb_diag_collect seen;
static struct bb_held *held;

static void begin(void)
{
    bb_ctx_init(&ctx);
    bb_diag_collect_init(&seen);
    ctx.diag = &seen.sink;
    held = bb_held_begin(&ctx);
}

static void end(void)
{
    bb_held_free(held);
    bb_diag_collect_release(&seen);
    bb_ctx_release(&ctx);
}

START_TEST(what_nobody_wants_to_know_is_no_error)
{
    begin();
    bb_error(&ctx, "a");
    bb_warn(&ctx, "w");
    bb_held_end(&ctx, held);
    ck_assert_str_eq(seen.text.p, "WARNING: w\n");
    ck_assert_uint_eq(ctx.errors, 0);
    ck_assert_uint_eq(ctx.warnings, 1);
    ck_assert_uint_eq(ctx.said, 1);
    end();
}
END_TEST

START_TEST(later_it_is_shown_with_its_notes)
{
    begin();
    uint32_t src = bb_source_id(BB_STR("a.bb"));
    bb_diag_push(&ctx, (struct bb_loc){src, 3, 0, 0}, "inherited from here");
    bb_error(&ctx, "a%d", 1);
    bb_diag_pop(&ctx);
    bb_error(&ctx, "b");
    ck_assert(bb_str_eqz(bb_held_first(held)->text, "a1"));
    bb_held_end(&ctx, held);
    bb_held_report(&ctx, held);
    bb_held_report(&ctx, held);
    ck_assert_str_eq(seen.text.p, "ERROR: a1\na.bb:3: note: inherited from here\nERROR: b\n");
    ck_assert_uint_eq(ctx.errors, 2);
    ck_assert_ptr_null(bb_held_first(held));
    end();
}
END_TEST

UNIT_MAIN("held", what_nobody_wants_to_know_is_no_error, later_it_is_shown_with_its_notes)
