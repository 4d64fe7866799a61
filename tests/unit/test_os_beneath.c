/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>

#include "base/diag.h"
#include "os/beneath.h"

static char *dir;
static struct bb_beneath b;

static void shell(const char *cmd)
{
    ck_assert_msg(system(cmd) == 0, "%s", cmd);
}

static void setup(void)
{
    dir = unit_tmpdir();
    shell(
        "mkdir -p real/d/e outside/e && ln -s real root && echo secret > outside/f && echo secret > outside/e/f && "
        "echo f > real/d/f && echo g > real/d/e/g && ln -s ../outside real/out && ln -s d real/in && echo new > new");
    b = (struct bb_beneath)BB_BENEATH_INIT;
    ck_assert_int_eq(bb_beneath_open(&b, "root"), 0); /* the way to the root may have links */
}

static void teardown(void)
{
    bb_beneath_release(&b);
    unit_rmdir(dir);
}

/* Nothing outside was changed, whatever a test tried. */
static void check_outside(void)
{
    shell("test \"$(find outside | sort | tr '\\n' ' ')\" = 'outside outside/e outside/e/f outside/f ' && "
          "test \"$(cat outside/f outside/e/f | tr '\\n' ' ')\" = 'secret secret ' && test ! -e f");
}

/* What each function says to a name. */
static void refused(const char *name, int expect)
{
    bb_str s = bb_str_z(name);
    struct bb_stat st;

    ck_assert_int_eq(bb_beneath_stat(&b, s, &st), expect);
    ck_assert_int_eq(bb_beneath_mkdir(&b, s, 0755), expect);
    ck_assert_int_eq(bb_beneath_link(&b, "new", s), expect);
    ck_assert_int_eq(bb_beneath_copy(&b, "new", s, 0), expect);
    ck_assert_int_eq(bb_beneath_take(&b, "new", s), expect);
    ck_assert_int_eq(bb_beneath_unlink(&b, s), expect);
    ck_assert_int_eq(bb_beneath_rmdir(&b, s), expect);
    ck_assert_int_eq(bb_beneath_remove(&b, s), expect == -ENOENT ? 0 : expect);
    check_outside();
}

START_TEST(refuses_names_that_lead_out)
{
    static const char *const names[] = {
        "",        ".",      "..",   "../outside/f", "/",           "/etc/x", "d/../../outside/f",
        "d//e",    "./d",    "d/",   "d/.",          "d/..",        "d/./e",  "out/f",
        "out/e/f", "in/e/g", "in/f", "out/none",     "out/e/none/x"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        refused(names[i], -BB_EUNSAFE);
    refused("none/x", -ENOENT);
    refused("d/f/x", -ENOTDIR);
    shell("test -e new && test -e real/d/f && test -e real/d/e/g");
}
END_TEST

START_TEST(does_what_it_says)
{
    struct bb_stat st;

    ck_assert_int_eq(bb_beneath_stat(&b, BB_STR("d/e/g"), &st), 0);
    ck_assert_int_eq(st.type, BB_F_FILE);
    ck_assert_int_eq(bb_beneath_stat(&b, BB_STR("out"), &st), 0);
    ck_assert_int_eq(st.type, BB_F_LINK);
    ck_assert_int_eq(bb_beneath_mkdir(&b, BB_STR("d/n"), 02751), 0);
    ck_assert_int_eq(bb_beneath_mkdir(&b, BB_STR("d/n"), 0700), 0); /* stays as it is */
    ck_assert_int_eq(bb_beneath_mkdir(&b, BB_STR("d/f"), 0700), -EEXIST);
    ck_assert_int_eq(bb_beneath_mkdir(&b, BB_STR("out"), 0700), -BB_EUNSAFE);
    ck_assert_int_eq(bb_beneath_link(&b, "new", BB_STR("d/n/linked")), 0);
    ck_assert_int_eq(bb_beneath_link(&b, "new", BB_STR("d/n/linked")), -EEXIST);
    shell("chmod 4755 new");
    ck_assert_int_eq(bb_beneath_copy(&b, "new", BB_STR("d/e/g"), 06000), 0);
    ck_assert_int_eq(bb_beneath_copy(&b, "real/out", BB_STR("d/link"), 06000), 0);
    shell(
        "test \"$(stat -c %a real/d/n)\" = 2751 && test real/d/n/linked -ef new && test \"$(cat real/d/e/g)\" = new && "
        "test \"$(stat -c %a real/d/e/g)\" = 755 && test \"$(readlink real/d/link)\" = ../outside");
    ck_assert_int_eq(bb_beneath_take(&b, "new", BB_STR("out")), 0); /* the link itself is replaced */
    ck_assert_int_eq(bb_beneath_rmdir(&b, BB_STR("d")), -ENOTEMPTY);
    ck_assert_int_eq(bb_beneath_unlink(&b, BB_STR("in")), 0);
    ck_assert_int_eq(bb_beneath_unlink(&b, BB_STR("in")), -ENOENT);
    ck_assert_int_eq(bb_beneath_remove(&b, BB_STR("d")), 0);
    ck_assert_int_eq(bb_beneath_remove(&b, BB_STR("d")), 0);
    shell("test \"$(ls -A real)\" = out && test -f real/out");
    check_outside();
}
END_TEST

/* The folder that is kept open must not be taken for one that has its name later. */
START_TEST(forgets_what_went)
{
    struct bb_stat st;

    ck_assert_int_eq(bb_beneath_unlink(&b, BB_STR("d/e/g")), 0);
    ck_assert_int_eq(bb_beneath_rmdir(&b, BB_STR("d/e")), 0);
    ck_assert_int_eq(bb_beneath_stat(&b, BB_STR("d/e/g"), &st), -ENOENT);
    ck_assert_int_eq(bb_beneath_stat(&b, BB_STR("d/f"), &st), 0);
    ck_assert_int_eq(bb_beneath_remove(&b, BB_STR("d")), 0);
    shell("mkdir -p real/other && echo o > real/other/f");
    ck_assert_int_eq(bb_beneath_take(&b, "real/other", BB_STR("d")), 0);
    ck_assert_int_eq(bb_beneath_stat(&b, BB_STR("d/f"), &st), 0);
    ck_assert_uint_eq(st.size, 2);
}
END_TEST

START_TEST(needs_a_folder)
{
    struct bb_beneath none = BB_BENEATH_INIT;

    ck_assert_int_eq(bb_beneath_open(&none, "none"), -ENOENT);
    ck_assert_int_eq(bb_beneath_open(&none, "new"), -ENOTDIR);
    bb_beneath_release(&none);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {refuses_names_that_lead_out, does_what_it_says, forgets_what_went,
                                  needs_a_folder};
    return unit_run("os/beneath", tests, sizeof(tests) / sizeof(tests[0]), setup, teardown);
}
