#!/bin/sh
# SPDX-License-Identifier: MIT
# Fails when clang-format would change a C file. Layout differs a little between its releases, so only the one that
# .clang-format was written for decides (14, Debian 12's); where there is none, nothing is checked (exit status 77).
set -eu
cd "$(dirname "$0")/.."
for tool in clang-format-14 clang-format; do
    version=$("$tool" --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p')
    [ "$version" = 14 ] && break
done
[ "$version" = 14 ] || exit 77
find lib bitbake-c tests -name '*.[ch]' -print0 | xargs -0 "$tool" --dry-run --Werror
