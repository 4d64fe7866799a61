/* SPDX-License-Identifier: MIT */
#include "fetch/aptsources.h"

#include <errno.h>

#include "base/vec.h"
#include "os/fs.h"

/* The fields of an entry that we use or pass on. */
struct entry {
    struct bb_buf types, uris, suites, components, rest; /* rest: other fields, whole lines */
    bool disabled;
};

static void release(struct entry *e)
{
    bb_buf_release(&e->types);
    bb_buf_release(&e->uris);
    bb_buf_release(&e->suites);
    bb_buf_release(&e->components);
    bb_buf_release(&e->rest);
    *e = (struct entry){0};
}

static struct entry empty(void)
{
    struct entry e = {BB_BUF_INIT, BB_BUF_INIT, BB_BUF_INIT, BB_BUF_INIT, BB_BUF_INIT, false};
    return e;
}

/* Adds the suite, renamed, when it is of the release. */
static void add_suite(bb_str suite, const struct bb_aptrelease *rel, struct bb_buf *out)
{
    bb_str names[] = {rel->name, rel->stable ? BB_STR("stable") : BB_STR("")};

    for (size_t i = 0; i < 2; i++) {
        char next = suite.len > names[i].len ? suite.p[names[i].len] : '\0';
        if (!names[i].len || !bb_str_starts(suite, names[i]) || (next != '\0' && next != '-' && next != '/'))
            continue;
        bb_str as = rel->as.len ? rel->as : names[i];
        bb_buf_addf(out, " %.*s%.*s", BB_STRF(as), BB_STRF(bb_str_from(suite, names[i].len)));
        return;
    }
}

static void add_entry(const struct entry *e, const struct bb_aptrelease *rel, bool source, struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf suites = BB_BUF_INIT;
    bb_str all = bb_buf_str(&e->suites), suite;

    if (e->disabled || !bb_str_has_word(bb_buf_str(&e->types), BB_STR("deb")))
        return;
    while (bb_str_word(&all, &suite))
        add_suite(suite, rel, &suites);
    if (!suites.len)
        return;
    bb_buf_addf(out, "Types: %s\nURIs: %s\nSuites:%s\n", source ? "deb-src" : "deb", e->uris.p, suites.p);
    if (e->components.len)
        bb_buf_addf(out, "Components: %s\n", e->components.p);
    bb_buf_addf(out, "%s\n", e->rest.p);
}

/* [ arch=amd64 signed-by=/x trusted=yes ] of a one-line entry, as fields. */
static void add_options(struct entry *e, bb_str options)
{
    static const struct {
        const char *option, *field;
    } known[] = {
        {"signed-by=", "Signed-By"}, {"trusted=", "Trusted"}, {"check-valid-until=", "Check-Valid-Until"}};
    bb_str word;

    while (bb_str_word(&options, &word))
        for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
            if (bb_str_starts(word, bb_str_z(known[i].option)))
                bb_buf_addf(&e->rest, "%s: %.*s\n", known[i].field,
                            BB_STRF(bb_str_from(word, strlen(known[i].option))));
}

/* deb [options] uri suite component... */
static void add_line(bb_str line, const struct bb_aptrelease *rel, bool source, struct bb_buf *out)
{
    struct entry e = empty();
    size_t hash = bb_str_chr(line, '#', 0);
    bb_str word;

    if (hash != BB_NPOS)
        line.len = hash;
    if (bb_str_word(&line, &word)) {
        bb_buf_adds(&e.types, word);
        line = bb_str_trim(line);
        size_t close = line.len && line.p[0] == '[' ? bb_str_chr(line, ']', 0) : BB_NPOS;
        if (close != BB_NPOS) {
            add_options(&e, bb_str_sub(line, 1, close));
            line = bb_str_from(line, close + 1);
        }
        if (bb_str_word(&line, &word))
            bb_buf_adds(&e.uris, word);
        if (bb_str_word(&line, &word))
            bb_buf_adds(&e.suites, word);
        bb_buf_adds(&e.components, bb_str_trim(line));
        add_entry(&e, rel, source, out);
    }
    release(&e);
}

