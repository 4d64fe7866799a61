/* SPDX-License-Identifier: MIT */
/*
 * Where text came from. Every file that is read gets a small number; a `struct bb_loc` is that number, a byte offset
 * and a length. Line and column are computed only when something is printed.
 */
#ifndef BB_BASE_SOURCE_H
#define BB_BASE_SOURCE_H

#include "base/str.h"

/* src 0 is "no place". For statements `line` is known when it is made; `off`/`len` point into the file's text. */
struct bb_loc {
    uint32_t src;
    uint32_t line; /* 1-based; 0 when unknown */
    uint32_t off, len;
};

/* The number of a path, made when new. Paths are kept for the life of the process. */
uint32_t bb_source_id(bb_str path);
/* The path of a number, "" for 0. */
bb_str bb_source_path(uint32_t src);
/*
 * Hands the registry the text of a file so that diagnostics can quote it; `text` is borrowed and must stay. Without
 * it, diagnostics read the file again when they are printed.
 */
void bb_source_set_text(uint32_t src, bb_str text);
/* The text, read from disk if need be; an empty view when it cannot be had. */
bb_str bb_source_text(uint32_t src);
/* Line `line` (1-based) without its newline; empty view when there is none. */
bb_str bb_source_line(uint32_t src, uint32_t line);
/* The line (1-based) that byte `off` stands on; 0 when the text has no such byte. */
uint32_t bb_source_line_at(uint32_t src, uint32_t off);
/*
 * 1-based column of byte `off` in the source, counted in bytes; 1 when it cannot be told or the byte is not on that
 * line.
 */
uint32_t bb_source_column(uint32_t src, uint32_t line, uint32_t off);

#endif
