/* SPDX-License-Identifier: Apache-2.0 */
/* Takes captured frames apart. Gets them from the intakes, gives TCP segments and UDP datagrams to stream. */
#include "wire/packet.h"

enum { EXTENSIONS_MAX = 16 }; /* no honest sender stacks so many IPv6 extension headers */

enum ethertype {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_IPV6 = 0x86dd,
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_QINQ = 0x88a8,
    ETHERTYPE_QINQ_OLD = 0x9100,
    ETHERTYPE_LENGTHS = 0x600, /* below it is no type, but a length */
    ETHERTYPE_ARP = 0x0806,
    ETHERTYPE_MPLS = 0x8847,
    ETHERTYPE_MPLS_MULTICAST = 0x8848,
    ETHERTYPE_PPPOE_DISCOVERY = 0x8863,
    ETHERTYPE_PPPOE = 0x8864,
    ETHERTYPE_EAPOL = 0x888e,
    ETHERTYPE_LLDP = 0x88cc
};

enum { PPP_IPV4 = 0x0021, PPP_IPV6 = 0x0057, PORT_VXLAN = 4789 };

enum protocol {
    PROTOCOL_HOP_BY_HOP = 0,
    PROTOCOL_ICMP = 1,
    PROTOCOL_IPV4 = 4,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    PROTOCOL_IPV6 = 41,
    PROTOCOL_ROUTING = 43,
    PROTOCOL_FRAGMENT = 44,
    PROTOCOL_GRE = 47,
    PROTOCOL_AUTHENTICATION = 51,
    PROTOCOL_ICMP6 = 58,
    PROTOCOL_DESTINATION = 60
};

/* A part of the frame: what was captured of it and how many bytes behind that were cut off (snaplen). */
struct span {
    struct cursor bytes;
    size_t cut;
};

struct parse {
    struct fragments *store;
    int64_t now;
    struct packet *packet; /* borrowed: what is filled */
};

/* Makes the span end n bytes (on the wire) from here; false when it is shorter. */
MUST_CHECK static bool span_limit(struct span *span, size_t n)
{
    if (n > span->bytes.left) {
        if (n - span->bytes.left > span->cut)
            return false;
        span->cut = n - span->bytes.left;
        return true;
    }
    span->cut = 0;
    return cursor_slice(span->bytes, 0, n, &span->bytes);
}

/* A header does not fit into what is left: the capture's fault, or the packet's. */
static enum packet_result too_short(const struct span *span)
{
    return span->cut > 0 ? PACKET_TRUNCATED : PACKET_MALFORMED;
}

static enum packet_result parse_tcp(struct parse *parse, struct span span)
{
    struct packet *out = parse->packet;
    struct cursor c = span.bytes;
    uint8_t offset, flags;
    if (!cursor_be16(&c, &out->source.port) || !cursor_be16(&c, &out->destination.port) ||
        !cursor_be32(&c, &out->sequence) || !cursor_be32(&c, &out->acknowledgement) ||
        !cursor_u8(&c, &offset) || !cursor_u8(&c, &flags) || !cursor_skip(&c, 6))
        return too_short(&span);
    size_t header = (size_t)(offset >> 4) * 4;
    if (header < 20)
        return PACKET_MALFORMED;
    if (!cursor_skip(&span.bytes, header))
        return too_short(&span);
    out->transport = TRANSPORT_TCP;
    out->flags = flags & (TCP_FIN | TCP_SYN | TCP_RST | TCP_PSH | TCP_ACK);
    out->payload = span.bytes;
    out->missing = span.cut;
    return PACKET_OK;
}

static enum packet_result parse_udp(struct parse *parse, struct span span)
{
    struct packet *out = parse->packet;
    struct cursor c = span.bytes;
    uint16_t length;
    if (!cursor_be16(&c, &out->source.port) || !cursor_be16(&c, &out->destination.port) ||
        !cursor_be16(&c, &length) || !cursor_skip(&c, 2))
        return too_short(&span);
    /* 0: a jumbogram, which fills the rest */
    if (length != 0 && !span_limit(&span, length))
        return PACKET_MALFORMED;
    if (!cursor_skip(&span.bytes, 8))
        return too_short(&span);
    if (out->destination.port == PORT_VXLAN)
        out->unread = UNREAD_VXLAN;
    out->transport = TRANSPORT_UDP;
    out->payload = span.bytes;
    out->missing = span.cut;
    return PACKET_OK;
}

