/* SPDX-License-Identifier: Apache-2.0 */
/* The sync of intellitrac and wondex, beside their lines: head 2 | 2 | id 4, little endian. The server sends it back as it is. */
#ifndef PROTOCOL_ECHOED_SYNC_H
#define PROTOCOL_ECHOED_SYNC_H

#include "protocol/protocol.h"

enum { ECHOED_SYNC = 8 }; /* bytes */

/* Two bytes are little to know a sync by: can what stands behind it be the same device's, a line with its id, a reply, a sync? */
bool echoed_sync_may_be_before(struct cursor rest, const char head[static 2]);

/* How sure one is: between head and id stands a number, and a high one is rather chance. */
enum claim echoed_sync_claim(struct cursor sync);

/* The message is a sync. */
void echoed_sync_read(const struct message *message, struct reading *reading);

/* The same bytes, over TCP alone: an echo is only safe where nobody can feign its sender. */
void echoed_sync_answer(const struct message *message, struct buffer *reply);

#endif
