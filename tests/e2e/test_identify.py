# SPDX-License-Identifier: Apache-2.0
"""hexwatch identify: one record out per line in, whatever the lines are."""

import os
import subprocess
import unittest

from harness import (
    DEADLINE,
    ENVIRONMENT,
    HEXWATCH,
    USAGE_OR_INPUT,
    TestCase,
    become_nobody,
    hexwatch,
    running,
)
from packets import (
    H02_ID,
    IMEI,
    LAT,
    LON,
    WHEN_TEXT,
    gt06,
    gt06_heartbeat,
    gt06_answer,
    gt06_login,
    gt06_position,
    h02_position,
    osmand_position,
    teltonika_login,
    teltonika_position,
)


def identify(*lines):
    return hexwatch("identify", "--format", "json", given="".join(f"{line}\n" for line in lines).encode())


class Records(TestCase):
    def test_one_record_per_line_in_order(self):
        messages = [
            gt06_login(),
            h02_position(),
            teltonika_login(),
            gt06_position(),
            osmand_position(),
            teltonika_position(),
        ]
        done = identify(*[message.hex() for message in messages])
        self.assertEqual(done.status, 0, done.errors)
        self.assertEqual(done.errors, "")
        self.assertEqual([record["hex"] for record in done.records], [message.hex() for message in messages])
        self.assertEqual(
            [record["protocol"] for record in done.records],
            ["gt06", "h02", "teltonika", "gt06", "osmand", "teltonika"],
        )
        self.assertEqual(
            [record.get("device") for record in done.records],
            [IMEI, H02_ID, IMEI, None, IMEI, None],
            "lines are independent of each other",
        )
        self.assertEqual(
            [record["location"] for record in done.records],
            ["none", "valid", "none", "valid", "valid", "valid"],
        )
        for record in done.records:
            self.assertEqual(record["event"], "identity")
            if record["location"] == "valid":
                self.assertAlmostEqual(record["lat"], LAT, places=4)
                self.assertAlmostEqual(record["lon"], LON, places=4)
                self.assertEqual(record["time"], WHEN_TEXT)

    def test_many_lines_stay_in_order(self):
        messages = [gt06_login(serial=serial) for serial in range(5000)]
        done = identify(*[message.hex() for message in messages])
        self.assertEqual([record["hex"] for record in done.records], [message.hex() for message in messages])

    def test_errors_name_their_line_and_the_rest_goes_on(self):
        good = gt06_login().hex()
        done = identify(good, "zz", good, "", "787", "udp:70000 00", "tcp:5001", "tcp:0 7878", good)
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assertEqual(
            [record["event"] for record in done.records],
            ["identity", "error", "identity", *["error"] * 5, "identity"],
        )
        self.assertEqual([record["line"] for record in done.of("error")], [2, 4, 5, 6, 7, 8])
        for record in done.of("error"):
            self.assertRegex(record["error"], r"\w.*\. [A-Z].*\.$", "what is wrong, then the mend")

    def test_bytes_that_are_no_text(self):
        good = gt06_login().hex().encode()
        done = hexwatch(
            "identify", "--format", "json", given=b"\0\xff\xfe\x1b[31m\n" + good + b"\r\n\xc3\xa4\n" + good
        )
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assertEqual(
            [record["event"] for record in done.records], ["error", "identity", "error", "identity"]
        )

    def test_the_port_judges(self):
        login, position = gt06_login().hex(), h02_position().hex()
        done = identify(
            f"tcp:5023 {login}",
            f"tcp:5001 {login}",
            f"udp:5013 {position}",
            f"udp:5023 {position}",
            f"tcp:5013  {position}",
            f"tcp:5055 {osmand_position().hex()}",
        )
        self.assertEqual(done.status, 0, done.out)
        self.assertEqual(
            [
                (record["transport"], record["port"], record["verdict"], record["right_port"])
                for record in done.records
            ],
            [
                ("tcp", 5023, "ok", 5023),
                ("tcp", 5001, "wrong-port", 5023),
                ("udp", 5013, "ok", 5013),
                ("udp", 5023, "wrong-port", 5013),
                ("tcp", 5013, "ok", 5013),
                ("tcp", 5055, "ok", 5055),
            ],
        )

    def test_without_a_port_there_is_no_verdict(self):
        record = identify(gt06_login().hex()).records[0]
        self.assertNotIn("verdict", record)
        self.assertNotIn("port", record)
        self.assertNotIn("transport", record)
        self.assertEqual(record["right_port"], 5023)

    def test_spellings_of_hex(self):
        plain = gt06_login().hex()
        pairs = [plain[at : at + 2] for at in range(0, len(plain), 2)]
        spellings = [
            plain.upper(),
            " ".join(pairs),
            ":".join(pairs),
            "0x" + plain,
            " ".join("0x" + pair for pair in pairs),
            "0X" + plain.upper(),
            "\t" + plain + "  ",
            plain[:8] + " " + plain[8:] + "\r",
        ]
        done = identify(plain, *spellings, *[f"tcp:5023 {spelling}" for spelling in spellings])
        self.assertEqual(done.status, 0, done.out)
        self.assertEqual(done.records[1:9], [done.records[0]] * len(spellings))
        self.assertEqual({record["hex"] for record in done.records[9:]}, {plain})
        self.assertEqual({record["verdict"] for record in done.records[9:]}, {"ok"})

    def test_arguments(self):
        done = hexwatch(
            "identify", "--format", "json", f"tcp:5001 {gt06_login().hex()}", "xyz", h02_position().hex()
        )
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assertEqual([record.get("protocol") for record in done.records], ["gt06", None, "h02"])
        self.assertEqual(done.records[1]["line"], 2)

    def test_several_messages_in_one_line(self):
        parts = [gt06_login(), gt06_position(valid=False), gt06_position(), gt06_heartbeat()]
        record = identify("tcp:5023 " + b"".join(parts).hex()).records[0]
        self.assertEqual(
            [message["type"] for message in record["messages"]],
            ["login", "position", "position", "heartbeat"],
        )
        self.assertEqual([message["length"] for message in record["messages"]], [len(part) for part in parts])
        self.assertEqual((record["device"], record["location"], record["time"]), (IMEI, "valid", WHEN_TEXT))
        self.assertAlmostEqual(record["lat"], LAT, places=4)

    def test_a_message_that_is_cut_off(self):
        record = identify("tcp:5001 " + gt06_position().hex()[:40]).records[0]
        self.assertEqual((record["event"], record["candidates"]), ("identity", ["gt06"]))

    def test_strangers(self):
        done = identify(
            "tcp:5023 " + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".hex(),
            "tcp:5023 " + "16030100c8010000c40303",
            "tcp:5023 deadbeef0001",
        )
        self.assertEqual(done.status, 0, done.out)
        self.assertEqual(
            [record["verdict"] for record in done.records], ["not-a-tracker", "not-a-tracker", "unidentified"]
        )
        self.assertEqual([record.get("kind") for record in done.records], ["http", "tls", None])
        for record in done.records:
            self.assertEqual((record["candidates"], record["certainty"]), ([], "none"))
            self.assertNotIn("protocol", record)

    def test_nothing_in_nothing_out(self):
        done = identify()
        self.assertEqual((done.status, done.out, done.errors), (0, "", ""))

    def test_the_longest_and_too_long_lines(self):
        longest, good = gt06(0x80, b"\0" * 8) + b"\x55" * (65536 - 18), gt06_login().hex()
        done = identify(longest.hex(), (longest + b"U").hex(), "55" * 4000000, good)
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assertEqual(
            [record["event"] for record in done.records], ["identity", "error", "error", "identity"]
        )
        self.assertEqual(done.records[0]["hex"], longest.hex())
        for record in done.of("error"):
            self.assertIn("65536 bytes", record["error"])
        self.assertEqual(done.records[3]["device"], IMEI)

    def test_each_record_comes_when_its_line_has_come(self):
        with running("identify", "--format", "json") as process:
            for message in (gt06_login(), h02_position()):
                process.stdin.write(message.hex().encode() + b"\n")
                process.stdin.flush()
                self.assertIn(
                    message.hex().encode(), process.stdout.readline(), "no record while the input stays open"
                )
            process.communicate()
        self.assertEqual(process.returncode, 0)


