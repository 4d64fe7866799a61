/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/path.h"

/* Results of CPython's os.path. */
START_TEST(as_python)
{
    static const struct {
        const char *path, *dir, *base, *norm, *ext;
    } t[] = {
        {"/a/b", "/a", "b", "/a/b", ""},
        {"/a", "/", "a", "/a", ""},
        {"a", "", "a", "a", ""},
        {"", "", "", ".", ""},
        {"//a//b", "//a", "b", "//a/b", ""},
        {"a/", "a", "", "a", ""},
        {"/", "/", "", "/", ""},
        {"//", "//", "", "//", ""},
        {"///x", "///", "x", "/x", ""},
        {"a//b/c", "a//b", "c", "a/b/c", ""},
        {"a/../b", "a/..", "b", "b", ""},
        {"../a/..", "../a", "..", "..", ""},
        {"/../a", "/..", "a", "/a", ""},
        {"a/./b", "a/.", "b", "a/b", ""},
        {"./", ".", "", ".", ""},
        {"//a/../..", "//a/..", "..", "//", ""},
        {"x.tar.gz", "", "x.tar.gz", "x.tar.gz", ".gz"},
        {".profile", "", ".profile", ".profile", ""},
        {"a.b/c", "a.b", "c", "a.b/c", ""},
        {"..x", "", "..x", "..x", ""},
        {"a/...", "a", "...", "a/...", ""},
        {"x.", "", "x.", "x.", "."},
        {"./../x", "./..", "x", "../x", ""},
    };
    struct bb_arena a = {0};
    for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
        bb_str p = bb_str_z(t[i].path);
        ck_str(bb_path_dir(p), t[i].dir);
        ck_str(bb_path_base(p), t[i].base);
        ck_str(bb_path_norm(&a, p), t[i].norm);
        ck_str(bb_path_ext(p), t[i].ext);
    }
    bb_arena_release(&a);
}
END_TEST

START_TEST(joins)
{
    struct bb_arena a = {0};
    ck_str(bb_path_join(&a, BB_STR("a"), BB_STR("b")), "a/b");
    ck_str(bb_path_join(&a, BB_STR("a/"), BB_STR("b")), "a/b");
    ck_str(bb_path_join(&a, BB_STR("a"), BB_STR("/b")), "/b");
    ck_str(bb_path_join(&a, BB_STR(""), BB_STR("b")), "b");
    ck_str(bb_path_join(&a, BB_STR("a"), BB_STR("")), "a/");
    bb_arena_release(&a);
}
END_TEST

START_TEST(lies_within)
{
    ck_assert(bb_path_within(BB_STR("/a/b"), BB_STR("/a")));
    ck_assert(bb_path_within(BB_STR("/a"), BB_STR("/a/")));
    ck_assert(!bb_path_within(BB_STR("/ab"), BB_STR("/a")));
    ck_assert(bb_path_within(BB_STR("/x"), BB_STR("/")));
}
END_TEST

UNIT_MAIN("path", as_python, joins, lies_within)
