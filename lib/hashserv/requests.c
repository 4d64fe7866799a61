/* SPDX-License-Identifier: MIT */
/* What the requests mean (BitBake: hashserv.server.ServerClient). One row of a table each. */
#include "hashserv/session.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "hashserv/upstream.h"
#include "hashserv/users.h"

#define WRONG_LOGIN_MS 1000
#define TOKEN_MS       100

enum {
    ANON = 1 << 0,   /* the permissions of everybody count, too */
    SELF = 1 << 1,   /* users may do this to themselves */
    WRITES = 1 << 2, /* a read-only server does not know it */
    FREE = 1 << 3,   /* needs no permission */
};

struct request {
    const char *name;
    int (*answer)(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w);
    bb_rpc_stream_fn *stream; /* instead of `answer` */
    unsigned perms, flags;
};

static int db_failed(struct bb_hashsession *s, int code)
{
    bb_rpc_log(s->rpc.service, BB_RPC_ERROR, "the database: %s", bb_strerror(code));
    return bb_rpc_bad(&s->rpc, "the database failed");
}

/* A member that has to be a text. */
static int text_of(struct bb_hashsession *s, const struct bb_json *arg, const char *key, bb_str *ret)
{
    struct bb_json *v = bb_json_get(arg, key);
    if (bb_json_kind(v) != BB_J_STR)
        return bb_rpc_bad(&s->rpc, "'%s' is missing or no text", key);
    *ret = bb_json_str(v);
    return 0;
}

/* The texts of a report. `unihash` is not one of them, a question has none. */
static int report_of(struct bb_hashsession *s, const struct bb_json *arg, bool outhash,
                     struct bb_hashreport *ret)
{
    *ret = (struct bb_hashreport){0};
    int r = text_of(s, arg, "method", &ret->method);
    if (r == 0)
        r = text_of(s, arg, "taskhash", &ret->taskhash);
    if (r == 0 && outhash)
        r = text_of(s, arg, "outhash", &ret->outhash);
    return r;
}

static int unihash_of(struct bb_hashsession *s, const struct bb_json *arg, bb_str *ret)
{
    *ret = bb_json_str(bb_json_get(arg, "unihash"));
    return bb_wire_is_hash(*ret) ? 0 : bb_rpc_refuse(&s->rpc, "Invalid unihash");
}

static bool flag_of(const struct bb_json *arg, const char *key, bool otherwise)
{
    struct bb_json *v = bb_json_get(arg, key);
    return v ? bb_json_bool(v) : otherwise;
}

static void write_text(struct bb_jsonw *w, const char *key, bb_str value)
{
    bb_jsonw_key(w, bb_str_z(key));
    bb_jsonw_str(w, value);
}

static void write_number(struct bb_jsonw *w, const char *key, int64_t value)
{
    bb_jsonw_key(w, bb_str_z(key));
    bb_jsonw_int(w, value);
}

static void write_unihash(struct bb_jsonw *w, const struct bb_hashreport *q, bb_str unihash)
{
    bb_jsonw_object(w);
    write_text(w, "taskhash", q->taskhash);
    write_text(w, "method", q->method);
    write_text(w, "unihash", unihash);
    bb_jsonw_end(w);
}

static int write_count(struct bb_hashsession *s, struct bb_jsonw *w, int count)
{
    if (count < 0)
        return db_failed(s, count);
    bb_jsonw_object(w);
    write_number(w, "count", count);
    bb_jsonw_end(w);
    return 0;
}

/* hashes */

/* A whole row, from the database or else from upstream; null when nobody has it. */
static int write_row(struct bb_hashsession *s, const struct bb_hashreport *q, enum bb_hashdb_row which,
                     struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf unihash = BB_BUF_INIT;
    bb_str hash = q->outhash.len ? q->outhash : q->taskhash;

    int r = bb_hashdb_row(s->core->db, which, q->method, hash, w, &unihash);
    if (r == 0 && (r = bb_hashupstream_row(s->core, q)) == 1)
        r = bb_hashdb_row(s->core->db, which, q->method, hash, w, &unihash);
    if (r == 0)
        bb_jsonw_null(w);
    return r < 0 ? db_failed(s, r) : 0;
}

