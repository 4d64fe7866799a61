#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""prepare.py FOLDER POKY: makes FOLDER/meta-source and FOLDER/downloads, from which core-image-minimal of poky (langdale)
builds without any other source (POKY is a checkout): Debian's source packages under the names that the recipes expect.
apt-get must know deb-src entries of Debian 11, 12 and 13 (APT_CONFIG says where)."""

import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys

import archives

HERE = os.path.dirname(os.path.abspath(__file__))
PACK = {".gz": "gzip -n1", ".bz2": "bzip2 -1", ".xz": "xz -T1 -0"}


def run(*args, **kw):
    """What a command prints."""
    return subprocess.run(args, check=True, stdout=subprocess.PIPE, text=True, **kw).stdout


def fetch(base, package, version):
    """The path of the upstream archive of Debian's source PACKAGE whose upstream version starts with VERSION."""
    debian = os.path.join(base, "debian")
    pattern = os.path.join(debian, "%s_%s*.tar.*[z2]" % (package, version))

    def there():
        return [f for f in sorted(glob.glob(pattern)) if ".debian." not in f and ".orig-" not in f]

    if not there():
        known = re.findall(r"^Version: (?:(\d+):)?(\S+)$", run("apt-cache", "showsrc", "--only-source", package), re.M)
        # A mirror can have the upstream archive and not Debian's part; only the former is wanted.
        for epoch, full in (v for v in known if v[1].startswith(version)):
            name = "%s=%s%s" % (package, epoch + ":" if epoch else "", full)
            subprocess.run(["apt-get", "-qq", "source", "--download-only", "--only-source", name], cwd=debian,
                           stderr=subprocess.DEVNULL, check=False)
            if there():
                break
    return there()[0]


def unpack(archive, to):
    """The archive's one folder, renamed to `to`. An archive within an archive (gcc's) is unpacked, too."""
    parent = to + ".unpack"
    for folder in (parent, to):
        shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(parent)
    run("tar", "xf", archive, "-C", parent)
    (name,) = [n for n in os.listdir(parent) if n != "debian"]
    inner = glob.glob(os.path.join(parent, name, "gcc-*.tar.*"))
    if inner:
        inside = to + ".inside" + os.path.splitext(inner[0])[1]
        os.rename(inner[0], inside)
        shutil.rmtree(parent)
        unpack(inside, to)
        os.unlink(inside)
        return
    os.rename(os.path.join(parent, name), to)
    shutil.rmtree(parent)


def same_top(archive, top):
    first = subprocess.run("tar tf %s 2>/dev/null | head -1" % archive, shell=True, capture_output=True, text=True).stdout
    return first.split("/")[0] == top


def repack(base, archive, name, top, part):
    """downloads/NAME, whose one folder is TOP: the archive's, or its folder PART. The same bytes each time. An archive that is that already is linked."""
    path = os.path.join(base, "downloads", name)
    if os.path.exists(path):
        return path
    if os.path.splitext(archive)[1] == os.path.splitext(name)[1] and same_top(archive, top):
        os.link(archive, path)
        return path
    folder = os.path.join(base, "repack", name, top)
    unpack(archive, folder)
    if part:
        os.rename(os.path.join(folder, part), folder + ".part")
        shutil.rmtree(folder)
        os.rename(folder + ".part", folder)
    subprocess.run("tar --sort=name --owner=0 --group=0 --numeric-owner -C %s -cf - %s | %s > %s.part && mv %s.part %s"
                   % (os.path.dirname(folder), top, PACK[os.path.splitext(name)[1]], path, path, path), shell=True, check=True)
    shutil.rmtree(os.path.dirname(folder))
    return path


def checksums(path, tag):
    with open(path, "rb") as f:
        content = f.read()
    return ['SRC_URI[%s%ssum] = "%s"' % (tag, kind, hashlib.new(kind, content).hexdigest()) for kind in ("md5", "sha256")]


def one(base, layer, entry):
    name = entry["file"].format(v=entry["version"])
    path = repack(base, fetch(base, entry["debian"], entry["find"]), name, entry["top"].format(v=entry["version"]),
                  entry["part"])
    lines = ['PV = "%s"' % entry["version"]] if entry["new"] else []
    if entry["git"]:
        lines += ['SRC_URI:remove = "%s"' % entry["git"], 'SRC_URI:prepend = "https://source.invalid/%s "' % name]
    lines += checksums(path, entry["tag"])
    with open(os.path.join(layer, "sources", entry["recipe"]), "w") as f:
        f.write("\n".join(lines) + "\n")


def without(patch, folder):
    """A patch as git writes it, without what it changes in FOLDER."""
    parts = re.split(r"^(?=diff --git )", patch, flags=re.M)
    return "".join(p for p in parts if not p.startswith("diff --git a/" + folder))


def trim(layer, poky, recipe, path, folder):
    """A patch of the recipe's, trimmed, where the recipe finds it first."""
    name = recipe.rstrip("_%")
    os.makedirs(os.path.join(layer, "sources", name), exist_ok=True)
    with open(os.path.join(poky, path), encoding="utf-8") as f:
        text = without(f.read(), folder)
    with open(os.path.join(layer, "sources", name, os.path.basename(path)), "w", encoding="utf-8") as f:
        f.write(text)
    with open(os.path.join(layer, "sources", recipe + ".bbappend"), "a", encoding="utf-8") as f:
        f.write('FILESEXTRAPATHS:prepend := "${THISDIR}/%s:"\n' % name)


def main():
    base, poky = map(os.path.abspath, sys.argv[1:3])
    layer = os.path.join(base, "meta-source")
    shutil.rmtree(layer, ignore_errors=True)
    shutil.copytree(os.path.join(HERE, "meta-source"), layer)
    for folder in ("debian", "downloads", "meta-source/sources"):
        os.makedirs(os.path.join(base, folder), exist_ok=True)
    failed = 0
    for entry in archives.entries():
        try:
            one(base, layer, entry)
        except (subprocess.CalledProcessError, StopIteration, IndexError, OSError) as e:
            print("%s: %s" % (entry["recipe"], e or type(e).__name__), file=sys.stderr)
            failed = 1
    for recipe, path, folder in archives.TRIMMED:
        trim(layer, poky, recipe, path, folder)
    return failed


if __name__ == "__main__":
    sys.exit(main())
