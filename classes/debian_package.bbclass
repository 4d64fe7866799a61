# SPDX-License-Identifier: MIT
# A recipe whose content comes from Debian's binary packages, those that DEBIAN_PACKAGES names. No maintainer script is run:
# what one would do is the recipe's own business.

DEBIAN_PACKAGES ?= "${BPN}"
# The package whose version is the recipe's; empty for a collection, whose version is Debian's.
DEBIAN_VERSIONED ?= "${@(d.getVar('DEBIAN_PACKAGES') or '').partition(' ')[0].partition('=')[0]}"
# "1": one package for each of DEBIAN_PACKAGES, under its name, instead of all in ${PN}.
DEBIAN_SPLIT ?= "0"
# What an image has no use for.
DEBIAN_REMOVE ?= "/usr/share/doc /usr/share/doc-base /usr/share/man /usr/share/info /usr/share/lintian /usr/share/locale \
                  /usr/share/bug /usr/share/menu /usr/share/bash-completion /usr/share/gcc /usr/share/initramfs-tools \
                  /usr/share/metainfo /usr/share/applications /usr/share/pixmaps /usr/share/icons /usr/share/upstart \
                  /usr/lib/${TARGET_SYS}/gconv /lib/systemd /usr/lib/systemd /usr/lib/tmpfiles.d /usr/lib/sysusers.d \
                  /etc/apparmor.d /etc/init /etc/cron.daily"

# What is not even unpacked, as patterns of tar: "./usr/lib/big".
DEBIAN_UNPACK_EXCLUDE ?= ""

# Packages that depend on all of DEBIAN_PACKAGES, in several steps perhaps. apt then resolves these few names instead of
# each of many.
DEBIAN_CLOSURE_OF ?= ""

SRC_URI += "${@debian_uris(d)}"
S = "${WORKDIR}/debian"
B = "${WORKDIR}/build"
INHIBIT_PACKAGE_STRIP ?= "1"

def debian_uris(d):
    """The .deb files come into one folder."""
    where = 'arch=%s;unpack=0;subdir=debs' % d.getVar('DEBIAN_ARCH')
    names = (d.getVar('DEBIAN_PACKAGES') or '').split()
    closure = (d.getVar('DEBIAN_CLOSURE_OF') or '').split()
    if closure:
        return ' '.join('apt://%s;deps=1;only=%s;%s' % (name, ','.join(d.getVar('DEBIAN_CLOSURE_ONLY').split()), where) for name in closure)
    return ' '.join('apt://%s;%s' % (name, where) for name in names)

do_unpack[cleandirs] += "${WORKDIR}/debs"
do_unpack[postfuncs] += "debian_unpack"
debian_unpack[vardeps] += "DEBIAN_PACKAGES DEBIAN_VERSIONED DEBIAN_UPSTREAM_VERSION DEBIAN_UNPACK_EXCLUDE"
python debian_unpack() {
    import glob
    for name in (d.getVar('DEBIAN_PACKAGES') or '').split():
        name = name.split('=')[0]
        files = glob.glob(d.expand('${WORKDIR}/debs/') + name + '_*.deb')
        if len(files) != 1:
            bb.fatal("the sources of %s have %d packages %s, not one" % (d.getVar('PN'), len(files), name))
        if name == d.getVar('DEBIAN_VERSIONED'):
            check_debian_version(name, os.path.basename(files[0]).split('_')[1].replace('%3a', ':'), d)
        target = os.path.join(d.getVar('S'), name)
        bb.utils.mkdirhier(target)
        if not d.getVar('DEBIAN_UNPACK_EXCLUDE'):
            run_host(['dpkg-deb', '-x', files[0], target], d)
            continue
        content = d.expand('${WORKDIR}/debs/content.tar')
        run_host(['sh', '-c', 'dpkg-deb --fsys-tarfile "$0" > "$1"', files[0], content], d)
        run_host(['tar', '-x', '-p', '-f', content, '-C', target]
                 + ['--exclude=' + pattern for pattern in d.getVar('DEBIAN_UNPACK_EXCLUDE').split()], d)
        os.unlink(content)
}

do_configure[noexec] = "1"
do_compile[noexec] = "1"

debian_package_do_install() {
	for package in ${DEBIAN_PACKAGES}; do
		cp -a --no-preserve=ownership ${S}/${package%%=*}/. ${D}/
	done
	for path in ${DEBIAN_REMOVE}; do
		rm -rf ${D}$path
	done
	# Folders that this left empty are of no use either.
	for path in ${D}/usr/share ${D}/usr/lib/${TARGET_SYS} ${D}/usr/lib ${D}/usr ${D}/lib ${D}/etc; do
		if [ -d $path ]; then
			find $path -depth -type d -empty -delete
		fi
	done
}

EXPORT_FUNCTIONS do_install

PACKAGES = "${@' '.join(p.split('=')[0] for p in d.getVar('DEBIAN_PACKAGES').split()) if d.getVar('DEBIAN_SPLIT') == '1' else d.getVar('PN')}"
FILES:${PN} = "/*"

PACKAGESPLITFUNCS:append = " debian_split"
python debian_split() {
    if d.getVar('DEBIAN_SPLIT') != '1':
        return
    for name in (d.getVar('DEBIAN_PACKAGES') or '').split():
        package = name.split('=')[0]
        source = os.path.join(d.getVar('S'), package)
        files = [p for p in package_tree(source) if not is_real_dir(source + p) and os.path.lexists(d.getVar('PKGD') + p)]
        d.setVar('FILES:' + package, ' '.join(files))
}
