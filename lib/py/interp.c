/* SPDX-License-Identifier: MIT */
/*
 * The interpreter's life. It is isolated from the user's environment (no site, no PYTHON* variables, hash
 * seed 0, so that builds depend on neither) and uses the system's Python library beside our own `bb`.
 */
#include "py/impl.h"
#include "base/path.h"

#include "reuse/code.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct bb_pystate bb_pyst;

static bool has_bb(const char *dir)
{
    struct stat st;
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;

    bb_buf_addf(&path, "%s/bb/__init__.py", dir);
    return stat(path.p, &st) == 0;
}

/* Appends the real path of `place` as seen from the program's folder. False when it has no `bb`. */
static bool find_beside(const char *place, struct bb_buf *ret)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe));
    if (n < 0)
        return false;
    bb_buf_addf(&path, "%.*s/%s", BB_STRF(bb_path_dir(bb_str_n(exe, (size_t)n))), place);
    char *real = has_bb(path.p) ? realpath(path.p, NULL) : NULL;
    if (real)
        bb_buf_addz(ret, real);
    free(real);
    return ret->len > 0;
}

/* The folder that holds our `bb`: BBC_PYLIB, or where an installation has it. A build's folder has the shape of an
 * installation with the usual names. */
static int find_library(struct bb_buf *ret)
{
    static const char *const places[] = {BBC_SHARE_FROM_BIN "/py", "../share/bbc/py"};
    const char *env = getenv("BBC_PYLIB");

    if (env && *env) {
        bb_buf_addz(ret, env);
        return has_bb(env) ? 0 : bb_error(bb_pyst.ctx, "BBC_PYLIB is '%s', which has no bb/__init__.py", env);
    }
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
        if (find_beside(places[i], ret))
            return 0;
    return bb_error(bb_pyst.ctx,
                    "the Python library of bbc was not found in %s of the program's folder "
                    "(BBC_PYLIB can name its folder)",
                    places[0]);
}

static bool fail(PyStatus st)
{
    if (!PyStatus_Exception(st))
        return false;
    bb_error(bb_pyst.ctx, "cannot start Python: %s", st.err_msg ? st.err_msg : "unknown reason");
    return true;
}

static int configure(const char *library)
{
    PyPreConfig pre;
    PyConfig config;

    PyPreConfig_InitIsolatedConfig(&pre);
    pre.utf8_mode = 1; /* files are UTF-8 whatever the locale */
    if (fail(Py_PreInitialize(&pre)))
        return -BB_EREPORTED;
    PyConfig_InitIsolatedConfig(&config);
    config.use_hash_seed = 1;
    config.hash_seed = 0;
    config.site_import = 0;
    config.install_signal_handlers = 0; /* the cooker has its own */
    config.buffered_stdio = 1;
    config.write_bytecode = 1;
    PyStatus st = PyConfig_SetBytesString(&config, &config.home, BBC_PYTHON_PREFIX);
    if (!PyStatus_Exception(st))
        st = PyConfig_SetBytesString(&config, &config.program_name, BBC_PYTHON_PREFIX "/bin/python3");
    if (!PyStatus_Exception(st))
        st = PyConfig_SetBytesString(&config, &config.executable, BBC_PYTHON_PREFIX "/bin/python3");
    if (!PyStatus_Exception(st))
        st = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (fail(st))
        return -BB_EREPORTED;

    PyObject *path = PySys_GetObject("path"); /* borrowed */
    BB_CLEAN_PY PyObject *dir = bb_conv_str(bb_str_z(library));
    return dir && path && PyList_Insert(path, 0, dir) == 0 ? 0 : bb_exc_stash();
}

PyObject *bb_interp_find(const char *dotted)
{
    const char *dot = strrchr(dotted, '.');
    BB_CLEAN_PY PyObject *name = PyUnicode_FromStringAndSize(dotted, dot - dotted);
    BB_CLEAN_PY PyObject *module = name ? PyImport_Import(name) : NULL;

    return module ? PyObject_GetAttrString(module, dot + 1) : NULL;
}

