/* SPDX-License-Identifier: Apache-2.0 */
/* The fan-out of events. Called by judge, heard by the outlets. */
#include "verdict/event.h"

void publisher_add(struct publisher *publisher, struct sink *sink)
{
    struct sink *last = SLIST_FIRST(&publisher->sinks);
    while (last && SLIST_NEXT(last, next))
        last = SLIST_NEXT(last, next);
    if (last)
        SLIST_INSERT_AFTER(last, sink, next);
    else
        SLIST_INSERT_HEAD(&publisher->sinks, sink, next);
}

void publish_message(const struct publisher *publisher, const struct message_event *event)
{
    const struct sink *sink;
    struct message_event shown;
    if (publisher->wall != 0) {
        shown = *event;
        shown.time += publisher->wall;
        event = &shown;
    }
    SLIST_FOREACH (sink, &publisher->sinks, next) {
        if (sink->message)
            sink->message(sink->context, event);
    }
}

void publish_unfinished(const struct publisher *publisher, const struct message_event *event)
{
    const struct sink *sink;
    struct message_event shown;
    if (publisher->wall != 0) {
        shown = *event;
        shown.time += publisher->wall;
        event = &shown;
    }
    SLIST_FOREACH (sink, &publisher->sinks, next) {
        if (sink->unfinished)
            sink->unfinished(sink->context, event);
    }
}

void publish_connection(const struct publisher *publisher, const struct connection_event *event)
{
    const struct sink *sink;
    struct connection_event shown;
    if (publisher->wall != 0) {
        shown = *event;
        shown.time += publisher->wall;
        event = &shown;
    }
    SLIST_FOREACH (sink, &publisher->sinks, next) {
        if (sink->connection)
            sink->connection(sink->context, event);
    }
}

void publish_finding(const struct publisher *publisher, const struct finding_event *event)
{
    const struct sink *sink;
    struct finding_event shown;
    if (publisher->wall != 0) {
        shown = *event;
        shown.time += publisher->wall;
        shown.first += publisher->wall;
        shown.last += publisher->wall;
        event = &shown;
    }
    SLIST_FOREACH (sink, &publisher->sinks, next) {
        if (sink->finding)
            sink->finding(sink->context, event);
    }
}

void publish_confirmed(const struct publisher *publisher, const struct finding_event *event)
{
    const struct sink *sink;
    SLIST_FOREACH (sink, &publisher->sinks, next) {
        if (sink->confirmed)
            sink->confirmed(sink->context, event);
    }
}
