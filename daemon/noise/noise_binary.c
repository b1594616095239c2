/* SPDX-License-Identifier: Apache-2.0 */
/* Binary protocols that come to a tracker's port by mistake or in search of a hole. Each is told by magic
 * together with lengths that fit exactly, for a tracker's message must never be taken for one. Called by
 * noise. */
#include "noise/noise_binary.h"

static enum claim lacking(bool complete)
{
    return complete ? CLAIM_NO : CLAIM_MORE;
}

/* certain when the bytes are exactly so many */
static enum claim whole(struct cursor bytes, bool complete, size_t total)
{
    if (bytes.left < total)
        return lacking(complete);
    return bytes.left == total ? CLAIM_CERTAIN : CLAIM_NO;
}

/* Is the byte at the offset within first and last, or not there yet? */
static bool may_be(struct cursor c, size_t offset, unsigned first, unsigned last)
{
    uint8_t byte;
    return !cursor_u8_at(c, offset, &byte) || (byte >= first && byte <= last);
}

static bool is_zero(struct cursor c)
{
    for (size_t i = 0; i < c.left; i++) {
        if (cursor_byte(c, i) != 0)
            return false;
    }
    return true;
}

enum { TLS_RECORD_MAX = 16384 + 2048 };

/* a record's head, as far as it is there */
static bool may_be_record(struct cursor c)
{
    uint16_t length;
    return may_be(c, 0, 0x14, 0x17) && may_be(c, 1, 3, 3) && may_be(c, 2, 0, 4) &&
           (!cursor_be16_at(c, 3, &length) || (length > 0 && length <= TLS_RECORD_MAX));
}

static bool is_client_hello(struct cursor c)
{
    uint16_t record, inner, version = 0;
    return CURSOR_STARTS(c, "\x16\x03") && cursor_be16_at(c, 3, &record) && cursor_skip(&c, 5) &&
           CURSOR_STARTS(c, "\x01\x00") && cursor_be16_at(c, 2, &inner) && record == inner + 4 &&
           cursor_be16_at(c, 4, &version) && version >= 0x300 && version <= 0x304;
}

/* records one behind the other, the last one whole; a ClientHello is known even when it is cut */
static enum claim claim_tls(struct cursor bytes, bool complete)
{
    bool is_hello = is_client_hello(bytes);
    struct cursor c = bytes;
    while (c.left > 0) {
        uint16_t length;
        if (!may_be_record(c))
            return is_hello ? CLAIM_CERTAIN : CLAIM_NO;
        if (!cursor_be16_at(c, 3, &length) || !cursor_skip(&c, 5u + length))
            return is_hello && complete ? CLAIM_CERTAIN : lacking(complete);
    }
    return CLAIM_CERTAIN;
}

/* the old hello that also offers SSL 2: 80 len, 01, version, lengths of ciphers, session and challenge */
static enum claim claim_ssl2(struct cursor bytes, bool complete)
{
    uint16_t version, ciphers, session, challenge;
    uint8_t length;
    if (!may_be(bytes, 0, 0x80, 0x80) || !may_be(bytes, 2, 1, 1) || !may_be(bytes, 3, 0, 3) ||
        !may_be(bytes, 4, 0, 3))
        return CLAIM_NO;
    if (!cursor_u8_at(bytes, 1, &length) || !cursor_be16_at(bytes, 3, &version) ||
        !cursor_be16_at(bytes, 5, &ciphers) || !cursor_be16_at(bytes, 7, &session) ||
        !cursor_be16_at(bytes, 9, &challenge))
        return lacking(complete);
    if ((version != 2 && version < 0x300) || ciphers % 3 != 0 || ciphers == 0 || challenge < 16 ||
        length != 9u + ciphers + session + challenge)
        return CLAIM_NO;
    return whole(bytes, complete, 2u + length);
}

/* TPKT 03 00 len, then X.224: a connection request (its own length fits; no parameter, or a cookie, or a
 * negotiation; Siemens controllers are asked with others) or data */
