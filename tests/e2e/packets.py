# SPDX-License-Identifier: Apache-2.0
"""Messages of trackers (made here: ids and places are nobody's), their packets, and capture files."""

import socket
import struct

IMEI = "123456789012345"
H02_ID = "4112345678"
LAT, LON = 48.2082, 16.3738
WHEN = (2026, 2, 1, 8, 9, 10)
WHEN_TEXT = "2026-02-01T08:09:10Z"
WHEN_UNIX = 1769933350

# ---- messages ----


def crc16(data, polynomial, start):
    crc = start
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (polynomial if crc & 1 else 0)
    return crc


def gt06(kind, content=b"", serial=1):
    body = bytes([len(content) + 5, kind]) + content + struct.pack(">H", serial)
    return b"xx" + body + struct.pack(">H", crc16(body, 0x8408, 0xFFFF) ^ 0xFFFF) + b"\r\n"


def gt06_login(imei=IMEI, serial=1):
    return gt06(0x01, bytes.fromhex(imei.rjust(16, "0")), serial)


def gt06_position(serial=2, valid=True, lat=LAT, lon=LON):
    flags = (0x1000 if valid else 0) | (0x0400 if lat >= 0 else 0) | (0x0800 if lon < 0 else 0)
    block = bytes([WHEN[0] - 2000, *WHEN[1:], 0xC9]) + struct.pack(
        ">IIBH", round(abs(lat) * 1800000), round(abs(lon) * 1800000), 30, flags
    )
    return gt06(0x12, block + bytes.fromhex("0104010012003456"), serial)


def gt06_heartbeat(serial=3):
    return gt06(0x13, bytes.fromhex("4605040001"), serial)


def gt06_answer(message):
    """What a server says to it."""
    return gt06(message[3], b"", struct.unpack(">H", message[-6:-4])[0])


def nmea_degrees(degrees, width):
    whole = int(abs(degrees))
    return f"{whole:0{width}d}{(abs(degrees) - whole) * 60:07.4f}"


def h02_position(device=H02_ID, valid=True, kind="V5"):
    """V5 is a position that waits for no answer; V1 does."""
    date = f"{WHEN[2]:02d}{WHEN[1]:02d}{WHEN[0] - 2000:02d}"
    return (
        f"*HQ,{device},{kind},{WHEN[3]:02d}{WHEN[4]:02d}{WHEN[5]:02d},{'A' if valid else 'V'},"
        f"{nmea_degrees(LAT, 2)},N,{nmea_degrees(LON, 3)},E,012.50,045,{date},FFFFFBFF#"
    ).encode()


def h02_heartbeat(device=H02_ID):
    return f"*HQ,{device},HTBT,85#".encode()


def h02_answer(device=H02_ID):
    """What a server says to a heartbeat."""
    return f"*HQ,{device},HTBT#".encode()


def teltonika_login(imei=IMEI):
    return struct.pack(">H", len(imei)) + imei.encode()


def teltonika_position(count=1):
    record = struct.pack(
        ">QBiiHHBHBB", WHEN_UNIX * 1000, 1, round(LON * 1e7), round(LAT * 1e7), 110, 45, 9, 37, 0, 1
    ) + bytes.fromhex("01ef01000000")
    body = bytes([8, count]) + record * count + bytes([count])
    return struct.pack(">II", 0, len(body)) + body + struct.pack(">I", crc16(body, 0xA001, 0))


def osmand_position(device=IMEI):
    return (
        f"GET /?id={device}&timestamp={WHEN_UNIX}&lat={LAT}&lon={LON}&speed=3.5 HTTP/1.1\r\n"
        "Host: gps.example.org\r\n\r\n"
    ).encode()


# ---- packets ----

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
PEER, SERVER = ("198.51.100.7", 40312), ("198.51.100.1", 5023)
PEER6, SERVER6 = ("2001:db8::7", 40312), ("2001:db8::1", 5023)


def address(text):
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def ip(source, destination, protocol, payload, identification=0):
    a, b = address(source), address(destination)
    if len(a) == 16:
        return struct.pack(">IHBB", 0x60000000, len(payload), protocol, 64) + a + b + payload
    head = (
        struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), identification, 0x4000, 64, protocol, 0) + a + b
    )
    return head[:10] + struct.pack(">H", internet_sum(head)) + head[12:] + payload


