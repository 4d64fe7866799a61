#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds image $1 in the build directory build/image with build/release's bbc, and says where the results are.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
image=$1

export PATH=$root/build/release/bin:$PATH
set +u # the init script may look at variables that nobody set
. "$root/oe-init-build-env" "$root/build/image" >/dev/null
set -u
cd "$root/build/image"

bbc "$image"
deploy=$(bbc-getvar --value DEPLOY_DIR_IMAGE)
echo
echo "The results are in ${deploy#"$root"/}:"
cd "$deploy"
# Links carry the plain names; what they point to has the time of the build in its own.
for f in "$image"-*; do
    [ -L "$f" ] && printf '  %-50s %8s\n' "$f" "$(du -Lh "$f" | cut -f1)"
done
exit 0
