/* SPDX-License-Identifier: Apache-2.0 */
/* Follows the connections of the watched ports. Gets packets from tap, orders TCP with reassembly.c, feeds the sessions; life.c
 * knows what begins and ends. */
#include "wire/stream.h"

#include <assert.h>
#include <stdlib.h>

#include "wire/datagrams.h"
#include "wire/life.h"

/* How long a gap may wait for its bytes. */
static const int64_t gap_patience = 2000000;
/* How long a closed connection is remembered, so that what is sent again begins no new one: TCP's slowest
 * retransmissions are two minutes apart. */
static const int64_t closed_age = 120 * 1000000LL;
/* How long an attempt may be without an answer. The capture is at the server's side: what answers does so at once. */
static const int64_t attempt_patience = 5000000;

/* Within this the same ICMP message is a copy. */
static const int64_t refusal_copy_age = 2000;

static void on_give(void *context, struct half *half, struct cursor bytes, size_t lost, int64_t now)
{
    struct stream *stream = context;
    struct flow *flow = half->flow;
    if (flow->state == FLOW_ATTEMPT)
        life_open(stream, flow, now);
    enum direction direction = half == &flow->halves[DIRECTION_IN] ? DIRECTION_IN : DIRECTION_OUT;
    if (flow->session)
        stream->receiver.feed(flow->session, direction, bytes, lost, now);
    else
        stream->losses.bytes_lost += bytes.left;
}

struct stream *stream_new(const struct stream_limits *limits, const struct receiver *receiver,
                          struct datagrams *datagrams, const struct portset *watched)
{
    struct stream *stream = calloc(1, sizeof(*stream));
    if (!stream)
        return NULL;
    stream->limits = *limits;
    stream->receiver = *receiver;
    stream->datagrams = datagrams;
    stream->watched = watched;
    reassembly_start(&stream->reassembly);
    stream->reassembly.half_limit = limits->buffer;
    stream->reassembly.total_limit = limits->total_buffer;
    stream->reassembly.context = stream;
    stream->reassembly.give = on_give;
    stream->flows = flows_new(limits->flows);
    if (!stream->flows) {
        free(stream);
        return NULL;
    }
    return stream;
}

void stream_free(struct stream *stream)
{
    if (!stream)
        return;
    struct flow *flow;
    for (unsigned state = 0; state < FLOW_STATES; state++)
        while ((flow = flows_oldest(stream->flows, (enum flow_state)state)))
            life_forget(stream, flow);
    flows_free(stream->flows);
    free(stream);
}

static void set_roles(const struct stream *stream, const struct packet *packet, enum direction direction,
                      struct roles *roles)
{
    bool in = direction == DIRECTION_IN;
    roles->direction = direction;
    roles->peer = in ? &packet->source : &packet->destination;
    roles->server = in ? &packet->destination : &packet->source;
    roles->flow = packet->transport == TRANSPORT_TCP
                      ? flows_find(stream->flows, roles->peer, roles->server->port)
                      : NULL;
}

/* Does a packet between these two belong to something that is known, and does not begin anew? */
static bool is_known(const struct stream *stream, const struct packet *packet, const struct roles *roles)
{
    if (packet->transport == TRANSPORT_UDP)
        return datagrams_knows(stream->datagrams, roles->peer, roles->server->port);
    return roles->flow && !(packet->flags & TCP_SYN && roles->flow->state == FLOW_CLOSED);
}

/* Which side is the server's: the one whose port is watched. When both are, a known flow decides, then a
 * SYN, and without any clue the destination. False: nobody watches. */
static bool find_roles(const struct stream *stream, const struct packet *packet, struct roles *roles)
{
    bool in = portset_has(stream->watched, packet->transport, packet->destination.port);
    bool out = portset_has(stream->watched, packet->transport, packet->source.port);
    if (!in && !out)
        return false;
    set_roles(stream, packet, in ? DIRECTION_IN : DIRECTION_OUT, roles);
    if (!in || !out || is_known(stream, packet, roles))
        return true;
    struct roles other;
    set_roles(stream, packet, DIRECTION_OUT, &other);
    bool answers_syn =
        packet->transport == TRANSPORT_TCP && packet->flags & TCP_SYN && packet->flags & TCP_ACK;
    if (answers_syn || is_known(stream, packet, &other))
        *roles = other;
    return true;
}

