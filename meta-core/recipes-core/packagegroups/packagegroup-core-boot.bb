# SPDX-License-Identifier: MIT

SUMMARY = "What a system needs to start and to log in on"

inherit packagegroup

RDEPENDS:${PN} = "base-files base-passwd ${VIRTUAL-RUNTIME_base-utils} busybox-inittab init-ifupdown initscripts \
                  ${MACHINE_ESSENTIAL_EXTRA_RDEPENDS}"
RRECOMMENDS:${PN} = "${MACHINE_ESSENTIAL_EXTRA_RRECOMMENDS} ${MACHINE_EXTRA_RRECOMMENDS}"
