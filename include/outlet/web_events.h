/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /events: everything that the page shows, as server-sent events on one stream. Part of web.
 *   status    how everything stands, twice a second while something comes
 *   devices, findings, ports
 *             {"whole":true,"end":…,"rows":[…]} until end is true, then {"rows":[…]} with those that changed, and {"gone":[keys]}
 *   messages  {"rows":[…],"skipped":N}: the latest ones, twenty a second at most
 *   gap       {"from":…,"to":…}: the reader was too slow, nothing was sent meanwhile; all of it comes anew
 * What is new is written once, and all who listen are sent the same bytes. A reader that is too slow gets nothing until it has
 * read what it was sent, and is let go after a minute; it costs nobody anything.
 */
#ifndef OUTLET_WEB_EVENTS_H
#define OUTLET_WEB_EVENTS_H

#include "outlet/snapshot.h"

enum { WEB_EVENTS_CLIENTS = 128 };

struct web_events;
struct event_base;
struct evhttp_request;

/* 0: as usual. */
struct web_events_settings {
    size_t clients;   /* most who listen at once; 128 */
    int64_t patience; /* µs after which one that does not read is let go; a minute */
};

/* base and snapshot are borrowed. NULL when memory is out; web_events_free takes NULL. */
struct web_events *web_events_new(struct event_base *base, struct snapshot *snapshot,
                                  const struct web_events_settings *settings);
void web_events_free(struct web_events *events);

/* Takes the request as a listener; one too many is refused. choice, or NULL: it is told of the messages that this admits, and skips
 * none of them for others. only_messages: it wants no other event. */
void web_events_start(struct web_events *events, struct evhttp_request *request, const struct filter *choice,
                      bool only_messages);

struct web_events_counts {
    size_t clients;
    uint64_t refused; /* one too many */
    uint64_t gaps;    /* times that one fell behind */
    uint64_t let_go;  /* did not read at all */
};
struct web_events_counts web_events_counts(const struct web_events *events);

#endif
