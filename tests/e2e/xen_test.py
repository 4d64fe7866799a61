#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Xen on a board, and Xen's reference images. Names of tests begin with the row of rows.md: d01 ... building from a source tree,
boot script; g01 ... images, guests put into them. Small recipes stand for kernels and packages; `make boot-test` starts the
real images.
"""

import glob
import hashlib
import http.server
import os
import re
import struct
import subprocess
import sys
import tarfile
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import builder  # noqa: E402
from builder import CORE, HERE, ROOT  # noqa: E402
from core_layer_test import Base, read  # noqa: E402

LAYERS = [CORE, ROOT + "/meta-sel4", ROOT + "/meta-xen", HERE + "/fixture-layer"]
MACHINE = "qemuarm64"
# A kernel that is made at once, and guests that need no ramdisk.
FIXED = '''MACHINE ?= "qemuarm64"
PREFERRED_PROVIDER_virtual/kernel = "small-kernel"
PACKAGE_INSTALL:pn-xen-image-minimal = "tiny ${BUNDLES}"
PACKAGE_INSTALL:pn-xen-guest-image-minimal = "tiny"
BUNDLES ?= ""
INITRAMFS_IMAGE = ""
XEN_GUEST_RAMDISK_DEFAULT = ""
XEN_GUEST_RAMDISK_DEPENDS = ""
XEN_GUEST_DISK_FORMAT = "file:%(file)s,%(device)s,rw"
'''
KERNEL = '''LICENSE = "MIT"
PROVIDES += "virtual/kernel"
PACKAGE_ARCH = "${MACHINE_ARCH}"
INHIBIT_DEFAULT_DEPS = "1"
inherit deploy nopackages
do_deploy() {
	echo kernel > ${DEPLOYDIR}/${KERNEL_IMAGETYPE}-1.0
	ln -s ${KERNEL_IMAGETYPE}-1.0 ${DEPLOYDIR}/${KERNEL_IMAGETYPE}
}
addtask deploy after do_compile before do_build
'''


class XenBase(Base):
    more_files = {}

    def setUp(self):
        self.recipes()
        self.configure()

    def recipes(self, **files):
        root = self.layer("small", **dict({"small-kernel_1.bb": KERNEL}, **self.more_files, **files))
        self.b.layers(LAYERS + [root])

    def configure(self, text=""):
        self.b.local(FIXED + text)

    def deployed(self, *names, machine=MACHINE):
        return self.b.deployed(*names, machine=machine)

    def image(self, recipe="xen-image-minimal"):
        """Builds an image as far as its files, without the hypervisor and the kernel that are deployed beside them."""
        return self.ok("-c", "image_complete", recipe)

    def rootfs(self, *names):
        return self.b.work("xen-image-minimal", "rootfs", *names)


TREE_RECIPE = '''LICENSE = "MIT"
SRC_URI = "https://example.com/${BPN}.tar.gz file://settings.txt"
SRC_URI[sha256sum] = "0000000000000000000000000000000000000000000000000000000000000000"
INHIBIT_DEFAULT_DEPS = "1"
PACKAGES = ""
do_compile() {
	mkdir ${TOPDIR}/in-tree
	cp ${S}/source.txt ${B}/${PN}.out
	sleep 0.2
	rmdir ${TOPDIR}/in-tree
}
'''
LOCAL_TREE = '''MACHINE = "qemuarm64"
INHERIT += "externalsrc"
EXTERNALSRC:pn-xen = "%(tree)s"
EXTERNALSRC:pn-xen-tools = "%(tree)s"
EXTERNALSRC_BUILD:pn-xen = "%(build)s"
EXTERNALSRC_BUILD:pn-xen-tools = "%(build)s"
'''


class D_TreesAndScripts(XenBase):
    def trees(self, git=True, build=None):
        """Two recipes on one tree; the tree's path."""
        files = {name + "_1.bb": TREE_RECIPE for name in ("xen", "xen-tools")}
        root = self.layer("trees", **dict(files, **{"files/settings.txt": "setting\n"}))
        self.b.layers([CORE, root])
        tree = self.b.path("git-tree" if git else "tree")
        self.b.write(os.path.join(tree, "source.txt"), "one\n")
        if git and not os.path.exists(tree + "/.git"):
            self.b.write(tree + "/.gitignore", "*.out\n")
            for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "t"]):
                subprocess.run(["git"] + command, cwd=tree, check=True)
        self.b.local(LOCAL_TREE % {"tree": tree, "build": build or tree})
        return tree

    def test_d02_d03_two_recipes_on_one_tree(self):
        tree = self.trees()
        result = self.ok("-c", "compile", "xen", "xen-tools")
        for pn in ("xen", "xen-tools"):
            self.assertIn("NOTE: %s: compiling from external source tree %s" % (pn, tree), result.text)
            self.assertEqual(read("%s/%s.out" % (tree, pn)), "one\n")
            # What stands for the sources is not made; the recipe's own file is there.
            self.assertEqual([task for recipe, task in result.tasks() if recipe == pn and task in ("do_patch",)], [])
            self.assertEqual(read(self.b.work(pn, "settings.txt")), "setting\n")
            tasks = self.ok("-c", "listtasks", pn).text
            self.assertNotIn("do_patch", tasks)
            self.assertIn("do_buildclean", tasks)
        self.assertEqual(os.readlink(tree + "/oe-logs")[-5:], "/temp")
        # The index of who works in the tree is as it was.
        self.assertEqual(subprocess.run(["git", "diff", "--cached", "--quiet"], cwd=tree).returncode, 0)

        self.assertEqual(self.ok("-c", "compile", "xen", "xen-tools").tasks(), [])
        self.b.write(tree + "/source.txt", "two\n")
        again = self.ok("-c", "compile", "xen").tasks()
        self.assertEqual([task for pn, task in again], ["do_configure", "do_compile"])
        self.assertEqual(read(tree + "/xen.out"), "two\n")
        self.assertFalse(glob.glob(self.b.path("sstate-cache/*/*/sstate:xen*compile*")))

    def test_d02_one_task_at_a_time(self):
        self.trees()
        # mkdir in do_compile fails when the other recipe's do_compile is in the tree too.
        for attempt in range(2):
            self.ok("-f", "-c", "compile", "xen", "xen-tools")

    def test_d02_inherit_for_one_recipe(self):
        tree = self.trees()
        self.b.local((LOCAL_TREE % {"tree": tree, "build": tree}).replace(
            'INHERIT += "externalsrc"', 'BBC_PN_INHERIT = "1"\nINHERIT:pn-xen += "externalsrc"'))
        self.assertEqual(self.b.values("S", "B", recipe="xen"), [tree, tree])
        self.assertNotEqual(self.b.values("S", recipe="xen-tools"), tree)

    def test_d03_tree_without_git_and_built_elsewhere(self):
        tree = self.trees(git=False, build=self.b.path("elsewhere"))
        self.ok("-c", "compile", "xen")
        self.assertEqual(read(self.b.path("elsewhere", "xen.out")), "one\n")
        self.assertFalse(os.path.exists(tree + "/singletask.lock"))
        self.assertEqual(self.ok("-c", "compile", "xen").tasks(), [])
        self.b.write(tree + "/source.txt", "other\n")
        self.assertIn(("xen", "do_compile"), self.ok("-c", "compile", "xen").tasks())
        self.b.local(LOCAL_TREE % {"tree": tree, "build": ""})
        self.assertEqual(self.b.values("B", recipe="xen"), self.b.work("xen", "xen-1"))
        self.ok("-c", "clean", "xen")
        self.assertEqual(read(tree + "/source.txt"), "other\n")
        self.assertFalse(os.path.lexists(tree + "/oe-workdir"))

    def test_d04_tree_by_a_relative_path(self):
        self.trees()
        self.b.local(LOCAL_TREE % {"tree": "repos/xen", "build": ""})
        self.assertRegex(self.fails("xen").text, r"EXTERNALSRC must be an absolute path, not 'repos/xen'")

    def test_d06_d07_d09_configuration_of_the_document(self):
        root = self.layer("named", **{"conf/distro/poky.conf": 'DISTRO_FEATURES ?= "acl ${DISTRO_FEATURES_DEFAULT}"\n'})
        self.b.layers(LAYERS + [root])
        self.configure('DISTRO = "poky"\nSDKMACHINE = "aarch64"\nDISTRO_FEATURES += " virtualization xen"\n'
                       'BUILD_REPRODUCIBLE_BINARIES = "1"\n# PATCHRESOLVE = "noop"\n')
        features, resolve = self.b.values("DISTRO_FEATURES", "PATCHRESOLVE")
        self.assertEqual(features.split(), ["virtualization", "xen"])
        self.assertIsNone(resolve)
        self.b.write("layers/named/conf/machine-sdk/aarch64.conf", 'SDK_ARCH = "aarch64"\n')
        self.assertEqual(self.b.values("SDK_ARCH"), "aarch64")

    def test_d08_one_image_file(self):
        # The document's line stands before what the machine and the recipe say.
        self.configure('MACHINE = "raspberrypi4-64"\nIMAGE_FSTYPES = "cpio.gz"\n')
        self.image()
        names = sorted(os.path.basename(p) for p in glob.glob(self.deployed("xen-image-minimal*", machine="raspberrypi4-64")))
        self.assertEqual(names, ["xen-image-minimal-raspberrypi4-64." + end for end in ("cpio.gz", "manifest")])

    def test_d10_hypervisor_is_deployed_with_the_image(self):
        self.ok("-g", "xen-image-minimal")
        edges = read(self.b.path("task-depends.dot"))
        self.assertIn('"xen-image-minimal.do_build" -> "xen.do_deploy"', edges)
        self.assertIn('"xen-image-minimal.do_build" -> "small-kernel.do_deploy"', edges)

    def test_d11_g01_features_of_the_distribution(self):
        self.configure('DISTRO_FEATURES:remove = "xen"\n')
        text = self.fails("xen-image-minimal").text
        self.assertIn("Nothing PROVIDES 'xen-image-minimal'", text)
        self.assertIn("missing required distro feature 'xen' (not in DISTRO_FEATURES)", text)
        self.configure('REQUIRED_DISTRO_FEATURES:pn-xen-image-minimal = "xen systemd"\n')
        self.assertIn("missing required distro feature 'systemd'", self.fails("xen-image-minimal").text)

    # Sizes of the document's files, and the commands that it shows for them.
    SIZES = {"xen": 983048, "Image": 17345024, "xen-image-minimal-raspberrypi4-64.cpio.gz": 100744838,
             "bcm2711-rpi-4-b.dtb": 49234}
    HEADS = {"xen": b"\0" * 56 + b"ARMd", "Image": b"\0" * 56 + b"ARMd", "bcm2711-rpi-4-b.dtb": b"\xd0\x0d\xfe\xed",
             "xen-image-minimal-raspberrypi4-64.cpio.gz": b"\x1f\x8b"}
    SHOWN = r'''
tftpb 0xE00000 xen
tftpb 0x1000000 Image
tftpb 0x2200000 xen-image-minimal-raspberrypi4-64.cpio.gz
tftpb 0x8400000 bcm2711-rpi-4-b.dtb
fdt addr 0x8400000
fdt resize 1024
fdt set /chosen \#address-cells <2>
fdt set /chosen \#size-cells <2>
fdt set /chosen xen,xen-bootargs "console=dtuart dtuart=serial0 dom0_mem=1G dom0_max_vcpus=1 bootscrub=0 vwfi=native sched=null"
fdt mknod /chosen dom0
fdt set /chosen/dom0 compatible "xen,linux-zimage" "xen,multiboot-module"
fdt set /chosen/dom0 reg <0x0 0x1000000 0x0 0x108AA00>
fdt set /chosen xen,dom0-bootargs "console=hvc0 earlycon=xen earlyprintk=xen clk_ignore_unused root=/dev/ram0"
fdt mknod /chosen dom0-ramdisk
fdt set /chosen/dom0-ramdisk compatible "xen,linux-initrd" "xen,multiboot-module"
fdt set /chosen/dom0-ramdisk reg <0x0 0x2200000 0x0 0x6013E86>
setenv fdt_high 0xffffffffffffffff
booti 0xE00000 - 0x8400000
'''.strip().splitlines()
    SCRIPT = '''LICENSE = "MIT"
XEN_BOOT_RAMDISK ?= "xen-image-minimal-raspberrypi4-64.cpio.gz"
inherit kernel-arch deploy nopackages xen-boot-script
INHIBIT_DEFAULT_DEPS = "1"
B = "${WORKDIR}/build"
XEN_BOOT_FOLDER = "${TOPDIR}/boot-files"
XEN_BOOT_XEN = "xen"
XEN_BOOT_DTB = "bcm2711-rpi-4-b.dtb"
'''

    def script(self, settings=""):
        """The commands of the script for the document's files."""
        self.recipes(**{"script.bb": self.SCRIPT})
        os.makedirs(self.b.path("boot-files"), exist_ok=True)
        for name, size in self.SIZES.items():
            with open(self.b.path("boot-files", name), "wb") as f:
                f.write(self.HEADS[name])
                f.truncate(size)
        self.configure(settings)
        self.ok("-f", "-c", "compile", "script")
        lines = read(self.b.work("script", "build/boot2.source")).splitlines()
        return [line for line in lines if line and not line.startswith("# ")]

    def test_d13_d14_d16_d19_the_documents_numbers(self):
        self.assertEqual(self.script(), self.SHOWN)
        lines = self.script('XEN_BOOT_XEN_ARGS = "bootscrub=1 vwfi=trap sched=credit2"\nXEN_BOOT_DOM0_ARGS = "quiet root=/dev/sda"\n')
        self.assertIn('fdt set /chosen xen,xen-bootargs "bootscrub=1 vwfi=trap sched=credit2"', lines)
        self.assertIn('fdt set /chosen xen,dom0-bootargs "quiet root=/dev/sda"', lines)

    def test_d15_d17_one_cell_and_a_ramdisk_that_is_not_loaded(self):
        shown = [line.replace("<2>", "<1>").replace("<0x0 ", "<").replace(" 0x0 ", " ") for line in self.SHOWN]
        shown[2] = "#" + shown[2]
        self.assertEqual(self.script('XEN_BOOT_CELLS = "1"\nXEN_BOOT_SKIP_LOAD = "ramdisk"\n'), shown)

    def test_d17_without_a_ramdisk(self):
        lines = self.script('XEN_BOOT_RAMDISK = ""\n')
        self.assertFalse([line for line in lines if "ramdisk" in line or "cpio" in line])
        # The device tree follows the kernel.
        self.assertIn("tftpb 0x2200000 bcm2711-rpi-4-b.dtb", lines)
        self.assertEqual(lines[-1], "booti 0xE00000 - 0x2200000")

    def test_d14_other_ways_to_load_and_guests(self):
        lines = self.script('XEN_BOOT_LOAD = "sd"\nXEN_BOOT_DOMUS = "domU0"\nXEN_BOOT_DOMU_KERNEL[domU0] = "Image"\n'
                            'XEN_BOOT_DOMU_MEMORY[domU0] = "1024"\nXEN_BOOT_DOMU_VCPUS[domU0] = "2"\n')
        self.assertEqual(lines[0], "load mmc 0:1 0xE00000 xen")
        self.assertEqual(lines[3:5], ["load mmc 0:1 0x8400000 Image", "load mmc 0:1 0x9600000 bcm2711-rpi-4-b.dtb"])
        self.assertIn('fdt set /chosen/domU0 compatible "xen,domain"', lines)
        self.assertIn("fdt set /chosen/domU0 memory <0x0 0x100000>", lines)
        self.assertIn("fdt set /chosen/domU0 cpus <2>", lines)
        self.assertIn("fdt set /chosen/domU0/module@8400000 reg <0x0 0x8400000 0x0 0x108AA00>", lines)
        self.assertEqual(self.script('XEN_BOOT_LOAD = "ext4load virtio 1:2"\n')[0], "ext4load virtio 1:2 0xE00000 xen")
        self.assertEqual(self.script('XEN_BOOT_MEMORY_START = "0x40000000"\n')[0], "tftpb 0x40400000 xen")

    def test_d14_bad_files(self):
        self.script()
        self.configure('XEN_BOOT_MEMORY_END = "0x8000000"\n')
        self.assertIn("Not enough memory: the files end at 0x8600000, the memory at 0x8000000", self.fails("script").text)
        self.assertEqual(glob.glob(self.b.work("script", "build/boot2.*")), [])
        self.configure('XEN_BOOT_DTB:pn-script = "Image"\n')
        self.assertRegex(self.fails("script").text, r"/Image is no dtb")
        self.configure('XEN_BOOT_KERNEL = "zImage"\n')
        self.assertRegex(self.fails("script").text, r"There is no kernel \S+/zImage")

    def test_d18_header_of_the_script(self):
        self.script()
        with open(self.b.work("script", "build/boot2.scr"), "rb") as f:
            head, payload = f.read(64), f.read()
        magic, crc, time, size, load, entry, data_crc, system, arch, kind, compression = struct.unpack(">7I4B", head[:32])
        self.assertEqual((magic, load, entry, arch, kind, compression), (0x27051956, 0xC00000, 0xC00000, 22, 6, 0))
        self.assertEqual(size, len(payload))
        self.assertEqual(payload[8:].decode(), read(self.b.work("script", "build/boot2.source")))
        self.assertEqual(struct.unpack(">II", payload[:8]), (len(payload) - 8, 0))


