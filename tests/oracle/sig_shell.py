#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hold lib/sig/shdeps against a reference BitBake: same texts refused, same command words.

Usage: BBC_REFERENCE=<bitbake folder> sig_shell.py PROGRAM [--count N] [--seed S] [--files DIR]

PROGRAM is sig_shell_dump from the build. Texts are made here at random: sentences derived from the reference's own
grammar, the same with tokens changed, and small fragments strewn together. With
--files the shell functions found in the metadata below DIR are compared too. Exit code 77: no reference.
"""
import argparse
import logging
import os
import random
import re
import subprocess
import sys

WORDS = ["cmd", "x=1", "A=$(sub a)", "`bq b`", '"$(dq)"', "'s q'", "$var", "${p:-x}", "eval", "in", "a\\ b", "12",
         "$", "\\$(x)", "foo-bar", "[[", "$(one; two | three)", "=x", "x-y=2", '"a $(b `c`) d"', "${q:-$(r)}", "é",
         "cmd_name=1", "\\\n", "a#b", "2"]
TERMINALS = {
    "NEWLINE": ["\n"], "IO_NUMBER": ["2"], "AND_IF": ["&&"], "OR_IF": ["||"], "DSEMI": [";;"], "DLESS": ["<<"],
    "DGREAT": [">>"], "LESSAND": ["<&"], "GREATAND": [">&"], "LESSGREAT": ["<>"], "DLESSDASH": ["<<-"],
    "CLOBBER": [">|"], "AMP": ["&"], "COMMA": [";"], "LESS": ["<"], "GREATER": [">"], "LPARENS": ["("],
    "RPARENS": [")"], "If": ["if"], "Then": ["then"], "Else": ["else"], "Elif": ["elif"], "Fi": ["fi"], "Do": ["do"],
    "Done": ["done"], "Case": ["case"], "Esac": ["esac"], "While": ["while"], "Until": ["until"], "For": ["for"],
    "Lbrace": ["{"], "Rbrace": ["}"], "Bang": ["!"], "In": ["in"], "PIPE": ["|"], "ASSIGNMENT_WORD": ["A=1"],
    "HERENAME": ["EOF", "'E F'", "\\X"], "TOKEN": WORDS,
}
PIECES = WORDS + [t for ts in TERMINALS.values() for t in ts] + [
    "\n", "\n", " ", " ", ";", "\t", "\"", "'", "`", "\\", "$(", ")", "${", "}", "EOF\n", "\nEOF\n", "<<EOF\n",
    "<<-E\n\tx\n\tE\n", "<<A <<B\na\nA\nb\nB\n", "f() {\n", "f ( )\n{ a; }\n", "case x in\n", "a) b;;\n", "(a|b) c\n", "esac\n",
    "for i in a b; do c; done\n", "if a; then b; fi\n", "while a; do b; done\n", "$((1+2))", "eval a b\n", "# c\n",
    "a && b || ! c\n", "a | b\n", "a &\n", "x=$(y) z\n", "A=1 eval b c\n", "for in in in; do", "case in in in) a; esac",
    "{ a; } > b\n", "f() { a; } >b\n", "<<'<'\n12\n<\n", "cmd_word=$(a)", "TOKEN=v",
]


class Reference:
    def __init__(self, folder):
        sys.path.insert(0, os.path.join(folder, "lib"))
        logging.disable(logging.CRITICAL)
        import bb
        from bb import codeparser
        from bb.pysh import pyshyacc
        self.codeparser = codeparser
        self.table = pyshyacc.yacc.parse.__self__
        self.rules = self.grammar()
        self.log = logging.getLogger("reference")
        bb.error = lambda *a: None

    def commands(self, text):
        """The set of command words, None when the text is refused."""
        self.codeparser.codeparsercache.shellcacheextras.clear()
        try:
            return set(self.codeparser.ShellParser("x", self.log).parse_shell(text))
        except Exception:
            return None

    def grammar(self):
        """{nonterminal: [(weight of depth, right side)]} of the reference's grammar, cheapest expansion first."""
        rules = {}
        for prod in self.table.productions[1:]:
            left, right = prod.str.split(" -> ")
            rules.setdefault(left, []).append([] if right == "<empty>" else right.split())
        depth = dict.fromkeys(rules, 999)
        for _ in range(len(rules)):
            for left, rights in rules.items():
                depth[left] = min([depth[left]] + [1 + max([depth.get(s, 0) for s in r] or [0]) for r in rights])
        return {left: sorted((max([depth.get(s, 0) for s in r] or [0]), r) for r in rights)
                for left, rights in rules.items()}

    def sentence(self, rnd, budget):
        """Tokens of a random derivation; past the budget the shortest way is taken."""
        rules = self.rules
        out, todo, spent = [], ["multiple_commands"], 0
        while todo:
            sym = todo.pop()
            if sym not in rules:
                out.append(sym)
                continue
            spent += 1
            rights = rules[sym]
            if spent > budget or (len(todo) > 30 and rnd.random() < 0.8):
                right = rights[0][1]
            else:
                right = rnd.choice(rights)[1]
            todo.extend(reversed(right))
        return out


