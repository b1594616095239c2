/* SPDX-License-Identifier: Apache-2.0 */
/* Events as pieces of a handover: copies, with all that they borrow. Part of the history. */
#ifndef OUTLET_HISTORY_QUEUE_H
#define OUTLET_HISTORY_QUEUE_H

#include "outlet/handover.h"
#include "verdict/event.h"

/* Each copies the event, or counts it as dropped. */
void history_queue_message(struct handover *queue, const struct message_event *event);
void history_queue_finding(struct handover *queue, const struct finding_event *event);
void history_queue_confirmed(struct handover *queue, const struct finding_event *event);

/* ---- for the thread ---- */

enum history_entry_kind { HISTORY_MESSAGE, HISTORY_FINDING, HISTORY_CONFIRMED };

struct history_entry {
    enum history_entry_kind kind;
    const struct message_event *message; /* or NULL; these two are valid until the next take */
    const struct finding_event *finding; /* or NULL */
};

/* One after the other of those taken. False: there are no more. */
MUST_CHECK bool history_queue_next(struct handover *queue, struct history_entry *entry);

#endif
