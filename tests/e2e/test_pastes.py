# SPDX-License-Identifier: Apache-2.0
"""hexwatch identify: what people paste, in every dress, and the four parts of the answer: protocol, port, id to register, fix."""

import base64
import json
import re
import textwrap
import unittest
import urllib.parse

from harness import TestCase, hexwatch
from packets import (
    H02_ID,
    IMEI,
    LAT,
    LON,
    WHEN_TEXT,
    WHEN_UNIX,
    gt06_answer,
    gt06_login,
    gt06_position,
    h02_position,
    tcp,
    teltonika_position,
)
from terminal import Terminal

L, P, LOST, T, H = gt06_login(), gt06_position(), gt06_position(valid=False), teltonika_position(), h02_position()
LX, PX, TX, HT = L.hex(), P.hex(), T.hex(), H.decode()
OTHER = "123456789012346"

# ---- the four parts ----

PLACE = "yes: 48.208200 16.373800 at " + WHEN_TEXT


def port_words(right, port):
    if port is None:
        return f"set the device to {right}"
    return f"{port} is right" if port == right else f"{port} is WRONG: set the device to {right}"


def login(port=None, device=IMEI):
    return (
        "gt06 login, certain (its checksum is right)",
        port_words(5023, port),
        f"register {device}",
        "(login) carries no place",
    )


def position(port=None, device=None):
    told = f"register {device} (told by a message before" if device else "it comes with the login"
    return ("gt06 position, certain (its checksum is right)", port_words(5023, port), told, PLACE)


def lost(port=None):
    return (
        "gt06 position, certain",
        port_words(5023, port),
        "it comes with the login",
        "NO: the device says so. Put it under open sky",
    )


def cut(port=None, device=IMEI):
    return ("gt06", port_words(5023, port), f"register {device}" if device else "", "")


def teltonika(port=None):
    return (
        "teltonika position, certain (its checksum is right)",
        port_words(5027, port),
        "it comes with the login",
        PLACE,
    )


def h02(port=None, device=H02_ID):
    return ("h02", port_words(5013, port), f"register {device}", PLACE)


def osmand(port=None):
    return ("osmand position, certain (the whole grammar fits)", port_words(5055, port), f"register {IMEI}", PLACE)


# ---- how programs show bytes ----


def pairs(data, upper=False):
    return [f"{byte:02X}" if upper else f"{byte:02x}" for byte in data]


def shown(data):
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in data)


def rows(data, write, size=16):
    return "".join(write(at, data[at : at + size]) + "\n" for at in range(0, len(data), size))


def words(data, size=2):
    return " ".join(data[at : at + size].hex() for at in range(0, len(data), size))


def swapped(data):
    return [f"{data[at + 1] if at + 1 < len(data) else 0:02x}{data[at]:02x}" for at in range(0, len(data), 2)]


def xxd(data, group=2, size=16):
    return rows(
        data, lambda at, row: f"{at:08x}: {words(row, group):<{size * 2 + size // group - 1}}  {shown(row)}", size
    )


def tcpdump(data, colon=":", text=True):
    return rows(data, lambda at, row: f"\t0x{at:04x}{colon}  {words(row):<39}" + (f"  {shown(row)}" if text else ""))


def hexdump_c(data):
    def write(at, row):
        return f"{at:08x}  {' '.join(pairs(row[:8])):<23}  {' '.join(pairs(row[8:])):<23}  |{shown(row)}|"

    return rows(data, write) + f"{len(data):08x}\n"


def hexdump(data, gap=" "):
    return rows(data, lambda at, row: f"{at:07x}{gap}{gap.join(swapped(row))}") + f"{len(data):07x}\n"


def od(data, form, base="o"):
    def cell(byte):
        names = {0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}
        text = names.get(byte) or (chr(byte) if 32 <= byte < 127 else f"{byte:03o}")
        return f"{text:>4}"

    def write(at, row):
        values = {
            "x1": "".join(f" {byte:02x}" for byte in row),
            "o1": "".join(f" {byte:03o}" for byte in row),
            "u1": "".join(f" {byte:3d}" for byte in row),
            "o2": "".join(f" {int(value, 16):06o}" for value in swapped(row)),
            "c": "".join(cell(byte) for byte in row),
        }
        return f"{at:07{base}}{values[form]}"

    return rows(data, write) + f"{len(data):07{base}}\n"


