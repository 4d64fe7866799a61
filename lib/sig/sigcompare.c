/* SPDX-License-Identifier: MIT */
/*
 * BitBake: bb.siggen.compare_sigfiles and dump_sigfile. Sets are shown sorted; BitBake shows them in the
 * order of Python's hashing, which changes from run to run.
 */
#include "sig/sigcompare.h"

#include <stdlib.h>

#include "sig/seqdiff.h"

struct report {
    const struct bb_sigdata *a, *b;
    const struct bb_sigcompare_opts *o;
    struct bb_arena *arena;
    struct bb_strvec *out;
    const char *title, *normal, *add, *remove; /* colours, or empty */
};
typedef bb_str name_of(const void *array, size_t i);

/* Takes the buffer's text as one paragraph. */
static void push(struct report *r, struct bb_buf *b)
{
    bb_vec_push(r->out, bb_arena_str(r->arena, bb_buf_str(b)));
    bb_buf_release(b);
}

__attribute__((format(printf, 2, 3))) static void line(struct report *r, const char *fmt, ...)
{
    struct bb_buf b = BB_BUF_INIT;
    va_list ap;
    va_start(ap, fmt);
    bb_buf_vaddf(&b, fmt, ap);
    va_end(ap);
    push(r, &b);
}

/* --- Python's texts for lists and sets --- */

static void add_list(struct bb_buf *b, const bb_str *p, size_t n, const char *open, const char *close)
{
    bb_buf_addz(b, open);
    for (size_t i = 0; i < n; i++) {
        if (i)
            bb_buf_addz(b, ", ");
        bb_val_repr_str(b, p[i]);
    }
    bb_buf_addz(b, close);
}

static bb_str list_text(struct report *r, const bb_str *p, size_t n)
{
    struct bb_buf b = BB_BUF_INIT;
    add_list(&b, p, n, "[", "]");
    bb_str s = bb_arena_str(r->arena, bb_buf_str(&b));
    bb_buf_release(&b);
    return s;
}

static bb_str set_text(struct report *r, const bb_str *p, size_t n)
{
    struct bb_buf b = BB_BUF_INIT;
    if (n)
        add_list(&b, p, n, "frozenset({", "})");
    else
        bb_buf_addz(&b, "frozenset()");
    bb_str s = bb_arena_str(r->arena, bb_buf_str(&b));
    bb_buf_release(&b);
    return s;
}

static bool same_texts(const bb_str *p, size_t np, const bb_str *q, size_t nq)
{
    bool same = np == nq;
    for (size_t i = 0; same && i < np; i++)
        same = bb_str_eq(p[i], q[i]);
    return same;
}

/* What stands in one of two sorted lists but not in both. */
static void changed_items(struct report *r, const bb_str *p, size_t np, const bb_str *q, size_t nq)
{
    struct bb_strvec v = {0};
    if (!np || !nq)
        return;
    for (size_t i = 0, k = 0; i < np || k < nq;) {
        int c = i == np ? 1 : k == nq ? -1 : bb_str_cmp(p[i], q[k]);
        if (c < 0)
            bb_vec_push(&v, p[i]);
        else if (c > 0)
            bb_vec_push(&v, q[k]);
        i += c <= 0;
        k += c >= 0;
    }
    bb_str s = set_text(r, v.p, v.n);
    bb_vec_release(&v);
    line(r, "changed items: %.*s", BB_STRF(s));
}

/* --- what the recipe gave --- */

static void diff_ignored(struct report *r)
{
    const struct bb_strvec *p = &r->a->ignore_vars, *q = &r->b->ignore_vars;
    if (!same_texts(p->p, p->n, q->p, q->n)) {
        bb_str sp = set_text(r, p->p, p->n), sq = set_text(r, q->p, q->n);
        line(r, "%sbasehash_ignore_vars changed%s from '%.*s' to '%.*s'%s", r->title, r->normal, BB_STRF(sp),
             BB_STRF(sq), r->normal);
        changed_items(r, p->p, p->n, q->p, q->n);
    }
    bb_str x = r->a->ignore_tasks, y = r->b->ignore_tasks;
    if (x.p != y.p && (!x.p || !y.p || !bb_str_eq(x, y)))
        line(r, "%staskhash_ignore_tasks changed%s from '%.*s' to '%.*s'%s", r->title, r->normal,
             BB_STRF(x.p ? x : BB_STR("None")), BB_STRF(y.p ? y : BB_STR("None")), r->normal);
}

