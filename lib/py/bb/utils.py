# SPDX-License-Identifier: MIT
"""
What recipes and classes call all the time: questions about lists in variables, versions, paths, files, locks.

Code that edits metadata is in bb.metaedit and system calls are in bb.sysutils; their names are here too.
"""

import errno
import fcntl
import glob
import importlib.machinery
import importlib.util
import logging
import os
import re
import stat
import sys
import time
from contextlib import contextmanager

import _bbc
import bb

logger = logging.getLogger("BitBake.Util")
python_extensions = importlib.machinery.all_suffixes()


# --- the namespace of the metadata's code ---

def clean_context():
    return {"os": os, "bb": bb, "time": time}


# Globals of all functions and expressions of the metadata; the C side holds this very dict.
_context = clean_context()


def get_context():
    return _context


def set_context(ctx):
    """The namespace stays the one object that everything holds; it takes over the names of `ctx`."""
    _context.update(ctx)


def better_compile(text, file, realfile, mode="exec", lineno=0):
    """Compiles code whose first line is the one after `lineno` of `realfile`; says what is wrong with it."""
    import bb.methodpool
    code = bb.methodpool.compile_cache(text)
    if code:
        return code
    try:
        code = compile("\n" * int(lineno) + text, realfile, mode)
    except Exception as exc:
        line = getattr(exc, "lineno", None) or 0
        shown = _lines_around(text.split("\n"), line - int(lineno))
        logger.error("Error in compiling python function in %s, line %s:\n\n%s\n%s: %s" %
                     (realfile, line, "\n".join(shown), type(exc).__name__, exc))
        raise bb.BBHandledException(exc) from exc
    bb.methodpool.compile_cache_add(text, code)
    return code


def _lines_around(lines, number, reach=4):
    first = max(1, number - reach)
    return ["%s%04d:%s" % (" *** " if n == number else "     ", n, lines[n - 1].rstrip())
            for n in range(first, min(number + reach, len(lines)) + 1)]


def better_exec(code, context, text=None, realfile="<code>", pythonexception=False):
    """Runs code in the metadata's namespace; an exception is shown and becomes BBHandledException."""
    import bb.data_smart
    import bb.parse
    import bb.process
    if isinstance(code, str):
        text = text or code
        code = better_compile(code, realfile, realfile)
    try:
        exec(code, get_context(), context)
    except (bb.BBHandledException, bb.parse.SkipRecipe, bb.data_smart.ExpansionError, bb.process.ExecutionError):
        raise
    except Exception as exc:
        if pythonexception:
            raise
        import traceback
        frames = traceback.extract_tb(exc.__traceback__)[1:]
        lines = ["Error executing a python function in %s:" % realfile]
        lines += ["File: '%s', lineno: %s, function: %s" % (f.filename, f.lineno, f.name) for f in frames]
        lines.append("Exception: " + "".join(traceback.format_exception_only(type(exc), exc)).rstrip())
        output = getattr(exc, "output", None)
        if isinstance(output, bytes):
            lines.append("Subprocess output:\n" + output.decode("utf-8", errors="ignore"))
        logger.error("\n".join(lines))
        raise bb.BBHandledException(exc) from exc


def simple_exec(code, context):
    exec(code, get_context(), context)


def better_eval(source, locals, extraglobals=None):
    ctx = get_context()
    if extraglobals:
        ctx = dict(ctx, **extraglobals)
    return eval(source, ctx, locals)


def exec_flat_python_func(func, *args, **kwargs):
    """Calls a `def` function of the metadata by name."""
    return eval(func, get_context())(*args, **kwargs)


# --- lists in variables ---

contains = _bbc.contains
contains_any = _bbc.contains_any
filter = _bbc.filter


def filter_string(val, checkvalues):
    """The words of a text that are among `checkvalues`, sorted."""
    wanted = checkvalues.split() if isinstance(checkvalues, str) else checkvalues
    return " ".join(sorted(set(wanted) & set(val.split()))) if val else ""


def to_filemode(input):
    """A file mode: a number as it is, a text as octal digits."""
    return input if type(input) is int else int(input, 8)


