/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One conversation with a peer: frames its bytes into messages, remembers what they told (protocol candidates, device id)
 * and judges each message for the port it came to. Pure: bytes in, facts out. Used by session (live and captured traffic)
 * and by `hexwatch identify`.
 */
#ifndef VERDICT_TALK_H
#define VERDICT_TALK_H

#include "base/net.h"
#include "verdict/identify.h"
#include "verdict/ports.h"

enum verdict {
    VERDICT_NONE, /* no port is given to judge by */
    VERDICT_OK,
    VERDICT_WRONG_PORT,
    VERDICT_NOT_A_TRACKER,
    VERDICT_UNIDENTIFIED
};

/* "ok", "wrong-port", "not-a-tracker", "unidentified"; NULL for VERDICT_NONE */
const char *verdict_name(enum verdict verdict);

/* Where bytes came in. port 0: unknown (HEX without a port). */
struct place {
    enum transport transport;
    uint16_t port;
};

/* What is known of a conversation; starts as { 0 }. Owns nothing. */
struct talk {
    size_t known_count;
    enum claim certainty;                         /* the best any message reached */
    bool started;                                 /* something was taken that tells of the peer */
    const char *kind;                             /* what it is instead of a tracker, or NULL */
    const struct protocol *known[CANDIDATES_MAX]; /* what it can be, best first */
    char device[DEVICE_MAX];                      /* the unique id told so far */
};

/* One message, identified, read and judged. */
struct told {
    struct cursor bytes; /* the message, noise before it included; borrowed */
    size_t noise;        /* bytes before the message proper that belong to nothing */
    const struct protocol *candidates[CANDIDATES_MAX];
    size_t candidate_count;
    enum claim certainty; /* CLAIM_NO: none */
    const char *kind;     /* with VERDICT_NOT_A_TRACKER or without a port: what it is instead */
    enum verdict verdict;
    uint16_t right_port; /* of the first candidate; 0 when there is none */
    struct reading reading;
    const char *device; /* told by this message or learned before; "" when unknown; borrowed from the talk */
};

/* Takes one message off the front of the bytes. True: told is filled, told->bytes.left bytes are used up (never 0). False:
 * more bytes are needed (only when not complete), nothing is used up. marks may be NULL. */
bool talk_take(struct talk *talk, struct identifier *identifier, const struct ports *ports,
               const struct place *place, struct cursor bytes, bool complete, struct marks *marks,
               struct told *told);

/* The verdict on a set of candidates at a place, and the right port of the first. */
enum verdict talk_judge(const struct ports *ports, const struct place *place,
                        const struct protocol *const *candidates, size_t count, enum claim certainty,
                        const char *kind, uint16_t *right_port);

#endif
