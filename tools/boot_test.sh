#!/bin/bash
# SPDX-License-Identifier: MIT
# Builds the VM images in build/image, if they are not there yet, and starts them in QEMU. Arguments go to the test.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)

(
    PATH=$root/build/release/bin:$PATH
    . "$root/oe-init-build-env" "$root/build/image" >/dev/null
    bbc vm-image-driver vm-image-user vm-image-boot
)
exec python3 "$root/tests/e2e/boot_test.py" "$root/build/image/tmp/deploy/images/vm-raspberrypi4-64" "$@"
