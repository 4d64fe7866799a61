# SPDX-License-Identifier: MIT
# An image: the packages of IMAGE_INSTALL and of the chosen IMAGE_FEATURES with all they depend on, put together in
# ${IMAGE_ROOTFS} by do_rootfs and packed by one task for each type in IMAGE_FSTYPES.

IMAGE_CLASSES ??= ""
IMGCLASSES = "rootfs image_types image_types_wic image-artifact-names rootfs-postcommands ${IMAGE_CLASSES}"
inherit nopackages
inherit ${IMGCLASSES}

LICENSE ?= "MIT"
SECTION ?= "images"
PACKAGE_ARCH = "${MACHINE_ARCH}"
INHIBIT_DEFAULT_DEPS = "1"
EXCLUDE_FROM_WORLD = "1"
S = "${WORKDIR}/image-source"

IMAGE_FEATURES ?= ""
IMAGE_FEATURES[type] = "list"
IMAGE_FEATURES[validitems] = "debug-tweaks read-only-rootfs read-only-rootfs-delayed-postinsts stateless-rootfs \
    empty-root-password allow-empty-password allow-root-login serial-autologin-root post-install-logging overlayfs-etc"
IMAGE_INSTALL ?= ""
IMAGE_INSTALL[type] = "list"
export PACKAGE_INSTALL ?= "${IMAGE_INSTALL} ${ROOTFS_BOOTSTRAP_INSTALL} ${FEATURE_INSTALL}"
PACKAGE_INSTALL_ATTEMPTONLY ?= "${FEATURE_INSTALL_OPTIONAL}"
ROOTFS_BOOTSTRAP_INSTALL ?= "run-postinsts"
FEATURE_INSTALL = "${@' '.join(feature_packages(False, d))}"
FEATURE_INSTALL[vardepvalue] = "${FEATURE_INSTALL}"
FEATURE_INSTALL_OPTIONAL = "${@' '.join(feature_packages(True, d))}"
FEATURE_INSTALL_OPTIONAL[vardepvalue] = "${FEATURE_INSTALL_OPTIONAL}"

RDEPENDS += "${PACKAGE_INSTALL}"
RRECOMMENDS += "${PACKAGE_INSTALL_ATTEMPTONLY}"

KERNEL_DEPLOY_DEPEND ?= "virtual/kernel:do_deploy"
do_build[depends] += "${KERNEL_DEPLOY_DEPEND}"
# An image on a disk may need it to start.
do_build[depends] += "${@d.getVar('INITRAMFS_IMAGE') + ':do_image_complete' if d.getVar('INITRAMFS_IMAGE') else ''}"
do_build[depends] += "${@' '.join(i + ':do_deploy' for i in (d.getVar('EXTRA_IMAGEDEPENDS') or '').split())}"

##################################################################
# Features
##################################################################

def image_features(d):
    """The chosen features, without those that another one replaces."""
    chosen = (d.getVar('IMAGE_FEATURES') or '').split()
    replaced = set()
    for feature in chosen:
        replaced.update((d.getVar('IMAGE_FEATURES_REPLACES_' + feature) or '').split())
    return [feature for feature in dict.fromkeys(chosen) if feature not in replaced]

def feature_packages(optional, d):
    """The packages of the chosen features; those of features with [optional] = "1" may be missing."""
    packages = {}
    for feature in sorted(image_features(d)):
        variable = 'FEATURE_PACKAGES_' + feature
        if (d.getVarFlag(variable, 'optional') == '1') == optional:
            packages.update(dict.fromkeys((d.getVar(variable) or '').split()))
    return list(packages)

