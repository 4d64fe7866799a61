# SPDX-License-Identifier: MIT
# One package for each kernel module: kernel-module-<name>, dependent on those of the modules it needs.
#
# KERNEL_MODULE_AUTOLOAD lists modules to load at start; module_autoload_<name>, where set, is the list for one of them.
# KERNEL_MODULE_PROBECONF lists modules with options for modprobe, which stand in module_conf_<name>.

KERNEL_MODULE_AUTOLOAD ?= ""
KERNEL_MODULE_PROBECONF ?= ""
KERNEL_MODULE_PACKAGE_PREFIX ?= "kernel-module-"
PACKAGES_DYNAMIC += "^${KERNEL_MODULE_PACKAGE_PREFIX}.*"
PACKAGESPLITFUNCS:append = " kernel_module_split"
kernel_module_split[vardeps] += "KERNEL_MODULE_AUTOLOAD KERNEL_MODULE_PROBECONF ${@kernel_module_variables(d)}"

def kernel_module_variables(d):
    names = (d.getVar('KERNEL_MODULE_AUTOLOAD') or '').split() + (d.getVar('KERNEL_MODULE_PROBECONF') or '').split()
    return ' '.join('module_autoload_%s module_conf_%s' % (name, name) for name in names)

def kernel_module_package(module, d):
    return d.getVar('KERNEL_MODULE_PACKAGE_PREFIX') + module.lower().replace('_', '-').replace('@', '+')

def kernel_module_depends(path):
    """The names of the modules that a module needs, as its .modinfo section says."""
    with open(path, 'rb') as f:
        text = f.read()
    key = b'\0depends='
    start = text.find(key) + len(key)
    if start < len(key):
        return []
    return [name for name in text[start:text.index(b'\0', start)].decode().split(',') if name]

def kernel_module_conf(module, package, d):
    """Writes what is to be loaded at start and with which options; the files' paths."""
    files = []
    sysconfdir = d.getVar('sysconfdir')
    contents = []
    if module in (d.getVar('KERNEL_MODULE_AUTOLOAD') or '').split():
        names = (d.getVar('module_autoload_' + module) or module).split()
        contents.append(('%s/modules-load.d/%s.conf' % (sysconfdir, module), ''.join(n + '\n' for n in names)))
    if module in (d.getVar('KERNEL_MODULE_PROBECONF') or '').split():
        options = d.getVar('module_conf_' + module)
        if options is None:
            bb.warn("module %s is listed in KERNEL_MODULE_PROBECONF but module_conf_%s is not set" % (module, module))
        else:
            contents.append(('%s/modprobe.d/%s.conf' % (sysconfdir, module), options + '\n'))
    for path, text in contents:
        full = d.getVar('PKGD') + path
        bb.utils.mkdirhier(os.path.dirname(full))
        with open(full, 'w') as f:
            f.write(text)
        files.append(path)
    return files

python kernel_module_split() {
    root = d.getVar('PKGD')
    base = d.getVar('nonarch_base_libdir') + '/modules'
    # Names that differ only in case, such as xt_hl and xt_HL, share a package.
    found = {}
    for path in package_tree(root + base):
        if path.endswith('.ko'):
            module = os.path.basename(path)[:-len('.ko')]
            found.setdefault(kernel_module_package(module, d), []).append((module, base + path))
    for package, modules in found.items():
        files, needs = [], set()
        for module, path in modules:
            needs.update(kernel_module_package(m, d) for m in kernel_module_depends(root + path))
            files += [path] + kernel_module_conf(module, package, d)
        d.setVar('FILES:' + package, ' '.join(files))
        d.setVar('RDEPENDS:' + package, ' '.join(sorted(needs - {package})))
        d.setVar('SUMMARY:' + package, 'kernel module ' + ', '.join(module for module, path in modules))
        d.setVar('SECTION:' + package, 'kernel')
    known = (d.getVar('PACKAGES') or '').split()
    d.setVar('PACKAGES', ' '.join([p for p in found if p not in known] + known))
    meta = d.getVar('KERNEL_MODULES_META_PACKAGE')
    if meta:
        d.appendVar('RDEPENDS:' + meta, ' ' + ' '.join(p for p in found if p != meta))
}
