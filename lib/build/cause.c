/* SPDX-License-Identifier: MIT */
#include "build/cause.h"

#include "base/path.h"

struct finder {
    struct bb_causes *c;
    struct bb_map groups; /* what makes two causes one -> number + 1 */
    struct bb_map from_keys,
        to_keys;   /* virtual name -> struct bb_recipekeys *, NULL when they are not known */
    uint32_t task; /* that is looked at */
};

const char *bb_cause_word(enum bb_cause_kind kind)
{
#define X(name, text) text,
    static const char *const words[] = {BB_CAUSES(X)};
#undef X
    return words[kind];
}

static bb_str task_name(struct bb_arena *a, const struct bb_buildrecord *r, size_t i)
{
    const struct bb_buildrecord_task *t = &r->tasks[i];
    return bb_arena_fmt(a, "%.*s:%.*s", BB_STRF(r->recipes[t->recipe].name), BB_STRF(t->name));
}

bool bb_causes_open(struct bb_causes *c, const char *from, const char *to)
{
    struct bb_map names = {0};
    *c = (struct bb_causes){0};
    bb_arena_init(&c->arena);
    if (!bb_buildrecord_read(&c->arena, from, &c->from) || !bb_buildrecord_read(&c->arena, to, &c->to))
        return false;
    c->from_dir = bb_arena_str(&c->arena, bb_path_dir(bb_str_z(from)));
    c->to_dir = bb_arena_str(&c->arena, bb_path_dir(bb_str_z(to)));
    c->old = bb_arena_array(&c->arena, size_t, c->to.ntasks);
    c->changed = bb_arena_array(&c->arena, bool, c->to.ntasks);
    for (size_t i = 0; i < c->from.ntasks; i++)
        bb_map_put(&names, task_name(&c->arena, &c->from, i), (void *)(i + 1));
    for (size_t i = 0; i < c->to.ntasks; i++) {
        c->old[i] = (size_t)bb_map_get(&names, task_name(&c->arena, &c->to, i)) - 1;
        c->changed[i] =
            c->old[i] == SIZE_MAX || !bb_str_eq(c->from.tasks[c->old[i]].hash, c->to.tasks[i].hash);
    }
    bb_map_release(&names);
    return true;
}

/* Adds to the cause that is the same but for its tasks. */
static void add(struct finder *f, struct bb_cause cause)
{
    BB_CLEAN_BUF struct bb_buf key = BB_BUF_INIT;
    const bb_str parts[] = {cause.name, cause.from, cause.to, cause.from_place, cause.to_place};
    bb_buf_addf(&key, "%d", cause.kind);
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        bb_buf_addf(&key, "%c%.*s", parts[i].p ? 1 : 2, BB_STRF(parts[i]));
    size_t at = (size_t)bb_map_get(&f->groups, bb_buf_str(&key));
    if (!at) {
        bb_vec_push(&f->c->found, cause);
        at = f->c->found.n;
        bb_map_put(&f->groups, bb_arena_str(&f->c->arena, bb_buf_str(&key)), (void *)at);
    }
    struct bb_cause *to = &f->c->found.p[at - 1];
    if (!to->tasks.n || to->tasks.p[to->tasks.n - 1] != f->task)
        bb_vec_push(&to->tasks, f->task);
}

static struct bb_recipekeys *keys_of(struct bb_arena *a, struct bb_map *known, bb_str dir,
                                     const struct bb_buildrecord_recipe *r)
{
    void **slot = bb_map_slot(known, r->fn);
    struct bb_recipekeys read;
    if (!*slot && bb_recipekeys_read(a, dir, r->keys, &read)) {
        struct bb_recipekeys *k = bb_arena_new(a, struct bb_recipekeys);
        *k = read;
        *slot = k;
    }
    return *slot;
}

static bool same(bb_str a, bb_str b)
{
    return !a.p == !b.p && bb_str_eq(a, b);
}

/* The variables of one task in both records, which are sorted: what has another value, and what is in one alone. */
static size_t compare_keys(struct finder *f, const struct bb_recipekeys *x,
                           const struct bb_recipekeys_task *tx, const struct bb_recipekeys *y,
                           const struct bb_recipekeys_task *ty, bool alone)
{
    size_t n = 0;
    for (size_t i = 0, k = 0; i < tx->nkeys || k < ty->nkeys;) {
        const struct bb_recipekey *p = i < tx->nkeys ? &x->keys[tx->keys[i]] : NULL;
        const struct bb_recipekey *q = k < ty->nkeys ? &y->keys[ty->keys[k]] : NULL;
        int c = !p ? 1 : !q ? -1 : bb_str_cmp(p->name, q->name);
        i += c <= 0;
        k += c >= 0;
        struct bb_cause cause = {.kind = BB_CAUSE_VARIABLE, .name = c <= 0 ? p->name : q->name};
        if (c <= 0) {
            cause.from = p->value;
            cause.from_place = p->place;
        }
        if (c >= 0) {
            cause.to = q->value;
            cause.to_place = q->place;
        }
        if ((c != 0) != alone || (c == 0 && same(p->value, q->value)))
            continue;
        add(f, cause);
        n++;
    }
    return n;
}

