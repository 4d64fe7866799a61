#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Compares the store (lib/data) with the reference BitBake's.

    store_oracle.py DRIVER [--seed N] [--count N] [--scripts FILE]   generated (or given) scripts, both sides
    store_oracle.py --reference < SCRIPTS                            only the reference's answers
    store_oracle.py DRIVER --expect DIR                              handwritten scripts against stored answers;
                                                                     needs no reference

The reference is the bitbake folder named by BBC_REFERENCE; without it the comparison is skipped (status 77).

Operations, words separated by tabs (\\t \\n \\\\ are escapes):
    script NAME | copy | use N | freeze | track y|n
    set VAR VALUE [p] | setflag VAR FLAG VALUE | append VAR V | prepend VAR V | appendflag VAR FLAG V | prependflag ...
    del VAR | delflag VAR FLAG | delflags VAR | rename VAR TO | expandkeys | varref VAR [p]
    get VAR [enp] | getflag VAR FLAG [e] | parse VAR [FLAG] | expand TEXT [VAR] | keys | localkeys | flags VAR [i]
    ops VAR | overrides | emit VAR [a] | env [a] | hasov VAR
"""
import argparse
import io
import logging
import os
import random
import re
import signal
import subprocess
import sys


# --- the reference ---

def unescape(s):
    out, it = [], iter(s)
    for ch in it:
        if ch == "\\":
            ch = next(it, "\\")
            ch = {"n": "\n", "t": "\t"}.get(ch, ch)
        out.append(ch)
    return "".join(out)


def escape(s):
    return s.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def show(v):
    return "None" if v is None else "=" + escape(str(v))


def plain(text):
    """What Python says of code that the driver has no Python for is its own affair."""
    return re.sub(r"(SyntaxError|NameError|IndexError|ValueError: invalid literal).*", "SyntaxError: no Python", text)


class Lines(logging.Handler):
    """Log records as lines; those of the ...once levels once a script."""

    def __init__(self, out):
        logging.Handler.__init__(self, logging.WARNING - 1)
        self.out, self.said = out, set()

    def emit(self, record):
        text = escape(record.getMessage())
        # A jest that ours leaves out.
        text = re.sub(r"Please provide your configuration.*make it work\. ", "", text)
        if record.levelno in (logging.WARNING - 1, logging.ERROR - 1):
            if text in self.said:
                return
            self.said.add(text)
        name = "WARNING" if record.levelno <= 30 else "ERROR" if record.levelno <= 40 else "FATAL"
        self.out.append("log %s %s" % (name, text))


class Reference:
    def __init__(self, path, out):
        sys.path.insert(0, os.path.join(path, "lib"))
        import bb
        import bb.data
        import bb.data_smart
        import bb.parse
        self.bb, self.out, self.stores, self.d, self.line = bb, out, [], None, 0
        bb.event.LogHandler.emit = lambda *args: None
        logger = logging.getLogger("BitBake")
        logger.propagate = False
        self.lines = Lines(out)
        logger.addHandler(self.lines)

    def how(self):
        return {"file": "test.conf", "line": self.line}

    def value(self, s):
        if s.startswith("int:"):
            try:
                return int(s[4:])
            except ValueError:
                return s
        return None if s == "None:" else s

    def parse(self, p):
        text = "raw %s value %s" % (show(p.unexpanded_value), show(p.value))
        text += "".join([" refs"] + [" " + escape(x) for x in sorted(p.references)])
        text += "".join([" execs"] + [" " + escape(x) for x in sorted(p.execs)])
        for k in sorted(p.contains):
            text += " contains " + escape(k) + "".join(" " + escape(x) for x in sorted(p.contains[k]))
        return text + "".join([" removes"] + [" " + escape(x) for x in sorted(getattr(p, "removes", ()))])

    def run_line(self, line):
        w = [unescape(x) for x in line.split("\t")]
        op, w = w[0], w[1:]
        if not op or op.startswith("#"):
            return
        self.line += 1
        if op == "script":
            self.lines.said.clear()
            self.stores = [self.bb.data_smart.DataSmart()]
            self.d, self.line = self.stores[0], 0
            self.out.append("script " + w[0])
            return
        signal.setitimer(signal.ITIMER_REAL, 2, 0.5)
        try:
            answer = getattr(self, "op_" + op)(*w)
            signal.setitimer(signal.ITIMER_REAL, 0)
        except self.bb.BBHandledException:
            answer = "error handled"
        except Exception as e:
            text = plain(str(e))
            if not isinstance(e, self.bb.data_smart.ExpansionError):
                text = "%s: %s" % (type(e).__name__, text)
            answer = "error circle" if "RecursionError" in text else "error " + escape(text)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if (answer == "error circle" and op in self.writes) or any(d.inoverride for d in self.stores):
            self.out.append("broken")
        if answer is not None:
            self.out.append(answer)

    writes = ("set", "setflag", "append", "prepend", "rename", "expandkeys", "varref", "del")

    def op_copy(self):
        if len(self.stores) < 64:
            self.d = self.d.createCopy()
            self.stores.append(self.d)

    def op_use(self, n):
        self.d = self.stores[int(n) % len(self.stores)]

    def op_freeze(self):
        pass

    def op_track(self, on):
        self.d._tracking = on == "y"

    def op_set(self, var, value, flags=""):
        how = self.how()
        if "p" in flags:
            how["parsing"] = True
        self.d.setVar(var, self.value(value), **how)

    def op_setflag(self, var, flag, value):
        self.d.setVarFlag(var, flag, self.value(value), **self.how())

    def op_append(self, var, value):
        self.d.appendVar(var, value, **self.how())

    def op_prepend(self, var, value):
        self.d.prependVar(var, value, **self.how())

    def op_appendflag(self, var, flag, value):
        self.d.appendVarFlag(var, flag, value, **self.how())

    def op_prependflag(self, var, flag, value):
        self.d.prependVarFlag(var, flag, value, **self.how())

    def op_del(self, var):
        self.d.delVar(var, **self.how())

    def op_delflag(self, var, flag):
        self.d.delVarFlag(var, flag, **self.how())

    def op_delflags(self, var):
        self.d.delVarFlags(var, detail="", **self.how())

    def op_rename(self, var, to):
        self.d.renameVar(var, to, **self.how())

    def op_expandkeys(self):
        self.bb.data.expandKeys(self.d)

    def op_varref(self, var, flags=""):
        self.d.expandVarref(var, "p" in flags)

    def op_get(self, var, flags=""):
        return show(self.d.getVar(var, "e" in flags, "n" in flags, "p" in flags))

    def op_getflag(self, var, flag, flags=""):
        return show(self.d.getVarFlag(var, flag, "e" in flags, "n" in flags, "p" in flags))

    def op_parse(self, var, flag="_content"):
        return self.parse(self.d.getVarFlag(var, flag, False, retparser=True)[1])

    def op_expand(self, text, var=None):
        return self.parse(self.d.expandWithRefs(text, var))

    def op_keys(self):
        return "".join(["keys"] + [" " + escape(k) for k in sorted(set(self.d))])

    def op_localkeys(self):
        return "".join(["keys"] + [" " + escape(k) for k in sorted(self.d.localkeys())])

    def op_flags(self, var, flags=""):
        f = self.d.getVarFlags(var, internalflags="i" in flags) or {}
        return "".join(["flags"] + [" " + escape(k) + ("" if k[:1] == ":" else show(f[k])) for k in f])

    def op_ops(self, var):
        parts = []
        for n, op in enumerate((":append", ":prepend", ":remove"), 1):
            l = self.d.getVarFlag(var, op, False) or []
            parts.append("%d:%s" % (n, "".join("<%s|%s>" % (escape(str(v)), escape(o or "")) for v, o in l)))
        return " ".join(parts)

    def op_overrides(self):
        self.d.need_overrides()
        return "".join(["overrides"] + [" " + escape(o) for o in self.d.overrides])

    def emitted(self, write):
        out = io.StringIO()
        write(out)
        text = plain(out.getvalue())
        return "emitted circle" if "RecursionError" in text else "emitted " + escape(text)

    def op_emit(self, var, flags=""):
        return self.emitted(lambda o: self.bb.data.emit_var(var, o, self.d, "a" in flags))

    def op_env(self, flags=""):
        return self.emitted(lambda o: self.bb.data.emit_env(o, self.d, "a" in flags))

    def op_hasov(self, var):
        return "yes" if self.d.hasOverrides(var) else "no"


def reference(path, text):
    def endless(signum, frame):
        raise Exception("RecursionError")

    # Texts that grow with every pass keep BitBake busy for ever.
    signal.signal(signal.SIGALRM, endless)
    out = []
    ref = Reference(path, out)
    for line in text.split("\n"):
        ref.run_line(line)
    return out


# --- scripts ---

class Generator:
    """Short scripts over few names, so that operations meet."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    names = ["A", "B", "C", "D", "lower", "OVERRIDES", "FILE", "${X}", "A_${X}", "X"]
    overs = ["a", "b", "c", "d1", "A", "a:b", "b:a", "x:ab:a", "a:b:c", "${X}", "B"]
    flags = ["f", "g", "export", "unexport", "func", "_defaultval", "_hidden", "vardeps"]
    words = ["a", "b", "c", "x", "yes", "1", "${A}", "${B}", "${C}", "${X}", "${D}", "${NOPE}", "${lower}"]
    codes = [
        "${@bb.utils.contains('A', 'a', 'yes', 'no', d)}",
        "${@bb.utils.contains('B', 'a b', '${C}', 'no ${NOPE}', d)}",
        "${@bb.utils.contains_any(\"C\", \"x b\", True, 0, d)}",
        "${@bb.utils.filter('A', 'c a x', d)}",
        "${@d.getVar('C')}", "${@d.getVar('D') or 'none'}", "${@d.getVar('B', False)}",
        "${@'p' if d.getVar('A') == 'a' else 'q'}", "${@'a' in (d.getVar('A') or '').split()}",
        "${@d.getVarFlag('A', 'f')}", "${@['p', 'q', 'r'][int(d.getVar('B') or 0)]}", "${@bool(d.getVar('C'))}",
        "${@(d.getVar('A') or '').replace('a', d.getVar('B') or '').strip()}",
        "${@bb.parse.vars_from_file(d.getVar('FILE', False), d)[1] or 'none'}",
        "${@'-'.join((d.getVar('A') or '').split())}", "${@(d.getVar('A') or '') >= (d.getVar('B') or '')}", "${@not d.getVar('X') and 'n'}",
        "${@d.setVar('C', 'v')}", "${@d.setVar('X', 'b') or d.getVar('A')}",
        "${@", "${", "}", "${@'}", "${A", "${@}", "${@{a}", "\\n",
    ]

    def name(self):
        n = self.r.choice(self.names)
        while self.r.random() < 0.35:
            n += ":" + self.r.choice(self.overs)
        return n

    def key(self):
        n = self.name()
        if self.r.random() < 0.25:
            n += self.r.choice([":append", ":prepend", ":remove"])
            if self.r.random() < 0.5:
                n += ":" + self.r.choice(self.overs)
        return n

    def value(self):
        r = self.r.random()
        if r < 0.02:
            return "int:%d" % self.r.randrange(3)
        if r < 0.03:
            return "None:"
        parts = []
        for _ in range(self.r.choice([0, 1, 1, 2, 3])):
            parts.append(self.r.choice(self.codes if self.r.random() < 0.25 else self.words))
        return self.r.choice([" ", "  ", "", " "]).join(parts)

    def text(self):
        v = self.value()
        return "t" if v.startswith(("int:", "None:")) else v

    def set(self, flags):
        key = self.key()
        # Operations on what is no text fail in BitBake when the variable is read; ours take its str().
        op = any(k in key for k in (":append", ":prepend", ":remove"))
        return ["set", key, self.text() if op else self.value(), flags]

    def overrides(self):
        return ":".join(self.r.choice(["a", "b", "c", "d1", "ab", "x", "xb", "${X}", "${B}", "lower", "", "a"])
                        for _ in range(self.r.randrange(1, 5)))

    def write(self):
        c = self.r.choice
        return c([
            lambda: self.set(c(["", "p"])),
            lambda: self.set(c(["", "p"])),
            lambda: self.set("p"),
            lambda: ["set", "OVERRIDES", self.overrides(), "p"],
            lambda: ["set", "FILE", c(["/r/a_1.0.bb", "/r/b.bb", "b_2_r1.bbappend", "c_${X}_3.bb", "x.conf"]), "p"],
            lambda: ["setflag", self.name(), c(self.flags), self.value()],
            lambda: ["append", self.name(), self.text()],
            lambda: ["prepend", self.name(), self.text()],
            lambda: [c(["appendflag", "prependflag"]), self.name(), c(["f", "g"]), self.text()],
            lambda: ["del", self.name()],
            lambda: ["delflag", self.name(), c(self.flags)],
            lambda: ["delflags", self.name()],
            lambda: ["rename", self.name(), self.name()],
            lambda: ["expandkeys"],
            lambda: ["varref", c(["X", "A"]), c(["", "p"])],
        ])()

    def read(self):
        c = self.r.choice
        return c([
            lambda: ["get", self.name(), "e"],
            lambda: ["get", self.name(), "e"],
            lambda: ["get", self.name(), c(["", "n", "p", "np", "en", "ep"])],
            lambda: ["getflag", self.name(), c(self.flags), c(["", "e"])],
            lambda: ["parse", self.name()],
            lambda: ["parse", self.name(), c(self.flags)],
            lambda: ["expand", self.text()],
            lambda: ["expand", self.text(), self.name()],
            lambda: ["keys"], lambda: ["localkeys"],
            lambda: ["flags", self.name(), c(["", "i"])],
            lambda: ["ops", self.name()],
            lambda: ["overrides"],
            lambda: ["emit", self.name(), c(["", "a"])],
            lambda: ["env", c(["", "a"])],
            lambda: ["hasov", self.name()],
        ])()

    def script(self, name):
        lines = [["script", name]]
        if self.r.random() < 0.3:
            lines.append(["track", "y"])
        if self.r.random() < 0.7:
            lines.append(["set", "OVERRIDES", self.overrides(), "p"])
        copies = 0
        for _ in range(self.r.randrange(5, 40)):
            r = self.r.random()
            if r < 0.05 and copies < 4:
                lines.append(["copy"])
                copies += 1
            elif r < 0.12 and copies:
                lines.append(["use", str(self.r.randrange(copies + 1))])
            elif r < 0.55:
                lines.append(self.write())
            else:
                lines.append(self.read())
        if self.r.random() < 0.5:
            lines += [["get", n, "e"] for n in self.names] + [["keys"], ["env", "a"]]
        return lines


