/* SPDX-License-Identifier: MIT */
/* History of variables and of includes (BitBake's varhistory and inchistory), and their text in `-e` output. */
#include "data/store_priv.h"

/* The events of one variable. A copy of a store sees its parent's list until it adds to it. */
struct hist_list {
    struct bb_event *p;
    size_t n, cap;
};

struct include {
    bb_str file;
    struct include *parent;
    BB_VEC(struct include *) children;
};

static struct include *include_new(struct bb_store *d, struct include *parent, bb_str file)
{
    struct include *i = bb_arena_new(&d->arena, struct include);

    i->parent = parent;
    i->file = bb_arena_str(&d->arena, file);
    return i;
}

/* Children are few and the arena gives nothing back, so the array doubles there. */
static void include_add(struct bb_store *d, struct include *to, struct include *child)
{
    if (to->children.n == to->children.cap) {
        size_t cap = to->children.cap ? to->children.cap * 2 : 4;
        struct include **p = bb_arena_array(&d->arena, struct include *, cap);
        if (to->children.n)
            memcpy(p, to->children.p, to->children.n * sizeof(*p));
        to->children.p = p;
        to->children.cap = cap;
    }
    to->children.p[to->children.n++] = child;
}

void bb_history_init(struct bb_store *d)
{
    d->hist.top = d->hist.current = include_new(d, NULL, BB_STR("[TOP LEVEL]"));
}

void bb_history_copy(struct bb_store *d, const struct bb_store *parent)
{
    const struct include *from = parent->hist.top;

    d->hist.tracking = parent->hist.tracking;
    bb_history_init(d);
    for (size_t i = 0; i < from->children.n; i++)
        include_add(d, d->hist.top, from->children.p[i]);
}

void bb_store_track(struct bb_store *d, bool on)
{
    d->hist.tracking = on;
}

bool bb_store_tracks(const struct bb_store *d)
{
    return d->hist.tracking;
}

static const struct hist_list *find_list(const struct bb_store *d, bb_sym var)
{
    for (; d; d = d->parent) {
        const struct hist_list *l = bb_pmap_get(&d->hist.vars, var);
        if (l)
            return l;
    }
    return NULL;
}

static struct hist_list *own_list(struct bb_store *d, bb_sym var)
{
    void **slot = bb_pmap_slot(&d->hist.vars, var);

    if (*slot)
        return *slot;
    const struct hist_list *above = d->parent ? find_list(d->parent, var) : NULL;
    struct hist_list *l = bb_arena_new(&d->arena, struct hist_list);
    if (above)
        *l = (struct hist_list){above->p, above->n, above->n};
    *slot = l;
    return l;
}

/* BitBake's dict of histories copies a list to the store through which it is first read: what the parent
 * records later is then not seen there. */
static const struct hist_list *read_list(struct bb_store *d, bb_sym var)
{
    return find_list(d, var) ? own_list(d, var) : NULL;
}

static void add_event(struct bb_store *d, struct hist_list *l, struct bb_event e)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 4;
        struct bb_event *p = bb_arena_array(&d->arena, struct bb_event, cap);
        if (l->n)
            memcpy(p, l->p, l->n * sizeof(*p));
        l->p = p;
        l->cap = cap;
    }
    l->p[l->n++] = e;
}

void bb_history_record(struct bb_store *d, bb_sym var, bb_sym flag, const char *op, struct bb_val detail,
                       const struct bb_how *how)
{
    if (!d->hist.tracking || !how || how->ignore)
        return;
    struct bb_event e = {.loc = how->loc, .flag = flag, .variable = var};
    e.op = bb_arena_strz(&d->arena, bb_str_z(op));
    e.func = how->func ? bb_arena_strz(&d->arena, bb_str_z(how->func)) : NULL;
    e.detail = how->detail.p ? how->detail : bb_val_str(d->hook, &d->arena, detail);
    e.detail = bb_arena_str(&d->arena, e.detail);
    add_event(d, own_list(d, var), e);
}

void bb_history_rename(struct bb_store *d, bb_sym var, bb_sym to)
{
    if (!d->hist.tracking)
        return;
    const struct hist_list *from = read_list(d, var);
    if (!from)
        return;
    struct hist_list *l = own_list(d, to);
    for (size_t i = 0, n = from->n; i < n; i++)
        add_event(d, l, from->p[i]);
}

int bb_store_history(struct bb_store *d, bb_sym var, const struct bb_event **ret, size_t *ret_n)
{
    const struct hist_list *l = read_list(d, var);

    *ret = l ? l->p : NULL;
    *ret_n = l ? l->n : 0;
    return 0;
}

bool bb_store_where(struct bb_store *d, bb_sym var, struct bb_loc *ret)
{
    const struct rec *r = bb_record_look(d, bb_symx_kept(var));

    if (!r || !r->loc.src)
        return false;
    *ret = r->loc;
    return true;
}

