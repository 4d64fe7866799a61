/* SPDX-License-Identifier: MIT */
#include "base/sym.h"

#include <stdlib.h>

#include "base/arena.h"

/* The hash stands beside the pointer, so that a probe touches a symbol only when it is very likely the right one. */
struct slot {
    uint64_t hash;
    struct bb_symbol *sym; /* NULL: free */
};

static struct {
    struct slot *slots;
    size_t mask; /* number of slots - 1; never more than half of them are used */
    uint32_t count;
    struct bb_arena arena;
} table;

static void insert(struct slot *slots, size_t mask, uint64_t hash, struct bb_symbol *s)
{
    size_t i = hash & mask;
    while (slots[i].sym)
        i = (i + 1) & mask;
    slots[i] = (struct slot){hash, s};
}

static void grow(void)
{
    size_t n = table.slots ? (table.mask + 1) * 2 : 4096;
    struct slot *slots = bb_calloc(n, sizeof(*slots));

    for (size_t i = 0; table.slots && i <= table.mask; i++)
        if (table.slots[i].sym)
            insert(slots, n - 1, table.slots[i].hash, table.slots[i].sym);
    free(table.slots);
    table.slots = slots;
    table.mask = n - 1;
}

static struct bb_symbol *find(bb_str name, uint64_t hash)
{
    if (!table.slots)
        return NULL;
    for (size_t i = hash & table.mask; table.slots[i].sym; i = (i + 1) & table.mask)
        if (table.slots[i].hash == hash && bb_str_eq(table.slots[i].sym->name, name))
            return table.slots[i].sym;
    return NULL;
}

bb_sym bb_sym_get(bb_str name)
{
    uint64_t hash = bb_str_hash(name);
    struct bb_symbol *s = find(name, hash);

    if (s)
        return s;
    if (!table.slots || table.count > table.mask / 2)
        grow();
    s = bb_arena_new(&table.arena, struct bb_symbol);
    s->name = bb_arena_str(&table.arena, name);
    s->hash = hash;
    s->id = table.count++;
    insert(table.slots, table.mask, hash, s);
    return s;
}

bb_sym bb_sym_peek(bb_str name)
{
    return find(name, bb_str_hash(name));
}

uint32_t bb_sym_count(void)
{
    return table.count;
}

static const struct {
    bb_str text; /* what follows the separator */
    enum bb_symop op;
} keywords[] = {
    {{"append", 6}, BB_SYMOP_APPEND},
    {{"prepend", 7}, BB_SYMOP_PREPEND},
    {{"remove", 6}, BB_SYMOP_REMOVE},
};

static char separator = ':';

char bb_sym_separator(void)
{
    return separator;
}

void bb_sym_separate(char sep)
{
    if (sep == separator)
        return;
    separator = sep;
    for (size_t i = 0; table.slots && i <= table.mask; i++) {
        struct bb_symbol *s = table.slots[i].sym;
        if (!s)
            continue;
        s->split = 0;
        s->op = BB_SYMOP_NONE;
        s->base = s->override = NULL;
        s->user = NULL;
    }
}

/* What follows a keyword: nothing, or ":ADD" without upper-case letters. */
static bool valid_tail(bb_str tail)
{
    if (tail.len == 0)
        return true;
    if (tail.p[0] != separator)
        return false;
    for (size_t i = 1; i < tail.len; i++)
        if (tail.p[i] >= 'A' && tail.p[i] <= 'Z')
            return false;
    return true;
}

/* Tries to read a keyword at `at`, where a separator stands. */
static bool split_at(struct bb_symbol *s, size_t at)
{
    bb_str rest = bb_str_from(s->name, at + 1);

    for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++) {
        if (!bb_str_starts(rest, keywords[i].text))
            continue;
        bb_str tail = bb_str_from(rest, keywords[i].text.len);
        if (!valid_tail(tail))
            return false;
        s->op = (uint8_t)keywords[i].op;
        s->base = bb_sym_get(bb_str_sub(s->name, 0, at));
        s->override = tail.len > 1 ? bb_sym_get(bb_str_from(tail, 1)) : NULL;
        return true;
    }
    return false;
}

void bb_sym_split(bb_sym sym)
{
    struct bb_symbol *s =
        (struct bb_symbol *)sym; /* symbols live in our arena; const only guards the others */

    if (s->split)
        return;
    s->split = 1;
    for (size_t at = 0; (at = bb_str_chr(s->name, separator, at)) != BB_NPOS; at++)
        if (split_at(s, at))
            return;
}
