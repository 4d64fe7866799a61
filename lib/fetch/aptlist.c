/* SPDX-License-Identifier: MIT */
#include "fetch/aptlist.h"

#include <fnmatch.h>

#include "base/diag.h"
#include "fetch/uri.h"

void bb_aptlist_init(struct bb_aptlist *l)
{
    *l = (struct bb_aptlist){0};
    bb_arena_init(&l->arena);
}

void bb_aptlist_release(struct bb_aptlist *l)
{
    bb_vec_release(&l->files);
    bb_arena_release(&l->arena);
}

static bool is_sha256(bb_str s)
{
    if (s.len != 64)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!strchr("0123456789abcdef", s.p[i]))
            return false;
    return true;
}

/* A name that is put behind a folder's must stay in that folder. */
static bool is_plain_name(bb_str file)
{
    return file.len && file.p[0] != '.' && bb_str_chr(file, '/', 0) == BB_NPOS;
}

/* "libc6_1%3a2.36_arm64.deb" says name, version and architecture; other files are parts of source packages. */
static void name_parts(struct bb_arena *a, struct bb_aptfile *f)
{
    BB_CLEAN_BUF struct bb_buf version = BB_BUF_INIT;
    bb_str rest = f->file, part[4] = {{0}};
    size_t n = 0;

    while (n < 4 && bb_str_split(&rest, '_', &part[n]))
        n++;
    f->name = part[0];
    f->version = f->arch = BB_STR("-");
    if (n != 3 || !bb_str_ends(f->file, BB_STR(".deb")))
        return;
    bb_uri_unquote(part[1], &version);
    f->version = bb_arena_str(a, bb_buf_str(&version));
    f->arch = bb_str_sub(part[2], 0, part[2].len - strlen(".deb"));
}

int bb_aptlist_add_uris(struct bb_aptlist *l, bb_str text, struct bb_buf *err)
{
    bb_str line, rest, uri, size, sum;

    text = bb_arena_str(&l->arena, text);
    while (bb_str_split(&text, '\n', &line)) {
        struct bb_aptfile f = {0};
        rest = line;
        if (!line.len || line.p[0] != '\'')
            continue;
        bool whole = bb_str_word(&rest, &uri) && bb_str_word(&rest, &f.file) && bb_str_word(&rest, &size) &&
                     bb_str_word(&rest, &sum);
        f.sha256 = whole ? bb_str_from(sum, strlen("SHA256:")) : BB_STR("");
        if (!whole || !bb_str_to_int(size, &f.size) || !bb_str_starts(sum, BB_STR("SHA256:")) ||
            !is_sha256(f.sha256) || !is_plain_name(f.file)) {
            bb_buf_addf(err, "apt gave no sha256 for %.*s", BB_STRF(line));
            return -BB_ECORRUPT;
        }
        name_parts(&l->arena, &f);
        bb_vec_push(&l->files, f);
    }
    return 0;
}

int bb_aptlist_add_record(struct bb_aptlist *l, bb_str text, struct bb_buf *err)
{
    bb_str line, rest, size;

    text = bb_arena_str(&l->arena, text);
    while (bb_str_split(&text, '\n', &line)) {
        struct bb_aptfile f = {0};
        rest = line;
        if (!line.len || line.p[0] == '#')
            continue;
        if (!bb_str_word(&rest, &f.name) || !bb_str_word(&rest, &f.version) || !bb_str_word(&rest, &f.arch) ||
            !bb_str_word(&rest, &size) || !bb_str_to_int(size, &f.size) || !bb_str_word(&rest, &f.sha256) ||
            !bb_str_word(&rest, &f.file) || !is_sha256(f.sha256) || !is_plain_name(f.file)) {
            bb_buf_addf(err, "damaged line '%.*s'", BB_STRF(line));
            return -BB_ECORRUPT;
        }
        bb_vec_push(&l->files, f);
    }
    return 0;
}

static int by_file(const void *a, const void *b)
{
    return bb_str_cmp(((const struct bb_aptfile *)a)->file, ((const struct bb_aptfile *)b)->file);
}

void bb_aptlist_record(struct bb_aptlist *l, struct bb_buf *out)
{
    if (l->files.n)
        qsort(l->files.p, l->files.n, sizeof(*l->files.p), by_file);
    bb_vec_each(&l->files, f)
        bb_buf_addf(out, "%.*s %.*s %.*s %lld %.*s %.*s\n", BB_STRF(f->name), BB_STRF(f->version),
                    BB_STRF(f->arch), (long long)f->size, BB_STRF(f->sha256), BB_STRF(f->file));
}

bool bb_aptlist_fits(bb_str patterns, bb_str name)
{
    char *name_z = bb_strndup(name);
    bool fits = false;
    bb_str part;

    while (!fits && bb_str_split(&patterns, ',', &part)) {
        char *pattern = bb_strndup(part);
        fits = part.len && fnmatch(pattern, name_z, 0) == 0;
        free(pattern);
    }
    free(name_z);
    return fits;
}

void bb_aptlist_filter(struct bb_aptlist *l, bb_str only, bb_str exclude)
{
    size_t kept = 0;

    for (size_t i = 0; i < l->files.n; i++) {
        bb_str name = l->files.p[i].name;
        if ((!only.len || bb_aptlist_fits(only, name)) && !bb_aptlist_fits(exclude, name))
            l->files.p[kept++] = l->files.p[i];
    }
    l->files.n = kept;
}
