/* SPDX-License-Identifier: MIT */
#include "parse/task.h"

#include "base/rules.h"
#include "parse/writer.h"

static int set_task(struct bb_store *d, bb_sym task, enum bb_writer w)
{
    struct bb_how how = bb_writer_how(d, w);

    return bb_store_set_flag(d, task, BB_SYM("task"), bb_val_i(1), &how);
}

static int del_flag(struct bb_store *d, bb_sym var, bb_sym flag, enum bb_writer w)
{
    struct bb_how how = bb_writer_how(d, w);

    return bb_store_del_flag(d, var, flag, &how);
}

/* The task's full name. */
static bb_sym task_sym(struct bb_store *d, bb_str task)
{
    if (bb_str_starts(task, BB_STR("do_")))
        return bb_sym_get(task);
    return bb_sym_get(bb_arena_cat(bb_store_arena(d), BB_STR("do_"), task));
}

/* The words of __BBTASKS or of a `deps` flag, to be changed and written back. */
static int get_words(struct bb_store *d, bb_sym var, bb_sym flag, struct bb_strvec *ret)
{
    struct bb_val v;
    int r = flag ? bb_store_get_flag(d, var, flag, 0, &v) : bb_store_get(d, var, 0, &v);

    if (r >= 0 && v.kind == BB_V_LIST)
        for (size_t i = 0; i < v.list->n; i++)
            bb_vec_push(ret, v.list->p[i]);
    return r;
}

static int put_words(struct bb_store *d, bb_sym var, bb_sym flag, const struct bb_strvec *words,
                     enum bb_writer w)
{
    struct bb_val v = bb_val_list(bb_store_arena(d), words->p, words->n);
    struct bb_how how = bb_writer_how(d, w);

    how.borrowed = true; /* the list is in the store's arena */
    return flag ? bb_store_set_flag(d, var, flag, v, &how) : bb_store_set(d, var, v, &how);
}

/* Adds `word` to a list unless it is in there: to a task's `deps` in front, to __BBTASKS at the end. */
static int add_word(struct bb_store *d, bb_sym var, bb_sym flag, bb_str word)
{
    struct bb_strvec words = {0};
    int r = get_words(d, var, flag, &words);

    if (r >= 0 && !bb_strvec_has(&words, word)) {
        bb_vec_push(&words, word);
        if (flag) {
            memmove(words.p + 1, words.p, (words.n - 1) * sizeof(*words.p));
            words.p[0] = word;
        }
        r = put_words(d, var, flag, &words, BB_WRITER_TASK_BEFORE);
    }
    bb_vec_release(&words);
    return r;
}

/* A name in before or after, which before 2.10 is taken as it stands. */
static bb_str other_task(struct bb_store *d, bb_str name)
{
    return bb_rules_has(bb_store_ctx(d)->level, BB_RULE_ADDTASK_WORDS) ? task_sym(d, name)->name : name;
}

static int add_after(struct bb_store *d, bb_sym task, bb_sym deps, bb_str after)
{
    struct bb_strvec words = {0};
    bb_str word;
    int r = get_words(d, task, deps, &words);

    while (r >= 0 && bb_str_word(&after, &word)) {
        word = other_task(d, word);
        if (!bb_strvec_has(&words, word))
            bb_vec_push(&words, word);
    }
    if (r >= 0)
        r = put_words(d, task, deps, &words, BB_WRITER_TASK_AFTER);
    bb_vec_release(&words);
    return r;
}

int bb_task_add(struct bb_store *d, bb_str task, bb_str before, bb_str after)
{
    bb_sym t = task_sym(d, task), deps = BB_SYM("deps");
    bb_str word;
    int r = set_task(d, t, BB_WRITER_TASK_ADDED);

    if (r >= 0)
        r = add_word(d, BB_SYM("__BBTASKS"), NULL, t->name);
    if (r >= 0)
        r = add_after(d, t, deps, after);
    while (r >= 0 && bb_str_word(&before, &word))
        r = add_word(d, bb_sym_get(other_task(d, word)), deps, t->name);
    return r;
}

/* Takes `word` out of a list; *ret_had says whether it was there. */
static int del_word(struct bb_store *d, bb_sym var, bb_sym flag, bb_str word, bool *ret_had)
{
    struct bb_strvec words = {0};
    size_t i = 0;
    int r = get_words(d, var, flag, &words);

    while (i < words.n && !bb_str_eq(words.p[i], word))
        i++;
    *ret_had = i < words.n;
    if (r >= 0 && *ret_had) {
        bb_vec_remove(&words, i);
        r = put_words(d, var, flag, &words, BB_WRITER_TASK_LOST_DEP);
    }
    bb_vec_release(&words);
    return r;
}

int bb_task_del(struct bb_store *d, bb_str task)
{
    bb_sym t = task_sym(d, task), deps = BB_SYM("deps"), tasks = BB_SYM("__BBTASKS");
    struct bb_strvec rest = {0};
    bool had;
    int r = del_word(d, tasks, NULL, t->name, &had);

    if (r >= 0 && had)
        r = del_flag(d, t, BB_SYM("task"), BB_WRITER_TASK_DELETED);
    if (r >= 0)
        r = del_flag(d, t, deps, BB_WRITER_TASK_WITHOUT_DEPS);
    if (r >= 0)
        r = get_words(d, tasks, NULL, &rest);
    for (size_t i = 0; i < rest.n && r >= 0; i++)
        r = del_word(d, bb_sym_get(rest.p[i]), deps, t->name, &had);
    bb_vec_release(&rest);
    return r;
}

