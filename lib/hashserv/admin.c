/* SPDX-License-Identifier: MIT */
#include "hashserv/admin.h"

#include <errno.h>

#include "base/diag.h"
#include "base/vec.h"
#include "ext/json.h"
#include "hashserv/times.h"

/* A question that is being written: `w` expects its members. */
struct question {
    struct bb_buf text;
    struct bb_jsonw w;
};

static void question_init(struct question *q)
{
    bb_buf_init(&q->text);
    bb_jsonw_init(&q->w, &q->text, BB_JSONW_ASCII | BB_JSONW_SPACED);
    bb_jsonw_object(&q->w);
}

static void add_text(struct question *q, const char *key, bb_str value)
{
    bb_jsonw_key(&q->w, bb_str_z(key));
    bb_jsonw_str(&q->w, value);
}

static void add_username(struct question *q, const struct bb_hashadmin *a)
{
    if (a->username.p)
        add_text(q, "username", a->username);
}

static void add_permissions(struct question *q, const struct bb_hashadmin *a)
{
    bb_jsonw_key(&q->w, BB_STR("permissions"));
    bb_jsonw_array(&q->w);
    for (size_t i = 0; i < a->nargs; i++)
        bb_jsonw_str(&q->w, a->args[i]);
    bb_jsonw_end(&q->w);
}

static void write_where(struct bb_jsonw *w, const struct bb_hashwhere *where, size_t n)
{
    bb_jsonw_key(w, BB_STR("where"));
    bb_jsonw_object(w);
    for (size_t i = 0; i < n; i++) {
        bb_jsonw_key(w, where[i].column);
        bb_jsonw_str(w, where[i].value);
    }
    bb_jsonw_end(w);
}

/* Sends the question and frees it; the answer is the caller's. */
static int ask(const struct bb_hashadmin *a, struct question *q, const char *name, struct bb_json **ret)
{
    bb_jsonw_end(&q->w);
    int r = bb_hashclient_invoke(a->client, name, bb_buf_str(&q->text), ret);
    bb_buf_release(&q->text);
    return r;
}

/* The whole of a request whose answer is printed by `print`. */
static int ask_and(const struct bb_hashadmin *a, struct question *q, const char *name,
                   void (*print)(const struct bb_json *j, struct bb_buf *out), struct bb_buf *out)
{
    BB_CLEAN_JSON struct bb_json *j = NULL;
    int r = ask(a, q, name, &j);
    if (r == 0)
        print(j, out);
    return r;
}

static void print_json(const struct bb_json *j, struct bb_buf *out)
{
    if (bb_json_kind(j) == BB_J_NULL)
        return;
    bb_json_pretty(j, out);
    bb_buf_addc(out, '\n');
}

static void print_count(const struct bb_json *j, struct bb_buf *out)
{
    bb_buf_addf(out, "Removed %lld row(s)\n", (long long)bb_json_int(bb_json_get(j, "count")));
}

static void print_marked(const struct bb_json *j, struct bb_buf *out)
{
    bb_buf_addf(out, "New hashes marked: %lld\n", (long long)bb_json_int(bb_json_get(j, "count")));
}

static void add_words(const struct bb_json *list, struct bb_buf *out)
{
    for (size_t i = 0; i < bb_json_len(list); i++)
        bb_buf_addf(out, "%s%.*s", i ? " " : "", BB_STRF(bb_json_str(bb_json_at(list, i))));
    bb_buf_addc(out, '\n');
}

static void print_user(const struct bb_json *j, struct bb_buf *out)
{
    if (bb_json_kind(j) == BB_J_NULL) {
        bb_buf_addz(out, "No such user\n");
        return;
    }
    bb_buf_addf(out, "Username:    %.*s\n", BB_STRF(bb_json_str(bb_json_get(j, "username"))));
    if (bb_json_get(j, "permissions")) {
        bb_buf_addz(out, "Permissions: ");
        add_words(bb_json_get(j, "permissions"), out);
    }
    if (bb_json_get(j, "token"))
        bb_buf_addf(out, "Token:       %.*s\n", BB_STRF(bb_json_str(bb_json_get(j, "token"))));
}

static void print_users(const struct bb_json *j, struct bb_buf *out)
{
    const struct bb_json *users = bb_json_get(j, "users");

    bb_buf_addf(out, "%-20s| Permissions\n", "Username");
    bb_buf_addz(out, "--------------------+--------------------\n");
    for (size_t i = 0; i < bb_json_len(users); i++) {
        const struct bb_json *u = bb_json_at(users, i);
        bb_buf_addf(out, "%-20.*s| ", BB_STRF(bb_json_str(bb_json_get(u, "username"))));
        add_words(bb_json_get(u, "permissions"), out);
    }
}

static int by_key(const void *a, const void *b)
{
    return bb_str_cmp(*(const bb_str *)a, *(const bb_str *)b);
}

