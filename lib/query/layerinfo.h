/* SPDX-License-Identifier: MIT */
/*
 * The layer of a file, as bitbake-layers sees it: the layer of the BBFILES pattern that takes the file, else the
 * layer with the longest BBFILE_PATTERN that matches its path. Layers are shown by the name of their folder.
 *
 * The cooker must have been opened with tracking: where a collection was declared is known from history alone.
 */
#ifndef BB_QUERY_LAYERINFO_H
#define BB_QUERY_LAYERINFO_H

#include "base/jsonw.h"
#include "cook/cooker.h"
#include "graph/providers.h"

struct bb_layerinfo {
    struct bb_cooker *c;
    struct bb_mc *mc;
    struct bb_strvec dirs;     /* BBLAYERS */
    struct bb_strvec patterns; /* BBFILES in order of priority */
    struct bb_map dir_of;      /* collection -> bb_str *: folder */
    struct bb_map known;       /* file -> bb_str *: folder of its layer */
    struct bb_arena arena;
};

/* An answer as text (`json` NULL) or as JSON, one of which a query appends to. */
struct bb_answer {
    struct bb_buf *out;
    struct bb_jsonw *json;
};

/*
 * Reads the layers of configuration `mc` ("" is the base). -BB_EREPORTED when there is none of that name.
 * After bb_cooker_collect() files are known by BBFILES, too. Release also after a failure.
 */
int bb_layerinfo_init(struct bb_layerinfo *l, struct bb_cooker *c, bb_str mc);
void bb_layerinfo_release(struct bb_layerinfo *l);

/* The folder of the layer that declared a collection; p NULL when there is none. */
bb_str bb_layerinfo_dir(const struct bb_layerinfo *l, bb_str collection);
/* The layer's name: its folder's name; "?" for a file of no layer. */
bb_str bb_layerinfo_name_of(struct bb_layerinfo *l, bb_str file);
/* The path from the layer's folder on ("meta/recipes/x.bb"); the whole path for a file of no layer. */
bb_str bb_layerinfo_short(struct bb_layerinfo *l, bb_str file);

/* The recipes that were skipped, those of the layers with the highest priority first; appended to `ret`. */
void bb_layerinfo_skipped(const struct bb_providers *p, struct bb_recipe_vec *ret);
/* Python's fnmatch of a name with any of the patterns; true when there are none. */
bool bb_layerinfo_wanted(const struct bb_strvec *patterns, bb_str name);
/* The first `item` that exists below the folders of BBPATH (bb.utils.which), in `a`; empty when there is none. */
bb_str bb_layerinfo_which(struct bb_arena *a, bb_str bbpath, bb_str item);
/* Appends `s`, filled up with blanks to `width` characters. */
void bb_layerinfo_pad(struct bb_buf *out, bb_str s, size_t width);
/* A member of the object that is being written. */
void bb_layerinfo_member(struct bb_jsonw *w, const char *key, bb_str value);

#endif
