# SPDX-License-Identifier: Apache-2.0
"""hexwatch listen: Traccar's ports, taken ports, and more than it can take."""

import os
import re
import socket
import subprocess
import time
import unittest

from harness import (
    DEADLINE,
    USAGE_OR_INPUT,
    become_nobody,
    free_ports,
    hexwatch,
    limit_descriptors,
    processor_seconds,
    promised,
    receive,
    timed,
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
            started = []

            def start():
                if started:
                    started.pop().stop()
                started.append(self.start("listen", "--traccar", "none"))

            promised(3, lambda: timed(start))
            (daemon,) = started
            self.assertIn(
                "tcp 5001-5099,5101-5267; udp 5001-5100,5102-5267", daemon.wait_error("listening on")
            )
            for transport, port in (("tcp", 5100), ("udp", 5101)):
                line = daemon.wait_error(f"{transport} port {port} is taken")
                self.assertIn(
                    f" is taken by {my_name()} (process {os.getpid()}):", line, "the holder is named"
                )
            self.assertEqual(daemon.errors.count("left out"), 2, daemon.errors)
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
            greedy.sendall(LOGIN + POSITION * 20000)
            peer.sendall(LOGIN)
            self.assertEqual(receive(peer, 10), gt06_answer(LOGIN), "others are served")
            greedy.shutdown(socket.SHUT_WR)
            daemon.wait_for("connection", state="closed", bytes_in=len(LOGIN) + len(POSITION) * 20000)
            self.assertEqual(daemon.stop(), 0)
            lost = daemon.all_of("summary")[0]["lost"]["bytes_of_answers_not_sent"]
            self.assertTrue(0 < lost < 10 * 20001, f"{lost} bytes of answers lost")


class Entries(ListenCase):
    """What is entered in the tracker, told at once."""

    def test_addresses_and_ports(self):
        reason = why_no_namespaces()
        if reason:
            self.skipTest(reason)
        host = self.namespace("entries")
        host.ip("link", "add", "own0", "type", "veth", "peer", "name", "own1")
        for address in ("192.168.7.4/24", "203.0.113.5/24", "100.64.3.4/24"):
            host.ip("address", "add", address, "dev", "own0")
        host.ip("link", "set", "own0", "up")
        with host.entered():
            few = self.start("listen", "--traccar", "none", "5023,tcp:5013")
            few.stop()
            some = self.start("listen", "--traccar", "none", "5001-5030")
            some.stop()
        start = few.error_lines.index("hexwatch: Enter in the tracker the server")
        self.assertEqual(
            few.error_lines[start + 1 : start + 5],
            [
                "hexwatch:   203.0.113.5      public",
                "hexwatch:   192.168.7.4      private: inside its own network only",
                "hexwatch:   100.64.3.4       shared: the provider's NAT keeps it from outside",
                "hexwatch: and port 5013 for h02 or 5023 for gt06.",
            ],
        )
        self.assertIn("(gt06 5023, h02 5013, teltonika 5027); if you do not know it, any of 5001-5030:", some.errors)


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
    def connect_from(self, address, port):
        peer = self.keep(socket.socket())
        peer.settimeout(DEADLINE)
        peer.bind((address, 0))
        peer.connect(("127.0.0.1", port))
        return peer

    def check_served(self, peer):
        peer.sendall(LOGIN)
        self.assertEqual(receive(peer, 10), gt06_answer(LOGIN))

    def test_idle_peers_of_one_address_keep_nobody_out(self):
        """More than it can take, all idle: their own oldest make way, a tracker is served, and who logged in stays."""
        daemon, (port,) = self.listen(before=limit_descriptors(400))
        early = self.connect_from("127.0.0.2", port)
        self.check_served(early)
        idle = [self.connect_from("127.0.0.3", port) for _ in range(260)]
        self.check_served(self.connect_from("127.0.0.4", port))
        self.check_served(idle[-1])
        self.check_served(early)
        self.assertEqual(idle[0].recv(1), b"", "the oldest idle one was closed")
        self.assertEqual(daemon.stop(), 0)
        lost = daemon.all_of("summary")[0]["lost"]
        self.assertGreater(lost["idle_connections_closed_for_others"], 150)
        self.assertEqual(lost["connections_refused"], 0)

    def test_too_few_descriptors_are_told(self):
        port = free_ports(1)[0]
        done = hexwatch("listen", str(port), before=limit_descriptors(80))
        self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
        self.assert_one_line(done.errors, "only 80 files", "2 sockets", "ulimit -n")

    def test_descriptors_run_out_all_the_same(self):
        """Something else takes them: it says so, does not spin, and goes on later."""
        daemon, (port,) = self.listen(before=become_nobody)
        subprocess.run(
            ["prlimit", "--pid", str(daemon.pid), "--nofile=24:24"],
            preexec_fn=become_nobody,
            check=True,
            timeout=DEADLINE,
        )
        peers = [self.connect_from("127.0.0.1", port) for _ in range(24)]
        daemon.wait_error("accepting pauses")
        before, start = processor_seconds(daemon.pid), time.monotonic()
        self.check_served(peers[0])
        wait_until(lambda: time.monotonic() - start > 2.2, "a whole pause and what follows")
        self.assertLess(processor_seconds(daemon.pid) - before, 0.5)
        self.assertLess(len(daemon.all_of("connection", state="opened")), 24)
        for peer in peers[:-1]:
            peer.close()
        self.check_served(peers[-1])
        self.assertEqual(daemon.stop(), 0)
        self.assertGreater(daemon.all_of("summary")[0]["lost"]["pauses_of_accepting"], 0)
        self.assertEqual(
            len([line for line in daemon.error_lines if "pauses" in line]), 1, "it is told, but not each time"
        )

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
