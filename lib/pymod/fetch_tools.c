/* SPDX-License-Identifier: MIT */
/* Module _bb_fetch: its functions for git repositories and Debian packages. */
#include "fetch/apt.h"
#include "fetch/aptsources.h"
#include "fetch/git.h"
#include "pymod/fetch_priv.h"

#define TEXT         bb_fetch_text
#define TEXT_OR_NONE bb_fetch_text_or_none

/* A repository is a tuple (git command, url). */
struct repo {
    struct bb_text command, url;
    struct bb_git git;
};

static void repo_release(struct repo *r)
{
    bb_text_release(&r->command);
    bb_text_release(&r->url);
}
#define CLEAN_REPO __attribute__((cleanup(repo_release)))

static int repo_arg(PyObject *o, void *ret)
{
    struct repo *r = ret;

    if (!PyArg_ParseTuple(o, "O&O&", TEXT, &r->command, TEXT, &r->url))
        return 0;
    r->git = (struct bb_git){r->command.s, r->url.s};
    return 1;
}

static PyObject *m_git_is_mirror(PyObject *self, PyObject *args)
{
    CLEAN_REPO struct repo repo = {0};
    BB_CLEAN_TEXT struct bb_text dir = {0};

    if (!PyArg_ParseTuple(args, "O&O&", repo_arg, &repo, TEXT, &dir))
        return NULL;
    return PyBool_FromLong(bb_git_is_mirror(&repo.git, dir.s.p));
}

static PyObject *m_git_clone(PyObject *self, PyObject *args)
{
    CLEAN_REPO struct repo repo = {0};
    BB_CLEAN_TEXT struct bb_text dir = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    if (!PyArg_ParseTuple(args, "O&O&", repo_arg, &repo, TEXT, &dir))
        return NULL;
    return bb_fetch_result(bb_git_clone(&repo.git, dir.s.p, &err), &err);
}

/* git_fetch(repo, mirror, all refs) */
static PyObject *m_git_fetch(PyObject *self, PyObject *args)
{
    CLEAN_REPO struct repo repo = {0};
    BB_CLEAN_TEXT struct bb_text dir = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    int all;

    if (!PyArg_ParseTuple(args, "O&O&p", repo_arg, &repo, TEXT, &dir, &all))
        return NULL;
    return bb_fetch_result(bb_git_fetch(&repo.git, dir.s.p, all, &err), &err);
}

/* git_contains(repo, mirror, revision, branch or "") */
static PyObject *m_git_contains(PyObject *self, PyObject *args)
{
    CLEAN_REPO struct repo repo = {0};
    BB_CLEAN_TEXT struct bb_text dir = {0}, rev = {0}, branch = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    if (!PyArg_ParseTuple(args, "O&O&O&O&", repo_arg, &repo, TEXT, &dir, TEXT, &rev, TEXT, &branch))
        return NULL;
    int r = bb_git_contains(&repo.git, dir.s.p, rev.s, branch.s);
    return r < 0 ? bb_fetch_result(r, &err) : PyBool_FromLong(r);
}

/* git_pack(mirror, tarball) */
static PyObject *m_git_pack(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text dir = {0}, tarball = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    if (!PyArg_ParseTuple(args, "O&O&", TEXT, &dir, TEXT, &tarball))
        return NULL;
    return bb_fetch_result(bb_git_pack(dir.s.p, tarball.s.p, &err), &err);
}

/* git_lsremote(repo, pattern): the listing */
static PyObject *m_git_lsremote(PyObject *self, PyObject *args)
{
    CLEAN_REPO struct repo repo = {0};
    BB_CLEAN_TEXT struct bb_text pattern = {0};
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT, err = BB_BUF_INIT;

    if (!PyArg_ParseTuple(args, "O&O&", repo_arg, &repo, TEXT, &pattern))
        return NULL;
    int r = bb_git_lsremote(&repo.git, pattern.s.p, &out, &err);
    return r < 0 ? bb_fetch_result(r, &err) : bb_conv_str(bb_buf_str(&out));
}

