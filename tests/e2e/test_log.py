# SPDX-License-Identifier: Apache-2.0
"""Traccar's own log: every generation of it tells what the packets tell; it is followed through rotation, and beside packets."""

import os
import shlex
import subprocess
import unittest

from harness import DEADLINE, HEXWATCH, Daemon, TestCase, hexwatch
from packets import IMEI, LAT, SERVER, Talk, ethernet, gt06_answer, gt06_login, gt06_position, h02_position, pcap

CAR, TEXT, WRONG = "203.0.113.7", "203.0.113.8", "203.0.113.9"
OTHER = "987654321098765"
DAY = "2026-02-01 08:09:"


def hexed(data):
    return data.hex()


def text_or_hex(data):
    """As versions since 6.3 write it."""
    if all(0x20 <= byte < 0x7F or byte in (10, 13) for byte in data):
        return data.decode().replace("\r", "\\r").replace("\n", "\\n")
    return data.hex()


# level, data line: {s} session, {p} port, {n} protocol, {a} arrow, {i} address, {d} data; what a connection begins and ends with
GENERATIONS = {
    "2.0": ("FINE", "[{p} - {i}] - (HEX: {d})", None, hexed),
    "2.2": ("FINE", "[{p} <{b} {i}] - (HEX: {d})", None, hexed),
    "2.8": ("DEBUG", "[{p} <{b} {i}] - HEX: {d}", None, hexed),
    "3.0": ("DEBUG", "[{S}: {p} <{b} {i}] - HEX: {d}", None, hexed),
    "3.12": ("DEBUG", "[{S}: {p} {a} {i}] HEX: {d}", "[{S}]", hexed),
    "4.2": (" INFO", "[{s}: {p} {a} {i}] HEX: {d}", "[{s}]", hexed),
    "4.12": (" INFO", "[{s}: {n} {a} {i}] HEX: {d}", "[{s}]", hexed),
    "5.6": (" INFO", "[T{s}: {n} {a} {i}] {d}", "[T{s}]", hexed),
    "6.14": (" INFO", "[T{s}: {n} {a} {i}] {d}", "[T{s}]", text_or_hex),
}

# who, his port, its protocol, what he says (in) and is told (out)
TALKS = [
    (CAR, 5023, "gt06", [("in", gt06_login()), ("out", gt06_answer(gt06_login())), ("in", gt06_position())]),
    (TEXT, 5013, "h02", [("in", h02_position(kind="V1"))]),
    (WRONG, 5013, "h02", [("in", gt06_login(OTHER)), ("in", gt06_position(serial=5))]),
]


def log_of(generation, answers):
    level, form, contact, write = GENERATIONS[generation]
    lines = []
    for number, (address, port, protocol, said) in enumerate(TALKS):
        session = f"{0xabcd0000 + number:08x}"
        names = {"s": session, "S": session.upper(), "p": port, "n": protocol, "i": address}
        prefix = f"{DAY}{10 + number}"
        if contact:
            lines.append(f"{prefix} {level}: " + contact.format(**names) + " connected")
        for direction, data in said:
            if direction == "out" and not answers:
                continue
            arrows = {"a": "<" if direction == "in" else ">", "b": "-"}
            line = form.format(**names, **arrows, d=write(data))
            if direction == "out":
                line = line.replace("<-", "->")
            lines.append(f"{prefix} {level}: {line}")
        if contact:
            lines.append(f"{prefix} {level}: " + contact.format(**names) + " disconnected")
    return ("\n".join(lines) + "\n").encode()


def story(done):
    """Per device: what is said of it, whichever way it was seen."""
    messages = sorted(
        (m["device"], m["protocol"], m["port"], m["messages"][0]["type"], m["location"], m["verdict"], m["hex"])
        for m in done.of("message")
        if m["direction"] == "in"
    )
    return messages, sorted((f["code"], f["device"], f["port"]) for f in done.of("finding"))


