#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Starts an image in qemu-system-aarch64 and talks to it over its serial line.

    boot.py DEPLOYDIR IMAGE [COMMAND...]     logs in, runs the commands, shows what they print

IMAGE is the file name of a disk (.ext3, .ext4, .qcow2) or of an initramfs (.cpio.gz) in DEPLOYDIR. Disks are not changed.
"""

import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

PROMPT = b"# "
PIECE = 64  # bytes that are typed at once
ECHO = 20  # seconds at most until they are seen on the screen
# There is no sense in waiting after these.
FAILED = re.compile(rb"\ninitramfs: |Kernel panic")
# Linux isolates its page tables where its place in memory is random. Emulated, each system call then empties the emulator's cache
# of addresses.
FAST = "kpti=off"
INITRAMFS = "core-image-minimal-initramfs-%s.cpio.gz"


class BootError(Exception):
    """The machine did not say what was expected of it."""


def qemu_command(deploy, image, machine, memory=512, more=(), append="", console="ttyAMA0"):
    """How to start `image` with the kernel and initramfs of the same folder."""
    path = os.path.join(deploy, image)
    command = ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57", "-m", str(memory), "-nographic", "-no-reboot",
               "-kernel", os.path.join(deploy, "Image")]
    words = ["console=" + console, FAST, append]
    if image.endswith((".cpio.gz", ".cpio")):
        command += ["-initrd", path]
    else:
        kind = "qcow2" if image.endswith("qcow2") else "raw"
        command += ["-initrd", os.path.join(deploy, INITRAMFS % machine),
                    "-drive", "file=%s,format=%s,if=none,id=disk,snapshot=on" % (path, kind),
                    "-device", "virtio-blk-pci,drive=disk,romfile="]
        words.append("root=/dev/vda")
    if not any(word.startswith(("-nic", "-netdev")) for word in more):
        command += ["-nic", "none"]
    return command + list(more) + ["-append", " ".join(word for word in words if word)]


def xen_command(deploy, image, machine, memory=4096, host_memory=1024, append="", hypervisor=""):
    """How to start `image`, a cpio.gz, as the first domain of Xen, with the kernel and hypervisor of the same folder."""
    words = ["dom0_mem=%dM" % host_memory, "console=dtuart", "bootscrub=0", hypervisor]
    bootargs = " ".join(word for word in ("console=hvc0", append) if word)
    # The addresses are free in Xen's map of this machine; below 0x48000000 it keeps its own.
    return ["qemu-system-aarch64", "-M", "virt,virtualization=on,gic-version=3", "-cpu", "cortex-a57", "-smp", "2",
            "-m", str(memory), "-nographic", "-no-reboot", "-nic", "none", "-kernel", os.path.join(deploy, "xen-" + machine),
            "-append", " ".join(word for word in words if word),
            "-device", "guest-loader,addr=0x4c000000,kernel=%s,bootargs=%s" % (os.path.join(deploy, "Image"), bootargs),
            "-device", "guest-loader,addr=0x60000000,initrd=%s" % os.path.join(deploy, image)]


class Machine:
    """A running machine. Everything it prints is kept in `output` and written to `log`."""

    def __init__(self, command, log=None):
        self.output = b""
        self.at = 0
        self.started = time.monotonic()
        self.log = open(log, "wb") if log else None
        # A folder of its own, so that nothing of it is left behind.
        self.folder = tempfile.mkdtemp(prefix="boot-")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        env=dict(os.environ, TMPDIR=self.folder))
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.log:
            self.log.close()

    def elapsed(self):
        return time.monotonic() - self.started

    def _read(self, deadline):
        ready = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))[0]
        data = os.read(self.process.stdout.fileno(), 65536) if ready else b""
        self.output += data
        if self.log:
            self.log.write(data)
            self.log.flush()
        return bool(data)

    def expect(self, pattern, timeout):
        """Waits for the bytes pattern `pattern` after what was matched last; the match."""
        deadline = time.monotonic() + timeout
        while True:
            found = re.compile(pattern).search(self.output, self.at)
            if found:
                self.at = found.end()
                return found
            if FAILED.search(self.output, self.at) or not self._read(deadline):
                tail = self.output[-3000:].decode("utf-8", "replace")
                raise BootError("no %r within %d seconds; the last it said:\n%s" % (pattern, timeout, tail))

    def send(self, text):
        """Types in pieces, each after the echo of the one before: Xen drops what is beyond 128 characters."""
        data = text.encode()
        for at in range(0, len(data), PIECE):
            piece, shown = data[at:at + PIECE], len(self.output)
            self.process.stdin.write(piece)
            self.process.stdin.flush()
            deadline = time.monotonic() + ECHO
            while at + PIECE < len(data) and len(self.output) < shown + len(piece) and self._read(deadline):
                pass

    def login(self, timeout=120, user="root"):
        """Waits for a login prompt and logs in; the host name that the prompt shows."""
        host = self.expect(rb"\n\r*([\w.-]+) login: ", timeout).group(1).decode()
        self.send(user + "\n")
        self.expect(PROMPT, timeout)
        return host

    def run(self, command, timeout=60, check=True):
        """
        Runs a shell command; its output. The marks around it are put together by the machine's shell, so the echo of
        what was typed cannot be taken for them.
        """
        self.number += 1
        mark = "m%d" % self.number
        self.send("echo '<'%s'>'; %s; echo '<'%s:$?'>'\n" % (mark, command, mark))
        self.expect(("\n<%s>\r*\n" % mark).encode(), timeout)
        start = self.at
        end = self.expect(("<%s:([0-9]+)>" % mark).encode(), timeout)
        text = self.output[start:end.start()].decode("utf-8", "replace")
        # A machine inside another: each of the two terminals adds a carriage return.
        text = re.sub("\r+\n", "\n", text)
        if check and end.group(1) != b"0":
            raise BootError("'%s' failed with %s:\n%s" % (command, end.group(1).decode(), text))
        self.expect(PROMPT, timeout)
        return text


class Case(unittest.TestCase):
    """A test that starts machines; BBC_BOOT_LOGS is where their logs go, if anywhere."""

    def start(self, command):
        log = os.path.join(os.environ["BBC_BOOT_LOGS"], self.id() + ".log") if "BBC_BOOT_LOGS" in os.environ else None
        machine = Machine(command, log)
        self.addCleanup(machine.__exit__)
        return machine

    def report(self, machine, what):
        print("%s after %.1f s" % (what, machine.elapsed()), file=sys.stderr)


def machine_name(deploy):
    return os.path.basename(os.path.abspath(deploy))


def main(arguments):
    if len(arguments) < 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    deploy, image = arguments[:2]
    with Machine(qemu_command(deploy, image, machine_name(deploy))) as machine:
        try:
            print("%s, login after %.1f s" % (machine.login(), machine.elapsed()))
            for command in arguments[2:]:
                print(machine.run(command), end="")
        except BootError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
