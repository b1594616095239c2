/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the reassembly with a few peers and tight limits. The input is packets of eight bytes each. Every
 * byte of TCP is a function of its sequence number, so that what comes out can be checked against what is
 * said to be lost. */
#include <stdlib.h>

#include "wire/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { PEERS = 4, PORTS = 2, STEP = 167 };

/* What the handler knows of one flow. */
struct seen {
    uint64_t flow; /* 0: none open */
    bool started[2];
    uint8_t next[2]; /* the byte that must come next */
};

struct world {
    struct seen tcp[PEERS][PORTS], udp[PEERS][PORTS];
    uint64_t last_flow, lost_told, bytes_told;
};

static void check(bool fine)
{
    if (!fine)
        abort();
}

static struct seen *seen_of(struct world *world, const struct flow_key *key)
{
    unsigned peer = key->peer.address[15], port = key->port - 5000u;
    check(peer < PEERS && port < PORTS && key->server.port == key->port);
    return key->transport == TRANSPORT_TCP ? &world->tcp[peer][port] : &world->udp[peer][port];
}

static void on_opened(void *context, uint64_t flow, const struct flow_key *key, bool seen_start, int64_t now)
{
    struct world *world = context;
    struct seen *seen = seen_of(world, key);
    check(seen->flow == 0 && flow == world->last_flow + 1 && now >= 0);
    check(seen_start || key->transport == TRANSPORT_TCP);
    *seen = (struct seen){ .flow = flow };
    world->last_flow = flow;
}

static void on_established(void *context, uint64_t flow, const struct flow_key *key, int64_t now)
{
    (void)context;
    (void)flow;
    (void)key;
    (void)now;
}

static void on_bytes(void *context, uint64_t flow, const struct flow_key *key, enum direction direction,
                     struct cursor bytes, size_t lost, int64_t now)
{
    struct world *world = context;
    struct seen *seen = seen_of(world, key);
    check(seen->flow == flow && now >= 0 && (bytes.left > 0 || key->transport == TRANSPORT_UDP));
    world->lost_told += lost;
    world->bytes_told += bytes.left;
    if (key->transport == TRANSPORT_UDP) {
        check(lost == 0);
        return;
    }
    uint8_t expected = (uint8_t)(seen->next[direction] + STEP * lost);
    if (!seen->started[direction])
        expected = bytes.at[0];
    for (size_t i = 0; i < bytes.left; i++, expected = (uint8_t)(expected + STEP))
        check(bytes.at[i] == expected);
    seen->started[direction] = true;
    seen->next[direction] = expected;
}

static void on_closed(void *context, uint64_t flow, const struct flow_key *key, enum flow_end end,
                      int64_t now)
{
    struct seen *seen = seen_of(context, key);
    check(seen->flow == flow && end <= FLOW_IDLE && now >= 0);
    seen->flow = 0;
}

static bool watches(void *context, enum transport transport, uint16_t port)
{
    (void)context;
    (void)transport;
    return port - 5000u < PORTS;
}

/* One packet out of eight bytes. False: the input is used up. */
static bool run_packet(struct stream *stream, struct cursor *input, int64_t *now)
{
    uint8_t who, flags, length, time;
    uint16_t sequence, acknowledgement;
    if (!cursor_u8(input, &who) || !cursor_u8(input, &flags) || !cursor_be16(input, &sequence) ||
        !cursor_be16(input, &acknowledgement) || !cursor_u8(input, &length) || !cursor_u8(input, &time))
        return false;
    struct endpoint peer = { .address[15] = who & 3, .port = 40000 };
    struct endpoint server = { .address = { [0] = 1, [15] = who >> 3 & 1 }, .port = 5000 + (who >> 2 & 1) };
    bool in = who & 16;
    struct packet packet = { .transport = who & 32 ? TRANSPORT_UDP : TRANSPORT_TCP,
                             .source = in ? peer : server,
                             .destination = in ? server : peer,
                             .flags = flags & 31,
                             .identification = sequence,
                             /* the numbers wrap, and now and then lie far away */
                             .sequence = (uint32_t)sequence - 0x8000 + ((uint32_t)(flags >> 6 & 1) << 28),
                             .acknowledgement = (uint32_t)acknowledgement - 0x8000,
                             .missing = flags & 128 ? length >> 4 : 0 };
    uint8_t *block = malloc(length + 1u);
    check(block);
    uint32_t first = packet.sequence + (packet.flags & TCP_SYN ? 1 : 0);
    for (unsigned i = 0; i < length; i++)
        block[i] = (uint8_t)((first + i) * STEP);
    packet.payload = cursor_of(block, length);
    *now += (int64_t)time * time * 100;
    stream_packet(stream, &packet, *now);
    free(block);
    if (time & 1)
        stream_tick(stream, *now);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct cursor input = cursor_of(bytes, length);
    struct world world = { .last_flow = 0 };
    struct stream_limits limits = { .flows = 5, .buffer = 900, .total_buffer = 1500, .idle = 9000000 };
    struct stream_handler handler = { &world, on_opened, on_established, on_bytes, on_closed };
    struct stream *stream = stream_new(&limits, &handler, watches, NULL);
    check(stream);
    int64_t now = 0;
    while (run_packet(stream, &input, &now))
        continue;
    stream_finish(stream, now);
    struct stream_losses losses = stream_losses(stream);
    check(losses.bytes_contradict == 0);
    check(losses.bytes_lost >= world.lost_told);
    stream_free(stream);
    return 0;
}
