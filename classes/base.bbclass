# SPDX-License-Identifier: MIT
# The tasks of an ordinary recipe, from its sources to ${D}. Read for every recipe.

inherit utils
inherit hosttools
inherit staging
inherit sstate
inherit package
inherit clean
inherit license

BB_DEFAULT_TASK ?= "build"
CLASSOVERRIDE ?= "class-target"

BASEDEPENDS = ""
BASEDEPENDS:class-target = "virtual/${TARGET_PREFIX}gcc virtual/libc"
DEPENDS:prepend = "${@'' if d.getVar('INHIBIT_DEFAULT_DEPS') == '1' else d.getVar('BASEDEPENDS') + ' '}"

# The patterns of FILESEXTRAPATHS stand before the recipe's own folders.
FILESPATH:prepend = "${@files_extra_paths(d)}"

def files_extra_paths(d):
    """FILESEXTRAPATHS, each folder followed by its sub-folders for the overrides that choose files."""
    extra = (d.getVar('FILESEXTRAPATHS') or '').split(':')
    overrides = [o for o in (d.getVar('FILESOVERRIDES') or '').split(':') if o]
    paths = []
    for folder in extra:
        if folder and folder != '__default':
            paths += [os.path.join(folder, o) for o in reversed(overrides)] + [folder]
    own = []
    for name in d.expand('${BP} ${BPN} files').split():
        own += [os.path.join(d.getVar('FILE_DIRNAME'), name, o) for o in reversed(overrides)]
    return ''.join(p + ':' for p in paths + own)

##################################################################
# Sources
##################################################################

addtask fetch
do_fetch[dirs] = "${DL_DIR}"
do_fetch[file-checksums] = "${@bb.fetch.get_checksum_file_list(d)}"
do_fetch[network] = "1"
do_fetch[vardeps] += "SRCREV SOURCE_REVISIONS APT_RELEASE"
# What floating revisions stand for today.
SOURCE_REVISIONS = "${@bb.fetch.get_hashvalue(d)}"
SOURCE_REVISIONS[vardepvalue] = "${SOURCE_REVISIONS}"
python base_do_fetch() {
    uris = (d.getVar('SRC_URI') or '').split()
    if not uris:
        return
    try:
        bb.fetch2.Fetch(uris, d).download()
    except bb.fetch2.BBFetchException as e:
        bb.fatal(str(e))
}

addtask unpack after do_fetch
do_unpack[dirs] = "${WORKDIR}"
do_unpack[cleandirs] = "${@unpack_cleandirs(d)}"
def unpack_cleandirs(d):
    """S, when it is a folder of the recipe's own below WORKDIR: what an older version unpacked must not remain."""
    source = os.path.normpath(d.getVar('S'))
    work = os.path.normpath(d.getVar('WORKDIR'))
    return source if source.startswith(work + '/') else ''
python base_do_unpack() {
    uris = (d.getVar('SRC_URI') or '').split()
    if not uris:
        return
    try:
        bb.fetch2.Fetch(uris, d).unpack(d.getVar('UNPACKDIR'))
    except bb.fetch2.BBFetchException as e:
        bb.fatal(str(e))
}

addtask patch after do_unpack
do_patch[dirs] = "${WORKDIR}"
python base_do_patch() {
    source = d.getVar('S')
    fetcher = bb.fetch2.Fetch((d.getVar('SRC_URI') or '').split(), d)
    for uri in fetcher.urls:
        kind, host, path, user, password, parameters = bb.fetch2.decodeurl(uri)
        name = os.path.basename(path)
        applies = name.endswith(('.patch', '.diff')) if 'apply' not in parameters else parameters['apply'] == 'yes'
        if kind != 'file' or not applies:
            continue
        folder = parameters.get('patchdir', source)
        if not os.path.isabs(folder):
            folder = os.path.join(source, folder)
        bb.note("Applying patch '%s'" % name)
        run_host(['patch', '-p' + parameters.get('striplevel', '1'), '-N', '-F', '0', '--no-backup-if-mismatch',
                  '-d', folder, '-i', fetcher.localpath(uri)], d)
}

##################################################################
# Building
##################################################################

DEBIAN_TOOLS_DEPENDS ?= "debian-tools-${TARGET_ARCH}:do_populate_sysroot"
do_prepare_recipe_sysroot[depends] += "${DEBIAN_TOOLS_DEPENDS}"

addtask configure after do_patch do_prepare_recipe_sysroot
do_configure[dirs] = "${B}"
base_do_configure() {
	:
}

addtask compile after do_configure
do_compile[dirs] = "${B}"
base_do_compile() {
	if [ -e Makefile -o -e makefile -o -e GNUmakefile ]; then
		oe_runmake || die "make failed"
	else
		bbnote "nothing to compile"
	fi
}

