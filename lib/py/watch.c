/* SPDX-License-Identifier: MIT */
/*
 * What Python touches, by CPython's audit events: files it opens, folders it lists, what it changes. Programs
 * it runs and connections it makes cannot be looked at again, which is noted, too.
 */
#include "py/impl.h"

static struct {
    bool on, opaque;
    struct bb_map paths; /* -> 1, or 2 when the folder's list of names was read */
    struct bb_arena arena;
} watch;

static const struct {
    const char *event;
    int paths; /* how many of the first arguments are paths */
    bool listed;
    bool opaque; /* no file tells what came of it */
} events[] = {
    {"open", 1, false, false},       {"os.listdir", 1, true, false},       {"os.scandir", 1, true, false},
    {"os.mkdir", 1, false, false},   {"os.rename", 2, false, false},       {"os.remove", 1, false, false},
    {"os.rmdir", 1, false, false},   {"os.symlink", 2, false, false},      {"os.link", 2, false, false},
    {"os.chmod", 1, false, false},   {"os.utime", 1, false, false},        {"os.truncate", 1, false, false},
    {"os.system", 0, false, true},   {"os.posix_spawn", 0, false, true},   {"os.exec", 0, false, true},
    {"os.fork", 0, false, true},     {"subprocess.Popen", 0, false, true}, {"socket.connect", 0, false, true},
    {"socket.bind", 0, false, true}, {"sqlite3.connect", 0, false, true},  {"ctypes.dlopen", 0, false, true},
};

static void note(PyObject *path, bool listed)
{
    BB_CLEAN_TEXT struct bb_text t = {0};

    if (!PyUnicode_Check(path) || bb_conv_text(path, &t) < 0) {
        PyErr_Clear();
        return; /* a descriptor: its file was opened by name before */
    }
    void **slot = bb_map_slot(&watch.paths, t.s);
    if (!*slot) {
        bb_map_del(&watch.paths, t.s);
        slot = bb_map_slot(&watch.paths, bb_arena_str(&watch.arena, t.s));
    }
    *slot = (void *)(uintptr_t)(listed || *slot == (void *)2 ? 2 : 1);
}

static int on_event(const char *event, PyObject *args, void *unused)
{
    if (!watch.on || (strncmp(event, "os.", 3) != 0 && event[0] != 's' && event[0] != 'o' && event[0] != 'c'))
        return 0;
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        if (strcmp(event, events[i].event) != 0)
            continue;
        watch.opaque = watch.opaque || events[i].opaque;
        for (Py_ssize_t k = 0; k < events[i].paths && k < PyTuple_GET_SIZE(args); k++)
            note(PyTuple_GET_ITEM(args, k), events[i].listed);
        break;
    }
    return 0;
}

int bb_py_watch(void)
{
    bb_arena_init(&watch.arena);
    watch.on = true;
    return PySys_AddAuditHook(on_event, NULL);
}

/* A module is read from its compiled form, but it is the source that people change. */
static void note_modules(void)
{
    PyObject *modules = PySys_GetObject("modules"), *name, *module; /* borrowed */
    Py_ssize_t at = 0;

    while (modules && PyDict_Next(modules, &at, &name, &module)) {
        PyObject *dict = PyModule_Check(module) ? PyModule_GetDict(module) : NULL;
        PyObject *file = dict ? PyDict_GetItemString(dict, "__file__") : NULL;
        if (file)
            note(file, false);
    }
}

bool bb_py_watched(void (*visit)(void *self, bb_str path, bool listed), void *self)
{
    watch.on = false;
    if (bb_pyst.running)
        note_modules();
    bb_map_each(&watch.paths, e)
        visit(self, e->key, e->val == (void *)2);
    return !watch.opaque;
}