/* The addresses and ports of a datagram that an ICMP message quotes the start of. */
static enum packet_result parse_quoted(struct parse *parse, struct cursor c)
{
    struct packet *out = parse->packet;
    struct cursor whole = c, source, destination;
    uint8_t first, protocol;
    uint16_t identification = 0;
    if (!cursor_u8_at(c, 0, &first))
        return PACKET_OTHER;
    if (first >> 4 == 6) {
        if (!cursor_skip(&c, 6) || !cursor_u8(&c, &protocol) || !cursor_skip(&c, 1) ||
            !cursor_take(&c, 16, &source) || !cursor_take(&c, 16, &destination))
            return PACKET_OTHER;
        out->source = endpoint_of_v6(source.at, 0);
        out->destination = endpoint_of_v6(destination.at, 0);
    } else {
        if (!cursor_skip(&c, 4) || !cursor_be16(&c, &identification) || !cursor_skip(&c, 3) ||
            !cursor_u8(&c, &protocol) || !cursor_skip(&c, 2) || !cursor_take(&c, 4, &source) ||
            !cursor_take(&c, 4, &destination) || !cursor_skip(&whole, (size_t)(first & 15) * 4))
            return PACKET_OTHER;
        c = whole;
        out->source = endpoint_of_v4(source.at, 0);
        out->destination = endpoint_of_v4(destination.at, 0);
    }
    if ((protocol != PROTOCOL_TCP && protocol != PROTOCOL_UDP) || !cursor_be16(&c, &out->source.port) ||
        !cursor_be16(&c, &out->destination.port))
        return PACKET_OTHER;
    out->transport = protocol == PROTOCOL_TCP ? TRANSPORT_TCP : TRANSPORT_UDP;
    out->identification = identification;
    return PACKET_REFUSED;
}

/* RFC 792, 1812 and 4443: nobody at the port, or prohibited by a firewall. */
static enum packet_result parse_icmp(struct parse *parse, uint8_t protocol, struct cursor c)
{
    uint8_t type, code;
    if (!cursor_u8(&c, &type) || !cursor_u8(&c, &code) || !cursor_skip(&c, 6))
        return PACKET_OTHER;
    bool is_refusal = protocol == PROTOCOL_ICMP
                          ? type == 3 && (code == 3 || code == 9 || code == 10 || code == 13)
                          : type == 1 && (code == 1 || code == 4);
    return is_refusal ? parse_quoted(parse, c) : PACKET_OTHER;
}

static enum packet_result parse_transport(struct parse *parse, uint8_t protocol, struct span span)
{
    if (protocol == PROTOCOL_TCP)
        return parse_tcp(parse, span);
    if (protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMP6)
        return parse_icmp(parse, protocol, span.bytes);
    if (protocol == PROTOCOL_UDP)
        return parse_udp(parse, span);
    if (protocol == PROTOCOL_GRE)
        parse->packet->unread = UNREAD_GRE;
    else if (protocol == PROTOCOL_IPV4 || protocol == PROTOCOL_IPV6)
        parse->packet->unread = UNREAD_IP_IN_IP;
    return PACKET_OTHER;
}

/* Gives a fragment to the store; PACKET_OK: the datagram is whole and span is its bytes. */
static enum packet_result join(struct parse *parse, struct fragment fragment, struct span *span)
{
    if (span->cut > 0)
        return PACKET_TRUNCATED;
    fragment.source = parse->packet->source;
    fragment.destination = parse->packet->destination;
    fragment.bytes = span->bytes;
    switch (fragments_add(parse->store, &fragment, parse->now, &span->bytes)) {
    case FRAGMENTS_KEPT:
        return PACKET_FRAGMENT;
    case FRAGMENTS_BAD:
        return PACKET_MALFORMED;
    case FRAGMENTS_WHOLE:
        break;
    }
    return PACKET_OK;
}

