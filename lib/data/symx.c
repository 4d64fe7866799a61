/* SPDX-License-Identifier: MIT */
#include "data/store_priv.h"

struct known_syms bb_known;

/* The facts belong to the symbols, which live as long as the process, and so does this. */
static struct bb_arena facts;
static uint64_t last_mark;

void bb_symx_init(void)
{
    bb_str append = BB_STR(":append"), prepend = BB_STR(":prepend"), remove = BB_STR(":remove");

    if (bb_known.content && bb_known.separator == bb_sym_separator())
        return;
    if (bb_sym_separator() == '_') {
        append = BB_STR("_append");
        prepend = BB_STR("_prepend");
        remove = BB_STR("_remove");
    }
    bb_known = (struct known_syms){
        .separator = bb_sym_separator(),
        .content = BB_SYM("_content"),
        .defaultval = BB_SYM("_defaultval"),
        .append = bb_sym_get(append),
        .prepend = bb_sym_get(prepend),
        .remove = bb_sym_get(remove),
        .overrides = BB_SYM("OVERRIDES"),
        .file = BB_SYM("FILE"),
        .exportlist = BB_SYM("__exportlist"),
        .export_flag = BB_SYM("export"),
        .unexport_flag = BB_SYM("unexport"),
        .renamed = BB_SYM("BB_RENAMED_VARIABLES"),
        .failparsing = BB_SYM("_FAILPARSINGERRORHANDLED"),
        .func = BB_SYM("func"),
        .python = BB_SYM("python"),
        .vardeps = BB_SYM("vardeps"),
        .lineno = BB_SYM("lineno"),
        .filename = BB_SYM("filename"),
        .inherit_cache = BB_SYM("__inherit_cache"),
    };
}

struct symx *bb_symx_get(bb_sym s)
{
    if (!s->user)
        ((struct bb_symbol *)s)->user =
            bb_arena_new(&facts, struct symx); /* the field that is ours to fill */
    return s->user;
}

uint64_t bb_symx_mark(void)
{
    return ++last_mark;
}

/* BitBake: __override_regexp__, matched at the start only. */
static bool is_override(bb_str s)
{
    return s.len > 0 && ((s.p[0] >= 'a' && s.p[0] <= 'z') || (s.p[0] >= '0' && s.p[0] <= '9'));
}

/*
 * BitBake: _setvar_update_overrides. For A:b:c that is (A:b, c) and (A, b:c). A name without a separator, which comes
 * here as the base of NAME:append, is filed under the name less its last letter, as rfind()'s -1 makes BitBake do.
 */
static void find_cookies(struct symx *x, bb_str var)
{
    struct cookie found[64];
    size_t n = 0;
    size_t colon = bb_str_rchr(var, bb_known.separator);
    bb_str shortvar = bb_str_sub(var, 0, colon != BB_NPOS ? colon : var.len ? var.len - 1 : 0);
    bb_str override = colon != BB_NPOS ? bb_str_from(var, colon + 1) : var;

    while (is_override(override) && n < sizeof(found) / sizeof(*found)) {
        found[n++] = (struct cookie){bb_sym_get(shortvar), bb_sym_get(override)};
        colon = bb_str_rchr(shortvar, bb_known.separator);
        if (colon == BB_NPOS || colon == 0)
            break;
        override = bb_str_from(var, colon + 1);
        shortvar = bb_str_sub(var, 0, colon);
    }
    x->ncookies = (uint8_t)n;
    x->cookies = bb_arena_array(&facts, struct cookie, n);
    if (n)
        memcpy(x->cookies, found, n * sizeof(*found));
}

static bool is_oldstyle(bb_str s)
{
    return bb_known.separator == ':' && !bb_str_starts(s, BB_STR("__anon_")) &&
           (bb_str_has(s, BB_STR("_append")) || bb_str_has(s, BB_STR("_prepend")) ||
            bb_str_has(s, BB_STR("_remove")));
}

struct symx *bb_symx_var(bb_sym s)
{
    struct symx *x = bb_symx_get(s);

    if (x->flags & SYMX_VAR)
        return x;
    x->flags |= SYMX_VAR;
    bb_sym_split(s);
    size_t colon = bb_str_chr(s->name, bb_known.separator, 0);
    if (colon != BB_NPOS)
        x->flags |= SYMX_PARTS;
    if (is_oldstyle(s->name))
        x->flags |= SYMX_OLDSTYLE;
    if (bb_expand_dollar(s->name, 0) != BB_NPOS)
        x->flags |= SYMX_DOLLAR;
    x->shortvar = colon == BB_NPOS ? s : bb_sym_get(bb_str_sub(s->name, 0, colon));
    find_cookies(x, s->name);
    return x;
}

