/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>

#include "base/vercmp.h"

/* Results of bb.utils.vercmp_string. */
START_TEST(compares)
{
    static const struct {
        const char *a, *b;
        int result;
    } t[] = {
        {"1.0", "1.0", 0},
        {"1.0", "1.0.1", -1},
        {"1.10", "1.9", 1},
        {"1.0~rc1", "1.0", -1},
        {"1.0a", "1.0", 1},
        {"1.0-r1", "1.0-r2", -1},
        {"1:1.0", "2.0", 1},
        {"2.0-r0", "2.0", 1},
        {"1.0+git1", "1.0", 1},
        {"1.0+git1", "1.0.1", -1},
        {"007", "7", 0},
        {"1.a", "1.b", -1},
        {"abc", "1", 1},
        {"123456789012345678901234567890", "123456789012345678901234567891", -1},
        {" >= 1.0", "1.0", 0},
        {"1:2:3", "1:2", 0},
        {"1.0-a-b", "1.0-a-c", -1},
        {"", "1", -1},
        {"", "~", 1},
        {"1..0", "1.0", 1},
    };
    for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
        bb_str a = bb_str_z(t[i].a), b = bb_str_z(t[i].b);
        ck_assert_msg(bb_vercmp(a, b) == t[i].result, "%s and %s give %d", t[i].a, t[i].b, bb_vercmp(a, b));
        ck_assert_int_eq(bb_vercmp(b, a), -t[i].result);
    }
}
END_TEST

START_TEST(operators)
{
    bb_str a = BB_STR("1.0"), b = BB_STR("1.1");
    ck_assert_int_eq(bb_vercmp_op(a, b, BB_STR("<")), 1);
    ck_assert_int_eq(bb_vercmp_op(a, b, BB_STR("<<")), 1);
    ck_assert_int_eq(bb_vercmp_op(a, b, BB_STR(">=")), 0);
    ck_assert_int_eq(bb_vercmp_op(a, b, BB_STR("!=")), 1);
    ck_assert_int_eq(bb_vercmp_op(a, a, BB_STR("==")), 1);
    ck_assert_int_eq(bb_vercmp_op(a, a, BB_STR("<=")), 1);
    ck_assert_int_eq(bb_vercmp_op(b, a, BB_STR(">>")), 1);
    ck_assert_int_eq(bb_vercmp_op(a, b, BB_STR("=<")), -EINVAL);
}
END_TEST

/* "name [cond|cond] name []", the shape that the expectations below have. */
static bb_str show(struct bb_arena *a, const struct bb_deps *d)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    for (size_t i = 0; i < d->n; i++) {
        bb_buf_addf(&out, "%s%.*s [", i ? " " : "", BB_STRF(d->p[i].name));
        for (size_t j = 0; j < d->p[i].conditions.n; j++)
            bb_buf_addf(&out, "%s%.*s", j ? "|" : "", BB_STRF(d->p[i].conditions.p[j]));
        bb_buf_addc(&out, ']');
    }
    return bb_arena_str(a, bb_buf_str(&out));
}

/* Results of bb.utils.explode_dep_versions2 and explode_deps. */
START_TEST(dependency_lists)
{
    static const struct {
        const char *text, *deps, *names;
    } t[] = {
        {"a b c", "a [] b [] c []", "a b c"},
        {"a (>= 1.0) b", "a [>= 1.0] b []", "a b"},
        {"a (>= 1.0), b (= 2), a (<< 3)", "a [>= 1.0|<< 3] b [= 2]", "a"},
        {"a ( >= 1.0 ) b", "a [>= 1.0] b []", "a b"},
        {"a (>= 1.0 beta) c", "a [>= 1.0|>= 1.0 beta] c []", "a c"},
        {"a a (=1)", "a [= 1]", "a a"},
        {"b (>1) (<2) a", "b [> 1|< 1 2] a []", "b a"},
        {"a (=<3)", "a [=< 3]", "a"},
        {"", "", ""},
    };
    struct bb_arena a = {0};
    for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
        struct bb_deps d = {0};
        struct bb_strvec names = {0}, expected = {0};
        bb_str bad;
        ck_assert_int_eq(bb_deps_parse(&a, bb_str_z(t[i].text), &d, &bad), 0);
        ck_str(show(&a, &d), t[i].deps);
        bb_deps_names(bb_str_z(t[i].text), &names);
        bb_strvec_words(&expected, bb_str_z(t[i].names));
        ck_assert_uint_eq(names.n, expected.n);
        for (size_t j = 0; j < names.n; j++)
            ck_assert(bb_str_eq(names.p[j], expected.p[j]));
        bb_vec_release(&names);
        bb_vec_release(&expected);
        bb_deps_release(&d);
    }
    bb_arena_release(&a);
}
END_TEST

START_TEST(dependency_without_operator)
{
    struct bb_arena a = {0};
    struct bb_deps d = {0};
    bb_str bad;
    ck_assert_int_eq(bb_deps_parse(&a, BB_STR("b a (1.0)"), &d, &bad), -EINVAL);
    ck_str(bad, "1.0)");
    bb_deps_release(&d);
    bb_arena_release(&a);
}
END_TEST

UNIT_MAIN("vercmp", compares, operators, dependency_lists, dependency_without_operator)