def is_path_on_nfs(path):
    """Whether a path, or what there is of it, lies on a network file system."""
    while os.path.isabs(path) and not os.path.exists(path):
        path = os.path.dirname(path)
    best, kind = "", ""
    with open("/proc/self/mounts", encoding="utf-8", errors="surrogateescape") as f:
        for fields in map(str.split, f):
            point = fields[1].replace("\\040", " ")
            inside = point == "/" or os.path.realpath(path).startswith(point + "/") or os.path.realpath(path) == point
            if inside and len(point) >= len(best):
                best, kind = point, fields[2]
    return kind.startswith("nfs")


def to_boolean(string, default=None):
    if not string:
        return default
    if isinstance(string, int):
        return string != 0
    word = string.lower()
    if word in ("y", "yes", "1", "true"):
        return True
    if word in ("n", "no", "0", "false"):
        return False
    raise ValueError("Invalid value for to_boolean: %s" % string)


def prune_suffix(var, suffixes, d):
    """`var` without the first of `suffixes` that it ends with."""
    for suffix in suffixes:
        if suffix and var.endswith(suffix):
            return var[:-len(suffix)]
    return var


# --- versions ---

class VersionStringException(Exception):
    """A version or a comparison that makes no sense."""


_version_part = re.compile(r"(?P<number>\d+)|(?P<word>[a-zA-Z]+)|(?P<other>.)", re.ASCII | re.DOTALL)


def explode_version(s):
    """Parts as (rank, value): '~' sorts before the end, numbers before words before anything else."""
    parts = []
    for m in _version_part.finditer(s):
        if m["number"]:
            parts.append((0, int(m["number"])))
        elif m["word"]:
            parts.append((1, m["word"]))
        else:
            parts.append((-1 if m["other"] == "~" else 2, m["other"]))
    return parts


def split_version(s):
    """(epoch, version, revision) of "E:V-R"; a missing revision is ""."""
    s = s.strip(" <>=")
    epoch = 0
    if ":" in s:
        fields = s.split(":")
        epoch, s = int(fields[0]), fields[1]
    revision = ""
    if "-" in s:
        s, revision = s.rsplit("-", 1)
    return epoch, s, revision


def vercmp_part(a, b):
    end = (0, None)
    left, right = explode_version(a), explode_version(b)
    for i in range(max(len(left), len(right))):
        (ra, va), (rb, vb) = (left[i] if i < len(left) else end), (right[i] if i < len(right) else end)
        if ra != rb:
            return -1 if ra < rb else 1
        if va is None or vb is None:
            return -1 if va is None else 1
        if va != vb:
            return -1 if va < vb else 1
    return 0


def vercmp(ta, tb):
    """Compares (epoch, version, revision); negative, 0 or positive."""
    r = int(ta[0] or 0) - int(tb[0] or 0)
    return r or vercmp_part(ta[1], tb[1]) or vercmp_part(ta[2], tb[2])


def vercmp_string(a, b):
    return vercmp(split_version(a), split_version(b))


def vercmp_string_op(a, b, op):
    r = vercmp_string(a, b)
    if op in ("=", "=="):
        return r == 0
    if op == "<=":
        return r <= 0
    if op == ">=":
        return r >= 0
    if op in (">", ">>"):
        return r > 0
    if op in ("<", "<<"):
        return r < 0
    if op == "!=":
        return r != 0
    raise VersionStringException('Unsupported comparison operator "%s"' % op)


def is_semver(version):
    """Whether a version has the form of semver.org: three numbers, perhaps a pre-release and build words."""
    number = r"(0|[1-9]\d*)"
    ident = r"(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
    pattern = r"{n}\.{n}\.{n}(?:-{i}(?:\.{i})*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$".format(n=number, i=ident)
    return re.match(pattern, version) is not None


# --- dependency strings: "a b (>= 1.0) c" ---

def explode_deps(s):
    """The names alone."""
    names, inside = [], False
    for word in s.split():
        inside = inside or word.startswith("(")
        if not inside:
            names.append(word)
        elif word.endswith(")"):
            inside = False
    return names


_dep_token = re.compile(r"\(\s*(?P<op><=|=<|<<|==|!=|>=|=>|>>|<|>|=)?\s*(?P<version>[^)]*)\)?|(?P<name>[^\s(]\S*)")


