/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hides who and where: ids, places, addresses, in what is shown and inside the bytes of messages, so that people can post them.
 * One id always becomes the same other one of the same length and kind (digits stay digits, a right check digit of an IMEI stays
 * a right one), a place is moved by a shift that only this mask knows, so that a way keeps its shape; 0,0 stays, because it is
 * nobody's. The key is drawn anew for each mask: what two masks say cannot be put together. Rather too much is hidden than
 * too little: of a message only those bytes stay of which it is known that they tell neither.
 */
#ifndef VERDICT_MASK_H
#define VERDICT_MASK_H

#include "verdict/event.h"

struct mask;

/* detector and ports are borrowed: messages are read again to know what their bytes are. is_unknown_kept: what is not explained in
 * messages that no protocol claims is left as it is. NULL when memory is out or there is no randomness; mask_free takes NULL. */
struct mask *mask_new(struct detector *detector, const struct ports *ports, bool is_unknown_kept);
void mask_free(struct mask *mask);

/* What stands for the id. Valid as long as the mask is; "" for "". */
const char *mask_id(struct mask *mask, const char *id);

/* Moves it. False: it cannot be told without giving it away; nothing was changed. */
MUST_CHECK bool mask_place(struct mask *mask, double *lat, double *lon);

/* Public addresses become others of the ranges for documentation and tests; those of private networks stay. */
void mask_endpoint(struct mask *mask, struct endpoint *endpoint);

/* A text for people, with all in it that looks like an id, an address or a place, and with what is known to be one. */
void mask_text(struct mask *mask, const char *text, struct buffer *out);

/* Fill *out with the same, masked. Of a message .hidden marks the bytes that are not told. What *out borrows is the mask's, and valid
 * until the next call. */
void mask_message(struct mask *mask, const struct message_event *in, struct message_event *out);
void mask_finding(struct mask *mask, const struct finding_event *in, struct finding_event *out);

/* How many bytes were hidden in all, and in how many messages that no protocol claims. */
struct mask_counts {
    uint64_t hidden, unknown;
};
struct mask_counts mask_counts(const struct mask *mask);

#endif
