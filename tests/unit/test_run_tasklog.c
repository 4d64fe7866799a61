/* SPDX-License-Identifier: MIT */
#include "os/fs.h"
#include "run/tasklog.h"
#include "support/unit.h"

static const char *format(const char *fmt, const char *task, const char *func)
{
    static struct bb_buf out = BB_BUF_INIT;
    struct bb_tasklog_names n = {bb_str_z(task), bb_str_z(func), 7};
    bb_buf_clear(&out);
    bb_tasklog_format(bb_str_z(fmt), &n, &out);
    return out.p;
}

START_TEST(names)
{
    ck_assert_str_eq(format("log.{task}.{pid}", "do_x", "do_x"), "log.do_x.7");
    ck_assert_str_eq(format("run.{func}.{pid}", "do_x", "f"), "run.f.7");
    ck_assert_str_eq(format("{taskfunc}", "do_x", "f"), "do_x.f");
    ck_assert_str_eq(format("{taskfunc}{x}{", "do_x", "do_x"), "do_x{x}{");
}
END_TEST

START_TEST(files)
{
    char *dir = unit_tmpdir();
    struct bb_tasklog log = BB_TASKLOG_INIT, empty = BB_TASKLOG_INIT;
    struct bb_tasklog_names n = {BB_STR("do_x"), BB_STR("do_x"), 7};
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, link = BB_BUF_INIT;
    ck_assert_int_eq(bb_tasklog_open(&log, BB_STR("temp"), BB_STR("log.do_x.7"), &n), 0);
    ck_assert_str_eq(log.path, "temp/log.do_x.7");
    bb_fs_write_all(log.fd, BB_STR("one\ntwo\n"));
    bb_tasklog_close(&log);
    ck_assert_int_eq(bb_fs_read("temp/log.do_x", &text), 0);
    ck_assert_str_eq(text.p, "one\ntwo\n");
    bb_fs_readlink("temp/log.do_x", &link);
    ck_assert_str_eq(link.p, "log.do_x.7");
    bb_buf_clear(&text);
    ck_assert_int_eq(bb_tasklog_tail("temp/log.do_x.7", 0, &text), 0);
    ck_assert_str_eq(text.p, "| one\n| two\n");
    /* One that stays empty goes, with its link; the order is kept. */
    n.task = BB_STR("do_y");
    ck_assert_int_eq(bb_tasklog_open(&empty, BB_STR("temp"), BB_STR("log.do_y.7"), &n), 0);
    ck_assert(bb_fs_exists("temp/log.do_y"));
    bb_tasklog_close(&empty);
    ck_assert(!bb_fs_exists("temp/log.do_y") && !bb_fs_exists("temp/log.do_y.7"));
    bb_buf_clear(&text);
    bb_fs_read("temp/log.task_order", &text);
    ck_assert_ptr_nonnull(strstr(text.p, " do_x (7): log.do_x.7\n"));
    ck_assert_ptr_nonnull(strstr(text.p, " do_y (7): log.do_y.7\n"));
    unit_rmdir(dir);
}
END_TEST

START_TEST(long_tail)
{
    char *dir = unit_tmpdir();
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, tail = BB_BUF_INIT;
    for (int i = 0; i < 5000; i++)
        bb_buf_addf(&text, "line %d\r\n", i);
    bb_fs_write("log", bb_buf_str(&text), 0);
    ck_assert_int_eq(bb_tasklog_tail("log", 0, &tail), 0);
    ck_assert(bb_str_starts(bb_buf_str(&tail), BB_STR("| line 4900\n| line 4901\n")));
    ck_assert(bb_str_ends(bb_buf_str(&tail), BB_STR("\n| line 4999\n")));
    ck_assert_int_lt(bb_tasklog_tail("nosuch", 0, &tail), 0);
    unit_rmdir(dir);
}
END_TEST

UNIT_MAIN("tasklog", names, files, long_tail)
