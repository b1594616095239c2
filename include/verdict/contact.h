/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of contacts: connections that bring nothing, again and again or for long. Part of the judge. */
#ifndef VERDICT_CONTACT_H
#define VERDICT_CONTACT_H

#include "verdict/finding.h"

struct contact_settings {
    size_t visitors;        /* most addresses kept whose connections brought nothing */
    int64_t silent_wait;    /* µs a connection may say nothing before connected-silent */
    unsigned reconnects;    /* connections without data … */
    int64_t reconnect_span; /* … within so many µs that make reconnecting */
    int64_t forget;         /* µs after which a finding that nothing confirmed is over */
};

struct contact_matter;

/* findings is borrowed. NULL when memory is out; contact_free takes NULL. */
struct contact_matter *contact_new(const struct contact_settings *settings, struct findings *findings);
void contact_free(struct contact_matter *matter);

/* A message came in: its peer is silent no more. */
void contact_message(struct contact_matter *matter, const struct message_event *event);

/* A connection began or ended: raises and clears reconnecting. */
void contact_connection(struct contact_matter *matter, const struct connection_event *event);

/* A connection has been open since `since` and has said nothing: raises connected-silent. */
void contact_silence(struct contact_matter *matter, const struct who *who, int64_t since, int64_t now);

/* Now and then: clears what nothing has confirmed for long. */
void contact_tick(struct contact_matter *matter, int64_t now);

/* Visitors forgotten because of the cap. */
uint64_t contact_evicted(const struct contact_matter *matter);

#endif
