#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Driver and user VM images: configuration, layers, classes, images and commands. Names of tests begin with the row of rows.md:
a01 ... configuration and layers, b01 ... classes and images, c01 ... commands.
"""

import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import builder  # noqa: E402
from builder import LAYERS, ROOT, Build  # noqa: E402

MACHINE = "vm-raspberrypi4-64"


def read(path):
    with open(path, errors="replace") as f:
        return f.read()


class Base(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        if not builder.find_bbc():
            raise unittest.SkipTest("no bbc: set BBC_BIN")
        cls.b = Build()
        cls.addClassCleanup(cls.b.remove)

    def setUp(self):
        self.b.local()
        self.b.layers(LAYERS)

    def ok(self, *arguments, **options):
        result = self.b.run(*arguments, **options)
        self.assertEqual(result.status, 0, result.text[-4000:])
        return result

    def fails(self, *arguments, **options):
        result = self.b.run(*arguments, **options)
        self.assertNotEqual(result.status, 0, result.text[-4000:])
        return result

    def layer(self, name, conf=None, **files):
        """A layer of the given files; the names' '__' stands for '/', and a last '_' for '.bb'."""
        root = self.b.path("layers", name)
        shutil.rmtree(root, ignore_errors=True)
        if conf is None:
            conf = ('BBPATH .= ":${LAYERDIR}"\nBBFILES += "${LAYERDIR}/*.bb ${LAYERDIR}/*.bbappend"\n'
                    'BBFILE_COLLECTIONS += "%s"\nBBFILE_PATTERN_%s = "^${LAYERDIR}/"\nBBFILE_PRIORITY_%s = "50"\n'
                    'LAYERSERIES_COMPAT_%s = "scarthgap"\n' % (name, name, name, name))
        self.b.write("layers/%s/conf/layer.conf" % name, conf)
        for file_name, text in files.items():
            self.b.write("layers/%s/%s" % (name, file_name), text)
        return root

    def with_layer(self, name, conf=None, **files):
        root = self.layer(name, conf, **files)
        self.b.layers(LAYERS + [root])
        return root


