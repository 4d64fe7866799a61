# SPDX-License-Identifier: MIT

SUMMARY = "Root file system of guests that run containers as Podman does, with crun"

VCONTAINER_RUNTIME = "crun"
require vcontainer-rootfs-image.inc
