/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One conversation with a peer: frames its bytes into messages, remembers what they told (protocol candidates, device id)
 * and judges each message for the port it came to. Pure: bytes in, facts out. Used by session (live and captured traffic)
 * and by `hexwatch identify`.
 */
#ifndef VERDICT_CONVERSATION_H
#define VERDICT_CONVERSATION_H

#include "base/net.h"
#include "verdict/detector.h"
#include "verdict/ports.h"

enum verdict {
    VERDICT_NONE, /* no port is given to judge by */
    VERDICT_OK,
    VERDICT_WRONG_PORT,
    VERDICT_NOT_A_TRACKER,
    VERDICT_UNIDENTIFIED,
    VERDICT_WRONG_TRANSPORT /* the right port, over a transport that Traccar does not speak the protocol over */
};

/* "ok", "wrong-port", "not-a-tracker", "unidentified", "wrong-transport"; NULL for VERDICT_NONE */
const char *verdict_name(enum verdict verdict);

/* Where bytes came in. port 0: unknown (HEX without a port). */
struct service {
    enum transport transport;
    uint16_t port;
};

/* What is known of a conversation; starts as { 0 }. Owns nothing. */
struct conversation {
    size_t known_count;
    enum claim certainty;                         /* the best any message reached */
    bool started;                                 /* something was taken that tells of the peer */
    const char *kind;                             /* what it is instead of a tracker, or NULL */
    const struct protocol *known[CANDIDATES_MAX]; /* what it can be, best first */
    char device[DEVICE_MAX];                      /* the unique id told so far */
    bool is_proxied;                              /* it began with a PROXY header … */
    struct endpoint says; /* … which says that this is the sender; all zero: nobody */
};

/* One message, identified, read and judged. */
struct identity {
    struct cursor bytes; /* the message, noise before it included; borrowed */
    size_t noise;        /* bytes before the message proper that belong to nothing */
    const struct protocol *candidates[CANDIDATES_MAX];
    size_t candidate_count;
    enum claim certainty; /* CLAIM_NO: none */
    const char *kind;     /* with VERDICT_NOT_A_TRACKER or without a port: what it is instead */
    enum verdict verdict;
    uint16_t right_port; /* of the first candidate that the server listens for; 0: there is none */
    struct reading reading;
    const struct endpoint *
        says; /* whom a PROXY header before the conversation names (all zero: nobody), which proves nothing; NULL:
                                  * there is none; borrowed from the conversation */
    const char
        *device; /* told by this message or learned before; "" when unknown; borrowed from the conversation */
};

/* Takes one message off the front of the bytes. True: told is filled, told->bytes.left bytes are used up (never 0). False:
 * more bytes are needed (only when not complete), nothing is used up. marks may be NULL. */
bool conversation_take(struct conversation *conversation, struct detector *detector,
                       const struct ports *ports, const struct service *service, struct cursor bytes,
                       bool complete, struct marks *marks, struct identity *identity);

/* The verdict on a set of candidates at a place, and the right port. */
enum verdict conversation_judge(const struct ports *ports, const struct service *service,
                                const struct protocol *const *candidates, size_t count, enum claim certainty,
                                const char *kind, uint16_t *right_port);

#endif