static enum claim claim_rdp(struct cursor bytes, bool complete)
{
    uint16_t length;
    uint8_t inner, type, parameter = 0;
    if (!CURSOR_MAY_START(bytes, "\x03\x00"))
        return CLAIM_NO;
    if (!cursor_be16_at(bytes, 2, &length) || !cursor_u8_at(bytes, 4, &inner) ||
        !cursor_u8_at(bytes, 5, &type))
        return lacking(complete);
    bool is_data = inner == 2 && type == 0xf0 && length >= 7;
    bool is_request = type == 0xe0 && length >= 11 && inner + 5u == length;
    if (!is_data && !is_request)
        return CLAIM_NO;
    if (is_request && length > 11 && !cursor_u8_at(bytes, 11, &parameter))
        return lacking(complete);
    if (is_request && length > 11 && parameter != 1 && parameter != 'C' && parameter != 'm')
        return CLAIM_NO;
    return bytes.left > length ? CLAIM_CERTAIN : whole(bytes, complete, length);
}

/* NetBIOS session message: 00, length of 24 bits, then ff/fe/fd "SMB" */
static enum claim claim_smb(struct cursor bytes, bool complete)
{
    struct cursor magic;
    if (!may_be(bytes, 0, 0, 0) || !may_be(bytes, 1, 0, 1) || !may_be(bytes, 4, 0xfd, 0xff))
        return CLAIM_NO;
    if (!cursor_slice(bytes, 5, 3, &magic))
        return lacking(complete);
    return cursor_is(magic, "SMB") ? CLAIM_CERTAIN : CLAIM_NO;
}

/* 04 command port address user NUL [name NUL]: too short to be told before all is there, as is the next */
static enum claim claim_socks4(struct cursor bytes, bool complete)
{
    struct cursor c = bytes, text;
    if (!may_be(bytes, 0, 4, 4) || !may_be(bytes, 1, 1, 2))
        return CLAIM_NO;
    if (!cursor_skip(&c, 4))
        return lacking(complete);
    /* the address 0.0.0.x says that a name follows */
    bool has_name = CURSOR_STARTS(c, "\0\0\0");
    if (!cursor_skip(&c, 4))
        return lacking(complete);
    for (int texts = has_name ? 2 : 1; texts > 0; texts--) {
        bool is_ended = cursor_until(&c, 0, &text);
        if (!cursor_is_text(is_ended ? text : c))
            return CLAIM_NO;
        if (!is_ended)
            return lacking(complete);
    }
    if (c.left > 0)
        return CLAIM_NO;
    return complete ? CLAIM_CERTAIN : CLAIM_MORE;
}

/* 05 count methods, perhaps with the request right behind */
static enum claim claim_socks5(struct cursor bytes, bool complete)
{
    struct cursor c = bytes;
    uint8_t count, byte;
    if (!may_be(bytes, 0, 5, 5) || !may_be(bytes, 1, 1, 10))
        return CLAIM_NO;
    if (!cursor_skip(&c, 1) || !cursor_u8(&c, &count))
        return lacking(complete);
    for (; count > 0 && cursor_u8(&c, &byte); count--) {
        if (byte > 9 && byte != 0x80)
            return CLAIM_NO;
    }
    if (count > 0)
        return lacking(complete);
    if (c.left > 0 && (!CURSOR_MAY_START(c, "\5\1\0") || !may_be(c, 3, 1, 4) || c.left > 262))
        return CLAIM_NO;
    return complete ? CLAIM_CERTAIN : CLAIM_MORE;
}

