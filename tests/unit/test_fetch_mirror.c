/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/diag.h"
#include "fetch/mirror.h"

static const struct {
    const char *url, *find, *replace, *tarball, *localname, *expect; /* expect NULL: the line does not fit */
} replace_cases[] = {
    /* a plain download */
    {"http://x.org/a/f-1.tgz", "http://.*/.*", "http://mirror/src/", "", "f-1.tgz",
     "http://mirror/src/f-1.tgz"},
    {"http://x.org/a/f-1.tgz", "https?://.*/.*", "file:///pool/", "", "f-1.tgz", "file:///pool/f-1.tgz"},
    {"https://x.org/f", "http://.*/.*", "http://mirror/", "", "f", NULL},
    {"file://f", "http.*://.*/.*", "http://mirror/", "", "f", NULL},
    /* the local name differs from the one in the URL (downloadfilename) */
    {"http://x.org/a/b;downloadfilename=c", "http://.*/.*", "http://mirror/", "", "c",
     "http://mirror/c;downloadfilename=c"},
    {"http://x.org/a/b", "http://x.org/a/", "http://mirror/z/", "", "c", "http://mirror/z/c"},
    /* words */
    {"git://git.org/p/r.git;branch=main", "git://.*/.*", "https://TYPE.m/HOST/PATH/BASENAME", "", "",
     "https://git.m/git.org/p/r.git/r.git;branch=main"},
    {"git://git.org:99/p/r.git", "git://.*/.*", "http://m/MIRRORNAME", "", "", "http://m/git.org.99.p.r.git"},
    /* groups */
    {"http://a.org/x/y", "http://(.*)\\.org/(.)/(.)", "http://\\1.net/\\g<2>-\\1", "", "",
     "http://a.net/y-x"},
    {"http://a.org/x/y", "http://a.org/(x)/(y)", "http://m/\\2/\\g<1>", "", "", "http://m/y/x"},
    /* mirror tarballs: parameters go, the base name is the tarball's */
    {"git://h/r;branch=main", "git://.*/.*", "http://m/t/", "git2_h.r.tar.gz", "",
     "http://m/t/git2_h.r.tar.gz"},
    {"git://h/r;branch=main", "git://.*/.*", "git://m/PATH", "git2_h.r.tar.gz", "", "git://m/r;branch=main"},
    /* user, password and parameters */
    {"git://u:p@h/r", "git://.*/.*", "git://v@m/r2", "", "", "git://v@m/r2"},
    {"git://h/r;protocol=ssh", "git://h/r;protocol=https", "git://m/r", "", "", NULL},
    {"git://h/r;protocol=ssh", "git://h/r;protocol=ssh", "git://m/r;protocol=https;name=TYPE", "", "",
     "git://m/r;protocol=https;name=git"},
    /* only the first match counts, and it may be empty */
    {"http://aa/aa", "http://a/aa", "http://b/cc", "", "", "http://ba/cc"},
    /* nothing changes */
    {"http://h/f", "http://h/f", "http://h/f", "", "f", NULL},
};

/* As lib/py/bb/fetch2 makes them. */
static void words(struct bb_mirror_words *w, struct bb_arena *a, const struct bb_uri *u)
{
    size_t slash = bb_str_rchr(u->path, '/');
    bb_str name = bb_arena_cat(a, u->host, u->path);
    char *p = bb_arena_strz(a, name);

    for (size_t i = 0; i < name.len; i++)
        if (strchr(i < u->host.len ? ":" : "/*", p[i]))
            p[i] = '.';
    *w = (struct bb_mirror_words){u->type, u->host, u->path,
                                  slash == BB_NPOS ? u->path : bb_str_from(u->path, slash + 1),
                                  bb_str_n(p, name.len)};
}

START_TEST(replaces)
{
    for (size_t i = 0; i < sizeof(replace_cases) / sizeof(replace_cases[0]); i++) {
        BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT, err = BB_BUF_INIT;
        struct bb_mirror_words w;
        struct bb_uri u;
        struct bb_arena a;
        bb_str why;
        bb_arena_init(&a);
        ck_assert_int_eq(bb_uri_decode(&a, bb_str_z(replace_cases[i].url), &u, &why), 0);
        words(&w, &a, &u);
        struct bb_mirror_try t = {bb_str_z(replace_cases[i].url),       bb_str_z(replace_cases[i].find),
                                  bb_str_z(replace_cases[i].replace),   bb_str_z(replace_cases[i].tarball),
                                  bb_str_z(replace_cases[i].localname), &w};
        int r = bb_mirror_replace(&t, &out, &err);
        ck_assert_msg(r == (replace_cases[i].expect ? 1 : 0), "%s by %s %s: %d %s %s", replace_cases[i].url,
                      replace_cases[i].find, replace_cases[i].replace, r, out.p, err.p);
        ck_assert_str_eq(out.p, replace_cases[i].expect ? replace_cases[i].expect : "");
        bb_arena_release(&a);
    }
}
END_TEST

START_TEST(tells_bad_lines)
{
    static const char *const lines[][2] = {
        {"http://[/x", "http://m/"}, {"nothing", "http://m/"}, {"http://a/b", "x"}};
    struct bb_mirror_words w = {0};

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT, err = BB_BUF_INIT;
        struct bb_mirror_try t = {
            BB_STR("http://a/b"), bb_str_z(lines[i][0]), bb_str_z(lines[i][1]), BB_STR(""), BB_STR(""), &w};
        ck_assert_int_eq(bb_mirror_replace(&t, &out, &err), -BB_EPARSE);
        ck_assert(err.len > 0);
        ck_assert_uint_eq(out.len, 0);
    }
}
END_TEST

static const struct {
    const char *networks, *host;
    bool expect;
} hosts[] = {
    {"x.org", "x.org", true},       {"x.org", "X.ORG:8080", true},
    {"x.org", "y.org", false},      {"*.x.org", "a.x.org", true},
    {"*.x.org", "a.b.x.org", true}, {"*.x.org", "x.org", true},
    {"*.x.org", "ax.org", false},   {"a.org *.X.org", "b.x.org", true},
    {"", "x.org", false},           {"x.org", "", true},
    {"*.", "x.org", false},         {"*", "x.org", false},
};

START_TEST(judges_hosts)
{
    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
        ck_assert_msg(bb_mirror_host_allowed(bb_str_z(hosts[i].networks), bb_str_z(hosts[i].host)) ==
                          hosts[i].expect,
                      "'%s' in '%s'", hosts[i].host, hosts[i].networks);
}
END_TEST

UNIT_MAIN("fetch/mirror", replaces, tells_bad_lines, judges_hosts)
