/* SPDX-License-Identifier: MIT */
#include "build/reparse.h"

#include "build/place.h"
#include "os/os.h"
#include "parse/recipe.h"
#include "sig/basehash.h"

enum { SECOND = 1000 * 1000 * 1000 };

/* A recipe that was read three times: when recipes were parsed (`recipe`), now, and once more to see what moves. */
struct check {
    struct bb_hashes *h;
    const struct bb_recipe *recipe;
    const struct bb_sig_recipe *now;
    const struct bb_sig_recipe *again; /* NULL: not read once more yet, or that failed */
    struct bb_store *d;                /* of `now` */
    struct bb_recipe_variants variants;
    struct bb_arena arena;
    BB_VEC(struct bb_diag_note) notes;
};

static bb_str text_of(struct check *c, const struct bb_sig_key *k)
{
    return k->value.kind == BB_V_NONE ? (bb_str){0} : bb_val_str(bb_store_hook(c->d), &c->arena, k->value);
}

/* The first line of a value, cut where it gets long. */
static bb_str shown(struct bb_arena *a, bb_str value)
{
    enum { MOST = 100 };
    if (!value.p)
        return BB_STR("not set");
    size_t end = bb_str_chr(value, '\n', 0);
    if (end == BB_NPOS)
        end = value.len;
    bool cut = end < value.len || end > MOST;
    return bb_arena_fmt(a, "\"%.*s%s\"", (int)(end > MOST ? MOST : end), value.p, cut ? "..." : "");
}

static void note_variable(struct check *c, bb_sym name)
{
    const struct bb_sig_key *x = bb_basehash_find(c->now, name), *y = bb_basehash_find(c->again, name);
    bb_str from = x ? text_of(c, x) : (bb_str){0}, to = y ? text_of(c, y) : (bb_str){0};
    struct bb_diag_note note = {0};
    if (!from.p == !to.p && bb_str_eq(from, to))
        return;
    bb_vec_each(&c->notes, n)
        if (bb_str_starts(n->text, bb_arena_fmt(&c->arena, "%.*s is ", BB_STRF(name->name))))
            return;
    bb_place_find(c->d, name->name, &note.loc);
    note.text =
        bb_arena_fmt(&c->arena, "%.*s is %.*s, and %.*s when it is read once more", BB_STRF(name->name),
                     BB_STRF(shown(&c->arena, from)), BB_STRF(shown(&c->arena, to)));
    bb_vec_push(&c->notes, note);
}

/* A second later, so that what follows from the time is another value, too. */
static void read_again(struct check *c)
{
    struct bb_cooker *cooker = c->h->cooker;
    const struct bb_os *os = cooker->ctx->os;
    os->sleep(os, SECOND);
    if (bb_cooker_again(cooker, c->recipe->fn, &c->arena, &c->variants, &c->again) < 0)
        c->again = NULL;
}

static void complain(struct check *c, const struct bb_recipe_task *old, const struct bb_sig_task *now)
{
    if (!c->again)
        read_again(c);
    c->notes.n = 0;
    if (c->again) {
        note_variable(c, now->name);
        for (size_t i = 0; i < now->ntaskdeps; i++)
            note_variable(c, now->taskdeps[i]);
    }
    if (!c->notes.n) {
        bb_str pn = c->recipe->pn;
        bb_vec_push(
            &c->notes,
            (struct bb_diag_note){
                {0},
                bb_arena_fmt(&c->arena,
                             "reading it once more changes nothing; \"bbc %.*s -c %.*s -S none\" and then "
                             "\"-S printdiff\" may help",
                             BB_STRF(pn), BB_STRF(old->name))});
    }
    bb_report(c->h->cooker->ctx,
              &(struct bb_diag){.severity = BB_ERROR,
                                .text = bb_arena_fmt(
                                    &c->arena,
                                    "When reparsing %.*s:%.*s, the basehash value changed from %.*s to %s. "
                                    "The metadata is not deterministic and this needs to be fixed.",
                                    BB_STRF(c->recipe->fn), BB_STRF(old->name), BB_STRF(old->basehash),
                                    now->basehash),
                                .notes = c->notes.p,
                                .nnotes = c->notes.n});
}

static const struct bb_recipe_task *task_of(const struct bb_recipe *r, bb_str name)
{
    for (size_t i = 0; i < r->ntasks; i++)
        if (bb_str_eq(r->tasks[i].name, name))
            return &r->tasks[i];
    return NULL;
}

void bb_reparse_check(struct bb_hashes *h, const struct bb_recipe *r)
{
    struct check c = {.h = h, .recipe = r};
    if (bb_map_has(&h->reparsed, r->fn) || bb_cooker_signatures(h->cooker, r->fn, &c.now) < 0 ||
        bb_cooker_recipe(h->cooker, r->fn, &c.d, NULL) < 0)
        return;
    bb_map_put(&h->reparsed, r->fn, NULL);
    bb_arena_init(&c.arena);
    for (size_t i = 0; i < c.now->ntasks; i++) {
        const struct bb_recipe_task *old = task_of(r, c.now->tasks[i].name->name);
        if (old && old->basehash.len && !bb_str_eqz(old->basehash, c.now->tasks[i].basehash))
            complain(&c, old, &c.now->tasks[i]);
    }
    bb_vec_release(&c.notes);
    bb_recipe_release(&c.variants);
    bb_arena_release(&c.arena);
}
