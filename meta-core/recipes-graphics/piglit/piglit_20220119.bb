# SPDX-License-Identifier: MIT

SUMMARY = "Tests of OpenGL, from Debian: the programs, each of which runs by itself"
LICENSE = "MIT & GPL-2.0-or-later"
LIC_FILES_CHKSUM = "file://piglit/usr/share/doc/piglit/copyright;md5=132a98ad8e1d6a4a8ec12fcf88e49cbf \
                    file://libwaffle-1-0/usr/share/doc/libwaffle-1-0/copyright;md5=61e97ee4e7b7e9074cc097e5eb5e8388 \
                    file://libwayland-client0/usr/share/doc/libwayland-client0/copyright;md5=720b260842ebac8323a8e0c291bf0786 \
                    file://libxkbcommon0/usr/share/doc/libxkbcommon0/copyright;md5=1a56f734d175bd0a9975029e60419b7b"
SECTION = "x11"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11 opengl"
DEBIAN_UPSTREAM_VERSION = "0~git${PV}"
DEBIAN_PACKAGES = "piglit libwaffle-1-0 libwayland-client0 libxkbcommon0"
DEPENDS = "glibc debian-libs debian-libs-x11 mesa"

# The tests that are text, 2 GB of them, and the Python program that runs all stay outside.
PIGLIT = "/usr/lib/${TARGET_SYS}/piglit"
DEBIAN_UNPACK_EXCLUDE = ".${PIGLIT}/generated_tests .${PIGLIT}/tests .${PIGLIT}/framework .${PIGLIT}/templates ./usr/bin/piglit"

do_install:append() {
	# Programs for OpenGL on X; the others want OpenCL, Vulkan, or another OpenGL.
	find ${D}${PIGLIT}/bin -type f ! -name 'gl*' -delete
	for program in ${D}${PIGLIT}/bin/*; do
		if ${READELF} -d $program 2>/dev/null | grep -q 'libpiglitutil_\(cl\|gles\)'; then
			rm $program
		fi
	done
	rm -f ${D}${PIGLIT}/lib/libpiglitutil_cl* ${D}${PIGLIT}/lib/libpiglitutil_gles*
	rm -rf ${D}/usr/share
}
