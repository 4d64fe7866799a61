# SPDX-License-Identifier: MIT

SUMMARY = "Initramfs of guests that run containers as Docker does, with runc"
require vcontainer-tiny-initramfs-image.inc
