/* SPDX-License-Identifier: MIT */
#include "support/recipes.h"
#include "support/unit.h"

static struct rc_world w;

#define SAID(text) ck_assert_str_eq(w.said.p, text)

START_TEST(nothing_provides)
{
    rc_init(&w);
    rc_add(&w, "pn busybox\nprovides virtual/shell");
    rc_add(&w, "pn busyboxx\nskipped not for this machine\nprovides x");
    ck_assert_int_eq(rc_prepare(&w, "busyboy", "build"), -BB_EREPORTED);
    SAID("error: Nothing PROVIDES 'busyboy'. Close matches:\n  busybox\n  busyboxx\n");
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\nskipped not for this machine\nprovides x");
    ck_assert_int_eq(rc_prepare(&w, "x", "build"), -BB_EREPORTED);
    SAID("error: Nothing PROVIDES 'x'\na PROVIDES x but was skipped: not for this machine\n");
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\nskipped because");
    ck_assert_int_eq(rc_prepare(&w, "a", "build"), -BB_EREPORTED);
    SAID("error: Nothing PROVIDES 'a'\na was skipped: because\n");
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\npackages foo-bin");
    ck_assert_int_eq(rc_prepare(&w, "foo-bin", "build"), -BB_EREPORTED);
    SAID("error: Nothing PROVIDES 'foo-bin'. Close matches:\n  a RPROVIDES foo-bin\n");
    rc_release(&w);
}
END_TEST

START_TEST(missing_dependency)
{
    rc_init(&w);
    rc_add(&w, "pn a\ndepends b\ntask do_build");
    rc_add(&w, "pn b\ndepends nosuch\ntask do_build");
    ck_assert_int_eq(rc_prepare(&w, "a", "build"), -BB_EREPORTED);
    SAID("error: Nothing PROVIDES 'nosuch' (but /l/b_1.0.bb DEPENDS on or otherwise requires it)\n"
         "error: Required build target 'a' has no buildable providers.\n"
         "Missing or unbuildable dependency chain was: ['a', 'b', 'nosuch']\n");
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\nrdepends:a nosuch\ntask do_build");
    ck_assert_int_eq(rc_prepare(&w, "a", "build"), -BB_EREPORTED);
    SAID("error: Nothing RPROVIDES 'nosuch' (but /l/a_1.0.bb RDEPENDS on or otherwise requires it)\n"
         "note: Runtime target 'nosuch' is unbuildable, removing...\n"
         "Missing or unbuildable dependency chain was: ['nosuch']\n"
         "error: Required build target 'a' has no buildable providers.\n"
         "Missing or unbuildable dependency chain was: ['a', 'nosuch']\n");
    rc_release(&w);
}
END_TEST

START_TEST(keep_going)
{
    rc_init(&w);
    w.options.keep_going = true;
    rc_add(&w, "pn a\ntask do_build\n[depends] nosuch:do_x");
    rc_add(&w, "pn b\ntask do_build");
    ck_assert_int_eq(rc_prepare(&w, "a b nope", "build"), 0);
    ck_assert_uint_eq(w.td.runlist.n, 2);
    ck_assert(w.td.runlist.p[0].entry->failed);
    ck_assert(!w.td.runlist.p[1].entry->failed);
    rc_release(&w);
}
END_TEST

START_TEST(allow_incomplete)
{
    rc_init(&w);
    w.conf.allow_incomplete = true;
    rc_add(&w, "pn a\ndepends nosuch\ntask do_build");
    ck_assert_int_eq(rc_prepare(&w, "a", "build"), 0);
    ck_assert_uint_eq(w.td.runlist.n, 1);
    ck_assert(!w.td.runlist.p[0].entry->failed);
    ck_assert_ptr_nonnull(strstr(w.said.p, "Nothing PROVIDES 'nosuch'"));
    rc_release(&w);
}
END_TEST

