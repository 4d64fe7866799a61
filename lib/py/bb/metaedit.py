# SPDX-License-Identifier: MIT
"""Editing recipes and configuration files in place: part of bb.utils."""

import fnmatch
import os
import re
import shutil


class _Statement:
    """One assignment or function of the file, as it is being collected line by line."""

    def __init__(self, name, line, function, opener, closer):
        self.name = name + "()" if function else name
        self.function = function
        self.closer = closer
        self.lines = [line]
        head, rest = line.split(opener, 1)
        self.head = head.rstrip()
        rest = rest.rstrip()
        if not function and rest.endswith("\\"):
            rest = rest[:-1]
        self.complete = rest.endswith(closer)
        self.value = rest[:-1] if self.complete else rest

    def add(self, line):
        self.lines.append(line)
        text = line.rstrip()
        if self.function:
            self.value += "\n" + text
            # the opening brace is not part of the value: the one that closes it is one too many
            if text.endswith("}") and self.value.count("}") > self.value.count("{"):
                self.value = self.value[:-1]
                self.complete = True
        else:
            self.value += text[:-1]
            self.complete = text.endswith(self.closer)

    @property
    def op(self):
        return self.head[len(self.name):].strip()


def _render(head, function, value, indent, minbreak):
    """The text of a statement with a new value."""
    pad = indent if not isinstance(indent, int) else " " * (len(head) + 2 if indent == -1 else indent)
    if function:
        if isinstance(value, list):
            return ["%s {\n%s%s\n}\n" % (head, pad, ("\n" + pad).join(value))]
        return ["%s {%s%s%s}\n" % (head, "" if value.startswith("\n") else "\n", value,
                                   "" if value.endswith("\n") else "\n")]
    if not isinstance(value, list):
        return ['%s "%s"\n' % (head, value)]
    if not value:
        return ['%s ""\n' % head]
    if minbreak and len(value) == 1:
        return ['%s "%s"\n' % (head, value[0])]
    first, rest = (value[0] + " ", value[1:]) if minbreak else (" ", value)
    return ['%s "%s\\\n' % (head, first)] + ["%s%s \\\n" % (pad, item) for item in rest] + ['%s"\n' % pad]


def _patterns(variables, match_overrides):
    suffix = r"(?:_[a-zA-Z0-9-_$(){}]+)?" if match_overrides else ""
    patterns = []
    for var in variables:
        if var.endswith("()"):
            patterns.append((True, re.compile(r"^(%s%s)[ \t]*\([ \t]*\)[ \t]*{" % (var[:-2].rstrip(), suffix))))
        else:
            patterns.append((False, re.compile(r"""^(%s%s)[ \t]*[?+:.]*=[+.]*[ \t]*(["'])""" % (var, suffix))))
    return patterns


def _start(line, patterns):
    for function, pattern in patterns:
        m = pattern.match(line)
        if m:
            quote = "{" if function else m.group(m.lastindex)
            return _Statement(m.group(1), line, function, quote, "}" if function else quote)
    return None


def edit_metadata(meta_lines, variables, varfunc, match_overrides=False):
    """
    Goes through lines (newlines included) and asks `varfunc` about every assignment to one of `variables` and, for
    names ending in "()", every function; names are regular expressions, with `match_overrides` also with a suffix.

    varfunc(name, value, op, newlines) gets the lines up to here and returns (value, op, indent, minbreak): value None
    removes the statement, a list becomes one line an item; op None keeps the operator; indent is a number of blanks, a
    text, or -1 for below the opening quote; minbreak puts a list's first item on the first line. Two empty lines that
    meet because something went become one. Returns (whether anything changed, lines).
    """
    patterns = _patterns(variables, match_overrides)
    newlines = []
    updated = squeeze = False

    def finish(st):
        before = list(newlines)
        value, op, indent, minbreak = varfunc(st.name, st.value, st.op, newlines)
        if value is None:
            return True
        if value == st.value and op in (None, st.op):
            changed = before != newlines
            newlines.extend(st.lines)
            return changed
        head = st.head if op in (None, st.op) else "%s %s" % (st.name, op)
        newlines.extend(_render(head, st.function, value, indent, minbreak))
        return True

    st = None
    for line in meta_lines:
        if st:
            st.add(line)
        else:
            st = _start(line, patterns)
            if not st:
                if not (squeeze and line == "\n" and newlines and newlines[-1] == "\n"):
                    newlines.append(line)
                squeeze = False
                continue
        if st.complete:
            if finish(st):
                updated = squeeze = True
            st = None
    if st:  # the file ended within a statement
        newlines.extend(st.lines)
    return updated, newlines


def edit_metadata_file(meta_file, variables, varfunc):
    """edit_metadata for a file, which is written only when something changed; whether it was."""
    with open(meta_file) as f:
        updated, newlines = edit_metadata(f, variables, varfunc)
    if updated:
        _write(meta_file, newlines)
    return updated


def _write(path, lines):
    """Beside it and renamed; a link stays one, and the file keeps its mode."""
    path = os.path.realpath(path)
    temporary = path + ".new"
    try:
        with open(temporary, "w") as f:
            f.writelines(lines)
        shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def _layer_list(value):
    if not value:
        return []
    return [_no_slash(v) for v in (value if isinstance(value, list) else [value])]


def _no_slash(path):
    return path[:-1] if path.endswith(os.sep) else path


def edit_bblayers_conf(bblayers_conf, add, remove, edit_cb=None):
    """
    Adds layers to BBLAYERS and removes others (patterns); `edit_cb(layer, canonical)` may rewrite each that stays.
    Returns (those to be added that were there already, those to be removed that were not).
    """
    import bb.utils
    expand_home = "HOME" in bb.utils.approved_variables()

    def canonical(path):
        path = _no_slash(path)
        return os.path.expanduser(path) if expand_home and "~" in path else path

    to_add, to_remove = _layer_list(add), _layer_list(remove)
    removed, ops, present = [], [], []

    def look(name, value, op, newlines):
        ops.append(op)
        if op == "=":
            present.clear()
        present.extend(canonical(layer) for layer in value.split())
        return value, None, 2, False

    def change(name, value, op, newlines):
        layers = [_no_slash(layer) for layer in value.split()]
        before = list(layers)
        for pattern in to_remove:
            for layer in layers:
                if fnmatch.fnmatch(canonical(layer), canonical(pattern)):
                    layers.remove(layer)
                    removed.append(pattern)
                    break
        if not one_line_each:
            layers += [layer for layer in to_add if layer not in layers]
            to_add.clear()
        if edit_cb:
            layers = [edit_cb(layer, canonical(layer)) for layer in layers]
        if layers == before:
            return value, None, 2, False
        return (None if op == "+=" and not layers else layers), None, 2, False

    with open(bblayers_conf) as f:
        _, lines = edit_metadata(f, ["BBLAYERS"], look)
    if not ops:
        raise Exception("Unable to find BBLAYERS in %s" % bblayers_conf)
    one_line_each = ops.count("+=") > 1

    going = [canonical(layer) for layer in to_remove]
    not_added = [layer for layer in to_add if canonical(layer) in present and canonical(layer) not in going]
    to_add[:] = [layer for layer in to_add if layer not in not_added]

    updated, lines = edit_metadata(lines, ["BBLAYERS"], change)
    lines += ['BBLAYERS += "%s"\n' % layer for layer in to_add]
    if updated or to_add:
        _write(bblayers_conf, lines)
    return not_added, list(set(to_remove) - set(removed))
