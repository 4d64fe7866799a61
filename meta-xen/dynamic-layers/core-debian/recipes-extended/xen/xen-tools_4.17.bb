# SPDX-License-Identifier: MIT

SUMMARY = "xl and the services of Xen's first domain, from Debian"
require xen-debian.inc
LIC_FILES_CHKSUM = "file://xen-utils-${PV}/usr/share/doc/xen-utils-${PV}/copyright;md5=ea0cf58bc8d1f548cdac85f7e85916f3 \
                    file://libyajl2/usr/share/doc/libyajl2/copyright;md5=36499044292aa2625fd76b1d5a4c42f0"
inherit debian_package update-rc.d

DEPENDS = "glibc debian-libs"
DEBIAN_PACKAGES = "xen-utils-${PV} xen-utils-common xenstore-utils libxenmisc${PV} libxencall1 libxendevicemodel1 \
                   libxenevtchn1 libxenforeignmemory1 libxengnttab1 libxenhypfs1 libxenstore4 libxentoolcore1 \
                   libxentoollog1 libyajl2 libncurses6"
SRC_URI += "file://xen.init file://xendomains.init file://xen.default file://block file://vif-bridge"

XEN_BIN = "/usr/lib/xen-${PV}/bin"
# There is no Python in the image, and no OCaml store.
DEBIAN_REMOVE += "/usr/lib/xen-${PV}/lib /etc/xen/oxenstored.conf /etc/xen/scripts /etc/init.d /etc/default \
                  /usr/share /usr/bin/pygrub /usr/bin/xencov_split /usr/bin/xencons /usr/bin/xentrace_format \
                  /usr/bin/xenalyze /etc/xen/xlexample.hvm /etc/xen/xlexample.pvhlinux /etc/xen/xlexample.pvlinux /usr/lib/xen-common ${XEN_BIN}/oxenstored ${XEN_BIN}/pygrub ${XEN_BIN}/xenpvnetboot \
                  ${XEN_BIN}/convert-legacy-stream ${XEN_BIN}/verify-stream-v2 ${XEN_BIN}/xendomains \
                  ${XEN_BIN}/test-paging-mempool ${XEN_BIN}/test-resource ${XEN_BIN}/test-xenstore /usr/sbin/xen"

do_install:append() {
	# Debian chooses among several versions at run time; here there is one.
	for link in ${D}/usr/sbin/* ${D}/usr/bin/*; do
		case $(readlink $link) in
		*/xen-utils-wrapper) ;;
		*) continue ;;
		esac
		rm $link
		if [ -e ${D}${XEN_BIN}/${link##*/} ]; then
			ln -s ../lib/xen-${PV}/bin/${link##*/} $link
		fi
	done
	install -d ${D}${sysconfdir}/xen/auto ${D}${localstatedir}/lib/xen/images ${D}${localstatedir}/lib/xen/dump \
		${D}${localstatedir}/lib/xenstored ${D}${localstatedir}/log/xen
	install -D -m 0755 ${WORKDIR}/xen.init ${D}${sysconfdir}/init.d/xen
	install -m 0755 ${WORKDIR}/xendomains.init ${D}${sysconfdir}/init.d/xendomains
	sed -i 's%@XEN_BIN@%${XEN_BIN}%' ${D}${sysconfdir}/init.d/xen
	install -D -m 0644 ${WORKDIR}/xen.default ${D}${sysconfdir}/default/xen
	install -d ${D}${sysconfdir}/xen/scripts
	install -m 0755 ${WORKDIR}/block ${WORKDIR}/vif-bridge ${D}${sysconfdir}/xen/scripts/
}

PACKAGES = "${PN}-xendomains ${PN}"
FILES:${PN}-xendomains = "${sysconfdir}/init.d/xendomains"
FILES:${PN} = "/*"
RPROVIDES:${PN} = "xen-utils"
# libgcc: the tools end threads.
RDEPENDS:${PN} = "busybox libgcc ${PN}-xendomains"
CONFFILES:${PN} = "${sysconfdir}/default/xen ${sysconfdir}/xen/xl.conf"

INITSCRIPT_PACKAGES = "${PN} ${PN}-xendomains"
INITSCRIPT_NAME:${PN} = "xen"
INITSCRIPT_PARAMS:${PN} = "start 40 5 . stop 60 0 6 ."
INITSCRIPT_NAME:${PN}-xendomains = "xendomains"
INITSCRIPT_PARAMS:${PN}-xendomains = "start 90 5 . stop 10 0 6 ."
