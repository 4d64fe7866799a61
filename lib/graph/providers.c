/* SPDX-License-Identifier: MIT */
#include "graph/providers.h"
#include "base/vercmp.h"

static bb_str get(const struct bb_providers *p, bb_str name)
{
    return p->conf->get(p->conf->self, p->mc, name);
}

/* PREFIX + item, read from the configuration. */
static bb_str get_for(const struct bb_providers *p, const char *prefix, bb_str item)
{
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    bb_buf_addf(&name, "%s%.*s", prefix, BB_STRF(item));
    return get(p, bb_buf_str(&name));
}

static bool match(const struct bb_providers *p, bb_str pattern, bb_str text)
{
    return p->conf->match && p->conf->match(p->conf->self, pattern, text) > 0;
}

/* Lists in maps. */

static void list_add(struct bb_providers *p, struct bb_map *m, bb_str key, const struct bb_recipe *r)
{
    void **slot = bb_map_slot(m, key);
    if (!*slot)
        *slot = bb_arena_new(&p->arena, struct bb_recipe_vec);
    struct bb_recipe_vec *v = *slot;
    if (v->n == 0 || v->p[v->n - 1] != r)
        bb_vec_push(v, r);
}

static void lists_release(struct bb_map *m)
{
    bb_map_each(m, it)
        bb_vec_release((struct bb_recipe_vec *)it->val);
    bb_map_release(m);
}

static bool recipes_have(const struct bb_recipe_vec *v, const struct bb_recipe *r)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->p[i] == r)
            return true;
    return false;
}

/* PREFERRED_PROVIDERS = "item:pn ..." (cooker.handlePrefProviders). */
static void read_preferred(struct bb_providers *p)
{
    bb_str rest = get(p, BB_STR("PREFERRED_PROVIDERS")), word;
    while (rest.p && bb_str_word(&rest, &word)) {
        size_t colon = bb_str_chr(word, ':', 0);
        if (colon == BB_NPOS || bb_str_chr(word, ':', colon + 1) != BB_NPOS) {
            bb_error(p->ctx, "Malformed option in PREFERRED_PROVIDERS variable: %.*s", BB_STRF(word));
            continue;
        }
        bb_str *pn = bb_arena_new(&p->arena, bb_str);
        *pn = bb_str_from(word, colon + 1);
        bb_str item = bb_str_sub(word, 0, colon);
        const bb_str *old = bb_map_get(&p->preferred, item);
        if (old && !bb_str_eq(*old, *pn))
            bb_error(p->ctx, "conflicting preferences for %.*s: both %.*s and %.*s specified", BB_STRF(item),
                     BB_STRF(*pn), BB_STRF(*old));
        bb_map_put(&p->preferred, item, pn);
    }
}

void bb_providers_init(struct bb_providers *p, struct bb_ctx *ctx, const struct bb_graph_conf *conf,
                       const struct bb_mcgraph *mc)
{
    *p = (struct bb_providers){.ctx = ctx, .conf = conf, .mc = mc};
    bb_arena_init(&p->arena);
    bb_str assumed = get(p, BB_STR("ASSUME_PROVIDED"));
    if (assumed.p)
        bb_strvec_words(&p->assumed, assumed);
    bb_vec_each(&conf->options->ignore_deps, name)
        bb_vec_push(&p->assumed, *name);
    read_preferred(p);
}

void bb_providers_release(struct bb_providers *p)
{
    lists_release(&p->by_pn);
    lists_release(&p->provides);
    lists_release(&p->rprovides);
    lists_release(&p->packages);
    lists_release(&p->dynamic);
    bb_map_each(&p->pn_provides, it)
        bb_vec_release((struct bb_strvec *)it->val);
    bb_map_release(&p->pn_provides);
    bb_map_release(&p->preferred);
    bb_vec_release(&p->recipes);
    bb_vec_release(&p->skipped);
    bb_vec_release(&p->assumed);
    bb_arena_release(&p->arena);
    *p = (struct bb_providers){0};
}

void bb_providers_names(const struct bb_recipe *r, struct bb_strvec *ret)
{
    size_t from = ret->n;
    bb_vec_push(ret, r->pn);
    for (size_t i = 0; i < r->provides.n; i++) {
        struct bb_strvec mine = {ret->p + from, ret->n - from, 0};
        if (!bb_strvec_has(&mine, r->provides.p[i]))
            bb_vec_push(ret, r->provides.p[i]);
    }
}

