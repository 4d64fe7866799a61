# SPDX-License-Identifier: MIT

SUMMARY = "Libraries that programs from Debian need, one package each"
LICENSE = "LGPL-2.1-or-later"
LIC_FILES_CHKSUM = "file://libaio1/usr/share/doc/libaio1/copyright;md5=718500714610d017a89c86238b4ebf49 \
                    file://libaudit1/usr/share/doc/libaudit1/copyright;md5=e8d2538192989024a48313e32161ce6a \
                    file://libblkid1/usr/share/doc/libblkid1/copyright;md5=353888f385cfb82eb97a693e78f3cc9b \
                    file://libbpf1/usr/share/doc/libbpf1/copyright;md5=e4c1347a2d470d4765e5c657ca28cea2 \
                    file://libcap-ng0/usr/share/doc/libcap-ng0/copyright;md5=23cdebec4656518aad882b58d84e8c2c \
                    file://libcapstone4/usr/share/doc/libcapstone4/copyright;md5=d7c2bd4eb252ec720fe02c332d96b58f \
                    file://libdaxctl1/usr/share/doc/libdaxctl1/copyright;md5=2aa7f92251c28dcd80fcbe2ae4f82afe \
                    file://libelf1/usr/share/doc/libelf1/copyright;md5=7043b536899881951a1bd6ae71d7887d \
                    file://libfdt1/usr/share/doc/libfdt1/copyright;md5=3338308e021f096040adc3f04775521b \
                    file://libffi8/usr/share/doc/libffi8/copyright;md5=d0c28bc3b4ec40de1d83250023f3c639 \
                    file://libfuse3-3/usr/share/doc/libfuse3-3/copyright;md5=d4384d175142462ab724f247eaf0e7fa \
                    file://libglib2.0-0/usr/share/doc/libglib2.0-0/copyright;md5=b542cecb1e61a7d1fd1950a0f78b723c \
                    file://libgmp10/usr/share/doc/libgmp10/copyright;md5=b83aca9c3c7f257e7b9ca756fa8a6480 \
                    file://libgnutls30/usr/share/doc/libgnutls30/copyright;md5=adfc1e8612bfa72485d4677930c849ec \
                    file://libhogweed6/usr/share/doc/libhogweed6/copyright;md5=6dc1c18ba52c28e390766ad16066836f \
                    file://libibverbs1/usr/share/doc/libibverbs1/copyright;md5=a0cdde8c64210165e42b32e02d28b2e3 \
                    file://libidn2-0/usr/share/doc/libidn2-0/copyright;md5=5afea15fdb99bb723ecb2c7efc4ccb90 \
                    file://libjpeg62-turbo/usr/share/doc/libjpeg62-turbo/copyright;md5=4043538cf7c867d54f119d6ea1f8d6d4 \
                    file://libkmod2/usr/share/doc/libkmod2/copyright;md5=ba1e48cefd1d68b359af2e9a0bf02ab7 \
                    file://liblzma5/usr/share/doc/liblzma5/copyright;md5=40bc16f251450701bfd0a5c8f5486d86 \
                    file://libnl-3-200/usr/share/doc/libnl-3-200/copyright;md5=9875206ea37bb5800e057145fe033b97 \
                    file://libnuma1/usr/share/doc/libnuma1/copyright;md5=1fe113e4a892a0ae09bc7274eb4c5740 \
                    file://libp11-kit0/usr/share/doc/libp11-kit0/copyright;md5=02ed16b57a85f6cb629707ff7d39caa0 \
                    file://libpam0g/usr/share/doc/libpam0g/copyright;md5=5b1de7fdce831c7675eae7b73440f12e \
                    file://libpci3/usr/share/doc/libpci3/copyright;md5=8a41985cbb243aaf2bd2be32c3a14fe0 \
                    file://libpcre2-8-0/usr/share/doc/libpcre2-8-0/copyright;md5=ea1070671dcb630b23a0a68ab100f244 \
                    file://libpixman-1-0/usr/share/doc/libpixman-1-0/copyright;md5=4d8714183bb34dead9fc012505353a3d \
                    file://libpmem1/usr/share/doc/libpmem1/copyright;md5=1f3568b312e372a20825164e526cde20 \
                    file://libpng16-16/usr/share/doc/libpng16-16/copyright;md5=de71cfec7961876f15553b82957f0bd8 \
                    file://libsasl2-2/usr/share/doc/libsasl2-2/copyright;md5=aec41a241cfda7dc512b96768f8f5436 \
                    file://libseccomp2/usr/share/doc/libseccomp2/copyright;md5=2a1920ce9684ad21bee00b481ee066af \
                    file://libselinux1/usr/share/doc/libselinux1/copyright;md5=3f85b5814483a164783defd5a682b44c \
                    file://libslirp0/usr/share/doc/libslirp0/copyright;md5=552b5a287270fe190059f462a7e190c7 \
                    file://libssl3/usr/share/doc/libssl3/copyright;md5=6264b3617e9bd0092102a2ab8db06adb \
                    file://libtasn1-6/usr/share/doc/libtasn1-6/copyright;md5=6be74a5c1b602b9eb0c9fbffceb24194 \
                    file://libtinfo6/usr/share/doc/libtinfo6/copyright;md5=6ff7d32947f8538e046380c0b1c959a5 \
                    file://libtomcrypt1/usr/share/doc/libtomcrypt1/copyright;md5=a007917146d5ba0364b2d7af620eb1f4 \
                    file://libtommath1/usr/share/doc/libtommath1/copyright;md5=4756dcafa6b5c6774fb1a1d46b7a7005 \
                    file://libudev1/usr/share/doc/libudev1/copyright;md5=b16a86fb841b001b52a5c5caccf526c2 \
                    file://libunistring2/usr/share/doc/libunistring2/copyright;md5=e3c551ec071a38c50ec620d68919f9ca \
                    file://liburing2/usr/share/doc/liburing2/copyright;md5=8dbc26f1514cde24efb4ff4ae7fe0a27 \
                    file://libusb-1.0-0/usr/share/doc/libusb-1.0-0/copyright;md5=5816a471ba95e52e3825b47666dd1d74 \
                    file://libutempter0/usr/share/doc/libutempter0/copyright;md5=747b988746bdcaf070d949ee7c558321 \
                    file://libvdeplug2/usr/share/doc/libvdeplug2/copyright;md5=321ab4aa909d2872ca4b03f2e21d197d \
                    file://libzstd1/usr/share/doc/libzstd1/copyright;md5=9d3978465887047b10c1761474cac3b6 \
                    file://zlib1g/usr/share/doc/zlib1g/copyright;md5=d348307d5bf18267bcbada155a715a3e"
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