static void add_field(struct entry *e, bb_str line, struct bb_buf **last)
{
    size_t colon = bb_str_chr(line, ':', 0);

    if (line.p[0] == ' ' || line.p[0] == '\t') { /* continued */
        if (*last == &e->rest)
            bb_buf_addf(&e->rest, "%.*s\n", BB_STRF(line));
        else if (*last)
            bb_buf_addf(*last, " %.*s", BB_STRF(bb_str_trim(line)));
        return;
    }
    if (colon == BB_NPOS)
        return;
    bb_str name = bb_str_sub(line, 0, colon), value = bb_str_trim(bb_str_from(line, colon + 1));
    struct {
        const char *name;
        struct bb_buf *value;
    } fields[] = {
        {"Types", &e->types}, {"URIs", &e->uris}, {"Suites", &e->suites}, {"Components", &e->components}};

    *last = NULL;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (name.len == strlen(fields[i].name) && strncasecmp(name.p, fields[i].name, name.len) == 0)
            *last = fields[i].value;
    if (*last) {
        bb_buf_adds(*last, value);
    } else if (bb_str_eq(name, BB_STR("Enabled"))) {
        e->disabled = bb_str_eq(value, BB_STR("no")) || bb_str_eq(value, BB_STR("false"));
    } else if (!bb_str_eq(name, BB_STR("Architectures"))) {
        bb_buf_addf(&e->rest, "%.*s\n", BB_STRF(line));
        *last = &e->rest;
    }
}

void bb_aptsources_add(bb_str text, bool stanzas, const struct bb_aptrelease *rel, bool source,
                       struct bb_buf *out)
{
    struct entry e = empty();
    struct bb_buf *last = NULL;
    bb_str line;

    while (bb_str_split(&text, '\n', &line)) {
        if (!stanzas) {
            add_line(line, rel, source, out);
        } else if (!bb_str_trim(line).len) {
            add_entry(&e, rel, source, out);
            release(&e);
            e = empty();
            last = NULL;
        } else if (line.p[0] != '#') {
            add_field(&e, bb_str_rtrim(line), &last);
        }
    }
    add_entry(&e, rel, source, out);
    release(&e);
}

static void codename_of(const char *etc, struct bb_buf *ret)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, text = BB_BUF_INIT;
    bb_str rest, line;

    bb_buf_addf(&path, "%s/os-release", etc);
    if (bb_fs_read(path.p, &text) < 0)
        return;
    rest = bb_buf_str(&text);
    while (bb_str_split(&rest, '\n', &line))
        if (bb_str_starts(line, BB_STR("VERSION_CODENAME=")))
            bb_buf_adds(ret, bb_str_from(line, strlen("VERSION_CODENAME=")));
}

static void add_file(const char *path, const struct bb_aptrelease *rel, bool source, struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;

    if (bb_fs_read(path, &text) == 0)
        bb_aptsources_add(bb_buf_str(&text), bb_str_ends(bb_str_z(path), BB_STR(".sources")), rel, source,
                          out);
}

static void add_files(const char *etc, const struct bb_aptrelease *rel, bool source, struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    struct bb_strvec names = {0};
    struct bb_arena a;

    bb_arena_init(&a);
    bb_buf_addf(&path, "%s/apt/sources.list", etc);
    add_file(path.p, rel, source, out);
    bb_buf_addz(&path, ".d");
    size_t dir = path.len;
    if (bb_fs_list(&a, path.p, &names) == 0) {
        bb_vec_each(&names, name) {
            if (!bb_str_ends(*name, BB_STR(".list")) && !bb_str_ends(*name, BB_STR(".sources")))
                continue;
            bb_buf_addf(&path, "/%.*s", BB_STRF(*name));
            add_file(path.p, rel, source, out);
            bb_buf_truncate(&path, dir);
        }
    }
    bb_vec_release(&names);
    bb_arena_release(&a);
}

int bb_aptsources_host(const char *etc, bb_str release, bool source, struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf codename = BB_BUF_INIT;
    size_t before = out->len;

    codename_of(etc, &codename);
    bb_str own = bb_buf_str(&codename);
    if (release.len && !bb_str_eq(release, own))
        add_files(etc, &(struct bb_aptrelease){.name = release}, source, out);
    if (out->len == before)
        add_files(etc, &(struct bb_aptrelease){.name = own, .stable = true, .as = release}, source, out);
    return out->len > before ? 0 : -ENOENT;
}

void bb_aptsources_hosts(bb_str stanzas, struct bb_buf *out)
{
    bb_str line, word;

    while (bb_str_split(&stanzas, '\n', &line)) {
        if (!bb_str_starts(line, BB_STR("URIs:")))
            continue;
        line = bb_str_from(line, strlen("URIs:"));
        while (bb_str_word(&line, &word)) {
            size_t at = bb_str_find(word, BB_STR("://"), 0);
            if (at == BB_NPOS)
                continue;
            bb_str host = bb_str_from(word, at + 3);
            size_t end = bb_str_chr(host, '/', 0);
            host.len = end == BB_NPOS ? host.len : end;
            bb_buf_addf(out, "%s%.*s", out->len ? " " : "", BB_STRF(host));
        }
    }
}
