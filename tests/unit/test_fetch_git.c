/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/diag.h"
#include "fetch/git.h"
#include "os/fs.h"

static char *dir, url[128];
static struct bb_git git;
static char first[41], second[41];

static void shell(const char *cmd)
{
    ck_assert_msg(system(cmd) == 0, "%s", cmd);
}

static void read_rev(const char *ref, char ret[41])
{
    char cmd[128];
    snprintf(cmd, sizeof(cmd), "git -C up rev-parse '%s'", ref);
    FILE *p = popen(cmd, "r");
    ck_assert(fgets(ret, 41, p) != NULL);
    pclose(p);
}

/* An upstream repository: two commits on main, a tag on the first, a branch "side" on the second. */
static void setup(void)
{
    dir = unit_tmpdir();
    setenv("HOME", dir, 1);
    shell("git config --global user.email t@example.org; git config --global user.name t;"
          "git config --global init.defaultBranch main; git config --global advice.detachedHead false;"
          "git init -q up; cd up; mkdir sub; echo 1 > sub/f; git add .; git commit -qm one; git tag -a v1 -m "
          "v1;"
          "git checkout -qb side; echo 2 > sub/f; git commit -qam two; git checkout -q main");
    snprintf(url, sizeof(url), "file://%s/up", dir);
    git = (struct bb_git){BB_STR("git -c core.pager=cat"), bb_str_z(url)};
    read_rev("main", first);
    read_rev("side", second);
}

static void teardown(void)
{
    unit_rmdir(dir);
}

#define OK(call)                                                                                             \
    do {                                                                                                     \
        BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;                                                        \
        int r_ = call;                                                                                       \
        ck_assert_msg(r_ == 0, "%s: %d %s", #call, r_, err.p);                                               \
    } while (0)

START_TEST(clones_and_updates)
{
    OK(bb_git_clone(&git, "dl/git2/up", &err));
    ck_assert(bb_git_is_mirror(&git, "dl/git2/up"));
    ck_assert(!bb_git_is_mirror(&git, "dl/git2"));
    ck_assert(!bb_git_is_mirror(&git, "dl/none"));
    ck_assert_int_eq(bb_git_contains(&git, "dl/git2/up", bb_str_z(first), BB_STR("main")), 1);
    ck_assert_int_eq(bb_git_contains(&git, "dl/git2/up", bb_str_z(second), BB_STR("main")), 0);
    ck_assert_int_eq(bb_git_contains(&git, "dl/git2/up", bb_str_z(second), BB_STR("")), 1);
    shell("cd up; echo 3 > sub/f; git commit -qam three");
    char third[41];
    read_rev("main", third);
    ck_assert_int_eq(bb_git_contains(&git, "dl/git2/up", bb_str_z(third), BB_STR("main")), 0);
    OK(bb_git_fetch(&git, "dl/git2/up", false, &err));
    ck_assert_int_eq(bb_git_contains(&git, "dl/git2/up", bb_str_z(third), BB_STR("main")), 1);
}
END_TEST

START_TEST(leaves_nothing_of_a_failed_clone)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_git none = {git.command, BB_STR("file:///no/such/repository")};
    struct bb_strvec names = {0};
    struct bb_arena a;

    ck_assert_int_eq(bb_git_clone(&none, "dl/git2/none", &err), -BB_ENETWORK);
    ck_assert(bb_str_has(bb_buf_str(&err), BB_STR("failed with exit code 128")));
    bb_arena_init(&a);
    ck_assert_int_eq(bb_fs_list(&a, "dl/git2", &names), 0);
    ck_assert_uint_eq(names.n, 0);
    bb_arena_release(&a);
}
END_TEST

START_TEST(resolves)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    OK(bb_git_lsremote(&git, NULL, &out, &err));
    ck_str(bb_git_resolve(bb_buf_str(&out), BB_STR("main")), first);
    ck_str(bb_git_resolve(bb_buf_str(&out), BB_STR("side")), second);
    ck_str(bb_git_resolve(bb_buf_str(&out), BB_STR("v1")), first); /* the commit, not the tag object */
    ck_str(bb_git_resolve(bb_buf_str(&out), BB_STR("HEAD")), first);
    ck_str(bb_git_resolve(bb_buf_str(&out), BB_STR("refs/heads/side")), second);
    ck_assert_uint_eq(bb_git_resolve(bb_buf_str(&out), BB_STR("mai")).len, 0);
    ck_assert_uint_eq(bb_git_resolve(BB_STR(""), BB_STR("main")).len, 0);
}
END_TEST

static void expect(const char *path, const char *content)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    ck_assert_msg(bb_fs_read(path, &text) == 0, "%s is missing", path);
    ck_assert_str_eq(text.p, content);
}

START_TEST(checks_out)
{
    OK(bb_git_clone(&git, "m", &err));
    struct bb_git_checkout c = {
        .mirror = "m", .dir = "w/git", .rev = bb_str_z(second), .branch = BB_STR("side")};
    OK(bb_git_checkout(&git, &c, &err));
    expect("w/git/sub/f", "2\n");
    shell("test \"$(git -C w/git rev-parse --abbrev-ref HEAD)\" = side");
    shell("git -C w/git remote get-url origin | grep -q ^file:///");
    c.rev = bb_str_z(first);
    c.branch = BB_STR("");
    OK(bb_git_checkout(&git, &c, &err)); /* what stood there is replaced */
    expect("w/git/sub/f", "1\n");
    c.dir = "w/part";
    c.subpath = BB_STR("sub");
    OK(bb_git_checkout(&git, &c, &err));
    expect("w/part/f", "1\n");
    ck_assert(!bb_fs_exists("w/part/sub"));
    c = (struct bb_git_checkout){.mirror = "m", .dir = "w/bare", .bare = true};
    OK(bb_git_checkout(&git, &c, &err));
    ck_assert(bb_git_is_mirror(&git, "w/bare"));
}
END_TEST

START_TEST(goes_through_a_tarball)
{
    OK(bb_git_clone(&git, "m", &err));
    OK(bb_git_pack("m", "git2_m.tar.gz", &err));
    shell("mkdir n && tar -xzf git2_m.tar.gz -C n");
    ck_assert_int_eq(bb_git_contains(&git, "n", bb_str_z(second), BB_STR("side")), 1);
}
END_TEST

START_TEST(tells_a_missing_git)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_git none = {BB_STR("no-such-git"), bb_str_z(url)};

    ck_assert_int_lt(bb_git_clone(&none, "m", &err), 0);
    ck_assert(bb_str_has(bb_buf_str(&err), BB_STR("no-such-git")));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {clones_and_updates, leaves_nothing_of_a_failed_clone, resolves,
                                  checks_out,         goes_through_a_tarball,           tells_a_missing_git};
    return unit_run("fetch/git", tests, sizeof(tests) / sizeof(tests[0]), setup, teardown);
}
