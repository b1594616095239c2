# SPDX-License-Identifier: Apache-2.0
"""hexwatch read: TCP in every order gives the same messages."""

import random
import subprocess
import unittest

from harness import told
from packets import ACK, IMEI, PEER, PSH, RST, SERVER, Talk, cooked, ethernet, gt06_heartbeat, pcap, tcp
from test_read import LOGIN, POSITION, USUAL, ReadCase, usual_packets

HEARTBEAT = gt06_heartbeat()


class Streams(ReadCase):
    WHOLE = [("in", message.hex(), "gt06", IMEI, "ok") for message in (LOGIN, POSITION, HEARTBEAT)]
    BYTES = LOGIN + POSITION + HEARTBEAT

    def check(self, packets, expected=None):
        self.assertEqual(
            told(self.read_packets(packets).records), self.WHOLE if expected is None else expected
        )

    def test_pieces_of_every_size(self):
        for size in range(1, len(self.BYTES) + 1):
            with self.subTest(size):
                talk = Talk()
                self.check(talk.open() + talk.pieces(self.BYTES, size) + talk.close())

    def test_cut_at_every_byte(self):
        packets, count = [], len(self.BYTES) - 1
        for at in range(1, count + 1):
            talk = Talk((PEER[0], 40000 + at))
            packets += talk.open() + talk.say(self.BYTES[:at]) + talk.say(self.BYTES[at:]) + talk.close()
        self.check(packets, self.WHOLE * count)

    def test_any_order(self):
        dice = random.Random(1)
        for _ in range(20):
            talk = Talk(start=dice.choice([1000, 0xFFFFFFFF - 30]))
            opening, pieces = talk.open(), talk.pieces(self.BYTES, dice.randint(1, 20))
            dice.shuffle(pieces)
            self.check(opening + pieces + talk.close())

    def test_sent_again(self):
        dice = random.Random(2)
        for _ in range(20):
            talk = Talk()
            packets = talk.open() + talk.pieces(self.BYTES, dice.randint(1, 30)) + talk.close()
            again = [packet for packet in packets for _ in range(dice.randint(1, 3))]
            self.check(again)

    def test_overlapping_pieces(self):
        talk = Talk()
        opening = talk.open()
        packets = [
            tcp(PEER, SERVER, 1001 + at, talk.next["out"], PSH | ACK, self.BYTES[at : at + 9])
            for at in range(0, len(self.BYTES), 4)
        ]
        self.check(opening + packets)

    def test_seen_from_the_middle_on(self):
        talk = Talk()
        self.check((talk.open() + talk.pieces(self.BYTES, len(LOGIN)))[3:])

    def test_a_gap_is_told(self):
        talk = Talk()
        packets = talk.open() + talk.say(LOGIN) + talk.say(POSITION) + talk.say(HEARTBEAT) + talk.close()
        done = self.read_packets(packets[:4] + packets[5:])
        self.assertEqual(told(done.records), [self.WHOLE[0], self.WHOLE[2]])
        self.assertEqual(done.of("message")[1]["lost"], len(POSITION))
        self.assertEqual(done.of("summary")[0]["lost"]["bytes_never_seen"], len(POSITION))

    def test_two_connections_at_once(self):
        one, two = Talk(), Talk((PEER[0], 40313))
        mixed = [
            packet
            for pair in zip(one.open() + one.pieces(self.BYTES, 1), two.open() + two.pieces(self.BYTES, 1))
            for packet in pair
        ]
        done = self.read_packets(mixed)
        for peer in ("198.51.100.7:40312", "198.51.100.7:40313"):
            self.assertEqual(
                told([record for record in done.of("message") if record["peer"] == peer]), self.WHOLE
            )

    def test_a_reset_ends_it(self):
        talk = Talk()
        packets = talk.open() + talk.say(LOGIN + POSITION[:10]) + [tcp(PEER, SERVER, talk.next["in"], 0, RST)]
        done = self.read_packets(packets)
        (closed,) = [record for record in done.of("connection") if record["state"] == "closed"]
        self.assertEqual(closed["reason"], "reset")
        self.assertEqual(
            [record["hex"] for record in done.of("message")],
            [LOGIN.hex(), POSITION[:10].hex()],
            "the unfinished message is shown all the same",
        )

    def test_a_packet_seen_twice_counts_once(self):
        # as on interface `any` of a host with containers: before and behind the address translation
        frames = []
        for outside, inside in zip(usual_packets(), usual_packets(server=("10.0.0.2", 5023))):
            frames += [cooked(outside), cooked(inside)]
        done = self.read(pcap(frames, 113))
        self.assertEqual(told(done.records), USUAL)

    def test_tcpdump_agrees_that_the_packets_are_packets(self):
        path = self.file(pcap([ethernet(packet) for packet in usual_packets()]))
        try:
            listing = subprocess.run(
                ["tcpdump", "-nvr", path], capture_output=True, text=True, check=True
            ).stdout
        except FileNotFoundError:
            self.skipTest("needs the program tcpdump")
        self.assertEqual(listing.count("198.51.100.7.40312 > 198.51.100.1.5023"), 6)


if __name__ == "__main__":
    unittest.main()
