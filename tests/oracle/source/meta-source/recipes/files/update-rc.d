#!/bin/sh
# SPDX-License-Identifier: MIT
# update-rc.d [-f] [-r ROOT] NAME remove | defaults [NN | SS KK] | (start|stop NN LEVEL... .)...
set -e
root= force=
while :; do
    case ${1:-} in
    -r) root=$2; shift 2 ;;
    -f) force=1; shift ;;
    -s | -n | -v) shift ;;
    *) break ;;
    esac
done
name=$1
shift

make() { # S|K NN LEVEL...
    kind=$1 at=$2
    shift 2
    for level; do
        mkdir -p "$root/etc/rc$level.d"
        ls "$root/etc/rc$level.d/"[SK][0-9][0-9]"$name" > /dev/null 2>&1 ||
            ln -s "../init.d/$name" "$root/etc/rc$level.d/$kind$at$name"
    done
}

case $1 in
remove)
    [ -n "$force" ] || [ ! -e "$root/etc/init.d/$name" ] || { echo "update-rc.d: $root/etc/init.d/$name is there" >&2; exit 1; }
    rm -f "$root"/etc/rc?.d/[SK][0-9][0-9]"$name"
    ;;
defaults)
    make S "${2:-20}" 2 3 4 5
    make K "${3:-${2:-20}}" 0 1 6
    ;;
start | stop)
    while [ $# -gt 0 ]; do
        kind=$([ "$1" = start ] && echo S || echo K) at=$2
        shift 2
        while [ $# -gt 0 ] && [ "$1" != . ]; do
            make "$kind" "$at" "$1"
            shift
        done
        [ $# -eq 0 ] || shift
    done
    ;;
*)
    echo "update-rc.d: unknown word $1" >&2
    exit 2
    ;;
esac
