/* SPDX-License-Identifier: MIT */
#include "fetch/apt.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/diag.h"
#include "fetch/checksum.h"
#include "fetch/unpack.h"
#include "os/fs.h"
#include "os/proc.h"

/* What the machine's own configuration may say and must not count here is cleared; see apt.conf(5). */
static const char conf_fixed[] = "#clear APT::Architectures;\n"
                                 "#clear APT::Update::Pre-Invoke;\n"
                                 "#clear APT::Update::Post-Invoke;\n"
                                 "#clear APT::Update::Post-Invoke-Success;\n"
                                 "#clear DPkg::Post-Invoke;\n"
                                 "#clear DPkg::Pre-Install-Pkgs;\n"
                                 "#clear Acquire::IndexTargets::deb::DEP-11;\n"
                                 "#clear Acquire::IndexTargets::deb::DEP-11-icons-small;\n"
                                 "#clear Acquire::IndexTargets::deb::DEP-11-icons;\n"
                                 "#clear Acquire::IndexTargets::deb::DEP-11-icons-hidpi;\n"
                                 "#clear Acquire::IndexTargets::deb::CNF;\n"
                                 "#clear Acquire::IndexTargets::deb::Contents-deb;\n"
                                 "#clear Acquire::IndexTargets::deb::Contents-udeb;\n"
                                 "APT::Sandbox::User \"\";\n"
                                 "APT::Install-Recommends \"false\";\n"
                                 "APT::Install-Suggests \"false\";\n"
                                 "APT::Get::List-Cleanup \"true\";\n"
                                 "APT::Update::Error-Mode \"any\";\n"
                                 "Acquire::Languages \"none\";\n"
                                 "Acquire::GzipIndexes \"true\";\n"
                                 "Acquire::ForceHash \"SHA256\";\n"
                                 "Acquire::Retries \"2\";\n"
                                 "Acquire::http::Timeout \"30\";\n"
                                 "Acquire::https::Timeout \"30\";\n"
                                 "Dir::Etc::sourcelist \"/dev/null\";\n"
                                 "Dir::Etc::preferences \"/dev/null\";\n";

static void write_conf(const struct bb_apt *a, struct bb_buf *out)
{
    bb_buf_addz(out, conf_fixed);
    if (a->arch)
        bb_buf_addf(out, "APT::Architecture \"%s\";\nAPT::Architectures { \"%s\"; };\n", a->arch, a->arch);
    bb_buf_addf(out,
                "Dir::Etc::sourceparts \"%s/sources.d\";\n"
                "Dir::Etc::preferencesparts \"%s/preferences.d\";\n"
                "Dir::State \"%s/state\";\n"
                "Dir::State::lists \"%s/state/lists\";\n"
                "Dir::State::status \"%s/state/status\";\n"
                "Dir::State::extended_states \"%s/state/extended_states\";\n"
                "Dir::Cache \"%s/cache\";\n"
                "Dir::Cache::archives \"%s/cache/archives\";\n"
                "Dir::Cache::pkgcache \"pkgcache.bin\";\n"
                "Dir::Cache::srcpkgcache \"srcpkgcache.bin\";\n"
                "Dir::Log \"%s/log\";\n",
                a->root, a->root, a->root, a->root, a->root, a->root, a->root, a->root, a->root);
}

static const char *under(struct bb_buf *path, const char *dir, const char *name)
{
    bb_buf_clear(path);
    bb_buf_addf(path, "%s/%s", dir, name);
    return path->p;
}

int bb_apt_prepare(const struct bb_apt *a, struct bb_buf *err)
{
    static const char *const dirs[] = {"state/lists/partial", "cache/archives/partial", "log", "sources.d",
                                       "preferences.d"};
    BB_CLEAN_BUF struct bb_buf conf = BB_BUF_INIT, path = BB_BUF_INIT;
    int r = bb_fs_mkdirs(a->pool);

    for (size_t i = 0; r == 0 && i < sizeof(dirs) / sizeof(dirs[0]); i++)
        r = bb_fs_mkdirs(under(&path, a->root, dirs[i]));
    write_conf(a, &conf);
    if (r == 0)
        r = bb_fs_write(under(&path, a->root, "apt.conf"), bb_buf_str(&conf), BB_FS_KEEP);
    if (r == 0)
        r = bb_fs_write(under(&path, a->root, "sources.d/bbc.sources"), a->sources, BB_FS_KEEP);
    if (r == 0)
        r = bb_fs_write(under(&path, a->root, "state/status"), BB_STR(""), BB_FS_KEEP);
    if (r < 0)
        bb_buf_addf(err, "cannot write '%s': %s", path.len ? path.p : a->pool, bb_strerror(r));
    return r;
}

