/* SPDX-License-Identifier: MIT */
#include "graph/closest.h"

enum { MOST = 3, LONGEST = 256 };
static const double cutoff = 0.7;

/* The longest block in both; among equals the one that starts first in `a`, then first in `b`. */
static size_t longest_block(bb_str a, bb_str b, size_t *ret_a, size_t *ret_b)
{
    /* run[j]: length of the common block that ends before a[i] and b[j] */
    size_t run[LONGEST + 1] = {0}, best = 0;
    for (size_t i = 0; i < a.len; i++) {
        for (size_t j = b.len; j-- > 0;) {
            run[j + 1] = a.p[i] == b.p[j] ? run[j] + 1 : 0;
            /* j runs downwards, so an equal block further left in `b` replaces one of the same row */
            bool same_row = best && *ret_a + best == i + 1;
            if (run[j + 1] > best || (best && run[j + 1] == best && same_row)) {
                best = run[j + 1];
                *ret_a = i + 1 - best;
                *ret_b = j + 1 - best;
            }
        }
    }
    return best;
}

static size_t common(bb_str a, bb_str b)
{
    size_t at_a = 0, at_b = 0;
    size_t n = a.len && b.len ? longest_block(a, b, &at_a, &at_b) : 0;
    if (n == 0)
        return 0;
    return n + common(bb_str_sub(a, 0, at_a), bb_str_sub(b, 0, at_b)) +
           common(bb_str_from(a, at_a + n), bb_str_from(b, at_b + n));
}

double bb_closest_ratio(bb_str a, bb_str b)
{
    if (a.len + b.len == 0)
        return 1;
    if (a.len > LONGEST || b.len > LONGEST)
        return bb_str_eq(a, b);
    return 2.0 * (double)common(a, b) / (double)(a.len + b.len);
}

/* An upper limit that is cheap: no block can be longer than the shorter text. */
static bool hopeless(bb_str a, bb_str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    return 2.0 * (double)shorter / (double)(a.len + b.len + !(a.len + b.len)) < cutoff;
}

void bb_closest_find(bb_str word, const bb_str *names, size_t n, struct bb_strvec *ret)
{
    bb_str best[MOST];
    double score[MOST];
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (hopeless(word, names[i]))
            continue;
        double r = bb_closest_ratio(names[i], word);
        if (r < cutoff)
            continue;
        size_t at = found;
        while (at && (r > score[at - 1] || (r == score[at - 1] && bb_str_cmp(names[i], best[at - 1]) > 0)))
            at--;
        if (at == MOST)
            continue;
        if (found < MOST)
            found++;
        for (size_t k = found - 1; k > at; k--) {
            best[k] = best[k - 1];
            score[k] = score[k - 1];
        }
        best[at] = names[i];
        score[at] = r;
    }
    for (size_t i = 0; i < found; i++)
        bb_vec_push(ret, best[i]);
}
