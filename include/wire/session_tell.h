/* SPDX-License-Identifier: Apache-2.0 */
/* What a session tells the judge, and the replies that a server would give. Part of session. */
#ifndef WIRE_SESSION_TELL_H
#define WIRE_SESSION_TELL_H

#include "wire/session.h"

/* What the conversation is, or is likeliest; NULL: not known. */
const struct protocol *session_protocol(const struct session *session);

/* A message of the peer; of a user's request identity->bytes becomes a copy without its password. */
void session_tell_message(struct session *session, struct identity *identity, size_t lost, int64_t now);

/* A datagram without any bytes is a message too: a probe. */
void session_tell_empty(const struct session *session, int64_t now);

/* What has come of a message whose end has not. */
void session_tell_unfinished(const struct session *session, int64_t now);

/* Bytes of the server. */
void session_tell_answer(const struct session *session, struct cursor bytes, size_t lost, int64_t now);

/* The end, of a TCP connection only. */
void session_tell_closed(const struct session *session, const char *reason, int64_t now);

/* Adds the reply to one message; answers may be NULL. */
void session_reply(struct session *session, const struct identity *identity, int64_t now,
                   struct answers *answers);

#endif
