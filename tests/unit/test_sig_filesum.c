/* SPDX-License-Identifier: MIT */
#include "sig/filesum.h"

#include "os/fs.h"
#include "support/unit.h"

#define MD5_A "0cc175b9c0f1b6a831c399e269772661" /* "a" */
#define MD5_B "92eb5ffee6ae2fec3ad71c777531578f" /* "b" */

static struct bb_ctx ctx;
static struct bb_arena arena;
static char *dir;
static char report[512];

static void keep(struct bb_diag_sink *self, struct bb_ctx *c, const struct bb_diag *diag)
{
    snprintf(report, sizeof(report), "%.*s", BB_STRF(diag->text));
}
static struct bb_diag_sink sink = {keep};

static void setup(void)
{
    bb_ctx_init(&ctx);
    ctx.diag = &sink;
    bb_arena_init(&arena);
    dir = unit_tmpdir();
}

static void teardown(void)
{
    unit_rmdir(dir);
    bb_arena_release(&arena);
    bb_ctx_release(&ctx);
}

static void put(const char *path, const char *text)
{
    ck_assert_int_eq(bb_fs_mkdirs_for(path), 0);
    ck_assert_int_eq(bb_fs_write(path, bb_str_z(text), 0), 0);
}

/* "path=md5 ..." with the folder written as D, in the order given back. */
static const char *sums(struct bb_filesums *c, const char *fmt)
{
    struct bb_buf in = BB_BUF_INIT, out = BB_BUF_INIT;
    struct bb_filesum *f;
    size_t n;
    for (const char *p = fmt; *p; p++)
        if (*p == 'D')
            bb_buf_addz(&in, dir);
        else
            bb_buf_addc(&in, *p);
    int rc = bb_filesums_get(c, &arena, bb_buf_str(&in), BB_STR("pn"), &f, &n);
    if (rc < 0)
        bb_buf_addf(&out, "%d", rc);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        ck_assert(bb_str_starts(f[i].path, bb_str_z(dir)));
        bb_str rest = bb_str_from(f[i].path, strlen(dir));
        bb_buf_addf(&out, "%sD%.*s=%.*s", i ? " " : "", BB_STRF(rest), BB_STRF(f[i].md5));
    }
    const char *s = bb_arena_strz(&arena, bb_buf_str(&out));
    bb_buf_release(&in);
    bb_buf_release(&out);
    return s;
}

START_TEST(entries)
{
    struct bb_filesums *c = bb_filesums_open(&ctx, NULL, (bb_str){0});
    put("a", "a");
    put("b", "b");
    put("with blank", "a");
    ck_assert_str_eq(sums(c, ""), "");
    ck_assert_str_eq(sums(c, "  D/b:True\n D/a:True D/none:False "), "D/a=" MD5_A " D/b=" MD5_B);
    ck_assert_str_eq(sums(c, "D/with blank:True D/b:True"), "D/with blank=" MD5_A " D/b=" MD5_B);
    ck_assert_str_eq(sums(c, "D/[ab]*:True"), "D/a=" MD5_A " D/b=" MD5_B);
    put("ax", "b");
    ck_assert_str_eq(sums(c, "D/a*:True"), "D/a=" MD5_A " D/ax=" MD5_B);
    put("w/.hidden", "a");
    ck_assert_str_eq(sums(c, "D/w/*:True"), "");
    ck_assert_str_eq(sums(c, "D/w/.*:True"), "D/w/.hidden=" MD5_A);
    ck_assert_str_eq(report, "");
    ck_assert_str_eq(sums(c, "D/gone:True"), "");
    ck_assert_ptr_nonnull(
        strstr(report, "Unable to get checksum for pn SRC_URI entry gone: [Errno 2] No such file"));
    ck_assert_str_eq(sums(c, "D/a"), "-4096");
    ck_assert_ptr_nonnull(strstr(report, "is not PATH:True or PATH:False"));
    ck_assert_str_eq(sums(c, "/:True"), "-4096");
    ck_assert_str_eq(report, "Refusing to checksum /");
    bb_filesums_free(c);
}
END_TEST

START_TEST(folders)
{
    struct bb_filesums *c = bb_filesums_open(&ctx, NULL, (bb_str){0});
    put("d/sub/a", "a");
    put("d/b", "b");
    put("d/.git/x", "a");
    put("d/sub/CVS/x", "a");
    put("out", "b");
    ck_assert_int_eq(bb_fs_symlink("../out", "d/to-file"), 0);
    ck_assert_int_eq(bb_fs_symlink("sub", "d/to-dir"), 0);
    ck_assert_int_eq(bb_fs_symlink("d", "top"), 0);
    ck_assert_str_eq(sums(c, "D/d/:True"), "D/d/./sub/a=" MD5_A " D/d/./b=" MD5_B " D/d/./to-file=" MD5_B);
    ck_assert_str_eq(sums(c, "D/top:True D/to*:True"), "");
    bb_filesums_free(c);
    c = bb_filesums_open(&ctx, NULL, BB_STR("sub"));
    ck_assert_str_eq(sums(c, "D/d:True"), "D/d/./.git/x=" MD5_A " D/d/./b=" MD5_B " D/d/./to-file=" MD5_B);
    bb_filesums_free(c);
}
END_TEST

/* How is a matter of reuse/checksums.h. */
START_TEST(remembered)
{
    put("a", "a");
    struct bb_filesums *c = bb_filesums_open(&ctx, "cache", (bb_str){0});
    ck_assert_str_eq(sums(c, "D/a:True"), "D/a=" MD5_A);
    ck_assert_int_eq(bb_filesums_save(c), 0);
    bb_filesums_free(c);
    ck_assert(bb_fs_is_file("cache"));
    put("a", "b");
    c = bb_filesums_open(&ctx, "cache", (bb_str){0});
    ck_assert_str_eq(sums(c, "D/a:True"), "D/a=" MD5_B);
    bb_filesums_free(c);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {entries, folders, remembered};
    return unit_run("filesum", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
