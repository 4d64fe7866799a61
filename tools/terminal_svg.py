#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws what commands printed on a terminal as an SVG, for docs/terminal.svg.

    script -q --log-out build.log -c 'bbc vm-image-user'
    tools/terminal_svg.py docs/terminal.svg 'bbc vm-image-user' build.log 'bbc -p' parse.log@'(68 cached'

Each command is followed by the record of script(1) that has its output; after '@' stands a text at whose first appearance
the record is cut, so that a picture can show a build that is still running. Long lines are cut, not wrapped."""

import re
import sys
from xml.sax.saxutils import escape

COLUMNS = 112
WIDTH, HEIGHT, FONT = 8.0, 19, 13.3  # of a character, of a line, of the letters, in pixels
COLOURS = {1: "#e06c75", 2: "#98c379", 3: "#e5c07b", 4: "#61afef", 5: "#c678dd", 6: "#56b6c2", 7: "#dcdfe4"}
PLAIN, DIM, BACK = "#dcdfe4", "#7f848e", "#1e2127"
TOKEN = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b.|([\r\n\b])|([^\x1b\r\n\b]+)")


class Screen:
    """Lines of (character, style), as much of a terminal as our own output needs."""

    def __init__(self):
        self.lines, self.row, self.column, self.style = [[]], 0, 0, (PLAIN, False)

    def write(self, text):
        line = self.lines[self.row]
        line.extend([(" ", (PLAIN, False))] * (self.column - len(line)))
        line[self.column:self.column + len(text)] = [(c, self.style) for c in text]
        self.column += len(text)

    def control(self, c):
        if c == "\n":
            self.row += 1
            if self.row == len(self.lines):
                self.lines.append([])
        elif c == "\b":
            self.column = max(0, self.column - 1)
        else:
            self.column = 0

    def escape(self, arguments, letter):
        numbers = [int(n or 0) for n in arguments.split(";")] if "?" not in arguments else [0]
        if letter == "A":
            self.row = max(0, self.row - max(1, numbers[0]))
        elif letter == "K":
            del self.lines[self.row][self.column:]
        elif letter == "J":
            del self.lines[self.row][self.column:]
            del self.lines[self.row + 1:]
        elif letter == "m":
            for n in numbers:
                self.set_style(n)

    def set_style(self, n):
        colour, bold = self.style
        if n == 0:
            colour, bold = PLAIN, False
        elif n == 1:
            bold = True
        elif n == 2:
            colour = DIM
        elif n in (39, 22):
            colour, bold = PLAIN, bold and n == 39
        elif 31 <= n <= 37 or 91 <= n <= 97:
            colour = COLOURS[n % 10]
        self.style = (colour, bold)

    def feed(self, text):
        for arguments, letter, control, plain in TOKEN.findall(text):
            if letter:
                self.escape(arguments, letter)
            elif control:
                self.control(control)
            elif plain:
                self.write(plain)


def record(argument):
    """The output in a record, without what script(1) says about itself."""
    name, _, until = argument.partition("@")
    with open(name, encoding="utf-8", errors="replace", newline="") as f:
        text = f.read()
    text = re.sub(r"\AScript started.*\n", "", text)
    text = re.sub(r"\n*Script done.*\n?\Z", "", text)
    if until:
        end = text.index(until)
        text = text[:text.find("\n", end)]
    screen = Screen()
    screen.feed(text)
    lines = screen.lines
    while lines and not lines[-1]:
        lines.pop()
    return lines


def runs(line):
    """(column, text, style) for each stretch of one style."""
    at = 0
    while at < len(line):
        end = at
        while end < len(line) and line[end][1] == line[at][1]:
            end += 1
        text = "".join(c for c, _ in line[at:end])
        if text.strip():
            yield at, text, line[at][1]
        at = end


def draw(lines):
    width, height = COLUMNS * WIDTH + 32, len(lines) * HEIGHT + 64
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d">' % (width, height),
           "<!-- made by tools/terminal_svg.py -->",
           '<rect width="100%%" height="100%%" rx="8" fill="%s"/>' % BACK]
    for i, colour in enumerate(("#e06c75", "#e5c07b", "#98c379")):
        out.append('<circle cx="%d" cy="20" r="6" fill="%s"/>' % (22 + 20 * i, colour))
    out.append('<g font-family="ui-monospace,DejaVu Sans Mono,Menlo,Consolas,monospace" font-size="%s" xml:space="preserve">'
               % FONT)
    for number, line in enumerate(lines):
        for column, text, (colour, bold) in runs(line[:COLUMNS]):
            out.append('<text x="%.1f" y="%d" fill="%s"%s textLength="%.1f">%s</text>' % (
                16 + column * WIDTH, 56 + number * HEIGHT, colour, ' font-weight="bold"' if bold else "",
                len(text) * WIDTH, escape(text)))
    return "\n".join(out + ["</g>", "</svg>", ""])


def main(out, *arguments):
    lines = []
    for command, name in zip(arguments[::2], arguments[1::2]):
        if lines:
            lines.append([])
        lines.append([("$", (COLOURS[2], True))] + [(c, (PLAIN, True)) for c in " " + command])
        lines.extend(record(name))
    with open(out, "w", encoding="utf-8") as f:
        f.write(draw(lines))


if __name__ == "__main__":
    if len(sys.argv) < 4 or len(sys.argv) % 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
