/* SPDX-License-Identifier: MIT */
#include "build/why.h"

#include "base/jsonw.h"
#include "base/path.h"
#include "build/cause.h"
#include "sig/seqdiff.h"

#include <time.h>

struct why {
    struct bb_ctx *ctx;
    const struct bb_why_opts *o;
    struct bb_arena arena;
    bb_str recipe, task; /* of the target; `task` empty: all */
    const char *from, *to;
    struct bb_causes causes;
    struct {
        uint32_t *p;
        size_t n, cap;
    } asked; /* tasks of the later record */
    struct bb_buf *out;
};

/* "[mc:NAME:]pn[:task]": what follows the last colon is the task, unless it belongs to mc:NAME:. */
static void read_target(struct why *w)
{
    bb_str t = w->o->target;
    size_t from = bb_str_starts(t, BB_STR("mc:")) ? bb_str_chr(t, ':', 3) : 0;
    size_t colon = from == BB_NPOS ? BB_NPOS : bb_str_chr(t, ':', from ? from + 1 : 0);
    w->recipe = colon == BB_NPOS ? t : bb_str_sub(t, 0, colon);
    w->task = colon == BB_NPOS ? BB_STR("") : bb_str_from(t, colon + 1);
    if (w->task.len && !bb_str_starts(w->task, BB_STR("do_")))
        w->task = bb_arena_cat(&w->arena, BB_STR("do_"), w->task);
}

static bool is_asked(const struct why *w, const struct bb_buildrecord *r, size_t i)
{
    const struct bb_buildrecord_task *t = &r->tasks[i];
    if (!w->o->target.len)
        return true;
    return bb_str_eq(r->recipes[t->recipe].name, w->recipe) && (!w->task.len || bb_str_eq(t->name, w->task));
}

/* What a record has of the target. */
enum has { NOTHING, KNOWN, RUN };
static enum has look(struct why *w, const char *path)
{
    struct bb_buildrecord r;
    enum has has = NOTHING;
    struct bb_arena_mark mark = bb_arena_mark(&w->arena);
    if (bb_buildrecord_read(&w->arena, path, &r))
        for (size_t i = 0; i < r.ntasks && has < RUN; i++)
            if (is_asked(w, &r, i))
                has = r.tasks[i].ran ? RUN : KNOWN;
    bb_arena_reset(&w->arena, mark);
    return has;
}

/* The newest record that ran something of the target, else that knows it; then the one before that knows it. */
static void choose(struct why *w, const struct bb_strvec *all)
{
    size_t to = all->n, known = all->n;
    for (size_t i = all->n; i-- > 0 && to == all->n;) {
        enum has has = look(w, all->p[i].p);
        if (has == RUN)
            to = i;
        else if (has == KNOWN && known == all->n)
            known = i;
    }
    to = to == all->n ? known : to;
    w->to = to < all->n ? all->p[to].p : NULL;
    for (size_t i = to; w->to && i-- > 0 && !w->from;)
        if (look(w, all->p[i].p))
            w->from = all->p[i].p;
}

/* A record is itself; of a build directory the newest one that knows the target. */
static int named(struct why *w, bb_str name, const char **ret)
{
    struct bb_strvec all = {0};
    bb_str path = bb_arena_str(&w->arena, name);
    if (!bb_fs_is_dir(path.p)) {
        *ret = path.p;
        return 0;
    }
    bb_buildrecord_list(&w->arena, bb_buildrecord_dir(&w->arena, path), &all);
    for (size_t i = all.n; i-- > 0 && !*ret;)
        if (look(w, all.p[i].p))
            *ret = all.p[i].p;
    bb_vec_release(&all);
    return *ret ? 0
                : bb_error(w->ctx, "%.*s has no record of a build with '%.*s'", BB_STRF(name),
                           BB_STRF(w->o->target.len ? w->o->target : BB_STR("any task")));
}

