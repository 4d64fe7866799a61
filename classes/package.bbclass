# SPDX-License-Identifier: MIT
# Splits what was installed into ${D} into the packages that PACKAGES names, and records what is known of each.
#
# A package gets the files that its FILES matches and that no package before it in PACKAGES got. The record of a recipe is
# one JSON file, ${PKGDATA_DIR}/${PN}.json:
#   { "pn", "packages": { NAME: { "version", "arch", "section", "summary", "empty", "rdepends", "rrecommends",
#     "rprovides", "rconflicts", "rreplaces", "conffiles", "alternatives", "sonames", "scripts" } } }
# Dependencies on libraries are found by their ELF sonames.
#
# A package is a list of paths in ${PKGD}; no tree is made for each. A kernel has thousands of packages, and every file
# operation has its price under fakeroot.

PKGD = "${WORKDIR}/package"
PKGDESTWORK = "${WORKDIR}/pkgdata"

# Shell or Python functions that may change ${PKGD} or PACKAGES and FILES before the split.
PACKAGE_PREPROCESS_FUNCS ?= ""
PACKAGESPLITFUNCS ?= ""
INHIBIT_PACKAGE_STRIP ?= ""
EXCLUDE_FROM_SHLIBS ?= ""
INSANE_SKIP ?= ""

def package_variable(name, package, d):
    """`name` for `package`: NAME:package if set, else NAME."""
    value = d.getVar('%s:%s' % (name, package))
    return value if value is not None else (d.getVar(name) or '')

def package_dependencies(name, package, d):
    """The names in a list such as RDEPENDS, each with its version conditions."""
    try:
        found = bb.utils.explode_dep_versions2(package_variable(name, package, d))
    except ValueError as e:
        bb.fatal("%s of %s: %s" % (name, package, e))
    return {dep: list(conditions) for dep, conditions in sorted(found.items())}

def elf_machine(path):
    """The ELF machine number of an executable or a shared library, or None."""
    try:
        with open(path, 'rb') as f:
            head = f.read(20)
    except OSError:
        return None
    if len(head) < 20 or head[:4] != b'\x7fELF' or head[16] not in (2, 3):
        return None
    return head[18] | head[19] << 8

def package_tree(root):
    """All paths below `root`, as in the package ('/usr', '/usr/bin' ...), parents first."""
    found = []
    for folder, folders, files in os.walk(root):
        folders.sort()
        inside = folder[len(root):]
        found += [inside + '/' + name for name in sorted(folders + files)]
    return found

def is_real_dir(path):
    return os.path.isdir(path) and not os.path.islink(path)

def package_match(root, patterns, d):
    """The paths below `root` that `patterns` match, each with all below it."""
    import glob
    matched = []
    for pattern in patterns:
        pattern = os.path.normpath('/' + pattern.lstrip('./')) if not pattern.startswith('/') else os.path.normpath(pattern)
        full = root + pattern
        hits = [full] if os.path.lexists(full) else []
        if not hits and any(c in pattern for c in '*?['):
            hits = sorted(glob.glob(glob.escape(root) + pattern))
        for hit in hits:
            matched.append(hit[len(root):])
            if is_real_dir(hit):
                matched += [hit[len(root):] + below for below in package_tree(hit)]
    return matched

def package_populate(d):
    """{package: its paths, sorted, without the folders that lead to them}; in the order of PACKAGES."""
    root = d.getVar('PKGD')
    packages = (d.getVar('PACKAGES') or '').split()
    twice = sorted({p for p in packages if packages.count(p) > 1}) if len(set(packages)) != len(packages) else []
    if twice:
        bb.warn("%s is listed in PACKAGES more than once" % ' '.join(twice))
    tree = package_tree(root)
    folders = {path for path in tree if is_real_dir(root + path)}
    filled = {os.path.dirname(path) for path in tree}
    taken, result = set(), {}
    for package in dict.fromkeys(packages):
        matched = [p for p in package_match(root, package_variable('FILES', package, d).split(), d) if p not in taken]
        files = {p for p in matched if p not in folders}
        taken |= files
        # A folder counts where it is empty, or where the package has a file in it.
        result[package] = sorted(files | {p for p in matched if p in folders and p not in filled}) or []
    unshipped = [path for path in tree if path not in taken and path not in folders]
    if unshipped and 'installed-vs-shipped' not in package_variable('INSANE_SKIP', d.getVar('PN'), d).split():
        bb.fatal("QA Issue: %s: Files/directories were installed but not shipped in any package:\n  %s\n"
                 "Please set FILES such that these items are packaged. Alternatively if they are unneeded, avoid "
                 "installing them or delete them within do_install." % (d.getVar('PN'), '\n  '.join(unshipped)))
    return result

