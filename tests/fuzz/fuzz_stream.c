/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the reassembly with a few peers and tight limits. The input is packets of eight bytes each. Every
 * byte of TCP is a function of its sequence number, so that what comes out can be checked against what is
 * said to be lost. */
#include <stdlib.h>

#include "wire/datagrams.h"
#include "wire/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { PEERS = 4, PORTS = 2, STEP = 167 };

/* What is known of one flow: the stream's handle. */
struct session {
    struct world *world;
    bool open, is_datagram;
    bool started[2];
    uint8_t next[2]; /* the byte that must come next */
};

struct world {
    struct session tcp[PEERS][PORTS], udp[PEERS][PORTS];
    uint64_t lost_told, bytes_told;
};

static void check(bool fine)
{
    if (!fine)
        abort();
}

static struct session *on_open(struct sessions *sessions, const struct who *who, bool seen_start, int64_t now)
{
    struct world *world = (struct world *)sessions;
    unsigned peer = who->peer.address[15], port = who->port - 5000u;
    bool is_datagram = who->transport == TRANSPORT_UDP;
    check(peer < PEERS && port < PORTS);
    struct session *session = is_datagram ? &world->udp[peer][port] : &world->tcp[peer][port];
    check(!session->open && now >= 0 && (seen_start || !is_datagram));
    *session = (struct session){ .world = world, .open = true, .is_datagram = is_datagram };
    return session;
}

static void on_fail(struct sessions *sessions, const struct who *who, enum connection_state state,
                    bool is_repeated, int64_t now)
{
    (void)is_repeated;
    check(sessions && who->transport == TRANSPORT_TCP && state > CONNECTION_CLOSED && now >= 0);
}

static void on_established(struct session *session, int64_t now)
{
    check(session->open && !session->is_datagram && now >= 0);
}

static void on_server(struct session *session, bool is_seen, size_t unseen)
{
    check(session->open && !session->is_datagram && (is_seen || unseen == 0));
}

static void on_bytes(struct session *session, enum direction direction, struct cursor bytes, size_t lost,
                     int64_t now)
{
    check(session->open && now >= 0 && (bytes.left > 0 || lost > 0 || session->is_datagram));
    session->world->lost_told += lost;
    session->world->bytes_told += bytes.left;
    if (session->is_datagram) {
        check(lost == 0);
        return;
    }
    if (bytes.left == 0)
        return; /* the end is what was lost */
    uint8_t expected = (uint8_t)(session->next[direction] + STEP * lost);
    if (!session->started[direction])
        expected = bytes.at[0];
    for (size_t i = 0; i < bytes.left; i++, expected = (uint8_t)(expected + STEP))
        check(bytes.at[i] == expected);
    session->started[direction] = true;
    session->next[direction] = expected;
}

static bool on_has_device(const struct session *session)
{
    check(session->open);
    return session->next[DIRECTION_IN] & 1;
}

static void on_close(struct session *session, const char *reason, int64_t now)
{
    check(session->open && reason && now >= 0);
    session->open = false;
}

/* One packet out of eight bytes. False: the input is used up. */
static bool run_packet(struct stream *stream, struct datagrams *datagrams, struct cursor *input, int64_t *now)
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
    if (time & 1) {
        stream_tick(stream, *now);
        datagrams_tick(datagrams, *now);
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct cursor input = cursor_of(bytes, length);
    struct world world = { .lost_told = 0 };
    struct portset watched = { 0 };
    portset_add(&watched, TRANSPORT_TCP, 5000, 5000 + PORTS - 1);
    portset_add(&watched, TRANSPORT_UDP, 5000, 5000 + PORTS - 1);
    struct stream_limits limits = { .flows = 5, .buffer = 900, .total_buffer = 1500, .idle = 9000000 };
    struct datagrams_limits peers = { .peers = 3, .share = 70, .idle = 9000000 };
    struct receiver receiver = { .sessions = (struct sessions *)&world,
                                 .open = on_open,
                                 .fail = on_fail,
                                 .established = on_established,
                                 .server = on_server,
                                 .feed = on_bytes,
                                 .has_device = on_has_device,
                                 .close = on_close };
    struct datagrams *datagrams = datagrams_new(&peers, &receiver);
    check(datagrams);
    struct stream *stream = stream_new(&limits, &receiver, datagrams, &watched);
    check(stream);
    int64_t now = 0;
    while (run_packet(stream, datagrams, &input, &now))
        continue;
    stream_finish(stream, now);
    struct stream_losses losses = stream_losses(stream);
    check(losses.bytes_contradict == 0);
    check(losses.bytes_lost >= world.lost_told);
    stream_free(stream);
    datagrams_free(datagrams);
    return 0;
}
