# SPDX-License-Identifier: MIT
# What describes a guest of Xen, for the classes that put guests into a host's image (xen-guest-cross-install) or into a
# package (xen-guest-bundle).
#
# A list of guests has entries NAME[:autostart][:external]. Each guest's settings are flags of variables, under its name:
#
#   XEN_GUEST_MEMORY[NAME]       MiB                      XEN_GUEST_VCPUS[NAME]        processors
#   XEN_GUEST_VIF[NAME]          its network device       XEN_GUEST_EXTRA[NAME]        words for its kernel
#   XEN_GUEST_DISK_DEVICE[NAME]  the disk's name in it    XEN_GUEST_NAME[NAME]         its name for xl
#   XEN_GUEST_ROOTFS[NAME]       file in DEPLOY_DIR_IMAGE XEN_GUEST_KERNEL[NAME]       file, or "none"
#   XEN_GUEST_RAMDISK[NAME]      file, or "none"          XEN_GUEST_CONFIG_FILE[NAME]  instead of a made configuration
#
# Names are compared as they are, never as patterns.

XEN_GUEST_IMAGE_FSTYPE ?= "ext4"
XEN_GUEST_MEMORY_DEFAULT ?= "512"
XEN_GUEST_VCPUS_DEFAULT ?= "1"
XEN_GUEST_VIF_DEFAULT ?= "bridge=xenbr0"
XEN_GUEST_EXTRA_DEFAULT ?= "root=/dev/xvda ro ip=dhcp"
XEN_GUEST_DISK_DEVICE_DEFAULT ?= "xvda"
# For kernels that have the driver of the disk as a module: a file in DEPLOY_DIR_IMAGE, and the task that makes it.
XEN_GUEST_RAMDISK_DEFAULT ?= ""
XEN_GUEST_RAMDISK_DEPENDS ?= ""
# How a configuration names a disk: the file, the device's name. A host without QEMU needs a script that attaches the file.
XEN_GUEST_DISK_FORMAT ?= "file:%(file)s,%(device)s,rw"

XEN_GUEST_IMAGES_DIR = "${localstatedir}/lib/xen/images"
XEN_GUEST_CONFIG_DIR = "${sysconfdir}/xen"

XEN_GUEST_FLAGS = "MEMORY VCPUS VIF EXTRA DISK_DEVICE NAME ROOTFS KERNEL RAMDISK CONFIG_FILE"

def xen_guest_entries(variable, d):
    """[(name, tags)] of a list of guests."""
    import re
    entries = []
    for word in (d.getVar(variable) or '').split():
        name, *tags = word.split(':')
        if not re.fullmatch(r'[A-Za-z0-9_][A-Za-z0-9_.+-]*', name):
            bb.fatal("%s: '%s' cannot be the name of a guest" % (variable, name))
        unknown = sorted(set(tags) - {'autostart', 'external'})
        if unknown:
            bb.fatal("%s: unknown tag '%s' in '%s'. Known: autostart external" % (variable, unknown[0], word))
        if name in [known for known, known_tags in entries]:
            bb.fatal("%s names guest '%s' twice" % (variable, name))
        entries.append((name, tags))
    return entries

def xen_guest_setting(name, guest, d):
    """The guest's own value of a setting, else the default, else None."""
    value = d.getVarFlag('XEN_GUEST_' + name, guest)
    return d.getVar('XEN_GUEST_%s_DEFAULT' % name) if value is None else value

def xen_guest_summary(variable, d):
    """All that the guests of a list are configured with: what a task that uses them depends on."""
    lines = []
    flags = (d.getVar('XEN_GUEST_FLAGS') or '').split()
    for guest, tags in xen_guest_entries(variable, d):
        lines.append(':'.join([guest] + sorted(tags)))
        lines += ['%s=%s' % (flag, d.getVarFlag('XEN_GUEST_' + flag, guest)) for flag in flags
                  if d.getVarFlag('XEN_GUEST_' + flag, guest) is not None]
    return '\n'.join(lines)
xen_guest_summary[vardeps] += "${@' '.join('XEN_GUEST_%s_DEFAULT' % f for f in 'MEMORY VCPUS VIF EXTRA DISK_DEVICE RAMDISK IMAGE_SIZE'.split())} \
                               XEN_GUEST_DISK_FORMAT XEN_GUEST_IMAGE_FSTYPE"

def xen_guest_first(what, guest, paths):
    """The first of `paths` that exists; None, with a warning that lists them, where none does."""
    for path in paths:
        if os.path.isfile(path):
            return path
    bb.warn("No %s for guest '%s'. Tried:\n%s" % (what, guest, '\n'.join('  ' + path for path in paths)))
    return None

def xen_guest_find_rootfs(guest, d):
    deploy = d.getVar('DEPLOY_DIR_IMAGE')
    chosen = xen_guest_setting('ROOTFS', guest, d)
    kind = d.getVar('XEN_GUEST_IMAGE_FSTYPE')
    if chosen:
        paths = [os.path.join(deploy, chosen)]
    else:
        paths = [os.path.join(deploy, '%s-%s%s.%s' % (guest, d.getVar('MACHINE'), suffix, kind)) for suffix in ('', '.rootfs')]
    return xen_guest_first('rootfs', guest, paths)

