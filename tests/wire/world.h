/* SPDX-License-Identifier: Apache-2.0 */
/* A stream with one tracker and one server, and what it tells as a line of text:
 *   +1s +1m     connection 1 began, with its start seen or in the middle
 *   >abc <abc   bytes to and from the server; (7) before them: 7 bytes lost
 *   -1fin       connection 1 ended: fin, reset, replaced, evicted, idle */
#ifndef TESTS_WIRE_WORLD_H
#define TESTS_WIRE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "wire/stream.h"

enum { PORT = 5023, OTHER_PORT = 5013, S = TCP_SYN, A = TCP_ACK, F = TCP_FIN, R = TCP_RST };

struct world {
    struct stream *stream;
    struct endpoint peer, server;
    int64_t now;
    uint64_t open; /* the flow that must be open when bytes come; checked where only one is used */
    bool check_one;
    char memory[1 << 16];
    struct buffer log;
    unsigned established;
};

static inline struct endpoint world_v4(unsigned last, uint16_t port)
{
    return endpoint_of_v4((uint8_t[]){ 203, 0, 113, (uint8_t)last }, port);
}

static inline void world_opened(void *context, uint64_t flow, const struct flow_key *key, bool seen_start,
                                int64_t now)
{
    struct world *w = context;
    assert_int_equal(now, w->now);
    assert_true(key->port == key->server.port);
    assert_true(!w->check_one || w->open == 0);
    w->open = flow;
    buffer_printf(&w->log, "+%u%s ", (unsigned)flow, seen_start ? "s" : "m");
}

static inline void world_established(void *context, uint64_t flow, const struct flow_key *key, int64_t now)
{
    struct world *w = context;
    (void)flow;
    (void)key;
    (void)now;
    w->established++;
}

static inline void world_bytes(void *context, uint64_t flow, const struct flow_key *key,
                               enum direction direction, struct cursor bytes, size_t lost, int64_t now)
{
    struct world *w = context;
    assert_int_equal(now, w->now);
    assert_true(key->port == PORT || key->port == OTHER_PORT);
    assert_true(bytes.left > 0 || key->transport == TRANSPORT_UDP);
    assert_true(!w->check_one || w->open == flow);
    if (lost)
        buffer_printf(&w->log, "(%zu)", lost);
    buffer_put_u8(&w->log, direction == DIRECTION_IN ? '>' : '<');
    buffer_put_cursor(&w->log, bytes);
    buffer_put_u8(&w->log, ' ');
}

static inline void world_closed(void *context, uint64_t flow, const struct flow_key *key, enum flow_end end,
                                int64_t now)
{
    static const char *const names[] = { "fin", "reset", "replaced", "evicted", "idle" };
    struct world *w = context;
    assert_int_equal(now, w->now);
    assert_true(key->port == PORT || key->port == OTHER_PORT);
    assert_true(!w->check_one || w->open == flow);
    w->open = 0;
    buffer_printf(&w->log, "-%u%s ", (unsigned)flow, names[end]);
}

static inline bool world_watches(void *context, enum transport transport, uint16_t port)
{
    (void)context;
    (void)transport;
    return port == PORT || port == OTHER_PORT;
}

static inline struct world *world_new(const struct stream_limits *limits)
{
    static const struct stream_limits usual = {
        .flows = 100, .buffer = 65536, .total_buffer = 1 << 20, .idle = 600 * 1000000LL
    };
    struct world *w = calloc(1, sizeof(*w));
    assert_non_null(w);
    w->log = buffer_on(w->memory, sizeof(w->memory));
    w->peer = world_v4(7, 40000);
    w->server = world_v4(200, PORT);
    w->now = 1700000000 * 1000000LL;
    w->check_one = !limits;
    struct stream_handler handler = { w, world_opened, world_established, world_bytes, world_closed };
    w->stream = stream_new(limits ? limits : &usual, &handler, world_watches, NULL);
    assert_non_null(w->stream);
    return w;
}

static inline void world_free(struct world *w)
{
    stream_free(w->stream);
    free(w);
}

/* A packet whose payload is gone after the call, in a block of its exact size. */
static inline void world_send(struct world *w, struct packet packet, const char *text, size_t length)
{
    uint8_t *block = malloc(length ? length : 1);
    assert_non_null(block);
    memcpy(block, text, length);
    packet.payload = cursor_of(block, length);
    stream_packet(w->stream, &packet, w->now);
    memset(block, 'X', length);
    free(block);
    w->now += 1000;
}

static inline void in(struct world *w, unsigned flags, uint32_t sequence, uint32_t acknowledgement,
                      const char *text)
{
    world_send(w,
               (struct packet){ .source = w->peer,
                                .destination = w->server,
                                .flags = flags,
                                .sequence = sequence,
                                .acknowledgement = acknowledgement },
               text, strlen(text));
}

static inline void out(struct world *w, unsigned flags, uint32_t sequence, uint32_t acknowledgement,
                       const char *text)
{
    world_send(w,
               (struct packet){ .source = w->server,
                                .destination = w->peer,
                                .flags = flags,
                                .sequence = sequence,
                                .acknowledgement = acknowledgement },
               text, strlen(text));
}

static inline void tick(struct world *w, int64_t microseconds)
{
    w->now += microseconds;
    stream_tick(w->stream, w->now);
}

static inline uint64_t duplicates(const struct world *w)
{
    return stream_losses(w->stream).duplicates;
}

/* What was told since the last time. */
#define told(w, expected)                                       \
    do {                                                        \
        buffer_put_u8(&(w)->log, 0);                            \
        assert_false((w)->log.full);                            \
        assert_string_equal((w)->memory, expected);             \
        (w)->log = buffer_on((w)->memory, sizeof((w)->memory)); \
    } while (0)

#endif