static int get(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf unihash = BB_BUF_INIT;
    struct bb_hashreport q;

    int r = report_of(s, arg, false, &q);
    if (r < 0)
        return r;
    if (flag_of(arg, "all", false))
        return write_row(s, &q, BB_HASHDB_BY_TASKHASH, w);
    r = bb_hashdb_unihash(s->core->db, q.method, q.taskhash, &unihash);
    if (r == 0 && bb_wire_is_word(q.method) && bb_wire_is_word(q.taskhash)) {
        struct bb_hashquery query = {q.method, q.taskhash};
        struct bb_arena a;
        bb_str found = {0};
        bb_arena_init(&a);
        r = bb_hashupstream_get(s->core, &query, 1, &a, &found);
        bb_buf_adds(&unihash, found);
        bb_arena_release(&a);
    }
    if (r < 0)
        return db_failed(s, r);
    if (unihash.len)
        write_unihash(w, &q, bb_buf_str(&unihash));
    else
        bb_jsonw_null(w);
    return 0;
}

static int get_outhash(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    struct bb_hashreport q;
    int r = report_of(s, arg, true, &q);

    if (r < 0)
        return r;
    return write_row(s, &q, flag_of(arg, "with_unihash", true) ? BB_HASHDB_BY_OUTHASH : BB_HASHDB_OUTHASH, w);
}

static int get_lines(struct bb_rpc_session *rpc, const bb_str *lines, size_t n)
{
    struct bb_hashsession *s = (struct bb_hashsession *)rpc;
    BB_CLEAN_BUF struct bb_buf unihash = BB_BUF_INIT;
    struct bb_arena a;
    int r = 0;

    bb_arena_init(&a);
    struct bb_hashquery *q = bb_arena_array(&a, struct bb_hashquery, n);
    bb_str *found = bb_arena_array(&a, bb_str, n);
    for (size_t i = 0; i < n && r >= 0; i++) {
        bb_str rest = lines[i], more;
        if (!bb_str_word(&rest, &q[i].method) || !bb_str_word(&rest, &q[i].taskhash) ||
            bb_str_word(&rest, &more)) {
            bb_arena_release(&a);
            return bb_rpc_bad(&s->rpc, "a line that is not a method and a task hash");
        }
        bb_buf_clear(&unihash);
        r = bb_hashdb_unihash(s->core->db, q[i].method, q[i].taskhash, &unihash);
        if (r == 1)
            found[i] = bb_arena_str(&a, bb_buf_str(&unihash));
    }
    if (r >= 0)
        r = bb_hashupstream_get(s->core, q, n, &a, found);
    for (size_t i = 0; i < n && r >= 0; i++)
        bb_wire_put_line(&s->rpc.out, found[i]);
    bb_arena_release(&a);
    return r < 0 ? db_failed(s, r) : 0;
}

static int exist_lines(struct bb_rpc_session *rpc, const bb_str *lines, size_t n)
{
    struct bb_hashsession *s = (struct bb_hashsession *)rpc;
    BB_CLEAN_FREE bool *there = bb_calloc(n, sizeof(*there));

    for (size_t i = 0; i < n; i++) {
        int r = bb_hashdb_exists(s->core->db, lines[i]);
        if (r < 0)
            return db_failed(s, r);
        there[i] = r;
    }
    bb_hashupstream_exist(s->core, lines, n, there);
    for (size_t i = 0; i < n; i++)
        bb_wire_put_line(&s->rpc.out, there[i] ? BB_STR("true") : BB_STR("false"));
    return 0;
}

/* What a report changes: the output is noted, and a new one gives the task hash the unihash of its oldest equivalent. */
static int keep_report(struct bb_hashsession *s, const struct bb_hashreport *q, const bb_str *values,
                       struct bb_buf *ret_unihash)
{
    BB_CLEAN_BUF struct bb_buf same = BB_BUF_INIT;
    struct bb_hashdb *db = s->core->db;

    int r = bb_hashdb_put_outhash(db, values);
    if (r == 1) {
        r = bb_hashdb_equivalent(db, q->method, q->outhash, q->taskhash, &same);
        if (r == 0)
            r = bb_hashupstream_outhash(s->core, q, &same);
        if (r >= 0)
            r = bb_hashdb_put_unihash(db, q->method, q->taskhash, same.len ? bb_buf_str(&same) : q->unihash);
    }
    if (r >= 0)
        r = bb_hashdb_unihash(db, q->method, q->taskhash, ret_unihash);
    return r < 0 ? r : 0;
}

