# SPDX-License-Identifier: MIT
# A kernel from Debian's packages: the image, one package for each module, and what is needed to build further modules.
#
# Names of Debian's kernel packages change with each new binary interface (linux-image-6.1.0-NN-arm64). So SRC_URI names
# the packages that always depend on the newest one. Files *.cfg in SRC_URI are not merged into anything, the kernel being
# built already: do_kernel_configcheck checks that what they ask for is there.

inherit kernel-arch deploy kernel-module-split

PROVIDES += "virtual/kernel"
PACKAGE_ARCH = "${MACHINE_ARCH}"
LICENSE ?= "GPL-2.0-only"
SECTION = "kernel"
COMPATIBLE_HOST = "(aarch64|x86_64).*-linux"

DEBIAN_KERNEL_FLAVOUR ?= "${DEBIAN_ARCH}"
DEBIAN_KERNEL_SERIES ?= "${PV}"
SRC_URI += "apt://linux-image-${DEBIAN_KERNEL_FLAVOUR};arch=${DEBIAN_ARCH};deps=1;only=linux-image-[0-9]*;subdir=kernel/image \
            apt://linux-headers-${DEBIAN_KERNEL_FLAVOUR};arch=${DEBIAN_ARCH};deps=1;only=linux-headers-[0-9]*;subdir=kernel/headers \
            apt://linux-kbuild-${DEBIAN_KERNEL_SERIES};arch=amd64;subdir=kernel/headers"
S = "${WORKDIR}/kernel"
B = "${WORKDIR}/build"

INHIBIT_PACKAGE_STRIP = "1"
EXCLUDE_FROM_SHLIBS = "1"
INHIBIT_DEFAULT_DEPS = "1"
DEPENDS += "kmod-native"

PACKAGES = "kernel-base kernel-image kernel-devicetree kernel-modules kernel"
KERNEL_MODULES_META_PACKAGE = "kernel-modules"
PACKAGES_DYNAMIC += "^kernel-image-.*"
ALLOW_EMPTY:kernel = "1"
ALLOW_EMPTY:kernel-modules = "1"
ALLOW_EMPTY:kernel-devicetree = "1"
FILES:kernel-base = "${nonarch_base_libdir}/modules/*/modules.*"
FILES:kernel-image = "/boot/${KERNEL_IMAGETYPE}* /boot/config-*"
FILES:kernel-devicetree = "/boot/dtb"
FILES:kernel-modules = ""
FILES:kernel = ""
RDEPENDS:kernel = "kernel-base kernel-image"
RPROVIDES:kernel-image = "kernel-image-image"
SUMMARY:kernel-base = "Lists of what is built into the kernel"
SUMMARY:kernel-image = "The kernel"

def kernel_debian_version(d):
    """The version in file names, such as 6.1.0-28-arm64. Known once the kernel is unpacked."""
    return sorted(os.listdir(d.expand('${S}/image/lib/modules')))[0]

##################################################################
# Checking, installing, deploying
##################################################################

def kernel_debian_config(path):
    """{CONFIG_X: value} of a kernel configuration or a fragment of one; 'n' for what it says is not set."""
    import re
    found = {}
    with open(path) as f:
        for line in f:
            match = re.match(r'(CONFIG_\w+)=(.*)$|# (CONFIG_\w+) is not set$', line.strip())
            if match:
                found[match.group(1) or match.group(3)] = match.group(2) or 'n'
    return found

addtask kernel_configcheck after do_unpack before do_install
do_kernel_configcheck[doc] = "Checks the kernel's configuration against the *.cfg files of SRC_URI"
python do_kernel_configcheck() {
    config = kernel_debian_config(d.expand('${S}/image/boot/config-') + kernel_debian_version(d))
    fetcher = bb.fetch2.Fetch((d.getVar('SRC_URI') or '').split(), d)
    bad = []
    for uri in fetcher.urls:
        if not uri.startswith('file://') or not uri.split(';')[0].endswith('.cfg'):
            continue
        path = fetcher.localpath(uri)
        for name, wanted in sorted(kernel_debian_config(path).items()):
            have = config.get(name, 'n')
            # A module does for what is asked to be built in: the image loads it.
            if have != wanted and not (wanted in ('y', 'm') and have in ('y', 'm')):
                bad.append('%s: %s=%s, the kernel has %s' % (os.path.basename(path), name, wanted, have))
    if bad:
        bb.fatal("The kernel is not configured as asked for:\n  %s" % '\n  '.join(bad))
}

