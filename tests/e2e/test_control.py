# SPDX-License-Identifier: Apache-2.0
"""hexwatch status, devices, ports, findings, tail: asking a running hexwatch over its control socket."""

import contextlib
import json
import os
import re
import signal
import socket
import stat
import subprocess
import threading
import time
import unittest
import unittest.mock

from harness import (
    DEADLINE,
    ENVIRONMENT,
    HEXWATCH,
    USAGE_OR_INPUT,
    TestCase,
    check_clean,
    free_ports,
    hexwatch,
    parse,
    promised,
    receive,
    wait_until,
)
from packets import IMEI, gt06_answer, gt06_login, gt06_position, h02_position

LOGIN, POSITION = gt06_login(), gt06_position()


class ControlCase(TestCase):
    def run_daemon(self, count=2, more="", **options):
        """A service on so many free ports; its socket and configuration are self.socket and self.config."""
        self.place = self.folder()
        if os.geteuid() == 0:
            os.chmod(self.place, 0o777)
        self.socket = os.path.join(self.place, "control.sock")
        self.config = os.path.join(self.place, "hexwatch.conf")
        self.ports = free_ports(count)
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(
                f'listen = {{ enabled = true; ports = "{",".join(map(str, self.ports))}"; }};\n'
                f'control = {{ socket = "{self.socket}"; {more} }};\n'
            )
        return self.start("run", "-c", self.config, "--traccar", "none", **options)

    def ask(self, command, *arguments):
        done = hexwatch(command, "--socket", self.socket, *arguments)
        self.assertEqual((done.status, done.errors), (0, ""))
        return done

    def records(self, command, *arguments):
        return self.ask(command, "--format", "json", *arguments).records

    def raw(self, request):
        """What the socket itself says to a request, line by line, until the end of the answer."""
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(DEADLINE)
            peer.connect(self.socket)
            peer.sendall(request.encode() + b"\n")
            lines = []
            for line in peer.makefile("rb"):
                lines.append(json.loads(line))
                if lines[-1]["event"] in ("end", "error"):
                    return lines
        raise AssertionError(f"no end: {lines}")

    def login(self, port, position=True):
        peer = self.connect("127.0.0.1", port)
        peer.sendall(LOGIN)
        receive(peer, len(gt06_answer(LOGIN)))
        if position:
            peer.sendall(POSITION)
            receive(peer, len(gt06_answer(POSITION)))
        return peer

    def tail(self, *arguments):
        process = subprocess.Popen(
            [HEXWATCH, "tail", "--socket", self.socket, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_followers(self, count):
        """tail has arrived when the daemon has taken what it asked: then every record comes."""

        def arrived():
            with open("/proc/net/unix", encoding="ascii") as file:
                return sum(self.socket in line for line in file) > count

        wait_until(arrived, "the followers' connections")


class Asking(ControlCase):
    def test_what_is_known(self):
        self.run_daemon()
        self.login(self.ports[0])
        lost = self.connect("127.0.0.1", self.ports[1])
        lost.sendall(h02_position(valid=False))
        wait_until(lambda: len(self.records("devices")) == 2, "both devices")

        (status,) = self.records("status")
        self.assertEqual((status["event"], status["receiving"], status["messages"]), ("status", "ok", 3))
        self.assertTrue(status["answer"].startswith("Yes, this server receives data."))
        self.assertEqual([point["point"] for point in status["points"]], [1, 2, 3, 4, 5, 6])
        self.assertEqual(status["points"][4]["state"], "problem")
        self.assertEqual(status["devices"]["all"], 2)
        self.assertEqual(status["listen"], {"tcp": 2, "udp": 2, "taken": 0})
        text = self.ask("status").out
        for words in (f"hexwatch {status['version']}", "+ Yes, this server", "! problem  Right ports", "2 of 2 devices: wrong-port at tcp"):
            self.assertIn(words, text)

        device = self.records("devices", "--device", IMEI)[0]
        self.assertEqual(
            (device["protocol"], device["port"], device["right_port"], device["location"], device["state"]),
            ("gt06", self.ports[0], 5023, "valid", "problem"),
        )
        self.assertEqual(len(self.records("devices", "--port", f"tcp:{self.ports[1]}")), 1)
        self.assertEqual(self.records("devices", "--peer", "203.0.113.0/24"), [])
        text = self.ask("devices").out
        self.assertRegex(text, rf"(?m)^! {IMEI}\s+gt06\s+{self.ports[0]}\s+48\.2082 16\.3738\s.*use port 5023$")
        self.assertRegex(text, r"(?m)^2 devices: 2 problem$")

        ports = self.records("ports")
        self.assertEqual(
            sorted((port["transport"], port["happened"]) for port in ports),
            [("tcp", "wrong-protocol")] * 2 + [("udp", "listening")] * 2,
        )
        text = self.ask("ports").out
        self.assertRegex(text, rf"(?m)^! {self.ports[0]}\s+-\s+wrong-protocol\s+2\s+1\s")
        self.assertIn("2 more listen, and nothing came there: udp", text)

        findings = self.records("findings", "--finding", "wrong-port")
        self.assertEqual({finding["right_port"] for finding in findings}, {5023, 5013})
        text = self.ask("findings", "--device", IMEI).out
        self.assertIn(f"! wrong-port  {IMEI}  tcp {self.ports[0]}", text)
        self.assertIn("do    Set the server port in the device to 5023", text)

        self.assertEqual(self.raw("devices")[-1], {"event": "end", "records": 2})
        self.assertEqual(self.raw("nothing")[-1]["event"], "error")
        self.assertEqual([record["hex"] for record in self.raw(f"messages?device={IMEI}")[:-1]][0], LOGIN.hex())

    def test_marks_are_those_of_every_view(self):
        self.run_daemon()
        self.connect("127.0.0.1", self.ports[0]).sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        unknown = self.connect("127.0.0.1", self.ports[1])
        unknown.sendall(bytes.fromhex("d55d07e133901c02a9f46b0ec81752bb9d"))
        unknown.shutdown(socket.SHUT_WR)
        self.connect("127.0.0.1", self.ports[0]).sendall(LOGIN)
        wait_until(lambda: len(self.records("findings")) == 3, "all three are found")
        self.assertEqual(
            set(re.findall(r"(?m)^([!?~+]) (\S+)", self.ask("findings").out)),
            {("!", "wrong-port"), ("?", "unidentified"), ("?", "not-a-tracker")},
        )

    def test_at_the_start(self):
        self.run_daemon()
        self.assertIn("No device so far.", self.ask("devices").out)
        self.assertIn("No findings so far.", self.ask("findings").out)
        self.assertIn("4 listen, and nothing came there", self.ask("ports").out)
        self.assertEqual(self.records("devices"), [])
        self.assertIn("No device fits", self.ask("devices", "--port", "1").out)

    def test_nobody_answers(self):
        missing = os.path.join(self.folder(), "control.sock")
        for command in ("status", "devices", "ports", "findings", "tail"):
            done = hexwatch(command, "--socket", missing)
            self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
            self.assert_one_line(done.errors, missing, "no hexwatch answers", "Start one")
        daemon = self.run_daemon()
        daemon.process.kill()
        daemon.wait_end()
        self.assertTrue(os.path.exists(self.socket), "what was killed leaves its socket")
        done = hexwatch("status", "--config", self.config)
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, self.socket, "no hexwatch answers")
        # and the next one takes its place
        self.start("run", "-c", self.config, "--traccar", "none")
        self.assertEqual(hexwatch("status", "--config", self.config).status, 0)

    def test_wrong_words(self):
        self.run_daemon()
        for arguments, words in (
            (("devices", "--peer", "nobody"), ("--peer", "nobody", "no address")),
            (("devices", "--port", "x"), ("--port", "x")),
            (("tail", "--finding=nothing"), ("--finding", "nothing")),
            (("status", "more"), ("more",)),
            (("ports", "--config", "/nonexistent"), ("/nonexistent",)),
        ):
            with self.subTest(arguments):
                done = hexwatch(*arguments)
                self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
                self.assert_one_line(done.errors, *words)

    def test_two_with_one_socket(self):
        self.run_daemon()
        other = os.path.join(self.place, "other.conf")
        with open(other, "w", encoding="utf-8") as file:
            file.write(
                f'listen = {{ enabled = true; ports = "{free_ports(1)[0]}"; }};\n'
                f'control = {{ socket = "{self.socket}"; }};\n'
            )
        done = hexwatch("run", "-c", other, "--traccar", "none")
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, self.socket, "another hexwatch answers")

    def test_a_group_there_is_not(self):
        self.place = self.folder()
        config = os.path.join(self.place, "hexwatch.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(
                f'listen = {{ enabled = true; ports = "{free_ports(1)[0]}"; }};\n'
                f'control = {{ socket = "{self.place}/s"; group = "nobody-there"; }};\n'
            )
        done = hexwatch("run", "-c", config, "--traccar", "none")
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, "nobody-there", "control.group")

    @unittest.skipUnless(os.geteuid() == 0, "only root gives it to another user")
    def test_who_may_ask(self):
        self.run_daemon(more='group = "daemon";')
        status = os.stat(self.socket)
        self.assertEqual((stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid), (0o660, 65534, 1))

        def become_games():
            os.setgroups([])
            os.setresgid(60, 60, 60)
            os.setresuid(5, 5, 5)

        done = hexwatch("status", "--socket", self.socket, before=become_games)
        self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
        self.assert_one_line(done.errors, self.socket, "you may not ask", "sudo", "control.group")

        def become_a_member():
            os.setgroups([1])
            os.setresgid(60, 60, 60)
            os.setresuid(5, 5, 5)

        self.assertEqual(hexwatch("status", "--socket", self.socket, before=become_a_member).status, 0)