BUNDLE = '''LICENSE = "CLOSED"
inherit xen-guest-bundle
'''


class G_Guests(XenBase):
    def bundle(self, text, settings="", **files):
        self.recipes(**dict({"small-guests_1.bb": BUNDLE + text}, **files))
        self.configure(settings)

    def config(self, guest):
        return read(self.rootfs("etc/xen/%s.cfg" % guest)).splitlines()

    def test_g02_to_g06_and_g12_guest_in_the_host(self):
        self.configure('DISTRO = "nodistro"\nDISTRO_FEATURES:append = " xen"\n'
                       'BUNDLED_XEN_GUESTS = "xen-guest-image-minimal:autostart"\n')
        tasks = self.image().tasks()
        self.assertLess(tasks.index(("xen-guest-image-minimal", "do_image_complete")), tasks.index(("xen-image-minimal", "do_rootfs")))
        for kind in ("tar.bz2", "ext4", "ext4.qcow2"):
            self.assertTrue(os.path.islink(self.deployed("xen-guest-image-minimal-%s.rootfs.%s" % (MACHINE, kind))), kind)
        # Names of the files, not of the links to them.
        disk, = glob.glob(self.rootfs("var/lib/xen/images/xen-guest-image-minimal-*.ext4"))
        self.assertRegex(os.path.basename(disk), r"^xen-guest-image-minimal-qemuarm64\.rootfs-\d{14}\.ext4$")
        with open(disk, "rb") as one, open(self.deployed("xen-guest-image-minimal-%s.rootfs.ext4" % MACHINE), "rb") as two:
            self.assertEqual(one.read(), two.read())
        self.assertEqual(read(self.rootfs("var/lib/xen/images/Image-1.0")), "kernel\n")
        self.assertEqual(self.config("xen-guest-image-minimal"), [
            'name = "xen-guest-image-minimal"', "memory = 512", "vcpus = 1",
            "disk = ['file:/var/lib/xen/images/%s,xvda,rw']" % os.path.basename(disk), "vif = ['bridge=xenbr0']",
            'kernel = "/var/lib/xen/images/Image-1.0"', 'extra = "root=/dev/xvda ro ip=dhcp"'])
        self.assertEqual(os.readlink(self.rootfs("etc/xen/auto/xen-guest-image-minimal.cfg")),
                         "/etc/xen/xen-guest-image-minimal.cfg")

    def external(self, *names):
        """Disks of guests from elsewhere, deployed."""
        for name in names:
            self.b.write(self.deployed(name), "disk " + name)

    def test_g03_g07_g09_g26_settings_of_each_guest(self):
        self.external("my.guest-%s.ext4" % MACHINE, "vendor-rootfs.ext4", "vendor-kernel")
        self.configure('BUNDLED_XEN_GUESTS = "my.guest:external my-guest:external"\nXEN_GUEST_MEMORY[my-guest] = "1024"\n'
                       'XEN_GUEST_VCPUS[my-guest] = "2"\nXEN_GUEST_VIF[my-guest] = "bridge=br1"\n'
                       'XEN_GUEST_EXTRA[my-guest] = "a;b|c"\nXEN_GUEST_DISK_DEVICE[my-guest] = "xvdb"\n'
                       'XEN_GUEST_NAME[my-guest] = "mine"\nXEN_GUEST_ROOTFS[my-guest] = "vendor-rootfs.ext4"\n'
                       'XEN_GUEST_KERNEL[my-guest] = "vendor-kernel"\n')
        self.image()
        self.assertEqual(self.config("my-guest"), [
            'name = "mine"', "memory = 1024", "vcpus = 2", "disk = ['file:/var/lib/xen/images/vendor-rootfs.ext4,xvdb,rw']",
            "vif = ['bridge=br1']", 'kernel = "/var/lib/xen/images/vendor-kernel"', 'extra = "a;b|c"'])
        # The other's name fits the first one's as a pattern.
        self.assertEqual(self.config("my.guest")[:3], ['name = "my.guest"', "memory = 512", "vcpus = 1"])
        self.assertFalse(os.path.exists(self.rootfs("etc/xen/auto")))
        # A setting is part of what do_rootfs does.
        self.configure('BUNDLED_XEN_GUESTS = "my.guest:external"\nXEN_GUEST_MEMORY[my.guest] = "64"\n')
        self.image()
        self.assertEqual(self.config("my.guest")[1], "memory = 64")

    def test_g03_bad_lists(self):
        for value, text in (("a*b", "'a*b' cannot be the name of a guest"),
                            ("a:autostrat", "unknown tag 'autostrat' in 'a:autostrat'. Known: autostart external"),
                            ("a:external a", "names guest 'a' twice")):
            self.configure('BUNDLED_XEN_GUESTS = "%s"\n' % value)
            self.assertIn("BUNDLED_XEN_GUESTS", self.fails("-p").text)
            self.assertIn(text, self.fails("-p").text)

    def test_g08_configuration_of_ones_own(self):
        self.external("vendor-%s.ext4" % MACHINE)
        custom = 'name = "v"\n# disk = [ not this ]\ndisk = [ \'file:/old/disk.img,xvda,w\' ]\nkernel = "/old/kernel"\nmemory = 99\n'
        self.recipes(**{"files/vendor.cfg": custom,
                        "xen-image-minimal.bbappend": 'FILESEXTRAPATHS:prepend := "${THISDIR}/files:"\nSRC_URI += "file://vendor.cfg"\n'})
        self.configure('BUNDLED_XEN_GUESTS = "vendor:external"\nXEN_GUEST_CONFIG_FILE[vendor] = "${UNPACKDIR}/vendor.cfg"\n')
        self.image()
        self.assertEqual(self.config("vendor"), [
            'name = "v"', "# disk = [ not this ]", "disk = [ 'file:/var/lib/xen/images/vendor-qemuarm64.ext4,xvda,w' ]",
            'kernel = "/var/lib/xen/images/Image-1.0"', "memory = 99"])

    def test_g10_missing_files(self):
        self.configure('BUNDLED_XEN_GUESTS = "nobody:external"\nXEN_GUEST_KERNEL[nobody] = "no-kernel"\n')
        text = self.fails("-c", "rootfs", "xen-image-minimal").text
        self.assertRegex(text, r"No rootfs for guest 'nobody'\. Tried:\n\s+\S+/nobody-qemuarm64\.ext4\n\s+\S+/nobody-qemuarm64\.rootfs\.ext4")
        self.assertRegex(text, r"No kernel for guest 'nobody'\. Tried:\n\s+\S+/no-kernel\n\s+\S+/no-kernel")
        self.assertIn("Cannot resolve rootfs/kernel for guest 'nobody'", text)

    def test_g11_g13_g21_guests_in_a_package(self):
        self.bundle('XEN_GUEST_BUNDLES = "packed:autostart:external"\nXEN_GUEST_ROOTFS[packed] = "packed.ext4"\n',
                    'BUNDLES = "small-guests"\n')
        self.external("packed.ext4")
        result = self.image()
        self.assertEqual(result.text.count("holds guests from elsewhere (packed)"), 1)
        self.assertEqual(read(self.b.work("small-guests", "build/manifest")), "packed:packed.ext4:Image:autostart\n")
        deb, = glob.glob(self.b.path("tmp/deploy/deb/*/small-guests_1-r0_*.deb"))
        listed = subprocess.run(["dpkg-deb", "-c", deb], capture_output=True, text=True, check=True).stdout
        for name in ("images/packed.ext4", "images/Image", "configs/packed.cfg", "manifest"):
            self.assertIn("./usr/share/xen-guest-bundles/small-guests/" + name, listed)
        self.assertEqual(read(self.rootfs("var/lib/xen/images/packed.ext4")), "disk packed.ext4")
        self.assertEqual(read(self.rootfs("var/lib/xen/images/Image")), "kernel\n")
        self.assertEqual(self.config("packed")[0], 'name = "packed"')
        self.assertEqual(os.readlink(self.rootfs("etc/xen/auto/packed.cfg")), "/etc/xen/packed.cfg")
        self.assertFalse(os.path.exists(self.rootfs("usr/share/xen-guest-bundles")))

    IMPORTS = '''SRC_URI = "file://alpine.tar.gz;subdir=alpine-rootfs file://disk.qcow2 file://disk.raw"
XEN_GUEST_BUNDLES = "dir:external cow:external raw:external four:external own:external"
XEN_GUEST_SOURCE_TYPE[dir] = "rootfs_dir"
XEN_GUEST_SOURCE_FILE[dir] = "alpine-rootfs"
XEN_GUEST_IMAGE_SIZE[dir] = "8"
XEN_GUEST_SOURCE_TYPE[cow] = "qcow2"
XEN_GUEST_SOURCE_FILE[cow] = "disk.qcow2"
XEN_GUEST_KERNEL[cow] = "none"
XEN_GUEST_SOURCE_TYPE[raw] = "raw"
XEN_GUEST_SOURCE_FILE[raw] = "disk.raw"
XEN_GUEST_KERNEL[raw] = "disk.raw"
XEN_GUEST_SOURCE_TYPE[four] = "ext4"
XEN_GUEST_SOURCE_FILE[four] = "disk.raw"
XEN_GUEST_SOURCE_TYPE[own] = "stamped"
XEN_GUEST_SOURCE_FILE[own] = "disk.raw"
XEN_GUEST_IMPORT_DEPENDS_stamped = "small-tool:do_stamp"
xen_guest_import_stamped() {
	{ cat "$1"; echo "$3"; } > "$2"
}
'''
    TOOL = 'LICENSE = "MIT"\nINHIBIT_DEFAULT_DEPS = "1"\ninherit nopackages\ndo_stamp() {\n\t:\n}\naddtask stamp\n'

    def sources(self):
        """The files of IMPORTS: {name below the layer: nothing}, written as they are binary."""
        folder = self.b.path("layers", "small", "files")
        os.makedirs(folder + "/tree/bin", exist_ok=True)
        self.b.write(folder + "/tree/bin/sh", "shell\n")
        os.chmod(folder + "/tree/bin/sh", 0o4755)
        with tarfile.open(folder + "/alpine.tar.gz", "w:gz") as tar:
            tar.add(folder + "/tree", ".")
        self.b.write(folder + "/disk.raw", "raw disk\n" * 1000)
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", folder + "/disk.raw", folder + "/disk.qcow2"], check=True)

    def test_g14_to_g20_imports(self):
        self.bundle(self.IMPORTS, **{"small-tool_1.bb": self.TOOL})
        self.sources()
        result = self.ok("-c", "install", "small-guests")
        self.assertIn(("small-tool", "do_stamp"), result.tasks())
        images = self.b.work("small-guests", "build/images/")
        raw = read(self.b.path("layers/small/files/disk.raw"))
        self.assertEqual(os.path.getsize(images + "dir.img"), 8 << 20)
        shown = subprocess.run(["debugfs", "-R", "stat /bin/sh", images + "dir.img"], capture_output=True, text=True).stdout
        self.assertRegex(shown, r"User:\s+0\s+Group:\s+0")
        self.assertRegex(shown, r"Mode:\s+04755")
        self.assertEqual(read(images + "cow.img").rstrip("\0"), raw)
        for name in ("raw.img", "four.img"):
            self.assertEqual(read(images + name), raw)
        # A type of one's own, with the default size.
        self.assertEqual(read(images + "own.img"), raw + "256\n")
        config = lambda guest: read(self.b.work("small-guests", "build/configs/%s.cfg" % guest))
        self.assertIn('kernel = "/var/lib/xen/images/Image"', config("dir"))
        self.assertNotRegex(config("cow"), r"kernel|extra")
        self.assertIn('kernel = "/var/lib/xen/images/disk.raw"', config("raw"))
        self.assertIn("cow:cow.img::\n", read(self.b.work("small-guests", "build/manifest")))
        flags = self.b.run("-g", "-c", "compile", "small-guests")
        self.assertEqual(flags.status, 0, flags.text)
        self.assertIn('"small-guests.do_compile" -> "small-kernel.do_deploy"', read(self.b.path("task-depends.dot")))
        with open(images + "dir.img", "rb") as f:
            first = f.read()
        self.ok("-c", "cleansstate", "small-guests")
        self.ok("-c", "compile", "small-guests")
        with open(images + "dir.img", "rb") as f:
            self.assertEqual(first, f.read())

    def test_g15_bad_imports(self):
        base = 'XEN_GUEST_BUNDLES = "g:external"\nXEN_GUEST_KERNEL[g] = "none"\nXEN_GUEST_SOURCE_TYPE[g] = "%s"\n' \
               'XEN_GUEST_SOURCE_FILE[g] = "%s"\nSRC_URI = "file://disk.raw"\nXEN_GUEST_IMAGE_SIZE[g] = "%s"\n'
        for kind, name, size, text in (
                ("vmdk", "disk.raw", "8", r"Unknown import type 'vmdk' for guest 'g'\. Known types: ext4 qcow2 raw rootfs_dir\."),
                ("raw", "none.raw", "8", "Import source 'none.raw' not found for guest 'g'"),
                ("rootfs_dir", "disk.raw", "8", r"rootfs_dir import: source '\S*disk.raw' is not a directory"),
                ("raw", "disk.raw", "lots", "XEN_GUEST_IMAGE_SIZE.g. is 'lots', not a number of MiB")):
            self.bundle(base % (kind, name, size))
            self.sources()
            self.assertRegex(self.fails("-c", "compile", "small-guests").text, text)

    def test_g22_g23_alpine_from_a_server(self):
        self.recipes()
        self.sources()
        folder = self.b.path("layers", "small", "files")
        handler_class = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {
            "log_message": lambda *a: None, "__init__": lambda s, *a: http.server.SimpleHTTPRequestHandler.__init__(s, *a, directory=folder)})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler_class)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        with open(folder + "/alpine.tar.gz", "rb") as f:
            digest = hashlib.sha256(f.read()).hexdigest()
        recipe = "alpine-xen-guest-bundle"
        text = ('BB_NO_NETWORK = "0"\nALPINE_TARBALL = "http://127.0.0.1:%d/alpine.tar.gz"\nXEN_GUEST_KERNEL[alpine] = "none"\n'
                'SRC_URI[%s.sha256sum] = "%s"\n')
        self.configure(text % (server.server_port, "aarch64", digest))
        self.ok("-c", "compile", recipe)
        self.assertEqual(read(self.b.work(recipe, "alpine-rootfs/bin/sh")), "shell\n")
        self.assertEqual(os.path.getsize(self.b.work(recipe, "build/images/alpine.img")), 128 << 20)
        self.assertIn("memory = 256\n", read(self.b.work(recipe, "build/configs/alpine.cfg")))
        # The sum goes with the name, and the name with the architecture.
        self.assertEqual(self.b.values("ALPINE_ARCH", recipe=recipe), "aarch64")
        self.configure(text % (server.server_port, "aarch64", digest) + 'TRANSLATED_TARGET_ARCH = "x86-64"\n')
        self.assertIn("name=x86_64", self.b.values("SRC_URI", recipe=recipe))
        self.configure(text % (server.server_port, "aarch64", "0" * 64))
        self.b.run("-c", "cleanall", recipe)
        self.assertRegex(self.fails("-c", "fetch", recipe).text, r"(?i)checksum")
        self.configure()
        self.assertIn("ALPINE_TARBALL does not say where alpine-minirootfs-3.23.3-aarch64.tar.gz is", self.fails(recipe).text)

    def test_g25_loop_through_an_image(self):
        self.bundle('XEN_GUEST_BUNDLES = "xen-guest-image-minimal"\n',
                    'PACKAGE_INSTALL:pn-xen-guest-image-minimal = "tiny small-guests"\n')
        text = self.fails("xen-guest-image-minimal").text
        self.assertRegex(text, r"(?i)loop")
        for task in ("small-guests", "xen-guest-image-minimal"):
            self.assertRegex(text, r"%s\S*:do_\w+" % task)


if __name__ == "__main__":
    unittest.main()
