# SPDX-License-Identifier: Apache-2.0
"""hexwatch sniff: beside a real server, in two networks of their own that a cable joins."""

import os
import random
import re
import signal
import socket
import threading
import time
import unittest

from harness import (
    DEADLINE,
    USAGE_OR_INPUT,
    TestCase,
    become_nobody,
    hexwatch,
    promised,
    receive,
    told,
    wait_until,
    why_no_namespaces,
)
from packets import (
    H02_ID,
    IMEI,
    PEER,
    SERVER,
    Talk,
    ethernet,
    gt06_answer,
    gt06_heartbeat,
    gt06_login,
    gt06_position,
    h02_answer,
    h02_heartbeat,
    h02_position,
    osmand_position,
    pcap,
    udp,
    vlan,
)

LOGIN, POSITION, HEARTBEAT = gt06_login(), gt06_position(), gt06_heartbeat()
V4, V6 = "198.51.100.1", "2001:db8::1"
GT06 = [(LOGIN, gt06_answer(LOGIN)), (POSITION, gt06_answer(POSITION)), (HEARTBEAT, gt06_answer(HEARTBEAT))]
H02 = [(h02_position(), b""), (h02_heartbeat(), h02_answer())]
# what the tracker does: transport, port, messages and the server's answers
CONVERSATIONS = [("tcp", 5023, GT06), ("tcp", 5013, H02), ("udp", 5013, H02), ("tcp", 5013, GT06)]
COUNT = sum(1 + bool(answer) for _, _, messages in CONVERSATIONS for _, answer in messages)


