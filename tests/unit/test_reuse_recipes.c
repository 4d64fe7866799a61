/* SPDX-License-Identifier: MIT */
#include "reuse/recipes.h"

#include "support/damage.h"

static struct bb_ctx ctx;
static struct bb_recipes cache;
static char *dir;
static struct bb_confvar vars[] = {{.name = BB_STR(""), .always = true}, {.name = BB_STR("READ"), .hash = 1}};
static struct bb_confhash conf = {.vars = vars, .n = 2};

static void set_hex(struct bb_confhash *c, char digit)
{
    memset(c->hex, digit, sizeof(c->hex) - 1);
}

static void setup(void)
{
    bb_ctx_init(&ctx);
    dir = unit_tmpdir();
    bb_recipes_init(&cache);
    set_hex(&conf, 'a');
}

static void teardown(void)
{
    bb_recipes_release(&cache);
    bb_ctx_release(&ctx);
    unit_rmdir(dir);
}

static bb_str at(const char *name)
{
    return bb_arena_fmt(&ctx.arena, "%s/%s", dir, name);
}

static void put(const char *name, const char *text)
{
    ck_assert_int_eq(bb_fs_write(at(name).p, bb_str_z(text), 0), 0);
}

static uint32_t file(const char *name, enum bb_filestate_kind kind)
{
    return bb_filetable_add(&cache.files,
                            &(struct bb_seenfile){at(name), bb_filestate_ask(at(name).p, kind)});
}

/* A cache with a.bb, which an append changes and which looked for a file in vain; b.bb, which listed all variables; and
 * one that may not be kept. READ was read. */
static void save(void)
{
    static const char *const names[] = {"a.bb", "a.bbappend", "b.bb", "c.bb"};
    for (size_t i = 0; i < 4; i++)
        put(names[i], "");
    uint32_t unused = file("unused", BB_FILE_SAME);
    uint32_t a_files[] = {file("a.bb", BB_FILE_SAME), file("a.bbappend", BB_FILE_SAME),
                          file("no.inc", BB_FILE_SAME)};
    uint32_t b_files[] = {file("b.bb", BB_FILE_SAME)}, c_files[] = {file("c.bb", BB_FILE_SAME)};
    ck_assert_uint_eq(unused, 0);
    bb_str appends[] = {at("a.bbappend")};
    struct bb_recipes_entry a = {.file = at("a.bb"),
                                 .mc = BB_STR(""),
                                 .keep = true,
                                 .appends = appends,
                                 .nappends = 1,
                                 .nvariants = 2,
                                 .summaries = BB_STR("of\0a"),
                                 .files = a_files,
                                 .nfiles = 3};
    struct bb_recipes_entry b = {.file = at("b.bb"),
                                 .mc = BB_STR("other"),
                                 .keep = true,
                                 .listed = true,
                                 .summaries = BB_STR("of b"),
                                 .files = b_files,
                                 .nfiles = 1};
    struct bb_recipes_entry c = {
        .file = at("c.bb"), .mc = BB_STR(""), .summaries = BB_STR("of c"), .files = c_files, .nfiles = 1};
    const struct bb_recipes_entry *all[] = {&a, &b, &c};
    bb_reads_add(&cache.reads, BB_STR("READ"));
    ck_assert_int_eq(bb_recipes_save(&cache, "cache", &conf, all, 3), 0);
}

static void load(const struct bb_confhash *c)
{
    bb_recipes_release(&cache);
    bb_recipes_init(&cache);
    bb_recipes_load(&cache, &ctx, "cache", c);
}

static const struct bb_recipes_entry *find_a(void)
{
    bb_str appends[] = {at("a.bbappend")};
    return bb_recipes_find(&cache, BB_STR(""), at("a.bb"), appends, 1);
}

static const struct bb_recipes_entry *find_b(void)
{
    return bb_recipes_find(&cache, BB_STR("other"), at("b.bb"), NULL, 0);
}

START_TEST(comes_back)
{
    save();
    load(&conf);
    ck_assert_uint_eq(cache.n, 2);
    ck_assert_uint_eq(cache.files.rows.n, 4); /* what nothing needs is gone */
    ck_assert(!cache.carried);
    ck_assert(bb_reads_has(&cache.reads, BB_STR("READ")));
    const struct bb_recipes_entry *a = find_a(), *b = find_b();
    ck_assert(a && b);
    ck_assert(bb_str_eq(a->summaries, BB_STR("of\0a")));
    ck_assert_uint_eq(a->nvariants, 2);
    ck_assert(a->keep && !a->listed && b->listed);
    ck_assert_uint_eq(a->nfiles, 3);
    ck_assert(bb_str_eq(cache.files.rows.p[b->files[0]].path, at("b.bb")));
    ck_assert_ptr_null(
        bb_recipes_find(&cache, BB_STR(""), at("b.bb"), NULL, 0)); /* of another configuration */
    ck_assert_ptr_null(bb_recipes_find(&cache, BB_STR(""), at("c.bb"), NULL, 0));
}
END_TEST

START_TEST(files_change)
{
    save();
    load(&conf);
    put("a.bb", "changed");
    ck_assert_ptr_null(find_a());
    ck_assert_ptr_nonnull(find_b());
}
END_TEST

START_TEST(files_come)
{
    save();
    load(&conf);
    put("no.inc", "");
    ck_assert_ptr_null(find_a());
}
END_TEST

START_TEST(appends_come_and_go)
{
    bb_str two[] = {at("a.bbappend"), at("a_%.bbappend")};
    save();
    load(&conf);
    ck_assert_ptr_null(bb_recipes_find(&cache, BB_STR(""), at("a.bb"), NULL, 0));
    ck_assert_ptr_null(bb_recipes_find(&cache, BB_STR(""), at("a.bb"), two, 2));
    ck_assert_ptr_null(bb_recipes_find(&cache, BB_STR(""), at("a.bb"), two + 1, 1));
    ck_assert_ptr_nonnull(bb_recipes_find(&cache, BB_STR(""), at("a.bb"), two, 1));
}
END_TEST

START_TEST(another_configuration)
{
    struct bb_confvar more[] = {vars[0], vars[1], {.name = BB_STR("UNREAD"), .hash = 1}};
    struct bb_confhash other = {.vars = more, .n = 3};
    set_hex(&other, 'b');
    save();
    load(&other);
    ck_assert(cache.carried);
    ck_assert_ptr_nonnull(find_a());
    ck_assert_ptr_null(find_b()); /* it listed all variables */
    more[1].hash = 2;
    load(&other);
    ck_assert_uint_eq(cache.n, 0);
    ck_assert_ptr_null(find_a());
}
END_TEST

static bool useless(void)
{
    load(&conf);
    return !find_a() && !find_b() && !cache.n && !cache.files.rows.n;
}

START_TEST(damaged)
{
    save();
    damage_each("cache", useless);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {comes_back,          files_change,          files_come,
                                  appends_come_and_go, another_configuration, damaged};
    return unit_run("recipes", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
