# SPDX-License-Identifier: Apache-2.0
"""hexwatch read: capture files of every kind, and TCP in every order."""

import gzip
import os
import struct
import unittest

from harness import USAGE_OR_INPUT, TestCase, become_nobody, hexwatch, running, told
from packets import (
    H02_ID,
    IMEI,
    LAT,
    LINKS,
    LON,
    PEER,
    PEER6,
    SERVER,
    SERVER6,
    WHEN_TEXT,
    Talk,
    ethernet,
    gt06_answer,
    gt06_heartbeat,
    gt06_login,
    gt06_position,
    h02_answer,
    h02_heartbeat,
    h02_position,
    pcap,
    pcapng,
    udp,
)

LOGIN, POSITION, HEARTBEAT = gt06_login(), gt06_position(), gt06_heartbeat()


def usual_packets(peer=PEER, server=SERVER):
    """A tracker's connection, with the server's answers."""
    talk = Talk(peer, server)
    out = talk.open()
    for message in (LOGIN, POSITION):
        out += talk.say(message) + talk.say(gt06_answer(message), "out")
    return out + talk.close()


USUAL = [
    ("in", LOGIN.hex(), "gt06", IMEI, "ok"),
    ("out", gt06_answer(LOGIN).hex(), "gt06", IMEI, None),
    ("in", POSITION.hex(), "gt06", IMEI, "ok"),
    ("out", gt06_answer(POSITION).hex(), "gt06", IMEI, None),
]


