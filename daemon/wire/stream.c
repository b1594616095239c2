/* SPDX-License-Identifier: Apache-2.0 */
/* Follows connections and UDP peers of the watched ports. Gets packets from packet_parse, orders TCP with
 * reassembly.c, gives ordered bytes, datagrams and the life of connections to one handler (session). */
#include "wire/stream.h"

#include <assert.h>
#include <stdlib.h>

#include "wire/flows.h"

/* How long a gap may wait for its bytes. */
static const int64_t gap_patience = 2000000;
/* How long a closed connection is remembered, so that what is sent again begins no new one: TCP's slowest
 * retransmissions are two minutes apart. */
static const int64_t closed_age = 120 * 1000000LL;
/* Within this a SYN with a known sequence number is a copy, whatever followed it. */
static const int64_t syn_copy_age = 1000000;
/* Within these an equal datagram is a copy: with an IPv4 identification, and without one. */
static const int64_t datagram_copy_age = 100000, datagram_copy_age_unnamed = 2000;

struct stream {
    struct stream_limits limits;
    struct stream_handler handler; /* its context is borrowed */
    stream_watches watches;
    void *watches_context; /* borrowed */
    struct flows *flows;
    struct reassembly reassembly;
    struct stream_losses losses; /* without what the reassembly counts */
    uint64_t last_id;
};

/* Who is who in a packet. */
struct roles {
    const struct endpoint *peer, *server;
    enum direction direction;
    struct flow *flow; /* NULL: not known yet */
};

static void on_give(void *context, struct half *half, struct cursor bytes, size_t lost, int64_t now)
{
    const struct stream *stream = context;
    const struct flow *flow = half->flow;
    enum direction direction = half == &flow->halves[DIRECTION_IN] ? DIRECTION_IN : DIRECTION_OUT;
    stream->handler.bytes(stream->handler.context, flow->id, &flow->key, direction, bytes, lost, now);
}

struct stream *stream_new(const struct stream_limits *limits, const struct stream_handler *handler,
                          stream_watches watches, void *watches_context)
{
    struct stream *stream = calloc(1, sizeof(*stream));
    if (!stream)
        return NULL;
    stream->limits = *limits;
    stream->handler = *handler;
    stream->watches = watches;
    stream->watches_context = watches_context;
    stream->reassembly = (struct reassembly){
        .half_limit = limits->buffer, .total_limit = limits->total_buffer, .context = stream, .give = on_give
    };
    stream->flows = flows_new(limits->flows);
    if (!stream->flows) {
        free(stream);
        return NULL;
    }
    return stream;
}

/* Frees what a flow's directions hold. */
static void clear(struct stream *stream, struct flow *flow)
{
    if (flow->key.transport != TRANSPORT_TCP)
        return;
    half_clear(&stream->reassembly, &flow->halves[DIRECTION_IN]);
    half_clear(&stream->reassembly, &flow->halves[DIRECTION_OUT]);
}

static void forget(struct stream *stream, struct flow *flow)
{
    clear(stream, flow);
    flows_remove(stream->flows, flow);
}

void stream_free(struct stream *stream)
{
    if (!stream)
        return;
    struct flow *flow;
    while ((flow = flows_oldest(stream->flows, false)) || (flow = flows_oldest(stream->flows, true)))
        forget(stream, flow);
    flows_free(stream->flows);
    free(stream);
}

/* A connection begins under a new key, or again under one that is known. */
static void begin(struct stream *stream, const struct roles *roles, bool seen_start, int64_t now)
{
    struct flow *flow = roles->flow;
    flow->key.server = *roles->server;
    flow->id = ++stream->last_id;
    flow->began = now;
    flow->established = false;
    if (flow->closed)
        flows_set_closed(stream->flows, flow, false);
    stream->handler.opened(stream->handler.context, flow->id, &flow->key, seen_start, now);
}