/* apt's own errors and warnings out of all that it said; everything when there are none. */
static void add_complaints(struct bb_buf *err, bb_str said)
{
    bb_str rest = said, line;
    size_t before = err->len;

    while (bb_str_split(&rest, '\n', &line))
        if (bb_str_starts(line, BB_STR("E: ")) || bb_str_starts(line, BB_STR("W: ")))
            bb_buf_addf(err, "\n%.*s", BB_STRF(line));
    if (err->len == before)
        bb_buf_addf(err, "\n%.*s", BB_STRF(bb_str_trim(said)));
}

/* Runs argv in `dir`, its messages in English; -BB_ENETWORK when it fails. */
static int run(const char *const *argv, const char *dir, struct bb_buf *out, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf said = BB_BUF_INIT, ignored = BB_BUF_INIT;
    BB_VEC(const char *) full = {0};
    int status = 0;

    bb_vec_push(&full, "env");
    bb_vec_push(&full, "LC_ALL=C");
    for (size_t i = 0; argv[i]; i++)
        bb_vec_push(&full, argv[i]);
    bb_vec_push(&full, NULL);
    struct bb_spawn s = BB_SPAWN(full.p);
    s.cwd = dir;
    int r = bb_proc_run(&s, out ? out : &ignored, &said, &status);
    if (r == 0 && status == 127)
        r = -ENOENT;
    if (r < 0) {
        bb_buf_addf(err, "cannot run '%s': %s", argv[0], bb_strerror(r));
    } else if (status != 0) {
        bb_buf_addf(err, "%s failed with exit code %d:", argv[0], status);
        add_complaints(err, bb_buf_str(&said));
        r = -BB_ENETWORK;
    }
    bb_vec_release(&full);
    return r;
}

/* Runs TOOL -c <our configuration> -qq ARGS. */
static int run_apt(const struct bb_apt *a, const char *tool, const char *dir, const char *const *args,
                   struct bb_buf *out, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf conf = BB_BUF_INIT;
    BB_VEC(const char *) argv = {0};

    bb_vec_push(&argv, tool);
    bb_vec_push(&argv, "-c");
    bb_vec_push(&argv, under(&conf, a->root, "apt.conf"));
    bb_vec_push(&argv, "-qq");
    for (size_t i = 0; args[i]; i++)
        bb_vec_push(&argv, args[i]);
    bb_vec_push(&argv, NULL);
    int r = run(argv.p, dir, out, err);
    bb_vec_release(&argv);
    return r;
}

#define APT(a, tool, dir, out, err, ...)                                                                     \
    run_apt(a, tool, dir, (const char *const[]){__VA_ARGS__, NULL}, out, err)

/* A file that is made after a successful update tells that and when; it names the sources the index is of. */
bool bb_apt_has_index(const struct bb_apt *a, int64_t max_age)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, text = BB_BUF_INIT;
    struct bb_stat st;

    under(&path, a->root, "state/updated");
    if (bb_fs_stat(path.p, &st) < 0 || bb_fs_read(path.p, &text) < 0 ||
        !bb_str_eq(bb_buf_str(&text), a->sources))
        return false;
    return max_age < 0 || (int64_t)time(NULL) - st.mtime_ns / 1000000000 <= max_age;
}

int bb_apt_update(const struct bb_apt *a, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    int r = APT(a, "apt-get", NULL, NULL, err, "update");

    if (r < 0)
        return r;
    r = bb_fs_write(under(&path, a->root, "state/updated"), a->sources, 0);
    if (r < 0)
        bb_buf_addf(err, "cannot write '%s': %s", path.p, bb_strerror(r));
    return r;
}

/*
 * A dpkg status in which the packages of `l` that fit the patterns are installed, so that apt neither gives
 * them nor what only they need.
 */
