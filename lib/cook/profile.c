/* SPDX-License-Identifier: MIT */
#include "cook/profile.h"

#include "base/jsonw.h"
#include "base/map.h"
#include "base/pack.h"
#include "os/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Kinds of what is measured, each a list of the report. */
#define KINDS(X)                                                                                             \
    X(RECIPE, "recipes", "recipe files (all that is not named below)")                                       \
    X(LINE, "lines", "statements")                                                                           \
    X(EXPRESSION, "expressions", "${@...} expressions")                                                      \
    X(FUNCTION, "functions", "anonymous functions")                                                          \
    X(EVENT, "events", "handlers, by event")                                                                 \
    X(CODE, "code", "Python code, besides running it")
#define X(name, key, title) name,
enum kind { KINDS(X) NKINDS };
#undef X

/* So many expressions are looked for in the files. */
enum { SEARCHED = 100 };

struct entry {
    enum kind kind;
    bb_str name; /* path, text of an expression, name of a function */
    bb_str file; /* where it stands; empty when that is not known */
    uint32_t line;
    uint64_t calls, own_ns;
};

struct frame {
    struct entry *entry;
    uint64_t start_ns, inner_ns; /* inner: what was measured within */
};

struct bb_profile {
    const struct bb_pyhook *inner;
    struct bb_pyhook hook;
    struct bb_parse_watch watch;
    struct bb_map entries; /* kind, then name or place -> struct entry */
    BB_VEC(struct frame) stack;
    struct bb_arena arena;
    int fd; /* of workers' numbers */
};

/* The callbacks get the `self` of lib/py, so they find the profile here. */
static struct bb_profile *active;

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static struct entry *find(struct bb_profile *p, enum kind kind, bb_str key, bool *ret_new)
{
    char short_key[512];
    BB_CLEAN_BUF struct bb_buf long_key = BB_BUF_INIT;
    bb_str whole = {short_key, key.len + 1};
    if (whole.len > sizeof(short_key)) {
        bb_buf_reserve(&long_key, whole.len);
        whole.p = long_key.p;
    }
    ((char *)whole.p)[0] = (char)kind;
    memcpy((char *)whole.p + 1, key.p, key.len);
    struct entry *e = bb_map_get(&p->entries, whole);
    *ret_new = !e;
    if (!e) {
        e = bb_arena_new(&p->arena, struct entry);
        whole = bb_arena_str(&p->arena, whole);
        *e = (struct entry){.kind = kind, .name = bb_str_from(whole, 1)};
        bb_map_put(&p->entries, whole, e);
    }
    return e;
}

static void enter(struct bb_profile *p, struct entry *e)
{
    bb_vec_push(&p->stack, (struct frame){e, now_ns(), 0});
}

static void leave(struct bb_profile *p)
{
    struct frame f = bb_vec_pop(&p->stack);
    uint64_t took = now_ns() - f.start_ns;
    f.entry->calls++;
    f.entry->own_ns += took > f.inner_ns ? took - f.inner_ns : 0;
    if (p->stack.n)
        p->stack.p[p->stack.n - 1].inner_ns += took;
}

static void place(struct entry *e, struct bb_loc loc)
{
    e->file = bb_source_path(loc.src);
    e->line = loc.line;
}

/* Statements are known by place; what one includes is measured by itself. */
static void statement_enter(void *self, struct bb_loc loc)
{
    uint32_t key[2] = {loc.src, loc.line};
    bool new;
    struct entry *e = find(self, LINE, bb_str_n((const char *)key, sizeof(key)), &new);
    if (new)
        place(e, loc);
    enter(self, e);
}

static void statement_leave(void *self)
{
    leave(self);
}

void bb_profile_recipe_enter(struct bb_profile *p, bb_str file)
{
    bool new;
    if (!p)
        return;
    struct entry *e = find(p, RECIPE, file, &new);
    e->file = e->name;
    enter(p, e);
}

void bb_profile_recipe_leave(struct bb_profile *p)
{
    if (p)
        leave(p);
}