/* git_resolve(listing, name): a revision or "" */
static PyObject *m_git_resolve(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text listing = {0}, name = {0};

    if (!PyArg_ParseTuple(args, "O&O&", TEXT, &listing, TEXT, &name))
        return NULL;
    return bb_conv_str(bb_git_resolve(listing.s, name.s));
}

/* git_checkout(repo, mirror, folder, revision, branch, subpath, bare, nocheckout, noshared) */
static PyObject *m_git_checkout(PyObject *self, PyObject *args)
{
    CLEAN_REPO struct repo repo = {0};
    BB_CLEAN_TEXT struct bb_text mirror = {0}, dir = {0}, rev = {0}, branch = {0}, subpath = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    int bare, nocheckout, noshared;

    if (!PyArg_ParseTuple(args, "O&O&O&O&O&O&ppp", repo_arg, &repo, TEXT, &mirror, TEXT, &dir, TEXT, &rev,
                          TEXT, &branch, TEXT, &subpath, &bare, &nocheckout, &noshared))
        return NULL;
    struct bb_git_checkout c = {mirror.s.p, dir.s.p, rev.s, branch.s, subpath.s, bare, nocheckout, noshared};
    return bb_fetch_result(bb_git_checkout(&repo.git, &c, &err), &err);
}

/* A state of apt is a tuple (root, pool, arch or None, sources). */
struct state {
    struct bb_text root, pool, arch, sources;
    struct bb_apt apt;
};

static void state_release(struct state *s)
{
    bb_text_release(&s->root);
    bb_text_release(&s->pool);
    bb_text_release(&s->arch);
    bb_text_release(&s->sources);
}
#define CLEAN_STATE __attribute__((cleanup(state_release)))

static int state_arg(PyObject *o, void *ret)
{
    struct state *s = ret;

    if (!PyArg_ParseTuple(o, "O&O&O&O&", TEXT, &s->root, TEXT, &s->pool, TEXT_OR_NONE, &s->arch, TEXT,
                          &s->sources))
        return 0;
    s->apt = (struct bb_apt){s->root.s.p, s->pool.s.p, s->arch.s.p, s->sources.s};
    return 1;
}

#define CLEAN_LIST __attribute__((cleanup(bb_aptlist_release)))

/* Files are a list of tuples (name, version, arch, size, sha256, file). */
static PyObject *list_to_py(const struct bb_aptlist *l)
{
    PyObject *list = PyList_New((Py_ssize_t)l->files.n);

    for (size_t i = 0; list && i < l->files.n; i++) {
        const struct bb_aptfile *f = &l->files.p[i];
        PyObject *o =
            Py_BuildValue("(NNNLNN)", bb_conv_str(f->name), bb_conv_str(f->version), bb_conv_str(f->arch),
                          (long long)f->size, bb_conv_str(f->sha256), bb_conv_str(f->file));
        if (o)
            PyList_SET_ITEM(list, (Py_ssize_t)i, o);
        else
            Py_CLEAR(list);
    }
    return list;
}

static int list_arg(PyObject *o, void *ret)
{
    struct bb_aptlist *l = ret;
    BB_CLEAN_PY PyObject *seq = PySequence_Fast(o, "a list of files is wanted");

    for (Py_ssize_t i = 0; seq && i < PySequence_Fast_GET_SIZE(seq); i++) {
        PyObject *part[5];
        struct bb_aptfile f = {0};
        long long size;
        if (!PyArg_ParseTuple(PySequence_Fast_GET_ITEM(seq, i), "OOOLOO", &part[0], &part[1], &part[2], &size,
                              &part[3], &part[4]) ||
            bb_conv_copy(part[0], &l->arena, &f.name) < 0 ||
            bb_conv_copy(part[1], &l->arena, &f.version) < 0 ||
            bb_conv_copy(part[2], &l->arena, &f.arch) < 0 ||
            bb_conv_copy(part[3], &l->arena, &f.sha256) < 0 || bb_conv_copy(part[4], &l->arena, &f.file) < 0)
            return 0;
        f.size = size;
        bb_vec_push(&l->files, f);
    }
    return seq != NULL;
}