class Generations(TestCase):
    def captured(self):
        packets = []
        for number, (address, port, _, said) in enumerate(TALKS):
            talk = Talk((address, 40000 + number), (SERVER[0], port))
            packets += talk.open()
            for direction, data in said:
                packets += talk.say(data, direction)
            packets += talk.close()
        path = os.path.join(self.folder(), "x.pcap")
        with open(path, "wb") as file:
            file.write(pcap([ethernet(packet) for packet in packets]))
        return hexwatch("read", "--format", "json", "--traccar", "none", path)

    def test_each_tells_what_the_packets_tell(self):
        expected = story(self.captured())
        self.assertEqual([code for code, *_ in expected[1]], ["wrong-port"])
        for generation in GENERATIONS:
            with self.subTest(generation):
                # 2.0 does not tell directions
                given = log_of(generation, answers=generation != "2.0")
                done = hexwatch("log", "--format", "json", "--traccar", "none", "-", given=given)
                self.assertEqual((done.status, done.errors), (0, ""))
                self.assertEqual(story(done), expected)

    def test_windows_line_ends_and_stack_traces(self):
        given = log_of("6.14", True).replace(b"\n", b"\r\n\tat org.traccar.Something(Something.java:1)\r\n")
        done = hexwatch("log", "--format", "json", "--traccar", "none", "-", given=given)
        self.assertEqual(story(done), story(self.captured()))

    def test_the_log_says_which_version_it_is_of(self):
        """What that version calls its protocols, and which it does not know."""
        lines = f"{DAY}00  INFO: Version: 6.7.3\n{DAY}10  INFO: [T00000001: huabao < {CAR}] {gt06_login().hex()}\n"
        path = os.path.join(self.folder(), "tracker-server.log")
        for version, name in (("6.7.3", "huabao"), ("6.14.5", "jt808")):
            with open(path, "w", encoding="ascii") as file:
                file.write(lines.replace("6.7.3", version))
            done = hexwatch("log", "--format", "json", "--traccar", "none", path)
            finding = done.of("finding")[0]
            self.assertEqual((finding["code"], finding["port"]), ("wrong-port", 5015))
            self.assertIn(f"port 5015, where Traccar speaks {name}", finding["text"])

    def test_lines_that_were_picked_out_of_the_log(self):
        """grep ADDRESS: what became of the messages stands in lines that have none, so nobody knows."""
        lines = [f"{DAY}10  INFO: [T00000001: gt06 < {CAR}] {gt06_login().hex()}\n"]
        lines += [f"2026-02-01 08:{10 + minute}:00  INFO: [T00000001: gt06 < {CAR}] {gt06_position().hex()}\n" for minute in range(9)]
        picked = hexwatch("log", "--traccar", "none", "-", given="".join(lines).encode())
        self.assertNotIn("not-decoded", picked.out)
        self.assertIn("read the whole log", picked.out)
        self.assertNotIn("nothing to do", picked.out)
        whole = hexwatch("log", "--traccar", "none", "-", given=(f"{DAY}09  INFO: [T00000001] connected\n" + "".join(lines)).encode())
        self.assertIn("PROBLEM not-decoded", whole.out)
        self.assertNotIn("read the whole log", whole.out)

    def test_a_log_that_is_not_there(self):
        done = hexwatch("log", "--traccar", "none", os.path.join(self.folder(), "none.log"))
        self.assertEqual(done.status, 2)
        self.assertIn("No such file", done.errors)

    def test_what_is_no_log(self):
        done = hexwatch("log", "--format", "json", "--traccar", "none", "-", given=os.urandom(100000))
        self.assertEqual((done.status, done.of("message")), (2, []))
        self.assert_one_line(done.errors, "none of its lines is one of Traccar's log")
        done = hexwatch("log", "--traccar", "none", "-", given=b"")
        self.assertEqual((done.status, done.errors), (0, ""))


