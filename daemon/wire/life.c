/* SPDX-License-Identifier: Apache-2.0 */
/* What begins, what ends, and what belongs to which connection. stream.c alone uses it. */
#include "wire/life.h"

#include <stdlib.h>

/* Within this a SYN with a known sequence number is a copy, whatever followed it. */
static const int64_t syn_copy_age = 1000000;

/* A copy that comes later than this was sent again: nothing shows a packet twice with such a delay. */
static const int64_t syn_repeat_age = 500000;

/* A server acknowledges sooner. */
static const int64_t answer_patience = 2000000;

/* So much of what may be another connection is kept until that shows. */
enum { RIVAL_BYTES = 2048 };

static struct who who_of(const struct flow *flow)
{
    return (struct who){ .transport = TRANSPORT_TCP, .port = flow->port, .peer = flow->peer };
}

/* What is left of a rival was nobody's. */
static void drop_rival(struct stream *stream, struct flow *flow)
{
    struct rival *rival = &flow->rival;
    if (rival->is_there)
        stream->losses.strays += rival->next - rival->sequence - rival->is_syn;
    free(rival->bytes);
    *rival = (struct rival){ .is_there = false };
}

/* Frees what a flow's directions hold. */
static void clear(struct stream *stream, struct flow *flow)
{
    half_clear(&stream->reassembly, &flow->halves[DIRECTION_IN]);
    half_clear(&stream->reassembly, &flow->halves[DIRECTION_OUT]);
}

void life_forget(struct stream *stream, struct flow *flow)
{
    clear(stream, flow);
    drop_rival(stream, flow);
    flows_remove(stream->flows, flow);
}

bool life_is_one_sided(const struct flow *flow)
{
    return flow->state == FLOW_OPEN && !flow->halves[DIRECTION_OUT].seen;
}

bool life_stays_one_sided(const struct flow *flow)
{
    return life_is_one_sided(flow) && (flow->seen_start || flow->last - flow->began > answer_patience);
}

void life_open(struct stream *stream, struct flow *flow, int64_t now)
{
    struct who who = who_of(flow);
    flows_set_state(stream->flows, flow, FLOW_OPEN);
    flow->session = stream->receiver.open(stream->receiver.sessions, &who, flow->seen_start, now);
    if (flow->session)
        stream->receiver.server(flow->session, !life_is_one_sided(flow), 0);
}

void life_end(struct stream *stream, struct flow *flow, const char *reason, int64_t now)
{
    for (unsigned i = 0; i < 2; i++)
        while (flow->halves[i].waiting)
            half_give_up(&stream->reassembly, &flow->halves[i], now);
    size_t unseen = half_unseen(&flow->halves[DIRECTION_IN]);
    size_t lost = flow->halves[DIRECTION_IN].lost + unseen;
    stream->losses.bytes_lost += unseen;
    stream->losses.one_sided += life_stays_one_sided(flow);
    flow->halves[DIRECTION_IN].lost = 0;
    clear(stream, flow);
    drop_rival(stream, flow);
    flows_set_state(stream->flows, flow, FLOW_CLOSED);
    /* what was lost at the end: the session does not take what it has for all that was said */
    if (flow->session && lost > 0)
        stream->receiver.feed(flow->session, DIRECTION_IN, (struct cursor){ 0 }, lost, now);
    if (flow->session)
        stream->receiver.close(flow->session, reason, now);
    flow->session = NULL;
}

/* A connection may begin: of a new flow, or again of one that is known. */
static void start(struct stream *stream, struct flow *flow, bool seen_start, int64_t now)
{
    flow->began = now;
    flow->seen_start = seen_start;
    flow->established = flow->told = flow->is_repeated = false;
    if (flow->state != FLOW_ATTEMPT)
        flows_set_state(stream->flows, flow, FLOW_ATTEMPT);
}

/* Is it long silent, so that most likely nothing comes of it any more? */
static bool is_resting(const struct stream *stream, const struct flow *flow, int64_t now)
{
    return flow && stream->limits.rest > 0 && now - flow->last > stream->limits.rest;
}

/* Closed ones make way first: nothing is lost; then who rests; then attempts, so that a flood of these costs no connection. */
static void make_way(struct stream *stream, int64_t now)
{
    struct flow *oldest = flows_oldest(stream->flows, FLOW_CLOSED);
    struct flow *open = flows_oldest(stream->flows, FLOW_OPEN);
    if (!oldest && is_resting(stream, open, now)) {
        oldest = open;
        life_end(stream, oldest, "idle", now);
    } else if (!oldest) {
        oldest = flows_oldest(stream->flows, FLOW_ATTEMPT);
        oldest = oldest ? oldest : open;
        life_end(stream, oldest, "forgotten", now);
        stream->losses.flows_evicted++;
    }
    life_forget(stream, oldest);
}

