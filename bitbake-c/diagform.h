/* SPDX-License-Identifier: MIT */
/*
 * Diagnostics for programs: JSON lines, SARIF 2.1.0 and GitHub's workflow commands. All of them carry what the text
 * form has: severity, place, text, notes and the layer that the place is in. Pure: from a struct bb_diag to bytes.
 */
#ifndef BBC_DIAGFORM_H
#define BBC_DIAGFORM_H

#include "base/diag.h"

/* One object a line: severity, file, line, column, layer, message, notes. */
void bbc_diagform_json(struct bb_buf *out, const struct bb_diag *d);

/* One result of a SARIF log as a line, for bbc_diagform_sarif(). Only warnings and errors make one. */
void bbc_diagform_sarif_result(struct bb_buf *out, const struct bb_diag *d);
/* The whole log from such lines. */
void bbc_diagform_sarif(struct bb_buf *out, bb_str results, int status);

/*
 * "::error file=F,line=L,col=C,title=layer X::message" for warnings and errors, the text form for the rest.
 * Paths below `workspace` ("" for none) are made relative to it, as GitHub knows files.
 */
void bbc_diagform_github(struct bb_buf *out, const struct bb_diag *d, bb_str workspace);

#endif
