/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>

#include "base/diag.h"
#include "fetch/apt.h"
#include "fetch/aptsources.h"
#include "fetch/checksum.h"
#include "os/fs.h"

#define SUM "01f4330719fd4f65580e16ea5a0527f372fca750e8f588d26deaf09f2d3b1cf4"

static void sources(const char *text, bool stanzas, bool source, const char *expect)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    bb_aptsources_add(bb_str_z(text), stanzas,
                      &(struct bb_aptrelease){.name = BB_STR("bookworm"), .stable = true}, source, &out);
    ck_assert_str_eq(out.p, expect);
}

START_TEST(takes_sources_of_the_release)
{
    sources("Types: deb deb-src\n# comment\nURIs: http://deb.debian.org/debian\nSuites: bookworm "
            "bookworm-updates x\n"
            "Components: main\n contrib\nSigned-By: /k.gpg\nArchitectures: amd64\n\n"
            "Types: deb\nURIs: https://other\nSuites: nodistro\nComponents: main\n",
            true, false,
            "Types: deb\nURIs: http://deb.debian.org/debian\nSuites: bookworm bookworm-updates\n"
            "Components: main contrib\nSigned-By: /k.gpg\n\n");
    sources("types: deb\nuris: http://h/d\nsuites: stable-security\ncomponents: main\nSigned-By:\n "
            "-----BEGIN\n .\n",
            true, true,
            "Types: deb-src\nURIs: http://h/d\nSuites: stable-security\nComponents: main\nSigned-By:\n "
            "-----BEGIN\n .\n\n");
    sources("Types: deb\nURIs: http://h/d\nSuites: bookworm\nEnabled: no\n", true, false, "");
    sources("Types: deb-src\nURIs: http://h/d\nSuites: bookworm\n", true, false, "");
    sources(
        "# x\ndeb [arch=amd64 signed-by=/k.gpg] http://h/d bookworm main contrib # y\n"
        "deb-src http://h/d bookworm main\ndeb https://h/apt cloud-sdk-bookworm main\ndeb\n",
        false, false,
        "Types: deb\nURIs: http://h/d\nSuites: bookworm\nComponents: main contrib\nSigned-By: /k.gpg\n\n");
}
END_TEST

START_TEST(reads_the_hosts_sources)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT, hosts = BB_BUF_INIT;
    char *dir = unit_tmpdir();

    ck_assert_int_eq(bb_aptsources_host(dir, (bb_str){0}, false, &out), -ENOENT);
    ck_assert_int_eq(bb_fs_mkdirs("apt/sources.list.d"), 0);
    ck_assert_int_eq(bb_fs_write("os-release", BB_STR("ID=debian\nVERSION_CODENAME=trixie\n"), 0), 0);
    ck_assert_int_eq(bb_fs_write("apt/sources.list", BB_STR("deb http://one/d trixie main\n"), 0), 0);
    ck_assert_int_eq(bb_fs_write("apt/sources.list.d/b.sources",
                                 BB_STR("Types: deb\nURIs: https://two:80/d http://three\nSuites: trixie\n"),
                                 0),
                     0);
    ck_assert_int_eq(bb_fs_write("apt/sources.list.d/a.save", BB_STR("deb http://no trixie main\n"), 0), 0);
    ck_assert_int_eq(bb_aptsources_host(dir, (bb_str){0}, false, &out), 0);
    bb_aptsources_hosts(bb_buf_str(&out), &hosts);
    ck_assert_str_eq(hosts.p, "one two:80 three");
    unit_rmdir(dir);
}
END_TEST

START_TEST(reads_sources_of_another_release)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    char *dir = unit_tmpdir();

    ck_assert_int_eq(bb_fs_mkdirs("apt/sources.list.d"), 0);
    ck_assert_int_eq(bb_fs_write("os-release", BB_STR("VERSION_CODENAME=trixie\n"), 0), 0);
    ck_assert_int_eq(
        bb_fs_write("apt/sources.list",
                    BB_STR("deb http://one/d trixie-updates main\ndeb http://two/d stable main\n"), 0),
        0);
    ck_assert_int_eq(bb_aptsources_host(dir, BB_STR("bookworm"), false, &out), 0);
    ck_assert_str_eq(out.p, "Types: deb\nURIs: http://one/d\nSuites: bookworm-updates\nComponents: main\n\n"
                            "Types: deb\nURIs: http://two/d\nSuites: bookworm\nComponents: main\n\n");
    /* what the machine itself names for that release is used alone */
    ck_assert_int_eq(
        bb_fs_write("apt/sources.list.d/old.list", BB_STR("deb http://three/d bookworm main\n"), 0), 0);
    bb_buf_clear(&out);
    ck_assert_int_eq(bb_aptsources_host(dir, BB_STR("bookworm"), false, &out), 0);
    ck_assert_str_eq(out.p, "Types: deb\nURIs: http://three/d\nSuites: bookworm\nComponents: main\n\n");
    unit_rmdir(dir);
}
END_TEST

static const char uris[] =
    "'http://h/libc6_2.36%2bx_arm64.deb' libc6_1%3a2.36+x_arm64.deb 23 SHA256:" SUM "\n"
    "noise\n"
    "'http://h/a_1_all.deb' a_1_all.deb 5 SHA256:" SUM "\n"
    "'http://h/b_1.dsc' b_1.dsc 7 SHA256:" SUM "\n";

