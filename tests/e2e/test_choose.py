# SPDX-License-Identifier: Apache-2.0
"""What is chosen to be shown, followed, kept; when it ends. And what a person sees of it on a terminal."""

import os
import threading
import unittest

from harness import DEADLINE, USAGE_OR_INPUT, TestCase, free_ports, hexwatch, told, wait_until
from packets import IMEI, PEER, SERVER, Talk, ethernet, gt06_answer, gt06_login, gt06_position, pcap
from terminal import Terminal

OTHER = "123456789012346"
LOGIN, POSITION, STRAY = gt06_login(), gt06_position(), gt06_login(OTHER)


class Captured(TestCase):
    def setUp(self):
        right, wrong = Talk(), Talk((PEER[0], 40313), (SERVER[0], 5013))
        packets = right.open() + right.say(LOGIN) + right.say(gt06_answer(LOGIN), "out") + right.say(POSITION)
        packets += right.close() + wrong.open() + wrong.say(STRAY) + wrong.close()
        self.path = os.path.join(self.folder(), "x.pcap")
        with open(self.path, "wb") as file:
            file.write(pcap([ethernet(packet) for packet in packets]))


class Choose(Captured):
    def read(self, *arguments):
        done = hexwatch("read", "--format", "json", "--traccar", "none", self.path, *arguments)
        self.assertEqual((done.status, done.errors), (0, ""))
        return done

    def test_filters_choose_what_is_shown_and_count_everything(self):
        for arguments, shown in (
            (["--device", OTHER], {STRAY.hex()}),
            (["--peer", f"{PEER[0]}/32", "--device", IMEI], {LOGIN.hex(), POSITION.hex()}),
            (["--peer", "192.0.2.0/24"], set()),
            (["--protocol", "h02"], set()),
            (["--finding"], {STRAY.hex()}),
            (["--finding", "no-fix"], set()),
            (["--follow", f"{PEER[0]}:40313"], {STRAY.hex()}),
            (["-c", "1"], {LOGIN.hex()}),
            (["--", "tcp", "port", "5013"], {STRAY.hex()}),
        ):
            with self.subTest(arguments):
                done = self.read(*arguments)
                self.assertEqual({m["hex"] for m in done.of("message") if m["direction"] == "in"}, shown)
                if arguments[0] not in ("-c", "--"):
                    self.assertEqual(done.records[-1]["messages"], 3)
                    self.assertIn("chosen", done.records[-1])

    def test_what_is_kept_reads_the_same(self):
        kept = os.path.join(self.folder(), "kept.pcapng")
        for arguments, first in (([], 0), (["--device", OTHER], 1)):
            whole = told(self.read(*arguments, "-w", kept).records)
            self.assertEqual(told(hexwatch("read", "--format", "json", "--traccar", "none", kept).records), whole)
            self.assertTrue(whole)

    def test_errors(self):
        for arguments, words in (
            (["--", "hots", "x"], "syntax error"),
            (["--protocol", "gt6"], "Did you mean gt06?"),
            (["--peer", "x"], "no address"),
            (["-w", "/dev/null/x"], "/dev/null/x"),
            (["-w", "-"], "standard output has the lines"),
        ):
            done = hexwatch("read", self.path, *arguments)
            self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
            self.assert_one_line(done.errors, words)

    def test_a_disk_that_is_full(self):
        done = hexwatch("read", "--summary", "--traccar", "none", self.path, "-w", "/dev/full")
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assertIn("Summary: 3 messages", done.out)
        self.assert_one_line(done.errors, "/dev/full: No space left on device", "Free the disk")

    def test_a_pipe_that_another_program_reads(self):
        pipe = os.path.join(self.folder(), "pipe")
        os.mkfifo(pipe)
        kept = []
        reader = threading.Thread(target=lambda: kept.append(open(pipe, "rb").read()))
        reader.start()
        done = hexwatch("read", "--summary", "--traccar", "none", self.path, "-w", pipe)
        reader.join(DEADLINE)
        self.assertEqual(done.status, 0)
        self.assertIn("waiting for somebody who reads it", done.errors)
        again = hexwatch("read", "--format", "json", "--traccar", "none", "-", given=kept[0])
        self.assertEqual(told(again.records), told(self.read().records))

    def test_several_files_and_follow(self):
        done = hexwatch("read", "--summary", "--traccar", "none", self.path, self.path)
        self.assertIn(" in 32 packets.", done.out)
        done = hexwatch("read", "--traccar", "none", "--follow", IMEI, self.path)
        self.assertIn("  < 0000  78 78 0d 01 01 23 45 67  89 01 23 45 00 01 8c dd  xx...#Eg..#E....\n", done.out)
        self.assertIn("< 2 messages, 54 bytes; > 1 answer, 10 bytes; 3 turns\n", done.out)


class OnATerminal(Captured):
    def test_nothing_wraps_and_findings_are_there(self):
        for columns, rows in ((80, 24), (200, 50)):
            terminal = Terminal("read", "--traccar", "none", self.path, columns=columns, rows=rows)
            self.addCleanup(terminal.close)
            self.assertEqual(terminal.wait_end(), 0)
            self.assertEqual((terminal.screen.wrapped, terminal.screen.unknown), ([], set()))
            self.assertIn("! PROBLEM wrong-port", terminal.all_text)
            self.assertIn("< gt06 login, WRONG PORT: use 5023" if columns == 80 else STRAY.hex(), terminal.all_text)

    def test_ten_devices_live(self):
        for columns, rows in ((80, 24), (200, 50)):
            (port,) = free_ports(1)
            terminal = Terminal("listen", "--traccar", "none", port, columns=columns, rows=rows)
            self.addCleanup(terminal.close)
            terminal.wait("waiting: nothing has come yet")
            ids = [str(int(IMEI) + number) for number in range(10)]
            for device in ids:
                self.connect("127.0.0.1", port).sendall(gt06_login(device) + POSITION * 20)
            terminal.wait("10 devices")
            text = terminal.wait("more findings: the summary lists them" if rows == 24 else f"! wrong-port {ids[9]}")
            self.assertIn("! wrong-port", text)
            for size in ((columns - 20, rows - 4), (columns + 20, rows + 10)):
                terminal.resize(*size)
                drawn = terminal.raw.count("receiving, last")
                wait_until(lambda: terminal.raw.count("receiving, last") > drawn + 1, "it is drawn anew")
                terminal.wait("! wrong-port")
            self.assertEqual(terminal.end(), 0)
            self.assertEqual((terminal.screen.wrapped, terminal.screen.unknown), ([], set()))
            summary = terminal.all_text.partition("Findings:")[2]
            for device in ids:
                self.assertIn(f"Device {device} speaks gt06", summary)


if __name__ == "__main__":
    unittest.main()
