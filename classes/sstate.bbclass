# SPDX-License-Identifier: MIT
# Shared state: the result of a task of SSTATETASKS is kept as an object in SSTATE_DIR and, next time, put in place by the
# task's setscene variant instead of being made again.
#
# Such a task has the flags sstate-inputdirs and sstate-outputdirs: what it made, and the shared folders that this goes
# to. What was put there is listed in a manifest, so that it can be removed again. sstate-plaindirs are folders of the
# task's own that are restored where they were.

SSTATE_VERSION = "12"
SSTATE_PKGARCH = "${PACKAGE_ARCH}"
SSTATE_PKGSPEC = "sstate:${PN}:${PACKAGE_ARCH}${TARGET_VENDOR}-${TARGET_OS}:${PV}:${PR}:${SSTATE_PKGARCH}:${SSTATE_VERSION}:"
SSTATE_SWSPEC = "sstate:${PN}::${PV}:${PR}::${SSTATE_VERSION}:"
BB_HASHFILENAME = "False ${SSTATE_PKGSPEC} ${SSTATE_SWSPEC}"

SSTATE_MANIFESTS ?= "${TMPDIR}/sstate-control"
SSTATE_MANMACH ?= "${SSTATE_PKGARCH}"
SSTATE_MANFILEPREFIX = "${SSTATE_MANIFESTS}/manifest-${SSTATE_MANMACH}-${PN}"
SSTATE_ALLOW_OVERLAP_FILES ?= ""
SSTATE_SKIP_CREATION ?= "0"
SSTATE_MIRRORS ?= ""
SSTATETASKS ?= ""
SSTATETASKS[type] = "list"

BB_HASHCHECK_FUNCTION = "sstate_checkhashes"
BB_SETSCENE_DEPVALID = "setscene_depvalid"

# Where objects lie and where their content goes does not change what is in them.
sstate_archive[vardepsexclude] = "BB_UNIHASH BB_TASKHASH SSTATE_DIR SSTATE_PKGSPEC"
sstate_checkhashes[vardepsexclude] = "SSTATE_DIR SSTATE_MIRRORS"
sstate_task_postfunc[vardepsexclude] += "SSTATE_MANFILEPREFIX WORKDIR SSTATE_SKIP_CREATION"
sstate_task_prefunc[vardepsexclude] += "SSTATE_MANFILEPREFIX"

python () {
    tasks = d.getVar('__BBTASKS', False) or []
    for task in sorted(set((d.getVar('SSTATETASKS') or '').split())):
        if task not in tasks:
            continue
        d.prependVarFlag(task, 'prefuncs', 'sstate_task_prefunc ')
        d.appendVarFlag(task, 'postfuncs', ' sstate_task_postfunc')
        if d.getVarFlag(task + '_setscene', 'func', False):
            d.setVarFlag(task + '_setscene', 'dirs', d.getVar('WORKDIR'))
}

def sstate_task(d):
    """The task that is running, without do_ and _setscene."""
    task = d.getVar('BB_CURRENTTASK')
    if task.startswith('do_'):
        task = task[3:]
    if task.endswith('_setscene'):
        task = task[:-len('_setscene')]
    return task

