/* SPDX-License-Identifier: Apache-2.0 */
/* A board with something on it, and what is told of it to who asks. */
#ifndef TESTS_OUTLET_KNOWN_H
#define TESTS_OUTLET_KNOWN_H

#include "support/recorder.h"

#include <jansson.h>

#include "outlet/answer.h"
#include "protocol/registry.h"

struct known {
    struct board *board;
    struct feed *feed;
    struct ports *ports;
    struct snapshot *snapshot;
    struct publisher publisher;
    uint64_t lost;
};

static inline size_t known_losses(void *context, struct loss *losses)
{
    const struct known *known = context;
    losses[0] = (struct loss){ "nothing", 0, NULL };
    losses[1] = (struct loss){ "things lost", known->lost, NULL };
    losses[2] = (struct loss){ NULL, 0, NULL };
    return 2;
}

static inline struct known *known_new(size_t devices)
{
    struct known *known = calloc(1, sizeof(*known));
    assert_non_null(known);
    known->board = board_new(&(struct board_settings){ .devices = devices, .findings = devices });
    known->feed = feed_new();
    known->ports = ports_new(registry);
    assert_true(known->board && known->feed && known->ports);
    publisher_add(&known->publisher, board_sink(known->board));
    publisher_add(&known->publisher, feed_sink(known->feed));
    known->snapshot = snapshot_new(&(struct snapshot_parts){ .board = known->board,
                                                             .ports = known->ports,
                                                             .feed = known->feed,
                                                             .version = "1.2.3",
                                                             .losses = known_losses,
                                                             .context = known });
    assert_non_null(known->snapshot);
    return known;
}

static inline void known_free(struct known *known)
{
    snapshot_free(known->snapshot);
    snapshot_free(NULL);
    feed_free(known->feed);
    board_free(known->board);
    ports_free(known->ports);
    free(known);
}

/* A message of a protocol's that is fine where it came in, unless the verdict says otherwise. */
static inline void known_message(struct known *known, unsigned host, uint16_t port, const char *protocol,
                                 enum location location, const char *device, enum verdict verdict)
{
    struct fact fact;
    fact_make(&fact, who_at(host, host, port), NOON, protocol ? registry_find(protocol) : NULL, "position",
              location, device);
    fact.identity.verdict = verdict;
    fact.identity.reading.lat = 47.51;
    fact.identity.reading.lon = 19.09;
    publish_message(&known->publisher, &fact.event);
}

static inline void known_finding(struct known *known, enum finding_code code, enum severity severity,
                                 unsigned host, uint16_t port, const char *device, bool raised)
{
    publish_finding(&known->publisher, &(struct finding_event){ .time = NOON,
                                                                .last = NOON,
                                                                .code = code,
                                                                .raised = raised,
                                                                .severity = severity,
                                                                .who = who_at(host, host, port),
                                                                .device = device,
                                                                .text = "What is so.",
                                                                .advice = "What to do." });
}

/* All records of an answer, as an array; the caller gives it back. */
static inline json_t *known_ask(struct known *known, const char *request)
{
    struct ask ask;
    char error[200];
    json_t *list = json_array();
    struct cursor record;
    if (!ask_read(cursor_of_text(request), &ask, error, sizeof(error)))
        fail_msg("%s: %s", request, error);
    struct answer *answer = answer_new(known->snapshot, &ask);
    assert_non_null(answer);
    for (enum answer_step step; (step = answer_next(answer, NOON + SECONDS(2), &record)) != ANSWER_END;) {
        if (step == ANSWER_WAIT)
            break;
        if (step == ANSWER_MORE)
            continue;
        json_t *object = json_loadb((const char *)record.at, record.left, JSON_REJECT_DUPLICATES, NULL);
        if (!object)
            fail_msg("no JSON: %.*s", (int)record.left, (const char *)record.at);
        json_array_append_new(list, object);
    }
    answer_free(answer);
    answer_free(NULL);
    return list;
}

/* A text somewhere in it, "a.b"; "" where there is none. */
static inline const char *known_text(const json_t *record, const char *path)
{
    char name[64];
    const json_t *at = record;
    while (at && *path) {
        size_t length = strcspn(path, ".");
        snprintf(name, sizeof(name), "%.*s", (int)length, path);
        at = json_is_array(at) ? json_array_get(at, (size_t)strtoul(name, NULL, 10))
                               : json_object_get(at, name);
        path += length + (path[length] == '.');
    }
    static char number[32];
    if (json_is_integer(at)) {
        snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(at));
        return number;
    }
    return json_is_string(at) ? json_string_value(at) : "";
}

/* Every "path=value" of the list, ended by NULL, holds. */
static inline void known_has(const json_t *record, const char *const *pairs)
{
    char path[64];
    for (; *pairs; pairs++) {
        size_t length = strcspn(*pairs, "=");
        snprintf(path, sizeof(path), "%.*s", (int)length, *pairs);
        if (strcmp(known_text(record, path), *pairs + length + 1) != 0) {
            char *text = json_dumps(record, 0);
            fail_msg("%s, but '%s' in %s", *pairs, known_text(record, path), text);
        }
    }
}

#define HAS(record, ...) known_has(record, (const char *const[]){ __VA_ARGS__, NULL })

#endif
