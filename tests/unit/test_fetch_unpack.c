/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/diag.h"
#include "fetch/unpack.h"
#include "os/fs.h"

#include <sys/stat.h>
#include <unistd.h>

static char *dir;

/* Test archives are made with the usual programs, python3 among them for what those refuse to make. */
static void shell(const char *cmd)
{
    ck_assert_msg(system(cmd) == 0, "%s", cmd);
}

static void setup(void)
{
    dir = unit_tmpdir();
    ck_assert_int_eq(bb_fs_mkdirs("out"), 0);
    shell("mkdir -p top/sub && echo one > top/sub/f && ln -s sub/f top/l && chmod 750 top/sub/f");
}

static void teardown(void)
{
    unit_rmdir(dir);
}

static int unpack(const char *file, const struct bb_unpack_opts *o, struct bb_buf *err)
{
    static const struct bb_unpack_opts none;
    return bb_unpack_archive(file, "out", o ? o : &none, err);
}

static void expect(const char *path, const char *content)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    ck_assert_msg(bb_fs_read(path, &text) == 0, "%s is missing", path);
    ck_assert_str_eq(text.p, content);
}

START_TEST(knows_names)
{
    static const struct {
        const char *name;
        enum bb_unpack_kind kind;
    } names[] = {
        {"x-1.tar.gz", BB_UNPACK_TREE}, {"x.tgz", BB_UNPACK_TREE},   {"x.tar.zst", BB_UNPACK_TREE},
        {"x.zip", BB_UNPACK_TREE},      {"x.deb", BB_UNPACK_TREE},   {"x.gz", BB_UNPACK_SINGLE},
        {"x.z", BB_UNPACK_SINGLE},      {"x.patch", BB_UNPACK_COPY}, {"x.patch.gz", BB_UNPACK_SINGLE},
        {"tar", BB_UNPACK_COPY},        {"x.TAR", BB_UNPACK_COPY},   {"", BB_UNPACK_COPY},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_msg(bb_unpack_kind(bb_str_z(names[i].name)) == names[i].kind, "%s", names[i].name);
}
END_TEST

START_TEST(unpacks_tars)
{
    static const char *const ways[][2] = {
        {"tar -cf a.tar top", "a.tar"},        {"tar -czf a.tar.gz top", "a.tar.gz"},
        {"tar -cJf a.tar.xz top", "a.tar.xz"}, {"tar -c top | bzip2 > a.tbz2", "a.tbz2"},
        {"tar -czf a.crate top", "a.crate"},
    };
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
        shell(ways[i][0]);
        ck_assert_msg(unpack(ways[i][1], NULL, &err) == 0, "%s: %s", ways[i][1], err.p);
        expect("out/top/sub/f", "one\n");
        expect("out/top/l", "one\n");
        shell("rm -r out/top");
    }
}
END_TEST

START_TEST(strips)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_unpack_opts o = {.strip = 1};

    shell("tar -czf a.tgz top");
    ck_assert_int_eq(unpack("a.tgz", &o, &err), 0);
    expect("out/sub/f", "one\n");
    ck_assert(!bb_fs_exists("out/top"));
}
END_TEST

START_TEST(unpacks_zips_and_single_files)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    shell("python3 -c \"import zipfile; z=zipfile.ZipFile('a.zip','w'); z.write('top/sub/f')\"");
    ck_assert_int_eq(unpack("a.zip", NULL, &err), 0);
    expect("out/top/sub/f", "one\n");
    shell("gzip -c top/sub/f > fix.patch.gz; xz -c top/sub/f > fix2.xz; bzip2 -c top/sub/f > fix3.bz2");
    ck_assert_int_eq(unpack("fix.patch.gz", NULL, &err), 0);
    expect("out/fix.patch", "one\n");
    ck_assert_int_eq(unpack("fix2.xz", NULL, &err), 0);
    expect("out/fix2", "one\n");
    ck_assert_int_eq(unpack("fix3.bz2", NULL, &err), 0);
    expect("out/fix3", "one\n");
}
END_TEST

START_TEST(unpacks_debs)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    shell("tar -cJf data.tar.xz ./top && echo 2.0 > debian-binary && tar -czf control.tar.gz top &&"
          " ar rc a.deb debian-binary control.tar.gz data.tar.xz && tar -cf n.tar top &&"
          " ar rc none.deb debian-binary control.tar.gz");
    ck_assert_msg(unpack("a.deb", NULL, &err) == 0, "%s", err.p);
    expect("out/top/sub/f", "one\n");
    ck_assert(!bb_fs_exists("out/debian-binary"));
    ck_assert_int_lt(unpack("none.deb", NULL, &err), 0);
}
END_TEST

/* The modes of what we unpack, compared with those that the program gives. */
static void expect_modes(const char *archive, const char *program)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT, cmd = BB_BUF_INIT;

    shell("rm -rf out want && mkdir out want");
    bb_buf_addf(&cmd, "cd want && %s ../%s", program, archive);
    shell(cmd.p);
    ck_assert_msg(unpack(archive, NULL, &err) == 0, "%s", err.p);
    bb_buf_clear(&cmd);
    bb_buf_addf(
        &cmd, "for d in want out; do (cd $d && find . -printf '%%m %%P\\n' | sort -k 2 > ../$d.modes); done; "
              "diff -u want.modes out.modes");
    shell(cmd.p);
}

