/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions with all that hears them, and what is told as lines of text:
 *   < HEX protocol type device verdict     a message came in; "-" where there is none; (7) before it: 7 bytes lost
 *   ~ HEX protocol device                  of a message whose end has not come
 *   > HEX protocol device                  bytes of the server
 *   opened / closed REASON in 18 out 10    a connection
 *   +connected-silent / -connected-silent  a finding */
#ifndef TESTS_WIRE_PEERS_H
#define TESTS_WIRE_PEERS_H

#include "protocol/registry.h"
#include "support/recorder.h"
#include "wire/session.h"

struct peers {
    struct detector *detector;
    struct ports *ports;
    struct publisher publisher;
    struct sink sink;
    struct judge *judge;
    struct sessions *sessions;
    FILE *out;
    char *text; /* what was told so far */
    size_t size;
    size_t largest;           /* of the messages that came in */
    struct session *open[64]; /* by the number that the tests give a peer */
    struct answers answers;   /* to the last piece */
    uint8_t answer_memory[4096];
    size_t answer_size;
    int64_t now;
};

static inline const char *or_dash(const char *text)
{
    return text && text[0] ? text : "-";
}

static inline void peers_hex(struct peers *peers, struct cursor bytes)
{
    for (size_t i = 0; i < bytes.left; i++)
        fprintf(peers->out, "%02x", bytes.at[i]);
}

static inline void peers_message(void *context, const struct message_event *event)
{
    struct peers *peers = context;
    const struct identity *identity = event->identity;
    assert_int_equal(event->time, peers->now);
    assert_int_equal(identity != NULL, event->direction == DIRECTION_IN);
    if (event->lost > 0)
        fprintf(peers->out, "(%zu)", event->lost);
    fputs(identity ? "< " : "> ", peers->out);
    peers_hex(peers, event->bytes);
    if (!identity) {
        fprintf(peers->out, " %s %s\n", event->protocol ? event->protocol->name : "-",
                or_dash(event->device));
        return;
    }
    assert_ptr_equal(identity->bytes.at, event->bytes.at);
    assert_int_equal(identity->bytes.left, event->bytes.left);
    assert_string_equal(identity->device, event->device);
    if (event->bytes.left > peers->largest)
        peers->largest = event->bytes.left;
    fprintf(peers->out, " %s %s %s %s%s%s\n",
            identity->candidate_count > 0 ? identity->candidates[0]->name : "-", identity->reading.type,
            or_dash(event->device), or_dash(verdict_name(identity->verdict)), identity->kind ? " " : "",
            identity->kind ? identity->kind : "");
}

static inline void peers_unfinished(void *context, const struct message_event *event)
{
    struct peers *peers = context;
    assert_true(event->time == peers->now && !event->identity && event->direction == DIRECTION_IN);
    fputs("~ ", peers->out);
    peers_hex(peers, event->bytes);
    fprintf(peers->out, " %s %s\n", event->protocol ? event->protocol->name : "-", or_dash(event->device));
}

static inline void peers_connection(void *context, const struct connection_event *event)
{
    struct peers *peers = context;
    if (event->state == CONNECTION_OPENED)
        fprintf(peers->out, "opened\n");
    else
        fprintf(peers->out, "closed %s in %u out %u\n", event->reason, (unsigned)event->bytes_in,
                (unsigned)event->bytes_out);
}

static inline void peers_finding(void *context, const struct finding_event *event)
{
    struct peers *peers = context;
    if (event->code == FINDING_CONNECTED_SILENT)
        fprintf(peers->out, "%c%s\n", event->raised ? '+' : '-', finding_name(event->code));
}

