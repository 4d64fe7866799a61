/* SPDX-License-Identifier: MIT */
#include "reuse/start.h"

#include "support/damage.h"

enum { LATER = 1 }; /* seconds: what is there now was changed long ago then */

static struct bb_arena arena;
static struct bb_start start;
static char *dir;
static size_t entries;

static bb_str at(const char *name)
{
    return bb_arena_fmt(&arena, "%s/%s", dir, name);
}

static void put(const char *name, const char *text)
{
    ck_assert_int_eq(bb_fs_mkdirs_for(at(name).p), 0);
    ck_assert_int_eq(bb_fs_write(at(name).p, bb_str_z(text), 0), 0);
}

static void setup(void)
{
    struct bb_stat st;
    dir = unit_tmpdir();
    bb_arena_init(&arena);
    put("folder/f", "1");
    put("seen", "1");
    ck_assert_int_eq(bb_fs_stat(at("folder").p, &st), 0);
    bb_start_init(&start, &arena, st.mtime_ns + LATER * 1000000000LL);
    bb_start_saw(&start, &(struct bb_seenfile){at("seen"), bb_filestate_ask(at("seen").p, BB_FILE_SAME)});
    bb_start_touched(&start, at("folder"), true);
    bb_start_touched(&start, at("folder/f"), false);
    bb_start_touched(&start, at("none/f"), false);
}

static void teardown(void)
{
    bb_start_release(&start);
    bb_arena_release(&arena);
    unit_rmdir(dir);
}

static void save(void)
{
    ck_assert_int_eq(bb_start_save(&start, "cache/start", BB_STR("given\n"), 7), 0);
}

static bool holds(void)
{
    return bb_start_holds("cache/start", BB_STR("given\n"), &entries);
}

static bool useless(void)
{
    return !holds();
}

START_TEST(nothing_changed)
{
    ck_assert(!holds());
    save();
    ck_assert(holds());
    ck_assert_uint_eq(entries, 7);
}
END_TEST

START_TEST(given_something_else)
{
    save();
    ck_assert(!bb_start_holds("cache/start", BB_STR("given\nmore\n"), &entries));
    ck_assert(!bb_start_holds("cache/start", BB_STR(""), &entries));
    ck_assert_uint_eq(entries, 0);
}
END_TEST

START_TEST(seen_file_changed)
{
    save();
    put("seen", "22");
    ck_assert(!holds());
}
END_TEST

START_TEST(file_in_listed_folder)
{
    save();
    put("folder/g", "");
    ck_assert(!holds());
}
END_TEST

START_TEST(opened_file_changed)
{
    save();
    FILE *f = fopen("folder/f", "a"); /* the folder stays as it was */
    fputs("more", f);
    fclose(f);
    ck_assert(!holds());
}
END_TEST

START_TEST(missing_file_came)
{
    save();
    put("none/other", "");
    ck_assert(holds());
    put("none/f", "");
    ck_assert(!holds());
}
END_TEST

/* Of a folder that was only looked at it matters that it is there. */
START_TEST(folder_looked_at)
{
    bb_start_touched(&start, at("folder2"), false);
    bb_start_touched(&start, bb_str_z(dir), false);
    save();
    put("new", "");
    ck_assert(holds());
    ck_assert_int_eq(bb_fs_mkdirs(at("folder2").p), 0);
    ck_assert(!holds());
}
END_TEST

START_TEST(made_up_files_do_not_matter)
{
    bb_start_touched(&start, BB_STR("/proc/self/status"), false);
    bb_start_touched(&start, BB_STR("/dev/null"), false);
    save();
    ck_assert(holds());
}
END_TEST

START_TEST(unsure)
{
    struct bb_stat st;
    bb_start_touched(&start, BB_STR("relative"), false);
    bb_start_touched(&start, at("seen"), false);
    ck_assert(start.unsure);
    save();
    ck_assert(!bb_fs_exists("cache/start"));
    bb_start_release(&start);
    ck_assert_int_eq(bb_fs_stat(at("folder").p, &st), 0);
    bb_start_init(&start, &arena, st.mtime_ns + 1000);
    bb_start_touched(&start, at("folder"), true); /* changed just now, and may change again within one tick */
    ck_assert(start.unsure);
}
END_TEST

START_TEST(damaged)
{
    save();
    damage_each("cache/start", useless);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {nothing_changed,
                                  given_something_else,
                                  seen_file_changed,
                                  file_in_listed_folder,
                                  opened_file_changed,
                                  missing_file_came,
                                  folder_looked_at,
                                  made_up_files_do_not_matter,
                                  unsure,
                                  damaged};
    return unit_run("start", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