def check_image_features(d):
    valid = set((d.getVarFlag('IMAGE_FEATURES', 'validitems') or '').split())
    valid.update(d.getVarFlags('COMPLEMENTARY_GLOB') or {})
    valid.update(name[len('FEATURE_PACKAGES_'):] for name in d.keys() if name.startswith('FEATURE_PACKAGES_'))
    extra = (d.getVar('EXTRA_IMAGE_FEATURES') or '').split()
    chosen = (d.getVar('IMAGE_FEATURES') or '').split()
    for feature in sorted(set(chosen)):
        if feature not in valid:
            how = ' (added via EXTRA_IMAGE_FEATURES)' if feature in extra else ''
            raise bb.parse.SkipRecipe("'%s' in IMAGE_FEATURES%s is not a valid image feature. Valid features: %s"
                                      % (feature, how, ' '.join(sorted(valid))))
    for feature in image_features(d):
        rivals = set((d.getVar('IMAGE_FEATURES_CONFLICTS_' + feature) or '').split()) & set(image_features(d))
        if rivals:
            bb.fatal("%s contains conflicting IMAGE_FEATURES %s %s" % (d.getVar('PN'), feature,
                                                                      ' '.join(sorted(rivals))))

# Which features are chosen decides which FEATURE_PACKAGES_* matter.
feature_packages[vardeps] += "${@' '.join('FEATURE_PACKAGES_' + f for f in (d.getVar('IMAGE_FEATURES') or '').split())}"
image_features[vardeps] += "${@' '.join('IMAGE_FEATURES_REPLACES_' + f for f in (d.getVar('IMAGE_FEATURES') or '').split())}"

##################################################################
# Tasks
##################################################################

deltask do_populate_sysroot
do_fetch[noexec] = "1"
do_unpack[noexec] = "1"
do_patch[noexec] = "1"
do_configure[noexec] = "1"
do_compile[noexec] = "1"
do_install[noexec] = "1"

addtask rootfs after do_prepare_recipe_sysroot do_install
do_rootfs[dirs] = "${WORKDIR}"
do_rootfs[cleandirs] += "${IMAGE_ROOTFS} ${IMGDEPLOYDIR} ${S}"
do_rootfs[umask] = "022"
do_rootfs[recrdeptask] += "do_packagedata do_package_write_deb"
do_rootfs[depends] += "${@image_tool_depends(d)}"
do_rootfs[vardeps] += "PACKAGE_INSTALL PACKAGE_INSTALL_ATTEMPTONLY PACKAGE_EXCLUDE BAD_RECOMMENDATIONS NO_RECOMMENDATIONS"
do_rootfs[doc] = "Puts the image's packages together in IMAGE_ROOTFS"
fakeroot python do_rootfs() {
    rootfs_create(d)
}

IMAGE_PREPROCESS_COMMAND ?= ""
IMAGE_POSTPROCESS_COMMAND ?= ""

addtask image_qa after do_rootfs before do_image
IMAGE_QA_COMMANDS ?= ""
do_image_qa[doc] = "Runs the checks of IMAGE_QA_COMMANDS on IMAGE_ROOTFS"
do_image_qa[vardeps] += "IMAGE_QA_COMMANDS"
fakeroot python do_image_qa() {
    run_command_list('IMAGE_QA_COMMANDS', d)
}

addtask image after do_rootfs
do_image[dirs] = "${WORKDIR}"
do_image[umask] = "022"
do_image[doc] = "The last changes to IMAGE_ROOTFS before it is packed"
do_image[vardeps] += "IMAGE_PREPROCESS_COMMAND"
fakeroot python do_image() {
    run_command_list('IMAGE_PREPROCESS_COMMAND', d)
    epoch = int(d.getVar('REPRODUCIBLE_TIMESTAMP_ROOTFS'))
    root = d.getVar('IMAGE_ROOTFS')
    for path in [''] + package_tree(root):
        os.utime(root + path, (epoch, epoch), follow_symlinks=False)
}

