/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "ext/tar.h"

static char *dir;
static struct bb_buf err;

static void setup(void)
{
    dir = unit_tmpdir();
    bb_buf_init(&err);
    ck_assert_int_eq(bb_fs_mkdirs("t"), 0);
}

static void teardown(void)
{
    bb_buf_release(&err);
    unit_rmdir(dir);
}

static void check_content(const char *path, const char *expected)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    ck_assert_msg(bb_fs_read(path, &b) == 0, "%s", path);
    ck_assert_str_eq(b.p, expected);
}

static void make_tree(const char *root)
{
    char path[300];
#define AT(rel) (snprintf(path, sizeof(path), "%s/%s", root, rel), path)
    ck_assert_int_eq(bb_fs_mkdirs(AT("d/e")), 0);
    ck_assert_int_eq(bb_fs_write(AT("d/run"), BB_STR("#!\n"), BB_FS_EXEC), 0);
    ck_assert_int_eq(bb_fs_write(AT("b\xc3\xa4"), BB_STR("umlaut"), 0), 0);
    ck_assert_int_eq(bb_fs_write(AT("hard1"), BB_STR("twice"), 0), 0);
    char other[100];
    snprintf(other, sizeof(other), "%s/hard2", root);
    ck_assert_int_eq(link(AT("hard1"), other), 0);
    ck_assert_int_eq(bb_fs_symlink("/abs/target", AT("link")), 0);
    char name[200];
    memset(name, 'n', 150);
    name[150] = '\0';
    ck_assert_int_eq(bb_fs_write(AT(name), BB_STR("long"), 0), 0);
    ck_assert_int_eq(chmod(AT("d/e"), 0500), 0);
#undef AT
}

static void check_tree(const char *root)
{
    BB_CLEAN_BUF struct bb_buf target = BB_BUF_INIT;
    struct bb_stat a, b;
    char path[300];
#define AT(rel) (snprintf(path, sizeof(path), "%s/%s", root, rel), path)
    check_content(AT("d/run"), "#!\n");
    check_content(AT("b\xc3\xa4"), "umlaut");
    ck_assert_int_eq(bb_fs_stat(AT("d/run"), &a), 0);
    ck_assert_uint_eq(a.mode & 0100, 0100);
    ck_assert_int_eq(bb_fs_stat(AT("d/e"), &a), 0);
    ck_assert_uint_eq(a.mode, 0500);
    ck_assert_int_eq(bb_fs_stat(AT("hard1"), &a), 0);
    ck_assert_int_eq(bb_fs_stat(AT("hard2"), &b), 0);
    ck_assert_uint_eq(a.size, b.size);
    ck_assert_int_eq(bb_fs_readlink(AT("link"), &target), 0);
    ck_assert_str_eq(target.p, "/abs/target");
#undef AT
}

START_TEST(there_and_back)
{
    const char *const names[] = {"a.tar",    "a.tar.gz",  "a.tgz",    "a.tar.bz2",
                                 "a.tar.xz", "a.tar.zst", "a.cpio.gz"};
    make_tree("src");
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        BB_CLEAN_BUF struct bb_buf one = BB_BUF_INIT, two = BB_BUF_INIT;
        char to[32];
        ck_assert_msg(bb_tar_pack("src", names[i], NULL, &err) == 0, "%s: %s", names[i], err.p);
        ck_assert_int_eq(bb_fs_read(names[i], &one), 0);
        ck_assert_int_eq(bb_tar_pack("src", names[i], NULL, &err), 0);
        ck_assert_int_eq(bb_fs_read(names[i], &two), 0);
        ck_assert_msg(bb_str_eq(bb_buf_str(&one), bb_buf_str(&two)), "%s differs from itself", names[i]);
        snprintf(to, sizeof(to), "t/%zu", i);
        ck_assert_int_eq(bb_fs_mkdirs(to), 0);
        ck_assert_msg(bb_tar_unpack(names[i], to, NULL, &err) == 0, "%s: %s", names[i], err.p);
        check_tree(to);
    }
    ck_assert_int_eq(bb_tar_pack("src", "a.rar", NULL, &err), -EINVAL);
    ck_assert_int_eq(bb_tar_pack("absent", "b.tar", NULL, &err), -ENOENT);
    ck_assert(!bb_fs_exists("b.tar"));
}
END_TEST

