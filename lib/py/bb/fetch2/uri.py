# SPDX-License-Identifier: MIT
"""URLs as SRC_URI writes them: decodeurl and encodeurl (in C) and the URI class."""

import re
from collections import OrderedDict

import _bb_fetch

from .errors import MalformedUrl, MissingParameterError


def decodeurl(url):
    """(type, host, path, user, pswd, parameters) of a SRC_URI entry; MalformedUrl when it is none."""
    parts = _bb_fetch.decodeurl(url)
    if not isinstance(parts, tuple):
        raise MalformedUrl(url, parts or '')
    return (*parts[:5], OrderedDict(parts[5]))


def decodemirrorurl(url):
    """The same of a URL in PREMIRRORS or MIRRORS, which may be a pattern: decodeurl takes those, too."""
    return decodeurl(url)


def encodeurl(decoded):
    """The entry for what decodeurl gave."""
    type, host, path, user, pswd, params = decoded
    if not type:
        raise MissingParameterError('type', "encoded from the data %s" % str(decoded))
    return _bb_fetch.encodeurl(type, host or '', path or '', user or '', pswd or '', params or {})


def _split_pairs(text, sep):
    """"a=b;c" as {'a': 'b', 'c': None}."""
    pairs = {}
    for item in text.split(sep):
        if item:
            key, eq, value = item.partition('=')
            pairs[key] = value if eq else None
    return pairs


def _join_pairs(pairs, sep):
    return sep.join("%s=%s" % (k, v) if v else k for k, v in pairs.items())


class URI:
    """
    A URL whose parts can be read and set, and which is the URL again as text. Unlike RFC 3986 it knows parameters
    after the first ';' (`params`), and relative ones: `file:x` and `file://x` are both a relative path, shown as
    `file:x`.
    """

    _relative_schemes = ['file', 'git']
    _netloc_forbidden = ['file']

    def __init__(self, uri=None):
        self.scheme = ''
        self.userinfo = ''
        self.hostname = ''
        self.port = None
        self._path = ''
        self.params = {}
        self.query = {}
        self.relative = False
        if uri:
            self._parse(uri)

    def _parse(self, uri):
        import urllib.parse

        uri, _, params = uri.partition(';')
        scheme = urllib.parse.urlparse(uri).scheme
        if scheme in self._netloc_forbidden:
            uri = re.sub(r'(?<=:)//(?!/)', '', uri, count=1)
        parts = urllib.parse.urlparse(uri)
        self.scheme = parts.scheme
        relative = parts.scheme in self._relative_schemes and re.match(r'\w+:(?!//)', uri) is not None
        if not relative:
            self.hostname = parts.hostname or ''
            self.port = parts.port
            self.userinfo = parts.username or ''
            if parts.password:
                self.userinfo += ':' + parts.password
        self.path = _bb_fetch.unquote(parts.path)
        self.params = _split_pairs(params, ';')
        self.query = _split_pairs(parts.query, '&')

    def __str__(self):
        return "%s:%s%s%s%s%s%s" % (self.scheme, '' if self.relative else '//',
                                    self.userinfo + '@' if self.userinfo else '', self.hostport, self.path_quoted,
                                    '?' + _join_pairs(self.query, '&') if self.query else '',
                                    ';' + _join_pairs(self.params, ';') if self.params else '')

    @property
    def hostport(self):
        return "%s:%d" % (self.hostname, self.port) if self.port else self.hostname

    @property
    def path(self):
        return self._path

    @path.setter
    def path(self, path):
        self._path = path
        self.relative = bool(path) and not path.startswith('/')

    @property
    def path_quoted(self):
        return _bb_fetch.quote(self.path)

    @path_quoted.setter
    def path_quoted(self, path):
        self.path = _bb_fetch.unquote(path)

    @property
    def username(self):
        return self.userinfo.partition(':')[0]

    @username.setter
    def username(self, username):
        password = self.password
        self.userinfo = "%s:%s" % (username, password) if password else username

    @property
    def password(self):
        return self.userinfo.partition(':')[2]

    @password.setter
    def password(self, password):
        self.userinfo = "%s:%s" % (self.username, password)
