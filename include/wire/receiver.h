/* SPDX-License-Identifier: Apache-2.0 */
/* Where stream and datagrams bring what they have put in order: the functions of session.h, as session_receiver gives them.
 * Tests put their own in the place. */
#ifndef WIRE_RECEIVER_H
#define WIRE_RECEIVER_H

#include "base/cursor.h"
#include "verdict/event.h"

struct answers;
struct session;
struct sessions;

/* Each is described in session.h. */
struct receiver {
    struct sessions *sessions; /* borrowed */
    struct session *(*open)(struct sessions *sessions, const struct who *who, bool seen_start, int64_t now);
    /* is_repeated: who came has asked again meanwhile, as those do who want an answer */
    void (*fail)(struct sessions *sessions, const struct who *who, enum connection_state state,
                 bool is_repeated, int64_t now);
    void (*established)(struct session *session, int64_t now);
    void (*server)(struct session *session, bool is_seen, size_t unseen);
    void (*feed)(struct session *session, enum direction direction, struct cursor bytes, size_t lost,
                 int64_t now);
    void (*receive)(struct session *session, struct cursor bytes, int64_t now, struct answers *answers);
    bool (*has_device)(const struct session *session);
    void (*close)(struct session *session, const char *reason, int64_t now);
};

#endif