static void diff_taskdeps(struct report *r)
{
    const struct bb_strvec *p = &r->a->taskdeps, *q = &r->b->taskdeps;
    if (!same_texts(p->p, p->n, q->p, q->n)) {
        bb_str sp = list_text(r, p->p, p->n), sq = list_text(r, q->p, q->n);
        line(r, "%sTask dependencies changed%s from:\n%.*s\nto:\n%.*s%s", r->title, r->normal, BB_STRF(sp),
             BB_STRF(sq), r->normal);
    }
    if (!bb_str_eq(r->a->basehash, r->b->basehash) && !r->o->collapsed)
        line(r, "%sbasehash changed%s from %.*s to %.*s%s", r->title, r->normal, BB_STRF(r->a->basehash),
             BB_STRF(r->b->basehash), r->normal);
}

/* Calls `both` for names that are in both, and puts the others into the lists. */
static void pair_vars(struct report *r,
                      void (*both)(struct report *, const struct bb_sigdata_var *,
                                   const struct bb_sigdata_var *),
                      struct bb_strvec *added, struct bb_strvec *removed)
{
    const struct bb_sigdata *a = r->a, *b = r->b;
    for (size_t i = 0, k = 0; i < a->nvars || k < b->nvars;) {
        int c = i == a->nvars ? 1 : k == b->nvars ? -1 : bb_str_cmp(a->vars[i].name, b->vars[k].name);
        const struct bb_sigdata_var *x = c <= 0 ? &a->vars[i++] : NULL, *y = c >= 0 ? &b->vars[k++] : NULL;
        if (x && y)
            both(r, x, y);
        bool in_a = x && x->has_deps, in_b = y && y->has_deps;
        if (added && in_b && !in_a)
            bb_vec_push(added, y->name);
        if (removed && in_a && !in_b)
            bb_vec_push(removed, x->name);
    }
}

static void diff_var_deps(struct report *r, const struct bb_sigdata_var *x, const struct bb_sigdata_var *y)
{
    if (!x->has_deps || !y->has_deps || same_texts(x->deps, x->ndeps, y->deps, y->ndeps))
        return;
    if (bb_strvec_has(&r->a->ignore_vars, x->name) && bb_strvec_has(&r->b->ignore_vars, x->name))
        return;
    bb_str sx = set_text(r, x->deps, x->ndeps), sy = set_text(r, y->deps, y->ndeps);
    line(r, "%sList of dependencies for variable %.*s changed from '%s%.*s%s' to '%s%.*s%s'%s", r->title,
         BB_STRF(x->name), r->normal, BB_STRF(sx), r->title, r->normal, BB_STRF(sy), r->title, r->normal);
    changed_items(r, x->deps, x->ndeps, y->deps, y->ndeps);
}

static void diff_gendeps(struct report *r)
{
    struct bb_strvec added = {0}, removed = {0};
    pair_vars(r, diff_var_deps, &added, &removed);
    bb_vec_each(&added, it)
        line(r, "%sDependency on variable %.*s was added%s", r->title, BB_STRF(*it), r->normal);
    bb_vec_each(&removed, it)
        line(r, "%sDependency on Variable %.*s was removed%s", r->title, BB_STRF(*it), r->normal);
    bb_vec_release(&added);
    bb_vec_release(&removed);
}

/* Python: str.splitlines. */
static void split_lines(bb_str s, struct bb_strvec *ret)
{
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (!((c >= '\n' && c <= '\r') || (c >= 0x1c && c <= 0x1e)))
            continue;
        bb_vec_push(ret, bb_str_sub(s, from, i));
        if (c == '\r' && i + 1 < s.len && s.p[i + 1] == '\n')
            i++;
        from = i + 1;
    }
    if (from < s.len)
        bb_vec_push(ret, bb_str_from(s, from));
}

static void split_blanks(bb_str s, struct bb_strvec *ret)
{
    bb_str part;
    while (bb_str_split(&s, ' ', &part))
        bb_vec_push(ret, part);
}

static void add_line_diff(struct report *r, struct bb_buf *b, bb_str old, bb_str fresh)
{
    struct bb_strvec o = {0}, n = {0}, diff = {0};
    split_lines(old, &o);
    split_lines(fresh, &n);
    bb_seqdiff_unified(r->arena, &o, &n, &diff);
    for (size_t i = 0; i < diff.n; i++) {
        char c = diff.p[i].len ? diff.p[i].p[0] : 0;
        const char *colour = c == '+' ? r->add : c == '-' ? r->remove : "";
        bb_buf_addf(b, "%s%s%.*s%s", i ? "\n" : "", colour, BB_STRF(diff.p[i]), *colour ? r->normal : "");
    }
    bb_vec_release(&o);
    bb_vec_release(&n);
    bb_vec_release(&diff);
}