void bb_providers_add(struct bb_providers *p, const struct bb_recipe *r)
{
    if (r->skipped.p) {
        bb_vec_push(&p->skipped, r);
        return;
    }
    bb_vec_push(&p->recipes, r);
    list_add(p, &p->by_pn, r->pn, r);
    void **slot = bb_map_slot(&p->pn_provides, r->pn);
    if (!*slot)
        *slot = bb_arena_new(&p->arena, struct bb_strvec);
    struct bb_strvec *of_pn = *slot, names = {0};
    bb_providers_names(r, &names);
    bb_vec_each(&names, it) {
        list_add(p, &p->provides, *it, r);
        if (!bb_strvec_has(of_pn, *it))
            bb_vec_push(of_pn, *it);
    }
    bb_vec_release(&names);
    for (size_t i = 0; i < r->rprovides.n; i++)
        list_add(p, &p->rprovides, r->rprovides.p[i], r);
    for (size_t i = 0; i < r->npackages; i++) {
        const struct bb_recipe_package *pkg = &r->packages[i];
        list_add(p, &p->packages, pkg->name, r);
        for (size_t j = 0; j < pkg->rprovides.n; j++)
            list_add(p, &p->rprovides, pkg->rprovides.p[j], r);
    }
    for (size_t i = 0; i < r->packages_dynamic.n; i++)
        list_add(p, &p->dynamic, r->packages_dynamic.p[i], r);
}

const struct bb_recipe_vec *bb_providers_of(const struct bb_providers *p, bb_str item)
{
    return bb_map_get(&p->provides, item);
}

bool bb_providers_assumed(const struct bb_providers *p, bb_str name)
{
    for (size_t i = 0; i < p->assumed.n; i++) {
        bb_str s = p->assumed.p[i];
        bool regex = s.p[0] == '^' || s.p[s.len - 1] == '$';
        if (regex ? match(p, s, name) : bb_str_eq(s, name))
            return true;
    }
    return false;
}

static void add_all(struct bb_recipe_vec *ret, const struct bb_recipe_vec *more)
{
    for (size_t i = 0; more && i < more->n; i++)
        if (!recipes_have(ret, more->p[i]))
            bb_vec_push(ret, more->p[i]);
}

/* How much of a pattern stands for itself: most begin with a package's name, and most names begin otherwise. */
static bb_str fixed_part(bb_str pattern)
{
    static const char special[] = ".^$*?{}[]\\|()";
    if (bb_str_chr(pattern, '|', 0) != BB_NPOS)
        return BB_STR("");
    if (pattern.len && pattern.p[0] == '^')
        pattern = bb_str_from(pattern, 1);
    size_t n = 0;
    while (n < pattern.len && !memchr(special, pattern.p[n], sizeof(special) - 1))
        n++;
    if (n && n < pattern.len && memchr("*?{", pattern.p[n], 3))
        n--;
    return bb_str_sub(pattern, 0, n);
}

void bb_providers_runtime(const struct bb_providers *p, bb_str item, struct bb_recipe_vec *ret)
{
    size_t before = ret->n;
    add_all(ret, bb_map_get(&p->rprovides, item));
    add_all(ret, bb_map_get(&p->packages, item));
    if (ret->n > before)
        return;
    BB_CLEAN_BUF struct bb_buf pattern = BB_BUF_INIT;
    bb_map_each(&p->dynamic, it) {
        if (!bb_str_starts(item, fixed_part(it->key)))
            continue;
        /* BitBake: getRuntimeProviders takes '+' literally, since package names hold it */
        bb_buf_clear(&pattern);
        for (size_t i = 0; i < it->key.len; i++) {
            if (it->key.p[i] == '+')
                bb_buf_addc(&pattern, '\\');
            bb_buf_addc(&pattern, it->key.p[i]);
        }
        if (match(p, bb_buf_str(&pattern), item))
            add_all(ret, it->val);
    }
}

/* Versions. */

static struct bb_version version_of(const struct bb_recipe *r)
{
    return (struct bb_version){r->pe, r->pv, r->pr};
}

/* "[E:]V" of PREFERRED_VERSION; e.p NULL: any epoch. */
struct wanted {
    bb_str e, v;
    bool required;
};

