/* SPDX-License-Identifier: Apache-2.0 */
/* Where packets are watched and Traccar's log is read too, every message comes twice. Finds the second of two, whichever comes
 * first, by its address and its bytes; by its bytes alone where the log has an inner address only. Part of the judge. */
#ifndef VERDICT_TWINS_H
#define VERDICT_TWINS_H

#include "verdict/event.h"

struct twins;

/* capacity: most messages that wait for their twin. NULL when memory is out; twins_free takes NULL. */
struct twins *twins_new(size_t capacity);
void twins_free(struct twins *twins);

/* Has the message come the other way already, within the last minute? Each counts for one. */
bool twins_has_come(struct twins *twins, const struct message_event *event);

#endif
