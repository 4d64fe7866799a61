/* SPDX-License-Identifier: MIT */
#include "query/revisions.h"

#include "fetch/srcrev.h"
#include "os/fs.h"

#include <errno.h>

int bb_revisions_read(struct bb_cooker *c, struct bb_buf *ret)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, err = BB_BUF_INIT;
    int r = bb_srcrev_path(bb_cooker_data(c), &path, &err);
    if (r < 0)
        return r == -BB_EREPORTED ? r : bb_error(c->ctx, "%s", err.p);
    r = bb_fs_read(path.p, ret);
    if (r == 0 || r == -ENOENT)
        return 0;
    return bb_error(c->ctx, "%s cannot be read: %s", path.p, bb_strerror(r));
}
