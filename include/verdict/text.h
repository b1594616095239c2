/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces that text lines share. What comes from the network is HEX or escaped. */
#ifndef VERDICT_TEXT_H
#define VERDICT_TEXT_H

#include "base/buffer.h"
#include "verdict/conversation.h"

/* "tcp 5023 " or nothing without a port */
void text_put_service(struct buffer *out, const struct service *service);

/* The parts of what is said of a message: "gt06 or h02 (likely)", "unidentified" or "not a tracker: tls"; "no fix" or the place
 * and, where has_time, when; "WRONG PORT: use 5023". */
void text_put_protocol(struct buffer *out, const struct identity *identity);
void text_put_location(struct buffer *out, const struct reading *reading, bool has_time);
void text_put_verdict(struct buffer *out, const struct identity *identity);
/* Is there a verdict to say? */
bool text_has_verdict(const struct identity *identity);

/* ", a PROXY header says from 198.51.100.7:40312": nothing where there is none. */
void text_put_says(struct buffer *out, const struct identity *identity);

/* " gt06 login, device 123456789012345, no location, ok": all of it. count: messages in the HEX. */
void text_put_identity(struct buffer *out, const struct identity *identity, unsigned count);

/* One line for each marked field of a message: offset, bytes, name. Nothing without marks. */
void text_put_fields(struct buffer *out, const struct identity *identity);

#endif
