# SPDX-License-Identifier: MIT

SUMMARY = "Libraries of X programs from Debian, one package each"
LICENSE = "MIT"
SECTION = "x11/libs"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11"
DEPENDS = "glibc debian-libs"
DEBIAN_SPLIT = "1"
DEBIAN_VERSIONED = ""
DEBIAN_CLOSURE_OF = "xserver-xorg-core xinit x11-apps x11-utils xrestop matchbox-window-manager rxvt-unicode x11-xkb-utils \
                     xserver-xorg-input-evdev"
DEBIAN_CLOSURE_ONLY = "${DEBIAN_PACKAGES}"
# What those programs are linked with, and what that is linked with in turn; without what is in debian-libs already. No
# Mesa: nothing here draws with OpenGL.
DEBIAN_PACKAGES = "libbrotli1 libbsd0 libbz2-1.0 libcap2 libdatrie1 libdbus-1-3 libdrm2 libevdev2 libexpat1 libfontconfig1 \
                   libfontenc1 libfreetype6 libfribidi0 libgcrypt20 libgdk-pixbuf-2.0-0 libgpg-error0 libgraphite2-3 \
                   libharfbuzz0b libice6 liblz4-1 libmatchbox1 libmd0 libmtdev1 libncurses6 libpango-1.0-0 libpangoft2-1.0-0 \
                   libpangoxft-1.0-0 libpciaccess0 libperl5.36 libptytty0 libsm6 libstartup-notification0 libsystemd0 libthai0 \
                   libunwind8 libx11-6 libx11-xcb1 libxau6 libxaw7 libxcb-shape0 libxcb-util1 libxcb1 libxcvt0 libxdmcp6 \
                   libxext6 libxfont2 libxft2 libxkbfile1 libxmu6 libxmuu1 libxpm4 libxrender1 libxres1 libxshmfence1 libxt6"

# Loaders of rare picture formats, Perl's modules, settings: the libraries alone are wanted.
do_install:append() {
	rm -rf ${D}/usr/share ${D}/etc ${D}/usr/bin ${D}/usr/libexec ${D}/usr/lib/${TARGET_SYS}/gdk-pixbuf-2.0 \
		${D}/usr/lib/${TARGET_SYS}/perl ${D}/usr/lib/${TARGET_SYS}/perl5
	# The helper that asks for pictures' loaders has nothing to load either.
	find ${D} -type d -empty -delete
}