static int write_installed(const struct bb_apt *a, const struct bb_aptlist *l, bb_str patterns,
                           const char *status, struct bb_buf *err)
{
    static const char *const fields[] = {"Package:", "Version:", "Architecture:", "Multi-Arch:", "Provides:"};
    BB_CLEAN_BUF struct bb_buf shown = BB_BUF_INIT, text = BB_BUF_INIT, pin = BB_BUF_INIT;
    bb_str rest, line;

    bb_vec_each(&l->files, f) {
        if (!bb_aptlist_fits(patterns, f->name))
            continue;
        bb_buf_clear(&pin);
        bb_buf_addf(&pin, "%.*s=%.*s", BB_STRF(f->name), BB_STRF(f->version));
        int r = APT(a, "apt-cache", NULL, &shown, err, "show", pin.p);
        if (r < 0)
            return r;
        bb_buf_addz(&shown, "\n");
    }
    rest = bb_buf_str(&shown);
    while (bb_str_split(&rest, '\n', &line)) {
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
            if (bb_str_starts(line, bb_str_z(fields[i])))
                bb_buf_addf(&text, "%.*s\n%s", BB_STRF(line), i == 0 ? "Status: install ok installed\n" : "");
        if (!line.len && text.len)
            bb_buf_addz(&text, "\n");
    }
    int r = bb_fs_write(status, bb_buf_str(&text), 0);
    if (r < 0)
        bb_buf_addf(err, "cannot write '%s': %s", status, bb_strerror(r));
    return r;
}

static int closure(const struct bb_apt *a, const char *package, const char *status, struct bb_aptlist *ret,
                   struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf uris = BB_BUF_INIT, option = BB_BUF_INIT;

    bb_buf_addf(&option, "Dir::State::status=%s", status);
    int r = APT(a, "apt-get", NULL, &uris, err, "install", "-y", "--print-uris", "-o", option.p, package);
    return r < 0 ? r : bb_aptlist_add_uris(ret, bb_buf_str(&uris), err);
}

static int resolve_closure(const struct bb_apt *a, const struct bb_apt_request *q, const char *package,
                           struct bb_aptlist *ret, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf status = BB_BUF_INIT, installed = BB_BUF_INIT;
    struct bb_aptlist all;

    under(&status, a->root, "state/status");
    if (!q->exclude.len)
        return closure(a, package, status.p, ret, err);
    bb_aptlist_init(&all);
    under(&installed, a->root, "state/installed");
    int r = closure(a, package, status.p, &all, err);
    if (r == 0)
        r = write_installed(a, &all, q->exclude, installed.p, err);
    if (r == 0)
        r = closure(a, package, installed.p, ret, err);
    bb_aptlist_release(&all);
    return r;
}

int bb_apt_resolve(const struct bb_apt *a, const struct bb_apt_request *q, struct bb_aptlist *ret,
                   struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf uris = BB_BUF_INIT;
    char *package = bb_strndup(q->package);
    int r;

    if (a->arch && q->deps) {
        r = resolve_closure(a, q, package, ret, err);
    } else {
        r = a->arch ? APT(a, "apt-get", a->root, &uris, err, "download", "--print-uris", package)
                    : APT(a, "apt-get", a->root, &uris, err, "source", "--download-only", "--print-uris",
                          package);
        if (r == 0)
            r = bb_aptlist_add_uris(ret, bb_buf_str(&uris), err);
    }
    if (r == 0) {
        bb_aptlist_filter(ret, q->only, a->arch ? q->exclude : BB_STR(""));
        if (!ret->files.n) {
            bb_buf_addf(err, "no package is left of '%s'%s%.*s", package, q->only.len ? " with only=" : "",
                        BB_STRF(q->only));
            r = -ENOENT;
        }
    }
    free(package);
    return r;
}

static const char *pool_path(const struct bb_apt *a, const struct bb_aptfile *f, struct bb_buf *path)
{
    bb_buf_clear(path);
    bb_buf_addf(path, "%s/%.*s", a->pool, BB_STRF(f->file));
    return path->p;
}

bool bb_apt_in_pool(const struct bb_apt *a, const struct bb_aptfile *f)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    struct bb_stat st;

    return bb_fs_stat(pool_path(a, f, &path), &st) == 0 && st.type == BB_F_FILE &&
           (int64_t)st.size == f->size;
}

int bb_apt_verify(const struct bb_apt *a, const struct bb_aptfile *f, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    return bb_checksum_verify(pool_path(a, f, &path), f->sha256, err);
}

