/* SPDX-License-Identifier: MIT */
#include "support/recipes.h"
#include "support/unit.h"

static struct rc_world w;

static void setup(void)
{
    rc_init(&w);
}

/* "a_1.0 b_2.0" : the candidates for a name, with '!' behind when a preference picked the first. */
static const char *chosen(const char *item, bool runtime)
{
    struct bb_recipe_vec v = {0};
    bool unique = false;
    unsigned preferred = 0;
    struct bb_providers *p = &rc_mc(&w, BB_STR(""))->providers;
    if (runtime)
        bb_providers_choose_runtime(p, bb_str_z(item), &v, &preferred);
    else
        bb_providers_choose(p, bb_str_z(item), &v, &unique);
    struct bb_buf out = BB_BUF_INIT;
    for (size_t i = 0; i < v.n; i++)
        bb_buf_addf(&out, "%s%.*s_%.*s", i ? " " : "", BB_STRF(v.p[i]->pn), BB_STRF(v.p[i]->pv));
    if (unique || preferred)
        bb_buf_addc(&out, '!');
    const char *ret = bb_arena_strz(&w.arena, bb_buf_str(&out));
    bb_buf_release(&out);
    bb_vec_release(&v);
    return ret;
}

START_TEST(version_and_preference)
{
    setup();
    rc_add(&w, "pn a\npv 1.2");
    rc_add(&w, "pn a\npv 1.10");
    rc_add(&w, "pn a\npv 2.0\npreference -1");
    ck_assert_str_eq(chosen("a", false), "a_1.10");
    rc_add(&w, "pn a\npv 0.1\npriority 5");
    ck_assert_str_eq(chosen("a", false), "a_0.1");
    rc_release(&w);
}
END_TEST

START_TEST(preferred_version)
{
    setup();
    rc_conf(&w, "PREFERRED_VERSION_a", "1.%");
    rc_conf(&w, "PREFERRED_VERSION:pn-b", "9");
    rc_conf(&w, "REQUIRED_VERSION_c", "9");
    rc_conf(&w, "PREFERRED_VERSION_d", "1:3.0");
    rc_add(&w, "pn a\npv 1.2");
    rc_add(&w, "pn a\npv 2.0\npriority 9");
    rc_add(&w, "pn b\npv 1.0");
    rc_add(&w, "pn b\npv 0.9\npe 2");
    rc_add(&w, "pn c\npv 1.0");
    rc_add(&w, "pn d\npv 3.0");
    rc_add(&w, "pn d\npv 3.0\npe 1\nfn /l/d1.bb");
    rc_add(&w, "pn d\npv 4.0");
    ck_assert_str_eq(chosen("a", false), "a_1.2");
    ck_assert_str_eq(chosen("b", false), "b_0.9");
    ck_assert_str_eq(w.said.p, "warning: preferred version 9 of b not available (for item b)\n"
                               "warning: versions of b available: 1.0 2:0.9\n");
    bb_buf_clear(&w.said);
    ck_assert_str_eq(chosen("c", false), "");
    ck_assert_str_eq(w.said.p, "warning: versions of c available: 1.0\n"
                               "error: required version 9 of c not available (for item c)\n");
    ck_assert_str_eq(chosen("d", false), "d_3.0");
    struct bb_best best;
    bb_providers_best(&w.mcs[0].providers, BB_STR("d"), &best);
    ck_str(best.preferred->fn, "/l/d1.bb");
    ck_str(best.latest->fn, "/l/d1.bb");
    bb_providers_best(&w.mcs[0].providers, BB_STR("a"), &best);
    ck_str(best.latest->pv, "2.0");
    ck_str(best.preferred->pv, "1.2");
    rc_release(&w);
}
END_TEST

START_TEST(preferred_provider)
{
    setup();
    rc_conf(&w, "PREFERRED_PROVIDER_virtual/y", "b");
    rc_conf(&w, "PREFERRED_PROVIDERS", "virtual/z:b bad");
    rc_conf(&w, "PREFERRED_RPROVIDER_r", "b");
    rc_add(&w, "pn a\nprovides virtual/x virtual/y virtual/z\nrprovides r s");
    rc_add(&w, "pn b\nprovides virtual/x virtual/y virtual/z\nrprovides r s");
    rc_add(&w, "pn virtual/x\n");
    ck_assert_str_eq(chosen("virtual/x", false), "virtual/x_1.0 a_1.0 b_1.0");
    ck_assert_str_eq(chosen("virtual/y", false), "b_1.0 a_1.0!");
    ck_assert_str_eq(chosen("virtual/z", false), "b_1.0 a_1.0!");
    ck_assert_str_eq(chosen("r", true), "b_1.0 a_1.0!");
    /* by what the candidates provide at build time */
    ck_assert_str_eq(chosen("s", true), "b_1.0 a_1.0!");
    ck_assert_str_eq(w.said.p, "error: Malformed option in PREFERRED_PROVIDERS variable: bad\n");
    rc_release(&w);
}
END_TEST

START_TEST(runtime)
{
    setup();
    rc_conf(&w, "ASSUME_PROVIDED", "plain ^re.*x");
    rc_add(&w, "pn a\npackages a a-dev\npackages_dynamic ^a-locale-.* ^c++-.*");
    rc_add(&w, "pn b\nrprovides:b a-locale-de");
    ck_assert_str_eq(chosen("a-dev", true), "a_1.0");
    ck_assert_str_eq(chosen("a-locale-de", true), "b_1.0");
    ck_assert_str_eq(chosen("a-locale-fr", true), "a_1.0");
    ck_assert_str_eq(chosen("c++-x", true), "a_1.0");
    ck_assert_str_eq(chosen("zzz", true), "");
    struct bb_providers *p = &rc_mc(&w, BB_STR(""))->providers;
    ck_assert(bb_providers_assumed(p, BB_STR("plain")));
    ck_assert(bb_providers_assumed(p, BB_STR("re-x-y")));
    ck_assert(!bb_providers_assumed(p, BB_STR("plainer")));
    rc_release(&w);
}
END_TEST

START_TEST(world)
{
    setup();
    rc_add(&w, "pn a\ntask do_build");
    rc_add(&w, "pn b\nprovides virtual/b\ntask do_build");
    rc_add(&w, "pn c\nnot_world 1\ntask do_build");
    rc_add(&w, "pn d\nprovides e");
    rc_add(&w, "pn f\nprovides a\ntask do_build");
    rc_add(&w, "pn g\ntask do_build");
    struct bb_strvec v = {0};
    bb_providers_world(&w.mcs[0].providers, BB_STR("do_build"), &v);
    ck_assert_uint_eq(v.n, 1);
    ck_str(v.p[0], "g");
    v.n = 0;
    bb_providers_universe(&w.mcs[0].providers, BB_STR("do_build"), &v);
    ck_assert_uint_eq(v.n, 5);
    bb_vec_release(&v);
    rc_release(&w);
}
END_TEST

UNIT_MAIN("providers", version_and_preference, preferred_version, preferred_provider, runtime, world)
