/* SPDX-License-Identifier: MIT */
#include "base/rules.h"
#include "sig/deps_priv.h"

static bool reads_words(struct bb_store *base, const char *var, struct bb_arena *a, bb_str *ret)
{
    bb_str text, name = bb_rules_variable(bb_store_ctx(base)->level, bb_str_z(var));
    if (bb_store_str_report(base, bb_sym_get(name), &text) < 0)
        return false;
    *ret = text.p ? bb_arena_str(a, text) : text;
    return true;
}

static int cmp_sym(const void *a, const void *b)
{
    return bb_str_cmp((*(bb_sym *)a)->name, (*(bb_sym *)b)->name);
}

static void set_ignored(struct bb_sigconf *conf, bb_str words)
{
    struct bb_strvec v = {0};
    bb_strvec_words(&v, words);
    bb_strvec_sort_uniq(&v);
    conf->nignored = v.n;
    conf->ignored = bb_arena_array(&conf->arena, bb_sym, v.n);
    for (size_t i = 0; i < v.n; i++)
        conf->ignored[i] = bb_sym_get(v.p[i]);
    conf->nis_ignored = bb_sym_count();
    conf->is_ignored = bb_arena_array(&conf->arena, bool, conf->nis_ignored);
    for (size_t i = 0; i < v.n; i++)
        conf->is_ignored[conf->ignored[i]->id] = true;
    qsort(conf->ignored, v.n, sizeof(bb_sym), cmp_sym);
    bb_vec_release(&v);
}

static bb_sym *without(struct bb_arena *a, const bb_sym *p, size_t n, bb_str words, size_t *ret_n)
{
    bb_sym *r = bb_arena_array(a, bb_sym, n);
    *ret_n = 0;
    for (size_t i = 0; i < n; i++)
        if (!bb_str_has_word(words, p[i]->name))
            r[(*ret_n)++] = p[i];
    return r;
}

static bool add_modfunc(struct bb_sigconf *conf, struct bb_store *base, const struct bb_sig_modfunc *f)
{
    struct bb_sig_modfunc *own = bb_arena_new(&conf->arena, struct bb_sig_modfunc);
    bb_str exclude;
    int rc = bb_store_flag_str(base, f->name, BB_SYM("vardepsexclude"), &exclude);
    if (rc < 0) {
        bb_store_report(base, rc, (struct bb_loc){0});
        return false;
    }
    *own = *f;
    own->deps.references =
        without(&conf->arena, f->deps.references, f->deps.nreferences, exclude, &own->deps.nreferences);
    own->deps.execs = without(&conf->arena, f->deps.execs, f->deps.nexecs, exclude, &own->deps.nexecs);
    bb_pmap_put(&conf->modfuncs, f->name, own);
    return true;
}

struct bb_sigconf *bb_sigconf_new(struct bb_store *base, enum bb_sig_exclrule rule,
                                  const struct bb_sig_modfunc *modfuncs, size_t nmodfuncs)
{
    struct bb_sigconf *conf = bb_calloc(1, sizeof(*conf));
    conf->ctx = bb_store_ctx(base);
    conf->hook = bb_store_hook(base);
    conf->rule = rule;
    conf->shdeps = bb_shdeps_new(conf->ctx->level);
    bb_arena_init(&conf->arena);
    bb_str ignored = {0};
    bool ok = reads_words(base, "BB_BASEHASH_IGNORE_VARS", &conf->arena, &ignored) &&
              reads_words(base, "BB_TASKHASH_IGNORE_TASKS", &conf->arena, &conf->ignore_tasks);
    set_ignored(conf, ignored);
    for (size_t i = 0; ok && i < nmodfuncs; i++)
        ok = add_modfunc(conf, base, &modfuncs[i]);
    if (ok)
        return conf;
    bb_sigconf_free(conf);
    return NULL;
}

void bb_sigconf_free(struct bb_sigconf *conf)
{
    if (!conf)
        return;
    bb_shdeps_free(conf->shdeps);
    bb_pmap_release(&conf->modfuncs);
    bb_arena_release(&conf->arena);
    free(conf->slots);
    free(conf);
}

struct bb_shdeps *bb_sigconf_shdeps(struct bb_sigconf *conf)
{
    return conf->shdeps;
}

void bb_sigconf_ignored(const struct bb_sigconf *conf, const bb_sym **ret, size_t *ret_n)
{
    *ret = conf->ignored;
    *ret_n = conf->nignored;
}

bb_str bb_sigconf_ignore_tasks(const struct bb_sigconf *conf)
{
    return conf->ignore_tasks;
}

enum bb_level bb_sigconf_level(const struct bb_sigconf *conf)
{
    return conf->ctx->level;
}

