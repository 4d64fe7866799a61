/* SPDX-License-Identifier: MIT */
#include "run/stamp.h"

#include "base/path.h"

#include <errno.h>
#include <sys/random.h>

bool bb_stamp_has_hashes(bb_str handler)
{
    return handler.len && !bb_str_eqz(handler, "noop") && !bb_str_eqz(handler, "basic");
}

void bb_stamp_name(bb_str stamp, bb_str task, bb_str hash, bb_str extra, struct bb_buf *out)
{
    bb_buf_addf(out, "%.*s.%.*s", BB_STRF(stamp), BB_STRF(task));
    if (hash.len)
        bb_buf_addf(out, ".%.*s", BB_STRF(hash));
    if (extra.len)
        bb_buf_addf(out, ".%.*s", BB_STRF(extra));
}

void bb_stamp_sigdata_name(bb_str stamp, bb_str task, bb_str hash, struct bb_buf *out)
{
    bb_buf_addf(out, "%.*s.%.*s.sigdata.%.*s", BB_STRF(stamp), BB_STRF(task), BB_STRF(hash));
}

bool bb_stamp_is_one(bb_str path)
{
    bb_str name = bb_path_base(path);
    return !bb_str_has(name, BB_STR("sigdata")) && !bb_str_has(name, BB_STR("sigbasedata")) &&
           !bb_str_ends(name, BB_STR(".taint"));
}

static void taint_name(bb_str stamp, bb_str task, struct bb_buf *out)
{
    bb_buf_addf(out, "%.*s.%.*s.taint", BB_STRF(stamp), BB_STRF(task));
}

bb_str bb_stamp_uuid(struct bb_arena *a)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    unsigned char b[16];
    if (getrandom(b, sizeof(b), 0) != sizeof(b))
        BB_BUG("the kernel gives no random bytes");
    /* the bits that mark a random UUID */
    b[6] = (unsigned char)(0x40 | (b[6] & 0x0f));
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
    for (size_t i = 0; i < sizeof(b); i++)
        bb_buf_addf(&text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
    return bb_arena_str(a, bb_buf_str(&text));
}

int bb_stamp_make_folder(const struct bb_os *os, bb_str path)
{
    BB_CLEAN_BUF struct bb_buf dir = BB_BUF_INIT;
    bb_buf_adds(&dir, bb_path_dir(path));
    return dir.len ? os->mkdirs(os, dir.p) : 0;
}

int bb_stamp_taint(const struct bb_os *os, bb_str stamp, bb_str task)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    struct bb_arena a;
    if (stamp.len == 0)
        return 0;
    bb_arena_init(&a);
    taint_name(stamp, task, &path);
    int err = bb_stamp_make_folder(os, bb_buf_str(&path));
    if (!err)
        err = os->write(os, path.p, bb_stamp_uuid(&a), 0);
    bb_arena_release(&a);
    return err;
}

bool bb_stamp_read_taint(const struct bb_os *os, bb_str stamp, bb_str task, struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    if (stamp.len == 0)
        return false;
    taint_name(stamp, task, &path);
    return os->read(os, path.p, out) == 0;
}