/* CONNECT: 10, remaining length of 1-4 bytes, the protocol's name and level */
static enum claim claim_mqtt(struct cursor bytes, bool complete)
{
    struct cursor c = bytes;
    size_t rest = 0;
    uint8_t byte = 0;
    if (!may_be(bytes, 0, 0x10, 0x10) || !cursor_skip(&c, 1))
        return CLAIM_NO;
    for (unsigned i = 0; i < 4; i++) {
        if (!cursor_u8(&c, &byte))
            return lacking(complete);
        rest |= (size_t)(byte & 0x7f) << 7 * i;
        if (byte < 0x80)
            break;
    }
    if (byte >= 0x80 || rest < 10 || rest > MESSAGE_MAX)
        return CLAIM_NO;
    bool is_mqtt = CURSOR_MAY_START(c, "\0\4MQTT"), is_old = CURSOR_MAY_START(c, "\0\6MQIsdp");
    if (!is_mqtt && !is_old)
        return CLAIM_NO;
    if (c.left < 8)
        return lacking(complete);
    return c.left < rest && !complete ? CLAIM_MORE : CLAIM_CERTAIN;
}

/* IAC commands: ff fb-fe option, ff fa ... ff f0 */
static enum claim claim_telnet(struct cursor bytes, bool complete)
{
    struct cursor c = bytes;
    size_t count = 0;
    while (c.left > 0) {
        size_t end, length = 3;
        if (!may_be(c, 0, 0xff, 0xff) || !may_be(c, 1, 0xfa, 0xfe))
            return CLAIM_NO;
        if (CURSOR_STARTS(c, "\xff\xfa")) {
            if (!cursor_find_text(c, "\xff\xf0", &end))
                return lacking(complete);
            length = end + 2;
        } else if (!may_be(c, 2, 0, 0x31)) {
            return CLAIM_NO;
        }
        if (!cursor_skip(&c, length))
            return lacking(complete);
        count++;
    }
    /* three bytes alone are little: what follows may be more of them */
    return count > 1 || complete ? CLAIM_CERTAIN : CLAIM_MORE;
}

/* A question: id, flags, counts 1 0 0 0-1, name, type, class, perhaps an OPT record. */
static bool is_dns_question(struct cursor c)
{
    uint16_t flags, type, class, count[4];
    uint8_t length;
    struct cursor label;
    if (!cursor_skip(&c, 2) || !cursor_be16(&c, &flags) || (flags & 0xfecfu) != 0)
        return false;
    for (size_t i = 0; i < 4; i++) {
        if (!cursor_be16(&c, &count[i]))
            return false;
    }
    if (count[0] != 1 || count[1] != 0 || count[2] != 0 || count[3] > 1)
        return false;
    while (cursor_u8(&c, &length) && length > 0) {
        if (length > 63 || !cursor_take(&c, length, &label) || !cursor_is_text(label))
            return false;
    }
    if (!cursor_be16(&c, &type) || !cursor_be16(&c, &class) || type == 0 ||
        (class != 1 && class != 3 && class != 255))
        return false;
    return count[3] == 0 ? c.left == 0 : CURSOR_STARTS(c, "\0\0\x29") && c.left >= 11;
}

/* with the length before it as over TCP, or a datagram */
static enum claim claim_dns(struct cursor bytes, bool complete)
{
    struct cursor c = bytes;
    uint16_t length, flags;
    if (complete && is_dns_question(bytes))
        return CLAIM_CERTAIN;
    if (!may_be(bytes, 0, 0, 1))
        return CLAIM_NO;
    if (!cursor_be16(&c, &length))
        return lacking(complete);
    if (length < 17 || length > 511 || (cursor_be16_at(c, 2, &flags) && (flags & 0xfecfu) != 0) ||
        !may_be(c, 4, 0, 0) || !may_be(c, 5, 1, 1) || !may_be(c, 6, 0, 0) || !may_be(c, 7, 0, 0))
        return CLAIM_NO;
    return c.left == length && !is_dns_question(c) ? CLAIM_NO : whole(c, complete, length);
}

/* A client's packet: leap and version, 48 bytes or 20 more with a key; it knows no times but its own. */
static enum claim claim_ntp(struct cursor bytes, bool complete)
{
    struct cursor times;
    if (!complete || (bytes.left != 48 && bytes.left != 68))
        return CLAIM_NO;
    unsigned mode = cursor_byte(bytes, 0) & 7u, version = cursor_byte(bytes, 0) >> 3 & 7u;
    return mode == 3 && version >= 1 && version <= 4 && cursor_slice(bytes, 16, 24, &times) && is_zero(times)
               ? CLAIM_CERTAIN
               : CLAIM_NO;
}

