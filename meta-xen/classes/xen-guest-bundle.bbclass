# SPDX-License-Identifier: MIT
# A package with guests for hosts of Xen: disks, kernels and configurations, below ${datadir}/xen-guest-bundles/${PN}. The host's
# image (xen-guest-cross-install) puts them in their places and leaves nothing of the package itself.
#
#   XEN_GUEST_BUNDLES             the guests; see xen-guest.bbclass for the list and for the settings of each
#   XEN_GUEST_SOURCE_TYPE[NAME]   how the disk is made from a source of this recipe:
#       rootfs_dir   a folder with a root file system -> an ext4 disk of XEN_GUEST_IMAGE_SIZE[NAME] MiB
#       qcow2        a disk in QEMU's format -> raw
#       ext4, raw    as it is
#       TYPE         what the shell function xen_guest_import_TYPE SOURCE OUTPUT MIB makes; XEN_GUEST_IMPORT_DEPENDS_TYPE
#                    names the tasks it needs
#   XEN_GUEST_SOURCE_FILE[NAME]   that source, below UNPACKDIR or an absolute path
#   XEN_GUEST_KERNEL[NAME]        not set: the host's; a file of UNPACKDIR or DEPLOY_DIR_IMAGE; "none": the disk starts itself

inherit xen-guest

XEN_GUEST_BUNDLES ?= ""
XEN_GUEST_IMAGE_SIZE_DEFAULT ?= "256"
XEN_GUEST_FLAGS += "SOURCE_TYPE SOURCE_FILE IMAGE_SIZE"

XEN_GUEST_IMPORT_DEPENDS_rootfs_dir ?= "e2fsprogs-native:do_populate_sysroot"
XEN_GUEST_IMPORT_DEPENDS_qcow2 ?= "qemu-system-native:do_populate_sysroot"
XEN_GUEST_IMPORT_DEPENDS_ext4 ?= ""
XEN_GUEST_IMPORT_DEPENDS_raw ?= ""

UNPACKDIR ??= "${WORKDIR}"
S = "${UNPACKDIR}"
B = "${WORKDIR}/build"
# Made with fakeroot or without, by the types of the guests: fakeroot is to remember nothing of it.
PSEUDO_IGNORE_PATHS .= ",${B}"
PACKAGE_ARCH = "${MACHINE_ARCH}"
INHIBIT_DEFAULT_DEPS = "1"
# What is in a guest is no program of the host.
INHIBIT_PACKAGE_STRIP = "1"
EXCLUDE_FROM_SHLIBS = "1"
INSANE_SKIP:${PN} += "buildpaths arch already-stripped"
PACKAGES = "${PN}"
FILES:${PN} = "${datadir}/xen-guest-bundles/${PN}"

do_patch[noexec] = "1"
do_configure[noexec] = "1"

##################################################################
# Making disks
##################################################################

# Each xen_guest_import_TYPE is called with SOURCE OUTPUT MIB.

xen_guest_import_rootfs_dir() {
	[ -d "$1" ] || bbfatal "rootfs_dir import: source '$1' is not a directory"
	# A copy that belongs to root, as whoever unpacked the source was not.
	tree=${WORKDIR}/import-tree
	rm -rf $tree
	mkdir $tree
	tar -C "$1" --owner=0 --group=0 --numeric-owner -cf - . | tar -C $tree --same-owner -xpf -
	find $tree -exec touch -h -d @${SOURCE_DATE_EPOCH} {} +
	rm -f "$2"
	truncate -s "$3"M "$2"
	uuid=$(echo "${PN} ${2##*/}" | sha256sum | sed 's/^\(.\{8\}\)\(.\{4\}\).\(.\{3\}\).\(.\{3\}\)\(.\{12\}\).*/\1-\2-5\3-8\4-\5/')
	export E2FSPROGS_FAKE_TIME=${SOURCE_DATE_EPOCH}
	mkfs.ext4 -q -F -U $uuid -E hash_seed=$uuid,lazy_itable_init=0,lazy_journal_init=0,nodiscard -d $tree "$2"
	# Inodes still have the times at which the build host made the copy.
	used=$(debugfs -R 'stats -h' "$2" 2>/dev/null | awk '/^Inode count:/ { n = $3 } /^Free inodes:/ { n -= $3 } END { print n }')
	awk -v used=$used -v time=@${SOURCE_DATE_EPOCH} 'BEGIN {
		split("atime ctime crtime mtime", field, " ")
		for (inode = 2; inode <= used; inode++)
			for (i = 1; i <= 4 && (inode == 2 || inode > 10); i++)
				print "set_inode_field <" inode "> " field[i] " " time
	}' > ${WORKDIR}/import-times
	debugfs -w -f ${WORKDIR}/import-times "$2" > /dev/null 2>&1
	rm -rf $tree
}

xen_guest_import_qcow2() {
	[ -f "$1" ] || bbfatal "qcow2 import: source '$1' not found"
	qemu-img convert -f qcow2 -O raw "$1" "$2"
}