addtask install after do_compile
do_install[dirs] = "${B}"
do_install[cleandirs] = "${D}"
do_install[umask] = "022"
base_do_install() {
	:
}

do_build[dirs] = "${TOPDIR}"
do_build[noexec] = "1"
do_build[recrdeptask] += "do_deploy"
addtask build after do_populate_sysroot
base_do_build() {
	:
}

EXPORT_FUNCTIONS do_fetch do_unpack do_patch do_configure do_compile do_install do_build

die() {
	bbfatal "$*"
}

addtask listtasks
do_listtasks[nostamp] = "1"
python do_listtasks() {
    descriptions = {}
    for task in d.getVar('__BBTASKS', False) or []:
        descriptions[task] = d.getVarFlag(task, 'doc') or ''
    width = max(len(task) for task in descriptions)
    for task in sorted(descriptions):
        bb.plain('%-*s  %s' % (width, task, descriptions[task]))
}

do_fetch[doc] = "Fetches what SRC_URI names"
do_unpack[doc] = "Unpacks what was fetched into UNPACKDIR"
do_patch[doc] = "Applies the patches of SRC_URI to S"
do_configure[doc] = "Prepares B for compiling"
do_compile[doc] = "Compiles in B"
do_install[doc] = "Installs into D"
do_build[doc] = "Everything the recipe is for; the default task"
do_listtasks[doc] = "Lists the tasks of a recipe"

##################################################################
# Checks and settings of each recipe
##################################################################

def recipe_is_for_us(d):
    """Skips a recipe that is for another machine or kind of host."""
    import re
    need = d.getVar('COMPATIBLE_MACHINE')
    if need and d.getVar('SOURCE_MIRROR_FETCH') != '1':
        for name in (d.getVar('MACHINEOVERRIDES') or '').split(':'):
            if name and re.match(need, name):
                break
        else:
            raise bb.parse.SkipRecipe("incompatible with machine %s (not in COMPATIBLE_MACHINE)" % d.getVar('MACHINE'))
    need = d.getVar('COMPATIBLE_HOST')
    if need and d.getVar('SOURCE_MIRROR_FETCH') != '1' and not re.match(need, d.getVar('HOST_SYS')):
        raise bb.parse.SkipRecipe("incompatible with host %s (not in COMPATIBLE_HOST)" % d.getVar('HOST_SYS'))

def apply_packageconfig(d):
    """
    PACKAGECONFIG[name] = "if on,if off,DEPENDS,RDEPENDS,RRECOMMENDS,conflicting names": adds up what the names in
    PACKAGECONFIG call for.
    """
    flags = d.getVarFlags('PACKAGECONFIG') or {}
    chosen = (d.getVar('PACKAGECONFIG') or '').split()
    pn = d.getVar('PN')
    known = sorted(name for name in flags if name not in ('doc', 'defaultval', 'export', 'unexport'))
    arguments, build, run, recommend = [], [], [], []
    for name in known:
        fields = flags[name].split(',')
        if len(fields) > 6:
            bb.fatal("%s: PACKAGECONFIG[%s] has more than six fields" % (pn, name))
        fields = [d.expand(field).strip() for field in fields] + [''] * (6 - len(fields))
        if name not in chosen:
            arguments.append(fields[1])
            continue
        arguments.append(fields[0])
        build.append(fields[2])
        run.append(fields[3])
        recommend.append(fields[4])
        rivals = set(fields[5].split()) & set(chosen)
        if rivals:
            bb.fatal("%s: PACKAGECONFIG %s conflicts with %s" % (pn, name, ' '.join(sorted(rivals))))
    unknown = [name for name in chosen if name not in known]
    if unknown and known:
        bb.warn("%s: invalid PACKAGECONFIG: %s" % (pn, ' '.join(unknown)))
    for variable, words in (('DEPENDS', build), ('RDEPENDS:' + pn, run), ('RRECOMMENDS:' + pn, recommend),
                            ('PACKAGECONFIG_CONFARGS', arguments)):
        text = ' '.join(word for word in words if word)
        if text:
            d.appendVar(variable, ' ' + text)

python () {
    recipe_is_for_us(d)
    if d.getVarFlags('PACKAGECONFIG'):
        apply_packageconfig(d)
    if d.getVar('LICENSE') == 'INVALID' and d.getVar('PN') != 'defaultpkgname':
        bb.fatal("This recipe does not have the LICENSE field set (%s)" % d.getVar('PN'))
    if not (d.getVar('SRC_URI') or '').strip():
        for task in ('do_fetch', 'do_unpack'):
            d.setVarFlag(task, 'noexec', '1')
        # It checks the texts of licences.
        if not d.getVar('LIC_FILES_CHKSUM'):
            d.setVarFlag('do_patch', 'noexec', '1')
    # Set here, because a recipe's own do_install replaces the flag.
    d.setVarFlag('do_install', 'fakeroot', '1')
}