# what becomes of devices: what each version writes of it, {i} address, {d} device, {s} session as the version has it
FAILURE = "error - readerIndex(1) + length(2) exceeds writerIndex(2) - IndexOutOfBoundsException (... < Gt06ProtocolDecoder:205 < ...)"
PLACE = "lat: 48.20820, lon: 16.37380"
FATES = {
    # since: unknown, stored, filtered, disabled, failed; "" where the version says nothing of it that names the device
    (2, 0): ("Unknown device - {d}", "", "", "", ""),
    (3, 1): ("Unknown device - {d}", "", "", "", "[{s}] " + FAILURE),
    (3, 12): (
        "Unknown device - {d} ({i})",
        "[{s}] id: {d}, time: 2026-02-01 08:09:10, " + PLACE,
        "Position filtered by Accuracy filters from device: {d}",
        "",
        "[{s}] " + FAILURE,
    ),
    (4, 2): (
        "Unknown device - {d} ({i})",
        "[{s}] id: {d}, time: 2026-02-01 08:09:10, " + PLACE + ", course: 0.0",
        "Position filtered by Accuracy filters from device: {d}",
        "Disabled device - {d} ({i})",
        "[{s}] " + FAILURE,
    ),
    (5, 6): (
        "Unknown device - {d} ({i})",
        "[{s}] id: {d}, time: 2026-02-01 08:09:10, " + PLACE,
        "Position filtered by Accuracy filters from device: {d}",
        "[{s}] error - Device is disabled - SecurityException (... < ConnectionManager:163 < ...)",
        "[{s}] " + FAILURE,
    ),
}
KINDS = ("unknown", "stored", "filtered", "disabled", "failed")
CODES = {"unknown": "unknown-device", "filtered": "filtered", "disabled": "disabled-device", "failed": "not-decoded"}


def fates_of(generation):
    """The newest rules that are no newer than the version."""
    version = tuple(int(part) for part in generation.split("."))
    return FATES[max(since for since in FATES if since <= version)]


class Fates(TestCase):
    """What only the log tells of devices, in the words of each version; of what their bytes are it tells what packets tell."""

    DEVICES = {kind: f"35000000000{number}110" for number, kind in enumerate(KINDS)}
    ADDRESSES = {kind: f"203.0.113.{20 + number}" for number, kind in enumerate(KINDS)}

    def said(self, kind):
        """A login and six positions, all of them different: what each of the devices sends."""
        yield gt06_login(self.DEVICES[kind])
        for serial in range(2, 8):
            yield gt06_position(serial=serial, lat=LAT + serial / 1000)

    def log_of(self, generation):
        level, form, contact, write = GENERATIONS[generation]
        lines = []
        for number, kind in enumerate(KINDS):
            session = f"{0xABCE0000 + number:08x}"
            bare = contact.strip("[]").format(s=session, S=session.upper()) if contact else ""
            fate = fates_of(generation)[number]
            names = {"s": session, "S": session.upper(), "p": 5023, "n": "gt06", "i": self.ADDRESSES[kind]}
            for second, data in enumerate(self.said(kind)):
                prefix = f"2026-02-01 08:{number:02d}:{second:02d} {level}: "
                lines.append(prefix + form.format(**names, a="<", b="-", d=write(data)))
                if fate and (second > 0 or kind not in ("stored", "filtered")):
                    lines.append(prefix + fate.format(s=bare, d=self.DEVICES[kind], i=self.ADDRESSES[kind]))
        return ("\n".join(lines) + "\n").encode()

    def captured(self):
        frames = []
        for number, kind in enumerate(KINDS):
            talk = Talk((self.ADDRESSES[kind], 40000 + number), (SERVER[0], 5023))
            packets = talk.open()
            for data in self.said(kind):
                packets += talk.say(data)
            frames += [(ethernet(packet), number * 60 + at / 10) for at, packet in enumerate(packets)]
        path = os.path.join(self.folder(), "x.pcap")
        with open(path, "wb") as file:
            file.write(pcap(frames))
        return hexwatch("read", "--format", "json", "--traccar", "none", path)

    def test_each_version_tells_them(self):
        messages, findings = story(self.captured())
        self.assertEqual((len(messages), findings), (7 * len(KINDS), []))
        for generation in GENERATIONS:
            with self.subTest(generation):
                done = hexwatch(
                    "log", "--format", "json", "--traccar", "none", "-", given=self.log_of(generation)
                )
                self.assertEqual((done.status, done.errors), (0, ""))
                self.assertEqual(story(done)[0], messages)
                told = {(f["code"], f["device"]) for f in done.of("finding") if f["state"] == "raised"}
                expected = {
                    (CODES[kind], self.DEVICES[kind])
                    for kind, fate in zip(KINDS, fates_of(generation))
                    if fate and kind in CODES
                }
                # nothing is said of who is fine; where the version says nothing, only that no position was logged
                told = {(code, device) for code, device in told if (code, device) in expected or code != "not-decoded"}
                self.assertEqual(told, expected)

    def test_nobody_is_blamed_who_is_stored(self):
        for generation in ("3.12", "4.2", "4.12", "5.6", "6.14"):
            done = hexwatch("log", "--format", "json", "--traccar", "none", "-", given=self.log_of(generation))
            blamed = [f["code"] for f in done.of("finding") if f.get("device") == self.DEVICES["stored"]]
            self.assertEqual(blamed, [], generation)


