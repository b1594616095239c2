/* SPDX-License-Identifier: Apache-2.0 */
/* Builds frames and parses them. Headers are put one after the other; close_ip writes the IP length then. */
#ifndef TESTS_WIRE_FRAMES_H
#define TESTS_WIRE_FRAMES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "wire/packet.h"

struct frame {
    uint8_t memory[4096];
    struct buffer b;
    size_t ip; /* where the IP header stands */
};

static inline void frame_start(struct frame *f)
{
    f->b = buffer_on(f->memory, sizeof(f->memory));
    f->ip = 0;
}

/* 12 bytes of addresses, VLAN tags (any number, ended by 0), the type. */
static inline void put_ethernet(struct frame *f, const uint16_t *tags, uint16_t type)
{
    frame_start(f);
    buffer_put_text(&f->b, "destinsource");
    for (; tags && *tags; tags++) {
        buffer_put_be(&f->b, 2, *tags);
        buffer_put_be(&f->b, 2, 0x2007);
    }
    buffer_put_be(&f->b, 2, type);
}

/* words: of options. place: flags and fragment offset. */
static inline void put_ipv4(struct frame *f, uint8_t protocol, unsigned words, uint16_t identification,
                            uint16_t service)
{
    f->ip = f->b.length;
    buffer_put_u8(&f->b, 0x45 + words);
    buffer_put_u8(&f->b, 0);
    buffer_put_be(&f->b, 2, 0);
    buffer_put_be(&f->b, 2, identification);
    buffer_put_be(&f->b, 2, service);
    buffer_put_u8(&f->b, 64);
    buffer_put_u8(&f->b, protocol);
    buffer_put_be(&f->b, 2, 0);
    buffer_put_be(&f->b, 4, 0xcb007107); /* 203.0.113.7 */
    buffer_put_be(&f->b, 4, 0xc0000201); /* 192.0.2.1 */
    while (words-- > 0)
        buffer_put_be(&f->b, 4, 0x01010101);
}

static inline void put_ipv6(struct frame *f, uint8_t next)
{
    f->ip = f->b.length;
    buffer_put_be(&f->b, 4, 0x60000000);
    buffer_put_be(&f->b, 2, 0);
    buffer_put_u8(&f->b, next);
    buffer_put_u8(&f->b, 64);
    buffer_put_be(&f->b, 8, 0x20010db800000000);
    buffer_put_be(&f->b, 8, 7);
    buffer_put_be(&f->b, 8, 0x20010db800000000);
    buffer_put_be(&f->b, 8, 1);
}

/* An IPv6 extension header of this many bytes. */
static inline void put_extension(struct frame *f, uint8_t next, uint8_t length, size_t bytes)
{
    buffer_put_u8(&f->b, next);
    buffer_put_u8(&f->b, length);
    for (size_t i = 2; i < bytes; i++)
        buffer_put_u8(&f->b, 0);
}

static inline void put_fragment_header(struct frame *f, uint8_t next, uint16_t service,
                                       uint32_t identification)
{
    buffer_put_u8(&f->b, next);
    buffer_put_u8(&f->b, 0);
    buffer_put_be(&f->b, 2, service);
    buffer_put_be(&f->b, 4, identification);
}

static inline void put_tcp(struct frame *f, unsigned words, uint8_t flags)
{
    buffer_put_be(&f->b, 2, 40000);
    buffer_put_be(&f->b, 2, 5023);
    buffer_put_be(&f->b, 4, 0xfffffffe);
    buffer_put_be(&f->b, 4, 0x01020304);
    buffer_put_u8(&f->b, (5 + words) << 4);
    buffer_put_u8(&f->b, flags);
    buffer_put_be(&f->b, 6, 0xffff00000000);
    while (words-- > 0)
        buffer_put_be(&f->b, 4, 0x01010101);
}

static inline void put_udp(struct frame *f, size_t length)
{
    buffer_put_be(&f->b, 2, 40000);
    buffer_put_be(&f->b, 2, 5023);
    buffer_put_be(&f->b, 2, length);
    buffer_put_be(&f->b, 2, 0);
}

static inline void set_be16(struct frame *f, size_t offset, size_t value)
{
    f->memory[offset] = (uint8_t)(value >> 8);
    f->memory[offset + 1] = (uint8_t)value;
}

/* The IP header's length field says that the datagram ends here. */
static inline void close_ip(struct frame *f)
{
    size_t length = f->b.length - f->ip;
    assert_false(f->b.full);
    if (f->memory[f->ip] >> 4 == 6)
        set_be16(f, f->ip + 4, length - 40);
    else
        set_be16(f, f->ip + 2, length);
}

enum { TCP = 6, UDP = 17, V4 = 0x0800, V6 = 0x86dd };

struct fixture {
    struct fragments *store;
    uint8_t *block; /* the frame in exactly its size */
    struct packet packet;
    struct frame f;
};

static inline int set_up(void **state)
{
    struct fixture *x = calloc(1, sizeof(*x));
    *state = x;
    if (!x)
        return -1;
    x->store = fragments_new(4);
    return x->store ? 0 : -1;
}

static inline int tear_down(void **state)
{
    struct fixture *x = *state;
    fragments_free(x->store);
    free(x->block);
    free(x);
    return 0;
}

static inline enum packet_result parse_cut(struct fixture *x, enum link_type link, size_t captured,
                                           size_t length)
{
    free(x->block);
    x->block = malloc(captured ? captured : 1);
    assert_non_null(x->block);
    memcpy(x->block, x->f.memory, captured);
    memset(&x->packet, 0, sizeof(x->packet));
    return packet_parse(x->store, link, cursor_of(x->block, captured), length, 1000, &x->packet);
}

static inline enum packet_result parse(struct fixture *x, enum link_type link)
{
    return parse_cut(x, link, x->f.b.length, x->f.b.length);
}

static inline void put_message(struct fixture *x)
{
    buffer_put_text(&x->f.b, "message");
    close_ip(&x->f);
}

#endif
