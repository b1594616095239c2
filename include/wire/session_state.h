/* SPDX-License-Identifier: Apache-2.0 */
/* What a session keeps. For session and session_tell alone. */
#ifndef WIRE_SESSION_STATE_H
#define WIRE_SESSION_STATE_H

#include <sys/queue.h>

#include "wire/session.h"
#include "wire/unfinished.h"

/* What every message touches stands first and together. */
struct session {
    struct sessions *all;
    struct who who;
    int64_t quiet_since; /* the handshake's end while it has said nothing; 0: does not count */
    uint64_t bytes_in, bytes_out, lost_in;
    struct unfinished unfinished;
    struct conversation conversation;
    bool has_spoken;               /* though not all of it was seen */
    bool is_one_sided;             /* the capture has nothing of the server */
    bool spoiled;                  /* something came that is no tracker's */
    bool is_cut;                   /* what is judged now ends in what was never seen */
    bool is_private;               /* a user's request came, with what only the web interface may know */
    bool is_answered;              /* a server that is watched has answered, and not with a refusal */
    bool is_logged, is_quiet;      /* its bytes come from Traccar's own log; its end is not told */
    const char *asked;             /* the type of its last message; NULL: none yet */
    const struct protocol *before; /* what an earlier datagram was found to be, or NULL */
    struct allowance allowance;
    struct endpoint server; /* what it has reached, as answers tell it; all zeros: not known */
    bool is_waiting;        /* in the list of those that a tick looks at */
    LIST_ENTRY(session) waiting, open;
};

struct sessions {
    struct session_settings settings;
    struct detector *detector;
    const struct ports *ports;
    struct judge *judge;
    LIST_HEAD(, session) open;
    LIST_HEAD(, session) waiting; /* those with an unfinished message, or that have said nothing yet */
    struct unfinished_store unfinished;
    int64_t wall; /* what to add to `now` to get the wall clock's time */
    size_t count;
    uint64_t last_flow;
    struct session_losses losses;
    uint8_t hidden[MESSAGE_MAX]; /* a message of which not all may be shown, as it is shown */
};

#endif