SSTATETASKS += "do_image_complete"
SSTATE_SKIP_CREATION:task-image-complete = "1"
do_image_complete[sstate-inputdirs] = "${IMGDEPLOYDIR}"
do_image_complete[sstate-outputdirs] = "${DEPLOY_DIR_IMAGE}"
do_image_complete[stamp-extra-info] = "${MACHINE_ARCH}"
do_image_complete[dirs] = "${IMGDEPLOYDIR}"
do_image_complete[umask] = "022"
do_image_complete[doc] = "Makes the image's files known in DEPLOY_DIR_IMAGE"
addtask image_complete after do_image before do_build
do_image_complete[vardeps] += "IMAGE_POSTPROCESS_COMMAND"
fakeroot python do_image_complete() {
    run_command_list('IMAGE_POSTPROCESS_COMMAND', d)
}

##################################################################
# One task for each base type
##################################################################

def image_split_type(name, d):
    """('ext4', ['qcow2']) for ext4.qcow2: what a type is made as, and what that is then turned into."""
    conversions = set((d.getVar('CONVERSIONTYPES') or '').split())
    parts = name.split('.')
    chain = []
    while len(parts) > 1 and parts[-1] in conversions:
        chain.insert(0, parts.pop())
    return '.'.join(parts), chain

def image_all_types(d):
    """{base type: {wanted type: chain}}, IMAGE_TYPEDEP's included, and the base types each base type needs first."""
    masked = set((d.getVar('IMAGE_TYPES_MASKED') or '').split())
    wanted, needs, queue = {}, {}, list(dict.fromkeys((d.getVar('IMAGE_FSTYPES') or '').split()))
    while queue:
        name = queue.pop(0)
        base, chain = image_split_type(name, d)
        if name in masked or base in masked or name in wanted.get(base, {}):
            continue
        wanted.setdefault(base, {})[name] = chain
        for needed in (d.getVar('IMAGE_TYPEDEP:' + base) or '').split():
            needs.setdefault(base, set()).add(image_split_type(needed, d)[0])
            queue.append(needed)
    return wanted, needs

def image_tool_depends(d):
    """What the tools behind the conversions stand for in DEPENDS."""
    names = set()
    for types in image_all_types(d)[0].values():
        for chain in types.values():
            for conversion in chain:
                names.update((d.getVar('CONVERSION_DEPENDS_' + conversion) or '').split())
    return ' '.join(name + ':do_populate_sysroot' for name in sorted(names))

def image_conversions(types):
    """The steps that make the wanted types, each after what it starts from: [(from, conversion)] and what is left over."""
    steps, made = [], set()
    for name, chain in sorted(types.items(), key=lambda item: (len(item[1]), item[0])):
        base = name.split('.')
        current = '.'.join(base[:len(base) - len(chain)])
        for conversion in chain:
            if (current, conversion) not in steps:
                steps.append((current, conversion))
            made.add(current)
            current += '.' + conversion
    return steps, sorted(name for name in made if name not in types)

def image_type_script(base, types, d):
    """The shell text of do_image_<base>. What differs from build to build stays a reference to its variable."""
    local = d.createCopy()
    local.setVar('OVERRIDES', '%s:%s' % (base, d.getVar('OVERRIDES')))
    local.setVar('type', base)
    for name in ('TOPDIR', 'TMPDIR', 'WORKDIR', 'DATETIME', 'IMAGE_NAME', 'IMAGE_LINK_NAME'):
        local.delVar(name)
    command = local.getVar('IMAGE_CMD')
    if not command:
        bb.fatal("No IMAGE_CMD defined for IMAGE_FSTYPES entry '%s' - possibly invalid type name or missing support "
                 "class" % base)
    lines = ['cd ${IMGDEPLOYDIR}', '(', command.strip(), ')']
    steps, left_over = image_conversions(types)
    for current, conversion in steps:
        local.setVar('type', current)
        convert = local.getVar('CONVERSION_CMD:' + conversion)
        if not convert:
            bb.fatal("No CONVERSION_CMD defined for '%s' in IMAGE_FSTYPES" % conversion)
        lines.append('( %s )' % convert.strip())
    lines += ['rm -f ${IMAGE_NAME}.%s' % name for name in left_over]
    for name in sorted(types):
        lines.append('if [ "${IMAGE_LINK_NAME}" != "${IMAGE_NAME}" ]; then '
                     'ln -sf ${IMAGE_NAME}.%s ${IMAGE_LINK_NAME}.%s; fi' % (name, name))
    return '\n'.join('\t' + line for line in lines) + '\n'