/* Gives out what waits behind gaps and tells the end. The flow stays, to know what is sent again. */
static void end(struct stream *stream, struct flow *flow, enum flow_end end, int64_t now)
{
    for (unsigned i = 0; i < 2 && flow->key.transport == TRANSPORT_TCP; i++)
        while (flow->halves[i].waiting)
            half_give_up(&stream->reassembly, &flow->halves[i], now);
    clear(stream, flow);
    flows_set_closed(stream->flows, flow, true);
    stream->handler.closed(stream->handler.context, flow->id, &flow->key, end, now);
}

/* Makes a new flow; false when memory is out. Closed ones make way first: nothing is lost. */
static bool add(struct stream *stream, struct roles *roles, enum transport transport, int64_t now)
{
    if (flows_full(stream->flows)) {
        struct flow *oldest = flows_oldest(stream->flows, true);
        if (!oldest) {
            oldest = flows_oldest(stream->flows, false);
            end(stream, oldest, FLOW_EVICTED, now);
            stream->losses.flows_evicted++;
        }
        forget(stream, oldest);
    }
    struct flow_key key = {
        .transport = transport, .port = roles->server->port, .peer = *roles->peer, .server = *roles->server
    };
    struct flow *flow = flows_add(stream->flows, &key);
    if (!flow)
        return false;
    if (transport == TRANSPORT_TCP)
        flow->halves[DIRECTION_IN].flow = flow->halves[DIRECTION_OUT].flow = flow;
    flow->last = now;
    roles->flow = flow;
    return true;
}

static void set_roles(const struct stream *stream, const struct packet *packet, enum direction direction,
                      struct roles *roles)
{
    bool in = direction == DIRECTION_IN;
    roles->direction = direction;
    roles->peer = in ? &packet->source : &packet->destination;
    roles->server = in ? &packet->destination : &packet->source;
    roles->flow = flows_find(stream->flows, packet->transport, roles->peer, roles->server->port);
}

/* Which side is the server's: the one whose port is watched. When both are, a known flow decides, then a
 * SYN, and without any clue the destination. False: nobody watches. */
static bool find_roles(const struct stream *stream, const struct packet *packet, struct roles *roles)
{
    bool in = stream->watches(stream->watches_context, packet->transport, packet->destination.port);
    bool out = stream->watches(stream->watches_context, packet->transport, packet->source.port);
    if (!in && !out)
        return false;
    set_roles(stream, packet, in ? DIRECTION_IN : DIRECTION_OUT, roles);
    if (!in || !out)
        return true;
    bool syn = packet->transport == TRANSPORT_TCP && packet->flags & TCP_SYN;
    if (roles->flow && !(syn && roles->flow->closed))
        return true;
    struct roles other;
    set_roles(stream, packet, DIRECTION_OUT, &other);
    bool known = other.flow && !(syn && other.flow->closed);
    if (known || (syn && packet->flags & TCP_ACK))
        *roles = other;
    return true;
}

static void take_datagram(struct stream *stream, struct roles *roles, const struct packet *packet,
                          int64_t now)
{
    struct fingerprint print = { .hash = flows_hash(stream->flows, packet->payload),
                                 .time = now,
                                 .length = (uint32_t)(packet->payload.left + packet->missing),
                                 .identification = packet->identification,
                                 .direction = (uint8_t)roles->direction,
                                 .used = true };
    if (!roles->flow) {
        if (!add(stream, roles, TRANSPORT_UDP, now)) {
            stream->losses.bytes_lost += print.length;
            return;
        }
        begin(stream, roles, true, now);
    }
    struct flow *flow = roles->flow;
    flows_touch(stream->flows, flow, now);
    /* Many senders leave the identification 0, and IPv6 has none: then only the time tells a copy from a
     * message that is really sent twice, and one that is sent again within two milliseconds is taken for a
     * copy. */
    int64_t age = print.identification ? datagram_copy_age : datagram_copy_age_unnamed;
    for (unsigned i = 0; i < RECENT_MAX; i++) {
        const struct fingerprint *recent = &flow->udp.recent[i];
        if (recent->used && recent->hash == print.hash && recent->length == print.length &&
            recent->identification == print.identification && recent->direction == print.direction &&
            now - recent->time <= age) {
            stream->losses.duplicates++;
            return;
        }
    }
    flow->udp.recent[flow->udp.next] = print;
    flow->udp.next = (flow->udp.next + 1) % RECENT_MAX;
    stream->losses.bytes_lost += packet->missing;
    if (packet->payload.left > 0 || packet->missing == 0)
        stream->handler.bytes(stream->handler.context, flow->id, &flow->key, roles->direction,
                              packet->payload, 0, now);
}

