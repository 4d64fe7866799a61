/* SPDX-License-Identifier: MIT */
/*
 * The package sources of apt://: those of the machine that belong to its Debian release, for another architecture or
 * for source packages. Third-party sources are left out, so two machines of one release get the same packages. Pure
 * text but for bb_aptsources_host.
 */
#ifndef BB_FETCH_APTSOURCES_H
#define BB_FETCH_APTSOURCES_H

#include "base/str.h"

/*
 * Reads one file of sources, in stanzas when its name ends in ".sources", else in lines, and appends deb822
 * stanzas for the entries whose suite is `codename`, "stable", or one of these with a suffix ("-updates").
 * `source`: deb-src instead of deb. Architecture restrictions are dropped.
 */
void bb_aptsources_add(bb_str text, bool stanzas, bb_str codename, bool source, struct bb_buf *out);
/* All that /etc/apt of the machine below `etc` (normally "/etc") names; -ENOENT when there is nothing. */
int bb_aptsources_host(const char *etc, bool source, struct bb_buf *out);
/* Host names in the text that the functions above made, separated by spaces. */
void bb_aptsources_hosts(bb_str stanzas, struct bb_buf *out);

#endif