/* Made at another time, in another order, with other inode numbers: the same bytes. */
START_TEST(reproducible)
{
    BB_CLEAN_BUF struct bb_buf one = BB_BUF_INIT, two = BB_BUF_INIT;
    struct bb_tar_pack o = {.prefix = "./", .mtime_max = 1000000000, .root_owner = true, .level = 5};
    make_tree("one");
    ck_assert_int_eq(bb_fs_touch("padding"), 0);
    make_tree("two");
    ck_assert_int_eq(bb_tar_pack("one", "1.tar.zst", &o, &err), 0);
    ck_assert_int_eq(bb_tar_pack("two", "2.tar.zst", &o, &err), 0);
    ck_assert_int_eq(bb_fs_read("1.tar.zst", &one), 0);
    ck_assert_int_eq(bb_fs_read("2.tar.zst", &two), 0);
    ck_assert(bb_str_eq(bb_buf_str(&one), bb_buf_str(&two)));
}
END_TEST

static int list_member(void *self, const struct bb_tar_member *m)
{
    bb_buf_addf(self, "%.*s", BB_STRF(m->name));
    if (m->link.len)
        bb_buf_addf(self, "->%.*s", BB_STRF(m->link));
    bb_buf_addf(self, " %d %lld\n", (int)m->st.size, (long long)(m->st.mtime_ns / 1000000000));
    return 0;
}

START_TEST(lists)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_tar_pack o = {.mtime_max = 5};
    ck_assert_int_eq(bb_fs_mkdirs("src/d"), 0);
    ck_assert_int_eq(bb_fs_write("src/d/f", BB_STR("abc"), 0), 0);
    ck_assert_int_eq(bb_fs_symlink("d/f", "src/l"), 0);
    ck_assert_int_eq(bb_tar_pack("src", "a.tar.xz", &o, &err), 0);
    ck_assert_int_eq(bb_tar_list("a.tar.xz", list_member, &out, &err), 0);
    ck_assert_str_eq(out.p, "d/ 0 5\nd/f 3 5\nl->d/f 0 5\n");
}
END_TEST

/* Archives that no packer would write: one header and its data, appended. */
static void add_member(struct bb_buf *tar, const char *name, char type, const char *link, const char *data)
{
    char h[512] = {0};
    unsigned sum = 0;
    strncpy(h, name, 99);
    strcpy(h + 100, "0000755");
    strcpy(h + 108, "0000000");
    strcpy(h + 116, "0000000");
    snprintf(h + 124, 12, "%011o", (unsigned)strlen(data));
    strcpy(h + 136, "00000000000");
    memset(h + 148, ' ', 8);
    h[156] = type;
    strncpy(h + 157, link, 99);
    memcpy(h + 257, "ustar\00000", 8);
    for (size_t i = 0; i < sizeof(h); i++)
        sum += (unsigned char)h[i];
    snprintf(h + 148, 8, "%06o", sum);
    bb_buf_add(tar, h, sizeof(h));
    bb_buf_addz(tar, data);
    while (tar->len % 512)
        bb_buf_addc(tar, '\0');
}

static int unpack_crafted(struct bb_buf *tar)
{
    static const char end[1024];
    bb_buf_add(tar, end, sizeof(end));
    ck_assert_int_eq(bb_fs_write("evil.tar", bb_buf_str(tar), 0), 0);
    bb_buf_clear(tar);
    bb_buf_clear(&err);
    int code = bb_tar_unpack("evil.tar", "t", NULL, &err);
    ck_assert_int_eq(bb_fs_remove("t"), 0);
    ck_assert_int_eq(bb_fs_mkdirs("t"), 0);
    return code;
}

