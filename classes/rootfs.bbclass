# SPDX-License-Identifier: MIT
# Puts packages and all they depend on together in ${IMAGE_ROOTFS}.

IMAGE_MANIFEST = "${IMGDEPLOYDIR}/${IMAGE_NAME}.manifest"

ROOTFS_PREPROCESS_COMMAND ?= ""
ROOTFS_POSTINSTALL_COMMAND ?= ""
ROOTFS_POSTPROCESS_COMMAND ?= ""
ROOTFS_POSTUNINSTALL_COMMAND ?= ""
do_rootfs[vardeps] += "ROOTFS_PREPROCESS_COMMAND ROOTFS_POSTINSTALL_COMMAND ROOTFS_POSTPROCESS_COMMAND ROOTFS_POSTUNINSTALL_COMMAND"

def rootfs_index(d):
    """({package: record}, {name provided: packages}) of the recipes this image depends on."""
    packages, provided = {}, {}
    for record in package_records(d).values():
        for package, known in record['packages'].items():
            if known['empty']:
                continue
            known['recipe'] = record['pn']
            packages[package] = known
            for name in known['rprovides']:
                provided.setdefault(name, []).append(package)
    return packages, provided

def rootfs_find(name, index, chosen):
    """The package that stands for `name`: itself, one chosen already, or the first provider by name."""
    packages, provided = index
    if name in packages:
        return name
    candidates = sorted(provided.get(name, []))
    for candidate in candidates:
        if candidate in chosen:
            return candidate
    return candidates[0] if candidates else None

def rootfs_excluded(packages, d):
    """Those of `packages` that PACKAGE_EXCLUDE names, by patterns as for files."""
    import fnmatch
    patterns = (d.getVar('PACKAGE_EXCLUDE') or '').split()
    return {package for package in packages for pattern in patterns if fnmatch.fnmatchcase(package, pattern)}

def rootfs_closure(d):
    """The packages to install, sorted, with their records."""
    index = rootfs_index(d)
    excluded = rootfs_excluded(index[0], d)
    unwanted = set((d.getVar('BAD_RECOMMENDATIONS') or '').split()) | excluded
    chosen = {}
    queue = [(name, None, True) for name in sorted((d.getVar('PACKAGE_INSTALL') or '').split())]
    queue += [(name, None, False) for name in sorted((d.getVar('PACKAGE_INSTALL_ATTEMPTONLY') or '').split())]
    while queue:
        name, user, required = queue.pop(0)
        package = rootfs_find(name, index, chosen)
        if package is None or package in excluded:
            if required:
                why = 'is in PACKAGE_EXCLUDE' if package else 'was not made by any recipe of the build'
                bb.fatal("Cannot install '%s', %s: it %s" % (name, 'needed by ' + user if user else 'asked for by '
                                                            'PACKAGE_INSTALL', why))
            continue
        if package in chosen or (not required and name in unwanted):
            continue
        chosen[package] = index[0][package]
        queue += [(n, package, True) for n in sorted(chosen[package]['rdepends'])]
        if d.getVar('NO_RECOMMENDATIONS') != '1':
            queue += [(n, package, False) for n in sorted(chosen[package]['rrecommends'])]
    for package in sorted(chosen):
        for rival in chosen[package]['rconflicts']:
            if rival in chosen and rival != package:
                bb.fatal("package %s conflicts with %s" % (package, rival))
    return chosen

def rootfs_order(chosen, index):
    """The packages, each after those it depends on; sorted by name where nothing else decides."""
    order, state = [], {}
    def visit(package):
        if package in state:
            return
        state[package] = True
        for name in sorted(chosen[package]['rdepends']):
            needed = rootfs_find(name, index, chosen)
            if needed in chosen:
                visit(needed)
        order.append(package)
    for package in sorted(chosen):
        visit(package)
    return order

def rootfs_open_deb(path):
    """Opens data.tar of a .deb that package_deb wrote."""
    import tarfile
    f = open(path, 'rb')
    if f.read(8) != b'!<arch>\n':
        bb.fatal("%s is no .deb file" % path)
    while True:
        head = f.read(60)
        if len(head) < 60:
            bb.fatal("%s has no data.tar" % path)
        size = int(head[48:58])
        if head[:16].strip() == b'data.tar':
            return tarfile.open(fileobj=f, mode='r|')
        f.seek(size + size % 2, 1)

def rootfs_same_file(path, member, tar):
    """Whether the file or link that is there already has what the archive brings."""
    if member.issym():
        return os.path.islink(path) and os.readlink(path) == member.linkname
    if not member.isreg() or os.path.islink(path) or not os.path.isfile(path) or os.path.getsize(path) != member.size:
        return False
    with open(path, 'rb') as there, tar.extractfile(member) as new:
        return there.read() == new.read()