class Text(TestCase):
    def test_lines(self):
        done = hexwatch("identify", given=f"tcp:5001 {gt06_login().hex()}\n{gt06_position().hex()}\nqq\n".encode())
        lines = done.out.splitlines()
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assertEqual(len(lines), 3, done.out)
        self.assertTrue(lines[0].startswith(f"tcp 5001 {gt06_login().hex()} gt06 login"), lines[0])
        for words in (IMEI, "WRONG PORT", "5023"):
            self.assertIn(words, lines[0])
        self.assertIn("48.208200 16.373800 at " + WHEN_TEXT, lines[1])
        self.assertTrue(lines[2].startswith("line 3: "), lines[2])

    def test_four_parts(self):
        done = hexwatch("identify", f"5001 {gt06_login().hex()}", f"tcp:5023 {gt06_position().hex()}", "qq")
        self.assertEqual(done.status, USAGE_OR_INPUT)
        login, position, error = done.out.split("\n\n")[0], *done.out.split("\n\n")[1].rsplit("line 3: ", 1)
        self.assertEqual(
            [line.split()[0] for line in login.splitlines()], ["understood", "protocol", "port", "id", "fix"]
        )
        self.assertIn("gt06 login, certain (its checksum is right)", login)
        self.assertIn("5001 is WRONG: set the device to 5023", login)
        self.assertIn(f"register {IMEI}", login)
        self.assertIn("carries no place", login)
        self.assertIn("5023 is right", position)
        self.assertIn("comes with the login", position)
        self.assertIn("yes: 48.208200 16.373800 at " + WHEN_TEXT, position)
        self.assertIn("no hex digit", error)

    def test_no_fix_is_said(self):
        self.assertIn("NO: the device says so", hexwatch("identify", gt06_position(valid=False).hex()).out)

    def test_explain(self):
        message = gt06_login()
        done = hexwatch("identify", "--explain", message.hex())
        self.assertRegex(done.out, r"(?m)^  [a-z]\s+4 \+8\s+device\s+" + IMEI + "$")
        self.assertRegex(done.out, r"(?m)^  [a-z]\s+14 \+2\s+checksum\s+right$")
        broken = message[:-4] + bytes([message[-4] ^ 1]) + message[-3:]
        self.assertRegex(hexwatch("identify", "--explain", broken.hex()).out, "checksum .*wrong: [0-9a-f]+ would be right")
        # what stands around the content is no riddle either
        for field in ("start", "length", "sequence", "end"):
            self.assertRegex(done.out, rf"(?m)^  [a-z] +\d+ \+\d +{field} ")

    def test_suspicious_places_and_clocks(self):
        def said(**what):
            return hexwatch("identify", gt06_position(**what).hex()).out

        self.assertIn("0,0 lies in the sea", said(lat=0, lon=0))
        self.assertNotIn("SUSPICIOUS", said())

    def test_explain_as_json_points_at_the_bytes(self):
        noise, message = b"\r\n", h02_position()
        done = hexwatch("identify", "--explain", "--format", "json", (noise + message).hex())
        fields = [
            (field["name"], (noise + message)[field["offset"] : field["offset"] + field["length"]], field["value"])
            for field in done.records[0]["messages"][0]["fields"]
        ]
        for field in (
            ("device", H02_ID.encode(), H02_ID),
            ("fix", b"A", "fix: yes"),
            ("latitude", b"4812.4920", "48.208200"),
            ("hemisphere", b"E", "E"),
        ):
            self.assertIn(field, fields)

    def test_without_explain_there_are_no_fields(self):
        self.assertNotIn(
            "fields", hexwatch("identify", "--format", "json", gt06_login().hex()).records[0]["messages"][0]
        )


