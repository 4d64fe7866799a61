#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
bbc as `cmake --install` and the Debian package leave it: everything works with the source tree out of sight. BBC_BUILD is
the build folder to install from.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
COMMANDS = ("bbc", "bbc-getvar", "bbc-layers", "bbc-dump", "bbc-dumpsig", "bbc-diffsigs", "bbc-query", "bbc-why", "bbc-hashserv", "bbc-prserv",
            "bbc-hashclient")


def can_hide():
    """How to run a command in a mount namespace of its own; None where this machine does not let us."""
    for words in (["unshare", "-m"], ["unshare", "-rm"]):
        try:
            if subprocess.run(words + ["mount", "-t", "tmpfs", "none", ROOT], stderr=subprocess.DEVNULL).returncode == 0:
                return words
        except OSError:
            return None
    return None


def check(*arguments, **options):
    result = subprocess.run(arguments, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if result.returncode:
        raise AssertionError("%s: status %d\n%s" % (" ".join(arguments), result.returncode, result.stdout[-4000:]))
    return result.stdout


def build_from_copy(top):
    """A build folder in a copy of the source tree, to be deleted when it has been installed."""
    copy = os.path.join(top, "source")
    shutil.copytree(ROOT, copy, symlinks=True, ignore=lambda folder, names: {".git", "__pycache__"}.union(
        ["build"] if folder == ROOT else []))
    build = os.path.join(copy, "build")
    check("cmake", "-S", copy, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release")
    check("cmake", "--build", build, "--target", "bbc", "docs")
    return build


def make_deb(build, top):
    check("cpack", "--config", os.path.join(build, "CPackConfig.cmake"), "-B", os.path.join(top, "package"))
    debs = glob.glob(os.path.join(top, "package", "*.deb"))
    if len(debs) != 1:
        raise AssertionError("packages: %s" % debs)
    return debs[0]


class Base(unittest.TestCase):
    """One installation, which all classes look at."""
    top = None

    @classmethod
    def setUpClass(cls):
        if Base.top:
            return
        build = os.environ.get("BBC_BUILD")
        if not build:
            raise unittest.SkipTest("BBC_BUILD is not set")
        Base.top = os.path.realpath(tempfile.mkdtemp(prefix="bbc-install-"))
        unittest.addModuleCleanup(subprocess.run, ["rm", "-rf", Base.top], check=True)
        Base.hide = can_hide()
        Base.build = build if Base.hide else build_from_copy(Base.top)
        Base.prefix = os.path.join(Base.top, "opt")
        check("cmake", "--install", Base.build, "--prefix", Base.prefix, "--strip")
        Base.deb = make_deb(Base.build, Base.top)
        shutil.copytree(os.path.join(HERE, "fixture-layer"), os.path.join(Base.top, "fixture-layer"))
        shutil.rmtree(os.path.join(Base.top, "source"), ignore_errors=True)

    def shell(self, script, prefix=None, **more):
        """Runs a bash script where the source tree is not to be seen; its output."""
        env = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": self.top, "LANG": "C.UTF-8",
               "PREFIX": prefix or self.prefix, "T": self.top}
        env.update({name: value for name, value in os.environ.items() if name.startswith(("ASAN_", "UBSAN_", "LSAN_"))})
        env.update(more)
        script = "set -e\n" + script
        if self.hide:
            script = "mount -t tmpfs none %s\n[ ! -e %s/lib ]\n%s" % (ROOT, ROOT, script)
        return check(*(self.hide or []), "bash", "-c", script, cwd=self.top, env=env, stdin=subprocess.DEVNULL, timeout=900)

    def configure(self, folder, local):
        """A build directory with the installed core layer; local.conf has these lines, too."""
        os.makedirs(os.path.join(self.top, folder, "conf"))
        for name, text in (("bblayers", 'BBLAYERS = "%s/share/bbc/meta-core"\n' % self.prefix),
                           ("local", 'MACHINE = "qemuarm64"\n' + local)):
            with open(os.path.join(self.top, folder, "conf", name + ".conf"), "w") as f:
                f.write(text)


class Installed(Base):
    def contents(self, prefix):
        """Everything below a folder, with the time of its last change."""
        found = {}
        for folder, _, names in os.walk(prefix):
            for name in names + ["."]:
                path = os.path.join(folder, name)
                found[path] = os.lstat(path).st_mtime_ns
        return found

    def test_image_from_the_installed_layers(self):
        before = self.contents(self.prefix)
        text = self.shell('. "$PREFIX/share/bbc/oe-init-build-env" "$T/build"\n'
                          'echo "BB_NO_NETWORK = \\"1\\"" >> conf/local.conf\n'
                          'echo "require conf/host-tools.inc" >> conf/local.conf\n'
                          'bbc-layers add-layer "$T/fixture-layer"\nbbc tiny-image\nbbc-layers show-layers\n')
        self.assertIn("all succeeded.", text)
        self.assertIn(self.prefix + "/share/bbc/meta-core", text)
        image = os.path.join(self.top, "build/tmp/deploy/images/vm-raspberrypi4-64/tiny-image-vm-raspberrypi4-64.tar.bz2")
        self.assertIn("./usr/bin/tiny\n", check("tar", "-tf", image))
        self.assertEqual(self.contents(self.prefix), before)

    def test_names_of_bitbake(self):
        self.configure("plain", "")
        text = self.shell('PATH="$PREFIX/libexec/bbc:$PATH"\ncd "$T/plain"\n'
                          'bitbake --version; bitbake-getvar --value MACHINE; bitbake-layers show-layers\n'
                          'for c in diffsigs dumpsig; do bitbake-$c --help | head -1; done\n')
        self.assertRegex(text, r"(?s)bbc version \d.*\nqemuarm64\n.*meta-core.*Usage: bitbake-diffsigs.*Usage: bitbake-dumpsig")

    def test_moved(self):
        moved = os.path.join(self.top, "moved")
        shutil.copytree(self.prefix, moved, symlinks=True)
        self.configure("m", 'X = "${@bb.__file__}"\n')
        text = self.shell('cd "$T/m"; "$PREFIX/bin/bbc-getvar" --value X\n', prefix=moved)
        self.assertEqual(text.splitlines()[-1], moved + "/share/bbc/py/bb/__init__.py")

    def test_without_its_python(self):
        broken = os.path.join(self.top, "broken")
        os.makedirs(os.path.join(broken, "bin"))
        shutil.copy(os.path.join(self.prefix, "bin/bbc"), os.path.join(broken, "bin"))
        self.configure("b", 'X = "${@1}"\n')
        text = self.shell('cd "$T/b"; "$PREFIX/bin/bbc" -e 2>&1 && exit 1\ntrue\n', prefix=broken)
        self.assertIn("the Python library of bbc was not found in ../share/bbc/py", text)

    def test_no_path_of_the_build_machine(self):
        with open(os.path.join(self.prefix, "bin/bbc"), "rb") as f:
            program = f.read()
        if b"__asan_init" in program:
            self.skipTest("AddressSanitizer keeps names of source files")
        self.assertNotIn(ROOT.encode() + b"/", program)
        self.assertNotIn(self.build.encode() + b"/", program)

    def test_package(self):
        fields = dict(line.split(": ", 1) for line in check("dpkg-deb", "-f", self.deb).splitlines() if ": " in line)
        self.assertEqual(fields["Package"], "bbc")
        self.assertIn("libpython3", fields["Depends"])
        self.assertRegex(fields["Recommends"], r"\bgpgv\b")
        self.assertGreater(int(fields["Installed-Size"]), 1000)
        root = os.path.join(self.top, "deb")
        check("dpkg-deb", "-x", self.deb, root)
        self.assertIn("bbc version %s\n" % fields["Version"], self.shell('"$PREFIX/usr/bin/bbc" --version', prefix=root))
        for path in ("usr/share/man/man1/bbc-layers.1.gz", "usr/share/zsh/vendor-completions/_bbc", "usr/share/doc/bbc/copyright",
                     "usr/share/bbc/meta-xen/conf/layer.conf", "usr/share/bbc/bin/bbc", "usr/libexec/bbc/bitbake"):
            self.assertTrue(os.path.exists(os.path.join(root, path)), path)


class Documents(Base):
    """Manual pages and completions say what --help says."""

    def options(self, *words):
        """The long options in a --help text, with what it says of them."""
        text = self.shell(" ".join(['"$PREFIX/bin/"' + words[0]] + list(words[1:])) + " --help")
        found = dict(re.findall(r"(?m)^  (?:-\w, |    )(--[\w-]+)(?: .*?)?  +(\S.*)$", text))
        self.assertIn("--help", found)
        return found

    def test_pages(self):
        for name in COMMANDS:
            page = os.path.join(self.prefix, "share/man/man1", name + ".1")
            with open(page) as f:
                text = f.read()
            titles = re.findall(r"(?m)^\.SH (.*)$", text)
            for title in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "SEE ALSO"):
                self.assertIn(title, titles, page)
            for option in self.options(name):
                self.assertIn("\\fB%s\\fR" % option.replace("-", "\\-"), text)
            if shutil.which("groff"):
                self.assertEqual(check("groff", "-man", "-ww", "-z", "-Tutf8", page), "")

    def complete(self, *words):
        """What bash offers for the last word."""
        script = ('source "$PREFIX/share/bash-completion/completions/%s"\ncompopt() { :; }\n'
                  'PATH="$PREFIX/bin:$PATH"; COMP_WORDS=(%s); COMP_CWORD=%d\n%s || true\nprintf "%%s\\n" "${COMPREPLY[@]}"\n'
                  % (words[0], " ".join("'%s'" % w for w in words), len(words) - 1, "_" + words[0].replace("-", "_")))
        return self.shell(script).split()

    def test_bash(self):
        for words in [(name,) for name in COMMANDS] + [("bbc-layers", "show-recipes")]:
            options, offered = self.options(*words), self.complete(*words, "--")
            self.assertEqual(sorted(set(offered)), sorted(offered))
            self.assertEqual(set(offered) - set(options), set(), words)
            for name in set(options) - set(offered):  # only what does nothing may be left out
                self.assertRegex(options[name], "not supported|accepted for compatibility", words)
        self.assertEqual(self.complete("bbc-layers", "show-o"), ["show-overlayed"])
        self.assertEqual(self.complete("bbc-layers", "--color", "a"), ["auto", "always"])
        self.assertEqual(self.complete("bbc-layers", "show-layers", "--color", "=", "n"), ["never"])
        self.assertEqual(self.complete("bbc", "--diagnostics", "="), ["text", "json", "sarif", "github"])
        self.assertEqual(self.complete("bbc", "-c", "x"), [])

    def test_bash_knows_recipes(self):
        self.shell('. "$PREFIX/share/bbc/oe-init-build-env" "$T"\n')
        self.assertEqual(self.complete("bbc", "busyb"), ["busybox"])
        self.assertEqual(self.complete("bbc-getvar", "-r", "core-image-m"),
                         ["core-image-minimal", "core-image-minimal-initramfs"])

    def test_other_shells_can_read_theirs(self):
        for shell, pattern in (("zsh", "zsh/site-functions/_%s"), ("fish", "fish/vendor_completions.d/%s.fish")):
            for name in COMMANDS:
                path = os.path.join(self.prefix, "share", pattern % name)
                self.assertTrue(os.path.getsize(path))
                if shutil.which(shell):
                    self.assertEqual(check(shell, "-n", path), "")


if __name__ == "__main__":
    sys.exit(unittest.main())
