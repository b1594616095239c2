# SPDX-License-Identifier: Apache-2.0
"""What is said is true: the last line, advice for this Traccar, and nobody's password."""

import os
import struct
import unittest
import zipfile

from harness import TestCase, hexwatch
from packets import (
    ACK,
    IMEI,
    PEER,
    RST,
    SERVER,
    Talk,
    ethernet,
    gt06_login,
    gt06_position,
    osmand_position,
    pcap,
    tcp,
    udp,
)

WRONG, WEB = (SERVER[0], 5013), (SERVER[0], 8082)
LOGIN = b"POST /api/session HTTP/1.1\r\nHost: gps.example.org\r\n"
LOGIN += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 46\r\n\r\nemail=somebody%40example.org&password=tops3cret"


def visit(messages, server=WRONG, port=40000):
    """A whole connection: handshake, messages, end."""
    talk = Talk((PEER[0], port), server)
    packets = talk.open()
    for message in messages:
        packets += talk.say(message)
    return packets + talk.close()


class TruthCase(TestCase):
    def read(self, packets, *arguments, json=True):
        """Packets: bytes, or (bytes, seconds)."""
        frames = [
            (ethernet(packet[0]), packet[1]) if isinstance(packet, tuple) else ethernet(packet)
            for packet in packets
        ]
        path = os.path.join(self.folder(), "x.pcap")
        with open(path, "wb") as file:
            file.write(pcap(frames))
        form = ("--format", "json") if json else ()
        traccar = () if "--traccar" in arguments else ("--traccar", "none")
        done = hexwatch("read", *form, *traccar, path, *arguments)
        self.assertEqual((done.status, done.errors), (0, ""))
        return done

    def at(self, seconds, packets):
        return [(packet, seconds + number * 0.01) for number, packet in enumerate(packets)]

    def traccar(self, entries):
        folder = self.folder()
        os.mkdir(os.path.join(folder, "conf"))
        with open(os.path.join(folder, "conf", "traccar.xml"), "w") as file:
            file.write("<?xml version='1.0' encoding='UTF-8'?>\n<properties>\n")
            for key, value in entries.items():
                file.write(f"<entry key='{key}'>{value}</entry>\n")
            file.write("</properties>\n")
        return folder


class LastLine(TruthCase):
    def test_a_finding_that_is_over_is_in_the_summary(self):
        packets = self.at(0, visit([gt06_login()])) + self.at(7200, visit([gt06_login()], SERVER, 40001))
        summary = self.read(packets).records[-1]
        self.assertEqual(
            [(f["code"], f["state"], f["device"]) for f in summary["findings"]],
            [("wrong-port", "cleared", IMEI)],
        )
        text = self.read(packets, json=False).out
        self.assertIn("Findings that are over:\n+ PROBLEM wrong-port: ", text)
        self.assertNotIn("nothing to do", text)

    def test_a_device_that_reports_every_two_hours_is_told_once(self):
        packets = []
        for number in range(5):
            packets += self.at(number * 7200, visit([gt06_login()], port=41000 + number))
        done = self.read(packets)
        self.assertEqual([(f["code"], f["state"]) for f in done.of("finding")], [("wrong-port", "raised")])
        (finding,) = done.records[-1]["findings"]
        self.assertEqual((finding["state"], finding["times"]), ("raised", 1))
        self.assertLess(finding["first"], finding["last"])

    def test_nothing_came_to_the_ports(self):
        text = self.read(visit([b"x"], (SERVER[0], 9999)), json=False).out
        self.assertIn("in 7 packets: none of them brought data to the ports that are watched.\n", text)
        self.assertNotIn("nothing was received", text)

    def test_a_capture_that_cuts_its_packets(self):
        frames = [ethernet(packet) for packet in visit([gt06_login(), gt06_position()])]
        content, whole = pcap([frame[:68] for frame in frames]), iter(frames)
        at = 24
        while at < len(content):  # the length on the wire stays
            (size,) = struct.unpack_from("<I", content, at + 8)
            content = content[: at + 12] + struct.pack("<I", len(next(whole))) + content[at + 16 :]
            at += 16 + size
        path = os.path.join(self.folder(), "cut.pcap")
        with open(path, "wb") as file:
            file.write(content)
        done = hexwatch("read", "--traccar", "none", path)
        self.assertEqual((done.status, done.errors), (0, ""))
        self.assertIn("2 packets cut off by the capture", done.out)
        self.assertIn("\nThe capture cut its packets: make one with whole packets", done.out)
        self.assertNotIn("nothing to do", done.out)

    def test_a_doubtful_message_is_not_nothing(self):
        text = self.read(visit([gt06_position()[:10]]), json=False).out
        self.assertIn("No finding is sure, but 1 message did not fit the port it came to.\n", text)
        self.assertNotIn("nothing to do", text)


