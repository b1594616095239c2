# SPDX-License-Identifier: Apache-2.0
"""hexwatch run: the configuration, and the service that does what it says."""

import os
import signal
import socket
import subprocess
import time
import unittest

from harness import (
    DEADLINE,
    ENVIRONMENT,
    HEXWATCH,
    REPOSITORY,
    USAGE_OR_INPUT,
    TestCase,
    free_ports,
    hexwatch,
    receive,
    wait_until,
    why_no_namespaces,
)
from packets import IMEI, LAT, LON, gt06_answer, gt06_login, gt06_position

LOGIN, POSITION = gt06_login(), gt06_position()


def can_connect(port):
    with socket.socket() as peer:
        return peer.connect_ex(("127.0.0.1", port)) == 0


class RunCase(TestCase):
    def file(self, text):
        path = os.path.join(self.folder(), "hexwatch.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def check(self, text):
        return hexwatch("run", "-c", self.file(text), "--check")


class Check(RunCase):
    def test_good_ones(self):
        for text in (
            "listen = { enabled = true; };",
            "sniff: { enabled = true }",
            """
# everything there is
user = "nobody";
listen = { enabled = true; ports = "5001-5100,udp:5013"; address = "127.0.0.1"; answer = false;
  connections = 100; idle = 60; };
sniff = { enabled = true; ports = ""; interface = "any"; };
hexlog = { folder = "%s/hex"; size = 1048576; keep = 9; };
events = { format = "json"; lines = false; };
findings = { fix_minutes = 20; silent_seconds = 60; };
limits = { sessions = 1000; devices = 1000; message_seconds = 5; };
"""
            % self.folder(),
        ):
            with self.subTest(text):
                done = self.check(text)
                self.assertEqual((done.status, done.errors), (0, ""))
                self.assertRegex(done.out, r"hexwatch\.conf: fine\n$")

    def test_bad_ones_name_file_and_line(self):
        on = "listen = {\n  enabled = true;\n"
        for text, line, word in (
            (on + '  port = "5023";\n};', 3, "port"),
            (on + '  ports = "5023x";\n};', 3, "5023x"),
            (on + "  ports = 5023;\n};", 3, "ports"),
            (on + '  answer = "yes";\n};', 3, "answer"),
            (on + "  answer = 1;\n};", 3, "answer"),
            (on + "\n\n  idle = 5;\n};", 5, "idle"),
            (on + "  idle = 100000000000;\n};", 3, "idle"),
            (on + f"  address = \"{'1' * 100}\";\n}};", 3, "address"),
            (on + "};\nlistne = { };", 4, "listne"),
            (on + "};\nhexlog = 5;", 4, "hexlog"),
            (on + "};\nhexlog = { keep = 100; };", 4, "keep"),
            (on + '};\nevents = { format = "xml"; };', 4, "format"),
            (on + "  answer = \n};", 4, "syntax error"),
            ("listen = {\n  enabled = true;\n", 3, "syntax error"),
            ('@include "/nonexistent"\n', 1, ""),
        ):
            with self.subTest(text):
                done = self.check(text)
                self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
                self.assert_one_line(done.errors, f"hexwatch.conf, line {line}", word)

    def test_what_run_would_refuse(self):
        folder = self.folder()
        os.chmod(folder, 0o755)
        file = os.path.join(folder, "file")
        with open(file, "wb"):
            pass
        on = "listen = { enabled = true;\n"
        for text, line, words in (
            (on + 'address = "localhost"; };', 2, ("address", "numeric")),
            (on + 'address = "300.1.1.1"; };', 2, ("address", "numeric")),
            (on + 'address = "192.0.2.77"; };', 2, ("address", "this host has no address 192.0.2.77")),
            (on + 'address = "2001:db8::77"; };', 2, ("address", "this host has no address 2001:db8::77")),
            (on + '};\n\nuser = "nobody-there";', 4, ("user", "nobody-there")),
            (on + '};\n\nuser = "root";', 4, ("user", "root")),
            (on + f'}};\nhexlog = {{ folder = "{file}"; }};', 3, ("folder", f"{file} is no folder")),
            (on + f'}};\nhexlog = {{ folder = "{file}/hex"; }};', 3, ("folder", f"{file} is no folder")),
            (on + f'}};\nhexlog = {{ folder = "{folder}/a/b"; }};', 3, ("folder", f"{folder}/a is no folder")),
            (on + '};\nhexlog = { folder = "/proc/self"; };', 3, ("folder", "cannot write to /proc/self")),
            ('sniff = { enabled = true;\ninterface = "none0"; };', 2, ("interface", "none0")),
        ):
            with self.subTest(text):
                done = self.check(text)
                self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
                self.assert_one_line(done.errors, f"hexwatch.conf, line {line}: ", *words)
                done = hexwatch("run", "-c", self.file(text))
                if os.geteuid() == 0 or "user" not in words:
                    self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
        self.assertEqual(os.listdir(folder), ["file"], "--check makes nothing")

    @unittest.skipUnless(os.geteuid() == 0, "only root becomes another user")
    def test_a_folder_of_somebody_else(self):
        folder = self.folder()
        os.chmod(folder, 0o700)
        text = f'user = "nobody"; listen = {{ enabled = true; }}; hexlog = {{ folder = "{folder}"; }};'
        done = self.check(text)
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, "folder", "user nobody cannot write", folder)
        os.chown(folder, 65534, 65534)
        self.assertEqual(self.check(text).status, 0)

    def test_a_byte_order_mark(self):
        done = self.check("\ufefflisten = { enabled = true; };")
        self.assertEqual((done.status, done.errors), (0, ""))

    def test_nothing_to_do(self):
        done = self.check('intake = "none"; events = { format = "json"; };')
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, "hexwatch.conf", "enabled = true")

    def test_the_intake_goes_by_whether_a_traccar_is_there(self):
        installed = self.folder()
        os.mkdir(f"{installed}/conf")
        with open(f"{installed}/conf/traccar.xml", "w", encoding="utf-8") as file:
            file.write("<properties><entry key='gt06.port'>5023</entry></properties>")
        path = os.path.join(self.folder(), "hexwatch.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write('sniff = { interface = "lo"; };')
        done = hexwatch("run", "-c", path, "--check", "--traccar", installed)
        self.assertEqual(done.status, 0, done.errors)
        self.assertIn("watching its ports, not taking them", done.errors)
        done = hexwatch("run", "-c", path, "--check", "--traccar", "none")
        self.assertEqual(done.status, 0, done.errors)
        self.assertIn("listening in its place", done.errors)

    def test_a_page_for_others_needs_a_token(self):
        wrong = 'web = {\n  address = "0.0.0.0";\n};'
        done = self.check(wrong)
        self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
        self.assertIn("line 2: address: ", done.errors.replace("web.address: ", "address: "))
        self.assertIn("set web.token", done.errors)
        for more in ("port = 0;", "proxy = true;"):
            with self.subTest(more):
                self.assertEqual(self.check(wrong.replace("};", more + " };")).status, 0)

    def test_a_file_that_is_none(self):
        for path in ("/nonexistent/hexwatch.conf", self.folder()):
            done = hexwatch("run", "-c", path, "--check")
            self.assertEqual(done.status, USAGE_OR_INPUT)
            self.assert_one_line(done.errors, path)

    def test_any_bytes(self):
        path = os.path.join(self.folder(), "hexwatch.conf")
        with open(path, "wb") as file:
            file.write(b"\x7fELF\0\xff\xfe" + bytes(range(256)) * 10)
        done = hexwatch("run", "-c", path, "--check")
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, path)

    def test_usage(self):
        path = self.file("listen = { enabled = true; };")
        for arguments in (
            ["-c"],
            ["-c", path, "5023"],
            ["-c", path, "--format", "xml"],
            ["-i", "any", "-c", path],
        ):
            with self.subTest(arguments):
                done = hexwatch("run", *arguments)
                self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
                self.assert_one_line(done.errors)

    def test_the_shipped_configuration(self):
        path = os.path.join(REPOSITORY, "conf", "hexwatch.conf")
        if os.path.getsize(path) == 0:
            self.skipTest("conf/hexwatch.conf is empty")
        done = hexwatch("run", "-c", path, "--check")
        self.assertEqual(done.status, 0)
        self.assertRegex(done.errors, r"^hexwatch: (a|no) Traccar is installed here.*\n$")


