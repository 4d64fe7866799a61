# SPDX-License-Identifier: MIT

SUMMARY = "What Xen's first domain needs to start and serve others"

inherit packagegroup features_check
REQUIRED_DISTRO_FEATURES = "xen"
PACKAGE_ARCH = "${MACHINE_ARCH}"

RDEPENDS:${PN} = "xen-tools"
# Where the kernel has them built in, there are no such packages.
RRECOMMENDS:${PN} = " \
    kernel-module-bridge \
    kernel-module-loop \
    kernel-module-tun \
    kernel-module-xen-blkback \
    kernel-module-xen-evtchn \
    kernel-module-xen-gntalloc \
    kernel-module-xen-gntdev \
    kernel-module-xen-netback \
    kernel-module-xen-privcmd \
    kernel-module-xen-wdt \
    kernel-module-xenfs \
"
