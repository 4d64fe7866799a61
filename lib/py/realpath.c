/* SPDX-License-Identifier: MIT */
/*
 * os.path.realpath() while recipes are parsed. What was seen to be a symbolic link, or not to be one, is
 * remembered until Python code of this process does something that could change it: a layer may resolve
 * the same thirty folders for each of a thousand recipes, which is a million system calls.
 */
#include "py/impl.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LINKS = 40, MOST_SEEN = 8192 };

static struct bb_map seen; /* path -> bb_str *, what it links to */
static struct bb_arena seen_arena;
static bool watching;

static void forget(void)
{
    bb_map_clear(&seen);
    bb_arena_release(&seen_arena);
    bb_arena_init(&seen_arena);
}

static int on_audit(const char *event, PyObject *args, void *self)
{
    static const char *const changes[] = {
        "os.symlink",     "os.rename", "os.link", "os.remove", "os.rmdir",         "os.system",
        "os.posix_spawn", "os.fork",   "os.exec", "pty.spawn", "subprocess.Popen", "os.spawn",
    };
    if (event[0] != 'o' && event[0] != 's' && event[0] != 'p')
        return 0;
    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
        if (strcmp(event, changes[i]) == 0)
            forget();
    return 0;
}

/* What `path` links to, p NULL when it is no link. */
static bb_str link_of(bb_str path)
{
    static bb_str none;
    bb_str *to = bb_map_get(&seen, path);
    char target[PATH_MAX];

    if (to)
        return *to;
    path = bb_arena_str(&seen_arena, path);
    ssize_t n = readlink(path.p, target, sizeof(target));
    to = &none;
    if (n > 0) {
        to = bb_arena_new(&seen_arena, bb_str);
        *to = bb_arena_str(&seen_arena, bb_str_n(target, (size_t)n));
    }
    bb_map_put(&seen, path, to);
    return *to;
}

static void drop_last(struct bb_buf *path)
{
    size_t slash = bb_str_rchr(bb_buf_str(path), '/');
    bb_buf_truncate(path, slash == BB_NPOS ? 0 : slash);
}

/* Appends to `path`, which is resolved already and ends in no '/', what `rest` leads to. False: too many links. */
static bool resolve(struct bb_buf *path, bb_str rest, unsigned *links)
{
    bb_str name;

    while (bb_str_split(&rest, '/', &name)) {
        if (name.len == 0 || bb_str_eqz(name, "."))
            continue;
        if (bb_str_eqz(name, "..")) {
            drop_last(path);
            continue;
        }
        bb_buf_addc(path, '/');
        bb_buf_adds(path, name);
        bb_str to = link_of(bb_buf_str(path));
        if (!to.p)
            continue;
        if (++*links > MOST_LINKS)
            return false;
        drop_last(path);
        if (to.p[0] == '/')
            bb_buf_clear(path);
        if (!resolve(path, to, links))
            return false;
    }
    return true;
}

PyObject *bb_realpath(PyObject *self, PyObject *o)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    Py_ssize_t len;
    unsigned links = 0;
    const char *p = PyUnicode_CheckExact(o) ? PyUnicode_AsUTF8AndSize(o, &len) : NULL;

    if (!p)
        PyErr_Clear();
    if (!watching) {
        bb_arena_init(&seen_arena);
        if (PySys_AddAuditHook(on_audit, NULL) < 0)
            return NULL;
        watching = true;
    }
    if (seen.live > MOST_SEEN)
        forget();
    if (!p || p[0] != '/' || memchr(p, '\0', (size_t)len) ||
        !resolve(&path, bb_str_n(p, (size_t)len), &links))
        Py_RETURN_NONE;
    if (path.len == 0)
        bb_buf_addc(&path, '/');
    return bb_conv_str(bb_buf_str(&path));
}
