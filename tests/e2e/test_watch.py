#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hexwatch watch on real terminals: what a person sees of devices with everything that can be wrong, what each key does, and that
neither a stuck daemon, a small screen nor a hostile id harms it."""

import os
import re
import signal
import socket
import subprocess
import time
import unittest
import urllib.parse

from fullscreen import FullTerminal
from harness import DEADLINE, ENVIRONMENT, HEXWATCH, TestCase, hexwatch, promised, timed, wait_until
from packets import gt06_login, gt06_position, h02_position, osmand_position, teltonika_login, teltonika_position

PORTS = "5001,5013,5023,5027,5055,5093"
WRONG, NO_FIX, WAITING, SILENT_TELTONIKA = "868120145233604", "0355170040", "866104027581339", "359710049066124"
MESSAGES = 16  # of ten devices, and of one that is none
FINE = ["353115070881290", "352093081452257", "867330024511082", "9170020631", "van-7"]


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # gone before, or while it was read
        return False


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(child) for child in file.read().split()]


class WatchCase(TestCase):
    socket = None  # of the daemon that runs

    def run_daemon(self, ports=PORTS):
        self.place = getattr(self, "place", None) or self.folder()
        os.chmod(self.place, 0o777)  # it leaves root
        self.socket = os.path.join(self.place, "control.sock")
        daemon = self.start("listen", ports, "--traccar", "none", "--summary", "--socket", self.socket)
        self.daemon = daemon
        return daemon

    def watch(self, *arguments, columns=80, rows=24, **environment):
        arguments = arguments or ("--socket", self.socket)
        terminal = FullTerminal("watch", *arguments, columns=columns, rows=rows, **environment)
        self.addCleanup(terminal.close)
        return terminal

    def from_host(self, host, port):
        """A connection from an address of its own."""
        peer = socket.socket()
        self.keep(peer)
        peer.settimeout(DEADLINE)
        peer.bind((f"127.0.1.{host}", 0))
        peer.connect(("127.0.0.1", port))
        return peer

    def ten_devices(self):
        wrong = self.from_host(1, 5001)
        wrong.sendall(gt06_login(WRONG) + gt06_position())
        self.from_host(2, 5013).sendall(h02_position(NO_FIX, valid=False))
        self.from_host(3, 5023).sendall(gt06_login(WAITING) + gt06_position(valid=False))
        self.from_host(4, 5027).sendall(teltonika_login(SILENT_TELTONIKA))
        self.from_host(5, 5093).sendall(bytes.fromhex("dead1234beef00c0ffee"))
        for host, imei in ((6, FINE[0]), (7, FINE[1])):
            peer = self.from_host(host, 5027)
            peer.sendall(teltonika_login(imei))
            peer.recv(1)
            peer.sendall(teltonika_position())
        self.from_host(8, 5023).sendall(gt06_login(FINE[2]) + gt06_position(lat=-33.45, lon=-70.6673))
        self.from_host(9, 5013).sendall(h02_position(FINE[3]))
        self.from_host(10, 5055).sendall(osmand_position(FINE[4]))
        self.from_host(11, 5023).sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        if self.socket:
            wait_until(lambda: self.heard() == MESSAGES, lambda: f"all is heard: {self.heard()} of {MESSAGES}")
        return wrong

    def heard(self):
        (status,) = hexwatch("status", "--socket", self.socket, "--format", "json").records
        return status["messages"]

    def screen(self, terminal, words):
        """Waits for the words; the rows then. Nothing unknown was sent, and no row is wider than the terminal."""
        terminal.wait(words)
        lines = terminal.settled()
        self.assertEqual(terminal.screen.unknown, set())
        for line in lines:
            self.assertLessEqual(len(line), terminal.screen.columns)
        return lines

    def row_with(self, lines, words):
        found = [line for line in lines if words in line]
        self.assertTrue(found, "\n".join(lines))
        return found[0]


class Pictures(WatchCase):
    def test_ten_devices_at_80x24(self):
        self.run_daemon()
        self.ten_devices()
        terminal = self.watch()
        for words in ("10 devices", "+ van-7"):
            terminal.wait(words)
        lines = self.screen(terminal, "  next: ")
        self.assertRegex(lines[0], r"^hexwatch  \S+  listen 6 tcp 6 udp +LIVE    \w{3} \d\d:\d\d:\d\d \+00$")
        self.assertEqual(len(lines[0]), 80)
        self.assertRegex(lines[1], r"^\+ RECEIVING  last \d+(\.\d)? s ago, \d+/min   10 devices: ")
        self.assertRegex(lines[2], r"^\[1 Devices\] 2 Ports  3 Findings \d  4 Feed  5 Guide +filter: -  sort: state$")
        self.assertEqual(
            lines[3], "  DEVICE          PROTOCOL  PORT     LOCATION         SEEN /MIN  NEXT STEP"
        )
        table = lines[4:14]
        self.assertEqual([line[0] for line in table], sorted((line[0] for line in table), key="!?~+".index))
        self.assertRegex(
            self.row_with(table, WRONG), r"^! .{15} gt06      5001     48\.2082 16\.3738   +\w+    2  use port 5023$"
        )
        self.assertRegex(self.row_with(table, NO_FIX), r"^~ .{15} h02       5013     waiting ")
        self.assertRegex(self.row_with(table, "127.0.1.5"), r"^\? 127\.0\.1\.5       -         5093     unknown ")
        self.assertRegex(self.row_with(table, FINE[2]), r"^\+ .{15} gt06      5023     -33\.450 -70\.667 ")
        self.assertTrue(lines[14].startswith("-- 10 devices; "), lines[14])
        self.assertTrue(any(line.startswith("  next: ") for line in lines[15:20]))
        self.assertRegex(lines[19], r"^-- feed \d+/min, all but answers shown, 0 missed -+$")
        self.assertEqual(
            lines[23], "q Quit ? Help Enter open / search \\ filter s sort f follow Space freeze c copy"
        )
        self.assertEqual(terminal.style_of("+ RECEIVING"), {"32"})

    def test_ten_devices_at_200x50(self):
        self.run_daemon()
        self.ten_devices()
        terminal = self.watch(columns=200, rows=50)
        terminal.wait("+ van-7")
        lines = self.screen(terminal, "guide (5 tells all)")
        for word in ("10 MINUTES", "MESSAGES", "FROM", "NEXT STEP"):
            self.assertIn(word, lines[3])
        row = self.row_with(lines[4:14], WRONG)
        self.assertIn("█", row)
        self.assertIn("127.0.1.1:", row)
        self.assertTrue(row.endswith("use port 5023"), row)
        points = [line for line in lines if re.match(r"[+~!?] [1-6] (ok|waiting|problem|unknown) ", line)]
        self.assertEqual([line[2] for line in points], list("123456"))
        self.assertIn("page http://", lines[0])

    def test_empty(self):
        self.run_daemon()
        terminal = self.watch()
        lines = self.screen(terminal, "No device so far.")
        self.assertIn("next: ", "\n".join(lines))
        self.assertIn("0 devices", lines[1])
        self.ten_devices()  # and it fills by itself
        self.screen(terminal, "10 devices")

    def test_no_colours_and_ascii(self):
        self.run_daemon()
        self.ten_devices()
        plain = self.watch(columns=130, NO_COLOR="1")
        plain.wait("+ van-7")
        self.assertNotRegex(plain.raw, r"\x1b\[[0-9;]*\b(3[1-7]|4[1-7])\b[0-9;]*m")
        plain.press(b"j")
        wait_until(lambda: "7" in plain.style_of("! 1") | plain.style_of("! 8"), "a chosen row")
        ascii_only = self.watch(columns=130, LC_ALL="en_US.ISO-8859-1")
        lines = self.screen(ascii_only, "+ van-7")
        self.assertEqual([c for c in ascii_only.raw if ord(c) > 0x7E], [])
        self.assertIn("#", self.row_with(lines, WRONG))

    def test_a_thousand_devices(self):
        self.run_daemon()
        peers = [self.from_host(20 + i % 200, 5023) for i in range(50)]
        for i, peer in enumerate(peers):
            peer.sendall(b"".join(gt06_login(f"{860000000000000 + i * 20 + j:015d}") for j in range(20)))
        terminal = self.watch()
        terminal.wait("of 1,000 devices")
        self.screen(terminal, "-- 1-")
        terminal.press(b"G")
        lines = self.screen(terminal, "1,000 of 1,000 devices")

        def turn():
            before = terminal.settled()[4:14]
            start = time.monotonic()
            terminal.press(b"\x1b[5~")
            wait_until(lambda: terminal.lines_now()[4:14] != before, "another page")
            return time.monotonic() - start

        promised(1, lambda: max(turn() for _ in range(15)))
        terminal.press(b"/860000000000777")
        self.screen(terminal, "search /860000000000777_")
        terminal.press(b"\r")
        wait_until(lambda: "7" in terminal.style_of("~ 860000000000777"), "the found row")
        self.assertEqual(terminal.end(), 0)
        self.assertIsNotNone(lines)

    def test_hostile_ids(self):
        self.run_daemon()
        ids = [
            "\x1b[31mred\x1b[2J\x1b]52;c;QUJD\x07",
            "x" * 4000,
            "\u6f22\u5b57\u0301\u202eabc",
            b"\xff\xfe\xc3(".decode("latin1"),
            "<script>alert(1)</script>",
        ]
        for host, name in enumerate(ids, 30):
            query = urllib.parse.quote(name, encoding="utf-8" if host != 33 else "latin1")
            text = osmand_position("PLACE").replace(b"PLACE", query.encode())
            self.from_host(host, 5055).sendall(text)
        terminal = self.watch(columns=120, rows=40)
        terminal.wait("5 devices")
        for view in (b"1", b"3", b"4", b"5", b"2", b"1", b"j", b"j", b"\r"):
            terminal.press(view)
            self.screen(terminal, "hexwatch  ")
        terminal.press(b"\x1b")
        lines = self.screen(terminal, "NEXT STEP")
        rows = [line for line in lines if " osmand " in line and re.match(r"[+~!?] (?!\d (ok|waiting|problem|unknown) )", line)]
        self.assertEqual({line.index("osmand") for line in rows}, {20})
        self.assertEqual(terminal.screen.copied, [])
        text = "\n".join(lines)
        self.assertEqual([c for c in text if ord(c) > 0x7E and c not in "…█▁▂▃▄▅▆▇"], [])
        self.assertEqual(terminal.end(), 0)

    def test_other_sizes(self):
        self.run_daemon()
        self.ten_devices()
        terminal = self.watch()
        terminal.wait("+ van-7")
        terminal.resize(50, 10)
        lines = self.screen(terminal, "Needs 64x12")
        self.assertEqual(lines[0], "Too small: 50x10.")
        terminal.resize(64, 12)
        lines = self.screen(terminal, "[1 Devices]")
        self.assertTrue(any(line.endswith(" port 5023") for line in lines), "\n".join(lines))
        terminal.resize(120, 24)
        self.screen(terminal, "10 MINUTES")
        terminal.resize(80, 40)
        self.screen(terminal, "guide (5 tells all)")
        self.assertEqual(terminal.settled()[39][:6], "q Quit")


class Keys(WatchCase):
    def setUp(self):
        self.run_daemon()
        self.wrong = self.ten_devices()
        self.terminal = self.watch()
        self.terminal.wait("+ van-7")

    def press(self, keys, words):
        self.terminal.press(keys)
        return self.screen(self.terminal, words)

    def chosen(self, words):
        wait_until(
            lambda: "7" in self.terminal.style_of(words),
            lambda: f"'{words}' is chosen\n{self.terminal.text}",
        )

    def test_views(self):
        self.press(b"2", "wrong-protocol")
        self.press(b"3", "Choose one with the arrows")
        self.press(b"4", "[4 Feed]")
        lines = self.screen(self.terminal, f"{FINE[2]} < gt06 position")
        self.assertRegex(self.row_with(lines, f"{FINE[2]} < gt06 position"), r"^\d\d:\d\d:\d\d tcp 5023 ")
        self.press(b"5", " 5  ! problem  Right ports")
        self.press(b"\t", "[1 Devices]")
        self.press(b"\x1b[Z", "[5 Guide]")
        self.press(b"?", "KEYS")
        self.press(b"\x1b[6~", "MARKS")
        self.press(b"\x1b", "[5 Guide]")
        self.press(b"\x1bOP", "KEYS")  # F1
        self.press(b"1", "+ van-7")

    def test_choose_and_open(self):
        self.terminal.press(b"j")
        self.terminal.press(f"/{WRONG[-4:]}\r".encode())
        self.chosen(f"! {WRONG}")
        self.press(b"\r", f"conversation of {WRONG}")
        lines = self.press(b"k", "gt06 login ---")
        text = "\n".join(lines)
        self.assertIn("WRONG PORT", text)
        self.press(b"g", "fields are marked below its bytes")
        for _ in range(10):
            self.terminal.press(b"\x1b[A")
        lines = self.screen(self.terminal, "device         868120145233604")
        self.assertTrue(any("78 78 0d 01 08 68 12 01" in line for line in lines), "\n".join(lines))
        self.wrong.sendall(gt06_position(serial=9))  # it goes on while one looks
        self.press(b"G", ": 6 messages")
        self.press(b"\x1b", "[1 Devices]")
        self.chosen(f"! {WRONG}")
        # q goes back from what was opened, as in less and htop
        self.press(b"\r", f"conversation of {WRONG}")
        self.press(b"?", "KEYS")
        self.press(b"q", f"conversation of {WRONG}")
        self.press(b"q", "NEXT STEP")

    def test_filter_sort_follow_freeze(self):
        self.press(b"\\", "filter \\_")
        self.press(b"telt", "3 of 10   Enter keeps")
        self.press(b"\r", "\\ FILTERED")
        self.screen(self.terminal, "3 of 10 devices (filter: telt)")
        self.press(b"\x1b", "10 devices;")
        table = [line[2:17].rstrip() for line in self.press(b"s", "sort: device")[4:14]]
        self.assertEqual(table, sorted(table))
        for _ in range(5):
            self.terminal.press(b"s")
        self.screen(self.terminal, "sort: state")
        self.press(b"f", "Choose a row first")
        self.terminal.press(b"/van\r")
        self.chosen("+ van-7")
        self.press(b"f", "only van-7 (f: all)")
        self.press(b"f", "all but answers shown")
        self.press(b" ", "FROZEN +0")
        for serial in range(3):
            self.wrong.sendall(gt06_position(serial=serial))
        self.screen(self.terminal, "FROZEN +6")  # and what was answered
        before = self.terminal.lines_now()[4:14]
        self.assertEqual(before, self.terminal.lines_now()[4:14])
        self.press(b" ", "LIVE")
        wait_until(
            lambda: re.search(rf"{WRONG} gt06 .* 5  use port", self.terminal.text), "the count goes on behind it"
        )

    def test_copy(self):
        self.press(b"c", "Choose a row first")
        self.terminal.press(b"/9170\r")
        self.chosen("+ 9170020631")
        self.press(b"c", "Copied by OSC 52")
        wait_until(lambda: self.terminal.screen.copied == ["9170020631"], "what was copied")
        self.press(b"\r", "conversation of 9170020631")
        self.screen(self.terminal, "*HQ,9170020631")
        self.terminal.press(b"c")
        wait_until(
            lambda: self.terminal.screen.copied[1:] == [h02_position("9170020631").hex()], "the HEX was copied"
        )

    def test_quit_gives_the_terminal_back(self):
        self.assertIn("1049", self.terminal.screen.modes)  # the other screen
        self.terminal.press(b"q")
        self.assertEqual(self.terminal.wait_end(), 0)
        self.assertNotIn("1049", self.terminal.screen.modes)
        self.assertIn("25", self.terminal.screen.modes)  # the cursor
        self.assertEqual(self.terminal.screen.unknown, set())

    def test_signals_give_it_back_too(self):
        os.kill(self.terminal.pid, signal.SIGTERM)
        self.assertEqual(self.terminal.wait_end(), 0)
        self.assertNotIn("1049", self.terminal.screen.modes)
        again = self.watch()
        again.wait("+ van-7")
        self.assertEqual(again.end(), 0)  # Ctrl-C


class Daemons(WatchCase):
    def test_it_comes_back_by_itself(self):
        daemon = self.run_daemon()
        self.ten_devices()
        terminal = self.watch()
        terminal.wait("+ van-7")
        daemon.stop()
        lines = self.screen(terminal, "! LOST daemon ")
        self.assertRegex(lines[0], r"^! LOST daemon \d\d:\d\d:\d\d, trying again (in [12] s|now) ")
        self.assertIn("van-7", "\n".join(lines))  # the last picture stays
        self.assertIn("2", terminal.style_of("van-7"))  # dimmed
        self.run_daemon()
        self.screen(terminal, "LIVE")
        terminal.press(b"4")
        self.screen(terminal, "nothing was heard of the daemon")
        self.from_host(3, 5023).sendall(gt06_login(WAITING))
        terminal.press(b"1")
        lines = self.screen(terminal, "1 device:")
        self.assertNotIn("van-7", "\n".join(lines[4:14]))
        self.assertEqual(terminal.end(), 0)

    def test_stuck(self):
        daemon = self.run_daemon()
        self.ten_devices()
        terminal = self.watch()
        terminal.wait("+ van-7")
        os.kill(daemon.pid, signal.SIGSTOP)
        try:
            self.screen(terminal, "! SILENT daemon since ")

            def guide():
                terminal.press(b"1")
                terminal.wait("[1 Devices]")
                terminal.press(b"5")
                self.screen(terminal, "[5 Guide]")

            promised(1, lambda: timed(guide))
            terminal.press(b"1/van\r")
            wait_until(lambda: "7" in terminal.style_of("+ van-7"), "keys go on")
        finally:
            os.kill(daemon.pid, signal.SIGCONT)
        self.screen(terminal, "LIVE")
        self.assertEqual(terminal.end(), 0)

    def test_nobody_is_there(self):
        place = os.path.join(self.folder(), "nobody.sock")
        terminal = self.watch("--socket", place)
        self.assertEqual(terminal.wait_end(), 2)
        self.assertIn(f"watch: no hexwatch answers at {place}", terminal.text.replace("\n", ""))

    def test_no_terminal(self):
        self.run_daemon()
        done = hexwatch("watch", "--socket", self.socket)
        self.assertEqual(done.status, 2)
        self.assert_one_line(done.errors, "watch: it needs a terminal", "hexwatch tail")
        terminal = self.watch("--socket", self.socket, TERM="nonsense")
        self.assertEqual(terminal.wait_end(), 2)
        self.assertIn("'nonsense' is not known here", terminal.text.replace("\n", ""))
        terminal = self.watch("--socket", self.socket, TERM="dumb")
        self.assertEqual(terminal.wait_end(), 2)
        self.assertIn("'dumb' is not known here", terminal.text.replace("\n", ""))
        # one that this host has no description of, as over ssh
        terminal = self.watch("--socket", self.socket, TERM="ghostty-of-tomorrow")
        self.screen(terminal, "No device so far.")
        self.assertEqual(terminal.end(), 0)
        for wrong in (["lissten"], ["--socket", self.socket, "5023"], ["--nonsense"]):
            self.assertEqual(hexwatch("watch", *wrong).status, 2)

    def test_ctrl_z(self):
        self.run_daemon()
        self.ten_devices()
        terminal = FullTerminal("--norc", "--noprofile", "-i", program="/bin/bash", PS1="ready> ")
        self.addCleanup(terminal.close)
        terminal.wait("ready>")
        terminal.press(f"{HEXWATCH} watch --socket {self.socket}\r".encode())
        terminal.wait("+ van-7")
        for _ in range(2):
            terminal.press(b"\x1a")
            wait_until(lambda: "1049" not in terminal.screen.modes and "Stopped" in terminal.text, "it is stopped")
            terminal.press(b"clear; fg\r")
            wait_until(lambda: "1049" in terminal.screen.modes, "it has the screen again")
            terminal.wait("+ van-7")
        terminal.press(b"q")
        terminal.wait("ready>")
        terminal.press(b"exit\r")
        terminal.wait_end()


class OwnIntake(WatchCase):
    def own(self, *arguments, **options):
        self.temporary = self.folder()
        os.chmod(self.temporary, 0o1777)  # as /tmp is: it leaves root
        terminal = self.watch("listen", PORTS, "--traccar", "none", *arguments, TMPDIR=self.temporary, **options)
        terminal.wait("LIVE")
        (child,) = children_of(terminal.pid)
        self.addCleanup(lambda: is_alive(child) and os.kill(child, signal.SIGKILL))
        return terminal, child

    def is_gone(self, child):
        wait_until(lambda: not is_alive(child), f"process {child} is gone")

    def test_listen(self):
        terminal, child = self.own()
        self.ten_devices()
        terminal.wait("+ van-7")
        terminal.press(b"q")
        self.assertEqual(terminal.wait_end(), 0)
        self.assertFalse(is_alive(child))
        text = terminal.text
        self.assertIn("Summary: ", terminal.raw)
        self.assertIn("use 5023", text + terminal.raw)
        self.assertIn("listening on tcp", terminal.raw)
        self.assertEqual(terminal.screen.unknown, set())

    def test_it_never_stays_behind(self):
        for end in (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(end=end):
                terminal, child = self.own()
                os.kill(terminal.pid, end)
                self.is_gone(child)
                terminal.wait_end()

    def test_the_terminal_is_closed(self):
        terminal, child = self.own()
        os.close(terminal.master)
        self.is_gone(child)
        wait_until(lambda: not is_alive(terminal.pid), "the view is gone")
        os.waitpid(terminal.pid, 0)
        terminal.status = 0
        terminal.master = os.open("/dev/null", os.O_RDONLY)

    def test_it_ends_by_itself(self):
        terminal, child = self.own("-c", "1")
        self.from_host(3, 5023).sendall(gt06_login(WAITING))
        self.screen(terminal, "! ENDED intake ")
        self.is_gone(child)
        terminal.press(b"q")
        self.assertEqual(terminal.wait_end(), 0)
        self.assertIn("Summary: 1 message", terminal.raw)

    def test_ports_are_taken(self):
        self.run_daemon("5023")
        terminal, _ = self.own()
        terminal.press(b"5G")
        self.screen(terminal, "port 5023 is taken by")
        self.assertEqual(terminal.end(), 0)
        # all of them
        terminal = self.watch("listen", "5023", "--traccar", "none")
        self.assertEqual(terminal.wait_end(), 2)
        text = terminal.text.replace("\n", "")
        self.assertIn("no port is free to listen on", text)
        self.assertIn("is taken by", text)

    def test_wrong_words(self):
        terminal = self.watch("listen", "--lissten")
        self.assertEqual(terminal.wait_end(), 2)
        self.assertIn("listen: unknown option --lissten", terminal.text)
        terminal = self.watch("listen", "--help")
        self.assertEqual(terminal.wait_end(), 0)
        self.assertIn("usage: hexwatch listen", terminal.raw)

    @unittest.skipUnless(os.geteuid() == 0, "only root can become somebody without rights")
    def test_no_rights(self):
        terminal = FullTerminal(
            "-c", f"exec setpriv --reuid 65534 --regid 65534 --clear-groups {HEXWATCH} watch sniff", program="/bin/sh"
        )
        self.addCleanup(terminal.close)
        self.assertEqual(terminal.wait_end(), 2)
        self.assertIn("sudo", terminal.text.replace("\n", ""))

    @unittest.skipUnless(os.geteuid() == 0, "only root can become somebody whose usual place is in XDG_RUNTIME_DIR")
    def test_others_may_ask_it(self):
        place = self.folder()
        os.chown(place, 65534, 65534)
        asked = {"XDG_RUNTIME_DIR": place}
        self.assertIn("no hexwatch answers", hexwatch("devices", "--socket", f"{place}/hexwatch/control.sock").errors)
        command = f"exec setpriv --reuid 65534 --regid 65534 --clear-groups {HEXWATCH} watch listen {PORTS} --traccar none"
        terminal = FullTerminal("-c", command, program="/bin/sh", **asked)
        self.addCleanup(terminal.close)
        terminal.wait("LIVE")
        self.from_host(1, 5001).sendall(gt06_login(WRONG))
        terminal.wait(f"! {WRONG}")
        devices = hexwatch("devices", env=asked)
        self.assertRegex(devices.out, f"! {WRONG} .* use port 5023")
        with open(f"/proc/{children_of(terminal.pid)[0]}/comm", encoding="ascii") as file:
            self.assertEqual(file.read(), "hexwatch\n")  # so is it named where it holds a port
        # a second one is asked nowhere but by its own view, and takes nothing from the first
        second = FullTerminal("-c", command.replace(PORTS, "5064"), program="/bin/sh", **asked)
        self.addCleanup(second.close)
        second.wait("LIVE")
        second.press(b"q")
        self.assertEqual(second.wait_end(), 0)
        self.assertEqual(hexwatch("devices", env=asked).status, 0)
        terminal.press(b"q")
        self.assertEqual(terminal.wait_end(), 0)
        self.assertEqual(os.listdir(f"{place}/hexwatch"), [])

    def test_the_place_is_tidied_up(self):
        self.start("listen", "5064", "--traccar", "none", "--summary")  # the usual place is this one's
        terminal, _ = self.own()
        self.assertEqual(len(os.listdir(self.temporary)), 1)
        terminal.press(b"q")
        terminal.wait_end()
        self.assertEqual(os.listdir(self.temporary), [])


if __name__ == "__main__":
    if "without ncurses" in subprocess.run(
        [HEXWATCH, "watch"], env=ENVIRONMENT, capture_output=True, text=True, check=False
    ).stderr:
        print("skipped: built without ncurses")
    else:
        unittest.main()
