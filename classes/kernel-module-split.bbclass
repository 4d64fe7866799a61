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

def kernel_module_section(f, wanted):
    """The content of one section of a 64-bit little-endian ELF file, without reading the rest."""
    import struct
    head = f.read(64)
    if len(head) < 64 or head[:6] != b'\x7fELF\x02\x01':
        return b''
    table, = struct.unpack_from('<Q', head, 40)
    size, count, names = struct.unpack_from('<HHH', head, 58)
    f.seek(table)
    rows = f.read(size * count)
    # name, (type, flags, address), offset, size
    sections = [struct.unpack_from('<I20xQQ', rows, i * size) for i in range(count)]
    f.seek(sections[names][1])
    texts = f.read(sections[names][2])
    for name, offset, length in sections:
        if texts[name:texts.index(b'\0', name)] == wanted:
            f.seek(offset)
            return f.read(length)
    return b''

def kernel_module_info(path):
    """{key: [values]} of what a module says about itself."""
    with open(path, 'rb') as f:
        strings = kernel_module_section(f, b'.modinfo').split(b'\0')
    found = {}
    for string in strings:
        key, sign, value = string.decode('utf-8', 'replace').partition('=')
        if sign:
            found.setdefault(key, []).append(value)
    return found

def kernel_module_needs(info):
    """The modules that must be there first, and the names (modules' or aliases) that should be loaded before."""
    depends = [name for value in info.get('depends', []) for name in value.split(',') if name]
    before = []
    for value in info.get('softdep', []):
        kind = None
        for word in value.split():
            if word in ('pre:', 'post:'):
                kind = word
            elif kind == 'pre:':
                before.append(word)
    return depends, before

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
    found, aliases = {}, {}
    for path in package_tree(root + base):
        if path.endswith('.ko'):
            module = os.path.basename(path)[:-len('.ko')]
            package = kernel_module_package(module, d)
            info = kernel_module_info(root + base + path)
            found.setdefault(package, []).append((module, base + path, info))
            for alias in info.get('alias', []):
                aliases.setdefault(alias, []).append(package)
    for package, modules in found.items():
        files, needs, wants = [], set(), set()
        for module, path, info in modules:
            depends, before = kernel_module_needs(info)
            needs.update(kernel_module_package(name, d) for name in depends)
            for name in before:
                wants.update(aliases.get(name) or [kernel_module_package(name, d)])
            files += [path] + kernel_module_conf(module, package, d)
        d.setVar('FILES:' + package, ' '.join(files))
        d.setVar('RDEPENDS:' + package, ' '.join(sorted(needs - {package})))
        d.setVar('RRECOMMENDS:' + package, ' '.join(sorted(wants - needs - {package})))
        d.setVar('SUMMARY:' + package, 'kernel module ' + ', '.join(module for module, path, info in modules))
        d.setVar('SECTION:' + package, 'kernel')
    known = (d.getVar('PACKAGES') or '').split()
    d.setVar('PACKAGES', ' '.join([p for p in found if p not in known] + known))
    meta = d.getVar('KERNEL_MODULES_META_PACKAGE')
    if meta:
        d.appendVar('RDEPENDS:' + meta, ' ' + ' '.join(p for p in found if p != meta))
}
