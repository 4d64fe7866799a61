/* SPDX-License-Identifier: MIT */
#include "parse/fragments.h"

#include "base/path.h"
#include "parse/depends.h"
#include "parse/include.h"
#include "parse/parser_priv.h"

struct work {
    struct bb_parser *p;
    struct bb_store *d;
    const struct bb_fragments_how *how;
    struct bb_loc loc;
    bb_str parent, fragments, layers, flagged, builtin;
};

/* The variable behind a word of the built-in list; p NULL when there is none. */
static bb_str builtin_variable(const struct work *w, bb_str word)
{
    bb_str rest = w->builtin, pair;

    while (bb_str_word(&rest, &pair)) {
        size_t colon = bb_str_chr(pair, ':', 0);
        if (colon != BB_NPOS && bb_str_eq(bb_str_sub(pair, 0, colon), word))
            return bb_str_from(pair, colon + 1);
    }
    return (bb_str){0};
}

/* WORD/VALUE: *ret_done says whether WORD is a built-in one. */
static int add_builtin(struct work *w, bb_str fragment, bool *ret_done)
{
    size_t slash = bb_str_chr(fragment, '/', 0);
    bb_str name = builtin_variable(w, bb_str_sub(fragment, 0, slash));
    struct bb_val now;

    *ret_done = name.p != NULL;
    if (!name.p)
        return 0;
    bb_sym var = bb_sym_get(name);
    int r = bb_store_get(w->d, var, BB_GET_EXPAND | BB_GET_NOWEAK, &now);
    if (r < 0)
        return r;
    if (now.kind != BB_V_NONE)
        return bb_error_at(w->p->ctx, w->loc,
                           "A builtin fragment '%.*s' is used while %.*s has already got an assignment.\n"
                           "Please either disable the fragment or remove the value assignment.\n"
                           "To disable the fragment, use 'bitbake-config-build disable-fragment %.*s'.",
                           BB_STRF(fragment), BB_STRF(name), BB_STRF(fragment));
    struct bb_how how = {.loc = w->loc, .parsing = true};
    bb_store_where(w->d, w->how->list, &how.loc);
    bb_str value = bb_arena_str(bb_store_arena(w->d), bb_str_from(fragment, slash + 1));
    return bb_store_set(w->d, var, bb_val_s(value), &how);
}

/* Several values for one built-in word: the last one counts, and that is hardly meant. */
static void warn_multiple(struct work *w)
{
    bb_str pairs = w->builtin, pair, rest, fragment;

    while (bb_str_word(&pairs, &pair)) {
        BB_CLEAN_BUF struct bb_buf found = BB_BUF_INIT;
        bb_str word = bb_str_sub(pair, 0, bb_str_chr(pair, ':', 0));
        size_t n = 0;
        for (rest = w->fragments; bb_str_word(&rest, &fragment);)
            if (bb_str_eq(bb_str_sub(fragment, 0, bb_str_chr(fragment, '/', 0)), word)) {
                bb_buf_addf(&found, "%s%.*s", n ? " " : "", BB_STRF(fragment));
                n++;
            }
        if (n > 1)
            bb_warn_at(w->p->ctx, w->loc,
                       "Multiple builtin fragments are enabled for %.*s via variable %.*s: "
                       "%s. This likely points to a mis-configuration in the metadata, as "
                       "only one of them should be set. The build will use the last value.",
                       BB_STRF(word), BB_STRF(w->how->list->name), found.p);
    }
}

/* The name of the collection that a file belongs to. */
static int layer_of(struct work *w, bb_str path, bb_str *ret)
{
    BB_CLEAN_BUF struct bb_buf code = BB_BUF_INIT;

    bb_buf_addz(&code, "${@bb.utils.get_file_layer(");
    bb_val_repr_str(&code, path);
    bb_buf_addz(&code, ", d) or ''}");
    return bb_store_expand(w->d, bb_arena_str(bb_store_arena(w->d), bb_buf_str(&code)), NULL, ret);
}