class A_ConfigurationAndLayers(Base):
    def source(self, text, shell="bash"):
        """Runs a shell script that sources the init script; (status, output)."""
        process = subprocess.run([shell, "-c", text], cwd=self.b.top, text=True, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, env={"PATH": os.environ["PATH"], "HOME": self.b.top})
        return process.returncode, process.stdout

    def test_a01_init_script_makes_and_keeps_the_configuration(self):
        init = ROOT + "/oe-init-build-env"
        status, text = self.source(". %s bd; echo $?:$BBPATH:$(pwd)" % init)
        build = self.b.path("bd")
        self.assertEqual(text.splitlines()[-1], "0:%s:%s" % (build, build))
        layers = read(build + "/conf/bblayers.conf")
        for layer in ("/meta-core", "/meta-sel4", "/meta-xen"):
            self.assertIn(ROOT + layer + " ", layers)
        self.b.write("bd/conf/local.conf", "# mine\n")
        self.source(". %s bd" % init)
        self.assertEqual(read(build + "/conf/local.conf"), "# mine\n")
        status, text = self.source("bash %s bd" % init)
        self.assertIn("needs to be sourced", text)
        self.assertNotEqual(status, 0)

    def test_a01_init_script_knows_an_old_list_of_layers(self):
        old = self.b.write("bo/conf/bblayers.conf", 'BBLAYERS ?= " \\\n  %s \\\n  %s/meta-sel4 \\\n"\n' % (ROOT, ROOT))
        status, text = self.source(". %s/oe-init-build-env bo; echo rc=$?" % ROOT)
        self.assertIn("%s: write %s/meta-core instead of %s in BBLAYERS: the core layer is there now\n" % (old, ROOT, ROOT), text)
        self.assertIn("rc=1", text)
        self.b.write("bo/conf/bblayers.conf", 'BBLAYERS ?= " \\\n  %s/meta-core \\\n  %s/meta-sel4 \\\n"\n' % (ROOT, ROOT))
        self.assertIn("rc=0", self.source(". %s/oe-init-build-env bo; echo rc=$?" % ROOT)[1])

    def test_a01_init_script_remembers_the_machine(self):
        self.source("MACHINE=qemuarm64 . %s/oe-init-build-env bm" % ROOT)
        top = self.b.path("bm")
        process = subprocess.run([builder.find_bbc(), "-e"], cwd=top, text=True, capture_output=True,
                                 env={"PATH": os.environ["PATH"], "BBPATH": top, "HOME": top})
        self.assertIn('\nMACHINE="qemuarm64"\n', process.stdout, process.stderr)

    def test_a01_init_script_takes_other_templates(self):
        self.b.write("tmpl/local.conf.sample", "# theirs\n")
        self.b.write("tmpl/bblayers.conf.sample", 'BBLAYERS = "##OEROOT##"\n')
        self.source("TEMPLATECONF=%s . %s/oe-init-build-env bt" % (self.b.path("tmpl"), ROOT))
        self.assertEqual(read(self.b.path("bt/conf/bblayers.conf")), 'BBLAYERS = "%s"\n' % ROOT)
        status, text = self.source("TEMPLATECONF=/nowhere . %s/oe-init-build-env bu; echo rc=$?" % ROOT)
        self.assertIn("rc=1", text)
        self.assertFalse(os.path.exists(self.b.path("bu")))

    def test_a02_layers_by_topdir_and_missing_layers(self):
        os.makedirs(self.b.path("sub"), exist_ok=True)
        self.b.layers(LAYERS + ["${TOPDIR}/../missing-a", "${TOPDIR}/sub/../missing-b"])
        result = self.fails("-e")
        self.assertIn("The following layer directories do not exist:", result.text)
        self.assertIn("missing-a", result.text)
        self.assertIn("missing-b", result.text)
        self.assertIn("Please check BBLAYERS in", result.text)

    def test_a03_layer_of_another_series(self):
        conf = ('BBFILE_COLLECTIONS += "old"\nBBFILE_PATTERN_old = "^${LAYERDIR}/"\nLAYERSERIES_COMPAT_old = "dunfell zeus"\n')
        self.with_layer("old", conf)
        result = self.fails("-e")
        self.assertRegex(result.text, r"Layer old is not compatible with the core layer")
        self.assertIn("scarthgap", result.text)
        self.assertIn("dunfell", result.text)

    def test_a03_layer_without_series_and_layer_with_missing_dependency(self):
        self.with_layer("bare", 'BBFILE_COLLECTIONS += "bare"\nBBFILE_PATTERN_bare = "^${LAYERDIR}/"\n')
        result = self.ok("-p")
        self.assertRegex(result.text, r"WARNING: Layer bare should set LAYERSERIES_COMPAT_bare")
        self.with_layer("needy", 'BBFILE_COLLECTIONS += "needy"\nBBFILE_PATTERN_needy = "^${LAYERDIR}/"\n'
                        'LAYERSERIES_COMPAT_needy = "scarthgap"\nLAYERDEPENDS_needy = "networking-layer"\n')
        result = self.fails("-p")
        self.assertRegex(result.text, r"Layer 'needy' depends on layer 'networking-layer', but this layer is not enabled")

    def test_a03_two_layers_of_one_name(self):
        conf = 'BBFILE_COLLECTIONS += "meta-sel4"\nBBFILE_PATTERN_meta-sel4 = "^${LAYERDIR}/"\n'
        self.with_layer("twin", conf)
        result = self.fails("-e")
        self.assertIn("meta-sel4", result.text)
        self.assertRegex(result.text, r"(?i)found duplicated BBFILE_COLLECTIONS|already")

    def test_a04_images_folder(self):
        self.assertEqual(self.b.values("FILE", recipe="vm-image-driver"), ROOT + "/meta-sel4/images/vm-image-driver.bb")

    def test_a05_machine_from_the_environment(self):
        passed = {"BB_ENV_PASSTHROUGH_ADDITIONS": "MACHINE", "MACHINE": "qemuarm64"}
        self.assertEqual(self.b.values("MACHINE", **passed), "qemuarm64")
        self.b.local('MACHINE = "raspberrypi4-64"')
        self.assertEqual(self.b.values("MACHINE", **passed), "raspberrypi4-64")
        shown = self.ok("-e").text
        self.assertRegex(shown, r'#\s+set \S*conf/local.conf:\d+\n#\s+"raspberrypi4-64"')

    def test_a06_number_of_tasks_at_once(self):
        task = ('LICENSE = "MIT"\nINHIBIT_DEFAULT_DEPS = "1"\ninherit nopackages\ndo_count() {\n'
                '\tmkdir -p ${TOPDIR}/running\n\ttouch ${TOPDIR}/running/${PN}\n\tls ${TOPDIR}/running | wc -l >> ${TOPDIR}/counts\n'
                '\tsleep 0.3\n\trm ${TOPDIR}/running/${PN}\n}\naddtask count\ndo_count[nostamp] = "1"\n')
        self.with_layer("many", **{"many%d.bb" % i: task for i in range(6)})
        for limit in (1, 3):
            self.b.local('BB_NUMBER_THREADS = "%d"' % limit)
            self.b.write("counts", "")
            self.ok("-c", "count", *["many%d" % i for i in range(6)])
            counts = [int(n) for n in read(self.b.path("counts")).split()]
            self.assertEqual(len(counts), 6)
            self.assertLessEqual(max(counts), limit)

    def test_a07_parallel_make_reaches_make(self):
        self.b.local('PARALLEL_MAKE = "-j8"')
        self.ok("-f", "-c", "compile", "tiny")
        self.assertIn("make -j8 ", read(self.b.work("tiny", "temp/run.do_compile")))

    def test_a08_second_build_directory_restores_everything(self):
        first, second = Build(), Build()
        self.addCleanup(first.remove)
        self.addCleanup(second.remove)
        second.shared = first.top
        second.local()
        for build in (first, second):
            result = build.run("tiny-image")
            self.assertEqual(result.status, 0, result.text)
        ran = [(pn, task) for pn, task in result.tasks() if not task.endswith("_setscene") and pn != "tiny-image"]
        self.assertEqual(ran, [], result.text)
        name = "tiny-image-%s.tar.bz2" % MACHINE
        with open(first.deployed(name), "rb") as one, open(second.deployed(name), "rb") as two:
            self.assertEqual(one.read(), two.read())

    def test_a09_debug_tweaks(self):
        self.b.local('EXTRA_IMAGE_FEATURES += "debug-tweaks"')
        self.assertIn("debug-tweaks", self.b.words("IMAGE_FEATURES", recipe="tiny-image"))
        self.ok("tiny-image")
        self.assertRegex(read(self.b.work("tiny-image", "rootfs/etc/shadow")), r"(?m)^root::")
        self.b.local()
        self.ok("tiny-image")
        self.assertRegex(read(self.b.work("tiny-image", "rootfs/etc/shadow")), r"(?m)^root:\*:")

    def test_a10_plain_variable(self):
        self.b.local('CMDLINE_SWIOTLB = "swiotlb=65536"')
        self.assertEqual(self.b.values("CMDLINE_SWIOTLB"), "swiotlb=65536")

    def test_a11_machine_overrides(self):
        self.assertEqual(self.b.values("MACHINEOVERRIDES"),
                         "rpi:raspberrypi4:raspberrypi4:raspberrypi4-64:vm-raspberrypi4-64")

    def test_a12_include_beside_the_machine(self):
        self.assertEqual(self.b.values("SERIAL_CONSOLES"), "115200;ttyS0 115200;hvc0")
        self.assertEqual(self.b.values("SERIAL_CONSOLES", MACHINE="raspberrypi4-64", BB_ENV_PASSTHROUGH_ADDITIONS="MACHINE"),
                         "115200;ttyAMA0 115200;hvc0")

    def test_a13_image_types_of_the_machine(self):
        self.assertTrue({"tar.bz2", "ext3"} <= set(self.b.words("IMAGE_FSTYPES", recipe="vm-image-driver")))

    def test_a14_kernel_fragments(self):
        uris = self.b.words("SRC_URI", recipe="linux-debian")
        for name in ("vhost.cfg", "uio.cfg", "virtio.cfg"):
            self.assertIn("file://" + name, uris)
        fragment = read(ROOT + "/meta-sel4/recipes-kernel/linux/files/vhost.cfg")
        self.assertEqual(fragment.split(), ["CONFIG_VHOST=m", "CONFIG_VHOST_NET=m", "CONFIG_TAP=m"])
        self.assertEqual(self.b.words("SRC_URI", recipe="linux-debian-cloud").count("file://vhost.cfg"), 0)

    def test_a15_append_of_one_version(self):
        self.with_layer("extra", **{"tiny_1.0.bbappend": 'EXACT = "yes"\n', "tiny_%.bbappend": 'ANY = "yes"\n'})
        self.assertEqual(self.b.values("EXACT", "ANY", recipe="tiny"), ["yes", "yes"])
        self.with_layer("extra", **{"tiny_7.1.0.bbappend": 'EXACT = "yes"\n'})
        result = self.fails("tiny")
        self.assertIn("No recipes in default available for:", result.text)
        self.assertIn("tiny_7.1.0.bbappend", result.text)
        self.b.local('BB_DANGLINGAPPENDS_WARNONLY = "1"')
        self.assertIn("WARNING: No recipes in default available for:", self.ok("-p").text)

    def test_a16_append_without_version(self):
        self.with_layer("extra", **{"tiny-image.bbappend": 'PLAIN = "yes"\n'})
        self.assertEqual(self.b.values("PLAIN", recipe="tiny-image"), "yes")
        self.assertIsNone(self.b.values("PLAIN", recipe="tiny"))


