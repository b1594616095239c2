# SPDX-License-Identifier: Apache-2.0
"""hexwatch probe: another host's ports, as they are seen from here, and what a hexwatch there makes of it."""

import os
import socket
import subprocess
import sys
import threading
import time

from harness import become_nobody, hexwatch, slowness
from hosts import TRACKER, V4, HostCase, Together, main

FIRST, LAST = 5001, 5267
COUNT = LAST - FIRST + 1
# listens on whole ranges, takes what comes, and says nothing
MANY = """
import selectors, socket, sys
held = selectors.DefaultSelector()
for word in sys.argv[1:]:
    kind, first, last = word.split("/")
    for port in range(int(first), int(last) + 1):
        one = socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("0.0.0.0", port))
        if kind == "tcp": one.listen(5)
        held.register(one, selectors.EVENT_READ, kind)
print("ready", flush=True)
while True:
    for key, _ in held.select():
        if key.data == "tcp": held.register(key.fileobj.accept()[0], selectors.EVENT_READ, "peer")
        elif key.data == "udp": key.fileobj.recvfrom(2000)
        else:
            try: data = key.fileobj.recv(2000)
            except OSError: data = b""
            if not data:
                held.unregister(key.fileobj)
                key.fileobj.close()
"""


class Probe(HostCase):
    def listen(self, *ranges):
        with self.server.entered():
            process = subprocess.Popen([sys.executable, "-c", MANY, *ranges], stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), b"ready\n")

    def probe(self, *ports, text=False, host=V4):
        with self.tracker.entered():
            start = time.monotonic()
            done = hexwatch(
                "probe", host, *ports, "--traccar", "none", *(() if text else ("--format", "json")), before=become_nobody
            )
            self.took = time.monotonic() - start
        self.assertEqual(done.errors, "")
        return done

    def capture(self):
        """All frames that leave the tracker: the IPv4 addresses that they go to."""
        with self.tracker.entered():
            wire = self.keep(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003)))
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        wire.settimeout(0.1)
        self.targets, self.is_over = {}, False

        def read():
            while not self.is_over:
                try:
                    frame, where = wire.recvfrom(2000)
                except TimeoutError:
                    continue
                if where[2] == socket.PACKET_OUTGOING and frame[12:14] == b"\x08\x00":
                    target = socket.inet_ntoa(frame[30:34])
                    self.targets[target] = self.targets.get(target, 0) + 1

        thread = threading.Thread(target=read)
        thread.start()

        def end():
            self.is_over = True
            thread.join()

        return end

    def test_all_ports(self):
        """Of 267: some listen, some refuse, some are behind a rule; without root, and to nobody else."""
        self.input_chain()
        self.run_in_server("nft", "add rule inet f input tcp dport 5101-5110 drop")
        self.run_in_server("nft", "add rule inet f input udp dport 5101-5110 drop")
        self.run_in_server("nft", "add rule inet f input tcp dport 5111-5112 reject with tcp reset")
        self.listen(f"tcp/{FIRST}/5100", f"udp/{FIRST}/5050")
        daemon = self.watch("none")
        end = self.capture()
        done = self.probe()
        self.assertLess(self.took, 5 * slowness())
        end()
        self.assertEqual(set(self.targets), {V4})
        self.assertEqual(done.status, 1)
        told = {(one["transport"], one["port"]): one for one in done.of("probe")}
        self.assertEqual(len(told), 2 * COUNT)
        for port in range(FIRST, LAST + 1):
            wanted = "open" if port <= 5100 else "filtered" if port <= 5110 else "closed"
            self.assertEqual(told["tcp", port]["state"], wanted, told["tcp", port])
        # a datagram that arrives is not answered, and of closed ports the kernel tells only so often: never the wrong way round
        states = {
            name: {told["udp", port]["state"] for port in range(first, last + 1)}
            for name, first, last in (("listening", FIRST, 5050), ("closed", 5051, 5100), ("dropped", 5101, 5110))
        }
        self.assertEqual(states["listening"], {"filtered"})
        self.assertLessEqual(states["closed"], {"closed", "filtered"})
        self.assertEqual(states["dropped"], {"filtered"})
        self.assertIn("closed", {one["state"] for key, one in told.items() if key[0] == "udp"})
        # what hexwatch says there
        found = daemon.wait_for("finding", code="not-a-tracker")[0]
        self.assertIn(f"Reached from {TRACKER}", found["text"])
        self.assertEqual(found["severity"], "info")
        daemon.wait_for("connection", 10, state="unanswered")
        self.assertEqual(daemon.stop(), 0)
        open_ones = {}
        for one in daemon.all_of("finding"):
            key = one["code"], one.get("port"), one.get("transport")
            if one["state"] == "raised":
                open_ones[key] = one
            else:
                del open_ones[key]
        reached = [one for one in open_ones.values() if one["code"] == "not-a-tracker"]
        self.assertEqual(len(reached), 1, "once an address")
        self.assertIn("Reached from", reached[0]["text"])
        # what it met on ports that are closed is nobody else's
        self.assertEqual({one["code"] for one in open_ones.values()} - {"private-address"}, {"not-a-tracker"})

    def test_all_filtered(self):
        """Nothing answers at all: it is over in time, too."""
        self.input_chain("drop")
        done = self.probe()
        self.assertLess(self.took, 5 * slowness())
        self.assertEqual({one["state"] for one in done.of("probe")}, {"filtered"})
        self.assertNotIn("not tried", " ".join(one["reason"] for one in done.of("probe")))
        text = self.probe(text=True)
        self.assertLess(len(text.out.splitlines()), 15, text.out)

    def test_all_tcp_open(self):
        self.listen(f"tcp/{FIRST}/{LAST}")
        done = self.probe("tcp:5001-5267")
        self.assertLess(self.took, 5 * slowness())
        self.assertEqual((done.status, {one["state"] for one in done.of("probe")}), (0, {"open"}))
        self.assertIn("All are open.", self.probe("tcp:5001-5267", text=True).out)

    def test_hexwatch_listens_there(self):
        """It stands in Traccar's place: it is reached, answers nothing, and takes nobody for a tracker."""
        with self.server.entered():
            daemon = self.start("listen", "5001-5267", "--traccar", "none", "--config", self.config())
        done = self.probe("tcp:5001-5267")
        self.assertEqual(done.status, 0)
        self.probe("udp:5001-5267")
        found = daemon.wait_for("finding", code="not-a-tracker")[0]
        self.assertIn(f"Reached from {TRACKER}", found["text"])
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual({one["code"] for one in daemon.all_of("finding")}, {"not-a-tracker"})
        self.assertNotIn("device", daemon.all_of("message")[0])

    def test_nobody_there(self):
        end = self.capture()
        done = self.probe("tcp:5023", host="198.51.100.77")
        end()
        self.assertEqual(set(self.targets), set(), "nobody has told where it is")
        self.assertEqual([one["state"] for one in done.of("probe")], ["filtered"])
        with self.tracker.entered():
            done = hexwatch("probe", "no such host", "tcp:5023")
            self.assertEqual(done.status, 2)
            self.assert_one_line(done.errors, "no such host", "address")
            done = hexwatch("probe", "203.0.113.1", "tcp:5023", "--format", "json")  # no way leads there
        self.assertEqual([(one["state"], one["reason"]) for one in done.of("probe")], [("filtered", "no way leads there from here")])

    def test_ipv6(self):
        self.server.ip("address", "add", "2001:db8::1/64", "dev", "srv0", "nodad")
        self.tracker.ip("address", "add", "2001:db8::7/64", "dev", "trk0", "nodad")
        with self.server.entered(), socket.create_server(("::", 5023), family=socket.AF_INET6):
            done = self.probe("tcp:5023-5024", host="2001:db8::1")
        self.assertEqual([one["state"] for one in done.of("probe")], ["open", "closed"])

    def test_the_dresses_of_a_host(self):
        """A port behind the host, brackets, and what is copied from a browser or from the phone's app."""
        self.server.ip("address", "add", "2001:db8::1/64", "dev", "srv0", "nodad")
        self.tracker.ip("address", "add", "2001:db8::7/64", "dev", "trk0", "nodad")
        both = [("tcp", 5023), ("udp", 5023)]
        for words, host, ports in (
            ((f"{V4}:5023",), V4, both),
            ((f"{V4}:tcp:5023",), None, None),
            ((f"{V4}:5023", "tcp:5024"), V4, [("tcp", 5023), ("tcp", 5024), ("udp", 5023)]),
            ((f"http://{V4}:5055/?id=1",), V4, [("tcp", 5055), ("udp", 5055)]),
            ((f"http://{V4}/", "tcp:8082"), V4, [("tcp", 8082)]),
            (("[2001:db8::1]:5023",), "2001:db8::1", both),
            (("[2001:db8::1]", "5023"), "2001:db8::1", both),
            (("https://[2001:db8::1]:5023/login",), "2001:db8::1", both),
            (("2001:db8::1", "5023"), "2001:db8::1", both),
            ((f"{V4}:",), None, None),
            ((f"{V4}:web",), None, None),
            ((":5023",), None, None),
            (("[2001:db8::1",), None, None),
            (("[]:5023",), None, None),
            (("224.0.0.1", "5023"), None, None),
            (("ff02::1%trk0", "5023"), None, None),
        ):
            with self.tracker.entered():
                done = hexwatch("probe", *words, "--traccar", "none", "--format", "json")
            if host is None:
                self.assertEqual((done.status, done.out), (2, ""), words)
                self.assert_one_line(done.errors, "probe: ")
                continue
            told = done.of("probe")
            self.assertEqual([(one["transport"], one["port"]) for one in told], ports, words)
            self.assertEqual({one["host"] for one in told}, {host})

    def test_a_name_of_both_families(self):
        """Trackers use IPv4: that is tried, said, and the other one is not forgotten."""
        self.server.ip("address", "add", "2001:db8::1/64", "dev", "srv0", "nodad")
        self.tracker.ip("address", "add", "2001:db8::7/64", "dev", "trk0", "nodad")
        names = os.path.join(self.folder(), "hosts")
        with open(names, "w", encoding="ascii") as file:
            file.write(f"2001:db8::1 gps.example\n{V4} gps.example\n2001:db8::1 six.example\n")
        subprocess.run(["mount", "--bind", names, "/etc/hosts"], check=True)
        self.addCleanup(subprocess.run, ["umount", "/etc/hosts"], check=True)
        with self.server.entered(), socket.create_server(("0.0.0.0", 5023)):
            found = self.probe("tcp:5023", host="gps.example").of("probe")[0]
            self.assertEqual((found["host"], found["address"], found["state"]), ("gps.example", V4, "open"))
            with self.tracker.entered():
                text = hexwatch("probe", "gps.example", "tcp:5023").out
            self.assertIn(f"gps.example ({V4}) from here:", text)
            self.assertIn("It has 2001:db8::1, too, which was not tried: hexwatch probe 2001:db8::1", text)
            found = self.probe("tcp:5023", host="six.example").of("probe")[0]
            self.assertEqual((found["address"], found["state"]), ("2001:db8::1", "closed"))
            self.assertNotIn("address", self.probe("tcp:5023").of("probe")[0])


def load_tests(loader, tests, pattern):
    together = Together()
    together.addTests(loader.loadTestsFromTestCase(Probe))
    return together


if __name__ == "__main__":
    main()
