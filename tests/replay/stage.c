/* SPDX-License-Identifier: Apache-2.0 */
/* Builds core as assembly does, makes packets of what peers do, and notes what the publisher tells. */
#include "replay/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verdict/wording.h"

enum { SECOND = 1000000, SEGMENT = 1400, PEERS_KEPT = 1000, ANSWER_MAX = 65536 };
enum { FIN = TCP_FIN, SYN = TCP_SYN, RST = TCP_RST, ACK = TCP_ACK };

/* ---- notes ---- */

static const char *name_of(const struct stage *stage, const struct who *who)
{
    for (size_t i = 0; i < stage->peer_count; i++) {
        const struct peer *peer = &stage->peers[i];
        if (peer->transport == who->transport && peer->port == who->port &&
            (who->peer.port == 0 ? endpoint_same_address(&peer->endpoint, &who->peer)
                                 : endpoint_same(&peer->endpoint, &who->peer)))
            return peer->name;
    }
    return "somebody";
}

static struct note *note(struct stage *stage, enum kind kind, int64_t time)
{
    if (stage->note_count == NOTES_MAX) {
        fprintf(stderr, "more is told than fits: make the scenario smaller\n");
        exit(EXIT_FAILURE);
    }
    struct note *added = &stage->notes[stage->note_count++];
    *added = (struct note){ .kind = kind, .time = time };
    return added;
}

static const char *or_none(const char *text)
{
    return text && text[0] ? text : "-";
}

static void on_message(void *context, const struct message_event *event)
{
    static const char *const locations[] = { "unknown", "none", "invalid", "valid" };
    struct stage *stage = context;
    const struct identity *identity = event->identity;
    const char *name = name_of(stage, &event->who);
    struct note *added =
        note(stage, event->direction == DIRECTION_IN ? NOTE_MESSAGE : NOTE_ANSWER, event->time);
    struct buffer out = buffer_on(added->what, sizeof(added->what) - 1);
    buffer_put_text(&out, name);
    buffer_put_u8(&out, ' ');
    if (!identity) {
        buffer_put_hex(&out, event->bytes);
        return;
    }
    for (size_t i = 0; i < identity->candidate_count; i++)
        buffer_printf(&out, "%s%s", i > 0 ? "|" : "", identity->candidates[i]->name);
    if (identity->candidate_count == 0)
        buffer_put_text(&out, or_none(identity->kind));
    buffer_printf(&out, " %s %s %s %s", identity->candidate_count > 0 ? identity->reading.type : "-",
                  or_none(event->device), locations[identity->reading.location],
                  or_none(verdict_name(identity->verdict)));
    if (stage_has_log(stage))
        stage_log_position(stage, event);
}

static void on_connection(void *context, const struct connection_event *event)
{
    struct stage *stage = context;
    struct note *added = note(stage, NOTE_CONNECTION, event->time);
    snprintf(added->what, sizeof(added->what), "%s %s%s%s", name_of(stage, &event->who),
             connection_name(event->state), event->reason ? " " : "", event->reason ? event->reason : "");
}

static void on_finding(void *context, const struct finding_event *event)
{
    struct note *added = note(context, event->raised ? NOTE_RAISED : NOTE_CLEARED, event->time);
    char peer[ENDPOINT_TEXT];
    struct endpoint address = event->who.peer;
    address.port = 0;
    static const struct endpoint nobody;
    endpoint_write(&address, peer);
    snprintf(added->what, sizeof(added->what), "%s %s", finding_name(event->code),
             event->device[0]                           ? event->device
             : endpoint_same_address(&address, &nobody) ? "-"
                                                        : peer);
    snprintf(added->words, sizeof(added->words), "%s %s", event->text, event->advice ? event->advice : "");
}

/* ---- building ---- */

struct stage *stage_new(enum intake intake, int64_t now)
{
    struct stage *stage = calloc(1, sizeof(*stage));
    void *memory = malloc(ANSWER_MAX);
    if (!stage || !memory) {
        free(memory);
        free(stage);
        return NULL;
    }
    answers_start(&stage->answers, memory, ANSWER_MAX);
    stage->intake = intake;
    stage->stores = true;
    stage->now = stage->next_tick = now;
    stage->judging = judge_defaults();
    stage->judging.web_port = PORTS_WEB;
    stage->session = session_defaults();
    stage->session.answers = intake == INTAKE_LISTEN;
    stage->ports = ports_new(registry);
    stage->detector = detector_new(registry);
    if (stage->ports && stage->detector)
        return stage;
    stage_free(stage);
    return NULL;
}