static void print_usage(const struct bb_json *j, struct bb_buf *out)
{
    const struct bb_json *usage = bb_json_get(j, "usage");
    struct bb_strvec names = {0};
    struct bb_json *table;
    long long total = 0;
    void *it = NULL;
    bb_str name;

    while (bb_json_kind(usage) == BB_J_OBJECT && bb_json_next(usage, &it, &name, &table))
        bb_vec_push(&names, name);
    if (names.n)
        qsort(names.p, names.n, sizeof(*names.p), by_key);
    bb_buf_addf(out, "%-20s| Rows\n", "Table name");
    bb_buf_addz(out, "--------------------+--------------------\n");
    bb_vec_each(&names, n) {
        long long rows = (long long)bb_json_int(bb_json_get(bb_json_get(usage, n->p), "rows"));
        bb_buf_addf(out, "%-20.*s| %lld\n", BB_STRF(*n), rows);
        total += rows;
    }
    bb_buf_addf(out, "\nTotal rows: %lld\n", total);
    bb_vec_release(&names);
}

static void print_columns(const struct bb_json *j, struct bb_buf *out)
{
    const struct bb_json *columns = bb_json_get(j, "columns");
    struct bb_strvec names = {0};

    for (size_t i = 0; i < bb_json_len(columns); i++)
        bb_vec_push(&names, bb_json_str(bb_json_at(columns, i)));
    bb_strvec_sort(&names);
    bb_vec_each(&names, n)
        bb_buf_addf(out, "%.*s\n", BB_STRF(*n));
    bb_vec_release(&names);
}

static void print_status(const struct bb_json *j, struct bb_buf *out)
{
    bb_str mark = bb_json_str(bb_json_get(j, "mark"));

    if (!mark.len) {
        bb_buf_addz(out, "No garbage collection in progress\n");
        return;
    }
    bb_buf_addf(out, "Current mark: %.*s\n", BB_STRF(mark));
    bb_buf_addf(out, "Total hashes to keep: %lld\n", (long long)bb_json_int(bb_json_get(j, "keep")));
    bb_buf_addf(out, "Total hashes to remove: %lld\n", (long long)bb_json_int(bb_json_get(j, "remove")));
}

static int get(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    add_text(q, "method", a->args[0]);
    add_text(q, "taskhash", a->args[1]);
    bb_jsonw_key(&q->w, BB_STR("all"));
    bb_jsonw_bool(&q->w, true);
    return ask_and(a, q, "get", print_json, out);
}

static int get_outhash(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    add_text(q, "method", a->args[0]);
    add_text(q, "outhash", a->args[1]);
    add_text(q, "taskhash", a->args[2]);
    return ask_and(a, q, "get-outhash", print_json, out);
}

static int stats(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    return ask_and(a, q, a->reset ? "reset-stats" : "get-stats", print_json, out);
}

static int remove_rows(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    if (!a->nwhere) {
        bb_buf_release(&q->text);
        bb_buf_addz(out, "No query specified\n");
        return 0;
    }
    write_where(&q->w, a->where, a->nwhere);
    return ask_and(a, q, "remove", print_count, out);
}

static int clean_unused(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    int64_t age;

    if (!bb_str_to_int(a->args[0], &age)) {
        bb_buf_release(&q->text);
        bb_buf_addf(a->why, "'%.*s' is no number of seconds", BB_STRF(a->args[0]));
        return -EINVAL;
    }
    bb_jsonw_key(&q->w, BB_STR("max_age_seconds"));
    bb_jsonw_int(&q->w, age);
    return ask_and(a, q, "clean-unused", print_count, out);
}

static int refresh_token(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    add_username(q, a);
    return ask_and(a, q, "refresh-token", print_user, out);
}

static int set_user_perms(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    add_username(q, a);
    add_permissions(q, a);
    return ask_and(a, q, "set-user-perms", print_user, out);
}

static int get_user(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    add_username(q, a);
    return ask_and(a, q, "get-user", print_user, out);
}

static int get_all_users(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    return ask_and(a, q, "get-all-users", print_users, out);
}

static int new_user(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    add_username(q, a);
    add_permissions(q, a);
    return ask_and(a, q, "new-user", print_user, out);
}

static int delete_user(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    add_username(q, a);
    return ask_and(a, q, "delete-user", print_user, out);
}

static int get_db_usage(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    return ask_and(a, q, "get-db-usage", print_usage, out);
}

static int get_db_query_columns(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    return ask_and(a, q, "get-db-query-columns", print_columns, out);
}

static int gc_status(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    return ask_and(a, q, "gc-status", print_status, out);
}

static int gc_mark(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    add_text(q, "mark", a->args[0]);
    write_where(&q->w, a->where, a->nwhere);
    return ask_and(a, q, "gc-mark", print_marked, out);
}

static int gc_sweep(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    add_text(q, "mark", a->args[0]);
    return ask_and(a, q, "gc-sweep", print_count, out);
}

struct marks {
    bb_str mark;
    struct bb_strvec lines;
    int64_t count;
};

