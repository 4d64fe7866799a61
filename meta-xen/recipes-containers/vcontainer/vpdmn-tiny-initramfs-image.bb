# SPDX-License-Identifier: MIT

SUMMARY = "Initramfs of guests that run containers as Podman does, with crun"
require vcontainer-tiny-initramfs-image.inc
