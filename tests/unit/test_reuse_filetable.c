/* SPDX-License-Identifier: MIT */
#include "reuse/filetable.h"
#include "support/unit.h"

static struct bb_arena arena;
static struct bb_filetable table;
static char *dir;

static void setup(void)
{
    dir = unit_tmpdir();
    bb_arena_init(&arena);
    bb_filetable_init(&table, &arena);
}

static void teardown(void)
{
    bb_filetable_release(&table);
    bb_arena_release(&arena);
    unit_rmdir(dir);
}

static bb_str at(const char *name)
{
    return bb_arena_fmt(&arena, "%s/%s", dir, name);
}

static void put(const char *name, const char *text)
{
    ck_assert_int_eq(bb_fs_mkdirs_for(at(name).p), 0);
    ck_assert_int_eq(bb_fs_write(at(name).p, bb_str_z(text), 0), 0);
}

static uint32_t add(const char *name, enum bb_filestate_kind kind)
{
    struct bb_filestate state = {.kind = BB_FILE_ABSENT};
    if (kind != BB_FILE_ABSENT)
        state = bb_filestate_ask(at(name).p, kind);
    return bb_filetable_add(&table, &(struct bb_seenfile){at(name), state});
}

START_TEST(each_state_once)
{
    put("f", "1");
    uint32_t absent = add("f", BB_FILE_ABSENT), present = add("f", BB_FILE_PRESENT);
    uint32_t first = add("f", BB_FILE_SAME);
    ck_assert_uint_eq(add("f", BB_FILE_SAME), first);
    ck_assert_uint_eq(add("f", BB_FILE_ABSENT), absent);
    ck_assert_uint_eq(add("f", BB_FILE_PRESENT), present);
    put("f", "22");
    uint32_t second = add("f", BB_FILE_SAME);
    ck_assert_uint_eq(table.rows.n, 4);
    ck_assert(!bb_filetable_holds(&table, absent));
    ck_assert(bb_filetable_holds(&table, present));
    ck_assert(!bb_filetable_holds(&table, first));
    ck_assert(bb_filetable_holds(&table, second));
}
END_TEST

START_TEST(asked_once)
{
    uint32_t row = add("f", BB_FILE_ABSENT);
    ck_assert(bb_filetable_holds(&table, row));
    put("f", "1");
    ck_assert(bb_filetable_holds(&table, row));
}
END_TEST

START_TEST(below_missing_folders)
{
    put("there/f", "");
    uint32_t gone = add("gone/a/b", BB_FILE_ABSENT), too = add("gone/a/c", BB_FILE_PRESENT);
    uint32_t none = add("there/none", BB_FILE_ABSENT), some = add("there/f", BB_FILE_PRESENT);
    ck_assert(bb_filetable_holds(&table, gone));
    ck_assert(bb_filetable_holds(&table, too)); /* absent, as it was when it was asked */
    ck_assert(bb_filetable_holds(&table, none));
    ck_assert(bb_filetable_holds(&table, some));
}
END_TEST

START_TEST(binary_form)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_filetable got;
    put("f", "1");
    add("f", BB_FILE_SAME);
    add("none", BB_FILE_ABSENT);
    bb_filetable_put(&out, &table);
    struct bb_pack_in in = bb_pack_in(bb_buf_str(&out));
    bb_filetable_init(&got, &arena);
    bb_filetable_take(&in, &got);
    ck_assert(bb_pack_done(&in));
    ck_assert_uint_eq(got.rows.n, 2);
    ck_assert(bb_str_eq(got.rows.p[1].path, at("none")));
    ck_assert(bb_filetable_holds(&got, 0));
    /* Rows that are added now find those that were there. */
    ck_assert_uint_eq(bb_filetable_add(&got, &table.rows.p[1]), 1);
    ck_assert_uint_eq(bb_filetable_add(&got, &(struct bb_seenfile){at("g"), {.kind = BB_FILE_ABSENT}}), 2);
    ck_assert(bb_filetable_holds(&got, 2));
    bb_filetable_release(&got);
    for (size_t cut = 0; cut < out.len; cut++) {
        bb_filetable_init(&got, &arena);
        in = bb_pack_in(bb_str_n(out.p, cut));
        bb_filetable_take(&in, &got);
        ck_assert(in.bad);
        bb_filetable_release(&got);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {each_state_once, asked_once, below_missing_folders, binary_form};
    return unit_run("filetable", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
