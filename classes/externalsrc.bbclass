# SPDX-License-Identifier: MIT
# Builds a recipe from a source tree that somebody works in, instead of from what SRC_URI names.
#
#   INHERIT += "externalsrc"                          or, for one recipe: INHERIT:pn-xen += "externalsrc"
#   EXTERNALSRC:pn-xen = "/scratch/repos/xen"         the tree; an absolute path
#   EXTERNALSRC_BUILD:pn-xen = "/scratch/repos/xen"   where it is built, if not in the recipe's work folder
#
# The tree is never fetched, unpacked into, patched or removed. What is in it decides whether do_configure and do_compile run
# again: in a git work tree all that git does not ignore, elsewhere all files. Where the tree is built in itself, one task
# at a time works in it, whichever recipe it belongs to.

# Tasks that do what the tree is there instead of.
SRCTREECOVEREDTASKS ?= "do_patch do_unpack do_fetch"
# NAME:TARGET links made in the tree.
EXTERNALSRC_SYMLINKS ?= "oe-workdir:${WORKDIR} oe-logs:${T}"
EXTERNALSRC_LOCK = "singletask.lock"

python () {
    for variable in ('EXTERNALSRC', 'EXTERNALSRC_BUILD'):
        path = d.getVar(variable)
        if path and not os.path.isabs(path):
            bb.fatal("%s must be an absolute path, not '%s'" % (variable, path))
    tree = d.getVar('EXTERNALSRC')
    if not tree:
        return
    d.setVar('S', tree)
    d.setVar('B', d.getVar('EXTERNALSRC_BUILD') or '${WORKDIR}/${BPN}-${PV}')
    # Files of the recipe's own, such as configurations, are still put into the work folder.
    local = [uri for uri in (d.getVar('SRC_URI') or '').split() if uri.startswith('file://')]
    d.setVar('SRC_URI', ' '.join(local))
    # What was made of a tree at one moment is of no use to others, and the tree may change at any time.
    d.setVar('SSTATE_SKIP_CREATION', '1')
    d.setVar('BB_DONT_CACHE', '1')
    externalsrc_tasks(tree, bool(local), d)
}

def externalsrc_tasks(tree, has_local, d):
    """Takes away the tasks that the tree replaces, and tells the others about it."""
    build = d.getVar('B')
    for task in (d.getVar('SRCTREECOVEREDTASKS') or '').split():
        if not (has_local and task in ('do_fetch', 'do_unpack')):
            bb.build.deltask(task, d)
    if has_local:
        # What stood between them is gone.
        bb.build.addtask('do_configure', None, 'do_unpack', d)
    for task in [name for name in d.keys() if name.startswith('do_') and d.getVarFlag(name, 'task')]:
        folders = (d.getVarFlag(task, 'cleandirs') or '').split()
        if folders:
            kept = [folder for folder in folders if os.path.normpath(folder) not in
                    (os.path.normpath(tree), os.path.normpath(d.getVar('EXTERNALSRC_BUILD') or tree))]
            d.setVarFlag(task, 'cleandirs', ' '.join(kept))
        if tree == build and not task.endswith('_setscene'):
            d.appendVarFlag(task, 'lockfiles', ' ${S}/${EXTERNALSRC_LOCK}')
    if tree == build:
        # One tree, one state of it, however many machines it is built for.
        d.setVar('STAMP', '${STAMPS_DIR}/work-shared/${PN}/${EXTENDPE}${PV}-${PR}')
        d.setVar('STAMPCLEAN', '${STAMPS_DIR}/work-shared/${PN}/*-*')
    d.prependVarFlag('do_configure', 'prefuncs', 'externalsrc_configure_prefunc ')
    d.prependVarFlag('do_compile', 'prefuncs', 'externalsrc_compile_prefunc ')
    d.appendVarFlag('do_clean', 'postfuncs', ' externalsrc_unlink')
    for task in ('do_configure', 'do_compile'):
        d.appendVarFlag(task, 'file-checksums', ' ${@externalsrc_checksum_paths(d)}')
    bb.build.addtask('do_buildclean', None, None, d)