/* A variable that only counts now is a cause when nothing else is: else a changed function asks for it. */
static void compare_basehash(struct finder *f, const struct bb_buildrecord_task *old,
                             const struct bb_buildrecord_task *now)
{
    struct bb_causes *c = f->c;
    const struct bb_recipekeys *x =
        keys_of(&c->arena, &f->from_keys, c->from_dir, &c->from.recipes[old->recipe]);
    const struct bb_recipekeys *y = keys_of(&c->arena, &f->to_keys, c->to_dir, &c->to.recipes[now->recipe]);
    const struct bb_recipekeys_task *tx = x ? bb_recipekeys_task(x, old->name) : NULL;
    const struct bb_recipekeys_task *ty = y ? bb_recipekeys_task(y, now->name) : NULL;
    size_t n = 0;
    if (tx && ty && bb_str_eq(tx->basehash, old->basehash) && bb_str_eq(ty->basehash, now->basehash)) {
        n = compare_keys(f, x, tx, y, ty, false);
        n += n ? 0 : compare_keys(f, x, tx, y, ty, true);
    }
    if (!n)
        add(f, (struct bb_cause){.kind = BB_CAUSE_UNKNOWN, .from = old->basehash, .to = now->basehash});
}

static bb_str sum_of(const struct bb_buildrecord_task *t, bb_str path)
{
    for (size_t i = 0; i < t->nfiles; i++)
        if (bb_str_eq(t->files[i].path, path))
            return t->files[i].md5;
    return (bb_str){0};
}

static void compare_files(struct finder *f, const struct bb_buildrecord_task *old,
                          const struct bb_buildrecord_task *now)
{
    for (size_t i = 0; i < now->nfiles; i++) {
        struct bb_cause cause = {.kind = BB_CAUSE_FILE, .name = now->files[i].path, .to = now->files[i].md5};
        cause.from = sum_of(old, cause.name);
        if (!same(cause.from, cause.to))
            add(f, cause);
    }
    for (size_t i = 0; i < old->nfiles; i++)
        if (!sum_of(now, old->files[i].path).p)
            add(f, (struct bb_cause){
                       .kind = BB_CAUSE_FILE, .name = old->files[i].path, .from = old->files[i].md5});
}

/* Dependencies that came (from `x` to `y`), with `gone` those that went. */
static bool compare_deps(struct finder *f, const struct bb_buildrecord *x,
                         const struct bb_buildrecord_task *tx, const struct bb_buildrecord *y,
                         const struct bb_buildrecord_task *ty, bool gone)
{
    struct bb_map names = {0};
    bool any = false;
    for (size_t i = 0; i < tx->ndeps; i++)
        bb_map_put(&names, task_name(&f->c->arena, x, tx->deps[i]), NULL);
    for (size_t i = 0; i < ty->ndeps; i++) {
        bb_str name = task_name(&f->c->arena, y, ty->deps[i]), hash = y->tasks[ty->deps[i]].unihash;
        if (bb_map_has(&names, name))
            continue;
        struct bb_cause cause = {.kind = BB_CAUSE_DEPENDENCY, .name = name};
        *(gone ? &cause.from : &cause.to) = hash;
        add(f, cause);
        any = true;
    }
    bb_map_release(&names);
    return any;
}

/* Whether something it waits for has another unihash. */
static bool follows(const struct bb_causes *c, const struct bb_buildrecord_task *now)
{
    for (size_t i = 0; i < now->ndeps; i++) {
        size_t old = c->old[now->deps[i]];
        if (old != SIZE_MAX && !bb_str_eq(c->from.tasks[old].unihash, c->to.tasks[now->deps[i]].unihash))
            return true;
    }
    return false;
}

static void add_nostamp(struct finder *f, uint32_t t)
{
    f->task = t;
    add(f, (struct bb_cause){.kind = BB_CAUSE_NOSTAMP, .name = task_name(&f->c->arena, &f->c->to, t)});
}