static enum packet_result parse_ipv4(struct parse *parse, struct span span)
{
    struct cursor c = span.bytes, source, destination;
    uint8_t first, protocol;
    uint16_t total, identification, service;
    if (!cursor_u8(&c, &first) || !cursor_skip(&c, 1) || !cursor_be16(&c, &total) ||
        !cursor_be16(&c, &identification) || !cursor_be16(&c, &service) || !cursor_skip(&c, 1) ||
        !cursor_u8(&c, &protocol) || !cursor_skip(&c, 2) || !cursor_take(&c, 4, &source) ||
        !cursor_take(&c, 4, &destination))
        return too_short(&span);
    size_t header = (size_t)(first & 15) * 4;
    if (first >> 4 != 4 || header < 20)
        return PACKET_MALFORMED;
    /* 0: the network card cuts it later (TSO), the rest of the frame is meant. Else Ethernet's padding
     * goes here. */
    if (total != 0 && !span_limit(&span, total))
        return PACKET_MALFORMED;
    if (!cursor_skip(&span.bytes, header))
        return too_short(&span);
    parse->packet->source = endpoint_of_v4(source.at, 0);
    parse->packet->destination = endpoint_of_v4(destination.at, 0);
    parse->packet->identification = identification;
    struct fragment fragment = { .identification = identification,
                                 .protocol = protocol,
                                 .offset = (size_t)(service & 0x1fff) * 8,
                                 .more = service & 0x2000 };
    if (fragment.more || fragment.offset > 0) {
        enum packet_result result = join(parse, fragment, &span);
        if (result != PACKET_OK)
            return result;
    }
    return parse_transport(parse, protocol, span);
}

/* Reads an IPv6 fragment header. PACKET_OK: span is what follows, joined if it had been in pieces. */
static enum packet_result parse_fragment_header(struct parse *parse, uint8_t *next, bool *joined,
                                                struct span *span)
{
    struct fragment fragment = { .offset = 0 };
    uint16_t service;
    if (!cursor_u8(&span->bytes, &fragment.protocol) || !cursor_skip(&span->bytes, 1) ||
        !cursor_be16(&span->bytes, &service) || !cursor_be32(&span->bytes, &fragment.identification))
        return too_short(span);
    *next = fragment.protocol;
    fragment.offset = service & 0xfff8;
    fragment.more = service & 1;
    if (!fragment.more && fragment.offset == 0)
        return PACKET_OK; /* an atomic fragment is whole by itself */
    if (*joined)
        return PACKET_MALFORMED; /* a fragment inside a fragmented datagram */
    *joined = true;
    return join(parse, fragment, span);
}

static enum packet_result parse_extensions(struct parse *parse, uint8_t next, struct span span)
{
    bool joined = false;
    for (unsigned i = 0; i < EXTENSIONS_MAX; i++) {
        struct cursor c = span.bytes;
        uint8_t after, length;
        size_t size;
        switch (next) {
        case PROTOCOL_HOP_BY_HOP:
        case PROTOCOL_ROUTING:
        case PROTOCOL_DESTINATION:
        case PROTOCOL_AUTHENTICATION:
            if (!cursor_u8(&c, &after) || !cursor_u8(&c, &length))
                return too_short(&span);
            size = next == PROTOCOL_AUTHENTICATION ? (length + 2u) * 4 : (length + 1u) * 8;
            if (!cursor_skip(&span.bytes, size))
                return too_short(&span);
            next = after;
            break;
        case PROTOCOL_FRAGMENT: {
            enum packet_result result = parse_fragment_header(parse, &next, &joined, &span);
            if (result != PACKET_OK)
                return result;
            break;
        }
        default:
            return parse_transport(parse, next, span);
        }
    }
    return PACKET_MALFORMED;
}

static enum packet_result parse_ipv6(struct parse *parse, struct span span)
{
    struct cursor source, destination;
    uint8_t first, next;
    uint16_t length;
    struct cursor c = span.bytes;
    if (!cursor_u8(&c, &first) || !cursor_skip(&c, 3) || !cursor_be16(&c, &length) || !cursor_u8(&c, &next) ||
        !cursor_skip(&c, 1) || !cursor_take(&c, 16, &source) || !cursor_take(&c, 16, &destination))
        return too_short(&span);
    if (first >> 4 != 6)
        return PACKET_MALFORMED;
    span.bytes = c;
    /* 0: a jumbogram, or the network card cuts it later; the rest of the frame is meant */
    if (length != 0 && !span_limit(&span, length))
        return PACKET_MALFORMED;
    parse->packet->source = endpoint_of_v6(source.at, 0);
    parse->packet->destination = endpoint_of_v6(destination.at, 0);
    return parse_extensions(parse, next, span);
}

/* IP whose version only its own first byte tells. */
static enum packet_result parse_ip(struct parse *parse, struct span span)
{
    uint8_t first;
    if (!cursor_u8_at(span.bytes, 0, &first))
        return too_short(&span);
    return first >> 4 == 6 ? parse_ipv6(parse, span) : parse_ipv4(parse, span);
}

