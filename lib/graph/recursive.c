/* SPDX-License-Identifier: MIT */
/*
 * recrdeptask: a task waits for the named tasks of every recipe that can be reached from it. The answer is
 * the least set that two rules leave unchanged, so the order in which they are applied does not matter:
 *
 *   1. from a dependency (or a recideptask and its dependencies), the named tasks of all recipes that lie
 * strictly below it along the direct dependencies;
 *   2. from a dependency that is recursive itself, those of its dependencies that bear one of the names.
 *
 * Sets of recipes are bit sets, and each dependency is looked at once, so the cost is that of the edges which
 * come out. Tasks on a loop of direct dependencies have nothing strictly below them that is passed on, as in
 * BitBake, whose walk never gets past a loop; such loops are common here, since recursive tasks that name
 * themselves lose their mutual dependencies only at the end.
 */
#include "graph/planner.h"

typedef uint64_t word;

struct state {
    struct bb_planner *g;
    size_t words; /* of a bit set of entries */
    word *below;  /* by node: entries strictly below */
    word *have;   /* by name: entries that have such a task; filled for names in use */
    bool *have_known;
    uint32_t *index;   /* by node: number among the recursive ones + 1, or 0 */
    struct work *work; /* by recursive number */
    uint32_t round;
};

/* One recursive task while its set grows. The arrays are by place in r->names. */
struct work {
    const struct bb_recursive *r;
    word *reach;      /* entries that rule 1 has reached */
    word **set;       /* entries whose task of that name is a dependency */
    word **reached;   /* those of them whose own contribution is in `reach` */
    word **taken;     /* those of them that rule 2 has looked at once */
    uint32_t changed; /* the round in which `set` last grew */
    uint32_t looked;  /* the round of the last visit */
};

static void set_bit(word *w, uint32_t i)
{
    w[i / 64] |= (word)1 << (i % 64);
}

static bool or_into(word *to, const word *from, size_t n)
{
    word grown = 0;
    for (size_t i = 0; i < n; i++) {
        grown |= from[i] & ~to[i];
        to[i] |= from[i];
    }
    return grown != 0;
}

static word *below(struct state *s, uint32_t node)
{
    return s->below + (size_t)node * s->words;
}

static const word *have(struct state *s, uint32_t name)
{
    word *w = s->have + (size_t)name * s->words;
    if (!s->have_known[name]) {
        s->have_known[name] = true;
        for (uint32_t e = 0; e < s->g->nentries; e++)
            if (bb_planner_node(s->g, e, name) != BB_NO_TASK)
                set_bit(w, e);
    }
    return w;
}

/* Fills `below`, leaves first. */
static void compute_below(struct state *s)
{
    struct bb_planner *g = s->g;
    uint32_t *left = bb_calloc(g->nnodes, sizeof(*left)), *start = bb_calloc(g->nnodes + 1, sizeof(*start));
    struct bb_nodes ready = {0};
    size_t edges = 0;
    for (uint32_t i = 0; i < g->nnodes; i++) {
        left[i] = (uint32_t)g->deps[i].n;
        edges += g->deps[i].n;
        for (size_t j = 0; j < g->deps[i].n; j++)
            start[g->deps[i].p[j] + 1]++;
        if (left[i] == 0)
            bb_vec_push(&ready, i);
    }
    for (size_t i = 0; i < g->nnodes; i++)
        start[i + 1] += start[i];
    uint32_t *up = bb_calloc(edges + 1, sizeof(*up)), *at = bb_calloc(g->nnodes + 1, sizeof(*at));
    memcpy(at, start, g->nnodes * sizeof(*at));
    for (uint32_t i = 0; i < g->nnodes; i++)
        for (size_t j = 0; j < g->deps[i].n; j++)
            up[at[g->deps[i].p[j]]++] = i;
    for (size_t k = 0; k < ready.n; k++) {
        uint32_t node = ready.p[k];
        for (uint32_t j = start[node]; j < start[node + 1]; j++) {
            or_into(below(s, up[j]), below(s, node), s->words);
            set_bit(below(s, up[j]), g->entry_of[node]);
            if (--left[up[j]] == 0)
                bb_vec_push(&ready, up[j]);
        }
    }
    free(left);
    free(start);
    free(up);
    free(at);
    bb_vec_release(&ready);
}

