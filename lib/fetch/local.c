/* SPDX-License-Identifier: MIT */
#include "fetch/local.h"

#include <errno.h>

#include "base/diag.h"
#include "fetch/uri.h"
#include "os/fs.h"

/* os.path.join(dir, name) */
static bb_str join(struct bb_arena *a, bb_str dir, bb_str name)
{
    const char *sep = dir.len && dir.p[dir.len - 1] != '/' ? "/" : "";
    return bb_arena_fmt(a, "%.*s%s%.*s", BB_STRF(dir), sep, BB_STRF(name));
}

bool bb_local_search(struct bb_arena *a, bb_str filespath, bb_str name, struct bb_strvec *ret_tried)
{
    bb_str dir;

    if (name.len && name.p[0] == '/') {
        bb_str place = bb_arena_str(a, name);
        bb_vec_push(ret_tried, place);
        return bb_fs_exists(place.p);
    }
    if (!filespath.len)
        return false;
    while (bb_str_split(&filespath, ':', &dir)) {
        bb_str place = join(a, dir, name);
        bb_vec_push(ret_tried, place);
        if (bb_fs_exists(place.p))
            return true;
    }
    return false;
}

static bb_str base_name(bb_str path)
{
    size_t slash = bb_str_rchr(path, '/');
    return slash == BB_NPOS ? path : bb_str_from(path, slash + 1);
}

/* What a file:// entry names. BitBake takes it from the text as written: in "file://a@b" the '@' sets off no user. */
static bb_str named_path(struct bb_arena *a, bb_str url)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    bb_str path = bb_str_from(url, bb_str_find(url, BB_STR("://"), 0) + 3);
    size_t semicolon = bb_str_chr(path, ';', 0);

    if (semicolon != BB_NPOS)
        path.len = semicolon;
    bb_uri_unquote(path, &out);
    return bb_arena_str(a, bb_buf_str(&out));
}

int bb_local_checksum_list(struct bb_arena *a, bb_str src_uri, bb_str filespath, struct bb_buf *out,
                           struct bb_local_missing *ret_missing)
{
    bb_str word, why;
    struct bb_uri u;

    while (bb_str_word(&src_uri, &word)) {
        if (bb_uri_decode(a, word, &u, &why) < 0) {
            ret_missing->name = word;
            return -BB_EPARSE;
        }
        if (!bb_str_eq(u.type, BB_STR("file")))
            continue;
        struct bb_strvec tried = {0};
        bb_str path = named_path(a, word);
        bool found = bb_local_search(a, filespath, path, &tried);
        if (!found) {
            *ret_missing = (struct bb_local_missing){base_name(path), tried};
            return -ENOENT;
        }
        for (size_t i = 0; i < tried.n; i++)
            bb_buf_addf(out, "%s%.*s:%s", out->len ? " " : "", BB_STRF(tried.p[i]),
                        i + 1 == tried.n ? "True" : "False");
        bb_vec_release(&tried);
    }
    return 0;
}
