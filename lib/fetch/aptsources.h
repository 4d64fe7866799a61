/* SPDX-License-Identifier: MIT */
/*
 * The package sources of apt://: those of the machine that belong to Debian, for another architecture, for source
 * packages, or for another release, which the same mirrors have. Third-party sources are left out, so two machines get
 * the same packages. Pure text but for bb_aptsources_host.
 */
#ifndef BB_FETCH_APTSOURCES_H
#define BB_FETCH_APTSOURCES_H

#include "base/str.h"

/*
 * Which suites count: `name` ("bookworm") and, if `stable`, "stable", alone or with a suffix ("bookworm-updates"). With
 * `as` that name stands in the result instead.
 */
struct bb_aptrelease {
    bb_str name;
    bool stable;
    bb_str as;
};
/*
 * Reads one file of sources, in stanzas when its name ends in ".sources", else in lines, and appends deb822
 * stanzas for the entries with a suite of `rel`. `source`: deb-src instead of deb. Architecture restrictions are dropped.
 */
void bb_aptsources_add(bb_str text, bool stanzas, const struct bb_aptrelease *rel, bool source,
                       struct bb_buf *out);
/*
 * All that /etc/apt of the machine below `etc` (normally "/etc") names for `release`; where it names nothing for that, what it
 * names for its own release, with the suites of `release` instead. Empty: its own. -ENOENT when there is nothing.
 */
int bb_aptsources_host(const char *etc, bb_str release, bool source, struct bb_buf *out);
/* Host names in the text that the functions above made, separated by spaces. */
void bb_aptsources_hosts(bb_str stanzas, struct bb_buf *out);

#endif
