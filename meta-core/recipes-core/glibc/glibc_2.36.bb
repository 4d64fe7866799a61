# SPDX-License-Identifier: MIT

SUMMARY = "The C library and gcc's run-time library, from Debian"
LICENSE = "LGPL-2.1-or-later & GPL-3.0-with-GCC-exception"
LIC_FILES_CHKSUM = "file://libc6/usr/share/doc/libc6/copyright;md5=d848be5c37cd71d76c5a7b9e7e28868a \
                    file://libcrypt1/usr/share/doc/libcrypt1/copyright;md5=8112c930acedacaa33e5d62f5721c526 \
                    file://gcc-12-base/usr/share/doc/gcc-12-base/copyright;md5=07a02c5ec7c91711d0229d4e36fed9a2"
SECTION = "libs"
PROVIDES += "virtual/libc"

inherit debian_package

INHIBIT_DEFAULT_DEPS = "1"
# gcc-12-base has the licence of libgcc-s1 and libstdc++6.
DEBIAN_PACKAGES = "libc6 libgcc-s1 libstdc++6 libcrypt1 gcc-12-base"
PACKAGES = "libgcc libstdc++ libcrypt ${PN}"
FILES:libgcc = "/lib/*/libgcc_s*"
FILES:libstdc++ = "/usr/lib/*/libstdc++*"
FILES:libcrypt = "/lib/*/libcrypt.so* /usr/lib/*/libcrypt.so*"
RPROVIDES:${PN} = "libc6"

do_install:append() {
	rm -rf ${D}/usr/share ${D}/etc/ld.so.conf.d
	install -d ${D}/etc
	echo include /etc/ld.so.conf.d/\*.conf > ${D}/etc/ld.so.conf
	install -d ${D}/etc/ld.so.conf.d
	printf '%s\n' /usr/local/lib /lib/${TARGET_SYS} /usr/lib/${TARGET_SYS} > ${D}/etc/ld.so.conf.d/${TARGET_SYS}.conf
}
CONFFILES:${PN} = "/etc/ld.so.conf"