/* As tar and the others do it that BitBake calls, for root and for somebody else. */
START_TEST(gives_modes)
{
    static const char *const umasks[] = {"022", "027"};
    shell(
        "mkdir -p tree/in && echo x | tee tree/in/a tree/in/b tree/in/c tree/in/d > /dev/null && chmod 666 tree/in/a && "
        "chmod 4755 tree/in/b && chmod 600 tree/in/c && chmod 777 tree/in/d && chmod 2775 tree/in && chmod 755 tree");
    shell(
        "tar -cf m.tar -C tree in && gzip -c tree/in/a > m.gz && cd tree && find in | cpio -o -H newc --quiet > ../m.cpio");
    shell("cd tree && python3 -c 'import zipfile; z = zipfile.ZipFile(\"../m.zip\", \"w\"); "
          "[z.write(\"in/\" + n) for n in (\"\", \"a\", \"b\", \"c\", \"d\")]'");
    for (int other = 0; other < 2; other++) {
        if (other && geteuid() == 0) {
            shell("chown -Rh 65534 .");
            ck_assert_int_eq(setuid(65534), 0);
        }
        for (size_t i = 0; i < sizeof(umasks) / sizeof(umasks[0]); i++) {
            umask((mode_t)strtoul(umasks[i], NULL, 8));
            expect_modes("m.tar", "tar --extract --no-same-owner -f");
            expect_modes("m.gz", "gzip -dc > m");
            expect_modes("m.zip", "unzip -q -o");
        }
        umask(027);
        if (!other) /* libarchive gives nobody the set-user-ID bit of another owner's file, which cpio would */
            expect_modes("m.cpio", "cpio -id --quiet <");
        shell("rm -rf out want *.modes");
    }
}
END_TEST

START_TEST(refuses_damage)
{
    static const char *const damage[][2] = {
        {"dd if=/dev/urandom of=top/r bs=1k count=64 2>/dev/null && tar -czf t.tgz top && truncate -s 20000 "
         "t.tgz",
         "t.tgz"},
        {"dd if=/dev/urandom of=top/r bs=1k count=64 2>/dev/null && xz -c top/r > t.xz && truncate -s 20000 "
         "t.xz",
         "t.xz"},
        {"echo no archive at all > t.zip", "t.zip"},
        {": > t.deb", "t.deb"},
        {"echo no archive at all > t.crate", "t.crate"},
    };
    for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
        BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
        shell(damage[i][0]);
        ck_assert_msg(unpack(damage[i][1], NULL, &err) < 0, "%s", damage[i][1]);
        ck_assert_msg(strstr(err.p, damage[i][1]) != NULL, "%s: %s", damage[i][1], err.p);
    }
    ck_assert(!bb_fs_exists("out/t"));
}
END_TEST

/* "Zip slip": no member may land outside of the target, by its name or through a link that came before it. */
START_TEST(stays_inside)
{
    static const char *const makers[][2] = {
        {"import zipfile; z=zipfile.ZipFile('e.zip','w'); z.writestr('../evil','x')", "e.zip"},
        {"import tarfile; t=tarfile.open('e.tar','w'); t.addfile(tarfile.TarInfo('../evil'))", "e.tar"},
        {"import tarfile; t=tarfile.open('e.tar','w'); t.addfile(tarfile.TarInfo('a/../../evil'))", "e.tar"},
        {"import tarfile; t=tarfile.open('e.tar','w'); i=tarfile.TarInfo('l'); i.type=tarfile.SYMTYPE; "
         "i.linkname='..'; t.addfile(i); t.addfile(tarfile.TarInfo('l/evil'))",
         "e.tar"},
        {"import tarfile; t=tarfile.open('e.tar','w'); i=tarfile.TarInfo('evil2'); i.type=tarfile.LNKTYPE; "
         "i.linkname='../secret'; t.addfile(i)",
         "e.tar"},
    };
    shell("echo secret > secret");
    for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
        BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT, cmd = BB_BUF_INIT;
        bb_buf_addf(&cmd, "python3 -c \"%s\"", makers[i][0]);
        shell(cmd.p);
        ck_assert_int_eq(unpack(makers[i][1], NULL, &err), -BB_EUNSAFE);
        ck_assert(err.len > 0);
        ck_assert(!bb_fs_exists("evil"));
        ck_assert(!bb_fs_exists("out/evil2"));
    }
}
END_TEST

START_TEST(copies)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_stat st;

    ck_assert_int_eq(bb_unpack_copy("top/sub/f", "out", &err), 0);
    expect("out/f", "one\n");
    ck_assert_int_eq(bb_fs_lstat("out/f", &st), 0);
    ck_assert_uint_eq(st.mode & 0777, 0750);
    ck_assert_int_eq(bb_unpack_copy("top/", "out", &err), 0);
    ck_assert_int_eq(bb_fs_lstat("out/top/l", &st), 0);
    ck_assert_int_eq(st.type, BB_F_LINK);
    ck_assert_int_eq(bb_unpack_copy("top/l", "out", &err), 0); /* the link given is followed */
    ck_assert_int_eq(bb_fs_lstat("out/l", &st), 0);
    ck_assert_int_eq(st.type, BB_F_FILE);
    ck_assert_int_lt(bb_unpack_copy("none", "out", &err), 0);
    ck_assert(err.len > 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {knows_names,  unpacks_tars, strips,         unpacks_zips_and_single_files,
                                  unpacks_debs, gives_modes,  refuses_damage, stays_inside,
                                  copies};
    return unit_run("fetch/unpack", tests, sizeof(tests) / sizeof(tests[0]), setup, teardown);
}
