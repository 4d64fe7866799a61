/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>

#include "ext/digest.h"
#include "os/fs.h"

START_TEST(known_values)
{
    static const struct {
        const char *algo, *hex;
    } abc[] = {
        {"md5", "900150983cd24fb0d6963f7d28e17f72"},
        {"sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {"sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"sha384",
         "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
        {"sha512", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                   "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    };
    char hex[BB_DIGEST_HEX];
    for (size_t i = 0; i < sizeof(abc) / sizeof(*abc); i++) {
        ck_assert_int_eq(bb_digest_text(abc[i].algo, BB_STR("abc"), hex), 0);
        ck_assert_str_eq(hex, abc[i].hex);
    }
    bb_sha256(bb_str_z(NULL), hex);
    ck_assert_str_eq(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    ck_assert_int_eq(bb_digest_text("crc32", BB_STR(""), hex), -EINVAL);
}
END_TEST

START_TEST(pieces_and_files)
{
    char *dir = unit_tmpdir(), whole[BB_DIGEST_HEX], hex[BB_DIGEST_HEX];
    static char text[200000];
    struct bb_digest *d;
    memset(text, 'x', sizeof(text));
    ck_assert_int_eq(bb_digest_text("sha256", bb_str_n(text, sizeof(text)), whole), 0);
    ck_assert_int_eq(bb_digest_new("sha256", &d), 0);
    for (size_t at = 0, n = 1; at < sizeof(text); at += n, n = n * 2 < sizeof(text) - at ? n * 2 : 1)
        bb_digest_add(d, bb_str_n(text + at, n));
    bb_digest_finish(d, hex);
    bb_digest_free(d);
    ck_assert_str_eq(hex, whole);
    ck_assert_int_eq(bb_fs_write("f", bb_str_n(text, sizeof(text)), 0), 0);
    ck_assert_int_eq(bb_digest_file("sha256", "f", hex), 0);
    ck_assert_str_eq(hex, whole);
    ck_assert_int_eq(bb_digest_file("sha256", "absent", hex), -ENOENT);
    ck_assert_int_eq(bb_digest_file("sha256", ".", hex), -EISDIR);
    ck_assert_int_eq(bb_digest_new("none", &d), -EINVAL);
    unit_rmdir(dir);
}
END_TEST

UNIT_MAIN("digest", known_values, pieces_and_files)
