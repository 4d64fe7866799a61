# SPDX-License-Identifier: MIT
# Small functions that recipes and classes share.

def prune_suffix(name, suffixes, d):
    """`name` without the first of `suffixes` that it ends with."""
    for suffix in suffixes:
        if suffix and name.endswith(suffix):
            return name[:-len(suffix)]
    return name

def check_debian_version(package, version, d):
    """
    A recipe's version means something: that of what Debian has, without the epoch and Debian's own part, is
    DEBIAN_UPSTREAM_VERSION or goes on from there.
    """
    import re
    upstream = version.split(':')[-1].rpartition('-')[0] or version
    wanted = d.getVar('DEBIAN_UPSTREAM_VERSION')
    if not re.match(re.escape(wanted) + r'(?![0-9])', upstream):
        bb.fatal("Debian's %s is version %s, and this recipe is for %s: APT_RELEASE names another release, or the recipe "
                 "has to change" % (package, version, wanted))

# Where the recipe's version is written in another way.
DEBIAN_UPSTREAM_VERSION ?= "${PV}"

def set_intersect(variable1, variable2, d):
    """The words that two variables have in common, sorted."""
    both = set((d.getVar(variable1) or '').split()) & set((d.getVar(variable2) or '').split())
    return ' '.join(sorted(both))

def command_list(variable, d):
    """
    The functions that a command list such as ROOTFS_POSTPROCESS_COMMAND names, in order. Separated by blanks, or by
    ';' as before scarthgap.
    """
    return (d.getVar(variable) or '').replace(';', ' ').split()

def run_command_list(variable, d):
    for function in command_list(variable, d):
        if d.getVarFlag(function, 'func') is None and d.getVar(function, False) is None:
            bb.fatal("%s names the function %s, which does not exist" % (variable, function))
        bb.build.exec_func(function, d)

def run_host(command, d, **options):
    """Runs `command` (a list) with the task's PATH; its output as text. What it said is shown when it fails."""
    import subprocess
    environment = dict(os.environ, PATH=d.getVar('PATH'), LC_ALL='C.UTF-8')
    environment.update(options.pop('env', {}))
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            universal_newlines=True, env=environment, **options)
    if result.returncode != 0:
        bb.fatal("%s failed with exit code %d:\n%s%s" % (' '.join(command), result.returncode, result.stdout,
                                                         result.stderr))
    return result.stdout

def run_host_many(commands, d):
    for command in commands:
        run_host(command, d)

# What a shell task may call.

oe_runmake_call() {
	bbnote make ${PARALLEL_MAKE} ${EXTRA_OEMAKE} "$@"
	make ${PARALLEL_MAKE} ${EXTRA_OEMAKE} "$@"
}

oe_runmake() {
	oe_runmake_call "$@" || bbfatal "make failed"
}

# install_dir_of_links DEST TARGET NAME...: DEST/NAME -> TARGET for each name
oe_link_all() {
	oe_link_dir=$1
	oe_link_target=$2
	shift 2
	install -d "$oe_link_dir"
	for oe_link_name in "$@"; do
		ln -sf "$oe_link_target" "$oe_link_dir/$oe_link_name"
	done
}

bbplain() {
	printf "%b\n" "$*"
}

bbnote() {
	printf "%b\n" "NOTE: $*"
}

bbdebug() {
	:
}

# Where the one who runs a task listens for messages of its shell functions.
LOGFIFO = "${T}/fifo.${@os.getpid()}"

bb_tell_user() {
	if [ -n "${LOGFIFO}" ] && [ -p "${LOGFIFO}" ]; then
		printf "%b\0" "$1 $2" > ${LOGFIFO}
	else
		printf "%b\n" "$3: $2"
	fi
}

bbwarn() {
	bb_tell_user bbwarn "$*" WARNING
}

bberror() {
	bb_tell_user bberror "$*" ERROR
}

bbfatal() {
	bb_tell_user bbfatal "$*" ERROR
	exit 1
}

bbfatal_log() {
	bb_tell_user bbfatal_log "$*" ERROR
	exit 1
}