/* The node of the lowest entry in word `i` of a set of tasks called `name`. */
static uint32_t node_at(const struct state *s, size_t i, word bits, uint32_t name)
{
    return bb_planner_node(s->g, (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(bits), name);
}

/* Which of the names is `name`; the number of names when none is. */
static size_t name_index(const struct bb_recursive *r, uint32_t name)
{
    size_t i = 0;
    while (i < r->names.n && r->names.p[i] != name)
        i++;
    return i;
}

static void work_init(struct state *s, struct bb_arena *a, struct work *w, const struct bb_recursive *r)
{
    struct bb_planner *g = s->g;
    *w = (struct work){.r = r, .changed = 1};
    w->reach = bb_arena_array(a, word, s->words);
    w->set = bb_arena_array(a, word *, r->names.n);
    w->reached = bb_arena_array(a, word *, r->names.n);
    w->taken = bb_arena_array(a, word *, r->names.n);
    for (size_t k = 0; k < r->names.n; k++) {
        w->set[k] = bb_arena_array(a, word, s->words);
        w->reached[k] = bb_arena_array(a, word, s->words);
        w->taken[k] = bb_arena_array(a, word, s->words);
    }
    const struct bb_nodes *deps = &g->deps[r->node];
    for (size_t i = 0; i < deps->n; i++) {
        size_t k = name_index(r, g->name_of[deps->p[i]]);
        if (k < r->names.n)
            set_bit(w->set[k], g->entry_of[deps->p[i]]);
        or_into(w->reach, below(s, deps->p[i]), s->words);
    }
    for (size_t i = 0; i < r->starts.n; i++) {
        const struct bb_nodes *more = &g->deps[r->starts.p[i]];
        or_into(w->reach, below(s, r->starts.p[i]), s->words);
        for (size_t j = 0; j < more->n; j++)
            or_into(w->reach, below(s, more->p[j]), s->words);
    }
}

/* Rule 2 for one recursive dependency. */
static bool take_from(struct state *s, struct work *w, const struct work *from)
{
    bool grown = false;
    for (size_t k = 0; k < w->r->names.n; k++) {
        size_t other = name_index(from->r, w->r->names.p[k]);
        if (other < from->r->names.n) {
            grown |= or_into(w->set[k], from->set[other], s->words);
            continue;
        }
        const struct bb_nodes *deps = &s->g->deps[from->r->node];
        for (size_t i = 0; i < deps->n; i++) {
            uint32_t e = s->g->entry_of[deps->p[i]];
            if (s->g->name_of[deps->p[i]] != w->r->names.p[k] || (w->set[k][e / 64] >> (e % 64) & 1))
                continue;
            set_bit(w->set[k], e);
            grown = true;
        }
    }
    return grown;
}

static const struct work *work_of(const struct state *s, uint32_t node)
{
    return node != BB_NO_TASK && s->index[node] ? &s->work[s->index[node] - 1] : NULL;
}

/* Rule 2 for all recursive dependencies that are new or have grown since the last visit. */
static bool visit_recursive(struct state *s, struct work *w)
{
    bool grown = false;
    const struct bb_nodes *deps = &s->g->deps[w->r->node];
    for (size_t i = 0; i < deps->n; i++) {
        const struct work *from = work_of(s, deps->p[i]);
        if (from && from->changed >= w->looked)
            grown |= take_from(s, w, from);
    }
    for (size_t k = 0; k < w->r->names.n; k++) {
        for (size_t i = 0; i < s->words; i++) {
            for (word bits = w->set[k][i]; bits; bits &= bits - 1) {
                const struct work *from = work_of(s, node_at(s, i, bits, w->r->names.p[k]));
                bool fresh = !(w->taken[k][i] & bits & -bits);
                if (from && from != w && (fresh || from->changed >= w->looked))
                    grown |= take_from(s, w, from);
                w->taken[k][i] |= bits & -bits;
            }
        }
    }
    return grown;
}

/* Rule 1, first half: looks below the dependencies of `from` that are not in `known` yet (NULL: below all). */
static void look_below(struct state *s, struct work *w, const struct work *from, word **known)
{
    for (size_t k = 0; k < from->r->names.n; k++) {
        for (size_t i = 0; i < s->words; i++) {
            word bits = from->set[k][i] & (known ? ~known[k][i] : ~(word)0);
            for (; bits; bits &= bits - 1)
                or_into(w->reach, below(s, node_at(s, i, bits, from->r->names.p[k])), s->words);
            if (known)
                known[k][i] = from->set[k][i];
        }
    }
}

/* Rule 1, second half: the named tasks of all entries reached, but not the task itself. */
static bool take_reached(struct state *s, struct work *w)
{
    uint32_t entry = s->g->entry_of[w->r->node];
    bool grown = false;
    for (size_t k = 0; k < w->r->names.n; k++) {
        bool own = w->r->names.p[k] == s->g->name_of[w->r->node];
        const word *all = have(s, w->r->names.p[k]);
        for (size_t i = 0; i < s->words; i++) {
            word more = w->reach[i] & all[i] & ~w->set[k][i];
            if (own && i == entry / 64)
                more &= ~((word)1 << (entry % 64));
            grown |= more != 0;
            w->set[k][i] |= more;
        }
    }
    return grown;
}

static bool visit(struct state *s, struct work *w)
{
    for (size_t i = 0; i < w->r->starts.n; i++) {
        const struct work *from = work_of(s, w->r->starts.p[i]);
        if (from && from->changed >= w->looked)
            look_below(s, w, from, NULL);
    }
    look_below(s, w, w, w->reached);
    bool grown = take_reached(s, w);
    grown |= visit_recursive(s, w);
    w->looked = s->round;
    if (grown)
        w->changed = s->round;
    return grown;
}

/* Turns the sets into dependencies; recursive tasks that name themselves do not wait for one another. */
static void materialise(struct state *s, struct work *w)
{
    struct bb_planner *g = s->g;
    struct bb_nodes *deps = &g->deps[w->r->node], out = {0};
    for (size_t i = 0; i < deps->n; i++)
        if (name_index(w->r, g->name_of[deps->p[i]]) == w->r->names.n)
            bb_vec_push(&out, deps->p[i]);
    for (size_t k = 0; k < w->r->names.n; k++) {
        bool dup = name_index(w->r, w->r->names.p[k]) < k;
        for (size_t i = 0; i < s->words && !dup; i++)
            for (word bits = w->set[k][i]; bits; bits &= bits - 1)
                bb_vec_push(&out, node_at(s, i, bits, w->r->names.p[k]));
    }
    size_t n = 0;
    for (size_t i = 0; i < out.n; i++) {
        const struct work *dep = work_of(s, out.p[i]);
        if (!(w->r->self && dep && dep->r->self))
            out.p[n++] = out.p[i];
    }
    out.n = n;
    bb_vec_release(deps);
    *deps = out;
}

void bb_recursive_close(struct bb_planner *g)
{
    if (g->recursive.n == 0)
        return;
    struct state s = {.g = g, .words = (g->nentries + 63) / 64, .round = 1};
    struct bb_arena a;
    bb_arena_init(&a);
    s.below = bb_calloc(g->nnodes * s.words, sizeof(word));
    s.have = bb_arena_array(&a, word, g->nnames * s.words);
    s.have_known = bb_arena_array(&a, bool, g->nnames);
    s.index = bb_arena_array(&a, uint32_t, g->nnodes);
    s.work = bb_arena_array(&a, struct work, g->recursive.n);
    compute_below(&s);
    for (uint32_t i = 0; i < g->recursive.n; i++) {
        s.index[g->recursive.p[i].node] = i + 1;
        work_init(&s, &a, &s.work[i], &g->recursive.p[i]);
    }
    for (bool grown = true; grown; s.round++) {
        grown = false;
        for (size_t i = 0; i < g->recursive.n; i++)
            grown |= visit(&s, &s.work[i]);
    }
    for (size_t i = 0; i < g->recursive.n; i++)
        materialise(&s, &s.work[i]);
    free(s.below);
    bb_arena_release(&a);
}
