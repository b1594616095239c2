#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""score.py HEXWATCH MESSAGES.tsv [--only NAME,…]: how well labelled messages are identified and read.

MESSAGES.tsv has a header line and the columns protocol, port, transport (tcp, udp), hex; and, where known ('-': not), device
(several with '|' between), location (valid, invalid, none), lat, lon, time (UTC, RFC 3339). Prints each miss and percentages."""
import argparse, collections, json, subprocess, sys


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('binary'), parser.add_argument('messages'), parser.add_argument('--only')
    told = parser.parse_args()
    head, *lines = [line.rstrip('\n').split('\t') for line in open(told.messages)]
    rows = [dict(zip(head, line)) for line in lines]
    rows = [r for r in rows if r['transport'] in ('tcp', 'udp') and (not told.only or r['protocol'] in told.only.split(','))]
    if not rows:
        sys.exit('no message is left to score: check --only and the columns')
    given = ''.join(f"{r['transport']}:{r['port']} {r['hex']}\n" for r in rows)
    out = subprocess.run([told.binary, 'identify', '--format', 'json'], input=given, capture_output=True, text=True).stdout
    records = [json.loads(line) for line in out.splitlines()]
    if len(records) != len(rows):
        sys.exit(f'{len(rows)} messages in, {len(records)} records out')
    right, total = collections.Counter(), collections.Counter()

    def count(what, row, fits, got):
        total[what] += 1
        right[what] += bool(fits)
        if not fits:
            print(f"{what}: {row['protocol']} got {got}: {row['hex'][:80]}")

    for r, o in zip(rows, records):
        count('protocol', r, o.get('protocol') == r['protocol'], o.get('candidates'))
        count('unflagged', r, o.get('verdict') != 'wrong-port', o.get('right_port'))
        if o.get('certainty') == 'certain':
            count('certain', r, o.get('protocol') == r['protocol'], o.get('candidates'))
        if r.get('device', '-') != '-':
            count('device', r, o.get('device') in r['device'].split('|'), o.get('device'))
        if r.get('location', '-') != '-':
            count('location', r, o.get('location') == r['location'], o.get('location'))
        if r.get('location') == 'valid' and r.get('lat', '-') != '-':
            near = all(k in o and abs(o[k] - float(r[k])) < 1e-4 for k in ('lat', 'lon'))
            count('coordinates', r, near, (o.get('lat'), o.get('lon')))
        if r.get('location') == 'valid' and r.get('time', '-') != '-':
            count('time', r, o.get('time') == r['time'], o.get('time'))
    for what in total:
        print(f'{what:12} {right[what]} of {total[what]}, {100 * right[what] / total[what]:.2f} %')


main()