python kernel_debian_do_install() {
    version = kernel_debian_version(d)
    target, source = d.getVar('D'), d.expand('${S}/image')
    kind = d.getVar('KERNEL_IMAGETYPE')
    modules = d.getVar('nonarch_base_libdir') + '/modules/'
    bb.utils.mkdirhier(target + modules)
    bb.utils.mkdirhier(target + '/boot')
    run_host_many([
        ['cp', '-a', '--no-preserve=ownership', source + '/lib/modules/' + version, target + modules],
        ['install', '-m', '0644', source + '/boot/vmlinuz-' + version, target + '/boot/%s-%s' % (kind, version)],
        ['ln', '-s', '%s-%s' % (kind, version), target + '/boot/' + kind],
        ['install', '-m', '0644', source + '/boot/config-' + version, target + '/boot/']], d)
    for tree in (d.getVar('KERNEL_DEVICETREE') or '').split():
        run_host(['install', '-D', '-m', '0644', '%s/usr/lib/linux-image-%s/%s' % (source, version, tree),
                  target + '/boot/dtb/' + os.path.basename(tree)], d)
}

EXPORT_FUNCTIONS do_install

# Who asks for the package of a module that is built in gets kernel-base.
PACKAGESPLITFUNCS:append = " kernel_debian_builtin"
python kernel_debian_builtin() {
    import glob
    names = set()
    for path in glob.glob(d.expand('${PKGD}${nonarch_base_libdir}/modules/*/modules.builtin')):
        with open(path) as f:
            names.update(kernel_module_package(os.path.basename(line.strip())[:-len('.ko')], d) for line in f)
    names -= set((d.getVar('PACKAGES') or '').split())
    d.setVar('RPROVIDES:kernel-base', ' '.join(sorted(names)))
}

MODULE_TARBALL_DEPLOY ?= "1"
MODULE_TARBALL_NAME ?= "modules-${MACHINE}.tgz"
addtask deploy after do_install before do_build
do_deploy[dirs] = "${WORKDIR}"
do_deploy() {
	install -m 0644 ${D}/boot/${KERNEL_IMAGETYPE} ${DEPLOYDIR}/${KERNEL_IMAGETYPE}-${PV}-${MACHINE}.bin
	ln -s ${KERNEL_IMAGETYPE}-${PV}-${MACHINE}.bin ${DEPLOYDIR}/${KERNEL_IMAGETYPE}-${MACHINE}.bin
	ln -s ${KERNEL_IMAGETYPE}-${PV}-${MACHINE}.bin ${DEPLOYDIR}/${KERNEL_IMAGETYPE}
	if [ -d ${D}/boot/dtb ]; then
		install -m 0644 ${D}/boot/dtb/*.dtb ${DEPLOYDIR}/
	fi
	if [ "${MODULE_TARBALL_DEPLOY}" = 1 ]; then
		tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@${SOURCE_DATE_EPOCH} -C ${D} \
			-cf - .${nonarch_base_libdir}/modules | pigz -n -p 4 -6 > ${DEPLOYDIR}/${MODULE_TARBALL_NAME}
	fi
}

# What inherit module builds against: Debian's headers, with the tools that run on the build host.
addtask shared_workdir after do_unpack before do_build
do_shared_workdir[dirs] = "${WORKDIR}"
do_shared_workdir[cleandirs] = "${STAGING_KERNEL_BUILDDIR}"
do_shared_workdir[doc] = "Prepares STAGING_KERNEL_BUILDDIR for building modules"
python do_shared_workdir() {
    import glob
    target = d.getVar('STAGING_KERNEL_BUILDDIR')
    run_host(['cp', '-a', '--no-preserve=ownership', d.expand('${S}/headers/usr'), target], d)
    version = kernel_debian_version(d)
    headers = '%s/usr/src/linux-headers-%s' % (target, version)
    for path in glob.glob(target + '/usr/src/linux-headers-*/Makefile') + [headers + '/.kernelvariables']:
        with open(path) as f:
            text = f.read()
        with open(path, 'w') as f:
            f.write(text.replace('/usr/src/linux-headers', target + '/usr/src/linux-headers'))
    with open(os.path.join(target, 'kernel-abiversion'), 'w') as f:
        f.write(version + '\n')
    os.symlink('usr/src/linux-headers-' + version, os.path.join(target, 'build'))
}