START_TEST(never_leaves_the_target)
{
    BB_CLEAN_BUF struct bb_buf tar = BB_BUF_INIT;
    ck_assert_int_eq(bb_fs_mkdirs("outside"), 0);
    ck_assert_int_eq(bb_fs_write("secret", BB_STR("secret"), 0), 0);

    add_member(&tar, "../secret", '0', "", "evil");
    ck_assert_int_eq(unpack_crafted(&tar), -BB_EUNSAFE);
    ck_assert_str_eq(err.p, "../secret: name leads out of the target folder");
    add_member(&tar, "a/../../secret", '0', "", "evil");
    ck_assert_int_eq(unpack_crafted(&tar), -BB_EUNSAFE);
    add_member(&tar, "/tmp/bbc-evil", '0', "", "evil");
    ck_assert_int_eq(unpack_crafted(&tar), -BB_EUNSAFE);
    ck_assert(!bb_fs_exists("/tmp/bbc-evil"));

    add_member(&tar, "d", '2', "../outside", "");
    add_member(&tar, "d/f", '0', "", "evil");
    ck_assert_int_eq(unpack_crafted(&tar), -BB_EUNSAFE);
    ck_assert_str_eq(err.p, "d: members would be written through this link");
    /* The folder was seen to be one, and is then replaced. */
    add_member(&tar, "d", '5', "", "");
    add_member(&tar, "d/f", '0', "", "x");
    add_member(&tar, "e", '2', "../outside", "");
    add_member(&tar, "e/f/g", '0', "", "evil");
    ck_assert_int_eq(unpack_crafted(&tar), -BB_EUNSAFE);

    add_member(&tar, "hard", '1', "../secret", "");
    ck_assert_int_eq(unpack_crafted(&tar), -BB_EUNSAFE);
    add_member(&tar, "l", '2', "../outside", "");
    add_member(&tar, "hard", '1', "l/f", "");
    ck_assert_int_eq(unpack_crafted(&tar), -BB_EUNSAFE);

    /* A file in place of a link replaces the link and does not follow it. */
    add_member(&tar, "l", '2', "../secret", "");
    add_member(&tar, "l", '0', "", "evil");
    ck_assert_int_eq(unpack_crafted(&tar), 0);
    check_content("secret", "secret");
    ck_assert_int_eq(rmdir("outside"), 0); /* still empty */
}
END_TEST

START_TEST(harmless_oddities)
{
    BB_CLEAN_BUF struct bb_buf tar = BB_BUF_INIT;
    static const char end[1024];
    add_member(&tar, "./", '5', "", "");
    add_member(&tar, ".//a/./b", '0', "", "x");
    add_member(&tar, "up", '2', "../../../etc", ""); /* a link may point anywhere */
    bb_buf_add(&tar, end, sizeof(end));
    ck_assert_int_eq(bb_fs_write("odd.tar", bb_buf_str(&tar), 0), 0);
    ck_assert_msg(bb_tar_unpack("odd.tar", "t", NULL, &err) == 0, "%s", err.p);
    check_content("t/a/b", "x");
}
END_TEST

static int count_member(void *self, bb_str name)
{
    return --*(int *)self < 0 ? -ECANCELED : 0;
}