def wireshark(data, gap="   ", upper=False):
    return rows(data, lambda at, row: f"{at:04x}{gap}{' '.join(pairs(row, upper)):<47}{gap}{shown(row)}")


def follow(data, start=0, indent=""):
    def write(at, row):
        both = f"{' '.join(pairs(row[:8])):<23}  {' '.join(pairs(row[8:])):<23}"
        return f"{indent}{start + at:08X}  {both}  {shown(row)}"

    return rows(data, write)


def c_string(data):
    """As strace shows it: octal where nothing else does."""
    known = {13: "\\r", 10: "\\n", 34: '\\"', 92: "\\\\", 9: "\\t"}
    out = ""
    for at, byte in enumerate(data):
        digit_follows = data[at + 1 : at + 2].isdigit()
        plain = chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}" if digit_follows else f"\\{byte:o}"
        out += known.get(byte) or plain
    return out


PACKET = tcp(("203.0.113.7", 40312), ("198.51.100.2", 5001), 1, 1, 0x18, L)
PACKET6 = tcp(("2001:db8::7", 40312), ("2001:db8::1", 5001), 1, 1, 0x18, L)
NEXT = tcp(("203.0.113.7", 40312), ("198.51.100.2", 5001), 19, 1, 0x18, P)
SYN = tcp(("203.0.113.7", 40312), ("198.51.100.2", 5001), 0, 0, 2)
ETHERNET = bytes.fromhex("0200000000010200000000020800")
VLAN = bytes.fromhex("020000000001020000000002810000640800")
HEAD = "17:42:49.262881 IP 203.0.113.7.40312 > 198.51.100.2.5001: Flags [P.], seq 1:19, ack 1, win 65535, length 18\n"

LOG = "2026-02-01 08:09:10  INFO: [T1a2b3c4d: gt06 < 203.0.113.7] "
LATER = "2026-02-01 08:09:11  INFO: [T1a2b3c4d: gt06 < 203.0.113.7] "
ESCAPED = LOG.replace("<", "&lt;")
BOTH = [login(5023), position(5023, IMEI)]
URL = f"http://demo.example.org:5055/?id={IMEI}&timestamp={WHEN_UNIX}&lat={LAT}&lon={LON}&speed=3.5"

