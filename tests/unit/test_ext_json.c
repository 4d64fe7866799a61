/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/diag.h"
#include "ext/json.h"

START_TEST(reads)
{
    BB_CLEAN_JSON struct bb_json *j = NULL;
    ck_assert_int_eq(
        bb_json_parse(BB_STR("{\"z\": [1, \"t\\u00e4\\u0000\", true, null, 1.5], \"a\": {}}"), &j, NULL), 0);
    struct bb_json *z = bb_json_get(j, "z");
    ck_assert_int_eq(bb_json_kind(z), BB_J_ARRAY);
    ck_assert_uint_eq(bb_json_len(z), 5);
    ck_assert_int_eq(bb_json_int(bb_json_at(z, 0)), 1);
    ck_assert(bb_str_eq(bb_json_str(bb_json_at(z, 1)), BB_STR("t\xc3\xa4\0")));
    ck_assert(bb_json_bool(bb_json_at(z, 2)));
    ck_assert_int_eq(bb_json_kind(bb_json_at(z, 3)), BB_J_NULL);
    ck_assert_int_eq(bb_json_kind(bb_json_at(z, 4)), BB_J_REAL);
    ck_assert_ptr_null(bb_json_at(z, 5));
    void *it = NULL;
    bb_str key;
    struct bb_json *value;
    ck_assert(bb_json_next(j, &it, &key, &value));
    ck_str(key, "z");
    ck_assert(bb_json_next(j, &it, &key, &value));
    ck_str(key, "a");
    ck_assert_int_eq(bb_json_kind(value), BB_J_OBJECT);
    ck_assert(!bb_json_next(j, &it, &key, &value));
}
END_TEST

START_TEST(wrong_kinds_give_nothing)
{
    BB_CLEAN_JSON struct bb_json *j = NULL;
    ck_assert_int_eq(bb_json_parse(BB_STR("7"), &j, NULL), 0);
    void *it = NULL;
    bb_str key;
    struct bb_json *value;
    ck_assert_ptr_null(bb_json_get(j, "x"));
    ck_assert_ptr_null(bb_json_get(NULL, "x"));
    ck_str(bb_json_str(j), "");
    ck_assert_uint_eq(bb_json_len(NULL), 0);
    ck_assert_int_eq(bb_json_int(NULL), 0);
    ck_assert(!bb_json_bool(NULL));
    ck_assert(!bb_json_next(j, &it, &key, &value));
    ck_assert_int_eq(bb_json_kind(NULL), BB_J_NULL);
}
END_TEST

START_TEST(refuses)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_json *j = NULL;
    ck_assert_int_eq(bb_json_parse(BB_STR("{\n \"a\": }"), &j, &err), -BB_ECORRUPT);
    ck_assert_ptr_eq(strstr(err.p, "line 2, column 7:"), err.p);
    ck_assert_int_eq(bb_json_parse(BB_STR(""), &j, NULL), -BB_ECORRUPT);
    ck_assert_int_eq(bb_json_parse(BB_STR("\"\xff\""), &j, NULL), -BB_ECORRUPT);
    static char deep[100000];
    memset(deep, '[', sizeof(deep));
    ck_assert_int_eq(bb_json_parse(bb_str_n(deep, sizeof(deep)), &j, NULL), -BB_ECORRUPT);
    ck_assert_ptr_null(j);
}
END_TEST

START_TEST(pretty)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    BB_CLEAN_JSON struct bb_json *j = NULL;
    ck_assert_int_eq(bb_json_parse(BB_STR("{\"b\":[1],\"a\":\"\xc3\xa4\"}"), &j, NULL), 0);
    bb_json_pretty(j, &out);
    ck_assert_str_eq(out.p, "{\n    \"a\": \"\\u00E4\",\n    \"b\": [\n        1\n    ]\n}");
}
END_TEST

UNIT_MAIN("json", reads, wrong_kinds_give_nothing, refuses, pretty)