/* apt_host_sources(etc, release or "", for source packages): deb822 stanzas, "" when there are none */
static PyObject *m_apt_host_sources(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text etc = {0}, release = {0};
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    int source;

    if (!PyArg_ParseTuple(args, "O&O&p", TEXT, &etc, TEXT, &release, &source))
        return NULL;
    bb_aptsources_host(etc.s.p, release.s, source, &out);
    return bb_conv_str(bb_buf_str(&out));
}

static PyObject *m_apt_hosts(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text stanzas = {0};
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    if (!PyArg_ParseTuple(args, "O&", TEXT, &stanzas))
        return NULL;
    bb_aptsources_hosts(stanzas.s, &out);
    return bb_conv_str(bb_buf_str(&out));
}

static PyObject *with_state(PyObject *args, int (*fn)(const struct bb_apt *, struct bb_buf *))
{
    CLEAN_STATE struct state s = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    if (!PyArg_ParseTuple(args, "O&", state_arg, &s))
        return NULL;
    return bb_fetch_result(fn(&s.apt, &err), &err);
}

static PyObject *m_apt_prepare(PyObject *self, PyObject *args)
{
    return with_state(args, bb_apt_prepare);
}

static PyObject *m_apt_update(PyObject *self, PyObject *args)
{
    return with_state(args, bb_apt_update);
}

/* apt_has_index(state, seconds; negative for any age) */
static PyObject *m_apt_has_index(PyObject *self, PyObject *args)
{
    CLEAN_STATE struct state s = {0};
    long long age;

    if (!PyArg_ParseTuple(args, "O&L", state_arg, &s, &age))
        return NULL;
    return PyBool_FromLong(bb_apt_has_index(&s.apt, age));
}

/* apt_resolve(state, (package, deps, only, exclude)): files */
static PyObject *m_apt_resolve(PyObject *self, PyObject *args)
{
    CLEAN_STATE struct state s = {0};
    BB_CLEAN_TEXT struct bb_text package = {0}, only = {0}, exclude = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    CLEAN_LIST struct bb_aptlist list;
    int deps;

    bb_aptlist_init(&list);
    if (!PyArg_ParseTuple(args, "O&(O&pO&O&)", state_arg, &s, TEXT, &package, &deps, TEXT, &only, TEXT,
                          &exclude))
        return NULL;
    struct bb_apt_request q = {package.s, deps, only.s, exclude.s};
    int r = bb_apt_resolve(&s.apt, &q, &list, &err);
    return r < 0 ? bb_fetch_result(r, &err) : list_to_py(&list);
}

/* apt_in_pool(state, files): for each file whether it is there with the right size */
static PyObject *m_apt_in_pool(PyObject *self, PyObject *args)
{
    CLEAN_STATE struct state s = {0};
    CLEAN_LIST struct bb_aptlist list;

    bb_aptlist_init(&list);
    if (!PyArg_ParseTuple(args, "O&O&", state_arg, &s, list_arg, &list))
        return NULL;
    PyObject *o = PyList_New((Py_ssize_t)list.files.n);
    for (size_t i = 0; o && i < list.files.n; i++)
        PyList_SET_ITEM(o, (Py_ssize_t)i, PyBool_FromLong(bb_apt_in_pool(&s.apt, &list.files.p[i])));
    return o;
}

static PyObject *m_apt_verify(PyObject *self, PyObject *args)
{
    CLEAN_STATE struct state s = {0};
    CLEAN_LIST struct bb_aptlist list;
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    int r = 0;

    bb_aptlist_init(&list);
    if (!PyArg_ParseTuple(args, "O&O&", state_arg, &s, list_arg, &list))
        return NULL;
    for (size_t i = 0; r == 0 && i < list.files.n; i++)
        r = bb_apt_verify(&s.apt, &list.files.p[i], &err);
    return bb_fetch_result(r, &err);
}

