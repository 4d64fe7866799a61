# SPDX-License-Identifier: MIT
"""The data store as Python sees it: the C type of module _bbc with a mapping's methods and the rarer calls."""

import logging
from collections.abc import MutableMapping

import _bbc

logger = logging.getLogger("BitBake.Data")


class ExpansionError(Exception):
    """A value could not be expanded. `varlist` leads from the variable that failed to the one that was asked for."""

    def __init__(self, varname, expression, exception):
        self.variablename = varname
        self.expression = expression
        self.exception = exception
        self.varlist = [varname or expression or ""]
        cause = "%s: %s" % (type(exception).__name__, exception)
        if varname and expression:
            self.msg = "Failure expanding variable %s, expression was %s which triggered exception %s" % \
                (varname, expression, cause)
        elif varname:
            self.msg = "Failure expanding variable %s: %s" % (varname, cause)
        else:
            self.msg = "Failure expanding expression %s which triggered exception %s" % (expression, cause)
        super().__init__(self.msg)
        self.args = (varname, expression, exception)

    def addVar(self, varname):
        if varname:
            self.varlist.append(varname)

    def __str__(self):
        return "%s\nThe variable dependency chain for the failure is: %s" % (self.msg, " -> ".join(self.varlist))


class VariableParse:
    """An expanded text and what it refers to: names of variables, of functions, and words looked for by contains."""

    def __init__(self, varname, d, unexpanded_value=None, val=None):
        self.varname = varname
        self.d = d
        self.unexpanded_value = unexpanded_value
        self.value = val
        self.references = set()
        self.execs = set()
        self.contains = {}


class IncludeHistory:
    """Which file included which; kept by the store itself."""

    def __init__(self, d):
        self._d = d

    def include(self, filename):
        self._d._include(filename)
        return self

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._d._include(None)
        return False

    def emit(self, o, level=0):
        o.write(self._d._include_text())


class VariableHistory:
    """Operations on variables, recorded while tracking is on: dicts with file, line, op, detail, perhaps flag, func."""

    def __init__(self, dataroot):
        self.dataroot = dataroot

    def variable(self, var):
        return self.dataroot._history(var)

    def emit(self, var, oval, val, o, d):
        text, _ = _bbc.emit_var(var, d, True)
        o.write("".join(line for line in text.splitlines(True) if line.startswith("#")))

    def get_variable_files(self, var):
        return [event["file"] for event in self.variable(var)]

    def get_variable_lines(self, var, f):
        return [event["line"] for event in self.variable(var) if event["file"] == f]

    def get_variable_refs(self, var):
        refs = {}
        for event in self.variable(var):
            refs.setdefault(event["file"], []).append(event["line"])
        return refs

    def get_variable_items_files(self, var):
        """For each word of a variable the file that first brought it in."""
        d = self.dataroot
        words = set((d.getVar(var) or "").split())
        origin = {}
        first = True
        for event in self.variable(var):
            if "flag" in event or event["op"] == ":remove" or (event["op"] == "set?" and not first):
                continue
            first = False
            for word in d.expand(str(event["detail"])).split():
                if word in words:
                    origin.setdefault(word, event["file"])
        return origin


class _LazyDict(dict):
    """A dict whose keys are all there once something other than [] or `in` has been asked of it."""

    def __init__(self, names, value):
        super().__init__()
        self._names, self._value, self._whole = names, value, False

    def __missing__(self, key):
        value = self._value(key)
        if value is None:
            raise KeyError(key)
        self[key] = value
        return value

    def __contains__(self, key):
        try:
            self[key]
        except KeyError:
            return False
        return True

    def get(self, key, default=None):
        return self[key] if key in self else default

    def _fill(self):
        if not self._whole:
            self._whole = True
            for name in self._names():
                self.get(name)
        return super()

    def __iter__(self):
        return self._fill().__iter__()

    def __len__(self):
        return self._fill().__len__()

    def keys(self):
        return self._fill().keys()

    def values(self):
        return self._fill().values()

    def items(self):
        return self._fill().items()

    def __eq__(self, other):
        return self._fill().__eq__(other)

    def __repr__(self):
        return self._fill().__repr__()


