/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matter of a device's life: does it go on talking? Part of the judge. The whole of its life, with the findings of this and of
 * the other matters:
 *
 *   NEVER SEEN ---SYN---> CONNECTED ----message----> TALKING ----valid fix----> LOCATED
 *       |  dropped,           |  connected-silent,       |  waiting-for-fix,        |  zero-coordinates,
 *       |  refused,           |  reconnecting            |  no-fix, no-answer,      |  clock-wrong
 *       |  half-open          |                          |  and by Traccar's log:   |
 *       |                     +--closed--> NEVER SEEN    |  unknown-device, …       |
 *       | expected, and overdue                          |<----its word: no fix-----+
 *       v                                                |                          |
 *     SILENT <-------quiet for much longer than ever before-------------------------+
 *       +------------message-----------------------------> TALKING
 *
 * It learns each device's own pace: who reports every few hours is healthy, and who was silent and came back is given more time.
 */
#ifndef VERDICT_LIFE_H
#define VERDICT_LIFE_H

#include "verdict/dossier.h"
#include "verdict/expected.h"

struct life_settings {
    int64_t forget;                         /* µs after which a finding that nothing confirmed is over */
    const struct expected_device *expected; /* borrowed */
    size_t expected_count;
};

struct life_matter;

/* dossiers and findings are borrowed. NULL when memory is out; life_free takes NULL. */
struct life_matter *life_new(const struct life_settings *settings, struct dossiers *dossiers,
                             struct findings *findings);
void life_free(struct life_matter *matter);

/* Something has happened, whatever it is: from the first moment on those that are expected are waited for. */
void life_begin(struct life_matter *matter, int64_t now);

/* A message that is at least likely a tracker's came in: its device is not silent. */
void life_message(struct life_matter *matter, const struct message_event *event, struct dossier *dossier);

/* A connection ended. */
void life_connection(struct life_matter *matter, const struct connection_event *event);

/* Now and then: raises silent. */
void life_tick(struct life_matter *matter, int64_t now);

#endif