static bool is_own(const struct stream *stream, const struct endpoint *address)
{
    for (size_t i = 0; i < stream->own_count; i++) {
        if (endpoint_same_address(&stream->own[i], address))
            return true;
    }
    return false;
}

/* Does this host pass on, under its own name, what has come to the same port of it? (Docker's proxy, masquerading.) */
static bool is_passed_on(struct stream *stream, enum transport transport, const struct endpoint *peer,
                         const struct endpoint *server)
{
    if (stream->own_count == 0)
        return false;
    bool is_peer_own = is_own(stream, peer), is_server_own = is_own(stream, server);
    if (!is_peer_own && is_server_own && !portset_has(&stream->reached, transport, server->port))
        portset_add(&stream->reached, transport, server->port, server->port);
    return is_peer_own && !is_server_own && portset_has(&stream->reached, transport, server->port);
}

void stream_set_own(struct stream *stream, const struct endpoint *addresses, size_t count)
{
    stream->own_count = count < STREAM_OWN ? count : STREAM_OWN;
    for (size_t i = 0; i < stream->own_count; i++)
        stream->own[i] = addresses[i];
}

static void take_datagram(struct stream *stream, const struct roles *roles, const struct packet *packet,
                          int64_t now)
{
    struct datagram datagram = { .peer = *roles->peer,
                                 .port = roles->server->port,
                                 .direction = roles->direction,
                                 .bytes = packet->payload,
                                 .missing = packet->missing,
                                 .identification = packet->identification,
                                 .captured = true };
    (void)datagrams_take(stream->datagrams, &datagram, now, NULL);
}

/* Starts the directions of which the segment tells where they start. True when that is news. */
static bool start_halves(struct flow *flow, enum direction direction, const struct packet *packet)
{
    struct half *half = &flow->halves[direction], *other = &flow->halves[!direction];
    if (packet->flags & TCP_SYN) {
        if (packet->flags & TCP_ACK && !other->started)
            half_start(other, packet->acknowledgement, true);
        bool untouched = half->next == half->first && !half->waiting;
        if (half->started && (half->first == packet->sequence + 1 || !untouched))
            return false;
        half_start(half, packet->sequence + 1, true);
        return true;
    }
    if (!half->started && (payload_length(packet) > 0 || packet->flags & TCP_FIN))
        half_start(half, packet->sequence, false);
    return false;
}

/* What the server takes of the peer was said, also where the capture has lost it. */
static void take_acknowledgement(struct stream *stream, struct flow *flow, enum direction direction,
                                 uint32_t acknowledgement, int64_t now)
{
    struct half *half = &flow->halves[!direction];
    half_acknowledge(&stream->reassembly, half, acknowledgement, now);
    if (flow->session && direction == DIRECTION_OUT)
        stream->receiver.server(flow->session, true, half_unseen(half));
}

static void take_segment(struct stream *stream, struct roles *roles, const struct packet *packet, int64_t now)
{
    if (roles->flow)
        flows_touch(stream->flows, roles->flow, now);
    if (packet->flags & TCP_RST) {
        life_reset(stream, roles, packet, now);
        return;
    }
    if (!life_enter(stream, roles, packet, now))
        return;
    struct flow *flow = roles->flow;
    struct half *half = &flow->halves[roles->direction];
    bool syn = packet->flags & TCP_SYN, fin = packet->flags & TCP_FIN;
    half->seen = true;
    bool fresh = start_halves(flow, roles->direction, packet);
    if (packet->flags & TCP_ACK)
        take_acknowledgement(stream, flow, roles->direction, packet->acknowledgement, now);
    if (syn || fin || payload_length(packet) > 0) {
        struct segment segment = { .sequence = packet->sequence + syn,
                                   .bytes = packet->payload,
                                   .missing = packet->missing };
        life_take(stream, half, &segment, now);
        fresh |= segment.fresh;
        if (fin)
            fresh |= half_fin(&stream->reassembly, half, segment.sequence, now);
        if (!fresh)
            stream->losses.duplicates++;
    }
    life_acknowledge(stream, flow, roles->direction, packet, now);
    life_close_ended(stream, flow, now);
}

