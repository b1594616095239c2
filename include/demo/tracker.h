/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One simulated tracker: what it says next, while it drives a circle. Knows no sockets and no clock: asked by intake's caller,
 * which tells it the time and whether it was answered.
 */
#ifndef DEMO_TRACKER_H
#define DEMO_TRACKER_H

#include "demo/encoder.h"

/* What is odd about one. */
enum trait {
    TRAIT_NO_FIX = 1,    /* it has no fix before role->fix_after */
    TRAIT_AT_ZERO = 2,   /* it says that it has a fix, at 0,0 */
    TRAIT_ROLLED = 4,    /* its GPS weeks began anew: it lives 1024 weeks ago */
    TRAIT_UNHEARD = 8,   /* nobody answers on its port; it logs in again and again */
    TRAIT_WRONG_UDP = 16 /* it sends datagrams, though its protocol has none */
};

struct role {
    const char *protocol; /* of its encoder; NULL: it says `raw` only, on a connection of its own each time */
    const char *raw;
    size_t raw_length;
    uint16_t port;          /* where it calls; 0: its protocol's own */
    unsigned begin, period; /* seconds: of the first call, and between messages */
    unsigned fix_after;     /* seconds from its first message, for TRAIT_NO_FIX */
    unsigned traits;
    double lat, lon;     /* around which it drives */
    const char *finding; /* the code of what is found of it; NULL: nothing */
    const char *what;    /* in words, for the one who watches */
};

/* The demo's cast, from 0; NULL at the end. */
const struct role *cast_at(size_t index);

struct tracker {
    const struct role *role;
    const struct encoder *encoder; /* NULL: raw */
    char id[ENCODER_ID];           /* "" */
    unsigned index, serial, step;
    unsigned said;    /* since its login */
    int64_t begun;    /* Unix seconds of its first message; 0: none yet */
    unsigned refused; /* how often this step of its login was not answered */
};

/* The index numbers its id and its place on the circle. */
void tracker_init(struct tracker *tracker, const struct role *role, unsigned index);

/* It is connected (again): it starts with its login. */
void tracker_connect(struct tracker *tracker);

/* Writes the next message. `now`: Unix seconds; `speed`: how much faster than the clock its story goes. True: it waits for an answer to
 * this before it goes on. */
bool tracker_say(struct tracker *tracker, int64_t now, double speed, struct buffer *out);

/* The answer to the last message has come, or has not come in time. */
void tracker_hear(struct tracker *tracker, bool is_answered);

#endif