/* protocols NULL: those of the registry; settings NULL: the usual ones. */
static inline struct peers *peers_new(const struct session_settings *settings,
                                      const struct protocol *const *protocols)
{
    struct session_settings usual = session_defaults();
    struct judge_settings judge = judge_defaults();
    struct peers *peers = calloc(1, sizeof(*peers));
    assert_non_null(peers);
    peers->now = NOON;
    peers->out = open_memstream(&peers->text, &peers->size);
    assert_non_null(peers->out);
    peers->answer_size = sizeof(peers->answer_memory);
    answers_start(&peers->answers, peers->answer_memory, peers->answer_size);
    peers->detector = detector_new(protocols ? protocols : registry);
    peers->ports = ports_new(protocols ? protocols : registry);
    peers->sink = (struct sink){ .context = peers,
                                 .message = peers_message,
                                 .unfinished = peers_unfinished,
                                 .connection = peers_connection,
                                 .finding = peers_finding };
    publisher_add(&peers->publisher, &peers->sink);
    peers->judge = judge_new(&judge, peers->ports, &peers->publisher);
    peers->sessions = sessions_new(settings ? settings : &usual, peers->detector, peers->ports, peers->judge);
    assert_non_null(peers->sessions);
    return peers;
}

static inline void peers_free(struct peers *peers)
{
    sessions_free(peers->sessions);
    judge_free(peers->judge);
    ports_free(peers->ports);
    detector_free(peers->detector);
    fclose(peers->out);
    free(peers->text);
    free(peers);
}

/* What was told since the last time; the caller frees it. */
static inline char *peers_take(struct peers *peers)
{
    assert_int_equal(fclose(peers->out), 0);
    char *text = peers->text;
    peers->out = open_memstream(&peers->text, &peers->size);
    assert_true(text && peers->out);
    return text;
}

#define told_lines(peers, expected)               \
    do {                                          \
        char *told_text = peers_take(peers);      \
        assert_string_equal(told_text, expected); \
        free(told_text);                          \
    } while (0)

/* The session of a peer, by the number in who.flow; opened in its middle when there is none. */
static inline struct session *session_of(struct peers *peers, struct who who)
{
    struct session **session = &peers->open[who.flow % 64];
    if (!*session)
        *session = session_open(peers->sessions, &who, false, peers->now);
    assert_non_null(*session);
    return *session;
}

static inline void begin(struct peers *peers, struct who who)
{
    peers->open[who.flow % 64] = session_open(peers->sessions, &who, true, peers->now);
    assert_non_null(peers->open[who.flow % 64]);
}

static inline void end(struct peers *peers, struct who who, const char *reason)
{
    session_close(session_of(peers, who), reason, peers->now);
    peers->open[who.flow % 64] = NULL;
}

/* A piece of a stream, or a datagram, in a block of its exact size that is gone after the call. Its answers are sent. */
static inline void feed(struct peers *peers, struct who who, struct cursor bytes)
{
    struct session *session = session_of(peers, who);
    uint8_t *block = malloc(bytes.left ? bytes.left : 1);
    assert_non_null(block);
    if (bytes.left > 0)
        memcpy(block, bytes.at, bytes.left);
    answers_start(&peers->answers, peers->answer_memory, peers->answer_size);
    session_receive(session, cursor_of(block, bytes.left), peers->now, &peers->answers);
    free(block);
    session_sent(session, &peers->answers, peers->answers.bytes.length, peers->now);
}

static inline void feed_captured(struct peers *peers, struct who who, enum direction direction,
                                 const char *text, size_t lost)
{
    session_feed(session_of(peers, who), direction, cursor_of_text(text), lost, peers->now);
}

static inline void feed_text(struct peers *peers, struct who who, const char *text)
{
    feed(peers, who, cursor_of_text(text));
}

static inline void tick(struct peers *peers, int64_t later)
{
    peers->now += later;
    sessions_tick(peers->sessions, peers->now);
}

/* The bytes of a protocol's sample of a type (the first one there is). */
static inline struct cursor sample_of(const char *protocol, const char *type, uint8_t memory[static 4096])
{
    const struct protocol *found = registry_find(protocol);
    size_t length = 0;
    assert_non_null(found);
    const struct sample *sample = found->samples;
    while ((sample->text || sample->hex) && (strcmp(sample->type, type) != 0 || sample->datagram))
        sample++;
    assert_true(sample->text || sample->hex);
    assert_true(sample_bytes(sample, memory, 4096, &length));
    return cursor_of(memory, length);
}

#endif
