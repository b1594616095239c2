# SPDX-License-Identifier: Apache-2.0
"""hexwatch doctor where little can be seen, where all is fine, and beside a hexwatch that watches. What is wrong on a host:
test_causes.py."""

import json
import os
import re
import socket
import subprocess
import threading

from harness import DEADLINE, ENVIRONMENT, HEXWATCH, USAGE_OR_INPUT, become_nobody, hexwatch, promised, timed
from hosts import ALL, TRACKER, V4, HostCase, Server, Together, main
from packets import IMEI, gt06_login, gt06_position, h02_position

LINES, COLUMNS = 24, 80
HANGS = "#!/bin/sh\nsleep 60\n"


class Doctor(HostCase):
    def states(self, done):
        return [check["state"] for check in done.of("check")]

    def assert_one_screen(self, done):
        lines = done.out.splitlines()
        self.assertLess(len(lines), LINES, done.out)
        # the test's own folder has a long name
        self.assertLessEqual(max(len(line) for line in lines if "/tmp/" not in line), COLUMNS, done.out)


    def look_within(self, limit, *arguments):
        """What doctor says, as often as it was asked until it said it that soon."""
        said = []
        promised(limit, lambda: timed(lambda: said.append(self.look_once(*arguments))))
        return said


class Unseen(Doctor):
    """What could not be checked is said, and is neither an error nor a no."""

    def test_without_root(self):
        self.hold(*ALL)
        done = self.look(before=become_nobody)
        self.assertEqual((done.status, done.errors), (1, ""))
        self.assertEqual(self.states(done)[5], "unknown")
        self.assertIn("only root", done.of("check")[5]["facts"])
        self.assertEqual([one for one in done.of("finding") if one["severity"] != "info"], [])
        text = self.look("--format", "text", before=become_nobody)
        self.assertIn("sudo hexwatch doctor", text.out)
        self.assertIn("1 point not checked", text.out)
        self.assert_one_screen(text)

    def test_without_root_and_a_log_that_only_root_reads(self):
        self.hold(*ALL)
        os.chmod(f"{self.traccar}/logs/tracker-server.log", 0o600)
        done = self.look(before=become_nobody)
        self.assertEqual((done.status, done.errors), (1, ""))
        self.assertEqual([self.states(done)[index] for index in (0, 1, 2, 4)], ["unknown"] * 4)
        self.assertIn("only root can read it", done.of("check")[0]["facts"])
        self.assertIn("no hexwatch runs here", done.of("check")[0]["facts"])
        self.assertIn("sudo hexwatch sniff", done.of("check")[0]["next"])
        self.assert_one_screen(self.look("--format", "text", before=become_nobody))

    def test_without_traccar(self):
        for before in (None, become_nobody):
            with self.subTest(before=before), self.server.entered():
                done = hexwatch(
                    "doctor", "--traccar", "none", "--socket", self.socket, "--format", "json", before=before
                )
                self.assertEqual((done.status, done.errors), (1, ""))
                self.assertEqual({self.states(done)[index] for index in (0, 1, 2, 4, 5)}, {"unknown"})
                self.assertEqual([one for one in done.of("finding") if one["severity"] != "info"], [])
                text = hexwatch("doctor", "--traccar", "none", "--socket", self.socket, before=before)
                self.assert_one_screen(text)

    def test_the_usual_folder_without_its_configuration(self):
        """What cannot be read, or is gone, is not said to be nowhere."""
        if os.path.exists("/opt/traccar"):
            self.skipTest("a Traccar is installed here")
        self.mount_over("/opt", "traccar/conf")
        xml = "/opt/traccar/conf/traccar.xml"
        with open(xml, "w", encoding="ascii"):
            pass

        def point(before=None):
            with self.server.entered():
                done = hexwatch("doctor", "--socket", self.socket, "--format", "json", before=before)
            self.assertEqual((done.status, done.errors), (1, ""))
            return done.of("check")[5]

        os.chmod(xml, 0o600)
        check = point(become_nobody)
        self.assertEqual((check["facts"], check["next"]), (f"{xml} cannot be read", "Run 'sudo hexwatch doctor'."))
        os.remove(xml)
        check = point()
        self.assertEqual(check["facts"], "/opt/traccar has no conf/traccar.xml")
        self.assertIn("Traccar does not start without it", check["next"])

    def break_configuration(self):
        path = f"{self.traccar}/conf/traccar.xml"
        with open(path, "w", encoding="ascii") as file:
            file.write("<?xml version='1.0'?>\n<properties>\n<entry key='gt06.port'>5023<entry>\n</properties>\n")
        return path

    def test_a_broken_configuration(self):
        """It is why Traccar does not run, said with file and line, and the other points are walked all the same."""
        path = self.break_configuration()
        done = self.look()
        self.assertEqual((done.status, done.errors), (1, ""))
        checks = done.of("check")
        self.assertEqual([check["state"] for check in checks], ["ok", "ok", "ok", "ok", "ok", "problem"])
        found = [one for one in done.of("finding") if one["severity"] != "info"]
        self.assertEqual([(one["code"], one["severity"]) for one in found], [("traccar-down", "problem")])
        self.assertIn(f"does not run: its configuration is broken: {path}, line 4: ", found[0]["text"])
        self.assertIn("Mend that", found[0]["advice"])
        self.assert_one_screen(self.look("--format", "text"))

    def test_a_configuration_that_broke_while_it_runs(self):
        """What listens now is as it should be; the next start would fail. A hexwatch from before does not hide that."""
        self.hold(*ALL)
        self.watch()
        path = self.break_configuration()
        done = self.look()
        self.assertEqual((done.status, done.errors), (1, ""))
        found = [one for one in done.of("finding") if one["severity"] != "info"]
        self.assertEqual([(one["code"], one["severity"]) for one in found], [("traccar-down", "warning")])
        self.assertIn(f"runs, but would not start again: its configuration is broken: {path}, line 4: ", found[0]["text"])
        self.assertEqual(done.of("check")[5]["state"], "problem")

    def test_a_configuration_elsewhere(self):
        """Its command line says where."""
        folder = self.folder()
        os.rename(f"{self.traccar}/conf/traccar.xml", f"{folder}/gps.xml")
        with self.server.entered():
            self.keep(Server(self.traccar, ALL, True, f"{folder}/gps.xml"))
            done = hexwatch("doctor", "--socket", self.socket, "--format", "json")
        self.assertEqual((done.status, done.errors), (0, ""))
        self.assertTrue(done.of("check")[5]["facts"].startswith("3 of 3 listen"))

    def test_a_unit_without_its_configuration(self):
        """systemd would start it, and it would end at once; an old unit beside a Traccar that runs elsewhere is nobody's fault."""
        if os.path.exists("/opt/traccar") or not os.path.isdir("/etc/systemd/system"):
            self.skipTest("a Traccar is installed here, or no systemd")
        self.mount_over("/etc/systemd/system")
        folder = self.folder()
        with open("/etc/systemd/system/traccar.service", "w", encoding="ascii") as file:
            file.write(
                f"[Service]\nWorkingDirectory={folder}\n"
                "ExecStart=/opt/java/bin/java -jar tracker-server.jar conf/traccar.xml\n"
            )

        def found():
            with self.server.entered():
                done = hexwatch("doctor", "--socket", self.socket, "--format", "json")
            self.assertEqual((done.status, done.errors), (1, ""))
            return [one for one in done.of("finding") if one["code"] == "traccar-down"]

        self.assertIn(f"traccar.service names {folder}/conf/traccar.xml, which is not there", found()[0]["text"])
        os.remove(f"{self.traccar}/conf/traccar.xml")
        self.hold(*ALL)
        self.assertEqual(found(), [])

    def test_a_configuration_that_only_root_reads(self):
        """It is there and may be fine: not checked, and no error."""
        self.hold(*ALL)
        os.chmod(f"{self.traccar}/conf/traccar.xml", 0o600)
        done = self.look(before=become_nobody)
        self.assertEqual((done.status, done.errors), (1, ""))
        check = done.of("check")[5]
        self.assertEqual((check["state"], check["next"]), ("unknown", "Run 'sudo hexwatch doctor'."))
        self.assertIn("traccar.xml: Permission denied", check["facts"])
        self.assertEqual([one for one in done.of("finding") if one["severity"] != "info"], [])
        os.chmod(f"{self.traccar}/conf", 0o700)
        done = self.look(before=become_nobody)
        self.assertEqual((done.status, done.errors), (1, ""))
        self.assertIn("traccar.xml: Permission denied", done.of("check")[5]["facts"])

    def test_a_port_that_is_no_number(self):
        """Java reads no blanks around it: Traccar does not start."""
        path = f"{self.traccar}/conf/traccar.xml"
        for value, is_wrong in (("5023 ", True), ("", True), ("99999999999", True), ("5023", False), ("0", False)):
            with open(path, "w", encoding="ascii") as file:
                file.write(
                    "<properties>\n<entry key='protocols.enable'>gt06,h02</entry>\n"
                    f"<entry key='gt06.port'>{value}</entry>\n<entry key='watch.port'>x</entry>\n</properties>\n"
                )
            found = [one for one in self.look().of("finding") if one["severity"] != "info"]
            self.assertEqual([one["code"] for one in found], ["traccar-down"])
            said = f"its configuration is broken: {path}, line 3: gt06.port is '{value}', which is no number"
            self.assertEqual(said in found[0]["text"], is_wrong, value)

    def test_a_log_that_is_none(self):
        self.hold(*ALL)
        log = f"{self.traccar}/logs/tracker-server.log"
        os.remove(log)
        os.mkfifo(log)
        done = self.look()
        self.assertEqual((done.status, done.errors), (1, ""))
        self.assertIn("it is no file", done.of("check")[1]["facts"])

    def test_a_full_disk(self):
        """That nothing more is written is no silence of the devices'."""
        self.hold(*ALL)
        with open(f"{self.traccar}/logs/tracker-server.log", encoding="ascii") as file:
            lines = file.read().replace(self.now()[:4], "2020")
        for options in ("size=4k", "nr_inodes=2"):
            subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", f"{self.traccar}/logs"], check=True)
            try:
                with open(f"{self.traccar}/logs/tracker-server.log", "w", encoding="ascii") as file:
                    file.write(lines)
                done = self.look()
            finally:
                subprocess.run(["umount", f"{self.traccar}/logs"], check=True)
            self.assertEqual((done.status, done.errors), (1, ""))
            checks = done.of("check")
            self.assertEqual([checks[index]["state"] for index in (0, 1, 2, 4)], ["unknown"] * 4)
            self.assertIn("its disk is full, so that nothing more is written", checks[1]["facts"])
            self.assertIn("Make room on that disk", checks[1]["next"])

    def test_no_traccar_there(self):
        """A folder that is none's is a slip of who typed it."""
        os.remove(f"{self.traccar}/conf/traccar.xml")
        done = self.look()
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, "--traccar: ", "conf/traccar.xml: No such file")

    def test_no_network(self):
        """Not even loopback is up."""
        self.server.ip("link", "delete", "srv0")
        self.server.ip("link", "set", "lo", "down")
        done = self.look()
        self.assertEqual((done.status, done.errors), (1, ""))
        codes = {one["code"] for one in done.of("finding")}
        self.assertEqual(codes, {"traccar-down"} | codes & {"private-address"})
        self.hold(*ALL)
        done = self.look()
        self.assertEqual(done.errors, "")
        self.assertIn(done.status, (0, 1))
        self.assertEqual([one for one in done.of("finding") if one["severity"] != "info"], [])

    def test_in_a_container(self):
        """Traccar is in another one: that it is not seen here is no sign that it does not run."""
        if os.path.exists("/opt/traccar"):
            self.skipTest("a Traccar is installed here")
        with self.server.entered():
            done = hexwatch("doctor", "--socket", self.socket, "--format", "json", env={"container": "podman"})
        self.assertEqual((done.status, done.errors), (1, ""))
        self.assertEqual([one for one in done.of("finding") if one["severity"] != "info"], [])
        self.assertIn("in this container", done.of("check")[5]["facts"])

    def test_alone_in_a_container(self):
        """No other program is seen: whether Traccar runs nobody knows."""
        with self.server.entered():
            done = subprocess.run(
                ["unshare", "--pid", "--fork", "--mount-proc", HEXWATCH, "doctor", "--traccar", self.traccar]
                + ["--socket", self.socket, "--format", "json"],
                capture_output=True,
                env=ENVIRONMENT,
                timeout=DEADLINE,
                check=False,
            )
        records = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        found = [one for one in records if one["event"] == "finding" and one["severity"] != "info"]
        self.assertEqual(found, [])
        last = [one for one in records if one["event"] == "check"][5]
        self.assertEqual(last["state"], "unknown")
        self.assertIn("hidden from this one", last["facts"])

    def test_marks_of_a_container(self):
        """systemd says of one that it is a container; it is said once that nothing outside of it is seen."""
        if os.path.exists("/opt/traccar"):
            self.skipTest("a Traccar is installed here")
        memory = self.folder()
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", memory], check=True)
        self.addCleanup(subprocess.run, ["umount", memory], check=True)
        with open(f"{memory}/container", "w", encoding="ascii") as file:
            file.write("lxc")
        os.makedirs("/run/systemd", exist_ok=True)
        subprocess.run(["mount", "--bind", memory, "/run/systemd"], check=True)
        self.addCleanup(subprocess.run, ["umount", "/run/systemd"], check=True)
        with self.server.entered():
            done = hexwatch("doctor", "--socket", self.socket, "--format", "json")
        self.assertEqual((done.status, done.errors), (1, ""))
        self.assertIn("in this container", done.of("check")[5]["facts"])

    def test_programs_that_hang(self):
        """Nobody waits for them for long, and what they would have told is unknown."""
        self.hold(*ALL)
        path = os.path.join(self.folder(), "hangs")
        with open(path, "w", encoding="ascii") as file:
            file.write(HANGS)
        os.chmod(path, 0o755)
        for program in ("nft", "iptables-nft-save", "ip6tables-nft-save"):
            if os.path.exists(f"/usr/sbin/{program}"):
                subprocess.run(["mount", "--bind", path, f"/usr/sbin/{program}"], check=True, capture_output=True)
                self.addCleanup(subprocess.run, ["umount", f"/usr/sbin/{program}"], check=True)
        done = self.look_within(2)[-1]
        self.assertEqual((done.status, done.errors), (1, ""))
        self.assertEqual(self.states(done)[5], "unknown")
        self.assertIn("in time", done.of("check")[5]["facts"])