class Following(TestCase):
    def setUp(self):
        self.place = os.path.join(self.folder(), "tracker-server.log")

    def add(self, *lines, place=None):
        with open(place or self.place, "a", encoding="ascii") as file:
            for line in lines:
                file.write(f"{DAY}30  INFO: {line}\n")

    def test_through_rotation(self):
        self.add(f"[T00000001: gt06 < {CAR}] {gt06_login().hex()}")
        daemon = Daemon("log", "--follow", "--traccar", "none", self.place, ready=None)
        self.addCleanup(daemon.close)
        daemon.message(device=IMEI)
        self.add(f"Unknown device - {IMEI} ({CAR})")
        finding = daemon.wait_for("finding", code="unknown-device")[0]
        self.assertEqual((finding["device"], finding["peer"]), (IMEI, CAR))
        os.rename(self.place, self.place + ".20260201")
        self.add(f"[T00000002: gt06 < {CAR}] {gt06_login(OTHER).hex()}")
        daemon.message(device=OTHER)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.all_of("summary")[0]["messages"], 2)

    def test_the_service_reads_it_from_its_end(self):
        self.add(f"[T00000001: gt06 < {CAR}] {gt06_login(OTHER).hex()}")
        path = os.path.join(self.folder(), "hexwatch.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(f'log = {{ enabled = true; file = "{self.place}"; }};\nevents = {{ format = "json"; }};\n')
            file.write('control = { socket = ""; };\n')
        daemon = Daemon("run", "-c", path, "--traccar", "none", is_json=False, ready="reading what is added")
        self.addCleanup(daemon.close)
        self.add(f"[T00000002: gt06 < {CAR}] {gt06_login().hex()}", f"Unknown device - {IMEI} ({CAR})")
        daemon.message(device=IMEI)
        daemon.wait_for("finding", code="unknown-device")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.all_of("message", device=OTHER), [])


PROGRAM = shlex.quote(os.path.abspath(HEXWATCH))
FAKE = "sh -c 'echo 1; sleep 600; echo 2' -jar tracker-server.jar conf/traccar.xml"
CONTAINER = """
set -e
mount -t tmpfs none "$1"
cd "$1"
mkdir -p usr opt/traccar/conf opt/traccar/logs old proc
for name in bin lib lib64 sbin; do [ -L /$name ] && ln -s usr/$name $name; done
mount --rbind /usr usr
mount --bind "$2" opt/traccar/logs
echo '<properties/>' >opt/traccar/conf/traccar.xml
mount -t proc none proc
pivot_root . old
umount -l /old
cd /opt/traccar
exec """


def why_no_mounts():
    done = subprocess.run(["unshare", "-mpf", "--mount-proc", "true"], capture_output=True, check=False)
    return None if done.returncode == 0 else f"mount namespaces cannot be made here: {done.stderr!r}"


WHY_NOT = why_no_mounts()


