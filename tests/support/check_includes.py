#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The house: a room includes only its own and lower floors. Fails with every line that looks upwards or sideways."""
import pathlib, re, sys

# from the ground; rooms of one floor are strangers to each other
FLOORS = [['base'], ['protocol'], ['protocols'], ['noise'], ['verdict'], ['wire', 'board', 'demo'], ['outlet'], ['intake'], ['command'], ['main']]
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
# who may know which library
LIBRARIES = {'event2/': ['intake', 'outlet', 'main'], 'pcap': ['intake'], 'libconfig': ['command'], 'expat': ['intake'], 'libmnl': ['intake'],
             'systemd/': ['command'], 'curses': ['command'], 'pcre2': ['base'], 'jansson': ['base'], 'sqlite3': ['outlet']}


def room_of(path):
    parts = path.parts
    return 'main' if parts[-1] == 'main.c' else parts[1]


def faults(root):
    seen = 0
    for path in sorted([*root.glob('daemon/**/*.c'), *root.glob('include/**/*.h')]):
        room = room_of(path.relative_to(root))
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+(["<])([^">]+)', line)
            if not found:
                continue
            seen += 1
            name = found.group(2)
            where = f'{path.relative_to(root)}:{number}'
            if found.group(1) == '"':
                other = name.split('/')[0]
                if other not in LEVEL:
                    yield f'{where}: "{name}" is in no room'
                elif other != room and LEVEL[other] >= LEVEL[room]:
                    yield f'{where}: {room} may not include "{name}": {other} is not below it'
                elif not (root / 'include' / name).is_file():
                    yield f'{where}: "{name}" is not in include/'
            for library, rooms in LIBRARIES.items():
                if found.group(1) == '<' and name.startswith(library) and room not in rooms:
                    yield f'{where}: {room} may not know <{name}>: only {", ".join(rooms)}'
    if seen == 0:
        yield 'no include was seen: is this the right folder?'


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else '.').resolve()
    found = list(faults(root))
    print('\n'.join(found) or 'every room includes only what is below it')
    sys.exit(1 if found else 0)


main()