START_TEST(lists_files)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT, out = BB_BUF_INIT, again = BB_BUF_INIT;
    struct bb_aptlist l, m;

    bb_aptlist_init(&l);
    bb_aptlist_init(&m);
    ck_assert_int_eq(bb_aptlist_add_uris(&l, bb_str_z(uris), &err), 0);
    ck_assert_uint_eq(l.files.n, 3);
    ck_str(l.files.p[0].name, "libc6");
    ck_str(l.files.p[0].version, "1:2.36+x");
    ck_str(l.files.p[0].arch, "arm64");
    ck_assert_int_eq(l.files.p[0].size, 23);
    ck_str(l.files.p[2].version, "-");
    bb_aptlist_record(&l, &out);
    ck_assert_str_eq(out.p, "a 1 all 5 " SUM " a_1_all.deb\n"
                            "b - - 7 " SUM " b_1.dsc\n"
                            "libc6 1:2.36+x arm64 23 " SUM " libc6_1%3a2.36+x_arm64.deb\n");
    ck_assert_int_eq(bb_aptlist_add_record(&m, bb_buf_str(&out), &err), 0);
    bb_aptlist_record(&m, &again);
    ck_assert_str_eq(again.p, out.p);
    bb_aptlist_release(&l);
    bb_aptlist_release(&m);
}
END_TEST

START_TEST(refuses_bad_lists)
{
    static const char *const lines[] = {
        "'http://h/a_1_all.deb' a_1_all.deb 5 MD5Sum:00\n",
        "'http://h/a_1_all.deb' a_1_all.deb 5\n",
        "'http://h/x' ../x 5 SHA256:" SUM "\n",
        "'http://h/x' x five SHA256:" SUM "\n",
    };
    static const char *const records[] = {"a 1 all 5 " SUM " ../a\n", "a 1 all\n", "a 1 all 5 00 a.deb\n"};
    struct bb_aptlist l;

    bb_aptlist_init(&l);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
        ck_assert_int_eq(bb_aptlist_add_uris(&l, bb_str_z(lines[i]), &err), -BB_ECORRUPT);
        ck_assert(err.len > 0);
    }
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
        ck_assert_int_eq(bb_aptlist_add_record(&l, bb_str_z(records[i]), &err), -BB_ECORRUPT);
    }
    bb_aptlist_release(&l);
}
END_TEST

START_TEST(filters)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_aptlist l;

    bb_aptlist_init(&l);
    bb_aptlist_add_uris(&l, bb_str_z(uris), &err);
    bb_aptlist_filter(&l, BB_STR("lib*,a"), BB_STR(""));
    ck_assert_uint_eq(l.files.n, 2);
    bb_aptlist_filter(&l, BB_STR(""), BB_STR("libc[0-9]"));
    ck_assert_uint_eq(l.files.n, 1);
    ck_str(l.files.p[0].name, "a");
    bb_aptlist_release(&l);
}
END_TEST

/* A file in the pool with the right size but another content is noticed at each use. */
START_TEST(verifies_the_pool)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT, line = BB_BUF_INIT;
    char *dir = unit_tmpdir(), sum[65];
    struct bb_apt a = {.root = "root", .pool = "pool", .arch = "arm64", .sources = BB_STR("x")};
    struct bb_aptlist l;

    bb_aptlist_init(&l);
    bb_checksum_text(BB_STR("hello"), sum);
    bb_buf_addf(&line, "a 1 all 5 %s a_1_all.deb\n", sum);
    ck_assert_int_eq(bb_aptlist_add_record(&l, bb_buf_str(&line), &err), 0);
    ck_assert_int_eq(bb_apt_prepare(&a, &err), 0);
    ck_assert(!bb_apt_in_pool(&a, &l.files.p[0]));
    ck_assert_int_eq(bb_fs_write("pool/a_1_all.deb", BB_STR("hellO"), 0), 0);
    ck_assert(bb_apt_in_pool(&a, &l.files.p[0]));
    ck_assert_int_eq(bb_apt_verify(&a, &l.files.p[0], &err), -BB_ECHECKSUM);
    ck_assert_int_eq(bb_apt_unpack(&a, &l, dir, 0, BB_STR(""), &err), -BB_ECHECKSUM);
    ck_assert_int_eq(bb_fs_write("pool/a_1_all.deb", BB_STR("hello"), 0), 0);
    ck_assert_int_eq(bb_apt_verify(&a, &l.files.p[0], &err), 0);
    bb_aptlist_release(&l);
    unit_rmdir(dir);
}
END_TEST

START_TEST(knows_its_index)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    char *dir = unit_tmpdir();
    struct bb_apt a = {.root = "root", .pool = "pool", .arch = "arm64", .sources = BB_STR("Types: deb\n")};

    ck_assert_int_eq(bb_apt_prepare(&a, &err), 0);
    ck_assert(!bb_apt_has_index(&a, -1));
    ck_assert_int_eq(bb_fs_write("root/state/updated", a.sources, 0), 0);
    ck_assert(bb_apt_has_index(&a, -1));
    ck_assert(bb_apt_has_index(&a, 1000));
    ck_assert_int_eq(bb_fs_set_mtime("root/state/updated", 1000), 0);
    ck_assert(!bb_apt_has_index(&a, 1000));
    ck_assert(bb_apt_has_index(&a, -1));
    a.sources = BB_STR("Types: deb\nother\n");
    ck_assert(!bb_apt_has_index(&a, -1));
    unit_rmdir(dir);
}
END_TEST

UNIT_MAIN("fetch/apt", takes_sources_of_the_release, reads_the_hosts_sources,
          reads_sources_of_another_release, lists_files, refuses_bad_lists, filters, verifies_the_pool,
          knows_its_index)
