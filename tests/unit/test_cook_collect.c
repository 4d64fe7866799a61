/* SPDX-License-Identifier: MIT */
#include "cook/collect.h"
#include "cook_support.h"

static struct cook_world w;
static struct bb_store *d;
static struct bb_layers layers;
static struct bb_collection files;

static void set(const char *name, const char *value)
{
    ck_assert_int_eq(bb_store_setz(d, name, bb_str_z(value)), 0);
}

static void setup(void)
{
    static const char *const paths[] = {
        "low/b_1.bb",       "low/a_1.bb",  "low/sub/c_1.bb",    "low/CVS/x_1.bb", "low/a.txt",
        "low/a_1.bbappend", "high/h_1.bb", "high/a_%.bbappend", "high/h_2.bb~",   "high/unused.bbappend"};
    cook_init(&w);
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        cook_write(paths[i], "");
    d = bb_store_new(&w.ctx, NULL);
    set("BBFILE_COLLECTIONS", "low high");
    set("BBFILE_PATTERN_low", bb_arena_fmt(&w.ctx.arena, "^%s/low/", w.top).p);
    set("BBFILE_PATTERN_high", bb_arena_fmt(&w.ctx.arena, "^%s/high/", w.top).p);
    set("BBFILE_PRIORITY_low", "1");
    set("BBFILE_PRIORITY_high", "9");
    set("BBFILES",
        bb_arena_fmt(&w.ctx.arena, "%s/high/*.bb %s/high/*.bbappend %s/low", w.top, w.top, w.top).p);
}

static void teardown(void)
{
    bb_collect_release(&files);
    bb_layers_release(&layers);
    bb_store_unref(d);
    cook_release(&w);
}

static int run(void)
{
    ck_assert_int_eq(bb_layers_load(&w.ctx, d, &layers), 0);
    return bb_collect(&w.ctx, d, &layers, &files);
}

static const char *name(bb_str path)
{
    return bb_arena_strz(&w.ctx.arena, bb_str_from(path, strlen(w.top) + 1));
}

/* Lowest priority first; a folder gives what is below it, in order of names, but for version control's folders. */
START_TEST(finds_recipes)
{
    bb_str order;
    ck_assert_int_eq(run(), 0);
    ck_assert_uint_eq(files.nfiles, 4);
    ck_assert_str_eq(name(files.files[0]), "low/a_1.bb");
    ck_assert_str_eq(name(files.files[1]), "low/b_1.bb");
    ck_assert_str_eq(name(files.files[2]), "low/sub/c_1.bb");
    ck_assert_str_eq(name(files.files[3]), "high/h_1.bb");
    ck_assert_int_eq(bb_store_str(d, BB_SYM("BBFILES_PRIORITIZED"), &order), 0);
    ck_assert(bb_str_starts(order, bb_arena_fmt(&w.ctx.arena, "%s/low ", w.top)));
    ck_assert_uint_ge(files.ndirs, 3);
}
END_TEST

START_TEST(finds_appends)
{
    struct bb_strvec v = {0};
    ck_assert_int_eq(run(), 0);
    ck_assert_uint_eq(files.nappends, 3);
    bb_collect_appends(&files, files.files[0], &v);
    ck_assert_uint_eq(v.n, 2);
    ck_assert_str_eq(name(v.p[0]), "low/a_1.bbappend");
    ck_assert_str_eq(name(v.p[1]), "high/a_%.bbappend");
    v.n = 0;
    bb_collect_appends(&files, files.files[1], &v);
    ck_assert_uint_eq(v.n, 0);
    bb_vec_release(&v);
}
END_TEST

START_TEST(matches_versions)
{
    struct bb_append any = {.base = BB_STR("a_1.%.bb")};
    ck_assert(bb_collect_append_matches(&any, BB_STR("a_1.2.bb")));
    ck_assert(bb_collect_append_matches(&any, BB_STR("a_1.%.bb")));
    ck_assert(!bb_collect_append_matches(&any, BB_STR("a_2.1.bb")));
    ck_assert(!bb_collect_append_matches(&any, BB_STR("aa_1.2.bb")));
}
END_TEST

START_TEST(masks)
{
    set("BBMASK", "/sub/ |unused ( ");
    ck_assert_int_eq(run(), 0);
    ck_assert_uint_eq(files.nfiles, 3);
    ck_assert_uint_eq(files.nappends, 2);
    ck_assert_uint_eq(files.masked, 2);
    ck_assert(cook_said(&w, "beginning with '|', fixing: |unused"));
    ck_assert(cook_said(&w, "invalid regular expression, ignoring: ("));
}
END_TEST

START_TEST(wants_recipes)
{
    set("BBFILES", "");
    ck_assert_int_eq(run(), -BB_EREPORTED);
    ck_assert(cook_said(&w, "no recipe files to build, check your BBPATH and BBFILES?"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {finds_recipes, finds_appends, matches_versions, masks, wants_recipes};
    return unit_run("collect", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
