# SPDX-License-Identifier: MIT

SUMMARY = "Runs containers as the OCI describes them, from Debian"
LICENSE = "Apache-2.0"
LIC_FILES_CHKSUM = "file://runc/usr/share/doc/runc/copyright;md5=646a1844af4966b71481a162e60f7ac9"
HOMEPAGE = "https://github.com/opencontainers/runc"
SECTION = "console/utils"

inherit debian_package

DEPENDS = "glibc debian-libs"
