/* SPDX-License-Identifier: MIT */
#include "base/source.h"

#include <stdio.h>

#include "base/map.h"
#include "base/vec.h"

struct source {
    bb_str path;
    bb_str text; /* p NULL: not known yet */
};

static struct {
    BB_VEC(struct source) all; /* [0] stands for "no place" */
    struct bb_map ids;         /* path -> number */
    struct bb_arena arena;
} registry;

uint32_t bb_source_id(bb_str path)
{
    uint32_t id = (uint32_t)(uintptr_t)bb_map_get(&registry.ids, path);

    if (id)
        return id;
    if (registry.all.n == 0)
        bb_vec_push(&registry.all, (struct source){{"", 0}, {"", 0}});
    path = bb_arena_str(&registry.arena, path);
    id = (uint32_t)registry.all.n;
    bb_vec_push(&registry.all, (struct source){path, {NULL, 0}});
    bb_map_put(&registry.ids, path, (void *)(uintptr_t)id);
    return id;
}

bb_str bb_source_path(uint32_t src)
{
    return src < registry.all.n ? registry.all.p[src].path : BB_STR("");
}

void bb_source_set_text(uint32_t src, bb_str text)
{
    if (src == 0 || src >= registry.all.n)
        BB_BUG("no source %u", src);
    registry.all.p[src].text = text.p ? text : BB_STR("");
}

/* The file's text into the registry's arena; an empty view when it cannot be read. */
static bb_str read_text(bb_str path)
{
    BB_CLEAN_BUF struct bb_buf buf = BB_BUF_INIT;
    char block[8192];
    size_t n;
    FILE *f = fopen(path.p, "rbe");

    if (!f)
        return BB_STR("");
    while ((n = fread(block, 1, sizeof(block), f)) > 0)
        bb_buf_add(&buf, block, n);
    fclose(f);
    return bb_arena_str(&registry.arena, bb_buf_str(&buf));
}

bb_str bb_source_text(uint32_t src)
{
    if (src == 0 || src >= registry.all.n)
        return BB_STR("");
    struct source *s = &registry.all.p[src];
    if (!s->text.p)
        s->text = read_text(s->path);
    return s->text;
}

bb_str bb_source_line(uint32_t src, uint32_t line)
{
    bb_str rest = bb_source_text(src), part;

    while (line && bb_str_split(&rest, '\n', &part))
        if (--line == 0)
            return part.len && part.p[part.len - 1] == '\r' ? bb_str_n(part.p, part.len - 1) : part;
    return BB_STR("");
}

uint32_t bb_source_line_at(uint32_t src, uint32_t off)
{
    bb_str text = bb_source_text(src);
    uint32_t line = 1;

    if (off > text.len)
        return 0;
    for (size_t at = 0; (at = bb_str_chr(text, '\n', at)) != BB_NPOS && at < off; at++)
        line++;
    return line;
}

uint32_t bb_source_column(uint32_t src, uint32_t line, uint32_t off)
{
    bb_str text = bb_source_text(src);

    if (off == 0 || bb_source_line_at(src, off) != line)
        return 1;
    size_t newline = bb_str_rchr(bb_str_sub(text, 0, off), '\n');
    return newline == BB_NPOS ? off + 1 : (uint32_t)(off - newline);
}
