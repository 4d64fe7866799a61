/* SPDX-License-Identifier: MIT */
/* The modules of this folder, and what the two files of _bb_fetch share. */
#ifndef BB_PYMOD_FETCH_PRIV_H
#define BB_PYMOD_FETCH_PRIV_H

#include "py/impl.h"

extern PyObject *bb_fetch_error; /* class _bb_fetch.Error */

/* Converters for "O&": a str; a str or None, which gives p == NULL. To be released with BB_CLEAN_TEXT. */
int bb_fetch_text(PyObject *o, void *ret);
int bb_fetch_text_or_none(PyObject *o, void *ret);
/* None, or class Error raised with the text (that of the code when it is empty). */
PyObject *bb_fetch_result(int r, const struct bb_buf *err);

/* git_* and apt_* functions. */
extern PyMethodDef bb_fetch_tools[];

PyMODINIT_FUNC PyInit__bb_fetch(void);
PyMODINIT_FUNC PyInit__bb_sstate(void);

#endif