/* KEYWORD_VERSION:pn-PN, KEYWORD_VERSION_PN or KEYWORD_VERSION; an override name may not hold '_', a PN may. */
static bb_str version_variable(const struct bb_providers *p, const char *keyword, bb_str pn)
{
    BB_CLEAN_BUF struct bb_buf prefix = BB_BUF_INIT;
    bb_buf_addf(&prefix, "%s_VERSION:pn-", keyword);
    bb_str ret = get_for(p, prefix.p, pn);
    if (ret.len == 0) {
        bb_buf_clear(&prefix);
        bb_buf_addf(&prefix, "%s_VERSION_", keyword);
        ret = get_for(p, prefix.p, pn);
    }
    if (ret.len == 0) {
        bb_buf_truncate(&prefix, prefix.len - 1);
        ret = get(p, bb_buf_str(&prefix));
    }
    return ret;
}

static bool wanted_read(const struct bb_providers *p, bb_str pn, const char *itemstr, struct wanted *ret)
{
    bb_str required = version_variable(p, "REQUIRED", pn);
    bb_str v = version_variable(p, "PREFERRED", pn);
    if (required.p && v.p)
        bb_warn(p->ctx,
                "REQUIRED_VERSION and PREFERRED_VERSION for package "
                "%.*s%s are both set using REQUIRED_VERSION %.*s",
                BB_STRF(pn), itemstr, BB_STRF(required));
    if (required.p)
        v = required;
    *ret = (struct wanted){.v = v, .required = required.p != NULL};
    /* Leading "digits:" groups, the last of which is the epoch. */
    for (;;) {
        size_t n = 0;
        while (n < ret->v.len && ret->v.p[n] >= '0' && ret->v.p[n] <= '9')
            n++;
        if (n == 0 || n == ret->v.len || ret->v.p[n] != ':')
            break;
        ret->e = bb_str_sub(ret->v, 0, n);
        ret->v = bb_str_from(ret->v, n + 1);
    }
    return v.len > 0;
}

static bool wanted_matches(const struct wanted *w, const struct bb_recipe *r)
{
    if (w->e.p && !bb_str_eq(w->e, r->pe))
        return false;
    if (bb_str_eq(w->v, r->pv))
        return true;
    return w->v.len && w->v.p[w->v.len - 1] == '%' && bb_str_starts(r->pv, bb_str_sub(w->v, 0, w->v.len - 1));
}

static void report_missing_version(const struct bb_providers *p, const struct wanted *w, bb_str pn,
                                   const char *itemstr, const struct bb_recipe_vec *files)
{
    BB_CLEAN_BUF struct bb_buf want = BB_BUF_INIT, list = BB_BUF_INIT;
    if (w->e.p)
        bb_buf_addf(&want, "%.*s:", BB_STRF(w->e));
    bb_buf_adds(&want, w->v);
    if (!w->required)
        bb_warn(p->ctx, "preferred version %s of %.*s not available%s", want.p, BB_STRF(pn), itemstr);
    struct bb_arena a;
    bb_arena_init(&a);
    struct bb_strvec have = {0};
    for (size_t i = 0; i < files->n; i++) {
        const struct bb_recipe *r = files->p[i];
        bb_vec_push(&have, r->pe.len ? bb_arena_fmt(&a, "%.*s:%.*s", BB_STRF(r->pe), BB_STRF(r->pv)) : r->pv);
    }
    bb_strvec_sort_uniq(&have);
    bb_vec_each(&have, it)
        bb_buf_addf(&list, " %.*s", BB_STRF(*it));
    bb_warn(p->ctx, "versions of %.*s available:%s", BB_STRF(pn), list.p);
    if (w->required)
        bb_error(p->ctx, "required version %s of %.*s not available%s", want.p, BB_STRF(pn), itemstr);
    bb_vec_release(&have);
    bb_arena_release(&a);
}

/*
 * Candidates of one PN in the order in which they are looked at: layer priority downwards, then
 * DEFAULT_PREFERENCE upwards (the highest comes last, but wins in `latest_of`), then file name.
 */
static int candidate_cmp(const void *a, const void *b)
{
    const struct bb_recipe *x = *(const struct bb_recipe *const *)a, *y = *(const struct bb_recipe *const *)b;
    if (x->priority != y->priority)
        return x->priority > y->priority ? -1 : 1;
    if (x->preference != y->preference)
        return x->preference < y->preference ? -1 : 1;
    return bb_str_cmp(x->fn, y->fn);
}

/* The recipe that PREFERRED_VERSION or REQUIRED_VERSION names, NULL when there is none. */
static const struct bb_recipe *preferred_of(const struct bb_providers *p, bb_str pn, bb_str item,
                                            const struct bb_recipe_vec *sorted, bool *ret_required)
{
    BB_CLEAN_BUF struct bb_buf itemstr = BB_BUF_INIT;
    if (item.len)
        bb_buf_addf(&itemstr, " (for item %.*s)", BB_STRF(item));
    struct wanted w;
    bool any = wanted_read(p, pn, itemstr.p, &w);
    *ret_required = w.required;
    if (!any)
        return NULL;
    for (size_t i = 0; i < sorted->n; i++)
        if (wanted_matches(&w, sorted->p[i]))
            return sorted->p[i];
    report_missing_version(p, &w, pn, itemstr.p, sorted);
    return NULL;
}