static void put_mark(void *self, size_t i, struct bb_buf *out)
{
    const struct marks *m = self;
    struct bb_jsonw w;
    bb_str rest = m->lines.p[i], column, value;

    bb_jsonw_init(&w, out, BB_JSONW_ASCII | BB_JSONW_SPACED);
    bb_jsonw_object(&w);
    bb_jsonw_key(&w, BB_STR("mark"));
    bb_jsonw_str(&w, m->mark);
    bb_jsonw_key(&w, BB_STR("where"));
    bb_jsonw_object(&w);
    while (bb_str_word(&rest, &column) && bb_str_word(&rest, &value)) {
        bb_jsonw_key(&w, column);
        bb_jsonw_str(&w, value);
    }
    bb_jsonw_end(&w);
    bb_jsonw_end(&w);
}

static int take_count(void *self, size_t i, bb_str answer)
{
    BB_CLEAN_JSON struct bb_json *j = NULL;
    int r = bb_json_parse(answer, &j, NULL);

    (void)i;
    if (r == 0 && bb_json_kind(bb_json_get(j, "count")) != BB_J_INT)
        r = -BB_ECORRUPT;
    if (r == 0)
        ((struct marks *)self)->count += bb_json_int(bb_json_get(j, "count"));
    return r;
}

static int gc_mark_stream(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    struct marks m = {.mark = a->args[0]};
    bb_str rest = a->input, line;

    bb_buf_release(&q->text);
    while (rest.len && bb_str_split(&rest, '\n', &line))
        if (bb_str_trim(line).len)
            bb_vec_push(&m.lines, line);
    int r = bb_hashclient_stream(
        a->client, &(struct bb_rpcstream){"gc-mark-stream", m.lines.n, put_mark, take_count, &m});
    if (r == 0)
        bb_buf_addf(out, "New hashes marked: %lld\n", (long long)m.count);
    bb_vec_release(&m.lines);
    return r;
}

static int ping(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out)
{
    struct bb_times times = {0};
    int r = 0;

    bb_buf_release(&q->text);
    for (unsigned i = 0; i < a->count && r == 0; i++) {
        BB_CLEAN_JSON struct bb_json *j = NULL;
        double start = bb_times_now();
        r = bb_hashclient_invoke(a->client, "ping", BB_STR("{}"), &j);
        bb_vec_push(&times, bb_times_now() - start);
        if (r == 0 && !a->quiet)
            bb_buf_addf(out, "Ping %u of %u... %.6fs\n", i + 1, a->count, times.p[i]);
    }
    if (r == 0)
        bb_times_write(&times, "Round trip", out);
    bb_vec_release(&times);
    return r;
}

static int unihash_exists(const struct bb_hashadmin *a, struct question *q, struct bb_buf *out,
                          int *ret_status)
{
    bool there = false;

    bb_buf_release(&q->text);
    int r = bb_hashclient_exist(a->client, a->args, 1, &there);
    if (r == 0 && a->quiet)
        *ret_status = !there;
    else if (r == 0)
        bb_buf_addz(out, there ? "true\n" : "false\n");
    return r;
}

int bb_hashadmin_run(enum bb_hashadmin_command which, const struct bb_hashadmin *a, struct bb_buf *out,
                     int *ret_status)
{
    static int (*const commands[BB_HASHADMIN_COUNT])(const struct bb_hashadmin *, struct question *,
                                                     struct bb_buf *) = {
        [BB_HASHADMIN_GET] = get,
        [BB_HASHADMIN_GET_OUTHASH] = get_outhash,
        [BB_HASHADMIN_STATS] = stats,
        [BB_HASHADMIN_PING] = ping,
        [BB_HASHADMIN_REMOVE] = remove_rows,
        [BB_HASHADMIN_CLEAN_UNUSED] = clean_unused,
        [BB_HASHADMIN_REFRESH_TOKEN] = refresh_token,
        [BB_HASHADMIN_SET_USER_PERMS] = set_user_perms,
        [BB_HASHADMIN_GET_USER] = get_user,
        [BB_HASHADMIN_GET_ALL_USERS] = get_all_users,
        [BB_HASHADMIN_NEW_USER] = new_user,
        [BB_HASHADMIN_DELETE_USER] = delete_user,
        [BB_HASHADMIN_GET_DB_USAGE] = get_db_usage,
        [BB_HASHADMIN_GET_DB_QUERY_COLUMNS] = get_db_query_columns,
        [BB_HASHADMIN_GC_STATUS] = gc_status,
        [BB_HASHADMIN_GC_MARK] = gc_mark,
        [BB_HASHADMIN_GC_MARK_STREAM] = gc_mark_stream,
        [BB_HASHADMIN_GC_SWEEP] = gc_sweep,
    };
    struct question q;

    question_init(&q);
    *ret_status = 0;
    int r = which == BB_HASHADMIN_UNIHASH_EXISTS ? unihash_exists(a, &q, out, ret_status)
                                                 : commands[which](a, &q, out);
    if (r < 0 && !a->why->len)
        bb_buf_adds(a->why, bb_hashclient_why(a->client));
    return r;
}