# what is pasted, and the four parts of each message in it
TABLE = {
    # HEX in any dress
    "plain": (LX, [login()]),
    "upper case": (PX.upper(), [position()]),
    "no fix": (LOST.hex(), [lost()]),
    "blanks": (" ".join(pairs(L)), [login()]),
    "groups of four": (words(P), [position()]),
    "groups of eight": ("<" + words(L, 4) + ">", [login()]),
    "colons": (":".join(pairs(L)), [login()]),
    "dashes": ("-".join(pairs(L, True)), [login()]),
    "dots, bars, underscores": (
        ".".join(pairs(L)) + "\n\n" + "|".join(pairs(L)) + "\n\n" + "_".join(pairs(L)),
        [login()] * 3,
    ),
    "0x before all": ("0x" + PX.upper(), [position()]),
    "0x before each": (", ".join("0x" + pair for pair in pairs(L)), [login()]),
    "0x without zeros": (" ".join(hex(byte) for byte in L), [login()]),
    "\\x": ("".join("\\x" + pair for pair in pairs(L)), [login()]),
    "$, &H, h, #, %": (
        "$"
        + " $".join(pairs(L))
        + "\n\n"
        + "&H"
        + " &H".join(pairs(L))
        + "\n\n"
        + "h ".join(pairs(L))
        + "h\n\n"
        + "#"
        + " #".join(pairs(L))
        + "\n\n%"
        + "%".join(pairs(L)),
        [login()] * 5,
    ),
    "braces": ("".join("{%s}" % pair for pair in pairs(L, True)), [login()]),
    "(HEX: )": (f"(HEX: {LX})", [login()]),
    "node's buffer": (f"<Buffer {' '.join(pairs(L))}>", [login()]),
    "C array": ("const uint8_t data[] = { " + ", ".join("0x" + pair for pair in pairs(L)) + " };", [login()]),
    "Java array": ("byte[] data = {" + ", ".join("(byte) 0x" + pair for pair in pairs(L, True)) + "};", [login()]),
    "Kotlin array": ("byteArrayOf(" + ", ".join(f"0x{pair}.toByte()" for pair in pairs(L)) + ")", [login()]),
    "xxd -i": (
        "unsigned char x[] = {\n  "
        + ",\n  ".join(", ".join("0x" + pair for pair in pairs(P[at : at + 12])) for at in (0, 12, 24))
        + "\n};\nunsigned int x_len = 36;\n",
        [position()],
    ),
    "Python bytes": (repr(P), [position()]),
    "Python bytes among words": (f"Received {P!r} from ('203.0.113.7', 40312)", [position()]),
    "fromhex": (f"bytes.fromhex('{LX}')", [login()]),
    "list of strings": (str(pairs(L)), [login()]),
    "C strings": (
        'char *m = "' + '" "'.join("".join("\\x" + pair for pair in pairs(L[at : at + 6])) for at in (0, 6, 12)) + '";',
        [login()],
    ),
    "strace": (f'recvfrom(5, "{c_string(P)}", 1024, 0, NULL, NULL) = 36', [position()]),
    "echo into netcat": (
        f"echo -ne '{''.join(chr(92) + 'x' + pair for pair in pairs(L))}' | nc 203.0.113.1 5023",
        [login(5023)],
    ),
    "decimal": (str(list(P)), [position()]),
    "signed decimal": (str([byte - 256 if byte > 127 else byte for byte in P]), [position()]),
    "Go's slice": ("[" + " ".join(map(str, P)) + "]", [position()]),
    "JSON buffer": (json.dumps({"type": "Buffer", "data": list(P)}), [position()]),
    "JSON buffer, a number a line": (json.dumps({"type": "Buffer", "data": list(P)}, indent=2), [position()]),
    "JSON member": (json.dumps({"port": 5023, "hex": LX}), [login(5023)]),
    "base64": (base64.b64encode(P).decode(), [position()]),
    "base64 in JSON": (json.dumps({"payload": base64.b64encode(P).decode()}), [position()]),
    "letters for digits": (LX.replace("0", "O", 4).replace("1", "l", 2), [login()]),
    "all letters for digits": (LX.replace("0", "O").replace("1", "l"), [login()]),
    "without first zeros": (" ".join(f"{byte:X}" for byte in L), [login()]),
    "labels above, the server's answer among them": (
        f"Login:\n{' '.join(pairs(L))}\nResponse:\n{' '.join(pairs(gt06_answer(L)))}\nPosition:\n{' '.join(pairs(P))}\n",
        [login(), position(None, IMEI)],
    ),
    "a cell before it": (f"<table><tr><td>5001</td><td>{LX}</td></tr></table>", [login(5001)]),
    "typed off a picture": (
        " ".join(pairs(L, True)).replace("0", "O").replace("1", "l"),
        [login()],
    ),
    "byte order mark": ("\ufeff" + LX, [login()]),
    "no-break blanks": ("\u00a0".join(pairs(L)), [login()]),
    "characters of no width": ("\u200b".join(pairs(L)), [login()]),
    "a word processor's dashes": ("\u2013".join(pairs(L)), [login()]),
    "smart quotes": (f"\u201c{LX}\u201d", [login()]),
    "Windows line ends": (f"{LX}\r\n{PX}\r\n", [login(), position(None, IMEI)]),
    "code fence": (f"```\n{LX}\n```\n", [login()]),
    "forum tags": (f"[code]{LX}[/code]", [login()]),
    "page's tags": (f"<pre>{LX}\n{PX}</pre>", [login(), position(None, IMEI)]),
    "bold": (f"**{LX}**", [login()]),
    "quoted mail": (f"> {LX}\n> {PX}\n", [login(), position(None, IMEI)]),
    "mail quoted twice, among others' words": (
        f"Bob wrote:\n> > {LOG}\n> > {PX[:40]}\n> > {PX[40:]}\n> which port?\n",
        [position(5023)],
    ),
    "in a sentence, with a forum's marks": (f"I get `{LX}` on port `5001`, and then `{PX}`.", [login(5001), position(5001, IMEI)]),
    "numbered": (f"1. {LX}\n2. {PX}\n", [login(), position(None, IMEI)]),
    "among words": (f"My device sends {LX} and nothing is on the map", [login()]),
    "with its length": (f"Data = {LX} (18 bytes)", [login()]),
    "labels": (f"login: {LX}\nposition: {PX}\n", [login(), position(None, IMEI)]),
    "comments behind": (f"{LX} <- login\n{PX} <- position\n", [login(), position(None, IMEI)]),
    "times before": (f"08:09:10 {LX}\n2026-02-01T08:09:11Z {PX}\n", [login(), position(None, IMEI)]),
    "a terminal program's": ("[08:09:10.123] RX: " + " ".join(pairs(L, True)), [login()]),
    "HEX and text below": ("Hex : " + " ".join(pairs(L, True)) + "\nAscii : " + shown(L), [login()]),
    "bytes with their text beside": (
        rows(P, lambda at, row: f"{' '.join(pairs(row)):<47}  {shown(row)}"),
        [position()],
    ),
    "CSV": (f'"2026-02-01 08:09:10","203.0.113.7","{LX}"', [login()]),
    "wrapped": ("its HEX is\n" + "\n".join(textwrap.wrap(PX, 20)), [position()]),
    "wrapped inside a byte, padded": (
        "its HEX is\n" + "\n".join(f"   {line}   " for line in textwrap.wrap(PX, 21)),
        [position()],
    ),
    "two devices": (f"first\n{LX}\nand\n{gt06_login(OTHER).hex()}\n", [login(), login(device=OTHER)]),
    "two protocols": (f"{LX}\n{HT}\n", [login(), h02()]),
    # cut and masked
    "cut by less": (LX[:24] + ">", [cut()]),
    "cut by nano": (LX[:26] + "$", [cut()]),
    "cut by dots": (LX[:30] + "...", [cut()]),
    "cut before the place": (
        LOG + PX[:30],
        [("gt06", "5023 is right", "not in what is here", "the message is cut off. Copy the whole line")],
    ),
    "masked by *": (LX[:14] + "*****" + LX[19:], [cut(device="12345*****12345")]),
    "masked by X": (LX[:14] + "XXXXX" + LX[19:], [cut(device="12345*****12345")]),
    "masked by #": (LX[:14] + "#####" + LX[19:], [cut(device="12345*****12345")]),
    "masked by ?": (LX[:14] + "?????" + LX[19:], [cut(device="12345*****12345")]),
    "all of the id masked": (LX[:8] + "X" * 16 + LX[24:], [cut(device="*")]),
    "a word for the id": (LX[:8] + "<imei>" + LX[24:], [cut(device="*")]),
    "text, masked": (HT.replace(H02_ID, "41123***78"), [h02(device="41123***78")]),
    "text, all of the id masked": (HT.replace(H02_ID, "XXXXXXXXXX"), [h02(device="**********")]),
    "text, a word for the id": (HT.replace(H02_ID, "[IMEI]"), [h02(device="***")]),
    # a port before it
    "port before": (f"5001 {LX}", [login(5001)]),
    "tcp:port": (f"tcp:5023 {LX}", [login(5023)]),
    "TCP port": (f"TCP 5001 {LX}", [login(5001)]),
    "port:": (f"5001: {LX}", [login(5001)]),
    "port 5001:": (f"port 5001: {LX}", [login(5001)]),
    "port/tcp": (f"5023/tcp {LX}", [login(5023)]),
    "[port]": (f"[5001] {LX}", [login(5001)]),
    "port in another line": (f"Port: 5001 TCP\n\n{LX}\n", [login(5001)]),
    "port behind it, in Portuguese": (f"meu rastreador envia {LX}, porta 5001", [login(5001)]),
    "port before text": (f"5023 {HT}", [h02(5023)]),
    # Traccar's log
    "log 2.0": (f"2012-08-14 10:47:00 FINE: [5023 - 192.0.2.7] - (HEX: {LX})", [login(5023)]),
    "log 2.1": (
        f"2013-05-25 14:26:36 org.traccar.BasePipelineFactory$StandardLoggingHandler.log FINE: [5001 <- 192.0.2.7] - (HEX: {LX})",
        [login(5001)],
    ),
    "log 2.4": (f"2013-12-20 17:29:21 DEBUG: [5023 <- 192.0.2.7] - HEX: {LX}", [login(5023)]),
    "log 2.12": (f"2015-04-01 10:00:00 DEBUG: [AADB1D79: 5005 <- 192.0.2.7] - HEX: {LX}", [login(5005)]),
    "log 3.1": (f"2017-06-20 22:18:17 DEBUG: [3FC38EE1: 5001 < 192.0.2.7] HEX: {LX}", [login(5001)]),
    "log 4.1": (f"2019-02-14 09:34:02  INFO: [8f620617: 5031 < 192.0.2.7] HEX: {LX}", [login(5031)]),
    "log 4.4": (f"2020-05-13 10:51:22  INFO: [fac97f31: gt06 < 192.0.2.7] HEX: {LX}", [login(5023)]),
    "log 5.0": (f"{LOG}{LX}\n{LATER}{PX}\n", BOTH),
    "log 6.3, text": (LOG.replace("gt06", "h02") + HT, [h02(5013)]),
    "log, answers left out": (f"{LOG}{LX}\n{LOG.replace('<', '>')}{gt06_answer(L).hex()}\n", [login(5023)]),
    "log without its time": (f"[3FC38EE1: 5001 < 192.0.2.7] HEX: {LX}", [login(5001)]),
    "log, escaped for a page": (f"{ESCAPED}{LX}<br>{ESCAPED}{PX}<br>", BOTH),
    "log on one line": (f"{LOG}{LX} {LATER}{PX}", BOTH),
    "log, wrapped between words": ("\n".join(textwrap.wrap(LOG + PX, 60)), [position(5023)]),
    "log, wrapped anywhere": ("\n".join(textwrap.wrap(LOG + TX, 80)), [teltonika(5023)]),
    "log, wrapped and set in": (f"{(LOG + PX)[:80]}\n    {(LOG + PX)[80:]}", [position(5023)]),
    "log in JSON": (json.dumps({"log": f"{LOG}{LX}\n", "stream": "stdout"}), [login(5023)]),
    "log in a container's JSON": (
        json.dumps({"log": f"{LOG.replace('gt06', 'h02')}{HT}\n", "stream": "stdout"}).replace("<", "\\u003c"),
        [h02(5013)],
    ),
    "log in a table": (f"| {LOG}{LX} |", [login(5023)]),
    "log behind a name": (f"traccar_1  | {LOG}{LX}", [login(5023)]),
    "log with colours": (f"{LOG}{LX}".replace("gt06", "\x1b[01;31m\x1b[Kgt06\x1b[m\x1b[K"), [login(5023)]),
    "log, address masked": (f"{LOG}{LX}".replace("203.0.113.7", "xxx.xxx.xxx.xxx"), [login(5023)]),
    "log, id masked": (f"{LOG}{LX[:14]}*****{LX[19:]}", [cut(5023, "12345*****12345")]),
    "log, cut": (f"{LOG}{LX[:24]}>", [cut(5023)]),
    "log of two devices": (
        f"{LOG}{LX}\n{LOG.replace('1a2b', '9988')}{gt06_login(OTHER).hex()}\n{LATER}{PX}\n{LATER.replace('1a2b', '9988')}{PX}\n",
        [login(5023), login(5023, OTHER), position(5023, IMEI), position(5023, OTHER)],
    ),
    # dumps
    "xxd": (xxd(T), [teltonika()]),
    "xxd -g1": (xxd(T, 1), [teltonika()]),
    "xxd -g4": (xxd(T, 4), [teltonika()]),
    "xxd -c32": (xxd(T, 2, 32), [teltonika()]),
    "xxd -b": (
        rows(L, lambda at, row: f"{at:08x}: {' '.join(f'{byte:08b}' for byte in row)}  {shown(row)}", 6),
        [login()],
    ),
    "hexdump": (hexdump(P), [position()]),
    "hexdump -x": (hexdump(P, "    "), [position()]),
    "hexdump -C": (hexdump_c(P), [position()]),
    "od": (od(P, "o2"), [position()]),
    "od -t x1": (od(P, "x1"), [position()]),
    "od -A d -t x1": (od(P, "x1", "d"), [position()]),
    "od -t u1": (od(P, "u1"), [position()]),
    "od -b": (od(P, "o1"), [position()]),
    "od -c": (od(P, "c"), [position()]),
    "Format-Hex": (
        "           00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n\n"
        + rows(L, lambda at, row: f"{at:08X}   {' '.join(pairs(row, True)):<48}{shown(row)}"),
        [login()],
    ),
    "hexyl": (
        f"┌────────┬───────────┬────────┐\n│00000000│ {' '.join(pairs(L[:8]))} ┊ {' '.join(pairs(L[8:16]))} │xx⋄••#Eg┊×•#E0•××│\n│00000010│ {' '.join(pairs(L[16:]))}                   ┊                         │__      ┊        │\n",
        [login()],
    ),
    "tcpdump -X": (HEAD + tcpdump(PACKET), [login(5001)]),
    "tcpdump -x": (HEAD + tcpdump(PACKET, text=False), [login(5001)]),
    "tcpdump -x without its head": (tcpdump(PACKET, text=False), [login(5001)]),
    "tcpdump -XX": (HEAD + tcpdump(ETHERNET + PACKET), [login(5001)]),
    "tcpdump -XX with a VLAN": (HEAD + tcpdump(VLAN + PACKET), [login(5001)]),
    "tcpdump -XX of PPP": (HEAD + tcpdump(bytes.fromhex("ff030021") + PACKET), [login(5001)]),
    "tcpdump -XX of any": (
        HEAD + tcpdump(bytes.fromhex("0800000000000002000100060200000000020000") + PACKET),
        [login(5001)],
    ),
    "tcpdump -X of IPv6": (HEAD + tcpdump(PACKET6), [login(5001)]),
    "tcpdump, old": (HEAD + tcpdump(PACKET, " "), [login(5001)]),
    "tcpdump, several packets": (
        HEAD + tcpdump(SYN) + HEAD + tcpdump(PACKET) + HEAD + tcpdump(NEXT),
        [login(5001), position(5001, IMEI)],
    ),
    "tcpdump, blanks lost": ((HEAD + tcpdump(PACKET)).replace("\t", " ").replace("  ", " "), [login(5001)]),
    "tcpdump -A": (HEAD.replace("5001", "5013") + "E..:..@.@.....q..3d..x..........P......." + HT + "\n", [h02(5013)]),
    "Wireshark's bytes": (wireshark(P), [position()]),
    "Wireshark's bytes, without text, apart by tabs": (
        rows(P, lambda at, row: f"{at:04x}\t{' '.join(pairs(row))}\n".rstrip("\n")),
        [position()],
    ),
    "Wireshark's bytes in a mail": (
        "".join(f"> {row}\n" for row in wireshark(P).splitlines()),
        [position()],
    ),
    "Wireshark's frame": (wireshark(ETHERNET + PACKET), [login(5001)]),
    "tshark -x": (wireshark(VLAN + PACKET, "  "), [login(5001)]),
    "Wireshark's stream, both sides": (
        follow(L) + follow(gt06_answer(L), indent="    ") + follow(P, len(L)),
        [login(), position(None, IMEI)],
    ),
    "Wireshark's C arrays": (
        "char peer0_0[] = { /* Packet 4 */\n"
        + ",\n".join(", ".join("0x" + pair for pair in pairs(L[at : at + 8])) for at in (0, 8, 16))
        + " };\n",
        [login()],
    ),
    "Wireshark's details, with ports": (
        f"Transmission Control Protocol, Src Port: 40312, Dst Port: 5001, Seq: 1, Ack: 1, Len: 18\nData (18 bytes)\n    Data: {LX}\n",
        [login(5001)],
    ),
    "Wireshark's details": (f"    Data: {LX}\n    [Length: 18]\n", [login()]),
    "tshark's JSON": (f'"data.data": "{":".join(pairs(L))}",\n"data.len": "18"\n', [login()]),
    "ngrep -x": (
        "T 203.0.113.7:40312 -> 198.51.100.2:5001 [AP] #4\n"
        + rows(L, lambda at, row: f"  {' '.join(pairs(row[:8]))}    {' '.join(pairs(row[8:])):<23}    {shown(row)}"),
        [login(5001)],
    ),
    "ngrep": (f"T 203.0.113.7:40312 -> 198.51.100.2:5013 [AP] #4\n{HT}\n", [h02(5013)]),
    "netcat -o": (rows(L, lambda at, row: f"< {at:08x} {' '.join(pairs(row)):<47} # {shown(row)}"), [login()]),
    "a debugger": (
        rows(L, lambda at, row: f"0x{0x7FFE0000 + at:08x}:\t" + "\t".join("0x" + pair for pair in pairs(row)), 8),
        [login()],
    ),
    # text
    "text": (HT, [h02()]),
    "text behind words": (f"my watch sends {HT}", [h02()]),
    "text with <CR><LF>": (f"{HT}<CR><LF>", [h02()]),
    "text with \\r\\n": (f"{HT}\\r\\n", [h02()]),
    "text in smart quotes": (f"\u201c{HT}\u201d", [h02()]),
    "text in smart quotes, and words behind it": (f"It says \u201c{HT}\u201d on port 5013, why?", [h02(5013)]),
    "text, shown by cat -A": (f"{HT}$\n", [h02()]),
    "log with text, escaped twice for a page": (
        f"&lt;p&gt;{LOG.replace('gt06', 'h02').replace('<', '&lt;')}{HT}&lt;/p&gt;",
        [h02(5013)],
    ),
    "text, wrapped": (f"{HT[:40]}\n{HT[40:]}", [h02()]),
    "text, blanks added": (HT.replace(",", ", "), [h02()]),
    "text in JSON": (json.dumps({"raw": HT}), [h02()]),
    "text, percent signs": (urllib.parse.quote(HT), [h02()]),
    "text, wide commas": (HT.replace(",", "\uff0c"), [h02()]),
    "text as HEX": (f"data={H.hex()}", [h02()]),
    "two texts on a line": (HT + HT.replace(H02_ID, "4112345679"), [h02(), h02(device="4112345679")]),
    "address of a request": (URL, [osmand(5055)]),
    "curl": (f"curl '{URL}'", [osmand(5055)]),
    "address, escaped": (URL.replace("&", "&amp;"), [osmand(5055)]),
    "a web server's log": (
        f'203.0.113.9 - - [01/Feb/2026:08:09:10 +0000] "GET /?{URL.partition("?")[2]} HTTP/1.1" 200 0',
        [osmand()],
    ),
    # nothing
    "no message": ("hello, my tracker does not show\nwhat can I do?\n", []),
    "times and an id": ("From 2026-02-01 08:09:10 on, device 123456789012345: nothing", []),
    "addresses": ("2001:0db8:85a3:0000:0000:8a2e:0370:7334 and 00:11:22:33:44:55 connect", []),
}
LEAST = 60


