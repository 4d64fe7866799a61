# SPDX-License-Identifier: MIT
"""
What values of variables go through when they are read (d.setVarFilter): expressions over `val`, in which only functions
that were made known by filter_proc() can be called. These depend on their arguments alone, so results are kept.
"""

FILTERS = {"__builtins__": {}}
CACHE = {}


class Namespace:
    """The part before a dot of a filter's name. What is in it stays in it."""

    def __contains__(self, name):
        return name in self.__dict__

    def __getitem__(self, name):
        return self.__dict__[name]

    def __setitem__(self, name, value):
        self.__dict__[name] = value

    def __setattr__(self, name, value):
        raise AttributeError("Attribute %r cannot be changed" % name)

    def __delattr__(self, name):
        raise AttributeError("Attribute %r cannot be deleted" % name)


def apply_filters(val, expressions):
    """The value after each of the expressions, in order."""
    for expression in map(str.strip, expressions):
        key = val, expression
        if expression and key not in CACHE:
            CACHE[key] = eval(expression, dict(FILTERS), {"val": val})
        val = CACHE[key] if expression else val
    return val


def filter_proc(*, name=None):
    """Decorator: the function may be called in filters, by its own name or by `name`, which may have dots."""
    def inner(func):
        *spaces, last = (name or func.__name__).split(".")
        where = FILTERS
        for space in spaces:
            if space not in where:
                where[space] = Namespace()
            where = where[space]
        where[last] = func
        return func
    return inner


for _builtin in (all, any, bin, bool, chr, enumerate, float, format, hex, int, len, map, max, min, oct, ord, pow, str, sum):
    filter_proc()(_builtin)


@filter_proc()
def suffix(val, suffix):
    """Each word with `suffix` behind it."""
    return " ".join(word + suffix for word in val.split())


@filter_proc()
def prefix(val, prefix):
    """Each word with `prefix` in front of it."""
    return " ".join(prefix + word for word in val.split())


@filter_proc()
def sort(val):
    """The words in order."""
    return " ".join(sorted(val.split()))


@filter_proc()
def remove(val, remove, sep=None):
    """The words without those of `remove`, a list or a text."""
    gone = remove.split(sep) if isinstance(remove, str) else remove
    return (sep or " ").join(word for word in val.split(sep) if word not in gone)
