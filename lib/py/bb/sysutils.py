# SPDX-License-Identifier: MIT
"""System calls that Python does not offer, and process matters: part of bb.utils."""

import _signal
import ctypes
import fcntl
import os
import signal
import socket
import struct
from contextlib import contextmanager

import bb

_libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15
IOPRIO_WHO_PROCESS, IOPRIO_CLASS_SHIFT = 1, 13
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


# The C functions behind signal's: they take and give plain numbers.
sigmask = _signal.pthread_sigmask
valid_signals = set(_signal.valid_signals())


class PrCtlError(Exception):
    pass


def cpu_count():
    return len(os.sched_getaffinity(0))


def signal_on_parent_exit(signame):
    """Has the kernel send a signal when the parent ends."""
    r = _libc.prctl(PR_SET_PDEATHSIG, getattr(signal, signame))
    if r != 0:
        raise PrCtlError("prctl failed with error code %s" % r)


def set_process_name(name):
    """For ps and top; of no other use, so failing does not matter."""
    _libc.prctl(_PR_SET_NAME, ctypes.create_string_buffer(name.encode()), 0, 0, 0)


def ioprio_set(who, cls, value):
    machine = os.uname().machine
    number = {"x86_64": 251, "aarch64": 30, "i386": 289, "i486": 289, "i586": 289, "i686": 289}.get(machine)
    if number is None:
        bb.warn("Unable to set IO Prio for arch %s" % machine)
        return
    if _libc.syscall(number, IOPRIO_WHO_PROCESS, who, value | (cls << IOPRIO_CLASS_SHIFT)) != 0:
        raise ValueError("Unable to set ioprio: %s" % os.strerror(ctypes.get_errno()))


def enable_loopback_networking():
    """Brings `lo` up with 127.0.0.1, in a network namespace that was made just now."""
    get_flags, set_flags, set_addr = 0x8913, 0x8914, 0x8916
    up, running = 0x1, 0x40
    name = struct.pack("16s", b"lo")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        address = struct.pack("@H", socket.AF_INET) + struct.pack("=H4B", 0, 127, 0, 0, 1)
        fcntl.ioctl(sock, set_addr, (name + address).ljust(40, b"\0"))
        answer = fcntl.ioctl(sock, get_flags, name.ljust(40, b"\0"))
        flags, = struct.unpack_from("@h", answer, 16)
        fcntl.ioctl(sock, set_flags, (name + struct.pack("@h", flags | up | running)).ljust(40, b"\0"))


def disable_network(uid=None, gid=None):
    """Cuts this process off the network, when the kernel lets it have a user and network namespace of its own."""
    uid = os.getuid() if uid is None else uid
    gid = os.getgid() if gid is None else gid
    if _libc.unshare(_CLONE_NEWNET | _CLONE_NEWUSER) != 0:
        bb.debug(1, "System doesn't support disabling network without admin privs")
        return
    for name, text in (("uid_map", "%s %s 1" % (uid, uid)), ("setgroups", "deny"), ("gid_map", "%s %s 1" % (gid, gid))):
        with open("/proc/self/" + name, "w") as f:
            f.write(text)


def is_local_uid(uid=""):
    """Whether /etc/passwd has the uid (ours by default): users of a directory service may not map themselves."""
    uid = str(uid or os.getuid())
    with open("/etc/passwd") as f:
        return any(line.split(":")[2:3] == [uid] for line in f)


def check_system_locale():
    import locale
    import sys
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, ("en_US", "UTF-8"))
    except locale.Error:
        sys.exit("Please make sure locale 'en_US.UTF-8' is available on your system")
    locale.setlocale(locale.LC_CTYPE, before)


def multiprocessingpool(*args, **kwargs):
    return bb.multiprocessing.Pool(*args, **kwargs)


def process_profilelog(fn, pout=None):
    """Turns profiler data into text."""
    import pstats
    names = fn if isinstance(fn, list) else [fn]
    with open(pout or fn + ".processed", "w") as out:
        stats = pstats.Stats(*names, stream=out)
        stats.sort_stats("time")
        stats.print_stats()
        stats.print_callers()
        stats.sort_stats("cumulative")
        stats.print_stats()


@contextmanager
def _locked(lock, timeout):
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    held = lock.acquire(timeout=timeout)
    try:
        yield held
    finally:
        if held:
            lock.release()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def lock_timeout(lock):
    """Holds a lock with signals blocked; gives up the process rather than wait for ever."""
    with _locked(lock, 300) as held:
        if not held:
            os._exit(1)
        yield held


def lock_timeout_nocheck(lock):
    return _locked(lock, 10)
