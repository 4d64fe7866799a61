# SPDX-License-Identifier: MIT
# What PACKAGECONFIG adds up to.
LICENSE = "MIT"
INHIBIT_DEFAULT_DEPS = "1"
SRC_URI = "file://config-1.patch;apply=no file://config-2.patch;apply=no"
SRC_URI:remove = "file://config-1.patch;apply=no"
PACKAGECONFIG:class-target ??= "sel4"
PACKAGECONFIG[sel4] = "--enable-sel4,--disable-sel4,tiny,tiny-extra"
PACKAGECONFIG[gui] = "--enable-gui,--disable-gui,,"
do_fetch[noexec] = "1"
do_unpack[noexec] = "1"
do_patch[noexec] = "1"
do_fetch[file-checksums] = ""
do_configure() {
	bbplain "configure ${PACKAGECONFIG_CONFARGS}"
}