class B_ClassesAndImages(Base):
    def rootfs(self, image, *names):
        return self.b.work(image, "rootfs", *names)

    def test_b01_image_from_the_core_layer(self):
        words = self.b.words("IMAGE_INSTALL", recipe="vm-image-user")
        self.assertEqual(words[0], "packagegroup-core-boot")
        self.b.local('CORE_IMAGE_EXTRA_INSTALL = "editor-low"')
        self.assertIn("editor-low", self.b.words("IMAGE_INSTALL", recipe="vm-image-user"))

    def test_b02_each_class_once_and_from_three_folders(self):
        classes = {"classes%s/%s.bbclass" % (kind, name): 'READ .= " %s"\n' % name
                   for kind, name in (("", "plain"), ("-recipe", "recipe"), ("-global", "glob"))}
        recipe = 'LICENSE = "MIT"\ninherit plain recipe\ninherit plain\nINHIBIT_DEFAULT_DEPS = "1"\n'
        self.with_layer("classes", **dict(classes, **{"inheriting.bb": recipe}))
        self.b.local('INHERIT += "glob"')
        self.assertEqual(sorted(self.b.words("READ", recipe="inheriting")), ["glob", "plain", "recipe"])

    def test_b03_export_statements(self):
        self.assertEqual(self.b.values("VM_IMAGE_HOSTNAME", recipe="tiny-driver"), "tiny-driver")
        self.assertRegex(self.ok("-e", "tiny-driver").text, r'(?m)^export VM_IMAGE_HOSTNAME="tiny-driver"$')
        self.ok("tiny-driver")
        script = read(glob.glob(self.b.work("tiny-driver", "temp/run.set_image_hostname.*"))[0])
        self.assertIn('export VM_IMAGE_HOSTNAME="tiny-driver"', script)

    def test_b04_feature_packages(self):
        self.b.local('EXTRA_IMAGE_FEATURES = "my-feature"\nFEATURE_PACKAGES:my-feature = "wrong"')
        self.assertIn("editor-low", self.b.words("PACKAGE_INSTALL", recipe="tiny-image"))
        self.assertNotIn("wrong", self.b.words("PACKAGE_INSTALL", recipe="tiny-image"))

    def test_b05_optional_feature(self):
        self.b.local('EXTRA_IMAGE_FEATURES = "maybe"')
        self.assertIn("editor-plugin-none", self.b.words("PACKAGE_INSTALL_ATTEMPTONLY", recipe="tiny-image"))
        self.assertNotIn("editor-plugin-none", self.b.words("PACKAGE_INSTALL", recipe="tiny-image"))
        self.ok("tiny-image")
        self.assertNotIn("editor-plugin-none", self.b.manifest("tiny-image"))

    def test_b06_unknown_feature(self):
        self.b.local('EXTRA_IMAGE_FEATURES:pn-tiny-image = "no-such-feature"')
        result = self.fails("tiny-image")
        self.assertIn("Nothing PROVIDES 'tiny-image'", result.text)
        self.assertIn("'no-such-feature' in IMAGE_FEATURES (added via EXTRA_IMAGE_FEATURES) is not a valid image feature. "
                      "Valid features: ", result.text)
        valid = re.search(r"Valid features: (.*)", result.text).group(1).split()
        self.assertEqual(valid, sorted(valid))
        self.assertTrue({"debug-tweaks", "my-feature", "ssh-server-dropbear"} <= set(valid))
        self.b.local('IMAGE_FEATURES:append:pn-tiny-image = " no-such-feature"')
        result = self.fails("tiny-image")
        self.assertIn("'no-such-feature' in IMAGE_FEATURES is not a valid image feature.", result.text)

    def test_b07_features_that_replace_or_exclude(self):
        self.b.local('EXTRA_IMAGE_FEATURES:pn-tiny-image = "fresh stale"')
        words = self.b.words("PACKAGE_INSTALL", recipe="tiny-image")
        self.assertIn("editor-high", words)
        self.assertNotIn("editor-low", words)
        self.assertEqual(self.b.values("IMAGE_FEATURES_REPLACES_ssh-server-openssh", recipe="tiny-image"),
                         "ssh-server-dropbear")
        self.b.local('EXTRA_IMAGE_FEATURES:pn-tiny-image = "red blue"')
        result = self.fails("-p")
        self.assertIn("tiny-image contains conflicting IMAGE_FEATURES red blue", result.text)

    def test_b08_benchmark(self):
        words = self.b.words("PACKAGE_INSTALL", recipe="vm-image-user")
        self.assertTrue({"screen", "tii-benchmark"} <= set(words))

    def test_b09_b10_gui_features_by_distro_features(self):
        tools = {"x11perf", "xrestop", "xwininfo", "xprop"}
        for features, benchmark, test in (("", set(), set()), ("x11", tools, set()),
                                          ("x11 opengl", tools | {"mesa-demos"}, {"piglit"})):
            self.b.local('DISTRO_FEATURES = "%s"' % features)
            self.assertEqual(set(self.b.words("FEATURE_PACKAGES_gui-benchmark", recipe="tiny-user")), benchmark)
            self.assertEqual(set(self.b.words("FEATURE_PACKAGES_gui-test", recipe="tiny-user")), test)

    def test_b11_b12_disk_of_a_guest(self):
        self.assertIn("ext4.qcow2", self.b.words("IMAGE_FSTYPES", recipe="tiny-user"))
        self.ok("tiny-user")
        disk = self.b.deployed("tiny-user-%s.ext4.qcow2" % MACHINE)
        info = subprocess.run(["qemu-img", "info", disk], capture_output=True, text=True, check=True).stdout
        self.assertIn("file format: qcow2", info)
        size = int(re.search(r"virtual size: .*\((\d+) bytes\)", info).group(1))
        self.assertGreaterEqual(size, 4096 * 1024)
        self.assertEqual(size % 1024, 0)
        self.assertFalse(os.path.exists(self.b.deployed("tiny-user-%s.ext4" % MACHINE)))

    def test_b13_b14_guest_is_built_first_and_installed(self):
        self.ok("-c", "cleansstate", "tiny-user", "tiny-driver")
        tasks = self.ok("tiny-driver").tasks()
        self.assertLess(tasks.index(("tiny-user", "do_image_complete")), tasks.index(("tiny-driver", "do_rootfs")))
        installed = self.rootfs("tiny-driver", "var/lib/virt/images/user-vm.qcow2")
        with open(installed, "rb") as one, open(self.b.deployed("tiny-user-%s.ext4.qcow2" % MACHINE), "rb") as two:
            self.assertEqual(one.read(), two.read())

    def test_b15_absolute_path(self):
        self.b.local('VM_GUEST_IMAGE_tiny-user = "/srv/guest/disk.img"')
        self.ok("tiny-driver")
        self.assertTrue(os.path.exists(self.rootfs("tiny-driver", "srv/guest/disk.img")))

    def test_b16_default_name(self):
        self.b.local('VM_GUEST_IMAGE_tiny-user = ""')
        self.ok("tiny-driver")
        self.assertTrue(os.path.exists(self.rootfs("tiny-driver", "var/lib/virt/images/tiny-user.qcow2")))

    def test_b17_relative_path(self):
        self.b.local('VM_GUEST_IMAGE_tiny-user:pn-tiny-driver = "sub/user-vm.qcow2"')
        result = self.fails("tiny-image")
        self.assertIn("VM_GUEST_IMAGE_tiny-user contains relative path", result.text)
        self.assertRegex(result.text, r"Parsing halted due to errors")

    def test_b18_type_of_the_guests_disk(self):
        for value, text in (("", "does not define VM_GUEST_IMAGES_FSTYPES"),
                            ("ext4 ext3", "defines multiple VM_GUEST_IMAGES_FSTYPES")):
            self.b.local('VM_GUEST_IMAGES_FSTYPES:pn-tiny-driver = "%s"' % value)
            self.assertRegex(self.fails("-p").text, r"tiny-driver\.bb " + text)

    def test_b19_missing_disk(self):
        self.b.local('VM_GUEST_IMAGES_FSTYPES:pn-tiny-driver = "ext2.qcow2"')
        result = self.fails("tiny-driver")
        self.assertRegex(result.text, r"VM image \S+/tiny-user-%s.ext2.qcow2 does not exist" % MACHINE)
        self.assertRegex(result.text, r"tiny-driver.*do_rootfs")

    def test_b20_list_replaced_after_require(self):
        self.with_layer("gui", **{
            "other-user.bb": "require recipes-test/images/tiny-user.bb\nIMAGE_BASENAME = \"other-user\"\n",
            "other-driver.bb": 'require recipes-test/images/tiny-driver.bb\nVM_GUEST_IMAGES = "other-user"\n'
                               'VM_GUEST_IMAGE_other-user = "user-vm.qcow2"\n'})
        self.ok("other-driver")
        folder = self.rootfs("other-driver", "var/lib/virt/images")
        self.assertEqual(os.listdir(folder), ["user-vm.qcow2"])
        with open(folder + "/user-vm.qcow2", "rb") as one, \
                open(self.b.deployed("other-user-%s.ext4.qcow2" % MACHINE), "rb") as two:
            self.assertEqual(one.read(), two.read())

    def test_b21_change_of_a_name_reruns_do_rootfs_only(self):
        self.ok("tiny-driver")
        self.b.local('VM_GUEST_IMAGE_tiny-user = "renamed.qcow2"')
        tasks = self.ok("tiny-driver").tasks()
        self.assertIn(("tiny-driver", "do_rootfs"), tasks)
        self.assertEqual({pn for pn, task in tasks}, {"tiny-driver"})
        self.assertTrue(os.path.exists(self.rootfs("tiny-driver", "var/lib/virt/images/renamed.qcow2")))

    def test_b22_two_guests(self):
        self.with_layer("two", **{"second-user.bb": "require recipes-test/images/tiny-user.bb\n"
                                                    'IMAGE_BASENAME = "second-user"\n'})
        self.b.local('VM_GUEST_IMAGES:pn-tiny-driver = "tiny-user second-user tiny-user"')
        self.ok("tiny-driver")
        self.assertEqual(sorted(os.listdir(self.rootfs("tiny-driver", "var/lib/virt/images"))),
                         ["second-user.qcow2", "user-vm.qcow2"])

    def test_b22_skip(self):
        self.b.local('VM_GUEST_IMAGES_SKIP = "1"\nVM_GUEST_IMAGES_FSTYPES:pn-tiny-driver = ""')
        self.ok("tiny-driver")
        self.assertFalse(os.path.exists(self.rootfs("tiny-driver", "var/lib/virt/images/user-vm.qcow2")))

    def test_b23_hostname(self):
        self.ok("tiny-user")
        self.assertEqual(read(self.rootfs("tiny-user", "etc/hostname")), "tiny-vm\n")

    def test_b24_no_hostname(self):
        self.with_layer("nameless", **{"nameless.bb": 'LICENSE = "MIT"\ninherit core-image image-hostname\n'})
        self.assertRegex(self.fails("tiny-image").text, r"nameless\.bb does not define VM_IMAGE_HOSTNAME")
        self.with_layer("nameless", **{"nameless.bb": 'LICENSE = "MIT"\ninherit core-image image-hostname\n'
                                                      'VM_IMAGE_HOSTNAME = ""\n'})
        self.ok("-p")

    def test_b25_shared_folder(self):
        self.ok("tiny-user")
        self.assertTrue(os.path.isdir(self.rootfs("tiny-user", "mnt/shared")))
        fields = read(self.rootfs("tiny-user", "etc/fstab")).splitlines()[-1].split()
        self.assertEqual(fields, ["shared", "/mnt/shared", "9p", "trans=virtio,version=9p2000.L", "0", "0"])

    def test_b26_function_in_no_list(self):
        self.ok("tiny-image")
        self.assertFalse(os.path.exists(self.rootfs("tiny-image", "etc/never-run")))

    def test_b26_both_separators_and_an_unknown_function(self):
        self.b.local('ROOTFS_POSTPROCESS_COMMAND:append:pn-tiny-image = " never_run; zap_empty_root_password ;"')
        self.ok("tiny-image")
        self.assertTrue(os.path.exists(self.rootfs("tiny-image", "etc/never-run")))
        self.b.local('ROOTFS_POSTPROCESS_COMMAND:append:pn-tiny-image = " no_such_function"')
        self.assertIn("no_such_function", self.fails("tiny-image").text)

    def test_b27_no_network_of_its_own(self):
        self.ok("tiny-driver")
        text = read(self.rootfs("tiny-driver", "etc/network/interfaces"))
        self.assertNotIn("eth0", text)
        self.assertIn("iface lo", text)

    def test_b28_b29_custom_image(self):
        words = self.b.words("IMAGE_INSTALL", recipe="tiny-custom")
        self.assertEqual(words, ["editor-high", "editor-low"])
        self.assertEqual(self.b.values("VM_IMAGE_HOSTNAME", "IMAGE_BASENAME", recipe="tiny-custom"), ["tiny-vm", "tiny-user"])

    def test_b30_ssh_server(self):
        self.b.local('EXTRA_IMAGE_FEATURES = "ssh-server-dropbear"')
        self.assertIn("packagegroup-core-ssh-dropbear", self.b.words("PACKAGE_INSTALL", recipe="vm-image-user"))
        self.assertIn("dropbear", self.b.words("RDEPENDS:packagegroup-core-ssh-dropbear",
                                               recipe="packagegroup-core-ssh-dropbear"))

    def test_b31_extra_space(self):
        sizes = []
        for space in ("0", "262144"):
            self.b.local('TINY_FSTYPES = "ext4"\nIMAGE_ROOTFS_EXTRA_SPACE = "%s"' % space)
            self.ok("tiny-image")
            sizes.append(os.path.getsize(self.b.deployed("tiny-image-%s.ext4" % MACHINE)))
        self.assertEqual(sizes[1] - sizes[0], 262144 * 1024)

    def test_b31_limit_of_the_size(self):
        self.b.local('TINY_FSTYPES = "ext4"\nIMAGE_ROOTFS_MAXSIZE:pn-tiny-image = "1024"')
        self.assertIn("exceeds IMAGE_ROOTFS_MAXSIZE: 1024(K)", self.fails("tiny-image").text)

    def test_b32_feature_of_ones_own(self):
        self.b.local('EXTRA_IMAGE_FEATURES:pn-tiny-image = "my-feature"')
        self.ok("tiny-image")
        self.assertIn("editor-low", self.b.manifest("tiny-image"))

    def test_b33_packages_by_machine_feature(self):
        for features, expected in (("pci usbhost", {"pciutils", "usbutils"}), ("pci", {"pciutils"}), ("", set())):
            self.b.local('MACHINE_FEATURES = "%s"' % features)
            words = set(self.b.words("IMAGE_INSTALL", recipe="vm-image-driver"))
            self.assertEqual(words & {"pciutils", "usbutils"}, expected)

    def test_b34_boot_scripts_for_the_board(self):
        self.assertIn("bootscripts", self.b.words("DEPENDS", recipe="vm-image-driver"))
        self.assertIn("rpi-sdimg", self.b.words("IMAGE_FSTYPES", recipe="vm-image-driver"))
        other = {"MACHINE": "qemuarm64", "BB_ENV_PASSTHROUGH_ADDITIONS": "MACHINE"}
        self.assertNotIn("rpi-sdimg", self.b.words("IMAGE_FSTYPES", recipe="vm-image-driver", **other))
        self.ok("rpi-bootscripts")
        with open(self.b.deployed("bootscripts/tftpboot-linux.scr"), "rb") as f:
            self.assertEqual(f.read(4), b"\x27\x05\x19\x56")

    def test_b34_image_of_a_card(self):
        self.b.local('IMAGE_FSTYPES:pn-tiny-driver = "rpi-sdimg"')
        scripts = [line for line in self.ok("-e", "tiny-driver").text.splitlines() if "IMAGE_TYPEDEP:rpi-sdimg=" in line]
        self.assertEqual(scripts, ['IMAGE_TYPEDEP:rpi-sdimg="ext3"'])

    def test_b36_names_of_the_files(self):
        self.b.local('TINY_FSTYPES = "tar.bz2 ext3"')
        self.ok("tiny-image")
        for kind in ("tar.bz2", "ext3"):
            self.assertTrue(os.path.isfile(self.b.deployed("tiny-image-%s.%s" % (MACHINE, kind))))
        self.assertEqual(self.b.values("MODULE_TARBALL_NAME", recipe="linux-debian"), "modules-%s.tgz" % MACHINE)

    def test_b36_names_of_other_releases(self):
        self.b.local('DISTRO = "nodistro"')
        link, name = self.b.values("IMAGE_LINK_NAME", "IMAGE_NAME", recipe="tiny-image")
        self.assertEqual(link, "tiny-image-%s.rootfs" % MACHINE)
        self.assertRegex(name, r"^tiny-image-%s\.rootfs-\d{14}$" % MACHINE)
        self.b.local('DISTRO = "nodistro"\nIMAGE_NAMES_LEGACY = "1"')
        link, name = self.b.values("IMAGE_LINK_NAME", "IMAGE_NAME", recipe="tiny-image")
        self.assertEqual(link, "tiny-image-%s" % MACHINE)
        self.assertRegex(name, r"^tiny-image-%s-\d{14}\.rootfs$" % MACHINE)

    def test_b37_module_recipe(self):
        self.assertIn("guest_beacon", self.b.words("KERNEL_MODULE_AUTOLOAD", recipe="kernel-module-guest-beacon"))
        self.assertIn("kernel-module-guest-beacon", self.b.words("IMAGE_INSTALL", recipe="vm-image-driver"))

    def commit(self, folder, message, **files):
        """Commits files to the repository in `folder`, which is made; its revision."""
        for name, text in files.items():
            self.b.write(os.path.join(folder, name), text)
        who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        if not os.path.exists(self.b.path(folder, ".git")):
            subprocess.run(["git", "init", "-q", "-b", "main"], cwd=self.b.path(folder), check=True)
        for words in (["add", "-A"], who + ["commit", "-q", "-m", message]):
            subprocess.run(["git"] + words, cwd=self.b.path(folder), check=True)
        return subprocess.run(["git", "rev-parse", "HEAD"], cwd=self.b.path(folder), check=True, capture_output=True,
                              text=True).stdout.strip()

    def test_b37_module_from_the_newest_revision(self):
        makefile = ("all:\n\techo $(KERNEL_VERSION) > beacon.ko\nmodules_install:\n"
                    "\tinstall -D -m 644 beacon.ko $(INSTALL_MOD_PATH)/lib/modules/$(KERNEL_VERSION)/$(INSTALL_MOD_DIR)/beacon.ko\n")
        first = self.commit("up", "one", **{"module/Makefile": makefile, "module/note": "one\n"})
        module = ('LICENSE = "CLOSED"\ninherit module\nPV = "1.0+git"\nSRCREV = "${AUTOREV}"\n'
                  'SRC_URI = "git://%s;protocol=file;branch=main"\nS = "${WORKDIR}/git/module"\n'
                  'KERNEL_MODULE_AUTOLOAD += "beacon"\n')
        kernel = ('LICENSE = "MIT"\nPROVIDES = "virtual/kernel"\nINHIBIT_DEFAULT_DEPS = "1"\ninherit nopackages\n'
                  'do_shared_workdir() {\n\tmkdir -p ${STAGING_KERNEL_BUILDDIR}\n'
                  '\techo 6.0-tiny > ${STAGING_KERNEL_BUILDDIR}/kernel-abiversion\n}\naddtask shared_workdir\n')
        self.with_layer("modules", **{"beacon_git.bb": module % self.b.path("up"), "tiny-kernel_6.0.bb": kernel})
        self.b.local('PREFERRED_PROVIDER_virtual/kernel = "tiny-kernel"')
        self.ok("beacon")
        self.assertIn(first, read(self.b.work("beacon", "git/.git/refs/heads/main")))
        package = glob.glob(self.b.path("tmp/deploy/deb/*/kernel-module-beacon_*.deb"))
        self.assertEqual(len(package), 1)
        listing = subprocess.run(["dpkg-deb", "-c", package[0]], capture_output=True, text=True, check=True).stdout
        self.assertIn("./lib/modules/6.0-tiny/updates/beacon.ko", listing)
        self.assertIn("./etc/modules-load.d/beacon.conf", listing)
        self.assertEqual(self.ok("beacon").tasks(), [])
        # The branch goes on: the next build takes what is new.
        second = self.commit("up", "two", **{"module/note": "two\n"})
        self.assertIn(("beacon", "do_unpack"), self.ok("beacon").tasks())
        self.assertIn(second, read(self.b.work("beacon", "git/.git/refs/heads/main")))
        self.assertEqual(read(self.b.work("beacon", "git/module/note")), "two\n")
        # What cannot be asked is said where it stands.
        self.with_layer("modules", **{"beacon_git.bb": module.replace("protocol=file", "protocol=https") % "example.org/up",
                                      "tiny-kernel_6.0.bb": kernel})
        result = self.fails("beacon")
        self.assertIn("Network access disabled through BB_NO_NETWORK", result.text)
        self.assertIn("(for url git://example.org/up;protocol=https;branch=main)", result.text)
        self.assertRegex(result.text, r"note: while parsing \S*/beacon_git\.bb")

    def test_b38_packageconfig(self):
        arguments, depends, runtime = self.b.values("PACKAGECONFIG_CONFARGS", "DEPENDS", "RDEPENDS:config", recipe="config")
        self.assertEqual(arguments.split(), ["--disable-gui", "--enable-sel4"])
        self.assertIn("tiny", depends.split())
        self.assertEqual(runtime.split(), ["tiny-extra"])
        self.assertEqual(self.b.words("SRC_URI", recipe="config"), ["file://config-2.patch;apply=no"])
        self.b.local('PACKAGECONFIG:class-target = "gui"')
        self.assertEqual(self.b.words("PACKAGECONFIG_CONFARGS", recipe="config"), ["--enable-gui", "--disable-sel4"])

    def test_b39_benchmark_scripts(self):
        self.ok("tii-benchmark")
        deb = glob.glob(self.b.path("tmp/deploy/deb/*/tii-benchmark_*.deb"))[0]
        listing = subprocess.run(["dpkg-deb", "-c", deb], capture_output=True, text=True, check=True).stdout
        self.assertIn("./usr/bin/tii-benchmark", listing)
        self.assertIn("./home/root/benchmark-disk.sh", listing)

    def test_b40_alternatives(self):
        self.b.local('IMAGE_INSTALL:pn-tiny-image = "editor-low editor-high"')
        self.ok("tiny-image")
        self.assertEqual(os.readlink(self.rootfs("tiny-image", "usr/bin/edit")), "/usr/bin/edit-high")
        self.b.local('IMAGE_INSTALL:pn-tiny-image = "editor-low"')
        self.ok("tiny-image")
        self.assertEqual(os.readlink(self.rootfs("tiny-image", "usr/bin/edit")), "/usr/bin/edit.editors")

    def wic(self, kickstart, more="", name="disk.wks"):
        """Builds tiny-image as a disk that `kickstart` describes; what `fails` or `ok` returns is up to the caller."""
        self.with_layer("disks", **{"wic/" + name: kickstart})
        self.b.local('TINY_FSTYPES = "wic"\nWKS_FILE = "%s"\n%s' % (name, more))
        return self.b.deployed("tiny-image-%s.wic" % MACHINE)

    def partitions(self, disk):
        """The table, and a file for each partition."""
        shown = subprocess.run(["/sbin/sfdisk", "-J", disk], capture_output=True, text=True, check=True).stdout
        table = json.loads(shown)["partitiontable"]
        files = []
        for number, part in enumerate(table["partitions"], 1):
            files.append(self.b.path("part%d" % number))
            with open(disk, "rb") as whole, open(files[-1], "wb") as one:
                whole.seek(part["start"] * 512)
                one.write(whole.read(part["size"] * 512))
        return table, files

    def in_ext(self, image, path):
        return subprocess.run(["/sbin/debugfs", "-R", "cat " + path, image], capture_output=True, text=True).stdout

    def test_b41_kickstart_file_of_a_layer(self):
        self.b.local('WKS_FILE = "vm-image-user.wks"\nIMAGE_FSTYPES:append:pn-tiny-user = " wic.qcow2"\n'
                     'VM_GUEST_IMAGES_FSTYPES = "wic.qcow2"')
        self.assertEqual(self.b.values("WKS_FULL_PATH", recipe="tiny-user"), ROOT + "/meta-sel4/wic/vm-image-user.wks")
        self.ok("tiny-driver")
        disk = self.b.path("disk.raw")
        guest = self.b.deployed("tiny-user-%s.wic.qcow2" % MACHINE)
        self.assertFalse(os.path.exists(self.b.deployed("tiny-user-%s.wic" % MACHINE)))
        subprocess.run(["qemu-img", "convert", "-O", "raw", guest, disk], check=True)
        table, files = self.partitions(disk)
        self.assertEqual([(part["start"], part["type"]) for part in table["partitions"]], [(8192, "83")])
        subprocess.run(["/sbin/fsck.ext4", "-fn", files[0]], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.assertEqual(self.in_ext(files[0], "/etc/hostname"), "tiny-vm\n")
        with open(self.rootfs("tiny-driver", "var/lib/virt/images/user-vm.qcow2"), "rb") as one, open(guest, "rb") as two:
            self.assertEqual(one.read(), two.read())

    def test_b41_boot_swap_and_root_partitions(self):
        self.b.write("tmp/deploy/images/%s/boot.scr" % MACHINE, "start\n")
        self.b.write("tmp/deploy/images/%s/blobs/a.dat" % MACHINE, "a\n")
        disk = self.wic("bootloader --ptable gpt\ninclude boot.inc\npart swap --fstype=swap --size 2 --label paging --use-label\n"
                        "part / --source rootfs --fstype=ext4 --label ${PN} --exclude-path etc/note.txt --align 1024\n"
                        "part --size 1M --part-name spare  # nothing in it\n",
                        'IMAGE_BOOT_FILES = "boot.scr;start.scr blobs/*"', "disk.wks.in")
        self.b.write("layers/disks/wic/boot.inc", "part /boot --source bootimg-partition --ondisk mmcblk0 --fstype=vfat "
                     "--label BOOT --active --align 4096 --fixed-size 4 --use-uuid\n")
        self.ok("tiny-image")
        table, files = self.partitions(disk)
        parts = table["partitions"]
        self.assertEqual(table["label"], "gpt")
        self.assertEqual((parts[0]["start"], parts[0]["size"], parts[0]["name"]), (8192, 8192, "BOOT"))
        self.assertEqual(parts[1]["size"], 4096)
        self.assertEqual(parts[2]["start"] % 2048, 0)
        self.assertEqual((parts[2]["name"], parts[3]["name"]), ("tiny-image", "spare"))
        boot = subprocess.run(["mdir", "-b", "-/", "-i", files[0]], capture_output=True, text=True, check=True).stdout
        self.assertEqual(sorted(boot.split()), ["::/a.dat", "::/start.scr"])
        with open(files[1], "rb") as swap:
            self.assertEqual(swap.read(4096)[-10:], b"SWAPSPACE2")
        self.assertEqual(self.in_ext(files[2], "/etc/note.txt"), "")
        fstab = [line.split() for line in self.in_ext(files[2], "/etc/fstab").splitlines()]
        self.assertEqual(fstab, [["PARTUUID=" + parts[0]["uuid"].lower(), "/boot", "vfat", "defaults", "0", "0"],
                                 ["LABEL=paging", "swap", "swap", "defaults", "0", "0"]])
        # The image's own root file system is as it was.
        self.assertTrue(os.path.exists(self.rootfs("tiny-image", "etc/note.txt")))
        self.assertEqual(read(self.rootfs("tiny-image", "etc/fstab")), "")
        with open(disk, "rb") as f:
            first = f.read()
        self.ok("-c", "cleansstate", "tiny-image")
        self.ok("tiny-image")
        with open(disk, "rb") as f:
            self.assertEqual(f.read() == first, True)
        # The kickstart file and what it includes are part of what the task does.
        self.b.write("layers/disks/wic/boot.inc", "part /boot --source bootimg-partition --fixed-size 6\n")
        self.assertIn(("tiny-image", "do_image_wic"), self.ok("tiny-image").tasks())

    def test_b41_what_cannot_be_made(self):
        for kickstart, text in (("part / --source bootimg-efi\n", "line 1: there is no source 'bootimg-efi' here"),
                                ("\npart / --source rootfs --colour red\n", "line 2: unrecognized arguments: --colour red"),
                                ("part / --size 1X\n", "argument --size: '1X' is not a size"),
                                ("mount /\n", "'mount' is none of part, partition, bootloader, include"),
                                ("part / --source rawcopy --sourceparams=file=absent.img\n", "there is no 'absent.img' in "),
                                ("part / --source rootfs --fixed-size 1M\n", "partition 1 needs "),
                                ("part a\npart b\npart c\npart d\npart e\n", "a table of type msdos takes 4 partitions")):
            self.wic(kickstart)
            result = self.fails("tiny-image")
            self.assertIn(text, result.text)
            self.assertIn("disks/wic/disk.wks", result.text)
        self.b.local('TINY_FSTYPES = "wic"\nWKS_FILE = "absent.wks"')
        self.assertRegex(self.fails("tiny-image").text, r"none of the kickstart files 'absent.wks tiny-image.wks' is in \S*/wic")

    def test_b42_texts_of_licences(self):
        """LIC_FILES_CHKSUM, LICENSE, what is said (None: the text is the one that was read)."""
        md5 = lambda text: hashlib.md5(text.encode()).hexdigest()
        whole, second = md5("one\ntwo\nthree\n"), md5("two\n")
        rows = (
            ("file://text;md5=%s" % whole, "X", None),
            ("file://text;beginline=2;endline=2;md5=%s file://text;beginline=2;md5=%s file://text;endline=1;md5=%s"
             % (second, md5("two\nthree\n"), md5("one\n")), "X", None),
            ("file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302", "MIT", None),
            ("", "CLOSED", None),
            ("", "X", "has no LIC_FILES_CHKSUM that names the text of its LICENSE 'X'"),
            ("file://text;md5=%s" % second, "X", "file://text;md5=%s: the md5 is now %s" % (second, whole)),
            ("file://text;md5=%s;beginline=3" % second, "X", ";beginline=3: the md5 is now %s" % md5("three\n")),
            ("file://text", "X", "file://text: no md5 is given, and it is %s" % whole),
            ("file://none;md5=%s" % whole, "X", "/none: No such file or directory"),
            ("file://text;md5=%s;endline=x" % whole, "X", ";endline=x: invalid literal for int()"),
            ("https://x.org/text;md5=%s" % whole, "X", ": not file://PATH with the numbers of lines"))
        recipe = ('LICENSE = "%s"\nLIC_FILES_CHKSUM = "%s"\nSRC_URI = "file://text"\nS = "${WORKDIR}"\n'
                  'INHIBIT_DEFAULT_DEPS = "1"\ninherit nopackages\n')
        self.with_layer("licences", **{"lic%d.bb" % number: recipe % (licence, texts)
                                       for number, (texts, licence, said) in enumerate(rows)},
                        **{"files/text": "one\ntwo\nthree\n"})
        text = self.b.run("-k", "-c", "patch", *["lic%d" % number for number in range(len(rows))]).text
        for number, (texts, licence, said) in enumerate(rows):
            self.assertEqual("recipe lic%d-1.0-r0: task do_patch: Succeeded" % number in text, said is None, text)
            self.assertIn(said or "", text)
        # Without sources, too.
        recipe = 'LICENSE = "X"\nLIC_FILES_CHKSUM = "file:///none;md5=%s"\ninherit nopackages\n'
        self.with_layer("licences", **{"lic.bb": recipe % whole})
        self.assertIn("/none: No such file or directory", self.fails("-c", "patch", "lic").text)


class C_Commands(Base):
    def test_c01_several_targets(self):
        self.ok("-c", "cleansstate", "tiny", "tiny-image", "tiny-user")
        tasks = self.ok("tiny-image", "tiny-user", "editors").tasks()
        self.assertEqual(tasks.count(("tiny", "do_install")), 1)
        for image in ("tiny-image", "tiny-user"):
            self.assertIn((image, "do_rootfs"), tasks)

    def test_c02_cleanall(self):
        self.ok("tiny", "editors")
        work = self.b.work("tiny")
        tasks = self.ok("-c", "cleanall", "tiny").tasks()
        self.assertEqual(tasks, [("tiny", "do_clean"), ("tiny", "do_cleansstate"), ("tiny", "do_cleanall")])
        # The log of the last task is there.
        self.assertEqual(os.listdir(work), ["temp"])
        self.assertEqual(glob.glob(self.b.path("tmp/stamps/*/tiny/*do_install*")), [])
        self.assertEqual(glob.glob(self.b.path("sstate-cache/*/*/sstate:tiny:*")), [])
        self.assertEqual(glob.glob(self.b.path("tmp/deploy/deb/*/tiny_*")), [])
        self.assertTrue(glob.glob(self.b.path("sstate-cache/*/*/sstate:editors:*")))
        self.ok("-c", "cleanall", "tiny-image")

    def test_c03_verbose(self):
        self.ok("-c", "cleansstate", "editors")
        self.assertRegex(self.ok("-v", "editors").text, r"(?m)^\+ echo high$")

    def test_c04_graph(self):
        result = self.ok("-g", "tiny-driver")
        self.assertEqual(result.tasks(), [])
        self.assertIn("tiny-user", read(self.b.path("pn-buildlist")).split())
        self.assertIn('"tiny-driver.do_rootfs" -> "tiny-user.do_image_complete"', read(self.b.path("task-depends.dot")))
        self.assertIn('"tiny-driver" -> "tiny-user"', read(self.b.path("recipe-depends.dot")))

    def test_c05_from_a_makefile(self):
        self.b.write("Makefile", "SHELL := /bin/bash\nlinux-image:\n\t. %s/oe-init-build-env . && \\\n\t%s tiny-image\n"
                     "broken:\n\t. %s/oe-init-build-env . && \\\n\t%s no-such-recipe\n"
                     % (ROOT, builder.find_bbc(), ROOT, builder.find_bbc()))
        env = dict(PATH=os.environ["PATH"], HOME=self.b.top)
        self.assertEqual(subprocess.run(["make", "linux-image"], cwd=self.b.top, env=env, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.STDOUT).returncode, 0)
        self.assertNotEqual(subprocess.run(["make", "broken"], cwd=self.b.top, env=env, stdout=subprocess.DEVNULL,
                                           stderr=subprocess.STDOUT).returncode, 0)

    def test_c06_by_bitbakes_name(self):
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(os.path.realpath(builder.find_bbc()), folder + "/bitbake")
            result = self.b.run("tiny", binary=folder + "/bitbake")
        self.assertEqual(result.status, 0, result.text)

    def test_c07_second_run(self):
        self.ok("tiny-driver")
        result = self.ok("tiny-driver")
        self.assertEqual(result.tasks(), [])
        count = re.search(r"NOTE: Tasks Summary: Attempted (\d+) tasks of which (\d+) didn't need to be rerun and all "
                          r"succeeded\.", result.text)
        self.assertEqual(count.group(1), count.group(2))


# A recipe with a package of Debian's that it makes itself.
BOUGHT = """LICENSE = "MIT"
inherit debian_package
INHIBIT_DEFAULT_DEPS = "1"
DEBIAN_PACKAGES = "bought"
SRC_URI = "file://note"
do_unpack[postfuncs] =+ "make_package"
make_package() {
	mkdir -p ${WORKDIR}/tree/DEBIAN ${WORKDIR}/debs
	printf "Package: bought\\nVersion: %(version)s\\nArchitecture: all\\nMaintainer: t\\nDescription: t\\n" > ${WORKDIR}/tree/DEBIAN/control
	dpkg-deb -b ${WORKDIR}/tree ${WORKDIR}/debs/bought_%(file)s_all.deb
}
"""


class D_Packages(Base):
    """The core layer's own: packages, owners, root file systems, reproducible images."""

    def test_owners_and_modes_reach_the_image(self):
        self.ok("tiny-image")
        with tarfile.open(self.b.deployed("tiny-image-%s.tar.bz2" % MACHINE)) as tar:
            member = tar.getmember("./usr/bin/tiny")
            self.assertEqual((member.uid, member.gid, member.mode), (5, 6, 0o4755))
            self.assertEqual((tar.getmember("./etc").uid, tar.getmember("./etc").gid), (0, 0))
            self.assertIn("./etc/note.txt", tar.getnames())
            self.assertIn("./etc/postinst-ran", tar.getnames())
            delayed = [name for name in tar.getnames() if name.startswith("./etc/deb-postinsts/")]
            self.assertEqual([name[-4:] for name in delayed], ["tiny"])

    def test_package_is_a_deb(self):
        self.ok("tiny")
        deb = glob.glob(self.b.path("tmp/deploy/deb/all/tiny_1.0-r0_all.deb"))[0]
        shown = subprocess.run(["dpkg-deb", "-f", deb, "Depends", "Version"], capture_output=True, text=True,
                               check=True).stdout
        self.assertEqual(shown, "Depends: tiny-extra\nVersion: 1.0-r0\n")

    def test_a_recipe_is_for_one_version_of_debians(self):
        rows = (("1.35", "1:1.35.0-4+deb12u1", True), ("1.35", "1.35", True), ("7.7", "7.7+9", True), ("014", "1:014-1", True),
                ("1.35", "1:1.37.0-6", False), ("1.3", "1.35.0-1", False), ("35", "1.35-1", False), ("1.35", "1.3-1.35", False))
        recipes = {"bought%d_%s.bb" % (number, wanted): BOUGHT % {"version": version, "file": version.replace(":", "%3a")}
                   for number, (wanted, version, good) in enumerate(rows)}
        self.with_layer("versions", **recipes, **{"files/note": ""})
        text = self.b.run("-k", "-c", "unpack", *["bought%d" % number for number in range(len(rows))]).text
        for number, (wanted, version, good) in enumerate(rows):
            self.assertEqual("recipe bought%d-%s-r0: task do_unpack: Succeeded" % (number, wanted) in text, good, text)
            self.assertEqual("Debian's bought is version %s, and this recipe is for %s:" % (version, wanted) in text, not good, text)

    def test_half_of_the_shared_state(self):
        self.ok("tiny")
        shutil.rmtree(self.b.path("tmp"))
        for path in glob.glob(self.b.path("sstate-cache/*/*/sstate:tiny:*_package_write_deb.tar.zst*")):
            os.unlink(path)
        tasks = self.ok("tiny").tasks()
        self.assertIn(("tiny", "do_packagedata_setscene"), tasks)
        self.assertIn(("tiny", "do_package_write_deb"), tasks)
        self.assertTrue(glob.glob(self.b.path("tmp/deploy/deb/all/tiny_1.0-r0_all.deb")))

    def test_unshipped_files_are_an_error(self):
        self.with_layer("unshipped", **{"unshipped.bb": 'LICENSE = "MIT"\ninherit allarch\ndo_install() {\n'
                                                        '\tinstall -d ${D}/odd\n\ttouch ${D}/odd/file\n}\n'})
        result = self.fails("unshipped")
        self.assertIn("Files/directories were installed but not shipped in any package:", result.text)
        self.assertIn("/odd/file", result.text)

    def test_missing_package_is_an_error(self):
        self.b.local('IMAGE_INSTALL:pn-tiny-image = "tiny-doc"')
        self.assertRegex(self.fails("tiny-image").text, r"Nothing RPROVIDES 'tiny-doc'|Cannot install 'tiny-doc'")

    def test_types_and_conversions(self):
        kinds = "tar.gz tar.xz tar.zst cpio.gz cpio.gz.u-boot ext2 ext3.bz2 squashfs-xz ext4.qcow2"
        self.b.local('TINY_FSTYPES = "%s"' % kinds)
        self.ok("tiny-image")
        for kind in kinds.split():
            self.assertTrue(os.path.getsize(self.b.deployed("tiny-image-%s.%s" % (MACHINE, kind))), kind)
        for left_over in ("tar", "cpio", "ext3", "ext4"):
            self.assertFalse(os.path.exists(self.b.deployed("tiny-image-%s.%s" % (MACHINE, left_over))), left_over)
        self.b.local('TINY_FSTYPES = "nosuch.gz"')
        self.assertIn("No IMAGE_CMD defined for IMAGE_FSTYPES entry 'nosuch'", self.fails("tiny-image").text)

    def test_same_bytes_twice(self):
        self.b.local('TINY_FSTYPES = "tar.bz2 cpio.gz ext3 ext4.qcow2 squashfs"')
        first = {}
        for attempt in range(2):
            self.ok("-c", "cleansstate", "tiny-image", "tiny")
            self.ok("tiny-image")
            for path in glob.glob(self.b.deployed("tiny-image-*")):
                with open(path, "rb") as f:
                    data = f.read()
                self.assertEqual(first.setdefault(os.path.basename(path), data) == data, True, path)
        self.assertEqual(len(first), 6)

    def test_feature_of_the_distribution_is_required(self):
        self.with_layer("checked", **{"checked.bb": 'LICENSE = "MIT"\ninherit features_check\n'
                                                    'REQUIRED_DISTRO_FEATURES = "wayland systemd"\n'})
        self.assertIn("missing required distro features 'systemd wayland' (not in DISTRO_FEATURES)",
                      self.fails("checked").text)

    def test_work_folders_removed(self):
        self.b.local('INHERIT += "rm_work"')
        self.ok("-c", "cleansstate", "tiny", "tiny-image")
        self.ok("tiny-image")
        self.assertEqual(sorted(os.listdir(self.b.work("tiny"))), ["fakeroot", "temp"])
        self.assertEqual(sorted(os.listdir(self.b.work("tiny-image"))), ["fakeroot", "temp"])
        self.assertTrue(os.path.exists(self.b.deployed("tiny-image-%s.tar.bz2" % MACHINE)))
        # Removing them is no reason to make anything again.
        self.assertEqual(self.ok("tiny-image").tasks(), [])

    def test_missing_host_tool(self):
        self.b.local('HOSTTOOLS += "no-such-tool"')
        result = self.fails("-p")
        self.assertIn("The following required tools (as specified by HOSTTOOLS) appear to be unavailable in PATH", result.text)
        self.assertIn("no-such-tool", result.text)


if __name__ == "__main__":
    unittest.main()
