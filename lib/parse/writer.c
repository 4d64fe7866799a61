/* SPDX-License-Identifier: MIT */
#include "parse/writer.h"

static const struct {
    const char *file, *func;
    uint32_t line;
} writers[] = {
#define X(name, file, func, line) {file, func, line},
    BB_WRITERS(X)
#undef X
};

struct bb_how bb_writer_how(const struct bb_store *d, enum bb_writer w)
{
    if (!bb_store_tracks(d))
        return (struct bb_how){.ignore = true};
    return (struct bb_how){.loc = {.src = bb_source_id(bb_str_z(writers[w].file)), .line = writers[w].line},
                           .func = writers[w].func};
}
