# SPDX-License-Identifier: MIT
"""What can go wrong while fetching. Metadata catches these by name and greps their texts."""


class BBFetchException(Exception):
    """The base of all of them; `msg` is the sentence."""

    def __init__(self, message):
        super().__init__(message)
        self.msg = message

    def __str__(self):
        return self.msg


class UntrustedUrl(BBFetchException):
    """The host is not in BB_ALLOWED_NETWORKS."""

    def __init__(self, url, message=''):
        super().__init__(message or "The URL: '%s' is not trusted and cannot be used" % url)
        self.url = url
        self.args = (url,)


class MalformedUrl(BBFetchException):
    """The text is not a URL."""

    def __init__(self, url, message=''):
        super().__init__(message or "The URL: '%s' is invalid and cannot be interpreted" % url)
        self.url = url
        self.args = (url,)


class FetchError(BBFetchException):
    """A download failed."""

    def __init__(self, message, url=None):
        where = " for URL: '%s'." % url if url else ":"
        super().__init__("Fetcher failure%s %s" % (where, message))
        self.url = url
        self.args = (message, url)


class ChecksumError(FetchError):
    """A file is not the one the recipe asks for; `checksum` is what it has."""

    def __init__(self, message, url=None, checksum=None):
        self.checksum = checksum
        super().__init__(message, url)


class NoChecksumError(FetchError):
    """No checksum is given and BB_STRICT_CHECKSUM wants one."""


class UnpackError(BBFetchException):
    """An archive could not be unpacked."""

    def __init__(self, message, url):
        super().__init__("Unpack failure for URL: '%s'. %s" % (url, message))
        self.url = url
        self.args = (message, url)


class NoMethodError(BBFetchException):
    """No method supports the URL's type."""

    def __init__(self, url):
        super().__init__("Could not find a fetcher which supports the URL: '%s'" % url)
        self.url = url
        self.args = (url,)


class MissingParameterError(BBFetchException):
    """The URL lacks a parameter that its method needs."""

    def __init__(self, missing, url):
        super().__init__("URL: '%s' is missing the required parameter '%s'" % (url, missing))
        self.url = url
        self.missing = missing
        self.args = (missing, url)


class ParameterError(BBFetchException):
    """The URL's parameters cannot be used."""

    def __init__(self, message, url):
        super().__init__("URL: '%s' has invalid parameters. %s" % (url, message))
        self.url = url
        self.args = (message, url)


class NetworkAccess(BBFetchException):
    """The network is needed and forbidden."""

    def __init__(self, url, cmd):
        super().__init__("Network access disabled through BB_NO_NETWORK (or set indirectly due to use of "
                         "BB_FETCH_PREMIRRORONLY) but access requested with command %s (for url %s)" % (cmd, url))
        self.url = url
        self.cmd = cmd
        self.args = (url, cmd)


class NonLocalMethod(Exception):
    """Asked for local files only and the URL is not one."""

    def __init__(self):
        super().__init__()


class LocalModificationsError(UnpackError):
    """A checkout has changes that updating it would lose."""

    def __init__(self, repodir, url, git_output):
        super().__init__("%s has changes that are not committed, and was not updated:\n%s" % (repodir, git_output), url)
        self.args = (repodir, url, git_output)


class RebaseError(UnpackError):
    """Commits of a checkout could not be put on top of the new revision."""

    def __init__(self, repodir, url, git_output):
        super().__init__("%s has commits of its own that do not go on top of the new revision:\n%s" % (repodir, git_output),
                         url)
        self.args = (repodir, url, git_output)
