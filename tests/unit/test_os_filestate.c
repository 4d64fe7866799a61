/* SPDX-License-Identifier: MIT */
#include "os/filestate.h"
#include "support/unit.h"

#include <sys/stat.h>

static char *dir;

static void setup(void)
{
    dir = unit_tmpdir();
}

static void teardown(void)
{
    unit_rmdir(dir);
}

static void put(const char *path, const char *text)
{
    ck_assert_int_eq(bb_fs_write(path, bb_str_z(text), 0), 0);
}

START_TEST(file)
{
    put("f", "1");
    struct bb_filestate was = bb_filestate_ask("f", BB_FILE_SAME);
    struct bb_stat st;
    ck_assert_int_eq(was.kind, BB_FILE_SAME);
    ck_assert_uint_eq(was.size, 1);
    ck_assert(bb_filestate_holds(&was, "f"));
    ck_assert_int_eq(bb_fs_stat("f", &st), 0);
    struct bb_filestate of = bb_filestate_of(&st);
    ck_assert(bb_filestate_eq(&of, &was));
    put("f", "22");
    ck_assert(!bb_filestate_holds(&was, "f")); /* another file of that name */
    ck_assert_int_eq(bb_fs_unlink("f"), 0);
    ck_assert(!bb_filestate_holds(&was, "f"));
}
END_TEST

/* Written in place with as many bytes, and given its time again. */
START_TEST(old_time_again)
{
    put("f", "1");
    struct bb_filestate was = bb_filestate_ask("f", BB_FILE_SAME);
    for (int i = 0; i < 1000 && bb_filestate_holds(&was, "f"); i++) { /* a clock may tick slowly */
        usleep(10000);
        FILE *f = fopen("f", "r+");
        fputc('2', f);
        fclose(f);
        ck_assert_int_eq(bb_fs_set_mtime("f", was.mtime_ns), 0);
    }
    struct bb_filestate is = bb_filestate_ask("f", BB_FILE_SAME);
    ck_assert(is.mtime_ns == was.mtime_ns && is.size == was.size && is.inode == was.inode);
    ck_assert(!bb_filestate_holds(&was, "f"));
}
END_TEST

START_TEST(absent_and_present)
{
    struct bb_filestate absent = bb_filestate_ask("f", BB_FILE_SAME);
    ck_assert_int_eq(absent.kind, BB_FILE_ABSENT);
    ck_assert(bb_filestate_holds(&absent, "f"));
    put("f", "1");
    ck_assert(!bb_filestate_holds(&absent, "f"));
    struct bb_filestate present = bb_filestate_ask("f", BB_FILE_PRESENT);
    ck_assert_int_eq(present.kind, BB_FILE_PRESENT);
    put("f", "another");
    ck_assert(bb_filestate_holds(&present, "f"));
    bb_fs_unlink("f");
    ck_assert(!bb_filestate_holds(&present, "f"));
    ck_assert_int_eq(bb_filestate_ask("f", BB_FILE_PRESENT).kind, BB_FILE_ABSENT);
    ck_assert_int_eq(bb_fs_symlink("nowhere", "f"), 0);
    ck_assert(bb_filestate_holds(&absent, "f"));
}
END_TEST

START_TEST(folder)
{
    struct bb_stat st;
    ck_assert_int_eq(bb_fs_mkdirs("d"), 0);
    ck_assert_int_eq(bb_fs_set_mtime("d", 1000000000), 0);
    struct bb_filestate was = bb_filestate_ask("d", BB_FILE_LISTED);
    ck_assert_int_eq(was.kind, BB_FILE_LISTED);
    ck_assert(bb_filestate_holds(&was, "d"));
    ck_assert_int_eq(bb_fs_stat("d", &st), 0);
    ck_assert_int_eq(bb_filestate_of(&st).kind, BB_FILE_LISTED);
    put("d/f", "");
    ck_assert(!bb_filestate_holds(&was, "d"));
}
END_TEST

START_TEST(binary_form)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    put("f", "123");
    for (int kind = BB_FILE_PRESENT; kind <= BB_FILE_LISTED; kind++) {
        struct bb_seenfile f = {BB_STR("/some/f"), bb_filestate_ask("f", (enum bb_filestate_kind)kind)};
        bb_filestate_put(&out, &f);
    }
    bb_filestate_put(&out, &(struct bb_seenfile){BB_STR("/none"), {.kind = BB_FILE_ABSENT}});
    struct bb_pack_in in = bb_pack_in(bb_buf_str(&out));
    for (int kind = BB_FILE_PRESENT; kind <= BB_FILE_LISTED; kind++) {
        struct bb_seenfile f = bb_filestate_take(&in);
        ck_str(f.path, "/some/f");
        ck_assert_int_eq(f.state.kind, kind);
        ck_assert(bb_filestate_holds(&f.state, "f"));
    }
    ck_assert_int_eq(bb_filestate_take(&in).state.kind, BB_FILE_ABSENT);
    ck_assert(bb_pack_done(&in));
    for (size_t cut = 0; cut < out.len; cut++) {
        in = bb_pack_in(bb_str_n(out.p, cut));
        for (int i = 0; i < 4; i++)
            bb_filestate_take(&in);
        ck_assert(in.bad);
    }
    in = bb_pack_in(BB_STR("\3/f\0\4"));
    bb_filestate_take(&in);
    ck_assert(in.bad); /* no such kind */
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {file, old_time_again, absent_and_present, folder, binary_form};
    return unit_run("filestate", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