class Service(RunCase):
    def test_listen(self):
        first, second = free_ports(2)
        folder = os.path.join(self.folder(), "hex")
        path = self.file(f"""
listen = {{ enabled = true; ports = "tcp:{first},{second}"; }};
hexlog = {{ folder = "{folder}"; }};
events = {{ format = "json"; }};""")
        daemon = self.start("run", "-c", path, is_json=False)
        self.assertIn(
            f"listening on tcp {','.join(map(str, sorted((first, second))))}; udp {second}", daemon.errors
        )
        peer = self.connect("127.0.0.1", first)
        peer.sendall(LOGIN + POSITION)
        self.assertEqual(peer.recv(10), gt06_answer(LOGIN))
        record = daemon.message(hex=POSITION.hex())
        self.assertEqual((record["device"], record["port"], record["location"]), (IMEI, first, "valid"))
        self.assertAlmostEqual(record["lat"], LAT, places=4)
        self.assertAlmostEqual(record["lon"], LON, places=4)
        log = os.path.join(folder, f"{first}-tcp.log")

        def has_position():
            with open(log, encoding="ascii") as file:
                return POSITION.hex() in file.read()

        wait_until(has_position, "the position in the log")
        self.assertEqual(daemon.stop(signal.SIGTERM), 0)
        self.assertEqual(daemon.records[-1]["event"], "summary")

    def test_one_address_no_answer_no_lines(self):
        (port,) = free_ports(1)
        daemon = self.start(
            "run",
            "-c",
            self.file(f"""
listen = {{ enabled = true; ports = "{port}"; address = "127.0.0.1"; answer = false; }};
events = {{ format = "json"; lines = false; }};"""),
            is_json=False,
        )
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("::1", port), timeout=DEADLINE)
        peer = self.connect("127.0.0.1", port)
        peer.sendall(LOGIN)
        peer.shutdown(socket.SHUT_WR)
        self.assertEqual(peer.recv(10), b"", "closed without an answer")
        self.assertEqual(daemon.stop(), 0)
        (summary,) = daemon.records
        self.assertEqual((summary["event"], summary["messages"]), ("summary", 1))

    @unittest.skipIf(os.geteuid() != 0, "to mount a small disk needs root")
    def test_its_output_on_a_full_disk(self):
        """Devices go on being answered; what finds room again is written."""
        port, place = free_ports(1)[0], self.folder()
        config = self.file(f'listen = {{ enabled = true; ports = "tcp:{port}"; }};\nweb = {{ port = 0; }};\n')
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], check=True)
        self.addCleanup(subprocess.run, ["umount", place], check=False)
        path = os.path.join(place, "out.log")
        arguments = [HEXWATCH, "run", "-c", config, "--traccar", "none"]
        with open(path, "wb") as out, subprocess.Popen(arguments, stdout=out, stderr=subprocess.DEVNULL, env=ENVIRONMENT) as daemon:
            self.addCleanup(daemon.kill)
            wait_until(lambda: can_connect(port), "the service")
            peer = self.connect("127.0.0.1", port)
            for message in [LOGIN] + [POSITION] * 400:
                peer.sendall(message)
                receive(peer, len(gt06_answer(message)))
            wait_until(lambda: os.path.getsize(path) == 64 * 1024, "the disk to be full")
            subprocess.run(["mount", "-o", "remount,size=8m", place], check=True)
            peer.sendall(LOGIN)
            receive(peer, len(gt06_answer(LOGIN)))
            daemon.send_signal(signal.SIGTERM)
            self.assertEqual(daemon.wait(DEADLINE), 0)
        with open(path, encoding="utf-8") as file:
            lines = file.readlines()
        self.assertEqual(sum(LOGIN.hex() in line for line in lines), 2)
        self.assertEqual(sum(POSITION.hex() in line for line in lines), 400)

    def test_few_connections(self):
        (port,) = free_ports(1)
        daemon = self.start(
            "run",
            "-c",
            self.file(
                f'listen = {{ enabled = true; ports = "{port}"; connections = 2; }};'
                'limits = { address_share = 100; };'
                'events = { format = "json"; };'
            ),
            is_json=False,
        )
        known, idle = self.connect("127.0.0.1", port), self.connect("127.0.0.1", port)
        known.sendall(LOGIN)
        self.assertEqual(known.recv(10), gt06_answer(LOGIN))
        daemon.wait_for("connection", 2, state="opened")
        third = self.connect("127.0.0.1", port)
        third.sendall(LOGIN)
        self.assertEqual(third.recv(10), gt06_answer(LOGIN))
        self.assertEqual(idle.recv(1), b"", "who says nothing makes way")
        fourth = self.connect("127.0.0.1", port)
        self.assertEqual(fourth.recv(1), b"", "who talks does not")
        self.assertEqual(daemon.stop(), 0)
        lost = daemon.records[-1]["lost"]
        self.assertEqual((lost["idle_connections_closed_for_others"], lost["connections_refused"]), (1, 1))

    def test_both_intakes_say_each_message_once(self):
        """What the listener holds it hears first; the sniffer watches the other ports."""
        reason = why_no_namespaces()
        if reason:
            self.skipTest(reason)
        network = self.namespace("both")
        with network.entered():
            other = self.keep(socket.create_server(("127.0.0.1", 5013)))
            daemon = self.start(
                "run",
                "-c",
                self.file("""
listen = { enabled = true; ports = "5023"; };
sniff = { enabled = true; ports = "tcp:5013,tcp:5023,udp:5023"; interface = "lo"; };
events = { format = "json"; };"""),
                is_json=False,
            )
            self.assertIn("watching tcp 5013; udp none", daemon.wait_error("watching"))
            peer = self.connect("127.0.0.1", 5023)
            peer.sendall(LOGIN)
            self.assertEqual(peer.recv(10), gt06_answer(LOGIN))
            with self.connect("127.0.0.1", 5013) as stranger:
                accepted = self.keep(other.accept()[0])
                stranger.sendall(LOGIN)
                daemon.message(port=5013, verdict="wrong-port")
                accepted.close()
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(
            [(record["port"], record["direction"]) for record in daemon.all_of("message")],
            [(5023, "in"), (5023, "out"), (5013, "in")],
        )
        self.assertEqual(daemon.records[-1]["messages"], 2)

    def test_packets_and_traccars_log_say_each_message_once(self):
        """However the configuration says that packets are watched."""
        reason = why_no_namespaces()
        if reason:
            self.skipTest(reason)
        for number, chosen in enumerate(('intake = "sniff";', 'intake = "auto";', "sniff.enabled")):
            traccar = self.folder()
            for name in ("conf", "logs"):
                os.mkdir(os.path.join(traccar, name))
            with open(os.path.join(traccar, "conf", "traccar.xml"), "w", encoding="ascii") as file:
                file.write("<properties></properties>")
            log = os.path.join(traccar, "logs", "tracker-server.log")
            with open(log, "w", encoding="ascii"):
                pass
            sniff = 'interface = "lo"; ' + ("enabled = true;" if chosen == "sniff.enabled" else "")
            text = (chosen if "=" in chosen else "") + f"sniff = {{ {sniff} }}; log = {{ enabled = true; }};"
            with self.namespace(f"once{number}").entered():
                server = self.keep(socket.create_server(("127.0.0.1", 5023)))
                daemon = self.start(
                    "run", "--traccar", traccar, "-c", self.file(text + 'events = { format = "json"; };'), is_json=False
                )
                daemon.wait_error("watching tcp")
                with self.connect("127.0.0.1", 5023) as peer:
                    accepted = self.keep(server.accept()[0])
                    peer.sendall(LOGIN)
                    daemon.message(port=5023)
                    with open(log, "a", encoding="ascii") as file:
                        for line in ("] connected", f": gt06 < 127.0.0.1] {LOGIN.hex()}"):
                            file.write(time.strftime("%Y-%m-%d %H:%M:%S") + f"  INFO: [T1a2b3c4d{line}\n")
                        file.write(time.strftime("%Y-%m-%d %H:%M:%S") + f"  WARN: Unknown device - {IMEI} (127.0.0.1)\n")
                    daemon.wait_for("finding", code="unknown-device")
                    accepted.close()
                self.assertEqual(daemon.stop(), 0)
            self.assertEqual(len(daemon.all_of("message")), 1, chosen)
            self.assertEqual(daemon.records[-1]["messages"], 1, chosen)

    def test_a_log_that_turns_over(self):
        (port,) = free_ports(1)
        folder = os.path.join(self.folder(), "hex")
        daemon = self.start(
            "run",
            "-c",
            self.file(f"""
listen = {{ enabled = true; ports = "{port}"; }};
hexlog = {{ folder = "{folder}"; size = 4096; keep = 2; }};"""),
            is_json=False,
        )
        peer = self.connect("127.0.0.1", port)
        peer.sendall(LOGIN + POSITION * 200)
        peer.shutdown(socket.SHUT_WR)
        daemon.wait_line("disconnected")
        self.assertEqual(daemon.stop(), 0)
        files = [f"{port}-tcp.log", f"{port}-tcp.log.1", f"{port}-tcp.log.2"]
        self.assertEqual(sorted(os.listdir(folder)), files)
        for name in files:
            self.assertLessEqual(os.path.getsize(os.path.join(folder, name)), 4096)
            with open(os.path.join(folder, name), encoding="ascii") as file:
                self.assertTrue(file.read().endswith("\n"), "lines are whole")

    def test_both_intakes(self):
        reason = why_no_namespaces()
        if reason:
            self.skipTest(reason)
        network = self.namespace("run")
        path = self.file(
            'listen = { enabled = true; ports = "tcp:5023"; }; events = { format = "json"; };'
            'sniff = { enabled = true; interface = "lo"; ports = "tcp:5013"; };'
        )
        with network.entered():
            daemon = self.start("run", "-c", path, is_json=False)
            server = self.keep(socket.create_server(("127.0.0.1", 5013)))
            for port in (5013, 5023):
                self.connect("127.0.0.1", port).sendall(LOGIN)
            server.accept()[0].close()
        self.assertEqual(daemon.message(port=5013)["verdict"], "wrong-port")
        self.assertEqual(daemon.message(port=5023)["verdict"], "ok")
        wait_until(lambda: "listening on tcp 5023; udp none" in daemon.errors, "what is listened on")
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main()
