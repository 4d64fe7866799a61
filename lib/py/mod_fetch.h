/* SPDX-License-Identifier: MIT */
/* What the two files of module _bb_fetch share. */
#ifndef BB_PY_MOD_FETCH_H
#define BB_PY_MOD_FETCH_H

#include "py/impl.h"

extern PyObject *bb_mod_fetch_error; /* class _bb_fetch.Error */

/* Converters for "O&": a str; a str or None, which gives p == NULL. To be released with BB_CLEAN_TEXT. */
int bb_mod_fetch_text(PyObject *o, void *ret);
int bb_mod_fetch_text_or_none(PyObject *o, void *ret);
/* None, or class Error raised with the text (that of the code when it is empty). */
PyObject *bb_mod_fetch_result(int r, const struct bb_buf *err);

/* git_* and apt_* functions. */
extern PyMethodDef bb_mod_fetch_tools[];

#endif