def package_strip(d):
    """Removes what a program does not need to run, from each ELF file for the target."""
    root = d.getVar('PKGD')
    for path in package_tree(root):
        full = root + path
        if os.path.islink(full) or not os.path.isfile(full) or elf_machine(full) is None:
            continue
        known = os.stat(full)
        short = full + '.stripped'
        run_host([d.getVar('STRIP'), '--strip-unneeded', '--remove-section=.comment', '-o', short, full], d)
        os.chown(short, known.st_uid, known.st_gid)
        os.chmod(short, known.st_mode & 0o7777)
        os.rename(short, full)

def package_elf_needs(root, paths, d):
    """({soname provided: path}, {soname needed: a file that needs it}) of the ELF files among `paths`."""
    import re
    files = [root + p for p in paths]
    files = [f for f in files if not os.path.islink(f) and os.path.isfile(f) and elf_machine(f) is not None]
    provided, needed = {}, {}
    for start in range(0, len(files), 200):
        part = files[start:start + 200]
        current = part[0]
        for line in run_host([d.getVar('READELF'), '-dW'] + part, d).splitlines():
            if line.startswith('File: '):
                current = line[len('File: '):]
            tag = re.search(r'\((NEEDED|SONAME)\).*\[(.*)\]', line)
            if tag and tag.group(1) == 'SONAME':
                provided[tag.group(2)] = current[len(root):]
            elif tag:
                needed.setdefault(tag.group(2), current[len(root):])
    return provided, needed

def package_records(d):
    """The records of the recipes that this task depends on, by recipe name."""
    import json
    records = {}
    depended = sorted({pn for pn, task in task_depdata(d) if task == 'do_packagedata'} - {d.getVar('PN')})
    for pn in depended:
        path = os.path.join(d.getVar('PKGDATA_DIR'), pn + '.json')
        if os.path.exists(path):
            with open(path) as f:
                records[pn] = json.load(f)
    return records

def package_shlibs(packages, d):
    """{package: (sonames, packages needed for the sonames its files need)}."""
    if d.getVar('EXCLUDE_FROM_SHLIBS') == '1':
        return {}
    elf = {package: package_elf_needs(d.getVar('PKGD'), paths, d) for package, paths in packages.items() if paths}
    provider = {}
    for record in package_records(d).values():
        for package, known in record['packages'].items():
            for soname in known['sonames']:
                provider.setdefault(soname, package)
    for package in elf:
        for soname in elf[package][0]:
            provider[soname] = package
    result = {}
    for package in elf:
        provided, needed = elf[package]
        wanted = set()
        for soname, user in sorted(needed.items()):
            if soname in provided or soname in (d.getVar('ASSUME_SHLIBS') or '').split():
                continue
            if soname in provider:
                wanted.add(provider[soname])
            elif 'file-rdeps' not in package_variable('INSANE_SKIP', package, d).split():
                bb.fatal("QA Issue: %s contained in package %s requires %s, but no providers found in the packages of "
                         "DEPENDS [file-rdeps]" % (user, package, soname))
        wanted.discard(package)
        result[package] = (sorted(provided), sorted(wanted))
    return result

def package_record(package, paths, shlibs, d):
    """What is written down about one package."""
    sonames, libraries = shlibs.get(package, ([], []))
    rdepends = package_dependencies('RDEPENDS', package, d)
    for library in libraries:
        rdepends.setdefault(library, [])
    scripts = {}
    for script in ('pkg_preinst', 'pkg_postinst', 'pkg_postinst_ontarget', 'pkg_prerm', 'pkg_postrm'):
        text = d.getVar('%s:%s' % (script, package))
        if text and text.strip():
            scripts[script[len('pkg_'):]] = text.strip('\n') + '\n'
    return {
        'version': d.getVar('PKGV').replace('-', '+') + '-' + d.getVar('PKGR'),
        'arch': 'all' if d.getVar('PACKAGE_ARCH') == 'allarch' else d.getVar('PACKAGE_ARCH'),
        'section': package_variable('SECTION', package, d),
        'summary': package_variable('SUMMARY', package, d),
        'license': package_variable('LICENSE', package, d),
        'empty': not paths and package_variable('ALLOW_EMPTY', package, d) != '1',
        'rdepends': rdepends,
        'rrecommends': package_dependencies('RRECOMMENDS', package, d),
        'rprovides': sorted(package_dependencies('RPROVIDES', package, d)),
        'rconflicts': sorted(package_dependencies('RCONFLICTS', package, d)),
        'rreplaces': sorted(package_dependencies('RREPLACES', package, d)),
        'conffiles': package_variable('CONFFILES', package, d).split(),
        'alternatives': alternatives_of(package, d),
        'sonames': sonames,
        'scripts': scripts,
    }