/* Who may not report is answered all the same: what the output is known as. */
static int look_at_report(struct bb_hashsession *s, const struct bb_hashreport *q, struct bb_buf *ret_unihash)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct bb_jsonw w;

    bb_jsonw_init(&w, &text, 0);
    return bb_hashdb_row(s->core->db, BB_HASHDB_BY_OUTHASH, q->method, q->outhash, &w, ret_unihash);
}

static int values_of(struct bb_hashsession *s, const struct bb_json *arg, bb_str values[BB_HASHDB_NOUT])
{
    for (int i = 0; i < BB_HASHDB_NOUT; i++) {
        struct bb_json *v = bb_json_get(arg, bb_hashdb_out_names[i]);
        enum bb_json_kind kind = bb_json_kind(v);
        if (i == BB_HASHCOL_CREATED || kind == BB_J_NULL)
            values[i] = (bb_str){0};
        else if (kind == BB_J_STR)
            values[i] = bb_json_str(v);
        else
            return bb_rpc_bad(&s->rpc, "'%s' is no text", bb_hashdb_out_names[i]);
    }
    if (s->user)
        values[BB_HASHCOL_OWNER] = bb_str_z(s->user);
    return 0;
}

static bool may(const struct bb_hashsession *s, unsigned perms, bool anon)
{
    return (anon && bb_perm_has(s->core->anon, perms)) || (s->user && bb_perm_has(s->perms, perms));
}

static int report(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf unihash = BB_BUF_INIT;
    bb_str values[BB_HASHDB_NOUT];
    struct bb_hashreport q;

    int r = report_of(s, arg, true, &q);
    if (r == 0)
        r = unihash_of(s, arg, &q.unihash);
    if (r == 0)
        r = values_of(s, arg, values);
    if (r < 0)
        return r;
    if (s->core->read_only || !may(s, BB_PERM_REPORT, true)) {
        r = look_at_report(s, &q, &unihash);
    } else if (s->core->upstream) {
        /* no lock is held while somebody else is asked */
        r = keep_report(s, &q, values, &unihash);
    } else if ((r = bb_hashdb_begin(s->core->db)) == 0) {
        r = bb_hashdb_end(s->core->db, keep_report(s, &q, values, &unihash));
    }
    if (r < 0)
        return db_failed(s, r);
    write_unihash(w, &q, unihash.len ? bb_buf_str(&unihash) : q.unihash);
    return 0;
}

static int report_equiv(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf unihash = BB_BUF_INIT;
    struct bb_hashreport q;

    int r = report_of(s, arg, false, &q);
    if (r == 0)
        r = unihash_of(s, arg, &q.unihash);
    if (r < 0)
        return r;
    r = bb_hashdb_put_unihash(s->core->db, q.method, q.taskhash, q.unihash);
    if (r >= 0)
        r = bb_hashdb_unihash(s->core->db, q.method, q.taskhash, &unihash);
    if (r < 0)
        return db_failed(s, r);
    write_unihash(w, &q, bb_buf_str(&unihash));
    return 0;
}

/* figures and cleaning */

static int get_stats(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    (void)arg;
    bb_hashcore_write_stats(s->core, w);
    return 0;
}

static int reset_stats(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    get_stats(s, arg, w);
    s->core->stats = (struct bb_hashstats){0};
    return 0;
}

/* Nothing is ever waiting: what upstream answers is kept before it is passed on. */
static int backfill_wait(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    (void)s, (void)arg;
    bb_jsonw_object(w);
    write_number(w, "tasks", 0);
    bb_jsonw_end(w);
    return 0;
}

static int get_db_usage(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    (void)arg;
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("usage"));
    int r = bb_hashdb_usage(s->core->db, w);
    if (r < 0)
        return db_failed(s, r);
    bb_jsonw_end(w);
    return 0;
}

static int get_db_query_columns(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    (void)s, (void)arg;
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("columns"));
    bb_hashdb_columns(w);
    bb_jsonw_end(w);
    return 0;
}

/* The conditions of "where", at most `max`; null values are none (BitBake). Their number. */
static int where_of(struct bb_hashsession *s, const struct bb_json *arg, struct bb_hashwhere *ret, size_t max)
{
    struct bb_json *where = bb_json_get(arg, "where"), *value;
    void *it = NULL;
    bb_str key;
    size_t n = 0;

    if (bb_json_kind(where) != BB_J_OBJECT)
        return bb_rpc_bad(&s->rpc, "'where' is missing or no object");
    while (bb_json_next(where, &it, &key, &value)) {
        if (bb_json_kind(value) == BB_J_NULL)
            continue;
        if (bb_json_kind(value) != BB_J_STR || n == max)
            return bb_rpc_bad(&s->rpc, "a condition that is no text, or too many of them");
        ret[n++] = (struct bb_hashwhere){key, bb_json_str(value)};
    }
    return (int)n;
}
enum { MAX_WHERE = 32 };