/* The head of an ASN.1 element; false when it is not all there or of another kind. */
static bool take_element(struct cursor *c, uint8_t tag, size_t *length)
{
    uint8_t byte;
    uint64_t value;
    if (!cursor_u8(c, &byte) || byte != tag || !cursor_u8(c, &byte))
        return false;
    value = byte;
    if (byte >= 0x80 && (byte < 0x81 || byte > 0x84 || !cursor_be(c, byte & 0x7fu, &value)))
        return false;
    *length = (size_t)value;
    return value <= MESSAGE_MAX;
}

/* 30 len 02 n value: SNMP's version or LDAP's message number; the rest is left in inside */
static enum claim claim_asn1(struct cursor bytes, bool complete, struct cursor *inside, uint64_t *number)
{
    struct cursor c = bytes;
    size_t length, n = 0;
    if (!may_be(bytes, 0, 0x30, 0x30))
        return CLAIM_NO;
    if (bytes.left < 9)
        return bytes.left > 1 && cursor_byte(bytes, 1) < 0x80 && !may_be(bytes, 2, 2, 2) ? CLAIM_NO
                                                                                         : lacking(complete);
    if (!take_element(&c, 0x30, &length))
        return CLAIM_NO;
    enum claim claim = whole(c, complete, length);
    if (!take_element(&c, 2, &n) || n < 1 || n > 4 || !cursor_be(&c, n, number))
        return CLAIM_NO;
    *inside = c;
    return claim;
}

static enum claim claim_snmp(struct cursor bytes, bool complete)
{
    struct cursor inside, community;
    uint64_t version;
    size_t length;
    enum claim claim = claim_asn1(bytes, complete, &inside, &version);
    if (claim != CLAIM_CERTAIN)
        return claim;
    if (version == 3)
        return CURSOR_STARTS(inside, "\x30") ? CLAIM_CERTAIN : CLAIM_NO;
    return version <= 1 && take_element(&inside, 4, &length) && cursor_take(&inside, length, &community) &&
                   cursor_is_text(community) && inside.left > 0 && cursor_byte(inside, 0) >= 0xa0 &&
                   cursor_byte(inside, 0) <= 0xa8
               ? CLAIM_CERTAIN
               : CLAIM_NO;
}

/* bind, unbind, search or an extended request */
static enum claim claim_ldap(struct cursor bytes, bool complete)
{
    struct cursor inside;
    uint64_t number;
    enum claim claim = claim_asn1(bytes, complete, &inside, &number);
    if (claim != CLAIM_CERTAIN)
        return claim;
    return inside.left > 1 && memchr("\x60\x42\x63\x77", cursor_byte(inside, 0), 4) ? CLAIM_CERTAIN
                                                                                    : CLAIM_NO;
}

/* a binding request with the magic cookie */
static enum claim claim_stun(struct cursor bytes, bool complete)
{
    uint16_t length;
    if (!CURSOR_MAY_START(bytes, "\0\1") || !may_be(bytes, 2, 0, 1) || !may_be(bytes, 4, 0x21, 0x21) ||
        !may_be(bytes, 5, 0x12, 0x12) || !may_be(bytes, 6, 0xa4, 0xa4) || !may_be(bytes, 7, 0x42, 0x42))
        return CLAIM_NO;
    if (!cursor_be16_at(bytes, 2, &length) || bytes.left < 8)
        return lacking(complete);
    return length % 4 == 0 ? whole(bytes, complete, 20u + length) : CLAIM_NO;
}

/* length, version 3.0, then names and values; the requests for encryption are told by their literals */
static enum claim claim_postgresql(struct cursor bytes, bool complete)
{
    struct cursor head;
    uint16_t length;
    if (!CURSOR_MAY_START(bytes, "\0\0") || !may_be(bytes, 2, 0, 1) || !may_be(bytes, 4, 0, 0))
        return CLAIM_NO;
    if (!cursor_be16_at(bytes, 2, &length) || !cursor_slice(bytes, 4, 9, &head))
        return lacking(complete);
    return cursor_starts(head, "\0\3\0\0user", 9) ? whole(bytes, complete, length) : CLAIM_NO;
}

