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
    bb_buf_addf(&expect, "bbc-manifest 2\narea %s/deploy\n", dir);
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
    shell("test \"$(wc -l < m/manifest-one)\" = 2");
}
END_TEST

static int clean_text(const char *lines, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    size_t n;

    bb_buf_addf(&text, "bbc-manifest 2\narea %s/deploy\n", dir);
    for (bb_str rest = bb_str_z(lines), line; bb_str_split(&rest, '\n', &line);)
        bb_buf_addf(&text, "%s/%.*s\n", dir, BB_STRF(line));
    ck_assert_int_eq(bb_fs_mkdirs("m"), 0);
    ck_assert_int_eq(bb_fs_write("m/manifest-made", bb_buf_str(&text), 0), 0);
    return bb_manifest_clean("m/manifest-made", &n, err);
}

START_TEST(refuses_a_damaged_manifest)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    size_t n;

    shell(
        "mkdir -p m deploy other relative && echo \"$PWD/relative/path\" > m/manifest-bad && echo x > relative/path && "
        "echo y > other/y && echo z > deploy/z");
    ck_assert_int_eq(bb_manifest_clean("m/manifest-bad", &n, &err), -BB_ECORRUPT); /* no format, no areas */
    shell("test -e relative/path && printf 'bbc-manifest 2\\narea /\\nrelative/path\\n' > m/manifest-bad");
    ck_assert_int_eq(bb_manifest_clean("m/manifest-bad", &n, &err), -BB_EUNSAFE);
    ck_assert_int_eq(clean_text("other/y", &err), -BB_EUNSAFE);
    ck_assert_int_eq(clean_text("deploy/../other/y", &err), 0); /* not what install() puts anywhere */
    ck_assert_int_eq(clean_text("deployed/y", &err), -BB_EUNSAFE);
    ck_assert_int_eq(clean_text("deploy/a\\q", &err), -EINVAL);
    ck_assert_int_eq(clean_text("deploy/a\\x00", &err), -EINVAL);
    shell("test -e relative/path && test -e other/y && test -e deploy/z");
}
END_TEST

START_TEST(names_are_no_lines)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT, name = BB_BUF_INIT;
    size_t n;

    shell("mkdir victim && echo keep > victim/file");
    bb_buf_addf(&name,
                "mkdir -p 'src/x\n%s/victim' 'src/back\\slash' && echo f > 'src/x\n%s/victim/file' && touch "
                "'src/tab\t' 'src/x\ny\\n'",
                dir, dir);
    shell(name.p);
    ck_assert_msg(install("src", "deploy", "m/manifest-one", NULL, &err) == 6, "%s", err.p);
    ck_assert_int_eq(bb_manifest_clean("m/manifest-one", &n, &err), 0);
    shell("grep -q keep victim/file && test -z \"$(ls -A deploy)\"");
}
END_TEST

START_TEST(keeps_out_of_links)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    size_t n;

    shell("mkdir -p outside/b && echo keep > outside/b/f && echo keep > outside/l && ln -s src linked");
    install("src", "deploy", "m/manifest-one", NULL, &err);
    shell("rm -r deploy/a && ln -s ../outside deploy/a");
    ck_assert_int_eq(bb_manifest_clean("m/manifest-one", &n, &err), 0);
    shell("grep -q keep outside/b/f && grep -q keep outside/l && test -d outside/b");
    /* nor is anything installed through the link, or from one */
    ck_assert_int_eq(install("src", "deploy", "m/manifest-one", NULL, &err), -BB_EUNSAFE);
    ck_assert_ptr_nonnull(strstr(err.p, "deploy/a/b/f': path escapes its target folder"));
    ck_assert_int_eq(install("linked", "deploy3", "m/manifest-one", NULL, &err), -BB_EUNSAFE);
    shell("test ! -e m/manifest-one && test \"$(cat outside/b/f)\" = keep && test -z \"$(ls -A deploy3)\"");
}
END_TEST

START_TEST(no_programs_with_rights_and_no_devices)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    shell("chmod 6755 src/a/b/f");
    ck_assert_msg(install("src", "deploy", "m/manifest-one", NULL, &err) == 3, "%s", err.p);
    shell(
        "test \"$(stat -c %a deploy/a/b/f)\" = 755 && test \"$(stat -c %a src/a/b/f)\" = 6755 && mkfifo src/a/fifo");
    ck_assert_int_eq(install("src", "deploy2", "m/manifest-two", NULL, &err), -ENOTSUP);
    ck_assert_str_eq(err.p, "'src/a/fifo' is a device, fifo or socket, which a shared area cannot have");
    shell("test ! -e m/manifest-two && test -z \"$(ls -A deploy2)\"");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {installs_and_lists,
                                  cleans,
                                  refuses_overlap,
                                  allows_overlap,
                                  refuses_a_second_install,
                                  nothing_to_install,
                                  refuses_a_damaged_manifest,
                                  names_are_no_lines,
                                  keeps_out_of_links,
                                  no_programs_with_rights_and_no_devices};
    return unit_run("sstate/manifest", tests, sizeof(tests) / sizeof(tests[0]), setup, teardown);
}