def explode_dep_versions2(s, *, sort=True):
    """Names with the list of their constraints: {"b": [">= 1.0"]}."""
    from collections import OrderedDict
    deps = OrderedDict()
    name = None
    for m in _dep_token.finditer(s.replace(",", "")):
        if m["name"]:
            name = m["name"]
            deps.setdefault(name, [])
            continue
        version = " ".join(m["version"].split())
        if not version and not m["op"]:
            continue
        if not m["op"]:
            raise VersionStringException('Invalid version specification in "(%s" - invalid or missing operator' %
                                         version.split(" ")[0])
        deps.setdefault(name, []).append("%s %s" % (m["op"], version))
    return OrderedDict(sorted(deps.items())) if sort else deps


def explode_dep_versions(s):
    """Names with one constraint or None each."""
    deps = explode_dep_versions2(s)
    for name, versions in deps.items():
        if len(versions) > 1:
            bb.warn("explode_dep_versions(): Item %s appeared in dependency string '%s' multiple times with different "
                    "values.  explode_dep_versions cannot cope with this." % (name, s))
        deps[name] = versions[0] if versions else None
    return deps


def join_deps(deps, commasep=True):
    """The string that explode_dep_versions2 takes apart."""
    words = []
    for name, versions in deps.items():
        if isinstance(versions, str):
            versions = [versions] if versions else []
        words += ["%s (%s)" % (name, v) for v in versions or []] or [name]
    return (", " if commasep else " ").join(words)


# --- paths and files ---

def which(path, item, direction=0, history=False, executable=False):
    """The first of the ':'-separated folders `path` that has `item`, "" when none; with `history` also all tries."""
    folders = (path or "").split(":")
    if direction:
        folders.reverse()
    tried = []
    for folder in folders:
        candidate = os.path.join(folder, item)
        tried.append(candidate)
        if os.path.isfile(candidate) and os.access(candidate, os.X_OK) if executable else os.path.exists(candidate):
            candidate = os.path.abspath(candidate) if not os.path.isabs(candidate) else candidate
            return (candidate, tried) if history else candidate
    return ("", tried) if history else ""


def mkdirhier(directory):
    """mkdir -p"""
    if "${" in str(directory):
        bb.fatal("Directory name {} contains unexpanded bitbake variable. This may cause build failures and WORKDIR "
                 "polution.".format(directory))
    os.makedirs(directory, exist_ok=True)


def _check_unsafe_delete_path(path):
    """True for a few folders that nobody means to delete: the root, /home, somebody's home."""
    path = os.path.abspath(path)
    home = os.environ.get("HOME", "")
    if path in ("/", "//", "/home") or (home and path == os.path.abspath(home)):
        return True
    return bool(re.match(r"/home/[^/]*$", path))


def remove(path, recurse=False, ionice=False):
    """rm -f, or rm -rf; `path` may be a pattern."""
    if not path:
        return
    names = glob.glob(path)
    if recurse:
        for name in names:
            if _check_unsafe_delete_path(name):
                raise Exception('bb.utils.remove: called with dangerous path "%s" and recurse=True, refusing to '
                                'delete!' % name)
        if names:
            import subprocess
            prefix = ["ionice", "-c", "3"] if ionice else []
            subprocess.check_call(prefix + ["rm", "-rf", "--"] + names)
        return
    for name in names:
        try:
            os.unlink(name)
        except FileNotFoundError:
            pass


def prunedir(topdir, ionice=False):
    if _check_unsafe_delete_path(topdir):
        raise Exception('bb.utils.prunedir: called with dangerous path "%s", refusing to delete!' % topdir)
    remove(topdir, recurse=True, ionice=ionice)


def rename(src, dst):
    """os.rename that also crosses file systems."""
    try:
        os.rename(src, dst)
    except OSError as exc:
        if exc.errno != errno.EXDEV:
            raise
        import shutil
        shutil.move(src, dst)


def _clone_link(src, dest):
    """Makes `dest` the symbolic link that `src` is."""
    if os.path.lexists(dest) and not os.path.isdir(dest):
        os.unlink(dest)
    os.symlink(os.readlink(src), dest)


def _stamp(dest, sstat, newmtime):
    if newmtime:
        os.utime(dest, (newmtime, newmtime))
        return newmtime
    os.utime(dest, (sstat[stat.ST_ATIME], sstat[stat.ST_MTIME]))
    return sstat[stat.ST_MTIME]


