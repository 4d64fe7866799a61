# SPDX-License-Identifier: MIT
# A file with the header of an arm64 kernel: 2 MiB in memory, from the start of the memory it is given.
LICENSE = "MIT"
PROVIDES += "virtual/kernel"
PACKAGE_ARCH = "${MACHINE_ARCH}"
INHIBIT_DEFAULT_DEPS = "1"
inherit deploy nopackages
TOY_KERNEL_MEMORY ?= "0x200000"
python do_deploy() {
    import struct
    with open(d.expand('${DEPLOYDIR}/${KERNEL_IMAGETYPE}'), 'wb') as f:
        f.write(struct.pack('<8xQQ32x4s4x', 0, int(d.getVar('TOY_KERNEL_MEMORY'), 0), b'ARM\x64') + b'toy kernel\n')
}
addtask deploy after do_compile before do_build
