#!/bin/sh
# SPDX-License-Identifier: MIT
# Configures and builds preset $1 and runs its test suite; ctest's summary comes last. With a second word, "unit", only the
# unit tests.
set -eu
cd "$(dirname "$0")/.."
preset=$1
jobs=${JOBS:-$(nproc)}

cmake --preset "$preset" >/dev/null
if [ "${2:-}" = unit ]; then
    cmake --build "build/$preset" -j "$jobs" --target unit_tests
    exec ctest --test-dir "build/$preset" --output-on-failure -j "$jobs" -R '^test_'
fi
cmake --build "build/$preset" -j "$jobs"
exec ctest --test-dir "build/$preset" --output-on-failure -j "$jobs"
