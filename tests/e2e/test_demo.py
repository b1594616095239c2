# SPDX-License-Identifier: Apache-2.0
"""demo: the story into a hexwatch of its own, and a load into one that listens already. In networks of their own: the trackers call
their protocols' usual ports."""

import http.client
import os
import socket
import unittest

from harness import DEADLINE, USAGE_OR_INPUT, Daemon, Namespace, TestCase, become_nobody, hexwatch, limit_descriptors, wait_until, why_no_namespaces

# what is found of whom: by port, and by device where it tells one
FOUND = {
    ("wrong-port", "tcp", 5013, "gt06"),
    ("waiting-for-fix", "tcp", 5093, "watch"),
    ("zero-coordinates", "tcp", 5013, "h02"),
    ("clock-wrong", "tcp", 5020, "meitrack"),
    ("no-answer", "tcp", 5039, "wialon"),
    ("wrong-transport", "udp", 5011, "suntech"),
    ("unidentified", "tcp", 5150, None),
    ("not-a-tracker", "tcp", 5023, None),
}
SPOKEN = {
    "gt06", "teltonika", "h02", "gps103", "osmand", "jt808", "tk103", "watch", "gl200", "meitrack", "suntech", "ruptela", "eelink",
    "meiligao", "wialon",
}  # fmt: skip


def who(finding):
    return finding["code"], finding["transport"], finding["port"], finding.get("protocol")


@unittest.skipIf(why_no_namespaces(), why_no_namespaces())
class DemoCase(TestCase):
    def setUp(self):
        self.network = Namespace("demo")
        self.addCleanup(self.network.close)
        folder = self.folder()
        os.chmod(folder, 0o777)  # who plays without root makes it
        self.socket = os.path.join(folder, "control.sock")

    def begin(self, *arguments, **options):
        with self.network.entered():
            daemon = Daemon(*arguments, **options)
        self.addCleanup(daemon.close)
        return daemon

    def run_demo(self, *arguments):
        with self.network.entered():
            return hexwatch("demo", *arguments)

    def listen(self, *arguments):
        return self.begin("listen", "--traccar", "none", "--socket", self.socket, *arguments)

    def wait_heard(self, count):
        """What is still on its way when it ends nobody counts."""

        def heard():
            (status,) = hexwatch("status", "--socket", self.socket, "--format", "json").records
            return status["messages"] + status["lost"].get("datagrams the kernel had no room for", 0)

        wait_until(lambda: heard() >= count, lambda: f"{count} messages: {heard()}")


class Story(DemoCase):
    def raised(self, daemon):
        return {who(finding) for finding in daemon.all_of("finding", state="raised")}

    def test_all_of_it(self):
        daemon = self.begin("demo", "--speed", "10", "--socket", self.socket, before=become_nobody)
        for code, transport, port, _ in FOUND:
            daemon.wait_for("finding", state="raised", code=code, transport=transport, port=port)
        # the watch is carried outside
        over = daemon.wait_for("finding", state="cleared")[0]
        self.assertEqual((over["code"], over["device"]), ("waiting-for-fix", "9000000016"))
        daemon.wait_for("message", device="9000000016", location="valid")
        for protocol in SPOKEN:
            daemon.wait_for("message", direction="in", protocol=protocol, certainty="certain")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.raised(daemon), FOUND, "these and no other")
        self.assertEqual(len(daemon.all_of("finding", state="cleared")), 1)
        (summary,), (played,) = daemon.all_of("summary"), daemon.all_of("demo")
        self.assertEqual(summary["messages"], played["sent"], "every message is counted once")
        self.assertEqual((played["refused"], played["failed"], played["ended"]), (0, 0, 0))
        self.assertGreater(played["unanswered"], 2)
        self.assertEqual(sum(summary["lost"].values()), 0)
        self.assertNotIn("history", daemon.errors, "none is kept")

    def test_messages_are_of_now(self):
        daemon = self.begin("demo", "--speed", "10", "--socket", self.socket)
        first, _, second = daemon.wait_for("message", 3, direction="in", protocol="teltonika", location="valid")
        daemon.stop()
        self.assertNotEqual((first["lat"], first["lon"]), (0, 0))
        self.assertLess(abs(first["lat"] - 54.69), 0.05)
        self.assertLess(abs(first["lon"] - 25.28), 0.08)
        self.assertLessEqual(first["fix_time"][:19], first["time"][:19])
        self.assertGreaterEqual(second["fix_time"], first["fix_time"])

    def test_conversations(self):
        """A login waits for its answer; positions and heartbeats follow on the same connection."""
        daemon = self.begin("demo", "--speed", "20", "--socket", self.socket)
        daemon.wait_for("message", 10, port=5023, device="900000000000019")
        daemon.stop()
        said = [
            record["messages"][0]["type"] if record["direction"] == "in" else "answer"
            for record in daemon.all_of("message", port=5023, device="900000000000019")
        ]
        self.assertEqual(said[:10], ["login", "answer", *["position", "answer"] * 3, "heartbeat", "answer"])
        self.assertEqual(said.count("login"), 1)

    def test_its_page_and_socket(self):
        with self.network.entered():
            taken = socket.create_server(("127.0.0.1", 8085))
        self.addCleanup(taken.close)
        daemon = self.begin("demo", "--socket", self.socket, is_json=False)
        address = daemon.wait_line("the page").split()[-1]
        self.assertEqual(address, "http://127.0.0.1:8086/", "the usual port is taken")
        daemon.wait_line("Ctrl-C ends it.")
        with self.network.entered():
            connection = http.client.HTTPConnection("127.0.0.1", 8086, timeout=DEADLINE)
            connection.request("GET", "/api/status")
            self.assertEqual(connection.getresponse().status, 200)
            connection.close()
        self.assertEqual(hexwatch("status", "--socket", self.socket).status, 0)
        told = "\n".join(daemon.lines)
        for code, *_ in FOUND:
            self.assertIn(code, told, "the story tells what will be found")
        script = daemon.lines[: daemon.lines.index("Ctrl-C ends it.")]
        self.assertEqual([line for line in script if len(line) > 79 and "--socket" not in line], [])
        self.assertEqual(daemon.stop(), 0)
        self.assertIn("Played ", "\n".join(daemon.lines))

    def test_nothing_but_its_own_is_played_to(self):
        """A port that another program holds may be a real server's."""
        with self.network.entered():
            others = socket.create_server(("127.0.0.1", 5023))
        self.addCleanup(others.close)
        others.settimeout(0)
        daemon = self.begin("demo", "--speed", "50", "--socket", self.socket)
        daemon.wait_for("finding", code="unidentified")
        daemon.wait_for("finding", code="no-answer")
        with self.assertRaises(BlockingIOError):
            others.accept()
        daemon.stop()

    def test_ends_by_itself(self):
        daemon = self.begin("demo", "--for", "2s", "--socket", self.socket)
        self.assertEqual(daemon.wait_end(), 0)
        self.assertEqual(daemon.all_of("demo")[0]["sent"], daemon.all_of("summary")[0]["messages"])

    def test_into_one_that_listens(self):
        daemon = self.listen()
        player = self.begin("demo", "127.0.0.1", "--speed", "10", ready=None)
        for code, transport, port, _ in FOUND:
            if code != "no-answer":  # this one answers on all ports
                daemon.wait_for("finding", state="raised", code=code, transport=transport, port=port)
        daemon.wait_for("finding", state="cleared", code="waiting-for-fix")
        self.assertEqual(player.stop(), 0)
        self.wait_heard(player.all_of("demo")[0]["sent"])
        daemon.stop()
        self.assertEqual(self.raised(daemon), {found for found in FOUND if found[0] != "no-answer"})
        self.assertEqual(player.all_of("demo")[0]["sent"], daemon.all_of("summary")[0]["messages"])