class Paste(TestCase):
    def paste(self, text, *options):
        return hexwatch("identify", "--format", "json", *options, given=text.encode())

    def test_a_log_is_understood_without_an_option(self):
        log = (
            "2026-02-01 08:09:10  INFO: [T1a2b3c4d] connected\n"
            f"2026-02-01 08:09:10  INFO: [T1a2b3c4d: h02 < 192.0.2.7] {gt06_login().hex()}\n"
            f"2026-02-01 08:09:10  INFO: [T1a2b3c4d: h02 > 192.0.2.7] {gt06_answer(gt06_login()).hex()}\n"
            f"2026-02-01 08:09:11  INFO: [T1a2b3c4d: h02 < 192.0.2.7] {gt06_position().hex()}\n"
        )
        done = self.paste("my tracker does not show, this is the log:\n" + log)
        self.assertEqual(done.status, 0, done.out)
        self.assertEqual([record["source"] for record in done.records], ["traccar-log"] * 2)
        for record in done.records:
            self.assertEqual((record["protocol"], record["verdict"]), ("gt06", "wrong-port"))
            self.assertEqual((record["port"], record["right_port"], record["device"]), (5013, 5023, IMEI))
        self.assertEqual(done.records[1]["location"], "valid")

    def test_wrapped_hex_is_one_message_when_asked(self):
        text = gt06_position().hex()
        wrapped = "\n".join(text[at : at + 20] for at in range(0, len(text), 20))
        self.assertEqual(len(self.paste(wrapped).records), 4, "lines of HEX are independent of each other")
        done = self.paste(wrapped, "--paste")
        self.assertEqual([record["location"] for record in done.records], ["valid"])

    def test_text_and_short_arguments(self):
        done = hexwatch("identify", "--format", "json", h02_position().decode())
        self.assertEqual((done.records[0]["source"], done.records[0]["protocol"]), ("text", "h02"))
        done = hexwatch("identify", "--format", "json", *[f"{byte:02x}" for byte in gt06_login()])
        self.assertEqual([(r["protocol"], r["device"]) for r in done.records], [("gt06", IMEI)])

    def test_hidden_digits_are_told(self):
        text = gt06_login().hex()
        done = hexwatch("identify", text[:14] + "*****" + text[19:])
        self.assertIn("5 hidden digits", done.out)
        self.assertRegex(done.out, r"register \d+\*{5}\d* with its 5 hidden digits")

    def test_nothing_of_a_tracker(self):
        done = hexwatch("identify", "--paste", given=b"hello\nwhat can I do?\n")
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assertIn("there is no message in it", done.out)


