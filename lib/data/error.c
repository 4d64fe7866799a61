/* SPDX-License-Identifier: MIT */
/* What went wrong in an expansion: BitBake's ExpansionError and its chain of variables. */
#include "data/store_priv.h"

/* How many variables of a chain are shown with the place where they were set. */
#define MOST_PLACES 8

int bb_fault_set(struct bb_store *d, int code, const char *fmt, ...)
{
    struct fault *f = &d->family->fault;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    va_list ap;

    va_start(ap, fmt);
    bb_buf_vaddf(&text, fmt, ap);
    va_end(ap);
    bb_arena_release(&f->arena);
    f->e = (struct bb_expand_error){.variable = BB_STR(""), .expression = BB_STR("")};
    f->e.exception = bb_arena_str(&f->arena, bb_buf_str(&text));
    f->chain.n = 0;
    f->serial++;
    f->bare = true;
    f->closed = false;
    return code;
}

static void add_chain(struct fault *f, bb_str name)
{
    bb_vec_push(&f->chain, name);
    f->e.chain = f->chain.p;
    f->e.nchain = f->chain.n;
}

static bb_str origin_name(struct fault *f, struct origin from)
{
    if (!from.var)
        return BB_STR("");
    if (!from.flag)
        return from.var->name;
    return bb_arena_fmt(&f->arena, "%.*s[%.*s]", BB_STRF(from.var->name), BB_STRF(from.flag->name));
}

void bb_fault_pass(struct bb_store *d, struct origin from, bb_str expression)
{
    struct fault *f = &d->family->fault;
    bb_str name = origin_name(f, from);

    if (f->bare) {
        f->bare = false;
        f->e.variable = name;
        f->e.expression = bb_arena_str(&f->arena, expression);
        add_chain(f, name.len ? name : f->e.expression);
    } else if (name.len && !f->closed) {
        add_chain(f, name);
    }
}

int bb_fault_circle(struct bb_store *d, bb_sym var)
{
    struct fault *f = &d->family->fault;
    BB_CLEAN_BUF struct bb_buf through = BB_BUF_INIT;
    const struct frame *first = d->cache.top, *last = first;

    while (last && last->var != var)
        last = last->up;
    for (const struct frame *p = first; p != last; p = p->up)
        bb_buf_addf(&through, "%s%.*s", through.len ? ", " : "", BB_STRF(p->var->name));
    int rc;
    if (!last) /* no circle, only more than Python could do */
        rc = bb_fault_set(
            d, -BB_EPARSE,
            "RecursionError: the value of %.*s is needed by a chain of %u variables, which is too long",
            BB_STRF(var->name), first ? first->depth : 0);
    else
        rc = bb_fault_set(d, -BB_EPARSE, "RecursionError: variable %.*s references itself%s%.*s",
                          BB_STRF(var->name), through.len ? " through " : "", BB_STRF(bb_buf_str(&through)));
    f->bare = false;
    f->closed = true;
    f->e.variable = var->name;
    add_chain(f, var->name);
    for (const struct frame *p = first; p != last; p = p->up)
        add_chain(f, p->var->name);
    if (last)
        add_chain(f, var->name);
    return rc;
}

const struct bb_expand_error *bb_store_error(const struct bb_store *d)
{
    return &d->family->fault.e;
}

/* The first line of str(ExpansionError). */
static void message(const struct fault *f, struct bb_buf *out)
{
    const struct bb_expand_error *e = &f->e;

    if (f->bare)
        bb_buf_adds(out, e->exception);
    else if (e->variable.len && e->expression.len)
        bb_buf_addf(out,
                    "Failure expanding variable %.*s, expression was %.*s which triggered exception %.*s",
                    BB_STRF(e->variable), BB_STRF(e->expression), BB_STRF(e->exception));
    else if (e->variable.len)
        bb_buf_addf(out, "Failure expanding variable %.*s: %.*s", BB_STRF(e->variable),
                    BB_STRF(e->exception));
    else
        bb_buf_addf(out, "Failure expanding expression %.*s which triggered exception %.*s",
                    BB_STRF(e->expression), BB_STRF(e->exception));
}

static void chain_text(const struct fault *f, struct bb_buf *out)
{
    bb_buf_addz(out, "The variable dependency chain for the failure is: ");
    for (size_t i = 0; i < f->chain.n; i++)
        bb_buf_addf(out, "%s%.*s", i ? " -> " : "", BB_STRF(f->chain.p[i]));
}

void bb_store_error_text(const struct bb_store *d, struct bb_buf *out)
{
    const struct fault *f = &d->family->fault;

    message(f, out);
    if (f->bare)
        return;
    bb_buf_addc(out, '\n');
    chain_text(f, out);
}

int bb_store_report(struct bb_store *d, int code, struct bb_loc loc)
{
    struct fault *f = &d->family->fault;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    BB_CLEAN_BUF struct bb_buf chain = BB_BUF_INIT;
    struct bb_diag_note notes[MOST_PLACES + 1] = {0};
    struct bb_diag diag = {.severity = BB_ERROR, .loc = loc, .notes = notes};

    if (code == -BB_ESKIP || code == -BB_EREPORTED)
        return code;
    message(f, &text);
    diag.text = bb_buf_str(&text);
    if (!f->bare) {
        chain_text(f, &chain);
        notes[diag.nnotes++].text = bb_buf_str(&chain);
    }
    for (size_t i = 0; i < f->chain.n && diag.nnotes <= MOST_PLACES; i++) {
        struct bb_diag_note *n = &notes[diag.nnotes];
        bb_sym var = bb_sym_peek(f->chain.p[i]);
        if (!var || !bb_store_where(d, var, &n->loc))
            continue;
        n->text = bb_arena_fmt(&f->arena, "'%.*s' was set here", BB_STRF(var->name));
        diag.nnotes++;
    }
    bb_report(d->ctx, &diag);
    if (code == -BB_EPYTHON && d->hook && d->hook->error_clear)
        d->hook->error_clear(d->hook->self);
    return -BB_EREPORTED;
}
