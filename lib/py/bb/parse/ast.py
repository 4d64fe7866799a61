# SPDX-License-Identifier: MIT
"""Statements as objects. The parser is native and keeps its own trees: what is read from Python is kept as text here."""

import _bbc


class StatementGroup(list):
    """What a file or some lines of it say, in order."""

    def eval(self, data):
        for statement in self:
            statement.eval(data)


class AstNode:
    """Something at a place that can be evaluated into a store."""

    def __init__(self, filename, lineno):
        self.filename = filename
        self.lineno = lineno


class TextNode(AstNode):
    """Lines of a file, from `lineno` on."""

    def __init__(self, filename, lineno, text=""):
        super().__init__(filename, lineno)
        self.text = "\n" * (lineno - 1) + text

    def feed(self, lineno, line):
        """Adds one line; lines that were left out count as empty ones."""
        missing = lineno - 1 - self.text.count("\n")
        self.text += "\n" * missing + line + "\n"

    def check(self):
        """Raises ParseError where the text makes no sense."""
        _bbc.parse_text(self.filename, self.text, None)

    def eval(self, data):
        _bbc.parse_text(self.filename, self.text, data)


def feed(statements, filename, lineno, line):
    """Adds a line of a file to what a group has of that file."""
    if not statements or not isinstance(statements[-1], TextNode) or statements[-1].filename != filename:
        statements.append(TextNode(filename, lineno))
    statements[-1].feed(lineno, line)
