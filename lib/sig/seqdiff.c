/* SPDX-License-Identifier: MIT */
#include "sig/seqdiff.h"

#include "base/map.h"

#define NONE    UINT32_MAX
#define CONTEXT 3

/* A list with texts replaced by numbers, equal texts having equal numbers. */
struct seq {
    uint32_t *id;
    size_t n;
};
/* Where each number stands in the list that is searched. */
struct finder {
    const struct seq *outer, *inner;
    uint32_t *first, *next; /* by number; by position in inner */
    uint32_t *len, *prev;   /* lengths of the common runs that end here, for this row and the one before */
};
struct match {
    size_t outer, inner, n;
};
struct numbers {
    struct bb_map known;
    uint32_t n;
};

static struct seq number(struct numbers *nums, const struct bb_strvec *v)
{
    struct seq s = {bb_calloc(v->n + 1, sizeof(*s.id)), v->n};
    for (size_t i = 0; i < v->n; i++) {
        void **slot = bb_map_slot(&nums->known, v->p[i]);
        if (!*slot)
            *slot = (void *)(uintptr_t)++nums->n;
        s.id[i] = (uint32_t)(uintptr_t)*slot - 1;
    }
    return s;
}

static void finder_init(struct finder *f, const struct seq *outer, const struct seq *inner, uint32_t nids)
{
    *f = (struct finder){.outer = outer, .inner = inner};
    f->first = bb_calloc(nids + 1, sizeof(*f->first));
    f->next = bb_calloc(inner->n + 1, sizeof(*f->next));
    f->len = bb_calloc(inner->n + 1, sizeof(*f->len));
    f->prev = bb_calloc(inner->n + 1, sizeof(*f->prev));
    memset(f->first, 0xff, (nids + 1) * sizeof(*f->first));
    for (size_t i = inner->n; i-- > 0;) {
        f->next[i] = f->first[inner->id[i]];
        f->first[inner->id[i]] = (uint32_t)i;
    }
}

static void finder_release(struct finder *f)
{
    free(f->first);
    free(f->next);
    free(f->len);
    free(f->prev);
}

static void clear_row(struct finder *f, uint32_t *row, uint32_t id)
{
    for (uint32_t j = f->first[id]; j != NONE; j = f->next[j])
        row[j + 1] = 0;
}

/* The longest run common to both ranges; of equally long ones that which ends first in outer, then in inner. */
static struct match longest(struct finder *f, size_t olo, size_t ohi, size_t ilo, size_t ihi)
{
    struct match best = {olo, ilo, 0};
    for (size_t i = olo; i < ohi; i++) {
        uint32_t id = f->outer->id[i];
        for (uint32_t j = f->first[id]; j != NONE && j < ihi; j = f->next[j]) {
            if (j < ilo)
                continue;
            uint32_t n = (j > ilo ? f->prev[j] : 0) + 1;
            f->len[j + 1] = n;
            if (n > best.n)
                best = (struct match){i + 1 - n, j + 1 - n, n};
        }
        if (i > olo)
            clear_row(f, f->prev, f->outer->id[i - 1]);
        uint32_t *row = f->prev;
        f->prev = f->len;
        f->len = row;
    }
    if (ohi > olo)
        clear_row(f, f->prev, f->outer->id[ohi - 1]);
    return best;
}

static void add_op(struct bb_seqops *ret, enum bb_seqtag tag, size_t from, size_t to)
{
    if (to > from)
        bb_vec_push(ret, (struct bb_seqop){tag, from, to});
}

static void words_between(struct finder *f, size_t flo, size_t fhi, size_t olo, size_t ohi,
                          struct bb_seqops *ret)
{
    struct match m = longest(f, flo, fhi, olo, ohi);
    if (m.n == 0) {
        add_op(ret, BB_SEQ_GONE, olo, ohi);
        add_op(ret, BB_SEQ_NEW, flo, fhi);
        return;
    }
    words_between(f, flo, m.outer, olo, m.inner, ret);
    add_op(ret, BB_SEQ_SAME, m.outer, m.outer + m.n);
    words_between(f, m.outer + m.n, fhi, m.inner + m.n, ohi, ret);
}

void bb_seqdiff_words(const struct bb_strvec *old, const struct bb_strvec *fresh, struct bb_seqops *ret)
{
    struct numbers nums = {0};
    struct seq o = number(&nums, old), n = number(&nums, fresh);
    struct finder f;
    finder_init(&f, &n, &o, nums.n);
    words_between(&f, 0, n.n, 0, o.n, ret);
    finder_release(&f);
    bb_map_release(&nums.known);
    free(o.id);
    free(n.id);
}

/* Python: in lists of 200 and more, what makes up over 1% of the new one does not start a match. */
static void drop_popular(struct finder *f, uint32_t nids)
{
    size_t limit = f->inner->n / 100 + 1;
    if (f->inner->n < 200)
        return;
    for (uint32_t id = 0; id < nids; id++) {
        size_t count = 0;
        for (uint32_t j = f->first[id]; j != NONE; j = f->next[j])
            count++;
        if (count > limit)
            f->first[id] = NONE;
    }
}

struct matches {
    struct match *p;
    size_t n, cap;
};

