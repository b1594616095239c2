/* SPDX-License-Identifier: Apache-2.0 */
/* How other protocols begin: what a client sends first, or a server, in databases, remote desktops, tunnels, games, voice, mail,
 * industry and homes. Written from their public descriptions. For test_nobody. */
#ifndef TESTS_VERDICT_GREETINGS_H
#define TESTS_VERDICT_GREETINGS_H

#include <stddef.h>

struct greeting {
    const char *name, *bytes;
    size_t length;
};

#define GREETING(name, text)             \
    {                                    \
        (name), (text), sizeof(text) - 1 \
    }
#define Z4 "\0\0\0\0"
#define Z8 Z4 Z4
#define Z16 Z8 Z8

static const struct greeting greetings[] = {
    /* remote shells, desktops, tools */
    GREETING("ssh", "SSH-2.0-OpenSSH_9.2p1\r\n"),
    GREETING(
        "telnet",
        "\xff\xfd\x03\xff\xfb\x18\xff\xfb\x1f\xff\xfb\x20\xff\xfb\x21\xff\xfb\x22\xff\xfb\x27\xff\xfd\x05"),
    GREETING("rdp", "\3\0\0\x2f\x2a\xe0" Z4 "\0Cookie: mstshash=operator\r\n\1\0\x08\0\3\0\0\0"),
    GREETING("rdp-reply", "\3\0\0\x13\x0e\xd0\0\0\x12\x34\0\2\x1f\x08\0\2\0\0\0"),
    GREETING("vnc", "RFB 003.008\n"),
    GREETING("radmin", "\1\0\0\0\1\0\0\0\x08\x08"),
    GREETING("radmin3", "\1\0\0\0\5\0\0\2\x27\x27\2\0\0\0"),
    GREETING("teamviewer", "\x17\x24\x10\x04\0\0\x08\0\0\0\0\x80\x13\x88\x13\x80\x05"),
    GREETING("anydesk-like", "\x16\3\1\0\xa5\1\0\0\xa1\3\3" Z16 Z16),
    GREETING("spice", "REDQ\2\0\0\0\2\0\0\0\x1a" Z8),
    GREETING("x11", "l\0\x0b\0\0\0\0\0\0\0\0\0"),
    GREETING("xdmcp", "\0\1\0\2\0\1\0"),
    GREETING("ica", "\x7f\x7fICA\0"),
    GREETING("pcanywhere", "NQ"),
    GREETING("dameware",
             "\x30\x11\0\0\0\0\0\0\xc3\xf5\x28\x5c\x8f\xc2\x0d\x40" Z16 "\0\0\0\0\1\0\0\0\6\0\0\0"),
    GREETING("adb", "CNXN\0\0\0\1\0\x10\0\0\7\0\0\0\x32\2\0\0\xbc\xb1\xa7\xb1host::\0"),
    GREETING("rlogin", "\0root\0root\0vt100/9600\0"),
    GREETING("rsh", "1023\0root\0root\0id\0"),
    GREETING("finger", "root\r\n"),
    GREETING("ident", "113, 40000\r\n"),
    /* web and proxies */
    GREETING("http", "GET /manager/html HTTP/1.1\r\nHost: 192.0.2.1:5001\r\nUser-Agent: Mozilla/5.0\r\n\r\n"),
    GREETING("http-post", "POST /cgi-bin/login.cgi HTTP/1.1\r\nHost: x\r\nContent-Length: "
                          "27\r\n\r\nusername=admin&password=abc"),
    GREETING("http-head", "HEAD / HTTP/1.0\r\n\r\n"),
    GREETING("http-connect", "CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com:443\r\n\r\n"),
    GREETING("http-answer", "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n"),
    GREETING("http-json", "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: "
                          "application/json\r\nContent-Length: 33\r\n\r\n"
                          "{\"username\":\"a\",\"password\":\"bcdef\"}"),
    GREETING("websocket", "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"),
    GREETING("http2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\4\0\0\0\0\0"),
    GREETING("tls12", "\x16\3\1\0\x45\1\0\0\x41\3\3" Z16 Z16 "\0\0\x1a\xc0\x2f\xc0\x2b\xc0\x11\xc0\7"),
    GREETING("dtls", "\x16\xfe\xfd" Z8 "\0\x54\1\0\0\x48\0\0" Z4 "\0\x48\xfe\xfd" Z16),
    GREETING("quic", "\xc0\0\0\0\1\x08\1\2\3\4\5\6\7\x08\0\0\x44\xd0" Z16 Z16 Z16),
    GREETING("socks4", "\4\1\0\x50\xc0\0\2\1\0"),
    GREETING("socks5", "\5\2\0\2"),
    GREETING("proxy-protocol", "PROXY TCP4 192.0.2.1 192.0.2.9 51000 5023\r\n"),
    GREETING("ajp13", "\x12\x34\0\x12\2\2\0\x08HTTP/1.1\0\0\1/\0"),
    GREETING("fastcgi", "\1\1\0\1\0\x08\0\0\0\1\0\0" Z4),
    GREETING("scgi", "70:CONTENT_LENGTH\00027\0SCGI\0001\0REQUEST_METHOD\0POST\0,"),
    GREETING("uwsgi", "\0\x2d\0\0\x0eREQUEST_METHOD\3\0GET"),
    GREETING("rtsp", "DESCRIBE rtsp://192.0.2.1/live RTSP/1.0\r\nCSeq: 1\r\n\r\n"),
    GREETING("rtmp", "\3\0\0\0\0\0\0\0\0" Z16 Z16),
    GREETING("icy", "ICY 200 OK\r\nicy-name:x\r\n\r\n"),
    /* mail, news, chat */
    GREETING("smtp", "EHLO mail.example.com\r\n"),
    GREETING("smtp-banner", "220 mail.example.com ESMTP Postfix\r\n"),
    GREETING("pop3", "+OK POP3 ready\r\n"),
    GREETING("pop3-capa", "CAPA\r\n"),
    GREETING("imap", "* OK [CAPABILITY IMAP4rev1] ready\r\n"),
    GREETING("imap-login", "a001 LOGIN user pass\r\n"),
    GREETING("nntp", "200 news.example.com ready\r\n"),
    GREETING("irc", "NICK guest\r\nUSER guest 0 * :guest\r\n"),
    GREETING("xmpp",
             "<?xml version='1.0'?><stream:stream to='example.com' xmlns='jabber:client' version='1.0'>"),
    GREETING("managesieve", "\"IMPLEMENTATION\" \"Dovecot\"\r\n"),
    GREETING("ftp", "220 (vsFTPd 3.0.3)\r\n"),
    GREETING("ftp-user", "USER anonymous\r\n"),
    GREETING("tftp", "\0\1config.txt\0octet\0"),
    GREETING("rsync", "@RSYNCD: 31.0\n"),
    GREETING("git", "0032git-upload-pack /project.git\0host=example.com\0"),
    GREETING("svn", "( success ( 2 2 ( ) ( edit-pipeline svndiff1 ) ) ) "),
    GREETING("cvs", "BEGIN AUTH REQUEST\n/cvsroot\nanonymous\nA\nEND AUTH REQUEST\n"),
    /* files and directories */
    GREETING("smb1",
             "\0\0\0\x2f\xffSMB\x72\0\0\0\0\x18\1\x28" Z8 Z4 "\xff\xff\0\0\0\0\0\0\0\x0c\0\2NT LM 0.12\0"),
    GREETING("smb2", "\0\0\0\x66\xfeSMB\x40\0\1\0\0\0\0\0\0\0\x1f\0" Z16 Z16 Z8),
    GREETING("netbios",
             "\x81\0\0\x44\x20 CKFDENECFDEFFCFGEFFCCACACACACACA\0\x20 CACACACACACACACACACACACACACACACA\0"),
    GREETING("nfs-rpc", "\x80\0\0\x28\x12\x34\x56\x78\0\0\0\0\0\0\0\2\0\1\x86\xa3\0\0\0\3" Z16 Z4),
    GREETING("nfs-null", "\x98\x6e\x32\x2e" Z8 "\0\0\0\2\0\1\x86\xa3\0\0\0\3" Z16 Z4),
    GREETING("nfs-null-odd", "\x58\x92\x2e\xb6" Z8 "\0\0\0\2\0\1\x86\xa3\0\0\0\3" Z16 Z4),
    GREETING("portmap", "\x12\x34\x56\x78\0\0\0\0\0\0\0\2\0\1\x86\xa0\0\0\0\2\0\0\0\4" Z16),
    GREETING("afp", "\0\3\0\1" Z4 "\0\0\0\2\0\0\0\0\x0f\0"),
    GREETING("iscsi", "\x43\x87" Z8 Z16 Z16 Z4),
    GREETING("ldap", "\x30\x0c\2\1\1\x60\7\2\1\3\4\0\x80\0"),
    GREETING("kerberos", "\0\0\0\x71\x6a\x81\x6e\x30\x81\x6b\xa1\3\2\1\5\xa2\3\2\1\x0a"),
    GREETING("dcerpc", "\5\0\x0b\3\x10\0\0\0\x48\0\0\0\1\0\0\0\xb8\x10\xb8\x10\0\0\0\0\1\0\0\0"),
    /* databases, caches, queues */
    GREETING("mysql-server", "\x4a\0\0\0\x0a\x38\x2e\x30\x2e\x33\x36\0\x0b\0\0\0\1\2\3\4\5\6\7\x08\0\xff\xff"
                             "\xff\2\0\xff\xdf\x15" Z8),
    GREETING("mysql-client", "\x29\0\0\1\x85\xa6\0\0\0\0\0\1\x08" Z16 "\0\0\0\0\0\0\0alice\0\0\0\0"),
    GREETING("postgresql", "\0\0\0\x26\0\3\0\0user\0postgres\0database\0postgres\0\0"),
    GREETING("postgresql-ssl", "\0\0\0\x08\4\xd2\x16\x2f"),
    GREETING("mssql", "\x12\1\0\x2f\0\0\1\0\0\0\x1a\0\6\1\0\x20\0\1\2\0\x21\0\1\3\0\x22\0\4\4\0\x26\0\1\xff"
                      "\x11\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    GREETING("oracle", "\0\x5a\0\0\1\0\0\0\1\x36\1\x2c\0\0\x08\0\x7f\xff\x7f\x08\0\0\0\1\0\x20\0\x3a\0\0\0\0("
                       "CONNECT_DATA=(COMMAND=version))"),
    GREETING("db2", "\1\xc2\0\0\0\4\0\0\xb6\1\0\0SQLDB2RA\0\1\0\0\4\1\1\0\5\0\x1d"),
    GREETING("firebird", "\0\0\0\1\0\0\0\x13\0\0\0\2\0\0\0\x24\0\0\0\x0bservice_mgr\0\0\0\0\2"),
    GREETING("mongodb", "\x3f\0\0\0\1\0\0\0\0\0\0\0\xd4\7\0\0\0\0\0\0admin.$"
                        "cmd\0\0\0\0\0\xff\xff\xff\xff\x18\0\0\0\x10isMaster\0\1\0\0\0\0"),
    GREETING("mongodb-msg", "\x33\0\0\0\2\0\0\0\0\0\0\0\xdd\7\0\0\0\0\0\0\0\x1e\0\0\0\x10hello\0\1\0\0\0\2$"
                            "db\0\6\0\0\0admin\0\0"),
    GREETING("redis", "*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n"),
    GREETING("memcached", "stats\r\n"),
    GREETING("memcached-binary", "\x80\x0b\0\0" Z8 Z8 Z4),
    GREETING("memcached-quit-answer", "\x81\7\0\0" Z8 "\x7d\x52\xff\x2c" Z8),
    GREETING("cassandra", "\4\0\0\0\1\0\0\0\x16\0\1\0\x0b"
                          "CQL_VERSION\0\5"
                          "3.0.0"),
    GREETING("elasticsearch", "ES\0\0\0\x2f\0\0\0\0\0\0\0\1\x08\0\x5b\x8d\x80"),
    GREETING("couchdb", "GET /_all_dbs HTTP/1.1\r\nHost: x\r\n\r\n"),
    GREETING("influxdb", "cpu,host=a usage=12.5 1769933350000000000\n"),
    GREETING("graphite", "servers.a.load 0.53 1769933350\n"),
    GREETING("statsd", "api.requests:1|c\n"),
    GREETING("zookeeper", "ruok"),
    GREETING("kafka", "\0\0\0\x18\0\x12\0\0\0\0\0\1\0\x0e"
                      "admin-client-1"),
    GREETING("amqp", "AMQP\0\0\x09\1"),
    GREETING("mqtt", "\x10\x1a\0\4MQTT\4\2\0\x3c\0\x0esmart-plug-001"),
    GREETING("stomp", "CONNECT\naccept-version:1.2\nhost:x\n\n\0"),
    GREETING("nats",
             "INFO {\"server_id\":\"A\",\"version\":\"2.9.0\",\"host\":\"0.0.0.0\",\"port\":4222}\r\n"),
    GREETING("gearman", "\0REQ\0\0\0\x0b\0\0\0\0"),
    GREETING("beanstalk", "stats-tube default\r\n"),
    GREETING("syslog", "<34>1 2026-02-01T08:09:10Z host app 111 ID47 - message\n"),
    GREETING("syslog-old", "<34>Feb  1 08:09:10 host su: failed\n"),
    GREETING("gelf", "{\"version\":\"1.1\",\"host\":\"a\",\"short_message\":\"x\",\"timestamp\":1769933350,"
                     "\"level\":1}\0"),
    GREETING("logstash", "2W\0\0\0\x0a"
                         "2C\0\0\0\x10\x78\x9c" Z8),
    GREETING("zabbix", "ZBXD\1\x0d\0\0\0\0\0\0\0agent.version"),
    GREETING("nrpe", "\0\2\0\1\x12\x34\x56\x78\0\0_NRPE_CHECK\0" Z16),
    GREETING("munin", "# munin node at host.example.com\n"),
    GREETING(
        "snmp",
        "\x30\x26\2\1\1\4\6public\xa0\x19\2\1\1\2\1\0\2\1\0\x30\x0e\x30\x0c\6\x08\x2b\6\1\2\1\1\1\0\5\0"),
    GREETING("snmp3", "\x30\x3a\2\1\3\x30\x0f\2\2\x4a\x69\2\3\0\xff\xe3\4\1\4\2\1\3\4\x10\x30\x0e\4\0\2\1\0\2"
                      "\1\0\4\0\4\0\4\0\x30\x12"),
    GREETING("netflow9",
             "\0\x09\0\1\0\0\x12\x34\x69\x7f\x0a\x66\0\0\0\1\0\0\0\0\0\0\0\x10\1\0\0\2\0\x08\0\4\0\x0c\0\4"),
    GREETING("sflow", "\0\0\0\5\0\0\0\1\xc0\0\2\1\0\0\0\0\0\0\0\1\0\0\x10\0\0\0\0\1"),
    GREETING("ipmi", "\6\0\xff\7\0\0\0\0\0\0\0\0\0\x09\x20\x18\xc8\x81\0\x38\x8e\4\xb5"),
    /* names, time, addresses */
    GREETING("dns-tcp", "\0\x1d\x12\x34\1\0\0\1\0\0\0\0\0\0\7"
                        "example\3"
                        "com\0\0\1\0\1"),
    GREETING("dns-udp-as-an-id", "\xbd\5\1\0\0\1\0\0\0\0\0\0\3isc\3org\0\0\xff\0\1"),
    GREETING("dns-udp", "\x12\x34\1\0\0\1\0\0\0\0\0\0\3"
                        "www\7"
                        "example\3"
                        "com\0\0\1\0\1"),
    GREETING("mdns", Z4 "\0\1\0\0\0\0\0\0\x09_services\7_dns-sd\4_udp\5local\0\0\x0c\0\1"),
    GREETING("llmnr", "\x9a\xbc\0\0\0\1\0\0\0\0\0\0\4host\0\0\1\0\1"),
    GREETING("nbns", "\x80\xf0\0\x10\0\1\0\0\0\0\0\0\x20 CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0\0\x21\0\1"),
    GREETING("ntp", "\x23\0\6\xec" Z4 Z4 "1N14" Z16 Z8 "\xed\x2a\x3b\x4c\1\2\3\4"),
    GREETING("ptp", "\x10\2\0\x2c\0\0\2\0" Z16 Z8 Z4),
    GREETING("dhcp", "\1\1\6\0\x39\3\xf3\x26\0\0\0\0" Z16 "\0\x0b\x82\1\xfc\x42" Z16 Z16
                     "\x63\x82\x53\x63\x35\1\1\xff"),
    GREETING("ssdp",
             "M-SEARCH * "
             "HTTP/1.1\r\nHost:239.255.255.250:1900\r\nST:ssdp:all\r\nMan:\"ssdp:discover\"\r\nMX:3\r\n\r\n"),
    GREETING("ws-discovery", "<?xml version=\"1.0\"?><s:Envelope "
                             "xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body/></s:Envelope>"),
    GREETING("coap", "\x44\1\x12\x34\1\2\3\4\xbb.well-known\4"
                     "core"),
    GREETING("lwm2m", "\x48\2\x12\x34\1\2\3\4\5\6\7\x08\xb2rd\x11\x28\x32lt=300"),
    GREETING("slp", "\2\1\0\0\x31\x20\0\0\0\0\x12\x34\0\2en\0\0\0\x15service:service-agent\0\7"
                    "default\0\0\0\0"),
    GREETING("radius", "\1\x67\0\x39" Z16 "\1\7steve\2\x12" Z16 "\4\6\xc0\xa8\1\x10\5\6\0\0\0\3"),
    GREETING("tacacs", "\xc0\1\1\0\x12\x34\x56\x78\0\0\0\x17\1\1\1\1\4\4\7\0root"
                       "tty0"
                       "unknown"),
    GREETING(
        "diameter",
        "\1\0\0\x5c\x80\0\1\1\0\0\0\0\x12\x34\x56\x78\x12\x34\x56\x78\0\0\1\x08\x40\0\0\x13host.example"),
    GREETING("isakmp", "\1\2\3\4\5\6\7\x08" Z8 "\1\x10\2\0\0\0\0\0\0\0\0\xc0\0\0\0\xa4\0\0\0\1\0\0\0\1"),
    GREETING("ikev2", "\1\2\3\4\5\6\7\x08" Z8 "\x21\x20\x22\x08\0\0\0\0\0\0\1\x38\x22\0\0\x30"),
    GREETING("openvpn-udp", "\x38\x12\x34\x56\x78\x9a\xbc\xde\xf0\0\0\0\0\0"),
    GREETING("openvpn-tcp", "\0\x0e\x38\x12\x34\x56\x78\x9a\xbc\xde\xf0\0\0\0\0\0"),
    GREETING("wireguard", "\1\0\0\0\x12\x34\x56\x78" Z16 Z16 Z16 Z16 Z16 Z16 Z16 Z16 Z8 Z4),
    GREETING("l2tp", "\xc8\2\0\x45\0\0\0\0\0\0\0\0\x80\x08\0\0\0\0\0\1\x80\x08\0\0\0\2\1\0"),
    GREETING("pptp", "\0\x9c\0\1\x1a\x2b\x3c\x4d\0\1\0\0\1\0\0\0\0\0\0\1\0\0\0\1\0\0\0\1" Z16 Z16),
    GREETING("gtp", "\x32\1\0\4" Z4 "\0\1\0\0"),
    GREETING("stun", "\0\1\0\x08\x21\x12\xa4\x42\1\2\3\4\5\6\7\x08\x09\x0a\x0b\x0c\0\3\0\4\0\0\0\0"),
    GREETING("vxlan", "\x08\0\0\0\0\0\x64\0\xff\xff\xff\xff\xff\xff\2\0\0\0\0\1\x08\6\0\1"),
    GREETING("bgp", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x1d\1\4\xfd\xe8\0\xb4"
                    "\xc0\0\2\1\0"),
    GREETING("rip", "\1\1\0\0" Z16 "\0\0\0\x10"),
    GREETING("hsrp", "\0\0\x10\3\x0a\x64\0\0"
                     "cisco\0\0\0\xc0\0\2\1"),
    /* voice and video */
    GREETING("sip", "INVITE sip:100@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP "
                    "192.0.2.7:5060;branch=z9hG4bK1\r\nFrom: <sip:a@x>;tag=1\r\n"
                    "To: <sip:100@192.0.2.1>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n"),
    GREETING("iax2", "\x80\1\0\0\0\0\0\0\0\0\6\1\x0b\2\0\2\1\0"),
    GREETING("h323",
             "\3\0\0\x24\x08\2\0\1\5\4\3\x88\x93\xa5\x28\x04test\x7e\0\x0b\5\x20\xa0\6\0\x08\x91\x4a\0\2"),
    GREETING("mgcp", "AUEP 1200 *@gw1.example.com MGCP 1.0\r\n"),
    GREETING("rtp", "\x80\0\x12\x34\0\0\0\xa0\x12\x34\x56\x78" Z16 Z16 Z16),
    GREETING("rtcp", "\x80\xc8\0\6\x12\x34\x56\x78\xed\x2a\x3b\x4c\0\0\0\0\0\0\0\xa0\0\0\0\1\0\0\0\xa0"),
    GREETING("mumble", "\0\0\0\0\0\x1a\x08\x84\x06\x12\x07"
                       "1.4.287\x1a\5Linux\x22\5"
                       "12345"),
    GREETING("teamspeak", "\xf4\xbe\3\0" Z16 Z8),
    GREETING("ts3", "TS3INIT1\0e\0\0\x88\x0a\x12\x34\x56\0\x12\x34\x56\x78\x9a\xbc\xde\xf0" Z8),
    GREETING("asterisk-ami", "Action: Login\r\nUsername: admin\r\nSecret: x\r\n\r\n"),
    /* games and sharing */
    GREETING("source-query", "\xff\xff\xff\xffTSource Engine Query\0"),
    GREETING("quake3", "\xff\xff\xff\xffgetstatus\n"),
    GREETING("minecraft", "\x10\0\xf2\5\x09"
                          "127.0.0.1\x63\xdd\1\1\0"),
    GREETING("minecraft-old", "\xfe\1\xfa\0\x0b\0M\0C\0|\0P\0i\0n\0g\0H\0o\0s\0t"),
    GREETING("raknet", "\1" Z8 "\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12\x34\x56\x78" Z8),
    GREETING("gamespy", "\\status\\"),
    GREETING("battlefield", "\xfe\xfd\0\x10\x20\x30\x40\xff\xff\xff\1"),
    GREETING("bittorrent", "\x13"
                           "BitTorrent protocol" Z8 Z16 Z16 Z8),
    GREETING("dht", "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"),
    GREETING("utp", "\x41\0\x12\x34\x56\x78\x9a\xbc\0\0\0\0\0\x38\0\0\0\1\0\0"),
    GREETING("edonkey", "\xe3\x5e\0\0\0\1\x10" Z16 "\xc0\0\2\1\x36\x12\2\0\0\0\2\1\0\1\4"
                        "user"),
    GREETING("gnutella", "GNUTELLA CONNECT/0.6\r\nUser-Agent: x\r\n\r\n"),
    GREETING("bitcoin", "\xf9\xbe\xb4\xd9version\0\0\0\0\0\x66\0\0\0\x12\x34\x56\x78\x7f\x11\1\0" Z8),
    GREETING("ethereum", "\1\2\3\4\5\6\7\x08" Z16 Z16 "\xf8\x4b\4"),
    GREETING("stratum", "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"miner/1.0\"]}\n"),
    GREETING("json-rpc", "{\"jsonrpc\":\"2.0\",\"method\":\"eth_blockNumber\",\"params\":[],\"id\":1}\n"),
    GREETING("steam-dota", "\xff\xff\xff\xffU" Z4),
    /* industry, buildings, homes */
    GREETING("modbus-tcp", "\0\1\0\0\0\6\1\3\0\0\0\x0a"),
    GREETING("modbus-id", "\x5a\x47\0\0\0\5\0\x2b\x0e\1\0"),
    GREETING("modbus-rtu", "\1\3\0\0\0\x0a\xc5\xcd"),
    GREETING("modbus-rtu-8", "\x08\x03\x00\x14\x00\x0c\x05\x52"),
    GREETING("modbus-rtu-7", "\x07\x03\x00\x14\x00\x0c\x05\xad"),
    GREETING("modbus-rtu-write",
             "\x08\x10\x00\x01\x00\x06\x0c\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x42\x8c"),
    GREETING("modbus-rtu-coils",
             "\x01\x0f\x00\x03\x00\x51\x0b\x20\x21\x22\x23\x24\x25\x26\x27\x28\x29\x2a\x36\x20"),
    GREETING("s7comm", "\3\0\0\x16\x11\xe0\0\0\0\1\0\xc0\1\x0a\xc1\2\1\0\xc2\2\1\2"),
    GREETING("ethernet-ip", "\x63\0\0\0\0\0\0\0" Z16),
    GREETING("enip-register", "\x65\0\4\0\0\0\0\0" Z16 "\1\0\0\0"),
    GREETING("dnp3", "\5\x64\5\xc9\1\0\0\0\x36\x4c"),
    GREETING("iec104", "\x68\4\7\0\0\0"),
    GREETING("iec61850", "\3\0\0\x16\x11\xe0\0\0\0\1\0\xc1\2\0\0\xc2\2\0\1\xc0\1\x0d"),
    GREETING("bacnet", "\x81\x0a\0\x11\1\4\0\5\1\x0c\x0c\2\x3f\xff\xff\x19\x4b"),
    GREETING("fins", "FINS\0\0\0\x0c\0\0\0\0\0\0\0\0\0\0\0\0"),
    GREETING("melsec", "\x50\0\0\xff\xff\3\0\x0c\0\x10\0\1\4\0\0\x64\0\0\xa8\1\0"),
    GREETING("opc-ua",
             "HELF\x39\0\0\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0\0\0\x19\0\0\0opc.tcp://192.0.2.1:4840/"),
    GREETING("codesys", "\xbb\xbb\1\0\0\0\1"),
    GREETING("niagara-fox", "fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\n};;\n"),
    GREETING("knx", "\6\x10\2\1\0\x0e\x08\1\xc0\0\2\7\xd4\x31"),
    GREETING(
        "dlms",
        "\0\1\0\x10\0\1\0\x1f\x60\x1d\xa1\x09\6\7\x60\x85\x74\5\x08\1\1\xbe\x10\4\x0e\1\0\0\0\6\x5f\x1f\4\0"),
    GREETING("atg", "\1I20100\n"),
    GREETING("hl7", "\x0bMSH|^~\\&|SEND|FAC|RECV|FAC|20260201080910||ADT^A01|1|P|2.5\r\x1c\r"),
    GREETING("dicom", "\1\0\0\0\0\xcd\0\1\0\0ANY-SCP         ECHOSCU         " Z16 Z16),
    GREETING("ocpp",
             "[2,\"1\",\"BootNotification\",{\"chargePointModel\":\"a\",\"chargePointVendor\":\"b\"}]"),
    GREETING("ais-own-ship", "!AIVDO,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*26\r\n"),
    GREETING("gpsd", "?WATCH={\"enable\":true,\"json\":true};\n"),
    GREETING("adsb-beast",
             "\x1a\x33\1\2\3\4\5\6\x20\x8d\x48\x40\xd6\x20\x2c\xc3\x71\xc3\x2c\xe0\x57\x60\x98"),
    GREETING(
        "adsb-sbs",
        "MSG,3,1,1,4840D6,1,2026/02/01,08:09:10.000,2026/02/01,08:09:10.000,,38000,,,47.51,19.09,,,,,,0\r\n"),
    GREETING("aprs-is", "user N0CALL pass -1 vers test 1.0\r\n"),
    GREETING("ntrip", "GET /MOUNT HTTP/1.0\r\nUser-Agent: NTRIP client\r\n\r\n"),
    GREETING("rtcm", "\xd3\0\x13\x3e\xd0\0\3\x8a\x3b\x2d\xc1\x4f\xd8\x6b\x5e\x7e\x19\2\3\4\5\6\x36\x98\x4f"),
    GREETING("ubx", "\xb5\x62\1\7\0\0\x08\x19"),
    GREETING("hart-ip", "\1\0\0\0\0\2\0\x0d\1\0\0\x75\x30"),
    GREETING("artnet", "Art-Net\0\0\x21\0\x0e\6\0"),
    GREETING("sacn", "\0\x10\0\0"
                     "ASC-E1.17\0\0\0\x72\x6e\0\0\0\4" Z16),
    GREETING("osc", "/live/name/track\0\0\0\0,i\0\0\0\0\0\1"),
    GREETING("midi-rtp", "\xff\xffIN\0\0\0\2\x12\x34\x56\x78\x12\x34\x56\x78name\0"),
    GREETING("yeelight", "{\"id\":1,\"method\":\"set_power\",\"params\":[\"on\"]}\r\n"),
    GREETING("tuya", "\0\0\x55\xaa\0\0\0\0\0\0\0\x0a\0\0\0\x08" Z8 "\0\0\xaa\x55"),
    GREETING("lifx", "\x24\0\0\x34\x12\x34\x56\x78" Z16 "\0\0\0\0\2\0\0\0"),
    GREETING("kasa", "\0\0\0\x1d\xd0\xf2\x81\xf8\x8b\xff\x9a\xf7\xd5\xef\x94\xb6\xd1\xb4\xc0\x9f\xec\x95\xe6"
                     "\x8f\xe1\x87\xe8\xca\xf0\x8b\xf6\x8b\xf6"),
    GREETING("dahua", "\xa0\5\0\x60" Z8 Z4 "\5\2\1\1\0\0\xa1\xaa" Z8),
    GREETING("hikvision-sadp",
             "<?xml version=\"1.0\" encoding=\"utf-8\"?><Probe><Uuid>1</Uuid><Types>inquiry</Types></Probe>"),
    GREETING("xmeye", "\xff\0\0\0" Z8 "\0\0\xe8\3\x32\0\0\0{ \"Name\" : \"OPMonitor\" }\n"),
    GREETING("mikrotik", "\6/login\0"),
    GREETING("winbox", "\x06index"),
    GREETING("ubiquiti", "\1\0\0\0"),
    GREETING("cisco-smi", "\0\0\0\1\0\0\0\1\0\0\0\4\0\0\0\x08\0\0\0\1\0\0\0\0"),
    GREETING("cups", "POST /printers/ HTTP/1.1\r\nContent-Type: application/ipp\r\nContent-Length: "
                     "12\r\n\r\n\2\0\0\x0b\0\0\0\1\1\x47\0\3"),
    GREETING("lpd", "\4lp\n"),
    GREETING("jetdirect", "\x1b%-12345X@PJL INFO ID\r\n"),
    GREETING("java-rmi", "JRMI\0\2K"),
    GREETING("java-object", "\xac\xed\0\5sr\0\x0ejava.lang.Long"),
    GREETING("jdwp", "JDWP-Handshake"),
    GREETING("t3", "t3 12.1.2\nAS:2048\nHL:19\n\n"),
    GREETING("iiop", "GIOP\1\0\0\0\0\0\0\x2f\0\0\0\0\0\0\0\1\1\0\0\0"),
    GREETING("hadoop", "hrpc\x09\0\0"),
    GREETING("thrift", "\x80\1\0\1\0\0\0\4ping\0\0\0\0\0"),
    GREETING("grpc", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"),
    GREETING("docker-http", "GET /v1.24/containers/json HTTP/1.1\r\nHost: x\r\n\r\n"),
    GREETING("etcd", "GET /v2/keys/?recursive=true HTTP/1.1\r\nHost: x\r\n\r\n"),
    GREETING("erlang-epmd", "\0\1n"),
    GREETING("puppet", "GET /production/certificate/ca HTTP/1.1\r\nAccept: s\r\n\r\n"),
    GREETING("nessus", "< NTP/1.2 >\n"),
    GREETING("metasploit", "core_channel_open\n"),
    GREETING("cobalt", "\0\0\xbe\xef\0\0\0\x80" Z16 Z16),
    GREETING("mirai", "\0\0\0\1"),
    GREETING("zgrab-random", "\x16\3\1\0\x2e\1\0\0\x2a\3\2" Z16 Z16),
    GREETING("masscan", "GET / HTTP/1.0\r\nUser-Agent: masscan/1.3\r\nAccept: */*\r\n\r\n"),
    GREETING("nmap-generic", "\r\n\r\n"),
    GREETING("nmap-help", "HELP\r\n"),
    GREETING("nmap-quit", "QUIT\r\n"),
    GREETING("nmap-four", "OPTIONS / RTSP/1.0\r\n\r\n"),
    GREETING("shodan", "\0\x0e\x38\x61\x62\x63\x64\x65\x66\x67\x68\0\0\0\0\0"),
    GREETING("gopher", "/\r\n"),
    GREETING("daytime", "01 FEB 2026 08:09:10 UTC\r\n"),
    GREETING("chargen", " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefg\r\n"),
    GREETING("csv", "id;name;lat;lon\n1;home;47.51;19.09\n"),
    GREETING("plain-number", "42\r\n"),
    GREETING("shell", "id; uname -a\n"),
    GREETING("login-guess", "admin\r\nadmin\r\n"),
    GREETING("yaml", "---\nkey: value\nlist:\n  - 1\n"),
    GREETING("xml", "<?xml version=\"1.0\"?><note><to>a</to></note>"),
    GREETING("ipfix-templates",
             "\0\x0a\0\x28\x69\x7f\x0a\x26\0\0\0\1\0\0\0\0\0\2\0\x18\1\0\0\4\0\x08\0\4\0\x0c\0\4\0\1\0\4"
             "\0\2\0\4"),
    /* what chance makes of the first letters of a tracker's message */
    GREETING("text-like-wialon", "#I#2',{[VSos#$*Mo:DKKU#T35\r\n"),
    GREETING("text-like-topin", "xx%0qhzum5=}0YDB3TBrt4ATCAPeW%sv2: r<O!]'T\r\n"),
    GREETING("text-like-freematics", "3.}#ef:-f4aa$a51a0-)e,c>4f/ ]/3D/c.0]7d39cdFDaF.c{}{d32a*E8"),
    GREETING("bytes-like-wondex", "\xd0\xd7\x26\x35\xc2\xcd\xe8\xa4"),
    GREETING("bytes-like-intellitrac", "\xfa\xf8\x26\x35\xc2\xcd\xe8\xa4"),
    GREETING("iso8583-ascii", "\0\x34"
                              "0800822000000000000004000000000000000201080910000001"),
    GREETING("iso8583-twice", "\0\x34"
                              "0800822000000000000004000000000000000201080910000001"
                              "\0\x34"
                              "0800822000000000000004000000000000000201080911000002"),
    GREETING("rpc-tail", "\x10\xb8\x10" Z4 "\1" Z4),
};

#endif
