/* SPDX-License-Identifier: MIT */
/* What the hottest look-ups cost: symbols by name, maps by text and by pointer. */
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/sym.h"

#define NAMES  20000
#define ROUNDS 200

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void print(const char *what, double start)
{
    printf("%-28s %6.1f ns\n", what, (seconds() - start) * 1e9 / NAMES / ROUNDS);
}

int main(void)
{
    struct bb_arena arena = {0};
    struct bb_map map = {0};
    struct bb_pmap pmap = {0};
    bb_str *names = bb_arena_array(&arena, bb_str, NAMES);
    uintptr_t sum = 0;

    for (int i = 0; i < NAMES; i++) {
        names[i] = bb_arena_fmt(&arena, "SOME_VARIABLE_%d:pn-recipe-%d", i, i % 97);
        bb_map_put(&map, names[i], &names[i]);
        bb_pmap_put(&pmap, bb_sym_get(names[i]), &names[i]);
    }
    double start = seconds();
    for (int r = 0; r < ROUNDS; r++)
        for (int i = 0; i < NAMES; i++)
            sum += bb_sym_get(names[i])->id;
    print("symbol of a name", start);
    start = seconds();
    for (int r = 0; r < ROUNDS; r++)
        for (int i = 0; i < NAMES; i++)
            sum += (uintptr_t)bb_map_get(&map, names[i]);
    print("map, by text", start);
    start = seconds();
    for (int r = 0; r < ROUNDS; r++)
        for (int i = 0; i < NAMES; i++)
            sum += (uintptr_t)bb_pmap_get(&pmap, bb_sym_peek(names[i]));
    print("symbol and map by pointer", start);
    printf("(%zx)\n", (size_t)sum & 0xf); /* so that nothing is optimised away */
    bb_map_release(&map);
    bb_pmap_release(&pmap);
    bb_arena_release(&arena);
    return 0;
}
