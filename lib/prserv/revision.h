/* SPDX-License-Identifier: MIT */
/*
 * Revisions of packages: numbers with dots between, "3" or "3.0.1" (BitBake: prserv). A server that asks another one gives out
 * "<theirs>.<number>".
 */
#ifndef BB_PRSERV_REVISION_H
#define BB_PRSERV_REVISION_H

#include "base/str.h"

/* Whether it is numbers with dots between. */
bool bb_pr_valid(bb_str revision);
/* Less than, equal to or greater than 0. "1.10" is greater than "1.9", and "1.0" than "1". What is no number counts as 0. */
int bb_pr_cmp(bb_str a, bb_str b);
/* Appends the revision with its last number one higher. False when that is no number, or too great a one: nothing is appended. */
bool bb_pr_increase(bb_str revision, struct bb_buf *out);

#endif
