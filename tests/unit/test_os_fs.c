/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "os/fs.h"

static char *dir;

static void setup(void)
{
    dir = unit_tmpdir();
}

static void teardown(void)
{
    unit_rmdir(dir);
}

static void check_content(const char *path, const char *expected)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    ck_assert_int_eq(bb_fs_read(path, &b), 0);
    ck_assert_str_eq(b.p, expected);
}

static size_t count_names(const char *path)
{
    struct bb_arena a = {0};
    struct bb_strvec names = {0};
    ck_assert_int_eq(bb_fs_list(&a, path, &names), 0);
    size_t n = names.n;
    bb_vec_release(&names);
    bb_arena_release(&a);
    return n;
}

START_TEST(writes_and_reads)
{
    struct bb_stat st;
    ck_assert_int_eq(bb_fs_write("f", BB_STR("one"), BB_FS_SYNC), 0);
    check_content("f", "one");
    ck_assert_int_eq(bb_fs_write("f", BB_STR(""), BB_FS_EXEC), 0);
    check_content("f", "");
    ck_assert_int_eq(bb_fs_stat("f", &st), 0);
    ck_assert_uint_eq(st.mode & 0100, 0100);
    ck_assert_int_eq(bb_fs_write("p", BB_STR("x"), BB_FS_PRIVATE), 0);
    ck_assert_int_eq(bb_fs_stat("p", &st), 0);
    ck_assert_uint_eq(st.mode, 0600);
    ck_assert_int_eq(bb_fs_write("no/such/f", BB_STR("x"), 0), -ENOENT);
    ck_assert_uint_eq(count_names("."), 2);
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    ck_assert_int_eq(bb_fs_read("absent", &b), -ENOENT);
    ck_assert_int_eq(bb_fs_read(".", &b), -EISDIR);
    ck_assert_int_eq(bb_fs_read("/proc/self/stat", &b), 0); /* has no size */
    ck_assert_uint_gt(b.len, 10);
}
END_TEST

START_TEST(keeps_equal_content)
{
    struct bb_stat a, b;
    ck_assert_int_eq(bb_fs_write("f", BB_STR("same"), BB_FS_KEEP), 0);
    ck_assert_int_eq(bb_fs_stat("f", &a), 0);
    ck_assert_int_eq(bb_fs_write("f", BB_STR("same"), BB_FS_KEEP), 0);
    ck_assert_int_eq(bb_fs_stat("f", &b), 0);
    ck_assert_uint_eq(a.ino, b.ino);
    ck_assert_int_eq(bb_fs_write("f", BB_STR("othr"), BB_FS_KEEP), 0);
    check_content("f", "othr");
}
END_TEST

/* The kernel cuts writes short at this limit and then refuses them. */
START_TEST(failed_write_leaves_the_old_file)
{
    struct rlimit lim = {1000, 1000};
    static char big[5000];
    memset(big, 'x', sizeof(big));
    ck_assert_int_eq(bb_fs_write("f", BB_STR("old"), 0), 0);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &lim);
    ck_assert_int_eq(bb_fs_write("f", bb_str_n(big, sizeof(big)), 0), -EFBIG);
    check_content("f", "old");
    ck_assert_uint_eq(count_names("."), 1);
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    ck_assert_int_eq(bb_fs_write_all(full, BB_STR("x")), -ENOSPC);
    close(full);
}
END_TEST

START_TEST(drafts)
{
    struct bb_fs_draft d = BB_FS_DRAFT_INIT;
    bb_fs_draft_release(&d);
    ck_assert_int_eq(bb_fs_draft_open(&d, "f", 0), 0);
    ck_assert_int_eq(bb_fs_write_all(d.fd, BB_STR("never seen")), 0);
    bb_fs_draft_release(&d);
    ck_assert_uint_eq(count_names("."), 0);
    ck_assert_int_eq(bb_fs_draft_open(&d, "f", 0), 0);
    ck_assert_int_eq(bb_fs_write_all(d.fd, BB_STR("seen")), 0);
    ck_assert(!bb_fs_exists("f"));
    ck_assert_int_eq(bb_fs_draft_commit(&d), 0);
    bb_fs_draft_release(&d);
    check_content("f", "seen");
    ck_assert_uint_eq(count_names("."), 1);
}
END_TEST

START_TEST(long_names)
{
    char name[256];
    memset(name, 'n', 255);
    name[255] = '\0';
    ck_assert_int_eq(bb_fs_write(name, BB_STR("x"), 0), 0);
    check_content(name, "x");
}
END_TEST

START_TEST(makes_folders)
{
    ck_assert_int_eq(bb_fs_mkdirs("a/b//c/"), 0);
    ck_assert_int_eq(bb_fs_mkdirs("a/b/c"), 0);
    ck_assert(bb_fs_is_dir("a/b/c"));
    ck_assert_int_eq(bb_fs_write("a/f", BB_STR(""), 0), 0);
    ck_assert_int_eq(bb_fs_mkdirs("a/f"), -EEXIST);
    ck_assert_int_eq(bb_fs_mkdirs("a/f/g"), -ENOTDIR);
    ck_assert_int_eq(bb_fs_mkdirs_for("x/y/z"), 0);
    ck_assert(bb_fs_is_dir("x/y") && !bb_fs_exists("x/y/z"));
    ck_assert_int_eq(bb_fs_mkdirs_for("plain"), 0);
}
END_TEST

