/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a captured frame to one TCP segment or UDP datagram: link layer, VLAN tags, IP with options,
 * extension headers and fragments. Gets frames from the intakes, gives segments to stream and session.
 * Copies nothing but fragments.
 */
#ifndef WIRE_PACKET_H
#define WIRE_PACKET_H

#include "base/cursor.h"
#include "base/net.h"
#include "wire/fragments.h"

/* Link types, as libpcap numbers them (DLT_…); the intakes map a file's or interface's to one of these. */
enum link_type {
    LINK_UNKNOWN,
    LINK_ETHERNET,
    LINK_LOOPBACK, /* BSD loopback: DLT_NULL (host order, either one) and DLT_LOOP (network order) */
    LINK_COOKED,   /* Linux cooked v1 */
    LINK_COOKED2,  /* Linux cooked v2 */
    LINK_RAW_IP    /* raw IPv4 or IPv6 */
};

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

/* No frame is longer, on the wire or as captured: what claims to be is malformed. */
enum { PACKET_MAX = 1 << 20 };

/* What packets are inside of that is not looked into. */
enum unread {
    UNREAD_NONE,
    UNREAD_MPLS,
    UNREAD_GRE,
    UNREAD_IP_IN_IP,
    UNREAD_VXLAN,
    UNREAD_ETHER_TYPE, /* one that is not known */
    UNREAD_LINK_TYPE,  /* of an interface that is not known */
    UNREAD_KINDS
};

/* One segment or datagram. The payload borrows from the frame, or from the fragment store until its next
 * call. */
struct packet {
    enum transport transport;
    struct endpoint source, destination;
    uint32_t sequence, acknowledgement; /* TCP only */
    unsigned flags;                     /* TCP only: TCP_… */
    uint16_t identification;            /* of the IPv4 header; 0 for IPv6 */
    enum unread unread;                 /* with PACKET_OTHER, and VXLAN with PACKET_OK */
    struct cursor payload;
    size_t missing; /* payload bytes that the capture cut off (snaplen) */
};

enum packet_result {
    PACKET_OK,
    PACKET_FRAGMENT, /* kept until the rest of the datagram comes */
    PACKET_REFUSED, /* ICMP: what it quotes found nobody, or was not let in; out is what it quotes: transport, source,
                       * destination and identification */
    PACKET_OTHER,     /* well formed, but no TCP or UDP over IP (ARP, …) */
    PACKET_TRUNCATED, /* the capture ends inside a header */
    PACKET_MALFORMED  /* contradicts itself */
};

/* Takes a frame apart. `length` is the frame's length on the wire (frame.left may be less: snaplen). `now`
 * in microseconds ages fragments. On PACKET_OK and PACKET_REFUSED fills out (otherwise only unread
 * is of use). Checksums are not
 * verified: offloading leaves them wrong on the sending host. */
enum packet_result packet_parse(struct fragments *store, enum link_type link, struct cursor frame,
                                size_t length, int64_t now, struct packet *out);

#endif
