#!/bin/sh
# SPDX-License-Identifier: MIT
# Process 1 of a container guest of QEMU.
. /vcontainer-init-common.sh
hostname vcontainer
vc_main
