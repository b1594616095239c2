# SPDX-License-Identifier: Apache-2.0
"""hexwatch listen: Traccar's ports, taken ports, and more than it can take."""

import os
import re
import socket
import time
import unittest

from harness import (
    DEADLINE,
    USAGE_OR_INPUT,
    free_ports,
    hexwatch,
    limit_descriptors,
    processor_seconds,
    receive,
    wait_until,
    why_no_namespaces,
)
from packets import IMEI, gt06_answer, gt06_login, gt06_position
from test_listen import ListenCase

LOGIN, POSITION = gt06_login(), gt06_position()


def my_name():
    with open("/proc/self/comm", encoding="utf-8") as file:
        return file.read().strip()


class Ports(ListenCase):
    """Traccar's own ports, in a network of their own: nobody else's are in the way there."""

    def setUp(self):
        reason = why_no_namespaces()
        if reason:
            self.skipTest(reason)
        self.network = self.namespace("ports")

    def test_all_ports_by_default_and_soon(self):
        with self.network.entered():
            taken = [
                self.keep(socket.create_server(("", 5100))),
                self.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
            ]
            taken[1].bind(("", 5101))
            start = time.monotonic()
            daemon = self.start("listen", "--traccar", "none")
            took = time.monotonic() - start
            self.assertIn(
                "tcp 5001-5099,5101-5267; udp 5001-5100,5102-5267", daemon.wait_error("listening on")
            )
            for transport, port in (("tcp", 5100), ("udp", 5101)):
                line = daemon.wait_error(f"{transport} port {port} is taken")
                self.assertIn(
                    f" is taken by {my_name()} (process {os.getpid()}):", line, "the holder is named"
                )
            self.assertEqual(len(daemon.error_lines), 3, daemon.errors)
            self.assertLess(took, 3)
            print(f"\n  532 ports bound {took:.3f} s after the start ", end="", flush=True)
            for port, address in ((5001, "127.0.0.1"), (5023, "::1"), (5267, "127.0.0.1")):
                self.connect(address, port).sendall(LOGIN)
                daemon.message(port=port, verdict="ok" if port == 5023 else "wrong-port")
            self.assertEqual(daemon.stop(), 0)

    def test_another_protocols_port(self):
        with self.network.entered():
            daemon = self.start("listen", "tcp:5013,5023")
            for port in (5013, 5023):
                self.connect("127.0.0.1", port).sendall(LOGIN)
            daemon.message(port=5013, verdict="wrong-port", right_port=5023)
            daemon.message(port=5023, verdict="ok")
            (finding,) = daemon.wait_for("finding")
            self.assertEqual(
                (finding["code"], finding["port"], finding["device"]), ("wrong-port", 5013, IMEI)
            )
            self.assertIn("h02", finding["text"], "it names what belongs there")
            with self.assertRaises(OSError, msg="udp was not asked for"):
                peer = self.datagram_socket("127.0.0.1", 5013)
                peer.send(b"x")
                peer.recv(1)

    def test_ports_below_1024(self):
        with self.network.entered():
            daemon = self.start("listen", "tcp:443")
            self.assertIn("tcp 443;", daemon.wait_error("listening on"))
            self.connect("127.0.0.1", 443).sendall(LOGIN)
            daemon.message(port=443)
            with open(f"/proc/{daemon.pid}/status", encoding="ascii") as status:
                self.assertNotIn(
                    "0", re.search(r"Uid:(.*)", status.read())[1].split(), "it is no longer root"
                )

    def test_no_port_is_free(self):
        with self.network.entered():
            self.keep(socket.create_server(("", 5023)))
            daemon = self.start("listen", "tcp:5023", ready=None)
            self.assertEqual(daemon.wait_end(), USAGE_OR_INPUT)
            self.assertIn(f"5023 is taken by {my_name()} (process {os.getpid()}):", daemon.error_lines[0])
            self.assertIn("no port is free", daemon.error_lines[1])
            self.assertEqual((len(daemon.error_lines), daemon.lines), (2, []))

    def test_a_peer_that_never_reads(self):
        with self.network.entered():
            with open("/proc/sys/net/ipv4/tcp_wmem", "w", encoding="ascii") as memory:
                memory.write("4096 4096 8192")  # so that little is enough
            daemon = self.start("listen", "tcp:5023")
            greedy, peer = self.connect("127.0.0.1", 5023), self.connect("127.0.0.1", 5023)
            greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            greedy.sendall(LOGIN + POSITION * 5000)
            peer.sendall(LOGIN)
            self.assertEqual(receive(peer, 10), gt06_answer(LOGIN), "others are served")
            greedy.shutdown(socket.SHUT_WR)
            daemon.wait_for("connection", state="closed", bytes_in=len(LOGIN) + len(POSITION) * 5000)
            self.assertEqual(daemon.stop(), 0)
            lost = daemon.all_of("summary")[0]["lost"]["bytes of answers not sent"]
            self.assertTrue(0 < lost < 10 * 5001, f"{lost} bytes of answers lost")