def _own(dest, sstat):
    os.lchown(dest, sstat[stat.ST_UID], sstat[stat.ST_GID])
    os.chmod(dest, stat.S_IMODE(sstat[stat.ST_MODE]))  # after lchown, which clears some bits


def _copy_special(src, dest):
    import subprocess
    return subprocess.call(["cp", "-f", "-a", "--", src, dest]) == 0


def copyfile(src, dest, newmtime=None, sstat=None):
    """Copies a file or link with owner, mode and times, in place at once. A false value on failure."""
    import shutil
    try:
        sstat = sstat or os.lstat(src)
        if stat.S_ISLNK(sstat[stat.ST_MODE]):
            _clone_link(src, dest)
            os.lchown(dest, sstat[stat.ST_UID], sstat[stat.ST_GID])
            return os.lstat(dest)
        if os.path.islink(dest):
            os.unlink(dest)
        if stat.S_ISREG(sstat[stat.ST_MODE]):
            readable = os.access(src, os.R_OK)
            if not readable:
                os.chmod(src, sstat[stat.ST_MODE] | stat.S_IRUSR)
            try:
                shutil.copyfile(src, dest + "#new")
                rename(dest + "#new", dest)
            finally:
                if not readable:
                    os.chmod(src, sstat[stat.ST_MODE])
                    os.utime(src, (sstat[stat.ST_ATIME], sstat[stat.ST_MTIME]))
        elif not _copy_special(src, dest):
            logger.warning("copyfile: failed to copy special file %s to %s" % (src, dest))
            return False
        _own(dest, sstat)
        return _stamp(dest, sstat, newmtime)
    except OSError as exc:
        logger.warning("copyfile: copy %s to %s failed (%s)" % (src, dest, exc))
        return False


def movefile(src, dest, newmtime=None, sstat=None):
    """Moves a file or link, keeping owner, mode and times also across file systems. None on failure."""
    try:
        sstat = sstat or os.lstat(src)
        if os.path.islink(dest):
            os.unlink(dest)
        if stat.S_ISLNK(sstat[stat.ST_MODE]):
            _clone_link(src, dest)
            os.unlink(src)
            return os.lstat(dest)
        target = os.path.join(dest, os.path.basename(src)) if os.path.isdir(dest) else dest
        try:
            os.rename(src, target)
        except OSError as exc:
            if exc.errno != errno.EXDEV:
                raise
            if not copyfile(src, target, newmtime, sstat):
                return None
            os.unlink(src)
        return _stamp(target, sstat, newmtime)
    except OSError as exc:
        logger.warning("movefile: Failed to move %s to %s (%s)" % (src, dest, exc))
        return None


def break_hardlinks(src, sstat=None):
    """Makes `src` a file of its own. A false value on failure."""
    try:
        sstat = sstat or os.lstat(src)
    except OSError as exc:
        logger.warning("break_hardlinks: stat of %s failed (%s)" % (src, exc))
        return False
    return True if sstat[stat.ST_NLINK] == 1 else copyfile(src, src, sstat=sstat)


def path_is_descendant(descendant, ancestor):
    """Whether a path lies in a folder (or is it), links and mounts resolved."""
    top = os.stat(ancestor)
    here = os.path.abspath(descendant)
    while True:
        if os.path.samestat(os.stat(here), top):
            return True
        parent = os.path.dirname(here)
        if parent == here:
            return False
        here = parent


def _hash_file(name, filename):
    import hashlib
    digest = hashlib.new(name, usedforsecurity=False)
    with open(filename, "rb") as f:
        while chunk := f.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def md5_file(filename):
    return _hash_file("md5", filename)


def sha1_file(filename):
    return _hash_file("sha1", filename)


def sha256_file(filename):
    return _hash_file("sha256", filename)


def sha384_file(filename):
    return _hash_file("sha384", filename)


def sha512_file(filename):
    return _hash_file("sha512", filename)


