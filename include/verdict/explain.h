/* SPDX-License-Identifier: Apache-2.0 */
/* A message with its fields under its bytes, for people: who sees it knows where the id, the time and the fix stand. */
#ifndef VERDICT_EXPLAIN_H
#define VERDICT_EXPLAIN_H

#include "base/buffer.h"
#include "verdict/conversation.h"

/* Writes rows of bytes (of text, where the message is text), under them a letter from where a field begins to where it ends,
 * then a legend: letter, offset, length, name, value in words. What no field explains is counted at the end. The identity must
 * have been read with marks. */
void explain_put(struct buffer *out, const struct identity *identity);

/* The same as a member of a record: ,"explained":{"hex":…,"fields":[{"name":…,"offset":…,"length":…,"value":…,"state":…},…],
 * "unexplained":[{"offset":…,"length":…},…]}. Offsets count bytes from the HEX's first. state: "ok" or "problem" of a checksum and
 * of a fix flag, else "plain". "inside":true: it lies within the one before it. */
void explain_put_member(struct buffer *out, const struct identity *identity);

#endif
