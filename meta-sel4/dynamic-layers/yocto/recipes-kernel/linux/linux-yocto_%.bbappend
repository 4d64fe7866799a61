# SPDX-License-Identifier: MIT
require recipes-kernel/linux/linux-sel4-vm.inc
