/* SPDX-License-Identifier: MIT */
/* file:// entries: where a file is looked for, and the list that do_fetch's signature is made from. */
#ifndef BB_FETCH_LOCAL_H
#define BB_FETCH_LOCAL_H

#include "base/vec.h"

/*
 * Looks for `name` in the folders of `filespath` (':'-separated). *ret_tried gets the places in order; when
 * the result is true the last of them exists. An absolute name has one place.
 */
bool bb_local_search(struct bb_arena *a, bb_str filespath, bb_str name, struct bb_strvec *ret_tried);

struct bb_local_missing {
    bb_str name; /* base name of the entry that was found nowhere */
    struct bb_strvec tried;
};
/*
 * For every file:// entry of `src_uri` the places tried as "place:False" and the one found as "place:True",
 * separated by spaces (bb.fetch2.get_checksum_file_list). -ENOENT with *ret_missing for an entry that is
 * nowhere, -BB_EPARSE with *ret_missing->name for what is no URL. Release ret_missing->tried.
 */
int bb_local_checksum_list(struct bb_arena *a, bb_str src_uri, bb_str filespath, struct bb_buf *out,
                           struct bb_local_missing *ret_missing);

#endif
