/* SPDX-License-Identifier: MIT */
#include "py/impl.h"

#include "pymod/fetch_priv.h"
#include "pymod/pymod.h"

static struct {
    const char *name;
    PyObject *(*init)(void);
} const modules[] = {
    {"_bb_fetch", PyInit__bb_fetch},
    {"_bb_sstate", PyInit__bb_sstate},
};

int bb_pymod_add(void)
{
    static bool added; /* from 3.12 on Python aborts where this is done after its start */
    for (size_t i = 0; !added && i < sizeof(modules) / sizeof(modules[0]); i++)
        if (PyImport_AppendInittab(modules[i].name, modules[i].init) < 0)
            return -ENOMEM;
    added = true;
    return 0;
}
