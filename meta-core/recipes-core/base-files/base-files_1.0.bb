# SPDX-License-Identifier: MIT

SUMMARY = "The folders of a root file system, and its basic files in /etc"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

SRC_URI = "file://fstab file://profile file://hosts file://nsswitch.conf file://shells file://issue"
S = "${WORKDIR}"
INHIBIT_DEFAULT_DEPS = "1"

PACKAGE_ARCH = "${MACHINE_ARCH}"
hostname ?= "${MACHINE}"

FOLDERS_0755 = "bin boot dev etc etc/default etc/init.d etc/profile.d home lib media mnt proc run sbin srv sys usr usr/bin \
                usr/lib usr/sbin usr/share var var/cache var/lib var/lib/misc var/log var/spool var/volatile var/backups"
FOLDERS_1777 = "tmp var/tmp"

do_install() {
	for folder in ${FOLDERS_0755}; do
		install -d -m 0755 ${D}/$folder
	done
	for folder in ${FOLDERS_1777}; do
		install -d -m 1777 ${D}/$folder
	done
	install -d -m 0700 ${D}${ROOT_HOME}
	ln -s ../run ${D}/var/run
	ln -s ../run/lock ${D}/var/lock
	ln -s ../proc/mounts ${D}${sysconfdir}/mtab

	# The kernel opens the console before anything can mount /dev.
	mknod -m 0600 ${D}/dev/console c 5 1
	mknod -m 0666 ${D}/dev/null c 1 3

	for file in fstab profile hosts nsswitch.conf shells; do
		install -m 0644 ${WORKDIR}/$file ${D}${sysconfdir}/$file
	done
	echo "${hostname}" > ${D}${sysconfdir}/hostname
	sed 's/@DISTRO@/${DISTRO_NAME} ${DISTRO_VERSION}/' ${WORKDIR}/issue > ${D}${sysconfdir}/issue
	cat > ${D}${sysconfdir}/os-release <<-EOF
	ID=${DISTRO}
	NAME="${DISTRO_NAME}"
	VERSION="${DISTRO_VERSION}"
	PRETTY_NAME="${DISTRO_NAME} ${DISTRO_VERSION}"
	EOF
	chmod 0644 ${D}${sysconfdir}/hostname ${D}${sysconfdir}/issue ${D}${sysconfdir}/os-release
}

PACKAGES = "${PN}"
FILES:${PN} = "/*"
CONFFILES:${PN} = "${sysconfdir}/fstab ${sysconfdir}/hostname ${sysconfdir}/shells"
