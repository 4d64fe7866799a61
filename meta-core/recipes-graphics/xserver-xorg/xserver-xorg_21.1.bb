# SPDX-License-Identifier: MIT

SUMMARY = "The X server, for what the kernel shows pictures with, from Debian"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://xserver-xorg-core/usr/share/doc/xserver-xorg-core/copyright;md5=5df87950af51ac2c5822094553ea1880 \
                    file://x11-xkb-utils/usr/share/doc/x11-xkb-utils/copyright;md5=39761e249c2ca1560734feaf35335fa7 \
                    file://xkb-data/usr/share/doc/xkb-data/copyright;md5=624d3d555a66b60624a252c263bc834b \
                    file://xserver-xorg-input-evdev/usr/share/doc/xserver-xorg-input-evdev/copyright;md5=8c132bb309bd1ea17680894091a4977d"
SECTION = "x11/base"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11"
DEBIAN_PACKAGES = "xserver-xorg-core xserver-common x11-xkb-utils xkb-data xserver-xorg-input-evdev"
DEPENDS = "glibc debian-libs debian-libs-x11 ${@bb.utils.contains('DISTRO_FEATURES', 'opengl', 'mesa', '', d)}"

SRC_URI += "file://10-vm.conf file://xorg-input-conf"

XORG_MODULES = "/usr/lib/xorg/modules"
# What draws its own pictures with OpenGL, and drivers' parts that no driver here needs.
DEBIAN_REMOVE += "${XORG_MODULES}/libglamoregl.so ${XORG_MODULES}/libexa.so \
                  ${XORG_MODULES}/libwfb.so ${XORG_MODULES}/libint10.so ${XORG_MODULES}/libvgahw.so \
                  ${XORG_MODULES}/libfbdevhw.so ${XORG_MODULES}/libshadowfb.so ${XORG_MODULES}/input/inputtest_drv.so \
                  /usr/bin/gtf /usr/bin/setxkbmap /usr/bin/xkbprint /usr/bin/xkbbell /usr/bin/xkbwatch /usr/bin/xkbevd \
                  /usr/bin/xkbvleds /usr/share/pkgconfig /lib/udev /etc/X11/app-defaults"

do_install:append() {
	install -D -m 0644 ${WORKDIR}/10-vm.conf ${D}${sysconfdir}/X11/xorg.conf.d/10-vm.conf
	install -D -m 0755 ${WORKDIR}/xorg-input-conf ${D}${sbindir}/xorg-input-conf
	if [ "${@bb.utils.contains('DISTRO_FEATURES', 'opengl', '1', '0', d)}" = 0 ]; then
		rm -r ${D}${XORG_MODULES}/extensions
	fi
	install -d ${D}${localstatedir}/lib/xkb ${D}${localstatedir}/log
}

RDEPENDS:${PN} = "busybox"
RRECOMMENDS:${PN} = "kernel-module-virtio-gpu kernel-module-virtio-input kernel-module-evdev"
