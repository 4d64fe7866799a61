/* SPDX-License-Identifier: MIT */
#include "build/admit.h"

#include "os/procmem.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Set in every configuration while tasks run; BitBake's own words have no room for them. */
#define FLAGS BB_SYM("BBC_JOBSERVER_MAKEFLAGS")
#define FIFO  BB_SYM("BBC_JOBSERVER_FIFO")

/* From 4.4 on make finds a FIFO by its name; before, it wants open descriptors, which the run script makes. */
static bool make_knows_fifos(void)
{
    static const char *const argv[] = {"make", "--version", NULL};
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_spawn s = BB_SPAWN(argv);
    int status, major, minor;
    s.err = BB_SPAWN_NULL;
    return bb_proc_run(&s, &out, NULL, &status) == 0 && status == 0 &&
           sscanf(out.p, "GNU Make %d.%d", &major, &minor) == 2 && (major > 4 || (major == 4 && minor >= 4));
}

static bb_str file(struct bb_admit *a, const char *name)
{
    bb_str path = bb_cooker_cache_path(a->c, &a->arena, name);
    return path.len ? path : bb_arena_fmt(&a->arena, "%.*s/bbc_%s", BB_STRF(a->c->config.topdir), name);
}

static int set_everywhere(struct bb_cooker *c, bb_sym name, bb_str value)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->config.mcs.n; i++) {
        struct bb_store *d = c->config.mcs.p[i].d;
        bb_str copy = bb_arena_str(bb_store_arena(d), value);
        r = bb_store_set(d, name, bb_val_s(copy), &(struct bb_how){.ignore = true});
    }
    return r;
}

static int open_jobserver(struct bb_admit *a, bb_str wanted)
{
    int64_t n = sysconf(_SC_NPROCESSORS_ONLN);
    if (!bb_str_eqz(wanted, "auto") && (!bb_str_to_int(wanted, &n) || n < 1 || n > 4096))
        return bb_error(a->c->ctx, "BBC_JOBSERVER is neither \"auto\" nor a number of jobs: \"%.*s\"",
                        BB_STRF(wanted));
    bb_str path = file(a, "jobs");
    int r = bb_jobserver_new(path.p, (unsigned)n, &a->jobs);
    if (r < 0)
        return bb_error(a->c->ctx, "the jobserver %s cannot be made: %s", path.p, bb_strerror(r));
    bool by_name = make_knows_fifos();
    bb_str auth = by_name ? bb_arena_cat(&a->arena, BB_STR("fifo:"), path) : BB_STR("3,3");
    r = set_everywhere(a->c, FLAGS,
                       bb_arena_fmt(&a->arena, "-j%lld --jobserver-auth=%.*s", (long long)n, BB_STRF(auth)));
    return r < 0 || by_name ? r : set_everywhere(a->c, FIFO, path);
}

/* KiB; 0 when it is no size. */
static uint64_t read_size(bb_str text)
{
    int64_t n;
    if (text.len < 2 || !bb_str_to_int(bb_str_sub(text, 0, text.len - 1), &n) || n < 1)
        return 0;
    switch (text.p[text.len - 1]) {
    case 'K':
        return (uint64_t)n;
    case 'M':
        return (uint64_t)n << 10;
    case 'G':
        return (uint64_t)n << 20;
    default:
        return 0;
    }
}

static int open_memory(struct bb_admit *a, const struct bb_plan *plan, bb_str wanted)
{
    uint64_t kib = bb_str_eqz(wanted, "auto") ? bb_procmem_available() : read_size(wanted);
    if (!kib)
        return bb_error(a->c->ctx,
                        "BBC_MEMORY_BUDGET is neither \"auto\" nor a size with K, M or G: \"%.*s\"",
                        BB_STRF(wanted));
    a->path = file(a, "task_memory");
    bb_memory_init(&a->memory, plan, kib, a->path.p);
    a->has_memory = true;
    return 0;
}

int bb_admit_init(struct bb_admit *a, struct bb_cooker *c, const struct bb_plan *plan)
{
    bb_str jobs, memory;
    *a = (struct bb_admit){.c = c};
    bb_arena_init(&a->arena);
    a->counted = bb_arena_array(&a->arena, bool, plan->n);
    int r = bb_store_str_report(bb_cooker_data(c), BB_SYM("BBC_JOBSERVER"), &jobs);
    if (r == 0)
        r = bb_store_str_report(bb_cooker_data(c), BB_SYM("BBC_MEMORY_BUDGET"), &memory);
    if (r < 0 || plan->options->dry_run || plan->options->why)
        return r;
    jobs = bb_str_trim(jobs);
    memory = bb_str_trim(memory);
    r = bb_pressure_init(&a->pressure, c->ctx, bb_cooker_data(c), "/proc/pressure",
                         bb_cooker_threads(c, "BB_NUMBER_THREADS"));
    if (r == 0 && jobs.len)
        r = open_jobserver(a, jobs);
    if (r == 0 && memory.len)
        r = open_memory(a, plan, memory);
    return r;
}