static void own_causes(struct finder *f, uint32_t t)
{
    struct bb_causes *c = f->c;
    const struct bb_buildrecord_task *now = &c->to.tasks[t];
    size_t before = c->found.n;
    f->task = t;
    if (c->old[t] == SIZE_MAX) {
        add(f, (struct bb_cause){.kind = BB_CAUSE_NEW, .name = task_name(&c->arena, &c->to, t)});
        return;
    }
    const struct bb_buildrecord_task *old = &c->from.tasks[c->old[t]];
    bool base = !bb_str_eq(old->basehash, now->basehash), tainted = !bb_str_eq(old->taint, now->taint);
    if (base)
        compare_basehash(f, old, now);
    compare_files(f, old, now);
    bool deps = compare_deps(f, &c->from, old, &c->to, now, false);
    deps = compare_deps(f, &c->to, now, &c->from, old, true) || deps;
    if (tainted)
        add(f, (struct bb_cause){.kind = BB_CAUSE_FORCED, .name = task_name(&c->arena, &c->to, t)});
    if (now->nostamp)
        add_nostamp(f, t);
    if (c->found.n == before && !base && !deps && !tainted && !now->nostamp && !follows(c, now))
        add(f, (struct bb_cause){.kind = BB_CAUSE_UNKNOWN, .from = old->hash, .to = now->hash});
}

/* A task may have its cause in any task before it whose hash is another one, too. */
static void visit(struct finder *f, bool *seen, uint32_t t)
{
    const struct bb_buildrecord_task *task = &f->c->to.tasks[t];
    if (seen[t] || !f->c->changed[t])
        return;
    seen[t] = true;
    for (size_t i = 0; i < task->ndeps; i++)
        visit(f, seen, task->deps[i]);
    own_causes(f, t);
}

struct reach {
    uint32_t *up, *first; /* who waits for a task */
    uint32_t *mark, *stack;
};

static void index_up(const struct bb_buildrecord *r, struct reach *x)
{
    size_t n = 0;
    for (size_t i = 0; i < r->ntasks; i++)
        n += r->tasks[i].ndeps;
    x->up = bb_calloc(n + 1, sizeof(*x->up));
    x->first = bb_calloc(r->ntasks + 2, sizeof(*x->first));
    x->mark = bb_calloc(r->ntasks + 1, sizeof(*x->mark));
    x->stack = bb_calloc(r->ntasks + 1, sizeof(*x->stack));
    for (size_t i = 0; i < r->ntasks; i++)
        for (size_t k = 0; k < r->tasks[i].ndeps; k++)
            x->first[r->tasks[i].deps[k] + 2]++;
    for (size_t i = 2; i <= r->ntasks + 1; i++)
        x->first[i] += x->first[i - 1];
    for (size_t i = 0; i < r->ntasks; i++)
        for (size_t k = 0; k < r->tasks[i].ndeps; k++)
            x->up[x->first[r->tasks[i].deps[k] + 1]++] = (uint32_t)i;
}

/* Counts the tasks with other hashes that wait for those of the cause. */
static size_t count_dragged(const struct bb_causes *c, struct reach *x, const struct bb_cause *cause,
                            uint32_t epoch)
{
    size_t n = 0, total = 0;
    for (size_t i = 0; i < cause->tasks.n; i++) {
        x->mark[cause->tasks.p[i]] = epoch;
        x->stack[n++] = cause->tasks.p[i];
    }
    while (n) {
        uint32_t t = x->stack[--n];
        total++;
        for (uint32_t i = x->first[t]; i < x->first[t + 1]; i++)
            if (c->changed[x->up[i]] && x->mark[x->up[i]] != epoch) {
                x->mark[x->up[i]] = epoch;
                x->stack[n++] = x->up[i];
            }
    }
    return total;
}

/* What is known goes first, then what drags most along. */
static int cause_cmp(const void *a, const void *b)
{
    const struct bb_cause *x = a, *y = b;
    bool vague_x = x->kind >= BB_CAUSE_NOSTAMP, vague_y = y->kind >= BB_CAUSE_NOSTAMP;
    if (vague_x != vague_y)
        return vague_x ? 1 : -1;
    if (x->dragged != y->dragged)
        return x->dragged > y->dragged ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return bb_str_cmp(x->name, y->name);
}

void bb_causes_find(struct bb_causes *c, const uint32_t *tasks, size_t n)
{
    struct finder f = {.c = c};
    struct reach x;
    bool *seen = bb_calloc(c->to.ntasks + 1, sizeof(*seen));
    for (size_t i = 0; i < n; i++) {
        visit(&f, seen, tasks[i]);
        if (!seen[tasks[i]] && c->to.tasks[tasks[i]].nostamp)
            add_nostamp(&f, tasks[i]);
    }
    index_up(&c->to, &x);
    for (size_t i = 0; i < c->found.n; i++)
        c->found.p[i].dragged = count_dragged(c, &x, &c->found.p[i], (uint32_t)i + 1);
    if (c->found.n)
        qsort(c->found.p, c->found.n, sizeof(*c->found.p), cause_cmp);
    free(x.up);
    free(x.first);
    free(x.mark);
    free(x.stack);
    free(seen);
    bb_map_release(&f.groups);
    bb_map_release(&f.from_keys);
    bb_map_release(&f.to_keys);
}

void bb_causes_release(struct bb_causes *c)
{
    bb_vec_each(&c->found, cause)
        bb_vec_release(&cause->tasks);
    bb_vec_release(&c->found);
    bb_arena_release(&c->arena);
}