class Fine(Doctor):
    def test_all_is_fine(self):
        self.hold(*ALL)
        done = self.look_within(2, "--format", "text")[-1]
        self.assertEqual((done.status, done.errors), (0, ""), done.out)
        self.assertIn("All six points are fine.", done.out)
        self.assert_one_screen(done)

    def test_all_is_fine_beside_a_hexwatch(self):
        self.hold(*ALL)
        daemon = self.watch()
        self.talk(gt06_login(), gt06_position())
        daemon.wait_for("message", 4)
        self.look_within(2, "--format", "text")
        done = self.look("--format", "text")
        self.assertEqual((done.status, done.errors), (0, ""), done.out)
        self.assertIn("packets watched since", done.out)
        self.assertIn("1 public address got in", done.out)
        self.assert_one_screen(done)

    def test_a_hexwatch_that_has_just_begun(self):
        """It has seen nothing yet: that takes nothing back of what the log says."""
        self.hold(*ALL)
        self.watch()
        done = self.look("--format", "text")
        self.assertEqual((done.status, done.errors), (0, ""), done.out)
        self.assertIn("All six points are fine.", done.out)


class Beside(Doctor):
    """A hexwatch runs: it has the evidence."""

    def test_without_a_log(self):
        os.remove(f"{self.traccar}/logs/tracker-server.log")
        self.hold(*ALL)
        daemon = self.watch()
        self.talk(gt06_login(), gt06_position(valid=False), port=5013)
        daemon.wait_for("finding", code="wrong-port")
        done = self.look()
        self.assertEqual((done.status, done.errors), (1, ""))
        states = self.states(done)
        self.assertEqual((states[0], states[1], states[4]), ("ok", "unknown", "problem"))
        found = next(one for one in done.of("finding") if one["code"] == "wrong-port")
        live = daemon.all_of("finding", code="wrong-port")[0]
        self.assertEqual([found[name] for name in ("device", "port", "right_port")], [IMEI, 5013, 5023])
        self.assertEqual(found["sample"], live["sample"])
        self.assertEqual(found["first"], live["first"])
        text = self.look("--format", "text")
        self.assertIn(f"wrong-port  {IMEI}", text.out)
        self.assertIn(f"hex   {live['sample'][:40]}", text.out)

    def test_it_says_the_same_as_status(self):
        """What it sees as it comes is told in its words; the log and the host are looked at here."""
        self.hold(*ALL)
        daemon = self.watch()
        self.talk(gt06_login(), gt06_position())
        self.talk(gt06_login(), gt06_position(valid=False), port=5013)
        daemon.wait_for("message", 8)
        daemon.wait_for("finding", code="wrong-port")
        ago = re.compile(r"just now|\d+ (second|minute)s? ago")
        with self.server.entered():
            status = hexwatch("status", "--socket", self.socket, "--format", "json").records[0]
        checks = self.look().of("check")
        for point, check in zip(status["points"], checks):
            if point["point"] != 2 or point["state"] != "unknown":
                self.assertEqual(
                    (point["state"], ago.sub("AGO", point["facts"]), point.get("next", "")),
                    (check["state"], ago.sub("AGO", check["facts"]), check["next"]),
                )
        self.assertEqual([status["points"][index]["state"] for index in (0, 3, 4)], ["ok", "ok", "problem"])
        self.assertIn("1 public address got in", checks[5]["facts"])

    def test_its_evidence_and_the_rule(self):
        """What both found is told once: the rule as it is now, and how often it showed."""
        self.hold(*ALL)
        self.input_chain()
        daemon = self.watch()
        self.run_in_server("nft", "add rule inet f input tcp dport 5023 drop")
        for _ in range(2):
            self.knock(wait=1.5)
        daemon.wait_for("connection", 2, state="unanswered")
        found = [one for one in self.look().of("finding") if one["severity"] != "info"]
        self.assertEqual([one["code"] for one in found], ["dropped"])
        self.assertIn("tcp dport 5023 drop", found[0]["text"])
        self.assertIn(TRACKER, found[0]["peer"])
        self.assertIn("first from " + TRACKER, self.look("--format", "text").out)

    def test_it_has_not_noticed_yet(self):
        """That Traccar runs again is seen here."""
        daemon = self.watch()
        daemon.wait_for("finding", code="traccar-down")
        self.hold(*ALL)
        self.assertEqual([one for one in self.look().of("finding") if one["severity"] != "info"], [])

    def test_it_may_not_be_asked(self):
        self.hold(*ALL)
        os.remove(f"{self.traccar}/logs/tracker-server.log")
        self.watch()
        os.chmod(self.socket, 0o600)
        done = self.look(before=lambda: os.setresuid(12345, 12345, 12345))
        self.assertEqual((done.status, done.errors), (1, ""))
        self.assertIn("answers only root", done.of("check")[0]["facts"])

    def test_it_hangs(self):
        self.hold(*ALL)
        with socket.socket(socket.AF_UNIX) as silent:
            silent.bind(self.socket)
            silent.listen(0)
            for _ in range(2):  # it is asked; then its queue is full
                for done in self.look_within(2):
                    self.assertEqual((done.status, done.errors), (0, ""))

    def test_it_talks_nonsense(self):
        self.hold(*ALL)
        with socket.socket(socket.AF_UNIX) as liar:
            liar.bind(self.socket)
            liar.listen(5)
            liar.settimeout(3)

            def answer(lines):
                try:
                    asked = liar.accept()[0]
                except TimeoutError:  # it was not asked again: this machine is too slow for doctor's patience
                    return
                with asked:
                    asked.recv(1000)
                    asked.sendall(lines)

            points = [{"point": number, "state": "problem", "facts": "x" * 5000} for number in (0, 1, 7, -1, 1 << 40)]
            status = json.dumps({"event": "status", "started": "yes", "points": points}).encode()
            finding = json.dumps({"event": "finding", "code": "dropped", "state": "raised", "severity": "problem"})
            thread = threading.Thread(
                target=lambda: (
                    answer(status + b"\n" + os.urandom(3000) + b'\n{"event":"end"}\n'),
                    answer(b"{}\n" + finding.encode() + b"\n" + b"{" * 100000 + b'\n{"event":"end"}\n'),
                )
            )
            thread.start()
            done = self.look_once()
            thread.join()
        self.assertEqual(done.errors, "")
        self.assertIn(done.status, (0, 1))
        self.assertEqual(len(done.of("check")), 6)


def load_tests(loader, tests, pattern):
    together = Together()
    for case in (Unseen, Fine, Beside):
        together.addTests(loader.loadTestsFromTestCase(case))
    return together


if __name__ == "__main__":
    main()