/* The highest version among those of the highest priority; a higher DEFAULT_PREFERENCE beats any version. */
static const struct bb_recipe *latest_of(const struct bb_recipe_vec *sorted)
{
    const struct bb_recipe *best = NULL;
    int64_t best_pref = 0;
    for (size_t i = 0; i < sorted->n && sorted->p[i]->priority == sorted->p[0]->priority; i++) {
        const struct bb_recipe *r = sorted->p[i];
        bool newer =
            best && best_pref == r->preference && bb_version_cmp(version_of(best), version_of(r)) < 0;
        if (!best || newer || r->preference > best_pref) {
            best = r;
            best_pref = r->preference;
        }
    }
    return best;
}

void bb_providers_best(struct bb_providers *p, bb_str pn, struct bb_best *ret)
{
    *ret = (struct bb_best){0};
    struct bb_recipe_vec sorted = {0};
    add_all(&sorted, bb_map_get(&p->by_pn, pn));
    if (sorted.n) {
        qsort(sorted.p, sorted.n, sizeof(*sorted.p), candidate_cmp);
        ret->preferred = preferred_of(p, pn, BB_STR(""), &sorted, &ret->required);
        ret->latest = latest_of(&sorted);
        if (!ret->required && !ret->preferred)
            ret->preferred = ret->latest;
    }
    bb_vec_release(&sorted);
}

/* Choosing. */

static int pn_cmp(const void *a, const void *b)
{
    const struct bb_recipe *x = *(const struct bb_recipe *const *)a, *y = *(const struct bb_recipe *const *)b;
    int c = bb_str_cmp(x->pn, y->pn);
    return c ? c : candidate_cmp(a, b);
}

static void move_to_front(struct bb_recipe_vec *v, size_t i)
{
    const struct bb_recipe *r = v->p[i];
    memmove(v->p + 1, v->p, i * sizeof(*v->p));
    v->p[0] = r;
}

/* One recipe for each PN among `all`: those with a preferred version first, then the latest ones; PN == item leads. */
static void choose_versions(struct bb_providers *p, const struct bb_recipe_vec *all, bb_str item,
                            struct bb_recipe_vec *ret)
{
    struct bb_recipe_vec sorted = {0}, latest = {0};
    add_all(&sorted, all);
    if (sorted.n)
        qsort(sorted.p, sorted.n, sizeof(*sorted.p), pn_cmp);
    ret->n = 0;
    bool missing = false;
    for (size_t i = 0, n; i < sorted.n && !missing; i += n) {
        bb_str pn = sorted.p[i]->pn;
        for (n = 1; i + n < sorted.n && bb_str_eq(sorted.p[i + n]->pn, pn); n++)
            ;
        struct bb_recipe_vec group = {sorted.p + i, n, 0};
        bool required;
        const struct bb_recipe *r = preferred_of(p, pn, item, &group, &required);
        missing = required && !r;
        if (missing)
            ret->n = 0;
        else if (r)
            bb_vec_push(ret, r);
        else
            bb_vec_push(&latest, latest_of(&group));
    }
    for (size_t i = 0; i < latest.n && !missing; i++)
        bb_vec_push(ret, latest.p[i]);
    for (size_t i = 0; i < ret->n; i++)
        if (bb_str_eq(ret->p[i]->pn, item))
            move_to_front(ret, i);
    bb_vec_release(&sorted);
    bb_vec_release(&latest);
}

/* Moves the candidate called `pn` to the front. */
static bool prefer(struct bb_recipe_vec *v, bb_str pn)
{
    for (size_t i = 0; i < v->n; i++) {
        if (bb_str_eq(v->p[i]->pn, pn)) {
            move_to_front(v, i);
            return true;
        }
    }
    return false;
}

void bb_providers_choose(struct bb_providers *p, bb_str item, struct bb_recipe_vec *ret, bool *ret_unique)
{
    static const struct bb_recipe_vec none;
    const struct bb_recipe_vec *all = bb_providers_of(p, item);
    choose_versions(p, all ? all : &none, item, ret);
    bb_str pn = get_for(p, "PREFERRED_PROVIDER_", item);
    if (pn.len == 0) {
        const bb_str *listed = bb_map_get(&p->preferred, item);
        if (listed)
            pn = *listed;
    }
    *ret_unique = pn.len && prefer(ret, pn);
}