def alternatives_of(package, d):
    """[link, target, priority] of each name in ALTERNATIVE:<package> (see update-alternatives.bbclass)."""
    found = []
    for name in package_variable('ALTERNATIVE', package, d).split():
        link = d.getVarFlag('ALTERNATIVE_LINK_NAME', name) or d.expand('${bindir}/' + name)
        target = (d.getVarFlag('ALTERNATIVE_TARGET_' + package, name) or d.getVarFlag('ALTERNATIVE_TARGET', name)
                  or d.getVar('ALTERNATIVE_TARGET_' + package) or d.getVar('ALTERNATIVE_TARGET') or link)
        if target == link:
            target = link + '.' + d.getVar('BPN')
        priority = (d.getVarFlag('ALTERNATIVE_PRIORITY_' + package, name) or d.getVarFlag('ALTERNATIVE_PRIORITY', name)
                    or d.getVar('ALTERNATIVE_PRIORITY_' + package) or d.getVar('ALTERNATIVE_PRIORITY') or '10')
        found.append([link, target, int(priority)])
    return found

def alternatives_rename(d):
    """A file that stands where an alternative's link will be gets the recipe's name as an ending."""
    root = d.getVar('PKGD')
    for package in (d.getVar('PACKAGES') or '').split():
        for link, target, priority in alternatives_of(package, d):
            if target == link + '.' + d.getVar('BPN') and os.path.lexists(root + link):
                os.rename(root + link, root + target)
                if package_variable('FILES', package, d):
                    d.appendVar('FILES:' + package, ' ' + target)

addtask package after do_install
do_package[dirs] = "${WORKDIR}"
do_package[cleandirs] = "${PKGD}"
do_package[deptask] = "do_packagedata"
do_package[vardeps] += "PACKAGE_PREPROCESS_FUNCS PACKAGESPLITFUNCS ${@package_vardeps(d)}"
do_package[doc] = "Splits ${D} into packages"
fakeroot python do_package() {
    import json
    run_host(['cp', '-al', d.getVar('D') + '/.', d.getVar('PKGD')], d)
    for function in command_list('PACKAGE_PREPROCESS_FUNCS', d) + command_list('PACKAGESPLITFUNCS', d):
        bb.build.exec_func(function, d)
    alternatives_rename(d)
    if d.getVar('INHIBIT_PACKAGE_STRIP') != '1':
        package_strip(d)
    packages = package_populate(d)
    shlibs = package_shlibs(packages, d)
    record = {'pn': d.getVar('PN'),
              'packages': {package: package_record(package, paths, shlibs, d) for package, paths in packages.items()}}
    for name, content in (('record', record), ('files', packages)):
        with open(d.expand('${WORKDIR}/package-%s.json' % name), 'w') as f:
            json.dump(content, f, indent=1, sort_keys=True)
            f.write('\n')
}

python () {
    # The functions named are part of what do_package does.
    for variable in ('PACKAGE_PREPROCESS_FUNCS', 'PACKAGESPLITFUNCS'):
        d.appendVarFlag(variable, 'vardeps', ' ' + ' '.join(command_list(variable, d)))
}

def package_vardeps(d):
    """The variables that this recipe's packages are made by."""
    packages = (d.getVar('PACKAGES') or '').split()
    names = (d.getVar('PACKAGEVARS') or '').split() + ['ALTERNATIVE', 'INSANE_SKIP', 'LICENSE']
    found = ['PACKAGES'] + names
    found += ['%s:%s' % (name, package) for name in names for package in packages
              if d.getVar('%s:%s' % (name, package), False) is not None]
    return ' '.join(found)

SSTATETASKS += "do_packagedata"
do_packagedata[sstate-inputdirs] = "${PKGDESTWORK}"
do_packagedata[sstate-outputdirs] = "${PKGDATA_DIR}"
do_packagedata[cleandirs] = "${PKGDESTWORK}"
do_packagedata[stamp-extra-info] = "${MACHINE_ARCH}"
do_packagedata[doc] = "Makes the record of the recipe's packages known to others"
addtask packagedata after do_package before do_build
python do_packagedata() {
    import shutil
    shutil.copyfile(d.expand('${WORKDIR}/package-record.json'), d.expand('${PKGDESTWORK}/${PN}.json'))
}
addtask do_packagedata_setscene
python do_packagedata_setscene() {
    sstate_setscene(d)
}