/* RFC 2516: what a router sends to its provider. */
static enum packet_result parse_pppoe(struct parse *parse, struct span span)
{
    uint16_t length, protocol;
    if (!cursor_skip(&span.bytes, 4) || !cursor_be16(&span.bytes, &length))
        return too_short(&span);
    if (!span_limit(&span, length))
        return PACKET_MALFORMED;
    if (!cursor_be16(&span.bytes, &protocol))
        return too_short(&span);
    if (protocol == PPP_IPV4)
        return parse_ipv4(parse, span);
    return protocol == PPP_IPV6 ? parse_ipv6(parse, span) : PACKET_OTHER;
}

static enum packet_result parse_ethertype(struct parse *parse, uint16_t type, struct span span)
{
    while (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD)
        if (!cursor_skip(&span.bytes, 2) || !cursor_be16(&span.bytes, &type))
            return too_short(&span);
    /* a length, and the type behind an 802.2 header: wireless bridges and old switches */
    if (type < ETHERTYPE_LENGTHS && CURSOR_STARTS(span.bytes, "\xaa\xaa\x03\0\0\0") &&
        !(cursor_skip(&span.bytes, 6) && cursor_be16(&span.bytes, &type)))
        return too_short(&span);
    switch (type) {
    case ETHERTYPE_IPV4:
        return parse_ipv4(parse, span);
    case ETHERTYPE_IPV6:
        return parse_ipv6(parse, span);
    case ETHERTYPE_PPPOE:
        return parse_pppoe(parse, span);
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_MULTICAST:
        parse->packet->unread = UNREAD_MPLS;
        return PACKET_OTHER;
    case ETHERTYPE_ARP:
    case ETHERTYPE_PPPOE_DISCOVERY:
    case ETHERTYPE_EAPOL:
    case ETHERTYPE_LLDP:
        return PACKET_OTHER; /* the network's own business */
    default:
        if (type >= ETHERTYPE_LENGTHS)
            parse->packet->unread = UNREAD_ETHER_TYPE;
        return PACKET_OTHER;
    }
}

static enum packet_result parse_loopback(struct parse *parse, struct span span)
{
    uint32_t family;
    if (!cursor_be32(&span.bytes, &family))
        return too_short(&span);
    /* the writing host's byte order is unknown; families are small numbers */
    if (family > 0xffff)
        family = family >> 24 | (family >> 8 & 0xff00);
    switch (family) {
    case 2:  /* AF_INET everywhere */
    case 10: /* AF_INET6 of Linux, */
    case 24: /* NetBSD and OpenBSD, */
    case 28: /* FreeBSD, */
    case 30: /* macOS */
        return parse_ip(parse, span);
    default:
        return PACKET_OTHER;
    }
}

static enum packet_result parse_link(struct parse *parse, enum link_type link, struct span span)
{
    uint16_t type;
    switch (link) {
    case LINK_ETHERNET:
        if (!cursor_skip(&span.bytes, 12) || !cursor_be16(&span.bytes, &type))
            return too_short(&span);
        return parse_ethertype(parse, type, span);
    case LINK_COOKED:
        if (!cursor_skip(&span.bytes, 14) || !cursor_be16(&span.bytes, &type))
            return too_short(&span);
        return parse_ethertype(parse, type, span);
    case LINK_COOKED2:
        if (!cursor_be16(&span.bytes, &type) || !cursor_skip(&span.bytes, 18))
            return too_short(&span);
        return parse_ethertype(parse, type, span);
    case LINK_LOOPBACK:
        return parse_loopback(parse, span);
    case LINK_RAW_IP:
        return parse_ip(parse, span);
    case LINK_UNKNOWN:
        parse->packet->unread = UNREAD_LINK_TYPE;
        break;
    }
    return PACKET_OTHER;
}

enum packet_result packet_parse(struct fragments *store, enum link_type link, struct cursor frame,
                                size_t length, int64_t now, struct packet *out)
{
    fragments_age(store, now);
    if (frame.left > PACKET_MAX || length > PACKET_MAX)
        return PACKET_MALFORMED;
    *out = (struct packet){ .missing = 0 };
    struct parse parse = { .store = store, .now = now, .packet = out };
    struct span span = { .bytes = frame, .cut = length > frame.left ? length - frame.left : 0 };
    return parse_link(&parse, link, span);
}