static size_t payload_length(const struct packet *packet)
{
    return packet->payload.left + packet->missing;
}

/* Could the sequence number be one of this direction's? */
static bool is_near(const struct half *half, uint32_t sequence)
{
    int32_t ahead = signed32(sequence - half->next);
    return !half->started || (ahead <= REASSEMBLY_REACH && ahead >= -REASSEMBLY_REACH);
}

/* Is it the SYN of the connection that is known? Copies come from interfaces that show a packet twice, and
 * from senders without an answer. */
static bool is_syn_copy(const struct flow *flow, enum direction direction, const struct packet *packet,
                        int64_t now)
{
    const struct half *half = &flow->halves[direction], *other = &flow->halves[!direction];
    bool same = half->started && half->first == packet->sequence + 1;
    if (packet->flags & TCP_ACK)
        /* a server that keeps no state (SYN cookies) may answer a repeated SYN with another number */
        return same ||
               (other->started && packet->acknowledgement - other->first <= other->next - other->first);
    /* Simple devices begin every connection with the same number, and that must not make its bytes look like
     * known ones. Nobody repeats a SYN after an answer, and what is closed gets no more of them. */
    bool answered = half->next != half->first && other->started;
    return same && (now - flow->began <= syn_copy_age || (!flow->closed && !answered));
}

/* Does a segment of a closed connection carry bytes that were never seen? */
static bool is_news(const struct half *half, const struct packet *packet)
{
    uint32_t end = packet->sequence + (uint32_t)payload_length(packet);
    return payload_length(packet) > 0 && (!half->started || signed32(end - half->next) > 0);
}

static void reset_halves(struct stream *stream, struct flow *flow)
{
    clear(stream, flow);
    for (unsigned i = 0; i < 2; i++)
        flow->halves[i] = (struct half){ .flow = flow };
}