def internet_sum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def udp(source, destination, payload, identification=0):
    head = struct.pack(">HHHH", source[1], destination[1], 8 + len(payload), 0)
    return ip(source[0], destination[0], 17, head + payload, identification)


def tcp(source, destination, sequence, acknowledged, flags, payload=b""):
    head = struct.pack(
        ">HHIIBBHHH",
        source[1],
        destination[1],
        sequence & 0xFFFFFFFF,
        acknowledged & 0xFFFFFFFF,
        0x50,
        flags,
        65535,
        0,
        0,
    )
    return ip(source[0], destination[0], 6, head + payload)


class Talk:
    """A TCP connection as IP packets: made in order, to be put into any order."""

    def __init__(self, peer=PEER, server=SERVER, start=1000):
        self.ends = {"in": (peer, server), "out": (server, peer)}
        self.next = {"in": start, "out": 500000}

    def _packet(self, direction, flags, payload=b""):
        other = "out" if direction == "in" else "in"
        source, destination = self.ends[direction]
        acknowledged = self.next[other] if flags & ACK else 0
        packet = tcp(source, destination, self.next[direction], acknowledged, flags, payload)
        self.next[direction] += len(payload) + (1 if flags & (SYN | FIN) else 0)
        return packet

    def open(self):
        return [self._packet("in", SYN), self._packet("out", SYN | ACK), self._packet("in", ACK)]

    def say(self, payload, direction="in"):
        return [self._packet(direction, PSH | ACK, payload)]

    def pieces(self, payload, size, direction="in"):
        return [
            self._packet(direction, PSH | ACK, payload[at : at + size]) for at in range(0, len(payload), size)
        ]

    def close(self):
        return [self._packet("in", FIN | ACK), self._packet("out", FIN | ACK), self._packet("in", ACK)]


# ---- link layers: (number in capture files, an IP packet's frame) ----


def ethertype(packet):
    return 0x86DD if packet[0] >> 4 == 6 else 0x0800


def family(packet):
    return 10 if packet[0] >> 4 == 6 else 2


MACS = bytes.fromhex("02000000000102000000000a")  # both locally administered: nobody's


def ethernet(packet, macs=MACS):
    return macs + struct.pack(">H", ethertype(packet)) + packet


def vlan(packet, tags=(5,), macs=MACS):
    return (
        macs
        + b"".join(struct.pack(">HH", 0x8100, tag) for tag in tags)
        + struct.pack(">H", ethertype(packet))
        + packet
    )


def cooked(packet):
    return struct.pack(">HHH8sH", 0, 1, 6, MACS[6:] + b"\0\0", ethertype(packet)) + packet


def cooked2(packet):
    return struct.pack(">HHIHBB8s", ethertype(packet), 0, 2, 1, 0, 6, MACS[6:] + b"\0\0") + packet


LINKS = {
    "Ethernet": (1, ethernet),
    "VLAN": (1, vlan),
    "two VLAN tags": (1, lambda packet: vlan(packet, (5, 7))),
    "cooked": (113, cooked),
    "cooked 2": (276, cooked2),
    "raw IP": (101, lambda packet: packet),
    "loopback, host order": (0, lambda packet: struct.pack("<I", family(packet)) + packet),
    "loopback, other order": (0, lambda packet: struct.pack(">I", family(packet)) + packet),
    "loopback, network order": (108, lambda packet: struct.pack(">I", family(packet)) + packet),
}

# ---- capture files ----


def pcap(frames, link=1, start=WHEN_UNIX, step=0.001):
    """A frame is bytes, or (bytes, seconds from the start)."""
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)
    for number, frame in enumerate(frames):
        frame, after = frame if isinstance(frame, tuple) else (frame, number * step)
        seconds, micros = divmod(round((start + after) * 1000000), 1000000)
        out += struct.pack("<IIII", seconds, micros, len(frame), len(frame)) + frame
    return out


def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))


def pcapng(frames, link=1, start=WHEN_UNIX, step=0.001):
    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    out += block(1, struct.pack("<HHI", link, 0, 262144))
    for number, frame in enumerate(frames):
        time = round((start + number * step) * 1000000)
        out += block(
            6, struct.pack("<IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(frame), len(frame)) + frame
        )
    return out
