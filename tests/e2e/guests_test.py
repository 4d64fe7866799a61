#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Container guests of Xen (vxn) and the guest on Jetson AGX Orin. Names of tests begin with the row of rows.md: e01 ... vxn,
f01 ... Orin, b35 ... images with a screen. Small recipes of the fixture layer stand for kernels and images; `make boot-test`
starts the real ones.
"""

import glob
import os
import re
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import builder  # noqa: E402
from builder import CORE, HERE, ROOT  # noqa: E402
from core_layer_test import Base, read  # noqa: E402

LAYERS = [CORE, ROOT + "/meta-sel4", ROOT + "/meta-xen", HERE + "/fixture-layer"]
TEGRA = HERE + "/tegra-layer"
TOY = 'PREFERRED_PROVIDER_virtual/kernel = "toy-kernel"\n'


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


class E_Vxn(Base):
    MACHINE = "qemuarm64"
    FIXED = ('MACHINE = "qemuarm64"\nVXN_RUNTIME:pn-vxn-initramfs-create = "toy"\nVCONTAINER_RUNTIME = ""\n' + TOY)
    BOTH = 'BBMULTICONFIG = "vruntime-aarch64 vruntime-x86-64"\n'

    def setUp(self):
        self.b.layers(LAYERS)
        self.configure(self.BOTH)

    def configure(self, text=""):
        self.b.local(self.FIXED + text)

    def deployed(self, *names):
        return self.b.deployed(*names, machine=self.MACHINE)

    def values(self, *names):
        return self.b.values(*names, recipe="vxn-initramfs-create")

    def with_both_kernels(self, *arguments):
        """Builds with the kernel of the main configuration deployed, which is the one that is taken."""
        self.ok("-c", "deploy", "toy-kernel")
        return self.ok(*arguments)

    def test_e01_e03_e10_names_and_values(self):
        self.assertEqual(self.values("PN", "PV", "VXN_RUNTIME", "VXN_MULTICONFIG", "BLOB_ARCH", "KERNEL_IMAGETYPE_INITRAMFS"),
                         ["vxn-initramfs-create", "1.0", "toy", "vruntime-aarch64", "aarch64", "Image"])
        for arch, expected in (("x86_64", ["vruntime-x86-64", "x86_64", "bzImage"]),
                               ("i586", ["vruntime-x86-64", "x86_64", "bzImage"]),
                               ("arm", ["vruntime-aarch64", "aarch64", "zImage"]),
                               ("riscv64", ["vruntime-aarch64", "aarch64", "Image"])):
            self.configure(self.BOTH + 'TARGET_ARCH:pn-vxn-initramfs-create = "%s"' % arch)
            self.assertEqual(self.values("VXN_MULTICONFIG", "BLOB_ARCH", "KERNEL_IMAGETYPE_INITRAMFS"), expected)

    def test_e02_each_configuration_has_its_own_file(self):
        for mc, machine in (("vruntime-aarch64", "qemuarm64"), ("vruntime-x86-64", "qemux86-64")):
            text = self.ok("-e", "mc:%s:toy-rootfs-image" % mc).text
            for line in ('MACHINE="%s"' % machine, 'DISTRO="vruntime"', 'TMPDIR="%s/tmp-%s"' % (self.b.top, mc),
                         'BB_CURRENT_MC="%s"' % mc):
                self.assertIn("\n%s\n" % line, text)

    def test_e02_configuration_without_a_file(self):
        self.configure('BBMULTICONFIG = "vruntime-none"')
        result = self.fails("-p")
        self.assertIn("conf/multiconfig/vruntime-none.conf", result.text)

    def test_e04_e05_dependencies_on_the_other_configuration(self):
        self.ok("-g", "vxn-initramfs-create")
        graph = read(self.b.path("task-depends.dot"))
        for task in ("toy-tiny-initramfs-image.do_image_complete", "toy-rootfs-image.do_image_complete",
                     "toy-kernel.do_deploy"):
            self.assertRegex(graph, r'"vxn-initramfs-create\.do_compile" -> "(mc:)?vruntime-aarch64:%s"' % re.escape(task))
        self.configure()
        self.ok("-g", "vxn-initramfs-create")
        self.assertNotIn("toy-", read(self.b.path("task-depends.dot")))

    def test_e05_not_from_a_named_configuration(self):
        self.ok("-g", "mc:vruntime-aarch64:vxn-initramfs-create")
        graph = read(self.b.path("task-depends.dot"))
        self.assertIn("vxn-initramfs-create.do_compile", graph)
        self.assertNotIn("toy-rootfs-image", graph)

    def test_e08_kernel_of_each_configuration(self):
        layer = self.layer("mine", **{"other-kernel_1.0.bb": read(
            HERE + "/fixture-layer/recipes-test/toy/toy-kernel_1.0.bb").replace("toy kernel", "other kernel")})
        self.b.write("conf/multiconfig/vruntime-aarch64.conf", read(ROOT + "/meta-xen/conf/multiconfig/vruntime-aarch64.conf")
                     + 'PREFERRED_PROVIDER_virtual/kernel = "other-kernel"\n')
        self.addCleanup(os.remove, self.b.path("conf/multiconfig/vruntime-aarch64.conf"))
        self.b.layers(LAYERS + [layer])
        self.ok("-g", "vxn-initramfs-create")
        self.assertIn("vruntime-aarch64:other-kernel.do_deploy", read(self.b.path("task-depends.dot")))

    def test_e09_targets_of_one_and_of_all(self):
        self.ok("mc:vruntime-aarch64:toy-rootfs-image")
        self.assertTrue(glob.glob(self.b.path("tmp-vruntime-aarch64/deploy/images/*/toy-rootfs-image-*.rootfs.squashfs")))
        text = self.ok("-n", "mc:*:tiny").text
        for mc in ("mc:vruntime-aarch64:", "mc:vruntime-x86-64:", ""):
            self.assertIn("(%s%s/fixture-layer/recipes-test/tiny/tiny_1.0.bb:do_build)" % (mc, HERE), text)

    def test_e11_e12_e20_e21_e22_e23_text_of_the_recipe(self):
        self.ok("-g", "vxn-initramfs-create")
        graph = read(self.b.path("task-depends.dot"))
        for before, after in (("do_compile", "do_deploy"), ("do_deploy", "do_build")):
            self.assertIn('"vxn-initramfs-create.%s" -> "vxn-initramfs-create.%s"' % (after, before), graph)
        self.assertNotIn("glibc", graph)
        source, unpacked, world, depends, extra = self.values("S", "UNPACKDIR", "EXCLUDE_FROM_WORLD", "DEPENDS", "FILESEXTRAPATHS")
        self.assertEqual((source, world, depends.split()), (unpacked, "1", ["squashfs-tools-native"]))
        self.assertTrue(extra.startswith(ROOT + "/meta-xen/recipes-core/vxn/../../recipes-containers/vcontainer/files:"))
        self.with_both_kernels("vxn-initramfs-create")
        script = read(self.b.work("vxn-initramfs-create", "temp/run.do_compile"))
        self.assertIn("$(stat -c %s ", script)
        self.assertIn("$initramfs", script)
        self.assertNotIn("${B}", script)

    def test_e13_e25_what_is_missing(self):
        self.configure('TARGET_ARCH:pn-vxn-initramfs-create = "x86_64"\nCOMPATIBLE_HOST:pn-vxn-initramfs-create = ".*"')
        result = self.fails("-c", "deploy", "vxn-initramfs-create")
        folder = self.b.path("tmp-vruntime-x86-64/deploy/images/qemuarm64/")
        self.assertIn("Initramfs not found at %stoy-tiny-initramfs-image-qemuarm64.cpio.gz. Build it first with: bitbake "
                      "mc:vruntime-x86-64:toy-tiny-initramfs-image" % folder, result.text)
        self.assertFalse(os.path.exists(self.deployed("vxn/x86_64")))
        self.b.write("tmp-vruntime-x86-64/deploy/images/qemuarm64/toy-tiny-initramfs-image-qemuarm64.cpio.gz", "")
        result = self.fails("-c", "deploy", "vxn-initramfs-create")
        self.assertIn("Rootfs image not found at %stoy-rootfs-image-qemuarm64.rootfs.squashfs. Build it first with: bitbake "
                      "mc:vruntime-x86-64:toy-rootfs-image" % folder, result.text)

    def test_e14_to_e19_what_is_deployed(self):
        self.ok("-c", "clean", "toy-kernel")
        result = self.ok("vxn-initramfs-create")
        self.assertRegex(result.text, r"WARNING: .*Kernel not found at %s" % re.escape(self.deployed("Image")))
        self.assertIn("Summary: There was 1 WARNING message.", result.text)
        folder = self.deployed("vxn/aarch64")
        self.assertEqual(sorted(os.listdir(folder)), ["README", "initramfs.cpio.gz", "rootfs.img"])

        tasks = self.with_both_kernels("vxn-initramfs-create").tasks()
        for task in ("do_compile", "do_deploy"):
            self.assertIn(("vxn-initramfs-create", task), tasks)
        self.assertEqual({pn for pn, task in tasks}, {"vxn-initramfs-create"})
        self.assertEqual(sorted(os.listdir(folder)), ["Image", "README", "initramfs.cpio.gz", "rootfs.img"])
        self.assertEqual({mode(os.path.join(folder, name)) for name in os.listdir(folder)}, {0o644})
        self.assertIn("toy kernel", read(folder + "/Image"))
        text = read(folder + "/README")
        for word in ("aarch64", "qemuarm64", "vruntime-aarch64", "toy", "Image", "initramfs.cpio.gz", "rootfs.img", "2023"):
            self.assertIn(word, text)

        listing = subprocess.run(["unsquashfs", "-lln", folder + "/rootfs.img"], capture_output=True, text=True).stdout
        for name in ("vxn-init.sh", "vcontainer-init-common.sh"):
            self.assertRegex(listing, r"-rwxr-xr-x 0/0 .* squashfs-root/%s\n" % re.escape(name))
        self.assertRegex(listing, r"-rwsr-xr-x 5/6 .* squashfs-root/usr/bin/tiny\n")
        shown = subprocess.run(["unsquashfs", "-s", folder + "/rootfs.img"], capture_output=True, text=True).stdout
        self.assertIn("Compression xz", shown)

        self.assertEqual(glob.glob(self.b.path("sstate-cache/*/*/sstate:vxn-initramfs-create:*_deploy.tar.zst")), [])
        self.assertEqual(glob.glob(self.b.path("tmp/deploy/deb/*/vxn-*")), [])
        shown = self.ok("-c", "listtasks", "vxn-initramfs-create").text
        for task in ("do_install", "do_package", "do_packagedata", "do_package_write_deb", "do_populate_sysroot"):
            self.assertIn(task + " ", shown)
            self.assertNotIn(("vxn-initramfs-create", task), tasks)
        self.assertTrue(glob.glob(self.b.path("tmp/stamps/*/vxn-initramfs-create/*.do_packagedata*")))

    def test_e15_same_bytes_each_time(self):
        digests = []
        for attempt in range(2):
            self.with_both_kernels("vxn-initramfs-create")
            files = sorted(glob.glob(self.deployed("vxn/aarch64/*")))
            digests.append(subprocess.run(["sha256sum"] + files, capture_output=True, text=True, check=True).stdout)
        self.assertEqual(len(digests[0].splitlines()), 4)
        self.assertEqual(digests[0], digests[1])

    def test_e24_variables_of_the_shell_text_count(self):
        hashes = []
        for runtime in ("toy", "other"):
            self.configure('VXN_RUNTIME:pn-vxn-initramfs-create = "%s"' % runtime)
            self.ok("-S", "none", "vxn-initramfs-create")
            files = glob.glob(self.b.path("tmp/stamps/*/vxn-initramfs-create/*.do_compile.sigdata.*"))
            hashes.append({path.rpartition(".")[2] for path in files})
        self.assertTrue(hashes[1] - hashes[0], hashes)

    def test_e_images_of_both_runtimes(self):
        for runtime, program in (("vdkr", "runc"), ("vpdmn", "crun")):
            self.configure('VCONTAINER_RUNTIME:pn-%s-rootfs-image = "%s"' % (runtime, program))
            image = "mc:vruntime-aarch64:%s-rootfs-image" % runtime
            self.configure(self.BOTH)
            shown = self.ok("-e", image).text
            self.assertRegex(shown, r'(?m)^IMAGE_FSTYPES="squashfs"$')
            self.assertRegex(shown, r'(?m)^IMAGE_LINK_NAME="%s-rootfs-image-qemuarm64\.rootfs"$' % runtime)
            shown = self.ok("-e", "mc:vruntime-aarch64:%s-tiny-initramfs-image" % runtime).text
            self.assertRegex(shown, r'(?m)^IMAGE_LINK_NAME="%s-tiny-initramfs-image-qemuarm64"$' % runtime)
            self.assertRegex(shown, r'(?m)^export PACKAGE_INSTALL="busybox vcontainer-preinit"$')
        self.configure(self.BOTH + 'VCONTAINER_FORCE_BUILD = "1"')
        self.assertRegex(self.ok("-e", "vdkr-rootfs-image").text, r"'nostamp': \{[^}]*'do_rootfs': '1'")


class F_Orin(Base):
    MACHINE = "vm-jetson-agx-orin"
    FOLDER = "camkes-vm-images/orinagx"

    def setUp(self):
        self.configure()

    def configure(self, text="", tegra=False):
        self.b.layers(LAYERS + ([TEGRA] if tegra else []))
        self.b.local('MACHINE = "%s"\n%s' % (self.MACHINE, text))

    def toy(self, text=""):
        self.configure(TOY + 'CAMKES_INITRD_IMAGE = "toy-tiny-initramfs-image"\n' + text)

    def deployed(self, *names):
        return self.b.deployed(*names, machine=self.MACHINE)

    def test_f01_f04_f17_files_for_another_layer(self):
        recipe, fragment = "linux-jammy-nvidia-tegra", "file://virtio.cfg"
        self.configure(tegra=True)
        self.assertIn(fragment, self.b.words("SRC_URI", recipe=recipe))
        self.configure()
        self.assertIn("Nothing PROVIDES '%s'" % recipe, self.fails("-n", recipe).text)
        self.ok("-p")

    def test_f04_priority_decides_the_order(self):
        append = 'ORDER .= " %s"\n'
        conf = ('BBFILES_DYNAMIC += "tegra:${LAYERDIR}/*.bbappend"\nBBFILE_COLLECTIONS += "%s"\n'
                'BBFILE_PATTERN_%s = "^${LAYERDIR}/"\nBBFILE_PRIORITY_%s = "%d"\nLAYERSERIES_COMPAT_%s = "scarthgap"\n')
        roots = []
        for name, priority in (("late", 60), ("early", 3)):
            roots.append(self.layer(name, conf % (name, name, name, priority, name),
                                    **{"linux-jammy-nvidia-tegra_%.bbappend": append % name}))
        self.configure(tegra=True)
        self.b.layers(LAYERS + [TEGRA] + roots)
        self.assertEqual(self.b.words("ORDER", recipe="linux-jammy-nvidia-tegra"), ["early", "late"])

    def test_f05_f06_fragment(self):
        text = read(ROOT + "/meta-sel4/recipes-kernel/linux/files/virtio.cfg")
        for name in ("VIRTIO", "VIRTIO_PCI", "VIRTIO_MMIO", "VIRTIO_NET", "VIRTIO_BLK", "VIRTIO_CONSOLE", "HVC_DRIVER"):
            self.assertIn("CONFIG_%s=y\n" % name, text)
        # The file is found by BBPATH, and one that is not there is no error.
        self.with_layer("including", **{"including_1.0.bb": 'LICENSE = "MIT"\ninclude recipes-kernel/linux/linux-virtio.inc\n'
                                                            'include recipes-kernel/linux/no-such.inc\n'})
        self.assertEqual(self.b.words("SRC_URI", recipe="including"), ["file://virtio.cfg"])

    def test_f06_kernel_is_checked_against_fragments(self):
        check = ROOT + "/classes/kernel_debian.bbclass"
        self.with_layer("checked", **{
            "checked_1.0.bb": 'LICENSE = "MIT"\nINHERIT_DEFAULT_DEPS = "1"\nSRC_URI = "file://want.cfg"\n'
                              'S = "${WORKDIR}/k"\nrequire %s\nSRC_URI = "file://want.cfg"\n'
                              'do_unpack[postfuncs] += "fake_kernel"\nfake_kernel() {\n'
                              '\tmkdir -p ${S}/image/boot ${S}/image/lib/modules/6.1.0\n'
                              '\tprintf "CONFIG_A=y\\nCONFIG_B=m\\n# CONFIG_C is not set\\n" > ${S}/image/boot/config-6.1.0\n}\n' % check,
            "files/want.cfg": "CONFIG_A=y\nCONFIG_B=y\nCONFIG_C=y\nCONFIG_D=m\n"})
        result = self.fails("-c", "kernel_configcheck", "checked")
        self.assertIn("The kernel is not configured as asked for:", result.text)
        self.assertIn("want.cfg: CONFIG_C=y, the kernel has n", result.text)
        self.assertIn("want.cfg: CONFIG_D=m, the kernel has n", result.text)
        self.assertNotIn("CONFIG_B", result.text)

    def test_f07_f08_f09_f10_machine(self):
        self.configure(tegra=True)
        self.assertEqual(
            self.b.values("MACHINEOVERRIDES", "SERIAL_CONSOLES", "UBOOT_MACHINE", "IMAGE_FSTYPES", "INITRAMFS_FSTYPES",
                          "IMAGE_ROOTFS_SIZE", "PREFERRED_PROVIDER_virtual/kernel"),
            ["cuda:tegra:tegra234:tegra:tegra234:jetson-agx-orin-devkit:vm-jetson-agx-orin",
             "115200;ttyAMA0 115200;hvc0", "", "ext4 tar.bz2 cpio.gz", "cpio.gz", "0", "linux-jammy-nvidia-tegra"])
        self.assertEqual(self.b.words("IMAGE_CLASSES"), [])
        self.assertIsNone(self.b.values("TEGRA_CLASS_READ", recipe="vm-image-boot"))
        self.assertNotIn("do_image_tegraflash", self.ok("-c", "listtasks", "vm-image-user").text)
        self.configure()
        self.assertEqual(self.b.values("MACHINEOVERRIDES"),
                         "tegra234:tegra:tegra234:jetson-agx-orin-devkit:vm-jetson-agx-orin")
        self.assertEqual(self.b.values("SERIAL_CONSOLES", "UBOOT_MACHINE", "IMAGE_FSTYPES"),
                         ["115200;ttyAMA0 115200;hvc0", "", "ext4 tar.bz2 cpio.gz"])

    def test_f11_minimal_image(self):
        self.ok("-g", "vm-image-minimal")
        graph = read(self.b.path("task-depends.dot"))
        self.assertIn('"vm-image-minimal.do_build" -> "linux-debian-cloud.do_deploy"', graph)
        self.assertEqual(self.b.words("IMAGE_FSTYPES", recipe="vm-image-minimal"), ["cpio.gz"])
        self.assertEqual(self.b.words("PACKAGE_INSTALL", recipe="vm-image-minimal"), ["minimal-init"])
        self.assertEqual(self.b.words("RDEPENDS:minimal-init", recipe="minimal-init"), ["busybox"])

    def test_f11_f12_archive_of_the_minimal_image(self):
        # The script and the nodes without busybox, which takes a compiler.
        self.configure(TOY + 'RDEPENDS:minimal-init:pn-minimal-init = ""')
        self.ok("vm-image-minimal")
        found = glob.glob(self.deployed("vm-image-minimal-*.cpio.gz"))
        self.assertEqual([os.path.basename(path) for path in found], ["vm-image-minimal-vm-jetson-agx-orin.cpio.gz"])
        listing = subprocess.run("gzip -dc %s | cpio -itvn" % found[0], shell=True, capture_output=True, text=True).stdout
        for line in (r"-rwxr-xr-x .* init", r"crw------- .* 5, +1 .* dev/console", r"crw-rw-rw- .* 1, +3 .* dev/null",
                     r"crw-rw-rw- .* 5, +0 .* dev/tty", r"crw-rw-rw- .*204, +64 .* dev/ttyAMA0"):
            self.assertRegex(listing, r"(?m)^%s$" % line)
        self.assertTrue(os.path.exists(self.deployed("Image")))

    def test_f13_f18_inputs_of_camkes(self):
        self.toy()
        self.ok("camkes-vm-minimal")
        folder = self.deployed(self.FOLDER)
        self.assertEqual(sorted(os.listdir(folder)),
                         ["devices.camkes", "linux", "linux-dtb", "memory-map.txt", "rootfs.cpio.gz"])
        for name, original in (("linux", "Image"), ("rootfs.cpio.gz", "toy-tiny-initramfs-image-%s.cpio.gz" % self.MACHINE)):
            with open(os.path.join(folder, name), "rb") as one, open(self.deployed(original), "rb") as two:
                self.assertEqual(one.read(), two.read())
        size = os.path.getsize(folder + "/rootfs.cpio.gz")
        self.assertLess(size, 0x2000000)
        rows = {line.rsplit(None, 4)[0]: line.rsplit(None, 4)[1:] for line in
                read(folder + "/memory-map.txt").splitlines()[1:]}
        self.assertEqual(rows["kernel"][:3], ["0x90000000", "0x90200000", "0x200000"])
        self.assertEqual(rows["initrd"][:3], ["0x9d000000", hex(0x9d000000 + size), hex(size)])
        self.assertEqual(rows["initrd"][3], hex(0x1000000 - size))
        self.assertEqual(rows["device tree"][0], "0x9e000000")
        self.device_tree(folder + "/linux-dtb", size)
        text = read(folder + "/devices.camkes")
        for line in ('"linux_ram_base": "0x90000000"', '"linux_ram_size": "0x10000000"', '"dtb_addr": "0x9E000000"',
                     '"initrd_addr": "0x9D000000"', '"initrd_max_size": "0x2000000"', '["0x90000000:28"]', "num_vcpus = 4;",
                     '{"path": "/serial@c168000"}', '{"path": "/bpmp"}'):
            self.assertIn(line, text)

    def device_tree(self, path, size):
        def get(node, name, kind="x"):
            return subprocess.run(["fdtget", "-t", kind, path, node, name], capture_output=True, text=True,
                                  check=True).stdout.split()
        self.assertEqual(get("/tegra-hsp@3c00000", "reg"), ["0", "3c00000", "0", "a0000"])
        lines = get("/tegra-hsp@3c00000", "interrupts", "u")
        self.assertEqual(lines[1::3], ["176"] + [str(n) for n in range(120, 128)])
        self.assertEqual(get("/tegra-hsp@c150000", "reg"), ["0", "c150000", "0", "90000"])
        self.assertEqual(get("/tegra-hsp@c150000", "interrupts", "u")[1::3], ["133", "134", "135", "136"])
        self.assertEqual(get("/sram@40000000", "reg"), ["0", "40000000", "0", "80000"])
        buffers = [get("/sram@40000000/sram@" + at, "phandle")[0] for at in ("70000", "71000")]
        self.assertEqual(get("/sram@40000000/sram@71000", "label", "s"), ["cpu-bpmp-rx"])
        self.assertEqual(get("/bpmp", "shmem"), buffers)
        self.assertEqual(get("/bpmp", "mboxes"), get("/tegra-hsp@3c00000", "phandle") + ["2", "13"])
        self.assertEqual(get("/bpmp/i2c", "nvidia,bpmp-bus-id", "u"), ["5"])
        self.assertEqual(get("/memory@90000000", "reg"), ["0", "90000000", "0", "10000000"])
        self.assertEqual(get("/chosen", "linux,initrd-end"), ["%x" % (0x9d000000 + size)])

    def test_f18_parts_that_run_into_each_other(self):
        for settings, text in (
                ('VM_INITRD_ADDR = "0x9DFFFF00"', r"the initrd, 0x9dffff00 to 0x9e\w+, runs into the device tree at 0x9e000000"),
                ('TOY_KERNEL_MEMORY = "0xD000001"', r"the kernel, 0x90000000 to 0x9d000001, runs into the initrd at 0x9d000000"),
                ('VM_DTB_ADDR = "0xA0000000"', r"the device tree, 0xa0000000 to 0x\w+, is not inside of the guest's memory, "
                                               r"0x90000000 to 0xa0000000"),
                ('VM_INITRD_MAX_SIZE = "16"', r"the initrd has 0x\w+ bytes, VM_INITRD_MAX_SIZE is 0x10"),
                ('VM_DTB_ADDR = "near the end"', r"VM_DTB_ADDR: 'near the end' is not a number"),
                ('VM_DEVICES:append = " /uart@0"', r"VM_DEVICES: the device tree has no node /uart@0")):
            self.toy(settings)
            result = self.fails("camkes-vm-minimal")
            self.assertRegex(result.text, text)
        self.toy('VM_RAM_SIZE = "0x0fffffff"')
        self.assertIn("VM_RAM_SIZE 0xfffffff is not a power of two", self.fails("-p").text)

    def test_f13_image_past_what_the_vmm_takes(self):
        self.toy('INITRAMFS_MAXSIZE = "1024"\nIMAGE_ROOTFS_SIZE:pn-toy-tiny-initramfs-image = "4096"')
        self.assertIn("exceeds INITRAMFS_MAXSIZE: 1024(K)", self.fails("toy-tiny-initramfs-image").text)

    def test_f14_setup_adds_a_layer_once(self):
        root = self.b.path("checkout")
        os.makedirs(root + "/meta-tegra/conf")
        open(root + "/meta-tegra/conf/layer.conf", "w").close()
        os.makedirs(root + "/meta-tegra-extra/conf")
        script = ("cd %s; for i in 1 2; do LAYERS_ROOT=%s MACHINE=vm-jetson-agx-orin . ./setup.sh %s/bd; cd %s; done; echo rc=$?"
                  % (ROOT, root, self.b.top, ROOT))
        for shell in (["bash"], ["bash", "--posix"]):
            text = subprocess.run(shell + ["-c", script], env={"PATH": os.environ["PATH"], "HOME": self.b.top}, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
            self.assertEqual(text.splitlines()[-1], "rc=0", text)
            added = [line for line in read(self.b.path("bd/conf/bblayers.conf")).splitlines() if "tegra" in line]
            self.assertEqual(added, ['BBLAYERS += "%s/meta-tegra"' % root])
            self.assertEqual(read(self.b.path("bd/conf/auto.conf")), 'MACHINE ?= "vm-jetson-agx-orin"\n')
        subprocess.run(["rm", "-r", self.b.path("bd")], check=True)
        text = subprocess.run(["bash", ROOT + "/setup.sh"], capture_output=True, text=True, cwd=self.b.top)
        self.assertNotEqual(text.returncode, 0)
        self.assertIn("needs to be sourced", text.stderr)

    def test_f15_layer_of_another_series(self):
        conf = ('BBFILE_COLLECTIONS += "tegra"\nBBFILE_PATTERN_tegra = "^${LAYERDIR}/"\nLAYERSERIES_COMPAT_tegra = "kirkstone"\n')
        self.b.layers(LAYERS + [self.layer("oldtegra", conf)])
        self.assertIn("Layer tegra is not compatible with the core layer", self.fails("-p").text)

    def test_f16_expressions_of_a_layer(self):
        self.configure(tegra=True)
        self.assertEqual(self.b.values("SEEN", recipe="beside-core"), "tegra")
        self.assertIn("one->two", self.b.words("SIGGEN_EXCLUDE_SAFE_RECIPE_DEPS"))


class B_Screen(Base):
    """Images with a screen. That X runs in them is shown by make boot-test."""

    def setUp(self):
        self.b.layers(LAYERS)
        self.b.local()

    def test_b35_names_and_features(self):
        driver = self.b.values("IMAGE_BASENAME", "VM_IMAGE_HOSTNAME", "VM_GUEST_IMAGES", recipe="vm-image-driver-gui")
        self.assertEqual([value.strip() for value in driver], ["vm-image-driver-gui", "driver-vm", "vm-image-user-gui"])
        words = self.b.words("PACKAGE_INSTALL", recipe="vm-image-driver-gui")
        for word in ("packagegroup-core-x11", "x-session-rxvt", "x11perf", "xrestop", "xwininfo", "xprop", "qemu"):
            self.assertIn(word, words)
        self.assertNotIn("mesa-demos", words)
        user = self.b.values("IMAGE_BASENAME", "VM_IMAGE_HOSTNAME", recipe="vm-image-user-gui")
        self.assertEqual(user, ["vm-image-user-gui", "user-vm"])
        words = self.b.words("PACKAGE_INSTALL", recipe="vm-image-user-gui")
        for word in ("packagegroup-core-x11", "packagegroup-core-x11-base", "x-session-matchbox-wm"):
            self.assertIn(word, words)

    def test_b35_everything_has_a_recipe(self):
        self.b.local('DISTRO_FEATURES:append = " opengl"\nEXTRA_IMAGE_FEATURES:append:pn-vm-image-user-gui = " gui-test"')
        self.ok("-g", "vm-image-driver-gui")
        built = read(self.b.path("pn-buildlist")).split()
        for recipe in ("vm-image-user-gui", "xserver-xorg", "mesa-demos", "piglit", "matchbox-wm", "rxvt-unicode"):
            self.assertIn(recipe, built)

    def test_b35_without_x11(self):
        self.b.local('DISTRO_FEATURES = "pci"')
        result = self.fails("-n", "vm-image-user-gui")
        self.assertIn("missing required distro feature 'x11' (not in DISTRO_FEATURES)", result.text)

    def test_b20_guest_of_the_image_with_a_screen(self):
        self.assertEqual(self.b.values("VM_GUEST_IMAGE_vm-image-user-gui", "VM_GUEST_IMAGE_vm-image-user",
                                       recipe="vm-image-driver-gui"), ["user-vm.qcow2", "user-vm.qcow2"])
        self.ok("-g", "vm-image-driver-gui")
        graph = read(self.b.path("task-depends.dot"))
        self.assertIn('"vm-image-driver-gui.do_rootfs" -> "vm-image-user-gui.do_image_complete"', graph)
        self.assertNotIn('"vm-image-user.do_', graph)

    def test_b40_session_with_the_highest_priority(self):
        self.b.local('RDEPENDS:x-session-rxvt:pn-x-session-rxvt = ""\n'
                     'RDEPENDS:x-session-matchbox-wm:pn-x-session-matchbox-wm = ""\n'
                     'IMAGE_INSTALL:pn-tiny-image = "x-session-rxvt x-session-matchbox-wm"')
        self.ok("tiny-image")
        link = self.b.work("tiny-image", "rootfs/etc/mini_x/session")
        self.assertEqual(os.readlink(link), "/usr/share/x-session/x-session-matchbox-wm")
        self.assertTrue(os.access(self.b.work("tiny-image", "rootfs") + os.readlink(link), os.X_OK))

    def test_b40_session_without_a_file(self):
        self.with_layer("nofile", **{"x-session-none.bb": "require recipes-graphics/x-session/x-session.inc\n"})
        self.assertRegex(self.fails("-p").text, r"x-session-none\.bb does not define XSESSIONFILE")


if __name__ == "__main__":
    if not builder.find_bbc():
        sys.exit("no bbc: set BBC_BIN")
    unittest.main()
