/* SPDX-License-Identifier: MIT */
#include "graph/recipe.h"
#include "base/diag.h"
#include "base/vercmp.h"
#include <stddef.h>

/* Raised whenever a field is added or changes its meaning. */
enum { FORMAT = 1 };
static const char magic[4] = {'b', 'b', 'r', FORMAT};

const char *bb_task_flag_name(enum bb_task_flag f)
{
#define X(name, text) text,
    static const char *const names[] = {BB_TASK_FLAGS(X)};
#undef X
    return names[f];
}

void bb_recipe_title(struct bb_buf *out, const struct bb_recipe *r)
{
    bb_buf_addf(out, "%.*s-%.*s%s%.*s-%.*s", BB_STRF(r->pn), BB_STRF(r->pe), r->pe.len ? "_" : "",
                BB_STRF(r->pv), BB_STRF(r->pr));
}

const struct bb_recipe_task *bb_recipe_task(const struct bb_recipe *r, bb_str name)
{
    for (size_t i = 0; i < r->ntasks; i++)
        if (bb_str_eq(r->tasks[i].name, name))
            return &r->tasks[i];
    return NULL;
}

/*
 * One table per struct says what is written; writer and reader both walk it, so they cannot disagree.
 * PACKAGES and TASKS are arrays of structs with a table of their own.
 */
enum kind { TEXT, LIST, INT, BOOL, PACKAGES, TASKS, FLAGS };
struct field {
    enum kind kind;
    size_t off;
};
#define R(kind, name)                                                                                        \
    {                                                                                                        \
        kind, offsetof(struct bb_recipe, name)                                                               \
    }
static const struct field recipe_fields[] = {
    R(TEXT, fn),
    R(TEXT, mc),
    R(TEXT, pn),
    R(TEXT, pe),
    R(TEXT, pv),
    R(TEXT, pr),
    R(TEXT, skipped),
    R(INT, preference),
    R(INT, priority),
    R(BOOL, not_world),
    R(LIST, provides),
    R(LIST, rprovides),
    R(LIST, packages_dynamic),
    R(PACKAGES, packages),
    R(LIST, depends),
    R(LIST, rdepends),
    R(LIST, rrecommends),
    R(TEXT, extra_depends_func),
    R(TASKS, tasks),
    R(TEXT, stamp),
    R(TEXT, stampclean),
    R(TEXT, hashfilename),
    R(LIST, inherits),
    R(TEXT, fakerootenv),
    R(TEXT, fakerootdirs),
    R(TEXT, fakerootlogs),
    R(TEXT, fakerootnoenv),
};
#undef R
#define P(kind, name)                                                                                        \
    {                                                                                                        \
        kind, offsetof(struct bb_recipe_package, name)                                                       \
    }
static const struct field package_fields[] = {
    P(TEXT, name),
    P(LIST, rprovides),
    P(LIST, rdepends),
    P(LIST, rrecommends),
};
#undef P
#define T(kind, name)                                                                                        \
    {                                                                                                        \
        kind, offsetof(struct bb_recipe_task, name)                                                          \
    }
static const struct field task_fields[] = {
    T(TEXT, name),     T(LIST, parents),        T(FLAGS, flags),
    T(TEXT, basehash), T(TEXT, file_checksums), T(TEXT, stamp_extra),
};
#undef T
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* Writing. Numbers are little-endian base 128; a text is its length + 1 (0: NULL), its bytes and a NUL. */

static void put_uint(struct bb_buf *out, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        bb_buf_addc(out, (char)(v | 0x80));
    bb_buf_addc(out, (char)v);
}

static void put_text(struct bb_buf *out, bb_str s)
{
    put_uint(out, s.p ? s.len + 1 : 0);
    if (!s.p)
        return;
    bb_buf_adds(out, s);
    bb_buf_addc(out, '\0');
}

static void put_fields(struct bb_buf *out, const void *obj, const struct field *f, size_t nf)
{
    for (; nf--; f++) {
        const void *at = (const char *)obj + f->off;
        switch (f->kind) {
        case TEXT:
            put_text(out, *(const bb_str *)at);
            break;
        case LIST: {
            const struct bb_strlist *l = at;
            put_uint(out, l->n);
            for (size_t i = 0; i < l->n; i++)
                put_text(out, l->p[i]);
            break;
        }
        case INT: {
            /* zigzag: small negative numbers stay short */
            int64_t i = *(const int64_t *)at;
            put_uint(out, ((uint64_t)i << 1) ^ (uint64_t)(i >> 63));
            break;
        }
        case BOOL:
            put_uint(out, *(const bool *)at);
            break;
        case FLAGS:
            for (size_t i = 0; i < BB_TF_COUNT; i++)
                put_text(out, ((const bb_str *)at)[i]);
            break;
        case PACKAGES: {
            const struct bb_recipe *r = obj;
            put_uint(out, r->npackages);
            for (size_t i = 0; i < r->npackages; i++)
                put_fields(out, &r->packages[i], package_fields, COUNT(package_fields));
            break;
        }
        case TASKS: {
            const struct bb_recipe *r = obj;
            put_uint(out, r->ntasks);
            for (size_t i = 0; i < r->ntasks; i++)
                put_fields(out, &r->tasks[i], task_fields, COUNT(task_fields));
            break;
        }
        }
    }
}

