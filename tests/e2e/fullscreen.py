# SPDX-License-Identifier: Apache-2.0
"""A full-screen terminal: as much of an xterm as ncurses makes use of. What it does not know is remembered, for tests to fail."""

import base64
import re

from terminal import Terminal

TOKEN = re.compile(
    r"\x1b\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)|\x1b\[(?P<private>[?>]?)(?P<numbers>[0-9;]*)(?P<kind>[A-Za-z@`])"
    r"|\x1b(?P<charset>[()][0-9A-B])|\x1b(?P<escape>[^\[\]()])|(?P<control>[\x00-\x1a\x1c-\x1f])|(?P<text>[^\x00-\x1f\x1b]+)",
    re.S,
)
UNFINISHED = re.compile(r"\x1b(\[[?>]?[0-9;]*|\][^\x07\x1b]*|[()])?$", re.S)


class FullScreen:
    def __init__(self, columns, rows):
        self.unknown, self.copied, self.pending = set(), [], ""
        self.modes = set()  # of the private ones, those that are on
        self.resize(columns, rows)

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.cells = [[" "] * columns for _ in range(rows)]
        self.styles = [[frozenset()] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.top, self.bottom = 0, rows - 1
        self.style = frozenset()
        self.last = " "

    def _blank(self, row, first, end):
        for column in range(max(first, 0), min(end, self.columns)):
            self.cells[row][column], self.styles[row][column] = " ", frozenset()

    def _insert(self, at, count, bottom):
        for _ in range(min(count, self.rows)):
            del self.cells[bottom], self.styles[bottom]
            self.cells.insert(at, [" "] * self.columns)
            self.styles.insert(at, [frozenset()] * self.columns)

    def _delete(self, at, count, bottom):
        for _ in range(min(count, self.rows)):
            del self.cells[at], self.styles[at]
            self.cells.insert(bottom, [" "] * self.columns)
            self.styles.insert(bottom, [frozenset()] * self.columns)

    def _write(self, text):
        for character in text:
            if self.column >= self.columns:
                self.column = 0
                self._down()
            self.cells[self.row][self.column] = character
            self.styles[self.row][self.column] = self.style
            self.column += 1
            self.last = character

    def _down(self):
        if self.row == self.bottom:
            self._delete(self.top, 1, self.bottom)
        else:
            self.row = min(self.row + 1, self.rows - 1)

    def _shift(self, count):
        """Cells from the cursor on to the right, or to the left."""
        for line, blank in ((self.cells[self.row], " "), (self.styles[self.row], frozenset())):
            if count > 0:
                line[self.column : self.column] = [blank] * count
                del line[self.columns :]
            else:
                del line[self.column : self.column - count]
                line.extend([blank] * (self.columns - len(line)))

    def _style(self, number):
        """The styles that are on, by their numbers."""
        off = {"22": {"1", "2"}, "24": {"4"}, "27": {"7"}, "39": {str(n) for n in range(30, 38)}, "49": set()}
        if number == "0":
            self.style = frozenset()
        elif number in off:
            self.style -= off[number]
        else:
            self.style |= {number}
            if number in off["39"]:
                self.style -= off["39"] - {number}

    def _sequence(self, numbers, kind):
        first = numbers[0] if numbers else 0
        count = max(first, 1)
        if kind in "Hf":
            self.row = min(count, self.rows) - 1
            self.column = min(max(numbers[1] if len(numbers) > 1 else 1, 1), self.columns) - 1
        elif kind == "d":
            self.row = min(count, self.rows) - 1
        elif kind in "G`":
            self.column = min(count, self.columns) - 1
        elif kind == "A":
            self.row = max(self.row - count, 0)
        elif kind == "B":
            self.row = min(self.row + count, self.rows - 1)
        elif kind == "C":
            self.column = min(self.column + count, self.columns - 1)
        elif kind == "D":
            self.column = max(min(self.column, self.columns - 1) - count, 0)
        elif kind == "K":
            bounds = {0: (self.column, self.columns), 1: (0, self.column + 1), 2: (0, self.columns)}[first]
            self._blank(self.row, *bounds)
        elif kind == "J":
            if first == 0:
                self._blank(self.row, self.column, self.columns)
            for row in {0: range(self.row + 1, self.rows), 1: range(self.row), 2: range(self.rows), 3: ()}[first]:
                self._blank(row, 0, self.columns)
        elif kind == "X":
            self._blank(self.row, self.column, self.column + count)
        elif kind == "@":
            self._shift(count)
        elif kind == "P":
            self._shift(-count)
        elif kind == "L":
            self._insert(self.row, count, self.bottom)
        elif kind == "M":
            self._delete(self.row, count, self.bottom)
        elif kind == "S":
            self._delete(self.top, count, self.bottom)
        elif kind == "T":
            self._insert(self.top, count, self.bottom)
        elif kind == "b":
            self._write(self.last * count)
        elif kind == "r":
            self.top = count - 1
            self.bottom = (numbers[1] if len(numbers) > 1 and numbers[1] else self.rows) - 1
            self.row = self.column = 0
        elif kind not in "lt":
            return False
        return True

    def feed(self, text):
        text = self.pending + text
        whole = UNFINISHED.sub("", text)
        self.pending = text[len(whole) :]
        for token in TOKEN.finditer(whole):
            kind = token["kind"]
            if token["text"]:
                self._write(token["text"])
            elif kind == "m":
                for number in token["numbers"].split(";"):
                    self._style(number or "0")
            elif kind and token["private"]:
                for number in token["numbers"].split(";"):
                    (self.modes.add if kind == "h" else self.modes.discard)(number)
                if kind not in "hl":
                    self.unknown.add(token[0])
            elif kind:
                numbers = [int(number or 0) for number in token["numbers"].split(";")]
                if not self._sequence(numbers, kind):
                    self.unknown.add(token[0])
            elif token["osc"] is not None:
                code, _, rest = token["osc"].partition(";")
                if code == "52":
                    self.copied.append(base64.b64decode(rest.partition(";")[2]).decode())
                else:
                    self.unknown.add(token[0])
            elif token["control"] == "\r":
                self.column = 0
            elif token["control"] == "\n":
                self._down()
            elif token["control"] == "\b":
                self.column = max(min(self.column, self.columns - 1) - 1, 0)
            elif token["control"] == "\t":
                self.column = min(self.column // 8 * 8 + 8, self.columns - 1)
            elif token["escape"] == "M":
                if self.row == self.top:
                    self._insert(self.top, 1, self.bottom)
                else:
                    self.row = max(self.row - 1, 0)
            elif not (token["charset"] == "(B" or token["escape"] in ("=", ">", "7", "8")):
                self.unknown.add(token[0])

    @property
    def lines(self):
        return ["".join(row).rstrip() for row in self.cells]

    @property
    def text(self):
        return "\n".join(self.lines)

    all_text = text


class FullTerminal(Terminal):
    """hexwatch watch on a terminal of its own."""

    make_screen = FullScreen

    def style_of(self, words):
        """Of the cell where these words begin."""
        with self.lock:
            for row, line in enumerate(self.screen.lines):
                if words in line:
                    return self.screen.styles[row][line.index(words)]
        return frozenset()

    def settled(self):
        """Its rows, once a picture is whole."""
        self.wait_idle()
        return self.lines_now()

    def lines_now(self):
        with self.lock:
            return self.screen.lines