def xen_guest_find_file(setting, guest, default, d):
    """A kernel or ramdisk: a file among the recipe's own or the deployed ones; '' where the guest has none."""
    chosen = xen_guest_setting(setting, guest, d) or default
    if not chosen or chosen == 'none':
        return ''
    folders = [d.getVar('UNPACKDIR') or d.getVar('WORKDIR'), d.getVar('DEPLOY_DIR_IMAGE')]
    return xen_guest_first(setting.lower(), guest, [os.path.join(folder, chosen) for folder in folders])

def xen_guest_ramdisk(guest, d):
    """The guest's ramdisk: where it brings a kernel of its own or none, only what it asks for itself."""
    if xen_guest_setting('KERNEL', guest, d) and d.getVarFlag('XEN_GUEST_RAMDISK', guest) is None:
        return ''
    return xen_guest_find_file('RAMDISK', guest, '', d)

def xen_guest_files(guest, rootfs, d):
    """(rootfs, kernel, ramdisk) as paths; kernel and ramdisk may be ''. Stops where one cannot be found."""
    rootfs = rootfs or xen_guest_find_rootfs(guest, d)
    kernel = xen_guest_find_file('KERNEL', guest, d.getVar('KERNEL_IMAGETYPE'), d)
    ramdisk = xen_guest_ramdisk(guest, d)
    if rootfs is None or kernel is None or ramdisk is None:
        bb.fatal("Cannot resolve rootfs/kernel for guest '%s'" % guest)
    return rootfs, kernel, ramdisk

def xen_guest_config(guest, names, d):
    """The text of a guest's configuration; `names` are those of its rootfs, kernel and ramdisk on the host."""
    rootfs, kernel, ramdisk = [os.path.join(d.getVar('XEN_GUEST_IMAGES_DIR'), name) if name else '' for name in names]
    setting = lambda name: xen_guest_setting(name, guest, d)
    lines = ['name = "%s"' % (setting('NAME') or guest),
             'memory = %s' % setting('MEMORY'),
             'vcpus = %s' % setting('VCPUS'),
             "disk = ['%s']" % (d.getVar('XEN_GUEST_DISK_FORMAT') % {'file': rootfs, 'device': setting('DISK_DEVICE')}),
             "vif = [%s]" % ("'%s'" % setting('VIF') if setting('VIF') else '')]
    # Without a kernel the guest starts what its disk holds.
    if kernel:
        lines.append('kernel = "%s"' % kernel)
        if ramdisk:
            lines.append('ramdisk = "%s"' % ramdisk)
        lines.append('extra = "%s"' % setting('EXTRA'))
    return '\n'.join(lines) + '\n'

def xen_guest_custom_config(path, names, d):
    """A configuration that somebody wrote, with the paths of the disk and the kernel made those of the host."""
    import re
    folder = d.getVar('XEN_GUEST_IMAGES_DIR')
    rootfs, kernel, ramdisk = names
    lines = []
    with open(path) as f:
        for line in f:
            if re.match(r'disk = \[', line):
                line = re.sub(r"(file:|target=)[^,'\"\]]*", lambda m: m.group(1) + os.path.join(folder, rootfs), line, count=1)
            elif line.startswith('kernel = ') and kernel:
                line = 'kernel = "%s"\n' % os.path.join(folder, kernel)
            elif line.startswith('ramdisk = ') and ramdisk:
                line = 'ramdisk = "%s"\n' % os.path.join(folder, ramdisk)
            lines.append(line)
    return ''.join(lines)

def xen_guest_config_text(guest, names, d):
    custom = xen_guest_setting('CONFIG_FILE', guest, d)
    if not custom:
        return xen_guest_config(guest, names, d)
    if not os.path.isfile(custom):
        bb.fatal("Configuration file '%s' of guest '%s' does not exist" % (custom, guest))
    return xen_guest_custom_config(custom, names, d)

def xen_guest_autostart(root, guest, d):
    """Makes the link by which the host starts the guest."""
    config = os.path.join(d.getVar('XEN_GUEST_CONFIG_DIR'), guest + '.cfg')
    link = root + os.path.join(d.getVar('XEN_GUEST_CONFIG_DIR'), 'auto', guest + '.cfg')
    os.makedirs(os.path.dirname(link), exist_ok=True)
    if os.path.lexists(link):
        os.unlink(link)
    os.symlink(config, link)

def xen_guest_copy(source, target):
    import shutil
    os.makedirs(os.path.dirname(target), exist_ok=True)
    # A disk is mostly holes.
    bb.note("Copying %s to %s" % (source, target))
    shutil.copyfile(source, target)
    os.chmod(target, 0o644)

def xen_guest_depends(variable, own_disk, d):
    """The tasks that the guests of a list need: those not in `own_disk` and not external are images to be built."""
    depends = []
    for guest, tags in xen_guest_entries(variable, d):
        if guest not in own_disk and 'external' not in tags:
            depends.append(guest + ':do_image_complete')
        if not xen_guest_setting('KERNEL', guest, d):
            depends += ['virtual/kernel:do_deploy', d.getVar('XEN_GUEST_RAMDISK_DEPENDS') or '']
    return ' '.join(dict.fromkeys(' '.join(depends).split()))
