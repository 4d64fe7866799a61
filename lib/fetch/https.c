/* SPDX-License-Identifier: MIT */
#include "fetch/https.h"

#include <errno.h>

#include "base/diag.h"
#include "os/fs.h"

enum { STALL_S = 100, CONNECT_S = 30, RETRIES = 1 };

static struct bb_http_opts options(const struct bb_https *h)
{
    return (struct bb_http_opts){
        .userpwd = h->userpwd,
        .netrc = !h->userpwd,
        .insecure = h->insecure,
        .stall_s = STALL_S,
        .connect_s = CONNECT_S,
        .retries = RETRIES,
        .progress = h->progress,
        .self = h->self,
    };
}

static int fail(const struct bb_https *h, int code, const struct bb_http_result *res, struct bb_buf *err)
{
    bb_buf_addf(err, "cannot download '%s': %s", h->url, res->error[0] ? res->error : bb_strerror(code));
    if (res->error[0] && (code == -ENOSPC || code == -EDQUOT))
        bb_buf_addf(err, " (%s)", bb_strerror(code));
    return code;
}

static bool has_content(const char *path)
{
    struct bb_stat st;
    return bb_fs_stat(path, &st) == 0 && st.size > 0;
}

/* Failures of the server or of the net leave something worth continuing; those of our disk do not. */
static bool worth_keeping(int code)
{
    return code == -BB_ENETWORK || code == -BB_ECANCELLED;
}

int bb_https_get(const struct bb_https *h, const char *unfinished, struct bb_buf *err)
{
    struct bb_http_opts o = options(h);
    struct bb_http_result res = {0};
    int r = bb_fs_mkdirs_for(unfinished);

    if (r < 0)
        return fail(h, r, &res, err);
    o.resume = has_content(unfinished);
    r = bb_http_get(h->url, unfinished, &o, &res);
    if (r < 0) {
        if (!worth_keeping(r))
            bb_fs_unlink(unfinished);
        return fail(h, r, &res, err);
    }
    if (!has_content(unfinished)) {
        bb_fs_unlink(unfinished);
        bb_buf_addf(
            err,
            "The fetch of %s resulted in a zero size file?! Deleting and failing since this isn't right.",
            h->url);
        return -BB_ENETWORK;
    }
    return o.resume;
}

int bb_https_check(const struct bb_https *h, struct bb_buf *err)
{
    struct bb_http_opts o = options(h);
    struct bb_http_result res = {0};
    int r = bb_http_check(h->url, &o, &res);

    if (r == 0)
        return 1;
    if (r == -ENOENT || r == -EACCES)
        return 0;
    return fail(h, r, &res, err);
}