static void add_joined(struct bb_buf *b, const struct bb_strvec *v, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (i > from)
            bb_buf_addc(b, ' ');
        bb_buf_adds(b, v->p[i]);
    }
}

static bool same_words(bb_str x, bb_str y)
{
    bb_str wx, wy;
    for (;;) {
        bool more = bb_str_word(&x, &wx);
        if (bb_str_word(&y, &wy) != more)
            return false;
        if (!more || !bb_str_eq(wx, wy))
            return !more;
    }
}

static void add_word_diff(struct report *r, struct bb_buf *b, bb_str old, bb_str fresh)
{
    struct bb_strvec o = {0}, n = {0};
    struct bb_seqops ops = {0};
    split_blanks(old, &o);
    split_blanks(fresh, &n);
    bb_seqdiff_words(&o, &n, &ops);
    bb_buf_addc(b, '"');
    for (size_t i = 0; i < ops.n; i++) {
        const struct bb_seqop *op = &ops.p[i];
        if (i)
            bb_buf_addc(b, ' ');
        if (op->tag == BB_SEQ_NEW)
            bb_buf_addf(b, "%s{+", r->add);
        else if (op->tag == BB_SEQ_GONE)
            bb_buf_addf(b, "%s[-", r->remove);
        add_joined(b, op->tag == BB_SEQ_GONE ? &o : &n, op->from, op->to);
        if (op->tag != BB_SEQ_SAME)
            bb_buf_addf(b, "%s%s", op->tag == BB_SEQ_NEW ? "+}" : "-]", r->normal);
    }
    bb_buf_addf(b, "\"%s", same_words(old, fresh) ? " (whitespace changed)" : "");
    bb_vec_release(&o);
    bb_vec_release(&n);
    bb_vec_release(&ops);
}

static bool same_value(struct bb_val x, struct bb_val y)
{
    if (x.kind != y.kind)
        return false;
    if (x.kind == BB_V_STR)
        return bb_str_eq(x.s, y.s);
    if (x.kind == BB_V_LIST)
        return same_texts(x.list->p, x.list->n, y.list->p, y.list->n);
    return x.kind == BB_V_NONE || x.i == y.i;
}

static void diff_value(struct report *r, const struct bb_sigdata_var *x, const struct bb_sigdata_var *y)
{
    if (!x->has_value || !y->has_value || same_value(x->value, y->value))
        return;
    bb_str old = bb_val_str(NULL, r->arena, x->value), fresh = bb_val_str(NULL, r->arena, y->value);
    bool both = x->value.kind == BB_V_STR && y->value.kind == BB_V_STR && old.len && fresh.len;
    bool lines = bb_str_has(old, BB_STR("\n")) || bb_str_has(fresh, BB_STR("\n"));
    struct bb_buf b = BB_BUF_INIT;
    if (!both || (!lines && !bb_str_has(old, BB_STR(" ")) && !bb_str_has(fresh, BB_STR(" ")))) {
        line(r, "%sVariable %.*s value changed from '%s%.*s%s' to '%s%.*s%s'%s", r->title, BB_STRF(x->name),
             r->normal, BB_STRF(old), r->title, r->normal, BB_STRF(fresh), r->title, r->normal);
        return;
    }
    bb_buf_addf(&b, "%sVariable %.*s value changed:%s\n", r->title, BB_STRF(x->name), r->normal);
    if (lines)
        add_line_diff(r, &b, old, fresh);
    else
        add_word_diff(r, &b, old, fresh);
    bb_buf_addz(&b, r->normal);
    push(r, &b);
}

/* --- what the run gave --- */

static bool same_file(const struct bb_filesum *x, const struct bb_filesum *y)
{
    return bb_str_eq(x->path, y->path) && bb_str_eq(x->md5, y->md5);
}

/* Marks in `left` the files of `p` that are not in `q`, as often as they are missing there, the first ones first. */
static bool *not_in(const struct bb_filesum *p, size_t np, const struct bb_filesum *q, size_t nq)
{
    bool *left = bb_calloc(np + 1, sizeof(*left));
    for (size_t i = 0; i < np; i++) {
        size_t here = 0, there = 0;
        for (size_t k = i; k < np; k++)
            here += same_file(&p[k], &p[i]);
        for (size_t k = 0; k < nq; k++)
            there += same_file(&q[k], &p[i]);
        left[i] = here > there;
    }
    return left;
}

