/* SPDX-License-Identifier: MIT */
#include "run/memory.h"

#include "os/fs.h"

static uint64_t *slot_of(struct bb_memory *m, bb_str name)
{
    void **slot = bb_map_slot(&m->of, name);
    if (!*slot) {
        bb_map_del(&m->of, name);
        slot = bb_map_slot(&m->of, bb_arena_str(&m->arena, name));
        *slot = bb_arena_new(&m->arena, uint64_t);
    }
    return *slot;
}

static void read_line(struct bb_memory *m, bb_str line)
{
    bb_str number;
    int64_t kib;
    if (bb_str_word(&line, &number) && bb_str_to_int(number, &kib) && kib > 0 && bb_str_trim(line).len)
        *slot_of(m, bb_str_trim(line)) = (uint64_t)kib;
}

void bb_memory_init(struct bb_memory *m, const struct bb_plan *plan, uint64_t budget_kib, const char *path)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    *m = (struct bb_memory){.plan = plan, .budget = budget_kib};
    bb_arena_init(&m->arena);
    m->seen = bb_arena_array(&m->arena, uint64_t, plan->n);
    if (bb_fs_read(path, &text) < 0)
        return;
    bb_str rest = bb_buf_str(&text), line;
    while (bb_str_split(&rest, '\n', &line))
        read_line(m, line);
}

void bb_memory_release(struct bb_memory *m)
{
    bb_map_release(&m->of);
    bb_vec_release(&m->running);
    bb_arena_release(&m->arena);
}

static uint64_t need(const struct bb_memory *m, bb_tid t)
{
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    bb_plan_pnid(m->plan, t, &name);
    const uint64_t *known = bb_map_get(&m->of, bb_buf_str(&name));
    return known && *known > m->seen[t] ? *known : m->seen[t];
}

bool bb_memory_fits(const struct bb_memory *m, bb_tid t)
{
    uint64_t sum = need(m, t);
    bb_vec_each(&m->running, other)
        sum += need(m, *other);
    return !m->running.n || sum <= m->budget;
}

void bb_memory_begin(struct bb_memory *m, bb_tid t)
{
    m->seen[t] = 0;
    bb_vec_push(&m->running, t);
}

void bb_memory_see(struct bb_memory *m, bb_tid t, uint64_t kib)
{
    if (kib > m->seen[t])
        m->seen[t] = kib;
}

void bb_memory_end(struct bb_memory *m, bb_tid t, bool ok)
{
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    for (size_t i = 0; i < m->running.n; i++)
        if (m->running.p[i] == t)
            m->running.p[i--] = m->running.p[--m->running.n];
    if (!ok || !m->seen[t])
        return;
    bb_plan_pnid(m->plan, t, &name);
    *slot_of(m, bb_buf_str(&name)) = m->seen[t];
}

int bb_memory_save(const struct bb_memory *m, const char *path)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_map_each(&m->of, it)
        bb_buf_addf(&text, "%llu %.*s\n", (unsigned long long)*(const uint64_t *)it->val, BB_STRF(it->key));
    return bb_fs_write(path, bb_buf_str(&text), 0);
}