class Following(ControlCase):
    def test_lines_and_records(self):
        daemon = self.run_daemon()
        self.login(self.ports[0])
        text, records = self.tail(), self.tail("--format", "json")
        # the latest messages come first
        self.assertIn(f"gt06 login, device {IMEI}", text.stdout.readline().decode())
        self.assertEqual(json.loads(records.stdout.readline())["hex"], LOGIN.hex())
        lost = self.connect("127.0.0.1", self.ports[1])
        lost.sendall(h02_position(valid=False))
        shown = daemon.message(port=self.ports[1])
        for line in records.stdout:
            if json.loads(line).get("port") == self.ports[1] and b'"message"' in line:
                break
        self.assertEqual(json.loads(line), shown)
        for line in text.stdout:
            if b"4112345678" in line and b" < h02 " in line:
                break
        self.assertIn("no fix", line.decode())
        daemon.stop()
        for process in (text, records):
            process.stdout.read()
            self.assertEqual(process.wait(DEADLINE), 0)
            self.assertIn("has ended", process.stderr.read().decode())

    def test_choices_and_count(self):
        self.run_daemon()
        tail = self.tail("--format", "json", "--port", str(self.ports[1]), "-c", "2")
        self.wait_followers(1)
        self.login(self.ports[0])
        self.login(self.ports[1])
        self.assertEqual(tail.wait(DEADLINE), 0)
        records = parse(tail.stdout.read().decode().splitlines())
        self.assertEqual({record["port"] for record in records}, {self.ports[1]})
        self.assertEqual(sum(record["event"] == "message" for record in records), 2)

    def test_interrupted(self):
        daemon = self.run_daemon()
        tail = self.tail()
        self.wait_followers(1)
        self.login(self.ports[0], position=False)
        # what came before tail's request was taken is told too, but for connections
        self.assertIn(f"tcp {self.ports[0]} ", tail.stdout.readline().decode())
        tail.send_signal(signal.SIGINT)
        self.assertEqual(tail.wait(DEADLINE), 0)
        self.assertEqual(tail.stderr.read(), b"")
        daemon.process.kill()
        other = self.tail()
        self.assertEqual(other.wait(DEADLINE), USAGE_OR_INPUT)

    def test_a_killed_daemon(self):
        daemon = self.run_daemon()
        tail = self.tail()
        self.login(self.ports[0], position=False)
        tail.stdout.readline()
        daemon.process.kill()
        self.assertEqual(tail.wait(DEADLINE), USAGE_OR_INPUT)
        self.assertIn("connection to the running hexwatch broke", tail.stderr.read().decode())