static void diff_files(struct report *r)
{
    const struct bb_sigdata *a = r->a, *b = r->b;
    bool *gone = not_in(a->files, a->nfiles, b->files, b->nfiles);
    bool *added = not_in(b->files, b->nfiles, a->files, a->nfiles);
    struct bb_strvec removed = {0};
    for (size_t i = 0; i < a->nfiles; i++) {
        size_t k = 0;
        while (gone[i] && k < b->nfiles && !(added[k] && bb_str_eq(a->files[i].path, b->files[k].path)))
            k++;
        if (gone[i] && k < b->nfiles) {
            added[k] = false;
            line(r, "%sChecksum for file %.*s changed%s from %.*s to %.*s%s", r->title,
                 BB_STRF(a->files[i].path), r->normal, BB_STRF(a->files[i].md5), BB_STRF(b->files[k].md5),
                 r->normal);
        } else if (gone[i]) {
            bb_vec_push(&removed, a->files[i].path);
        }
    }
    for (size_t k = 0; k < b->nfiles; k++)
        if (added[k])
            line(r, "%sDependency on checksum of file %.*s was added%s", r->title, BB_STRF(b->files[k].path),
                 r->normal);
    bb_vec_each(&removed, it)
        line(r, "%sDependency on checksum of file %.*s was removed%s", r->title, BB_STRF(*it), r->normal);
    bb_vec_release(&removed);
    free(gone);
    free(added);
}

static bb_str pnid_of(const void *array, size_t i)
{
    return ((const struct bb_taskhash_dep *)array)[i].pnid;
}

static struct bb_strvec names(const void *array, size_t n, name_of *name)
{
    struct bb_strvec v = {0};
    for (size_t i = 0; i < n; i++)
        bb_vec_push(&v, name(array, i));
    return v;
}

static void add_inline_diff(struct report *r, struct bb_buf *b, const struct bb_strvec *o,
                            const struct bb_strvec *n)
{
    struct bb_seqops ops = {0};
    bb_seqdiff_words(o, n, &ops);
    bb_buf_addc(b, '[');
    for (size_t i = 0; i < ops.n; i++) {
        const struct bb_seqop *op = &ops.p[i];
        if (i)
            bb_buf_addz(b, ", ");
        bb_buf_addf(b, "%s", op->tag == BB_SEQ_SAME ? "'" : op->tag == BB_SEQ_NEW ? r->add : r->remove);
        if (op->tag != BB_SEQ_SAME)
            bb_buf_addc(b, op->tag == BB_SEQ_NEW ? '+' : '-');
        add_joined(b, op->tag == BB_SEQ_GONE ? o : n, op->from, op->to);
        bb_buf_addf(b, "%s", op->tag == BB_SEQ_SAME ? "'" : r->normal);
    }
    bb_buf_addc(b, ']');
    bb_vec_release(&ops);
}

static void diff_rundeps(struct report *r)
{
    const struct bb_sigdata *a = r->a, *b = r->b;
    struct bb_buf changed = BB_BUF_INIT;
    if (a->ndeps != b->ndeps)
        bb_buf_addz(&changed, "Number of task dependencies changed");
    for (size_t i = 0; a->ndeps == b->ndeps && i < a->ndeps; i++)
        if (!bb_str_eq(a->deps[i].hash, b->deps[i].hash))
            bb_buf_addf(&changed, "%s%.*s with hash %.*s\n changed to\n%.*s with hash %.*s",
                        changed.len ? "\n" : "", BB_STRF(a->deps[i].pnid), BB_STRF(a->deps[i].hash),
                        BB_STRF(b->deps[i].pnid), BB_STRF(b->deps[i].hash));
    if (changed.len == 0)
        return;
    struct bb_strvec o = names(a->deps, a->ndeps, pnid_of), n = names(b->deps, b->ndeps, pnid_of);
    struct bb_buf head = BB_BUF_INIT;
    bb_buf_addf(&head, "%sruntaskdeps changed:", r->title);
    if (!same_texts(o.p, o.n, n.p, n.n)) {
        bb_buf_addf(&head, "%s\n", r->normal);
        add_inline_diff(r, &head, &o, &n);
    }
    bb_buf_addz(&head, r->normal);
    push(r, &head);
    push(r, &changed);
    bb_vec_release(&o);
    bb_vec_release(&n);
}

