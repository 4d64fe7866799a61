#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds container guests of Xen for both architectures, the guest on Jetson AGX Orin and the user VM with a screen, and
# starts them in QEMU. What an earlier build in build/image has is used again.
set -eu
cd "$(dirname "$0")/.."

# The multiconfigs of vxn are only read here: they make every start slower.
BBMULTICONFIG="vruntime-aarch64 vruntime-x86-64"
BB_ENV_PASSTHROUGH_ADDITIONS="${BB_ENV_PASSTHROUGH_ADDITIONS:-} BBMULTICONFIG"
export BBMULTICONFIG BB_ENV_PASSTHROUGH_ADDITIONS
MACHINE=qemuarm64 tools/image.sh xen-image-minimal vxn-initramfs-create
MACHINE=qemux86-64 tools/image.sh vm-image-minimal vxn-initramfs-create
unset BBMULTICONFIG

MACHINE=vm-jetson-agx-orin tools/image.sh vm-image-minimal camkes-vm-minimal
MACHINE=vm-raspberrypi4-64 tools/image.sh vm-image-user-gui

exec python3 tests/e2e/guests_boot_test.py build/image/tmp/deploy/images
