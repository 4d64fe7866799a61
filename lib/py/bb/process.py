# SPDX-License-Identifier: MIT
"""Running commands."""

import logging
import os
import selectors
import signal
import subprocess

import bb.githead

logger = logging.getLogger("BitBake.Process")


def subprocess_setup():
    """Programs expect SIGPIPE to end them; Python ignores it."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


class CmdError(RuntimeError):
    """A command could not be run."""

    def __init__(self, command, msg=None):
        self.command = command
        self.msg = msg

    def __str__(self):
        command = self.command if isinstance(self.command, str) else subprocess.list2cmdline(self.command)
        return "Execution of '%s' failed" % command + (": %s" % self.msg if self.msg else "")


class NotFoundError(CmdError):
    """There is no such command."""

    def __str__(self):
        return super().__str__() + ": command not found"


class ExecutionError(CmdError):
    """A command ended with a status other than 0."""

    def __init__(self, command, exitcode, stdout=None, stderr=None):
        super().__init__(command)
        self.exitcode = exitcode
        self.stdout = stdout
        self.stderr = stderr
        self.extra_message = None

    def __str__(self):
        output = (self.stderr or "") + (self.stdout or "")
        return "%s with exit code %s%s%s" % (super().__str__(), self.exitcode, ":\n" + output if output else "",
                                             self.extra_message or "")


class Popen(subprocess.Popen):
    """subprocess.Popen with pipes for everything unless said otherwise."""

    defaults = {
        "close_fds": True,
        "preexec_fn": subprocess_setup,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "stdin": subprocess.PIPE,
        "shell": False,
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{**self.defaults, **kwargs})


class _Collector:
    """Output of one stream: decoded as it comes, kept, and copied to a log."""

    def __init__(self, stream, log):
        import codecs
        self.stream = stream
        self.log = log
        self.decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        self.parts = []

    def read(self):
        """False at the end of the stream."""
        data = os.read(self.stream.fileno(), 65536)
        text = self.decode(data, final=not data)
        if text:
            self.parts.append(text)
            self.log.write(text)
            self.log.flush()
        return bool(data)


class _Extra:
    """A file whose data goes to a function as it comes."""

    def __init__(self, fobj, func):
        self.stream = fobj
        self.func = func

    def read(self):
        os.set_blocking(self.stream.fileno(), False)
        data = self.stream.read()
        if data:
            self.func(data)
        return data is None or len(data) > 0


def _read_ready(selector, timeout=None):
    """Reads what is there from all streams that have something; True when the process was among them."""
    ended = False
    for key, _ in selector.select(timeout):
        if key.data is None:
            ended = True
        elif not key.data.read():
            selector.unregister(key.fileobj)
    return ended


def _logged_communicate(pipe, log, input, extrafiles):
    if pipe.stdin:
        if input is not None:
            pipe.stdin.write(input)
        pipe.stdin.close()
    outputs = [_Collector(s, log) if s else None for s in (pipe.stdout, pipe.stderr)]
    extras = [_Extra(fobj, func) for fobj, func in extrafiles]
    process = os.pidfd_open(pipe.pid)
    with selectors.DefaultSelector() as selector:
        for reader in extras + [o for o in outputs if o]:
            selector.register(reader.stream, selectors.EVENT_READ, reader)
        selector.register(process, selectors.EVENT_READ, None)
        # The command's end is what counts: a process of the background may keep the pipes open.
        while not _read_ready(selector):
            pass
        selector.unregister(process)
        os.close(process)
        for _ in range(2):  # one read takes all that a pipe can hold, the next sees its end
            _read_ready(selector, 0)
    for stream in (pipe.stdout, pipe.stderr):
        if stream:
            stream.close()
    return tuple("".join(o.parts) if o else "" for o in outputs)


def run(cmd, input=None, log=None, extrafiles=None, **options):
    """
    Runs a command (a str through the shell) and returns (stdout, stderr). With `log` the output is also written there
    while it comes; `extrafiles` is a list of (file, function) to be read meanwhile.
    """
    known = None if input or log or extrafiles else bb.githead.answer(cmd, options)
    if known is not None:
        return known, ""
    if isinstance(cmd, str):
        options.setdefault("shell", True)
    try:
        pipe = Popen(cmd, **options)
    except FileNotFoundError as exc:
        raise NotFoundError(cmd) from exc
    except OSError as exc:
        raise CmdError(cmd, exc) from exc
    if log:
        stdout, stderr = _logged_communicate(pipe, log, input, extrafiles or [])
        pipe.wait()
    else:
        stdout, stderr = (s if s is None else s.decode("utf-8") for s in pipe.communicate(input))
    if pipe.returncode != 0:
        # what is in the log need not be said again
        raise ExecutionError(cmd, pipe.returncode, None if log else stdout, None if log else stderr)
    return stdout, stderr
