/* SPDX-License-Identifier: Apache-2.0 */
/* From frames to sessions. Gets frames from capture, hands packets to stream, which feeds the sessions. */
#include "wire/tap.h"

#include <stdlib.h>

#include "wire/datagrams.h"
#include "wire/session.h"

enum { SECOND = 1000000, FRAGMENTED_MAX = 64, HALF_BUFFER = 256 * 1024, BUFFERS = 16 << 20 };

/* Devices that report each few hours over one connection tell their id only once: it is kept as long as its place is not needed. Most
 * that are silent for longer than an hour have gone without a word. */
static const int64_t idle = 26 * 3600 * (int64_t)SECOND, rest = 3600 * (int64_t)SECOND;

struct tap {
    struct tap_parts parts;
    struct fragments *fragments;
    struct stream *stream;
    struct tap_losses losses;
    const struct frame_sink *frames; /* NULL: nobody looks at them */
    int64_t time, next_tick;
};

struct tap *tap_new(const struct tap_parts *parts, size_t flows)
{
    struct stream_limits limits = {
        .flows = flows, .buffer = HALF_BUFFER, .total_buffer = BUFFERS, .idle = idle, .rest = rest
    };
    struct receiver receiver = session_receiver(parts->sessions);
    struct tap *tap = calloc(1, sizeof(*tap));
    if (!tap)
        return NULL;
    tap->parts = *parts;
    tap->fragments = fragments_new(FRAGMENTED_MAX);
    tap->stream = stream_new(&limits, &receiver, parts->datagrams, parts->watched);
    if (!tap->fragments || !tap->stream) {
        tap_free(tap);
        return NULL;
    }
    return tap;
}

void tap_free(struct tap *tap)
{
    if (!tap)
        return;
    stream_free(tap->stream);
    fragments_free(tap->fragments);
    free(tap);
}

void tap_tick(struct tap *tap, int64_t now)
{
    stream_tick(tap->stream, now);
    datagrams_tick(tap->parts.datagrams, now);
    sessions_tick(tap->parts.sessions, now);
}

/* Captured time passes by packets: the same ticks as live, however fast a file is read. */
static void pass_time(struct tap *tap, int64_t now)
{
    tap->time = now;
    if (now < tap->next_tick && tap->next_tick - now < 2 * SECOND)
        return;
    tap->next_tick = now + SECOND;
    tap_tick(tap, now);
}

static bool is_watched(const struct tap *tap, const struct packet *packet)
{
    return portset_has(tap->parts.watched, packet->transport, packet->source.port) ||
           portset_has(tap->parts.watched, packet->transport, packet->destination.port);
}

void tap_frame(struct tap *tap, enum link_type link, struct cursor frame, size_t length, int64_t now)
{
    struct packet packet = { .unread = UNREAD_NONE };
    tap->losses.packets++;
    pass_time(tap, now);
    enum packet_result result = packet_parse(tap->fragments, link, frame, length, now, &packet);
    switch (result) {
    case PACKET_OK:
        if (packet.missing > 0 && is_watched(tap, &packet))
            tap->losses.truncated++;
        stream_packet(tap->stream, &packet, now);
        break;
    case PACKET_REFUSED:
        stream_refused(tap->stream, &packet, now);
        break;
    case PACKET_TRUNCATED:
        tap->losses.truncated++;
        break;
    case PACKET_MALFORMED:
        tap->losses.malformed++;
        break;
    case PACKET_FRAGMENT:
    case PACKET_OTHER:
        break;
    }
    tap->losses.unread[packet.unread]++;
    if (!tap->frames)
        return;
    struct frame_event event = { now, link, frame, length, result, &packet };
    tap->frames->frame(tap->frames->context, &event);
}

void tap_watch(struct tap *tap, const struct frame_sink *sink)
{
    tap->frames = sink;
}

void tap_set_own(struct tap *tap, const struct endpoint *addresses, size_t count)
{
    stream_set_own(tap->stream, addresses, count);
}

void tap_finish(struct tap *tap, int64_t now)
{
    stream_finish(tap->stream, now);
    sessions_finish(tap->parts.sessions, now);
}

int64_t tap_time(const struct tap *tap)
{
    return tap->time;
}

struct tap_losses tap_losses(const struct tap *tap)
{
    struct tap_losses losses = tap->losses;
    losses.fragmented = fragments_lost(tap->fragments);
    losses.stream = stream_losses(tap->stream);
    return losses;
}