static int remove_rows(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    struct bb_hashwhere where[MAX_WHERE];
    int n = where_of(s, arg, where, MAX_WHERE);

    return n < 0 ? n : write_count(s, w, bb_hashdb_remove(s->core->db, where, (size_t)n));
}

static int gc_mark(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    struct bb_hashwhere where[MAX_WHERE];
    bb_str mark;
    int n = where_of(s, arg, where, MAX_WHERE);

    int r = n < 0 ? n : text_of(s, arg, "mark", &mark);
    return r < 0 ? r : write_count(s, w, bb_hashdb_mark(s->core->db, mark, where, (size_t)n));
}

static int gc_mark_line(struct bb_hashsession *s, bb_str line)
{
    BB_CLEAN_BUF struct bb_buf answer = BB_BUF_INIT;
    BB_CLEAN_JSON struct bb_json *arg = NULL;
    struct bb_jsonw w;

    if (bb_json_parse(line, &arg, NULL) < 0)
        return bb_rpc_refuse(&s->rpc, "Could not decode JSONL input '%.*s'",
                             (int)(line.len < 200 ? line.len : 200), line.p);
    bb_jsonw_init(&w, &answer, BB_JSONW_ASCII | BB_JSONW_SPACED);
    int r = gc_mark(s, arg, &w);
    if (r == 0)
        bb_wire_put_line(&s->rpc.out, bb_buf_str(&answer));
    return r;
}

static int gc_mark_lines(struct bb_rpc_session *rpc, const bb_str *lines, size_t n)
{
    struct bb_hashsession *s = (struct bb_hashsession *)rpc;
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++)
        r = gc_mark_line(s, lines[i]);
    return r;
}

static int gc_sweep(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf current = BB_BUF_INIT;
    bb_str mark;

    int r = text_of(s, arg, "mark", &mark);
    if (r < 0)
        return r;
    r = bb_hashdb_current_mark(s->core->db, &current);
    if (r < 0)
        return db_failed(s, r);
    if (!current.len || !bb_str_eq(mark, bb_buf_str(&current)))
        return bb_rpc_refuse(&s->rpc, "'%.*s' is not the current mark. Refusing to sweep", BB_STRF(mark));
    return write_count(s, w, bb_hashdb_sweep(s->core->db));
}

static int gc_status(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf mark = BB_BUF_INIT;
    int64_t keep = 0, remove = 0;

    (void)arg;
    int has = bb_hashdb_current_mark(s->core->db, &mark);
    int r = has < 0 ? has : bb_hashdb_mark_counts(s->core->db, &keep, &remove);
    if (r < 0)
        return db_failed(s, r);
    bb_jsonw_object(w);
    write_number(w, "keep", keep);
    write_number(w, "remove", remove);
    bb_jsonw_key(w, BB_STR("mark"));
    if (has)
        bb_jsonw_str(w, bb_buf_str(&mark));
    else
        bb_jsonw_null(w);
    bb_jsonw_end(w);
    return 0;
}

static int clean_unused(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    struct bb_json *age = bb_json_get(arg, "max_age_seconds");
    int64_t max = bb_json_int(age), most = INT64_C(100) * 366 * 24 * 3600;

    if (bb_json_kind(age) != BB_J_INT)
        return bb_rpc_bad(&s->rpc, "'max_age_seconds' is missing or no number");
    return write_count(s, w, bb_hashdb_clean(s->core->db, max < -most ? -most : max > most ? most : max));
}

/* users */

static void write_perms(struct bb_jsonw *w, unsigned perms)
{
    bb_jsonw_key(w, BB_STR("permissions"));
    bb_jsonw_array(w);
    for (unsigned i = 0; i < BB_NPERMS; i++)
        if (perms & 1u << i)
            bb_jsonw_str(w, bb_perm_name(i));
    bb_jsonw_end(w);
}

/* Who may do everything is said to have each permission. */
static unsigned spelled_out(unsigned perms)
{
    return perms & BB_PERM_ALL ? (1u << BB_NPERMS) - 1 : perms;
}

