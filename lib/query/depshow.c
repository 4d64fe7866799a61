/* SPDX-License-Identifier: MIT */
#include "query/depshow.h"

#include "parse/fn.h"

struct shower {
    const struct bb_depgraph *g;
    const struct bb_depshow_opts *o;
    struct bb_buf *out;
    size_t *first; /* by node: where its edges begin in `order`; one more at the end */
    uint32_t *order;
    bool *told; /* by node: its subtree has been shown */
};

enum bb_depform bb_depshow_form(bb_str name)
{
    bb_str rest = BB_STR(BB_DEPFORMS), one;
    for (int i = 0; bb_str_split(&rest, '|', &one); i++)
        if (bb_str_eq(one, name))
            return (enum bb_depform)i;
    return BB_DEPFORM_TEXT;
}

static uint32_t above(const struct shower *s, const struct bb_depedge *e)
{
    return s->o->reverse ? e->to : e->from;
}

static uint32_t below(const struct shower *s, const struct bb_depedge *e)
{
    return s->o->reverse ? e->from : e->to;
}

/* Edges by the node above them, in their order. */
static void index_edges(struct shower *s)
{
    const struct bb_depgraph *g = s->g;
    s->first = bb_calloc(g->nodes.n + 2, sizeof(*s->first));
    s->order = bb_calloc(g->edges.n + 1, sizeof(*s->order));
    s->told = bb_calloc(g->nodes.n + 1, sizeof(*s->told));
    bb_vec_each(&g->edges, e)
        s->first[above(s, e) + 2]++;
    for (size_t i = 2; i <= g->nodes.n + 1; i++)
        s->first[i] += s->first[i - 1];
    for (size_t i = 0; i < g->edges.n; i++)
        s->order[s->first[above(s, &g->edges.p[i]) + 1]++] = (uint32_t)i;
}

static void release(struct shower *s)
{
    free(s->first);
    free(s->order);
    free(s->told);
}

/* The task of the plan that waits, whose words are the reason. */
static bb_str waiting_task(const struct shower *s, const struct bb_depedge *e)
{
    return bb_plan_name(s->g->plan, e->because.from);
}

static int add_place(const struct shower *s, const struct bb_depedge *e, struct bb_buf *ret)
{
    const struct bb_recipe *r = bb_plan_recipe(s->g->plan, e->because.from);
    return s->o->places ? bb_depplace_find(s->o->c, r, waiting_task(s, e), &e->why, ret) : 0;
}

static int add_reason(const struct shower *s, const struct bb_depedge *e)
{
    BB_CLEAN_BUF struct bb_buf place = BB_BUF_INIT;
    bb_edge_text(&e->why, waiting_task(s, e), s->out);
    if (e->hidden)
        bb_buf_addf(s->out, ", by way of %u that %s not shown", e->hidden, e->hidden == 1 ? "is" : "are");
    int r = add_place(s, e, &place);
    if (place.len)
        bb_buf_addf(s->out, " at %s", place.p);
    return r;
}

static int show_text(struct shower *s)
{
    int r = 0;
    for (size_t i = 0; !s->o->steps && i < s->g->starts; i++)
        bb_buf_addf(s->out, "%.*s\n", BB_STRF(s->g->nodes.p[i].name));
    for (size_t i = 0; r == 0 && i < s->g->edges.n; i++) {
        const struct bb_depedge *e = &s->g->edges.p[i];
        bb_buf_addf(s->out, "%.*s -> %.*s: ", BB_STRF(s->g->nodes.p[e->from].name),
                    BB_STRF(s->g->nodes.p[e->to].name));
        r = add_reason(s, e);
        bb_buf_addc(s->out, '\n');
    }
    return r;
}

/* What stands below a node; what was shown before is not shown again. */
static int show_branch(struct shower *s, uint32_t node, unsigned depth)
{
    int r = 0;
    s->told[node] = true;
    for (size_t i = s->first[node]; r == 0 && i < s->first[node + 1]; i++) {
        const struct bb_depedge *e = &s->g->edges.p[s->order[i]];
        uint32_t next = below(s, e);
        bool again = s->told[next] && s->first[next] < s->first[next + 1];
        bb_buf_addf(s->out, "%*s%.*s%s  (", (int)depth * 2, "", BB_STRF(s->g->nodes.p[next].name),
                    again ? " ..." : "");
        r = add_reason(s, e);
        bb_buf_addz(s->out, ")\n");
        if (r == 0 && !s->told[next])
            r = show_branch(s, next, depth + 1);
    }
    return r;
}

static int show_tree(struct shower *s)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < s->g->starts; i++) {
        if (s->told[i])
            continue;
        bb_buf_addf(s->out, "%.*s\n", BB_STRF(s->g->nodes.p[i].name));
        r = show_branch(s, (uint32_t)i, 1);
    }
    return r;
}