static int find_file(struct work *w, bb_str layer, bb_str file, bb_str *ret)
{
    bb_str rest = w->layers, dir, owner;
    int r = 0;

    *ret = (bb_str){0};
    while (r >= 0 && !ret->p && bb_str_word(&rest, &dir)) {
        bb_str path = bb_path_join(bb_store_arena(w->d), dir, file);
        if (bb_depends_stat(w->p, path)->kind == BB_FILE_ABSENT)
            continue;
        r = layer_of(w, path, &owner);
        if (r >= 0 && bb_str_eq(owner, layer))
            *ret = path;
    }
    return r;
}

/* What the file set of the flagged variables becomes flags of them, named after the fragment. */
static int keep_flagged(struct work *w, bb_str fragment)
{
    bb_str rest = w->flagged, name;
    int r = 0;

    while (r >= 0 && bb_str_word(&rest, &name)) {
        bb_sym var = bb_sym_get(name);
        struct bb_val v;
        r = bb_store_get(w->d, var, BB_GET_EXPAND, &v);
        if (r >= 0)
            r = bb_store_set_flag(w->d, var, bb_sym_get(fragment), v, NULL);
        if (r >= 0)
            r = bb_store_set(w->d, var, BB_NONE, NULL);
    }
    return r;
}

static int add_file(struct work *w, bb_str fragment)
{
    struct bb_arena *a = bb_store_arena(w->d);
    size_t slash = bb_str_chr(fragment, '/', 0);
    bb_str name = bb_str_from(fragment, slash + 1), path, file;
    int r = bb_store_expand(w->d, bb_arena_fmt(a, "%.*s/%.*s.conf", BB_STRF(w->how->prefix), BB_STRF(name)),
                            NULL, &file);

    if (r >= 0)
        r = find_file(w, bb_str_sub(fragment, 0, slash), file, &path);
    if (r < 0)
        return r;
    if (!path.p)
        return bb_error_at(w->p->ctx, w->loc, "Could not find fragment %.*s in enabled layers: %.*s",
                           BB_STRF(fragment), BB_STRF(bb_str_trim(w->layers)));
    r = bb_include_files(w->p, w->d, w->parent, path, w->loc, true);
    return r < 0 ? r : keep_flagged(w, fragment);
}

static int read_lists(struct work *w)
{
    struct {
        bb_sym var;
        bb_str *ret;
    } lists[] = {{w->how->list, &w->fragments},
                 {BB_SYM("BBLAYERS"), &w->layers},
                 {w->how->flagged, &w->flagged},
                 {w->how->builtin, &w->builtin}};
    int r = 0;

    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists) && r >= 0; i++) {
        bb_str text;
        if (!lists[i].var)
            continue;
        r = bb_store_str(w->d, lists[i].var, &text);
        if (r >= 0)
            *lists[i].ret = bb_arena_str(bb_store_arena(w->d), text);
    }
    return r;
}

int bb_fragments_add(struct bb_parser *p, struct bb_store *d, bb_str parent,
                     const struct bb_fragments_how *how, struct bb_loc loc)
{
    struct work w = {.p = p, .d = d, .how = how, .loc = loc, .parent = parent};
    bb_str skip, rest, fragment;
    int r = bb_store_str(d, BB_SYM("_BB_SKIP_FRAGMENTS"), &skip);

    if (r < 0 || bb_str_eqz(skip, "1"))
        return r;
    r = read_lists(&w);
    if (r >= 0)
        warn_multiple(&w);
    for (rest = w.fragments; r >= 0 && bb_str_word(&rest, &fragment);) {
        bool done;
        if (bb_str_chr(fragment, '/', 0) == BB_NPOS)
            return bb_error_at(p->ctx, loc, "'%.*s' in %.*s is no fragment: it has no '/'", BB_STRF(fragment),
                               BB_STRF(how->list->name));
        r = add_builtin(&w, fragment, &done);
        if (r >= 0 && !done)
            r = add_file(&w, fragment);
    }
    return r;
}
