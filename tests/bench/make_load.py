#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make_load.py HEXWATCH OUT.pcap [devices] [messages per device]: a capture of the program's own samples.

Every device is a TCP connection (handshake, data, acknowledgements, end) or a UDP peer at its protocol's port. Deterministic."""
import json, random, socket, struct, subprocess, sys

binary, out = sys.argv[1:3]
devices = int(sys.argv[3]) if len(sys.argv) > 3 else 4000
per = int(sys.argv[4]) if len(sys.argv) > 4 else 50
rnd = random.Random(7)
SERVER = socket.inet_aton('192.0.2.10')
ACK, PSH, SYN, FIN = 16, 8, 2, 1


def catalogue():
    names = [json.loads(l)['protocol'] for l in
             subprocess.run([binary, 'protocols', '--format', 'json'], capture_output=True, text=True, check=True).stdout.splitlines()]
    for name in names:
        told = subprocess.run([binary, 'protocols', '--format', 'json', name], capture_output=True, text=True, check=True).stdout
        protocol = json.loads(told)
        for transport in ('tcp', 'udp'):
            messages = [bytes.fromhex(s['hex']) for s in protocol['samples'] if s['transport'] == transport]
            if messages:
                yield protocol['port'], transport, messages


def ip(source, target, number, payload):
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), rnd.randrange(65536), 0x4000, 57, number, 0, source, target)
    return b'\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0' + head + payload


def tcp(source, target, sport, dport, seq, ack, flags, data=b''):
    return ip(source, target, 6, struct.pack('!HHIIBBHHH', sport, dport, seq & 0xffffffff, ack & 0xffffffff, 0x50, flags, 64240, 0, 0) + data)


def udp(source, target, sport, dport, data):
    return ip(source, target, 17, struct.pack('!HHHH', sport, dport, 8 + len(data), 0) + data)


kinds = list(catalogue())
packets, count, size = [], 0, 0
for n in range(devices):
    port, transport, messages = rnd.choice(kinds)
    peer, sport, now = struct.pack('!BBH', 198, 18 + (n >> 16), n & 0xffff), 20000 + rnd.randrange(40000), rnd.random() * 5
    seq, ack = rnd.randrange(1 << 32), rnd.randrange(1 << 32)
    if transport == 'tcp':
        packets.append((now, tcp(peer, SERVER, sport, port, seq, 0, SYN)))
        packets.append((now + .0001, tcp(SERVER, peer, port, sport, ack, seq + 1, SYN | ACK)))
        seq, ack = seq + 1, ack + 1
        packets.append((now + .05, tcp(peer, SERVER, sport, port, seq, ack, ACK)))
    for _ in range(per):
        now += .2 + rnd.random()
        data = rnd.choice(messages)
        count, size = count + 1, size + len(data)
        if transport == 'udp':
            packets.append((now, udp(peer, SERVER, sport, port, data)))
            continue
        packets.append((now, tcp(peer, SERVER, sport, port, seq, ack, PSH | ACK, data)))
        seq += len(data)
        packets.append((now + .0002, tcp(SERVER, peer, port, sport, ack, seq, ACK)))
    if transport == 'tcp':
        packets.append((now + 1, tcp(peer, SERVER, sport, port, seq, ack, FIN | ACK)))
        packets.append((now + 1.0001, tcp(SERVER, peer, port, sport, ack, seq + 1, FIN | ACK)))
packets.sort(key=lambda p: p[0])
with open(out, 'wb') as file:
    file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    for now, packet in packets:
        now += 1767225600
        file.write(struct.pack('<IIII', int(now), int(now % 1 * 1e6), len(packet), len(packet)) + packet)
print(f'{len(packets)} packets, {count} messages, {size} bytes of payload, {devices} devices')
