# SPDX-License-Identifier: MIT
# What a virtual machine needs: a third of the size.

DEBIAN_KERNEL_FLAVOUR = "cloud-${DEBIAN_ARCH}"
require linux-debian.inc