/* Finds out which connection a segment is of, and whether it begins one. False: it says nothing new. */
static bool enter_connection(struct stream *stream, struct roles *roles, const struct packet *packet,
                             int64_t now)
{
    bool syn = packet->flags & TCP_SYN;
    size_t length = payload_length(packet);
    struct flow *flow = roles->flow;
    if (!flow) {
        if (!syn && length == 0)
            return false;
        if (!add(stream, roles, TRANSPORT_TCP, now)) {
            stream->losses.bytes_lost += length;
            return false;
        }
        begin(stream, roles, syn, now);
        return true;
    }
    struct half *half = &flow->halves[roles->direction];
    if (syn ? !is_syn_copy(flow, roles->direction, packet, now)
            : length > 0 && !is_near(half, packet->sequence)) {
        if (!flow->closed)
            end(stream, flow, FLOW_REPLACED, now);
        reset_halves(stream, flow);
        begin(stream, roles, syn, now);
    } else if (flow->closed) {
        if (syn || !is_news(half, packet)) {
            if (syn || length > 0 || packet->flags & TCP_FIN)
                stream->losses.duplicates++;
            return false;
        }
        /* bytes behind the end: in flight when it was reset, or the reset was forged */
        begin(stream, roles, false, now);
    }
    return true;
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

/* Closes a connection that both sides ended. Where only one side was captured, that side says it all. */
static void close_ended(struct stream *stream, struct flow *flow, int64_t now)
{
    const struct half *in = &flow->halves[DIRECTION_IN], *out = &flow->halves[DIRECTION_OUT];
    if (!flow->closed && (half_ended(in) || !in->seen) && (half_ended(out) || !out->seen))
        end(stream, flow, FLOW_FIN, now);
}

/* The peer has acknowledged the server's SYN: the connection stands. */
static void note_established(struct stream *stream, struct flow *flow, enum direction direction,
                             unsigned flags, int64_t now)
{
    const struct half *in = &flow->halves[DIRECTION_IN], *out = &flow->halves[DIRECTION_OUT];
    if (flow->established || direction != DIRECTION_IN || (flags & (TCP_SYN | TCP_ACK)) != TCP_ACK ||
        !in->started || !out->started || !out->seen)
        return;
    flow->established = true;
    stream->handler.established(stream->handler.context, flow->id, &flow->key, now);
}

static void take_segment(struct stream *stream, struct roles *roles, const struct packet *packet, int64_t now)
{
    if (roles->flow)
        flows_touch(stream->flows, roles->flow, now);
    if (packet->flags & TCP_RST) {
        if (roles->flow && !roles->flow->closed &&
            is_near(&roles->flow->halves[roles->direction], packet->sequence))
            end(stream, roles->flow, FLOW_RESET, now);
        return;
    }
    if (!enter_connection(stream, roles, packet, now))
        return;
    struct flow *flow = roles->flow;
    struct half *half = &flow->halves[roles->direction];
    bool syn = packet->flags & TCP_SYN, fin = packet->flags & TCP_FIN;
    half->seen = true;
    bool fresh = start_halves(flow, roles->direction, packet);
    if (packet->flags & TCP_ACK)
        half_acknowledge(&stream->reassembly, &flow->halves[!roles->direction], packet->acknowledgement, now);
    if (syn || fin || payload_length(packet) > 0) {
        struct segment segment = { .sequence = packet->sequence + syn,
                                   .bytes = packet->payload,
                                   .missing = packet->missing };
        while (!half_take(&stream->reassembly, half, &segment, now)) {
            struct half *oldest = stream->reassembly.oldest;
            half_give_up(&stream->reassembly, oldest, now);
            if (oldest->flow != flow)
                close_ended(stream, oldest->flow, now);
        }
        fresh |= segment.fresh;
        if (fin)
            fresh |= half_fin(&stream->reassembly, half, segment.sequence, now);
        if (!fresh)
            stream->losses.duplicates++;
    }
    note_established(stream, flow, roles->direction, packet->flags, now);
    close_ended(stream, flow, now);
}

void stream_packet(struct stream *stream, const struct packet *packet, int64_t now)
{
    struct roles roles;
    assert(packet->payload.left <= PACKET_MAX && packet->missing <= PACKET_MAX);
    if (!find_roles(stream, packet, &roles))
        return;
    if (packet->transport == TRANSPORT_UDP)
        take_datagram(stream, &roles, packet, now);
    else
        take_segment(stream, &roles, packet, now);
}

void stream_tick(struct stream *stream, int64_t now)
{
    struct half *half;
    struct flow *flow;
    while ((half = stream->reassembly.oldest) && now - half->since > gap_patience) {
        half_give_up(&stream->reassembly, half, now);
        close_ended(stream, half->flow, now);
    }
    while ((flow = flows_oldest(stream->flows, false)) && now - flow->last > stream->limits.idle) {
        end(stream, flow, FLOW_IDLE, now);
        forget(stream, flow);
    }
    while ((flow = flows_oldest(stream->flows, true)) && now - flow->last > closed_age)
        forget(stream, flow);
}

void stream_finish(struct stream *stream, int64_t now)
{
    struct half *half;
    while ((half = stream->reassembly.oldest))
        half_give_up(&stream->reassembly, half, now);
}

struct stream_losses stream_losses(const struct stream *stream)
{
    struct stream_losses losses = stream->losses;
    losses.bytes_lost += stream->reassembly.bytes_lost;
    losses.bytes_contradict += stream->reassembly.bytes_contradict;
    return losses;
}