/* --- what the graph is made from --- */

static const struct {
    const char *name;
    bool is_switch; /* only its presence counts */
} graph_flags[] = {
#define X(name, text)                                                                                        \
    {text, BB_TI_##name == BB_TI_NOSTAMP || BB_TI_##name == BB_TI_FAKEROOT || BB_TI_##name == BB_TI_NOEXEC},
    BB_TASKINFO_FLAGS(X)
#undef X
};

static int collect_flags(struct bb_store *d, bb_sym task, struct bb_taskinfo *info)
{
    struct bb_ctx *ctx = bb_store_ctx(d);

    for (size_t i = 0; i < BB_TI_COUNT; i++) {
        int r = bb_store_flag_str(d, task, bb_sym_z(graph_flags[i].name), &info->flags[i]);
        if (r < 0)
            return r;
        if (graph_flags[i].is_switch && info->flags[i].p && !bb_str_eq(info->flags[i], BB_STR("1")))
            bb_warn(ctx,
                    "In a future version of BitBake, setting the '%s' flag to something "
                    "other than '1' will result in the flag not being set. See YP bug #13808.",
                    graph_flags[i].name);
    }
    return 0;
}

static int collect_parents(struct bb_store *d, bb_sym task, struct bb_taskinfo *info)
{
    struct bb_strvec words = {0};
    int r = get_words(d, task, BB_SYM("deps"), &words);

    info->parents = bb_arena_array(bb_store_arena(d), bb_str, words.n + 1);
    for (size_t i = 0; i < words.n && r >= 0; i++)
        r = bb_store_expand(d, words.p[i], NULL, &info->parents[info->nparents++]);
    bb_vec_release(&words);
    return r;
}

/* Whether the list has a task of that name already: two names may expand to one. */
static bool has_task(const struct bb_taskinfo *list, size_t n, bb_str name)
{
    while (n > 0)
        if (bb_str_eq(list[--n].name, name))
            return true;
    return false;
}

static void add_list(struct bb_buf *out, const bb_str *p, size_t n)
{
    bb_buf_addc(out, '[');
    for (size_t i = 0; i < n; i++) {
        bb_buf_addz(out, i ? ", " : "");
        bb_val_repr_str(out, p[i]);
    }
    bb_buf_addc(out, ']');
}

/* A dictionary of the tasks that have the flag. */
static void add_flag(struct bb_buf *out, const struct bb_taskinfo *list, size_t n, enum bb_taskinfo_flag flag)
{
    bool any = false;

    bb_buf_addf(out, ", '%s': {", graph_flags[flag].name);
    for (size_t i = 0; i < n; i++) {
        if (!list[i].flags[flag].p)
            continue;
        bb_buf_addz(out, any ? ", " : "");
        bb_val_repr_str(out, list[i].name);
        bb_buf_addz(out, ": ");
        bb_val_repr_str(out, list[i].flags[flag]);
        any = true;
    }
    bb_buf_addc(out, '}');
}

/* BitBake: _task_deps is this dictionary; here it is the dictionary's text, for those who print the store. */
static int set_task_deps(struct bb_store *d, const struct bb_taskinfo *list, size_t n)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    bb_buf_addz(&out, "{'tasks': [");
    for (size_t i = 0; i < n; i++) {
        bb_buf_addz(&out, i ? ", " : "");
        bb_val_repr_str(&out, list[i].name);
    }
    bb_buf_addz(&out, "], 'parents': {");
    for (size_t i = 0; i < n; i++) {
        bb_buf_addz(&out, i ? ", " : "");
        bb_val_repr_str(&out, list[i].name);
        bb_buf_addz(&out, ": ");
        add_list(&out, list[i].parents, list[i].nparents);
    }
    bb_buf_addc(&out, '}');
    if (n)
        add_flag(&out, list, n, BB_TI_MCDEPENDS);
    for (size_t f = 0; f < BB_TI_COUNT && n; f++)
        if (f != BB_TI_MCDEPENDS)
            add_flag(&out, list, n, (enum bb_taskinfo_flag)f);
    bb_buf_addc(&out, '}');
    struct bb_how how = bb_writer_how(d, BB_WRITER_TASK_DEPS);
    return bb_store_set(d, BB_SYM("_task_deps"), bb_val_s(bb_buf_str(&out)), &how);
}

int bb_task_collect(struct bb_store *d, const struct bb_vlist *tasks, bb_str fn, struct bb_taskinfo **ret,
                    size_t *ret_n)
{
    struct bb_taskinfo *list = bb_arena_array(bb_store_arena(d), struct bb_taskinfo, tasks->n + 1);
    size_t n = 0;

    for (size_t i = 0; i < tasks->n; i++) {
        struct bb_taskinfo *info = &list[n];
        bb_sym task;
        int r = bb_store_expand(d, tasks->p[i], NULL, &info->name);
        if (r >= 0 && has_task(list, n, info->name))
            continue;
        task = bb_sym_get(r < 0 ? tasks->p[i] : info->name);
        if (r >= 0)
            r = set_task(d, task, BB_WRITER_TASK_COLLECTED);
        if (r >= 0)
            r = collect_flags(d, task, info);
        if (r >= 0)
            r = collect_parents(d, task, info);
        if (r < 0)
            return bb_store_report(d, r, (struct bb_loc){.src = bb_source_id(fn)});
        n++;
    }
    *ret = list;
    *ret_n = n;
    return set_task_deps(d, list, n);
}
