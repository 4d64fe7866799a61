/* SPDX-License-Identifier: MIT */
#include "fetch/mirror.h"

#include <stdlib.h>

#include "base/diag.h"
#include "ext/regex.h"

static bb_str base_name(bb_str path)
{
    size_t slash = bb_str_rchr(path, '/');
    return slash == BB_NPOS ? path : bb_str_from(path, slash + 1);
}

/* `text` with every `word` replaced by `by`. */
static bb_str replace_word(struct bb_arena *a, bb_str text, bb_str word, bb_str by)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    size_t from = 0, at;

    while ((at = bb_str_find(text, word, from)) != BB_NPOS) {
        bb_buf_adds(&out, bb_str_sub(text, from, at));
        bb_buf_adds(&out, by);
        from = at + word.len;
    }
    if (!from)
        return text;
    bb_buf_adds(&out, bb_str_from(text, from));
    return bb_arena_str(a, bb_buf_str(&out));
}

/* One after the other, so a value may bring in a word that comes later in the list, as in BitBake. */
static bb_str replace_words(struct bb_arena *a, bb_str text, const struct bb_mirror_words *w)
{
    text = replace_word(a, text, BB_STR("TYPE"), w->type);
    text = replace_word(a, text, BB_STR("HOST"), w->host);
    text = replace_word(a, text, BB_STR("PATH"), w->path);
    text = replace_word(a, text, BB_STR("BASENAME"), w->basename);
    return replace_word(a, text, BB_STR("MIRRORNAME"), w->mirrorname);
}

/* Appends the template of Python's re.sub for the present match: \1, \12, \g<1>, \g<name>; other escapes stay. */
static void add_template(const struct bb_regex *re, bb_str by, struct bb_buf *out)
{
    for (size_t i = 0; i < by.len; i++) {
        bb_str rest = bb_str_from(by, i + 1);
        if (by.p[i] != '\\' || !rest.len) {
            bb_buf_addc(out, by.p[i]);
        } else if (rest.p[0] >= '1' && rest.p[0] <= '9') {
            size_t digits = rest.len > 1 && rest.p[1] >= '0' && rest.p[1] <= '9' ? 2 : 1;
            unsigned n = (unsigned)(rest.p[0] - '0');
            if (digits == 2)
                n = n * 10 + (unsigned)(rest.p[1] - '0');
            bb_buf_adds(out, bb_regex_group(re, n));
            i += digits;
        } else if (bb_str_starts(rest, BB_STR("g<")) && bb_str_chr(rest, '>', 0) != BB_NPOS) {
            size_t end = bb_str_chr(rest, '>', 0);
            char *name = bb_strndup(bb_str_sub(rest, 2, end));
            int64_t n;
            if (bb_str_to_int(bb_str_z(name), &n) && n >= 0)
                bb_buf_adds(out, bb_regex_group(re, (unsigned)n));
            else
                bb_buf_adds(out, bb_regex_named(re, name));
            free(name);
            i += end + 1;
        } else {
            bb_buf_addc(out, rest.p[0]);
            i++;
        }
    }
}

/* re.match at the start of `subject`, then re.sub of this one match. 1 when it matched. */
static int sub_first(bb_str pattern, bb_str subject, bb_str by, struct bb_buf *out, struct bb_buf *err)
{
    BB_CLEAN_REGEX struct bb_regex *re = NULL;

    if (bb_regex_new(pattern, 0, &re, err) < 0)
        return -BB_EPARSE;
    if (!bb_regex_match(re, subject, 0))
        return 0;
    if (by.len) {
        add_template(re, by, out);
        bb_buf_adds(out, bb_str_from(subject, bb_regex_group(re, 0).len));
    }
    return 1;
}

/* The path of a mirror ends in the name that the download has: of the mirror tarball, or of the local file. */
static bb_str mirror_path(struct bb_arena *a, bb_str path, bb_str old, bb_str basename)
{
    bb_str old_base = base_name(old);
    bb_str slashed = bb_arena_cat(a, BB_STR("/"), path);

    if (!basename.len)
        return path;
    if (old_base.len && !bb_str_eq(basename, old_base) &&
        bb_str_ends(slashed, bb_arena_cat(a, BB_STR("/"), old_base)))
        return bb_arena_cat(a, bb_str_sub(path, 0, path.len - old_base.len), basename);
    if (bb_str_ends(slashed, bb_arena_cat(a, BB_STR("/"), basename)))
        return path;
    if (path.len && path.p[path.len - 1] != '/')
        path = bb_arena_cat(a, path, BB_STR("/"));
    return bb_arena_cat(a, path, basename);
}

