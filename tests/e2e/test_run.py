# SPDX-License-Identifier: Apache-2.0
"""hexwatch run: the configuration, and the service that does what it says."""

import os
import signal
import socket
import unittest

from harness import (
    DEADLINE,
    REPOSITORY,
    USAGE_OR_INPUT,
    TestCase,
    free_ports,
    hexwatch,
    wait_until,
    why_no_namespaces,
)
from packets import IMEI, LAT, LON, gt06_answer, gt06_login, gt06_position

LOGIN, POSITION = gt06_login(), gt06_position()


class RunCase(TestCase):
    def file(self, text):
        path = os.path.join(self.folder(), "hexwatch.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def check(self, text):
        return hexwatch("run", "-c", self.file(text), "--check")


class Check(RunCase):
    def test_good_ones(self):
        for text in (
            "listen = { enabled = true; };",
            "sniff: { enabled = true }",
            """
# everything there is
user = "nobody";
listen = { enabled = true; ports = "5001-5100,udp:5013"; address = "127.0.0.1"; answer = false;
  connections = 100; idle = 60; };
sniff = { enabled = true; ports = ""; interface = "any"; };
hexlog = { folder = "/var/log/hexwatch"; size = 1048576; keep = 9; };
events = { format = "json"; lines = false; };
findings = { fix_minutes = 20; silent_seconds = 60; };
limits = { sessions = 1000; devices = 1000; message_seconds = 5; };
""",
        ):
            with self.subTest(text):
                done = self.check(text)
                self.assertEqual((done.status, done.errors), (0, ""))
                self.assertRegex(done.out, r"hexwatch\.conf: fine\n$")

    def test_bad_ones_name_file_and_line(self):
        on = "listen = {\n  enabled = true;\n"
        for text, line, word in (
            (on + '  port = "5023";\n};', 3, "port"),
            (on + '  ports = "5023x";\n};', 3, "5023x"),
            (on + "  ports = 5023;\n};", 3, "ports"),
            (on + '  answer = "yes";\n};', 3, "answer"),
            (on + "  answer = 1;\n};", 3, "answer"),
            (on + "\n\n  idle = 5;\n};", 5, "idle"),
            (on + "  idle = 100000000000;\n};", 3, "idle"),
            (on + f"  address = \"{'1' * 100}\";\n}};", 3, "address"),
            (on + "};\nlistne = { };", 4, "listne"),
            (on + "};\nhexlog = 5;", 4, "hexlog"),
            (on + "};\nhexlog = { keep = 100; };", 4, "keep"),
            (on + '};\nevents = { format = "xml"; };', 4, "format"),
            (on + "  answer = \n};", 4, "syntax error"),
            ("listen = {\n  enabled = true;\n", 3, "syntax error"),
            ('@include "/nonexistent"\n', 1, ""),
        ):
            with self.subTest(text):
                done = self.check(text)
                self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
                self.assert_one_line(done.errors, f"hexwatch.conf, line {line}", word)

    def test_nothing_to_do(self):
        done = self.check('events = { format = "json"; };')
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, "hexwatch.conf", "enabled = true")

    def test_a_file_that_is_none(self):
        for path in ("/nonexistent/hexwatch.conf", self.folder()):
            done = hexwatch("run", "-c", path, "--check")
            self.assertEqual(done.status, USAGE_OR_INPUT)
            self.assert_one_line(done.errors, path)

    def test_any_bytes(self):
        path = os.path.join(self.folder(), "hexwatch.conf")
        with open(path, "wb") as file:
            file.write(b"\x7fELF\0\xff\xfe" + bytes(range(256)) * 10)
        done = hexwatch("run", "-c", path, "--check")
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, path)

    def test_usage(self):
        path = self.file("listen = { enabled = true; };")
        for arguments in (
            ["-c"],
            ["-c", path, "5023"],
            ["-c", path, "--format", "xml"],
            ["-i", "any", "-c", path],
        ):
            with self.subTest(arguments):
                done = hexwatch("run", *arguments)
                self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
                self.assert_one_line(done.errors)

    def test_the_shipped_configuration(self):
        path = os.path.join(REPOSITORY, "conf", "hexwatch.conf")
        if os.path.getsize(path) == 0:
            self.skipTest("conf/hexwatch.conf is empty")
        done = hexwatch("run", "-c", path, "--check")
        self.assertEqual((done.status, done.errors), (0, ""))


