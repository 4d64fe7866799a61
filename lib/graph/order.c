/* SPDX-License-Identifier: MIT */
#include "graph/order.h"

enum bb_order bb_order_parse(bb_str name, struct bb_buf *ret_names)
{
#define X(n, text) text,
    static const char *const names[] = {BB_ORDERS(X)};
#undef X
    for (int i = 0; i < BB_ORDER_COUNT; i++)
        if (bb_str_eqz(name, names[i]))
            return (enum bb_order)i;
    for (int i = 0; i < BB_ORDER_COUNT; i++)
        bb_buf_addf(ret_names, "%s%s", i ? ", " : "", names[i]);
    return BB_ORDER_COUNT;
}

struct item {
    double weight;
    bb_tid t;
};

/* Heaviest first; among equals the later one, as BitBake's reversed list has it. */
static int heavier(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return x->t > y->t ? -1 : 1;
}

static void speed_order(const struct bb_plan *plan, bb_tid *ret)
{
    struct item *items = bb_malloc((plan->n + 1) * sizeof(*items));
    for (bb_tid t = 0; t < plan->n; t++)
        items[t] = (struct item){plan->tasks[t].weight, t};
    qsort(items, plan->n, sizeof(*items), heavier);
    for (size_t i = 0; i < plan->n; i++)
        ret[i] = items[i].t;
    free(items);
}

struct place {
    uint32_t first, at; /* where its recipe first appears in the order, and the task itself */
};

static int recipe_cmp(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

/*
 * One list of task names that agrees with the order in every recipe: taking one recipe after the other, a
 * name seen for the first time goes behind the one before it.
 */
static void merge_names(const struct bb_plan *plan, const bb_tid *order, struct bb_strvec *ret)
{
    struct place *places = bb_malloc((plan->n + 1) * sizeof(*places));
    struct bb_pmap first = {0}; /* entry -> place + 1 */
    for (uint32_t i = 0; i < plan->n; i++) {
        void **slot = bb_pmap_slot(&first, plan->tasks[order[i]].entry);
        if (!*slot)
            *slot = (void *)(uintptr_t)(i + 1);
        places[i] = (struct place){(uint32_t)(uintptr_t)*slot - 1, i};
    }
    qsort(places, plan->n, sizeof(*places), recipe_cmp);
    size_t at = 0;
    for (size_t i = 0; i < plan->n; i++) {
        if (i == 0 || places[i].first != places[i - 1].first)
            at = 0;
        bb_str name = bb_plan_name(plan, order[places[i].at]);
        size_t found = 0;
        while (found < ret->n && !bb_str_eq(ret->p[found], name))
            found++;
        if (found == ret->n) {
            bb_vec_push(ret, name);
            memmove(ret->p + at + 1, ret->p + at, (ret->n - 1 - at) * sizeof(*ret->p));
            ret->p[at] = name;
            found = at;
        }
        at = found + 1;
    }
    free(places);
    bb_pmap_release(&first);
}

/* The names that end the work on a recipe first, each with the recipes in the order of "speed". */
static void completion_order(const struct bb_plan *plan, bb_tid *order)
{
    struct bb_strvec names = {0};
    merge_names(plan, order, &names);
    bb_tid *from = bb_malloc((plan->n + 1) * sizeof(*from));
    memcpy(from, order, plan->n * sizeof(*from));
    size_t n = 0;
    for (size_t k = names.n; k-- > 0;)
        for (size_t i = 0; i < plan->n; i++)
            if (bb_str_eq(bb_plan_name(plan, from[i]), names.p[k]))
                order[n++] = from[i];
    free(from);
    bb_vec_release(&names);
}

void bb_order_make(const struct bb_plan *plan, enum bb_order order, uint32_t *ret_rank)
{
    bb_tid *list = bb_malloc((plan->n + 1) * sizeof(*list));
    for (bb_tid t = 0; t < plan->n; t++)
        list[t] = t;
    if (order != BB_ORDER_BASIC)
        speed_order(plan, list);
    if (order == BB_ORDER_COMPLETION)
        completion_order(plan, list);
    for (size_t i = 0; i < plan->n; i++)
        ret_rank[list[i]] = (uint32_t)i;
    free(list);
}