void bb_admit_release(struct bb_admit *a)
{
    if (a->has_memory) {
        int r = bb_memory_save(&a->memory, a->path.p);
        if (r < 0)
            bb_debug(a->c->ctx, 1, "%s was not written: %s", a->path.p, bb_strerror(r));
        bb_memory_release(&a->memory);
    }
    bb_jobserver_free(a->jobs);
    bb_arena_release(&a->arena);
}

bool bb_admit_task(struct bb_admit *a, bb_tid t, bool alone)
{
    if (a->has_memory && !alone && !bb_memory_fits(&a->memory, t))
        return false;
    if (!alone && a->taken && bb_pressure_exceeded(&a->pressure, a->taken))
        return false;
    if (a->jobs && !a->taken)
        bb_jobserver_refill(a->jobs);
    if (a->jobs && !bb_jobserver_take(a->jobs) && !alone)
        return false;
    a->counted[t] = true;
    a->taken++;
    if (a->has_memory)
        bb_memory_begin(&a->memory, t);
    return true;
}

void bb_admit_ended(struct bb_admit *a, bb_tid t, bool ok)
{
    if (!a->counted[t])
        return;
    a->counted[t] = false;
    a->taken--;
    if (a->jobs)
        bb_jobserver_give(a->jobs);
    if (a->has_memory)
        bb_memory_end(&a->memory, t, ok);
}

void bb_admit_look(struct bb_admit *a, const struct bb_worker *w)
{
    struct bb_worker_running r = {0};
    if (!a->has_memory)
        return;
    bb_worker_running(w, &r);
    uint64_t *kib = bb_calloc(r.n + 1, sizeof(*kib));
    bb_procmem_groups(r.groups, r.n, kib);
    for (size_t i = 0; i < r.n; i++)
        bb_memory_see(&a->memory, r.tids[i], kib[i]);
    free(kib);
    free(r.groups);
    free(r.tids);
}

/* "-j 8" and the like, but not "-j 1"; other words are kept in `ret_rest`. */
static bool is_parallel(bb_str flags, struct bb_buf *ret_rest)
{
    bb_str word;
    bool found = false;
    int64_t n = 0;
    while (bb_str_word(&flags, &word)) {
        bool j = bb_str_starts(word, BB_STR("-j"));
        if (j && word.len == 2 && !bb_str_word(&flags, &word))
            word = BB_STR("");
        if (!j)
            bb_buf_addf(ret_rest, "%s%.*s", ret_rest->len ? " " : "", BB_STRF(word));
        else if (bb_str_to_int(bb_str_starts(word, BB_STR("-j")) ? bb_str_from(word, 2) : word, &n))
            found = n > 1;
    }
    return found;
}

/* Takes -j out of a variable; where it has none, or not more than 1, that is said. */
static int leave_to_jobserver(struct bb_store *d, const char *name, bool *ret_parallel)
{
    BB_CLEAN_BUF struct bb_buf rest = BB_BUF_INIT;
    bb_str flags;
    int r = bb_store_str(d, bb_sym_z(name), &flags);
    if (r < 0)
        return r;
    *ret_parallel = is_parallel(flags, &rest);
    if (!*ret_parallel)
        bb_buf_addf(&rest, "%s-j1", rest.len ? " " : "");
    return bb_store_setz(d, name, bb_arena_str(bb_store_arena(d), bb_buf_str(&rest)));
}

int bb_admit_tell(struct bb_store *d)
{
    bb_str flags, own;
    bool build, install;
    int r = bb_store_str(d, FLAGS, &flags);
    if (r < 0 || !flags.len)
        return r;
    r = bb_store_str(d, BB_SYM("MAKEFLAGS"), &own);
    /* That of installing refers to the other one. */
    if (r == 0)
        r = leave_to_jobserver(d, "PARALLEL_MAKEINST", &install);
    if (r == 0)
        r = leave_to_jobserver(d, "PARALLEL_MAKE", &build);
    if (r < 0 || (!build && !install))
        return r;
    if (own.len)
        flags = bb_arena_fmt(bb_store_arena(d), "%.*s %.*s", BB_STRF(flags), BB_STRF(own));
    r = bb_store_setz(d, "MAKEFLAGS", flags);
    return r < 0 ? r
                 : bb_store_set_flag(d, BB_SYM("MAKEFLAGS"), BB_SYM("export"), bb_val_z("1"),
                                     &(struct bb_how){.ignore = true});
}
