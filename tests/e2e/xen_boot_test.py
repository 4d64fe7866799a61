#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Xen starts with its first domain, and guests in it (make boot-test).

    xen_boot_test.py [DEPLOYDIR] [unittest arguments]

DEPLOYDIR, or BBC_XEN_DEPLOY in the environment, is the folder with the images, built with tests/e2e/xen-guests.conf; by
default build/image/tmp/deploy/images/qemuarm64 below the current folder.
"""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import boot  # noqa: E402

DEPLOY = os.environ.get("BBC_XEN_DEPLOY", "build/image/tmp/deploy/images/qemuarm64")
UBOOT = "/usr/lib/u-boot/qemu_arm64/u-boot.bin"

# Seconds. Emulation is slow, and another build may be running.
HOST, GUEST = 300, 1800
LEAVE_CONSOLE = "\x1d"


class XenBootTest(boot.Case):
    def setUp(self):
        self.machine = boot.machine_name(DEPLOY)
        self.image = "xen-image-minimal-%s.cpio.gz" % self.machine
        if not os.path.exists(os.path.join(DEPLOY, self.image)):
            self.skipTest("no %s in %s" % (self.image, DEPLOY))

    def host(self, command):
        machine = self.start(command)
        self.assertEqual(machine.login(HOST), "xen-image-minimal")
        self.report(machine, "xen-image-minimal: login")
        self.assertIn("control_d", machine.run("cat /proc/xen/capabilities"))
        self.assertRegex(machine.run("xl list", timeout=HOST), r"(?m)^Domain-0 +0 +\d+ +2 ")
        return machine

    def guest(self, machine, name, hostname):
        """Logs in to a running guest on its console."""
        # Xen keeps 128 characters of what is typed while the first domain is busy: commands are short.
        machine.run("until d=$(xl domid %s); do sleep 1; done 2>/dev/null" % name, timeout=GUEST)
        machine.run("until xenstore-read /local/domain/$d/console/tty; do sleep 1; done", timeout=GUEST)
        machine.send("xl console %s\n" % name)
        machine.send("\n")
        self.assertEqual(machine.login(GUEST), hostname)
        self.report(machine, "%s: login" % name)
        self.assertEqual(machine.run("hostname", timeout=HOST).strip(), hostname)
        self.assertIn(" / ext4 ", machine.run("cat /proc/mounts", timeout=HOST))
        self.assertEqual(machine.run("cat /sys/hypervisor/type", timeout=HOST).strip(), "xen")
        machine.send(LEAVE_CONSOLE)
        machine.expect(boot.PROMPT, HOST)

    def test_host_and_its_guests(self):
        machine = self.host(boot.xen_command(DEPLOY, self.image, self.machine))
        self.assertEqual(machine.run("cd /etc/xen/auto && echo *").split(), ["minirootfs.cfg", "xen-guest-image-minimal.cfg"])
        # Imported from an archive that no image recipe made into a disk.
        self.guest(machine, "minirootfs", "minirootfs")
        machine.run("xl destroy minirootfs", timeout=HOST)
        self.guest(machine, "xen-guest-image-minimal", "xen-guest-image-minimal")
        listed = machine.run("xl list", timeout=HOST)
        self.assertRegex(listed, r"(?m)^xen-guest-image-minimal +\d+ +256 +1 ")
        machine.run("xl destroy xen-guest-image-minimal", timeout=HOST)
        self.assertNotIn("xen-guest-image-minimal", machine.run("xl list", timeout=HOST))

    def test_script_for_u_boot(self):
        for path in (UBOOT, os.path.join(DEPLOY, "boot2.scr")):
            if not os.path.exists(path):
                self.skipTest("no " + path)
        machine = self.start([
            "qemu-system-aarch64", "-M", "virt,virtualization=on,gic-version=3", "-cpu", "cortex-a57", "-smp", "2", "-m", "4096",
            "-nographic", "-no-reboot", "-bios", UBOOT, "-device", "virtio-net-pci,netdev=net,romfile=",
            "-netdev", "user,id=net,tftp=" + os.path.abspath(DEPLOY)])
        machine.expect(rb"Hit any key to stop autoboot", HOST)
        machine.send("\n")
        machine.expect(rb"=> ", HOST)
        # DHCP would load and run what the server offers.
        machine.send("setenv autoload no; dhcp; tftpb 0x40200000 boot2.scr; source 0x40200000\n")
        machine.expect(rb"Starting kernel", GUEST)
        self.report(machine, "U-Boot hands over")
        machine.expect(rb"Xen version 4", HOST)
        machine.expect(rb"\*\*\* LOADING DOMAIN 0 \*\*\*", HOST)
        self.assertEqual(machine.login(HOST), "xen-image-minimal")
        self.report(machine, "xen-image-minimal from U-Boot: login")
        self.assertRegex(machine.run("xl list", timeout=HOST), r"(?m)^Domain-0 +0 +1024 ")


if __name__ == "__main__":
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        DEPLOY = sys.argv.pop(1)
    unittest.main(verbosity=2)
