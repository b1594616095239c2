/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the protocols whether bytes that may have been meant are a message. Part of paste. */
#ifndef WIRE_PASTE_CLAIM_H
#define WIRE_PASTE_CLAIM_H

#include "verdict/conversation.h"
#include "wire/packet.h"
#include "wire/paste.h"

struct paste_asker {
    struct detector *detector;
    const struct ports *ports;
    struct fragments *fragments;
    size_t *effort; /* what claims have cost: their bytes, and a few more for each */
};

/* The best claim on the front of the bytes. complete: nothing comes behind them. */
enum claim paste_claim(const struct paste_asker *asker, struct cursor bytes, bool complete, size_t *length);
/* The same as a number that also counts what is read: a place, or that there is none, and a device. 0: no claim. */
enum { PASTE_WEIGHT = 8 }; /* of a step of certainty */
unsigned paste_weigh(const struct paste_asker *asker, struct cursor bytes, size_t *length);
/* The length of words before a message that begins with its id, of any letters: they would be read as a part of it. */
size_t paste_find_lead(const struct paste_asker *asker, struct cursor bytes);
/* Are the bytes messages to the last, with nothing missing? */
bool paste_is_whole(const struct paste_asker *asker, struct cursor bytes);
/* Puts the datagram or segment that is in a whole packet in place of it; false: the bytes are none. Our side is where the port is
 * one of Traccar's. */
MUST_CHECK bool paste_open_packet(const struct paste_asker *asker, struct pasted *pasted);

#endif
