/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>

#include "base/diag.h"
#include "fetch/uri.h"

static struct bb_arena arena;

static void setup(void)
{
    bb_arena_init(&arena);
}

static void teardown(void)
{
    bb_arena_release(&arena);
}

/* A decoded url as one line: type|host|path|user|pswd|key=value,... */
static const char *shown(const char *url)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_uri u;
    bb_str why;
    int r = bb_uri_decode(&arena, bb_str_z(url), &u, &why);

    if (r < 0)
        return why.len ? bb_arena_strz(&arena, why) : "malformed";
    bb_buf_addf(&out, "%.*s|%.*s|%.*s|%.*s|%.*s|", BB_STRF(u.type), BB_STRF(u.host), BB_STRF(u.path),
                BB_STRF(u.user), BB_STRF(u.pswd));
    for (size_t i = 0; i < u.nparams; i++)
        bb_buf_addf(&out, "%s%.*s=%.*s", i ? "," : "", BB_STRF(u.params[i].key), BB_STRF(u.params[i].val));
    return bb_arena_strz(&arena, bb_buf_str(&out));
}

static const struct {
    const char *url, *expect;
} decode_cases[] = {
    {"http://www.example.org/a/b.tar.gz", "http|www.example.org|/a/b.tar.gz|||"},
    {"https://host:8080/x;name=n;downloadfilename=y", "https|host:8080|/x|||name=n,downloadfilename=y"},
    {"git://me:secret@host/repo.git;branch=a;branch=b", "git|host|/repo.git|me|secret|branch=b"},
    {"git://me@host/repo", "git|host|/repo|me||"},
    {"git://a@b@host/repo", "git|host|/repo|a@b||"},
    {"git://host/path@2/x", "git|host|/path@2/x|||"},
    {"http://a@b@", "http|b@|/|a||"},
    {"http://a@;x=y", "http|a@|/|||x=y"},
    {"http://:pw@h/", "http|h|/|:pw||"},
    {"http://u:p:q@h/", "http|h|/|u|p:q|"},
    {"file://dir/name.patch;apply=no", "file||dir/name.patch|||apply=no"},
    {"FILE:///abs/x", "FILE||/abs/x|||"},
    {"file://a%20b%41", "file||a bA|||"},
    {"file://a%zzb%4", "file||a%zzb%4|||"},
    {"file://%ff%c3%a4", "file||\xef\xbf\xbd\xc3\xa4|||"},
    {"apt://busybox-static=1:1.35.0-4+b3;arch=arm64", "apt|busybox-static=1:1.35.0-4+b3|/|||arch=arm64"},
    {"git://h/r;rev=a=b;;x=", "git|h|/r|||rev=a=b,x="},
    {"://host/x", "|host|/x|||"},
    {"http://host;x",
     "The URL: 'http://host;x' is invalid: parameter x does not specify a value (missing '=')"},
    {"http:/host/x", "malformed"},
    {"nothing", "malformed"},
    {"", "malformed"},
    {"http://", "malformed"},
    {"http://;a=b", "malformed"},
};

START_TEST(decode)
{
    ck_assert_str_eq(shown(decode_cases[_i].url), decode_cases[_i].expect);
}
END_TEST

static const struct {
    const char *url, *expect;
} encode_cases[] = {
    {"http://h/a//b///c", "http://h/a/b/c"},
    {"git://u:p@h/r;branch=x;name=y", "git://u:p@h/r;branch=x;name=y"},
    {"git://u@h/r", "git://u@h/r"},
    {"file://u@x/a b", "file://x/a%20b"},
    {"http://h/%7e%2B+%25", "http://h/~%2B%2B%25"},
    {"http://h/\xc3\xa4", "http://h/%C3%A4"},
};

START_TEST(encode)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_uri u;
    bb_str why;

    ck_assert_int_eq(bb_uri_decode(&arena, bb_str_z(encode_cases[_i].url), &u, &why), 0);
    bb_uri_encode(&u, &out);
    ck_assert_str_eq(out.p, encode_cases[_i].expect);
}
END_TEST

START_TEST(params)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_uri u;
    bb_str why;

    ck_assert_int_eq(bb_uri_decode(&arena, BB_STR("git://h/r;a=1;b=2"), &u, &why), 0);
    ck_assert(bb_str_eq(bb_uri_param(&u, BB_STR("b")), BB_STR("2")));
    ck_assert_ptr_null(bb_uri_param(&u, BB_STR("c")).p);
    bb_uri_set_param(&arena, &u, BB_STR("a"), BB_STR("9"));
    bb_uri_set_param(&arena, &u, BB_STR("c"), BB_STR("3"));
    bb_uri_encode(&u, &out);
    ck_assert_str_eq(out.p, "git://h/r;a=9;b=2;c=3");
}
END_TEST

START_TEST(decode_failure_leaves_result)
{
    struct bb_uri u = {.type = BB_STR("kept")};
    bb_str why;

    ck_assert_int_eq(bb_uri_decode(&arena, BB_STR("no url"), &u, &why), -BB_EPARSE);
    ck_assert(bb_str_eq(u.type, BB_STR("kept")));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fetch/uri");
    TCase *tc = tcase_create("uri");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, decode, 0, sizeof(decode_cases) / sizeof(decode_cases[0]));
    tcase_add_loop_test(tc, encode, 0, sizeof(encode_cases) / sizeof(encode_cases[0]));
    tcase_add_test(tc, params);
    tcase_add_test(tc, decode_failure_leaves_result);
    suite_add_tcase(s, tc);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_NORMAL);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}
