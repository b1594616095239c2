# SPDX-License-Identifier: Apache-2.0
"""hexwatch identify: what forums, chats, mails, logs, programs, phones and picture readers make of messages."""

import base64
import html
import json
import os
import quopri
import re
import textwrap
import unittest
import urllib.parse

from harness import TestCase, hexwatch
from packets import IMEI, LAT, LON, WHEN_UNIX, gt06_answer
from test_pastes import (
    BOTH,
    ETHERNET,
    H,
    HEAD,
    HT,
    L,
    LATER,
    LOG,
    LX,
    P,
    PACKET,
    PX,
    T,
    TX,
    URL,
    answers,
    c_string,
    cut,
    follow,
    h02,
    hexdump,
    hexdump_c,
    login,
    osmand,
    pairs,
    port_words,
    position,
    rows,
    shown,
    tcpdump,
    teltonika,
    wireshark,
    words,
    xxd,
)


def quoted_printable(text):
    return quopri.encodestring(text.encode()).decode()


SIGNED = [byte - 256 if byte > 127 else byte for byte in P]
PATH = URL.partition("5055")[2]
ESCAPED = urllib.parse.quote(URL, safe="")
LOG_H02 = LOG.replace("gt06", "h02")
FRAME = ETHERNET + PACKET
GPS103 = f"imei:{IMEI},tracker,2602010909,,F,080910.000,A,4812.4920,N,01622.4280,E,12.50,45;"
WATCH = "[3G*1234567890*0052*UD2,010226,080910,A,47.510000,N, 19.0900000,E,0.00,0.0,0.0,8,70,80,0,0,00000008,0,0]"
GL200 = (
    "+RESP:GTFRI,2C0204,123456789012345,van-7,0,0,2,1,1.7,205,2867.0,19.081000,47.502000,20260201080840,0216,0030,7596,"
    "5891C,0.0,1,1.7,205,110.0,19.090000,47.510000,20260201080910,0216,0030,7596,5891C,0.0,88,20260201080912,1E78$"
)
JT808 = "7e02000022123456789012007d02000000000000000202d4f1f001234a50007801c7005a26020116091030011c310109e37e"
TK103 = "(123456789012BP05123456789012345260201A4730.6000N01905.4000E012.5080910045.001001234FL0001A2B3)"


def other(name, right, device, fix="yes: 47.51"):
    return lambda port=None: (name, port_words(right, port), f"register {device}", fix)


gps103 = other("gps103", 5001, IMEI, "yes: 48.20")
watch = other("watch", 5093, "1234567890")
gl200 = other("gl200", 5004, IMEI)
jt808 = other("jt808", 5015, "123456789012")
tk103 = other("tk103", 5002, "123456789012")

