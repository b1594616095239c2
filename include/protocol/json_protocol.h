/* SPDX-License-Identifier: Apache-2.0 */
/* What the protocols share whose messages are bare JSON objects, one behind the other. All of them are asked about every
 * '{', so the look for a telling word comes first. */
#ifndef PROTOCOL_JSON_PROTOCOL_H
#define PROTOCOL_JSON_PROTOCOL_H

#include "base/reading_json.h"
#include "protocol/protocol.h"

/* Does one of the words, which single blanks part, stand in the bytes? */
bool json_is_told(struct cursor bytes, const char *telling);

/* `telling`: keys, with their quotes, of which every message holds one. `judge` says what the object is. One that is cut
 * off is CLAIM_LIKELY at most. */
enum claim json_match(const struct message *message, size_t *length, const char *telling,
                      enum claim (*judge)(struct cursor json));

#endif
