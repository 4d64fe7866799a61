/* SPDX-License-Identifier: MIT */
/* Growing arrays of any element type:  BB_VEC(int) v = {0};  bb_vec_push(&v, 3);  v.p[0];  bb_vec_release(&v); */
#ifndef BB_BASE_VEC_H
#define BB_BASE_VEC_H

#include "base/arena.h"
#include <stdlib.h>

#define BB_VEC(T)                                                                                            \
    struct {                                                                                                 \
        T *p;                                                                                                \
        size_t n, cap;                                                                                       \
    }
#define bb_vec_reserve(v, want)                                                                              \
    do {                                                                                                     \
        if ((v)->cap < (size_t)(want)) {                                                                     \
            size_t bb_cap_ = (v)->cap ? (v)->cap * 2 : 8;                                                    \
            if (bb_cap_ < (size_t)(want))                                                                    \
                bb_cap_ = (size_t)(want);                                                                    \
            (v)->p = bb_realloc((v)->p, bb_cap_ * sizeof(*(v)->p));                                          \
            (v)->cap = bb_cap_;                                                                              \
        }                                                                                                    \
    } while (0)
#define bb_vec_push(v, ...)                                                                                  \
    do {                                                                                                     \
        bb_vec_reserve((v), (v)->n + 1);                                                                     \
        (v)->p[(v)->n++] = (__VA_ARGS__);                                                                    \
    } while (0)
#define bb_vec_pop(v) ((v)->p[--(v)->n])
#define bb_vec_release(v)                                                                                    \
    do {                                                                                                     \
        free((v)->p);                                                                                        \
        (v)->p = NULL;                                                                                       \
        (v)->n = (v)->cap = 0;                                                                               \
    } while (0)
#define bb_vec_each(v, it) for (__typeof__((v)->p + 0) it = (v)->p; it && it < (v)->p + (v)->n; it++)
/* Removes element i, keeping order. */
#define bb_vec_remove(v, i)                                                                                  \
    do {                                                                                                     \
        memmove((v)->p + (i), (v)->p + (i) + 1, ((v)->n - (i)-1) * sizeof(*(v)->p));                         \
        (v)->n--;                                                                                            \
    } while (0)

/* A list of text views; whoever fills the list says how long they live. */
struct bb_strvec {
    bb_str *p;
    size_t n, cap;
};
/* Appends the white-space separated words of `s`. */
void bb_strvec_words(struct bb_strvec *v, bb_str s);
bool bb_strvec_has(const struct bb_strvec *v, bb_str s);
void bb_strvec_sort(struct bb_strvec *v);
/* Sorted and without duplicates. */
void bb_strvec_sort_uniq(struct bb_strvec *v);

#endif