void bb_deps_grow_slots(struct bb_sigconf *conf)
{
    size_t n = bb_sym_count() + 1024;
    conf->slots = bb_realloc(conf->slots, n * sizeof(*conf->slots));
    memset(conf->slots + conf->nslots, 0, (n - conf->nslots) * sizeof(*conf->slots));
    conf->nslots = n;
}

static struct bb_sigslot *any_slot(struct bb_sigconf *conf, bb_sym s)
{
    if (s->id >= conf->nslots)
        bb_deps_grow_slots(conf);
    return &conf->slots[s->id];
}

const struct bb_sig_flagname *bb_deps_flagname(struct bb_sigconf *conf, bb_sym name)
{
    const struct bb_sig_flagname *known = any_slot(conf, name)->flagname;
    if (known)
        return known;
    struct bb_sig_flagname *made = bb_arena_new(&conf->arena, struct bb_sig_flagname);
    bb_str inner = bb_str_sub(name->name, 0, name->name.len ? name->name.len - 1 : 0), flag = {0};
    size_t open = bb_str_chr(inner, '[', 0);
    if (open != BB_NPOS) {
        bb_str rest = bb_str_from(inner, open + 1);
        bb_str_split(&rest, '[', &flag);
        *made = (struct bb_sig_flagname){bb_sym_get(bb_str_sub(inner, 0, open)), bb_sym_get(flag)};
    }
    any_slot(conf, name)->flagname = made;
    return made;
}

bb_sym bb_deps_flagkey(struct bb_sigconf *conf, bb_sym var, bb_sym flag)
{
    struct bb_sig_flagkeys *keys = any_slot(conf, var)->flagkeys;
    for (size_t i = 0; keys && i < keys->n; i++)
        if (keys->p[i].flag == flag)
            return keys->p[i].key;
    struct bb_buf b = BB_BUF_INIT;
    bb_buf_addf(&b, "%.*s[%.*s]", BB_STRF(var->name), BB_STRF(flag->name));
    bb_sym key = bb_sym_get(bb_buf_str(&b));
    bb_buf_release(&b);
    if (!keys) {
        keys = bb_arena_new(&conf->arena, struct bb_sig_flagkeys);
        any_slot(conf, var)->flagkeys = keys;
    }
    if (keys->n == keys->cap) {
        size_t cap = keys->cap ? keys->cap * 2 : 4;
        void *p = bb_arena_alloc(&conf->arena, cap * sizeof(*keys->p));
        if (keys->n)
            memcpy(p, keys->p, keys->n * sizeof(*keys->p));
        keys->p = p;
        keys->cap = cap;
    }
    keys->p[keys->n].flag = flag;
    keys->p[keys->n++].key = key;
    return key;
}

bool bb_deps_is_key(struct bb_sigwalk *w, bb_sym s)
{
    struct bb_sigslot *slot = bb_deps_slot(w, s);
    if (slot->asked)
        return slot->is_key;
    bool own = bb_str_starts(s->name, BB_STR("__"));
    bool is_key = bb_pmap_has(&w->conf->modfuncs, s) || (!own && bb_store_has(w->d, s));
    slot = bb_deps_slot(w, s);
    slot->asked = true;
    slot->is_key = is_key;
    return is_key;
}

void bb_deps_set_init(struct bb_sigset *s, struct bb_sigwalk *w)
{
    *s = (struct bb_sigset){.w = w, .number = ++w->nsets};
}

void bb_deps_set_exclude(struct bb_sigset *s, bb_str words)
{
    bb_str word;
    while (bb_str_word(&words, &word))
        bb_deps_slot(s->w, bb_sym_get(word))->taken = s->number;
}

void bb_deps_set_add(struct bb_sigset *s, bb_sym name)
{
    struct bb_sigslot *slot = bb_deps_slot(s->w, name);
    if (slot->taken == s->number || bb_deps_is_ignored(s->w->conf, name))
        return;
    slot->taken = s->number;
    bb_vec_push(s, name);
}

void bb_deps_set_words(struct bb_sigset *s, bb_str words)
{
    bb_str word;
    while (bb_str_word(&words, &word))
        bb_deps_set_add(s, bb_sym_get(word));
}

void bb_deps_set_code(struct bb_sigset *s, const struct bb_codedeps *deps)
{
    for (size_t i = 0; i < deps->nreferences; i++)
        bb_deps_set_add(s, deps->references[i]);
    for (size_t i = 0; i < deps->nexecs; i++)
        if (bb_deps_is_key(s->w, deps->execs[i]))
            bb_deps_set_add(s, deps->execs[i]);
}

