# SPDX-License-Identifier: Apache-2.0
"""hexwatch history and bundle: what survives a restart, a crash, a full disk, a broken file; and what --mask hides."""

import csv
import glob
import io
import os
import select
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import unittest

from harness import (
    DEADLINE,
    USAGE_OR_INPUT,
    TestCase,
    free_ports,
    hexwatch,
    receive,
    slowness,
    wait_until,
)
from packets import H02_ID, IMEI, LAT, LON, gt06_answer, gt06_login, gt06_position, h02_answer, h02_heartbeat, h02_position

LOGIN, POSITION = gt06_login(), gt06_position()


class HistoryCase(TestCase):
    def setUp(self):
        self.place = self.folder()
        self.state = os.path.join(self.place, "state")
        self.file = os.path.join(self.state, "history.db")
        if os.geteuid() == 0:
            os.chmod(self.place, 0o777)
        self.ports = free_ports(2)
        self.config = os.path.join(self.place, "hexwatch.conf")
        self.socket = os.path.join(self.place, "control.sock")

    def run_daemon(self, more="", **options):
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(
                f'listen = {{ enabled = true; ports = "{",".join(map(str, self.ports))}"; }};\n'
                f'control = {{ socket = "{self.socket}"; }};\nweb = {{ port = 0; }};\n'
                f'limits = {{ address_share = 100; }};\nhistory = {{ file = "{self.file}"; {more} }};\n'
            )
        return self.start("run", "-c", self.config, "--traccar", "none", **options)

    def history(self, *arguments):
        """All that is kept; waits until there is a file with something in it."""

        def ask():
            done = hexwatch("history", "--history", self.file, "--format", "json", *arguments)
            is_early = "No such file" in done.errors or "nothing stands in it yet" in done.errors
            return None if is_early else done

        done = wait_until(ask, "a history")
        self.assertEqual((done.status, done.errors), (0, ""))
        return done.records

    def messages(self, *arguments):
        return [record for record in self.history(*arguments) if record["event"] == "message"]

    def gaps(self):
        return [record for record in self.history() if record["event"] == "gap"]

    def wait_messages(self, count):
        def kept():
            if not os.path.exists(self.file):
                return None
            done = hexwatch("history", "--history", self.file, "--format", "json", "--messages")
            return done.status == 0 and len(done.records) >= count

        wait_until(kept, f"{count} messages in the history")

    def login(self, port=0):
        peer = self.connect("127.0.0.1", self.ports[port])
        for message in (LOGIN, POSITION):
            peer.sendall(message)
            receive(peer, len(gt06_answer(message)))
        return peer

    def lost(self):
        (status,) = hexwatch("status", "--socket", self.socket, "--format", "json").records
        return status["lost"].get("records not kept in the history", 0)


