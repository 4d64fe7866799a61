/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions with the meaning of Python's `re` on text: Unicode classes, `\Z` is the very end, `{,n}` is
 * {0,n}. Subjects that are not UTF-8 are searched as far as they are. pcre2, compiled to machine code.
 */
#ifndef BB_EXT_REGEX_H
#define BB_EXT_REGEX_H

#include "base/str.h"

enum bb_regex_flags {
    BB_RE_ICASE = 1 << 0,
    BB_RE_MULTILINE = 1 << 1,
    BB_RE_DOTALL = 1 << 2,
};
struct bb_regex;

/* -EINVAL with the reason appended to `err` (may be NULL). */
int bb_regex_new(bb_str pattern, unsigned flags, struct bb_regex **ret, struct bb_buf *err);
void bb_regex_free(struct bb_regex *re);
static inline void bb_clean_regex(struct bb_regex **re)
{
    bb_regex_free(*re);
}
#define BB_CLEAN_REGEX __attribute__((cleanup(bb_clean_regex)))

/* Python's search and match from byte `from` on: true when it matches. A pattern that backtracks beyond
 * pcre2's limits does not match. */
bool bb_regex_search(struct bb_regex *re, bb_str subject, size_t from);
bool bb_regex_match(struct bb_regex *re, bb_str subject, size_t from);
/* Groups of the last match, views into its subject; group 0 is all of it. p NULL: took no part, or no such group. */
bb_str bb_regex_group(const struct bb_regex *re, unsigned n);
bb_str bb_regex_named(const struct bb_regex *re, const char *name);
/* re.sub: appends `subject` with every match replaced by `by`, where \1 and \g<name> stand for groups; how many. */
size_t bb_regex_sub(struct bb_regex *re, bb_str subject, bb_str by, struct bb_buf *out);

#endif
