/* SPDX-License-Identifier: MIT */
#include "query/depplace.h"

#include "base/path.h"
#include "os/fs.h"

struct search {
    struct bb_store *d;
    bb_str word; /* that the statement has, when expanded */
    struct bb_loc found;
};

/* "b:do_x" and "b" both stand in the text, the one alone and the other with a version behind it. */
static bool says(struct search *s, bb_str text)
{
    bb_str expanded, one;
    if (bb_store_expand(s->d, text, NULL, &expanded) < 0)
        expanded = text;
    while (bb_str_word(&expanded, &one)) {
        if (bb_str_eq(one, s->word))
            return true;
        size_t colon = bb_str_chr(one, ':', 0);
        if (colon != BB_NPOS && bb_str_eq(bb_str_sub(one, 0, colon), s->word))
            return true;
    }
    return false;
}

/* BitBake's own code ("bb/data.py") writes too, where it expands a name; what it read was written before. */
static bool is_ours(struct bb_loc loc)
{
    return loc.src && bb_path_is_abs(bb_source_path(loc.src));
}

/* The last statement that brought the word into a variable or one of its flags. */
static void look_in(struct search *s, bb_sym var, bb_sym flag)
{
    const struct bb_event *events;
    size_t n;
    if (s->found.src || bb_store_history(s->d, var, &events, &n) < 0)
        return;
    for (size_t i = n; i-- > 0 && !s->found.src;)
        if (is_ours(events[i].loc) && events[i].flag == flag && says(s, events[i].detail))
            s->found = events[i].loc;
}

/* A line "addtask [do_]X ..." or one that puts X before something. */
static bool is_addtask(bb_str line, bb_str task)
{
    bb_str word, shorter = bb_str_starts(task, BB_STR("do_")) ? bb_str_from(task, 3) : task;
    if (!bb_str_word(&line, &word) || !bb_str_eqz(word, "addtask"))
        return false;
    while (bb_str_word(&line, &word))
        if (bb_str_eq(word, task) || bb_str_eq(word, shorter))
            return true;
    return false;
}

/* BitBake's history of what addtask writes names its own code, so the statement is looked for in the files. */
static void look_for_addtask(struct search *s, bb_str task, bb_str after)
{
    bb_str files, file;
    if (bb_store_str(s->d, BB_SYM("BBINCLUDED"), &files) < 0)
        return;
    while (!s->found.src && bb_str_word(&files, &file)) {
        BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, text = BB_BUF_INIT;
        bb_buf_adds(&path, file);
        if (bb_fs_read(path.p, &text) < 0)
            continue;
        bb_str rest = bb_buf_str(&text), line;
        for (uint32_t n = 1; !s->found.src && bb_str_split(&rest, '\n', &line); n++)
            if (is_addtask(line, task) && is_addtask(line, after))
                s->found = (struct bb_loc){.src = bb_source_id(file), .line = n};
    }
}

static void look(struct search *s, bb_str task, const struct bb_edge *e)
{
    struct bb_arena *a = bb_store_arena(s->d);
    const char *kind = bb_edge_kind_text(e->kind);
    bb_sym flag = bb_sym_z(bb_task_flag_name(e->via));
    switch (e->kind) {
    case BB_EDGE_AFTER:
        look_for_addtask(s, task, e->word);
        break;
    case BB_EDGE_DEPENDS:
    case BB_EDGE_RDEPENDS:
    case BB_EDGE_RRECOMMENDS:
        if (e->package.len)
            look_in(s, bb_sym_get(bb_arena_fmt(a, "%s:%.*s", kind, BB_STRF(e->package))), NULL);
        look_in(s, bb_sym_z(kind), NULL);
        break;
    case BB_EDGE_TASK_DEPENDS:
    case BB_EDGE_TASK_RDEPENDS:
    case BB_EDGE_TASK_MCDEPENDS:
    case BB_EDGE_RECURSIVE:
        look_in(s, bb_sym_get(task), flag);
        break;
    }
}

int bb_depplace_find(struct bb_cooker *c, const struct bb_recipe *r, bb_str task, const struct bb_edge *e,
                     struct bb_buf *out)
{
    struct search s = {.word = e->word};
    int rc = bb_cooker_recipe(c, r->fn, &s.d, NULL);
    if (rc < 0)
        return rc;
    look(&s, task, e);
    if (s.found.src)
        bb_buf_addf(out, "%.*s:%u", BB_STRF(bb_source_path(s.found.src)), s.found.line);
    return 0;
}