static int find_records(struct why *w)
{
    struct bb_strvec all = {0};
    if (w->o->between[0].len) {
        int r = named(w, w->o->between[0], &w->from);
        return r < 0 ? r : named(w, w->o->between[1], &w->to);
    }
    bb_buildrecord_list(&w->arena, bb_buildrecord_dir(&w->arena, w->o->topdir), &all);
    choose(w, &all);
    size_t n = all.n;
    bb_vec_release(&all);
    if (w->to)
        return 0;
    return n ? bb_error(w->ctx, "none of the %zu recorded builds knows '%.*s'", n, BB_STRF(w->o->target))
             : bb_error(w->ctx, "no build has been recorded here: %.*s/cache/bbc/why has no record",
                        BB_STRF(w->o->topdir));
}

static int open_records(struct why *w)
{
    const char *from = w->from ? w->from : w->to;
    if (!bb_causes_open(&w->causes, from, w->to))
        return bb_error(w->ctx, "%s or %s is no record of a build", from, w->to);
    const struct bb_buildrecord *r = &w->causes.to;
    bool ran = false;
    for (size_t i = 0; i < r->ntasks; i++)
        ran = ran || (is_asked(w, r, i) && r->tasks[i].ran);
    for (uint32_t i = 0; i < r->ntasks; i++)
        if (is_asked(w, r, i) && (r->tasks[i].ran || !ran || w->o->between[0].len))
            bb_vec_push(&w->asked, i);
    if (!w->asked.n)
        return bb_error(w->ctx, "%s does not know '%.*s'", w->to, BB_STRF(w->o->target));
    bb_causes_find(&w->causes, w->asked.p, w->asked.n);
    return 0;
}

/* -- text -- */

static bb_str name_of(const struct why *w, uint32_t i)
{
    const struct bb_buildrecord *r = &w->causes.to;
    const struct bb_buildrecord_task *t = &r->tasks[i];
    return bb_arena_fmt((struct bb_arena *)&w->arena, "%.*s:%.*s", BB_STRF(r->recipes[t->recipe].name),
                        BB_STRF(t->name));
}

static void add_time(struct bb_buf *out, const struct bb_buildrecord *r)
{
    char text[32];
    time_t when = (time_t)r->time;
    struct tm tm;
    gmtime_r(&when, &tm);
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
    bb_buf_addf(out, "%.*s of %s UTC%s", BB_STRF(r->name), text, r->dry ? ", nothing was run" : "");
}

static void add_diff(struct why *w, bb_str from, bb_str to)
{
    struct bb_strvec old = {0}, fresh = {0}, diff = {0};
    bb_str line;
    while (from.len && bb_str_split(&from, '\n', &line))
        bb_vec_push(&old, line);
    while (to.len && bb_str_split(&to, '\n', &line))
        bb_vec_push(&fresh, line);
    bb_seqdiff_unified(&w->arena, &old, &fresh, &diff);
    bb_vec_each(&diff, d)
        if (!bb_str_starts(*d, BB_STR("@@ ")))
            bb_buf_addf(w->out, "     %.*s\n", BB_STRF(*d));
    bb_vec_release(&old);
    bb_vec_release(&fresh);
    bb_vec_release(&diff);
}

static void add_side(struct why *w, const char *word, bb_str value, bb_str place)
{
    bb_buf_addf(w->out, "     %s ", word);
    if (value.p)
        bb_buf_addf(w->out, "\"%.*s\"", BB_STRF(value));
    else
        bb_buf_addz(w->out, "not there");
    if (place.len)
        bb_buf_addf(w->out, "  (%.*s)", BB_STRF(place));
    bb_buf_addc(w->out, '\n');
}

static void add_values(struct why *w, const struct bb_cause *c)
{
    if (!bb_str_has(c->from, BB_STR("\n")) && !bb_str_has(c->to, BB_STR("\n"))) {
        add_side(w, "was", c->from, c->from_place);
        add_side(w, "is ", c->to, c->to_place);
        return;
    }
    if (c->from_place.len && !bb_str_eq(c->from_place, c->to_place))
        bb_buf_addf(w->out, "     was at %.*s\n", BB_STRF(c->from_place));
    if (c->to_place.len)
        bb_buf_addf(w->out, "     is at %.*s\n", BB_STRF(c->to_place));
    add_diff(w, c->from, c->to);
}

