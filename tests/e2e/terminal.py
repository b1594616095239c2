# SPDX-License-Identifier: Apache-2.0
"""A terminal on a pseudo-terminal: what a person would see of the program, row by row."""

import codecs
import fcntl
import os
import pty
import re
import signal
import struct
import termios
import threading
import time

from harness import DEADLINE, ENVIRONMENT, HEXWATCH, check_clean, wait_until

TOKEN = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b.|[\r\n\b\x07]|[^\x1b\r\n\b\x07]+", re.S)


class Screen:
    """As much of a terminal as the program uses. A row that is longer than the screen is wide wraps, and is remembered."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines = [""]
        self.gone = []  # rows that have scrolled away
        self.row = self.column = 0
        self.wrapped = []
        self.unknown = set()
        self.pending = ""

    def resize(self, columns, rows):
        """As terminals do that break no lines anew: what is too wide is cut, what is too high scrolls away."""
        self.columns, self.rows = columns, rows
        self.lines = [line[:columns] for line in self.lines]
        self.column = min(self.column, columns - 1)
        while self.row >= rows:
            self.gone.append(self.lines.pop(0))
            self.row -= 1
        del self.lines[rows:]

    def _down(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")
        while len(self.lines) > self.rows:
            self.gone.append(self.lines.pop(0))
            self.row -= 1

    def _write(self, text):
        for character in text:
            if self.column >= self.columns:
                self.wrapped.append(self.lines[self.row])
                self._down()
                self.column = 0
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[: self.column] + character + line[self.column + 1 :]
            self.column += 1

    def feed(self, text):
        text = self.pending + text
        whole = re.sub(r"\x1b(\[[0-9;?]*)?$", "", text)
        self.pending = text[len(whole) :]  # a sequence may come in two pieces
        text = whole
        for token in TOKEN.finditer(text):
            whole, number, kind = token.group(0), token.group(1), token.group(2)
            if whole == "\r":
                self.column = 0
            elif whole == "\n":
                self._down()
            elif kind == "A":
                self.row = max(0, self.row - int(number or 1))
            elif kind == "J" and number in ("", "0"):
                self.lines[self.row] = self.lines[self.row][: self.column]
                del self.lines[self.row + 1 :]
            elif kind == "K" and number in ("", "0"):
                self.lines[self.row] = self.lines[self.row][: self.column]
            elif kind == "m":
                pass
            elif whole[0] == "\x1b":
                self.unknown.add(whole)
            else:
                self._write(whole)

    @property
    def text(self):
        return "\n".join(line.rstrip() for line in self.lines)

    @property
    def all_text(self):
        return "\n".join(line.rstrip() for line in self.gone + self.lines)


class Terminal:
    """hexwatch, or another program, on a terminal of its own."""

    make_screen = Screen

    def __init__(self, *arguments, columns=80, rows=24, program=HEXWATCH, **environment):
        self.screen = self.make_screen(columns, rows)
        self.raw = ""
        self.master, slave = pty.openpty()
        self._set_size(columns, rows)
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for number in range(3):
                os.dup2(slave, number)
            os.execve(program, [program, *map(str, arguments)], {**ENVIRONMENT, "TERM": "xterm", **environment})
        os.close(slave)
        self.status = None
        self.lock = threading.Lock()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _set_size(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self):
        decoder = codecs.getincrementaldecoder("utf-8")()
        while True:
            try:
                some = os.read(self.master, 65536)
            except OSError:  # nobody has it open any more
                return
            if not some:
                return
            text = decoder.decode(some)
            with self.lock:
                self.raw += text
                self.screen.feed(text)

    def resize(self, columns, rows):
        """Not in the middle of a picture: that would be of both sizes."""
        while True:
            self.wait_idle()
            before = self._work()
            os.kill(self.pid, signal.SIGSTOP)
            os.waitid(os.P_PID, self.pid, os.WSTOPPED)
            if self._work()[1:3] == before[1:3]:
                break
            os.kill(self.pid, signal.SIGCONT)
        with self.lock:
            self._set_size(columns, rows)
            self.screen.resize(columns, rows)
        os.kill(self.pid, signal.SIGWINCH)
        os.kill(self.pid, signal.SIGCONT)

    def _work(self):
        """Whether it sleeps, what is on its way, how much has come, and how often it has begun to wait."""
        try:
            with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
                status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        except (FileNotFoundError, ProcessLookupError):  # it is over
            status = {"State": "S"}
        (waiting,) = struct.unpack("i", fcntl.ioctl(self.master, termios.FIONREAD, b"\0" * 4))
        return status["State"][0], waiting, len(self.raw), status.get("voluntary_ctxt_switches")

    def wait_idle(self):
        """Until all that it wrote has been read, and it has slept for a moment: no picture is half there."""

        def is_idle():
            before = self._work()
            time.sleep(0.05)
            return before[0] in "SZ" and before[1] == 0 and self._work() == before

        wait_until(is_idle, lambda: f"it rests:\n{self.text}")

    @property
    def text(self):
        with self.lock:
            return self.screen.text

    @property
    def all_text(self):
        with self.lock:
            return self.screen.all_text

    def wait(self, words, everywhere=False):
        """The screen, as soon as these words stand on it (everywhere: or have scrolled away)."""
        def look():
            text = self.all_text if everywhere else self.text
            return text if words in text else None

        return wait_until(look, lambda: f"{words!r} on the screen:\n{self.text}")

    def press(self, keys):
        os.write(self.master, keys)

    def end(self):
        """Ctrl-C; the exit status."""
        self.press(b"\x03")
        return self.wait_end()

    def wait_end(self):
        def is_over():
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid == 0:
                return False
            self.status = os.waitstatus_to_exitcode(status)
            return True

        wait_until(is_over, lambda: f"it does not end:\n{self.text}")
        self.reader.join(DEADLINE)
        check_clean(self.raw)
        return self.status

    def close(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self.reader.join(DEADLINE)
        os.close(self.master)