def goh1_file(filename):
    """The h1 hash of Go's dirhash: of a module's zip by its members in order, of another file as its go.mod."""
    import hashlib
    import zipfile
    if zipfile.is_zipfile(filename):
        with zipfile.ZipFile(filename) as z:
            known = [(hashlib.sha256(z.read(name)).hexdigest(), name) for name in sorted(z.namelist())]
    else:
        known = [(sha256_file(filename), "go.mod")]
    text = "".join("%s  %s\n" % entry for entry in known)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def mkstemp(suffix=None, prefix=None, dir=None, text=False):
    """tempfile.mkstemp with a name that hosts sharing a file system will not choose twice."""
    import random
    import string
    import tempfile
    entropy = "".join(random.SystemRandom().choices(string.ascii_letters + string.digits, k=20))
    return tempfile.mkstemp(suffix=suffix, prefix=(prefix or tempfile.gettempprefix()) + entropy, dir=dir, text=text)


def nonblockingfd(fd):
    os.set_blocking(fd, False)


@contextmanager
def umask(new_mask):
    old = os.umask(new_mask)
    try:
        yield
    finally:
        os.umask(old)


# --- locks ---

def lockfile(name, shared=False, retry=True, block=False):
    """
    Locks by a file beside what it guards; pass the result to unlockfile. Waits unless `retry` and `block` are false:
    then, or when an attempt fails without `retry`, the result is None.
    """
    folder, base = os.path.split(name)
    folder = folder or "."
    if len(base) > 255:
        root, ext = os.path.splitext(base)
        base = root[:255 - len(ext)] + ext
    mkdirhier(folder)
    name = os.path.join(folder, base)
    if not os.access(folder, os.W_OK):
        logger.error("Unable to acquire lock '%s', directory is not writable", name)
        sys.exit(1)
    op = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    if not retry and not block:
        op |= fcntl.LOCK_NB
    while True:
        lock = None
        try:
            lock = open(name, "a+")
            fcntl.flock(lock, op)
            # Whoever had it may have deleted it: only the file that still has the name counts.
            if os.path.samestat(os.fstat(lock.fileno()), os.stat(name)):
                return lock
        except OSError as exc:
            if exc.errno in (errno.EACCES, errno.ENAMETOOLONG):
                logger.error("Unable to acquire lock '%s', %s", exc.strerror, name)
                sys.exit(1)
        if lock:
            lock.close()
        if not retry:
            return None


