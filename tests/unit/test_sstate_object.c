/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "base/diag.h"
#include "base/vec.h"
#include "os/fs.h"
#include "sstate/object.h"

#define NAME   "sstate:busybox:aarch64-bbc-linux:1.35:r0:aarch64:12:ab34_package.tar.zst"
#define OBJECT "ss/ab/34/" NAME

static char *dir;

static void shell(const char *cmd)
{
    ck_assert_msg(system(cmd) == 0, "%s", cmd);
}

static void setup(void)
{
    dir = unit_tmpdir();
    shell("mkdir -p in/usr/bin in/empty && echo hello > in/usr/bin/x && chmod 755 in/usr/bin/x && ln -s "
          "bin/x in/usr/l &&"
          " ln in/usr/bin/x in/usr/bin/y && head -c 100000 /dev/urandom > in/blob && chmod 1777 in/empty");
}

static void teardown(void)
{
    unit_rmdir(dir);
}

static void pack(const char *archive)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_stat st;
    uint64_t size = 0;
    int r = bb_object_pack(archive, "in", &size, &err);

    ck_assert_msg(r == 0, "%s", err.p);
    ck_assert_int_eq(bb_fs_stat(archive, &st), 0);
    ck_assert_uint_eq(st.size, size);
}

START_TEST(round_trip)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    pack(OBJECT);
    ck_assert_int_eq(bb_object_verify(OBJECT, &err), 0);
    ck_assert_msg(bb_object_unpack(OBJECT, "out/there/", &err) == 0, "%s", err.p);
    shell("diff -r in out/there && test \"$(stat -c %a out/there/usr/bin/x)\" = 755 &&"
          " test \"$(stat -c %a out/there/empty)\" = 1777 && test \"$(readlink out/there/usr/l)\" = bin/x &&"
          " test out/there/usr/bin/x -ef out/there/usr/bin/y && test \"$(ls -A out)\" = there");
    shell("test \"$(ls -A ss/ab/34)\" = '" NAME "'"); /* nothing unfinished beside it */
}
END_TEST

START_TEST(same_content_same_bytes)
{
    pack(OBJECT);
    shell("cp -a in in2 && rm -r in && mkdir in && cp -a in2/usr in2/empty in2/blob in/ && cp '" OBJECT
          "' one");
    pack(OBJECT);
    shell("cmp one '" OBJECT "'");
}
END_TEST

START_TEST(merges_into_what_is_there)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    pack(OBJECT);
    shell("mkdir -p out/usr/bin/x out/other && echo keep > out/usr/k && echo old > out/blob");
    ck_assert_msg(bb_object_unpack(OBJECT, "out", &err) == 0, "%s", err.p);
    shell("cmp in/blob out/blob && test -f out/usr/bin/x && test \"$(cat out/usr/k)\" = keep && test -d "
          "out/other");
}
END_TEST

/* An ordinary tar sees an ordinary archive. */
START_TEST(other_tools_read_it)
{
    if (system("tar --zstd --help >/dev/null 2>&1 && command -v zstd >/dev/null") != 0)
        return;
    pack(OBJECT);
    shell("mkdir t && tar --zstd -xf './" OBJECT "' --force-local -C t && diff -r in t");
}
END_TEST

static void refused(const char *archive, const char *reason)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT, again = BB_BUF_INIT;

    ck_assert_int_eq(bb_object_unpack(archive, "out", &err), -BB_ECORRUPT);
    ck_assert_msg(bb_str_has(bb_buf_str(&err), bb_str_z(reason)), "%s", err.p);
    ck_assert(bb_str_chr(bb_buf_str(&err), '\n', 0) == BB_NPOS);
    ck_assert(!bb_fs_exists("out"));
    ck_assert_int_eq(bb_object_verify(archive, &again), -BB_ECORRUPT);
}

START_TEST(refuses_what_is_not_whole)
{
    pack(OBJECT);
    shell("cp '" OBJECT "' keep");
    shell("truncate -s -1 '" OBJECT "'");
    refused(OBJECT, "is truncated or was not written by bbc");
    shell("cp keep '" OBJECT "' && truncate -s 60000 '" OBJECT "'");
    refused(OBJECT, "is truncated or was not written by bbc");
    shell(": > '" OBJECT "'");
    refused(OBJECT, "is truncated or was not written by bbc");
    shell("cp keep '" OBJECT "' && printf X | dd of='" OBJECT "' bs=1 seek=5000 conv=notrunc 2>/dev/null");
    refused(OBJECT, "does not have the checksum");
}
END_TEST

START_TEST(refuses_foreign_and_renamed)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    shell("mkdir -p ss/ab/34 && tar -C in -czf '" OBJECT "' --force-local .");
    refused(OBJECT, "was not written by bbc");
    pack(OBJECT);
    shell("mv '" OBJECT "' ss/ab/34/sstate:x:::::12:ff_y.tar.zst");
    refused("ss/ab/34/sstate:x:::::12:ff_y.tar.zst", "was packed as '" NAME "'");
    ck_assert_int_eq(bb_object_verify("none.tar.zst", &err), -ENOENT);
}
END_TEST

/* Sealed as ours, but with a member that would leave the target: the archive code refuses it, nothing is
 * installed. */
