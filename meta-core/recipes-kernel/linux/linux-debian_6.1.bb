# SPDX-License-Identifier: MIT
# All drivers and file systems: for boards, and for guests that share a folder with their host (9p).

DEBIAN_KERNEL_FLAVOUR = "${DEBIAN_ARCH}"
require linux-debian.inc
