/* SPDX-License-Identifier: MIT */
#include "build/pressure.h"

#include "base/cleanup.h"
#include "os/fs.h"
#include "os/os.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* BitBake's bounds for bounds. */
#define LOWEST  1.0
#define HIGHEST 1000000.0
#define SECOND  1e9

static const struct {
    const char *variable, *file, *name;
} kinds[BB_PRESSURE_KINDS] = {[BB_PRESSURE_CPU] = {"BB_PRESSURE_MAX_CPU", "cpu", "CPU"},
                              [BB_PRESSURE_IO] = {"BB_PRESSURE_MAX_IO", "io", "IO"},
                              [BB_PRESSURE_MEMORY] = {"BB_PRESSURE_MAX_MEMORY", "memory", "Mem"}};

/* A variable that is a number; 0 when it is not set. */
static int read_bound(struct bb_pressure *p, struct bb_store *d, const char *name, double *ret)
{
    bb_str text;
    char *end;
    int r = bb_store_str_report(d, bb_sym_z(name), &text);
    text = bb_str_trim(text);
    if (r < 0 || !text.len)
        return r;
    BB_CLEAN_FREE char *z = bb_strndup(text);
    *ret = strtod(z, &end);
    return *end ? bb_error(p->ctx, "%s is no number: \"%s\"", name, z) : 0;
}

static int read_bounds(struct bb_pressure *p, struct bb_store *d)
{
    for (size_t i = 0; i < BB_PRESSURE_KINDS; i++) {
        const char *name = kinds[i].variable;
        int r = read_bound(p, d, name, &p->max[i]);
        if (r < 0)
            return r;
        if (p->max[i] != 0 && p->max[i] < LOWEST)
            return bb_error(p->ctx, "Invalid %s %g, minimum value is %.1f.", name, p->max[i], LOWEST);
        if (p->max[i] > HIGHEST)
            bb_warn(p->ctx,
                    "Your build will be largely unregulated since %s is set to %g. It is very unlikely that "
                    "such high pressure will be experienced.",
                    name, p->max[i]);
    }
    int r = read_bound(p, d, "BB_LOADFACTOR_MAX", &p->max_load);
    return r == 0 && p->max_load < 0
               ? bb_error(p->ctx, "Invalid BB_LOADFACTOR_MAX %g, needs to be greater than zero.", p->max_load)
               : r;
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=123", the first line. */
static bool read_total(const struct bb_pressure *p, const char *name, double *ret)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, text = BB_BUF_INIT;
    bb_buf_addf(&path, "%s/%s", p->dir, name);
    return bb_fs_read(path.p, &text) == 0 &&
           sscanf(text.p ? text.p : "", "some avg10=%*f avg60=%*f avg300=%*f total=%lf", ret) == 1;
}

static bool read_totals(const struct bb_pressure *p, double ret[BB_PRESSURE_KINDS])
{
    bool all = true;
    for (size_t i = 0; i < BB_PRESSURE_KINDS; i++)
        all = read_total(p, kinds[i].file, &ret[i]) && all;
    return all;
}

int bb_pressure_init(struct bb_pressure *p, struct bb_ctx *ctx, struct bb_store *d, const char *dir,
                     unsigned threads)
{
    *p = (struct bb_pressure){.ctx = ctx, .dir = dir, .threads = threads};
    int r = read_bounds(p, d);
    if (r < 0 ||
        (p->max[BB_PRESSURE_CPU] == 0 && p->max[BB_PRESSURE_IO] == 0 && p->max[BB_PRESSURE_MEMORY] == 0))
        return r;
    p->watched = read_totals(p, p->total);
    p->time = ctx->os->now(ctx->os);
    if (!p->watched)
        bb_note(ctx, "The /proc/pressure files can't be read. Continuing build without monitoring pressure");
    return 0;
}

/* As Python prints a bound. */
static void add_bound(struct bb_buf *out, double max)
{
    if (max == 0)
        bb_buf_addz(out, "None");
    else
        bb_buf_addf(out, "%.1f", max);
}

static void tell_pressure(const struct bb_pressure *p, const double now[BB_PRESSURE_KINDS], size_t active)
{
    BB_CLEAN_BUF struct bb_buf states = BB_BUF_INIT, values = BB_BUF_INIT;
    for (size_t i = 0; i < BB_PRESSURE_KINDS; i++) {
        const char *comma = i ? ", " : "";
        const char *state = p->max[i] == 0 ? "None" : p->over[i] ? "True" : "False";
        bb_buf_addf(&states, "%s%s: %s", comma, kinds[i].name, state);
        bb_buf_addf(&values, "%s%s: %.1f/", comma, kinds[i].name, now[i]);
        add_bound(&values, p->max[i]);
    }
    bb_note(p->ctx, "Pressure status changed to %s (%s) - using %zu/%u bitbake threads", states.p, values.p,
            active, p->threads);
}

/* The rate since the totals that were kept last, which are a second old at most when this is asked often. */
static bool pressure_exceeded(struct bb_pressure *p, size_t active)
{
    double total[BB_PRESSURE_KINDS], now[BB_PRESSURE_KINDS];
    int64_t time = p->ctx->os->now(p->ctx->os);
    double seconds = (double)(time - p->time) / SECOND;
    bool changed = false, any = false;
    if (seconds <= 0 || !read_totals(p, total))
        return false;
    for (size_t i = 0; i < BB_PRESSURE_KINDS; i++) {
        now[i] = (total[i] - p->total[i]) / seconds;
        bool over = p->max[i] != 0 && now[i] > p->max[i];
        changed = changed || over != p->over[i];
        p->over[i] = over;
        any = any || over;
    }
    if (seconds > 1) {
        memcpy(p->total, total, sizeof(total));
        p->time = time;
    }
    if (changed && p->told)
        tell_pressure(p, now, active);
    p->told = true;
    return any;
}

static bool load_exceeded(struct bb_pressure *p, size_t active)
{
    double load;
    if (getloadavg(&load, 1) != 1)
        return false;
    load /= (double)sysconf(_SC_NPROCESSORS_ONLN);
    bool over = load > p->max_load;
    if (p->told && over != p->over_load)
        bb_note(p->ctx, "Load average limiting set to %s as load average: %g - using %zu/%u bitbake threads",
                over ? "True" : "False", load, active, p->threads);
    p->told = true;
    p->over_load = over;
    return over;
}

bool bb_pressure_exceeded(struct bb_pressure *p, size_t active)
{
    if (p->watched)
        return pressure_exceeded(p, active);
    return p->max_load > 0 && load_exceeded(p, active);
}
