/* SPDX-License-Identifier: MIT */
#include "fetch/srcrev.h"

#include <errno.h>

#include "os/fs.h"

int bb_srcrev_path(struct bb_store *d, struct bb_buf *ret, struct bb_buf *err)
{
    bb_str dir;
    int r = bb_store_str_report(d, BB_SYM("PERSISTENT_DIR"), &dir);

    if (r == 0 && !dir.len)
        r = bb_store_str_report(d, BB_SYM("CACHE"), &dir);
    if (r == 0 && !dir.len) {
        bb_buf_addz(err, "Please set the 'PERSISTENT_DIR' or 'CACHE' variable.");
        r = -EINVAL;
    }
    if (r == 0)
        bb_buf_addf(ret, "%.*s/bb_headrevs.json", BB_STRF(dir));
    return r;
}

int bb_srcrev_start(struct bb_store *d, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    bb_str policy;
    int r = bb_store_str_report(d, BB_SYM("BB_SRCREV_POLICY"), &policy);

    if (r < 0 || bb_str_eq(policy, BB_STR("cache")))
        return r;
    if (policy.len && !bb_str_eq(policy, BB_STR("clear"))) {
        bb_buf_addf(err, "Invalid SRCREV cache policy of: %.*s", BB_STRF(policy));
        return -EINVAL;
    }
    if ((r = bb_srcrev_path(d, &path, err)) < 0)
        return r;
    r = bb_fs_unlink(path.p);
    if (r < 0)
        bb_buf_addf(err, "cannot remove '%s': %s", path.p, bb_strerror(r));
    return r;
}
