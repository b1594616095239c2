/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a tracker says, in the words of its protocol: login, position, heartbeat, with right lengths and checksums. An encoder a
 * protocol; its own reader proves it (tests/demo). Used by the simulated trackers of `hexwatch demo`.
 */
#ifndef DEMO_ENCODER_H
#define DEMO_ENCODER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

enum phrase { PHRASE_LOGIN, PHRASE_POSITION, PHRASE_HEARTBEAT, PHRASES };

/* What is to be said. */
struct telling {
    const char *id; /* as encoder_write_id writes it */
    unsigned step;  /* of a login in several steps, from 0 */
    unsigned serial;
    int64_t time; /* of the fix, Unix seconds */
    bool has_fix;
    double lat, lon; /* degrees, north and east positive */
    unsigned speed;  /* km/h */
    unsigned course; /* degrees from north, clockwise, 0 to 359 */
};

struct encoder {
    const char *protocol; /* Traccar's name of it */
    unsigned digits;      /* of its ids */
    bool is_udp;          /* these trackers send datagrams */
    unsigned logins;      /* steps of the login; 0: it has none */
    bool has_heartbeat;
    unsigned answered; /* bit 1 << phrase: a server answers it */
    void (*put)(enum phrase phrase, const struct telling *telling, struct buffer *out);
    bool is_blank; /* without a fix its messages carry no place at all, so that nobody can tell why */
};

enum { ENCODER_ID = 16 };

/* All there are, from 0; NULL at the end. */
const struct encoder *encoder_at(size_t index);
/* By Traccar's name; NULL: there is none. */
const struct encoder *encoder_find(const char *protocol);

/* The id of the index-th device: digits that begin with 9 and zeros, as no real device's do; those of IMEI length have the check digit
 * of an IMEI. */
void encoder_write_id(const struct encoder *encoder, unsigned index, char out[static ENCODER_ID]);

#endif