/*
 * No PREFERRED_RPROVIDER: a candidate is preferred as well when PREFERRED_PROVIDER_x names it for anything
 * that the candidates provide at build time, which serves virtual/ names.
 */
static unsigned prefer_by_provides(struct bb_providers *p, bb_str item, struct bb_recipe_vec *v)
{
    struct bb_recipe_vec order = {0}, found = {0};
    BB_CLEAN_BUF struct bb_buf entries = BB_BUF_INIT;
    add_all(&order, v);
    for (size_t i = 0; i < order.n; i++) {
        const struct bb_strvec *names = bb_map_get(&p->pn_provides, order.p[i]->pn);
        for (size_t j = 0; j < names->n; j++) {
            bb_str pn = get_for(p, "PREFERRED_PROVIDER_", names->p[j]);
            size_t at = 0;
            while (at < v->n && !bb_str_eq(v->p[at]->pn, pn))
                at++;
            if (pn.len == 0 || at == v->n || recipes_have(&found, v->p[at]))
                continue;
            bb_buf_addf(&entries, "%sPREFERRED_PROVIDER_%.*s = %.*s", found.n ? ", " : "",
                        BB_STRF(names->p[j]), BB_STRF(pn));
            bb_vec_push(&found, v->p[at]);
            move_to_front(v, at);
            break;
        }
    }
    if (found.n > 1) {
        BB_CLEAN_BUF struct bb_buf who = BB_BUF_INIT;
        for (size_t i = 0; i < found.n; i++)
            bb_buf_addf(&who, "%s%.*s", i ? ", " : "", BB_STRF(found.p[i]->fn));
        bb_error(p->ctx,
                 "Trying to resolve runtime dependency %.*s resulted in "
                 "conflicting PREFERRED_PROVIDER entries being found.\n"
                 "The providers found were: %s\n"
                 "The PREFERRED_PROVIDER entries resulting in this "
                 "conflict were: %s. You could set PREFERRED_RPROVIDER_%.*s",
                 BB_STRF(item), who.p, entries.p, BB_STRF(item));
    }
    unsigned n = (unsigned)found.n;
    bb_vec_release(&order);
    bb_vec_release(&found);
    return n;
}

void bb_providers_choose_runtime(struct bb_providers *p, bb_str item, struct bb_recipe_vec *ret,
                                 unsigned *ret_preferred)
{
    struct bb_recipe_vec all = {0};
    bb_providers_runtime(p, item, &all);
    choose_versions(p, &all, item, ret);
    bb_vec_release(&all);
    bb_str pn = get_for(p, "PREFERRED_RPROVIDER_", item);
    if (pn.len && prefer(ret, pn))
        *ret_preferred = 1;
    else
        *ret_preferred = prefer_by_provides(p, item, ret);
}

/* world and universe. */

static bool is_world(const struct bb_providers *p, const struct bb_recipe *r, bb_str task)
{
    if (r->not_world || (task.len && !bb_recipe_task(r, task)))
        return false;
    const struct bb_strvec *names = bb_map_get(&p->pn_provides, r->pn);
    for (size_t i = 0; i < names->n; i++) {
        if (bb_str_starts(names->p[i], BB_STR("virtual/")))
            return false;
        const struct bb_recipe_vec *others = bb_providers_of(p, names->p[i]);
        for (size_t j = 0; j < others->n; j++)
            if (!bb_str_eq(others->p[j]->pn, r->pn))
                return false;
    }
    return true;
}

void bb_providers_world(const struct bb_providers *p, bb_str task, struct bb_strvec *ret)
{
    struct bb_map seen = {0};
    for (size_t i = 0; i < p->recipes.n; i++)
        if (is_world(p, p->recipes.p[i], task) && bb_map_put(&seen, p->recipes.p[i]->pn, NULL))
            bb_vec_push(ret, p->recipes.p[i]->pn);
    bb_map_release(&seen);
}

void bb_providers_universe(const struct bb_providers *p, bb_str task, struct bb_strvec *ret)
{
    bb_map_each(&p->by_pn, it) {
        const struct bb_recipe_vec *all = bb_providers_of(p, it->key);
        bool found = task.len == 0;
        for (size_t i = 0; i < all->n && !found; i++)
            found = bb_recipe_task(all->p[i], task) != NULL;
        if (found)
            bb_vec_push(ret, it->key);
    }
}
