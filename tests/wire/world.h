/* SPDX-License-Identifier: Apache-2.0 */
/* A stream with one tracker and one server, and what it tells as a line of text:
 *   +1s +1m     connection 1 began, with its start seen or in the middle
 *   >abc <abc   bytes to and from the server; (7) before them: 7 bytes lost
 *   !refused    an attempt came to nothing: refused, unanswered, half-open
 *   -1fin       connection 1 ended: fin, reset, replaced, evicted, idle */
#ifndef TESTS_WIRE_WORLD_H
#define TESTS_WIRE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "verdict/wording.h"
#include "wire/datagrams.h"
#include "wire/stream.h"

enum { PORT = 5023, OTHER_PORT = 5013, S = TCP_SYN, A = TCP_ACK, F = TCP_FIN, R = TCP_RST };

/* What the stream takes for its sessions: this world, and one of these for each. */
struct session {
    struct world *world;
    bool has_device; /* its bytes began with "id" */
    struct who who;
};

struct world {
    struct stream *stream;
    struct datagrams *datagrams;
    struct portset watched;
    struct endpoint peer, server;
    int64_t now;
    uint64_t flows; /* how many were opened */
    uint64_t open;  /* the flow that must be open when bytes come; checked where only one is used */
    bool check_one;
    char memory[1 << 16];
    struct buffer log;
    unsigned established, speaking;
    bool is_server_seen;
};

static inline struct endpoint world_v4(unsigned last, uint16_t port)
{
    return endpoint_of_v4((uint8_t[]){ 203, 0, 113, (uint8_t)last }, port);
}

static inline struct session *world_open(struct sessions *sessions, const struct who *who, bool seen_start,
                                         int64_t now)
{
    struct world *w = (struct world *)sessions;
    struct session *session = malloc(sizeof(*session));
    assert_non_null(session);
    assert_int_equal(now, w->now);
    assert_true(who->port == PORT || who->port == OTHER_PORT);
    assert_true(!w->check_one || w->open == 0);
    *session = (struct session){ .world = w, .who = *who };
    session->who.flow = w->open = ++w->flows;
    buffer_printf(&w->log, "+%u%s ", (unsigned)w->open, seen_start ? "s" : "m");
    return session;
}

static inline void world_fail(struct sessions *sessions, const struct who *who, enum connection_state state,
                              bool is_repeated, int64_t now)
{
    struct world *w = (struct world *)sessions;
    assert_int_equal(now, w->now);
    assert_true(who->port == PORT || who->port == OTHER_PORT);
    buffer_printf(&w->log, "!%s%s%s ", who->transport == TRANSPORT_UDP ? "udp-" : "", connection_name(state),
                  is_repeated ? "-again" : "");
}

static inline void world_established(struct session *session, int64_t now)
{
    assert_int_equal(now, session->world->now);
    session->world->established++;
}

static inline void world_server(struct session *session, bool is_seen, size_t unseen)
{
    session->world->speaking += unseen > 0;
    session->world->is_server_seen = is_seen;
}

static inline void world_feed(struct session *session, enum direction direction, struct cursor bytes,
                              size_t lost, int64_t now)
{
    struct world *w = session->world;
    assert_int_equal(now, w->now);
    assert_true(bytes.left > 0 || lost > 0 || session->who.transport == TRANSPORT_UDP);
    assert_true(!w->check_one || w->open == session->who.flow);
    w->open = session->who.flow;
    session->has_device |= CURSOR_STARTS(bytes, "id");
    if (lost)
        buffer_printf(&w->log, "(%zu)", lost);
    buffer_put_u8(&w->log, direction == DIRECTION_IN ? '>' : '<');
    buffer_put_cursor(&w->log, bytes);
    buffer_put_u8(&w->log, ' ');
}

static inline void world_receive(struct session *session, struct cursor bytes, int64_t now,
                                 struct answers *answers)
{
    (void)answers;
    world_feed(session, DIRECTION_IN, bytes, 0, now);
}

static inline bool world_has_device(const struct session *session)
{
    return session->has_device;
}

static inline const char *world_word(const char *reason)
{
    static const char *const words[][2] = { { "closed", "fin" },
                                            { "replaced by a new connection", "replaced" },
                                            { "forgotten", "evicted" } };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i][0], reason) == 0)
            return words[i][1];
    }
    return reason;
}

static inline void world_close(struct session *session, const char *reason, int64_t now)
{
    struct world *w = session->world;
    assert_int_equal(now, w->now);
    assert_true(!w->check_one || w->open == session->who.flow);
    w->open = 0;
    buffer_printf(&w->log, "-%u%s ", (unsigned)session->who.flow, world_word(reason));
    free(session);
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
    struct receiver receiver = { .sessions = (struct sessions *)w,
                                 .open = world_open,
                                 .fail = world_fail,
                                 .established = world_established,
                                 .server = world_server,
                                 .feed = world_feed,
                                 .receive = world_receive,
                                 .has_device = world_has_device,
                                 .close = world_close };
    struct datagrams_limits peers = { .peers = 100, .share = 100, .idle = 600 * 1000000LL };
    for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
        portset_add(&w->watched, (enum transport)transport, PORT, PORT);
        portset_add(&w->watched, (enum transport)transport, OTHER_PORT, OTHER_PORT);
    }
    w->datagrams = datagrams_new(&peers, &receiver);
    assert_non_null(w->datagrams);
    w->stream = stream_new(limits ? limits : &usual, &receiver, w->datagrams, &w->watched);
    assert_non_null(w->stream);
    return w;
}

static inline void world_free(struct world *w)
{
    /* what is open goes with its flow */
    w->check_one = false;
    w->log.length = 0;
    w->now += 1000 * 3600 * 1000000LL;
    stream_tick(w->stream, w->now);
    datagrams_tick(w->datagrams, w->now);
    stream_free(w->stream);
    datagrams_free(w->datagrams);
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
    datagrams_tick(w->datagrams, w->now);
}

static inline uint64_t duplicates(const struct world *w)
{
    return stream_losses(w->stream).duplicates + datagrams_losses(w->datagrams).duplicates;
}

/* What was told since the last time. */
#define identity(w, expected)                                   \
    do {                                                        \
        buffer_put_u8(&(w)->log, 0);                            \
        assert_false((w)->log.full);                            \
        assert_string_equal((w)->memory, expected);             \
        (w)->log = buffer_on((w)->memory, sizeof((w)->memory)); \
    } while (0)

#endif
