SUMMARY = "SQLite from the whole tree: Debian has no amalgamation, and making one takes tclsh of the host"
LICENSE = "PD"
LIC_FILES_CHKSUM = "file://LICENSE.md;md5=1c6a7fb1ad6a2bad6ef5ff5a0f0d3cb4"
SRC_URI = "https://source.invalid/sqlite3-${PV}.tar.gz"
DEPENDS = "zlib-native"
inherit native

do_configure() {
    ${S}/configure --prefix=${prefix} --bindir=${bindir} --libdir=${libdir} --includedir=${includedir} \
        --disable-tcl --disable-readline --disable-load-extension --with-tcl=no
}
do_compile() {
    oe_runmake sqlite3.c
    oe_runmake
}
do_install() {
    oe_runmake install DESTDIR=${D}
}
