/* SPDX-License-Identifier: MIT */
#include "query/classshow.h"

#include "base/path.h"
#include "os/fs.h"

static const char *const folders[] = {"classes-global", "classes-recipe", "classes"};
enum { NFOLDERS = sizeof(folders) / sizeof(*folders) };

/* Name of a class file -> struct bb_strvec *: the paths that layers have it at. */
static void collect(struct bb_layerinfo *l, struct bb_map *classes)
{
    bb_vec_each(&l->dirs, dir) {
        for (size_t i = 0; i < NFOLDERS; i++) {
            struct bb_strvec names = {0};
            bb_str folder = bb_arena_fmt(&l->arena, "%.*s/%s", BB_STRF(*dir), folders[i]);
            if (bb_fs_list(&l->arena, folder.p, &names) == 0)
                bb_vec_each(&names, name) {
                    if (!bb_str_eqz(bb_path_ext(*name), ".bbclass"))
                        continue;
                    void **slot = bb_map_slot(classes, *name);
                    if (!*slot)
                        *slot = bb_arena_new(&l->arena, struct bb_strvec);
                    bb_vec_push((struct bb_strvec *)*slot, bb_path_join(&l->arena, folder, *name));
                }
            bb_vec_release(&names);
        }
    }
}

/* The file that `inherit` would read. */
static bb_str used_file(struct bb_layerinfo *l, bb_str bbpath, bb_str name)
{
    for (size_t i = 0; i < NFOLDERS; i++) {
        bb_str path = bb_layerinfo_which(&l->arena, bbpath,
                                         bb_arena_fmt(&l->arena, "%s/%.*s", folders[i], BB_STRF(name)));
        if (path.len)
            return path;
    }
    return BB_STR("");
}

static bb_str layer_of_class(bb_str path)
{
    return path.len ? bb_path_base(bb_path_dir(bb_path_dir(path))) : BB_STR("?");
}

static void add_text(struct bb_buf *out, bb_str name, bb_str used, const struct bb_strvec *paths,
                     bool filenames)
{
    if (filenames)
        bb_buf_addf(out, "%.*s\n", BB_STRF(used));
    else
        bb_buf_addf(out, "%.*s:\n  %.*s\n", BB_STRF(name), BB_STRF(layer_of_class(used)));
    bb_vec_each(paths, path)
        if (!bb_str_eq(*path, used))
            bb_buf_addf(out, "  %.*s\n", BB_STRF(filenames ? *path : layer_of_class(*path)));
}

static void add_json(struct bb_jsonw *w, bb_str name, bb_str used, const struct bb_strvec *paths)
{
    bb_jsonw_object(w);
    bb_layerinfo_member(w, "class", name);
    bb_jsonw_key(w, BB_STR("files"));
    bb_jsonw_array(w);
    bb_vec_each(paths, path) {
        bb_jsonw_object(w);
        bb_layerinfo_member(w, "layer", layer_of_class(*path));
        bb_layerinfo_member(w, "file", *path);
        bb_jsonw_key(w, BB_STR("used"));
        bb_jsonw_bool(w, bb_str_eq(*path, used));
        bb_jsonw_end(w);
    }
    bb_jsonw_end(w);
    bb_jsonw_end(w);
}

int bb_classshow_overlayed(struct bb_layerinfo *l, bb_str bbpath, bool filenames, struct bb_answer *a,
                           bool *ret_any)
{
    struct bb_map classes = {0};
    bool any = false;
    collect(l, &classes);
    if (a->json) {
        bb_jsonw_key(a->json, BB_STR("classes"));
        bb_jsonw_array(a->json);
    }
    bb_map_each(&classes, it) {
        struct bb_strvec *paths = it->val;
        if (paths->n > 1) {
            bb_str used = used_file(l, bbpath, it->key);
            if (!any && !a->json)
                bb_buf_addz(a->out, "=== Overlayed classes ===\n");
            any = true;
            if (a->json)
                add_json(a->json, it->key, used, paths);
            else
                add_text(a->out, it->key, used, paths, filenames);
        }
        bb_vec_release(paths);
    }
    if (a->json)
        bb_jsonw_end(a->json);
    bb_map_release(&classes);
    *ret_any = *ret_any || any;
    return 0;
}