void bb_recipe_write(struct bb_buf *out, const struct bb_recipe *r)
{
    bb_buf_add(out, magic, sizeof(magic));
    size_t at = out->len;
    bb_buf_add(out, "\0\0\0\0", 4);
    put_fields(out, r, recipe_fields, COUNT(recipe_fields));
    size_t len = out->len - at - 4;
    for (int i = 0; i < 4; i++)
        out->p[at + (size_t)i] = (char)(len >> (8 * i));
}

/* Reading. `bad` is sticky and every getter then gives zeros, so that errors are looked at once, at the end. */

struct reader {
    struct bb_arena *a;
    const unsigned char *p, *end;
    bool bad;
};

static uint64_t get_uint(struct reader *in)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64 && in->p < in->end; shift += 7) {
        unsigned char c = *in->p++;
        v |= (uint64_t)(c & 0x7f) << shift;
        if (c < 0x80)
            return v;
    }
    in->bad = true;
    return 0;
}

static bb_str get_text(struct reader *in)
{
    uint64_t n = get_uint(in);
    if (n == 0 || in->bad)
        return (bb_str){0};
    size_t left = (size_t)(in->end - in->p);
    if (n > left || in->p[n - 1] != '\0') {
        in->bad = true;
        return (bb_str){0};
    }
    bb_str ret = {(const char *)in->p, (size_t)n - 1};
    in->p += n;
    return ret;
}

/* A count of things of at least `min` bytes each: more than can be there is corrupt, so nothing huge is allocated. */
static size_t get_count(struct reader *in, size_t min)
{
    uint64_t n = get_uint(in);
    if (n > (size_t)(in->end - in->p) / min)
        in->bad = true;
    return in->bad ? 0 : (size_t)n;
}

static void get_fields(struct reader *in, void *obj, const struct field *f, size_t nf)
{
    for (; nf-- && !in->bad; f++) {
        void *at = (char *)obj + f->off;
        switch (f->kind) {
        case TEXT:
            *(bb_str *)at = get_text(in);
            break;
        case LIST: {
            struct bb_strlist *l = at;
            l->n = get_count(in, 1);
            l->p = bb_arena_array(in->a, bb_str, l->n);
            for (size_t i = 0; i < l->n; i++) {
                l->p[i] = get_text(in);
                in->bad |= l->p[i].p == NULL;
            }
            break;
        }
        case INT: {
            uint64_t v = get_uint(in);
            *(int64_t *)at = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
            break;
        }
        case BOOL:
            *(bool *)at = get_uint(in) != 0;
            break;
        case FLAGS:
            for (size_t i = 0; i < BB_TF_COUNT; i++)
                ((bb_str *)at)[i] = get_text(in);
            break;
        case PACKAGES: {
            struct bb_recipe *r = obj;
            r->npackages = get_count(in, COUNT(package_fields));
            r->packages = bb_arena_array(in->a, struct bb_recipe_package, r->npackages);
            for (size_t i = 0; i < r->npackages; i++)
                get_fields(in, &r->packages[i], package_fields, COUNT(package_fields));
            break;
        }
        case TASKS: {
            struct bb_recipe *r = obj;
            r->ntasks = get_count(in, COUNT(task_fields));
            r->tasks = bb_arena_array(in->a, struct bb_recipe_task, r->ntasks);
            for (size_t i = 0; i < r->ntasks; i++)
                get_fields(in, &r->tasks[i], task_fields, COUNT(task_fields));
            break;
        }
        }
    }
}

int bb_recipe_read(struct bb_arena *a, bb_str *block, struct bb_recipe **ret_recipe)
{
    enum { HEAD = sizeof(magic) + 4 };
    if (block->len < HEAD || memcmp(block->p, magic, sizeof(magic)) != 0)
        return -BB_ECORRUPT;
    const unsigned char *p = (const unsigned char *)block->p + sizeof(magic);
    size_t len = p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
    if (len > block->len - HEAD)
        return -BB_ECORRUPT;
    struct reader in = {.a = a, .p = p + 4, .end = p + 4 + len};
    struct bb_arena_mark mark = bb_arena_mark(a);
    struct bb_recipe *r = bb_arena_new(a, struct bb_recipe);
    get_fields(&in, r, recipe_fields, COUNT(recipe_fields));
    if (in.bad || in.p != in.end || !r->fn.p || !r->pn.p) {
        bb_arena_reset(a, mark);
        return -BB_ECORRUPT;
    }
    *block = bb_str_from(*block, HEAD + len);
    *ret_recipe = r;
    return 0;
}
