/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of answers: does anybody answer the devices that wait for one? Part of the judge. */
#ifndef VERDICT_UNANSWERED_H
#define VERDICT_UNANSWERED_H

#include "verdict/dossier.h"
#include "verdict/expected.h"

struct unanswered_settings {
    size_t devices;      /* most kept */
    int64_t silent_wait; /* µs after which a device whose login nobody answered is said to be silent */
    int64_t forget;      /* µs after which a finding that nothing confirmed is over */
    const struct expected_device
        *expected; /* borrowed: one that is not answered may be meant by one of them */
    size_t expected_count;
};

struct unanswered_matter;

/* ports, dossiers and findings are borrowed. NULL when memory is out; unanswered_free takes NULL. */
struct unanswered_matter *unanswered_new(const struct unanswered_settings *settings,
                                         const struct ports *ports, struct dossiers *dossiers,
                                         struct findings *findings);
void unanswered_free(struct unanswered_matter *matter);

/* A message came in or an answer went out: raises and clears no-answer, and connected-silent where a login was the last word. */
void unanswered_message(struct unanswered_matter *matter, const struct message_event *event);

/* A connection ended. */
void unanswered_connection(struct unanswered_matter *matter, const struct connection_event *event);

/* Now and then: has a device given up? And clears what nothing has confirmed for long. */
void unanswered_tick(struct unanswered_matter *matter, int64_t now);

uint64_t unanswered_evicted(const struct unanswered_matter *matter);

#endif