class Lying(TestCase):
    """What answers at the socket is no hexwatch: nothing of it reaches a terminal raw, and no command hangs."""

    def answer(self, send):
        """A socket where everybody who asks is sent that."""
        path = os.path.join(self.folder(), "control.sock")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    with listener.accept()[0] as peer, contextlib.suppress(OSError):
                        peer.recv(4096)
                        send(peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()

        def stop():
            # first the thread: else it might take a connection of the next test, whose socket gets the same number
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            listener.close()

        self.addCleanup(stop)
        return path

    def test_control_characters(self):
        evil = "\x1b]0;you\x07 \x00\x7f\x9b2J"
        lines = (evil, json.dumps({"event": evil, "device": evil}), f'{{"event":"message","device":"{evil}"}}')
        text = "\n".join((*lines, '{"event":"end"}', "")).encode()
        path = self.answer(lambda peer: peer.sendall(text))
        for command in ("status", "devices", "ports", "findings", "tail"):
            for form in ("text", "json"):
                told = hexwatch(command, "--socket", path, "--format", form).out
                for character in "\x1b\x07\x00\x7f\x9b":
                    self.assertNotIn(character, told, (command, form))

    @staticmethod
    def saying(text):
        """What is asked is read to its end: else the answer may be lost with the connection."""

        def send(peer):
            peer.sendall(text)
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(4096):
                pass

        return send

    def test_what_an_error_says(self):
        path = self.answer(self.saying(json.dumps({"event": "error", "error": "\x1b[2Jno\nno\x9b"}).encode() + b"\n"))
        done = hexwatch("devices", "--socket", path)
        self.assert_one_line(done.errors, "the running hexwatch says: ?[2Jno?no??.")

    def test_another_program_answers(self):
        path = self.answer(self.saying(b"220 mail.example.org ready\r\n"))
        for command in ("status", "devices", "ports", "findings"):
            done = hexwatch(command, "--socket", path)
            self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
            self.assert_one_line(done.errors, "is no hexwatch")

    def test_a_line_without_end(self):
        def send(peer):
            while True:
                peer.sendall(b"A" * 65536)

        path = self.answer(send)
        for command in ("status", "devices", "tail"):
            done = hexwatch(command, "--socket", path)
            self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
            self.assertIn("connection to the running hexwatch broke", done.errors)

    @staticmethod
    def holds_interrupts(pid):
        with open(f"/proc/{pid}/status", encoding="utf-8") as file:
            blocked = next(line for line in file if line.startswith("SigBlk:"))
        return int(blocked.split()[1], 16) & 1 << signal.SIGINT - 1

    def test_a_line_byte_by_byte(self):
        stop = threading.Event()
        self.addCleanup(stop.set)

        def send(peer):
            while not stop.wait(0.001):
                peer.sendall(b"A")

        path = self.answer(send)
        with subprocess.Popen([HEXWATCH, "tail", "--socket", path], env=ENVIRONMENT) as tail:
            try:
                wait_until(lambda: self.holds_interrupts(tail.pid), "tail to follow")
                tail.send_signal(signal.SIGINT)
                self.assertEqual(tail.wait(DEADLINE), 0)
            finally:
                tail.kill()


class Deaf(ControlCase):
    """The large version is tests/bench/followers."""

    def memory(self, daemon):
        with open(f"/proc/{daemon.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))

    def waits(self, count):
        """How long logins wait for their answer, sorted, seconds."""
        waits = []
        for _ in range(count):
            start = time.monotonic()
            self.login(self.ports[0], position=False).close()
            waits.append(time.monotonic() - start)
        return sorted(waits)

    def flood(self, seconds):
        """A talkative device, answered by nobody because it is not read."""
        peer = self.connect("127.0.0.1", self.ports[1])
        end, sent = time.monotonic() + seconds, 0
        block = h02_position() * 50
        while time.monotonic() < end:
            peer.sendall(block)
            sent += 50
            time.sleep(0.005)
        return sent

    def test_many_that_do_not_read(self):
        # a build with AddressSanitizer keeps what was freed for a while: that is not the daemon's memory
        with unittest.mock.patch.dict(ENVIRONMENT, ASAN_OPTIONS="quarantine_size_mb=1"):
            daemon = self.run_daemon(is_json=False)
        self.flood(0.5)
        self.waits(20)
        before = self.memory(daemon)
        deaf = []
        for _ in range(200):
            peer = self.keep(socket.socket(socket.AF_UNIX))
            peer.settimeout(DEADLINE)
            peer.connect(self.socket)
            peer.sendall(b"tail\n")
            deaf.append(peer)
        sent = self.flood(2)
        promised(0.1, lambda: self.waits(50)[25])
        self.assertLess(self.memory(daemon) - before, 200 * 40 + 8192, "KB")
        # none of them has stopped the others: who asks now is answered, and all was counted
        wait_until(
            lambda: sum(port["messages"] for port in self.records("ports", "--port", str(self.ports[1]))) >= sent,
            "all messages",
        )
        wait_until(lambda: self.records("status")[0]["lost"].get("records that followers missed"), "what is not read is missed")
        check_clean(daemon.errors)


if __name__ == "__main__":
    unittest.main()