class Failures(TestCase):
    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            done = hexwatch("identify", gt06_login().hex(), stdout=full)
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, "standard output", "No space left")

    def test_a_reader_that_goes_away(self):
        # as with `| head -1`: far more comes than a pipe holds
        process = subprocess.Popen(
            [HEXWATCH, "identify", "--format", "json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
        )
        process.stdout.close()
        process.stdout = None
        _, errors = process.communicate((gt06_login().hex() + "\n").encode() * 20000, timeout=DEADLINE)
        self.assertEqual((process.returncode, errors), (0, b""))

    def test_no_standard_output_at_all(self):
        done = hexwatch("identify", gt06_login().hex(), before=lambda: os.close(1), stdout=subprocess.DEVNULL)
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assert_one_line(done.errors, "standard output")

    def test_no_standard_input_at_all(self):
        done = hexwatch("identify", before=lambda: os.close(0))
        self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
        self.assert_one_line(done.errors, "standard input")

    def test_usage(self):
        for arguments in (
            ["--frmat", "json"],
            ["--format", "xml"],
            ["--format"],
            ["-q"],
            ["--hexlog", "x"],
            ["--check"],
        ):
            with self.subTest(arguments):
                done = hexwatch("identify", *arguments)
                self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
                self.assert_one_line(done.errors, arguments[0])
        self.assertEqual(hexwatch("identfy").status, USAGE_OR_INPUT)
        self.assertEqual(hexwatch().status, USAGE_OR_INPUT)

    def test_help_and_version(self):
        done = hexwatch("identify", "--help")
        self.assertEqual((done.status, done.errors), (0, ""))
        self.assertIn("usage: hexwatch identify", done.out)
        self.assertRegex(hexwatch("--version").out, r"^hexwatch \d+\.\d+")

    def test_it_needs_no_rights(self):
        done = hexwatch("identify", "--format", "json", gt06_login().hex(), before=become_nobody)
        self.assertEqual(done.records[0]["device"], IMEI)


if __name__ == "__main__":
    unittest.main()