/* a login: length le24, number 1, flags, 23 zeros, user */
static enum claim claim_mysql(struct cursor bytes, bool complete)
{
    struct cursor zeros;
    uint16_t length;
    if (!may_be(bytes, 1, 0, 1) || !may_be(bytes, 2, 0, 0) || !may_be(bytes, 3, 1, 1) ||
        !may_be(bytes, 13, 0, 0) || !may_be(bytes, 14, 0, 0))
        return CLAIM_NO;
    if (!cursor_le16_at(bytes, 0, &length) || !cursor_slice(bytes, 13, 23, &zeros))
        return lacking(complete);
    return (cursor_byte(bytes, 5) & 2) != 0 && is_zero(zeros) ? whole(bytes, complete, 4u + length)
                                                              : CLAIM_NO;
}

/* length le32, request, answered request, operation: a query (flags, "name.$cmd") or a message (flags) */
static enum claim claim_mongodb(struct cursor bytes, bool complete)
{
    struct cursor c = bytes;
    uint32_t length, request, answered, operation, flags;
    size_t at;
    if (!may_be(bytes, 1, 0, 15) || !may_be(bytes, 2, 0, 0) || !may_be(bytes, 3, 0, 0))
        return CLAIM_NO;
    if (!cursor_le32(&c, &length) || !cursor_le32(&c, &request) || !cursor_le32(&c, &answered) ||
        !cursor_le32(&c, &operation) || !cursor_le32(&c, &flags))
        return lacking(complete);
    if ((operation != 2004 && operation != 2013) || (answered != 0 && answered != UINT32_MAX) ||
        flags > 0x1ffff)
        return CLAIM_NO;
    enum claim claim = whole(bytes, complete, length);
    if (claim == CLAIM_CERTAIN && operation == 2004 && !cursor_find_text(bytes, ".$cmd", &at))
        return CLAIM_NO;
    return claim;
}

/* ONC RPC: over TCP 80 00 and the length first; call (0), version 2, a program of Sun's range */
static enum claim claim_rpc(struct cursor bytes, bool complete)
{
    struct cursor c = bytes;
    uint16_t length = 0;
    bool is_stream = CURSOR_MAY_START(bytes, "\x80\0") && may_be(bytes, 8, 0, 0) && may_be(bytes, 9, 0, 0) &&
                     may_be(bytes, 10, 0, 0) && may_be(bytes, 11, 0, 0) && may_be(bytes, 15, 2, 2);
    if (bytes.left < 28)
        return is_stream ? lacking(complete) : CLAIM_NO;
    if (!is_stream && !complete)
        return CLAIM_NO;
    if (is_stream && (!cursor_be16_at(bytes, 2, &length) || !cursor_skip(&c, 4)))
        return CLAIM_NO;
    if (!cursor_skip(&c, 4) || !CURSOR_STARTS(c, "\0\0\0\0\0\0\0\2\0\1"))
        return CLAIM_NO;
    return is_stream ? whole(bytes, complete, 4u + length) : CLAIM_CERTAIN;
}

const struct noise_kind noise_binary[] = {
    { "tls", claim_tls },      { "tls", claim_ssl2 },
    { "rdp", claim_rdp },      { "smb", claim_smb },
    { "socks", claim_socks4 }, { "socks", claim_socks5 },
    { "mqtt", claim_mqtt },    { "telnet", claim_telnet },
    { "dns", claim_dns },      { "ntp", claim_ntp },
    { "snmp", claim_snmp },    { "ldap", claim_ldap },
    { "stun", claim_stun },    { "postgresql", claim_postgresql },
    { "mysql", claim_mysql },  { "mongodb", claim_mongodb },
    { "rpc", claim_rpc },      { 0 },
};