START_TEST(refuses_escape)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    shell("python3 - <<'E'\n"
          "import hashlib, io, tarfile\n"
          "b = io.BytesIO(); t = tarfile.open(fileobj=b, mode='w')\n"
          "t.addfile(tarfile.TarInfo('./fine')); t.addfile(tarfile.TarInfo('../../evil')); t.close()\n"
          "data = b.getvalue()\n"
          "text = b'bbc-sstate 1\\nname e_x.tar.zst\\nsha256 ' + hashlib.sha256(data).hexdigest().encode() + "
          "b'\\n'\n"
          "open('e_x.tar.zst', 'wb').write(data + b'\\x5b\\x2a\\x4d\\x18\\xf8\\x01\\0\\0' + text.ljust(504, "
          "b'\\n'))\n"
          "E");
    ck_assert_int_eq(bb_object_verify("e_x.tar.zst", &err), 0);
    ck_assert_int_lt(bb_object_unpack("e_x.tar.zst", "a/b/out", &err), 0);
    ck_assert(err.len > 0);
    ck_assert(!bb_fs_exists("a/b/out") && !bb_fs_exists("a/evil") && !bb_fs_exists("evil"));
}
END_TEST

START_TEST(no_devices_and_no_programs_with_rights)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    shell("chmod 6755 in/usr/bin/x && chmod 2755 in/empty");
    pack(OBJECT);
    ck_assert_msg(bb_object_unpack(OBJECT, "out", &err) == 0, "%s", err.p);
    shell(
        "test \"$(stat -c %a out/usr/bin/x out/usr/bin/y out/empty | tr '\\n' ' ')\" = '755 755 755 ' && rm -r out && "
        "mkfifo in/usr/fifo");
    pack(OBJECT);
    ck_assert_int_eq(bb_object_unpack(OBJECT, "out", &err), -BB_EUNSAFE);
    ck_assert_str_eq(err.p, "./usr/fifo: a device, fifo or socket");
    ck_assert(!bb_fs_exists("out") && !bb_fs_exists("out.unpack"));
}
END_TEST

START_TEST(does_not_follow_links)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    pack(OBJECT);
    shell("mkdir -p elsewhere/usr to && ln -s elsewhere out && ln -s ../elsewhere to/usr");
    ck_assert_int_eq(bb_object_unpack(OBJECT, "out/", &err), -BB_EUNSAFE);
    /* a link in the place of a folder is replaced */
    ck_assert_msg(bb_object_unpack(OBJECT, "to", &err) == 0, "%s", err.p);
    shell(
        "test \"$(ls -A elsewhere)\" = usr && test -z \"$(ls -A elsewhere/usr)\" && test ! -L to/usr && diff -r in to");
}
END_TEST

START_TEST(refuses_names)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    uint64_t size;

    ck_assert_int_eq(bb_object_pack("ss/x.tgz", "in", &size, &err), -EINVAL);
    ck_assert_int_lt(bb_object_pack(OBJECT, "none", &size, &err), 0);
    ck_assert(!bb_fs_exists(OBJECT));
}
END_TEST

/* Two processes that pack the same object at once: the result is one of them, whole. */
START_TEST(many_writers)
{
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
            uint64_t size;
            int r = 0;
            for (int k = 0; k < 10 && r == 0; k++)
                r = bb_object_pack(OBJECT, "in", &size, &err);
            for (int k = 0; k < 10 && r == 0; k++)
                r = bb_object_verify(OBJECT, &err);
            _exit(r != 0);
        }
    for (int i = 0; i < 4; i++) {
        int status;
        ck_assert(wait(&status) > 0);
        ck_assert_int_eq(status, 0);
    }
    shell("test \"$(ls -A ss/ab/34)\" = '" NAME "'");
}
END_TEST

START_TEST(full_disk_leaves_nothing)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_strvec names = {0};
    struct bb_arena a;
    uint64_t size;

    if (geteuid() != 0 || bb_fs_mkdirs("small") < 0 || mount("tmpfs", "small", "tmpfs", 0, "size=64k") < 0)
        return; /* needs the right to mount */
    ck_assert_int_eq(bb_object_pack("small/" NAME, "in", &size, &err), -ENOSPC);
    ck_assert_msg(bb_str_has(bb_buf_str(&err), BB_STR("No space left on device")), "%s", err.p);
    bb_arena_init(&a);
    ck_assert_int_eq(bb_fs_list(&a, "small", &names), 0);
    ck_assert_uint_eq(names.n, 0);
    bb_arena_release(&a);
    umount("small");
}
END_TEST

START_TEST(parses_names)
{
    struct bb_object_name n;

    ck_assert(bb_object_parse_name(BB_STR(NAME), &n));
    ck_str(n.pn, "busybox");
    ck_str(n.hash, "ab34");
    ck_str(n.task, "package");
    ck_assert(bb_object_parse_name(BB_STR("sstate:b::1:r0::12:00_image_complete.tar.zst"), &n));
    ck_str(n.task, "image_complete");
    ck_assert(!bb_object_parse_name(BB_STR("sstate:b:00.tar.zst"), &n));
    ck_assert(!bb_object_parse_name(BB_STR("sstate:b:00_x.tar.zst.siginfo"), &n));
    ck_assert(!bb_object_parse_name(BB_STR("other:b:00_x.tar.zst"), &n));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {round_trip,
                                  same_content_same_bytes,
                                  merges_into_what_is_there,
                                  other_tools_read_it,
                                  refuses_what_is_not_whole,
                                  refuses_foreign_and_renamed,
                                  refuses_escape,
                                  no_devices_and_no_programs_with_rights,
                                  does_not_follow_links,
                                  refuses_names,
                                  many_writers,
                                  full_disk_leaves_nothing,
                                  parses_names};
    return unit_run("sstate/object", tests, sizeof(tests) / sizeof(tests[0]), setup, teardown);
}
