# SPDX-License-Identifier: MIT
# What a virtual machine needs: a third of the size.

DEBIAN_KERNEL_FLAVOUR = "cloud-arm64"
require linux-debian.inc
