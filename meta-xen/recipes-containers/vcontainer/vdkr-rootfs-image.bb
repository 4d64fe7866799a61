# SPDX-License-Identifier: MIT

SUMMARY = "Root file system of guests that run containers as Docker does, with runc"

VCONTAINER_RUNTIME = "runc"
require vcontainer-rootfs-image.inc
