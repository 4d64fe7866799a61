/* SPDX-License-Identifier: MIT */
#include "run/stampdir.h"
#include "os/fs.h"
#include <errno.h>

struct name {
    struct name *next;
    bb_str path;
};

void bb_stampdirs_init(struct bb_stampdirs *s)
{
    *s = (struct bb_stampdirs){0};
    bb_arena_init(&s->arena);
}

void bb_stampdirs_release(struct bb_stampdirs *s)
{
    bb_map_release(&s->read);
    bb_map_release(&s->names);
    bb_arena_release(&s->arena);
}

/* "folder/STAMP.do_x": what all stamps of a task begin with. */
static bb_str task_part(bb_str path)
{
    size_t slash = bb_str_rchr(path, '/');
    size_t task = bb_str_find(path, BB_STR(".do_"), slash == BB_NPOS ? 0 : slash);
    size_t end = task == BB_NPOS ? BB_NPOS : bb_str_chr(path, '.', task + 1);
    return end == BB_NPOS ? path : bb_str_sub(path, 0, end);
}

void bb_stampdirs_add(struct bb_stampdirs *s, bb_str path)
{
    path = bb_arena_str(&s->arena, path);
    struct name *n = bb_arena_new(&s->arena, struct name);
    void **slot = bb_map_slot(&s->names, task_part(path));
    *n = (struct name){*slot, path};
    *slot = n;
}

static int read_folder(struct bb_stampdirs *s, bb_str dir)
{
    struct bb_strvec names = {0};
    bb_str z = bb_arena_str(&s->arena, dir);
    int err = bb_fs_list(&s->arena, z.len ? z.p : ".", &names);
    bb_vec_each(&names, it)
        bb_stampdirs_add(s, z.len ? bb_arena_fmt(&s->arena, "%.*s/%.*s", BB_STRF(z), BB_STRF(*it)) : *it);
    bb_vec_release(&names);
    if (err && err != -ENOENT && err != -ENOTDIR)
        return err;
    bb_map_put(&s->read, z, (void *)z.p);
    return 0;
}

int bb_stampdirs_find(struct bb_stampdirs *s, bb_str path, struct bb_strvec *ret)
{
    size_t slash = bb_str_rchr(path, '/');
    bb_str dir = slash == BB_NPOS ? BB_STR("") : bb_str_sub(path, 0, slash);
    int err = bb_map_get(&s->read, dir) ? 0 : read_folder(s, dir);
    for (struct name *n = err ? NULL : bb_map_get(&s->names, task_part(path)); n; n = n->next)
        bb_vec_push(ret, n->path);
    return err;
}