def rootfs_extract(package, record, owner, d):
    """Unpacks one package. Two packages may share folders, and files that are equal."""
    root = d.getVar('IMAGE_ROOTFS')
    deb = os.path.join(d.getVar('DEPLOY_DIR_DEB'), deb_file_name(package, record))
    if not os.path.exists(deb):
        bb.fatal("%s, the package %s of %s, is missing" % (deb, package, record['recipe']))
    folders = []
    with rootfs_open_deb(deb) as tar:
        for member in tar:
            path = os.path.normpath('/' + member.name)
            if member.isdir():
                if not os.path.isdir(root + path):
                    os.makedirs(root + path)
                if path not in owner or member.mode != 0o755 or member.uid:
                    folders.append((root + path, member))
                owner.setdefault(path, package)
                continue
            if path in owner:
                if not rootfs_same_file(root + path, member, tar):
                    bb.fatal("%s is in both %s and %s, with different content" % (path, owner[path], package))
                continue
            owner[path] = package
            tar.extract(member, root, numeric_owner=True)
    for path, member in folders:
        os.chown(path, member.uid, member.gid)
        os.chmod(path, member.mode)

def rootfs_alternatives(order, chosen, owner, d):
    """Makes the link of each alternative, to the target of highest priority; a real file at that place stays."""
    root = d.getVar('IMAGE_ROOTFS')
    best = {}
    for package in order:
        for link, target, priority in chosen[package]['alternatives']:
            if link not in best or priority > best[link][1]:
                best[link] = (target, priority)
    for link, (target, priority) in sorted(best.items()):
        if link in owner:
            continue
        os.makedirs(os.path.dirname(root + link), exist_ok=True)
        os.symlink(target, root + link)

def rootfs_scripts(order, chosen, d):
    """Runs what the packages want done after installation; what only the target can do is left for its first start."""
    import subprocess
    root = d.getVar('IMAGE_ROOTFS')
    environment = dict(os.environ, D=root, PATH=d.getVar('PATH'), OFFLINE_ROOT=root, IPKG_OFFLINE_ROOT=root)
    delayed = os.path.join(root + d.getVar('sysconfdir'), 'deb-postinsts')
    for number, package in enumerate(order):
        scripts = chosen[package]['scripts']
        if 'postinst' in scripts:
            result = subprocess.run(['sh', '-e', '-c', scripts['postinst'], package, 'configure'], env=environment,
                                    cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
            bb.note("postinst of %s:\n%s" % (package, result.stdout))
            if result.returncode != 0:
                bb.fatal("Postinstall script of %s failed with exit code %d:\n%s\nIf it can only run on the target, put "
                         "it into pkg_postinst_ontarget:${PN}." % (package, result.returncode, result.stdout))
        if 'postinst_ontarget' in scripts:
            os.makedirs(delayed, exist_ok=True)
            path = os.path.join(delayed, '%03d-%s' % (number, package))
            with open(path, 'w') as f:
                f.write('#!/bin/sh\nset -e\n' + scripts['postinst_ontarget'])
            os.chmod(path, 0o755)

def rootfs_depmod(d):
    """Writes modules.dep and its like for each kernel in the image."""
    modules = d.getVar('IMAGE_ROOTFS') + d.getVar('nonarch_base_libdir') + '/modules'
    if os.path.isdir(modules):
        for version in sorted(os.listdir(modules)):
            run_host(['depmod', '-b', d.getVar('IMAGE_ROOTFS'), version], d)

def rootfs_manifest(order, chosen, d):
    with open(d.getVar('IMAGE_MANIFEST'), 'w') as f:
        for package in sorted(order):
            f.write('%s %s %s\n' % (package, chosen[package]['arch'], chosen[package]['version']))
    link = d.getVar('IMAGE_LINK_NAME')
    if link != d.getVar('IMAGE_NAME'):
        path = os.path.join(d.getVar('IMGDEPLOYDIR'), link + '.manifest')
        if os.path.lexists(path):
            os.unlink(path)
        os.symlink(os.path.basename(d.getVar('IMAGE_MANIFEST')), path)

def rootfs_create(d):
    run_command_list('ROOTFS_PREPROCESS_COMMAND', d)
    chosen = rootfs_closure(d)
    order = rootfs_order(chosen, rootfs_index(d))
    owner = {}
    for package in order:
        rootfs_extract(package, chosen[package], owner, d)
    rootfs_alternatives(order, chosen, owner, d)
    rootfs_scripts(order, chosen, d)
    run_command_list('ROOTFS_POSTINSTALL_COMMAND', d)
    run_command_list('ROOTFS_POSTPROCESS_COMMAND', d)
    rootfs_depmod(d)
    rootfs_manifest(order, chosen, d)
    run_command_list('ROOTFS_POSTUNINSTALL_COMMAND', d)