struct bb_how bb_history_internal(const struct bb_store *d, enum internal_writer w)
{
    /* The lines are those of BitBake 2.8, whose -e output shows them. */
    static const struct {
        const char *file, *func;
        uint32_t line;
    } writers[] = {
        [WRITER_SET_DELETES] = {"bb/data_smart.py", "setVar", 611},
        [WRITER_RENAMES] = {"bb/data_smart.py", "renameVar", 692},
        [WRITER_EXPANDS_KEYS] = {"bb/data.py", "expandKeys", 97},
        [WRITER_EXPANDS_REFS] = {"bb/data_smart.py", "expandVarref", 1019},
    };
    if (!d->hist.tracking)
        return (struct bb_how){.ignore = true};
    return (struct bb_how){.loc = {.src = bb_source_id(bb_str_z(writers[w].file)), .line = writers[w].line},
                           .func = writers[w].func};
}

/* Lines after the first are comments too: "\n" becomes `newline`. */
static void add_comment(struct bb_buf *out, bb_str text, const char *newline)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == '\n')
            bb_buf_addz(out, newline);
        else
            bb_buf_addc(out, text.p[i]);
    }
}

static void emit_event(struct bb_buf *out, const struct bb_event *e)
{
    bb_str file = bb_source_path(e->loc.src);
    size_t slash = bb_str_rchr(file, '/');

    if (e->func && slash != BB_NPOS)
        file = bb_str_from(file, slash + 1);
    bb_buf_addf(out, "#   %s %.*s:%u", e->op, BB_STRF(file), e->loc.line);
    if (e->func)
        bb_buf_addf(out, " [%s]", e->func);
    bb_buf_addz(out, "\n#     ");
    if (e->flag)
        bb_buf_addf(out, "[%.*s] ", BB_STRF(e->flag->name));
    bb_buf_addc(out, '"');
    add_comment(out, e->detail, "\n#     ");
    bb_buf_addz(out, "\"\n");
}

static bool is_internal(bb_sym flag)
{
    return flag->name.len > 0 && (flag->name.p[0] == '_' || flag->name.p[0] == ':');
}

/* The variable's events, then those of its overrides, renamed "override[o]:op". */
static void collect_events(struct bb_store *d, struct hist_list *all, bb_sym var)
{
    const struct hist_list *l = read_list(d, var);
    struct ovlist *keys = bb_override_keys(d, bb_record_node(d, var));

    for (size_t i = 0; l && i < l->n; i++)
        add_event(d, all, l->p[i]);
    for (size_t k = 0; keys && k < keys->n; k++) {
        l = read_list(d, keys->p[k].var);
        for (size_t i = 0; l && i < l->n; i++) {
            struct bb_event e = l->p[i];
            if (e.flag && !is_internal(e.flag))
                continue;
            e.op = bb_arena_fmt(&d->arena, "override[%.*s]:%s", BB_STRF(keys->p[k].override->name), e.op).p;
            add_event(d, all, e);
        }
    }
}

void bb_history_emit(struct bb_store *d, struct bb_buf *out, bb_sym var, struct bb_val oval)
{
    struct hist_list all = {0};
    bb_str value = bb_val_str(d->hook, &d->arena, oval);

    collect_events(d, &all, var);
    bb_buf_addf(out, "#\n# $%.*s", BB_STRF(var->name));
    if (all.n > 1)
        bb_buf_addf(out, " [%zu operations]", all.n);
    bb_buf_addc(out, '\n');
    for (size_t i = 0; i < all.n; i++)
        emit_event(out, &all.p[i]);
    if (all.n == 1)
        return;
    bb_buf_addz(out, all.n == 0 ? "#   [no history recorded]\n#\n" : "# pre-expansion value:\n");
    bb_buf_addz(out, "#   \"");
    add_comment(out, value, "\n#");
    bb_buf_addz(out, "\"\n");
}

void bb_store_include_enter(struct bb_store *d, bb_str file)
{
    struct include *i = include_new(d, d->hist.current, file);

    include_add(d, d->hist.current, i);
    d->hist.current = i;
}

void bb_store_include_leave(struct bb_store *d)
{
    if (d->hist.current->parent)
        d->hist.current = d->hist.current->parent;
    else
        bb_warn(d->ctx, "Include log: Tried to finish '%.*s' at top level.", BB_STRF(d->hist.top->file));
}

static void include_emit(const struct include *i, unsigned level, struct bb_buf *out)
{
    if (level == 0) {
        bb_buf_addz(out, "#\n# INCLUDE HISTORY:\n#");
    } else {
        bb_buf_addf(out, "# %*s%.*s", (int)(2 * (level - 1)), "", BB_STRF(i->file));
        if (i->children.n > 0)
            bb_buf_addz(out, " includes:");
    }
    for (size_t k = 0; k < i->children.n; k++) {
        bb_buf_addc(out, '\n');
        include_emit(i->children.p[k], level + 1, out);
    }
}

void bb_store_include_emit(struct bb_store *d, struct bb_buf *out)
{
    include_emit(d->hist.top, 0, out);
}
