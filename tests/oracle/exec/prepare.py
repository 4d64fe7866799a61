#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""prepare.py FOLDER: what run.py builds from, without the network of upstream projects: Debian's source packages, repacked
under the names that OpenEmbedded's recipes expect, a layer whose appends have their checksums, and Debian's tool chain
under cross names. FOLDER/debian has the source packages; those that are not there are asked of apt, which needs a deb-src
entry (APT_OPTIONS: further options for it)."""

import glob
import hashlib
import os
import shlex
import shutil
import subprocess
import sys

# Debian's package, its archive (a pattern), the folder and archive that the recipe expects, the append's name.
ARCHIVES = [
    ("m4", "m4_*.orig.tar.xz", "m4-1.4.19", "m4%"),
    ("autoconf", "autoconf_2.72.orig.tar.xz", "autoconf-2.72e", "autoconf_%"),
    ("automake-1.16", "automake-1.16_*.orig.tar.xz", "automake-1.16.5", "automake_%"),
    ("libtool", "libtool_*.orig.tar.xz", "libtool-2.4.7", "libtool%"),
    ("gettext", "gettext_0.21*.orig.tar.xz", "gettext-0.22.5", "gettext%"),
    ("zlib", "zlib_*1.3.1.orig.tar.gz", "zlib-1.3.1", "zlib_%"),
    ("popt", "popt_*.orig.tar.xz", "popt-1.19", "popt_%"),
    ("attr", "attr_*.orig.tar.xz", "attr-2.5.1", "attr_%"),
    ("bzip2", "bzip2_*.orig.tar.gz", "bzip2-1.0.8", "bzip2_1.0.8"),
    ("xz-utils", "xz-utils_*.orig.tar.xz", "xz-5.4.7", "xz_%"),
]
# Debian's package (None: an empty repository serves), its archive, the URL that the recipe fetches by git, its SRCREV, the
# append, the part of the archive that is wanted.
REPOSITORIES = [
    ("lz4", "lz4_*.orig.tar.gz", "git://github.com/lz4/lz4.git;branch=release;protocol=https", "SRCREV", "lz4_1.9.4", ""),
    (None, None, "git://sourceware.org/git/bzip2-tests.git;name=bzip2-tests;branch=master;protocol=https",
     "SRCREV_bzip2-tests", "bzip2_1.0.8", ""),
    ("gnulib", "gnulib_*.orig.tar.gz", "git://git.savannah.gnu.org/git/config.git;protocol=https;branch=master", "SRCREV",
     "gnu-config_git", "build-aux"),
]
CROSS = "gcc g++ cpp ar as ld nm objcopy objdump ranlib readelf strip strings size gcc-ar gcc-nm gcc-ranlib".split()
PREFIX = "x86_64-poky-linux-"
LAYER = """BBPATH .= ":${LAYERDIR}"
BBFILES += "${LAYERDIR}/*.bb ${LAYERDIR}/*.bbappend"
BBFILE_COLLECTIONS += "exec"
BBFILE_PATTERN_exec = "^${LAYERDIR}/"
BBFILE_PRIORITY_exec = "20"
LAYERSERIES_COMPAT_exec = "scarthgap"
"""
# The real one would have to be compiled, and its upstream is a git repository.
PSEUDO = """SUMMARY = "The host's pseudo where recipes want pseudo-native"
LICENSE = "CLOSED"
INHIBIT_DEFAULT_DEPS = "1"
inherit native
PROVIDES += "virtual/fakeroot-native"
do_install() {
    install -d ${D}${bindir} ${D}${prefix}/lib/pseudo/lib64
    install -m 0755 /usr/bin/pseudo /usr/bin/pseudolog /usr/bin/pseudodb ${D}${bindir}
    install -m 0755 /usr/lib/*/pseudo/libpseudo.so ${D}${prefix}/lib/pseudo/lib64
}
INSANE_SKIP += "already-stripped"
"""


def find(debian, package, pattern):
    """The path of a source archive; asks apt for its package when it is not there."""
    found = glob.glob(os.path.join(debian, pattern))
    if not found:
        options = shlex.split(os.environ.get("APT_OPTIONS", ""))
        subprocess.run(["apt-get", *options, "source", "--download-only", package], cwd=debian, check=True)
        found = glob.glob(os.path.join(debian, pattern))
    return found[0]


def unpack(archive, to):
    """The archive's one folder, renamed to `to`."""
    parent = to + ".unpack"
    shutil.rmtree(parent, ignore_errors=True)
    shutil.rmtree(to, ignore_errors=True)
    os.makedirs(parent)
    subprocess.run(["tar", "xf", archive, "-C", parent], check=True)
    (name,) = os.listdir(parent)
    os.rename(os.path.join(parent, name), to)
    os.rmdir(parent)


def repack(base, archive, name):
    """Packs an archive's content as downloads/NAME.tar.gz, the same bytes each time. Gives its checksums."""
    top = os.path.join(base, "repack", name)
    unpack(archive, top)
    path = os.path.join(base, "downloads", name + ".tar.gz")
    subprocess.run("tar --sort=name --owner=0 --group=0 --numeric-owner -C %s -cf - %s | gzip -n1 > %s"
                   % (os.path.dirname(top), name, path), shell=True, check=True)
    shutil.rmtree(top)
    with open(path, "rb") as f:
        content = f.read()
    return {kind: hashlib.new(kind, content).hexdigest() for kind in ("md5", "sha256")}


def repository(base, archive, name, part):
    """A git repository of an archive's content, the same commit each time. Gives its path and revision."""
    path = os.path.join(base, "repositories", name)
    if archive:
        unpack(archive, path + ".all")
        shutil.rmtree(path, ignore_errors=True)
        os.rename(os.path.join(path + ".all", part).rstrip("/"), path)
        shutil.rmtree(path + ".all", ignore_errors=True)
    else:
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
    date = "2020-01-01T00:00:00Z"
    env = dict(os.environ, GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date, GIT_CONFIG_GLOBAL="/dev/null")

    def git(*args):
        who = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=master"]
        return subprocess.run(["git", *who, *args], cwd=path, env=env, check=True, capture_output=True, text=True).stdout

    git("init", "-q")
    git("add", "-Af")
    git("commit", "-q", "--allow-empty", "-m", "as unpacked")
    return path, git("rev-parse", "HEAD").strip()


def main():
    base = os.path.abspath(sys.argv[1])
    debian = os.path.join(base, "debian")
    appends = {}
    for folder in ("debian", "downloads", "repositories", "meta-exec/conf", "hostbin"):
        os.makedirs(os.path.join(base, folder), exist_ok=True)
    for package, pattern, name, append in ARCHIVES:
        sums = repack(base, find(debian, package, pattern), name)
        appends.setdefault(append, []).extend('SRC_URI[%ssum] = "%s"' % item for item in sums.items())
    for package, pattern, url, rev, append, part in REPOSITORIES:
        path, commit = repository(base, package and find(debian, package, pattern), append.split("_")[0] + "-git", part)
        name = ";name=bzip2-tests" if "name=" in url else ""
        appends.setdefault(append, []).extend([
            "SRC_URI := \"${@d.getVar('SRC_URI', False).replace('%s', 'git://%s;branch=master;protocol=file%s')}\""
            % (url, path, name), '%s = "%s"' % (rev, commit)])
    # Other versions have their licenses in other lines.
    for append in ("gnu-config_git", "xz_%"):
        appends[append].append('LICENSE = "CLOSED"\nLIC_FILES_CHKSUM = ""')
    layer = os.path.join(base, "meta-exec")
    files = {"conf/layer.conf": LAYER, "pseudo-native_1.9.0.bb": PSEUDO}
    files.update({name + ".bbappend": "\n".join(lines) + "\n" for name, lines in appends.items()})
    for name, text in files.items():
        with open(os.path.join(layer, name), "w") as f:
            f.write(text)
    for tool in CROSS:
        link = os.path.join(base, "hostbin", PREFIX + tool)
        if not os.path.lexists(link):
            os.symlink(shutil.which(tool) or "/usr/bin/" + tool, link)


if __name__ == "__main__":
    main()