class TakenPorts(ListenCase):
    def test_the_rest_is_bound(self):
        first, second = free_ports(2)
        self.keep(socket.create_server(("127.0.0.1", first)))
        daemon = self.start("listen", f"tcp:{first},tcp:{second}")
        self.assertIn(
            f"{my_name()} (process {os.getpid()}):", daemon.wait_error(f"tcp port {first} is taken")
        )
        self.connect("127.0.0.1", second).sendall(LOGIN)
        daemon.message(port=second)

    def test_usage(self):
        for arguments in (
            ["x"],
            ["0"],
            ["65536"],
            ["5001-"],
            ["tcp:"],
            ["--hexlog"],
            ["-c", "/nonexistent"],
            ["-i", "lo"],
        ):
            with self.subTest(arguments):
                done = hexwatch("listen", *arguments)
                self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
                self.assert_one_line(done.errors)


class Pressure(ListenCase):
    def check_pressure(self, daemon, port, count):
        """More connections than it can take: it says so, does not spin, and goes on later."""
        peers = [self.keep(socket.socket()) for _ in range(count)]
        for peer in peers:
            peer.settimeout(DEADLINE)
            peer.connect(("127.0.0.1", port))
        daemon.wait_error("accepting pauses")
        served = daemon.wait_for("connection", state="opened")
        before, start = processor_seconds(daemon.pid), time.monotonic()
        peers[0].sendall(LOGIN)
        self.assertEqual(receive(peers[0], 10), gt06_answer(LOGIN), "who is in is served")
        wait_until(lambda: time.monotonic() - start > 2.2, "a whole pause and what follows")
        self.assertLess(processor_seconds(daemon.pid) - before, 0.5)
        self.assertLess(len(daemon.all_of("connection", state="opened")), count)
        self.assertTrue(served)
        for peer in peers[:-1]:
            peer.close()
        peers[-1].sendall(LOGIN)
        self.assertEqual(receive(peers[-1], 10), gt06_answer(LOGIN), "the last one's turn comes")
        self.assertEqual(daemon.stop(), 0)
        self.assertGreater(daemon.all_of("summary")[0]["lost"]["pauses of accepting"], 0)
        self.assertEqual(
            len([line for line in daemon.error_lines if "pauses" in line]), 1, "it is told, but not each time"
        )

    def test_a_small_limit_of_descriptors(self):
        daemon, (port,) = self.listen(before=limit_descriptors(400))
        self.check_pressure(daemon, port, 120)

    def test_descriptors_run_out_all_the_same(self):
        # so few that even the least number of connections is too much
        daemon, (port,) = self.listen(before=limit_descriptors(20))
        self.check_pressure(daemon, port, 24)

    def test_a_megabyte_of_anything(self):
        daemon, (port,) = self.listen()
        peer, noise = self.connect("127.0.0.1", port), os.urandom(1 << 20)
        other = self.datagram_socket("127.0.0.1", port)
        peer.sendall(noise)
        peer.shutdown(socket.SHUT_WR)
        for at in range(0, 1 << 16, 1 << 12):
            other.send(noise[at : at + (1 << 12)])
        other.send(b"")
        (closed,) = daemon.wait_for("connection", state="closed")
        self.assertEqual(closed["bytes_in"], len(noise))
        self.assertEqual(
            "".join(record["hex"] for record in daemon.all_of("message", transport="tcp", direction="in")),
            noise.hex(),
            "every byte is shown",
        )
        self.connect("127.0.0.1", port).sendall(LOGIN)
        daemon.message(hex=LOGIN.hex(), device=IMEI)
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main()