static int find_names(void)
{
    static const struct {
        PyObject **to;
        const char *name;
    } names[] = {
        {&bb_pyst.ns, "bb.utils._context"},
        {&bb_pyst.DataSmart, "bb.data_smart.DataSmart"},
        {&bb_pyst.ExpansionError, "bb.data_smart.ExpansionError"},
        {&bb_pyst.SkipRecipe, "bb.parse.SkipRecipe"},
        {&bb_pyst.HandledException, "bb.BBHandledException"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!(*names[i].to = bb_interp_find(names[i].name)))
            return -1;
    return PyDict_SetItemString(bb_pyst.ns, "__builtins__", PyEval_GetBuiltins());
}

static int start(void)
{
    BB_CLEAN_BUF struct bb_buf library = BB_BUF_INIT;
    int r = find_library(&library);

    if (r == 0 && PyImport_AppendInittab("_bbc", PyInit__bbc) < 0)
        r = -ENOMEM;
    if (r == 0)
        r = configure(library.p);
    if (r < 0)
        return r;
    bb_buf_addz(&library, "/");
    bb_pyst.bbdir = bb_conv_str(bb_buf_str(&library));
    bb_pyst.empty_args = PyTuple_New(0);
    if (find_names() < 0 || bb_eval_start() < 0 || bb_pydeps_start() < 0) {
        bb_exc_stash();
        return bb_exc_report((struct bb_loc){0}, "starting the Python library of bbc");
    }
    return 0;
}

int bb_py_need(void)
{
    static int failed;

    if (bb_pyst.running)
        return 0;
    if (failed)
        return failed;
    failed = start();
    bb_pyst.running = failed == 0;
    return failed;
}

bool bb_py_running(void)
{
    return bb_pyst.running;
}

void bb_py_shutdown(void)
{
    if (!bb_pyst.running)
        return;
    bb_pyst.running = false;
    bb_exc_clear();
    bb_events_stop();
    bb_func_stop();
    bb_eval_stop();
    bb_pydeps_stop();
    bb_args_stop();
    bb_plain_stop();
    bb_conv_stop();
    Py_CLEAR(bb_pyst.ns);
    Py_CLEAR(bb_pyst.DataSmart);
    Py_CLEAR(bb_pyst.ExpansionError);
    Py_CLEAR(bb_pyst.SkipRecipe);
    Py_CLEAR(bb_pyst.HandledException);
    Py_CLEAR(bb_pyst.bbdir);
    Py_CLEAR(bb_pyst.empty_args);
    Py_FinalizeEx();
}

/* gc.freeze() keeps the collector from touching, and so copying, every page the children share with us. */
static void call_gc(const char *name)
{
    BB_CLEAN_PY PyObject *gc = PyImport_ImportModule("gc");
    BB_CLEAN_PY PyObject *r = gc ? PyObject_CallMethod(gc, name, NULL) : NULL;

    if (!r)
        PyErr_Clear();
}

void bb_py_before_fork(void)
{
    if (!bb_pyst.running)
        return;
    bb_py_flush();
    call_gc("freeze");
    PyOS_BeforeFork();
}

void bb_py_after_fork_parent(void)
{
    if (!bb_pyst.running)
        return;
    PyOS_AfterFork_Parent();
    call_gc("unfreeze");
}

void bb_py_after_fork_child(void)
{
    if (bb_pyst.running)
        PyOS_AfterFork_Child();
}

/* The C library's environment as a dict. */
static PyObject *c_environ(void)
{
    PyObject *dict = PyDict_New();
    for (char **e = environ; dict && *e; e++) {
        const char *eq = strchr(*e, '=');
        if (!eq)
            continue;
        BB_CLEAN_PY PyObject *name = PyUnicode_DecodeFSDefaultAndSize(*e, eq - *e);
        BB_CLEAN_PY PyObject *value = name ? PyUnicode_DecodeFSDefault(eq + 1) : NULL;
        if (!value || PyDict_SetItem(dict, name, value) < 0)
            Py_CLEAR(dict);
    }
    return dict;
}

void bb_py_environ_changed(void)
{
    if (!bb_pyst.running)
        return;
    BB_CLEAN_PY PyObject *now = c_environ();
    BB_CLEAN_PY PyObject *env = now ? bb_interp_find("os.environ") : NULL;
    BB_CLEAN_PY PyObject *cleared = env ? PyObject_CallMethod(env, "clear", NULL) : NULL;
    BB_CLEAN_PY PyObject *filled = cleared ? PyObject_CallMethod(env, "update", "O", now) : NULL;
    if (!filled)
        PyErr_Clear();
}

void bb_py_parse_worker(void)
{
    if (bb_pyst.running) {
        BB_CLEAN_PY PyObject *start = bb_interp_find("bb.parsetime.start");
        BB_CLEAN_PY PyObject *r = start ? PyObject_CallNoArgs(start) : NULL;
        if (!r)
            PyErr_Clear(); /* slower, and as good */
        call_gc("freeze");
        call_gc("disable");
    }
}

static void collect_garbage(void)
{
    call_gc("enable"); /* PyGC_Collect() does nothing without */
    PyGC_Collect();
    call_gc("disable");
}

void bb_py_store_held(size_t bytes)
{
    enum { MOST = 8 << 20 };
    static size_t held;

    if (!bb_pyst.running || (held += bytes) < MOST)
        return;
    collect_garbage();
    held = 0;
}

void bb_py_recipe_done(void)
{
    enum { EVERY = 64 };
    static unsigned n;

    if (!bb_pyst.running)
        return;
    BB_CLEAN_PY PyObject *name = PyUnicode_FromString("bb.fetch2");
    BB_CLEAN_PY PyObject *fetch = name ? PyImport_GetModule(name) : NULL;
    BB_CLEAN_PY PyObject *urls = fetch ? PyObject_GetAttrString(fetch, "urldata_cache") : NULL;
    if (urls && PyDict_Check(urls))
        PyDict_Clear(urls);
    PyErr_Clear();
    if (++n % EVERY == 0)
        collect_garbage();
}

void bb_py_flush(void)
{
    static const char *const streams[] = {"stdout", "stderr"};

    for (size_t i = 0; bb_pyst.running && i < 2; i++) {
        PyObject *f = PySys_GetObject(streams[i]); /* borrowed */
        BB_CLEAN_PY PyObject *r =
            f && f != Py_None ? PyObject_CallMethod(f, "flush", NULL) : Py_NewRef(Py_None);
        if (!r)
            PyErr_Clear();
    }
}

void bb_py_set_worker_pid(long pid)
{
    if (bb_py_need() < 0)
        return;
    BB_CLEAN_PY PyObject *event = PyImport_ImportModule("bb.event");
    BB_CLEAN_PY PyObject *n = PyLong_FromLong(pid);
    if (!event || !n || PyObject_SetAttrString(event, "worker_pid", n) < 0)
        PyErr_Clear();
}

int bb_py_main(int argc, char **argv)
{
    if (bb_py_need() < 0)
        return 1;
    BB_CLEAN_PY PyObject *list = PyList_New(0);
    for (int i = 1; list && i < argc; i++) {
        BB_CLEAN_PY PyObject *s = PyUnicode_DecodeFSDefault(argv[i]);
        if (!s || PyList_Append(list, s) < 0)
            Py_CLEAR(list);
    }
    BB_CLEAN_PY PyObject *run = list ? bb_interp_find("bb.pymain.run") : NULL;
    bb_logsink_start(bb_pyst.ctx);
    BB_CLEAN_PY PyObject *status = run ? PyObject_CallOneArg(run, list) : NULL;
    bb_logsink_stop(bb_pyst.ctx);
    bb_py_flush();
    if (status)
        return (int)PyLong_AsLong(status);
    PyErr_Print();
    return 1;
}

/* Callbacks that need an interpreter start it. */
#define NEED()                                                                                               \
    do {                                                                                                     \
        int need_ = bb_py_need();                                                                            \
        if (need_ < 0)                                                                                       \
            return need_;                                                                                    \
    } while (0)

static int hook_eval(void *self, struct bb_store *d, bb_sym var, bb_str code, struct bb_buf *ret)
{
    NEED();
    return bb_eval_expr(self, d, var, code, ret);
}

static int hook_filter(void *self, bb_str value, bb_str expression, struct bb_buf *ret)
{
    NEED();
    return bb_eval_filter(value, expression, ret);
}

static int hook_scan(void *self, struct bb_store *d, bb_str code, bb_sym var, bb_str file, uint32_t lineno,
                     const struct bb_codedeps **ret)
{
    NEED();
    return bb_pydeps_scan(self, d, code, var, file, lineno, ret);
}

static int hook_insert(void *self, struct bb_store *d, bb_str module, bb_str code, bb_str file,
                       uint32_t lineno)
{
    NEED();
    return bb_func_insert(self, d, module, code, file, lineno);
}

static int hook_anonymous(void *self, struct bb_store *d, bb_str func)
{
    NEED();
    return bb_func_anonymous(self, d, func);
}

static int hook_register(void *self, struct bb_store *d, bb_str func)
{
    NEED();
    return bb_events_register(self, d, func);
}

static int hook_save(void *self)
{
    return bb_pyst.running ? bb_events_save(self) : 0;
}

static void hook_restore(void *self)
{
    if (bb_pyst.running)
        bb_events_restore(self);
}

static int hook_fire(void *self, struct bb_store *d, enum bb_parse_event ev, bb_str arg)
{
    return bb_pyst.running ? bb_events_fire(self, d, ev, arg) : 0;
}

static int hook_pylib(void *self, struct bb_store *d, bb_str dir, bb_str ns)
{
    NEED();
    return bb_func_pylib(self, d, dir, ns);
}

static void obj_ref(void *self, void *obj)
{
    Py_INCREF((PyObject *)obj);
}

static void obj_unref(void *self, void *obj)
{
    if (bb_pyst.running) /* at the very end CPython has freed everything already */
        Py_DECREF((PyObject *)obj);
}

static int obj_str(void *self, void *obj, struct bb_buf *ret)
{
    return bb_plain_str(obj, ret) < 0 ? bb_exc_stash() : 0;
}

static bool obj_true(void *self, void *obj)
{
    int r = PyObject_IsTrue(obj);

    if (r < 0)
        PyErr_Clear();
    return r != 0;
}

static void *obj_copy(void *self, void *obj)
{
    if (PyDict_CheckExact(obj))
        return PyDict_Copy(obj);
    BB_CLEAN_PY PyObject *copy = bb_interp_find("copy.copy");
    PyObject *r = copy ? PyObject_CallOneArg(copy, obj) : NULL;

    if (r)
        return r;
    PyErr_Clear(); /* what cannot be copied is shared */
    return Py_NewRef((PyObject *)obj);
}

static void error_text(void *self, struct bb_buf *ret)
{
    bb_exc_text(ret);
}

static void skip_reason(void *self, struct bb_buf *ret)
{
    bb_exc_skip_reason(ret);
}

static int error_report(void *self, struct bb_loc loc, const char *doing)
{
    return bb_exc_report(loc, doing);
}

static void error_clear(void *self)
{
    bb_exc_clear();
}

void bb_py_code_cache(const char *path)
{
    char maker[16];
    snprintf(maker, sizeof(maker), "%x", PY_VERSION_HEX);
    bb_code_open(path, maker);
}

int bb_py_start(struct bb_ctx *ctx, const struct bb_pyhook **ret)
{
    bb_pyst.ctx = ctx;
    bb_pyst.hook = (struct bb_pyhook){
        .self = &bb_pyst,
        .eval = hook_eval,
        .filter = hook_filter,
        .scan = hook_scan,
        .insert_method = hook_insert,
        .run_anonymous = hook_anonymous,
        .register_handler = hook_register,
        .save_handlers = hook_save,
        .restore_handlers = hook_restore,
        .fire = hook_fire,
        .add_pylib = hook_pylib,
        .obj_ref = obj_ref,
        .obj_unref = obj_unref,
        .obj_str = obj_str,
        .obj_true = obj_true,
        .obj_copy = obj_copy,
        .error_text = error_text,
        .skip_reason = skip_reason,
        .error_report = error_report,
        .error_clear = error_clear,
    };
    *ret = &bb_pyst.hook;
    return 0;
}
