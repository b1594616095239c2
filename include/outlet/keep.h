/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the packets of what is shown in a pcapng file, for Wireshark and `hexwatch read`. Gets every frame behind the wire's work
 * on it, and hears the publisher, so that it knows what is shown. Where it takes what is said in a connection to know that, frames
 * wait for it, bounded in number and time; they are written in the order they came in.
 */
#ifndef OUTLET_KEEP_H
#define OUTLET_KEEP_H

#include "outlet/choice.h"
#include "wire/tap.h"

struct keep;

struct keep_settings {
    int fd;           /* the file, open and empty; closed with the keep */
    const char *path; /* as errors name it; borrowed */
    uint16_t never;   /* a TCP port whose packets are not kept: browsers' passwords come there too; 0: none */
};

/* All are borrowed. */
struct keep_parts {
    const struct portset *watched; /* the server's ports */
    const struct choice *choice;
    const int64_t *wall; /* what must be added to the frames' time */
};

/* NULL when memory is out; keep_free takes NULL, and writes what is due. */
struct keep *keep_new(const struct keep_settings *settings, const struct keep_parts *parts);
void keep_free(struct keep *keep);

/* The end: writes what waits. False: the file is not whole, and why was said. */
bool keep_finish(struct keep *keep);

/* For the publisher, behind the choice's; and for the tap. */
struct sink *keep_sink(struct keep *keep);
const struct frame_sink *keep_frames(struct keep *keep);

/* Call each second, with the frames' time: writes what is due. */
void keep_tick(struct keep *keep, int64_t now);

/* Frames that could not be written. */
uint64_t keep_lost(const struct keep *keep);

#endif
