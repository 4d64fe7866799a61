# SPDX-License-Identifier: MIT
"""A connection to a service of package revisions. A message is a line of JSON, or several after a line that says so."""

import json
import socket

HELLO = "PRSERVICE 1.0"
LINE_MAX = 32 * 1024
TRIES = 3


class PRClient:
    timeout = 30

    def __init__(self):
        self.address = None
        self.sock = None
        self.lines = None

    def connect_tcp(self, host, port):
        self.address = (host, int(port))
        self.connect()

    def connect(self):
        if self.sock:
            return
        self.sock = socket.create_connection(self.address, self.timeout)
        self.lines = self.sock.makefile("rb")
        self.sock.sendall((HELLO + "\nneeds-headers: false\n\n").encode())

    def close(self):
        if self.sock:
            self.lines.close()
            self.sock.close()
        self.sock = self.lines = None

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
        return False

    def _line(self):
        line = self.lines.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("the PR service closed the connection")
        return line.decode("utf-8").strip()

    def _answer(self):
        message = json.loads(self._line())
        if isinstance(message, dict) and "chunk-stream" in message:
            message = json.loads("".join(iter(self._line, "")))
        if isinstance(message, dict) and "invoke-error" in message:
            self.close()
            raise RuntimeError(message["invoke-error"]["message"])
        return message

    def invoke(self, message):
        """The answer to a request; a lost connection is made anew."""
        text = json.dumps(message)
        if len(text) >= LINE_MAX:
            parts = [text[i:i + LINE_MAX] for i in range(0, len(text), LINE_MAX)]
            text = '{"chunk-stream": null}\n' + "\n".join(parts) + "\n"
        for left in reversed(range(TRIES)):
            try:
                self.connect()
                self.sock.sendall(text.encode() + b"\n")
                return self._answer()
            except OSError:
                self.close()
                if not left:
                    raise

    def _ask(self, request, **members):
        answer = self.invoke({request: members})
        return answer["value"] if answer else None

    def ping(self):
        return self.invoke({"ping": {}})

    def getPR(self, version, pkgarch, checksum, history=False):
        return self._ask("get-pr", version=version, pkgarch=pkgarch, checksum=checksum, history=history)

    def test_pr(self, version, pkgarch, checksum, history=False):
        return self._ask("test-pr", version=version, pkgarch=pkgarch, checksum=checksum, history=history)

    def test_package(self, version, pkgarch):
        return self._ask("test-package", version=version, pkgarch=pkgarch)

    def max_package_pr(self, version, pkgarch):
        return self._ask("max-package-pr", version=version, pkgarch=pkgarch)

    def importone(self, version, pkgarch, checksum, value):
        return self._ask("import-one", version=version, pkgarch=pkgarch, checksum=checksum, value=value)

    def export(self, version, pkgarch, checksum, colinfo, history=False):
        answer = self.invoke({"export": {"version": version, "pkgarch": pkgarch, "checksum": checksum, "colinfo": colinfo,
                                         "history": history}})
        return (answer["metainfo"], answer["datainfo"]) if answer else None

    def is_readonly(self):
        answer = self.invoke({"is-readonly": {}})
        return answer["readonly"] if answer else None