START_TEST(removes_trees)
{
    ck_assert_int_eq(bb_fs_mkdirs("t/a/b"), 0);
    ck_assert_int_eq(bb_fs_mkdirs("outside"), 0);
    ck_assert_int_eq(bb_fs_write("outside/f", BB_STR("stays"), 0), 0);
    ck_assert_int_eq(bb_fs_write("t/a/b/f", BB_STR("x"), 0), 0);
    ck_assert_int_eq(bb_fs_symlink("../outside", "t/link"), 0);
    ck_assert_int_eq(chmod("t/a/b", 0500), 0);
    ck_assert_int_eq(bb_fs_remove("t"), 0);
    ck_assert(!bb_fs_exists("t"));
    check_content("outside/f", "stays");
    ck_assert_int_eq(bb_fs_remove("t"), 0);
    ck_assert_int_eq(bb_fs_remove("outside/f"), 0);
    ck_assert_int_eq(bb_fs_unlink("outside/f"), 0);
}
END_TEST

START_TEST(links)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    struct bb_stat st;
    ck_assert_int_eq(bb_fs_symlink("one", "l"), 0);
    ck_assert_int_eq(bb_fs_symlink("two", "l"), 0);
    ck_assert_int_eq(bb_fs_readlink("l", &b), 0);
    ck_assert_str_eq(b.p, "two");
    ck_assert_int_eq(bb_fs_lstat("l", &st), 0);
    ck_assert_int_eq(st.type, BB_F_LINK);
    ck_assert_int_eq(bb_fs_stat("l", &st), -ENOENT);
    ck_assert_int_eq(bb_fs_readlink("absent", &b), -ENOENT);
    ck_assert_uint_eq(count_names("."), 1);
    char target[1001];
    memset(target, 't', 1000);
    target[1000] = '\0';
    ck_assert_int_eq(bb_fs_symlink(target, "long"), 0);
    bb_buf_clear(&b);
    ck_assert_int_eq(bb_fs_readlink("long", &b), 0);
    ck_assert_str_eq(b.p, target);
}
END_TEST

START_TEST(times)
{
    struct bb_stat st;
    ck_assert_int_eq(bb_fs_touch("f"), 0);
    ck_assert_int_eq(bb_fs_set_mtime("f", 1234567890123456789), 0);
    ck_assert_int_eq(bb_fs_stat("f", &st), 0);
    ck_assert_int_eq(st.mtime_ns, 1234567890123456789);
    ck_assert_int_eq(bb_fs_touch("f"), 0);
    ck_assert_int_eq(bb_fs_stat("f", &st), 0);
    ck_assert_int_gt(st.mtime_ns, 1600000000000000000);
    ck_assert_int_eq(bb_fs_touch("."), 0);
}
END_TEST

START_TEST(copies)
{
    struct bb_stat a, b;
    ck_assert_int_eq(bb_fs_mkdirs("from/sub"), 0);
    ck_assert_int_eq(bb_fs_write("from/f", BB_STR("content"), BB_FS_EXEC), 0);
    ck_assert_int_eq(bb_fs_set_mtime("from/f", 1000000000000000000), 0);
    ck_assert_int_eq(bb_fs_symlink("f", "from/sub/l"), 0);
    ck_assert_int_eq(bb_fs_copy("from/f", "g"), 0);
    ck_assert_int_eq(bb_fs_stat("from/f", &a), 0);
    ck_assert_int_eq(bb_fs_stat("g", &b), 0);
    ck_assert_uint_eq(a.mode, b.mode);
    ck_assert_int_eq(b.mtime_ns, 1000000000000000000);
    check_content("g", "content");
    ck_assert_int_eq(bb_fs_copy("from", "x"), -EISDIR);
    ck_assert_int_eq(bb_fs_copy_tree("from", "to"), 0);
    check_content("to/f", "content");
    ck_assert_int_eq(bb_fs_lstat("to/sub/l", &b), 0);
    ck_assert_int_eq(b.type, BB_F_LINK);
    ck_assert_int_eq(mkfifo("from/fifo", 0600), 0);
    ck_assert_int_eq(bb_fs_copy_tree("from", "to"), -ENOTSUP);
    BB_CLEAN_FREE char *real = NULL;
    ck_assert_int_eq(bb_fs_realpath("to/sub/../f", &real), 0);
    ck_assert_str_eq(real + strlen(real) - 5, "/to/f");
}
END_TEST

static int visit(void *self, const struct bb_fs_entry *e)
{
    bb_buf_addf(self, "%.*s ", BB_STRF(e->rel));
    return bb_str_eqz(e->rel, "b") ? BB_FS_PRUNE : bb_str_eqz(e->rel, "z") ? -ECANCELED : 0;
}

START_TEST(walks_sorted)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    const char *const dirs[] = {"r/b/x", "r/a/y", "r/a-b", "r/c"};
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(bb_fs_mkdirs(dirs[i]), 0);
    ck_assert_int_eq(bb_fs_symlink("..", "r/c/up"), 0);
    ck_assert_int_eq(bb_fs_walk("r/", visit, &b), 0);
    ck_assert_str_eq(b.p, "a a/y a-b b c c/up ");
    ck_assert_int_eq(bb_fs_touch("r/z"), 0);
    ck_assert_int_eq(bb_fs_walk("r", visit, &b), -ECANCELED);
    ck_assert_int_eq(bb_fs_walk("absent", visit, &b), -ENOENT);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {writes_and_reads,
                                  keeps_equal_content,
                                  failed_write_leaves_the_old_file,
                                  drafts,
                                  long_names,
                                  makes_folders,
                                  removes_trees,
                                  links,
                                  times,
                                  copies,
                                  walks_sorted};
    return unit_run("fs", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
