/* SPDX-License-Identifier: MIT */
#include "base/fuzzy.h"

/* Longest common run of a and b; the earliest in a, then in b, when several are longest. `row` has b.len + 1 zeros. */
static size_t longest(bb_str a, bb_str b, size_t *row, size_t *ret_a, size_t *ret_b)
{
    size_t best = 0;

    for (size_t i = 0; i < a.len; i++) {
        size_t diagonal = 0; /* run that ends at a[i-1], b[j-1] */
        for (size_t j = 0; j < b.len; j++) {
            size_t above = row[j + 1];
            row[j + 1] = a.p[i] == b.p[j] ? diagonal + 1 : 0;
            diagonal = above;
            if (row[j + 1] > best) {
                best = row[j + 1];
                *ret_a = i + 1 - best;
                *ret_b = j + 1 - best;
            }
        }
    }
    memset(row, 0, (b.len + 1) * sizeof(*row));
    return best;
}

/* Bytes in matching runs: the longest one, then the same on its left and on its right. */
static size_t matching(bb_str a, bb_str b, size_t *row)
{
    size_t total = 0, ia = 0, ib = 0, n;

    while ((n = longest(a, b, row, &ia, &ib)) > 0) {
        total += n + matching(bb_str_sub(a, 0, ia), bb_str_sub(b, 0, ib), row);
        a = bb_str_from(a, ia + n);
        b = bb_str_from(b, ib + n);
    }
    return total;
}

double bb_fuzzy_ratio(bb_str a, bb_str b)
{
    if (a.len + b.len == 0)
        return 1.0;
    size_t *row = bb_calloc(b.len + 1, sizeof(*row));
    size_t n = matching(a, b, row);
    free(row);
    return 2.0 * (double)n / (double)(a.len + b.len);
}

struct scored {
    double score;
    bb_str text;
};

/* Best first; equal ones in reverse order of text, which is how difflib's heap leaves them. */
static int cmp_scored(const void *x, const void *y)
{
    const struct scored *a = x, *b = y;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return bb_str_cmp(b->text, a->text);
}

void bb_fuzzy_matches(bb_str word, const struct bb_strvec *from, size_t max, double cutoff,
                      struct bb_strvec *ret)
{
    BB_VEC(struct scored) hits = {0};

    for (size_t i = 0; i < from->n; i++) {
        bb_str x = from->p[i];
        size_t shorter = x.len < word.len ? x.len : word.len;
        /* The lengths alone rule most of them out. */
        if (2.0 * (double)shorter < cutoff * (double)(x.len + word.len))
            continue;
        double score = bb_fuzzy_ratio(x, word);
        if (score >= cutoff)
            bb_vec_push(&hits, (struct scored){score, x});
    }
    if (hits.n > 1)
        qsort(hits.p, hits.n, sizeof(*hits.p), cmp_scored);
    for (size_t i = 0; i < hits.n && i < max; i++)
        bb_vec_push(ret, hits.p[i].text);
    bb_vec_release(&hits);
}