/* An expression stands where its variable was assigned, else in the statement that is being evaluated. */
static void place_expression(struct bb_profile *p, struct entry *e, struct bb_store *d, bb_sym var)
{
    struct bb_loc loc;
    if (var && bb_store_where(d, var, &loc)) {
        place(e, loc);
        return;
    }
    for (size_t i = p->stack.n; i-- > 0;)
        if (p->stack.p[i].entry->kind == LINE) {
            e->file = p->stack.p[i].entry->file;
            e->line = p->stack.p[i].entry->line;
            return;
        }
}

static int eval(void *self, struct bb_store *d, bb_sym var, bb_str code, struct bb_buf *ret)
{
    bool new;
    struct entry *e = find(active, EXPRESSION, code, &new);
    if (new)
        place_expression(active, e, d, var);
    enter(active, e);
    int r = active->inner->eval(self, d, var, code, ret);
    leave(active);
    return r;
}

static void place_function(struct entry *e, struct bb_store *d, bb_str func)
{
    struct bb_val file, line;
    bb_sym sym = bb_sym_get(func);
    int64_t n;
    if (bb_store_get_flag(d, sym, BB_SYM("filename"), 0, &file) < 0 || file.kind != BB_V_STR ||
        bb_store_get_flag(d, sym, BB_SYM("lineno"), 0, &line) < 0)
        return;
    e->file = bb_arena_str(&active->arena, file.s);
    if (bb_str_to_int(bb_val_str(bb_store_hook(d), bb_store_arena(d), line), &n))
        e->line = (uint32_t)n;
}

static int run_anonymous(void *self, struct bb_store *d, bb_str func)
{
    bool new;
    struct entry *e = find(active, FUNCTION, func, &new);
    if (new)
        place_function(e, d, func);
    enter(active, e);
    int r = active->inner->run_anonymous(self, d, func);
    leave(active);
    return r;
}

static int fire(void *self, struct bb_store *d, enum bb_parse_event ev, bb_str arg)
{
#define X(n) [BB_EV_##n] = #n,
    static const char *const names[] = {BB_PARSE_EVENTS(X)};
#undef X
    bool new;
    enter(active, find(active, EVENT, bb_str_z(names[ev]), &new));
    int r = active->inner->fire(self, d, ev, arg);
    leave(active);
    return r;
}

static int scan(void *self, struct bb_store *d, bb_str code, bb_sym var, bb_str file, uint32_t lineno,
                const struct bb_codedeps **ret)
{
    bool new;
    enter(active, find(active, CODE, BB_STR("looking for what code refers to"), &new));
    int r = active->inner->scan(self, d, code, var, file, lineno, ret);
    leave(active);
    return r;
}

static int insert_method(void *self, struct bb_store *d, bb_str module, bb_str code, bb_str file,
                         uint32_t lineno)
{
    bool new;
    enter(active, find(active, CODE, BB_STR("compiling functions"), &new));
    int r = active->inner->insert_method(self, d, module, code, file, lineno);
    leave(active);
    return r;
}

int bb_profile_start(struct bb_profile **ret, const struct bb_pyhook **inout_hook)
{
    struct bb_profile *p = bb_calloc(1, sizeof(*p));
    p->fd = memfd_create("profile", MFD_CLOEXEC);
    if (p->fd < 0 || fcntl(p->fd, F_SETFL, O_APPEND) < 0) {
        int r = -errno;
        if (p->fd >= 0)
            close(p->fd);
        free(p);
        return r;
    }
    bb_arena_init(&p->arena);
    p->inner = *inout_hook;
    p->hook = *p->inner;
    p->hook.eval = eval;
    p->hook.run_anonymous = run_anonymous;
    p->hook.fire = fire;
    p->hook.scan = scan;
    p->hook.insert_method = insert_method;
    p->watch = (struct bb_parse_watch){.self = p, .enter = statement_enter, .leave = statement_leave};
    *inout_hook = &p->hook;
    *ret = active = p;
    return 0;
}

void bb_profile_free(struct bb_profile *p)
{
    if (!p)
        return;
    close(p->fd);
    bb_map_release(&p->entries);
    bb_vec_release(&p->stack);
    bb_arena_release(&p->arena);
    free(p);
    active = NULL;
}

