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
for image in "${images[@]}"; do
    # Links carry the plain names; what they point to has the time of the build in its own.
    for f in "$image"-*; do
        [ ! -L "$f" ] || printf '  %-50s %8s\n' "$f" "$(du -Lh "$f" | cut -f1)"
    done
done
