# SPDX-License-Identifier: MIT
# Debian's kernel has the drivers of disks as modules.
RRECOMMENDS:${PN} += "initramfs-rootdisk"