/* Truth of export and unexport: BitBake's to_boolean, which knows no other words than these; before 2.4 any text. */
static int flag_is_on(struct bb_store *d, bb_sym var, bb_sym flag, bool *ret)
{
    static const char *const words[] = {"n", "no", "0", "false", "y", "yes", "1", "true"};
    struct bb_val v;
    int rc = bb_store_get_flag(d, var, flag, BB_GET_EXPAND, &v);
    *ret = false;
    if (rc < 0 || !bb_val_true(bb_store_hook(d), v))
        return rc;
    *ret = v.kind != BB_V_STR || !bb_rules_has(bb_store_ctx(d)->level, BB_RULE_EXPORT_WORDS);
    if (*ret)
        return 0;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (strlen(words[i]) == v.s.len && strncasecmp(words[i], v.s.p, v.s.len) == 0) {
            *ret = i >= 4;
            return 0;
        }
    return bb_error(bb_store_ctx(d), "'%.*s' is no value for the flag '%.*s' of '%.*s'", BB_STRF(v.s),
                    BB_STRF(flag->name), BB_STRF(var->name));
}

static int collect_exported(struct bb_sigwalk *w)
{
    bb_sym *all, export_ = BB_SYM("export"), unexport = BB_SYM("unexport");
    size_t n;
    int rc = bb_store_exports(w->d, &all, &n);
    if (rc < 0)
        return rc;
    w->shelldeps = bb_arena_array(&w->arena, bb_sym, n);
    for (size_t i = 0; i < n; i++) {
        bool on, off = false;
        rc = flag_is_on(w->d, all[i], export_, &on);
        if (rc == 0 && on)
            rc = flag_is_on(w->d, all[i], unexport, &off);
        if (rc < 0)
            return rc;
        if (on && !off)
            w->shelldeps[w->nshelldeps++] = all[i];
    }
    return 0;
}

/* The store in which code is read: fixed values in place of those that change with every recipe. */
static int make_scan_store(struct bb_sigwalk *w)
{
    bb_str vals, word;
    int rc = bb_store_str(w->d, BB_SYM("BB_HASH_CODEPARSER_VALS"), &vals);
    if (rc < 0)
        return rc;
    w->scan = bb_store_copy(w->d);
    while (bb_str_word(&vals, &word)) {
        size_t eq = bb_str_chr(word, '=', 0);
        if (eq == BB_NPOS)
            return bb_error(w->conf->ctx, "BB_HASH_CODEPARSER_VALS: '%.*s' is not NAME=VALUE", BB_STRF(word));
        rc = bb_store_set(w->scan, bb_sym_get(bb_str_sub(word, 0, eq)), bb_val_s(bb_str_from(word, eq + 1)),
                          NULL);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int walk_start(struct bb_sigwalk *w)
{
    bb_str flags;
    int rc = collect_exported(w);
    if (rc == 0)
        rc = make_scan_store(w);
    if (rc == 0)
        rc = bb_store_str(w->d, BB_SYM("BB_SIGNATURE_EXCLUDE_FLAGS"), &flags);
    if (rc == 0)
        w->exclude_flags = bb_arena_str(&w->arena, flags);
    return rc == 0 || rc == -BB_EREPORTED ? rc : bb_store_report(w->d, rc, (struct bb_loc){0});
}

int bb_sigwalk_new(struct bb_sigconf *conf, struct bb_store *d, struct bb_sigwalk **ret)
{
    if (conf->walking)
        BB_BUG("a second walk over recipes of one configuration");
    struct bb_sigwalk *w = bb_calloc(1, sizeof(*w));
    w->conf = conf;
    w->d = bb_store_ref(d);
    bb_arena_init(&w->arena);
    conf->walking = true;
    conf->generation++;
    int rc = walk_start(w);
    if (rc < 0) {
        bb_sigwalk_free(w);
        return rc;
    }
    *ret = w;
    return 0;
}

void bb_sigwalk_free(struct bb_sigwalk *w)
{
    if (!w)
        return;
    w->conf->walking = false;
    if (w->scan)
        bb_store_unref(w->scan);
    bb_store_unref(w->d);
    bb_vec_release(&w->keys);
    bb_arena_release(&w->arena);
    free(w);
}

int bb_sigwalk_key(struct bb_sigwalk *w, bb_sym name, const struct bb_sig_key **ret)
{
    uint32_t index = bb_deps_slot(w, name)->index;
    if (index) {
        *ret = w->keys.p[index - 1];
        return 0;
    }
    struct bb_sig_key *key = bb_arena_new(&w->arena, struct bb_sig_key);
    key->name = name;
    int rc = bb_keyvalue_fill(w, key);
    if (rc < 0)
        return rc;
    bb_vec_push(&w->keys, key);
    bb_deps_slot(w, name)->index = (uint32_t)w->keys.n;
    *ret = key;
    return 0;
}