python externalsrc_configure_prefunc() {
    externalsrc_links(True, d)
}

python externalsrc_compile_prefunc() {
    bb.plain("NOTE: %s: compiling from external source tree %s" % (d.getVar('PN'), d.getVar('EXTERNALSRC')))
}

python externalsrc_unlink() {
    externalsrc_links(False, d)
}

def externalsrc_links(make, d):
    """Makes the links of EXTERNALSRC_SYMLINKS, or removes them. A tree that others own goes without."""
    tree = d.getVar('EXTERNALSRC')
    names = []
    for word in (d.getVar('EXTERNALSRC_SYMLINKS') or '').split():
        name, colon, target = word.partition(':')
        path = os.path.join(tree, name)
        names.append(name)
        try:
            if os.path.islink(path) and (not make or os.readlink(path) != target):
                os.unlink(path)
            if make and not os.path.lexists(path):
                os.symlink(target, path)
        except OSError as e:
            bb.note("no link %s: %s" % (path, e.strerror))

def externalsrc_git(arguments, d, **environment):
    """What git says about the tree, or None."""
    import subprocess
    result = subprocess.run(['git'] + arguments, cwd=d.getVar('EXTERNALSRC'), stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True,
                            env=dict(os.environ, PATH=d.getVar('PATH'), **environment))
    return result.stdout.strip() if result.returncode == 0 else None

def externalsrc_git_hash(folder, d):
    """The hash of the tree as it is now, as git would commit it; the index of the one who works in it is not touched."""
    import shutil
    import tempfile
    own = [name.partition(':')[0] for name in (d.getVar('EXTERNALSRC_SYMLINKS') or '').split()]
    own += [d.getVar('EXTERNALSRC_LOCK'), '.pc']
    with tempfile.TemporaryDirectory(prefix='externalsrc-') as scratch:
        index = os.path.join(scratch, 'index')
        if os.path.exists(os.path.join(folder, 'index')):
            shutil.copyfile(os.path.join(folder, 'index'), index)
        paths = ['.'] + [':(exclude)' + name for name in own]
        if externalsrc_git(['add', '-A', '--'] + paths, d, GIT_INDEX_FILE=index) is None:
            return None
        # The tree may be a part of what git has.
        prefix = externalsrc_git(['rev-parse', '--show-prefix'], d)
        return externalsrc_git(['write-tree'] + (['--prefix=' + prefix] if prefix else []), d, GIT_INDEX_FILE=index)

def externalsrc_checksum_paths(d):
    """For file-checksums: a file with the hash of the git tree, else every file of the tree."""
    tree = d.getVar('EXTERNALSRC')
    folder = externalsrc_git(['rev-parse', '--absolute-git-dir'], d)
    value = externalsrc_git_hash(folder, d) if folder else None
    if value:
        path = os.path.join(folder, 'oe-devtool-tree-sha1-' + d.getVar('PN'))
        try:
            with open(path) as f:
                known = f.read()
        except OSError:
            known = None
        try:
            if known != value:
                with open(path, 'w') as f:
                    f.write(value)
            return path + ':True'
        except OSError as e:
            bb.note("cannot write %s (%s): the files of the tree are compared one by one" % (path, e.strerror))
    return tree + '/*:True'
externalsrc_checksum_paths[vardepsexclude] += "EXTERNALSRC_SYMLINKS"
externalsrc_git[vardepsexclude] += "PATH"

do_buildclean[nostamp] = "1"
do_buildclean[dirs] = "${B}"
do_buildclean[doc] = "Runs the 'clean' of the tree's Makefile"
do_buildclean() {
	if [ -e Makefile -o -e makefile -o -e GNUmakefile ]; then
		oe_runmake clean || die "make failed"
	else
		bbnote "nothing to do - no makefile found"
	fi
}
