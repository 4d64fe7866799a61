#!/bin/sh
# SPDX-License-Identifier: MIT
# Configures and builds preset $1 and runs its test suite; ctest's summary comes last.
set -eu
cd "$(dirname "$0")/.."
preset=$1
jobs=${JOBS:-$(nproc)}

cmake --preset "$preset" >/dev/null
cmake --build "build/$preset" -j "$jobs"
exec ctest --test-dir "build/$preset" --output-on-failure -j "$jobs"