static const struct bb_taskhash_dep *find_dep(const struct bb_sigdata *s, bb_str pnid)
{
    for (size_t i = s->ndeps; i-- > 0;)
        if (bb_str_eq(s->deps[i].pnid, pnid))
            return &s->deps[i];
    return NULL;
}

/* Whether a dependency that only `s` has, and not `other`, has this hash: then it has only been renamed. */
static bool renamed(const struct bb_sigdata *s, const struct bb_sigdata *other, bb_str hash)
{
    for (size_t i = 0; i < s->ndeps; i++)
        if (bb_str_eq(s->deps[i].hash, hash) && !find_dep(other, s->deps[i].pnid))
            return true;
    return false;
}

static void diff_missing_deps(struct report *r, const struct bb_sigdata *in,
                              const struct bb_sigdata *not_in_this, const char *verb)
{
    for (size_t i = 0; i < in->ndeps; i++) {
        bb_str pnid = in->deps[i].pnid, hash = in->deps[i].hash;
        bool again = i && bb_str_eq(in->deps[i - 1].pnid, pnid);
        if (!again && !find_dep(not_in_this, pnid) && !renamed(not_in_this, in, hash))
            line(r, "%sDependency on task %.*s was %s%s with hash %.*s%s", r->title, BB_STRF(pnid), verb,
                 r->normal, BB_STRF(hash), r->normal);
    }
}

/* Hands a changed dependency to the caller; true when its explanation replaces everything said so far. */
static bool recurse(struct report *r, bb_str pnid, bb_str from, bb_str to)
{
    struct bb_strvec more = {0};
    bool replaced = false;
    if (r->o->recurse && r->o->recurse(r->o->self, pnid, from, to, &more)) {
        if (!r->o->collapsed) {
            r->out->p[0] = r->out->p[r->out->n - 1];
            r->out->n = 1;
            replaced = true;
        }
        for (size_t i = 0; i < more.n; i++)
            bb_vec_push(r->out, bb_arena_str(r->arena, more.p[i]));
    }
    bb_vec_release(&more);
    return replaced;
}

static void diff_runhashes(struct report *r)
{
    if (!r->a->runtime || !r->b->runtime)
        return;
    diff_missing_deps(r, r->b, r->a, "added");
    diff_missing_deps(r, r->a, r->b, "removed");
    for (size_t i = 0; i < r->a->ndeps; i++) {
        const struct bb_taskhash_dep *x = &r->a->deps[i], *y = find_dep(r->b, x->pnid);
        bool again = i && bb_str_eq(r->a->deps[i - 1].pnid, x->pnid);
        if (again || !y || bb_str_eq(x->hash, y->hash))
            continue;
        if (!r->o->collapsed)
            line(r, "%sHash for task dependency %.*s changed%s from %.*s to %.*s%s", r->title,
                 BB_STRF(x->pnid), r->normal, BB_STRF(x->hash), BB_STRF(y->hash), r->normal);
        if (recurse(r, x->pnid, x->hash, y->hash))
            return;
    }
}

static bb_str taint_text(struct bb_arena *a, bb_str taint)
{
    if (!taint.p)
        return BB_STR("None");
    bool nostamp;
    bb_str text = bb_taskhash_taint(taint, &nostamp);
    return nostamp ? bb_arena_cat(a, BB_STR("nostamp(uuid4):"), text) : text;
}

static void diff_taint(struct report *r)
{
    bb_str x = r->a->taint, y = r->b->taint;
    if ((!x.p && !y.p) || (x.p && y.p && bb_str_eq(x, y)))
        return;
    x = taint_text(r->arena, x);
    y = taint_text(r->arena, y);
    line(r, "%sTaint (by forced/invalidated task) changed%s from %.*s to %.*s%s", r->title, r->normal,
         BB_STRF(x), BB_STRF(y), r->normal);
}

void bb_sigcompare_diff(const struct bb_sigdata *from, const struct bb_sigdata *to,
                        const struct bb_sigcompare_opts *o, struct bb_arena *a, struct bb_strvec *ret)
{
    struct bb_strvec out = {0};
    struct report r = {from, to, o, a, &out, "", "", "", ""};
    if (o->colour) {
        r.title = "\033[1m";
        r.normal = "\033[0m";
        r.add = "\033[0;32m";
        r.remove = "\033[0;31m";
    }
    diff_ignored(&r);
    diff_taskdeps(&r);
    diff_gendeps(&r);
    pair_vars(&r, diff_value, NULL, NULL);
    diff_files(&r);
    if (!o->collapsed)
        diff_rundeps(&r);
    diff_runhashes(&r);
    diff_taint(&r);
    for (size_t i = 0; i < out.n; i++)
        bb_vec_push(ret, out.p[i]);
    bb_vec_release(&out);
}

