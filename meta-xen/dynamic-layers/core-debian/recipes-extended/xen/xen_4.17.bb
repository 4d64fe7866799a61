# SPDX-License-Identifier: MIT

SUMMARY = "The Xen hypervisor, from Debian"
require xen-debian.inc
LIC_FILES_CHKSUM = "file://xen-hypervisor-${PV}-arm64/usr/share/doc/xen-hypervisor-${PV}-arm64/copyright;md5=ea0cf58bc8d1f548cdac85f7e85916f3"
inherit debian_package deploy

DEBIAN_PACKAGES = "xen-hypervisor-${PV}-arm64"
INHIBIT_DEFAULT_DEPS = "1"
PACKAGE_ARCH = "${MACHINE_ARCH}"

PACKAGES = "xen-hypervisor ${PN}"
FILES:xen-hypervisor = "/boot"
FILES:${PN} = ""
ALLOW_EMPTY:${PN} = "1"
RDEPENDS:${PN} = "xen-hypervisor"
EXCLUDE_FROM_SHLIBS = "1"

do_install:append() {
	mv ${D}/boot/xen-${PV}-arm64 ${D}/boot/xen-${PV}
	mv ${D}/boot/xen-${PV}-arm64.efi ${D}/boot/xen-${PV}.efi
	mv ${D}/boot/xen-${PV}-arm64.config ${D}/boot/xen-${PV}.config
	ln -s xen-${PV} ${D}/boot/xen
}

do_deploy() {
	install -m 0644 ${D}/boot/xen-${PV} ${DEPLOYDIR}/xen-${MACHINE}
	install -m 0644 ${D}/boot/xen-${PV}.efi ${DEPLOYDIR}/xen-${MACHINE}.efi
	gzip -9 -n -c ${D}/boot/xen-${PV} > ${DEPLOYDIR}/xen-${MACHINE}.gz
}
addtask deploy after do_install before do_build
