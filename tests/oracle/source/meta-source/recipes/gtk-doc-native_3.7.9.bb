SUMMARY = "gtk-doc's macros, without which configure scripts cannot be made, as gnutls carries them"
LICENSE = "GPL-3.0-or-later"
LIC_FILES_CHKSUM = ""
SRC_URI = "https://source.invalid/gnutls-${PV}.tar.xz"
S = "${WORKDIR}/gnutls-${PV}"
inherit native

do_configure[noexec] = "1"
do_compile[noexec] = "1"
do_install() {
    install -D -m 0644 ${S}/m4/gtk-doc.m4 ${D}${datadir}/aclocal/gtk-doc.m4
    install -D -m 0644 ${S}/gtk-doc.make ${D}${datadir}/gtk-doc/data/gtk-doc.make
}
