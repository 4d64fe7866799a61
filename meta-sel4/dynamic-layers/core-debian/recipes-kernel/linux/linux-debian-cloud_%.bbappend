# SPDX-License-Identifier: MIT
include recipes-kernel/linux/linux-virtio.inc
