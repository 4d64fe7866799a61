# SPDX-License-Identifier: MIT
require ${@bb.utils.contains('MACHINE_FEATURES', 'sel4-vm', 'recipes-kernel/linux/linux-sel4-vm.inc', '', d)}
