/* SPDX-License-Identifier: MIT */
#include "cook/startcache.h"

#include "base/cleanup.h"
#include "base/path.h"
#include "os/fs.h"
#include "py/py.h"

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* Layout: head, key, then for each path its state and name with a NUL. */
static const char magic[8] = "bbcbeg1";
struct head {
    char magic[sizeof(magic)];
    uint64_t size, sum; /* of all behind the head */
    uint64_t keylen, entries, n;
};
enum kind { ABSENT, PRESENT, SAME_FILE, SAME_LIST };
struct state {
    uint32_t kind, len; /* of the name, its NUL included */
    int64_t mtime_ns;
    uint64_t size, inode;
};

/* --- what a start is given --- */

static void add_list(struct bb_buf *key, const struct bb_strvec *files)
{
    bb_vec_each(files, file)
        bb_buf_addf(key, "%.*s\n", BB_STRF(*file));
    bb_buf_addc(key, '\n');
}

/* The variables that reach the configuration, and those that bbc itself asks for. */
static void add_environment(struct bb_buf *key, const struct bb_env *env)
{
    for (size_t i = 0; i < env->n; i++) {
        const struct bb_env_var *v = &env->vars[i];
        if (bb_env_may_pass(env, v->name) || bb_str_starts(v->name, BB_STR("BB")))
            bb_buf_addf(key, "%.*s=%.*s\n", BB_STRF(v->name), BB_STRF(v->value));
    }
}

/* False where the place of the start cannot be told. */
static bool describe(struct bb_ctx *ctx, const struct bb_cooker_opts *o, const struct bb_env *env,
                     struct bb_buf *key, bb_str *ret_path)
{
    char cwd[4096];
    struct utsname machine;
    struct bb_stat program;
    cpu_set_t cpus;
    bb_str topdir, conf;
    if (!getcwd(cwd, sizeof(cwd)) || uname(&machine) < 0 || bb_fs_stat("/proc/self/exe", &program) < 0 ||
        sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
        return false;
    bb_config_find_topdir(ctx, env, bb_arena_str(&ctx->arena, bb_str_z(cwd)), &topdir, &conf);
    bb_buf_addf(key, "%lld %llu %s %.*s\n", (long long)program.mtime_ns, (unsigned long long)program.size,
                cwd, BB_STRF(conf));
    bb_buf_addf(key, "%s %s %s %d %u %u\n", machine.nodename, machine.release, machine.machine,
                CPU_COUNT(&cpus), (unsigned)getuid(), (unsigned)getgid());
    if (o->options) {
        add_list(key, &o->options->prefiles);
        add_list(key, &o->options->postfiles);
    }
    add_environment(key, env);
    *ret_path = bb_arena_fmt(&ctx->arena, "%.*s/cache/bbc_start.dat", BB_STRF(topdir));
    return conf.len > 0;
}

/* --- the state of a path --- */

static struct state ask(const char *path, bool listed)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return (struct state){.kind = ABSENT};
    if (!listed && !S_ISREG(st.st_mode))
        return (struct state){.kind = PRESENT};
    return (struct state){.kind = listed ? SAME_LIST : SAME_FILE,
                          .mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec,
                          .size = listed ? 0 : (uint64_t)st.st_size,
                          .inode = st.st_ino};
}

static bool same(const struct state *a, const struct state *b)
{
    return a->kind == b->kind && a->mtime_ns == b->mtime_ns && a->size == b->size && a->inode == b->inode;
}

static bool as_it_was(const struct state *was, const char *path)
{
    if (was->kind == PRESENT)
        return access(path, F_OK) == 0;
    struct state now = ask(path, was->kind == SAME_LIST);
    return same(was, &now);
}

static bool check_all(bb_str in, uint64_t n)
{
    struct state was;
    for (; n; n--) {
        if (in.len < sizeof(was))
            return false;
        memcpy(&was, in.p, sizeof(was));
        in = bb_str_from(in, sizeof(was));
        if (!was.len || was.len > in.len || in.p[was.len - 1] || !as_it_was(&was, in.p))
            return false;
        in = bb_str_from(in, was.len);
    }
    return true;
}

