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
    check_clean,
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
        done = hexwatch("identify", f"tcp:5001 {gt06_login().hex()}", gt06_position().hex(), "qq")
        lines = done.out.splitlines()
        self.assertEqual(done.status, USAGE_OR_INPUT)
        self.assertEqual(len(lines), 3, done.out)
        self.assertTrue(lines[0].startswith(f"tcp 5001 {gt06_login().hex()} gt06 login"), lines[0])
        for words in (IMEI, "WRONG PORT", "5023"):
            self.assertIn(words, lines[0])
        self.assertIn("48.208200 16.373800 at " + WHEN_TEXT, lines[1])
        self.assertTrue(lines[2].startswith("line 3: "), lines[2])

    def test_no_fix_is_said(self):
        self.assertIn("no fix", hexwatch("identify", gt06_position(valid=False).hex()).out)

    def test_explain(self):
        message = gt06_login()
        done = hexwatch("identify", "--explain", message.hex())
        fields = [line.split()[:3] for line in done.out.splitlines()[1:]]
        self.assertIn(["4", "device", "0" + IMEI], fields)
        self.assertEqual(len(done.out.splitlines()), 1 + len(fields))

    def test_explain_as_json_points_at_the_bytes(self):
        noise, message = b"\r\n", h02_position()
        done = hexwatch("identify", "--explain", "--format", "json", (noise + message).hex())
        fields = {
            field["name"]: (noise + message)[field["offset"] : field["offset"] + field["length"]]
            for field in done.records[0]["messages"][0]["fields"]
        }
        self.assertEqual(
            (fields["device"], fields["valid"], fields["ns"], fields["ew"]),
            (H02_ID.encode(), b"A", b"N", b"E"),
        )
        self.assertEqual(fields["lat"], b"4812.4920")

    def test_without_explain_there_are_no_fields(self):
        self.assertNotIn(
            "fields", hexwatch("identify", "--format", "json", gt06_login().hex()).records[0]["messages"][0]
        )


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
        check_clean(errors.decode())
        self.assertEqual(process.returncode, USAGE_OR_INPUT)
        self.assert_one_line(errors.decode(), "standard output", "Broken pipe")

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