@unittest.skipIf(WHY_NOT, WHY_NOT)
class Found(TestCase):
    """Without FILE it is the log of the Traccar that is installed, or runs; seen in namespaces of its own."""

    def setUp(self):
        self.base = os.path.realpath(self.folder())
        self.place = self.base + "/traccar"
        os.makedirs(self.place + "/conf")
        os.makedirs(self.place + "/logs")
        self.configure("")
        self.write(self.place + "/logs/tracker-server.log")

    def configure(self, entries):
        with open(self.place + "/conf/traccar.xml", "w", encoding="ascii") as file:
            file.write(f"<properties>{entries}</properties>")

    def write(self, path, device=IMEI):
        with open(path, "w", encoding="ascii") as file:
            file.write(f"{DAY}30  INFO: [T00000001: gt06 < {CAR}] {gt06_login(device).hex()}\n")

    def look(self, script):
        """What the script prints, run as if it were alone on a host without any Traccar."""
        script = f"mount -t tmpfs none /etc/systemd/system\nhexwatch() {{ {PROGRAM} \"$@\"; }}\n" + script
        done = subprocess.run(
            ["unshare", "-mpf", "--mount-proc", "sh", "-c", script, "sh", self.base],
            capture_output=True,
            timeout=3 * DEADLINE,
            text=True,
            check=False,
        )
        return done.stdout, done.stderr

    def expect(self, script, device=IMEI):
        out, errors = self.look(script)
        self.assertIn(f"device {device}", out, errors)

    def test_nobody(self):
        out, errors = self.look("hexwatch log")
        self.assertEqual(out, "")
        self.assertIn("No Traccar was found on this host", errors)
        self.assertNotIn("No Traccar was found", self.look("hexwatch log --traccar none")[1])

    def test_a_running_one(self):
        self.expect(f'cd "$1/traccar"; {FAKE} | {{ read line; hexwatch log; kill -9 -1; }}')

    def test_a_unit_that_is_stopped(self):
        unit = (
            f"[Service]\\nWorkingDirectory={self.place}\\n"
            "ExecStart=/usr/bin/java -jar tracker-server.jar conf/traccar.xml\\n"
        )
        self.expect(f"printf '{unit}' >/etc/systemd/system/traccar.service; hexwatch log")
        self.configure("<entry key='logger.file'>./logs/mine.log</entry>")
        self.write(self.place + "/logs/mine.log", OTHER)
        self.expect(f"printf '{unit}' >/etc/systemd/system/traccar.service; hexwatch log", OTHER)
        os.unlink(self.place + "/logs/mine.log")
        self.configure("<entry key='logger.console'>true</entry><entry key='logger.file'>logs/no.log</entry>")
        errors = self.look(f"printf '{unit}' >/etc/systemd/system/traccar.service; hexwatch log")[1]
        self.assertIn("journalctl -u traccar -o cat | hexwatch log -", errors)

    def test_the_configured_folder(self):
        self.expect('hexwatch log --traccar none "$1/traccar/logs"')
        self.expect('hexwatch log --traccar none "$1/traccar"')

    def test_a_container(self):
        """Its log is followed by the path of its volume on this host."""
        os.mkdir(self.base + "/inner")
        with open(self.base + "/hexwatch.conf", "w", encoding="ascii") as file:
            file.write('intake = "none"; log = { enabled = true; }; control = { socket = ""; };\n')
        container = f"unshare -m sh -c {shlex.quote(CONTAINER + FAKE)} sh $1/inner $1/traccar/logs"
        self.expect(f"{container} | {{ read line; hexwatch log; kill -9 -1; }}")
        out, errors = self.look(
            f'{container} | {{ read line; {PROGRAM} run -c "$1/hexwatch.conf" 2>"$1/said" & '
            'until grep -q "Waiting for" "$1/said"; do kill -0 $! || break; sleep 0.05; done; cat "$1/said" >&2; kill -9 -1; }'
        )
        self.assertIn(f"reading what is added to {self.place}/logs/tracker-server.log", errors, out)


if __name__ == "__main__":
    unittest.main()
