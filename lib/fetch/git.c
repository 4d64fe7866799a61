/* SPDX-License-Identifier: MIT */
#include "fetch/git.h"

#include <stdlib.h>

#include "base/diag.h"
#include "base/vec.h"
#include "ext/tar.h"
#include "os/proc.h"

static void describe(struct bb_buf *err, const char *const *argv, int status, bb_str output)
{
    bb_buf_addz(err, "Fetch command");
    for (size_t i = 0; argv[i]; i++)
        bb_buf_addf(err, " %s", argv[i]);
    bb_buf_addf(err, " failed with exit code %d, ", status);
    output = bb_str_trim(output);
    if (output.len)
        bb_buf_addf(err, "output:\n%.*s", BB_STRF(output));
    else
        bb_buf_addz(err, "no output");
}

/* Runs git with `args` in folder `dir` (NULL: here); what it prints is appended to `out`, which may be NULL. */
static int run_git(const struct bb_git *g, const char *dir, const char *const *args, struct bb_buf *out,
                   struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf mine = BB_BUF_INIT, said = BB_BUF_INIT;
    BB_VEC(const char *) argv = {0};
    struct bb_arena a;
    bb_str words = g->command, word;
    int status = 0;

    bb_arena_init(&a);
    while (bb_str_word(&words, &word)) {
        const char *arg = bb_arena_strz(&a, word);
        bb_vec_push(&argv, arg);
    }
    for (size_t i = 0; args[i]; i++)
        bb_vec_push(&argv, args[i]);
    bb_vec_push(&argv, NULL);
    struct bb_spawn s = BB_SPAWN(argv.p);
    s.cwd = dir;
    int r = bb_proc_run(&s, out ? out : &mine, &said, &status);
    if (r < 0) {
        bb_buf_addf(err, "cannot run '%s': %s", argv.p[0], bb_strerror(r));
    } else if (status != 0) {
        describe(err, argv.p, status, bb_buf_str(&said));
        r = -BB_ENETWORK;
    }
    bb_vec_release(&argv);
    bb_arena_release(&a);
    return r;
}

#define RUN(g, dir, out, err, ...) run_git(g, dir, (const char *const[]){__VA_ARGS__, NULL}, out, err)

bool bb_git_is_mirror(const struct bb_git *g, const char *dir)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT, err = BB_BUF_INIT;
    char *real = NULL;

    if (!bb_fs_is_dir(dir) || RUN(g, dir, &out, &err, "rev-parse", "--absolute-git-dir") < 0 ||
        bb_fs_realpath(dir, &real) < 0)
        return false;
    bb_str git_dir = bb_str_trim(bb_buf_str(&out)), top_dir = bb_str_z(real);
    bool top =
        bb_str_starts(git_dir, top_dir) && (git_dir.len == top_dir.len || git_dir.p[top_dir.len] == '/');
    free(real);
    return top;
}

int bb_git_clone(const struct bb_git *g, const char *dir, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf tmp = BB_BUF_INIT;
    char *url = bb_strndup(g->url);

    bb_buf_addf(&tmp, "%s.tmp", dir);
    int r = bb_fs_mkdirs_for(dir);
    if (r == 0)
        r = bb_fs_remove(tmp.p); /* a killed process may have left it */
    if (r < 0)
        bb_buf_addf(err, "cannot make '%s': %s", tmp.p, bb_strerror(r));
    if (r == 0)
        r = RUN(g, NULL, NULL, err, "clone", "--bare", "--mirror", url, tmp.p);
    if (r == 0 && ((r = bb_fs_remove(dir)) < 0 || (r = bb_fs_rename(tmp.p, dir)) < 0))
        bb_buf_addf(err, "cannot replace '%s': %s", dir, bb_strerror(r));
    if (r < 0)
        bb_fs_remove(tmp.p);
    free(url);
    return r;
}

int bb_git_fetch(const struct bb_git *g, const char *dir, bool all_refs, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf remotes = BB_BUF_INIT;
    char *url = bb_strndup(g->url);
    int r = RUN(g, dir, &remotes, err, "remote");

    if (r == 0 && bb_str_has_word(bb_buf_str(&remotes), BB_STR("origin")))
        r = RUN(g, dir, NULL, err, "remote", "rm", "origin");
    if (r == 0)
        r = RUN(g, dir, NULL, err, "remote", "add", "--mirror=fetch", "origin", url);
    if (r == 0 && all_refs)
        r = RUN(g, dir, NULL, err, "fetch", "-f", "--update-head-ok", url, "refs/*:refs/*");
    else if (r == 0)
        r = RUN(g, dir, NULL, err, "fetch", "-f", "--update-head-ok", url, "refs/heads/*:refs/heads/*",
                "refs/tags/*:refs/tags/*");
    if (r == 0)
        r = RUN(g, dir, NULL, err, "pack-refs", "--all");
    free(url);
    return r;
}

