/* SPDX-License-Identifier: MIT */
/* :append, :prepend and :remove: how they are kept with a record, and what they do to a value when it is read. */
#include "base/rules.h"
#include "data/store_priv.h"

enum special bb_op_special(enum bb_symop op)
{
    return op == BB_SYMOP_APPEND ? AT_APPEND : op == BB_SYMOP_PREPEND ? AT_PREPEND : AT_REMOVE;
}

bool bb_op_has(const struct rec *r)
{
    return r && (r->at[AT_APPEND] || r->at[AT_PREPEND] || r->at[AT_REMOVE]);
}

static uint32_t room_for(size_t n)
{
    uint32_t cap = 2;
    while (cap < n)
        cap *= 2;
    return cap;
}

/*
 * The array grows in place only when it is this record's own. A copy of the record then still sees its own,
 * shorter length, so the new ones are not seen there.
 */
void bb_op_add(struct bb_store *d, struct rec *r, enum special k, const struct bb_varop *ops, size_t n)
{
    const bb_sym names[] = {
        [AT_APPEND] = bb_known.append, [AT_PREPEND] = bb_known.prepend, [AT_REMOVE] = bb_known.remove};
    size_t have;
    struct bb_varop *list = (struct bb_varop *)bb_op_list(r, k, &have);

    if (!r->own[k] || have + n > room_for(have)) {
        struct bb_varop *more = bb_arena_array(&d->arena, struct bb_varop, room_for(have + n));
        if (have)
            memcpy(more, list, have * sizeof(*more));
        list = more;
    }
    memcpy(list + have, ops, n * sizeof(*ops));
    bb_record_put(d, r, names[k], (struct bb_val){.kind = V_OPS, .s = {(const char *)list, have + n}});
    r->own[k] = true;
}

bool bb_op_applies(const struct bb_store *d, const struct bb_varop *op)
{
    if (!op->override)
        return true;
    const struct symx *x = bb_symx_override(op->override);
    for (size_t i = 0; i < x->nparts; i++)
        if (!bb_override_has(&d->ov, x->parts[i]))
            return false;
    return true;
}

/* How many of the operations apply. */
static size_t count(const struct bb_store *d, const struct rec *r, enum special k)
{
    size_t n, hits = 0;
    const struct bb_varop *ops = bb_op_list(r, k, &n);

    for (size_t i = 0; i < n; i++)
        hits += bb_op_applies(d, &ops[i]);
    return hits;
}

static void combine_text(const struct bb_store *d, const struct rec *r, bb_str value, struct bb_buf *out)
{
    size_t n;
    const struct bb_varop *ops = bb_op_list(r, AT_PREPEND, &n);

    while (n-- > 0)
        if (bb_op_applies(d, &ops[n]))
            bb_buf_adds(out, ops[n].text);
    bb_buf_adds(out, value);
    ops = bb_op_list(r, AT_APPEND, &n);
    for (size_t i = 0; i < n; i++)
        if (bb_op_applies(d, &ops[i]))
            bb_buf_adds(out, ops[i].text);
}

/* Python's words for text added to something else, appends first. */
static int not_text(struct bb_store *d, struct bb_val v, bool append)
{
    const char *type = bb_val_type(v);

    if (!append)
        return bb_fault_set(d, -BB_EPARSE, "TypeError: can only concatenate str (not \"%s\") to str", type);
    if (v.kind == BB_V_LIST)
        return bb_fault_set(d, -BB_EPARSE, "TypeError: can only concatenate list (not \"str\") to list");
    return bb_fault_set(d, -BB_EPARSE, "TypeError: unsupported operand type(s) for +: '%s' and 'str'", type);
}

int bb_op_combine(struct bb_store *d, const struct rec *r, const struct bb_val *old, struct bb_val *value)
{
    if (!r || (!r->at[AT_APPEND] && !r->at[AT_PREPEND]))
        return 0;
    int rc = bb_override_need(d);
    if (rc < 0)
        return rc;
    if (bb_rules_has(d->ctx->level, BB_RULE_EMPTY_OPERATIONS) && !bb_val_true(d->hook, *value))
        *value = bb_val_s(BB_STR(""));
    size_t appends = count(d, r, AT_APPEND);
    if (appends + count(d, r, AT_PREPEND) == 0)
        return 0;
    if (value->kind != BB_V_NONE && value->kind != BB_V_STR)
        return not_text(d, *value, appends > 0);
    size_t mark = d->cache.nbufs;
    struct bb_buf *b = bb_cache_buf(&d->cache);
    combine_text(d, r, value->kind == BB_V_STR ? value->s : (bb_str){0}, b);
    bb_str text = bb_buf_str(b);
    if (old && old->kind == BB_V_STR && bb_str_eq(old->s, text))
        *value = *old;
    else
        *value = bb_val_s(bb_arena_str(&d->arena, text));
    bb_cache_unbuf(&d->cache, mark);
    return 0;
}

struct remover {
    bb_str raw, words;
    bool effect;
};

/* Whether a remover takes the word; all that do are marked, as BitBake does. */
static bool removed(struct remover *rm, size_t n, bb_str word)
{
    bool hit = false;

    for (size_t i = 0; i < n; i++) {
        bb_str rest = rm[i].words, w;
        while (bb_expand_word(&rest, &w)) {
            if (bb_str_eq(w, word)) {
                hit = rm[i].effect = true;
                break;
            }
        }
    }
    return hit;
}

/* Copies the value without the removed words; white space stays as it is. True when something was removed. */
static bool strip_words(struct remover *rm, size_t n, bb_str value, struct bb_buf *out)
{
    bool any = false;

    for (size_t i = 0, start = 0; i <= value.len; i++) {
        size_t space = i < value.len ? bb_expand_space(bb_str_from(value, i)) : 1;
        if (!space)
            continue;
        bb_str word = bb_str_sub(value, start, i);
        if (word.len > 0 && removed(rm, n, word))
            any = true;
        else
            bb_buf_adds(out, word);
        if (i < value.len)
            bb_buf_adds(out, bb_str_sub(value, i, i + space));
        start = i + space;
        i = start - 1;
    }
    return any;
}

int bb_op_remove(struct bb_store *d, const bb_str *removes, size_t n, struct bb_varparse *vp)
{
    if (vp->value.kind != BB_V_STR)
        return bb_fault_set(d, -BB_EPARSE, "TypeError: expected string or bytes-like object, got '%s'",
                            bb_val_type(vp->value));
    struct remover *rm = bb_calloc(n, sizeof(*rm));
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0; i++) {
        rm[i].raw = removes[i];
        rc = bb_store_expand(d, removes[i], NULL, &rm[i].words);
    }
    if (rc == 0) {
        size_t mark = d->cache.nbufs;
        struct bb_buf *b = bb_cache_buf(&d->cache);
        if (strip_words(rm, n, vp->value.s, b))
            vp->value = bb_val_s(bb_arena_str(&d->arena, bb_buf_str(b)));
        bb_cache_unbuf(&d->cache, mark);
        vp->removes = bb_arena_array(&d->arena, bb_str, n);
        vp->nremoves = 0;
        for (size_t i = 0; i < n; i++)
            if (rm[i].effect)
                vp->removes[vp->nremoves++] = rm[i].raw;
    }
    free(rm);
    return rc;
}
