/* SPDX-License-Identifier: MIT */
#include "parse/include.h"

#include <errno.h>

#include "base/path.h"
#include "base/rules.h"
#include "parse/depends.h"
#include "parse/parser_priv.h"

/* Text with its ${...} expanded as often as BitBake does for names of files. */
static int expand_twice(struct bb_store *d, bb_str text, bb_str *ret)
{
    int r = 0;

    for (int i = 0; i < 2 && r >= 0 && bb_str_has(text, BB_STR("${")); i++)
        r = bb_store_expand(d, text, NULL, &text);
    *ret = text;
    return r;
}

/* Where a relative name leads: beside the parent or along BBPATH; p NULL when nowhere. */
static int find_include(struct bb_parser *p, struct bb_store *d, bb_str parent, bb_str name, bb_str *ret)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    bb_str bbpath;
    int r = bb_store_str(d, p->sym.BBPATH, &bbpath);

    if (r < 0)
        return r;
    bb_buf_adds(&path, bb_path_dir(parent));
    bb_buf_addc(&path, ':');
    bb_buf_adds(&path, bbpath);
    /* The hit is marked when the file is read, after the check for duplicates. */
    return bb_depends_which(p, d, bb_buf_str(&path), name, false, ret);
}

static int include_one(struct bb_parser *p, struct bb_store *d, bb_str parent, bb_str name, bool required)
{
    bb_str found = name;
    int r;

    if (bb_str_eq(parent, name)) /* a file that includes itself by its full name: BitBake ignores it */
        return 0;
    if (!bb_path_is_abs(name)) {
        r = find_include(p, d, parent, name, &found);
        if (r < 0)
            return r;
    }
    if (found.p && bb_depends_has(p, d, found))
        bb_warn_at(p->ctx, p->at, "Duplicate inclusion for %.*s in %.*s", BB_STRF(found),
                   BB_STRF(bb_eval_raw(d, p->sym.FILE)));
    r = bb_parser_handle(p, d, found.p ? found : name, 0);
    if (r != -ENOENT)
        return r;
    return required ? bb_error_at(p->ctx, p->at, "Could not include required file %.*s", BB_STRF(name)) : 0;
}

int bb_include_files(struct bb_parser *p, struct bb_store *d, bb_str parent, bb_str files, struct bb_loc loc,
                     bool required)
{
    struct bb_loc outer = p->at;
    const char *outer_means = p->at_means;
    bb_str word;
    int r;

    p->at = loc;
    p->at_means = "included from here";
    r = expand_twice(d, files, &files);
    if (r >= 0)
        r = expand_twice(d, parent, &parent);
    while (r >= 0 && bb_str_word(&files, &word))
        r = include_one(p, d, parent, word, required);
    r = bb_eval_fail(d, r, loc);
    p->at = outer;
    p->at_means = outer_means;
    return r;
}

int bb_include_all(struct bb_parser *p, struct bb_store *d, bb_str parent, bb_str name, struct bb_loc loc)
{
    bb_str bbpath, dir;
    int r = expand_twice(d, name, &name);

    if (r >= 0)
        r = bb_store_str(d, p->sym.BBPATH, &bbpath);
    if (r < 0)
        return bb_eval_fail(d, r, loc);
    while (r >= 0 && bb_str_split(&bbpath, ':', &dir))
        r = bb_include_files(p, d, parent, bb_path_join(bb_store_arena(d), dir, name), loc, false);
    return r;
}

/* --- classes --- */

/* The path of a class; as last tried, and -ENOENT, when there is none. */
static int find_class(struct bb_parser *p, struct bb_store *d, bb_str name, bb_str *ret)
{
    struct bb_arena *a = bb_store_arena(d);
    bb_str type = bb_eval_raw(d, p->sym.CLASSTYPE), bbpath, file, found;
    int r;

    for (int i = bb_rules_has(p->ctx->level, BB_RULE_CLASS_FOLDERS) ? 0 : 1; i < 2; i++) {
        bool is_path = bb_path_is_abs(name) || bb_str_ends(name, BB_STR(".bbclass"));
        if (is_path)
            file = name;
        else if (i == 0)
            file = bb_arena_fmt(a, "classes-%.*s/%.*s.bbclass", BB_STRF(type), BB_STRF(name));
        else
            file = bb_arena_fmt(a, "classes/%.*s.bbclass", BB_STRF(name));
        if (!bb_path_is_abs(file)) {
            r = bb_store_str(d, p->sym.BBPATH, &bbpath);
            if (r >= 0)
                r = bb_depends_which(p, d, bbpath, file, false, &found);
            if (r < 0)
                return r;
            file = found.p ? found : file;
        }
        *ret = file;
        if (bb_path_is_abs(file) && bb_depends_stat(p, file)->kind != BB_FILE_ABSENT)
            return 0;
    }
    return -ENOENT;
}