static bool check(bb_str in, bb_str key, size_t *ret_entries)
{
    struct head h;
    if (in.len < sizeof(h))
        return false;
    memcpy(&h, in.p, sizeof(h));
    in = bb_str_from(in, sizeof(h));
    if (memcmp(h.magic, magic, sizeof(magic)) != 0 || h.size != in.len || h.keylen > in.len ||
        !bb_str_eq(bb_str_sub(in, 0, h.keylen), key) || bb_str_hash(in) != h.sum)
        return false;
    *ret_entries = h.entries;
    return check_all(bb_str_from(in, h.keylen), h.n);
}

bool bb_startcache_holds(struct bb_ctx *ctx, const struct bb_cooker_opts *o, size_t *ret_entries)
{
    BB_CLEAN_BUF struct bb_buf key = BB_BUF_INIT, content = BB_BUF_INIT;
    struct bb_env env;
    bb_str path;
    bb_env_init(ctx, &env, o->environ);
    return describe(ctx, o, &env, &key, &path) && bb_fs_read(path.p, &content) == 0 &&
           check(bb_buf_str(&content), bb_buf_str(&key), ret_entries);
}

/* --- making the record --- */

struct record {
    struct bb_arena *a;
    struct bb_buf out;
    struct bb_map seen; /* path -> struct state */
    int64_t started;    /* ns; what was changed so lately may change again unseen */
    bool unsure;
};

/* Two states of one path: it has changed meanwhile. */
static void add(struct record *r, bb_str path, struct state st)
{
    struct state *before = bb_map_get(&r->seen, path);
    if (before && (before->kind == PRESENT || st.kind == PRESENT) && before->kind != ABSENT &&
        st.kind != ABSENT) {
        if (before->kind == PRESENT)
            *before = st;
        return;
    }
    if (before) {
        r->unsure = r->unsure || (before->kind == st.kind && !same(before, &st));
        return;
    }
    before = bb_arena_new(r->a, struct state);
    *before = st;
    bb_map_put(&r->seen, bb_arena_str(r->a, path), before);
}

/* Below a missing folder everything is missing: the folder is enough. */
static void add_absent(struct record *r, bb_str path)
{
    for (;;) {
        BB_CLEAN_BUF struct bb_buf parent = BB_BUF_INIT;
        size_t slash = bb_str_rchr(path, '/');
        if (slash == BB_NPOS || slash == 0)
            break;
        bb_buf_adds(&parent, bb_str_sub(path, 0, slash));
        if (bb_map_has(&r->seen, bb_buf_str(&parent)) || bb_fs_exists(parent.p)) {
            const struct state *st = bb_map_get(&r->seen, bb_buf_str(&parent));
            if (!st || st->kind != ABSENT)
                break;
            return;
        }
        path = bb_str_sub(path, 0, slash);
    }
    add(r, path, (struct state){.kind = ABSENT});
}

static void add_now(struct record *r, bb_str path, bool listed)
{
    BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
    bb_buf_adds(&z, path);
    struct state st = ask(z.p, listed);
    if (st.kind == ABSENT)
        add_absent(r, path);
    else
        add(r, path, st);
    if (listed && st.mtime_ns > r->started - 50000000)
        r->unsure = true;
}

static void add_depend(struct record *r, const struct bb_depend *d)
{
    if (!d->st.exists)
        add_absent(r, d->path);
    else
        add(r, d->path,
            (struct state){.kind = d->st.regular ? SAME_FILE : PRESENT,
                           .mtime_ns = d->st.regular ? d->st.mtime_ns : 0,
                           .size = d->st.regular ? d->st.size : 0,
                           .inode = d->st.regular ? d->st.inode : 0});
}

