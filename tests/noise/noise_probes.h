/* SPDX-License-Identifier: Apache-2.0 */
/* What scanners and lost clients send, and what only looks like it. For test_noise. */
#ifndef TESTS_NOISE_NOISE_PROBES_H
#define TESTS_NOISE_NOISE_PROBES_H

#include <stdbool.h>
#include <stddef.h>

struct probe {
    const char *kind; /* NULL: a near miss */
    const char *bytes;
    size_t length;
    bool whole; /* can only be judged when it is complete */
};

#define PROBE(kind, text)                       \
    {                                           \
        (kind), (text), sizeof(text) - 1, false \
    }
#define DATAGRAM(kind, text)                   \
    {                                          \
        (kind), (text), sizeof(text) - 1, true \
    }
#define MISS(text) PROBE(NULL, text)
#define MISS_WHOLE(text) DATAGRAM(NULL, text) /* but its start is none */
#define ZEROS_8 "\0\0\0\0\0\0\0\0"
#define ZEROS_23 ZEROS_8 ZEROS_8 "\0\0\0\0\0\0\0"

static const struct probe probes[] = {
    PROBE("http", "GET / HTTP/1.0\r\n\r\n"),
    PROBE("http", "GET /\r\n\r\n"),
    PROBE("http", "POST /boaform HTTP/1.1\r\nContent-Length: 3\r\n\r\na=b"),
    PROBE("http", "M-SEARCH * HTTP/1.1\r\nMan: \"ssdp:discover\"\r\n\r\n"),
    PROBE("http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    PROBE("rtsp", "OPTIONS / RTSP/1.0\r\n\r\n"),
    PROBE("sip", "OPTIONS sip:nm SIP/2.0\r\nVia: SIP/2.0/TCP nm\r\n\r\n"),
    PROBE("sip", "REGISTER sip:pbx.example SIP/2.0\r\n\r\n"),
    PROBE("tls", "\x16\x03\x01\0\x30\x01\0\0\x2c\x03\x03" ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8
                 "\0\0\x02\0\x2f\x01\0\0\1\0"),
    PROBE("tls", "\x15\x03\x01\0\x02\x02\x28"),
    PROBE("tls", "\x17\x03\x03\0\x04\1\2\3\4\x15\x03\x03\0\x02\1\0"),
    PROBE("tls", "\x80\x1c\x01\x03\x01\0\x03\0\0\0\x10\0\0\x2f" ZEROS_8 ZEROS_8),
    PROBE("tls", "\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x10\1"),
    PROBE("ssh", "SSH-2.0-scan\r\n"),
    PROBE("rdp", "\3\0\0\x0b\6\xe0\0\0\0\0\0"),
    PROBE("rdp", "\3\0\0\x23\x1e\xe0\0\0\0\0\0Cookie: mstshash=alice\r\n"),
    PROBE("rdp", "\3\0\0\x13\x0e\xe0\0\0\0\0\0\1\0\x08\0\3\0\0\0"),
    PROBE("smb", "\0\0\0\x0c\xffSMB\x72\0\0\0\0\x18\1\x28"),
    PROBE("smb", "\0\0\0\x0c\xfeSMB\x40\0\0\0\0\0\0\0"),
    PROBE("socks", "\4\1\0\x50\x7f\0\0\1root\0"),
    PROBE("socks", "\4\1\0\x50\0\0\0\1\0a.example\0"),
    PROBE("socks", "\5\1\0"),
    PROBE("socks", "\5\4\0\1\2\x80\5\1\0\3\x09"
                   "a.example\0\x50"),
    PROBE("redis", "*1\r\n$4\r\nPING\r\n"),
    PROBE("redis", "INFO\r\n"),
    PROBE("memcached", "stats\r\n"),
    PROBE("mqtt", "\x10\x10\0\4MQTT\4\2\0\x3c\0\4scan"),
    PROBE("mqtt", "\x10\x10\0\6MQIsdp\3\2\0\x3c\0\2me"),
    PROBE("smtp", "EHLO mail.example\r\n"),
    PROBE("smtp", "EHLO\r\n"),
    PROBE("smtp", "220 mail.example ESMTP\r\n"),
    PROBE("ftp", "220 FTP ready\r\n"),
    PROBE("ftp", "USER anonymous\r\n"),
    PROBE("telnet", "\xff\xfb\x1f\xff\xfd\x18\xff\xfa\x18\1\xff\xf0"),
    PROBE("adb", "000chost:version"),
    PROBE("adb", "CNXN\1\0\0\1\0\0\x10\0"),
    PROBE("asterisk", "Action: Login\r\nUsername: me\r\n\r\n"),
    PROBE("dns", "\0\x1e\x12\x34\1\0\0\1\0\0\0\0\0\0\7version\4bind\0\0\x10\0\3"),
    DATAGRAM("dns", "\x12\x34\1\0\0\1\0\0\0\0\0\0\7example\0\0\1\0\1"),
    DATAGRAM("dns", "\x12\x34\1\x20\0\1\0\0\0\0\0\1\1a\0\0\1\0\1\0\0\x29\x10\0\0\0\0\0\0\0"),
    DATAGRAM("ntp", "\x1b\0\0\0" ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 "\1\2\3\4"),
    PROBE("ntp", "\x17\0\3\x2a\0\0\0\0"),
    PROBE("snmp",
          "\x30\x26\2\1\1\4\6public\xa0\x19\2\1\1\2\1\0\2\1\0\x30\x0e\x30\x0c\6\x08\x2b\6\1\2\1\1\1\0\5\0"),
    PROBE("ldap", "\x30\x0c\2\1\1\x60\7\2\1\2\4\0\x80\0"),
    PROBE("stun", "\0\1\0\0\x21\x12\xa4\x42" ZEROS_8 "\1\2\3\4"),
    PROBE("vnc", "RFB 003.008\n"),
    PROBE("postgresql", "\0\0\0\x08\4\xd2\x16\x2f"),
    PROBE("postgresql", "\0\0\0\x14\0\3\0\0user\0alice\0\0"),
    PROBE("mysql", "\x29\0\0\1\x85\xa6\0\0\0\0\0\1\x08" ZEROS_23 "alice\0\0\0\0"),
    PROBE("mongodb", "\x3a\0\0\0\1\0\0\0\0\0\0\0\xd4\7\0\0\0\0\0\0"
                     "admin.$cmd\0\0\0\0\0\1\0\0\0"
                     "\x13\0\0\0\x10ismaster\0\1\0\0\0\0"),
    PROBE("bittorrent", "\x13"
                        "BitTorrent protocol" ZEROS_8),
    PROBE("x11", "l\0\x0b\0\0\0\0\0\0\0\0\0"),
    PROBE("java-rmi", "JRMI\0\2K"),
    PROBE("ajp", "\x12\x34\0\1\x0a"),
    PROBE("rpc", "\x80\0\0\x28\1\2\3\4\0\0\0\0\0\0\0\2\0\1\x86\xa0\0\0\0\2" ZEROS_8 ZEROS_8 "\0\0\0\0"),
    PROBE("proxy", "PROXY TCP4 192.0.2.1 192.0.2.2 4000 5023\r\n"),
    PROBE("proxy", "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\x0f\xa0\x13\x9f"),
    PROBE("scanner", "\r\n\r\n"),
    PROBE("scanner", "help\r\n"),
    PROBE("scanner", "MGLNDD_192.0.2.1_5023\n"),
    PROBE("scanner", "\1default\n"),
    PROBE("empty", "\r\n"),
    PROBE("empty", "\0\0\0\0\0"),
    PROBE("one-byte", "x"),
};

/* a byte, a length or a word away from it; and texts that trackers might send */
static const struct probe misses[] = {
    MISS("GETX,123456789012345,A;"),
    MISS("POST,1,2\r\n"),
    MISS("OPTIONS:1\r\n"),
    MISS("GET a b HTTX/1.1\r\n\r\n"),
    MISS("\x16\x05\x01\0\x02\1\2"),
    MISS_WHOLE("\x17\x03\x03\0\x04\1\2\3\4\x55"),
    MISS("\x16\x03\x01\xff\xff\1\2\3"),
    MISS("SSH,1\r\n"),
    MISS("\3\0\0\x0b\5\xe0\0\0\0\0\0"),
    MISS("\3\0\0\x0b\6\xe0\0\0\0\0"),
    MISS("\0\0\0\x0c\xffSMX\x72\0\0\0"),
    MISS("\5\1\0\0"),
    MISS("\5\3\0\1"),
    MISS("\5\1\x42"),
    MISS("\4\1\0\x50\x7f\0\0\1root"),
    MISS("\4\1\0\x50\x7f\0\0\1ro\1t\0"),
    MISS("*HQ,123456789012345,V1#"),
    MISS("*1,2\r\n$3\r\n"),
    MISS("INFO,123456789012345\r\n"),
    MISS("PINGA\r\n"),
    MISS("\x10\x10\0\4MQTX\4\2\0\x3c\0\4scan"),
    MISS("220 123456789012345\r\n"),
    MISS("\xff\xfb\x77\xff\xfd\x18"),
    MISS("000dhost:version"),
    MISS("0123456789012345"),
    MISS("\0\x1f\x12\x34\1\0\0\1\0\0\0\0\0\0\7version\4bind\0\0\x10\0\3"),
    MISS("\0\x1e\x12\x34\x81\0\0\1\0\0\0\0\0\0\7version\4bind\0\0\x10\0\3"),
    MISS("\x1b\0\0\0" ZEROS_8 ZEROS_8 "\1" ZEROS_8 ZEROS_8 ZEROS_8 "\2\3\4"),
    MISS("\x30\x0d\2\1\1\x60\7\2\1\2\4\0\x80\0"),
    MISS("\x30\x0c\2\1\1\x61\7\2\1\2\4\0\x80\0"),
    MISS("\0\1\0\0\x21\x12\xa4\x43" ZEROS_8 "\1\2\3\4"),
    MISS("\x2a\0\0\1\x85\xa6\0\0\0\0\0\1\x08" ZEROS_23 "alice\0\0\0\0"),
    MISS_WHOLE("PROXY TCP4 192.0.2.1 192.0.2.2 4000 5023\r\n##,imei:123456789012345,A;"),
    MISS("helpme\r\n"),
    MISS("\x7f"),
    MISS("\xff"),
    MISS("78781101"),
};

#endif
