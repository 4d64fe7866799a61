#!/bin/sh
# SPDX-License-Identifier: MIT
# Process 1 of a container guest of Xen, put into the root file system by vxn-initramfs-create.
. /vcontainer-init-common.sh
hostname vxn
vc_main
