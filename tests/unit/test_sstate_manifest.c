/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>

#include "base/diag.h"
#include "os/fs.h"
#include "sstate/manifest.h"

static char *dir;

static void shell(const char *cmd)
{
    ck_assert_msg(system(cmd) == 0, "%s", cmd);
}

static void setup(void)
{
    dir = unit_tmpdir();
    shell("mkdir -p src/a/b src/e && echo f > src/a/b/f && ln -s b/f src/a/l && ln -s /none src/dangling && "
          "chmod 2750 src/a");
}

static void teardown(void)
{
    unit_rmdir(dir);
}

static int install(const char *src, const char *dst, const char *manifest, const char *allow,
                   struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf to = BB_BUF_INIT, may = BB_BUF_INIT;
    size_t n = 0;

    bb_buf_addf(&to, "%s/%s", dir, dst);
    bb_buf_addf(&may, "%s/%s", dir, allow ? allow : "");
    bb_str allowed = bb_buf_str(&may);
    struct bb_manifest_pair pair = {src, to.p};
    struct bb_manifest_install in = {&pair, 1, manifest, "pkg", &allowed, allow != NULL};
    int r = bb_manifest_install(&in, &n, err);
    return r < 0 ? r : (int)n;
}

START_TEST(installs_and_lists)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT, text = BB_BUF_INIT, expect = BB_BUF_INIT;

    ck_assert_msg(install("src", "deploy", "m/manifest-one", NULL, &err) == 3, "%s", err.p);
    shell("test src/a/b/f -ef deploy/a/b/f && test \"$(readlink deploy/a/l)\" = b/f && test -d deploy/e &&"
          " test -L deploy/dangling && test \"$(stat -c %a deploy/a)\" = 2750");
    ck_assert_int_eq(bb_fs_read("m/manifest-one", &text), 0);
    static const char *const lines[] = {"a/b/f", "a/l", "dangling", "e/", "a/b/", "a/"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        bb_buf_addf(&expect, "%s/deploy/%s\n", dir, lines[i]);
    ck_assert_str_eq(text.p, expect.p);
}
END_TEST

START_TEST(cleans)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    size_t n;

    install("src", "deploy", "m/manifest-one", NULL, &err);
    shell("echo other > deploy/a/other && rm deploy/a/l");
    ck_assert_int_eq(bb_manifest_clean("m/manifest-one", &n, &err), 0);
    ck_assert_uint_eq(n, 4); /* two files, two empty folders */
    shell("test \"$(find deploy | sort | tr '\\n' ' ')\" = 'deploy deploy/a deploy/a/other ' && test ! -e "
          "m/manifest-one");
    ck_assert_int_eq(bb_manifest_clean("m/manifest-one", &n, &err), 0);
    ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(refuses_overlap)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT, expect = BB_BUF_INIT;

    install("src", "deploy", "m/manifest-one", NULL, &err);
    shell("mkdir -p src2/a/b src2/n && echo g > src2/a/b/f && echo n > src2/n/n && echo u > src2/u && echo u "
          "> deploy/u");
    ck_assert_int_eq(install("src2", "deploy", "m/manifest-two", NULL, &err), -EEXIST);
    bb_buf_addf(
        &expect,
        "Recipe pkg is trying to install files into a shared area when those files already exist. The files "
        "and "
        "the manifests listing them are:\n  %s/deploy/a/b/f\n    (matched in manifest-one)\n  %s/deploy/u\n"
        "    (not matched to any task)\nPlease adjust the recipes so only one recipe provides a given file.",
        dir, dir);
    ck_assert_str_eq(err.p, expect.p);
    shell("test ! -e m/manifest-two && test ! -e deploy/n && grep -q f deploy/a/b/f"); /* nothing was done */
}
END_TEST

START_TEST(allows_overlap)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    install("src", "deploy", "m/manifest-one", NULL, &err);
    shell("mkdir -p src2/a/b && echo g > src2/a/b/f");
    ck_assert_msg(install("src2", "deploy", "m/manifest-two", "deploy/a/", &err) == 1, "%s", err.p);
    shell("grep -q g deploy/a/b/f && grep -q f src/a/b/f"); /* the first one's own copy is untouched */
}
END_TEST

START_TEST(refuses_a_second_install)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    install("src", "deploy", "m/manifest-one", NULL, &err);
    ck_assert_int_eq(install("src", "deploy2", "m/manifest-one", NULL, &err), -EEXIST);
    ck_assert_str_eq(err.p, "Package already staged (m/manifest-one)?!");
}
END_TEST

START_TEST(nothing_to_install)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    ck_assert_int_eq(install("none", "deploy", "m/manifest-one", NULL, &err), 0);
    shell("test -e m/manifest-one && test ! -s m/manifest-one");
}
END_TEST

START_TEST(refuses_a_damaged_manifest)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    size_t n;

    shell("mkdir m && echo relative/path > m/manifest-bad && mkdir relative && echo x > relative/path");
    ck_assert_int_eq(bb_manifest_clean("m/manifest-bad", &n, &err), -EINVAL);
    shell("test -e relative/path");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {installs_and_lists,        cleans,
                                  refuses_overlap,           allows_overlap,
                                  refuses_a_second_install,  nothing_to_install,
                                  refuses_a_damaged_manifest};
    return unit_run("sstate/manifest", tests, sizeof(tests) / sizeof(tests[0]), setup, teardown);
}
