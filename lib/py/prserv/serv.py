# SPDX-License-Identifier: MIT
"""What metadata calls to reach the service of package revisions. "localhost:0" is the build's own."""

import _bbc


class PRServiceConfigError(Exception):
    pass


def is_local_special(host, port):
    return host in ("localhost", "127.0.0.1") and not port


def auto_start(d):
    return _bbc.pr_host() or None


def auto_shutdown():
    """The build's own server ends with the build."""


def connect(host, port):
    from . import client
    if is_local_special(host.strip().lower(), port):
        own = _bbc.pr_host()
        if not own:
            raise PRServiceConfigError("PRSERV_HOST is not set")
        host, _, port = own.rpartition(":")
    conn = client.PRClient()
    conn.connect_tcp(host, port)
    return conn


def ping(host, port):
    with connect(host, port) as conn:
        return conn.ping()


# The name in BitBake up to 1.50.
PRServerConnection = connect
