/* SPDX-License-Identifier: MIT */
/*
 * Values of variables and flags. BitBake's values are Python objects, nearly always text; bbc keeps the kinds that
 * its own C code makes natively and anything else as an opaque Python object. Hashes and dumps use the text that
 * Python's str() gives for the value: `bb_val_str`.
 */
#ifndef BB_DATA_VALUE_H
#define BB_DATA_VALUE_H

#include "base/str.h"
#include "base/arena.h"

struct bb_pyhook;
struct bb_store;

enum bb_vkind {
    BB_V_NONE, /* Python's None, and "not set" */
    BB_V_STR,
    BB_V_INT,
    BB_V_BOOL,
    BB_V_LIST,  /* list of text: __BBTASKS, deps, __BBANONFUNCS ... */
    BB_V_STORE, /* another store, borrowed for the life of this one: BB_ORIGENV */
    BB_V_OBJ,   /* a Python object, one reference held by the store */
};

struct bb_vlist {
    bb_str *p;
    size_t n;
};

struct bb_val {
    enum bb_vkind kind;
    union {
        bb_str s;
        int64_t i;
        const struct bb_vlist *list;
        struct bb_store *store;
        void *obj;
    };
};

#define BB_NONE ((struct bb_val){.kind = BB_V_NONE})
static inline struct bb_val bb_val_s(bb_str s)
{
    return (struct bb_val){.kind = BB_V_STR, .s = s};
}
static inline struct bb_val bb_val_z(const char *z)
{
    return bb_val_s(bb_str_z(z));
}
static inline struct bb_val bb_val_i(int64_t i)
{
    return (struct bb_val){.kind = BB_V_INT, .i = i};
}
static inline struct bb_val bb_val_b(bool b)
{
    return (struct bb_val){.kind = BB_V_BOOL, .i = b};
}
/* A list value copied into `a`. */
struct bb_val bb_val_list(struct bb_arena *a, const bb_str *p, size_t n);
/* Python's truth: None, "", 0, False and [] are false. Objects ask the hook. */
bool bb_val_true(const struct bb_pyhook *hook, struct bb_val v);
/*
 * Python's str(): lists as "['a', 'b']", None as "None". Views of text are returned as they are, others are put in
 * `a`.
 */
bb_str bb_val_str(const struct bb_pyhook *hook, struct bb_arena *a, struct bb_val v);
/* Python's name of the value's type, for its messages: "str", "NoneType". */
const char *bb_val_type(struct bb_val v);
/* Python's repr() of a text, appended to `out`: quotes chosen and bytes escaped as CPython does for UTF-8 text. */
void bb_val_repr_str(struct bb_buf *out, bb_str s);

#endif
