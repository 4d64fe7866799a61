/* SPDX-License-Identifier: MIT */
#include "build/siginfo.h"

#include "base/jsonw.h"
#include "base/path.h"
#include "ext/json.h"
#include "py/py.h"
#include "sig/sigcompare.h"

/* What depends on itself would be followed for ever. */
enum { MAX_DEPTH = 100 };

static void member(struct bb_jsonw *w, const char *key, bb_str value)
{
    bb_jsonw_key(w, bb_str_z(key));
    bb_jsonw_str(w, value);
}

static void take(const struct bb_json *list, struct bb_arena *a, struct bb_siginfos *ret)
{
    ret->n = bb_json_len(list);
    ret->p = bb_arena_array(a, struct bb_siginfo, ret->n);
    for (size_t i = 0; i < ret->n; i++) {
        const struct bb_json *e = bb_json_at(list, i);
        ret->p[i] = (struct bb_siginfo){.hash = bb_arena_str(a, bb_json_str(bb_json_at(e, 0))),
                                        .path = bb_arena_strz(a, bb_json_str(bb_json_at(e, 1))),
                                        .sstate = bb_json_bool(bb_json_at(e, 2))};
    }
}

int bb_siginfo_find(struct bb_cooker *c, struct bb_store *d, bb_str pn, bb_str task,
                    const struct bb_strvec *hashes, struct bb_arena *a, struct bb_siginfos *ret)
{
    BB_CLEAN_BUF struct bb_buf locals = BB_BUF_INIT, json = BB_BUF_INIT;
    BB_CLEAN_JSON struct bb_json *list = NULL;
    struct bb_jsonw w;
    bb_jsonw_init(&w, &locals, 0);
    bb_jsonw_object(&w);
    member(&w, "pn", pn);
    member(&w, "task", task);
    bb_jsonw_key(&w, BB_STR("hashes"));
    bb_jsonw_array(&w);
    for (size_t i = 0; hashes && i < hashes->n; i++)
        bb_jsonw_str(&w, hashes->p[i]);
    bb_jsonw_end(&w);
    bb_jsonw_end(&w);
    int r = bb_py_eval_json(d, BB_STR("__import__('bb.siginfo').siginfo.find(pn, task, hashes, d)"),
                            bb_buf_str(&locals), &json);
    if (r == -BB_EPYTHON)
        r = c->hook->error_report(c->hook->self, (struct bb_loc){0}, "looking for signature data");
    if (r == 0)
        r = bb_json_parse(bb_buf_str(&json), &list, NULL);
    if (r == 0)
        take(list, a, ret);
    return r;
}

struct follow {
    struct bb_cooker *c;
    struct bb_store *d;
    struct bb_arena *a;
    bool colour;
    unsigned depth;
    int error;
};

static int compare(struct follow *f, const char *from, const char *to, struct bb_strvec *ret);

static const char *path_of(const struct bb_siginfos *found, bb_str hash)
{
    for (size_t i = 0; i < found->n; i++)
        if (bb_str_eq(found->p[i].hash, hash))
            return found->p[i].path;
    return NULL;
}

/* Adds every line of the paragraphs, further in. */
static void indent(struct bb_arena *a, const struct bb_strvec *paragraphs, struct bb_strvec *ret)
{
    bb_vec_each(paragraphs, p) {
        bb_str rest = *p, line;
        while (bb_str_split(&rest, '\n', &line))
            bb_vec_push(ret, bb_arena_cat(a, BB_STR("    "), line));
    }
}

/* The recipe that "[mc:NAME:]pn" names; before 2.6 signature files have the recipe's file instead of `pn`. */
static bb_str pn_of(struct bb_arena *a, bb_str name)
{
    bb_str file = bb_path_base(name), native = BB_STR("virtual:native:");
    if (file.len == name.len) {
        size_t colon = bb_str_rchr(name, ':');
        return colon == BB_NPOS ? name : bb_str_from(name, colon + 1);
    }
    size_t end = bb_str_chr(file, '_', 0);
    if (end == BB_NPOS)
        end = bb_str_find(file, BB_STR(".bb"), 0);
    bb_str pn = bb_str_sub(file, 0, end == BB_NPOS ? file.len : end);
    return bb_str_has(name, native) ? bb_arena_cat(a, pn, BB_STR("-native")) : pn;
}

/* Lines that explain a dependency "[mc:NAME:]pn:do_task". */
static size_t recurse(void *self, bb_str pnid, bb_str from, bb_str to, struct bb_strvec *lines)
{
    struct follow *f = self;
    bb_str both[] = {from, to};
    struct bb_strvec hashes = {both, 2, 2}, paragraphs = {0};
    struct bb_siginfos found = {0};
    size_t before = lines->n, colon = bb_str_rchr(pnid, ':');
    if (colon == BB_NPOS || f->depth >= MAX_DEPTH)
        return 0;
    bb_str task = bb_str_from(pnid, colon + 1), pn = pn_of(f->a, bb_str_sub(pnid, 0, colon));
    int r = bb_siginfo_find(f->c, f->d, pn, task, &hashes, f->a, &found);
    const char *a = path_of(&found, from), *b = path_of(&found, to);
    if (r == 0 && a && b) {
        f->depth++;
        r = compare(f, a, b, &paragraphs);
        f->depth--;
        indent(f->a, &paragraphs, lines);
    } else if (r == 0 && !a && !b) {
        bb_vec_push(lines,
                    bb_arena_fmt(f->a, "Unable to find matching sigdata for %.*s with hashes %.*s or %.*s",
                                 BB_STRF(pnid), BB_STRF(from), BB_STRF(to)));
    } else if (r == 0) {
        bb_str missing = a ? to : from;
        bb_vec_push(lines, bb_arena_fmt(f->a, "Unable to find matching sigdata for %.*s with hash %.*s",
                                        BB_STRF(pnid), BB_STRF(missing)));
    }
    if (r < 0)
        f->error = r;
    bb_vec_release(&paragraphs);
    return lines->n - before;
}

static int compare(struct follow *f, const char *from, const char *to, struct bb_strvec *ret)
{
    struct bb_ctx *ctx = bb_store_ctx(f->d);
    struct bb_sigcompare_opts o = {.colour = f->colour, .recurse = recurse, .self = f};
    struct bb_sigdata x, y;
    int r = bb_sigdata_read(ctx, from, f->a, &x);
    if (r == 0)
        r = bb_sigdata_read(ctx, to, f->a, &y);
    if (r == 0)
        bb_sigcompare_diff(&x, &y, &o, f->a, ret);
    return r;
}

int bb_siginfo_compare(struct bb_cooker *c, struct bb_store *d, const char *from, const char *to, bool colour,
                       struct bb_arena *a, struct bb_strvec *ret)
{
    struct follow f = {.c = c, .d = d, .a = a, .colour = colour};
    int r = compare(&f, from, to, ret);
    return r < 0 ? r : f.error;
}
