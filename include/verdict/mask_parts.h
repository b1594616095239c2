/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a mask, for the files it consists of. */
#ifndef VERDICT_MASK_PARTS_H
#define VERDICT_MASK_PARTS_H

#include "base/siphash.h"
#include "base/table.h"
#include "verdict/mask.h"

enum { MASK_TEXT = 2048 };

struct mask {
    struct detector *detector;
    const struct ports *ports;
    bool is_unknown_kept;
    struct siphash_key key;
    double lat_shift, lon_shift;
    bool is_settled;         /* in which direction: by the first place */
    struct table *ids;       /* what stands for each; owned */
    struct table *taken_ids; /* what stands for one already; owned */
    struct table *addresses; /* owned */
    struct mask_counts counts;
    /* for the message or finding that was asked for last: */
    struct identity identity;
    struct marks marks;
    char device[DEVICE_MAX], text[MASK_TEXT], advice[MASK_TEXT];
    uint8_t bytes[MESSAGE_MAX], hidden[MESSAGE_MAX], tried[MESSAGE_MAX];
};

/* The bytes into mask->bytes, and which of them are hidden into mask->hidden. */
void mask_bytes(struct mask *mask, const struct message_event *event);

/* A number under the mask's key, another one for each attempt. */
uint64_t mask_number(const struct mask *mask, struct cursor bytes, uint64_t attempt);

#endif
