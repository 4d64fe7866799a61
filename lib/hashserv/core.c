/* SPDX-License-Identifier: MIT */
#include "hashserv/core.h"

#include <math.h>

void bb_hashcore_release(struct bb_hashcore *c)
{
    bb_hashclient_close(c->up);
    bb_hashdb_close(c->db);
    c->up = NULL;
    c->db = NULL;
}

void bb_hashcore_log(struct bb_hashcore *c, enum bb_rpc_level level, const char *fmt, ...)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    va_list ap;

    if (!c->log)
        return;
    va_start(ap, fmt);
    bb_buf_vaddf(&text, fmt, ap);
    va_end(ap);
    c->log(c->self, level, text.p);
}

void bb_hashcore_count(struct bb_hashcore *c, double seconds)
{
    struct bb_hashstats *s = &c->stats;
    double distance = seconds - s->mean;

    s->num++;
    s->total_time += seconds;
    s->mean += distance / (double)s->num;
    s->squares += distance * (seconds - s->mean);
    if (seconds > s->max_time)
        s->max_time = seconds;
}

void bb_hashcore_write_stats(const struct bb_hashcore *c, struct bb_jsonw *w)
{
    const struct bb_hashstats *s = &c->stats;
    const struct {
        const char *name;
        double value;
    } reals[] = {{"total_time", s->total_time},
                 {"max_time", s->max_time},
                 {"average", s->num ? s->total_time / (double)s->num : 0},
                 {"stdev", s->num > 1 ? sqrt(s->squares / (double)(s->num - 1)) : 0}};

    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("requests"));
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("num"));
    bb_jsonw_int(w, s->num);
    for (size_t i = 0; i < sizeof(reals) / sizeof(*reals); i++) {
        bb_jsonw_key(w, bb_str_z(reals[i].name));
        bb_jsonw_real(w, reals[i].value);
    }
    bb_jsonw_end(w);
    bb_jsonw_end(w);
}
