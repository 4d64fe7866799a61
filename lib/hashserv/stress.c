/* SPDX-License-Identifier: MIT */
#include "hashserv/stress.h"

#include <errno.h>
#include <fcntl.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "ext/digest.h"
#include "hashserv/times.h"
#include "os/proc.h"

#define METHOD BB_STR("stress.test.method")

struct worker {
    struct bb_proc proc;
    int fd; /* it writes how many were found, then the time of each request */
};

static bb_str hash_of(bb_str seed, unsigned i, char ret[65])
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_buf_adds(&text, seed);
    bb_buf_addf(&text, "%u", i);
    bb_sha256(bb_buf_str(&text), ret);
    return bb_str_n(ret, 64);
}

static void write_all(int fd, const void *p, size_t n)
{
    while (n) {
        ssize_t w = write(fd, p, n);
        if (w <= 0)
            _exit(1);
        p = (const char *)p + w;
        n -= (size_t)w;
    }
}

static _Noreturn void work(const struct bb_hashstress *s, int fd)
{
    struct bb_hashclient *c;
    struct bb_times times = {0};
    struct bb_arena a;
    uint64_t found = 0;
    bb_str unihash;
    char hash[65];

    bb_arena_init(&a);
    if (bb_hashclient_open(&s->client, &c, NULL) < 0)
        _exit(1);
    for (unsigned i = 0; i < s->requests; i++) {
        struct bb_hashquery q = {METHOD, hash_of(s->taskhash_seed, i, hash)};
        struct bb_arena_mark m = bb_arena_mark(&a);
        double start = bb_times_now();
        if (bb_hashclient_get(c, &q, 1, &a, &unihash) < 0)
            _exit(1);
        bb_vec_push(&times, bb_times_now() - start);
        found += unihash.len != 0;
        bb_arena_reset(&a, m);
    }
    write_all(fd, &found, sizeof(found));
    write_all(fd, times.p, times.n * sizeof(*times.p));
    _exit(0);
}

static int start(const struct bb_hashstress *s, struct worker *ret)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    int r = bb_proc_fork(false, &ret->proc);
    if (r == 0) {
        close(ends[0]);
        work(s, ends[1]);
    }
    close(ends[1]);
    ret->fd = ends[0];
    return r;
}

static bool read_all(int fd, void *p, size_t n)
{
    while (n) {
        ssize_t r = read(fd, p, n);
        if (r < 0 && errno == EINTR)
            continue;
        if (r <= 0)
            return false;
        p = (char *)p + r;
        n -= (size_t)r;
    }
    return true;
}

/* What a client has to say, and its end; false when it failed. */
static bool collect(struct worker *w, unsigned requests, uint64_t *found, struct bb_times *times)
{
    uint64_t own = 0;
    int status = 1;

    bb_vec_reserve(times, times->n + requests);
    bool ok = read_all(w->fd, &own, sizeof(own)) &&
              read_all(w->fd, times->p + times->n, requests * sizeof(*times->p));
    if (ok)
        times->n += requests;
    *found += own;
    close(w->fd);
    return bb_proc_wait(&w->proc, &status) == 0 && status == 0 && ok;
}

static int report_all(const struct bb_hashstress *s, struct bb_buf *err)
{
    struct bb_hashclient *c;
    struct bb_arena a;
    char taskhash[65], outhash[65];
    bb_str unihash;

    int r = bb_hashclient_open(&s->client, &c, err);
    if (r < 0)
        return r;
    bb_arena_init(&a);
    for (unsigned i = 0; i < s->requests && r == 0; i++) {
        bb_str t = hash_of(s->taskhash_seed, i, taskhash);
        struct bb_hashreport rep = {METHOD, t, t, hash_of(s->outhash_seed, i, outhash), NULL, 0};
        struct bb_arena_mark m = bb_arena_mark(&a);
        r = bb_hashclient_report(c, &rep, &a, &unihash);
        bb_arena_reset(&a, m);
    }
    if (r < 0)
        bb_buf_adds(err, bb_hashclient_why(c));
    bb_arena_release(&a);
    bb_hashclient_close(c);
    return r;
}

int bb_hashstress_run(const struct bb_hashstress *s, struct bb_buf *out, struct bb_buf *err)
{
    BB_VEC(struct worker) workers = {0};
    struct bb_times times = {0};
    uint64_t found = 0;
    double begin = bb_times_now();
    int r = 1;

    for (unsigned i = 0; i < s->clients && r > 0; i++) {
        struct worker w = {0};
        r = start(s, &w);
        if (r > 0)
            bb_vec_push(&workers, w);
    }
    if (r < 0)
        bb_buf_addz(err, bb_strerror(r));
    bb_vec_each(&workers, w)
        if (!collect(w, s->requests, &found, &times) && r > 0) {
            bb_buf_addz(err, "a client failed");
            r = -BB_ENETWORK;
        }
    double elapsed = bb_times_now() - begin;
    if (r > 0) {
        bb_buf_addf(out, "Clients: %u\nRequests of each: %u\nElapsed: %.3fs\n", s->clients, s->requests,
                    elapsed);
        bb_buf_addf(out, "Request rate: %.1f req/s\n", (double)times.n / elapsed);
        bb_times_write(&times, "Request", out);
        bb_buf_addf(out, "Found %llu hashes, missed %llu\n", (unsigned long long)found,
                    (unsigned long long)(times.n - found));
    }
    bb_vec_release(&workers);
    bb_vec_release(&times);
    return r < 0 ? r : s->report ? report_all(s, err) : 0;
}
