# SPDX-License-Identifier: MIT
# Puts the disks of guests into an image that starts them.
#
#   VM_GUEST_IMAGES            image recipes to build first and to install
#   VM_GUEST_IMAGE_<recipe>    the name to install it under: a file name, below VM_GUEST_IMAGES_INSTALL_DIR, or an absolute
#                              path; <recipe>.<VM_GUEST_IMAGES_INSTALL_EXT> where not set
#   VM_GUEST_IMAGES_FSTYPES    which of the guest's image types: exactly one
#   VM_GUEST_IMAGES_SKIP       "1": build and install none

VM_GUEST_IMAGES_SKIP ??= "0"
VM_GUEST_IMAGES ??= ""
VM_GUEST_IMAGES[type] = "list"
VM_GUEST_IMAGES_INSTALL_DIR ??= "${localstatedir}/lib/virt/images"
VM_GUEST_IMAGES_INSTALL_EXT ??= "qcow2"
VM_GUEST_IMAGES_FSTYPES ??= "ext4.qcow2"

ROOTFS_POSTINSTALL_COMMAND += "install_vm_images; "

def vm_guest_images(d):
    return sorted(set((d.getVar('VM_GUEST_IMAGES') or '').split()))

def vm_guest_image_variables(d):
    """The VM_GUEST_IMAGE_<recipe> variables; what an override says is in the value of the variable."""
    return sorted(name for name in d.keys() if name.startswith('VM_GUEST_IMAGE_') and ':' not in name)

def vm_guest_image_target(image, d):
    """Where in the root file system the disk of a guest goes."""
    name = d.getVar('VM_GUEST_IMAGE_' + image) or '%s.%s' % (image, d.getVar('VM_GUEST_IMAGES_INSTALL_EXT'))
    return name if os.path.isabs(name) else os.path.join(d.getVar('VM_GUEST_IMAGES_INSTALL_DIR'), name)

def vm_guest_image_source(image, d):
    """The guest's disk as it was deployed, with the suffix that image names have, or without as before nanbield."""
    base = os.path.join(d.getVar('DEPLOY_DIR_IMAGE'), '%s-%s' % (image, d.getVar('MACHINE')))
    kind = d.getVar('VM_GUEST_IMAGES_FSTYPES').strip()
    for suffix in (d.getVar('IMAGE_NAME_SUFFIX') or '', ''):
        path = '%s%s.%s' % (base, suffix, kind)
        if os.path.exists(path):
            return path
    bb.fatal("VM image %s does not exist" % path)

python install_vm_images() {
    import shutil
    if d.getVar('VM_GUEST_IMAGES_SKIP') == '1':
        return
    for image in vm_guest_images(d):
        source = vm_guest_image_source(image, d)
        target = d.getVar('IMAGE_ROOTFS') + vm_guest_image_target(image, d)
        bb.note("Installing %s as %s" % (source, target))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(source, target)
}

do_rootfs[vardeps] += "VM_GUEST_IMAGES_SKIP VM_GUEST_IMAGES VM_GUEST_IMAGES_INSTALL_DIR VM_GUEST_IMAGES_INSTALL_EXT \
                       VM_GUEST_IMAGES_FSTYPES ${@' '.join(vm_guest_image_variables(d))}"

python () {
    if d.getVar('VM_GUEST_IMAGES_SKIP') == '1':
        return
    kinds = (d.getVar('VM_GUEST_IMAGES_FSTYPES') or '').split()
    if not kinds:
        bb.fatal("%s does not define VM_GUEST_IMAGES_FSTYPES" % d.getVar('FILE'))
    if len(kinds) > 1:
        bb.fatal("%s defines multiple VM_GUEST_IMAGES_FSTYPES" % d.getVar('FILE'))
    for variable in vm_guest_image_variables(d):
        name = d.getVar(variable) or ''
        if not os.path.isabs(name) and name != os.path.basename(name):
            bb.fatal("%s contains relative path" % variable)
    for image in vm_guest_images(d):
        d.appendVarFlag('do_rootfs', 'depends', ' %s:do_image_complete' % image)
}