def answers(text):
    """The blocks of the answer: the parts of each, by name."""
    found = []
    for line in text.splitlines():
        name, _, words_ = line.partition(" ")
        if name == "understood":
            found.append({})
        if name in ("protocol", "port", "id", "fix"):
            found[-1][name] = words_.strip()
    return found


class Pastes(TestCase):
    maxDiff = None

    def test_the_four_parts_of_every_paste(self):
        self.assertGreaterEqual(len(TABLE), LEAST)
        for name, (text, wanted) in TABLE.items():
            with self.subTest(name):
                # lines of pure HEX are judged one by one, each on a line: the four parts are those of a paste
                done = hexwatch("identify", "--paste", "--traccar", "none", given=text.encode())
                found = answers(done.out)
                self.assertEqual(len(found), len(wanted), done.out)
                for one, parts in zip(found, wanted):
                    for part, words_ in zip(("protocol", "port", "id", "fix"), parts):
                        self.assertIn(words_, one.get(part, ""), done.out)

    def test_the_same_without_an_option(self):
        for name, (text, wanted) in TABLE.items():
            with self.subTest(name):
                done = hexwatch("identify", "--format", "json", "--traccar", "none", given=text.encode())
                self.assertEqual(len(done.of("identity")), len(wanted), done.out)
                for record, parts in zip(done.of("identity"), wanted):
                    self.assertEqual(record["candidates"][0], parts[0].split()[0].rstrip(","))

    def errors_of(self, text):
        done = hexwatch("identify", "--paste", "--format", "json", "--traccar", "none", given=text.encode())
        return done.of("identity"), done.of("error")

    def test_a_line_that_is_whole_is_no_part_of_another(self):
        text = "\n".join([TX[: len(TX) // 2], LX] + [PX] * 5)
        found, errors = self.errors_of(text)
        self.assertEqual([one["line"] for one in found], [1, 2, 3, 4, 5, 6, 7])
        self.assertEqual([one["hex"] for one in found[1:]], [LX] + [PX] * 5)
        self.assertEqual(errors, [])

    def test_what_is_left_out_is_told(self):
        # one line, longer than a message can be, of more messages than are answered at once
        found, errors = self.errors_of(PX * 4000)
        self.assertEqual({one["hex"] for one in found}, {PX})
        said = sum(int(re.search(r"(\d+) (?:bytes|of them) are left out", one["error"])[1]) for one in errors)
        self.assertEqual(len(found) * len(P) + said, 4000 * len(P))

    def test_a_dump_that_is_too_long_is_no_other_thing(self):
        found, errors = self.errors_of(xxd(P * 2000))
        self.assertEqual({(one["source"], one["hex"]) for one in found}, {("xxd", PX)})
        said = sum(int(re.search(r"(\d+) (?:bytes|of them) are left out", one["error"])[1]) for one in errors)
        self.assertEqual(len(found) * len(P) + said, 2000 * len(P))

    def test_nothing_is_told_once(self):
        found, errors = self.errors_of("hello, my tracker does not show\n")
        self.assertEqual((found, len(errors)), ([], 1))

    def test_what_is_pasted_in_place_of_a_message(self):
        decoded = f"2026-02-01 08:09:10  INFO: [T1a2b3c4d] id: {IMEI}, time: 2026-02-01 08:09:10, lat: 48.2, lon: 16.3\n"
        for text, words_ in (
            (f"2026-02-01 08:09:10  WARN: Unknown device - {IMEI} (203.0.113.7)\n", f"identifier {IMEI}: register it"),
            (decoded, "what Traccar has decoded"),
            (f"{IMEI}\n", "an identifier (IMEI), and no message"),
        ):
            with self.subTest(words_):
                found, errors = self.errors_of(text)
                self.assertEqual((found, len(errors)), ([], 1))
                self.assertIn(words_, errors[0]["error"])

    def test_words_between_lines_of_hex(self):
        """Who reads it gets the four parts; scripts get a record a line."""
        text = f"[27.11.26 10:20] Bob\n{LX}\nwhat port?\n".encode()
        self.assertEqual(len(answers(hexwatch("identify", "--traccar", "none", given=text).out)), 1)
        done = hexwatch("identify", "--format", "json", "--traccar", "none", given=text)
        self.assertEqual([record["event"] for record in done.records], ["error", "identity", "error"])

    def test_at_a_terminal_it_says_what_it_waits_for(self):
        terminal = Terminal("identify", "--traccar", "none")
        self.addCleanup(terminal.end)
        terminal.wait("press Ctrl-D")
        terminal.press(f"{PX[:40]}\r{PX[40:]}\r\x04".encode())
        terminal.wait("fix         yes: 48.208200 16.373800")

    def test_numbers_are_where_they_begin(self):
        found = hexwatch("identify", "--format", "json", given=("what is\n" + "\n".join(str(byte) for byte in L)).encode())
        self.assertEqual([one["line"] for one in found.of("identity")], [2])

    def test_a_message_without_its_beginning_is_called_so(self):
        found = answers(hexwatch("identify", "--traccar", "none", given=f"...{PX[6:]}\n".encode()).out)
        self.assertEqual(len(found), 1)
        self.assertIn("cannot be told without the beginning", found[0]["protocol"])

    def test_a_port_does_not_tell_the_transport(self):
        # only over UDP, and the form that only UDP has of a protocol with both
        calamp = (
            "83051234567890010201021234697f0a26697f0a21ec0fef60d5e223c000002ee000000000002d07080004ff9d0f0aff001c070000"
        )
        teltonika = (
            "003dcafe0105000f313233343536373839303132333435"
            "08010000016b4f815b30010000000000000000000000000000000103021503010101425dbc000001"
        )
        for port, hex_ in ((5082, calamp), (5027, teltonika)):
            for before, transport, verdict in (
                (f"port {port}: ", "udp", "ok"),
                (f"{port} ", "udp", "ok"),
                (f"2019-02-01 08:09:10  INFO: [1a2b3c4d: {port} < 203.0.113.7] HEX: ", "udp", "ok"),
                (f"tcp port {port}: ", "tcp", None),
            ):
                with self.subTest(before):
                    (found,), _ = self.errors_of(before + hex_ + "\n")
                    self.assertEqual(found["transport"], transport)
                    self.assertEqual(found["verdict"] == "ok", verdict == "ok")

    def test_a_checksum_over_hidden_digits_is_not_called_wrong(self):
        found = hexwatch("identify", "--traccar", "none", given=TABLE["masked by *"][0].encode()).out
        self.assertNotIn("checksum wrong", found)


if __name__ == "__main__":
    unittest.main()
