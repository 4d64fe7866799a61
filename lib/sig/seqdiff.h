/* SPDX-License-Identifier: MIT */
/*
 * Differences of two lists of texts, found and shown as BitBake's reports show them: whole lines as Python's
 * difflib.unified_diff does, words by the longest common run.
 */
#ifndef BB_SIG_SEQDIFF_H
#define BB_SIG_SEQDIFF_H

#include "base/vec.h"

enum bb_seqtag { BB_SEQ_SAME, BB_SEQ_GONE, BB_SEQ_NEW };
struct bb_seqop {
    enum bb_seqtag tag;
    size_t from, to; /* elements of the old list when GONE, else of the new one */
};
struct bb_seqops {
    struct bb_seqop *p;
    size_t n, cap;
};
/* What leads from `old` to `fresh`, in order. Release with bb_vec_release. */
void bb_seqdiff_words(const struct bb_strvec *old, const struct bb_strvec *fresh, struct bb_seqops *ret);

/*
 * A unified diff with three lines of context and without file names, lines without their ends; nothing when the lines
 * are equal. The lines appended are new text or borrowed from the arguments; the arena holds the new ones.
 */
void bb_seqdiff_unified(struct bb_arena *a, const struct bb_strvec *old, const struct bb_strvec *fresh,
                        struct bb_strvec *ret);

#endif
