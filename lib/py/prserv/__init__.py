# SPDX-License-Identifier: MIT
"""The client's side of the service of package revisions (PRSERV_HOST). The server is bbc-prserv, or the one that the build starts."""

__version__ = "2.0.0"


class NotFoundError(Exception):
    pass


def increase_revision(ver):
    head, dot, last = str(ver).rpartition(".")
    return head + dot + str(int(last) + 1)


def create_client(addr):
    from . import client
    host, _, port = addr.rpartition(":")
    c = client.PRClient()
    c.connect_tcp(host.strip("[]"), int(port))
    return c
