# SPDX-License-Identifier: MIT
"""Programs that fetch, and the environment they see."""

import contextlib
import os

import bb
import bb.utils

from .errors import FetchError, NetworkAccess, UntrustedUrl

FETCH_EXPORT_VARS = ['HOME', 'PATH', 'HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'FTP_PROXY', 'ftp_proxy',
                     'FTPS_PROXY', 'ftps_proxy', 'NO_PROXY', 'no_proxy', 'ALL_PROXY', 'all_proxy', 'GIT_PROXY_COMMAND',
                     'GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_SSL_CAINFO', 'GIT_SMART_HTTP', 'SSH_AUTH_SOCK',
                     'SSH_AGENT_PID', 'SOCKS5_USER', 'SOCKS5_PASSWD', 'DBUS_SESSION_BUS_ADDRESS', 'P4CONFIG',
                     'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'AWS_PROFILE', 'AWS_ACCESS_KEY_ID',
                     'AWS_SECRET_ACCESS_KEY', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_DEFAULT_REGION',
                     'AWS_SESSION_TOKEN', 'GIT_CACHE_PATH', 'REMOTE_CONTAINERS_IPC', 'SSL_CERT_DIR']


def get_fetcher_environment(d):
    """The variables above as the build has them, or else as the user's own environment has them."""
    original = d.getVar("BB_ORIGENV", False)
    env = {}
    for name in FETCH_EXPORT_VARS:
        value = d.getVar(name) or (original.getVar(name) if original else None)
        if value:
            env[name] = value
    return env


@contextlib.contextmanager
def fetcher_environment(d):
    """Puts those, and what keeps programs and pseudo out of the way, into our own environment for a while."""
    saved = dict(os.environ)
    os.environ.update(get_fetcher_environment(d))
    os.environ.update(PSEUDO_DISABLED="1", LANG="C")
    try:
        yield
    finally:
        for name in set(os.environ) - set(saved):
            del os.environ[name]
        os.environ.update(saved)


def subprocess_setup():
    """For preexec_fn: Python ignores SIGPIPE, which gzip and others do not expect."""
    import signal
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def runfetchcmd(cmd, d, quiet=False, cleanup=None, log=None, workdir=None):
    """
    Runs a shell command with the fetcher's environment and returns its output. FetchError when it fails, after removing
    what `cleanup` lists.
    """
    import bb.process
    import subprocess

    try:
        d.getVar("PV")
        d.getVar("PR")
    except bb.data_smart.ExpansionError:
        # PATH may depend on PV, and that on us
        d = d.createCopy()
        d.setVar("PV", "fetcheravoidrecurse")
        d.setVar("PR", "fetcheravoidrecurse")
    where = " in %s" % workdir if workdir else ""
    bb.fetch2.logger.debug("Running '%s'%s" % (cmd, where))
    env = dict(os.environ, PSEUDO_DISABLED="1", **get_fetcher_environment(d))
    try:
        return bb.process.run(cmd, log=log, shell=True, stderr=subprocess.PIPE, cwd=workdir, env=env)[0]
    except bb.process.NotFoundError as exc:
        message = "Fetch command %s not found" % exc.command
    except bb.process.ExecutionError as exc:
        if exc.stdout:
            output = "output:\n%s\n%s" % (exc.stdout, exc.stderr)
        elif exc.stderr:
            output = "output:\n%s" % exc.stderr
        else:
            output = "see logfile for output" if log else "no output"
        message = "Fetch command %s failed with exit code %s, %s" % (exc.command, exc.exitcode, output)
    except bb.process.CmdError as exc:
        message = "Fetch command %s could not be run:\n%s" % (exc.command, exc.msg)
    for path in cleanup or []:
        try:
            bb.utils.remove(path, True)
        except OSError:
            pass
    raise FetchError(message)


def check_network_access(d, info, url):
    """To be called before the network is used: NetworkAccess or UntrustedUrl when that is not allowed."""
    if bb.utils.to_boolean(d.getVar("BB_NO_NETWORK")):
        raise NetworkAccess(url, info)
    if not bb.fetch2.trusted_network(d, url):
        raise UntrustedUrl(url, info)
    bb.fetch2.logger.debug("Fetcher accessed the network with the command %s" % info)