def generate(seed, count):
    g = Generator(seed)
    out = []
    for i in range(count):
        for line in g.script("%d-%d" % (seed, i)):
            out.append("\t".join(line))
    return "\n".join(out) + "\n"


# --- comparison ---

def by_script(lines):
    scripts, name = {}, None
    for line in lines:
        if line.startswith("script "):
            name = line[7:]
            scripts[name] = []
        elif name is not None:
            scripts[name].append(line)
    return scripts


def run_driver(driver, text):
    p = subprocess.run([driver], input=text.encode("utf-8", "surrogateescape"), stdout=subprocess.PIPE)
    if p.returncode:
        print("%s: status %d" % (driver, p.returncode))
    return p.returncode, p.stdout.decode("utf-8", "surrogateescape").split("\n")[:-1]


def compare(text, ours, theirs, most=3):
    a, b = by_script(ours), by_script(theirs)
    sources = by_script(text.replace("script\t", "script ").split("\n"))
    bad = 0
    for name in b:
        # A fatal error ends BitBake; what its store is like after that is of no use to anyone. The same goes for one
        # whose OVERRIDES could not be expanded, and for a write that was broken off in the middle.
        end = next((i for i, line in enumerate(b[name]) if line == "broken" or line.startswith("log FATAL")), None)
        if a.get(name, [])[:end] == b[name][:end]:
            continue
        bad += 1
        if bad > most:
            continue
        print("script %s differs:" % name)
        print("\n".join("    " + line for line in sources.get(name, [])))
        mine = a.get(name, [])
        for i in range(max(len(mine), len(b[name]))):
            x = mine[i] if i < len(mine) else "(nothing)"
            y = b[name][i] if i < len(b[name]) else "(nothing)"
            if x != y:
                print("  ours:      %s\n  reference: %s" % (x, y))
                break
    print("%d scripts, %d differ" % (len(b), bad))
    return bad


