#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs every fuzz target found in folder $1 for FUZZ_SECONDS (60) seconds, starting from its corpus; stops at a finding,
# which libFuzzer leaves as crash-* in the folder.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$1"
for f in fuzz_*; do
    [ -x "$f" ] && [ -f "$f" ] || continue
    name=${f#fuzz_*_}
    corpus=$root/tests/fuzz/corpus/$name
    mkdir -p "found/$name"
    [ -d "$corpus" ] || corpus=
    echo "== $f"
    # shellcheck disable=SC2086 # no corpus: no argument
    "./$f" -max_total_time="${FUZZ_SECONDS:-60}" -print_final_stats=1 -verbosity=0 "found/$name" $corpus
done
