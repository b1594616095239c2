# SPDX-License-Identifier: Apache-2.0
"""The page's stream of events: what there is, then what changes; in time, whoever else reads, or does not."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import unittest
import unittest.mock
import urllib.parse

from harness import DEADLINE, ENVIRONMENT, TestCase, free_ports, promised, receive, wait_until
from packets import IMEI, gt06_answer, gt06_login, gt06_position, h02_position

LOGIN = gt06_login()
READERS = 128

# more that read, and look only for the three ends of what there is
DRAIN = """
import selectors, socket, sys
END = b'"whole":true,"end":true'
rest, ends, chosen = {}, {}, selectors.DefaultSelector()
for _ in range(int(sys.argv[2])):
    peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    peer.sendall(b"GET /events HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
    chosen.register(peer, selectors.EVENT_READ)
    rest[peer], ends[peer] = b"", 0
print("all", flush=True)
while True:
    for key, _ in chosen.select():
        peer, got = key.fileobj, key.fileobj.recv(65536)
        if not got:
            sys.exit("one was let go")
        if peer in ends:
            text = rest[peer] + got
            ends[peer] += text.count(END)
            rest[peer] = text[-len(END) + 1 :]
            if ends[peer] == 3:
                del ends[peer]
                if not ends:
                    print("whole", flush=True)
"""


class Stream:
    """One reader of /events. Every event is kept with its moment; a block that is none fails the test at close()."""

    def __init__(self, port, query="", **headers):
        self.events, self.broken = [], []
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
        self.connection.request("GET", "/events" + query, headers=headers)
        self.response = self.connection.getresponse()
        self.status, self.headers = self.response.status, self.response.headers
        self.text = "" if self.status == 200 else self.response.read().decode()
        self.socket = self.connection.sock or self.response.fp.raw._sock
        self.retry, self.comments = None, 0
        self.tables, self.unfinished = {}, set()
        self.thread = threading.Thread(target=self._read, daemon=True)
        if self.status == 200:
            self.thread.start()

    def _take(self, block, moment):
        fields = {}
        for line in block:
            name, colon, value = line.partition(": ")
            if line.startswith(":"):
                self.comments += 1
            elif name == "retry":
                self.retry = int(value)
            elif colon and name in ("id", "event", "data") and name not in fields:
                fields[name] = value
            else:
                self.broken.append(line)
        if fields:
            try:
                data = json.loads(fields["data"])
                if not re.fullmatch(r"[ -~]*", fields["data"]):
                    raise ValueError("not plain ASCII")
                self._keep(fields["event"], data)
                self.events.append((fields["event"], data, moment, int(fields["id"])))
            except (KeyError, ValueError) as error:
                self.broken.append((error, fields))

    def _read(self):
        block = []
        try:
            for line in self.response:
                line = line.decode("ascii").rstrip("\n")
                if line:
                    block.append(line)
                else:
                    self._take(block, time.time())
                    block = []
        except (OSError, ValueError, AttributeError, http.client.HTTPException) as error:
            if isinstance(error, UnicodeDecodeError):
                self.broken.append(error)

    def of(self, name):
        return [data for event, data, _, _ in list(self.events) if event == name]

    def _keep(self, name, data):
        """The rows as the page has them: whole ones, then those that changed, without those that have gone."""
        rows = self.tables.setdefault(name, {})
        if data.get("whole") and name not in self.unfinished:
            rows.clear()
        if data.get("whole"):
            (self.unfinished.discard if data["end"] else self.unfinished.add)(name)
        for key in data.get("gone", ()):
            rows.pop(key, None)
        rows.update((row["key"], row) for row in data.get("rows", ()) if "key" in row)

    def table(self, name):
        return dict(self.tables.get(name, {}))

    def is_whole(self, name):
        return any(data.get("end") for data in self.of(name))

    def wait(self, condition, what):
        return wait_until(condition, lambda: f"{what}: {str(self.broken or self.events[-2:])[:500]}")

    def wait_whole(self):
        self.wait(lambda: all(map(self.is_whole, ("devices", "findings", "ports"))), "the snapshot")

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        if self.thread.is_alive():
            self.thread.join(DEADLINE)
        self.connection.close()
        if self.broken:
            raise AssertionError(self.broken[:3])


class EventsCase(TestCase):
    def run_daemon(self, more=""):
        self.web, self.port, self.other, self.phone = free_ports(4)
        config = os.path.join(self.folder(), "hexwatch.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(
                f'listen = {{ enabled = true; ports = "{self.port},{self.other},{self.phone}"; }};\n'
                f'control = {{ socket = ""; }};\nevents = {{ lines = false; }};\n'
                f"web = {{ port = {self.web}; }};\n{more}\n"
            )
        return self.start("run", "-c", config, "--traccar", "none")

    def stream(self, query="", **headers):
        return self.keep(Stream(self.web, query, **headers))

    def ask(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.web, timeout=DEADLINE)
        try:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def login(self, imei=IMEI):
        peer = self.connect("127.0.0.1", self.port)
        message = gt06_login(imei)
        peer.sendall(message)
        receive(peer, len(gt06_answer(message)))
        return peer

    def fill(self, count):
        """So many devices, each with one message."""
        peer = self.connect("127.0.0.1", self.other)
        for first in range(0, count, 500):
            ids = range(first, min(first + 500, count))
            peer.sendall(b"".join(h02_position(f"{4100000000 + number}") for number in ids))
        wait_until(lambda: self.ask("/api/status")["devices"]["all"] == count, f"{count} devices")
        return peer


class Told(EventsCase):
    def test_what_there_is_then_what_changes(self):
        self.run_daemon()
        peer = self.login()
        peer.sendall(gt06_position(valid=False))
        wait_until(lambda: self.ask("/api/status")["messages"] == 2, "both messages")
        stream = self.stream()
        stream.wait_whole()
        self.assertEqual((stream.status, stream.headers["Content-Type"]), (200, "text/event-stream"))
        self.assertEqual(stream.retry, 2000)
        self.assertEqual(stream.events[0][0], "status", "the answer comes first")
        numbers = [number for *_, number in stream.events]
        self.assertEqual(numbers, sorted(set(numbers)))

        [row] = stream.table("devices").values()
        for name, value in (("device", IMEI), ("protocol", "gt06"), ("port", self.port), ("transport", "tcp")):
            self.assertEqual(row[name], value)
        self.assertEqual((row["messages"], row["location"], len(row["chart"])), (2, "invalid", 10))
        self.assertEqual(len(stream.table("ports")), 6)
        codes = {finding["code"] for finding in stream.table("findings").values()}
        self.assertEqual(codes, {"wrong-port", "waiting-for-fix"})
        self.assertEqual([message["device"] for data in stream.of("messages") for message in data["rows"]], [IMEI] * 4)

        peer.sendall(gt06_position())
        stream.wait(lambda: any(row.get("lat") for row in stream.of("messages")[-1]["rows"]), "the position")
        changed = stream.wait(
            lambda: [row for row in stream.table("devices").values() if row["location"] == "valid"], "the row"
        )
        self.assertEqual((changed[0]["key"], changed[0]["messages"]), (row["key"], 3))
        stream.wait(lambda: [f for f in stream.table("findings").values() if f["state"] == "cleared"], "the end of it")
        status = stream.wait(lambda: [s for s in stream.of("status") if s["messages"] == 3], "the count")[-1]
        self.assertEqual([point["point"] for point in status["points"]], [1, 2, 3, 4, 5, 6])
        for name in ("version", "now", "rate", "answer"):
            self.assertIn(name, status)
        # as doctor says it: with what is known of the host, and of the findings
        guide = stream.wait(
            lambda: [s["points"] for s in stream.of("status") if s["points"][5]["facts"] == "6 of 6 listen"], "the guide"
        )[-1]
        self.assertEqual([guide[0]["state"], guide[4]["state"]], ["ok", "problem"])
        self.assertIn("wrong-port", guide[4]["facts"])
        self.assertIn("5023", guide[4]["next"])
        # what it all amounts to is what is answered to who asks
        devices = {str(device["number"]): device for device in self.ask("/api/devices")}
        self.assertEqual(set(stream.table("devices")), set(devices))
        quiet = len(stream.of("devices"))
        stream.wait(lambda: len(stream.of("status")) > 4, "the status goes on coming")
        self.assertLessEqual(len(stream.of("devices")), quiet + 1, "nothing changes, nothing is sent")

    def test_two_see_the_same(self):
        self.run_daemon()
        streams = [self.stream(), self.stream()]
        for stream in streams:
            stream.wait_whole()
        self.fill(30)
        late = self.stream()
        for stream in (*streams, late):
            stream.wait(lambda one=stream: len(one.table("devices")) == 30, "all devices")
        for other in (streams[1], late):
            other.wait(lambda one=other: streams[0].table("devices") == one.table("devices"), "the same")

    def test_what_the_table_forgets(self):
        self.run_daemon("limits = { devices = 16; };")
        stream = self.stream()
        stream.wait_whole()
        peer = self.connect("127.0.0.1", self.other)
        for number in range(40):
            peer.sendall(h02_position(f"{4100000000 + number}"))
        stream.wait(lambda: self.ask("/api/status")["messages"] == 40, "all of them")

        def is_same():
            return set(stream.table("devices")) == {str(device["number"]) for device in self.ask("/api/devices")}

        stream.wait(is_same, "the rows that are left")
        self.assertEqual(len(stream.table("devices")), 16)

    def test_a_sender_that_tells_its_id_later(self):
        self.run_daemon()
        stream = self.stream()
        stream.wait_whole()
        peer = self.connect("127.0.0.1", self.port)
        peer.sendall(gt06_position())
        stream.wait(lambda: [row for row in stream.table("devices").values() if "device" not in row], "a nameless one")
        peer.sendall(LOGIN)
        stream.wait(lambda: [row.get("device") for row in stream.table("devices").values()] == [IMEI], "its name, once")

    def test_hostile_words(self):
        self.run_daemon()
        stream = self.stream()
        stream.wait_whole()
        ids = (
            "<script>alert(1)</script>",
            '"]}\n\nevent: status\ndata: {}\n\n',
            "\x1b[2J\x1b]0;pwned\x07",
            "x" * 4096,
            b"\xff\xfe\xc0\xaf\x80",
            "\u202e\u2028\u2029\x85",
            "\\u0022'`${}",
        )
        for name in ids:
            peer = self.connect("127.0.0.1", self.phone)
            value = urllib.parse.quote(name, safe="")
            peer.sendall(f"GET /?id={value}&lat=1&lon=2&timestamp=1769904000 HTTP/1.1\r\nHost: {value}\r\n\r\n".encode())
        raw = self.connect("127.0.0.1", self.phone)
        raw.sendall(b'GET /?id=<b>"\xff\x01</b>&lat=1&lon=2 HTTP/1.1\r\n\r\n')
        stream.wait(lambda: self.ask("/api/status")["messages"] >= len(ids), "all of them")
        stream.wait(lambda: len(stream.table("devices")) >= len(ids) - 1, "their rows")
        stream.wait(
            lambda: "<script>alert(1)</script>" in {row.get("device", "") for row in stream.table("devices").values()},
            "in JSON it is text, and stays what it is",
        )
        self.assertEqual(stream.broken, [])
        stream.close()


class Chosen(EventsCase):
    """Whose messages are followed is chosen here, so that none of them is skipped for others'."""

    def test_one_device_among_many(self):
        self.run_daemon()
        stream = self.stream("?only=messages&device=" + IMEI)
        self.assertEqual(stream.status, 200)
        others = self.connect("127.0.0.1", self.other)
        peer = self.login()
        for number in range(5):
            others.sendall(b"".join(h02_position(f"41000{i:05d}") for i in range(400)))
            peer.sendall(gt06_position(serial=number + 2))
        stream.wait(lambda: sum(len(data["rows"]) for data in stream.of("messages")) >= 7, "seven of it")
        rows = [row for data in stream.of("messages") for row in data["rows"]]
        self.assertEqual({row["device"] for row in rows}, {IMEI})
        self.assertEqual({event for event, *_ in stream.events}, {"messages"})
        self.assertEqual(self.stream("?nonsense=1").status, 400)
        self.assertEqual(self.stream(f"?port={self.port}").status, 200)


class Crowd(EventsCase):
    def test_one_too_many(self):
        self.run_daemon()
        streams = [self.stream() for _ in range(READERS)]
        self.assertEqual({stream.status for stream in streams}, {200})
        late = self.stream()
        self.assertEqual(late.status, 503)
        self.assertIn("try again", late.text)
        streams[0].close()
        wait_until(lambda: self.stream().status == 200, "room for another")

    def memory(self, daemon):
        with open(f"/proc/{daemon.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def waits(self, count=200):
        """How long a device waits for its answer, s: sorted."""
        peer = self.connect("127.0.0.1", self.port)
        took = []
        for _ in range(count):
            start = time.monotonic()
            peer.sendall(LOGIN)
            receive(peer, len(gt06_answer(LOGIN)))
            took.append(time.monotonic() - start)
            time.sleep(0.005)
        return sorted(took)

    def deaf(self):
        """Asks, and never reads."""
        peer = socket.socket()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.connect(("127.0.0.1", self.web))
        peer.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return self.keep(peer)

    def test_many_that_do_not_read(self):
        # a build with AddressSanitizer keeps what was freed for a while: that is not the daemon's memory
        with unittest.mock.patch.dict(ENVIRONMENT, ASAN_OPTIONS="quarantine_size_mb=1"):
            daemon = self.run_daemon()
        self.fill(10000)
        before, alone = self.memory(daemon), self.waits()
        first = self.stream()
        drain = subprocess.Popen([sys.executable, "-c", DRAIN, str(self.web), "49"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(drain.wait)
        self.addCleanup(drain.stdout.close)
        self.addCleanup(drain.kill)
        self.assertEqual(drain.stdout.readline(), "all\n")
        for _ in range(50):
            self.deaf()
        first.wait(lambda: len(first.table("devices")) == 10001, "ten thousand rows")
        stop = threading.Event()

        def load():
            peer = self.connect("127.0.0.1", self.other)
            number = 0
            while not stop.is_set():
                peer.sendall(b"".join(h02_position(f"{4100000000 + (number + i) % 10000}") for i in range(100)))
                number += 100
                time.sleep(0.05)

        sender = threading.Thread(target=load)
        sender.start()
        try:
            middle, worst = len(alone) // 2, len(alone) * 95 // 100

            def longer():
                crowded = self.waits()
                return max(5 * (crowded[middle] - alone[middle]), crowded[worst] - alone[worst])

            promised(0.1, longer)
            self.assertEqual(drain.stdout.readline(), "whole\n", "each of those who read has ten thousand rows")
            after = self.memory(daemon)
        finally:
            stop.set()
            sender.join()
        drain.kill()
        # the rows themselves, once, and what those who read were just being sent
        self.assertLess(after - before, 64 * 1024)
        self.assertEqual(daemon.stop(), 0)


class Time(EventsCase):
    def test_five_thousand_a_second(self):
        self.run_daemon()
        stream = self.stream()
        stream.wait_whole()
        stop, sent = threading.Event(), [0]

        def load():
            peers = [self.connect("127.0.0.1", self.other) for _ in range(5)]
            blobs = [b"".join(h02_position(f"41{n}{i:07d}") for i in range(50)) for n in range(5)]
            start = time.monotonic()
            while not stop.is_set():
                for peer, blob in zip(peers, blobs, strict=True):
                    peer.sendall(blob)
                    sent[0] += 50
                ahead = sent[0] / 5000 - (time.monotonic() - start)
                if ahead > 0:
                    time.sleep(ahead)

        sender = threading.Thread(target=load)
        sender.start()
        try:
            wait_until(lambda: sent[0] >= 5000, "the load")
            devices = 0

            def seen_late():
                """A device nobody knew: when does its row come?"""
                nonlocal devices
                took = []
                for _ in range(10):
                    imei, start = str(355000000000000 + devices), time.time()
                    devices += 1
                    self.login(imei)
                    moment = stream.wait(
                        lambda one=imei: [
                            moment
                            for event, data, moment, _ in list(stream.events)
                            if event == "devices" and any(row.get("device") == one for row in data.get("rows", ()))
                        ],
                        "the row",
                    )[0]
                    took.append(moment - start)
                return sorted(took)[5]

            promised(0.3, seen_late)

            def shown_late():
                """And the messages that are shown come at once."""
                first, count = len(stream.events), len(stream.of("messages"))
                stream.wait(lambda: len(stream.of("messages")) >= count + 20, "messages")
                late = sorted(
                    moment - self.seconds(row["time"])
                    for event, data, moment, _ in list(stream.events)[first:]
                    if event == "messages"
                    for row in data["rows"]
                )
                self.assertGreaterEqual(len(late), 20)
                return late[len(late) * 9 // 10]

            promised(0.1, shown_late)
        finally:
            stop.set()
            sender.join()
        # none is lost: counts tell all, the feed says what it does not show
        total = sent[0] + devices
        stream.wait(lambda: stream.of("status")[-1]["messages"] == total, f"{total} messages")
        stream.wait(
            lambda: sum(
                len([row for row in data["rows"] if row["direction"] == "in"]) + data["skipped"]
                for data in stream.of("messages")
            )
            >= total,
            "all of them",
        )
        # twenty a second and no more, by the daemon's clock: this reader's may be late
        shown, marks = 0, []
        for event, data, *_ in stream.events:
            if event == "messages":
                shown += len(data["rows"])
            elif event == "status":
                marks.append((self.seconds(data["now"]), shown))
        self.assertGreater(len(marks), 2)
        for first, before in marks:
            for last, after in marks:
                if last > first:
                    self.assertLessEqual(after - before, 20 * (last - first) + 20 + 1)

    @staticmethod
    def seconds(text):
        whole, _, fraction = text.rstrip("Z").partition(".")
        return time.mktime(time.strptime(whole + " UTC", "%Y-%m-%dT%H:%M:%S %Z")) - time.timezone + float("0." + fraction)


if __name__ == "__main__":
    unittest.main()