class Transport(TruthCase):
    def test_datagrams_for_a_protocol_of_tcp(self):
        packets = [udp(PEER, SERVER, gt06_login()), udp(PEER, SERVER, gt06_position())]
        done = self.read(packets)
        self.assertEqual({m["verdict"] for m in done.of("message")}, {"wrong-transport"})
        (finding,) = done.of("finding")
        self.assertEqual((finding["code"], finding["right_port"]), ("wrong-transport", 5023))
        self.assertIn("Set the device to TCP", finding["advice"])


class Attempts(TruthCase):
    def attempts(self, count, answer):
        packets = []
        for number in range(count):
            peer = (PEER[0], 40000 + number)
            packets += self.at(number * 30, [Talk(peer, SERVER).open()[0]])
            if answer:
                packets += self.at(number * 30 + 0.1, [tcp(SERVER, peer, 0, 1001, RST | ACK)])
        return packets + self.at(count * 30 + 60, visit([gt06_login()], (SERVER[0], 5013)))

    def test_refused(self):
        done = self.read(self.attempts(6, True))
        states = [c["state"] for c in done.of("connection") if c["port"] == 5023]
        self.assertEqual(states, ["refused"] * 6)
        self.assertEqual([f["code"] for f in done.of("finding")], ["refused", "wrong-port"])
        self.assertNotIn("without sending anything", done.out)
        text = self.read(self.attempts(6, True), json=False).out
        self.assertIn("  6 refused\n", text)

    def test_not_answered(self):
        done = self.read(self.attempts(1, False))
        states = [c["state"] for c in done.of("connection") if c["port"] == 5023]
        self.assertEqual(states, ["unanswered"])
        self.assertEqual([f["code"] for f in done.of("finding")], ["dropped", "wrong-port"])


    def test_the_devices_side_alone(self):
        packets = []
        for number in range(5):
            packets += self.at(number * 60, visit([gt06_login()], SERVER, 40000 + number))
        half = [(packet, at) for packet, at in packets if packet[12:16] == packets[0][0][12:16]]
        done = self.read(half, json=False)
        self.assertNotIn("PROBLEM", done.out)
        self.assertIn("5 connections without the server's side", done.out)
        self.assertNotIn("nothing to do", done.out)
        self.assertIn("PROBLEM no-answer", self.read(packets, json=False).out)

    def test_the_servers_side_alone(self):
        talk = Talk()
        packets = [(packet, 0) for packet in talk.open()]
        packets += [(packet, 1) for packet in talk.say(gt06_login()) + talk.say(b"answer", "out")]
        packets += [(packet, 60) for packet in talk.say(b"", "out")]
        half = [(packet, at) for packet, at in packets if packet[12:16] == packets[1][0][12:16]]
        self.assertEqual(len(half), 3)
        silent = Talk((PEER[0], 40009)).open()[1:2]  # answered, and nothing else is seen of it
        done = self.read([*half, (silent[0], 60), (silent[0], 100)], json=False)
        self.assertIn(": 1 connection brought none that was seen.\n", done.out)
        self.assertIn("18 bytes never seen", done.out)
        for word in ("half-open", "silent", "nothing to do"):
            self.assertNotIn(word, done.out)


