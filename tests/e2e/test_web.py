# SPDX-License-Identifier: Apache-2.0
"""The web server: figures for Prometheus, answers as JSON, and who is refused."""

import gzip
import http.client
import json
import os
import re
import socket
import threading
import time
import unittest

from harness import (
    DEADLINE,
    USAGE_OR_INPUT,
    TestCase,
    free_ports,
    hexwatch,
    limit_descriptors,
    processor_seconds,
    promised,
    receive,
    timed,
)
from packets import IMEI, gt06_answer, gt06_login, h02_position

LOGIN = gt06_login()


class WebCase(TestCase):
    def configure(self, more=""):
        place = self.folder()
        self.web, self.port, self.other = free_ports(3)
        config = os.path.join(place, "hexwatch.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(
                f'listen = {{ enabled = true; ports = "tcp:{self.port},tcp:{self.other}"; }};\n'
                f'control = {{ socket = ""; }};\nweb = {{ port = {self.web}; {more} }};\n'
            )
        return config

    def get(self, path, method="GET", body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.web, timeout=DEADLINE)
        headers = {name.replace("_", "-").title(): value for name, value in headers.items()}
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            return response.status, response.read().decode(), response.headers
        finally:
            connection.close()

    def paste(self, text, **headers):
        return self.get("/api/identify", "POST", text.encode() if isinstance(text, str) else text, **headers)

    def figures(self):
        status, text, _ = self.get("/metrics")
        self.assertEqual(status, 200)
        return dict(re.findall(r"^(hexwatch_\S+?(?:\{.*\})?) (\S+)$", text, re.M)), text

    def talk(self):
        peer = self.connect("127.0.0.1", self.port)
        peer.sendall(LOGIN)
        receive(peer, len(gt06_answer(LOGIN)))
        lost = self.connect("127.0.0.1", self.other)
        lost.sendall(h02_position(valid=False))
        lost.sendall(h02_position(valid=False))


