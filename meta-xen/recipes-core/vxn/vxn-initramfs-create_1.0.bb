# SPDX-License-Identifier: MIT

SUMMARY = "Kernel, initramfs and root file system for container guests of Xen"

VXN_RUNTIME ?= "vdkr"
require vxn-initramfs-create.inc
