#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs `make image` and `make check` of this checkout's HEAD in a fresh Debian 13, which debootstrap makes in the folder
# DEBIAN13_ROOT (build/debian13). It comes from DEBIAN_MIRROR, else from where this machine's own packages come from.
set -eu
cd "$(dirname "$0")/.."
root=${DEBIAN13_ROOT:-$PWD/build/debian13}

fail() {
    echo "check-debian13: $*" >&2
    exit 1
}

[ "$(id -u)" -eq 0 ] || fail "this needs root, for chroot and mount: sudo make check-debian13"
command -v debootstrap >/dev/null || fail "this needs debootstrap: apt-get install debootstrap"
[ -z "$(git status --porcelain)" ] || echo "check-debian13: what is not committed is not checked"

# "bookworm http://host/debian/" for each suite that apt has an index of.
suites=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | sort -u)
mirror=${DEBIAN_MIRROR:-$(echo "$suites" | awk '$1 !~ /-/ { print $2; exit }')}
security=$(echo "$suites" | awk '$1 ~ /-security$/ { print $2; exit }')
[ -n "$mirror" ] || fail "this machine names no mirror of Debian: set DEBIAN_MIRROR, or run apt-get update"

forget() {
    # Lazily: who uses them may be about to end.
    for mounted in dev/pts dev proc; do
        ! mountpoint -q "$root/$mounted" || umount -l "$root/$mounted"
    done
}
forget
rm -rf --one-file-system "$root"
mkdir -p "$root"
trap forget EXIT
trap 'exit 1' INT TERM

echo "check-debian13: making a Debian 13 in $root"
debootstrap --variant=minbase --include=git,make,ca-certificates trixie "$root" "$mirror" >"$root.log" ||
    fail "debootstrap failed; it says more in $root.log"
{
    echo "deb $mirror trixie main"
    echo "deb $mirror trixie-updates main"
    [ -z "$security" ] || echo "deb $security trixie-security main"
} >"$root/etc/apt/sources.list"
[ ! -e /etc/resolv.conf ] || cp -L /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t devpts devpts "$root/dev/pts"
git clone -q --no-hardlinks . "$root/root/bbc"

# The environment of a login, and no more of ours than how many jobs there may be.
in_debian13() {
    chroot "$root" env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin ${JOBS:+JOBS="$JOBS"} \
        sh -ec "cd /root/bbc; $*"
}
in_debian13 make image
in_debian13 "cd build/image/tmp/deploy/images/*; find . -type f ! -name '*.manifest' | sort | xargs sha256sum"
in_debian13 make check
