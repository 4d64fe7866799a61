#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds the images named in the build directory build/image with build/release's bbc, and says where the results are.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
images=("$@")

set --
set +u # the init script may look at variables that nobody set
. "$root/oe-init-build-env" "$root/build/image" >/dev/null
set -u
cd "$root/build/image"

bbc "${images[@]}"
deploy=$(bbc-getvar --value DEPLOY_DIR_IMAGE)
cd "$deploy"
echo
echo "The results are in ${deploy#"$root"/}:"
for f in Image modules-*.tgz "${images[@]/%/-*}"; do
    for match in $f; do
        # With versioned names the links carry the plain ones; without, the files do.
        case $match in
        *.manifest | *-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9].*) ;;
        *) [ ! -e "$match" ] || printf '  %-60s %8s\n' "$match" "$(du -Lh "$match" | cut -f1)" ;;
        esac
    done
done