/* apt_download(state, files, package) */
static PyObject *m_apt_download(PyObject *self, PyObject *args)
{
    CLEAN_STATE struct state s = {0};
    CLEAN_LIST struct bb_aptlist list;
    BB_CLEAN_TEXT struct bb_text package = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    bb_aptlist_init(&list);
    if (!PyArg_ParseTuple(args, "O&O&O&", state_arg, &s, list_arg, &list, TEXT, &package))
        return NULL;
    return bb_fetch_result(bb_apt_download(&s.apt, &list, package.s, &err), &err);
}

/* apt_unpack(state, files, folder, strip, name of a source's folder or "") */
static PyObject *m_apt_unpack(PyObject *self, PyObject *args)
{
    CLEAN_STATE struct state s = {0};
    CLEAN_LIST struct bb_aptlist list;
    BB_CLEAN_TEXT struct bb_text dir = {0}, name = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    int strip;

    bb_aptlist_init(&list);
    if (!PyArg_ParseTuple(args, "O&O&O&iO&", state_arg, &s, list_arg, &list, TEXT, &dir, &strip, TEXT, &name))
        return NULL;
    return bb_fetch_result(bb_apt_unpack(&s.apt, &list, dir.s.p, strip, name.s, &err), &err);
}

/* apt_read_record(text): files */
static PyObject *m_apt_read_record(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text text = {0};
    CLEAN_LIST struct bb_aptlist list;
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    bb_aptlist_init(&list);
    if (!PyArg_ParseTuple(args, "O&", TEXT, &text))
        return NULL;
    int r = bb_aptlist_add_record(&list, text.s, &err);
    return r < 0 ? bb_fetch_result(r, &err) : list_to_py(&list);
}

/* apt_record(files): text */
static PyObject *m_apt_record(PyObject *self, PyObject *args)
{
    CLEAN_LIST struct bb_aptlist list;
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    bb_aptlist_init(&list);
    if (!PyArg_ParseTuple(args, "O&", list_arg, &list))
        return NULL;
    bb_aptlist_record(&list, &out);
    return bb_conv_str(bb_buf_str(&out));
}

PyMethodDef bb_fetch_tools[] = {
    {"git_is_mirror", m_git_is_mirror, METH_VARARGS, NULL},
    {"git_clone", m_git_clone, METH_VARARGS, NULL},
    {"git_fetch", m_git_fetch, METH_VARARGS, NULL},
    {"git_contains", m_git_contains, METH_VARARGS, NULL},
    {"git_pack", m_git_pack, METH_VARARGS, NULL},
    {"git_lsremote", m_git_lsremote, METH_VARARGS, NULL},
    {"git_resolve", m_git_resolve, METH_VARARGS, NULL},
    {"git_checkout", m_git_checkout, METH_VARARGS, NULL},
    {"apt_host_sources", m_apt_host_sources, METH_VARARGS, NULL},
    {"apt_hosts", m_apt_hosts, METH_VARARGS, NULL},
    {"apt_prepare", m_apt_prepare, METH_VARARGS, NULL},
    {"apt_update", m_apt_update, METH_VARARGS, NULL},
    {"apt_has_index", m_apt_has_index, METH_VARARGS, NULL},
    {"apt_resolve", m_apt_resolve, METH_VARARGS, NULL},
    {"apt_in_pool", m_apt_in_pool, METH_VARARGS, NULL},
    {"apt_verify", m_apt_verify, METH_VARARGS, NULL},
    {"apt_download", m_apt_download, METH_VARARGS, NULL},
    {"apt_unpack", m_apt_unpack, METH_VARARGS, NULL},
    {"apt_read_record", m_apt_read_record, METH_VARARGS, NULL},
    {"apt_record", m_apt_record, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
