# SPDX-License-Identifier: MIT
# What a recipe gives to others to build with, and a sysroot for each recipe of what its DEPENDS give.

SYSROOT_DESTDIR = "${WORKDIR}/sysroot-destdir"
SYSROOT_DIRS ?= "${includedir} ${libdir} ${base_libdir} ${datadir}/pkgconfig ${datadir}/aclocal"
SYSROOT_DIRS_NATIVE = "${bindir} ${sbindir} ${base_bindir} ${base_sbindir} ${sysconfdir} ${datadir} ${libexecdir}"
SYSROOT_DIRS:append:class-native = " ${SYSROOT_DIRS_NATIVE}"
SYSROOT_DIRS_IGNORE ?= "${mandir} ${docdir} ${infodir} ${datadir}/locale"
SYSROOT_PREPROCESS_FUNCS ?= ""

SSTATETASKS += "do_populate_sysroot"
do_populate_sysroot[sstate-inputdirs] = "${SYSROOT_DESTDIR}"
do_populate_sysroot[sstate-outputdirs] = "${COMPONENTS_DIR}/${PACKAGE_ARCH}/${PN}"
do_populate_sysroot[cleandirs] = "${SYSROOT_DESTDIR}"
do_populate_sysroot[doc] = "Sets aside what other recipes build with"

addtask populate_sysroot after do_install
python do_populate_sysroot() {
    import shutil
    target = d.getVar('SYSROOT_DESTDIR')
    ignore = [os.path.normpath(d.getVar('D') + p) for p in (d.getVar('SYSROOT_DIRS_IGNORE') or '').split()]
    for folder in (d.getVar('SYSROOT_DIRS') or '').split():
        source = d.getVar('D') + folder
        if os.path.isdir(source) and not os.path.islink(source):
            shutil.copytree(source, target + folder, symlinks=True, dirs_exist_ok=True,
                            ignore=lambda at, names: [n for n in names if os.path.join(at, n) in ignore])
    for function in command_list('SYSROOT_PREPROCESS_FUNCS', d):
        bb.build.exec_func(function, d)
}

python () {
    d.appendVarFlag('do_populate_sysroot', 'vardeps', ' ' + ' '.join(command_list('SYSROOT_PREPROCESS_FUNCS', d)))
}

addtask do_populate_sysroot_setscene
python do_populate_sysroot_setscene() {
    sstate_setscene(d)
}

def task_depdata(d):
    """What this task depends on, with everything that those depend on: a list of (pn, task name)."""
    data = d.getVar('BB_TASKDEPDATA', False) or {}
    return [(entry[0], entry[1]) for entry in data.values()]

do_prepare_recipe_sysroot[deptask] = "do_populate_sysroot"
do_prepare_recipe_sysroot[cleandirs] = "${RECIPE_SYSROOT} ${RECIPE_SYSROOT_NATIVE}"
do_prepare_recipe_sysroot[doc] = "Fills the recipe's sysroot from its DEPENDS"
addtask prepare_recipe_sysroot before do_configure after do_fetch
python do_prepare_recipe_sysroot() {
    components = d.getVar('COMPONENTS_DIR')
    archs = (d.getVar('SSTATE_ARCHS') or '').split()
    for pn in sorted({pn for pn, task in task_depdata(d) if task == 'do_populate_sysroot'}):
        for arch in archs:
            source = os.path.join(components, arch, pn)
            if not os.path.isdir(source) or source == d.getVar('DEBIAN_TOOLS_DIR'):
                continue
            native = arch == d.getVar('BUILD_ARCH')
            target = d.getVar('RECIPE_SYSROOT_NATIVE' if native else 'RECIPE_SYSROOT')
            run_host(['cp', '-al', source + '/.', target], d)
            break
}
do_prepare_recipe_sysroot[vardepsexclude] += "BB_TASKDEPDATA COMPONENTS_DIR DEBIAN_TOOLS_DIR"
task_depdata[vardepsexclude] = "BB_TASKDEPDATA"
