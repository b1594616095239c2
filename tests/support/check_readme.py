#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_readme.py HEXWATCH ROOT: the README tells as many protocols as there are, and only options that exist."""
import re, subprocess, sys

binary, root = sys.argv[1:3]
text = open(f'{root}/README.md').read()
known = len(subprocess.run([binary, 'protocols'], capture_output=True, text=True, check=True).stdout.splitlines())
told = re.search(r'recognises (\d+) protocols', text)
faults = []
if not told or int(told.group(1)) != known:
    faults.append(f'README.md tells {told.group(1) if told else "no"} protocols, there are {known}')
commands = re.findall(r'^  (\w+) ', subprocess.run([binary, '--help'], capture_output=True, text=True, check=True).stdout, re.M)
helps = ''.join(subprocess.run([binary, c, '--help'], capture_output=True, text=True, check=True).stdout for c in commands)
own = text.split('## For developers')[0].replace('tests/run', '').split('For Debian 12')[1]
for option in sorted(set(re.findall(r'hexwatch[^\n]*?(--[a-z-]+)', own))):
    if option not in helps and option not in ('--help', '--build', '--install', '--now'):
        faults.append(f'README.md tells of {option}, which no command has')
print('\n'.join(faults) or f'README.md is right about {known} protocols')
sys.exit(1 if faults else 0)