class Kept(HistoryCase):
    def test_it_survives_a_restart(self):
        daemon = self.run_daemon()
        self.login()
        self.connect("127.0.0.1", self.ports[1]).sendall(h02_position())
        self.wait_messages(5)
        self.assertEqual(daemon.stop(signal.SIGTERM), 0)
        self.assertFalse(os.path.exists(self.file + "-wal"), "a whole end leaves one file")

        messages = self.messages(IMEI)
        self.assertEqual(
            [(m["direction"], m["hex"]) for m in messages],
            [
                ("in", LOGIN.hex()),
                ("out", gt06_answer(LOGIN).hex()),
                ("in", POSITION.hex()),
                ("out", gt06_answer(POSITION).hex()),
            ],
        )
        self.assertEqual((messages[2]["lat"], messages[2]["lon"], messages[2]["protocol"]), (LAT, LON, "gt06"))
        findings = [record for record in self.history("--findings") if record["device"] == IMEI]
        self.assertEqual([(f["code"], f["state"], f["right_port"]) for f in findings], [("wrong-port", "raised", 5023)])
        self.assertNotIn("unconfirmed", findings[0])

        daemon = self.run_daemon()
        wait_until(lambda: len(self.gaps()) == 1, "the gap")
        (gap,) = self.gaps()
        self.assertEqual((gap["reason"], gap["lost"]), ("stopped", 0))
        devices = {record.get("device"): record for record in self.history("--devices")}
        self.assertEqual((devices[IMEI]["messages"], devices[IMEI]["kept"], devices[IMEI]["open"]), (2, 4, 0))
        self.assertEqual(devices[H02_ID]["protocol"], "h02")
        # what was open then is not claimed to be open now
        self.assertTrue(self.history("--findings")[0]["unconfirmed"])
        self.assertIn("nothing is known of it since", hexwatch("history", "--history", self.file).out)

        # it is found again: the same matter, not another one
        self.login()
        wait_until(
            lambda: [f for f in self.history("--findings") if f["device"] == IMEI and "unconfirmed" not in f],
            "the finding again",
        )
        wait_until(lambda: len(self.messages(IMEI)) == 8, "all of both runs")
        self.assertEqual(len([f for f in self.history("--findings") if f["device"] == IMEI]), 1)
        self.assertEqual(daemon.stop(), 0)

    def test_what_is_chosen(self):
        self.run_daemon()
        self.login()
        self.connect("127.0.0.1", self.ports[1]).sendall(h02_position() + h02_position(valid=False))
        self.wait_messages(6)
        self.assertEqual(len(self.messages("--port", str(self.ports[1]))), 2)
        self.assertEqual(len(self.messages("--device", H02_ID, "--device", IMEI)), 6)
        self.assertEqual(len(self.messages("--protocol", "h02")), 2)
        self.assertEqual(len(self.messages("--last", "1")), 1)
        # the latest of those that are chosen, whatever chooses them
        self.assertEqual(len(self.messages("--protocol", "gt06", "--last", "1")), 1)
        self.assertEqual(len(self.messages("--peer", "127.0.0.0/8", "--last", "3")), 3)
        self.assertEqual(len(self.history("--findings", "--last", "1")), 1)
        self.assertEqual({f["event"] for f in self.history("--finding")}, {"finding"})
        self.assertEqual(self.messages("--peer", "203.0.113.0/24"), [])
        self.assertEqual(len(self.messages("--since", "1h")), 6)
        self.assertEqual(self.messages("--until", "1h"), [])
        self.assertEqual({f["code"] for f in self.history("--finding", "wrong-port")}, {"wrong-port"})
        self.assertEqual(self.history("--finding", "no-fix"), [])
        rows = list(csv.DictReader(io.StringIO(hexwatch("history", "--history", self.file, "--format", "csv").out)))
        self.assertEqual([row["hex"] for row in rows if row["device"] == IMEI and row["direction"] == "in"], [LOGIN.hex(), POSITION.hex()])
        self.assertEqual({row["event"] for row in rows}, {"message", "finding"})
        self.assertTrue(all(None not in row and None not in row.values() for row in rows))
        text = hexwatch("history", "--history", self.file).out
        self.assertIn("6 messages are kept", text)
        self.assertRegex(text, rf"(?m)^! {IMEI}\s+gt06\s+{self.ports[0]}\s+48.2082 16.3738")
        self.assertIn("Nothing that fits was kept", hexwatch("history", "--history", self.file, "nobody").out)
        for arguments, words in (
            (("--since", "yesterday"), "that is no time"),
            (("--since", "1h", "--until", "2h"), "nothing lies between them"),
            (("--finding", "wrong-prot"), "Did you mean wrong-port?"),
            (("--messages", "--findings"), "exclude each other"),
            (("--history", os.path.join(self.place, "none.db")), "No such file"),
            (("--history", self.config), "Name another file"),
        ):
            with self.subTest(arguments=arguments):
                done = hexwatch("history", "--history", self.file, *arguments)
                self.assertEqual(done.status, USAGE_OR_INPUT)
                self.assert_one_line(done.errors, words)

    def test_a_spreadsheet_takes_nothing_for_a_formula(self):
        self.run_daemon()
        for device in ("=1+1", "-1+1|x", "-7777"):
            self.connect("127.0.0.1", self.ports[0]).sendall(b"#L#" + device.encode() + b";NA\r\n")
        self.wait_messages(3)
        done = hexwatch("history", "--history", self.file, "--messages", "--format", "csv")
        ids = {row["device"] for row in csv.DictReader(io.StringIO(done.out))}
        self.assertEqual(ids, {"'=1+1", "'-1+1|x", "-7777"})

    def test_it_is_bounded(self):
        self.run_daemon("messages_per_device = 20;")
        peer = self.connect("127.0.0.1", self.ports[0])
        for _ in range(30):
            peer.sendall(h02_position() * 10)
        wait_until(lambda: self.history("--devices") and self.history("--devices")[0]["messages"] == 300, "all messages")
        wait_until(lambda: len(self.messages()) <= 21, "the bound")
        self.assertGreaterEqual(len(self.messages()), 20)

    def test_it_stays_small_under_load(self):
        self.run_daemon("megabytes = 4;")
        peers = [self.connect("127.0.0.1", self.ports[0]) for _ in range(4)]
        quiet = self.login(1)
        for _ in range(60):
            for number, peer in enumerate(peers):
                peer.sendall(h02_position(f"41{number:08d}") * 100)
        wait_until(
            lambda: sum(d["messages"] for d in self.history("--devices")) == 24002, "all messages", 3 * DEADLINE
        )
        wait_until(lambda: os.path.getsize(self.file) <= 5 << 20, "the bound", 3 * DEADLINE)
        self.assertEqual(self.lost(), 0)
        self.assertEqual(len(self.messages(IMEI)), 4)
        self.assertGreater(len(self.messages()), 1000)
        quiet.close()

    @unittest.skipIf(os.geteuid() != 0, "to become other users needs root")
    def test_members_of_the_group_may_read(self):
        def become(user, group):
            def before():
                os.setgroups([])
                os.setresgid(group, group, group)
                os.setresuid(user, user, user)

            return before

        self.run_daemon()
        self.login()
        self.wait_messages(4)
        group = os.stat(self.file).st_gid
        for state in ("while it is written", "after a crash", "after the end"):
            with self.subTest(state=state):
                done = hexwatch("history", "--history", self.file, "--format", "json", "--messages", before=become(12345, group))
                self.assertEqual((done.status, done.errors, len(done.records)), (0, "", 4))
                stranger = hexwatch("history", "--history", self.file, before=become(12345, 12345))
                self.assertEqual(stranger.status, USAGE_OR_INPUT)
                self.assert_one_line(stranger.errors, "Permission denied", "control.group")
            if state == "while it is written":
                self._cleanup_daemon(signal.SIGKILL)
            elif state == "after a crash":
                self.run_daemon()
                wait_until(lambda: len(self.gaps()) == 1, "the restart")
                self._cleanup_daemon(signal.SIGTERM)

    def start(self, *arguments, **options):
        self.daemon = super().start(*arguments, **options)
        return self.daemon

    def _cleanup_daemon(self, number):
        self.daemon.process.send_signal(number)
        self.daemon.wait_end()