/* Whether BB_DEFER_BBCLASSES names the class. */
static int is_put_off(struct bb_parser *p, struct bb_store *d, bb_str name, bool *ret)
{
    bb_str deferred;
    int r = 0;

    *ret = false;
    if (bb_rules_has(p->ctx->level, BB_RULE_DEFERRED_CLASSES))
        r = bb_store_str(d, BB_SYM("BB_DEFER_BBCLASSES"), &deferred);
    if (r >= 0 && bb_rules_has(p->ctx->level, BB_RULE_DEFERRED_CLASSES))
        *ret = bb_str_has_word(deferred, name);
    return r;
}

int bb_include_put_off(struct bb_parser *p, struct bb_store *d, bb_str classes, bb_str file, uint32_t line)
{
    /* An entry is three items: classes, file and line. */
    bb_str items[] = {classes, file, bb_arena_fmt(bb_store_arena(d), "%u", line)};

    return bb_eval_list_append(d, p->sym.DEFINHERITS, items, 3);
}

static int inherit_one(struct bb_parser *p, struct bb_store *d, bb_str name)
{
    const struct bb_vlist *known;
    bb_str file;
    int r = find_class(p, d, name, &file);

    if (r == -ENOENT)
        return bb_error_at(p->ctx, p->at, "Could not inherit file %.*s", BB_STRF(file));
    if (r < 0)
        return r;
    known = bb_eval_list(d, p->sym.INHERIT_CACHE);
    if (bb_strvec_has(&(struct bb_strvec){known->p, known->n, known->n}, file))
        return 0;
    r = bb_eval_list_append(d, p->sym.INHERIT_CACHE, &file, 1);
    if (r >= 0)
        r = bb_parser_handle(p, d, file, 0);
    return r == -ENOENT ? bb_error_at(p->ctx, p->at, "Could not inherit file %.*s", BB_STRF(file)) : r;
}

static int inherit(struct bb_parser *p, struct bb_store *d, bb_str classes, struct bb_loc loc, bool now)
{
    struct bb_loc outer = p->at;
    const char *outer_means = p->at_means;
    bb_str word;
    int r = 0;

    p->at = loc;
    p->at_means = "inherited from here";
    if (bb_str_has(classes, BB_STR("${")))
        r = bb_store_expand(d, classes, NULL, &classes);
    while (r >= 0 && bb_str_word(&classes, &word)) {
        bool later = false;
        r = now ? 0 : is_put_off(p, d, word, &later);
        if (r >= 0)
            r = later ? bb_include_put_off(p, d, word, bb_source_path(loc.src), loc.line)
                      : inherit_one(p, d, word);
    }
    r = bb_eval_fail(d, r, loc);
    p->at = outer;
    p->at_means = outer_means;
    return r;
}

int bb_include_inherit(struct bb_parser *p, struct bb_store *d, bb_str classes, struct bb_loc loc)
{
    return inherit(p, d, classes, loc, false);
}

int bb_include_inherit_now(struct bb_parser *p, struct bb_store *d, bb_str classes, struct bb_loc loc)
{
    return inherit(p, d, classes, loc, true);
}

bool bb_include_inherits(struct bb_store *d, bb_str class)
{
    const struct bb_vlist *known = bb_eval_list(d, BB_SYM("__inherit_cache"));

    for (size_t i = 0; i < known->n; i++) {
        bb_str base = bb_path_base(known->p[i]);
        if (base.len == class.len + strlen(".bbclass") && bb_str_starts(base, class) &&
            bb_str_ends(base, BB_STR(".bbclass")))
            return true;
    }
    return false;
}
