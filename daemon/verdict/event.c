/* SPDX-License-Identifier: Apache-2.0 */
/* The fan-out of events, and their names. Called by judge, heard by the outlets. */
#include "verdict/event.h"

const char *finding_name(enum finding_code code)
{
    static const char *const names[FINDING_CODES] = { "wrong-port",      "waiting-for-fix", "no-fix",
                                                      "unidentified",    "not-a-tracker",   "reconnecting",
                                                      "connected-silent" };
    return names[code];
}

const char *severity_name(enum severity severity)
{
    static const char *const names[] = { "info", "warning", "problem" };
    return names[severity];
}

bool publisher_add(struct publisher *publisher, struct sink sink)
{
    if (publisher->count == SINKS_MAX)
        return false;
    publisher->sinks[publisher->count++] = sink;
    return true;
}

void publish_message(const struct publisher *publisher, const struct message_event *event)
{
    for (size_t i = 0; i < publisher->count; i++) {
        if (publisher->sinks[i].message)
            publisher->sinks[i].message(publisher->sinks[i].context, event);
    }
}

void publish_connection(const struct publisher *publisher, const struct connection_event *event)
{
    for (size_t i = 0; i < publisher->count; i++) {
        if (publisher->sinks[i].connection)
            publisher->sinks[i].connection(publisher->sinks[i].context, event);
    }
}

void publish_finding(const struct publisher *publisher, const struct finding_event *event)
{
    for (size_t i = 0; i < publisher->count; i++) {
        if (publisher->sinks[i].finding)
            publisher->sinks[i].finding(publisher->sinks[i].context, event);
    }
}