bool stage_open(struct stage *stage)
{
    struct datagrams_limits limits = { .peers = PEERS_KEPT, .share = 100, .idle = 3600 * (int64_t)SECOND };
    stage->sink = (struct sink){
        .context = stage, .message = on_message, .connection = on_connection, .finding = on_finding
    };
    publisher_add(&stage->publisher, &stage->sink);
    for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++)
        portset_add(&stage->watched, (enum transport)transport, PORTS_FIRST, PORTS_LAST);
    for (size_t i = 0; i < stage->peer_count; i++)
        portset_add(&stage->watched, stage->peers[i].transport, stage->peers[i].port, stage->peers[i].port);
    stage->judging.is_joined = stage->intake == INTAKE_BOTH;
    stage->judge = judge_new(&stage->judging, stage->ports, &stage->publisher);
    if (!stage->judge)
        return false;
    stage->sessions = sessions_new(&stage->session, stage->detector, stage->ports, stage->judge);
    if (!stage->sessions)
        return false;
    struct receiver receiver = session_receiver(stage->sessions);
    stage->datagrams = datagrams_new(&limits, &receiver);
    if (!stage->datagrams)
        return false;
    struct tap_parts parts = { &stage->watched, stage->sessions, stage->datagrams };
    stage->tap = tap_new(&parts, PEERS_KEPT);
    if (!stage->tap || !stage_has_log(stage))
        return stage->tap != NULL;
    struct logbook_settings log = { .sessions = PEERS_KEPT,
                                    .is_whole = true,
                                    .is_quiet = stage->intake == INTAKE_BOTH };
    stage->logbook = logbook_new(&log, stage->sessions, stage->ports, stage->judge);
    return stage->logbook && stage_log(stage, "Version: 6.14.5");
}

void stage_free(struct stage *stage)
{
    if (!stage)
        return;
    for (size_t i = 0; i < stage->line_count; i++)
        free(stage->lines[i].text);
    host_facts_free(stage->host);
    logbook_free(stage->logbook);
    tap_free(stage->tap);
    datagrams_free(stage->datagrams);
    sessions_free(stage->sessions);
    judge_free(stage->judge);
    ports_free(stage->ports);
    detector_free(stage->detector);
    free(stage->answers.bytes.bytes);
    free(stage);
}

void stage_pass(struct stage *stage, int64_t until)
{
    for (; stage->next_tick <= until; stage->next_tick += SECOND) {
        stage->now = stage->next_tick;
        stage_read_log(stage, stage->now + 1);
        stage_look(stage);
        tap_tick(stage->tap, stage->now);
    }
    stage->now = until;
}

/* ---- packets ---- */

static const uint8_t server_v4[4] = { 192, 0, 2, 1 };
static const uint8_t server_v6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };

/* An IP header of a packet with this many bytes behind it, to the server or from it. */
static void put_ip(struct buffer *out, const struct peer *peer, enum direction direction, size_t length)
{
    bool is_v4 = peer->endpoint.address[10] == 0xff && peer->endpoint.address[0] == 0;
    uint8_t protocol = peer->transport == TRANSPORT_TCP ? 6 : 17;
    const uint8_t *own = is_v4 ? peer->endpoint.address + 12 : peer->endpoint.address;
    const uint8_t *server = is_v4 ? server_v4 : server_v6;
    size_t size = is_v4 ? 4 : 16;
    if (is_v4) {
        buffer_put_be(out, 2, 0x4500);
        buffer_put_be(out, 2, length + 20);
        buffer_put_be(out, 4, 0);
        buffer_put_u8(out, 64);
        buffer_put_u8(out, protocol);
        buffer_put_be(out, 2, 0);
    } else {
        buffer_put_be(out, 4, 0x60000000);
        buffer_put_be(out, 2, length);
        buffer_put_u8(out, protocol);
        buffer_put_u8(out, 64);
    }
    buffer_put(out, direction == DIRECTION_IN ? own : server, size);
    buffer_put(out, direction == DIRECTION_IN ? server : own, size);
}

