/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the way of a message together: frames and connections in, lines, files and a summary out. */
#include "command/assembly.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "outlet/events.h"
#include "outlet/summary.h"
#include "protocols/registry.h"
#include "wire/stream.h"

enum { SECOND = 1000000, FRAGMENTED_MAX = 64 };

struct assembly {
    const struct settings *settings;
    struct identifier *identifier;
    struct ports *ports;
    struct publisher publisher;
    struct judge *judge;
    struct sessions *sessions;
    struct writer *writer;
    struct events *events;
    struct summary *summary;
    struct hexlog *hexlog;
    struct hexlog_settings hexlog_settings;
    struct fragments *fragments;
    struct stream *stream;
    uint64_t packets, truncated, malformed;
    int64_t packet_time, next_tick;
    bool is_finished;
};

/* Two intakes number their flows each for itself: captured ones get odd numbers, accepted ones even. */
static struct who captured(uint64_t flow, const struct flow_key *key)
{
    return (struct who){
        .flow = 2 * flow - 1, .transport = key->transport, .port = key->port, .peer = key->peer
    };
}

static struct who accepted(const struct who *who)
{
    struct who numbered = *who;
    numbered.flow = 2 * who->flow;
    return numbered;
}

/* ---- from stream ---- */

static void on_flow_opened(void *context, uint64_t flow, const struct flow_key *key, bool seen_start,
                           int64_t now)
{
    struct assembly *assembly = context;
    struct who who = captured(flow, key);
    if (key->transport == TRANSPORT_TCP)
        session_open(assembly->sessions, &who, seen_start, now);
}

static void on_flow_established(void *context, uint64_t flow, const struct flow_key *key, int64_t now)
{
    struct assembly *assembly = context;
    struct who who = captured(flow, key);
    session_established(assembly->sessions, &who, now);
}

static void on_flow_bytes(void *context, uint64_t flow, const struct flow_key *key, enum direction direction,
                          struct cursor bytes, size_t lost, int64_t now)
{
    struct assembly *assembly = context;
    struct who who = captured(flow, key);
    session_feed(assembly->sessions, &who, direction, bytes, lost, now, NULL);
}

static void on_flow_closed(void *context, uint64_t flow, const struct flow_key *key, enum flow_end end,
                           int64_t now)
{
    static const char *const reasons[] = { "closed", "reset", "replaced by a new connection", "forgotten",
                                           "idle" };
    struct assembly *assembly = context;
    struct who who = captured(flow, key);
    session_close(assembly->sessions, &who, reasons[end], now);
}

static bool is_watched(void *context, enum transport transport, uint16_t port)
{
    const struct assembly *assembly = context;
    return portset_has(&assembly->settings->sniff.ports, transport, port);
}

/* ---- from capture ---- */

/* Captured time passes by packets: the same ticks as live, however fast a file is read. */
static void tick_packets(struct assembly *assembly, int64_t now)
{
    assembly->packet_time = now;
    if (now < assembly->next_tick && assembly->next_tick - now < 2 * SECOND)
        return;
    assembly->next_tick = now + SECOND;
    stream_tick(assembly->stream, now);
    sessions_tick(assembly->sessions, now);
}

static void on_frame(void *context, enum link_type link, struct cursor frame, size_t length, int64_t now)
{
    struct assembly *assembly = context;
    struct packet packet;
    assembly->packets++;
    tick_packets(assembly, now);
    switch (packet_parse(assembly->fragments, link, frame, length, now, &packet)) {
    case PACKET_OK:
        stream_packet(assembly->stream, &packet, now);
        break;
    case PACKET_TRUNCATED:
        assembly->truncated++;
        break;
    case PACKET_MALFORMED:
        assembly->malformed++;
        break;
    default:
        break;
    }
}

struct frame_handler assembly_frames(struct assembly *assembly)
{
    return (struct frame_handler){ assembly, on_frame };
}

/* ---- from listener ---- */

static void on_opened(void *context, const struct who *who, int64_t now)
{
    struct assembly *assembly = context;
    struct who numbered = accepted(who);
    session_open(assembly->sessions, &numbered, true, now);
    session_established(assembly->sessions, &numbered, now);
}

static void on_bytes(void *context, const struct who *who, struct cursor bytes, int64_t now,
                     struct buffer *answer)
{
    struct assembly *assembly = context;
    struct who numbered = accepted(who);
    session_feed(assembly->sessions, &numbered, DIRECTION_IN, bytes, 0, now, answer);
}

static void on_closed(void *context, const struct who *who, const char *reason, int64_t now)
{
    struct assembly *assembly = context;
    struct who numbered = accepted(who);
    /* the end of the program is none of a connection's */
    if (!assembly->is_finished)
        session_close(assembly->sessions, &numbered, reason, now);
}

struct listener_handler assembly_connections(struct assembly *assembly)
{
    return (struct listener_handler){ assembly, on_opened, on_bytes, on_closed };
}

/* ---- life ---- */