class DataContext(dict):
    """Variables as the globals of code: names are looked up in a store, too."""

    excluded = {"os", "oe"}

    def __init__(self, metadata, **kwargs):
        self.metadata = metadata
        super().__init__(kwargs, d=metadata, context=self)

    def __missing__(self, key):
        value = None if key in self.excluded else self.metadata.getVar(key)
        if value is None or self.metadata.getVarFlag(key, "func", False):
            raise KeyError(key)
        return value


def _rebuild(records, tracking):
    d = DataSmart()
    for var, flags, ops in records:
        for flag, value in flags:
            if flag == "_content":
                d.setVar(var, value, parsing=True, ignore=True)
            else:
                d.setVarFlag(var, flag, value, ignore=True)
        for op, pairs in ops:
            for value, override in pairs:
                d.setVar(var + op + (":" + override if override else ""), value, parsing=True, ignore=True)
    if tracking:
        d.enableTracking()
    return d


class DataSmart(_bbc.DataSmart, MutableMapping):
    """The store. `d[x]` is the unexpanded value; getVar and setVar are what metadata uses."""

    @property
    def varhistory(self):
        return VariableHistory(self)

    @property
    def inchistory(self):
        return IncludeHistory(self)

    @property
    def overrides(self):
        return self._overrides()

    @property
    def overridesset(self):
        return set(self._overrides())

    @property
    def overridedata(self):
        """{variable: [[name with override, override], ...]} of this moment."""
        return _LazyDict(self._overridden, self._override_keys)

    @property
    def overridevars(self):
        """Variables that OVERRIDES depends on."""
        return set(self._override_vars())

    inoverride = False  # never seen while overrides are worked out
    expand_cache = {}  # the native cache holds no objects; always empty

    @property
    def dict(self):
        """{variable: {flag: value}} of what this store has written itself, without what it was copied from."""
        return _LazyDict(self.localkeys, lambda var: self.getVarFlags(var, False, True) or {})

    @property
    def _tracking(self):
        return self._tracks()

    def initVar(self, var):
        """Makes a variable known without a value."""
        if self.getVarFlags(var, internalflags=True) is None:
            self.delVar(var, ignore=True)

    def need_overrides(self):
        self._overrides()

    def __hash__(self):
        return id(self)

    def __eq__(self, other):
        if self is other:
            return True
        return isinstance(other, DataSmart) and dict(self.items()) == dict(other.items())

    def __reduce__(self):
        records = []
        names = list(dict.fromkeys([*self, *(k for k in self.localkeys())]))
        for var in names:
            flags = self.getVarFlags(var, False, True) or {}
            plain = [(f, v) for f, v in flags.items() if not f.startswith(":")]
            ops = [(f, v) for f, v in flags.items() if f.startswith(":")]
            records.append((var, plain, ops))
        return _rebuild, (records, self._tracks())

    def get_hash(self):
        """A digest of everything that decides how recipes are read."""
        import hashlib
        d = self.createCopy()
        d._expand_keys()
        ignored = set((d.getVar(_bbc.variable("BB_HASHCONFIG_IGNORE_VARS")) or "").split())
        data = {}
        for key in d:
            if key.startswith("__") or key in ignored:
                continue
            value = d.getVar(key, False) or ""
            data[key] = value.get_hash() if isinstance(value, DataSmart) else value
            for flag, v in (d.getVarFlags(key, internalflags=True, expand=["vardepvalue"]) or {}).items():
                if flag != "_content":
                    data["%s[%s]" % (key, flag)] = v
        for key in ("__BBTASKS", "__BBANONFUNCS", "__BBHANDLERS"):
            names = d.getVar(key, False) or []
            data[key] = str(names)
            if key == "__BBANONFUNCS":
                data.update((name, d.getVar(name, False) or "") for name in names)
        return hashlib.sha256(str(sorted(data.items(), key=lambda kv: kv[0])).encode()).hexdigest()
