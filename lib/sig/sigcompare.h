/* SPDX-License-Identifier: MIT */
/*
 * Signature data in words: the content of one file (bitbake-dumpsig), and why two files differ (bitbake-diffsigs,
 * `-S printdiff`). Texts are BitBake's, because people and scripts read them.
 */
#ifndef BB_SIG_SIGCOMPARE_H
#define BB_SIG_SIGCOMPARE_H

#include "sig/sigdata.h"

struct bb_sigcompare_opts {
    bool colour;
    bool collapsed; /* leave out what follows from other lines */
    /*
     * Asked for a dependency whose hash changed; adds lines that explain it and returns how many, 0 when it
     * knows nothing. NULL: dependencies are not followed.
     */
    size_t (*recurse)(void *self, bb_str pnid, bb_str from, bb_str to, struct bb_strvec *lines);
    void *self;
};
/* One element per paragraph (it may hold newlines), in `a`; none when they say the same. */
void bb_sigcompare_diff(const struct bb_sigdata *from, const struct bb_sigdata *to,
                        const struct bb_sigcompare_opts *o, struct bb_arena *a, struct bb_strvec *ret);
void bb_sigcompare_dump(const struct bb_sigdata *s, struct bb_arena *a, struct bb_strvec *ret);

#endif