int bb_git_contains(const struct bb_git *g, const char *dir, bb_str rev, bb_str branch)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT, err = BB_BUF_INIT;
    char *rev_z = bb_strndup(rev), *branch_z = bb_strndup(branch);
    int r;

    if (branch.len)
        r = RUN(g, dir, &out, &err, "branch", "--contains", rev_z, "--list", branch_z);
    else
        r = RUN(g, dir, &out, &err, "log", "--pretty=oneline", "-n", "1", rev_z, "--");
    free(rev_z);
    free(branch_z);
    if (r == -BB_ENETWORK)
        return 0; /* git does not know the revision */
    return r < 0 ? r : bb_str_trim(bb_buf_str(&out)).len > 0;
}

int bb_git_pack(const char *dir, const char *tarball, struct bb_buf *err)
{
    struct bb_tar_pack o = {.prefix = "./", .root_owner = true};
    return bb_tar_pack(dir, tarball, &o, err);
}

int bb_git_lsremote(const struct bb_git *g, const char *pattern, struct bb_buf *out, struct bb_buf *err)
{
    char *url = bb_strndup(g->url);
    int r = pattern && *pattern ? RUN(g, NULL, out, err, "ls-remote", url, pattern)
                                : RUN(g, NULL, out, err, "ls-remote", url);

    if (r == 0 && !out->len) {
        bb_buf_addf(err, "The command git ls-remote %s gave empty output unexpectedly", url);
        r = -BB_ENETWORK;
    }
    free(url);
    return r;
}

/* The revision of the line "<revision>\t<ref>" whose ref is prefix + name + suffix. */
static bb_str find_ref(bb_str listing, const char *prefix, bb_str name, const char *suffix)
{
    bb_str line, rev, ref;
    size_t npre = strlen(prefix), nsuf = strlen(suffix);

    while (bb_str_split(&listing, '\n', &line)) {
        if (!bb_str_word(&line, &rev) || !bb_str_word(&line, &ref) || ref.len != npre + name.len + nsuf)
            continue;
        if (bb_str_starts(ref, bb_str_z(prefix)) && bb_str_ends(ref, bb_str_z(suffix)) &&
            bb_str_eq(bb_str_sub(ref, npre, npre + name.len), name))
            return rev;
    }
    return (bb_str){0};
}

bb_str bb_git_resolve(bb_str listing, bb_str name)
{
    bool full = bb_str_starts(name, BB_STR("refs/")) || bb_str_eq(name, BB_STR("HEAD"));
    const char *head = full ? "" : "refs/heads/", *tag = full ? "" : "refs/tags/";
    bb_str rev = find_ref(listing, head, name, "");

    if (!rev.len)
        rev = find_ref(listing, tag, name, "^{}");
    return rev.len ? rev : find_ref(listing, tag, name, "");
}

/* The files of the revision, or of one folder of it, on a branch of that name or none. */
static int check_out(const struct bb_git *g, const struct bb_git_checkout *c, struct bb_buf *err)
{
    char *rev = bb_strndup(c->rev), *branch = bb_strndup(c->branch);
    int r;

    if (c->subpath.len) {
        BB_CLEAN_BUF struct bb_buf tree = BB_BUF_INIT;
        bb_buf_addf(&tree, "%s:%.*s", rev, BB_STRF(c->subpath));
        r = RUN(g, c->dir, NULL, err, "read-tree", tree.p);
        if (r == 0)
            r = RUN(g, c->dir, NULL, err, "checkout-index", "-q", "-f", "-a");
    } else if (c->branch.len) {
        BB_CLEAN_BUF struct bb_buf upstream = BB_BUF_INIT;
        bb_buf_addf(&upstream, "origin/%s", branch);
        r = RUN(g, c->dir, NULL, err, "checkout", "-B", branch, rev);
        if (r == 0)
            r = RUN(g, c->dir, NULL, err, "branch", branch, "--set-upstream-to", upstream.p);
    } else {
        r = RUN(g, c->dir, NULL, err, "checkout", rev);
    }
    free(rev);
    free(branch);
    return r;
}

int bb_git_checkout(const struct bb_git *g, const struct bb_git_checkout *c, struct bb_buf *err)
{
    BB_VEC(const char *) args = {0};
    char *url = bb_strndup(g->url);
    int r = bb_fs_remove(c->dir);

    if (r == 0)
        r = bb_fs_mkdirs_for(c->dir);
    if (r < 0)
        bb_buf_addf(err, "cannot replace '%s': %s", c->dir, bb_strerror(r));
    bb_vec_push(&args, "clone");
    bb_vec_push(&args, "-n");
    if (!c->noshared)
        bb_vec_push(&args, "-s");
    if (c->bare)
        bb_vec_push(&args, "--mirror");
    bb_vec_push(&args, c->mirror);
    bb_vec_push(&args, c->dir);
    bb_vec_push(&args, NULL);
    if (r == 0)
        r = run_git(g, NULL, args.p, NULL, err);
    if (r == 0)
        r = RUN(g, c->dir, NULL, err, "remote", "set-url", "origin", url);
    if (r == 0 && !c->nocheckout && !c->bare)
        r = check_out(g, c, err);
    bb_vec_release(&args);
    free(url);
    return r;
}
