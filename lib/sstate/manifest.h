/* SPDX-License-Identifier: MIT */
/*
 * Shared areas (sysroots, deploy folders) and the manifests that say which task put what there. A manifest is a text:
 * a first line that names the format, the areas ("area /path"), then one absolute path a line, files first, then folders
 * with a trailing '/', children before parents. A backslash and control characters are escaped, so a line is a line
 * whatever a file is called. The manifest is written before the first file is installed, so an interrupted install
 * can always be cleaned.
 *
 * Nothing is made or removed outside of the areas, nor through a symbolic link inside of one (os/beneath.h).
 */
#ifndef BB_SSTATE_MANIFEST_H
#define BB_SSTATE_MANIFEST_H

#include "base/str.h"

struct bb_manifest_pair {
    const char *src, *dst; /* folders */
};
struct bb_manifest_install {
    const struct bb_manifest_pair *pairs;
    size_t npairs;
    const char *manifest; /* to be written; the other manifests stand in its folder */
    const char *pn;       /* whose files they are, for the message */
    const bb_str *allow;  /* beginnings of paths that may exist already */
    size_t nallow;
};
/*
 * Hard-links (copies, where that cannot be) everything into place; programs lose their set-user-ID and set-group-ID bits.
 * -EEXIST when a file exists already: nothing was installed, and `err` lists the files with the manifests that have
 * them. -BB_EUNSAFE when `src`, or a folder on the way in the area, is a symbolic link; -ENOTSUP for devices, fifos and
 * sockets. Else 0 or a negative errno.
 */
int bb_manifest_install(const struct bb_manifest_install *in, size_t *ret_files, struct bb_buf *err);
/*
 * Removes what the manifest lists, folders once they are empty, then itself. An absent manifest is fine. -BB_EUNSAFE when
 * it lists what is in none of its areas, -BB_ECORRUPT for a file of another format.
 */
int bb_manifest_clean(const char *manifest, size_t *ret_removed, struct bb_buf *err);

#endif