class ThisTraccar(TruthCase):
    def test_a_protocol_that_is_not_enabled(self):
        folder = self.traccar({"protocols.enable": "h02,osmand"})
        done = self.read(visit([gt06_login()], SERVER), "--traccar", folder)
        (finding,) = done.of("finding")
        self.assertEqual(finding["code"], "switched-off")
        self.assertIn("Add gt06 to protocols.enable", finding["advice"])
        self.assertNotIn("Set the server port", finding["advice"])
        self.assertNotIn("right_port", done.of("message")[0], "its port would be no help")

    def test_a_protocol_whose_port_is_0(self):
        folder = self.traccar({"gt06.port": "0"})
        (finding,) = self.read(visit([gt06_login()], SERVER), "--traccar", folder).of("finding")
        self.assertEqual(finding["code"], "switched-off")
        self.assertIn("Set gt06.port to 5023", finding["advice"])

    def finding_of(self, packets, folder, *arguments):
        (finding,) = self.read(packets, "--traccar", folder, *arguments).of("finding")
        return finding

    def test_a_port_with_tls(self):
        folder = self.traccar({"gt06.ssl": "true"})
        finding = self.finding_of(visit([gt06_login(), gt06_position()], SERVER), folder)
        self.assertEqual((finding["code"], finding["right_port"]), ("wrong-transport", 5023))
        self.assertIn("in the clear, but this Traccar expects TLS there", finding["text"])
        hello = bytes.fromhex("16030100c8010000c40303") + bytes(range(192))
        finding = self.finding_of(visit([hello], SERVER), folder)
        self.assertEqual((finding["code"], finding["severity"]), ("unidentified", "info"))
        self.assertEqual(self.finding_of(visit([hello]), folder)["code"], "not-a-tracker")

    def test_a_traccar_that_is_too_old(self):
        """By the manifest of its jar: which protocols it knows, and what it calls them."""
        folder = self.traccar({})
        photo = b'{"imei":"123456789012345","lat":"47.51","lng":"19.09","alarmTime":1769933350,'
        photo += b'"mimeType":"image/jpeg","businessType":"1","eventType":"7","instructionId":"12"}'
        body = b"--b7\r\nContent-Disposition: form-data; name=\"callbackBody\"\r\n\r\n%s\r\n--b7--\r\n" % photo
        post = b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b7\r\n"
        post += b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        packets = visit([post])
        self.assertEqual(self.finding_of(packets, folder)["right_port"], 5267)
        with zipfile.ZipFile(os.path.join(folder, "tracker-server.jar"), "w", zipfile.ZIP_DEFLATED) as jar:
            jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nImplementation-Version: 6.7\r\n")
        finding = self.finding_of(packets, folder)
        self.assertEqual(finding["code"], "switched-off")
        self.assertIn("which this Traccar (version 6.7) does not know", finding["text"])
        finding = self.finding_of(visit([gt06_login()], (SERVER[0], 5015)), folder)
        self.assertIn("port 5015, where Traccar speaks huabao", finding["text"])

    def test_a_routers_ports(self):
        path = os.path.join(self.folder(), "hexwatch.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write("portmap = ( { outside = 55023; inside = 5023; } );\n")
        # behind the router, and before it
        for packets in (visit([gt06_login()]), visit([gt06_login()], (SERVER[0], 5013))):
            finding = self.finding_of(packets, "none", "--config", path)
            self.assertEqual((finding["code"], finding["right_port"]), ("wrong-port", 55023))
        done = self.read(visit([gt06_login()], (SERVER[0], 55023)), "--config", path)
        self.assertEqual([m["verdict"] for m in done.of("message")], ["ok"])

    def test_a_port_of_a_protocol_that_is_switched_off_is_nobodys(self):
        folder = self.traccar({"protocols.enable": "gt06"})
        packets = visit([b"\xde\xad\xbe\xef\x00\x01"], (SERVER[0], 5211))
        (finding,) = self.read(packets, "--traccar", folder).of("finding")
        self.assertIn("where this Traccar does not listen", finding["text"])


class WebPort(TruthCase):
    """On Traccar's web port only trackers are shown: browsers' requests hold passwords."""

    def expect_no_password(self, packets, messages):
        for json in (True, False):
            done = self.read(packets, json=json)
            self.assertNotIn(b"tops3cret".hex(), done.out)
            self.assertNotIn(LOGIN[:8].hex(), done.out)
            if json:
                self.assertEqual([m["protocol"] for m in done.of("message")], messages)

    def test_a_browser_behind_a_phone_app(self):
        self.expect_no_password(visit([osmand_position(), LOGIN], WEB), ["osmand"])

    def test_nothing_behind_a_browser(self):
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        talk = Talk(PEER, WEB)
        packets = talk.open() + talk.say(osmand_position()) + talk.say(answer, "out")
        packets += talk.say(LOGIN) + talk.say(b"Set-Cookie: tops3cret", "out") + talk.say(osmand_position())
        done = self.read(packets + talk.close())
        self.assertEqual([m["direction"] for m in done.of("message")], ["in"])
        self.assertNotIn(b"tops3cret".hex(), done.out)

    def test_both_in_one_piece(self):
        self.expect_no_password(visit([osmand_position() + LOGIN], WEB), ["osmand"])
        self.expect_no_password(visit([LOGIN + osmand_position()], WEB), [])

    def test_a_login_in_pieces(self):
        talk = Talk(PEER, WEB)
        packets = talk.open() + talk.say(osmand_position()) + talk.pieces(LOGIN, 30) + talk.close()
        self.expect_no_password(packets, ["osmand"])

    def test_a_login_in_the_address(self):
        request = b"GET /api/session?token=tops3cret HTTP/1.1\r\nHost: gps.example.org\r\n\r\n"
        self.expect_no_password(visit([osmand_position(), request], WEB), ["osmand"])

    def test_a_binary_tracker_is_shown(self):
        done = self.read(visit([gt06_login()], WEB))
        self.assertEqual([m["protocol"] for m in done.of("message")], ["gt06"])
        self.assertEqual([f["code"] for f in done.of("finding")], ["wrong-web-port"])


class TrackersPort(TruthCase):
    """Who takes a tracker's port for the web interface is told so, and the password is shown to nobody."""

    def expect_no_password(self, packets, paths):
        done = self.read(packets)
        for output in (done.out, self.read(packets, "-A", json=False).out):
            for secret in ("tops3cret", "somebody", "dG9wczNjcmV0"):
                self.assertNotIn(secret, output)
                self.assertNotIn(secret.encode().hex(), output)
        shown = [bytes.fromhex(m["hex"]).split(b"*")[0].decode() for m in done.of("message")]
        self.assertEqual(shown, paths)
        return done

    def test_a_login(self):
        done = self.expect_no_password(visit([LOGIN], SERVER), ["POST /api/session"])
        self.assertEqual([f["code"] for f in done.of("finding")], ["wrong-web-port"])

    def test_in_pieces(self):
        talk = Talk(PEER, SERVER)
        packets = talk.open() + talk.pieces(LOGIN, 30) + talk.close()
        self.expect_no_password(packets, ["POST /api/session"])

    def test_cut_off(self):
        cut = LOGIN[:-3]
        packets = self.at(0, visit([cut], SERVER)[:-3]) + self.at(60, visit([gt06_login()], SERVER, 40009))
        done = self.read(packets)
        self.assertNotIn(b"tops3".hex(), done.out)
        self.assertEqual([m["protocol"] for m in done.of("message") if "protocol" in m], ["gt06"])

    def test_what_follows_and_what_is_answered(self):
        answer = b"HTTP/1.1 200 OK\r\nSet-Cookie: tops3cret\r\n\r\n"
        talk = Talk(PEER, SERVER)
        packets = talk.open() + talk.say(LOGIN) + talk.say(answer, "out") + talk.say(b"tops3cret again")
        self.expect_no_password(packets + talk.close(), ["POST /api/session", "HTTP/1.1 200 OK\r\n", ""])

    def test_a_header(self):
        request = b"GET /x HTTP/1.1\r\nHost: x\r\nAuthorization: Basic dG9wczNjcmV0\r\n\r\n"
        done = self.expect_no_password(visit([request], SERVER), ["GET /x"])
        self.assertEqual([f["code"] for f in done.of("finding")], ["not-a-tracker"])


if __name__ == "__main__":
    unittest.main()