static void lines_between(struct finder *f, size_t alo, size_t ahi, size_t blo, size_t bhi,
                          struct matches *ret)
{
    const uint32_t *a = f->outer->id, *b = f->inner->id;
    struct match m = longest(f, alo, ahi, blo, bhi);
    for (; m.outer > alo && m.inner > blo && a[m.outer - 1] == b[m.inner - 1]; m.n++) {
        m.outer--;
        m.inner--;
    }
    while (m.outer + m.n < ahi && m.inner + m.n < bhi && a[m.outer + m.n] == b[m.inner + m.n])
        m.n++;
    if (m.n == 0)
        return;
    lines_between(f, alo, m.outer, blo, m.inner, ret);
    struct match *last = ret->n ? &ret->p[ret->n - 1] : NULL;
    if (last && last->outer + last->n == m.outer && last->inner + last->n == m.inner)
        last->n += m.n;
    else
        bb_vec_push(ret, m);
    lines_between(f, m.outer + m.n, ahi, m.inner + m.n, bhi, ret);
}

struct hunk {
    struct bb_arena *a;
    const struct bb_strvec *old, *fresh;
    struct bb_strvec *ret;
    size_t head;   /* where the hunk's first line goes */
    size_t o1, n1; /* where it begins in both lists */
};

static void put(struct hunk *h, char mark, const struct bb_strvec *v, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        bb_vec_push(h->ret, bb_arena_fmt(h->a, "%c%.*s", mark, BB_STRF(v->p[i])));
}

static void begin(struct hunk *h, size_t o, size_t n)
{
    h->head = h->ret->n;
    h->o1 = o;
    h->n1 = n;
    bb_vec_push(h->ret, (bb_str){0});
}

static bb_str range(struct bb_arena *a, size_t from, size_t to)
{
    if (to - from == 1)
        return bb_arena_fmt(a, "%zu", from + 1);
    return bb_arena_fmt(a, "%zu,%zu", to > from ? from + 1 : from, to - from);
}

static void end(struct hunk *h, size_t o, size_t n)
{
    bb_str ro = range(h->a, h->o1, o), rn = range(h->a, h->n1, n);
    h->ret->p[h->head] = bb_arena_fmt(h->a, "@@ -%.*s +%.*s @@", BB_STRF(ro), BB_STRF(rn));
}

/* Both lists cut into stretches that are the same and stretches that are not. */
struct stretch {
    bool same;
    size_t o1, o2, n1, n2;
};
struct stretches {
    struct stretch *p;
    size_t n, cap;
};

static void cut(const struct matches *m, struct stretches *ret)
{
    size_t o = 0, n = 0;
    for (size_t i = 0; i < m->n; i++) {
        struct match x = m->p[i];
        if (x.outer > o || x.inner > n)
            bb_vec_push(ret, (struct stretch){false, o, x.outer, n, x.inner});
        o = x.outer + x.n;
        n = x.inner + x.n;
        if (x.n)
            bb_vec_push(ret, (struct stretch){true, x.outer, o, x.inner, n});
    }
}

static void show(struct hunk *h, const struct stretches *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct stretch x = s->p[i];
        if (x.same && i == 0 && x.o2 - x.o1 > CONTEXT) {
            x.o1 = x.o2 - CONTEXT;
            x.n1 = x.n2 - CONTEXT;
        }
        if (x.same && i + 1 == s->n && x.o2 - x.o1 > CONTEXT) {
            x.o2 = x.o1 + CONTEXT;
            x.n2 = x.n1 + CONTEXT;
        }
        if (i == 0)
            begin(h, x.o1, x.n1);
        if (!x.same) {
            put(h, '-', h->old, x.o1, x.o2);
            put(h, '+', h->fresh, x.n1, x.n2);
        } else if (x.o2 - x.o1 > 2 * CONTEXT) {
            put(h, ' ', h->old, x.o1, x.o1 + CONTEXT);
            end(h, x.o1 + CONTEXT, x.n1 + CONTEXT);
            begin(h, x.o2 - CONTEXT, x.n2 - CONTEXT);
            put(h, ' ', h->old, x.o2 - CONTEXT, x.o2);
        } else {
            put(h, ' ', h->old, x.o1, x.o2);
        }
        if (i + 1 == s->n)
            end(h, x.o2, x.n2);
    }
}

void bb_seqdiff_unified(struct bb_arena *a, const struct bb_strvec *old, const struct bb_strvec *fresh,
                        struct bb_strvec *ret)
{
    struct numbers nums = {0};
    struct seq o = number(&nums, old), n = number(&nums, fresh);
    struct finder f;
    struct matches m = {0};
    finder_init(&f, &o, &n, nums.n);
    drop_popular(&f, nums.n);
    lines_between(&f, 0, o.n, 0, n.n, &m);
    bb_vec_push(&m, (struct match){o.n, n.n, 0});
    struct stretches s = {0};
    struct hunk h = {.a = a, .old = old, .fresh = fresh, .ret = ret};
    cut(&m, &s);
    if (s.n > 1 || (s.n == 1 && !s.p[0].same))
        show(&h, &s);
    bb_vec_release(&s);
    bb_vec_release(&m);
    finder_release(&f);
    bb_map_release(&nums.known);
    free(o.id);
    free(n.id);
}
