/* SPDX-License-Identifier: MIT */
/*
 * Native modules of Python that need more than the interpreter does: _bb_fetch (lib/fetch, for bb.fetch2) and _bb_sstate
 * (lib/sstate, for bb.sstate). Python imports them when metadata first asks for those. They are apart from lib/py so that
 * the interpreter knows nothing of sources and shared state.
 */
#ifndef BB_PYMOD_PYMOD_H
#define BB_PYMOD_PYMOD_H

/* Lets Python find the modules. Before bb_py_need(); calls after the first do nothing. 0 or -ENOMEM. */
int bb_pymod_add(void);

#endif