def render(rnd, tokens):
    """Text that should be cut into these tokens, mostly; a here-document goes behind the next newline."""
    out, docs, tokens = [], [], list(tokens)
    while tokens:
        t = tokens.pop(0)
        if t == "HERENAME" and tokens and tokens[0] == "TOKEN":
            tokens.pop(0)
        word = rnd.choice(TERMINALS.get(t, ["?"]))
        out.append(word)
        if t == "HERENAME":
            docs.append(re.sub(r"['\\]", "", word))
        if t == "NEWLINE":
            out += [rnd.choice(["text $(x)\n", "a\n\tb\n", "if\n"]) + d + "\n" for d in docs]
            docs = []
        elif t == "IO_NUMBER" or (t.isupper() and t not in ("TOKEN", "ASSIGNMENT_WORD", "HERENAME") and rnd.random() < 0.3):
            pass
        else:
            out.append(" " if rnd.random() < 0.97 else " \\\n ")
    if docs:
        out += ["\n"] + [rnd.choice(["text $(x)\n", "a\n\tb\n", "if\n"]) + d + "\n" for d in docs]
    text = "".join(out)
    return text.rstrip(" ") if rnd.random() < 0.5 else text


def texts(ref, rnd, count):
    names = list(TERMINALS)
    for i in range(count):
        kind = i % 3
        if kind == 2:
            yield "".join(rnd.choice(PIECES) + rnd.choice(["", "", " ", "\n"]) for _ in range(rnd.randrange(1, 14)))
            continue
        tokens = ref.sentence(rnd, rnd.randrange(10, 300))
        if kind == 1:
            for _ in range(rnd.randrange(1, 3)):
                at = rnd.randrange(len(tokens) + 1)
                tokens[at:at + rnd.randrange(2)] = [rnd.choice(names)] * rnd.randrange(2)
        yield render(rnd, tokens)


def functions(folder):
    start = re.compile(r"^(?:fakeroot\s+)?[\w.:+${}-]+\s*\(\s*\)\s*\{\s*$")
    for root, _, files in sorted(os.walk(folder)):
        for name in sorted(files):
            if not name.endswith((".bb", ".bbclass", ".inc", ".bbappend")):
                continue
            body = None
            for line in open(os.path.join(root, name), encoding="utf-8", errors="surrogateescape"):
                if body is None:
                    body = [] if start.match(line) else None
                elif line.startswith("}"):
                    yield "".join(body)
                    body = None
                else:
                    body.append(line)


def ours(program, batch):
    blob = b"".join(b"%d\n%s" % (len(t), t) for t in batch)
    out = subprocess.run([program], input=blob, stdout=subprocess.PIPE, check=True).stdout
    at = 0

    def line():
        nonlocal at
        end = out.index(b"\n", at)
        r, at = out[at:end], end + 1
        return r

    for _ in batch:
        head = line()
        if head.startswith(b"E"):
            yield None, head.decode()
            continue
        words = set()
        for _ in range(int(head[2:])):
            n = int(line())
            words.add(out[at:at + n].decode("utf-8", "surrogateescape"))
            at += n + 1
        yield words, ""


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("program")
    ap.add_argument("--count", type=int, default=6000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--files")
    args = ap.parse_args()
    if not os.environ.get("BBC_REFERENCE"):
        return 77
    ref = Reference(os.environ["BBC_REFERENCE"])
    batch = list(texts(ref, random.Random(args.seed), args.count))
    made = len(batch)
    if args.files:
        batch += list(functions(args.files))
    encoded = [t.encode("utf-8", "surrogateescape") for t in batch]
    bad = refused = 0
    for text, (got, why) in zip(batch, ours(args.program, encoded)):
        want = ref.commands(text)
        refused += want is None
        if got != want:
            bad += 1
            if bad <= 10:
                print("text %r\n  reference %s\n  ours      %s %s" % (text, want, got, why))
    print("sig_shell: %d texts (%d made, %d from files), %d refused by the reference, %d different"
          % (len(batch), made, len(batch) - made, refused, bad))
    return bad != 0


sys.exit(main())