static void write_user(struct bb_jsonw *w, bb_str name, unsigned perms)
{
    bb_jsonw_object(w);
    write_text(w, "username", name);
    write_perms(w, spelled_out(perms));
    bb_jsonw_end(w);
}

/* The user that a request is about, by default the one who asks. */
static int name_of(struct bb_hashsession *s, const struct bb_json *arg, bb_str *ret)
{
    if (!bb_json_get(arg, "username") && s->user) {
        *ret = bb_str_z(s->user);
        return 0;
    }
    int r = text_of(s, arg, "username", ret);
    if (r == 0 && (!ret->len || memchr(ret->p, '\0', ret->len)))
        r = bb_rpc_bad(&s->rpc, "'username' is no name");
    return r;
}

static int no_user(struct bb_hashsession *s, bb_str name)
{
    return bb_rpc_refuse(&s->rpc, "No user named '%.*s' exists", BB_STRF(name));
}

static int perms_of(struct bb_hashsession *s, const struct bb_json *arg, unsigned *ret)
{
    struct bb_json *list = bb_json_get(arg, "permissions");

    *ret = 0;
    if (bb_json_kind(list) != BB_J_ARRAY)
        return bb_rpc_refuse(&s->rpc, "Unexpected type for permissions");
    for (size_t i = 0; i < bb_json_len(list); i++) {
        bb_str word = bb_json_str(bb_json_at(list, i));
        if (!bb_perm_add(word, ret))
            return bb_rpc_refuse(&s->rpc, "Unknown permissions %.*s", (int)(word.len < 200 ? word.len : 200),
                                 word.p);
    }
    return 0;
}

static void become(struct bb_hashsession *s, bb_str name, unsigned perms)
{
    char *copy = bb_strndup(name);
    free(s->user);
    s->user = copy;
    s->perms = perms;
}

static int auth(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf perms = BB_BUF_INIT, stored = BB_BUF_INIT;
    bb_str name, token;

    int r = text_of(s, arg, "username", &name);
    if (r == 0)
        r = text_of(s, arg, "token", &token);
    if (r < 0)
        return r;
    r = bb_hashdb_user(s->core->db, name, &perms, &stored);
    if (r < 0)
        return db_failed(s, r);
    if (r == 0 || !bb_token_fits(token, bb_buf_str(&stored))) {
        s->rpc.held_until_ms = bb_rpc_now_ms() + WRONG_LOGIN_MS;
        return bb_rpc_refuse(&s->rpc, "Unable to authenticate as %.*s", BB_STRF(name));
    }
    become(s, name, bb_perm_words(bb_buf_str(&perms)));
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("result"));
    bb_jsonw_bool(w, true);
    write_text(w, "username", name);
    write_perms(w, s->perms);
    bb_jsonw_end(w);
    return 0;
}

/* A new token and what is stored of it. The answer waits for its turn: ten in a second, for all clients. */
static int new_token(struct bb_hashsession *s, char token[BB_TOKEN_LEN + 1], struct bb_buf *ret_stored)
{
    int64_t now = bb_rpc_now_ms(), last = s->core->token_ms;

    int r = bb_token_new(token);
    if (r == 0)
        r = bb_token_store(bb_str_z(token), ret_stored);
    if (r < 0)
        return bb_rpc_bad(&s->rpc, "no random bytes");
    s->core->token_ms = s->rpc.held_until_ms = (last > now ? last : now) + TOKEN_MS;
    return 0;
}

static int refresh_token(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf stored = BB_BUF_INIT;
    char token[BB_TOKEN_LEN + 1];
    bb_str name;

    int r = name_of(s, arg, &name);
    if (r == 0)
        r = new_token(s, token, &stored);
    if (r < 0)
        return r;
    r = bb_hashdb_set_token(s->core->db, name, bb_buf_str(&stored));
    if (r <= 0)
        return r < 0 ? db_failed(s, r) : no_user(s, name);
    bb_jsonw_object(w);
    write_text(w, "username", name);
    write_text(w, "token", bb_str_z(token));
    bb_jsonw_end(w);
    return 0;
}

static int set_user_perms(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf words = BB_BUF_INIT;
    unsigned perms;
    bb_str name;

    int r = text_of(s, arg, "username", &name);
    if (r == 0)
        r = perms_of(s, arg, &perms);
    if (r < 0)
        return r;
    bb_perm_write(perms, " ", &words);
    r = bb_hashdb_set_permissions(s->core->db, name, bb_buf_str(&words));
    if (r <= 0)
        return r < 0 ? db_failed(s, r) : no_user(s, name);
    write_user(w, name, perms);
    return 0;
}