class Load(DemoCase):
    def play(self, daemon, *arguments):
        """The player's counts, and the summary of the other side."""
        played = self.run_demo("127.0.0.1", "--format", "json", *arguments)
        self.assertEqual((played.status, played.errors), (0, ""))
        self.wait_heard(played.records[0]["sent"])
        self.assertEqual(daemon.stop(), 0)
        return played.records[0], daemon.all_of("summary")[0]

    def test_counts(self):
        played, summary = self.play(self.listen("--summary"), "--devices", "1500", "--rate", "5000", "--for", "4s")
        self.assertEqual(summary["messages"] + summary["lost"]["datagrams_the_kernel_had_no_room_for"], played["sent"])
        self.assertEqual((len(summary["device_list"]), played["trackers"], summary["findings"]), (1500, 1500, []))
        self.assertEqual((played["refused"], played["failed"], played["ended"]), (0, 0, 0))
        # on a busy machine an answer may come late
        self.assertLess(played["unanswered"], played["answered"])
        self.assertLessEqual(played["sent"], 5000 * played["seconds"] + 5000)
        self.assertGreater(played["sent"], 5000, "however slow this machine is")
        self.assertEqual(played["connected"], 1400, "gl200's are datagrams")
        self.assertGreater(played["answered"], 1500)

    def test_one_protocol_on_one_port(self):
        daemon = self.listen()
        played, summary = self.play(daemon, "5013", "--protocol", "gt06", "--devices", "3", "--rate", "60", "--for", "1s")
        self.assertEqual({who(finding) for finding in daemon.all_of("finding")}, {("wrong-port", "tcp", 5013, "gt06")})
        self.assertEqual((summary["messages"], len(summary["device_list"])), (played["sent"], 3))

    def test_nobody_listens(self):
        played = self.run_demo("127.0.0.1", "--devices", "20", "--for", "1s", "--format", "json").records[0]
        self.assertEqual(played["connected"], 0)
        self.assertGreaterEqual(played["refused"], 19)

    def test_the_other_side_ends(self):
        daemon = self.listen()
        player = self.begin("demo", "127.0.0.1", "--devices", "60", "--rate", "300", ready=None)
        daemon.wait_for("message", 200, direction="in")
        daemon.stop()
        again = self.listen()
        again.wait_for("message", 20, direction="in", transport="tcp")
        self.assertEqual(player.stop(), 0)
        played = player.all_of("demo")[0]
        self.assertGreaterEqual(played["ended"] + played["refused"], 56)
        self.assertGreater(played["connected"], 56)

    def test_too_many(self):
        done = hexwatch("demo", "127.0.0.1", "--devices", "50000", before=limit_descriptors(500))
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assertIn("ulimit", done.errors)


class Refused(TestCase):
    def test_usage(self):
        for arguments, words in (
            (("192.0.2.1",), "is not loopback"),
            (("5023",), "is no host"),
            (("--rate", "5"), "against a host that is named"),
            (("--devices", "x"), "that is no number"),
            (("127.0.0.1", "--protocol", "nothing"), "There are "),
            (("127.0.0.1", "6000-6001", "--protocol", "gt06"), "none of these trackers"),
            (("127.0.0.1", "70000"), "PORTS"),
            (("127.0.0.1", "--devices", "60001"), "at most 60000"),
            (("no.invalid", "5023"), "no.invalid"),
        ):
            done = hexwatch("demo", *arguments)
            self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""), arguments)
            self.assertIn(words, done.errors)
            self.assertEqual(done.errors.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