# what is pasted, and the four parts of each message in it
TABLE = {
    # quoting of forums and chats
    "phpbb quote": (f'[quote="bob, post: 12, topic: 3"]{LOG}{LX}[/quote]\nwhat port?', [login(5023)]),
    "discourse quote": (f'[quote="bob, post:3, topic:1234, full:true"]\n{LOG}{LX}\n[/quote]\n', [login(5023)]),
    "github details": (f"<details>\n<summary>log</summary>\n\n```log\n{LOG}{LX}\n{LATER}{PX}\n```\n</details>", BOTH),
    "github quote with code": (f"> ```\n> {LOG}{LX}\n> ```\nwhich?", [login(5023)]),
    "telegram forward": (f"Bob, [27.11.2026 10:20]\n[Forwarded from Alice]\n{HT}", [h02()]),
    "telegram export line": (f"[27.11.26 10:20] Bob: {HT}", [h02()]),
    "whatsapp android": (f"27/11/2026, 10:20 - Bob: {HT}", [h02()]),
    "whatsapp ios": (f"[27/11/2026, 10:20:31] Bob: {HT}", [h02()]),
    "whatsapp ios lrm": (f"\u200e[27/11/2026, 10:20:31] ~\u202fBob: \u200e{LX}", [login()]),
    "whatsapp hex": (f"27/11/2026, 10:20 - Bob: {LX}\n27/11/2026, 10:21 - Bob: {PX}", [login(), position(None, IMEI)]),
    "whatsapp bold code": (f"27/11/2026, 10:20 - Bob: ```{LX}```", [login()]),
    "discord time": (f"bob — Today at 10:20 AM\n{LX}\n", [login()]),
    "slack": (f"bob  10:20 AM\n`{LX}`\n", [login()]),
    "teams": (f"[10:20] Bob\n{HT}\n", [h02()]),
    "irc": (f"10:20 <bob> {HT}\n10:21 <bob> port 5013", [h02()]),
    "irc hex": (f"[10:20] <@bob> {LX}", [login()]),
    "sms": (f"From: +361234567\n{HT}", [h02()]),
    "signal": (f"From: Bob\nSent: 1769933350\n\n{LX}\n", [login()]),
    "mail qp log": ("Content-Transfer-Encoding: quoted-printable\n\n" + quoted_printable(LOG + PX), [position(5023)]),
    "mail qp soft breaks only": (quoted_printable(LOG + PX), [position(5023)]),
    "mail qp url": ("Content-Transfer-Encoding: quoted-printable\n\n" + quoted_printable("my phone sends " + URL), [osmand(5055)]),
    "mail qp url bare": (quoted_printable(URL), [osmand(5055)]),
    "mail qp watch": (quoted_printable(WATCH), [watch()]),
    "mail qp text h02": (quoted_printable("It says " + HT + " =\u00e4"), [h02()]),
    "mail qp crlf": (quoted_printable(LOG + PX).replace("\n", "\r\n"), [position(5023)]),
    "mail qp gl200": (quoted_printable(GL200), [gl200()]),
    "mail qp json": ("Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n" + quoted_printable(json.dumps({"id": "=", "hex": PX})), [position()]),
    "mail format=flowed": ("\n".join(x + " " for x in textwrap.wrap(LOG + PX, 72, break_long_words=True)), [position(5023)]),
    "mail outlook quote": (f"-----Original Message-----\nFrom: Bob\nSent: Friday\nTo: Al\n\n{LOG}{LX}\n", [login(5023)]),
    "mail quote char |": (f"| {LOG}{LX}\n| {LATER}{PX}\n", BOTH),
    "mail initials quote": (f"Bob> {LOG}{LX}\n", [login(5023)]),
    "mail >> no blank": (f">>{LX}\n>>{PX}\n", [login(), position(None, IMEI)]),
    # urls, web logs
    "https url": (URL.replace("http:", "https:").replace("demo.example.org", "track.example.org"), [osmand(5055)]),
    "encoded url": (ESCAPED, [osmand(5055)]),
    "encoded query id": (f"http://demo.example.org:5055/?id%3D{IMEI}%26lat%3D{LAT}%26lon%3D{LON}%26timestamp%3D{WHEN_UNIX}", [osmand(5055)]),
    "url in parens": (f"([link]({URL}))", [osmand(5055)]),
    "url autolink": (f"<{URL}>", [osmand(5055)]),
    "url redirected": (f"https://www.google.com/url?q={ESCAPED}&sa=D", [osmand(5055)]),
    "curl -X POST": (f'curl -X POST "{URL}"', [osmand(5055)]),
    "curl -v": (f"> GET {PATH} HTTP/1.1\n> Host: demo.example.org:5055\n> User-Agent: curl/7.88.1\n> Accept: */*\n> \n< HTTP/1.1 200 OK\n", [osmand(5055)]),
    "curl -d": (f"curl -d 'id={IMEI}&lat={LAT}&lon={LON}&timestamp={WHEN_UNIX}' http://demo.example.org:5055/", [osmand(5055)]),
    "curl -G --data-urlencode": (f"curl -G http://demo.example.org:5055/ -d id={IMEI} -d lat={LAT} -d lon={LON} -d timestamp={WHEN_UNIX}", [osmand(5055)]),
    "wget": (f"wget -qO- '{URL}'", [osmand(5055)]),
    "powershell": (f'Invoke-WebRequest -Uri "{URL}"', [osmand(5055)]),
    "nginx": (f'203.0.113.9 - - [01/Feb/2026:08:09:10 +0000] "POST {PATH} HTTP/1.1" 200 0 "-" "Dalvik/2.1.0 (Linux; U; Android 14)"', [osmand()]),
    "apache vhost": (f'demo.example.org:80 203.0.113.9 - - [01/Feb/2026:08:09:10 +0000] "GET {PATH} HTTP/1.1" 404 196 "-" "okhttp/4.9.0"', [osmand()]),
    "caddy json": (json.dumps({"level":"info","ts":1769933350.1,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"203.0.113.9","proto":"HTTP/1.1","method":"GET","host":"demo.example.org","uri":PATH}}), [osmand()]),
    "traefik": (f'203.0.113.9 - - [01/Feb/2026:08:09:10 +0000] "GET {PATH} HTTP/2.0" 502 11 "-" "-" 12 "traccar@docker" "http://172.18.0.3:5055" 3ms', [osmand()]),
    "haproxy": (f'Feb  1 08:09:10 host haproxy[12]: 203.0.113.9:4711 [01/Feb/2026:08:09:10.123] fe be/s 0/0/1/2/3 200 5 - - ---- 1/1/0/0/0 0/0 "GET {PATH} HTTP/1.1"', [osmand()]),
    "request in log, no proto": (f"GET {PATH}", [osmand()]),
    "path only": (PATH, [osmand()]),
    "query only": (PATH[2:], [osmand()]),
    "fetch js": (f'fetch("{URL}", {{ method: "POST" }});', [osmand(5055)]),
    "urllib3 debug": (f'DEBUG:urllib3.connectionpool:http://demo.example.org:5055 "GET {PATH} HTTP/1.1" 200 0', [osmand(5055)]),
    "okhttp": (f"D/OkHttp: --> POST {URL} http/1.1", [osmand(5055)]),
    "logcat": (f"02-01 08:09:10.123  4711  4712 D RequestManager: {URL}", [osmand(5055)]),
    "url html escaped twice": (html.escape(html.escape(URL)), [osmand(5055)]),
    "url ipv6 host": (URL.replace("demo.example.org", "[2001:db8::1]"), [osmand(5055)]),
    "url with spaces wrapped": ("\n".join(textwrap.wrap(URL, 60)), [osmand(5055)]),
    # log prefixes
    "journald": (f"Feb 01 08:09:10 mars traccar[812]: {LOG}{LX}", [login(5023)]),
    "journald iso": (f"2026-02-01T08:09:10+0000 mars java[812]: {LOG}{LX}", [login(5023)]),
    "journald json": (json.dumps({"MESSAGE": f"{LOG}{LX}", "_HOSTNAME": "mars", "PRIORITY": "6"}), [login(5023)]),
    "journald bare": (f"Feb 01 08:09:10 mars traccar[812]: [T1a2b3c4d: gt06 < 203.0.113.7] {LX}", [login(5023)]),
    "docker compose": (f"traccar-1  | {LOG}{LX}\ntraccar-1  | {LATER}{PX}", BOTH),
    "docker compose v1 colours": (f"\x1b[36mtraccar_1  |\x1b[0m {LOG}{LX}", [login(5023)]),
    "docker -t": (f"2026-02-01T08:09:10.123456789Z {LOG}{LX}", [login(5023)]),
    "docker json indented": (json.dumps({"log": f"{LOG}{LX}\n", "stream": "stdout"}, indent=2), [login(5023)]),
    "kubernetes": (f"2026-02-01T08:09:10.123456789Z stdout F {LOG}{LX}", [login(5023)]),
    "kubectl prefix": (f"[pod/traccar-5d9c/traccar] {LOG}{LX}", [login(5023)]),
    "stern": (f"traccar-5d9c traccar {LOG}{LX}", [login(5023)]),
    "loki logcli": (f'2026-02-01T08:09:10Z {{app="traccar"}} {LOG}{LX}', [login(5023)]),
    "grep -n": (f"18422:{LOG}{LX}", [login(5023)]),
    "grep file": (f"/opt/traccar/logs/tracker-server.log:{LOG}{LX}", [login(5023)]),
    "grep file -n": (f"tracker-server.log.20260201:18422:{LOG}{LX}", [login(5023)]),
    "less -N": (f"  18422 {LOG}{LX}", [login(5023)]),
    "cat -n": (f"     1\t{LOG}{LX}\n     2\t{LATER}{PX}", BOTH),
    "vim set nu list": (f"  1 {LOG}{LX}$\n  2 {LATER}{PX}$", BOTH),
    "git diff": (f"+{LOG}{LX}\n+{LATER}{PX}", BOTH),
    "tail -f header": (f"==> tracker-server.log <==\n{LOG}{LX}\n", [login(5023)]),
    "ansible": (json.dumps({"stdout_lines": [f"{LOG}{LX}", f"{LATER}{PX}"]}, indent=4), BOTH),
    "syslog pri": (f"<14>Feb  1 08:09:10 mars traccar: {LOG}{LX}", [login(5023)]),
    "rfc5424": (f"<14>1 2026-02-01T08:09:10Z mars traccar 812 - - {LOG}{LX}", [login(5023)]),
    "graylog csv": (f'"2026-02-01T08:09:10.000Z","mars","{LOG}{LX}"', [login(5023)]),
    "markdown table log": (f"| time | line |\n|---|---|\n| 08:09 | {LOG}{LX} |", [login(5023)]),
    # wireshark & co
    "ws escaped string": ('"' + "\" \\\n\"".join("".join("\\x" + p for p in pairs(PACKET[i:i+16])) for i in range(0, len(PACKET), 16)) + '"', [login(5001)]),
    "ws escaped frame": ("\n".join('"' + "".join("\\x" + p for p in pairs(FRAME[i:i+16])) + '" \\' for i in range(0, len(FRAME), 16)), [login(5001)]),
    "ws base64 frame": (base64.b64encode(FRAME).decode(), [login(5001)]),
    "ws hex stream frame": (FRAME.hex(), [login(5001)]),
    "ws C array frame": ("/* Frame (72 bytes) */\nstatic const unsigned char pkt1[72] = {\n" + ",\n".join(", ".join("0x" + p for p in pairs(FRAME[i:i+8])) + " /* " + shown(FRAME[i:i+8]) + " */" for i in range(0, 72, 8)) + "\n};", [login(5001)]),
    "ws print to text": ("No.     Time           Source                Destination           Protocol Length Info\n      4 0.000123       203.0.113.7           198.51.100.2          TCP      72     40312 → 5001 [PSH, ACK] Seq=1 Ack=1 Win=65535 Len=18\n\nFrame 4: 72 bytes on wire\n" + wireshark(FRAME, "  "), [login(5001)]),
    "ws yaml": ("# Packet 4\npeers:\n  - peer: 0\n    host: 203.0.113.7\n    port: 40312\n  - peer: 1\n    host: 198.51.100.2\n    port: 5023\npackets:\n  - packet: 4\n    peer: 0\n    index: 0\n    timestamp: 1769933350.000000000\n    data: !!binary |\n      " + base64.b64encode(P).decode() + "\n", [position(5023)]),
    "ws follow hex colours": ("".join("\x1b[31m" + r + "\x1b[0m\n" for r in follow(P).splitlines()), [position()]),
    "ws follow ascii": (f"===================================================================\nFollow: tcp,ascii\nFilter: tcp.stream eq 0\nNode 0: 203.0.113.7:40312\nNode 1: 198.51.100.2:5013\n{len(HT)}\n{HT}\n===================================================================", [h02(5013)]),
    "tshark follow raw": (f"===================================================================\nFollow: tcp,raw\nFilter: tcp.stream eq 0\nNode 0: 203.0.113.7:40312\nNode 1: 198.51.100.2:5023\n{LX}\n\t{gt06_answer(L).hex()}\n{PX}\n===================================================================", [login(5023), position(5023, IMEI)]),
    "tshark follow hex": (f"===================================================================\nFollow: tcp,hex\nFilter: tcp.stream eq 0\nNode 0: 203.0.113.7:40312\nNode 1: 198.51.100.2:5023\n" + follow(L) + "===================================================================", [login(5023)]),
    "tshark fields": (f"203.0.113.7\t40312\t198.51.100.2\t5023\t{LX}", [login(5023)]),
    "tshark ek": (json.dumps({"timestamp": "1769933350123", "layers": {"tcp": {"tcp_tcp_dstport": "5023", "tcp_tcp_payload": ":".join(pairs(L))}}}), [login(5023)]),
    "tcpdump -A ip head": (HEAD.replace("5001", "5013").replace("length 18", f"length {len(HT)}") + "E..:..@.@.....q..3d..x..........P......." + HT[:50] + "\n" + HT[50:], [h02(5013)]),
    "tcpdump -vv -X": ("17:42:49.262881 IP (tos 0x0, ttl 64, id 0, offset 0, flags [DF], proto TCP (6), length 58)\n    203.0.113.7.40312 > 198.51.100.2.5001: Flags [P.], cksum 0x1234 (correct), seq 1:19, ack 1, win 65535, length 18\n" + tcpdump(PACKET), [login(5001)]),
    # serial terminals
    "hterm": ("\t".join(pairs(L, True)), [login()]),
    "hterm log": ("<- 08:09:10.123 [" + " ".join(pairs(L, True)) + "]", [login()]),
    "docklight": ("2/1/2026 08:09:10.123 [RX] - " + " ".join(pairs(L, True)), [login()]),
    "docklight rtf ascii": ("2/1/2026 08:09:10.123 [RX] - " + HT + "<CR><LF>", [h02()]),
    "docklight both": ("2/1/2026 08:09:10.123 [RX] - " + " ".join(pairs(L, True)) + "\n2/1/2026 08:09:10.200 [TX] - " + " ".join(pairs(gt06_answer(L), True)) + "\n2/1/2026 08:09:11.123 [RX] - " + " ".join(pairs(P, True)), [login(), position(None, IMEI)]),
    "realterm hex space": (" ".join(pairs(L, True)) + " ", [login()]),
    "putty log": ("=~=~=~=~=~=~=~=~=~=~=~= PuTTY log 2026.02.01 08:09:10 =~=~=~=~=~=~=~=~=~=~=~=\n" + HT + "\n", [h02()]),
    "putty packets": ("Incoming packet #0x5, type 94 / 0x5e\n" + rows(L, lambda at, r: f"  {at:08x}  {' '.join(pairs(r)):<47}  {shown(r)}"), [login()]),
    "packet sender": (f"08:09:10.123 am\t203.0.113.7\t40312\tYou\t5023\tTCP\t\t{shown(L)}\t" + " ".join(pairs(L)), [login(5023)]),
    "packet sender copy": (f"TIME: 08:09:10.123 am, From IP: 203.0.113.7, From Port: 40312, To IP: You, To Port: 5023, Method: TCP, Error: , ASCII: {shown(L)}, HEX: " + " ".join(pairs(L)), [login(5023)]),
    "hercules": ("{78}{78}{0D}{01}" + "".join("{%02X}" % b for b in L[4:]), [login()]),
    "coolterm": (rows(P, lambda at, r: f"{' '.join(pairs(r, True)):<48} {shown(r)}"), [position()]),
    "termite hex": (" ".join(pairs(L)) + "\t" + shown(L), [login()]),
    "serialport monitor": ("[01/02/2026 08:09:10] Read data (COM3)\n" + rows(L, lambda at, r: f"    {' '.join(pairs(r)):<48}   {shown(r)}"), [login()]),
    "socat -x": ("> 2026/02/01 08:09:10.000123456  length=18 from=0 to=17\n " + " ".join(pairs(L)) + "\n--\n", [login()]),
    "socat -v": ("> 2026/02/01 08:09:10.000123456  length=80 from=0 to=79\n" + HT + "--\n", [h02()]),
    "socat -x -v": ("> 2026/02/01 08:09:10.000123456  length=18 from=0 to=17\n " + " ".join(pairs(L[:16])) + "  " + shown(L[:16]) + "\n " + " ".join(pairs(L[16:])) + "                                            " + shown(L[16:]) + "\n--\n", [login()]),
    "nc -x bsd": (f"Received 18 bytes from the socket\n" + rows(L, lambda at, r: f"{at:08x}  {' '.join(pairs(r, True)):<47}  {shown(r)}"), [login()]),
    "nmap ncat -x": (rows(L, lambda at, r: f"[{at:04x}]   " + "   ".join(" ".join(pairs(r[i:i+4], True)) for i in range(0, len(r), 4)) + "   " + shown(r)), [login()]),
    # programs
    "node red debug": ("27.11.2026, 10:20:31  node: debug 1\nmsg.payload : buffer[36]\n[ " + ", ".join(map(str, P)) + " ]", [position()]),
    "node red hex": ("msg.payload : buffer[18]\n[ " + ", ".join("0x" + format(b, "x") for b in L) + " ]", [login()]),
    "node console log buffer": ("data <Buffer " + " ".join(pairs(P)) + ">", [position()]),
    "node buffer more": ("<Buffer " + " ".join(pairs(T[:30])) + " ... 30 more bytes>", [("teltonika", "5027", "", "")]),
    "node inspect uint8array": ("Uint8Array(36) [\n  " + ",\n  ".join(", ".join(f"{b:3d}" for b in P[i:i+12]) for i in (0, 12, 24)) + "\n]", [position()]),
    "chrome uint8array": ("Uint8Array(36) [" + ", ".join(map(str, P)) + "]", [position()]),
    "js new Uint8Array": ("new Uint8Array([" + ",".join(map(str, P)) + "])", [position()]),
    "python bytearray": (f"bytearray({P!r})", [position()]),
    "python list hex": (str([hex(b) for b in L]), [login()]),
    "python logging bytes": (f"2026-02-01 08:09:10,123 - DEBUG - recv({P!r})", [position()]),
    "python str of bytes in json": (json.dumps({"data": repr(P)}), [position()]),
    "python bytes dbl quoted": (str(b"it's")[:0] + "b\"" + repr(P)[2:-1] + '"', [position()]),
    "python multi-line repr": ("(" + "\n ".join(repr(P[i:i+12]) for i in (0, 12, 24)) + ")", [position()]),
    "pprint str": (f"('{HT[:40]}'\n '{HT[40:]}')", [h02()]),
    "java Arrays.toString": (str(SIGNED), [position()]),
    "java array wrapped": ("\n".join(textwrap.wrap(str(SIGNED), 60)), [position()]),
    "java netty dump": ("         +-------------------------------------------------+\n         |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |\n+--------+-------------------------------------------------+----------------+\n" + rows(L, lambda at, r: f"|{at:08x}| {' '.join(pairs(r)):<47} |{shown(r):<16}|") + "+--------+-------------------------------------------------+----------------+", [login()]),
    "netty logging handler": ("2026-02-01 08:09:10.123 DEBUG 1 --- [nio-1] i.n.h.l.LoggingHandler : [id: 0x1a2b3c4d, L:/198.51.100.2:5023 - R:/203.0.113.7:40312] READ: 18B\n         +-------------------------------------------------+\n         |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |\n+--------+-------------------------------------------------+----------------+\n" + rows(L, lambda at, r: f"|{at:08x}| {' '.join(pairs(r)):<47} |{shown(r):<16}|") + "+--------+-------------------------------------------------+----------------+", [login(5023)]),
    "go hex.Dump": (rows(L, lambda at, r: f"{at:08x}  {' '.join(pairs(r[:8])):<23}  {' '.join(pairs(r[8:])):<23}  |{shown(r)}|"), [login()]),
    "go %q": ('"' + "".join(chr(b) if 32 <= b < 127 and b not in (34, 92) else {13: "\\r", 10: "\\n"}.get(b, f"\\x{b:02x}") for b in P) + '"', [position()]),
    "go []byte{}": ("[]byte{" + ", ".join(hex(b) for b in L) + "}", [login()]),
    "go # v": ("[]uint8{" + ", ".join(f"0x{b:x}" for b in P) + "}", [position()]),
    "rust vec": ("vec![" + ", ".join(map(str, P)) + "]", [position()]),
    "rust debug hex": ("[" + ", ".join(f"{b:x}" for b in P) + "]", [position()]),
    "rust {:#x?}": ("[\n" + "".join(f"    0x{b:x},\n" for b in L) + "]", [login()]),
    "c# new byte[]": ("new byte[] { " + ", ".join("0x" + p for p in pairs(L, True)) + " }", [login()]),
    "php bin2hex var_dump": (f'string(36) "{LX}"', [login()]),
    "php unpack": ("array(1) {\n  [1]=>\n  string(36) \"%s\"\n}" % LX, [login()]),
    "erlang binary": ("<<" + ",".join(map(str, P)) + ">>", [position()]),
    "ruby inspect": ('"' + "".join(chr(b) if 32 <= b < 127 and b not in (34, 92, 35) else {13: "\\r", 10: "\\n", 7: "\\a"}.get(b, f"\\x{b:02X}") for b in P) + '"', [position()]),
    "perl Data::Dumper": ("$VAR1 = '" + HT + "';", [h02()]),
    "sql blob": (f"INSERT INTO raw VALUES (1, X'{LX.upper()}');", [login()]),
    "postgres bytea": (f"\\\\x{LX}", [login()]),
    "postgres bytea row": (f" id |  data\n----+------\n  1 | \\x{LX}\n(1 row)", [login()]),
    "mysql hex": (f"| 5023 | 0x{LX.upper()} |", [login(5023)]),
    "mqtt json b64": (json.dumps({"topic": "gps", "payload": base64.b64encode(L).decode(), "port": 5023}), [login(5023)]),
    "protobuf text": ('data: "' + c_string(P) + '"', [position()]),
    "gdb x/18xb": (rows(L, lambda at, r: f"0x7ffe0000 <buf+{at}>:\t" + "\t".join("0x" + p for p in pairs(r)), 8), [login()]),
    "gdb print": ('$1 = "' + c_string(P) + '"', [position()]),
    "arduino Serial.print HEX": (" ".join(f"{b:X}" for b in P), [position()]),
    "cpp vector": ("std::vector<uint8_t> v{" + ", ".join("0x" + p for p in pairs(L)) + "};", [login()]),
    "printf %02x:": ("len=18 data=" + ":".join(pairs(L)) + ":", [login()]),
    "printf pipe nc": (f"printf '{''.join(chr(92) + 'x' + p for p in pairs(L))}' | nc -w1 demo.example.org 5023", [login(5023)]),
    "echo xxd -r -p": (f"echo {LX} | xxd -r -p | nc demo.example.org 5023", [login(5023)]),
    "echo dev tcp": (f"echo -n '{HT}' > /dev/tcp/198.51.100.2/5013", [h02(5013)]),
    "python socket send": (f's.connect(("demo.example.org", 5023)); s.send(bytes.fromhex("{LX}"))', [login(5023)]),
    "python unhexlify": (f"binascii.unhexlify(b'{LX}')", [login()]),
    "kotlin hexToByteArray": (f'"{LX}".hexToByteArray()', [login()]),
    "json hex array": (json.dumps(["0x" + p for p in pairs(L)]), [login()]),
    "json hex array lines": (json.dumps(["0x" + p for p in pairs(L)], indent=1), [login()]),
    "json bytes object": (json.dumps({str(i): b for i, b in enumerate(P)}), [position()]),
    "xml": (f"<message><port>5023</port><hex>{LX}</hex></message>", [login(5023)]),
    "yaml": (f"port: 5023\nhex: {LX}\n", [login(5023)]),
    "toml": (f'hex = "{LX}"\n', [login()]),
    "data uri": (f"data:application/octet-stream;base64,{base64.b64encode(P).decode()}", [position()]),
    "base64url": (base64.urlsafe_b64encode(P).decode().rstrip("="), [position()]),
    "base64 wrapped": ("\n".join(textwrap.wrap(base64.b64encode(T).decode(), 60)), [teltonika()]),
    "base64 of text": (base64.b64encode(H).decode(), [h02()]),
    "xxd -p": ("\n".join(textwrap.wrap(TX, 60)), [teltonika()]),
    "xxd -u": (rows(T, lambda at, r: f"{at:08x}: {words(r).upper():<39}  {shown(r)}"), [teltonika()]),
    "xxd -e": (rows(P, lambda at, r: f"{at:08x}: " + " ".join(f"{r[i:i+4][::-1].hex():>8}" for i in range(0, len(r), 4)) + "   " + shown(r)), [position()]),
    "od -tx1z": (rows(P, lambda at, r: f"{at:07o}{''.join(f' {b:02x}' for b in r)}{'   '*(16-len(r))}  >{shown(r)}<") + f"{len(P):07o}\n", [position()]),
    "od -An -tx1": (rows(P, lambda at, r: "".join(f" {b:02x}" for b in r)), [position()]),
    "od -t x4": (rows(P, lambda at, r: f"{at:07o}" + "".join(f" {r[i:i+4][::-1].hex()}" for i in range(0, len(r), 4))) + f"{len(P):07o}\n", [position()]),
    "hexdump -C in table": ("\n".join("| " + r.replace("|", "\\|") + " |" for r in hexdump_c(P).splitlines()), [position()]),
    "hexdump -C lost end bars": ("\n".join(r.partition("|")[0].rstrip() for r in hexdump_c(P).splitlines()), [position()]),
    "hexdump -C quoted": ("\n".join("> " + r for r in hexdump_c(P).splitlines()), [position()]),
    "hexdump -C single blanks": (re.sub(" +", " ", hexdump_c(P)), [position()]),
    "xxd single blanks": (re.sub(" +", " ", xxd(T)), [teltonika()]),
    "xxd indented": (textwrap.indent(xxd(T), "    "), [teltonika()]),
    "xxd cut right": ("\n".join(r[:50] for r in xxd(T).splitlines()), [teltonika()]),
    "busybox hexdump": (hexdump(P).replace("000", "000"), [position()]),
    "HxD copy": ("Offset(h) 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n\n" + rows(L, lambda at, r: f"{at:08X}  {' '.join(pairs(r, True)):<47}  {shown(r)}"), [login()]),
    "010 editor": (rows(L, lambda at, r: f"{at:04X}h: {' '.join(pairs(r, True)):<47}  {shown(r)}"), [login()]),
    "totalcmd lister": (rows(L, lambda at, r: f"{at:08X}: {' '.join(pairs(r[:8], True))} | {' '.join(pairs(r[8:], True))} | {shown(r)}" if len(r) > 8 else f"{at:08X}: {' '.join(pairs(r, True))} | {shown(r)}"), [login()]),
    # phones
    "autocorrect capital": ("7" + LX[1:].capitalize(), [login()]),
    "full-width digits": ("".join(chr(ord(c) + 0xFEE0) for c in LX), [login()]),
    "full-width blanks": ("\u3000".join(pairs(L)), [login()]),
    "cyrillic lookalikes": (LX.replace("a", "\u0430").replace("c", "\u0441").replace("e", "\u0435"), [login()]),
    "cyrillic upper lookalikes": (LX.upper().replace("A", "\u0410").replace("C", "\u0421").replace("E", "\u0415").replace("B", "\u0412"), [login()]),
    "cyrillic in text": (HT.replace("A", "\u0410").replace("E", "\u0415").replace("H", "\u041d"), [h02()]),
    "greek lookalikes": (LX.upper().replace("A", "\u0391").replace("E", "\u0395").replace("B", "\u0392"), [login()]),
    "arabic-indic digits": ("".join(chr(0x660 + int(c)) if c.isdigit() else c for c in LX), [login()]),
    "persian digits text": ("".join(chr(0x6F0 + int(c)) if c.isdigit() else c for c in HT), [h02()]),
    "devanagari digits": ("".join(chr(0x966 + int(c)) if c.isdigit() else c for c in LX), [login()]),
    "bold math digits": ("".join(chr(0x1D7F6 + int(c)) if c.isdigit() else c for c in LX), [login()]),
    "zero-width between groups": ("\u200b".join(textwrap.wrap(LX, 8)), [login()]),
    "word joiner + bom": ("\ufeff" + "\u2060".join(textwrap.wrap(LX, 8)) + "\u200e", [login()]),
    "rtl marks": ("\u200f\u202b" + LX + "\u202c", [login()]),
    "isolates": ("\u2068" + LX + "\u2069 \u2066port 5023\u2069", [login(5023)]),
    "emoji around": (f"👉 {LX} 👈", [login()]),
    "emoji text": (f"🙏 {HT} 🙏", [h02()]),
    "thin spaces": ("\u2009".join(textwrap.wrap(LX, 4)), [login()]),
    "smart quotes single": (f"\u2018{HT}\u2019", [h02()]),
    "low quotes german": (f"\u201e{LX}\u201c", [login()]),
    "guillemets": (f"\u00ab {LX} \u00bb", [login()]),
    "dots to ellipsis cut": (LX[:30] + "\u2026", [cut()]),
    "sentence capital & full stop": (f"{LX.capitalize()}.", [login()]),
    "double space to stop": (f"Hello. {HT}. Thanks", [h02()]),
    "smart dash in h02 osmand": (f"GET /?id={IMEI}&timestamp={WHEN_UNIX}&lat=\u221233.45&lon=\u221270.66 HTTP/1.1", [("osmand", "5055", IMEI, "-33.45")]),
    "html entity hex": ("".join(f"&#x{ord(c):x};" for c in HT), [h02()]),
    "smart hash": (HT.replace("#", "\uff03"), [h02()]),
    "asterisk as operator": (HT.replace("*", "\u2217"), [h02()]),
    "escaped markdown": (HT.replace("*", "\\*").replace("#", "\\#"), [h02()]),
    "escaped markdown brackets": (WATCH.replace("[", "\\[").replace("]", "\\]").replace("*", "\\*"), [watch()]),
    "spaces after commas text": (GPS103.replace(",", ", "), [gps103()]),
    # OCR
    "ocr O o l I": (" ".join(pairs(L, True)).replace("0", "O", 5).replace("1", "I", 3), [login()]),
    "ocr blanks lost": ("".join(x + (" " if i % 3 else "") for i, x in enumerate(pairs(L, True))), [login()]),
    "ocr in log": (f"2O26-O2-O1 O8:O9:1O INFO: [T1a2b3c4d: gt06 < 203.0.113.7] {LX}", [login(5023)]),
    "ocr log curly": (f"2026-02-01 08:09:10 INFO: [T1a2b3c4d: gt06 ‹ 203.0.113.7] {LX}", [login(5023)]),
    "ocr semicolon times": (f"2026-02-01 08;09;10 INFO: [T1a2b3c4d: gt06 < 203.0.113.7] {LX}", [login(5023)]),
    # markdown tables
    "md table hex": (f"| # | HEX |\n|---|---|\n| 1 | `{LX}` |\n| 2 | `{PX}` |", [login(), position(None, IMEI)]),
    "md table port": (f"| port | HEX |\n|---|---|\n| 5001 | {LX} |", [login(5001)]),
    "excel tab": (f"2026-02-01 08:09:10\t5023\t{LX}", [login(5023)]),
    "excel csv semicolon": (f"2026-02-01 08:09:10;5023;{LX}", [login(5023)]),
    "excel csv german": (f'"01.02.2026 08:09";"203.0.113.7";"{LX}"', [login()]),
    # other protocols in dresses
    "watch whatsapp": (f"27/11/2026, 10:20 - Bob: {WATCH}", [watch()]),
    "gps103 quoted": (f"> {GPS103}\n", [gps103()]),
    "gps103 log wrapped": (f"{LOG.replace('gt06','gps103')}\n{GPS103}", [gps103(5001)]),
    "gl200 html": (f"<p>{GL200}</p>", [gl200()]),
    "gl200 markdown": (f"`{GL200}`", [gl200()]),
    "jt808 spaced": (" ".join(textwrap.wrap(JT808, 2)), [jt808()]),
    "jt808 log": (f"{LOG.replace('gt06','huabao')}{JT808}", [jt808(5015)]),
    "tk103 log html": (html.escape(f"{LOG.replace('gt06','tk103')}{TK103}"), [tk103(5002)]),
    # nothing
    "uuid": ("device 550e8400-e29b-41d4-a716-446655440000 not shown", []),
    "sha256": ("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", []),
    "git hash": ("commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", []),
    "phone number": ("call +36 1 234 5678 or 0036-1-234-5678", []),
    "stack trace": ("java.net.BindException: Address already in use\n\tat sun.nio.ch.Net.bind0(Native Method)\n", []),
    "numbered rows of a dump": ("\n".join(f"{i}. {row}" for i, row in enumerate(xxd(T).splitlines(), 1)), [teltonika()]),
    "grep -n of a dump": ("\n".join(f"{i}:{row}" for i, row in enumerate(xxd(T).splitlines(), 9)), [teltonika()]),
    "numbers with colons": (f"1: {LX}\n2: {PX}", [login(), position(None, IMEI)]),
    "an opened list of numbers": ("\n".join(f"{i}: {byte}" for i, byte in enumerate(P)), [position()]),
    "HEX with its mark behind": (LX + "h", [login()]),
    "quoted-printable, all of it": (
        "Content-Transfer-Encoding: quoted-printable\n\n" + (LOG + PX).replace("<", "=3C"),
        [position(5023)],
    ),
    "a blank behind the id": (URL.replace("&timestamp", "%20&timestamp"), [osmand(5055)[:2] + ("the blank is a part of it",)]),
}