void stream_refused(struct stream *stream, const struct packet *packet, int64_t now)
{
    struct who who = { .transport = packet->transport,
                       .port = packet->destination.port,
                       .peer = packet->source };
    const struct packet *last = &stream->refusal;
    bool is_copy = last->identification == packet->identification &&
                   endpoint_same(&last->source, &packet->source) &&
                   endpoint_same(&last->destination, &packet->destination) &&
                   now - stream->refusal_at <= refusal_copy_age;
    if (is_copy || !portset_has(stream->watched, who.transport, who.port) ||
        is_passed_on(stream, who.transport, &packet->source, &packet->destination))
        return;
    if (who.transport == TRANSPORT_TCP) {
        struct flow *flow = flows_find(stream->flows, &who.peer, who.port);
        if (flow)
            life_refused(stream, flow, now);
        return;
    }
    stream->refusal = *packet;
    stream->refusal.payload = cursor_of(NULL, 0);
    stream->refusal_at = now;
    stream->receiver.fail(stream->receiver.sessions, &who, CONNECTION_REFUSED, false, now);
}

void stream_packet(struct stream *stream, const struct packet *packet, int64_t now)
{
    struct roles roles;
    assert(packet->payload.left <= PACKET_MAX && packet->missing <= PACKET_MAX);
    if (!find_roles(stream, packet, &roles))
        return;
    if (is_passed_on(stream, packet->transport, roles.peer, roles.server)) {
        stream->losses.duplicates++;
        return;
    }
    if (packet->transport == TRANSPORT_UDP)
        take_datagram(stream, &roles, packet, now);
    else
        take_segment(stream, &roles, packet, now);
}

void stream_tick(struct stream *stream, int64_t now)
{
    struct half *half;
    struct flow *flow;
    while ((half = reassembly_oldest(&stream->reassembly)) && now - half->since > gap_patience) {
        half_give_up(&stream->reassembly, half, now);
        life_close_ended(stream, half->flow, now);
    }
    life_tell_attempts(stream, attempt_patience, now);
    while ((flow = flows_oldest(stream->flows, FLOW_OPEN)) && now - flow->last > stream->limits.idle) {
        life_end(stream, flow, "idle", now);
        life_forget(stream, flow);
    }
    while (((flow = flows_oldest(stream->flows, FLOW_CLOSED)) && now - flow->last > closed_age) ||
           ((flow = flows_oldest(stream->flows, FLOW_ATTEMPT)) && now - flow->last > closed_age))
        life_forget(stream, flow);
}

void stream_finish(struct stream *stream, int64_t now)
{
    struct half *half;
    while ((half = reassembly_oldest(&stream->reassembly)))
        half_give_up(&stream->reassembly, half, now);
    for (struct flow *flow = flows_oldest(stream->flows, FLOW_OPEN); flow; flow = flows_next(flow)) {
        stream->losses.bytes_lost += half_unseen(&flow->halves[DIRECTION_IN]);
        stream->losses.one_sided += life_stays_one_sided(flow);
    }
    /* nothing more can come: but what was sent just before the end may have had its answer behind it */
    life_tell_attempts(stream, attempt_patience / 5, now);
}

struct stream_losses stream_losses(const struct stream *stream)
{
    struct stream_losses losses = stream->losses;
    losses.bytes_lost += stream->reassembly.bytes_lost;
    losses.bytes_contradict += stream->reassembly.bytes_contradict;
    return losses;
}