def sstate_archive_name(spec, task_hash, task, d):
    """The object's file below SSTATE_DIR: two levels of folders keep each of them small."""
    name = '%s%s_%s' % (spec, task_hash, task)
    limit = 254 - len('.tar.zst.siginfo')
    if len(name) > limit:
        fields = spec.split(':')
        room = limit - (len(name) - len(fields[1]) - len(fields[3]))
        fields[1], fields[3] = fields[1][:room // 2], fields[3][:room // 2]
        name = '%s%s_%s' % (':'.join(fields), task_hash, task)
    return os.path.join(d.getVar('SSTATE_DIR'), task_hash[:2], task_hash[2:4], name + '.tar.zst')

def sstate_archive(task, d):
    return sstate_archive_name(d.getVar('SSTATE_PKGSPEC'), d.getVar('BB_UNIHASH') or d.getVar('BB_TASKHASH'), task, d)

def sstate_manifest(task, d):
    extra = d.getVarFlag('do_' + task, 'stamp-extra-info') or ''
    return d.getVar('SSTATE_MANFILEPREFIX') + '.' + task + ('.' + extra if extra else '')

def sstate_dirs(task, d):
    """(name in the object, folder the task made, shared folder or None) for each folder of the task's result."""
    flags = [(d.getVarFlag('do_' + task, f) or '').split()
             for f in ('sstate-inputdirs', 'sstate-outputdirs', 'sstate-plaindirs')]
    if len(flags[0]) != len(flags[1]):
        bb.fatal("do_%s: sstate-inputdirs and sstate-outputdirs differ in length" % task)
    pairs = list(zip(flags[0], flags[1])) + [(plain, None) for plain in flags[2]]
    return [('%d-%s' % (i, os.path.basename(os.path.normpath(src))), os.path.normpath(src), dst)
            for i, (src, dst) in enumerate(pairs)]

def sstate_install_result(task, folders, d):
    import bb.sstate
    pairs = [(src, dst) for src, dst in folders if dst]
    try:
        bb.sstate.install(pairs, sstate_manifest(task, d), d)
    except bb.sstate.SstateError as e:
        bb.fatal(str(e))

python sstate_task_prefunc() {
    import bb.sstate
    task = sstate_task(d)
    bb.sstate.clean(sstate_manifest(task, d), d)
    for name, source, shared in sstate_dirs(task, d):
        bb.utils.mkdirhier(source)
}

python sstate_task_postfunc() {
    import bb.sstate
    task = sstate_task(d)
    folders = sstate_dirs(task, d)
    sstate_install_result(task, [(source, shared) for name, source, shared in folders], d)
    if d.getVar('SSTATE_SKIP_CREATION') == '1':
        return
    staged = d.expand('${WORKDIR}/sstate-build-' + task)
    bb.utils.remove(staged, recurse=True)
    bb.utils.mkdirhier(staged)
    for name, source, shared in folders:
        run_host(['cp', '-al', source, os.path.join(staged, name)], d)
    archive = sstate_archive(task, d)
    try:
        bb.utils.mkdirhier(os.path.dirname(archive))
        bb.sstate.pack(archive, staged, task=task, pn=d.getVar('PN'),
                       hash=d.getVar('BB_UNIHASH') or d.getVar('BB_TASKHASH'), d=d)
        bb.siggen.dump_this_task(archive + '.siginfo', d)
    except (bb.sstate.SstateError, OSError) as e:
        bb.warn("no shared state object made for do_%s: %s" % (task, e))
    bb.utils.remove(staged, recurse=True)
}

def sstate_setscene(d):
    """What each setscene task does: puts the object's content where the task itself would have put its result."""
    import bb.sstate
    task = sstate_task(d)
    archive = sstate_archive(task, d)
    staged = d.expand('${WORKDIR}/sstate-install-' + task)
    bb.sstate.clean(sstate_manifest(task, d), d)
    bb.utils.remove(staged, recurse=True)
    bb.utils.mkdirhier(os.path.dirname(staged))
    if not bb.sstate.lookup([archive], d):
        sstate_fetch([archive], True, d)
    try:
        bb.sstate.unpack(archive, staged, d)
    except (bb.sstate.SstateError, OSError) as e:
        bb.warn("do_%s cannot be restored and will run instead: %s" % (task, e))
        raise bb.BBHandledException()
    install = []
    folders = [(os.path.join(staged, name), source, shared) for name, source, shared in sstate_dirs(task, d)]
    for content, source, shared in folders:
        if os.path.islink(content) or not os.path.isdir(content):
            bb.warn("do_%s cannot be restored and will run instead: '%s' has no folder '%s'"
                    % (task, archive, os.path.basename(content)))
            bb.utils.remove(staged, recurse=True)
            raise bb.BBHandledException()
    for content, source, shared in folders:
        if shared:
            install.append((content, shared))
        else:
            bb.utils.remove(source, recurse=True)
            bb.utils.mkdirhier(os.path.dirname(source))
            bb.utils.rename(content, source)
    sstate_install_result(task, install, d)
    bb.utils.remove(staged, recurse=True)

def sstate_fetch(archives, download, d):
    """Those of `archives` that one of SSTATE_MIRRORS has; brought into SSTATE_DIR where `download` is set."""
    mirrors = d.getVar('SSTATE_MIRRORS')
    if not mirrors:
        return []
    root = d.getVar('SSTATE_DIR')
    local = d.createCopy()
    local.setVar('DL_DIR', root)
    local.setVar('PREMIRRORS', mirrors)
    local.setVar('MIRRORS', '')
    local.setVar('FILESPATH', root)
    local.delVar('BB_FETCH_PREMIRRORONLY')
    found = []
    for archive in archives:
        relative = os.path.relpath(archive, root)
        uri = 'file://%s;downloadfilename=%s' % (relative, relative)
        try:
            fetcher = bb.fetch2.Fetch([uri], local, cache=False)
            if download:
                bb.utils.mkdirhier(os.path.dirname(archive))
                fetcher.download()
            else:
                fetcher.checkstatus()
            found.append(archive)
        except bb.fetch2.BBFetchException:
            pass
    return found

def sstate_checkhashes(sq_data, d, siginfo=False, currentcount=0, summary=True, **kwargs):
    """BB_HASHCHECK_FUNCTION: the tasks of sq_data for which there is an object."""
    import bb.sstate
    wanted = {}
    for tid in sq_data['hash']:
        task = tid.rpartition(':')[2][len('do_'):]
        spec = sq_data['hashfn'][tid].split(' ')[1]
        path = sstate_archive_name(spec, sq_data['hash'][tid], task, d) + ('.siginfo' if siginfo else '')
        wanted.setdefault(path, []).append(tid)
    local = bb.sstate.lookup(sorted(wanted), d)
    rest = sorted(set(wanted) - set(local))
    mirrored = sstate_fetch(rest, False, d) if rest else []
    found = set()
    for path in list(local) + mirrored:
        found.update(wanted[path])
    if summary:
        total = len(sq_data['hash'])
        missed = total - len(found)
        match = 100 * len(found) // total if total else 0
        complete = 100 * (len(found) + currentcount) // (total + currentcount) if total + currentcount else 0
        bb.plain("Sstate summary: Wanted %d Local %d Mirrors %d Missed %d Current %d (%d%% match, %d%% complete)"
                 % (total, sum(len(wanted[p]) for p in local), sum(len(wanted[p]) for p in mirrored), missed,
                    currentcount, match, complete))
    return found

def setscene_depvalid(task, taskdependees, notneeded, d, log=None):
    """
    True when restoring `task` is not called for by any of the tasks that depend on it: those which themselves are
    restored need nothing of what it took to make them.
    """
    restored = ('do_packagedata', 'do_package_write_deb', 'do_populate_sysroot', 'do_deploy')
    name = taskdependees[task][1]
    for other, (pn, dependee, fn) in taskdependees.items():
        if other == task or other in notneeded:
            continue
        if name == 'do_deploy' and dependee != 'do_deploy':
            return False
        if dependee not in restored:
            return False
    return True

def sstate_clean_all(d):
    """Takes back what all tasks of this recipe put into shared folders."""
    import bb.sstate
    import glob
    prefix = d.getVar('SSTATE_MANFILEPREFIX')
    for manifest in sorted(glob.glob(glob.escape(prefix) + '.*')):
        bb.sstate.clean(manifest, d)

def sstate_delete_objects(d):
    import bb.sstate
    count = bb.sstate.remove(d, 'sstate:%s:*' % d.getVar('PN'))
    bb.note("removed %d shared state objects" % count)