const struct bb_parse_watch *bb_profile_watch(struct bb_profile *p)
{
    return &p->watch;
}

void bb_profile_worker_start(struct bb_profile *p)
{
    if (!p)
        return;
    bb_map_clear(&p->entries); /* the arena's memory is the parent's too: it stays */
    p->stack.n = 0;
}

void bb_profile_worker_end(struct bb_profile *p)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    if (!p)
        return;
    bb_map_each(&p->entries, it) {
        const struct entry *e = it->val;
        bb_pack_put_uint(&out, e->kind);
        bb_pack_put_text(&out, e->kind == LINE ? BB_STR("") : e->name);
        bb_pack_put_text(&out, e->file);
        bb_pack_put_uint(&out, e->line);
        bb_pack_put_uint(&out, e->calls);
        bb_pack_put_uint(&out, e->own_ns);
    }
    (void)bb_fs_write_all(p->fd, bb_buf_str(&out)); /* numbers that do not fit into memory are left out */
}

/* Adds one worker's entry to ours. */
static bool take(struct bb_profile *p, struct bb_pack_in *in)
{
    bool new;
    uint32_t kind = bb_pack_take_u32(in);
    bb_str name = bb_pack_take_text(in), file = bb_pack_take_text(in);
    uint32_t line = bb_pack_take_u32(in);
    uint64_t calls = bb_pack_take_uint(in), own = bb_pack_take_uint(in);
    if (in->bad || kind >= NKINDS)
        return false;
    uint32_t key[2] = {kind == LINE ? bb_source_id(file) : 0, line};
    struct entry *e =
        find(p, (enum kind)kind, kind == LINE ? bb_str_n((const char *)key, sizeof(key)) : name, &new);
    if (new || !e->file.len) {
        e->file = bb_arena_str(&p->arena, file);
        e->line = line;
    }
    e->calls += calls;
    e->own_ns += own;
    return true;
}

static int take_all(struct bb_profile *p)
{
    BB_CLEAN_BUF struct bb_buf all = BB_BUF_INIT;
    char piece[65536];
    ssize_t n = lseek(p->fd, 0, SEEK_SET);
    while (n >= 0 && (n = read(p->fd, piece, sizeof(piece))) > 0)
        bb_buf_add(&all, piece, (size_t)n);
    struct bb_pack_in in = bb_pack_in(bb_buf_str(&all));
    while (!bb_pack_done(&in) && take(p, &in))
        ;
    return n < 0 || ftruncate(p->fd, 0) < 0 ? -errno : 0;
}

static int entry_cmp(const void *a, const void *b)
{
    const struct entry *x = *(const struct entry *const *)a, *y = *(const struct entry *const *)b;
    if (x->own_ns != y->own_ns)
        return x->own_ns > y->own_ns ? -1 : 1;
    int c = bb_str_cmp(x->file, y->file);
    return c ? c : x->line < y->line ? -1 : x->line > y->line;
}

/* The line that has `text` for the first time; 0 for none. */
static uint32_t line_with(bb_str source, bb_str text)
{
    size_t at = bb_str_find(source, text, 0);
    uint32_t line = at != BB_NPOS;
    for (size_t i = 0; line && i < at; i++)
        line += source.p[i] == '\n';
    return line;
}

/*
 * Where the costliest expressions are written: what assigned the variable last is only a guess, since values
 * are put together from several files.
 */
static void find_places(struct bb_profile *p, struct entry *const *expressions, size_t n)
{
    struct bb_map files = {0};
    bb_map_each(&p->entries, it) {
        const struct entry *e = it->val;
        if (e->kind == LINE && !bb_map_has(&files, e->file))
            bb_map_put(&files, e->file, NULL);
    }
    for (size_t i = 0; i < n; i++) {
        struct entry *e = expressions[i];
        BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
        bb_buf_addf(&text, "${@%.*s}", BB_STRF(e->name));
        bb_str guess = bb_source_line(bb_source_id(e->file), e->line);
        bool found = e->line && bb_str_has(guess, bb_buf_str(&text));
        for (size_t k = 0; !found && k < files.n; k++) {
            uint32_t line = line_with(bb_source_text(bb_source_id(files.e[k].key)), bb_buf_str(&text));
            found = line > 0;
            if (found) {
                e->file = files.e[k].key;
                e->line = line;
            }
        }
    }
    bb_map_release(&files);
}

