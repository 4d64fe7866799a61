/* SPDX-License-Identifier: MIT */
#include "base/map.h"

#include <stdlib.h>

#include "base/arena.h"

/*
 * `index` holds positions in `e` plus one, 0 for a free place, and is used only once there are more than
 * SMALL entries: most maps are tiny, and for those a scan of `e` is faster and needs less memory. A deleted
 * entry stays in `e`, not live, and its index place keeps pointing at it, so that probing goes on past it;
 * both go when the table is rebuilt.
 */
#define SMALL 8

static void index_put(uint32_t *index, size_t nindex, uint64_t hash, size_t pos)
{
    size_t i = hash & (nindex - 1);
    while (index[i])
        i = (i + 1) & (nindex - 1);
    index[i] = (uint32_t)pos + 1;
}

/* How many entries a table should have room for when `live` of them are there and one more comes. */
static size_t next_cap(size_t live)
{
    size_t cap = SMALL;
    while (cap < live + live / 2 + 1)
        cap *= 2;
    return cap;
}

static uint64_t pointer_hash(const void *p)
{
    uint64_t h = (uint64_t)(uintptr_t)p * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 32;
}

static uint64_t map_hash(const struct bb_map_entry *e)
{
    return e->hash;
}

static uint64_t pmap_hash(const struct bb_pmap_entry *e)
{
    return pointer_hash(e->key);
}

/* The two tables differ only in the type of an entry and in how it is hashed. */
#define DEFINE_REBUILD(T)                                                                                    \
    static void T##_rebuild(struct bb_##T *m)                                                                \
    {                                                                                                        \
        size_t n = 0, cap = next_cap(m->live);                                                               \
        for (size_t i = 0; i < m->n; i++)                                                                    \
            if (m->e[i].live)                                                                                \
                m->e[n++] = m->e[i];                                                                         \
        m->n = n;                                                                                            \
        if (cap != m->cap) {                                                                                 \
            m->e = bb_realloc(m->e, cap * sizeof(*m->e));                                                    \
            m->cap = cap;                                                                                    \
        }                                                                                                    \
        free(m->index);                                                                                      \
        m->index = NULL;                                                                                     \
        m->nindex = 0;                                                                                       \
        if (cap <= SMALL)                                                                                    \
            return;                                                                                          \
        m->nindex = cap * 2;                                                                                 \
        m->index = bb_calloc(m->nindex, sizeof(*m->index));                                                  \
        for (size_t i = 0; i < n; i++)                                                                       \
            index_put(m->index, m->nindex, T##_hash(&m->e[i]), i);                                           \
    }                                                                                                        \
    void bb_##T##_release(struct bb_##T *m)                                                                  \
    {                                                                                                        \
        free(m->e);                                                                                          \
        free(m->index);                                                                                      \
        *m = (struct bb_##T){0};                                                                             \
    }

DEFINE_REBUILD(map)
DEFINE_REBUILD(pmap)

void bb_map_clear(struct bb_map *m)
{
    m->n = m->live = 0;
    if (m->index)
        memset(m->index, 0, m->nindex * sizeof(*m->index));
}

static struct bb_map_entry *map_find(const struct bb_map *m, bb_str key, uint64_t hash)
{
    if (!m->index) {
        for (size_t i = 0; i < m->n; i++)
            if (m->e[i].hash == hash && m->e[i].live && bb_str_eq(m->e[i].key, key))
                return &m->e[i];
        return NULL;
    }
    for (size_t i = hash & (m->nindex - 1); m->index[i]; i = (i + 1) & (m->nindex - 1)) {
        struct bb_map_entry *e = &m->e[m->index[i] - 1];
        if (e->hash == hash && e->live && bb_str_eq(e->key, key))
            return e;
    }
    return NULL;
}

void *bb_map_get(const struct bb_map *m, bb_str key)
{
    if (m->live == 0)
        return NULL;
    struct bb_map_entry *e = map_find(m, key, bb_str_hash(key));
    return e ? e->val : NULL;
}

bool bb_map_has(const struct bb_map *m, bb_str key)
{
    return m->live && map_find(m, key, bb_str_hash(key));
}

/* The entry of `key`, made when absent. */
static struct bb_map_entry *map_make(struct bb_map *m, bb_str key, bool *ret_new)
{
    uint64_t hash = bb_str_hash(key);
    struct bb_map_entry *e = map_find(m, key, hash);

    *ret_new = !e;
    if (e)
        return e;
    if (m->n == m->cap)
        map_rebuild(m);
    e = &m->e[m->n++];
    *e = (struct bb_map_entry){.key = key, .hash = hash, .live = true};
    m->live++;
    if (m->index)
        index_put(m->index, m->nindex, hash, m->n - 1);
    return e;
}

bool bb_map_put(struct bb_map *m, bb_str key, void *val)
{
    bool is_new;
    map_make(m, key, &is_new)->val = val;
    return is_new;
}

void **bb_map_slot(struct bb_map *m, bb_str key)
{
    bool is_new;
    return &map_make(m, key, &is_new)->val;
}

bool bb_map_del(struct bb_map *m, bb_str key)
{
    struct bb_map_entry *e = map_find(m, key, bb_str_hash(key));
    if (!e)
        return false;
    e->live = false;
    m->live--;
    return true;
}

static struct bb_pmap_entry *pmap_find(const struct bb_pmap *m, const void *key)
{
    if (!m->index) {
        for (size_t i = 0; i < m->n; i++)
            if (m->e[i].key == key && m->e[i].live)
                return &m->e[i];
        return NULL;
    }
    for (size_t i = pointer_hash(key) & (m->nindex - 1); m->index[i]; i = (i + 1) & (m->nindex - 1)) {
        struct bb_pmap_entry *e = &m->e[m->index[i] - 1];
        if (e->key == key && e->live)
            return e;
    }
    return NULL;
}

void *bb_pmap_get(const struct bb_pmap *m, const void *key)
{
    struct bb_pmap_entry *e = pmap_find(m, key);
    return e ? e->val : NULL;
}

bool bb_pmap_has(const struct bb_pmap *m, const void *key)
{
    return pmap_find(m, key) != NULL;
}

static struct bb_pmap_entry *pmap_make(struct bb_pmap *m, const void *key, bool *ret_new)
{
    struct bb_pmap_entry *e = pmap_find(m, key);

    *ret_new = !e;
    if (e)
        return e;
    if (m->n == m->cap)
        pmap_rebuild(m);
    e = &m->e[m->n++];
    *e = (struct bb_pmap_entry){.key = key, .live = true};
    m->live++;
    if (m->index)
        index_put(m->index, m->nindex, pointer_hash(key), m->n - 1);
    return e;
}

bool bb_pmap_put(struct bb_pmap *m, const void *key, void *val)
{
    bool is_new;
    pmap_make(m, key, &is_new)->val = val;
    return is_new;
}

void **bb_pmap_slot(struct bb_pmap *m, const void *key)
{
    bool is_new;
    return &pmap_make(m, key, &is_new)->val;
}

bool bb_pmap_del(struct bb_pmap *m, const void *key)
{
    struct bb_pmap_entry *e = pmap_find(m, key);
    if (!e)
        return false;
    e->live = false;
    m->live--;
    return true;
}