/* Python's s.replace(what, ""). */
static bb_sym without(bb_str s, bb_str what)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    size_t from = 0, at;

    while ((at = bb_str_find(s, what, from)) != BB_NPOS) {
        bb_buf_adds(&b, bb_str_sub(s, from, at));
        from = at + what.len;
    }
    bb_buf_adds(&b, bb_str_from(s, from));
    return bb_sym_get(bb_buf_str(&b));
}

struct symx *bb_symx_override(bb_sym s)
{
    struct symx *x = bb_symx_get(s);
    bb_str rest = s->name, part;
    size_t n = 1, i = 0;

    if (x->flags & SYMX_OVR)
        return x;
    x->flags |= SYMX_OVR;
    for (size_t k = 0; k < s->name.len; k++)
        n += s->name.p[k] == bb_known.separator;
    x->parts = bb_arena_array(&facts, bb_sym, n);
    while (bb_str_split(&rest, bb_known.separator, &part) && i < n)
        x->parts[i++] = bb_sym_get(part);
    x->nparts = (uint16_t)i;
    if (i > 1) {
        bb_str tail = bb_str_from(s->name, bb_str_rchr(s->name, bb_known.separator));
        x->last = x->parts[i - 1];
        x->strip = without(s->name, tail);
    }
    return x;
}

bool bb_symx_cut(bb_sym key, bb_sym part, bb_sym *ret)
{
    const struct symx *x = bb_symx_override(key);

    if (x->nparts > 1 && x->last == part) {
        *ret = x->strip;
        return true;
    }
    /* Where '_' separates, a word of OVERRIDES may hold it. */
    if (bb_symx_override(part)->nparts < 2 || key->name.len <= part->name.len ||
        !bb_str_ends(key->name, part->name))
        return false;
    bb_str tail = bb_str_from(key->name, key->name.len - part->name.len - 1);
    if (tail.p[0] != bb_known.separator)
        return false;
    *ret = without(key->name, tail);
    return true;
}

bb_sym bb_symx_underscored(bb_sym s)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;

    if (bb_str_chr(s->name, ':', 0) == BB_NPOS)
        return s;
    bb_buf_adds(&b, s->name);
    for (size_t i = 0; i < b.len; i++)
        if (b.p[i] == ':')
            b.p[i] = '_';
    return bb_sym_get(bb_buf_str(&b));
}

static void map_insert(struct symmap *m, bb_sym s, uint32_t num)
{
    uint32_t i = (uint32_t)s->hash;
    while (m->tab[i & m->mask].sym)
        i++;
    m->tab[i & m->mask] = (struct symmap_slot){s, num};
}

static void map_resize(struct bb_arena *a, struct symmap *m, uint32_t places)
{
    struct symmap old = *m;

    m->tab = bb_arena_array(a, struct symmap_slot, places);
    m->mask = places - 1;
    for (uint32_t i = 0; old.tab && i <= old.mask; i++)
        if (old.tab[i].sym)
            map_insert(m, old.tab[i].sym, old.tab[i].num);
}

void bb_symx_map_unshare(struct bb_arena *a, struct symmap *m)
{
    if (m->tab)
        map_resize(a, m, m->mask + 1);
}

bool bb_symx_map_add(struct bb_arena *a, struct symmap *m, bb_sym s, uint32_t num)
{
    if (bb_symx_map_find(m, s))
        return false;
    if (!m->tab || (m->n + 1) * 2 > m->mask)
        map_resize(a, m, m->tab ? (m->mask + 1) * 2 : 32);
    map_insert(m, s, num);
    m->n++;
    return true;
}

bb_sym bb_symx_weak(bb_sym flag)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;

    bb_buf_addz(&b, SYMX_WEAK_FLAG);
    bb_buf_adds(&b, flag->name);
    return bb_sym_get(bb_buf_str(&b));
}

bb_sym bb_symx_strong(bb_sym weak)
{
    if (!bb_str_starts(weak->name, BB_STR(SYMX_WEAK_FLAG)))
        return NULL;
    return bb_sym_get(bb_str_from(weak->name, strlen(SYMX_WEAK_FLAG)));
}
