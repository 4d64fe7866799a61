/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/jsonw.h"

static void write_sample(struct bb_buf *out, unsigned flags)
{
    struct bb_jsonw w;
    bb_jsonw_init(&w, out, flags);
    bb_jsonw_object(&w);
    bb_jsonw_key(&w, BB_STR("a"));
    bb_jsonw_array(&w);
    bb_jsonw_int(&w, INT64_MIN);
    bb_jsonw_bool(&w, true);
    bb_jsonw_null(&w);
    bb_jsonw_array(&w);
    bb_jsonw_end(&w);
    bb_jsonw_end(&w);
    bb_jsonw_key(&w, BB_STR("b"));
    bb_jsonw_str(&w, BB_STR("x"));
    bb_jsonw_end(&w);
}

START_TEST(structure)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    write_sample(&out, 0);
    ck_assert_str_eq(out.p, "{\"a\":[-9223372036854775808,true,null,[]],\"b\":\"x\"}");
    bb_buf_clear(&out);
    write_sample(&out, BB_JSONW_SPACED);
    ck_assert_str_eq(out.p, "{\"a\": [-9223372036854775808, true, null, []], \"b\": \"x\"}");
}
END_TEST

START_TEST(escapes)
{
    static const struct {
        const char *text, *plain, *ascii;
    } t[] = {
        {"a\"\\/", "\"a\\\"\\\\/\"", "\"a\\\"\\\\/\""},
        {"\b\f\n\r\t\x01", "\"\\b\\f\\n\\r\\t\\u0001\"", "\"\\b\\f\\n\\r\\t\\u0001\""},
        {"\x7f", "\"\x7f\"", "\"\\u007f\""},
        {"\xc3\xa4", "\"\xc3\xa4\"", "\"\\u00e4\""},
        {"\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"", "\"\\ud83d\\ude00\""},
        {"a\xff"
         "b",
         "\"a\xef\xbf\xbd"
         "b\"",
         "\"a\\ufffdb\""},
        {"", "\"\"", "\"\""},
    };
    for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
        BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
        bb_jsonw_quote(&out, bb_str_z(t[i].text), 0);
        ck_assert_str_eq(out.p, t[i].plain);
        bb_buf_clear(&out);
        bb_jsonw_quote(&out, bb_str_z(t[i].text), BB_JSONW_ASCII);
        ck_assert_str_eq(out.p, t[i].ascii);
    }
    BB_CLEAN_BUF struct bb_buf nul = BB_BUF_INIT;
    bb_jsonw_quote(&nul, BB_STR("\0"), 0);
    ck_assert_str_eq(nul.p, "\"\\u0000\"");
}
END_TEST

START_TEST(reals)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_jsonw w;
    bb_jsonw_init(&w, &out, 0);
    bb_jsonw_array(&w);
    bb_jsonw_real(&w, 0.5);
    bb_jsonw_real(&w, 1e300);
    bb_jsonw_real(&w, 1e300 * 1e300);
    bb_jsonw_end(&w);
    ck_assert_str_eq(out.p, "[0.5,1.0000000000000001e+300,null]");
}
END_TEST

UNIT_MAIN("jsonw", structure, escapes, reals)
