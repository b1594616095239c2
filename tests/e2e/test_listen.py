# SPDX-License-Identifier: Apache-2.0
"""hexwatch listen: real sockets, answers, taken ports, log files, the end."""

import fcntl
import os
import re
import select
import signal
import socket
import struct
import subprocess
import time
import unittest

from harness import (
    DEADLINE,
    ENVIRONMENT,
    HEXWATCH,
    USAGE_OR_INPUT,
    TestCase,
    free_ports,
    promised,
    receive,
    wait_until,
)
from packets import (
    H02_ID,
    IMEI,
    LAT,
    LON,
    WHEN_TEXT,
    gt06_answer,
    gt06_heartbeat,
    gt06_login,
    gt06_position,
    h02_answer,
    h02_heartbeat,
    h02_position,
    osmand_position,
    teltonika_login,
    teltonika_position,
    udp,
)

LOGIN, POSITION, HEARTBEAT = gt06_login(), gt06_position(), gt06_heartbeat()


class ListenCase(TestCase):
    def listen(self, count=1, *arguments, **options):
        """A listener on so many free ports, and the ports."""
        ports = free_ports(count)
        return self.start("listen", *arguments, ",".join(map(str, ports)), **options), ports

    def datagram_socket(self, address, port):
        peer = self.keep(
            socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        )
        peer.settimeout(DEADLINE)
        peer.connect((address, port))
        return peer


