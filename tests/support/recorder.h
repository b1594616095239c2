/* SPDX-License-Identifier: Apache-2.0 */
/* Facts made by hand for the judge's parts and the outlets, and a sink that notes which findings were told:
 * "+wrong-port " raised, "-wrong-port " cleared, in their order. */
#ifndef TESTS_SUPPORT_RECORDER_H
#define TESTS_SUPPORT_RECORDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "verdict/wording.h"

enum { RECORDER_TEXT = 1024 };

/* 2026-02-01 08:09:10 UTC, µs */
#define NOON (1769933350 * INT64_C(1000000))
#define SECONDS(n) ((n)*INT64_C(1000000))

struct recorder {
    struct publisher publisher;
    struct sink sink;
    struct buffer log;
    unsigned messages, connections, confirmed;
    struct finding_event last; /* its texts are in the members below */
    char device[DEVICE_MAX], text[RECORDER_TEXT], advice[RECORDER_TEXT];
    char memory[1 << 14];
};

static inline void recorder_message(void *context, const struct message_event *event)
{
    struct recorder *recorder = context;
    (void)event;
    recorder->messages++;
}

static inline void recorder_connection(void *context, const struct connection_event *event)
{
    struct recorder *recorder = context;
    (void)event;
    recorder->connections++;
}

static inline void recorder_confirmed(void *context, const struct finding_event *event)
{
    struct recorder *recorder = context;
    recorder->confirmed++;
    recorder->last = *event;
    snprintf(recorder->device, sizeof(recorder->device), "%s", event->device);
    recorder->last.device = recorder->device;
}

static inline void recorder_finding(void *context, const struct finding_event *event)
{
    struct recorder *recorder = context;
    assert_in_range(event->code, 0, FINDING_CODES - 1);
    assert_non_null(event->device);
    assert_non_null(event->advice);
    assert_true(event->text && event->text[0]);
    assert_true(!event->raised || event->advice[0]);
    buffer_printf(&recorder->log, "%c%s ", event->raised ? '+' : '-', finding_name(event->code));
    recorder->last = *event;
    snprintf(recorder->device, sizeof(recorder->device), "%s", event->device);
    snprintf(recorder->text, sizeof(recorder->text), "%s", event->text);
    snprintf(recorder->advice, sizeof(recorder->advice), "%s", event->advice);
    recorder->last.device = recorder->device;
    recorder->last.text = recorder->text;
    recorder->last.advice = recorder->advice;
}

static inline struct recorder *recorder_new(void)
{
    struct recorder *recorder = calloc(1, sizeof(*recorder));
    assert_non_null(recorder);
    recorder->log = buffer_on(recorder->memory, sizeof(recorder->memory));
    recorder->sink = (struct sink){ .context = recorder,
                                    .message = recorder_message,
                                    .connection = recorder_connection,
                                    .finding = recorder_finding,
                                    .confirmed = recorder_confirmed };
    publisher_add(&recorder->publisher, &recorder->sink);
    return recorder;
}

/* Which findings were told since the last time. */
#define heard(recorder, expected)                                                    \
    do {                                                                             \
        buffer_put_u8(&(recorder)->log, 0);                                          \
        assert_false((recorder)->log.full);                                          \
        assert_string_equal((recorder)->memory, expected);                           \
        (recorder)->log = buffer_on((recorder)->memory, sizeof((recorder)->memory)); \
    } while (0)

/* The peer 203.0.113.HOST, on a port of its own for each flow. */
static inline struct who who_at(uint64_t flow, unsigned host, uint16_t port)
{
    return (struct who){ .flow = flow,
                         .transport = TRANSPORT_TCP,
                         .port = port,
                         .peer = endpoint_of_v4((uint8_t[]){ 203, 0, 113, (uint8_t)host },
                                                (uint16_t)(40000 + flow)) };
}

/* One message that came in. `told` and the device belong to it: it may not be copied. */
struct fact {
    struct identity identity;
    struct message_event event;
    char device[DEVICE_MAX];
};

/* A certain message of the protocol, fine where it came in; the caller changes what is different. protocol
 * NULL: bytes that nobody claims. */
static inline void fact_make(struct fact *fact, struct who who, int64_t time, const struct protocol *protocol,
                             const char *type, enum location location, const char *device)
{
    static const uint8_t bytes[] = { 0x78, 0x78, 0x01 };
    memset(fact, 0, sizeof(*fact));
    snprintf(fact->device, sizeof(fact->device), "%s", device);
    struct identity *identity = &fact->identity;
    identity->bytes = cursor_of(bytes, sizeof(bytes));
    reading_start(&identity->reading, identity->bytes, NULL);
    identity->reading.type = type;
    identity->reading.location = location;
    identity->device = fact->device;
    identity->verdict = VERDICT_UNIDENTIFIED;
    if (protocol) {
        identity->candidates[0] = protocol;
        identity->candidate_count = 1;
        identity->certainty = CLAIM_CERTAIN;
        identity->verdict = VERDICT_OK;
        identity->right_port = protocol->port;
    }
    fact->event = (struct message_event){ .time = time,
                                          .who = who,
                                          .direction = DIRECTION_IN,
                                          .bytes = identity->bytes,
                                          .identity = identity,
                                          .protocol = protocol,
                                          .device = fact->device };
}

/* As fact_make, and says that it is the wrong port. */
static inline void fact_wrong_port(struct fact *fact, struct who who, int64_t time,
                                   const struct protocol *protocol, const char *type, const char *device)
{
    fact_make(fact, who, time, protocol, type, LOCATION_NONE, device);
    fact->identity.verdict = VERDICT_WRONG_PORT;
}

#endif