START_TEST(alternatives)
{
    rc_init(&w);
    rc_conf(&w, "ASSUME_PROVIDED", "git-native");
    rc_add(&w, "pn a\ndepends virtual/x git-native\ntask do_build");
    rc_add(&w, "pn b\nprovides virtual/x\ndepends nosuch\ntask do_build");
    rc_add(&w, "pn c\nprovides virtual/x\ntask do_build");
    ck_assert_int_eq(rc_prepare(&w, "a git-native", "build"), 0);
    SAID("warning: Explicit target \"git-native\" is in ASSUME_PROVIDED, ignoring\n"
         "note: Multiple providers are available for virtual/x (b, c)\n"
         "Consider defining a PREFERRED_PROVIDER entry to match virtual/x\n"
         "error: Nothing PROVIDES 'nosuch' (but /l/b_1.0.bb DEPENDS on or otherwise requires it)\n");
    struct bb_target *t = bb_taskdata_build_target(&w.td.mcs.p[0]->td, BB_STR("virtual/x"));
    ck_str(bb_target_entry(t)->recipe->pn, "c");
    ck_assert_uint_eq(w.td.runlist.n, 1);
    rc_release(&w);
}
END_TEST

START_TEST(targets)
{
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build\ntask do_x");
    rc_add(&w, "pn a\nmc m\ntask do_build");
    ck_assert_int_eq(rc_prepare(&w, "a:do_x mc:m:a mc:*:a", "fetch"), 0);
    const struct bb_runlist *l = &w.td.runlist;
    ck_assert_uint_eq(l->n, 3);
    ck_str(l->p[0].task, "do_x");
    ck_str(l->p[0].entry->recipe->mc->name, "");
    ck_str(l->p[1].task, "do_fetch");
    ck_str(l->p[1].entry->recipe->mc->name, "m");
    ck_str(l->p[2].entry->recipe->mc->name, "m");
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build");
    rc_add(&w, "pn a\nmc m\ntask do_build");
    ck_assert_int_eq(rc_prepare(&w, "mc:*:a", "do_build"), 0);
    ck_assert_uint_eq(w.td.runlist.n, 2);
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build");
    ck_assert_int_eq(rc_prepare(&w, "mc:zz:a", "build"), -BB_EREPORTED);
    SAID("error: Multiconfig dependency mc:zz:a depends on nonexistent multiconfig configuration named zz\n");
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build");
    rc_add(&w, "pn b\ntask do_build\nnot_world 1");
    rc_add(&w, "pn a\nmc m\ntask do_build");
    ck_assert_int_eq(rc_prepare(&w, "world", "build"), 0);
    ck_assert_uint_eq(w.td.runlist.n, 2);
    rc_release(&w);
}
END_TEST

START_TEST(malformed)
{
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build\n[depends] b:c:d");
    ck_assert_int_eq(rc_prepare(&w, "a", "build"), -BB_EREPORTED);
    SAID("error: Error for /l/a_1.0.bb:do_build[depends], dependency b:c:d in 'b:c:d' does not contain "
         "exactly one ':' "
         "character.\n Task 'depends' should be specified in the form 'packagename:task'\n");
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build\n[mcdepends] mc::m:a");
    ck_assert_int_eq(rc_prepare(&w, "a", "build"), -BB_EREPORTED);
    ck_assert_ptr_nonnull(strstr(w.said.p, "does not contain exactly four"));
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build\n[mcdepends] mc::m:a:do_build");
    ck_assert_int_eq(rc_prepare(&w, "a", "build"), -BB_EREPORTED);
    SAID("error: Multiconfig dependency mc::m:a:do_build depends on nonexistent multiconfig configuration "
         "named "
         "configuration m\n");
    rc_release(&w);
}
END_TEST

UNIT_MAIN("taskdata", nothing_provides, missing_dependency, keep_going, allow_incomplete, alternatives,
          targets, malformed)