class ReadCase(TestCase):
    def file(self, content, name="x.pcap"):
        path = os.path.join(self.folder(), name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def read(self, content, *arguments):
        return hexwatch("read", "--format", "json", self.file(content), *arguments)

    def read_packets(self, packets, *arguments):
        done = self.read(pcap([ethernet(packet) for packet in packets]), *arguments)
        self.assertEqual((done.status, done.errors), (0, ""))
        return done


class Files(ReadCase):
    def test_packed_with_gzip(self):
        frames = [ethernet(packet) for packet in usual_packets()]
        for write in (pcap, pcapng):
            with self.subTest(write.__name__):
                content = write(frames)
                whole, packed = self.read(content), gzip.compress(content)
                self.assertEqual(self.read(packed).records, whole.records)
                cut = self.read(packed[: len(packed) - 20])
                self.assertEqual(cut.status, USAGE_OR_INPUT)

    def test_link_layers(self):
        for name, (number, frame) in LINKS.items():
            for version, ends in (("IPv4", (PEER, SERVER)), ("IPv6", (PEER6, SERVER6))):
                with self.subTest(name, version=version):
                    done = self.read(pcap([frame(packet) for packet in usual_packets(*ends)], number))
                    self.assertEqual((done.status, done.errors), (0, ""))
                    self.assertEqual(told(done.records), USUAL)
                    where = f"[{ends[0][0]}]" if version == "IPv6" else ends[0][0]
                    self.assertEqual(
                        {record["peer"] for record in done.of("message")}, {f"{where}:{ends[0][1]}"}
                    )

    def test_pcapng(self):
        for name, (number, frame) in LINKS.items():
            with self.subTest(name):
                done = self.read(pcapng([frame(packet) for packet in usual_packets()], number))
                self.assertEqual((done.status, done.errors), (0, ""))
                self.assertEqual(told(done.records), USUAL)

    def test_standard_input(self):
        for content in (pcap, pcapng):
            done = hexwatch(
                "read",
                "--format",
                "json",
                "-",
                given=content([ethernet(packet) for packet in usual_packets()]),
            )
            self.assertEqual((done.status, done.errors), (0, ""))
            self.assertEqual(told(done.records), USUAL)

    def test_standard_input_is_told_as_it_comes(self):
        # tcpdump -U -w - | hexwatch read -
        content = pcap([ethernet(packet) for packet in usual_packets()])
        cut = len(pcap([ethernet(packet) for packet in usual_packets()[:4]]))
        with running("read", "-") as process:
            process.stdin.write(content[:cut])
            process.stdin.flush()
            self.assertIn(b"connected", process.stdout.readline())
            self.assertIn(
                LOGIN.hex().encode(), process.stdout.readline(), "nothing while the capture goes on"
            )
            rest, _ = process.communicate(content[cut:])
        self.assertEqual(process.returncode, 0)
        self.assertIn(POSITION.hex().encode(), rest)

    def test_records_are_told_whole(self):
        done = self.read_packets(usual_packets())
        opened, login, _, position, _, closed, summary = done.records
        self.assertEqual(
            [record["event"] for record in (opened, closed, summary)], ["connection", "connection", "summary"]
        )
        self.assertEqual((opened["state"], closed["state"], closed["reason"]), ("opened", "closed", "closed"))
        self.assertEqual((closed["bytes_in"], closed["bytes_out"]), (len(LOGIN) + len(POSITION), 20))
        self.assertEqual({record["flow"] for record in done.records[:-1]}, {opened["flow"]})
        self.assertEqual(
            (login["transport"], login["port"], login["peer"]), ("tcp", 5023, "198.51.100.7:40312")
        )
        self.assertEqual(login["time"], WHEN_TEXT.replace("Z", ".003000Z"), "the packet's time, not today's")
        self.assertEqual((position["location"], position["fix_time"]), ("valid", WHEN_TEXT))
        self.assertAlmostEqual(position["lat"], LAT, places=4)
        self.assertAlmostEqual(position["lon"], LON, places=4)
        self.assertEqual(position["messages"][0]["time"], WHEN_TEXT)

    def test_broken_end(self):
        frames = [ethernet(packet) for packet in usual_packets()]
        whole = pcap(frames)
        until_login = len(pcap(frames[:4]))
        for size in (until_login + 1, until_login + 16, until_login + 30):
            with self.subTest(size):
                done = self.read(whole[:size])
                self.assertEqual(done.status, USAGE_OR_INPUT)
                self.assertEqual(told(done.records), USUAL[:1], "what was before the damage counts")
                self.assertEqual(len(done.of("summary")), 1)
                self.assert_one_line(done.errors, "x.pcap", "damaged")
        done = self.read(pcapng(frames)[:-40])
        self.assertEqual((done.status, told(done.records)), (USAGE_OR_INPUT, USUAL))

    def test_no_capture_file(self):
        for content in (
            b"",
            b"hello, world, this is no capture file at all",
            b"\0" * 100,
            pcap([])[:20],
            pcap([])[:20] + struct.pack("<I", 147),
        ):
            with self.subTest(content):
                done = self.read(content)
                self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
                self.assert_one_line(done.errors, "x.pcap")
        self.assert_one_line(
            hexwatch("read", "-", given=b"no capture file, whatever else it is").errors, "standard input"
        )

    def test_an_empty_capture(self):
        done = self.read(pcap([]))
        self.assertEqual((done.status, done.errors), (0, ""))
        self.assertEqual([(record["event"], record["messages"]) for record in done.records], [("summary", 0)])

    def test_files_that_cannot_be_read(self):
        closed = self.file(pcap([]), "closed.pcap")
        os.chmod(closed, 0)
        for path in ("/nonexistent/x.pcap", os.path.dirname(closed)):
            done = hexwatch("read", path)
            self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
            self.assert_one_line(done.errors, path)
        done = hexwatch("read", closed, before=become_nobody)
        self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
        self.assert_one_line(done.errors, closed, "ermission")

    def test_usage(self):
        path = self.file(pcap([]))
        for arguments in (
            [],
            [path, "nonsense"],
            [path, "0"],
            [path, "70000"],
            [path, "5100-5001"],
            ["-i", "any", path],
        ):
            with self.subTest(arguments):
                done = hexwatch("read", *arguments)
                self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
                self.assert_one_line(done.errors)

    def test_a_full_disk(self):
        path = self.file(pcap([ethernet(packet) for packet in usual_packets()]))
        with open("/dev/full", "wb") as full:
            done = hexwatch("read", path, stdout=full)
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, "No space left")

    def test_a_reader_that_goes_away(self):
        talk = Talk()
        frames = [
            ethernet(packet) for packet in talk.open() + talk.pieces(POSITION * 5000, len(POSITION) * 20)
        ]
        reading, writing = os.pipe()
        os.close(reading)
        with open(writing, "wb") as pipe:
            done = hexwatch("read", self.file(pcap(frames)), stdout=pipe)
        self.assertEqual((done.status, done.errors), (0, ""))

    def test_hex_log(self):
        path, folder = self.file(pcap([ethernet(packet) for packet in usual_packets()])), os.path.join(
            self.folder(), "log"
        )
        self.assertEqual(hexwatch("read", "--hexlog", folder, path).status, 0)
        with open(os.path.join(folder, "5023-tcp.log"), encoding="ascii") as file:
            lines = [line.split(" ")[2:] for line in file.read().splitlines()]
        arrow = {"in": "<", "out": ">"}
        self.assertEqual(
            lines, [["198.51.100.7:40312", arrow[direction], text] for direction, text, *_ in USUAL]
        )
        self.assertEqual(os.listdir(folder), ["5023-tcp.log"])


