/* SPDX-License-Identifier: MIT */
/*
 * Inside of the store: the history of variables and the tree of includes, kept when tracking is on; and whom BitBake's
 * own code names as the writer.
 */
#ifndef BB_DATA_HISTORY_PRIV_H
#define BB_DATA_HISTORY_PRIV_H

#include "base/map.h"
#include "data/store.h"

struct history {
    bool tracking;
    struct bb_pmap vars; /* bb_sym -> struct hist_list * */
    struct include *top, *current;
};
void bb_history_init(struct bb_store *d);
void bb_history_copy(struct bb_store *d, const struct bb_store *parent);
/* One event, when tracking is on and `how` does not say otherwise. `detail` is used when how has none. */
void bb_history_record(struct bb_store *d, bb_sym var, bb_sym flag, const char *op, struct bb_val detail,
                       const struct bb_how *how);
/* The copy of events that renameVar makes. */
void bb_history_rename(struct bb_store *d, bb_sym var, bb_sym to);
/* BitBake: VariableHistory.emit, comments over a variable. */
void bb_history_emit(struct bb_store *d, struct bb_buf *out, bb_sym var, struct bb_val oval);
/* Where BitBake's own code says that it wrote: function, file and line. */
enum internal_writer { WRITER_SET_DELETES, WRITER_RENAMES, WRITER_EXPANDS_KEYS, WRITER_EXPANDS_REFS };
struct bb_how bb_history_internal(const struct bb_store *d, enum internal_writer w);

#endif