def unlockfile(lf):
    try:
        # Only the last user may delete the file: that is who can get it for itself.
        fcntl.flock(lf, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(lf.name)
    except OSError:
        pass
    fcntl.flock(lf, fcntl.LOCK_UN)
    lf.close()


@contextmanager
def fileslocked(files, *args, **kwargs):
    locks = []
    try:
        for name in files or []:
            lock = lockfile(name, *args, **kwargs)
            if lock is not None:
                locks.append(lock)
        yield
    finally:
        for lock in locks:
            unlockfile(lock)


# --- the environment ---

def preserved_envvars_exported():
    term = ["TERM"] if _bbc.has_rule("TERM_EXPORTED") else []
    return ["BB_TASKHASH", "HOME", "LOGNAME", "PATH", "PWD", "SHELL", "USER", "LC_ALL", "BBSERVER"] + term


def preserved_envvars():
    return ["BBPATH", "BB_PRESERVE_ENV", _bbc.variable("BB_ENV_PASSTHROUGH_ADDITIONS")] + preserved_envvars_exported()


def approved_variables():
    """Names that may come in from the environment."""
    env = os.environ
    if "BB_PRESERVE_ENV" in env:
        return env.keys()
    passthrough, additions = map(_bbc.variable, ("BB_ENV_PASSTHROUGH", "BB_ENV_PASSTHROUGH_ADDITIONS"))
    if passthrough in env:
        names = env[passthrough].split() + [passthrough]
    else:
        names = preserved_envvars()
    if additions in env:
        names += env[additions].split()
        if additions not in names:
            names.append(additions)
    return names


def filter_environment(good_vars):
    """Takes everything else out of the environment; returns what was taken."""
    removed = {key: os.environ.pop(key) for key in list(os.environ) if key not in good_vars}
    os.environ["LC_ALL"] = "en_US.UTF-8"  # programs we start, Python among them, shall take files for UTF-8
    if removed:
        logger.debug("Removed the following variables from the environment: %s", ", ".join(removed))
    return removed


def clean_environment():
    return {} if "BB_PRESERVE_ENV" in os.environ else filter_environment(approved_variables())


def empty_environment():
    os.environ.clear()


def build_environment(d):
    """Sets the environment from exported variables."""
    for var in d.keys():
        if d.getVarFlag(var, "export", False):
            os.environ[var] = d.getVar(var) or ""


@contextmanager
def environment(**envvars):
    """Other values for some variables of the environment, for the time of a block."""
    before = {name: os.environ.get(name) for name in envvars}
    os.environ.update(envvars)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def export_proxies(d):
    """Puts the proxies and what else fetching needs into the environment."""
    from bb.fetch2 import get_fetcher_environment
    os.environ.update(get_fetcher_environment(d))


# --- layers ---

def get_collection_res(d):
    return {c: d.getVar("BBFILE_PATTERN_%s" % c) or "" for c in (d.getVar("BBFILE_COLLECTIONS") or "").split()}


def get_file_layer(filename, d, collection_res={}):
    """The collection that a file belongs to, or None."""
    import fnmatch
    collection_res = collection_res or get_collection_res(d)
    path = filename
    for pattern in (d.getVar("BBFILES_PRIORITIZED") or "").split():
        if fnmatch.fnmatchcase(filename, pattern):
            path = pattern
            break
    matching = [(len(regex), name) for name, regex in collection_res.items() if regex and re.match(regex, path)]
    # the longest pattern wins, so that a layer within a layer is found; the first of equals
    return max(matching, key=lambda m: m[0])[1] if matching else None


def get_referenced_vars(start_expr, d):
    """Names that an expression refers to, directly or through values, nearest first."""
    import bb.data
    empty = bb.data.init()
    seen, found = set(), []
    queue = [start_expr]
    first = True
    while queue:
        entry = queue.pop(0)
        if first:
            text, first = entry, False
        else:
            found.append(entry)
            text = d.getVar(entry, False)
        new = empty.expandWithRefs(text, None).references - seen
        queue.extend(sorted(new))
        seen |= new
    return found


def load_plugins(logger, plugins, pluginpath):
    """Loads the modules of a folder; each may have plugin_init(plugins)."""
    names = {os.path.basename(f)[:-len(s)] for s in python_extensions for f in glob.glob(os.path.join(pluginpath, "*" + s))}
    for name in sorted(names - {"__init__"}):
        spec = importlib.machinery.PathFinder.find_spec(name, path=[pluginpath])
        if not spec:
            continue
        logger.debug("Loading plugin %s" % name)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        made = module.plugin_init(plugins) if hasattr(module, "plugin_init") else None
        plugins.append(made or module)


class LogCatcher(logging.Handler):
    """Collects warnings and errors."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.messages = []
        from bb.msg import BBLogFormatter
        self.setFormatter(BBLogFormatter("%(levelname)s: %(message)s"))

    def emit(self, record):
        self.messages.append(self.format(record))

    def contains(self, message):
        return message in self.messages


_ELSEWHERE = {
    "bb.metaedit": ("edit_metadata", "edit_metadata_file", "edit_bblayers_conf"),
    "bb.sysutils": ("cpu_count", "disable_network", "enable_loopback_networking", "ioprio_set", "is_local_uid",
                    "lock_timeout", "lock_timeout_nocheck", "multiprocessingpool", "process_profilelog",
                    "set_process_name", "sigmask", "signal_on_parent_exit", "check_system_locale", "PrCtlError",
                    "PR_SET_PDEATHSIG", "IOPRIO_WHO_PROCESS", "IOPRIO_CLASS_SHIFT", "valid_signals"),
}
_HOME_OF = {name: module for module, names in _ELSEWHERE.items() for name in names}


def __getattr__(name):
    if name in _HOME_OF:
        globals()[name] = value = getattr(importlib.import_module(_HOME_OF[name]), name)
        return value
    if name == "multiprocessing":
        return bb.multiprocessing
    if name == "getstatusoutput":
        import subprocess
        return subprocess.getstatusoutput
    raise AttributeError("module 'bb.utils' has no attribute '%s'" % name)


def __dir__():
    return [*globals(), *_HOME_OF, "getstatusoutput", "multiprocessing"]