class SniffCase(TestCase):
    def setUp(self):
        reason = why_no_namespaces()
        if reason:
            self.skipTest(reason)
        self.server, self.tracker = self.namespace("server"), self.namespace("tracker")
        self.connect_networks()

    def connect_networks(self):
        self.server.ip(
            "link", "add", "srv0", "type", "veth", "peer", "name", "trk0", "netns", self.tracker.name
        )
        self.join(self.tracker, "trk0", "198.51.100.7/24", "2001:db8::7/64")

    @staticmethod
    def join(network, interface, *addresses):
        for address in addresses:
            network.ip("address", "add", address, "dev", interface, *(["nodad"] if ":" in address else []))
        network.ip("link", "set", interface, "up")

    def join_server(self):
        self.join(self.server, "srv0", f"{V4}/24", f"{V6}/64")

    def sniff(self, *arguments, **options):
        with self.server.entered():
            return self.start("sniff", *arguments, **options)

    def serve(self):
        """The server's sockets, one a transport and port."""
        sockets = {}
        with self.server.entered():
            for port in (5013, 5023):
                sockets["tcp", port] = self.keep(
                    socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
                )
            sockets["udp", 5013] = self.keep(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM))
            sockets["udp", 5013].setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            sockets["udp", 5013].bind(("::", 5013))
        for listener in sockets.values():
            listener.settimeout(DEADLINE)
        return sockets

    def track(self, address, sockets=None):
        """The tracker's side, turn by turn; and the server's too where its sockets are given."""
        for transport, port, messages in CONVERSATIONS:
            kind = socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM
            with self.tracker.entered():
                peer = self.keep(socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind))
            peer.settimeout(DEADLINE)
            peer.connect((address, port))
            other = sockets and sockets[transport, port]
            if other and transport == "tcp":
                other = self.keep(other.accept()[0])
                other.settimeout(DEADLINE)
            for message, answer in messages:
                peer.send(message)
                if other and transport == "tcp":
                    self.assertEqual(receive(other, len(message)), message)
                    other.sendall(answer)
                elif other:
                    got, source = other.recvfrom(2000)
                    self.assertEqual(got, message)
                    if answer:
                        other.sendto(answer, source)
                if answer:
                    self.assertEqual(
                        receive(peer, len(answer)) if transport == "tcp" else peer.recv(2000), answer
                    )
            peer.close()

    def inject(self, frames):
        """Frames as they are, onto the tracker's end of the cable."""
        with self.tracker.entered():
            wire = self.keep(socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
            wire.bind(("trk0", 0))
        for frame in frames:
            wire.send(frame)

    def ask(self, message):
        """A connection of the tracker to the server's port 5023 that says one thing."""
        with self.server.entered(), socket.create_server(("", 5023)) as listener:
            with self.tracker.entered():
                peer = self.connect(V4, 5023)
            with listener.accept()[0] as accepted:
                accepted.settimeout(DEADLINE)
                sender = threading.Thread(target=peer.sendall, args=(message,))
                sender.start()
                receive(accepted, len(message))
                sender.join()


class BesideAServer(SniffCase):
    def as_listened(self, address):
        """What listen says of the same traffic."""
        with self.server.entered():
            daemon = self.start("listen", "5013,5023")
        self.track(address)
        daemon.wait_for("message", COUNT)
        self.assertEqual(daemon.stop(), 0)
        return told(daemon.records)

    def test_the_same_as_listen(self):
        self.join_server()
        expected = self.as_listened(V4)
        self.assertEqual(len(expected), COUNT)
        self.assertEqual(expected[0], ("in", LOGIN.hex(), "gt06", IMEI, "ok"))
        self.assertIn(("in", LOGIN.hex(), "gt06", IMEI, "wrong-port"), expected)
        self.assertEqual(self.as_listened(V6), expected)
        sockets = self.serve()
        for address in (V4, V6):
            for interface in (["-i", "any"], ["-i", "srv0"], []):
                with self.subTest(address=address, interface=interface):
                    daemon = self.sniff(*interface)
                    self.track(address, sockets)
                    daemon.wait_for("message", COUNT)
                    closed = daemon.wait_for("connection", 3, state="opened")
                    self.assertEqual(daemon.stop(), 0)
                    self.assertEqual(told(daemon.records), expected)
                    self.assertEqual({record["port"] for record in closed}, {5013, 5023})
                    finding = daemon.all_of("finding")[-1]
                    self.assertEqual({told["code"] for told in daemon.all_of("finding")}, {"wrong-port"})
                    self.assertEqual(
                        (finding["code"], finding["port"], finding["device"], finding["right_port"]),
                        ("wrong-port", 5013, IMEI, 5023),
                    )
                    self.assertEqual(set(daemon.records[-1]["lost"].values()), {0})

    def test_a_bridge_shows_packets_twice(self):
        self.server.ip("link", "add", "bridge0", "type", "bridge")
        self.server.ip("link", "set", "srv0", "up", "master", "bridge0")
        self.join(self.server, "bridge0", f"{V4}/24", f"{V6}/64")
        sockets = self.serve()
        with self.server.entered():
            one = self.start("sniff", "-i", "srv0")
            both = self.start("sniff", "-i", "any")
        for address in (V4, V6):
            self.track(address, sockets)
        one.wait_for("message", 2 * COUNT)
        both.wait_for("message", 2 * COUNT)
        for daemon in (one, both):
            self.assertEqual(daemon.stop(), 0)
        self.assertEqual(told(both.records), told(one.records))
        self.assertEqual(len(told(both.records)), 2 * COUNT)
        # all but a few that the network says of itself
        self.assertGreater(
            both.records[-1]["packets"], 1.8 * one.records[-1]["packets"], "any saw them twice"
        )
        self.assertEqual(set(both.records[-1]["lost"].values()), {0})

    def test_root_is_left(self):
        self.join_server()
        daemon = self.sniff("-i", "srv0")
        with open(f"/proc/{daemon.pid}/status", encoding="ascii") as file:
            status = dict(re.findall(r"^(\w+):\s*(.*)$", file.read(), re.M))
        self.assertNotIn("0", status["Uid"].split() + status["Gid"].split() + status["Groups"].split())
        self.assertEqual({int(status[name], 16) for name in ("CapEff", "CapPrm", "CapAmb")}, {0})
        self.ask(LOGIN)
        daemon.message(hex=LOGIN.hex())

    def test_ports(self):
        self.join_server()
        others = [ethernet(udp(PEER, (V4, port), h02_position())) for port in (5013, 5023, 9999)]
        for interface in ("any", "srv0"):
            with self.subTest(interface):
                daemon = self.sniff("-i", interface, "tcp:5023")
                self.assertIn(f"watching tcp 5023; udp none on interface {interface}", daemon.errors)
                self.inject(others * 100)
                self.ask(LOGIN)
                self.assertEqual(daemon.stop(), 0)
                self.assertEqual(told(daemon.records), [("in", LOGIN.hex(), "gt06", IMEI, "ok")])
                self.assertLess(daemon.records[-1]["packets"], 100, "the kernel keeps the others back")

    def test_the_web_port(self):
        self.join_server()
        daemon = self.sniff("-i", "srv0", "--traccar", "none")
        browser = Talk((PEER[0], 40001), (V4, 8082))
        tracker = Talk((PEER[0], 40002), (V4, 8082))
        request = b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 14\r\n\r\npassword=hidden"
        self.inject(
            [
                ethernet(packet)
                for packet in browser.open()
                + browser.say(request)
                + tracker.open()
                + tracker.say(osmand_position())
            ]
        )
        self.assertEqual(daemon.message()["device"], IMEI)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual([record["peer"] for record in daemon.all_of("message")], [f"{PEER[0]}:40002"])
        self.assertNotIn(b"hidden".hex(), "".join(daemon.lines))

    def test_fragments_and_large_segments(self):
        self.join_server()
        for interface in ("any", "srv0"):
            with self.subTest(interface):
                daemon, large = self.sniff("-i", interface), b"?" + os.urandom(4000)
                for address in (V4, V6):
                    with self.tracker.entered():
                        family = socket.AF_INET6 if ":" in address else socket.AF_INET
                        peer = self.keep(socket.socket(family, socket.SOCK_DGRAM))
                    peer.sendto(large, (address, 5013))
                daemon.wait_for("message", 2, hex=large.hex())
                messages = b"".join(gt06_position(serial) for serial in range(5000))
                self.ask(LOGIN + messages)
                records = daemon.wait_for("message", 5001, transport="tcp")
                self.assertEqual("".join(record["hex"] for record in records), (LOGIN + messages).hex())
                self.assertEqual(daemon.stop(), 0)
                self.assertEqual(set(daemon.records[-1]["lost"].values()), {0})


class Crafted(SniffCase):
    BYTES = LOGIN + POSITION + HEARTBEAT

    def check(self, frames, interfaces=("any", "srv0")):
        """Sniffed, they must give what a capture file with the same frames gives."""
        path = os.path.join(self.folder(), "x.pcap")
        with open(path, "wb") as file:
            file.write(pcap(frames))
        expected = told(hexwatch("read", "--format", "json", path).records)
        self.assertGreaterEqual(len(expected), 3)
        for interface in interfaces:
            with self.subTest(interface):
                daemon = self.sniff("-i", interface)
                self.inject(frames)
                daemon.wait_for("message", len(expected))
                self.assertEqual(daemon.stop(), 0)
                self.assertEqual(told(daemon.records), expected)
        return expected

    def setUp(self):
        super().setUp()
        # no addresses there: nobody answers
        self.join(self.server, "srv0")

    def test_cut_at_every_byte(self):
        packets, count = [], len(self.BYTES) - 1
        for at in range(1, count + 1):
            talk = Talk((PEER[0], 40000 + at))
            packets += talk.open() + talk.say(self.BYTES[:at]) + talk.say(self.BYTES[at:]) + talk.close()
        expected = self.check([ethernet(packet) for packet in packets])
        self.assertEqual(len(expected), 3 * count)
        self.assertEqual(
            set(expected),
            {("in", message.hex(), "gt06", IMEI, "ok") for message in (LOGIN, POSITION, HEARTBEAT)},
        )

    def test_out_of_order_and_again(self):
        dice, frames = random.Random(3), []
        for number in range(60):
            talk = Talk((PEER[0], 41000 + number))
            opening, pieces = talk.open(), talk.pieces(self.BYTES, dice.randint(1, 20))
            dice.shuffle(pieces)
            for packet in opening + pieces + talk.close():
                frames += [ethernet(packet)] * dice.randint(1, 2)
        expected = self.check(frames)
        self.assertEqual(len(expected), 3 * 60)
        self.assertEqual(
            {told_[1] for told_ in expected}, {message.hex() for message in (LOGIN, POSITION, HEARTBEAT)}
        )

    def test_vlan(self):
        # of a second tag on `any` libpcap does not tell since Linux 6.10
        for tags, interfaces in (((5,), ("any", "srv0")), ((5, 7), ("srv0",))):
            with self.subTest(tags):
                talk = Talk()
                packets = (
                    talk.open()
                    + talk.pieces(self.BYTES, 11)
                    + talk.close()
                    + [
                        udp(PEER, (SERVER[0], 5013), h02_position()),
                        udp((SERVER[0], 5013), PEER, h02_answer()),
                    ]
                )
                expected = self.check([vlan(packet, tags) for packet in packets], interfaces)
                self.assertIn(("out", h02_answer().hex(), "h02", H02_ID, None), expected)


class Endings(SniffCase):
    def test_signals(self):
        self.join_server()
        for number in (signal.SIGINT, signal.SIGTERM):
            daemon = self.sniff("-i", "any", is_json=False)
            self.assertEqual(daemon.stop(number), 0)
            # the network may have said something of its own
            self.assertRegex("\n".join(daemon.lines), "nothing was received|none of them brought data")

    def test_what_came_before_the_signal_is_shown(self):
        self.join_server()
        daemon = self.sniff("-i", "srv0")
        self.inject([ethernet(udp(PEER, (SERVER[0], 5013), h02_position()))])
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(told(daemon.records), [("in", h02_position().hex(), "h02", H02_ID, "ok")])

    def test_the_interface_goes_away(self):
        self.join_server()
        daemon = self.sniff("-i", "srv0")
        self.server.ip("link", "delete", "srv0")
        self.assertIn("srv0", daemon.wait_error("watched again when it is back"))
        time.sleep(1.2)  # it is tried in vain
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.errors.count("watched again"), 1, "it is told once: " + daemon.errors)
        self.assertGreater(daemon.records[-1]["lost"]["seconds_without_the_interface"], 0)

    def test_the_interface_goes_away_and_comes_back(self):
        """A modem is unplugged, a bridge is made anew: two times, and what comes then is seen within two seconds."""
        self.join_server()
        daemon = self.sniff("-i", "srv0")
        number = 0

        def come_back():
            nonlocal number
            number += 1
            self.server.ip("link", "delete", "srv0")
            wait_until(
                lambda: len([line for line in daemon.error_lines if "watched again" in line]) == number, "it is missed"
            )
            self.connect_networks()
            self.join_server()
            start = time.monotonic()
            wait_until(
                lambda: len([line for line in daemon.error_lines if "is back: nothing was seen" in line]) == number,
                "it is seen again",
            )
            took = time.monotonic() - start
            self.inject([ethernet(udp(PEER, (SERVER[0], 5013), h02_position()))])
            daemon.wait_for("message", number, hex=h02_position().hex(), device=H02_ID)
            return took

        for _ in range(2):
            promised(2, come_back)
        self.assertEqual(daemon.stop(), 0)
        self.assertGreaterEqual(daemon.records[-1]["lost"]["seconds_without_the_interface"], 2)

    def test_no_such_interface(self):
        daemon = self.sniff("-i", "nowhere0", ready=None)
        self.assertEqual(daemon.wait_end(), USAGE_OR_INPUT)
        self.assert_one_line(daemon.errors, "nowhere0", "ip link")

    def test_without_rights(self):
        self.join_server()
        daemon = self.sniff("-i", "srv0", ready=None, before=become_nobody)
        self.assertEqual(daemon.wait_end(), USAGE_OR_INPUT)
        self.assert_one_line(daemon.errors, "srv0", "sudo", "CAP_NET_RAW")


if __name__ == "__main__":
    unittest.main()
