#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Container guests of Xen, the guest on Jetson AGX Orin and the images with a screen start (make boot-test).

    guests_boot_test.py [IMAGES] [unittest arguments]

IMAGES, or BBC_IMAGES in the environment, is the folder with a folder for each machine; by default
build/image/tmp/deploy/images below the current folder.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import boot  # noqa: E402

IMAGES = os.environ.get("BBC_IMAGES", "build/image/tmp/deploy/images")

# Seconds. Emulation is slow, and another build may be running.
PLAIN, HOST, GUEST = 240, 300, 900


class GuestsBootTest(boot.Case):
    def folder(self, machine, *names):
        """A machine's folder, which must hold the files named."""
        path = os.path.join(IMAGES, machine)
        for name in names:
            if not os.path.exists(os.path.join(path, name)):
                self.skipTest("no %s in %s" % (name, path))
        return path

    def temporary(self):
        path = tempfile.mkdtemp(prefix="guests-")
        self.addCleanup(shutil.rmtree, path)
        return path


class Orin(GuestsBootTest):
    def test_minimal_image_from_its_archive(self):
        name = "vm-jetson-agx-orin"
        image = "vm-image-minimal-%s.cpio.gz" % name
        folder = self.folder(name, "Image", image)
        machine = self.start(boot.qemu_command(folder, image, name, memory=256))
        machine.expect(rb"\nminimal-vm: started, Linux ", PLAIN)
        machine.expect(boot.PROMPT, PLAIN)
        self.report(machine, "vm-image-minimal: shell")
        self.assertEqual(machine.run("hostname").strip(), "minimal-vm")
        self.assertIn("/init", machine.run("tr '\\0' ' ' < /proc/1/cmdline"))
        machine.run("test -c /dev/console && test -c /dev/null && test -c /dev/tty")