IMAGE_COMMAND_LISTS = "ROOTFS_PREPROCESS_COMMAND ROOTFS_POSTINSTALL_COMMAND ROOTFS_POSTPROCESS_COMMAND \
                       ROOTFS_POSTUNINSTALL_COMMAND IMAGE_PREPROCESS_COMMAND IMAGE_POSTPROCESS_COMMAND IMAGE_QA_COMMANDS"

python () {
    check_image_features(d)
    # The functions named are part of what the tasks do, so their text is part of the hashes.
    for variable in d.getVar('IMAGE_COMMAND_LISTS').split():
        d.appendVarFlag(variable, 'vardeps', ' ' + ' '.join(command_list(variable, d)))
    wanted, needs = image_all_types(d)
    for base, types in sorted(wanted.items()):
        task = 'do_image_' + base.replace('-', '_').replace('.', '_')
        d.setVar(task, image_type_script(base, types, d))
        d.setVarFlag(task, 'func', '1')
        d.setVarFlag(task, 'fakeroot', '1')
        d.setVarFlag(task, 'umask', '022')
        d.setVarFlag(task, 'dirs', d.getVar('IMGDEPLOYDIR'))
        d.appendVarFlag(task, 'prefuncs', ' set_image_size')
        d.appendVarFlag(task, 'vardeps', ' set_image_size')
        d.appendVarFlag(task, 'vardepsexclude', ' DATETIME DATE TIME IMAGE_VERSION_SUFFIX')
        after = ['do_image'] + ['do_image_' + b.replace('-', '_').replace('.', '_')
                                for b in sorted(needs.get(base, ()))]
        bb.build.addtask(task, 'do_image_complete', ' '.join(after), d)
}

##################################################################
# Size
##################################################################

def image_rootfs_size(d):
    """The size of a file system image in KiB."""
    import math
    used = 0
    root = d.getVar('IMAGE_ROOTFS')
    for path in package_tree(root):
        known = os.lstat(root + path)
        used += (known.st_size + 4095) // 4096 * 4 if os.path.isfile(root + path) else 4
    base = max(used * float(d.getVar('IMAGE_OVERHEAD_FACTOR')), int(d.getVar('IMAGE_ROOTFS_SIZE')))
    extra = sum(int(word) for word in (d.getVar('IMAGE_ROOTFS_EXTRA_SPACE') or '0').replace('+', ' ').split())
    align = int(d.getVar('IMAGE_ROOTFS_ALIGNMENT'))
    size = (math.ceil(base) + extra + align - 1) // align * align
    limit = d.getVar('IMAGE_ROOTFS_MAXSIZE')
    if limit and size > int(limit):
        bb.fatal("The rootfs size %d(K) exceeds IMAGE_ROOTFS_MAXSIZE: %d(K)" % (size, int(limit)))
    if d.getVar('IMAGE_FSTYPES') == d.getVar('INITRAMFS_FSTYPES') and d.getVar('INITRAMFS_MAXSIZE'):
        limit = int(d.getVar('INITRAMFS_MAXSIZE'))
        if size > limit:
            bb.fatal("The initramfs size %d(K) exceeds INITRAMFS_MAXSIZE: %d(K)\nPlease reduce what is installed or "
                     "raise INITRAMFS_MAXSIZE." % (size, limit))
    return size

python set_image_size() {
    size = image_rootfs_size(d)
    d.setVar('ROOTFS_SIZE', str(size))
    d.setVarFlag('ROOTFS_SIZE', 'export', '1')
}