/* What is known of a user: 1, or 0 when there is no such one. */
static int find_user(struct bb_hashsession *s, const struct bb_json *arg, bb_str *ret_name,
                     unsigned *ret_perms)
{
    BB_CLEAN_BUF struct bb_buf perms = BB_BUF_INIT, token = BB_BUF_INIT;

    int r = name_of(s, arg, ret_name);
    if (r < 0)
        return r;
    r = bb_hashdb_user(s->core->db, *ret_name, &perms, &token);
    *ret_perms = bb_perm_words(bb_buf_str(&perms));
    return r < 0 ? db_failed(s, r) : r;
}

static int get_user(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    unsigned perms;
    bb_str name;
    int r = find_user(s, arg, &name, &perms);

    if (r == 1)
        write_user(w, name, perms);
    else if (r == 0)
        bb_jsonw_null(w);
    return r < 0 ? r : 0;
}

static int get_all_users(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    int r = 1;

    (void)arg;
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("users"));
    bb_jsonw_array(w);
    for (int64_t i = 0; r == 1; i++) {
        BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT, perms = BB_BUF_INIT;
        r = bb_hashdb_nth_user(s->core->db, i, &name, &perms);
        if (r == 1)
            write_user(w, bb_buf_str(&name), bb_perm_words(bb_buf_str(&perms)));
    }
    bb_jsonw_end(w);
    bb_jsonw_end(w);
    return r < 0 ? db_failed(s, r) : 0;
}

static int new_user(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    BB_CLEAN_BUF struct bb_buf words = BB_BUF_INIT, stored = BB_BUF_INIT;
    char token[BB_TOKEN_LEN + 1];
    unsigned perms;
    bb_str name;

    int r = name_of(s, arg, &name);
    if (r == 0)
        r = perms_of(s, arg, &perms);
    if (r == 0)
        r = new_token(s, token, &stored);
    if (r < 0)
        return r;
    bb_perm_write(perms, " ", &words);
    r = bb_hashdb_add_user(s->core->db, name, bb_buf_str(&words), bb_buf_str(&stored));
    if (r <= 0)
        return r < 0 ? db_failed(s, r)
                     : bb_rpc_refuse(&s->rpc, "Cannot create new user '%.*s'", BB_STRF(name));
    bb_jsonw_object(w);
    write_text(w, "username", name);
    write_perms(w, spelled_out(perms));
    write_text(w, "token", bb_str_z(token));
    bb_jsonw_end(w);
    return 0;
}

static int delete_user(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    bb_str name;

    int r = name_of(s, arg, &name);
    if (r < 0)
        return r;
    r = bb_hashdb_delete_user(s->core->db, name);
    if (r <= 0)
        return r < 0 ? db_failed(s, r) : no_user(s, name);
    bb_jsonw_object(w);
    write_text(w, "username", name);
    bb_jsonw_end(w);
    return 0;
}

static int become_user(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    unsigned perms;
    bb_str name;

    int r = find_user(s, arg, &name, &perms);
    if (r == 0)
        return bb_rpc_refuse(&s->rpc, "User %.*s doesn't exist", BB_STRF(name));
    if (r < 0)
        return r;
    write_user(w, name, perms);
    become(s, name, perms);
    return 0;
}

static int ping(struct bb_hashsession *s, const struct bb_json *arg, struct bb_jsonw *w)
{
    (void)s, (void)arg;
    bb_rpc_write_alive(w);
    return 0;
}