/* What Python touched; relative names and what the system makes up have no state worth asking for. */
static void add_touched(void *self, bb_str path, bool listed)
{
    struct record *r = self;
    static const char *const unreal[] = {"/proc/", "/sys/", "/dev/"};
    if (!path.len || path.p[0] != '/') {
        r->unsure = true;
        return;
    }
    for (size_t i = 0; i < sizeof(unreal) / sizeof(*unreal); i++)
        if (bb_str_starts(path, bb_str_z(unreal[i])))
            return;
    add_now(r, path, listed);
}

static void add_checksum_files(struct record *r, bb_str flag)
{
    bb_str word;
    while (flag.p && bb_str_word(&flag, &word)) {
        bool there = bb_str_ends(word, BB_STR(":True"));
        bb_str path = bb_str_sub(word, 0, word.len - (there ? 5 : 6));
        if (!path.len || bb_str_chr(path, '*', 0) != BB_NPOS)
            continue;
        if (there)
            add(r, path, (struct state){.kind = PRESENT});
        else
            add_absent(r, path);
    }
}

static void add_recipe(struct record *r, const struct bb_parsed *p)
{
    r->unsure = r->unsure || !p->file.p || !p->keep;
    for (size_t i = 0; i < p->ndepends; i++)
        add_depend(r, &p->depends[i]);
    for (size_t v = 0; v < p->nvariants; v++)
        for (size_t t = 0; t < p->variants[v]->ntasks; t++)
            add_checksum_files(r, p->variants[v]->tasks[t].file_checksums);
}

static void add_configurations(struct record *r, struct bb_cooker *c)
{
    bb_vec_each(&c->config.mcs, mc) {
        struct bb_depend *depends;
        size_t n;
        if (bb_depends_list(c->parser, mc->d, true, &depends, &n) < 0)
            r->unsure = true;
        else
            for (size_t i = 0; i < n; i++)
                add_depend(r, &depends[i]);
        for (size_t i = 0; i < mc->files.ndirs; i++)
            add_now(r, mc->files.dirs[i], true);
    }
}

static int write_record(struct record *r, bb_str path, bb_str key, size_t entries)
{
    struct head h = {.keylen = key.len, .entries = entries, .n = r->seen.live};
    memcpy(h.magic, magic, sizeof(magic));
    bb_buf_add(&r->out, &h, sizeof(h));
    bb_buf_adds(&r->out, key);
    bb_map_each(&r->seen, e) {
        struct state st = *(const struct state *)e->val;
        st.len = (uint32_t)e->key.len + 1;
        bb_buf_add(&r->out, &st, sizeof(st));
        bb_buf_adds(&r->out, e->key);
        bb_buf_addc(&r->out, '\0');
    }
    bb_str rest = bb_str_from(bb_buf_str(&r->out), sizeof(h));
    h.size = rest.len;
    h.sum = bb_str_hash(rest);
    memcpy(r->out.p, &h, sizeof(h));
    return bb_fs_write(path.p, bb_buf_str(&r->out), 0);
}

void bb_startcache_save(struct bb_cooker *c)
{
    BB_CLEAN_BUF struct bb_buf key = BB_BUF_INIT;
    struct record r = {.a = &c->arena, .out = BB_BUF_INIT};
    struct timespec now;
    size_t entries = 0;
    bb_str path;
    if (c->ctx->said || c->ctx->errors || c->ctx->warnings ||
        !describe(c->ctx, &c->opts, &c->env, &key, &path))
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    r.started = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    r.unsure = !bb_py_watched(add_touched, &r);
    add_configurations(&r, c);
    for (size_t i = 0; i < c->nparsed; i++) {
        add_recipe(&r, &c->parsed[i]);
        entries += c->parsed[i].nvariants;
    }
    add_now(&r, bb_cooker_cache_path(c, &c->arena, "bbc_recipes.dat"), false);
    if (!r.unsure)
        write_record(&r, path, bb_buf_str(&key), entries);
    bb_map_release(&r.seen);
    bb_buf_release(&r.out);
}
