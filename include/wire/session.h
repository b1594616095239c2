/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions: what is known of every peer. A session is a handle: who opens it (stream, datagrams, connection) keeps it, feeds it
 * and closes it. It frames the bytes by the conversation's protocol and gives messages, connections and silences to the judge.
 */
#ifndef WIRE_SESSION_H
#define WIRE_SESSION_H

#include "base/portset.h"
#include "verdict/judge.h"
#include "wire/answers.h"
#include "wire/receiver.h"

struct session_settings {
    int64_t message_wait;       /* µs after which it is told that a message is unfinished */
    size_t unfinished;          /* most bytes of memory for unfinished messages of all together */
    bool answers;               /* build the replies a server would give */
    const struct portset *mute; /* ports on which nobody is answered all the same, or NULL; borrowed */
};

struct session_settings session_defaults(void);

/* All are borrowed; NULL when memory is out. sessions_free takes NULL, frees the sessions that are still open and tells
 * nobody; sessions_finish first. */
struct sessions *sessions_new(const struct session_settings *settings, struct detector *detector,
                              const struct ports *ports, struct judge *judge);
void sessions_free(struct sessions *sessions);

/* What must be added to `now` to get the wall clock's time, which answers tell to devices; 0 at first. */
void sessions_set_wall(struct sessions *sessions, int64_t wall);

/* A peer was heard of for the first time. who->flow is not looked at: the session gets the next number. `seen_start`: a TCP
 * connection from its first packet on. Owned by sessions, valid until session_close. NULL when memory is out. */
struct session *session_open(struct sessions *sessions, const struct who *who, bool seen_start, int64_t now);

/* An attempt that came to nothing (CONNECTION_REFUSED, _UNANSWERED, _HALF_OPEN): it is told, and there is no session. */
void session_fail(struct sessions *sessions, const struct who *who, enum connection_state state,
                  bool is_repeated, int64_t now);

/* The address of our own that the peer has reached: some devices ask for it. Else they get no answer to that. */
void session_set_server(struct session *session, const struct endpoint *server);

/* TCP: the handshake is complete: from now on its silence counts. */
void session_established(struct session *session, int64_t now);

/* Captured TCP: is what the server sends seen at all? And how much has it taken of the peer that was not seen (yet)? */
void session_server(struct session *session, bool is_seen, size_t unseen);

/* Captured bytes of a peer (DIRECTION_IN: a piece of its stream, or one datagram, which may be empty) or of the server
 * (DIRECTION_OUT). `lost` bytes before them were never seen; of a stream that ends in such
 * ones there are no bytes behind them. */
void session_feed(struct session *session, enum direction direction, struct cursor bytes, size_t lost,
                  int64_t now);

/* Bytes that came to a socket of our own. The answers are added for the caller to send: then session_sent.
 * answers NULL: nobody is answered. */
void session_receive(struct session *session, struct cursor bytes, int64_t now, struct answers *answers);

/* The first `sent` bytes of the answers went out: they are shown now. */
void session_sent(struct session *session, const struct answers *answers, size_t sent, int64_t now);

/* What the session is fed comes from Traccar's own log: its messages say so. `is_quiet`: its end is not told. */
void session_set_logged(struct session *session, bool is_quiet);

/* Has the peer told which device it is? */
bool session_has_device(const struct session *session);
/* Its id, "" as long as it has told none; and whom the session is with. Borrowed until the session is fed or closed. */
const char *session_device(const struct session *session);
const struct who *session_who(const struct session *session);

/* The last bytes of what is unfinished are digits, as those of an id that goes on. */
bool session_ends_in_digits(const struct session *session);

/* The end: what is unfinished is judged by what is there, and the handle is no more. reason is static text. */
void session_close(struct session *session, const char *reason, int64_t now);

/* The functions above, for those who feed captured bytes. */
struct receiver session_receiver(struct sessions *sessions);

/* Tells of messages that stay unfinished, and judges silences. Call each second. */
void sessions_tick(struct sessions *sessions, int64_t now);

/* End of input: judges what is unfinished; connections stay as they are. */
void sessions_finish(struct sessions *sessions, int64_t now);

struct session_losses {
    uint64_t
        unanswered;  /* messages whose answer was too much: beside those of others, or for a forged sender */
    uint64_t memory; /* bytes not framed because memory was out; they were still published */
    uint64_t
        unfinished; /* messages judged before their end came, because all together took too much memory */
};
struct session_losses sessions_losses(const struct sessions *sessions);

/* How many are open. */
size_t sessions_count(const struct sessions *sessions);

#endif