class Vxn(GuestsBootTest):
    COMMAND = "uname -m; cat /sys/hypervisor/type 2>/dev/null; %s --version | head -n 1; exit 7"

    def options(self, text):
        return "quiet vxn_cmd=" + base64.b64encode(text.encode()).decode()

    def result(self, machine, timeout):
        """What the program in the guest printed, and its exit status."""
        start = machine.expect(rb"\nvxn-begin\r*\n", timeout).end()
        end = machine.expect(rb"\nvxn-end:([0-9]+)\r*\n", timeout)
        return machine.output[start:end.start()].decode().replace("\r", "").split("\n"), int(end.group(1))

    def qemu(self, program, more, folder, arch, kernel, console, append, disks=()):
        blobs = os.path.join(folder, "vxn", arch)
        command = [program, "-m", "512", "-nographic", "-no-reboot", "-nic", "none", "-kernel", os.path.join(blobs, kernel),
                   "-initrd", os.path.join(blobs, "initramfs.cpio.gz"), "-append", "console=%s %s" % (console, append)] + more
        for number, disk in enumerate([os.path.join(blobs, "rootfs.img")] + list(disks)):
            command += ["-drive", "file=%s,format=raw,if=none,id=disk%d,readonly=on" % (disk, number),
                        "-device", "virtio-blk-pci,drive=disk%d,romfile=" % number]
        return self.start(command)

    def arm(self, append, disks=()):
        folder = self.folder("qemuarm64", "vxn/aarch64/rootfs.img", "vxn/aarch64/Image")
        return self.qemu("qemu-system-aarch64", ["-M", "virt", "-cpu", "cortex-a57"], folder, "aarch64", "Image", "ttyAMA0",
                         append, disks)

    def test_program_in_a_guest_of_qemu(self):
        machine = self.arm(self.options(self.COMMAND % "runc"))
        lines, status = self.result(machine, PLAIN)
        self.report(machine, "vxn in QEMU: result")
        self.assertEqual(lines[0], "aarch64")
        self.assertRegex(lines[1], r"^runc version 1\.")
        self.assertEqual(status, 7)

    def test_program_in_a_guest_of_a_pc(self):
        if not shutil.which("qemu-system-x86_64"):
            self.skipTest("no qemu-system-x86_64")
        folder = self.folder("qemux86-64", "vxn/x86_64/rootfs.img", "vxn/x86_64/bzImage")
        machine = self.qemu("qemu-system-x86_64", [], folder, "x86_64", "bzImage", "ttyS0", self.options(self.COMMAND % "runc"))
        lines, status = self.result(machine, PLAIN)
        self.report(machine, "vxn in QEMU's PC: result")
        self.assertEqual(lines[0], "x86_64")
        self.assertRegex(lines[1], r"^runc version 1\.")
        self.assertEqual(status, 7)

    def bundle(self, rootfs_image):
        """A disk with an OCI bundle: busybox, taken from the guest's own root file system."""
        folder = self.temporary()
        subprocess.run(["unsquashfs", "-q", "-n", "-d", folder + "/all", rootfs_image, "bin/busybox"], check=True,
                       stdout=subprocess.DEVNULL)
        tree = folder + "/bundle"
        for name in ("bin", "proc", "dev"):
            os.makedirs("%s/rootfs/%s" % (tree, name))
        shutil.copy(folder + "/all/bin/busybox", tree + "/rootfs/bin/busybox")
        os.chmod(tree + "/rootfs/bin/busybox", 0o755)
        config = {
            "ociVersion": "1.0.2", "hostname": "in-a-container", "root": {"path": "rootfs", "readonly": True},
            "process": {"terminal": False, "user": {"uid": 0, "gid": 0}, "cwd": "/", "env": ["PATH=/bin"],
                        "args": ["/bin/busybox", "sh", "-c", "busybox hostname; busybox echo pid $$; exit 3"]},
            "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
                       {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"}],
            "linux": {"namespaces": [{"type": kind} for kind in ("pid", "mount", "uts", "ipc", "network")]}}
        with open(tree + "/config.json", "w") as f:
            json.dump(config, f)
        subprocess.run(["mksquashfs", tree, folder + "/bundle.img", "-quiet", "-no-progress", "-all-root"], check=True,
                       stdout=subprocess.DEVNULL)
        return folder + "/bundle.img"

    def test_container_in_a_guest(self):
        folder = self.folder("qemuarm64", "vxn/aarch64/rootfs.img", "vxn/aarch64/Image")
        disk = self.bundle(os.path.join(folder, "vxn/aarch64/rootfs.img"))
        machine = self.arm("quiet vxn_bundle=/dev/vdb", [disk])
        lines, status = self.result(machine, PLAIN)
        self.report(machine, "container in vxn: result")
        self.assertEqual(lines[:2], ["in-a-container", "pid 1"])
        self.assertEqual(status, 3)

    def test_program_in_a_guest_of_xen(self):
        image = "xen-image-minimal-qemuarm64.cpio.gz"
        folder = self.folder("qemuarm64", image, "xen-qemuarm64", "vxn/aarch64/rootfs.img", "vxn/aarch64/Image")
        # An archive as a disk: the host needs no driver of a file system for it.
        archive = os.path.join(self.temporary(), "vxn.tar")
        subprocess.run(["tar", "-cf", archive, "-C", os.path.join(folder, "vxn/aarch64"), "Image", "initramfs.cpio.gz",
                        "rootfs.img"], check=True)
        machine = self.start(boot.xen_command(folder, image, "qemuarm64") + [
            "-drive", "file=%s,format=raw,if=none,id=disk,snapshot=on" % archive, "-device", "virtio-blk-pci,drive=disk,romfile="])
        machine.login(HOST)
        self.report(machine, "Xen's host: login")
        machine.run("mkdir /tmp/vxn && cd /tmp/vxn && tar -xf /dev/vda", timeout=HOST)
        for line in ('name = "vxn"', "memory = 256", "vcpus = 1", 'kernel = "/tmp/vxn/Image"',
                     'ramdisk = "/tmp/vxn/initramfs.cpio.gz"',
                     'disk = ["format=raw,vdev=xvda,access=rw,script=block,target=/tmp/vxn/rootfs.img"]'):
            machine.run("echo '%s' >> vxn.cfg" % line)
        # Typed in pieces: a serial line takes only so much at a time.
        extra = 'extra = "console=hvc0 %s"' % self.options(self.COMMAND % "runc")
        for part in re.findall(r".{1,60}", extra):
            machine.run("printf %%s '%s' >> vxn.cfg" % part)
        machine.run("xl list", timeout=HOST)
        machine.send("xl create -c vxn.cfg; echo '<'ended'>'\n")
        lines, status = self.result(machine, GUEST)
        self.report(machine, "vxn in Xen: result")
        self.assertEqual(lines[:2], ["aarch64", "xen"])
        self.assertRegex(lines[2], r"^runc version 1\.")
        self.assertEqual(status, 7)
        machine.expect(rb"\n<ended>", HOST)
        machine.expect(boot.PROMPT, HOST)
        # The guest is gone when its memory has been given back, a moment after its console has ended.
        machine.run("while xl domid vxn; do sleep 1; done 2>/dev/null", timeout=HOST)


class Screen(GuestsBootTest):
    MACHINE = "vm-raspberrypi4-64"

    def test_session_of_the_user_vm(self):
        image = "vm-image-user-gui-%s.ext4.qcow2" % self.MACHINE
        folder = self.folder(self.MACHINE, image, "Image")
        machine = self.start(boot.qemu_command(folder, image, self.MACHINE, memory=1024,
                                               more=["-device", "virtio-gpu-pci", "-device", "virtio-keyboard-pci"]))
        self.assertEqual(machine.login(PLAIN), "user-vm")
        self.report(machine, "vm-image-user-gui: login")
        self.assertIn("x-session-matchbox-wm", machine.run("readlink /etc/mini_x/session"))
        machine.run("export DISPLAY=:0; n=0; until xwininfo -root -tree 2>/dev/null | grep -i rxvt || [ $n -gt 200 ]; do "
                    "sleep 1; n=$((n + 1)); done", timeout=GUEST)
        tree = machine.run("xwininfo -root -tree", timeout=PLAIN)
        self.report(machine, "vm-image-user-gui: session on the screen")
        self.assertRegex(tree.lower(), r"\(\"u?rxvt\" ")
        self.assertRegex(machine.run("xwininfo -root", timeout=PLAIN), r"Width: [1-9]\d+")
        self.assertIn("matchbox", machine.run("ps").lower())
        measured = machine.run("x11perf -time 1 -repeat 1 -rect10", timeout=PLAIN)
        self.assertRegex(measured, r"\d+ reps .*10x10 rectangle")


if __name__ == "__main__":
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        IMAGES = sys.argv.pop(1)
    unittest.main(verbosity=2)
