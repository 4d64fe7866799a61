/* SPDX-License-Identifier: MIT */
/* bbc-query: what depends on what, and why. Answers on stdout, takes no lock, runs nothing. */
#include "cmd.h"

#include "console.h"
#include "depopts.h"
#include "query/depshow.h"
#include "os/os.h"

extern char **environ;

enum { MOST_EDGES = 300 };

struct query {
    const struct bbc_query_opts *o;
    struct bb_ctx ctx;
    struct bbc_console console;
    struct bb_cooker cooker;
    struct bb_layerinfo info;
    struct bb_targets targets;
    struct bb_plan plan;
    bool planned;
    struct bb_depgraph graph;
    struct bb_depshow_opts show;
};

static struct bb_depgraph_opts filters(const struct query *q, bool reverse)
{
    return (struct bb_depgraph_opts){.tasks = q->o->tasks,
                                     .task = q->o->task,
                                     .layer = q->o->layer,
                                     .depth = q->o->depth,
                                     .reverse = reverse,
                                     .recursive = q->o->recursive};
}

static int find(struct query *q, size_t i, struct bb_depstart *ret)
{
    return bb_depgraph_start(&q->targets, &q->plan, q->o->args.p[i], &q->ctx.arena, ret);
}

static int follow(struct query *q, bool reverse)
{
    struct bb_depstart start;
    struct bb_depgraph_opts o = filters(q, reverse);
    int r = find(q, 0, &start);
    if (r == 0)
        bb_depgraph_make(&q->graph, &q->plan, &q->info, &start, &o);
    return r;
}

static int deps(struct query *q)
{
    return follow(q, false);
}

static int rdeps(struct query *q)
{
    return follow(q, true);
}

/* The two ends that the command line names. */
static int find_both(struct query *q, struct bb_depstart *from, struct bb_depstart *to)
{
    int r = find(q, 0, from);
    return r < 0 ? r : find(q, 1, to);
}

static int path(struct query *q)
{
    struct bb_depstart from, to;
    int r = find_both(q, &from, &to);
    if (r < 0)
        return r;
    bb_depgraph_path(&q->graph, &q->plan, &from, &to, q->o->tasks);
    return q->graph.nodes.n
               ? 0
               : bb_error(&q->ctx, "%s does not depend on %s", q->o->args.p[0].p, q->o->args.p[1].p);
}

/* Without a dependency of its own, the shortest way says what is between. */
static int why_dep(struct query *q)
{
    struct bb_depstart from, to;
    int r = find_both(q, &from, &to);
    if (r < 0)
        return r;
    bb_depgraph_between(&q->graph, &q->plan, &from, &to);
    if (q->graph.edges.n)
        return 0;
    bb_depgraph_release(&q->graph);
    if ((r = path(q)) == 0)
        bb_note(&q->ctx, "%s depends on %s only by way of others", q->o->args.p[0].p, q->o->args.p[1].p);
    return r;
}

static int tasks(struct query *q)
{
    struct bb_depgraph_opts o = filters(q, false);
    bb_depgraph_tasks(&q->graph, &q->plan, &q->info, &o);
    return 0;
}

static const struct {
    int (*run)(struct query *q);
    bool tree, places, reverse, steps;
} actions[] = {
    [BBC_QUERY_DEPS] = {deps, .tree = true},
    [BBC_QUERY_RDEPS] = {rdeps, .tree = true, .reverse = true},
    [BBC_QUERY_PATH] = {path, .places = true, .steps = true},
    [BBC_QUERY_WHY_DEP] = {why_dep, .places = true, .steps = true},
    [BBC_QUERY_TASKS] = {tasks},
};

/* The targets whose plan has the answer. */
static void planned(struct query *q, struct bb_strvec *ret)
{
    const struct bb_strvec *args = &q->o->args;
    size_t from = q->o->command == BBC_QUERY_RDEPS, to = args->n;
    if (q->o->command == BBC_QUERY_PATH || q->o->command == BBC_QUERY_WHY_DEP)
        to = 1;
    for (size_t i = from; i < to; i++)
        bb_vec_push(ret, bb_depgraph_target(args->p[i], &q->ctx.arena));
    if (from == to)
        bb_vec_push(ret, BB_STR("world"));
}

static int make_plan(struct query *q)
{
    struct bb_strvec names = {0};
    planned(q, &names);
    int r = bb_targets_resolve(&q->targets, &names, BB_STR(""));
    bb_vec_release(&names);
    if (r < 0)
        return r;
    q->planned = true; /* released also when it could not be finished */
    return bb_plan_make(&q->plan, &q->ctx, &q->targets.td);
}

static int answer(struct query *q, struct bb_buf *out)
{
    int r = bb_layerinfo_init(&q->info, &q->cooker, BB_STR(""));
    bb_targets_init(&q->targets, &q->cooker, true);
    if (r == 0)
        r = make_plan(q);
    if (r == 0)
        r = actions[q->o->command].run(q);
    if (r == 0)
        r = bb_depshow_graph(&q->graph, &q->show, out);
    bb_depgraph_release(&q->graph);
    if (q->planned)
        bb_plan_release(&q->plan);
    bb_targets_release(&q->targets);
    bb_layerinfo_release(&q->info);
    return r;
}

static int run(struct query *q)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    int r =
        bb_cooker_open(&q->cooker, &q->ctx, &(struct bb_cooker_opts){.environ = environ, .tracking = true});
    if (r == 0)
        r = bb_cooker_parse(&q->cooker);
    if (r == -BB_EREPORTED && q->cooker.counts.errors)
        bb_error(&q->ctx, "Parsing halted due to errors, see error messages above");
    if (r == 0)
        r = answer(q, &out);
    bb_cooker_close(&q->cooker);
    fwrite(out.p, 1, r == 0 ? out.len : 0, stdout);
    return r;
}

int bbc_query_main(int argc, char **argv)
{
    struct bbc_query_opts o;
    struct query q = {.o = &o};
    int stop = bbc_depopts_parse(argc, argv, &o);
    int status = stop == 1 ? 0 : 2;
    if (stop == 0) {
        bb_ctx_init(&q.ctx);
        q.ctx.os = bb_os_posix();
        bbc_console_init(&q.console, &q.ctx, true);
        bool tree = actions[o.command].tree;
        q.show = (struct bb_depshow_opts){.form = o.format.len ? bb_depshow_form(o.format)
                                                  : tree       ? BB_DEPFORM_TREE
                                                               : BB_DEPFORM_TEXT,
                                          .reverse = actions[o.command].reverse,
                                          .steps = actions[o.command].steps,
                                          .places = o.places || actions[o.command].places,
                                          .most = o.most ? o.most : MOST_EDGES,
                                          .c = &q.cooker,
                                          .l = &q.info};
        status = bbc_console_form(&q.console, o.diagnostics.p) ? bbc_console_status(run(&q)) : 2;
        status = bbc_console_finish(&q.console, status);
        bb_ctx_release(&q.ctx);
    }
    bbc_opts_release(&bbc_query_cmdline, &o);
    return status;
}
