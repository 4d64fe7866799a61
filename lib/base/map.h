/* SPDX-License-Identifier: MIT */
/*
 * Hash tables that keep the order of insertion (as Python's dict does, whose order BitBake's output shows).
 * `struct bb_map`: text -> pointer; keys are borrowed views, so put them in an arena first. `struct bb_pmap`:
 * pointer (a symbol, say) -> pointer. A value may be NULL; use _has to tell it from absence. Open addressing over a
 * dense entry array: iterate `m.e[0 .. m.n-1]`, skipping entries whose `live` is false.
 */
#ifndef BB_BASE_MAP_H
#define BB_BASE_MAP_H

#include "base/str.h"

struct bb_map_entry {
    bb_str key;
    uint64_t hash;
    void *val;
    bool live;
};
struct bb_map {
    struct bb_map_entry *e;
    uint32_t *index;
    size_t n, cap, live, nindex;
};
void bb_map_release(struct bb_map *m);
void bb_map_clear(struct bb_map *m);
/* The value, NULL when absent. */
void *bb_map_get(const struct bb_map *m, bb_str key);
bool bb_map_has(const struct bb_map *m, bb_str key);
/* Sets or replaces; true when the key is new. */
bool bb_map_put(struct bb_map *m, bb_str key, void *val);
/* The address of the key's value, made (NULL) when absent; valid until the next insertion. */
void **bb_map_slot(struct bb_map *m, bb_str key);
bool bb_map_del(struct bb_map *m, bb_str key);
#define bb_map_each(m, it)                                                                                   \
    for (struct bb_map_entry *it = (m)->e; it && it < (m)->e + (m)->n; it++)                                 \
        if (it->live)

struct bb_pmap_entry {
    const void *key;
    void *val;
    bool live;
};
struct bb_pmap {
    struct bb_pmap_entry *e;
    uint32_t *index;
    size_t n, cap, live, nindex;
};
void bb_pmap_release(struct bb_pmap *m);
void *bb_pmap_get(const struct bb_pmap *m, const void *key);
bool bb_pmap_has(const struct bb_pmap *m, const void *key);
bool bb_pmap_put(struct bb_pmap *m, const void *key, void *val);
void **bb_pmap_slot(struct bb_pmap *m, const void *key);
bool bb_pmap_del(struct bb_pmap *m, const void *key);
#define bb_pmap_each(m, it)                                                                                  \
    for (struct bb_pmap_entry *it = (m)->e; it && it < (m)->e + (m)->n; it++)                                \
        if (it->live)

#endif
