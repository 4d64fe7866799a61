# SPDX-License-Identifier: MIT
# Puts guests into the image of their host: those of BUNDLED_XEN_GUESTS, whose disks were built as images of their own or
# come from elsewhere, and those of installed packages made by xen-guest-bundle. See xen-guest.bbclass for the settings.

inherit xen-guest

BUNDLED_XEN_GUESTS ?= ""

XEN_GUESTS_CONFIGURED = "${@xen_guest_summary('BUNDLED_XEN_GUESTS', d)}"
XEN_GUESTS_CONFIGURED[vardepvalue] = "${XEN_GUESTS_CONFIGURED}"
do_rootfs[vardeps] += "XEN_GUESTS_CONFIGURED"

ROOTFS_POSTPROCESS_COMMAND += "merge_installed_xen_bundles; bundle_xen_guests; "

# A guest of that name may be in a package too: what BUNDLED_XEN_GUESTS says is written last.
python merge_installed_xen_bundles() {
    import shutil
    root = d.getVar('IMAGE_ROOTFS')
    bundles = root + d.expand('${datadir}/xen-guest-bundles')
    if not os.path.isdir(bundles):
        bb.note("No packages with guests are installed")
        return
    for bundle in sorted(os.listdir(bundles)):
        folder = os.path.join(bundles, bundle)
        if not os.path.isfile(os.path.join(folder, 'manifest')):
            bb.warn("%s has no manifest: its guests are left out" % folder[len(root):])
            continue
        with open(os.path.join(folder, 'manifest')) as f:
            for line in f.read().split('\n'):
                if line:
                    xen_merge_guest(folder, line, d)
    shutil.rmtree(bundles)
}

def xen_merge_guest(folder, line, d):
    """Moves one guest of a bundle to its places."""
    guest, rootfs, kernel, start, ramdisk = (line.split(':') + [''])[:5]
    root = d.getVar('IMAGE_ROOTFS')
    pairs = [(os.path.join('images', name), os.path.join(d.getVar('XEN_GUEST_IMAGES_DIR'), name))
             for name in (rootfs, kernel, ramdisk) if name]
    pairs.append(('configs/%s.cfg' % guest, os.path.join(d.getVar('XEN_GUEST_CONFIG_DIR'), guest + '.cfg')))
    for inside, target in pairs:
        source = os.path.join(folder, inside)
        if os.path.isfile(source):
            xen_guest_copy(source, root + target)
        else:
            bb.warn("%s of guest '%s' is not in %s" % (inside, guest, folder[len(root):]))
    if start == 'autostart':
        xen_guest_autostart(root, guest, d)

python bundle_xen_guests() {
    root = d.getVar('IMAGE_ROOTFS')
    for guest, tags in xen_guest_entries('BUNDLED_XEN_GUESTS', d):
        # Links say which file is the newest; on the host, files have their own names.
        paths = [os.path.realpath(path) if path else '' for path in xen_guest_files(guest, None, d)]
        for path in paths:
            if path:
                xen_guest_copy(path, root + os.path.join(d.getVar('XEN_GUEST_IMAGES_DIR'), os.path.basename(path)))
        config = root + os.path.join(d.getVar('XEN_GUEST_CONFIG_DIR'), guest + '.cfg')
        os.makedirs(os.path.dirname(config), exist_ok=True)
        with open(config, 'w') as f:
            f.write(xen_guest_config_text(guest, [os.path.basename(path) for path in paths], d))
        if 'autostart' in tags:
            xen_guest_autostart(root, guest, d)
}

python () {
    needed = xen_guest_depends('BUNDLED_XEN_GUESTS', [], d)
    if needed:
        d.appendVarFlag('do_rootfs', 'depends', ' ' + needed)
    # An image has no sources, unless it brings configurations of guests.
    if (d.getVar('SRC_URI') or '').strip():
        for task in ('do_fetch', 'do_unpack'):
            d.delVarFlag(task, 'noexec')
}
