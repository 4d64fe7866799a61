SUMMARY = "pkg-config's macros, where the host's program serves"
LICENSE = "GPL-2.0-or-later"
LIC_FILES_CHKSUM = "file://COPYING;md5=b234ee4d69f5fce4486a80fdaf4a4263"
SRC_URI = "https://source.invalid/pkgconfig-debian-${PV}.tar.gz"
S = "${WORKDIR}/git"
INHIBIT_DEFAULT_DEPS = "1"
inherit native

do_configure[noexec] = "1"
do_compile[noexec] = "1"
do_install() {
    install -d ${D}${datadir}/aclocal
    sed 's/@VERSION@/${PV}/' ${S}/pkg.m4* > ${D}${datadir}/aclocal/pkg.m4
}
