/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions with all that hears them, and what is told as lines of text:
 *   < HEX protocol type device verdict     a message came in; "-" where there is none; (7) before it: 7 bytes lost
 *   > HEX protocol device                  bytes of the server
 *   opened / closed REASON in 18 out 10    a connection
 *   +connected-silent / -connected-silent  a finding */
#ifndef TESTS_WIRE_PEERS_H
#define TESTS_WIRE_PEERS_H

#include "protocols/registry.h"
#include "support/recorder.h"
#include "wire/session.h"

struct peers {
    struct identifier *identifier;
    struct ports *ports;
    struct publisher publisher;
    struct judge *judge;
    struct sessions *sessions;
    FILE *out;
    char *text; /* what was told so far */
    size_t size;
    size_t largest; /* of the messages that came in */
    struct buffer answer;
    uint8_t answer_memory[4096];
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
    const struct told *told = event->told;
    assert_int_equal(event->time, peers->now);
    assert_int_equal(told != NULL, event->direction == DIRECTION_IN);
    if (event->lost > 0)
        fprintf(peers->out, "(%zu)", event->lost);
    fputs(told ? "< " : "> ", peers->out);
    peers_hex(peers, event->bytes);
    if (!told) {
        fprintf(peers->out, " %s %s\n", event->protocol ? event->protocol->name : "-",
                or_dash(event->device));
        return;
    }
    assert_ptr_equal(told->bytes.at, event->bytes.at);
    assert_int_equal(told->bytes.left, event->bytes.left);
    assert_string_equal(told->device, event->device);
    if (event->bytes.left > peers->largest)
        peers->largest = event->bytes.left;
    fprintf(peers->out, " %s %s %s %s%s%s\n", told->candidate_count > 0 ? told->candidates[0]->name : "-",
            told->reading.type, or_dash(event->device), or_dash(verdict_name(told->verdict)),
            told->kind ? " " : "", told->kind ? told->kind : "");
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
    peers->answer = buffer_on(peers->answer_memory, sizeof(peers->answer_memory));
    peers->identifier = identifier_new(protocols ? protocols : registry);
    peers->ports = ports_new(protocols ? protocols : registry);
    assert_true(publisher_add(&peers->publisher, (struct sink){ .context = peers,
                                                                .message = peers_message,
                                                                .connection = peers_connection,
                                                                .finding = peers_finding }));
    peers->judge = judge_new(&judge, peers->ports, &peers->publisher);
    peers->sessions =
        sessions_new(settings ? settings : &usual, peers->identifier, peers->ports, peers->judge);
    assert_non_null(peers->sessions);
    return peers;
}

static inline void peers_free(struct peers *peers)
{
    sessions_free(peers->sessions);
    judge_free(peers->judge);
    ports_free(peers->ports);
    identifier_free(peers->identifier);
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

/* A piece of a stream, or a datagram, in a block of its exact size that is gone after the call. */
static inline void feed(struct peers *peers, struct who who, struct cursor bytes)
{
    uint8_t *block = malloc(bytes.left ? bytes.left : 1);
    assert_non_null(block);
    if (bytes.left > 0)
        memcpy(block, bytes.at, bytes.left);
    session_feed(peers->sessions, &who, DIRECTION_IN, cursor_of(block, bytes.left), 0, peers->now,
                 &peers->answer);
    free(block);
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
