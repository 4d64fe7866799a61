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
    for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
        if (PyImport_AppendInittab(modules[i].name, modules[i].init) < 0)
            return -ENOMEM;
    return 0;
}