/* Whether the pool's copy can stay; a wrong one is removed. */
static bool have(const struct bb_apt *a, const struct bb_aptfile *f)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, why = BB_BUF_INIT;

    if (bb_apt_in_pool(a, f) && bb_apt_verify(a, f, &why) == 0)
        return true;
    bb_fs_unlink(pool_path(a, f, &path));
    return false;
}

/* From the folder that apt downloaded to into the pool, once it is what the index says. */
static int take_over(const struct bb_apt *a, const char *from, const struct bb_aptfile *f, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, to = BB_BUF_INIT;

    bb_buf_addf(&path, "%s/%.*s", from, BB_STRF(f->file));
    int r = bb_checksum_verify(path.p, f->sha256, err);
    if (r < 0)
        return r;
    r = bb_fs_rename(path.p, pool_path(a, f, &to));
    if (r < 0)
        bb_buf_addf(err, "cannot write '%s': %s", to.p, bb_strerror(r));
    return r;
}

int bb_apt_download(const struct bb_apt *a, const struct bb_aptlist *l, bb_str source, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf tmp = BB_BUF_INIT;
    BB_VEC(const struct bb_aptfile *) missing = {0};
    BB_VEC(const char *) args = {0};
    struct bb_arena names;
    int r = 0;

    bb_arena_init(&names);
    bb_vec_push(&args, a->arch ? "download" : "source");
    if (!a->arch) {
        bb_vec_push(&args, "--download-only");
        bb_vec_push(&args, bb_arena_strz(&names, source));
    }
    bb_vec_each(&l->files, f) {
        if (have(a, f))
            continue;
        bb_vec_push(&missing, f);
        if (a->arch)
            bb_vec_push(&args, bb_arena_fmt(&names, "%.*s=%.*s", BB_STRF(f->name), BB_STRF(f->version)).p);
    }
    bb_vec_push(&args, NULL);
    bb_buf_addf(&tmp, "%s/.partial", a->pool); /* ours alone, but a killed process may have left it */
    if (missing.n && ((r = bb_fs_remove(tmp.p)) < 0 || (r = bb_fs_mkdirs(tmp.p)) < 0))
        bb_buf_addf(err, "cannot make '%s': %s", tmp.p, bb_strerror(r));
    if (missing.n && r == 0)
        r = run_apt(a, "apt-get", tmp.p, args.p, NULL, err);
    for (size_t i = 0; r == 0 && i < missing.n; i++)
        r = take_over(a, tmp.p, missing.p[i], err);
    bb_fs_remove(tmp.p);
    bb_vec_release(&missing);
    bb_vec_release(&args);
    bb_arena_release(&names);
    return r;
}

static int unpack_source(const struct bb_apt *a, const struct bb_aptlist *l, const char *dir, bb_str name,
                         struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf dsc = BB_BUF_INIT;
    char *to = name.len ? bb_strndup(name) : NULL;
    int r = -ENOENT;

    bb_vec_each(&l->files, f)
        if (bb_str_ends(f->file, BB_STR(".dsc")))
            pool_path(a, f, &dsc);
    if (dsc.len) {
        /* We have checked the sums of all files; a signature could only be checked with the developers' keys. */
        const char *argv[] = {"dpkg-source", "--no-check", "--no-copy", "-x", dsc.p, to, NULL};
        /* dpkg-source insists on making the folder; S may be there already, from cleandirs or an earlier run. */
        BB_CLEAN_BUF struct bb_buf old = BB_BUF_INIT;
        bb_buf_addf(&old, "%s/%s", dir, to ? to : ".unnamed");
        r = bb_fs_remove(old.p);
        if (r < 0)
            bb_buf_addf(err, "cannot remove '%s': %s", old.p, bb_strerror(r));
        else
            r = run(argv, dir, NULL, err);
    } else {
        bb_buf_addz(err, "the source package has no .dsc file");
    }
    free(to);
    return r;
}

int bb_apt_unpack(const struct bb_apt *a, const struct bb_aptlist *l, const char *dir, int strip, bb_str name,
                  struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    struct bb_unpack_opts o = {.strip = strip};
    int r = 0;

    bb_vec_each(&l->files, f)
        if ((r = bb_apt_verify(a, f, err)) < 0)
            return r;
    if (!a->arch)
        return unpack_source(a, l, dir, name, err);
    bb_vec_each(&l->files, f)
        if ((r = bb_unpack_archive(pool_path(a, f, &path), dir, &o, err)) < 0)
            return r;
    return 0;
}