START_TEST(strips_and_stops)
{
    int left = 100;
    struct bb_tar_unpack o = {.strip = 1, .member = count_member, .self = &left};
    ck_assert_int_eq(bb_fs_mkdirs("src/top/d"), 0);
    ck_assert_int_eq(bb_fs_write("src/top/d/f", BB_STR("x"), 0), 0);
    ck_assert_int_eq(link("src/top/d/f", "src/top/g"), 0);
    ck_assert_int_eq(bb_tar_pack("src", "a.tar.gz", NULL, &err), 0);
    ck_assert_int_eq(bb_tar_unpack("a.tar.gz", "t", &o, &err), 0);
    check_content("t/g", "x");
    check_content("t/d/f", "x");
    ck_assert_int_eq(left, 96);
    left = 2;
    ck_assert_int_eq(bb_tar_unpack("a.tar.gz", "t", &o, &err), -ECANCELED);
    left = 100;
    ck_assert_int_eq(bb_fs_remove("t/d"), 0);
    ck_assert_int_eq(bb_tar_pack("src/top", "b.tar", &(struct bb_tar_pack){.prefix = "./"}, &err), 0);
    ck_assert_int_eq(bb_tar_unpack("b.tar", "t", &o, &err), 0);
    check_content("t/d/f", "x"); /* as with tar, "." was the part that went */
}
END_TEST

START_TEST(damaged)
{
    BB_CLEAN_BUF struct bb_buf whole = BB_BUF_INIT;
    static char noise[50000];
    uint32_t r = 1;
    for (size_t i = 0; i < sizeof(noise); i++)
        noise[i] = (char)((r = r * 1664525 + 1013904223) >> 24);
    ck_assert_int_eq(bb_fs_mkdirs("src"), 0);
    ck_assert_int_eq(bb_fs_write("src/noise", bb_str_n(noise, sizeof(noise)), 0), 0);
    const char *const names[] = {"a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz", "a.tar.zst"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        bb_buf_clear(&whole);
        ck_assert_int_eq(bb_tar_pack("src", names[i], NULL, &err), 0);
        ck_assert_int_eq(bb_fs_read(names[i], &whole), 0);
        for (size_t cut = 0; cut < whole.len - 12000; cut += whole.len / 7) {
            ck_assert_int_eq(bb_fs_write("cut", bb_str_n(whole.p, cut), 0), 0);
            int code = bb_tar_unpack("cut", "t", NULL, &err);
            ck_assert_msg(code == -BB_ECORRUPT, "%s cut at %zu: %d", names[i], cut, code);
        }
    }
    ck_assert_int_eq(bb_fs_write("text", BB_STR("this is no archive\n"), 0), 0);
    ck_assert_int_eq(bb_tar_unpack("text", "t", NULL, &err), -BB_ECORRUPT);
    ck_assert_int_eq(bb_tar_list("text", list_member, &whole, NULL), -BB_ECORRUPT);
    ck_assert_int_eq(bb_tar_unpack("absent", "t", NULL, &err), -ENOENT);
    ck_assert_int_eq(bb_tar_unpack("text", "absent", NULL, &err), -ENOENT);
    bb_buf_clear(&err);
    ck_assert_int_eq(bb_fs_write("mtree", BB_STR("#mtree\nx type=file contents=/etc/passwd\n"), 0), 0);
    ck_assert_int_eq(bb_tar_unpack("mtree", "t", NULL, &err), -BB_ECORRUPT);
}
END_TEST

