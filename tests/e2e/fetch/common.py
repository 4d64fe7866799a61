# SPDX-License-Identifier: MIT
"""What the tests of bb.fetch2 and bb.sstate share: a folder, a data store, a web server, commands."""

import contextlib
import http.server
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

import _bb_fetch
import bb.data
import bb.fetch2

logging.getLogger("BitBake.Fetcher").setLevel(logging.CRITICAL)


def sha256(data):
    """Through our own code: hashlib keeps memory that a leak checker finds."""
    with tempfile.NamedTemporaryFile() as f:
        f.write(data)
        f.flush()
        return _bb_fetch.digests(f.name, ["sha256"])["sha256"]


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the working folder. Notes requests in ../requests; breaks off after as many bytes as ../truncate says."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        with open("../requests", "a") as f:
            f.write(self.path + "\n")
        start = int(self.headers.get("Range", "bytes=0-")[6:].partition("-")[0])
        path = self.translate_path(self.path)
        if not os.path.isfile(path):
            return self.send_error(404)
        with open(path, "rb") as f:
            data = f.read()
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", "bytes %d-%d/%d" % (start, len(data) - 1, len(data)))
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end = len(data)
        if os.path.exists("../truncate"):
            with open("../truncate") as f:
                end = int(f.read())
        self.wfile.write(data[start:end])
        self.close_connection = True


class Server:
    """A web server in a process of its own: ours is busy while it downloads."""

    def __init__(self, folder):
        self.folder = os.path.dirname(folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.handle_error = lambda *args: None
        self.url = "http://127.0.0.1:%d" % server.server_port
        self.pid = os.fork()
        if self.pid == 0:
            os.chdir(folder)
            server.serve_forever()
            os._exit(0)
        server.socket.close()

    def truncate(self, size):
        with open(os.path.join(self.folder, "truncate"), "w") as f:
            f.write(str(size))

    def heal(self):
        os.unlink(os.path.join(self.folder, "truncate"))

    @property
    def requests(self):
        try:
            with open(os.path.join(self.folder, "requests")) as f:
                return f.read().split()
        except FileNotFoundError:
            return []

    def stop(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class FetchTest(unittest.TestCase):
    def setUp(self):
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix="bbc-fetch-"))
        self.dldir = self.path("downloads")
        self.work = self.path("work")
        os.mkdir(self.work)
        self.cwd = os.getcwd()
        os.chdir(self.dir)
        self.d = self.store()

    def tearDown(self):
        os.chdir(self.cwd)
        shutil.rmtree(self.dir, ignore_errors=True)
        bb.fetch2.urldata_cache.clear()

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def store(self, **variables):
        d = bb.data.init()
        for name, value in dict({"DL_DIR": self.dldir, "PERSISTENT_DIR": self.path("cache"), "PN": "recipe",
                                 "PATH": os.environ["PATH"], "HOME": self.dir, "no_proxy": "127.0.0.1"},
                                **variables).items():
            d.setVar(name, value)
        return d

    def write(self, path, content):
        path = self.path(path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w" if isinstance(content, str) else "wb") as f:
            f.write(content)
        return path

    def read(self, path):
        with open(self.path(path)) as f:
            return f.read()

    def run_command(self, *cmd, cwd=None):
        env = dict(os.environ, HOME=self.dir)
        return subprocess.run(cmd, cwd=cwd, check=True, capture_output=True, text=True, env=env).stdout.strip()

    def fetcher(self, *urls):
        return bb.fetch2.Fetch(list(urls), self.d, cache=False)

    def fetch(self, *urls):
        fetcher = self.fetcher(*urls)
        fetcher.download()
        return fetcher

    @contextlib.contextmanager
    def server(self, folder="www"):
        os.makedirs(self.path(folder), exist_ok=True)
        server = Server(self.path(folder))
        try:
            yield server
        finally:
            server.stop()

    def in_processes(self, n, work):
        """Runs work(i) in n forked processes at once; all must succeed."""
        pids = []
        for i in range(n):
            pid = os.fork()
            if pid == 0:
                status = 1
                try:
                    work(i)
                    status = 0
                except BaseException as exc:
                    os.write(2, ("process %d: %r\n" % (i, exc)).encode())
                finally:
                    os._exit(status)
            pids.append(pid)
        self.assertEqual([os.waitpid(pid, 0)[1] for pid in pids], [0] * n)
