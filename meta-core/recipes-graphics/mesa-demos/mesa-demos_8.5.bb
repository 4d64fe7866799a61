# SPDX-License-Identifier: MIT

SUMMARY = "Programs that show OpenGL: gears, and what the driver can do; from Debian"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://mesa-utils-bin/usr/share/doc/mesa-utils-bin/copyright;md5=63146cf71ab8b462aa8a375075d94998"
SECTION = "x11"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11 opengl"
DEBIAN_PACKAGES = "mesa-utils-bin"
DEPENDS = "glibc debian-libs debian-libs-x11 mesa"

MESA_DEMOS ?= "glxgears glxinfo"

do_install:append() {
	for file in ${D}/usr/bin/*; do
		name=$(basename $file .${TARGET_SYS})
		case " ${MESA_DEMOS} " in
		*" $name "*) mv $file ${D}/usr/bin/$name ;;
		*) rm $file ;;
		esac
	done
}
