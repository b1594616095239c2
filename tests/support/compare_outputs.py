#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compare_outputs.py [--ignore REGEX] OLD NEW FILE…: do two builds of hexwatch say the same of these files, byte for byte?

Captures (pcap, pcapng) are read, any other file is taken as lines for identify; each as text, as JSON and as a summary (identify:
as text, as JSON and explained). What fits the REGEX counts as the same: '"flow":[0-9]+' for instance. Prints the first
difference of every file and way that differs; exit status 1 when there is one."""
import argparse, os, pathlib, re, subprocess, sys

MAGICS = {bytes.fromhex(magic) for magic in ('a1b2c3d4', 'd4c3b2a1', 'a1b23c4d', '4d3cb2a1', '0a0d0d0a')}
READ = [['read'], ['read', '--format', 'json'], ['read', '--summary'], ['read', '--summary', '--format', 'json']]
IDENTIFY = [['identify'], ['identify', '--format', 'json'], ['identify', '--explain', '--format', 'json'],
            ['identify', '--explain']]


def run(binary, arguments, path):
    with open(path, 'rb') as file:
        operands = ['-'] if arguments[0] == 'read' else []
        done = subprocess.run([binary, *arguments, '--traccar', 'none', *operands], stdin=file, capture_output=True,
                              timeout=600, env={'TZ': 'UTC', 'LC_ALL': 'C'})
    return done.stdout + done.stderr + b'exit status %d\n' % done.returncode


def first_difference(old, new):
    for number, pair in enumerate(zip(old.splitlines(), new.splitlines()), 1):
        if pair[0] != pair[1]:
            at = len(os.path.commonprefix(pair))
            shown = [text[max(0, at - 60):at + 100].decode('latin1') for text in pair]
            return f'  line {number}, byte {at}:\n  old …{shown[0]}\n  new …{shown[1]}'
    return f'  one is longer: {len(old)} and {len(new)} bytes'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--ignore', type=lambda text: re.compile(text.encode()))
    parser.add_argument('old'), parser.add_argument('new')
    parser.add_argument('files', nargs='+', type=pathlib.Path)
    told = parser.parse_args()
    differing = compared = 0
    for path in told.files:
        with open(path, 'rb') as file:
            ways = READ if file.read(4) in MAGICS else IDENTIFY
        for way in ways:
            old, new = (run(str(pathlib.Path(binary).resolve()), way, path) for binary in (told.old, told.new))
            compared += len(old)
            if told.ignore:
                old, new = told.ignore.sub(b'', old), told.ignore.sub(b'', new)
            if old != new:
                differing += 1
                print(f'{path}: {" ".join(way)} differs\n{first_difference(old, new)}')
    print(f'{len(told.files)} files, {compared} bytes compared, {differing} outputs differ')
    sys.exit(1 if differing else 0)


main()