xen_guest_import_ext4() {
	[ -f "$1" ] || bbfatal "ext4 import: source '$1' not found"
	cp "$1" "$2"
}

xen_guest_import_raw() {
	[ -f "$1" ] || bbfatal "raw import: source '$1' not found"
	cp "$1" "$2"
}

def xen_bundle_imports(d):
    """{guest: type} of the guests whose disks are made from sources of this recipe."""
    found = {guest: xen_guest_setting('SOURCE_TYPE', guest, d) for guest, tags in xen_guest_entries('XEN_GUEST_BUNDLES', d)}
    return {guest: kind for guest, kind in found.items() if kind}

def xen_bundle_import(guest, kind, d):
    """Makes a guest's disk by the function for its type; the disk's path."""
    function = 'xen_guest_import_' + kind
    if d.getVarFlag(function, 'func', False) is None:
        known = sorted(name[len('xen_guest_import_'):] for name in d.keys()
                       if name.startswith('xen_guest_import_') and d.getVarFlag(name, 'func', False))
        bb.fatal("Unknown import type '%s' for guest '%s'. Known types: %s. A type of one's own is a shell function %s"
                 % (kind, guest, ' '.join(known), function))
    name = xen_guest_setting('SOURCE_FILE', guest, d)
    if not name:
        bb.fatal("XEN_GUEST_SOURCE_FILE[%s] is not set" % guest)
    source = os.path.join(d.getVar('UNPACKDIR'), name)
    if not os.path.exists(source):
        bb.fatal("Import source '%s' not found for guest '%s'" % (name, guest))
    output = d.expand('${B}/images/%s.img' % guest)
    size = xen_guest_setting('IMAGE_SIZE', guest, d)
    if not size.isdigit() or int(size) == 0:
        bb.fatal("XEN_GUEST_IMAGE_SIZE[%s] is '%s', not a number of MiB" % (guest, size))
    d.setVar('xen_bundle_import_call', "\t%s '%s' '%s' '%s'\n" % (function, source, output, size))
    d.setVarFlag('xen_bundle_import_call', 'func', '1')
    bb.build.exec_func('xen_bundle_import_call', d)
    if not os.path.isfile(output):
        bb.fatal("%s made no disk for guest '%s'" % (function, guest))
    return output

##################################################################
# The package
##################################################################

XEN_GUESTS_CONFIGURED = "${@xen_guest_summary('XEN_GUEST_BUNDLES', d)}"
XEN_GUESTS_CONFIGURED[vardepvalue] = "${XEN_GUESTS_CONFIGURED}"
do_compile[vardeps] += "XEN_GUESTS_CONFIGURED"
do_compile[dirs] = "${B}"
do_compile[cleandirs] = "${B}/images ${B}/configs"
do_compile[prefuncs] += "xen_bundle_license_warning"

python xen_bundle_license_warning() {
    external = [guest for guest, tags in xen_guest_entries('XEN_GUEST_BUNDLES', d) if 'external' in tags]
    if external:
        bb.warn("%s holds guests from elsewhere (%s): make sure that you have the right to redistribute them"
                % (d.getVar('PN'), ' '.join(external)))
}

python do_compile() {
    imports = xen_bundle_imports(d)
    entries = xen_guest_entries('XEN_GUEST_BUNDLES', d)
    lines = []
    if not entries:
        bb.note("XEN_GUEST_BUNDLES is empty")
    for guest, tags in entries:
        disk = xen_bundle_import(guest, imports[guest], d) if guest in imports else None
        paths = xen_guest_files(guest, disk, d)
        names = [os.path.basename(path) for path in paths]
        for path, name in zip(paths, names):
            target = d.expand('${B}/images/') + name
            if path and path != target:
                xen_guest_copy(path, target)
        with open(d.expand('${B}/configs/%s.cfg' % guest), 'w') as f:
            f.write(xen_guest_config_text(guest, names, d))
        line = [guest] + names[:2] + ['autostart' if 'autostart' in tags else '']
        lines.append(':'.join(line + names[2:] if names[2] else line) + '\n')
    with open(d.expand('${B}/manifest'), 'w') as f:
        f.writelines(lines)
}

do_install() {
	if [ ! -s ${B}/manifest ]; then
		bbnote "There are no guests to install"
		return
	fi
	target=${D}${datadir}/xen-guest-bundles/${PN}
	install -d $target
	cp -r --sparse=always --no-preserve=ownership ${B}/images ${B}/configs ${B}/manifest $target/
}

python () {
    imports = xen_bundle_imports(d)
    needed = [xen_guest_depends('XEN_GUEST_BUNDLES', imports, d)]
    for kind in sorted(set(imports.values())):
        needed.append(d.getVar('XEN_GUEST_IMPORT_DEPENDS_' + kind) or '')
        d.appendVarFlag('do_compile', 'vardeps', ' xen_guest_import_' + kind)
    d.appendVarFlag('do_compile', 'depends', ' ' + ' '.join(dict.fromkeys(' '.join(needed).split())))
    if 'rootfs_dir' in imports.values():
        d.setVarFlag('do_compile', 'fakeroot', '1')
}