/* Makes a new flow; false when memory is out. */
static bool add(struct stream *stream, struct roles *roles, int64_t now)
{
    if (flows_full(stream->flows))
        make_way(stream, now);
    struct flow *flow = flows_add(stream->flows, roles->peer, roles->server->port);
    if (!flow)
        return false;
    flow->halves[DIRECTION_IN].flow = flow->halves[DIRECTION_OUT].flow = flow;
    flow->last = now;
    roles->flow = flow;
    return true;
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
    return same && (now - flow->began <= syn_copy_age || (flow->state != FLOW_CLOSED && !answered));
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

void life_take(struct stream *stream, struct half *half, struct segment *segment, int64_t now)
{
    while (!half_take(&stream->reassembly, half, segment, now)) {
        struct half *oldest = reassembly_oldest(&stream->reassembly);
        half_give_up(&stream->reassembly, oldest, now);
        if (oldest->flow != half->flow)
            life_close_ended(stream, oldest->flow, now);
    }
}

/* ---- another connection under the same name ---- */

/* Anybody can send a segment with the name of a connection and any number. While it is open, and both sides are seen, the other
 * side's word counts: it acknowledges what it took for its own. */
static bool must_be_proven(const struct flow *flow, enum direction direction)
{
    return flow->state == FLOW_OPEN && flow->halves[!direction].seen;
}

static void keep_bytes(struct rival *rival, struct cursor bytes)
{
    if (rival->length + bytes.left > RIVAL_BYTES || bytes.left == 0)
        return;
    uint8_t *larger = realloc(rival->bytes, rival->length + bytes.left);
    if (!larger)
        return;
    memcpy(larger + rival->length, bytes.at, bytes.left);
    rival->bytes = larger;
    rival->length += (uint32_t)bytes.left;
}

static void remember_rival(struct stream *stream, struct flow *flow, enum direction direction,
                           const struct packet *packet)
{
    struct rival *rival = &flow->rival;
    bool is_syn = packet->flags & TCP_SYN;
    uint32_t end = packet->sequence + is_syn + (uint32_t)payload_length(packet);
    bool is_same = rival->is_there && rival->direction == direction && rival->is_syn == is_syn;
    if (is_same && packet->sequence == rival->sequence)
        return; /* sent again */
    if (!is_same || is_syn || packet->sequence != rival->next) {
        drop_rival(stream, flow);
        *rival = (struct rival){ .is_there = true,
                                 .is_syn = is_syn,
                                 .direction = (uint8_t)direction,
                                 .sequence = packet->sequence,
                                 .next = packet->sequence + is_syn };
    }
    if (rival->next - rival->sequence - rival->is_syn == rival->length)
        keep_bytes(rival, packet->payload);
    rival->next = end;
}

/* Does the other side acknowledge what the rival sent? */
static bool proves_rival(const struct flow *flow, enum direction direction, const struct packet *packet)
{
    const struct rival *rival = &flow->rival;
    return rival->is_there && rival->direction != direction && packet->flags & TCP_ACK &&
           signed32(packet->acknowledgement - rival->sequence) > 0 &&
           signed32(rival->next - packet->acknowledgement) >= 0;
}

static void replace_by_rival(struct stream *stream, struct flow *flow, int64_t now)
{
    struct rival rival = flow->rival;
    struct half *half = &flow->halves[rival.direction];
    uint32_t first = rival.sequence + rival.is_syn;
    flow->rival = (struct rival){ .is_there = false };
    life_end(stream, flow, "replaced by a new connection", now);
    reset_halves(stream, flow);
    start(stream, flow, rival.is_syn, now);
    half_start(half, first, rival.is_syn);
    half->seen = true;
    struct segment segment = { .sequence = first,
                               .bytes = cursor_of(rival.bytes, rival.length),
                               .missing = rival.next - first - rival.length };
    life_take(stream, half, &segment, now);
    free(rival.bytes);
}

bool life_enter(struct stream *stream, struct roles *roles, const struct packet *packet, int64_t now)
{
    bool syn = packet->flags & TCP_SYN;
    size_t length = payload_length(packet);
    struct flow *flow = roles->flow;
    if (!flow) {
        if (!syn && length == 0)
            return false;
        if (!add(stream, roles, now)) {
            stream->losses.bytes_lost += length;
            return false;
        }
        start(stream, roles->flow, syn, now);
        return true;
    }
    if (proves_rival(flow, roles->direction, packet))
        replace_by_rival(stream, flow, now);
    struct half *half = &flow->halves[roles->direction];
    if (syn && roles->direction == DIRECTION_IN && now - flow->began > syn_repeat_age)
        flow->is_repeated = true;
    if (syn ? !is_syn_copy(flow, roles->direction, packet, now)
            : length > 0 && !is_near(half, packet->sequence)) {
        if (must_be_proven(flow, roles->direction)) {
            remember_rival(stream, flow, roles->direction, packet);
            return false;
        }
        if (flow->state == FLOW_OPEN)
            life_end(stream, flow, "replaced by a new connection", now);
        reset_halves(stream, flow);
        start(stream, flow, syn, now);
    } else if (flow->state == FLOW_CLOSED) {
        if (syn || !is_news(half, packet)) {
            if (syn || length > 0 || packet->flags & TCP_FIN)
                stream->losses.duplicates++;
            return false;
        }
        /* bytes behind the end: in flight when it was reset, or the reset was forged */
        start(stream, flow, false, now);
    }
    return true;
}

/* ---- the handshake ---- */

static void fail(struct stream *stream, struct flow *flow, enum connection_state state, int64_t now)
{
    struct who who = who_of(flow);
    flow->told = true;
    stream->receiver.fail(stream->receiver.sessions, &who, state, flow->is_repeated, now);
}

void life_refused(struct stream *stream, struct flow *flow, int64_t now)
{
    if (flow->state != FLOW_ATTEMPT || !flow->seen_start)
        return;
    if (!flow->told)
        fail(stream, flow, CONNECTION_REFUSED, now);
    life_end(stream, flow, "reset", now);
}

void life_reset(struct stream *stream, const struct roles *roles, const struct packet *packet, int64_t now)
{
    struct flow *flow = roles->flow;
    if (!flow || flow->state == FLOW_CLOSED || !is_near(&flow->halves[roles->direction], packet->sequence))
        return;
    const struct half *peer = &flow->halves[DIRECTION_IN];
    bool is_attempt = flow->state == FLOW_ATTEMPT;
    /* it answers this SYN and no other */
    if (is_attempt && packet->flags & TCP_ACK && roles->direction == DIRECTION_OUT && peer->started &&
        packet->acknowledgement != peer->next)
        return;
    if (is_attempt && flow->seen_start && !flow->told && roles->direction == DIRECTION_OUT)
        fail(stream, flow, CONNECTION_REFUSED, now);
    life_end(stream, flow, "reset", now);
}

void life_acknowledge(struct stream *stream, struct flow *flow, enum direction direction,
                      const struct packet *packet, int64_t now)
{
    const struct half *in = &flow->halves[DIRECTION_IN], *out = &flow->halves[DIRECTION_OUT];
    bool is_acknowledged = (packet->flags & (TCP_SYN | TCP_ACK)) == TCP_ACK;
    if (flow->established || direction != DIRECTION_IN || !is_acknowledged || !in->started)
        return;
    /* who begins in the middle, or cannot see the server's side, can only believe it */
    bool is_believed = flow->seen_start ? !out->started || signed32(packet->acknowledgement - out->first) >= 0
                                        : out->started && out->seen;
    if (!is_believed)
        return;
    if (flow->state == FLOW_ATTEMPT)
        life_open(stream, flow, now);
    flow->established = true;
    if (flow->session)
        stream->receiver.established(flow->session, now);
}

void life_close_ended(struct stream *stream, struct flow *flow, int64_t now)
{
    const struct half *in = &flow->halves[DIRECTION_IN], *out = &flow->halves[DIRECTION_OUT];
    if (flow->state != FLOW_CLOSED && (half_ended(in) || !in->seen) && (half_ended(out) || !out->seen))
        life_end(stream, flow, "closed", now);
}

void life_tell_attempts(struct stream *stream, int64_t patience, int64_t now)
{
    for (struct flow *flow = flows_oldest(stream->flows, FLOW_ATTEMPT); flow; flow = flows_next(flow)) {
        bool is_answered = flow->halves[DIRECTION_OUT].seen;
        /* where the peer's side is not captured, nobody can tell what came of its attempt */
        if (!flow->halves[DIRECTION_IN].seen || !flow->seen_start || flow->told ||
            now - flow->began < (is_answered ? 2 * patience : patience))
            continue;
        fail(stream, flow, is_answered ? CONNECTION_HALF_OPEN : CONNECTION_UNANSWERED, now);
    }
}