static void put_ports(struct buffer *out, const struct peer *peer, enum direction direction)
{
    buffer_put_be(out, 2, direction == DIRECTION_IN ? peer->endpoint.port : peer->port);
    buffer_put_be(out, 2, direction == DIRECTION_IN ? peer->port : peer->endpoint.port);
}

static void packet(struct stage *stage, const struct buffer *out)
{
    tap_frame(stage->tap, LINK_RAW_IP, buffer_cursor(out), out->length, stage->now);
}

static void tcp(struct stage *stage, struct peer *peer, enum direction direction, unsigned flags,
                struct cursor bytes)
{
    uint8_t memory[SEGMENT + 100];
    struct buffer out = buffer_on(memory, sizeof(memory));
    uint32_t *own = direction == DIRECTION_IN ? &peer->sent : &peer->received;
    uint32_t other = direction == DIRECTION_IN ? peer->received : peer->sent;
    put_ip(&out, peer, direction, 20 + bytes.left);
    put_ports(&out, peer, direction);
    buffer_put_be(&out, 4, *own);
    buffer_put_be(&out, 4, flags & ACK ? other : 0);
    buffer_put_u8(&out, 0x50);
    buffer_put_u8(&out, flags);
    buffer_put_be(&out, 6, 0xffff00000000);
    buffer_put_cursor(&out, bytes);
    *own += (uint32_t)bytes.left + (flags & (SYN | FIN) ? 1 : 0);
    packet(stage, &out);
}

static void tcp_stream(struct stage *stage, struct peer *peer, enum direction direction, struct cursor bytes)
{
    enum direction back = direction == DIRECTION_IN ? DIRECTION_OUT : DIRECTION_IN;
    while (bytes.left > 0) {
        struct cursor piece = cursor_of(bytes.at, bytes.left < SEGMENT ? bytes.left : SEGMENT);
        tcp(stage, peer, direction, ACK, piece);
        tcp(stage, peer, back, ACK, (struct cursor){ 0 });
        if (!cursor_skip(&bytes, piece.left))
            break;
    }
}

static void udp(struct stage *stage, const struct peer *peer, enum direction direction, struct cursor bytes)
{
    uint8_t memory[2 * SEGMENT];
    struct buffer out = buffer_on(memory, sizeof(memory));
    put_ip(&out, peer, direction, 8 + bytes.left);
    put_ports(&out, peer, direction);
    buffer_put_be(&out, 2, 8 + bytes.left);
    buffer_put_be(&out, 2, 0);
    buffer_put_cursor(&out, bytes);
    if (!out.full)
        packet(stage, &out);
}

/* ICMP says that nobody is at the port that the peer sent a datagram to. */
static void icmp(struct stage *stage, const struct peer *peer)
{
    enum { PROTOCOL_AT = 9, ICMP = 1 };
    uint8_t memory[SEGMENT];
    struct buffer out = buffer_on(memory, sizeof(memory));
    put_ip(&out, peer, DIRECTION_OUT, 8 + 20 + 8);
    memory[PROTOCOL_AT] = ICMP;
    buffer_put_be(&out, 4, 0x03030000);
    buffer_put_be(&out, 4, 0);
    put_ip(&out, peer, DIRECTION_IN, 8);
    put_ports(&out, peer, DIRECTION_IN);
    buffer_put_be(&out, 4, 0x00080000);
    packet(stage, &out);
}

/* ---- acting ---- */

static void start_connection(struct peer *peer)
{
    if (peer->has_connected)
        peer->endpoint.port++;
    peer->has_connected = true;
    peer->sent = 1000;
    peer->received = 5000;
}

bool stage_connect(struct stage *stage, struct peer *peer)
{
    const struct cursor nothing = { 0 };
    if (peer->transport != TRANSPORT_TCP || peer->session)
        return false;
    start_connection(peer);
    stage_log_contact(stage, peer, true);
    if (stage->intake == INTAKE_LOG)
        return true;
    if (stage->intake != INTAKE_LISTEN) {
        tcp(stage, peer, DIRECTION_IN, SYN, nothing);
        tcp(stage, peer, DIRECTION_OUT, SYN | ACK, nothing);
        tcp(stage, peer, DIRECTION_IN, ACK, nothing);
        return true;
    }
    struct who who = { .transport = TRANSPORT_TCP, .port = peer->port, .peer = peer->endpoint };
    peer->session = session_open(stage->sessions, &who, true, stage->now);
    if (!peer->session)
        return false;
    session_established(peer->session, stage->now);
    return true;
}

