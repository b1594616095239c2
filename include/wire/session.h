/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions: what is known of every peer. Gets ordered bytes from stream (captured traffic) and from the listener (its own
 * sockets), frames them by the conversation's protocol, gives messages, connections and silences to the judge.
 */
#ifndef WIRE_SESSION_H
#define WIRE_SESSION_H

#include "base/buffer.h"
#include "verdict/judge.h"

struct session_settings {
    size_t sessions;      /* most peers kept; the one silent for longest, to a second, is evicted */
    int64_t message_wait; /* µs after which an unfinished message is judged by what is there */
    bool answers;         /* build the replies a server would give */
};

struct session_settings session_defaults(void);

struct sessions;

/* All are borrowed; NULL when memory is out. sessions_free takes NULL and tells nobody; sessions_finish first. */
struct sessions *sessions_new(const struct session_settings *settings, struct identifier *identifier,
                              const struct ports *ports, struct judge *judge);
void sessions_free(struct sessions *sessions);

/* A TCP connection began. `seen_start`: from its first packet on. UDP peers need not be opened. */
void session_open(struct sessions *sessions, const struct who *who, bool seen_start, int64_t now);

/* The handshake is complete: from now on its silence counts. */
void session_established(struct sessions *sessions, const struct who *who, int64_t now);

/* Bytes of a peer (DIRECTION_IN: a piece of its stream, or one datagram) or of the server (DIRECTION_OUT). `lost` bytes
 * before them were never seen. The answers to the messages they complete are appended to `answer` (may be NULL). */
void session_feed(struct sessions *sessions, const struct who *who, enum direction direction,
                  struct cursor bytes, size_t lost, int64_t now, struct buffer *answer);

/* The connection ended: what is unfinished is judged. reason is static text. */
void session_close(struct sessions *sessions, const struct who *who, const char *reason, int64_t now);

/* Judges messages that stay unfinished, and silences. Call each second. */
void sessions_tick(struct sessions *sessions, int64_t now);

/* End of input: judges what is unfinished; connections stay as they are. */
void sessions_finish(struct sessions *sessions, int64_t now);

struct session_losses {
    uint64_t sessions;   /* evicted because of the cap */
    uint64_t unanswered; /* messages whose answer did not fit beside those of others */
    uint64_t memory;     /* bytes not framed because memory was out; they were still published */
};
struct session_losses sessions_losses(const struct sessions *sessions);

/* Are there sessions now? For limits that depend on how full it is. */
size_t sessions_count(const struct sessions *sessions);

#endif