class Talking(ListenCase):
    def test_login_is_answered_and_the_position_shown(self):
        daemon, (port,) = self.listen()
        for address in ("127.0.0.1", "::1"):
            with self.subTest(address):
                peer = self.connect(address, port)
                host, number = peer.getsockname()[:2]
                name = f"[{host}]:{number}" if ":" in address else f"{host}:{number}"
                peer.sendall(LOGIN)
                self.assertEqual(receive(peer, 10), gt06_answer(LOGIN))
                peer.sendall(POSITION)
                self.assertEqual(receive(peer, 10), gt06_answer(POSITION))
                record = daemon.message(peer=name, hex=POSITION.hex())
                self.assertEqual(
                    (record["protocol"], record["device"], record["location"], record["fix_time"]),
                    ("gt06", IMEI, "valid", WHEN_TEXT),
                )
                self.assertAlmostEqual(record["lat"], LAT, places=4)
                self.assertAlmostEqual(record["lon"], LON, places=4)
                peer.close()
                (closed,) = daemon.wait_for("connection", peer=name, state="closed")
                self.assertEqual(
                    (closed["reason"], closed["bytes_in"], closed["bytes_out"]),
                    ("closed", len(LOGIN) + len(POSITION), 20),
                )
                self.assertEqual(
                    [(record["direction"], record["hex"]) for record in daemon.all_of("message", peer=name)],
                    [
                        ("in", LOGIN.hex()),
                        ("out", gt06_answer(LOGIN).hex()),
                        ("in", POSITION.hex()),
                        ("out", gt06_answer(POSITION).hex()),
                    ],
                )
        self.assertEqual(daemon.stop(), 0)

    def test_datagrams(self):
        daemon, (port,) = self.listen()
        for address in ("127.0.0.1", "::1"):
            with self.subTest(address):
                peer = self.datagram_socket(address, port)
                peer.send(h02_heartbeat())
                self.assertEqual(peer.recv(100), h02_answer())
                peer.send(h02_position())
                records = daemon.wait_for(
                    "message", 2, peer=daemon.message(hex=h02_position().hex())["peer"], direction="in"
                )
                self.assertEqual([record["device"] for record in records], [H02_ID] * 2)
                self.assertEqual(
                    {record["flow"] for record in records}, {records[0]["flow"]}, "one peer, one flow"
                )

    def test_each_answer_is_a_datagram_of_its_own(self):
        """eelink wraps each packet of a datagram into one; two h02 lines in one datagram get two."""
        daemon, (port,) = self.listen()
        peer = self.datagram_socket("127.0.0.1", port)
        packets = bytes.fromhex("676712001a0007697f0a26010518e6b0020c529000780021002d090ff110c2") + bytes.fromhex(
            "67670300040008" "0001"
        )
        peer.send(bytes.fromhex("454c00329d270123456789012345") + packets)
        self.assertEqual(peer.recv(100).hex(), "454c0011bb5d012345678901234567671200020007")
        self.assertEqual(peer.recv(100).hex(), "454c0011ba6e012345678901234567670300020008")
        peer.send(2 * h02_heartbeat())
        self.assertEqual([peer.recv(100), peer.recv(100)], 2 * [h02_answer()])
        self.assertEqual(daemon.stop(), 0)

    def test_many_protocols_on_any_port(self):
        daemon, ports = self.listen(3)
        for port, messages in zip(
            ports, ([teltonika_login(), teltonika_position()], [h02_heartbeat()], [osmand_position()])
        ):
            peer = self.connect("127.0.0.1", port)
            for message in messages:
                peer.sendall(message)
                daemon.message(port=port, hex=message.hex())
        self.assertEqual(
            [(record["protocol"], record["device"]) for record in daemon.all_of("message", direction="in")],
            [("teltonika", IMEI), ("teltonika", IMEI), ("h02", H02_ID), ("osmand", IMEI)],
        )

    def test_a_message_in_pieces(self):
        daemon, (port,) = self.listen()
        peer = self.connect("127.0.0.1", port)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in LOGIN + POSITION:
            peer.send(bytes([byte]))
            wait_until(lambda: unsent(peer) == 0, "the segment is acknowledged")
        self.assertEqual(receive(peer, 20), gt06_answer(LOGIN) + gt06_answer(POSITION))
        daemon.message(hex=POSITION.hex())
        self.assertEqual(
            [record["hex"] for record in daemon.all_of("message", direction="in")],
            [LOGIN.hex(), POSITION.hex()],
        )

    def test_many_messages_in_one_piece(self):
        daemon, (port,) = self.listen()
        peer = self.connect("127.0.0.1", port)
        peer.sendall(LOGIN + (POSITION + HEARTBEAT) * 200)
        self.assertEqual(
            receive(peer, 10 * 401),
            gt06_answer(LOGIN) + (gt06_answer(POSITION) + gt06_answer(HEARTBEAT)) * 200,
        )
        daemon.wait_for("message", 401, direction="in", device=IMEI)

    def test_what_is_unfinished_is_judged_when_the_connection_closes(self):
        daemon, (port,) = self.listen()
        peer = self.connect("127.0.0.1", port)
        peer.sendall(LOGIN + POSITION[:20])
        daemon.message(hex=LOGIN.hex())
        self.assertEqual(daemon.all_of("message", hex=POSITION[:20].hex()), [], "the rest may still come")
        peer.close()
        self.assertEqual(daemon.message(hex=POSITION[:20].hex())["device"], IMEI)

    def test_no_answer(self):
        daemon, (port,) = self.listen(1, "--no-answer")
        peer, other = self.connect("127.0.0.1", port), self.datagram_socket("127.0.0.1", port)
        peer.sendall(LOGIN)
        other.send(h02_heartbeat())
        daemon.wait_for("message", 2, direction="in")
        # what it had to say it would have said before the records came out
        self.assertEqual(select.select([peer, other], [], [], 0)[0], [])
        self.assertEqual(daemon.all_of("message", direction="out"), [])

    def test_text(self):
        daemon, (port,) = self.listen(is_json=False)
        peer = self.connect("127.0.0.1", port)
        peer.sendall(LOGIN)
        line = daemon.wait_line(LOGIN.hex())
        name = f"127.0.0.1:{peer.getsockname()[1]}"
        self.assertRegex(
            line,
            rf"^\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{{6}} tcp {port} {re.escape(name)} < gt06 "
            rf"login, device {IMEI}, .*WRONG PORT: use 5023 \| {LOGIN.hex()}$",
        )
        self.assertIn(f"{name} > answer | {gt06_answer(LOGIN).hex()}", daemon.wait_line(" > "))
        daemon.wait_line("*** PROBLEM wrong-port:")
        self.assertEqual(daemon.stop(), 0)
        self.assertRegex("\n".join(daemon.lines), r"Summary: 1 messages? of 1 devices?\b")

    def test_the_wrong_port_is_told_once(self):
        daemon, (port,) = self.listen()
        for _ in range(2):
            peer = self.connect("127.0.0.1", port)
            peer.sendall(LOGIN + POSITION)
            receive(peer, 20)
            peer.close()
        daemon.wait_for("message", 4, direction="in", verdict="wrong-port", right_port=5023)
        self.assertEqual(daemon.stop(), 0)
        (finding,) = daemon.all_of("finding")
        self.assertEqual(
            (finding["code"], finding["device"], finding["port"], finding["right_port"]),
            ("wrong-port", IMEI, port, 5023),
        )


def unsent(peer):
    tiocoutq = 0x5411
    return struct.unpack("i", fcntl.ioctl(peer, tiocoutq, b"\0" * 4))[0]


def received(port):
    """Bytes of datagrams to this port that wait in the kernel."""
    waiting = 0
    for name in ("udp", "udp6"):
        with open(f"/proc/self/net/{name}", encoding="ascii") as file:
            fields = [line.split() for line in file][1:]
        waiting += sum(int(one[4].split(":")[1], 16) for one in fields if int(one[1].rpartition(":")[2], 16) == port)
    return waiting


