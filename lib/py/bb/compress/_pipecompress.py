# SPDX-License-Identifier: MIT
"""A file object over a process that compresses or decompresses."""

import builtins
import errno
import io
import os
import subprocess


class CompressionError(OSError):
    """The tool failed: damaged data, a full disk."""


class PipeFile(io.RawIOBase):
    """Reads or writes through a command; get_compress() and get_decompress() of a subclass give its arguments."""

    def __init__(self, filename=None, mode="rb", *, stderr=None, fileobj=None):
        if "t" in mode or "U" in mode or mode[:1] not in ("r", "w"):
            raise ValueError("Invalid mode: %r" % mode)
        self._reading = mode.startswith("r")
        self._open = True
        self.fileobj = fileobj if fileobj is not None else builtins.open(filename, mode.replace("b", "") + "b")
        ends = {"stdin": self.fileobj, "stdout": subprocess.PIPE} if self._reading else \
            {"stdin": subprocess.PIPE, "stdout": self.fileobj}
        self.p = subprocess.Popen(self.get_decompress() if self._reading else self.get_compress(), stderr=stderr, **ends)
        self.pipe = self.p.stdout if self._reading else self.p.stdin

    def _finish(self):
        process, self.p = self.p, None
        if process and process.wait():
            raise CompressionError("Process died with %d" % process.returncode)

    def close(self):
        if not self._open:
            return
        self._open = False
        try:
            self.pipe.close()
            self._finish()
        finally:
            self.fileobj.close()

    @property
    def closed(self):
        return not self._open

    def fileno(self):
        return self.pipe.fileno()

    def flush(self):
        self.pipe.flush()

    def isatty(self):
        return self.pipe.isatty()

    def readable(self):
        return self._reading

    def writable(self):
        return not self._reading

    def readinto(self, b):
        if not self._reading:
            raise OSError(errno.EBADF, "file is open for writing")
        size = self.pipe.readinto(b)
        if size == 0:
            self._finish()
        return size

    def write(self, data):
        if self._reading:
            raise OSError(errno.EBADF, "file is open for reading")
        size = self.pipe.write(data)
        if not size:
            self._finish()
        return size


def open_wrap(cls, filename, mode="rb", *, encoding=None, errors=None, newline=None, **kwargs):
    """open() for a subclass of PipeFile: a path or a file, binary or (with "t") text."""
    text = "t" in mode
    if text and "b" in mode:
        raise ValueError("Invalid mode: %r" % mode)
    if not text:
        for name, value in (("encoding", encoding), ("errors", errors), ("newline", newline)):
            if value is not None:
                raise ValueError("Argument '%s' not supported in binary mode" % name)
    mode = mode.replace("t", "")
    if isinstance(filename, (str, bytes, os.PathLike, int)):
        binary = cls(filename, mode, **kwargs)
    elif hasattr(filename, "read") or hasattr(filename, "write"):
        binary = cls(None, mode, fileobj=filename, **kwargs)
    else:
        raise TypeError("filename must be a str or bytes object, or a file")
    return io.TextIOWrapper(binary, encoding, errors, newline, write_through=True) if text else binary
