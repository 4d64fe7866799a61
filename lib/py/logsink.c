/* SPDX-License-Identifier: MIT */
/*
 * Diagnostics as log records: a program that uses bb as a library finds everything that is reported in Python's
 * logging, native messages too. What reaches the handler of ours there comes back here and goes where it would have
 * gone.
 */
#include "py/impl.h"

#include "base/source.h"

static struct {
    struct bb_diag_sink sink;
    struct bb_diag_sink *outer;
    const struct bb_diag *current; /* is on its way through Python */
} through;

/* Logging's levels, where bb.plain and bb.fatal have their own. */
static int level_of(enum bb_severity severity)
{
    static const int levels[] = {
        [BB_DEBUG] = 10, [BB_NOTE] = 20, [BB_PLAIN] = 21, [BB_WARN] = 30, [BB_ERROR] = 40, [BB_FATAL] = 50};
    return levels[severity];
}

static void emit(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    (void)self;
    if (through.current || !bb_pyst.running) {
        through.outer->emit(through.outer, ctx, d);
        return;
    }
    bb_buf_adds(&text, d->text);
    if (d->loc.src)
        bb_buf_addf(&text, "\n  File \"%.*s\", line %u\n", BB_STRF(bb_source_path(d->loc.src)),
                    (unsigned)d->loc.line);
    through.current = d;
    PyObject *raised = bb_exc_take(); /* a report may be made while an exception is on its way */
    BB_CLEAN_PY PyObject *log = bb_interp_find("bb.pymain.log_report");
    BB_CLEAN_PY PyObject *message = log ? bb_conv_str(bb_buf_str(&text)) : NULL;
    BB_CLEAN_PY PyObject *done =
        message ? PyObject_CallFunction(log, "iO", level_of(d->severity), message) : NULL;
    if (!done)
        PyErr_Clear();
    bb_exc_put(raised);
    through.current = NULL;
}

bool bb_logsink_return(void)
{
    if (!through.current)
        return false;
    through.outer->emit(through.outer, bb_pyst.ctx, through.current);
    return true;
}

void bb_logsink_start(struct bb_ctx *ctx)
{
    through.sink.emit = emit;
    through.outer = ctx->diag;
    ctx->diag = &through.sink;
}

void bb_logsink_stop(struct bb_ctx *ctx)
{
    ctx->diag = through.outer;
}