class Datagrams(ListenCase):
    def forger(self):
        """Sends datagrams in anybody's name."""
        if os.geteuid() != 0:
            self.skipTest("forged datagrams need root")
        return self.keep(socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW))

    def test_two_of_our_own_ports_do_not_answer_each_other(self):
        """A datagram forged in the name of one port to the other: it is shown, and that is all."""
        daemon, ports = self.listen(2)
        message = h02_heartbeat()
        self.forger().sendto(udp(("127.0.0.1", ports[1]), ("127.0.0.1", ports[0]), message), ("127.0.0.1", 0))
        daemon.message(hex=message.hex(), peer=f"127.0.0.1:{ports[1]}")
        self.datagram_socket("127.0.0.1", ports[0]).send(message)
        daemon.wait_for("message", 2, direction="in")
        daemon.wait_for("message", 1, direction="out")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(len(daemon.all_of("message")), 3)

    def test_datagrams_that_find_no_room_are_counted(self):
        """It is stopped for a moment, and more comes than the kernel keeps."""
        daemon, (port,) = self.listen()
        peer = self.datagram_socket("127.0.0.1", port)
        daemon.process.send_signal(signal.SIGSTOP)
        sent = 3000
        for _ in range(sent):
            peer.send(b"x" * 1000)
        daemon.process.send_signal(signal.SIGCONT)
        daemon.message(direction="in")
        wait_until(lambda: received(port) == 0, "what the kernel has kept is read: there is room again")
        peer.send(LOGIN)  # with this one the kernel says how many it has dropped
        daemon.message(hex=LOGIN.hex())
        self.assertEqual(daemon.stop(), 0)
        summary = daemon.all_of("summary")[0]
        lost = summary["lost"]["datagrams_the_kernel_had_no_room_for"]
        self.assertGreater(lost, 0)
        self.assertEqual(lost + summary["messages"], sent + 1)

    def test_tiny_datagrams_cost_no_device_its_name(self):
        """Two bytes each from many more peers than are kept: who logged in before is still known."""
        path = os.path.join(self.folder(), "few.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write("limits = { sessions = 200; };")
        daemon, (port,) = self.listen(1, "--config", path)
        devices = [self.datagram_socket("127.0.0.1", port) for _ in range(20)]
        for device in devices:
            device.send(LOGIN)
        daemon.wait_for("message", 20, direction="in", device=IMEI)
        flood = self.forger()
        for number in range(1000):
            source = (f"127.0.{1 + number % 200}.{1 + number // 200}", 20000)
            flood.sendto(udp(source, ("127.0.0.1", port), b"xx"), ("127.0.0.1", 0))
            if number % 100 == 99:
                daemon.wait_for("message", 20 + number - 50, direction="in")  # some may be lost on the way
        for device in devices:
            device.send(HEARTBEAT)
        known = daemon.wait_for("message", 20, direction="in", hex=HEARTBEAT.hex())
        self.assertEqual({record.get("device") for record in known}, {IMEI})
        self.assertEqual(daemon.stop(), 0)
        lost = daemon.all_of("summary")[0]["lost"]
        self.assertGreater(lost["sessions_forgotten"], 700)
        self.assertEqual(lost["devices_names_forgotten_with_their_session"], 0)


class HexLog(ListenCase):
    def lines(self, path):
        if not os.path.exists(path):
            return []
        with open(path, encoding="ascii") as file:
            return [line.split(" ") for line in file.read().splitlines()]

    def test_content_and_reopening(self):
        folder = os.path.join(self.folder(), "hex")
        daemon, (port,) = self.listen(1, "--hexlog", folder)
        path, peer = os.path.join(folder, f"{port}-tcp.log"), self.connect("127.0.0.1", port)
        peer.sendall(LOGIN)
        receive(peer, 10)
        name = f"127.0.0.1:{peer.getsockname()[1]}"
        self.assertEqual(
            [
                line[2:]
                for line in wait_until(lambda: len(self.lines(path)) == 2 and self.lines(path), "2 lines")
            ],
            [[name, "<", LOGIN.hex()], [name, ">", gt06_answer(LOGIN).hex()]],
        )
        self.assertRegex(" ".join(self.lines(path)[0][:2]), r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$")

        os.rename(path, path + ".old")
        daemon.process.send_signal(signal.SIGHUP)

        # the file is made anew by the first message after the signal was seen
        def say_more():
            peer.sendall(POSITION)
            receive(peer, 10)
            return os.path.exists(path)

        wait_until(say_more, "a new file")
        self.assertEqual(wait_until(lambda: self.lines(path), path)[0][2:], [name, "<", POSITION.hex()])
        old = len(self.lines(path + ".old"))
        peer.sendall(HEARTBEAT)
        receive(peer, 10)
        wait_until(
            lambda: self.lines(path)[-1][2:] == [name, ">", gt06_answer(HEARTBEAT).hex()], "the last answer"
        )
        self.assertEqual(len(self.lines(path + ".old")), old, "nothing more goes to the old file")

        self.datagram_socket("127.0.0.1", port).send(b"?\0\xff")
        other = os.path.join(folder, f"{port}-udp.log")
        self.assertEqual(wait_until(lambda: self.lines(other), other)[0][3:], ["<", "3f00ff"])
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.all_of("summary")[0]["lost"]["hex_log_lines"], 0)

    def test_a_folder_that_cannot_be_made(self):
        daemon, _ = self.listen(1, "--hexlog", "/proc/nowhere/hex", ready=None)
        self.assertEqual(daemon.wait_end(), USAGE_OR_INPUT)
        self.assert_one_line(daemon.errors, "/proc/nowhere/hex")


class Endings(ListenCase):
    def test_signals_end_it_with_a_summary(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                daemon, (port,) = self.listen()
                silent = [self.connect("127.0.0.1", port) for _ in range(4)]
                self.connect("127.0.0.1", port).sendall(LOGIN)
                daemon.message(hex=LOGIN.hex())
                self.assertEqual(daemon.stop(number), 0)
                summary = daemon.records[-1]
                self.assertEqual(
                    (summary["event"], summary["messages"], summary["devices"]), ("summary", 1, 1)
                )
                self.assertEqual(
                    [finding["code"] for finding in summary["findings"]],
                    ["wrong-port"],
                    "its own end makes no findings",
                )
                self.assertEqual(silent[0].recv(1), b"")

    def test_summary_alone(self):
        daemon, (port,) = self.listen(1, "--summary")
        peer = self.connect("127.0.0.1", port)
        peer.sendall(LOGIN)
        receive(peer, 10)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual([record["event"] for record in daemon.records], ["summary"])

    def test_a_reader_that_stalls_stops_nothing(self):
        """Nobody reads standard output, nor errors: devices are answered, and signals end it within a second."""

        def end(number):
            port = free_ports(1)[0]
            process = subprocess.Popen(
                [HEXWATCH, "listen", str(port), "--socket", ""],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=ENVIRONMENT,
            )
            try:
                self.assertIn(b"listening on", process.stdout.readline())
                peer = self.connect("127.0.0.1", port)
                peer.sendall(LOGIN)
                receive(peer, 10)
                for _ in range(30):
                    peer.sendall(POSITION * 2000)
                    receive(peer, 20000)
                # what is there is read now: whole lines, one gap, and then what comes anew
                lines = []
                while not any(b"missing here" in line for line in lines[-3:]):
                    if len(lines) % 1000 == 999:
                        peer.sendall(HEARTBEAT)
                        receive(peer, 10)
                    lines.append(process.stdout.readline())
                gap = [line for line in lines if b"missing here" in line]
                self.assertEqual(len(gap), 1)
                start = time.monotonic()
                process.send_signal(number)
                self.assertIn(process.wait(DEADLINE), (0, USAGE_OR_INPUT))
                return time.monotonic() - start
            finally:
                process.kill()
                process.wait()
                process.stdout.close()

        for number in (signal.SIGINT, signal.SIGTERM):
            promised(1.5, lambda: end(number))

    def test_signals_end_it_although_nobody_reads(self):
        def end(number):
            port = free_ports(1)[0]
            process = subprocess.Popen(
                [HEXWATCH, "listen", str(port), "--socket", ""],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=ENVIRONMENT,
            )
            try:
                self.assertIn(b"listening on", process.stderr.readline())
                peer = self.connect("127.0.0.1", port)
                peer.sendall(LOGIN)
                receive(peer, 10)
                for _ in range(10):
                    peer.sendall(POSITION * 2000)
                    receive(peer, 20000)
                start = time.monotonic()
                process.send_signal(number)
                self.assertEqual(process.wait(DEADLINE), USAGE_OR_INPUT)
                took = time.monotonic() - start
                self.assertIn(b"not read in time", process.stderr.read())
                return took
            finally:
                process.kill()
                process.wait()
                process.stdout.close()
                process.stderr.close()

        for number in (signal.SIGINT, signal.SIGTERM):
            promised(1, lambda: end(number))

    def test_the_reader_goes_away(self):
        port = free_ports(1)[0]
        process = subprocess.Popen(
            [HEXWATCH, "listen", str(port), "--socket", ""],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
        )
        try:
            said = b""
            while b"Waiting for devices" not in said:
                said = process.stderr.readline()
                self.assertTrue(said, "it ended before it was ready")
            process.stdout.close()
            process.stdout = None
            self.connect("127.0.0.1", port).sendall(LOGIN)
            _, errors = process.communicate(timeout=DEADLINE)
        finally:
            process.kill()
        self.assertEqual((process.returncode, errors), (0, b""))


if __name__ == "__main__":
    unittest.main()
