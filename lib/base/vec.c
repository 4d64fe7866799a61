/* SPDX-License-Identifier: MIT */
#include "base/vec.h"

void bb_strvec_words(struct bb_strvec *v, bb_str s)
{
    bb_str w;
    while (bb_str_word(&s, &w))
        bb_vec_push(v, w);
}

bool bb_strvec_has(const struct bb_strvec *v, bb_str s)
{
    for (size_t i = 0; i < v->n; i++)
        if (bb_str_eq(v->p[i], s))
            return true;
    return false;
}

void bb_strvec_sort(struct bb_strvec *v)
{
    if (v->n > 1)
        qsort(v->p, v->n, sizeof(*v->p), bb_str_cmp_qsort);
}

void bb_strvec_sort_uniq(struct bb_strvec *v)
{
    size_t kept = 0;

    bb_strvec_sort(v);
    for (size_t i = 0; i < v->n; i++)
        if (kept == 0 || !bb_str_eq(v->p[kept - 1], v->p[i]))
            v->p[kept++] = v->p[i];
    v->n = kept;
}
