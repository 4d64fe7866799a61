# SPDX-License-Identifier: MIT

SUMMARY = "Libraries that programs from Debian need, one package each"
LICENSE = "LGPL-2.1-or-later"
SECTION = "libs"

inherit debian_package

DEPENDS = "glibc"
DEBIAN_SPLIT = "1"
DEBIAN_VERSIONED = ""
DEBIAN_CLOSURE_OF = "qemu-system-arm screen dropbear-bin pciutils usbutils"
DEBIAN_CLOSURE_ONLY = "lib* zlib1g"
# What qemu-system-aarch64, screen, dropbear, lspci and lsusb are linked with, and what that is linked with in turn.
DEBIAN_PACKAGES = "libaio1 libaudit1 libblkid1 libbpf1 libcap-ng0 libcapstone4 libdaxctl1 libelf1 libfdt1 libffi8 \
                   libfuse3-3 libglib2.0-0 libgmp10 libgnutls30 libhogweed6 libibverbs1 libidn2-0 libjpeg62-turbo libkmod2 \
                   liblzma5 libmount1 libndctl6 libnettle8 libnl-3-200 libnl-route-3-200 libnuma1 libp11-kit0 libpam0g \
                   libpci3 libpcre2-8-0 libpixman-1-0 libpmem1 libpng16-16 librdmacm1 libsasl2-2 libseccomp2 libselinux1 \
                   libslirp0 libssl3 libtasn1-6 libtinfo6 libtomcrypt1 libtommath1 libudev1 libunistring2 liburing2 \
                   libusb-1.0-0 libutempter0 libuuid1 libvdeplug2 libzstd1 zlib1g"

do_install:append() {
	rm -rf ${D}/usr/share ${D}/etc/libibverbs.d ${D}/etc/security ${D}/etc/pam.d ${D}/etc/ssl ${D}/etc/libnl-3 \
		${D}/usr/lib/ssl ${D}/usr/lib/${TARGET_SYS}/engines-3 ${D}/usr/lib/${TARGET_SYS}/ossl-modules \
		${D}/usr/lib/${TARGET_SYS}/vdeplug
}
