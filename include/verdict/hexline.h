/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message that somebody gives as HEX, on a line of its own: taken, judged and written as one record. Lines know nothing of
 * each other. Pure: a line in, a record out. Used by `hexwatch identify`, and made to be used wherever people paste.
 */
#ifndef VERDICT_HEXLINE_H
#define VERDICT_HEXLINE_H

#include "base/buffer.h"
#include "verdict/conversation.h"

struct hexline;

/* detector and ports are borrowed. NULL when memory is out; hexline_free takes NULL. */
struct hexline *hexline_new(struct detector *detector, const struct ports *ports);
void hexline_free(struct hexline *hexline);

/* How a record is written. */
struct hexline_form {
    bool json;
    bool explain; /* tell which bytes are what */
};

/* Room that any record needs at most, bytes. */
enum { HEXLINE_RECORD_MAX = 256 * 1024 };

/* Takes a line "[tcp:PORT |udp:PORT |PORT ]HEX", judges it and appends its record, a line too, to out, which has room for it. False:
 * the line cannot be read, and the record says why; `number` is the line's, for that. */
bool hexline_identify(struct hexline *hexline, struct cursor line, unsigned number,
                      const struct hexline_form *form, struct buffer *out);

/* The same in two steps, for bytes that come in another way. Take: the bytes of the line are valid until the next. False:
 * error says what is wrong and the mend. */
MUST_CHECK bool hexline_take(struct hexline *hexline, struct cursor line, struct service *service,
                             struct cursor *bytes, char *error, size_t size);

/* Judge: bytes (one at least, MESSAGE_MAX at most) that came to the service (port 0: unknown) hold one message or several.
 * Their record is appended to out. */
void hexline_judge(struct hexline *hexline, const struct service *service, struct cursor bytes,
                   const struct hexline_form *form, struct buffer *out);

/* The record of a line that cannot be read. */
void hexline_put_error(unsigned number, const char *error, const struct hexline_form *form,
                       struct buffer *out);

#endif
