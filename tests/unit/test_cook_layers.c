/* SPDX-License-Identifier: MIT */
#include "cook/layers.h"
#include "support/unit.h"

static struct bb_ctx ctx;
static struct bb_buf said;
static struct bb_store *d;
static struct bb_layers layers;

static void collect(struct bb_diag_sink *self, struct bb_ctx *c, const struct bb_diag *diag)
{
    bb_buf_addf(&said, "%.*s\n", BB_STRF(diag->text));
}
static struct bb_diag_sink sink = {collect};

static void set(const char *name, const char *value)
{
    ck_assert_int_eq(bb_store_setz(d, name, bb_str_z(value)), 0);
}

static int load(void)
{
    return bb_layers_load(&ctx, d, &layers);
}

static void setup(void)
{
    bb_ctx_init(&ctx);
    bb_buf_init(&said);
    ctx.diag = &sink;
    d = bb_store_new(&ctx, NULL);
    set("BBFILE_COLLECTIONS", "base outer inner");
    set("BBFILE_PATTERN_base", "^/base/");
    set("BBFILE_PATTERN_outer", "^/outer/");
    set("BBFILE_PATTERN_inner", "^/outer/inner/");
    set("BBFILE_PRIORITY_base", "5");
}

static void teardown(void)
{
    bb_layers_release(&layers);
    bb_store_unref(d);
    bb_buf_release(&said);
    bb_ctx_release(&ctx);
}

static const struct bb_layer *layer_of(const char *path)
{
    return bb_layers_of(&layers, bb_str_z(path));
}

/* The inner of two nested layers has its own files. */
START_TEST(finds_the_layer_of_a_file)
{
    ck_assert_int_eq(load(), 0);
    ck_str(layer_of("/outer/x.bb")->name, "outer");
    ck_str(layer_of("/outer/inner/x.bb")->name, "inner");
    ck_assert_ptr_null(layer_of("/other/base/x.bb"));
}
END_TEST

/* Without BBFILE_PRIORITY: one more than the highest of what the layer depends on. */
START_TEST(computes_priorities)
{
    set("LAYERDEPENDS_outer", "base");
    set("LAYERRECOMMENDS_inner", "outer absent");
    ck_assert_int_eq(load(), 0);
    ck_assert_int_eq(layer_of("/base/x.bb")->priority, 5);
    ck_assert_int_eq(layer_of("/outer/x.bb")->priority, 6);
    ck_assert_int_eq(layer_of("/outer/inner/x.bb")->priority, 7);
}
END_TEST

START_TEST(ends_at_circles)
{
    set("LAYERDEPENDS_outer", "inner");
    set("LAYERDEPENDS_inner", "outer");
    ck_assert_int_eq(load(), 0);
    ck_assert_int_gt(layer_of("/outer/x.bb")->priority, 5);
}
END_TEST

/* Every fault is told, not only the first. */
START_TEST(tells_all_faults)
{
    set("LAYERDEPENDS_outer", "absent base (>= 3)");
    set("LAYERVERSION_base", "2");
    set("BBFILE_PATTERN_inner", "^/outer/(");
    set("BBFILE_PRIORITY_base", "high");
    ck_assert_int_eq(load(), -BB_EREPORTED);
    ck_assert_ptr_nonnull(strstr(said.p, "'outer' depends on layer 'absent', but this layer is not enabled"));
    ck_assert_ptr_nonnull(strstr(said.p, "depends on version >= 3 of layer 'base', but version 2"));
    ck_assert_ptr_nonnull(
        strstr(said.p, "BBFILE_PATTERN_inner \"^/outer/(\" is not a valid regular expression"));
    ck_assert_ptr_nonnull(strstr(said.p, "invalid value for BBFILE_PRIORITY_base: \"high\""));
}
END_TEST

START_TEST(wants_a_pattern)
{
    set("BBFILE_COLLECTIONS", "base bare");
    ck_assert_int_eq(load(), -BB_EREPORTED);
    ck_assert_ptr_nonnull(strstr(said.p, "BBFILE_PATTERN_bare not defined"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {finds_the_layer_of_a_file, computes_priorities, ends_at_circles,
                                  tells_all_faults, wants_a_pattern};
    return unit_run("layers", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
