#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs the Debian packages that bbc needs: tools/deps.sh [build] [run] [test] (all three when none is named).
# Says and does nothing when they are all there. Uses sudo unless it runs as root.
set -eu

list=$(dirname "$0")/packages.txt
sections=${*:-build run test}

for s in $sections; do
    if ! grep -q "^\[$s\]\$" "$list"; then
        echo "deps.sh: no section '$s' in $list" >&2
        exit 2
    fi
done

wanted=$(awk -v sections="$sections" '
    BEGIN { n = split(sections, s, " "); for (i = 1; i <= n; i++) want["[" s[i] "]"] = 1 }
    /^#/ || NF == 0 { next }
    /^\[/ { on = ($0 in want); next }
    on && !seen[$0]++ { print }' "$list")

# shellcheck disable=SC2086 # a list of words
have=" $(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
    awk '$2 == "installed" { printf "%s ", $1 }')"
missing=
for p in $wanted; do
    case $have in
    *" $p "*) ;;
    *) missing="$missing $p" ;;
    esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "deps.sh: these packages are missing, and neither root nor sudo is here to install them:$missing" >&2
        exit 1
    fi
    as_root="sudo -E"
fi
echo "deps.sh: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -q update
# shellcheck disable=SC2086 # a list of words
$as_root apt-get -q -y --no-install-recommends install $missing