static void add_row(struct bb_buf *out, const struct entry *e)
{
    bb_str name = bb_str_trim(e->name), line;
    bb_buf_addf(out, "%10.1f ms %9llu  ", (double)e->own_ns / 1e6, (unsigned long long)e->calls);
    if (e->kind != RECIPE && e->file.len)
        bb_buf_addf(out, "%.*s:%u ", BB_STRF(e->file), e->line);
    if (e->kind == EXPRESSION)
        bb_buf_addz(out, "${@");
    if (e->kind != LINE) {
        bb_str_split(&name, '\n', &line);
        bb_buf_addf(out, "%.*s%s", (int)(line.len > 100 ? 100 : line.len), line.p,
                    name.p || line.len > 100 ? "..." : "");
    }
    bb_buf_addf(out, "%s\n", e->kind == EXPRESSION ? "}" : "");
}

static void add_object(struct bb_jsonw *w, const struct entry *e)
{
    bb_jsonw_object(w);
    if (e->kind != LINE && e->kind != RECIPE) {
        bb_jsonw_key(w, BB_STR("name"));
        bb_jsonw_str(w, e->name);
    }
    if (e->file.len) {
        bb_jsonw_key(w, BB_STR("file"));
        bb_jsonw_str(w, e->file);
    }
    if (e->line) {
        bb_jsonw_key(w, BB_STR("line"));
        bb_jsonw_int(w, e->line);
    }
    bb_jsonw_key(w, BB_STR("calls"));
    bb_jsonw_int(w, (int64_t)e->calls);
    bb_jsonw_key(w, BB_STR("own_us"));
    bb_jsonw_int(w, (int64_t)(e->own_ns / 1000));
    bb_jsonw_end(w);
}

/* One kind's list, costliest first. */
static void report_kind(struct bb_profile *p, enum kind kind, size_t top, struct bb_buf *table,
                        struct bb_jsonw *w)
{
#define X(name, key, title) {key, title},
    static const struct {
        const char *key, *title;
    } texts[] = {KINDS(X)};
#undef X
    BB_VEC(struct entry *) all = {0};
    uint64_t calls = 0, own = 0;
    bb_map_each(&p->entries, it) {
        struct entry *e = it->val;
        if (e->kind != kind)
            continue;
        bb_vec_push(&all, e);
        calls += e->calls;
        own += e->own_ns;
    }
    if (all.n)
        qsort(all.p, all.n, sizeof(*all.p), entry_cmp);
    if (all.n)
        bb_buf_addf(table, "%10.1f ms %9llu  %s\n", (double)own / 1e6, (unsigned long long)calls,
                    texts[kind].title);
    if (kind == EXPRESSION)
        find_places(p, all.p, all.n < SEARCHED ? all.n : SEARCHED);
    bb_jsonw_key(w, bb_str_z(texts[kind].key));
    bb_jsonw_array(w);
    for (size_t i = 0; i < all.n; i++) {
        if (i < top)
            add_row(table, all.p[i]);
        add_object(w, all.p[i]);
    }
    bb_jsonw_end(w);
    if (all.n)
        bb_buf_addc(table, '\n');
    bb_vec_release(&all);
}

int bb_profile_report(struct bb_profile *p, size_t top, struct bb_buf *table, struct bb_buf *json)
{
    struct bb_jsonw w;
    int r = take_all(p);
    bb_jsonw_init(&w, json, 0);
    bb_jsonw_object(&w);
    bb_buf_addf(table, "%13s %9s\n", "own time", "calls");
    for (int kind = 0; kind < NKINDS; kind++)
        report_kind(p, (enum kind)kind, top, table, &w);
    bb_jsonw_end(&w);
    bb_buf_addc(json, '\n');
    return r;
}