class Secrets(ReadCase):
    """What users and their browsers tell the web port is told nobody, however much it looks like the phone app's."""

    SECRET = b"blue-5"
    FORM = b"email=a&password=" + SECRET
    PLACE = b"id=7&lat=47.51&lon=19.09&timestamp=1769932800"
    REQUESTS = (
        b"POST /api/session?%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (PLACE, len(FORM), FORM),
        b"GET /api/positions?id=4 HTTP/1.1\r\nAuthorization: Basic %s\r\n\r\n" % SECRET,
        b"GET /?%s HTTP/1.1\r\ncookie: JSESSIONID=%s\r\n\r\n" % (PLACE, SECRET),
        b"POST /?%s&password=%s HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" % (PLACE, SECRET),
        b"POST /?%s HTTP/1.1\r\nContent-Length: 40\r\n\r\npassword=%s" % (PLACE, SECRET),
    )
    ANSWER = b"HTTP/1.1 200 OK\r\nSet-Cookie: JSESSIONID=%s\r\n\r\n" % SECRET
    APP = b"POST /?%s HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" % PLACE

    def captured(self):
        packets = []
        for number, request in enumerate(self.REQUESTS):
            talk = Talk((PEER[0], 41000 + number), (SERVER[0], 8082))
            packets += talk.open() + talk.say(self.APP)
            for start in range(0, len(request), 50):
                packets += talk.say(request[start : start + 50])
            packets += talk.say(self.ANSWER, "out") + talk.say(self.APP) + talk.close()
        return self.file(pcap([ethernet(packet) for packet in packets]))

    def test_they_are_nowhere(self):
        path, folder = self.captured(), self.folder()
        kept = os.path.join(folder, "kept.pcapng")
        for form in ("json", "text"):
            done = hexwatch(
                "read", "--traccar", "none", "--format", form, "--hexlog", folder, "-w", kept, path
            )
            self.assertEqual(done.status, 0)
            seen = [done.out if isinstance(done.out, bytes) else done.out.encode(), done.errors.encode()]
            for name in os.listdir(folder):
                with open(os.path.join(folder, name), "rb") as file:
                    seen.append(file.read())
            for text in seen:
                self.assertNotIn(self.SECRET, text)
                self.assertNotIn(self.SECRET.hex().encode(), text.lower())
        done = hexwatch("read", "--traccar", "none", "--format", "json", path)
        self.assertEqual([m["device"] for m in done.of("message")], ["7"] * len(self.REQUESTS))


