/* SPDX-License-Identifier: Apache-2.0 */
/* What happened: the structures that judge hands to the outlets, and the fan-out. Everything in them is borrowed for the call. */
#ifndef VERDICT_EVENT_H
#define VERDICT_EVENT_H

#include "base/net.h"
#include "verdict/talk.h"

/* Who talks to the server: one connection or UDP peer. */
struct who {
    uint64_t flow; /* unique in a run, from 1 */
    enum transport transport;
    uint16_t port;        /* the server's */
    struct endpoint peer; /* the tracker's side */
};

/* One message, or bytes that nothing claimed. Times are microseconds since 1970. */
struct message_event {
    int64_t time;
    struct who who;
    enum direction direction;
    struct cursor bytes;
    size_t lost;                     /* bytes before these that were never seen */
    const struct told *told;         /* NULL for the server's bytes */
    const struct protocol *protocol; /* of the conversation, NULL when unknown */
    const char *device;              /* "" when unknown */
    bool repeats; /* the conversation's message before, some seconds ago at most, was judged just the same */
};

enum connection_state { CONNECTION_OPENED, CONNECTION_CLOSED };

struct connection_event {
    int64_t time;
    struct who who;
    enum connection_state state;
    const char *reason; /* of the closing, static: "closed", "reset", "timeout", …; NULL when opened */
    uint64_t bytes_in, bytes_out;
};

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_PROBLEM };

enum finding_code {
    FINDING_WRONG_PORT,
    FINDING_WAITING_FOR_FIX,
    FINDING_NO_FIX,
    FINDING_UNIDENTIFIED,
    FINDING_NOT_A_TRACKER,
    FINDING_RECONNECTING,
    FINDING_CONNECTED_SILENT,
    FINDING_CODES
};

/* "wrong-port", … */
const char *finding_name(enum finding_code code);
/* "info", "warning", "problem" */
const char *severity_name(enum severity severity);

struct finding_event {
    int64_t time;
    enum finding_code code;
    bool raised; /* false: cleared */
    enum severity severity;
    struct who who;
    const char *device;              /* "" when unknown */
    const struct protocol *protocol; /* NULL when unknown */
    uint16_t right_port;             /* 0 when there is none to name */
    const char *text, *advice;       /* for people */
};

/* One who wants to know. Members may be NULL. */
struct sink {
    void *context;
    void (*message)(void *context, const struct message_event *event);
    void (*connection)(void *context, const struct connection_event *event);
    void (*finding)(void *context, const struct finding_event *event);
};

enum { SINKS_MAX = 8 };

/* The only fan-out: sinks are told in the order they were added. */
struct publisher {
    struct sink sinks[SINKS_MAX];
    size_t count;
};

/* False when there are SINKS_MAX already. */
MUST_CHECK bool publisher_add(struct publisher *publisher, struct sink sink);

void publish_message(const struct publisher *publisher, const struct message_event *event);
void publish_connection(const struct publisher *publisher, const struct connection_event *event);
void publish_finding(const struct publisher *publisher, const struct finding_event *event);

#endif