/* BitBake: a request is the first of these, in this order, that the message has a member for. */
static const struct request requests[] = {
    {"ping", ping, NULL, 0, FREE},
    {"get", get, NULL, BB_PERM_READ, ANON},
    {"get-outhash", get_outhash, NULL, BB_PERM_READ, ANON},
    {"get-stream", NULL, get_lines, BB_PERM_READ, ANON},
    {"exists-stream", NULL, exist_lines, BB_PERM_READ, ANON},
    {"get-stats", get_stats, NULL, BB_PERM_READ, ANON},
    {"get-db-usage", get_db_usage, NULL, BB_PERM_DB_ADMIN, ANON},
    {"get-db-query-columns", get_db_query_columns, NULL, BB_PERM_DB_ADMIN, ANON},
    {"report", report, NULL, BB_PERM_READ, ANON},
    {"auth", auth, NULL, 0, FREE},
    {"get-user", get_user, NULL, BB_PERM_USER_ADMIN, SELF},
    {"get-all-users", get_all_users, NULL, BB_PERM_USER_ADMIN, 0},
    {"become-user", become_user, NULL, BB_PERM_USER_ADMIN, 0},
    {"report-equiv", report_equiv, NULL, BB_PERM_READ | BB_PERM_REPORT, ANON | WRITES},
    {"reset-stats", reset_stats, NULL, BB_PERM_DB_ADMIN, ANON | WRITES},
    {"backfill-wait", backfill_wait, NULL, BB_PERM_READ, ANON | WRITES},
    {"remove", remove_rows, NULL, BB_PERM_DB_ADMIN, ANON | WRITES},
    {"gc-mark", gc_mark, NULL, BB_PERM_DB_ADMIN, ANON | WRITES},
    {"gc-mark-stream", NULL, gc_mark_lines, BB_PERM_DB_ADMIN, ANON | WRITES},
    {"gc-sweep", gc_sweep, NULL, BB_PERM_DB_ADMIN, ANON | WRITES},
    {"gc-status", gc_status, NULL, BB_PERM_DB_ADMIN, ANON | WRITES},
    {"clean-unused", clean_unused, NULL, BB_PERM_DB_ADMIN, ANON | WRITES},
    {"refresh-token", refresh_token, NULL, BB_PERM_USER_ADMIN, SELF | WRITES},
    {"set-user-perms", set_user_perms, NULL, BB_PERM_USER_ADMIN, WRITES},
    {"new-user", new_user, NULL, BB_PERM_USER_ADMIN, WRITES},
    {"delete-user", delete_user, NULL, BB_PERM_USER_ADMIN, SELF | WRITES},
};

static bool is_self(const struct bb_hashsession *s, const struct bb_json *arg)
{
    struct bb_json *name = bb_json_get(arg, "username");
    return s->user && (!name || bb_str_eqz(bb_json_str(name), s->user));
}

static int check_permission(struct bb_hashsession *s, const struct request *r, const struct bb_json *arg)
{
    BB_CLEAN_BUF struct bb_buf missing = BB_BUF_INIT;

    if (r->flags & FREE || (r->flags & SELF && is_self(s, arg)) || may(s, r->perms, r->flags & ANON))
        return 0;
    bb_perm_write(r->perms, ", ", &missing);
    return bb_rpc_refuse(&s->rpc, "%s is not allowed to access permissions(s) %s",
                         s->user ? s->user : "Anonymous user", missing.p);
}

static int answer(struct bb_rpc_session *rpc, const struct bb_json *message, struct bb_jsonw *w,
                  bb_rpc_stream_fn **ret_stream)
{
    struct bb_hashsession *s = (struct bb_hashsession *)rpc;
    const struct request *r = requests, *end = requests + sizeof(requests) / sizeof(*requests);
    const struct bb_json *arg = NULL;

    s->core = rpc->service->core;
    for (; r < end; r++)
        if (!(r->flags & WRITES && s->core->read_only) && (arg = bb_json_get(message, r->name)))
            break;
    if (r == end)
        return bb_rpc_bad(rpc, "a request that is not known");
    bb_rpc_log(rpc->service, BB_RPC_DEBUG, "%s", r->name);
    int code = check_permission(s, r, arg);
    if (code < 0)
        return code;
    if (!r->stream)
        return r->answer(s, arg, w);
    *ret_stream = r->stream;
    bb_jsonw_str(w, BB_STR("ok"));
    return 0;
}

static void count(struct bb_rpc_session *rpc, double seconds)
{
    bb_hashcore_count(rpc->service->core, seconds);
}

static void release(struct bb_rpc_session *rpc)
{
    struct bb_hashsession *s = (struct bb_hashsession *)rpc;
    free(s->user);
    s->user = NULL;
}

struct bb_rpc_service bb_hashsession_service(struct bb_hashcore *core)
{
    return (struct bb_rpc_service){
        .hello = BB_HASHSERV_HELLO,
        .session_size = sizeof(struct bb_hashsession),
        .answer = answer,
        .count = count,
        .release = release,
        .core = core,
        .log = core->log,
        .log_self = core->self,
    };
}