def wrapped(w):
    old = f"2017-06-20 22:18:17 DEBUG: [3FC38EE1: 5001 < 192.0.2.7] HEX: {PX}"
    return {
        f"log wrapped {w} words": ("\n".join(textwrap.wrap(LOG + TX, w)), [teltonika(5023)]),
        f"log wrapped {w} hard": ("\n".join((LOG + TX)[i:i+w] for i in range(0, len(LOG+TX), w)), [teltonika(5023)]),
        f"log h02 wrapped {w} hard": ("\n".join((LOG_H02 + HT)[i:i+w] for i in range(0, len(LOG_H02+HT), w)), [h02(5013)]),
        f"log h02 wrapped {w} words": ("\n".join(textwrap.wrap(LOG_H02 + HT, w)), [h02(5013)]),
        f"two logs wrapped {w}": ("\n".join(l[i:i+w] for l in (LOG+LX, LATER+PX) for i in range(0, len(l), w)), BOTH),
        f"old log wrapped {w}": ("\n".join(old[i:i+w] for i in range(0, len(old), w)), [position(5001)]),
        f"old2 log wrapped {w}": ("\n".join(textwrap.wrap(f"2013-05-25 14:26:36 org.traccar.BasePipelineFactory$StandardLoggingHandler.log FINE: [5001 <- 192.0.2.7] - (HEX: {PX})", w)), [position(5001)]),
        f"osmand wrapped {w}": ("\n".join(URL[i:i+w] for i in range(0, len(URL), w)), [osmand(5055)]),
        f"gl200 wrapped {w}": ("\n".join(GL200[i:i+w] for i in range(0, len(GL200), w)), [gl200()]),
        f"h02 quoted wrapped {w}": ("\n".join("> " + (LOG_H02 + HT)[i:i+w] for i in range(0, len(LOG_H02+HT), w)), [h02(5013)]),
        f"hex indented wrapped {w}": ("HEX:\n" + "\n".join("    " + TX[i:i+w] for i in range(0, len(TX), w)), [teltonika()]),
    }


