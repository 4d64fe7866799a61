/* SPDX-License-Identifier: MIT */
#include "ext/json.h"

#include <jansson.h>

#include "base/diag.h"

/* A bb_json is jansson's json_t under a name of ours. */
static json_t *raw(const struct bb_json *j)
{
    return (json_t *)j;
}

static struct bb_json *wrap(json_t *j)
{
    return (struct bb_json *)j;
}

int bb_json_parse(bb_str text, struct bb_json **ret, struct bb_buf *err)
{
    json_error_t e;
    json_t *j = json_loadb(text.len ? text.p : "", text.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);

    if (!j) {
        if (err)
            bb_buf_addf(err, "line %d, column %d: %s", e.line, e.column, e.text);
        return -BB_ECORRUPT;
    }
    *ret = wrap(j);
    return 0;
}

void bb_json_free(struct bb_json *root)
{
    json_decref(raw(root));
}

enum bb_json_kind bb_json_kind(const struct bb_json *j)
{
    static const enum bb_json_kind kinds[] = {
        [JSON_OBJECT] = BB_J_OBJECT, [JSON_ARRAY] = BB_J_ARRAY, [JSON_STRING] = BB_J_STR,
        [JSON_INTEGER] = BB_J_INT,   [JSON_REAL] = BB_J_REAL,   [JSON_TRUE] = BB_J_BOOL,
        [JSON_FALSE] = BB_J_BOOL,    [JSON_NULL] = BB_J_NULL,
    };
    return j ? kinds[json_typeof(raw(j))] : BB_J_NULL;
}

bb_str bb_json_str(const struct bb_json *j)
{
    const char *p = json_string_value(raw(j));
    return p ? bb_str_n(p, json_string_length(raw(j))) : bb_str_n("", 0);
}

int64_t bb_json_int(const struct bb_json *j)
{
    return json_integer_value(raw(j));
}

bool bb_json_bool(const struct bb_json *j)
{
    return json_is_true(raw(j));
}

static int add_text(const char *p, size_t len, void *self)
{
    bb_buf_add(self, p, len);
    return 0;
}

void bb_json_pretty(const struct bb_json *j, struct bb_buf *out)
{
    json_dump_callback(raw(j), add_text, out,
                       JSON_INDENT(4) | JSON_SORT_KEYS | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
}

size_t bb_json_len(const struct bb_json *j)
{
    return json_is_object(raw(j)) ? json_object_size(raw(j)) : json_array_size(raw(j));
}

struct bb_json *bb_json_at(const struct bb_json *array, size_t i)
{
    return wrap(json_array_get(raw(array), i));
}

struct bb_json *bb_json_get(const struct bb_json *object, const char *key)
{
    return wrap(json_object_get(raw(object), key));
}

bool bb_json_next(const struct bb_json *object, void **it, bb_str *ret_key, struct bb_json **ret_value)
{
    *it = *it ? json_object_iter_next(raw(object), *it) : json_object_iter(raw(object));
    if (!*it)
        return false;
    *ret_key = bb_str_z(json_object_iter_key(*it));
    *ret_value = wrap(json_object_iter_value(*it));
    return true;
}