class Said(WebCase):
    """At the start it is said where the page is."""

    def test_where_the_page_is(self):
        daemon = self.start("run", "-c", self.configure(), "--traccar", "none")
        self.assertIn(f"in a browser: http://127.0.0.1:{self.web}/\n", daemon.errors)
        daemon.stop()
        more = 'address = "0.0.0.0"; token = "secret";'
        daemon = self.start("run", "-c", self.configure(more), "--traccar", "none")
        self.assertIn(f"in a browser: http://127.0.0.1:{self.web}/?token=TOKEN", daemon.errors)
        self.assertNotIn("secret", daemon.errors)
        daemon.stop()
        with open(self.configure(), encoding="utf-8") as file:
            text = file.read().replace(f"port = {self.web};", "port = 0;")
        config = os.path.join(self.folder(), "none.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(text)
        self.assertNotIn("browser", self.start("run", "-c", config, "--traccar", "none").errors)


class Asked(WebCase):
    def test_answers(self):
        daemon = self.start("run", "-c", self.configure(), "--traccar", "none")
        self.assertEqual(self.get("/api/devices")[:2], (200, "[]\n"))
        self.talk()
        daemon.wait_for("message", 2, port=self.other)
        status, text, headers = self.get("/api/status")
        self.assertEqual((status, json.loads(text)["messages"]), (200, 3))
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        devices = json.loads(self.get("/api/devices")[1])
        self.assertEqual({device["device"] for device in devices}, {IMEI, "4112345678"})
        self.assertEqual(len(json.loads(self.get(f"/api/devices?device={IMEI}")[1])), 1)
        self.assertEqual(len(json.loads(self.get("/api/ports")[1])), 2)
        self.assertEqual(json.loads(self.get("/api/findings?finding=wrong-port")[1])[0]["code"], "wrong-port")
        self.assertEqual(json.loads(self.get("/api/messages?last=1")[1])[0]["device"], "4112345678")

    def test_the_page_travels_packed(self):
        self.start("run", "-c", self.configure(), "--traccar", "none")
        _, plain, headers = self.get("/page.js")
        self.assertNotIn("Content-Encoding", headers)
        connection = http.client.HTTPConnection("127.0.0.1", self.web, timeout=DEADLINE)
        self.keep(connection)
        connection.request("GET", "/page.js", headers={"Accept-Encoding": "br, gzip"})
        response = connection.getresponse()
        body = response.read()
        self.assertEqual(response.headers["Content-Encoding"], "gzip")
        self.assertLess(len(body), len(plain) // 2)
        self.assertEqual(gzip.decompress(body).decode(), plain)
        for accepted in ("gzip", "identity"):
            status, text, again = self.get(
                "/page.js", if_none_match=headers["ETag"], accept_encoding=accepted
            )
            self.assertEqual((status, text), (304, ""))
            self.assertNotIn("Content-Encoding", again)

    def test_figures(self):
        daemon = self.start("run", "-c", self.configure(), "--traccar", "none")
        before, _ = self.figures()
        self.assertEqual(before['hexwatch_findings{code="wrong-port"}'], "0", "known series are there from the start")
        self.talk()
        daemon.wait_for("message", 2, port=self.other)
        after, text = self.figures()
        for name, value in (
            ('hexwatch_messages_total{protocol="gt06"}', "1"),
            ('hexwatch_messages_total{protocol="h02"}', "2"),
            (f'hexwatch_port_messages_total{{transport="tcp",port="{self.other}"}}', "2"),
            ('hexwatch_port_messages_total{transport="any",port="other"}', "0"),
            ('hexwatch_devices{state="waiting"}', "2"),
            ('hexwatch_findings{code="wrong-port"}', "2"),
            ('hexwatch_findings_raised_total{code="wrong-port"}', "2"),
            ("hexwatch_received_bytes_total", str(len(LOGIN) + 2 * len(h02_position(valid=False)))),
        ):
            self.assertEqual(after.get(name), value, name)
        self.assertGreater(float(after["hexwatch_last_message_timestamp_seconds"]), 1e9)
        self.assertNotIn(IMEI, text, "what senders choose is no label")
        types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
        for name, kind in types.items():
            self.assertEqual(name.endswith("_total"), kind == "counter", name)


class Pasted(WebCase):
    """A paste is answered as the terminal answers it."""

    LINE = "tcp:5001 " + LOGIN.hex()

    def setUp(self):
        self.start("run", "-c", self.configure(), "--traccar", "none")

    def test_as_identify_does(self):
        text = self.LINE + "\n" + h02_position(valid=False).decode() + "\n"
        status, answer, headers = self.paste(text)
        self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
        records = json.loads(answer)
        again = hexwatch("identify", "--paste", "--format", "json", given=text.encode(), before=None).records
        self.assertEqual(len(records), 2)
        for record, other in zip(records, again, strict=True):
            self.assertEqual({name: record[name] for name in other}, other)
        lines = hexwatch("identify", "--paste", given=text.encode()).out.splitlines()
        said = [line[12:] for line in lines if line[:12].strip() in ("understood", "protocol", "port", "id", "fix")]
        mine = [
            sentence
            for record in records
            for sentence in (record["understood"], *(record["answer"][part] for part in ("protocol", "port", "id", "fix")))
        ]
        self.assertEqual(mine, said)

    def test_the_bytes_explained(self):
        [record] = json.loads(self.paste(self.LINE)[1])
        explained = record["explained"]
        message = bytes.fromhex(explained["hex"])
        self.assertEqual(message, LOGIN)
        fields = {field["name"]: field for field in explained["fields"]}
        place = fields["device"]
        self.assertEqual(message[place["offset"] : place["offset"] + place["length"]].hex(), "0" + IMEI)
        self.assertEqual((place["value"], fields["checksum"]["state"]), (IMEI, "ok"))
        told = [0] * len(message)
        for part in explained["fields"] + explained["unexplained"]:
            for offset in range(part["offset"], part["offset"] + part["length"]):
                told[offset] += 1
        self.assertEqual(told, [1] * len(message), "each byte is explained, or said not to be")
        broken = bytearray(LOGIN)
        broken[-3] ^= 1
        [record] = json.loads(self.paste(broken.hex())[1])
        states = {field["name"]: field["state"] for field in record["explained"]["fields"]}
        self.assertEqual(states["checksum"], "problem")
        [record] = json.loads(self.paste(h02_position(valid=False).decode())[1])
        states = {field["name"]: field["state"] for field in record["explained"]["fields"]}
        self.assertEqual(states["fix"], "problem")

    def test_what_cannot_be_read(self):
        for text in ("hello there", b"\0\1\2", b"\xff\xfe<script>", "7"):
            [record] = json.loads(self.paste(text)[1])
            self.assertEqual((record["event"], record["line"]), ("error", 1), text)
            self.assertIn("Paste", record["error"])
        self.assertEqual(self.paste("")[0], 400)
        self.assertEqual(self.paste("7" * 65536)[0], 200)
        self.assertEqual(self.paste("7" * 65537)[0], 413)
        self.assertEqual(self.get("/api/identify")[0], 405)

    def test_only_from_its_own_page(self):
        own = f"http://127.0.0.1:{self.web}"
        for headers, expected in (
            ({"origin": own}, 200),
            ({"origin": own, "sec_fetch_site": "same-origin"}, 200),
            ({"origin": "http://evil.example"}, 403),
            ({"origin": "http://127.0.0.1:3000"}, 403),
            ({"origin": "null"}, 403),
            ({"sec_fetch_site": "cross-site"}, 403),
            ({"sec_fetch_site": "same-site"}, 403),
            ({"host": "evil.example"}, 403),
        ):
            self.assertEqual(self.paste(self.LINE, **headers)[0], expected, headers)

    def test_many_at_once_hold_nothing_up(self):
        # what takes longest to judge
        heavy = "".join(f"{number * 2654435761 % 2**32:08x}" for number in range(8192))
        peer = self.connect("127.0.0.1", self.port)

        def answer():
            peer.sendall(LOGIN)
            receive(peer, len(gt06_answer(LOGIN)))

        def answers():
            asked = [threading.Thread(target=self.paste, args=(heavy,)) for _ in range(20)]
            for one in asked:
                one.start()
            took = [timed(answer)]
            while any(one.is_alive() for one in asked):
                took.append(timed(answer))
            return sorted(took)[len(took) // 2]

        promised(0.05, answers)
        self.assertEqual(self.paste(self.LINE)[0], 200)


class Crowded(WebCase):
    """Who comes and asks for nothing keeps nobody out for long, and costs next to nothing."""

    def idle(self, count):
        peers = []
        for _ in range(count):
            peer = socket.socket()
            peer.settimeout(DEADLINE)
            peer.connect(("127.0.0.1", self.web))
            peers.append(self.keep(peer))
        return peers

    def assert_at_ease(self, daemon):
        before, start = processor_seconds(daemon.pid), time.monotonic()
        peer = self.connect("127.0.0.1", self.port)
        for _ in range(5):
            peer.sendall(LOGIN)
            receive(peer, len(gt06_answer(LOGIN)))
            time.sleep(0.2)
        spent = processor_seconds(daemon.pid) - before
        self.assertLess(spent, 0.3 * (time.monotonic() - start))

    def open_files(self, daemon):
        return len(os.listdir(f"/proc/{daemon.pid}/fd"))

    def test_too_many_connections(self):
        daemon = self.start("run", "-c", self.configure(), "--traccar", "none")
        peers = self.idle(600)
        self.assert_at_ease(daemon)
        self.assertLess(self.open_files(daemon), 560)
        for peer in peers:
            peer.close()
        self.assertEqual(self.get("/api/status")[0], 200)
        self.assertEqual(daemon.stop(), 0)

    def test_no_descriptors(self):
        config = self.configure()
        daemon = self.start("run", "-c", config, "--traccar", "none", before=limit_descriptors(200))
        held = self.connect("127.0.0.1", self.port)
        held.sendall(LOGIN)
        receive(held, len(gt06_answer(LOGIN)))
        peers = self.idle(220)
        before, start = processor_seconds(daemon.pid), time.monotonic()
        time.sleep(1)
        held.sendall(LOGIN)
        receive(held, len(gt06_answer(LOGIN)))
        self.assertLess(processor_seconds(daemon.pid) - before, 0.2 * (time.monotonic() - start))
        for peer in peers:
            peer.close()
        self.assertEqual(self.get("/api/status")[0], 200)
        self.assertNotIn("[warn]", daemon.errors)


class Refused(WebCase):
    def test_strangers(self):
        self.start("run", "-c", self.configure(), "--traccar", "none")
        for path, method, headers, expected in (
            ("/api/status", "GET", {"host": "evil.example"}, 403),
            ("/api/status", "GET", {"host": f"evil.example:{self.web}"}, 403),
            ("/metrics", "GET", {"host": ""}, 403),
            ("/metrics", "GET", {"origin": "http://evil.example"}, 403),
            ("/metrics", "GET", {"origin": "null"}, 403),
            ("/metrics", "GET", {"origin": f"http://localhost:{self.web}", "host": "localhost"}, 200),
            ("/api/status", "POST", {}, 405),
            ("/api/nothing", "GET", {}, 400),
            ("/api/devices?foo=1", "GET", {}, 400),
            ("/api/tail", "GET", {}, 404),
            ("/../etc/passwd", "GET", {}, 404),
            ("/..%2fetc/passwd", "GET", {}, 404),
            ("/events", "GET", {"host": "evil.example"}, 403),
            ("/events", "GET", {"origin": "http://evil.example"}, 403),
            ("/", "GET", {"host": f"evil.example:{self.web}"}, 403),
            ("/", "POST", {}, 405),
            ("/", "PUT", {}, 405),
            ("/", "DELETE", {}, 405),
            ("/events", "HEAD", {}, 200),
            ("/api/status", "HEAD", {}, 200),
        ):
            with self.subTest((path, method, headers)):
                self.assertEqual(self.get(path, method, **headers)[0], expected)

    def test_two_names(self):
        """Which of them a proxy looked at nobody knows."""
        self.start("run", "-c", self.configure(), "--traccar", "none")
        for second, expected in (("Host: evil.example", b" 403 "), ("X-Host: evil.example", b" 200 ")):
            peer = self.connect("127.0.0.1", self.web)
            peer.sendall(f"GET /api/status HTTP/1.1\r\nHost: localhost\r\n{second}\r\n\r\n".encode())
            self.assertIn(expected, receive(peer, 15))

    def test_a_token(self):
        self.start("run", "-c", self.configure('token = "secret";'), "--traccar", "none")
        for given, expected in ((None, 401), ("Bearer secre", 401), ("Bearer secrets", 401), ("Bearer secret", 200)):
            headers = {"authorization": given} if given else {}
            self.assertEqual(self.get("/metrics", **headers)[0], expected, given)

    def test_a_browser_is_given_the_token_as_a_cookie(self):
        self.start("run", "-c", self.configure('token = "se cret+";'), "--traccar", "none")
        for path in ("/", "/?token=se%20cret", "/?token=", "/?x=se%20cret%2b", "/page.css?token=se%20cret%2b"):
            status, text, headers = self.get(path)
            self.assertEqual(status, 401, path)
            self.assertNotIn("Set-Cookie", headers)
            self.assertIn("/?token=", text)
        status, text, headers = self.get("/?token=se%20cret%2b")
        self.assertEqual((status, headers["Location"]), (303, "/"))
        self.assertNotIn("cret", text + str(headers))
        cookie, *attributes = headers["Set-Cookie"].split("; ")
        self.assertEqual(set(attributes), {"Path=/", "HttpOnly", "SameSite=Strict"})
        self.assertEqual(self.get("/api/status", cookie=cookie)[0], 200)
        self.assertEqual(self.get("/api/status", cookie=cookie[:-1])[0], 401)
        self.assertEqual(self.get("/api/status", cookie="other=1; " + cookie)[0], 200)
        self.assertEqual(self.paste("hello")[0], 401)
        self.assertEqual(self.paste("hello", cookie=cookie)[0], 200)
        # a page of another site cannot use it
        self.assertEqual(self.paste("hello", cookie=cookie, origin="http://evil.example")[0], 403)

    def test_open_to_others_only_on_purpose(self):
        done = hexwatch("run", "-c", self.configure('address = "0.0.0.0";'), "--traccar", "none")
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, "web.address", "web.token", "web.proxy")

    def test_a_taken_port_stops_nothing(self):
        config = self.configure()
        first = self.start("run", "-c", config, "--traccar", "none")
        again = os.path.join(self.folder(), "again.conf")
        with open(again, "w", encoding="utf-8") as file:
            file.write(
                f'listen = {{ enabled = true; ports = "tcp:{free_ports(1)[0]}"; }};\n'
                f'control = {{ socket = ""; }};\nweb = {{ port = {self.web}; }};\n'
            )
        second = self.start("run", "-c", again, "--traccar", "none")
        second.wait_error("web.port")
        self.assertEqual((first.stop(), second.stop()), (0, 0))


if __name__ == "__main__":
    unittest.main()