class Service(RunCase):
    def test_listen(self):
        first, second = free_ports(2)
        folder = os.path.join(self.folder(), "hex")
        path = self.file(f"""
listen = {{ enabled = true; ports = "tcp:{first},{second}"; }};
hexlog = {{ folder = "{folder}"; }};
events = {{ format = "json"; }};""")
        daemon = self.start("run", "-c", path, is_json=False)
        self.assertIn(
            f"listening on tcp {','.join(map(str, sorted((first, second))))}; udp {second}", daemon.errors
        )
        peer = self.connect("127.0.0.1", first)
        peer.sendall(LOGIN + POSITION)
        self.assertEqual(peer.recv(10), gt06_answer(LOGIN))
        record = daemon.message(hex=POSITION.hex())
        self.assertEqual((record["device"], record["port"], record["location"]), (IMEI, first, "valid"))
        self.assertAlmostEqual(record["lat"], LAT, places=4)
        self.assertAlmostEqual(record["lon"], LON, places=4)
        log = os.path.join(folder, f"{first}-tcp.log")
        with open(log, encoding="ascii") as file:
            self.assertIn(POSITION.hex(), file.read())
        self.assertEqual(daemon.stop(signal.SIGTERM), 0)
        self.assertEqual(daemon.records[-1]["event"], "summary")

    def test_one_address_no_answer_no_lines(self):
        (port,) = free_ports(1)
        daemon = self.start(
            "run",
            "-c",
            self.file(f"""
listen = {{ enabled = true; ports = "{port}"; address = "127.0.0.1"; answer = false; }};
events = {{ format = "json"; lines = false; }};"""),
            is_json=False,
        )
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("::1", port), timeout=DEADLINE)
        peer = self.connect("127.0.0.1", port)
        peer.sendall(LOGIN)
        peer.shutdown(socket.SHUT_WR)
        self.assertEqual(peer.recv(10), b"", "closed without an answer")
        self.assertEqual(daemon.stop(), 0)
        (summary,) = daemon.records
        self.assertEqual((summary["event"], summary["messages"]), ("summary", 1))

    def test_few_connections(self):
        (port,) = free_ports(1)
        daemon = self.start(
            "run",
            "-c",
            self.file(
                f'listen = {{ enabled = true; ports = "{port}"; connections = 2; }};'
                'events = { format = "json"; };'
            ),
            is_json=False,
        )
        peers = [self.connect("127.0.0.1", port) for _ in range(3)]
        daemon.wait_error("accepting pauses")
        self.assertEqual(len(daemon.wait_for("connection", 2, state="opened")), 2)
        peers[0].close()
        daemon.wait_for("connection", 3, state="opened")

    def test_a_log_that_turns_over(self):
        (port,) = free_ports(1)
        folder = os.path.join(self.folder(), "hex")
        daemon = self.start(
            "run",
            "-c",
            self.file(f"""
listen = {{ enabled = true; ports = "{port}"; }};
hexlog = {{ folder = "{folder}"; size = 4096; keep = 2; }};"""),
            is_json=False,
        )
        peer = self.connect("127.0.0.1", port)
        peer.sendall(LOGIN + POSITION * 200)
        peer.shutdown(socket.SHUT_WR)
        daemon.wait_line("disconnected")
        files = sorted(os.listdir(folder))
        self.assertEqual(files, [f"{port}-tcp.log", f"{port}-tcp.log.1", f"{port}-tcp.log.2"])
        for name in files:
            self.assertLessEqual(os.path.getsize(os.path.join(folder, name)), 4096)
            with open(os.path.join(folder, name), encoding="ascii") as file:
                self.assertTrue(file.read().endswith("\n"), "lines are whole")

    def test_both_intakes(self):
        reason = why_no_namespaces()
        if reason:
            self.skipTest(reason)
        network = self.namespace("run")
        path = self.file(
            'listen = { enabled = true; ports = "tcp:5023"; }; events = { format = "json"; };'
            'sniff = { enabled = true; interface = "lo"; ports = "tcp:5013"; };'
        )
        with network.entered():
            daemon = self.start("run", "-c", path, is_json=False, ready="Waiting for packets")
            server = self.keep(socket.create_server(("127.0.0.1", 5013)))
            for port in (5013, 5023):
                self.connect("127.0.0.1", port).sendall(LOGIN)
            server.accept()[0].close()
        self.assertEqual(daemon.message(port=5013)["verdict"], "wrong-port")
        self.assertEqual(daemon.message(port=5023)["verdict"], "ok")
        wait_until(lambda: "listening on tcp 5023; udp none" in daemon.errors, "what is listened on")
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main()
