/* SPDX-License-Identifier: MIT */
#include "base/path.h"

#include "base/vec.h"

/* Where the last part begins: just behind the last slash. */
static size_t base_at(bb_str path)
{
    size_t slash = bb_str_rchr(path, '/');
    return slash == BB_NPOS ? 0 : slash + 1;
}

bb_str bb_path_dir(bb_str path)
{
    bb_str head = bb_str_sub(path, 0, base_at(path)), cut = head;

    while (cut.len && cut.p[cut.len - 1] == '/')
        cut.len--;
    return cut.len ? cut : head;
}

bb_str bb_path_base(bb_str path)
{
    return bb_str_from(path, base_at(path));
}

bb_str bb_path_ext(bb_str path)
{
    bb_str name = bb_path_base(path);
    size_t dot = bb_str_rchr(name, '.'), first = 0;

    while (first < name.len && name.p[first] == '.')
        first++;
    if (dot == BB_NPOS || dot < first)
        return bb_str_from(name, name.len);
    return bb_str_from(name, dot);
}

bb_str bb_path_join(struct bb_arena *a, bb_str dir, bb_str b)
{
    if (bb_path_is_abs(b) || dir.len == 0)
        return bb_arena_str(a, b);
    if (dir.p[dir.len - 1] == '/')
        return bb_arena_cat(a, dir, b);
    return bb_arena_fmt(a, "%.*s/%.*s", BB_STRF(dir), BB_STRF(b));
}

/* The parts that remain after normalising; `abs`: ".." at the root vanishes. */
static void norm_parts(bb_str path, struct bb_strvec *parts)
{
    bool absolute = bb_path_is_abs(path);
    bb_str part;

    while (bb_str_split(&path, '/', &part)) {
        if (part.len == 0 || bb_str_eqz(part, "."))
            continue;
        bool up = bb_str_eqz(part, "..");
        if (up && parts->n && !bb_str_eqz(parts->p[parts->n - 1], ".."))
            parts->n--;
        else if (!up || !absolute)
            bb_vec_push(parts, part);
    }
}

bb_str bb_path_norm(struct bb_arena *a, bb_str path)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_strvec parts = {0};

    norm_parts(path, &parts);
    if (bb_path_is_abs(path)) {
        /* POSIX gives exactly two leading slashes a meaning of their own, and Python keeps them. */
        bool two = path.len >= 2 && path.p[1] == '/' && !(path.len >= 3 && path.p[2] == '/');
        bb_buf_addz(&out, two ? "//" : "/");
    }
    for (size_t i = 0; i < parts.n; i++) {
        if (i)
            bb_buf_addc(&out, '/');
        bb_buf_adds(&out, parts.p[i]);
    }
    if (out.len == 0)
        bb_buf_addc(&out, '.');
    bb_vec_release(&parts);
    return bb_arena_str(a, bb_buf_str(&out));
}

bool bb_path_within(bb_str path, bb_str dir)
{
    while (dir.len && dir.p[dir.len - 1] == '/')
        dir.len--;
    return bb_str_starts(path, dir) && (path.len == dir.len || path.p[dir.len] == '/');
}