class Verdicts(ReadCase):
    def test_the_wrong_port_is_found(self):
        done = self.read_packets(usual_packets(server=(SERVER[0], 5013)))
        self.assertEqual(
            {record["verdict"] for record in done.of("message") if record["direction"] == "in"},
            {"wrong-port"},
        )
        finding = done.of("finding")[-1]  # told anew when the server answers it there
        self.assertEqual({told["code"] for told in done.of("finding")}, {"wrong-port"})
        self.assertEqual(
            (finding["code"], finding["state"], finding["port"], finding["right_port"], finding["device"]),
            ("wrong-port", "raised", 5013, 5023, IMEI),
        )
        self.assertIn("5023", finding["advice"])
        (summary,) = done.of("summary")
        self.assertEqual([left["code"] for left in summary["findings"]], ["wrong-port"])

    def test_no_fix_is_told_with_the_captures_clock(self):
        talk, frames = Talk(), []
        for packet in talk.open() + talk.say(LOGIN):
            frames.append((ethernet(packet), 0))
        for minute in range(0, 21, 4):
            frames.append((ethernet(talk.say(gt06_position(valid=False))[0]), 60 * minute))
        frames.append((ethernet(talk.say(gt06_position())[0]), 60 * 25))
        done = self.read(pcap(frames))
        self.assertEqual(
            [(finding["code"], finding["state"]) for finding in done.of("finding")],
            [
                ("waiting-for-fix", "raised"),
                ("waiting-for-fix", "cleared"),
                ("no-fix", "raised"),
                ("no-fix", "cleared"),
            ],
        )

    def test_summary_record(self):
        packets = usual_packets() + [udp(PEER, (SERVER[0], 5013), h02_position())]
        done = self.read_packets(packets)
        summary = done.records[-1]
        self.assertEqual(
            (summary["event"], summary["packets"], summary["messages"], summary["devices"]),
            ("summary", len(packets), 3, 2),
        )
        self.assertEqual(
            summary["ports"],
            [
                {"port": 5013, "transport": "udp", "messages": 1, "devices": 1, "protocols": ["h02"]},
                {"port": 5023, "transport": "tcp", "messages": 2, "devices": 1, "protocols": ["gt06"]},
            ],
        )
        self.assertEqual(set(summary["lost"].values()), {0}, "nothing is lost")

    def test_summary_alone(self):
        path = self.file(pcap([ethernet(packet) for packet in usual_packets()]))
        done = hexwatch("read", "--summary", path)
        self.assertEqual(done.status, 0)
        self.assertRegex(done.out, r"Summary: 2 messages of 1 devices? in 10 packets")
        self.assertNotIn(LOGIN.hex(), done.out)
        done = hexwatch("read", "--summary", "--format", "json", path)
        self.assertEqual([record["event"] for record in done.records], ["summary"])

    def test_text_lines(self):
        done = hexwatch("read", self.file(pcap([ethernet(packet) for packet in usual_packets()])))
        line = (
            f"2026-02-01 08:09:10.003000 tcp 5023 198.51.100.7:40312 < gt06 login, device {IMEI}, "
            f"no location, ok | {LOGIN.hex()}"
        )
        self.assertEqual(done.out.splitlines()[1], line)
        self.assertIn(f" > answer | {gt06_answer(LOGIN).hex()}", done.out.splitlines()[2])

    def test_ports_restrict(self):
        datagram = udp(PEER, (SERVER[0], 5013), h02_position())
        packets = usual_packets() + usual_packets((PEER[0], 40313), (SERVER[0], 5001)) + [datagram]
        for ports, count in (
            (["5023"], 4),
            (["5001,5023"], 8),
            (["5001", "5023"], 8),
            (["udp:5013"], 1),
            (["tcp:5013"], 0),
            (["5010-5030"], 5),
            (["tcp:5001-5300,udp:5013"], 9),
            ([], 9),
        ):
            with self.subTest(ports):
                self.assertEqual(len(told(self.read_packets(packets, *ports).records)), count)

    def test_datagrams_both_ways(self):
        server = (SERVER[0], 5013)
        done = self.read_packets(
            [
                udp(PEER, server, h02_heartbeat()),
                udp(server, PEER, h02_answer()),
                udp(PEER, server, h02_position()),
            ]
        )
        self.assertEqual(
            told(done.records),
            [
                ("in", h02_heartbeat().hex(), "h02", H02_ID, "ok"),
                ("out", h02_answer().hex(), "h02", H02_ID, None),
                ("in", h02_position().hex(), "h02", H02_ID, "ok"),
            ],
        )


if __name__ == "__main__":
    unittest.main()