def expectations(driver, folder):
    bad = 0
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".script"):
            continue
        with open(os.path.join(folder, name)) as f:
            text = f.read()
        with open(os.path.join(folder, name[:-7] + ".expect")) as f:
            want = f.read().split("\n")[:-1]
        status, got = run_driver(driver, text)
        bad += compare(text, got, want) + (status != 0)
    return bad


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("driver", nargs="?")
    ap.add_argument("--reference", action="store_true")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--count", type=int, default=300)
    ap.add_argument("--scripts")
    ap.add_argument("--expect")
    a = ap.parse_args()
    if a.expect:
        sys.exit(1 if expectations(a.driver, a.expect) else 0)
    path = os.environ.get("BBC_REFERENCE")
    if not path:
        print("BBC_REFERENCE is not set: skipped")
        sys.exit(77)
    if os.environ.get("PYTHONHASHSEED") != "0":
        # BitBake walks sets, and where that matters (which of two errors comes first) it shall be the same every time.
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable] + sys.argv)
    if a.reference:
        print("\n".join(reference(path, sys.stdin.read())))
        return
    text = open(a.scripts).read() if a.scripts else generate(a.seed, a.count)
    status, ours = run_driver(a.driver, text)
    sys.exit(1 if compare(text, ours, reference(path, text)) or status else 0)


main()