/* What the cause is, without who has it. */
static void add_title(struct why *w, const struct bb_cause *c)
{
    const char *how = !c->from.p ? "was added" : !c->to.p ? "was removed" : "changed";
    switch (c->kind) {
    case BB_CAUSE_VARIABLE:
        bb_buf_addf(w->out, "variable %.*s %s", BB_STRF(c->name),
                    c->from.p || c->to.p ? how
                    : c->from_place.len  ? "no longer counts"
                                         : "counts now");
        return;
    case BB_CAUSE_FILE:
        bb_buf_addf(w->out, "file %.*s %s", BB_STRF(c->name), how);
        return;
    case BB_CAUSE_DEPENDENCY:
        bb_buf_addf(w->out, "dependency on %.*s %s", BB_STRF(c->name), how);
        return;
    case BB_CAUSE_FORCED:
        bb_buf_addf(w->out, "%.*s was forced to run", BB_STRF(c->name));
        return;
    case BB_CAUSE_NOSTAMP:
        bb_buf_addf(w->out, "%.*s runs every time: it is nostamp", BB_STRF(c->name));
        return;
    case BB_CAUSE_NEW:
        bb_buf_addf(w->out, "%.*s was not there before", BB_STRF(c->name));
        return;
    case BB_CAUSE_UNKNOWN:
        bb_buf_addf(w->out, "basehash changed; which variable did is not recorded");
        return;
    }
}

static void add_cause(struct why *w, const struct bb_cause *c, size_t number)
{
    enum { NAMES = 4 };
    bb_buf_addf(w->out, "%3zu. ", number);
    add_title(w, c);
    bb_buf_addf(w->out, ": %zu task%s\n", c->dragged, c->dragged == 1 ? "" : "s");
    if (c->kind == BB_CAUSE_VARIABLE || c->kind == BB_CAUSE_FILE)
        add_values(w, c);
    if (c->kind == BB_CAUSE_FORCED || c->kind == BB_CAUSE_NOSTAMP || c->kind == BB_CAUSE_NEW)
        return;
    bb_buf_addz(w->out, "     in ");
    for (size_t i = 0; i < c->tasks.n && i < NAMES; i++) {
        bb_str name = name_of(w, c->tasks.p[i]);
        bb_buf_addf(w->out, "%s%.*s", i ? ", " : "", BB_STRF(name));
    }
    if (c->tasks.n > NAMES)
        bb_buf_addf(w->out, " and %zu more", c->tasks.n - NAMES);
    bb_buf_addc(w->out, '\n');
}

static void add_tasks(struct why *w)
{
    const struct bb_buildrecord *r = &w->causes.to;
    enum { LINES = 12 };
    size_t shown = 0;
    for (size_t i = 0; i < w->asked.n && shown < LINES; i++, shown++) {
        bb_str name = name_of(w, w->asked.p[i]), outcome = r->tasks[w->asked.p[i]].outcome;
        bb_buf_addf(w->out, "%.*s: %.*s\n", BB_STRF(name),
                    BB_STRF(outcome.len ? outcome : BB_STR("not run")));
    }
    if (shown < w->asked.n)
        bb_buf_addf(w->out, "... and %zu more\n", w->asked.n - shown);
}

/* A miss: whom it was asked of. */
static void add_stores(struct why *w)
{
    const struct bb_buildrecord *r = &w->causes.to;
    bool missed = false;
    bb_str rest = r->stores, store;
    for (size_t i = 0; i < w->asked.n; i++)
        missed = missed || r->tasks[w->asked.p[i]].missed;
    while (missed && bb_str_word(&rest, &store))
        bb_buf_addf(w->out, "shared state asked: %.*s: not there\n", BB_STRF(store));
}

static void add_text(struct why *w)
{
    const struct bb_causes *c = &w->causes;
    size_t most = w->o->most && w->o->most < c->found.n ? w->o->most : c->found.n;
    add_tasks(w);
    bb_buf_addz(w->out, "in build ");
    add_time(w->out, &c->to);
    if (w->from) {
        bb_buf_addz(w->out, "\ncompared with build ");
        add_time(w->out, &c->from);
    } else {
        bb_buf_addz(w->out, "\nno build before it that knows the task is recorded");
    }
    bb_buf_addc(w->out, '\n');
    for (size_t i = 0; i < most; i++)
        add_cause(w, &c->found.p[i], i + 1);
    if (most < c->found.n)
        bb_buf_addf(w->out, "... and %zu more causes\n", c->found.n - most);
    if (w->from && !c->found.n)
        bb_buf_addz(w->out, "the hash is the same: what ran had no stamp any more\n");
    add_stores(w);
}