# lines of nothing but HEX: a record each, unless --paste says that they are one
PURE = ("xxd -p", "od -An -tx1", "an opened list of numbers")

for width in (60, 72, 80):
    TABLE.update(wrapped(width))


class Posted(TestCase):
    maxDiff = None

    def test_the_four_parts_of_every_paste(self):
        for name, (text, wanted) in TABLE.items():
            with self.subTest(name):
                found = answers(hexwatch("identify", "--paste", "--traccar", "none", given=text.encode()).out)
                self.assertEqual(len(found), len(wanted), text)
                for one, parts in zip(found, wanted):
                    for part, words_ in zip(("protocol", "port", "id", "fix"), parts):
                        self.assertIn(words_, one.get(part, ""), text)

    def test_the_same_without_an_option(self):
        for name, (text, wanted) in TABLE.items():
            if name in PURE:
                continue
            with self.subTest(name):
                done = hexwatch("identify", "--format", "json", "--traccar", "none", given=text.encode())
                protocols = [record["candidates"][0] for record in done.of("identity")]
                self.assertEqual(protocols, [parts[0].split()[0].rstrip(",") for parts in wanted], done.out)

    def test_letters_that_were_taken_for_others_are_told(self):
        text = LX.replace("a", "\u0430").replace("c", "\u0441")
        out = hexwatch("identify", "--traccar", "none", given=text.encode()).out
        self.assertIn("2 characters of another alphabet in the paste read as Latin", out)

    def test_a_name_in_another_alphabet_stays_one(self):
        device = "\u0421\u0430\u0440\u0430"
        text = f"http://demo.example.org:5055/?id={device}&lat={LAT}&lon={LON}&timestamp={WHEN_UNIX}\n"
        out = hexwatch("identify", "--traccar", "none", given=text.encode()).out
        self.assertIn(rf"register \xd0\xa1\xd0\xb0\xd1\x80\xd0\xb0 ({device})", out)
        self.assertNotIn("read as Latin", out)

    def test_marks_of_direction_in_a_name_stay_escaped(self):
        for mark in ("\u202e", "\u2067", "\u200f", "\u0301", "\u00a0", "\ufeff"):
            with self.subTest(mark.encode()):
                name = urllib.parse.quote("\u0416" + mark)
                address = f"/?id={name}&lat={LAT}&lon={LON}&timestamp={WHEN_UNIX}"
                request = f"GET {address} HTTP/1.1\r\nHost: x\r\n\r\n"
                out = hexwatch("identify", "--paste", "--traccar", "none", given=request.encode().hex().encode()).out
                self.assertIn(r"register \xd0\x96\x", out)
                self.assertNotIn("\u0416", out)

    def test_lines_keep_their_numbers(self):
        text = quoted_printable(LOG + PX + "\n" + LATER + LX + "\n")
        self.assertEqual(text.count("\n"), 4)
        done = hexwatch("identify", "--format", "json", "--traccar", "none", given=text.encode())
        self.assertEqual([record["line"] for record in done.of("identity")], [1, 3])

    def test_what_a_spreadsheet_spoiled(self):
        done = hexwatch("identify", "--traccar", "none", given=b"1.23457E+14\n")
        self.assertIn("a spreadsheet has rounded this number", done.out + done.errors)


if __name__ == "__main__":
    unittest.main()
