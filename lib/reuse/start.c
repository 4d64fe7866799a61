/* SPDX-License-Identifier: MIT */
#include "reuse/start.h"

#include "reuse/cachefile.h"

/* Change it with the layout, which is: what was given, entries of the recipe cache, table of files. */
static const char version[] = "bbc start 2";
enum { UNSETTLED_NS = 50000000 /* clocks of file systems tick slowly */ };

void bb_start_init(struct bb_start *s, struct bb_arena *a, int64_t now)
{
    *s = (struct bb_start){.since = now - UNSETTLED_NS};
    bb_filetable_init(&s->files, a);
}

void bb_start_release(struct bb_start *s)
{
    bb_filetable_release(&s->files);
}

void bb_start_saw(struct bb_start *s, const struct bb_seenfile *f)
{
    bb_filetable_add(&s->files, f);
}

static bool is_made_up(bb_str path)
{
    static const char *const unreal[] = {"/proc/", "/sys/", "/dev/"};
    for (size_t i = 0; i < sizeof(unreal) / sizeof(*unreal); i++)
        if (bb_str_starts(path, bb_str_z(unreal[i])))
            return true;
    return false;
}

void bb_start_touched(struct bb_start *s, bb_str path, bool listed)
{
    BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
    s->unsure = s->unsure || !bb_str_starts(path, BB_STR("/"));
    if (s->unsure || is_made_up(path))
        return;
    bb_buf_adds(&z, path);
    enum bb_filestate_kind kind = listed               ? BB_FILE_LISTED
                                  : bb_fs_is_file(z.p) ? BB_FILE_SAME
                                                       : BB_FILE_PRESENT;
    struct bb_seenfile f = {path, bb_filestate_ask(z.p, kind)};
    s->unsure = listed && f.state.mtime_ns > s->since;
    bb_start_saw(s, &f);
}

int bb_start_save(const struct bb_start *s, const char *path, bb_str given, size_t entries)
{
    struct bb_cachefile_draft d;
    if (s->unsure)
        return 0;
    bb_cachefile_create(&d, path, version);
    bb_pack_put_text(&d.buf, given);
    bb_pack_put_uint(&d.buf, entries);
    bb_filetable_put(&d.buf, &s->files);
    return bb_cachefile_commit(&d);
}

static bool all_hold(struct bb_filetable *files)
{
    for (size_t i = 0; i < files->rows.n; i++)
        if (!bb_filetable_holds(files, (uint32_t)i))
            return false;
    return true;
}

bool bb_start_holds(const char *path, bb_str given, size_t *ret_entries)
{
    struct bb_cachefile file;
    struct bb_filetable files = {0};
    if (!bb_cachefile_open(&file, path, version))
        return false;
    struct bb_pack_in in = bb_pack_in(file.content);
    bool holds = bb_str_eq(bb_pack_take_text(&in), given);
    size_t entries = bb_pack_take_uint(&in);
    if (holds) {
        bb_filetable_take(&in, &files);
        holds = bb_pack_done(&in) && all_hold(&files);
    }
    if (holds)
        *ret_entries = entries;
    bb_filetable_release(&files);
    bb_cachefile_close(&file);
    return holds;
}
