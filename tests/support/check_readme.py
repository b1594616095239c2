#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_readme.py HEXWATCH ROOT: the README tells only of options that exist, and counts nothing that grows."""
import re, subprocess, sys

binary, root = sys.argv[1:3]
text = open(f'{root}/README.md').read()
faults = [f'README.md counts by hand: {told}' for told in re.findall(r'\d+ (?:protocols|formats|tests)', text)]
commands = re.findall(r'^  ([a-z]\w+) ', subprocess.run([binary, '--help'], capture_output=True, text=True, check=True).stdout, re.M)
helps = ''.join(subprocess.run([binary, c, '--help'], capture_output=True, text=True, check=True).stdout for c in commands)
own = text.split('## For developers')[0].replace('tests/run', '').split('For Debian 12')[1]
for option in sorted(set(re.findall(r'hexwatch[^\n]*?(--[a-z-]+)', own))):
    if option not in helps and option not in ('--help', '--build', '--install', '--now'):
        faults.append(f'README.md tells of {option}, which no command has')
print('\n'.join(faults) or 'README.md is right about the options')
sys.exit(1 if faults else 0)