static bool add_outlets(struct assembly *assembly)
{
    const struct settings *settings = assembly->settings;
    enum events_format format = settings->json                                 ? EVENTS_JSON
                                : isatty(STDOUT_FILENO) && !getenv("NO_COLOR") ? EVENTS_COLOUR
                                                                               : EVENTS_TEXT;
    assembly->writer = writer_new(STDOUT_FILENO);
    assembly->summary = summary_new();
    if (!assembly->writer || !assembly->summary ||
        !publisher_add(&assembly->publisher, summary_sink(assembly->summary)))
        return false;
    if (settings->output == OUTPUT_LINES) {
        assembly->events = events_new(assembly->writer, format);
        if (!assembly->events || !publisher_add(&assembly->publisher, events_sink(assembly->events)))
            return false;
    }
    return true;
}

bool assembly_open_logs(struct assembly *assembly, char *error, size_t size)
{
    const struct settings *settings = assembly->settings;
    if (!settings->hexlog.folder[0])
        return true;
    assembly->hexlog_settings = hexlog_defaults();
    assembly->hexlog_settings.folder = settings->hexlog.folder;
    assembly->hexlog_settings.size = settings->hexlog.size;
    assembly->hexlog_settings.keep = settings->hexlog.keep;
    assembly->hexlog = hexlog_new(&assembly->hexlog_settings, error, size);
    return assembly->hexlog && publisher_add(&assembly->publisher, hexlog_sink(assembly->hexlog));
}

static bool add_wire(struct assembly *assembly)
{
    const struct settings *settings = assembly->settings;
    struct stream_limits limits = { .flows = settings->session.sessions,
                                    .buffer = 256 * 1024,
                                    .total_buffer = 16 << 20,
                                    .idle = 3600 * (int64_t)SECOND };
    struct stream_handler handler = { assembly, on_flow_opened, on_flow_established, on_flow_bytes,
                                      on_flow_closed };
    assembly->fragments = fragments_new(FRAGMENTED_MAX);
    assembly->stream = stream_new(&limits, &handler, is_watched, assembly);
    return assembly->fragments && assembly->stream;
}

struct assembly *assembly_new(const struct settings *settings, char *error, size_t size)
{
    struct assembly *assembly = calloc(1, sizeof(*assembly));
    snprintf(error, size, "out of memory");
    if (!assembly)
        return NULL;
    assembly->settings = settings;
    assembly->identifier = identifier_new(registry);
    assembly->ports = settings_ports(settings);
    bool is_fine = assembly->identifier && assembly->ports && add_outlets(assembly);
    if (is_fine)
        assembly->judge = judge_new(&settings->judge, assembly->ports, &assembly->publisher);
    if (assembly->judge) {
        struct session_settings session = settings->session;
        session.answers = settings->listen.answer;
        assembly->sessions = sessions_new(&session, assembly->identifier, assembly->ports, assembly->judge);
    }
    if (!assembly->sessions || !add_wire(assembly)) {
        assembly_free(assembly);
        return NULL;
    }
    return assembly;
}

void assembly_free(struct assembly *assembly)
{
    if (!assembly)
        return;
    stream_free(assembly->stream);
    fragments_free(assembly->fragments);
    sessions_free(assembly->sessions);
    judge_free(assembly->judge);
    hexlog_free(assembly->hexlog);
    events_free(assembly->events);
    summary_free(assembly->summary);
    writer_free(assembly->writer);
    ports_free(assembly->ports);
    identifier_free(assembly->identifier);
    free(assembly);
}

void assembly_tick(struct assembly *assembly, int64_t now)
{
    stream_tick(assembly->stream, now);
    sessions_tick(assembly->sessions, now);
}

bool assembly_flush(struct assembly *assembly)
{
    return writer_flush(assembly->writer);
}

void assembly_reopen(struct assembly *assembly)
{
    if (assembly->hexlog)
        hexlog_reopen(assembly->hexlog);
}

int64_t assembly_packet_time(const struct assembly *assembly)
{
    return assembly->packet_time;
}

bool assembly_finish(struct assembly *assembly, uint64_t kernel_drops, const struct listener *listener,
                     int64_t now)
{
    stream_finish(assembly->stream, now);
    sessions_finish(assembly->sessions, now);
    struct stream_losses stream = stream_losses(assembly->stream);
    struct session_losses session = sessions_losses(assembly->sessions);
    struct judge_losses judge = judge_losses(assembly->judge);
    struct listener_losses listening = listener ? listener_losses(listener) : (struct listener_losses){ 0 };
    const struct loss losses[] = {
        { "packets dropped by the kernel", kernel_drops },
        { "packets cut off by the capture", assembly->truncated },
        { "malformed packets", assembly->malformed },
        { "fragmented packets given up", fragments_lost(assembly->fragments) },
        { "bytes never seen", stream.bytes_lost },
        { "contradicting retransmitted bytes", stream.bytes_contradict },
        { "flows forgotten", stream.flows_evicted },
        { "sessions forgotten", session.sessions },
        { "bytes without memory", session.memory },
        { "messages not answered", session.unanswered },
        { "devices forgotten", judge.devices },
        { "findings forgotten", judge.findings },
        { "pauses of accepting", listening.pauses },
        { "bytes of answers not sent", listening.answers },
        { "HEX log lines", assembly->hexlog ? hexlog_lost(assembly->hexlog) : 0 },
        { NULL, 0 },
    };
    if (assembly->settings->output != OUTPUT_NONE)
        summary_write(assembly->summary, assembly->writer, assembly->settings->json, now, assembly->packets,
                      losses);
    assembly->is_finished = true;
    return writer_flush(assembly->writer);
}