class Crash(HistoryCase):
    RATE, DEVICES, SECONDS = 5000, 50, 4

    def send(self, stop, sent, rate):
        """So many messages a second; notes when how many of them had been sent, and answered: those the daemon has had."""
        peers = [self.connect("127.0.0.1", self.ports[0]) for _ in range(self.DEVICES)]
        start, count, answered = time.monotonic(), 0, 0
        while not stop.is_set():
            due = int((time.monotonic() - start) * rate)
            while count < due:
                try:
                    peers[count // 10 % self.DEVICES].sendall(
                        b"".join(h02_heartbeat(f"41{count // 10 % self.DEVICES:08d}") for _ in range(10))
                    )
                except OSError:
                    return
                count += 10
            for peer in select.select(peers, [], [], 0.002)[0]:
                try:
                    answered += len(peer.recv(1 << 16))
                except OSError:
                    return
            sent.append((time.time(), count, answered // len(h02_answer())))

    def test_killed_in_the_middle_of_much(self):
        daemon = self.run_daemon()
        stop, sent, second, begin = threading.Event(), [], slowness(), time.time()
        rate = self.RATE / second
        sender = threading.Thread(target=self.send, args=(stop, sent, rate))
        sender.start()
        wait_until(
            lambda: sent and sent[-1][2] >= rate * self.SECONDS and time.time() > begin + second + self.SECONDS,
            "the load",
            2 * DEADLINE,
        )
        killed = time.time()
        daemon.process.kill()
        daemon.process.wait()
        stop.set()
        sender.join()
        before_the_last_second = max((answered for when, _, answered in sent if when < killed - second), default=0)
        self.assertGreater(before_the_last_second, rate)

        self.run_daemon()
        wait_until(lambda: "restart" in [gap["reason"] for gap in self.gaps()], lambda: f"the gap: {self.gaps()}")
        messages, gaps = self.messages(), self.gaps()
        kept = [m for m in messages if m["direction"] == "in"]
        answers = len(messages) - len(kept)
        (gap,) = [gap for gap in gaps if gap["reason"] == "restart"]
        # what a slow disk had no time for is told
        late = sum(gap["lost"] for gap in gaps if gap["reason"] == "lost")
        if late == 0:
            self.assertGreaterEqual(len(kept), before_the_last_second)
        # each heartbeat is answered: both are records. What is told as lost was really seen
        self.assertGreaterEqual(len(kept) + answers + late, 2 * before_the_last_second)
        self.assertGreaterEqual(gap["lost"], 0)
        self.assertLessEqual(len(kept) + answers + late + gap["lost"], 2 * sent[-1][1] + self.DEVICES)
        self.assertRegex(
            hexwatch("history", "--history", self.file).out,
            r"not recorded: restart, (at least \d+ records? lost|no loss is known of)",
        )
        print(f"\nsent {sent[-1][1]}, kept {len(kept)} and {answers} answers, told as lost {gap['lost']}")


class Trouble(HistoryCase):
    def goes_on(self):
        """Devices are answered as ever, and what is not kept is counted."""
        self.login()
        wait_until(lambda: self.lost() > 0, "the loss")

    @unittest.skipIf(os.geteuid() != 0, "to mount a small disk needs root")
    def test_a_full_disk(self):
        os.mkdir(self.state)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700k,mode=0777", "tmpfs", self.state], check=True)
        self.addCleanup(subprocess.run, ["umount", self.state], check=False)
        daemon = self.run_daemon()
        peer = self.connect("127.0.0.1", self.ports[0])
        wait_until(lambda: peer.sendall(h02_position() * 50) or self.lost() > 0, "the disk to be full")
        line = daemon.wait_error("history " + self.file)
        self.assertRegex(line, "full|disk|space")
        self.assertIn("Receiving goes on", line)
        self.login()
        # some writes succeed all the same: it is not said to be over, and then anew
        lost = self.lost()
        wait_until(lambda: peer.sendall(h02_position() * 50) or self.lost() > lost + 1000, "more to be lost")
        self.assertFalse([line for line in daemon.error_lines if "is written again" in line])
        subprocess.run(["mount", "-o", "remount,size=20m", self.state], check=True)

        def again():
            peer.sendall(h02_position())
            done = hexwatch("history", "--history", self.file, "--format", "json")
            return done.status == 0 and [r for r in done.records if r["event"] == "gap" and r["reason"] == "lost"]

        (gap, *_) = wait_until(again, "the gap in the file", 3 * DEADLINE)
        self.assertGreater(gap["lost"], 0)
        daemon.wait_error("is written again")

    def test_what_is_missing_is_kept_at_the_end(self):
        """The folder opens, and the daemon is stopped before it tries again by itself."""
        os.mkdir(self.state, 0o500 if os.geteuid() else 0o755)
        daemon = self.run_daemon()
        daemon.wait_error("Permission denied")
        self.goes_on()
        os.chmod(self.state, 0o777)
        self.assertEqual(daemon.stop(signal.SIGTERM), 0)
        (gap,) = self.gaps()
        self.assertEqual(gap["reason"], "lost")
        self.assertGreater(gap["lost"], 0)

    def test_a_folder_that_is_closed(self):
        if os.geteuid() != 0:
            os.mkdir(self.state, 0o500)
        else:
            os.mkdir(self.state, 0o755)
        daemon = self.run_daemon()
        self.assertRegex(daemon.wait_error("Permission denied"), "Let the user [a-z-]+, as whom hexwatch runs, write to")
        self.goes_on()
        os.chmod(self.state, 0o777)
        self.wait_later(daemon)

    def wait_later(self, daemon):
        def written():
            self.login().close()
            return any("is written again" in line for line in daemon.error_lines)

        wait_until(written, "the next attempt", 3 * DEADLINE)

    def keep_something(self):
        daemon = self.run_daemon()
        self.login()
        self.wait_messages(4)
        daemon.stop(signal.SIGTERM)

    def test_a_broken_file_is_put_aside(self):
        self.keep_something()
        with open(self.file, "r+b") as file:
            file.write(b"not a database at all" * 50)
        daemon = self.run_daemon()
        line = daemon.wait_error("was broken")
        (aside,) = glob.glob(self.file + ".broken-*")
        self.assertIn(aside, line)
        with open(aside, "rb") as file:
            self.assertTrue(file.read().startswith(b"not a database"))
        self.login()
        self.wait_messages(4)
        self.assertEqual(self.lost(), 0)

    def test_a_file_that_breaks_further_in(self):
        self.keep_something()
        size = os.path.getsize(self.file)
        with open(self.file, "r+b") as file:
            file.seek(4096)
            file.write(os.urandom(size - 4096))
        daemon = self.run_daemon()
        daemon.wait_error("was broken")
        self.assertEqual(len(glob.glob(self.file + ".broken-*")), 1)
        self.wait_later(daemon)

    def test_what_is_not_ours_stays_as_it_is(self):
        os.mkdir(self.state)
        os.chmod(self.state, 0o777)
        with sqlite3.connect(self.file) as other:
            other.execute("CREATE TABLE precious (x)")
        other.close()
        cases = [("a database", "another program's database")]
        with open(self.file, "rb") as file:
            database = file.read()
        cases.append(("a text", "it is no history"))
        for (kind, words), content in zip(cases, (database, b"dear diary\n" * 100)):
            with self.subTest(kind=kind):
                with open(self.file, "wb") as file:
                    file.write(content)
                os.chmod(self.file, 0o666)
                daemon = self.run_daemon()
                self.assertIn("Name another file", daemon.wait_error(words).replace("name another", "Name another"))
                self.goes_on()
                daemon.stop()
                with open(self.file, "rb") as file:
                    self.assertEqual(file.read(), content)
                self.assertEqual(glob.glob(self.file + ".broken-*"), [])

    def test_a_newer_one(self):
        self.keep_something()
        with sqlite3.connect(self.file) as newer:
            newer.execute("PRAGMA user_version = 99")
        newer.close()
        daemon = self.run_daemon()
        self.assertIn("Update hexwatch", daemon.wait_error("a newer hexwatch has written it"))
        self.goes_on()
        done = hexwatch("history", "--history", self.file)
        self.assert_one_line(done.errors, "newer hexwatch")

    def test_somebody_takes_it_away(self):
        self.run_daemon()
        self.login()
        self.wait_messages(4)
        os.rename(self.file, self.file + ".away")

        def begun_anew():
            self.login().close()
            return os.path.exists(self.file) and len(self.messages()) >= 4

        wait_until(begun_anew, "another file")
        self.assertEqual(self.lost(), 0)

    def test_somebody_reads_and_does_not_end(self):
        """SQLite's log of changes cannot be emptied meanwhile: it is bounded too."""
        daemon = self.run_daemon()
        self.login()
        self.wait_messages(4)
        reader = sqlite3.connect(self.file)
        self.addCleanup(reader.close)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM message").fetchone()
        peers = [self.connect("127.0.0.1", self.ports[0]) for _ in range(4)]

        def is_told():
            for peer in peers:
                peer.sendall(h02_position() * 200)
            return any("has been reading it for too long" in line for line in daemon.error_lines)

        wait_until(is_told, "the log to be full", 3 * DEADLINE)
        self.assertLess(os.path.getsize(self.file + "-wal"), 64 << 20)
        self.assertTrue(is_told())
        reader.close()
        released = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        wait_until(lambda: is_told() and self.messages("--last", "1")[0]["time"] > released, "it to go on")

    def test_two_at_once(self):
        first = self.run_daemon()
        self.login()
        self.wait_messages(4)
        held = self.ports
        self.ports, self.socket = free_ports(2), self.socket + "2"
        second = self.run_daemon()
        self.assertIn("history.file", second.wait_error("another hexwatch is writing to it"))
        self.goes_on()
        self.ports = held
        self.assertEqual(len(self.messages()), 4)
        self.assertEqual((first.stop(), second.stop()), (0, 0))

    def test_listen_keeps_one_where_it_is_told_to(self):
        (port, _) = self.ports
        daemon = self.start("listen", port, "--socket", self.socket, "--history", self.file, "--traccar", "none")
        self.connect("127.0.0.1", port).sendall(h02_position())
        self.wait_messages(1)
        daemon.stop()
        os.remove(self.file)
        daemon = self.start("listen", port, "--socket", self.socket, "--traccar", "none")
        self.connect("127.0.0.1", port).sendall(h02_position())
        daemon.message()
        daemon.stop()
        self.assertFalse(os.path.exists(self.file))


class Masked(HistoryCase):
    SECRETS = (IMEI, H02_ID, "48.2", "4812.4", "16.37", "1622.4", H02_ID.encode().hex(), IMEI.encode().hex())

    def setUp(self):
        super().setUp()
        self.daemon = self.run_daemon()
        self.login()
        self.connect("127.0.0.1", self.ports[1]).sendall(h02_position())
        stranger = self.connect("127.0.0.1", self.ports[1])
        stranger.sendall(b"\x00\x03" + bytes.fromhex("0" + IMEI) + b"\x99 nobody knows this")
        stranger.shutdown(socket.SHUT_WR)
        self.wait_messages(6)

    def check(self, text):
        for secret in self.SECRETS:
            self.assertNotIn(secret, text)
        self.assertNotIn(("0" + IMEI).lower(), text.lower())

    def test_history(self):
        done = hexwatch("history", "--history", self.file, "--mask", "--format", "json")
        self.assertEqual(done.status, 0)
        self.check(done.out)
        self.assertIn("--keep-unknown", done.errors)
        messages = done.of("message")
        ids = {m["device"] for m in messages if m.get("protocol") == "gt06"}
        self.assertEqual(len(ids), 1)
        (masked,) = ids
        self.assertRegex(masked, r"^\d{15}$")
        self.assertEqual({f["device"] for f in done.of("finding") if f.get("protocol") == "gt06"}, ids)
        # the same id inside the HEX, where another program can read it
        login = next(m for m in messages if m.get("protocol") == "gt06")
        self.assertIn("0" + masked, login["hex"])
        # both are where they were to each other
        places = {(m["lat"], m["lon"]) for m in messages if "lat" in m}
        self.assertEqual(len(places), 1)
        again = hexwatch("identify", "--format", "json", next(m["hex"] for m in messages if m.get("protocol") == "h02")).records[0]
        self.assertEqual(again["protocol"], "h02")
        self.assertAlmostEqual(again["lat"], list(places)[0][0], delta=0.01)
        for arguments in ((), ("--messages",), ("--devices",), ("--format", "csv")):
            self.check(hexwatch("history", "--history", self.file, "--mask", *arguments).out)

    def test_asking(self):
        for command in ("devices", "findings", "status", "ports"):
            for form in ("text", "json"):
                with self.subTest(command=command, form=form):
                    done = hexwatch(command, "--socket", self.socket, "--mask", "--format", form)
                    self.assertEqual(done.status, 0)
                    self.check(done.out)
                    if form == "json":
                        self.assertGreater(len(done.records), 0)
        (plain,) = hexwatch("status", "--socket", self.socket, "--format", "json").records
        (masked,) = hexwatch("status", "--socket", self.socket, "--format", "json", "--mask").records
        self.assertEqual((plain["messages"], plain["started"]), (masked["messages"], masked["started"]))
        done = hexwatch("doctor", "--traccar", "none", "--socket", self.socket, "--mask", "--format", "json")
        self.check(done.out)
        self.assertEqual(len(done.of("check")), 6)

    def bundle(self, *arguments):
        done = hexwatch("bundle", *arguments, "--traccar", "none", "--socket", self.socket, "--history", self.file)
        self.assertEqual(done.status, 0, done.errors)
        self.assertLess(len(done.out.encode()), 65536)
        return done.out

    def test_bundle(self):
        plain = self.bundle(IMEI)
        for words in (IMEI, "wrong-port", LOGIN.hex(), POSITION.hex(), gt06_answer(LOGIN).hex(), "SQLite", "traccar.org/forums"):
            self.assertIn(words, plain)
        masked = self.bundle(IMEI, "--mask")
        self.check(masked)
        for words in ("wrong-port", "gt06 position", "XX", "--mask"):
            self.assertIn(words, masked)
        port = self.bundle(str(self.ports[1]), "--mask")
        self.check(port)
        self.assertIn("h02 position", port)
        done = hexwatch("bundle", "900000000000999", "--traccar", "none", "--socket", self.socket, "--history", self.file)
        self.assertIn("nobody with this id was heard", done.out)
        self.assert_one_line(done.errors, "nobody with the id 900000000000999 was heard")
        path = os.path.join(self.place, "help.txt")
        self.bundle(IMEI, "--mask", "-o", path)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        if os.geteuid() == 0:  # who reads a history of another's is that other then, and the file is root's all the same
            own = self.folder()
            os.chmod(own, 0o700)
            owner = os.stat(self.file)
            for name in os.listdir(os.path.dirname(self.file)):
                os.chown(os.path.join(os.path.dirname(self.file), name), 12345, 12345)
            os.chown(os.path.dirname(self.file), 12345, 12345)
            self.bundle(IMEI, "--mask", "-o", os.path.join(own, "help.txt"))
            with open(os.path.join(own, "help.txt"), encoding="utf-8") as file:
                self.assertIn("gt06 position", file.read())
            for name in (self.file, os.path.dirname(self.file)):
                os.chown(name, owner.st_uid, owner.st_gid)
        self.daemon.stop()
        alone = self.bundle(IMEI)
        self.assertIn("not included: no hexwatch answers", alone)
        self.assertIn(POSITION.hex(), alone)
        os.rename(self.file, self.file + ".away")
        nothing = self.bundle(IMEI)
        self.assertIn("the history is not included", nothing)
        done = hexwatch("bundle")
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, "name one device or one port")

    def test_a_bundle_of_much_is_small(self):
        peer = self.connect("127.0.0.1", self.ports[0])
        login = self.login()
        for _ in range(100):
            login.sendall(POSITION * 20)
            receive(login, 20 * len(gt06_answer(POSITION)))
        peer.close()
        self.wait_messages(4000)
        self.assertIn("traccar.org/forums", self.bundle(IMEI))


if __name__ == "__main__":
    unittest.main()