/* -- JSON -- */

static void member(struct bb_jsonw *j, const char *key, bb_str value)
{
    if (!value.p)
        return;
    bb_jsonw_key(j, bb_str_z(key));
    bb_jsonw_str(j, value);
}

static void number(struct bb_jsonw *j, const char *key, int64_t value)
{
    bb_jsonw_key(j, bb_str_z(key));
    bb_jsonw_int(j, value);
}

static void json_record(struct bb_jsonw *j, const char *key, const char *path, const struct bb_buildrecord *r)
{
    bb_jsonw_key(j, bb_str_z(key));
    bb_jsonw_object(j);
    member(j, "file", bb_str_z(path));
    member(j, "name", r->name);
    number(j, "time", r->time);
    member(j, "targets", r->targets);
    bb_jsonw_key(j, BB_STR("dry"));
    bb_jsonw_bool(j, r->dry);
    bb_jsonw_end(j);
}

static void json_tasks(struct why *w, struct bb_jsonw *j)
{
    const struct bb_causes *c = &w->causes;
    bb_jsonw_key(j, BB_STR("tasks"));
    bb_jsonw_array(j);
    for (size_t i = 0; i < w->asked.n; i++) {
        const struct bb_buildrecord_task *t = &c->to.tasks[w->asked.p[i]];
        size_t old = c->old[w->asked.p[i]];
        bb_jsonw_object(j);
        member(j, "name", name_of(w, w->asked.p[i]));
        member(j, "outcome", t->outcome);
        member(j, "hash", t->hash);
        if (w->from && old != SIZE_MAX)
            member(j, "hash_before", c->from.tasks[old].hash);
        bb_jsonw_key(j, BB_STR("missed"));
        bb_jsonw_bool(j, t->missed);
        bb_jsonw_end(j);
    }
    bb_jsonw_end(j);
}

static void json_cause(struct why *w, struct bb_jsonw *j, const struct bb_cause *c)
{
    bb_jsonw_object(j);
    member(j, "kind", bb_str_z(bb_cause_word(c->kind)));
    member(j, "name", c->name);
    member(j, "from", c->from);
    member(j, "to", c->to);
    if (c->from_place.len)
        member(j, "from_place", c->from_place);
    if (c->to_place.len)
        member(j, "to_place", c->to_place);
    number(j, "dragged", (int64_t)c->dragged);
    bb_jsonw_key(j, BB_STR("tasks"));
    bb_jsonw_array(j);
    for (size_t i = 0; i < c->tasks.n; i++)
        bb_jsonw_str(j, name_of(w, c->tasks.p[i]));
    bb_jsonw_end(j);
    bb_jsonw_end(j);
}

static void add_json(struct why *w)
{
    const struct bb_causes *c = &w->causes;
    struct bb_jsonw j;
    bb_jsonw_init(&j, w->out, 0);
    bb_jsonw_object(&j);
    json_record(&j, "record", w->to, &c->to);
    if (w->from)
        json_record(&j, "before", w->from, &c->from);
    bb_jsonw_key(&j, BB_STR("causes"));
    bb_jsonw_array(&j);
    for (size_t i = 0; i < c->found.n; i++)
        json_cause(w, &j, &c->found.p[i]);
    bb_jsonw_end(&j);
    json_tasks(w, &j);
    member(&j, "stores", c->to.stores);
    bb_jsonw_end(&j);
    bb_buf_addc(w->out, '\n');
}

int bb_why_explain(struct bb_ctx *ctx, const struct bb_why_opts *o, struct bb_buf *out)
{
    struct why w = {.ctx = ctx, .o = o, .out = out};
    bb_arena_init(&w.arena);
    bb_arena_init(&w.causes.arena);
    read_target(&w);
    int r = find_records(&w);
    if (r == 0) {
        bb_arena_release(&w.causes.arena);
        r = open_records(&w);
    }
    if (r == 0 && o->json)
        add_json(&w);
    else if (r == 0)
        add_text(&w);
    bb_causes_release(&w.causes);
    bb_vec_release(&w.asked);
    bb_arena_release(&w.arena);
    return r;
}