/* --- one alone --- */

static void dump_vars(struct report *r, const struct bb_sigdata *s)
{
    for (size_t i = 0; i < s->nvars; i++) {
        if (!s->vars[i].has_deps)
            continue;
        bb_str deps = list_text(r, s->vars[i].deps, s->vars[i].ndeps);
        line(r, "List of dependencies for variable %.*s is %.*s", BB_STRF(s->vars[i].name), BB_STRF(deps));
    }
    for (size_t i = 0; i < s->nvars; i++) {
        if (!s->vars[i].has_value)
            continue;
        bb_str value = bb_val_str(NULL, r->arena, s->vars[i].value);
        line(r, "Variable %.*s value is %.*s", BB_STRF(s->vars[i].name), BB_STRF(value));
    }
}

static int cmp_file(const void *a, const void *b)
{
    const struct bb_filesum *x = a, *y = b;
    int c = bb_str_cmp(x->path, y->path);
    return c ? c : bb_str_cmp(x->md5, y->md5);
}

static void dump_files(struct report *r, const struct bb_sigdata *s)
{
    struct bb_filesum *f = bb_arena_array(r->arena, struct bb_filesum, s->nfiles);
    struct bb_buf b = BB_BUF_INIT;
    if (s->nfiles) {
        memcpy(f, s->files, s->nfiles * sizeof(*f));
        qsort(f, s->nfiles, sizeof(*f), cmp_file);
    }
    bb_buf_addz(&b, "This task depends on the checksums of files: [");
    for (size_t i = 0; i < s->nfiles; i++) {
        bb_str pair[] = {f[i].path, f[i].md5};
        bb_buf_addz(&b, i ? ", " : "");
        add_list(&b, pair, 2, "[", "]");
    }
    bb_buf_addc(&b, ']');
    push(r, &b);
}

static void dump_run(struct report *r, const struct bb_sigdata *s)
{
    struct bb_strvec deps = names(s->deps, s->ndeps, pnid_of);
    bb_strvec_sort(&deps);
    bb_str text = list_text(r, deps.p, deps.n);
    bb_vec_release(&deps);
    line(r, "Tasks this task depends on: %.*s", BB_STRF(text));
    dump_files(r, s);
    for (size_t i = 0; i < s->ndeps; i++)
        if (i + 1 == s->ndeps || !bb_str_eq(s->deps[i].pnid, s->deps[i + 1].pnid))
            line(r, "Hash for dependent task %.*s is %.*s", BB_STRF(s->deps[i].pnid),
                 BB_STRF(s->deps[i].hash));
}

void bb_sigcompare_dump(const struct bb_sigdata *s, struct bb_arena *a, struct bb_strvec *ret)
{
    struct report r = {s, s, NULL, a, ret, "", "", "", ""};
    char hash[65];
    bb_str text = list_text(&r, s->ignore_vars.p, s->ignore_vars.n);
    line(&r, "basehash_ignore_vars: %.*s", BB_STRF(text));
    text = list_text(&r, &s->ignore_tasks, s->ignore_tasks.len ? 1 : 0);
    line(&r, "taskhash_ignore_tasks: %.*s", BB_STRF(text));
    text = list_text(&r, s->taskdeps.p, s->taskdeps.n);
    line(&r, "Task dependencies: %.*s", BB_STRF(text));
    line(&r, "basehash: %.*s", BB_STRF(s->basehash));
    dump_vars(&r, s);
    if (s->runtime)
        dump_run(&r, s);
    if (s->taint.p) {
        text = taint_text(a, s->taint);
        line(&r, "Tainted (by forced/invalidated task): %.*s", BB_STRF(text));
    }
    if (s->task.p) {
        bb_sigdata_calc_basehash(s, hash);
        line(&r, "Computed base hash is %s and from file %.*s", hash, BB_STRF(s->basehash));
    } else {
        line(&r, "Unable to compute base hash");
    }
    if (s->runtime) {
        bb_sigdata_calc_taskhash(s, hash);
        line(&r, "Computed task hash is %s", hash);
    }
}
