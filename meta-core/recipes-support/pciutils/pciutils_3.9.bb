# SPDX-License-Identifier: MIT

SUMMARY = "Lists PCI devices, from Debian"
LICENSE = "GPL-2.0-or-later"
LIC_FILES_CHKSUM = "file://pciutils/usr/share/doc/pciutils/copyright;md5=8a41985cbb243aaf2bd2be32c3a14fe0 \
                    file://pci.ids/usr/share/doc/pci.ids/copyright;md5=f7e94abf77ec70febad143078a05d734"
SECTION = "console/utils"

inherit debian_package

# With the names of devices.
DEBIAN_PACKAGES = "pciutils pci.ids"
DEPENDS = "glibc debian-libs"
