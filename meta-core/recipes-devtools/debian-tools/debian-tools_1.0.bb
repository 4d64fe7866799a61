# SPDX-License-Identifier: MIT

SUMMARY = "Programs of the build host that make content, from Debian's packages"
LICENSE = "GPL-2.0-or-later & GPL-3.0-or-later"
LIC_FILES_CHKSUM = "file://usr/share/doc/binutils-common/copyright;md5=1caab03c881b97c705229e3d898619f4 \
                    file://usr/share/doc/e2fsprogs/copyright;md5=1310ed8edd8d42af06394a2c050f9c8c \
                    file://usr/share/doc/gcc-12-base/copyright;md5=07a02c5ec7c91711d0229d4e36fed9a2 \
                    file://usr/share/doc/squashfs-tools/copyright;md5=9c3612e4693e06d9cdb086a490e87e13 \
                    file://usr/share/doc/tar/copyright;md5=62ffc2cbe3ce545c87fbb1d1115d0120"

inherit nopackages

# For one target architecture, as the compiler is; made of packages for the build host's.
PN = "debian-tools-${TARGET_ARCH}"
PACKAGE_ARCH = "${BUILD_ARCH}"
INHIBIT_DEFAULT_DEPS = "1"
DEBIAN_TOOLS_DEPENDS = ""
DEBIAN_TOOLS_PATH = ""

# What is to be called. What these packages depend on is unpacked, too.
DEBIAN_TOOLS = "${DEBIAN_TOOLS_COMPILER} bzip2 cpio device-tree-compiler dosfstools e2fsprogs fdisk gzip kmod lz4 mtools \
                pbzip2 pigz qemu-utils squashfs-tools tar u-boot-tools xz-utils zstd"
DEBIAN_TOOLS_COMPILER = "${@debian_tools_compiler(d)}"
DEBIAN_TOOLS_ARCH = "${@{'x86_64': 'amd64', 'aarch64': 'arm64'}[d.getVar('BUILD_ARCH')]}"

def debian_tools_compiler(d):
    if d.getVar('DEBIAN_ARCH') == d.getVar('DEBIAN_TOOLS_ARCH'):
        return 'gcc binutils libc6-dev'
    return d.expand('gcc-%s binutils-%s libc6-dev-${DEBIAN_ARCH}-cross' % ((d.getVar('TARGET_SYS').replace('_', '-'),) * 2))

SRC_URI = "${@' '.join(d.expand('apt://%s;arch=${DEBIAN_TOOLS_ARCH};deps=1;unpack=0;subdir=debs') % name \
                       for name in d.getVar('DEBIAN_TOOLS').split())} \
           file://launcher.in"
S = "${WORKDIR}/debs"
B = "${WORKDIR}/build"
do_unpack[cleandirs] = "${S}"
do_unpack[postfuncs] += "debian_tools_licenses"
do_configure[noexec] = "1"
do_compile[noexec] = "1"

# The packages whose texts LIC_FILES_CHKSUM has. All of them are unpacked in do_install only.
DEBIAN_TOOLS_LICENSES = "binutils-common e2fsprogs gcc-12-base squashfs-tools tar"
python debian_tools_licenses() {
    import glob
    for name in d.getVar('DEBIAN_TOOLS_LICENSES').split():
        for deb in glob.glob(d.expand('${S}/') + name + '_*.deb'):
            run_host(['sh', '-c', 'dpkg-deb --fsys-tarfile "$0" | tar -x -C "$1" ./usr/share/doc', deb, d.getVar('S')], d)
}

def debian_tools_package(path):
    """The name in a package's file name."""
    return os.path.basename(path).split('_')[0]

def debian_tools_relative_links(root):
    """Links to /x become links to that within `root`."""
    for folder, folders, files in os.walk(root):
        for path in (os.path.join(folder, name) for name in folders + files):
            if os.path.islink(path) and os.readlink(path).startswith('/'):
                target = os.path.relpath(root + os.readlink(path), folder)
                os.unlink(path)
                os.symlink(target, path)

def debian_tools_is_library(name):
    return name.endswith('.so') or '.so.' in name

python do_install() {
    import glob, re
    root = d.expand('${D}${libdir}/debian-tools')
    bindir, libraries = d.expand('${D}${bindir}'), root + '/libraries'
    for folder in (root, bindir, libraries):
        bb.utils.mkdirhier(folder)
    with open(d.expand('${WORKDIR}/launcher.in')) as f:
        launcher = f.read()
    listed = {}
    for deb in sorted(glob.glob(d.expand('${S}/*.deb'))):
        run_host(['dpkg-deb', '-x', deb, root], d)
        listed[debian_tools_package(deb)] = [line.split()[5][1:] for line in run_host(['dpkg-deb', '-c', deb], d).splitlines()]
    debian_tools_relative_links(root)
    for package, paths in listed.items():
        for path in paths:
            where, name = os.path.split(path)
            if package != 'libc6' and debian_tools_is_library(name) and re.fullmatch(r'(/usr)?/lib/[^/]*-linux-gnu', where):
                os.symlink('..' + path, os.path.join(libraries, name))
    called = d.getVar('DEBIAN_TOOLS').split()
    for package, paths in listed.items():
        # The compiler's package proper has its version in its name: gcc-12-...
        if package not in called and not re.match(r'(gcc|g\+\+|cpp|binutils)-', package):
            continue
        for path in paths:
            where, name = os.path.split(path)
            if where not in ('/bin', '/sbin', '/usr/bin', '/usr/sbin') or not name:
                continue
            options = '--sysroot="$root"' if re.search(r'(gcc|g\+\+|cpp)(-\d+)?$', name) else ''
            with open(os.path.join(bindir, name), 'w') as f:
                f.write(launcher.replace('@PROGRAM@', path).replace('@OPTIONS@', options))
            os.chmod(os.path.join(bindir, name), 0o755)
}

SYSROOT_DIRS = "${bindir} ${libdir}"