/* Parameters: those of the pattern must be there, those of the replacement are set. */
static bool replace_params(struct bb_arena *a, const struct bb_uri *find, const struct bb_uri *replace,
                           const struct bb_mirror_words *w, struct bb_uri *u)
{
    for (size_t i = 0; i < find->nparams; i++) {
        bb_str have = bb_uri_param(u, find->params[i].key);
        if (!have.p || !bb_str_eq(have, find->params[i].val))
            return false;
    }
    for (size_t i = 0; i < replace->nparams; i++)
        bb_uri_set_param(a, u, replace->params[i].key, replace_words(a, replace->params[i].val, w));
    return true;
}

static int decode(struct bb_arena *a, bb_str url, struct bb_uri *ret, struct bb_buf *err)
{
    bb_str why;
    int r = bb_uri_decode(a, url, ret, &why);

    if (r < 0 && why.len)
        bb_buf_adds(err, why);
    else if (r < 0)
        bb_buf_addf(err, "The URL: '%.*s' is invalid and cannot be interpreted", BB_STRF(url));
    return r;
}

/* Replaces one of type, host, path, user and password; 1 when the pattern fits. */
static int replace_part(struct bb_arena *a, bb_str pattern, bb_str by, bool literal, bb_str *part,
                        const struct bb_mirror_words *w, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    if (literal && by.len) {
        *part = by;
        return 1;
    }
    int r = sub_first(pattern, *part, replace_words(a, by, w), &out, err);
    if (r == 1)
        *part = bb_arena_str(a, bb_buf_str(&out));
    return r;
}

static int replace_in(struct bb_arena *a, const struct bb_mirror_try *t, struct bb_uri *u, struct bb_buf *err)
{
    struct bb_uri old, find, replace;
    int r;

    if ((r = decode(a, t->url, &old, err)) < 0 || (r = decode(a, t->find, &find, err)) < 0 ||
        (r = decode(a, t->replace, &replace, err)) < 0)
        return r;
    *u = old;
    /* An open end would make "https" fit "file" to "files". */
    if (find.type.len && find.type.p[find.type.len - 1] != '$')
        find.type = bb_arena_cat(a, find.type, BB_STR("$"));
    if ((r = replace_part(a, find.type, replace.type, false, &u->type, t->words, err)) <= 0 ||
        (r = replace_part(a, find.host, replace.host, false, &u->host, t->words, err)) <= 0 ||
        (r = replace_part(a, find.path, replace.path, false, &u->path, t->words, err)) <= 0 ||
        (r = replace_part(a, find.user, replace.user, true, &u->user, t->words, err)) <= 0 ||
        (r = replace_part(a, find.pswd, replace.pswd, true, &u->pswd, t->words, err)) <= 0)
        return r;
    bool tarball = t->tarball.len && !bb_str_eq(old.type, replace_words(a, replace.type, t->words));
    u->path = mirror_path(a, u->path, old.path, tarball ? base_name(t->tarball) : t->localname);
    if (tarball) { /* parameters make no sense for a mirror tarball */
        u->nparams = 0;
        find.nparams = 0;
    }
    return replace_params(a, &find, &replace, t->words, u);
}

int bb_mirror_replace(const struct bb_mirror_try *t, struct bb_buf *out, struct bb_buf *err)
{
    struct bb_arena a;
    struct bb_uri u = {0};
    size_t start = out->len;

    bb_arena_init(&a);
    int r = replace_in(&a, t, &u, err);
    if (r == 1) {
        bb_uri_encode(&u, out);
        if (bb_str_eq(bb_str_from(bb_buf_str(out), start), t->url)) {
            bb_buf_truncate(out, start);
            r = 0;
        }
    }
    bb_arena_release(&a);
    return r;
}

static bool equal_nocase(bb_str a, bb_str b)
{
    return a.len == b.len && strncasecmp(a.p, b.p, a.len) == 0;
}

bool bb_mirror_host_allowed(bb_str networks, bb_str host)
{
    size_t colon = bb_str_chr(host, ':', 0);
    bb_str word;

    if (!host.len)
        return true;
    if (colon != BB_NPOS)
        host.len = colon;
    while (bb_str_word(&networks, &word)) {
        if (equal_nocase(word, host))
            return true;
        bb_str domain = bb_str_from(word, 2);
        if (!bb_str_starts(word, BB_STR("*.")) || domain.len > host.len)
            continue;
        /* "*.x.org" also allows x.org itself */
        size_t at = host.len - domain.len;
        if (equal_nocase(domain, bb_str_from(host, at)) && (at == 0 || host.p[at - 1] == '.'))
            return true;
    }
    return false;
}
