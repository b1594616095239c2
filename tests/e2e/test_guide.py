#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The guide's six points are the same wherever they are told: status, doctor beside what runs, the page, the live view."""

import os
import re
import unittest

from fullscreen import FullTerminal
from harness import TestCase, free_ports, hexwatch, wait_until
from packets import gt06_login, gt06_position, h02_position
from test_page_events import Stream


def settled(text):
    """Ages go on while they are read."""
    return re.sub(r"just now|\d+ (second|minute)s? ago", "AGO", text)


def plain(points):
    return [
        (point["point"], point["state"], point["title"], settled(point["facts"]), point.get("next", ""))
        for point in points
    ]


class Same(TestCase):
    def run_daemon(self, more=""):
        place = self.folder()
        os.chmod(place, 0o777)  # it leaves root
        self.socket = os.path.join(place, "control.sock")
        config = os.path.join(place, "hexwatch.conf")
        self.web, *self.ports = free_ports(4)
        with open(config, "w", encoding="utf-8") as file:
            file.write(
                f'listen = {{ enabled = true; ports = "{",".join(map(str, self.ports))}"; {more} }};\n'
                f'control = {{ socket = "{self.socket}"; }};\nweb = {{ port = {self.web}; }};\n'
                "events = { lines = false; };\n"
            )
        self.start("run", "-c", config, "--traccar", "none")

    def ask(self, command, *arguments):
        return hexwatch(command, "--traccar", "none", "--socket", self.socket, *arguments)

    def status(self):
        return plain(hexwatch("status", "--socket", self.socket, "--format", "json").records[0]["points"])

    def doctor(self):
        return plain(one for one in self.ask("doctor", "--format", "json").records if one["event"] == "check")

    def page(self):
        stream = Stream(self.web)
        try:
            return plain(stream.wait(lambda: stream.of("status"), "the status")[-1]["points"])
        finally:
            stream.close()

    def assert_all_say(self, points):
        """points: what status has said. The texts are compared without their line breaks."""
        self.assertEqual(self.doctor(), points)
        self.assertEqual(self.page(), points)
        for text in (hexwatch("status", "--socket", self.socket).out, self.watch()):
            text = settled(" ".join(text.split()))
            for number, state, title, facts, advice in points:
                mark = {"ok": "+", "waiting": "~", "problem": "!", "unknown": "?"}[state]
                self.assertRegex(text, rf"\b{number} {re.escape(mark)} {state} {title} {re.escape(facts)}")
                self.assertIn(advice, text)
        # doctor's text has the steps below, those of the findings first
        text = settled(" ".join(self.ask("doctor").out.split()))
        for _, state, title, facts, _ in points:
            self.assertIn(f"{state.upper() if state == 'problem' else state} {title} {facts}", text)

    def watch(self):
        terminal = FullTerminal("watch", "--socket", self.socket, columns=100, rows=40)
        try:
            terminal.wait("LIVE")
            terminal.press(b"5")
            terminal.wait("six points of Traccar")
            return "\n".join(terminal.settled())
        finally:
            terminal.close()

    def test_nothing_came(self):
        self.run_daemon()
        points = self.status()
        self.assertEqual(
            [state for _, state, *_ in points], ["waiting", "unknown", "waiting", "waiting", "waiting", "ok"]
        )
        self.assert_all_say(points)

    def test_on_loopback_alone(self):
        """Others could not connect: that is not told as open, and not as shut by anybody either."""
        self.run_daemon('address = "127.0.0.1";')
        points = self.status()
        self.assertEqual(points[5][1:4], ("unknown", "Ports open", "6 of 6 listen, but for this host alone"))
        self.assert_all_say(points)

    def test_with_a_wrong_port_and_one_that_waits(self):
        self.run_daemon()
        lost = self.connect("127.0.0.1", self.ports[0])
        lost.sendall(gt06_login() + gt06_position())
        self.connect("127.0.0.1", self.ports[1]).sendall(h02_position(valid=False))
        points = wait_until(
            lambda: next((p for p in [self.status()] if "2 devices" in p[0][3] and "1 of 2 have a place" in p[2][3]), None), "both"
        )
        self.assertEqual(points[2][1:4], ("waiting", "Fix", "1 of 2 have a place, 1 waiting for the first fix"))
        self.assertEqual(points[4][1], "problem")
        self.assertIn("wrong-port at tcp", points[4][3])
        self.assert_all_say(points)


if __name__ == "__main__":
    unittest.main()
