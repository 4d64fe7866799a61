#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds the images named in the build directory build/image with build/release's bbc, and says where the results are.
# MACHINE, if set, is for this time only; BBC_FLAGS are further arguments for bbc.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
images=("$@")
machine=${MACHINE:-}
unset MACHINE

# A build directory of the time when the repository itself was the core layer.
layers=$root/build/image/conf/bblayers.conf
if [ -e "$layers" ]; then
    sed -i -E "s@^([^#]*[[:space:]\"])?$root/?([[:space:]\"]|\$)@\\1$root/meta-core\\2@" "$layers"
fi

set --
set +u # the init script may look at variables that nobody set
. "$root/oe-init-build-env" "$root/build/image" >/dev/null
set -u
cd "$root/build/image"

[ -z "$machine" ] || export MACHINE="$machine"

# shellcheck disable=SC2086 # a list of words
bbc ${BBC_FLAGS:-} "${images[@]}"
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
