# SPDX-License-Identifier: Apache-2.0
"""Help, near misses, versions, completion: what meets those who do not know the program yet."""

import os
import re
import shutil
import subprocess
import unittest

from harness import ENVIRONMENT, HEXWATCH, REPOSITORY, USAGE_OR_INPUT, TestCase, hexwatch


def commands():
    return [
        line.split()[0]
        for line in hexwatch("--help").out.splitlines()
        if line.startswith("  ") and not line.startswith("    ")
    ]


class Help(TestCase):
    def test_examples_come_first(self):
        self.assertIn("sniff", commands())
        for command in commands():
            with self.subTest(command):
                done = hexwatch(command, "--help")
                self.assertEqual((done.status, done.errors), (0, ""))
                example = done.out.index("\n    ")
                self.assertLess(example, done.out.index(f"usage: hexwatch {command}"))
                self.assertEqual(hexwatch("help", command).out, done.out)

    def test_all_in_a_terminals_width(self):
        for command in commands():
            for line in hexwatch(command, "--help").out.splitlines():
                if not line.startswith("    hexwatch"):  # a whole message may stand in an example
                    self.assertLessEqual(len(line), 80, line)

    def test_the_manual_page_has_every_option(self):
        """In its own list or where a command is told; and no other."""
        with open(os.path.join(REPOSITORY, "daemon", "hexwatch.1"), encoding="utf-8") as file:
            lines = [line for line in file if "Fl " in line]
        told = {word for line in lines for word in re.findall(r"(?:Fl |, )\\-([a-z][a-z-]+)", line)}
        helps = [hexwatch(command, "--help").out for command in commands()]
        has = {word for text in helps for word in re.findall(r"(?<![\w-])--([a-z][a-z-]+)", text)}
        self.assertEqual(told ^ has, set())

    def test_near_misses(self):
        for arguments, meant in (
            (["snif"], "'sniff'"),
            (["idnetify"], "'identify'"),
            (["help", "raed"], "'read'"),
            (["read", "--fromat", "json", "x"], "--format"),
            (["listen", "--sumary"], "--summary"),
            (["--versoin"], "--version"),
            (["protocols", "gt60"], "'gt06'"),
            (["devices", "123456789012345"], "--device 123456789012345"),
            (["tail", "5023"], "--port 5023"),
        ):
            with self.subTest(arguments):
                done = hexwatch(*arguments)
                self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
                self.assert_one_line(done.errors, f"Did you mean {meant}?")
        done = hexwatch("elephant")
        self.assertNotIn("mean", done.errors)

    def test_options_before_the_command_and_expressions_among_ports(self):
        for arguments, remedy in (
            (["--format", "json", "listen", "5023"], "hexwatch listen --format"),
            (["sniff", "5023", "host", "192.0.2.1"], "sniff 5023 -- host 192.0.2.1"),
        ):
            with self.subTest(arguments):
                done = hexwatch(*arguments)
                self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
                self.assert_one_line(done.errors, remedy)
        self.assert_one_line(hexwatch("identify").errors, "standard input is empty")

    def test_versions(self):
        out = hexwatch("--version").out
        self.assertEqual(hexwatch("sniff", "--version").out, out, "wherever it stands")
        self.assertRegex(out, r"^hexwatch \d+\.\d+\.\d+\n")
        for library in ("libpcap", "libevent", "PCRE2", "jansson", "expat", "libconfig"):
            self.assertRegex(out, library + r" \d+\.\d+")
        self.assertIn("Apache License 2.0", out)

    def test_a_reader_that_goes_away(self):
        for arguments in (["--help"], ["--version"], ["help"], ["help", "read"], ["protocols"], ["completion", "bash"]):
            with self.subTest(arguments):
                reading, writing = os.pipe()
                os.close(reading)
                with open(writing, "wb") as pipe:
                    done = hexwatch(*arguments, stdout=pipe)
                self.assertEqual((done.status, done.errors), (0, ""))

    def test_no_standard_output(self):
        """What is opened next must not take its place."""
        for arguments in (["--version"], ["protocols"], ["identify", "7878"], ["devices"], ["bundle", "5023"]):
            with self.subTest(arguments):
                done = subprocess.run(
                    ["sh", "-c", 'exec "$@" >&-', "sh", HEXWATCH, *arguments],
                    stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, check=False,
                )
                self.assertEqual(done.returncode, USAGE_OR_INPUT)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)


class Completion(TestCase):
    def complete(self, *words):
        """What bash offers for the last of the words."""
        script = f"source <({HEXWATCH} completion bash); COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _hexwatch 2>&1"
        script += '; echo "${COMPREPLY[*]}"'
        done = subprocess.run(
            ["bash", "-c", script, "bash", "hexwatch", *words],
            capture_output=True, text=True, env=ENVIRONMENT, check=True,
        )
        # compopt complains where nothing completes
        return done.stdout.splitlines()[-1].split()

    def test_bash(self):
        self.assertEqual(self.complete("sn"), ["sniff"])
        self.assertEqual(set(self.complete("")), {*commands(), "--help", "--version"})
        self.assertEqual(self.complete("sniff", "--form"), ["--format"])
        self.assertEqual(self.complete("sniff", "--format", "j"), ["json"])
        self.assertEqual(self.complete("protocols", "gt0"), ["gt02", "gt06"])
        self.assertEqual(self.complete("help", "prot"), ["protocols"])
        self.assertIn("lo", self.complete("sniff", "-i", "l"))
        self.assertEqual(self.complete("identify", "--inter"), [], "it belongs to sniff")

    def test_every_option_of_every_command_is_there(self):
        for command in commands():
            text = hexwatch(command, "--help").out
            told = {word.rstrip(",") for line in text.splitlines() if line.startswith("  ") for word in line.split()[:2]}
            told = {word for word in told if word.startswith("--")}
            self.assertTrue(told)
            self.assertEqual(set(self.complete(command, "--")), told)

    def test_other_shells(self):
        for shell in ("zsh", "fish"):
            text = hexwatch("completion", shell).out
            for command in commands():
                self.assertIn(command, text)
            self.assertIn("gt06", text)
            if shutil.which(shell):
                done = subprocess.run([shell, "-n"], input=text, capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
        for arguments in ([], ["csh"], ["bash", "zsh"]):
            done = hexwatch("completion", *arguments)
            self.assertEqual((done.status, done.out), (USAGE_OR_INPUT, ""))
            self.assert_one_line(done.errors, "bash, zsh or fish")


if __name__ == "__main__":
    unittest.main()
