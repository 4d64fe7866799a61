# SPDX-License-Identifier: MIT

SUMMARY = "The C library and gcc's run-time library, from Debian"
LICENSE = "LGPL-2.1-or-later & GPL-3.0-with-GCC-exception"
SECTION = "libs"
PROVIDES += "virtual/libc"

inherit debian_package

INHIBIT_DEFAULT_DEPS = "1"
DEBIAN_PACKAGES = "libc6 libgcc-s1 libstdc++6 libcrypt1"
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
