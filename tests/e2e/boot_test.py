#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
The images start and are what they should be (make boot-test).

    boot_test.py [DEPLOYDIR] [unittest arguments]

DEPLOYDIR, or BBC_DEPLOY in the environment, is the folder with the images; by default
build/tmp/deploy/images/vm-raspberrypi4-64 below the current folder.
"""

import glob
import hashlib
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import boot  # noqa: E402

DEPLOY = os.environ.get("BBC_DEPLOY", "build/tmp/deploy/images/vm-raspberrypi4-64")

# Seconds. Emulation is slow, and another build may be running.
PLAIN, NESTED = 240, 900

# The clock of a machine inside a machine counts instructions. Linux has 250 ticks in a second, and each takes a millisecond there:
# by real time that is a quarter of all work, and all of it on a host that is busy with other things.
BY_INSTRUCTIONS = "-icount shift=1,sleep=off"


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        for block in iter(lambda: f.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


class BootTest(boot.Case):
    def setUp(self):
        self.machine = boot.machine_name(DEPLOY)
        if not os.path.exists(os.path.join(DEPLOY, "Image")):
            self.skipTest("no images in %s" % DEPLOY)

    def image(self, name, kind):
        """The file of an image, whichever naming scheme it was built with."""
        found = sorted(glob.glob(os.path.join(DEPLOY, "%s-%s*.%s" % (name, self.machine, kind))))
        self.assertTrue(found, "no %s.%s in %s" % (name, kind, DEPLOY))
        return os.path.basename(min(found, key=len))

    def start_image(self, image, **options):
        return self.start(boot.qemu_command(DEPLOY, image, self.machine, **options))

    def test_boot_image_from_initramfs(self):
        machine = self.start_image(self.image("vm-image-boot", "cpio.gz"))
        self.assertEqual(machine.login(PLAIN), "boot-vm")
        self.report(machine, "vm-image-boot: login")
        self.assertEqual(machine.run("hostname").strip(), "boot-vm")

    def test_user_image_from_its_disk(self):
        shared = os.path.dirname(os.path.abspath(__file__))
        machine = self.start_image(self.image("vm-image-user", "ext4.qcow2"),
                             more=["-virtfs", "local,path=%s,mount_tag=shared,security_model=none,readonly=on" % shared])
        self.assertEqual(machine.login(PLAIN), "user-vm")
        self.report(machine, "vm-image-user: login")
        self.assertIn("boot_test.py", machine.run("ls /mnt/shared"))
        self.assertIn(" /mnt/shared 9p ", machine.run("cat /proc/mounts"))
        self.assertIn("cpu-loop", machine.run("tii-benchmark cpu", timeout=120))

    def driver(self, **options):
        machine = self.start_image(self.image("vm-image-driver", "ext3"), **options)
        self.assertEqual(machine.login(PLAIN), "driver-vm")
        self.report(machine, "vm-image-driver: login")
        return machine

    def test_driver_image(self):
        machine = self.driver()
        self.assertEqual(machine.run("hostname").strip(), "driver-vm")
        installed = machine.run("sha256sum /var/lib/virt/images/user-vm.qcow2", timeout=120).split()[0]
        self.assertEqual(installed, sha256(os.path.join(DEPLOY, self.image("vm-image-user", "ext4.qcow2"))))
        # Without KVM the user VM is emulated, and started so that this is bearable.
        self.assertRegex(machine.run("user-vm -n"), r" -cpu cortex-a57 .* kpti=off -drive ")
        machine.run("modprobe vhost_net && modprobe tap")
        modules = [line.split()[0] for line in machine.run("cat /proc/modules").splitlines()]
        for module in ("vhost", "vhost_net", "tap", "guest_beacon"):
            self.assertIn(module, modules)
        machine.run("test -c /dev/vhost-net")
        self.assertRegex(machine.run("cat /dev/guest-beacon"), r"^beacon 1 up \d+$")
        machine.run("echo driver > /dev/guest-beacon")
        self.assertRegex(machine.run("cat /dev/guest-beacon"), r"^driver 2 up \d+$")
        self.assertNotIn("eth0", machine.run("cat /etc/network/interfaces"))
        self.assertIn("virtio", machine.run("lspci").lower())
        machine.run("screen -v || test $? = 1")

    def test_user_vm_inside_driver_vm(self):
        machine = self.driver(memory=1024)
        machine.send("user-vm %s\n" % BY_INSTRUCTIONS)
        self.assertEqual(machine.login(NESTED), "user-vm")
        self.report(machine, "user VM in the driver VM: login")
        self.assertEqual(machine.run("hostname", timeout=NESTED).strip(), "user-vm")


if __name__ == "__main__":
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        DEPLOY = sys.argv.pop(1)
    unittest.main(verbosity=2)
