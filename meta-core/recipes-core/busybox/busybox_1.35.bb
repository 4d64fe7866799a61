# SPDX-License-Identifier: MIT

SUMMARY = "The usual small programs in one, linked statically"
LICENSE = "GPL-2.0-only & bzip2-1.0.4"
LIC_FILES_CHKSUM = "file://LICENSE;md5=de10de48642ab74318e893a61105afbb \
                    file://archival/libarchive/bz/LICENSE;md5=28e3301eae987e8cfe19988e98383dae"
HOMEPAGE = "https://www.busybox.net/"
SECTION = "base"

inherit update-alternatives

SRC_URI = "apt://busybox;type=src;destsuffix=busybox \
           file://static.cfg \
           file://inittab.head \
           file://run-getty"
S = "${WORKDIR}/busybox"

do_unpack[postfuncs] += "check_changelog"
check_changelog[vardeps] += "DEBIAN_UPSTREAM_VERSION"
python check_changelog() {
    with open(d.expand('${S}/debian/changelog')) as f:
        check_debian_version('busybox', f.readline().split('(')[1].split(')')[0], d)
}

# libcrypt and the rest come from the cross compiler's C library.
DEPENDS = "virtual/${TARGET_PREFIX}gcc"
INHIBIT_DEFAULT_DEPS = "1"

export KCONFIG_NOTIMESTAMP = "1"
EXTRA_OEMAKE = "ARCH=${TARGET_ARCH} CROSS_COMPILE=${TARGET_PREFIX} HOSTCC=gcc SKIP_STRIP=y"

# The values of the file replace those of the default configuration.
do_configure() {
	unset CFLAGS CPPFLAGS LDFLAGS
	oe_runmake defconfig
	while read -r line; do
		name=$(printf '%s\n' "$line" | sed -n -e 's/^# \(CONFIG_[A-Z0-9_]*\) is not set$/\1/p' -e 's/^\(CONFIG_[A-Z0-9_]*\)=.*/\1/p')
		[ -n "$name" ] || continue
		sed -i -e "/^$name=/d" -e "/^# $name is not set/d" .config
		printf '%s\n' "$line" >> .config
	done < ${WORKDIR}/static.cfg
	yes '' 2>/dev/null | make ${EXTRA_OEMAKE} oldconfig > /dev/null
}

do_compile() {
	unset CPPFLAGS LDFLAGS
	oe_runmake EXTRA_CFLAGS="${DEBUG_PREFIX_MAP}" EXTRA_LDFLAGS="-Wl,--build-id=none"
	oe_runmake busybox.links
}

do_install() {
	install -D -m 4755 busybox ${D}${base_bindir}/busybox
	install -D -m 0644 busybox.links ${D}${sysconfdir}/busybox.links
	install -D -m 0755 ${WORKDIR}/run-getty ${D}${base_sbindir}/run-getty
	install -d ${D}${datadir}/udhcpc
	install -m 0755 ${S}/examples/udhcp/simple.script ${D}${datadir}/udhcpc/default.script
	install -d ${D}${sysconfdir}
	cp ${WORKDIR}/inittab.head ${D}${sysconfdir}/inittab
	devices=
	for console in ${@d.getVar('SERIAL_CONSOLES').replace(';', ',')}; do
		speed=$(echo $console | cut -d, -f1)
		device=$(echo $console | cut -d, -f2)
		echo "$device::respawn:${base_sbindir}/run-getty $speed $device" >> ${D}${sysconfdir}/inittab
		devices="$devices $device"
	done
	# Whatever else the kernel was told to use as its console.
	echo "::respawn:${base_sbindir}/run-getty 115200 console$devices" >> ${D}${sysconfdir}/inittab
}

# The consoles are the machine's.
PACKAGE_ARCH = "${MACHINE_ARCH}"
PACKAGES =+ "busybox-inittab busybox-udhcpc"
FILES:busybox-inittab = "${sysconfdir}/inittab ${base_sbindir}/run-getty"
FILES:busybox-udhcpc = "${datadir}/udhcpc"
FILES:${PN} = "${base_bindir}/busybox ${sysconfdir}/busybox.links"
RDEPENDS:busybox-inittab = "busybox"
RDEPENDS:${PN} = "busybox-udhcpc"
CONFFILES:busybox-inittab = "${sysconfdir}/inittab"

ALTERNATIVE_PRIORITY = "50"
PACKAGESPLITFUNCS:append = " busybox_alternatives"
python busybox_alternatives() {
    names = []
    with open(d.expand('${PKGD}${sysconfdir}/busybox.links')) as f:
        for link in f.read().split():
            name = os.path.basename(link)
            if name == 'busybox':
                continue
            names.append(name)
            d.setVarFlag('ALTERNATIVE_LINK_NAME', name, link)
            d.setVarFlag('ALTERNATIVE_TARGET', name, d.expand('${base_bindir}/busybox'))
    d.setVar('ALTERNATIVE:busybox', ' '.join(names))
}