/* A text within the quotes of Graphviz. */
static void add_quoted(struct bb_buf *out, bb_str text)
{
    bb_buf_addc(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == '"' || text.p[i] == '\\')
            bb_buf_addc(out, '\\');
        bb_buf_addc(out, text.p[i]);
    }
    bb_buf_addc(out, '"');
}

static int show_dot(struct shower *s)
{
    const struct bb_depgraph *g = s->g;
    int r = 0;
    if (g->edges.n > s->o->most)
        return bb_error(
            g->plan->ctx,
            "a drawing of %zu nodes and %zu edges cannot be read: --depth, --task and --layer make it "
            "smaller, --format json and text take any number, --most %zu draws it all the same",
            g->nodes.n, g->edges.n, g->edges.n);
    bb_buf_addz(s->out, "digraph depends {\n");
    bb_vec_each(&g->nodes, n) {
        add_quoted(s->out, n->name);
        bb_buf_addc(s->out, '\n');
    }
    for (size_t i = 0; r == 0 && i < g->edges.n; i++) {
        const struct bb_depedge *e = &g->edges.p[i];
        struct shower label = *s;
        BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
        label.out = &text;
        r = add_reason(&label, e);
        add_quoted(s->out, g->nodes.p[e->from].name);
        bb_buf_addz(s->out, " -> ");
        add_quoted(s->out, g->nodes.p[e->to].name);
        bb_buf_addz(s->out, " [label=");
        add_quoted(s->out, bb_buf_str(&text));
        bb_buf_addz(s->out, "]\n");
    }
    bb_buf_addz(s->out, "}\n");
    return r;
}

static void json_node(struct shower *s, struct bb_jsonw *w, const struct bb_depnode *n)
{
    bb_str file = bb_fn_split(n->recipe->fn).path;
    bb_jsonw_object(w);
    bb_layerinfo_member(w, "name", n->name);
    bb_layerinfo_member(w, "recipe", n->recipe->pn);
    if (n->task != BB_NO_TASK)
        bb_layerinfo_member(w, "task", bb_plan_name(s->g->plan, n->task));
    bb_layerinfo_member(w, "file", file);
    bb_layerinfo_member(w, "layer", bb_layerinfo_name_of(s->o->l, file));
    bb_jsonw_end(w);
}

static int json_edge(struct shower *s, struct bb_jsonw *w, const struct bb_depedge *e)
{
    BB_CLEAN_BUF struct bb_buf place = BB_BUF_INIT;
    bb_jsonw_object(w);
    bb_layerinfo_member(w, "from", s->g->nodes.p[e->from].name);
    bb_layerinfo_member(w, "to", s->g->nodes.p[e->to].name);
    bb_layerinfo_member(w, "reason", bb_str_z(bb_edge_kind_text(e->why.kind)));
    bb_layerinfo_member(w, "word", e->why.word);
    if (e->why.package.len)
        bb_layerinfo_member(w, "package", e->why.package);
    bb_layerinfo_member(w, "task", waiting_task(s, e));
    if (e->why.kind != BB_EDGE_AFTER)
        bb_layerinfo_member(w, "flag", bb_str_z(bb_task_flag_name(e->why.via)));
    if (e->hidden) {
        bb_jsonw_key(w, BB_STR("hidden"));
        bb_jsonw_int(w, e->hidden);
    }
    int r = add_place(s, e, &place);
    if (place.len)
        bb_layerinfo_member(w, "place", bb_buf_str(&place));
    bb_jsonw_end(w);
    return r;
}

static int show_json(struct shower *s)
{
    struct bb_jsonw w;
    int r = 0;
    bb_jsonw_init(&w, s->out, 0);
    bb_jsonw_object(&w);
    bb_jsonw_key(&w, BB_STR("nodes"));
    bb_jsonw_array(&w);
    bb_vec_each(&s->g->nodes, n)
        json_node(s, &w, n);
    bb_jsonw_end(&w);
    bb_jsonw_key(&w, BB_STR("edges"));
    bb_jsonw_array(&w);
    for (size_t i = 0; r == 0 && i < s->g->edges.n; i++)
        r = json_edge(s, &w, &s->g->edges.p[i]);
    bb_jsonw_end(&w);
    bb_jsonw_end(&w);
    bb_buf_addc(s->out, '\n');
    return r;
}

int bb_depshow_graph(const struct bb_depgraph *g, const struct bb_depshow_opts *o, struct bb_buf *out)
{
    static int (*const forms[])(struct shower *) = {show_text, show_tree, show_dot, show_json};
    struct shower s = {.g = g, .o = o, .out = out};
    index_edges(&s);
    int r = forms[o->form](&s);
    release(&s);
    return r;
}