/* A .deb is an ar archive with data.tar.* inside. */
START_TEST(archive_in_archive)
{
    BB_CLEAN_BUF struct bb_buf ar = BB_BUF_INIT, data = BB_BUF_INIT;
    struct bb_tar_unpack o = {.inner = "data.tar"};
    ck_assert_int_eq(bb_fs_mkdirs("src/usr/bin"), 0);
    ck_assert_int_eq(bb_fs_write("src/usr/bin/x", BB_STR("deb"), BB_FS_EXEC), 0);
    ck_assert_int_eq(bb_tar_pack("src", "data.tar.xz", NULL, &err), 0);
    ck_assert_int_eq(bb_fs_read("data.tar.xz", &data), 0);
    bb_buf_addz(&ar, "!<arch>\n");
    bb_buf_addf(&ar, "%-16s%-12d%-6d%-6d%-8s%-10d`\n%s", "debian-binary", 0, 0, 0, "100644", 4, "2.0\n");
    bb_buf_addf(&ar, "%-16s%-12d%-6d%-6d%-8s%-10zu`\n", "data.tar.xz", 0, 0, 0, "100644", data.len);
    bb_buf_adds(&ar, bb_buf_str(&data));
    ck_assert_int_eq(bb_fs_write("p.deb", bb_buf_str(&ar), 0), 0);
    ck_assert_msg(bb_tar_unpack("p.deb", "t", &o, &err) == 0, "%s", err.p);
    check_content("t/usr/bin/x", "deb");
    o.inner = "control.tar";
    ck_assert_int_eq(bb_tar_unpack("p.deb", "t", &o, &err), -BB_ECORRUPT);
    ck_assert_str_eq(err.p, "holds no 'control.tar'");
    bb_buf_truncate(&ar, ar.len - 100);
    ck_assert_int_eq(bb_fs_write("short.deb", bb_buf_str(&ar), 0), 0);
    o.inner = "data.tar";
    ck_assert_int_eq(bb_tar_unpack("short.deb", "t", &o, NULL), -BB_ECORRUPT);
}
END_TEST

START_TEST(zstd_in_memory)
{
    BB_CLEAN_BUF struct bb_buf packed = BB_BUF_INIT, back = BB_BUF_INIT;
    static char text[300000];
    memset(text, 'z', sizeof(text));
    ck_assert_int_eq(bb_zstd_pack(bb_str_n(text, sizeof(text)), 3, &packed), 0);
    ck_assert_uint_lt(packed.len, 1000);
    ck_assert_int_eq(bb_zstd_unpack(bb_buf_str(&packed), sizeof(text), &back), 0);
    ck_assert_uint_eq(back.len, sizeof(text));
    ck_assert_int_eq(memcmp(back.p, text, sizeof(text)), 0);
    ck_assert_int_eq(bb_zstd_unpack(bb_buf_str(&packed), sizeof(text) - 1, &back), -EFBIG);
    ck_assert_uint_eq(back.len, sizeof(text));
    ck_assert_int_eq(bb_zstd_unpack(bb_str_n(packed.p, packed.len - 5), 1 << 20, &back), -BB_ECORRUPT);
    ck_assert_int_eq(bb_zstd_unpack(BB_STR("plain text"), 1 << 20, &back), -BB_ECORRUPT);
    bb_buf_clear(&packed);
    bb_buf_clear(&back);
    ck_assert_int_eq(bb_zstd_pack(BB_STR(""), 0, &packed), 0);
    ck_assert_uint_gt(packed.len, 4);
    ck_assert_int_eq(bb_zstd_unpack(bb_buf_str(&packed), 10, &back), 0);
    ck_assert_uint_eq(back.len, 0);
}
END_TEST

START_TEST(single_compressed_file)
{
    BB_CLEAN_BUF struct bb_buf packed = BB_BUF_INIT;
    ck_assert_int_eq(bb_zstd_pack(BB_STR("content"), 0, &packed), 0);
    ck_assert_int_eq(bb_fs_write("f.zst", bb_buf_str(&packed), 0), 0);
    ck_assert_msg(bb_tar_decompress("f.zst", "f", &err) == 0, "%s", err.p);
    check_content("f", "content");
    ck_assert_int_eq(bb_fs_write("cut.zst", bb_str_n(packed.p, packed.len - 3), 0), 0);
    ck_assert_int_eq(bb_tar_decompress("cut.zst", "g", NULL), -BB_ECORRUPT);
    ck_assert_int_eq(bb_fs_write("plain", BB_STR("x"), 0), 0);
    ck_assert_int_eq(bb_tar_decompress("plain", "g", NULL), -BB_ECORRUPT);
    ck_assert(!bb_fs_exists("g"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {there_and_back,    reproducible,          lists,   never_leaves_the_target,
                                  harmless_oddities, strips_and_stops,      damaged, archive_in_archive,
                                  zstd_in_memory,    single_compressed_file};
    return unit_run("tar", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