/* Bytes that came to a socket of our own. */
static bool receive(struct stage *stage, struct peer *peer, struct cursor bytes)
{
    struct datagram datagram = { .peer = peer->endpoint, .port = peer->port, .bytes = bytes };
    struct session *session = peer->session;
    answers_start(&stage->answers, stage->answers.bytes.bytes, ANSWER_MAX);
    if (peer->transport == TRANSPORT_UDP)
        session = datagrams_take(stage->datagrams, &datagram, stage->now, &stage->answers);
    else if (session)
        session_receive(session, bytes, stage->now, &stage->answers);
    if (session)
        session_sent(session, &stage->answers, stage->answers.bytes.length, stage->now);
    return session != NULL;
}

bool stage_send(struct stage *stage, struct peer *peer, struct cursor bytes)
{
    /* in a block of its exact size, gone after the call */
    uint8_t *block = malloc(bytes.left ? bytes.left : 1);
    if (!block)
        return false;
    if (bytes.left > 0)
        memcpy(block, bytes.at, bytes.left);
    struct cursor copy = cursor_of(block, bytes.left);
    bool is_fine = true;
    stage_log_bytes(stage, peer, DIRECTION_IN, copy);
    if (stage->intake == INTAKE_LISTEN)
        is_fine = receive(stage, peer, copy);
    else if (stage->intake == INTAKE_LOG)
        is_fine = true;
    else if (peer->transport == TRANSPORT_TCP)
        tcp_stream(stage, peer, DIRECTION_IN, copy);
    else
        udp(stage, peer, DIRECTION_IN, copy);
    free(block);
    return is_fine;
}

bool stage_lose(struct stage *stage, struct peer *peer, size_t bytes)
{
    peer->sent += (uint32_t)bytes;
    return stage->intake == INTAKE_SNIFF && peer->transport == TRANSPORT_TCP;
}

bool stage_receive(struct stage *stage, struct peer *peer, struct cursor bytes)
{
    if (stage->intake == INTAKE_LISTEN)
        return false;
    stage_log_bytes(stage, peer, DIRECTION_OUT, bytes);
    if (stage->intake == INTAKE_LOG)
        return true;
    if (peer->transport == TRANSPORT_TCP)
        tcp_stream(stage, peer, DIRECTION_OUT, bytes);
    else
        udp(stage, peer, DIRECTION_OUT, bytes);
    return true;
}

bool stage_close(struct stage *stage, struct peer *peer, bool is_reset)
{
    const struct cursor nothing = { 0 };
    if (peer->transport != TRANSPORT_TCP)
        return false;
    stage_log_contact(stage, peer, false);
    if (stage->intake == INTAKE_LOG)
        return true;
    if (stage->intake == INTAKE_LISTEN) {
        if (!peer->session)
            return false;
        session_close(peer->session, is_reset ? "reset" : "closed", stage->now);
        peer->session = NULL;
        return true;
    }
    if (is_reset) {
        tcp(stage, peer, DIRECTION_IN, RST | ACK, nothing);
        return true;
    }
    tcp(stage, peer, DIRECTION_IN, FIN | ACK, nothing);
    tcp(stage, peer, DIRECTION_OUT, FIN | ACK, nothing);
    tcp(stage, peer, DIRECTION_IN, ACK, nothing);
    return true;
}

bool stage_knock(struct stage *stage, struct peer *peer, const char *answer)
{
    const struct cursor nothing = { 0 };
    if (stage->intake != INTAKE_SNIFF)
        return false;
    if (peer->transport == TRANSPORT_UDP) {
        icmp(stage, peer);
        return strcmp(answer, "refused") == 0 && endpoint_is_v4(&peer->endpoint);
    }
    start_connection(peer);
    tcp(stage, peer, DIRECTION_IN, SYN, nothing);
    if (strcmp(answer, "refused") == 0)
        tcp(stage, peer, DIRECTION_OUT, RST | ACK, nothing);
    else if (strcmp(answer, "half-open") == 0)
        tcp(stage, peer, DIRECTION_OUT, SYN | ACK, nothing);
    return true;
}

void stage_end(struct stage *stage)
{
    stage_read_log(stage, INT64_MAX);
    tap_finish(stage->tap, stage->now);
    judge_finish(stage->judge, stage->now);
}
