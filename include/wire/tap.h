/* SPDX-License-Identifier: Apache-2.0 */
/* The tap: takes captured frames, and feeds sessions with what they carry. Gets frames from the intakes; owns fragments and
 * stream. */
#ifndef WIRE_TAP_H
#define WIRE_TAP_H

#include "base/portset.h"
#include "wire/stream.h"

struct tap;

/* What the tap is built on; all borrowed. */
struct tap_parts {
    const struct portset *watched; /* the server's ports */
    struct sessions *sessions;
    struct datagrams *datagrams;
};

/* flows: most TCP connections kept. NULL when memory is out. tap_free takes NULL and tells nobody. */
struct tap *tap_new(const struct tap_parts *parts, size_t flows);
void tap_free(struct tap *tap);

/* One frame. length: on the wire; frame.left may be less. now: the packet's time, microseconds since 1970. */
void tap_frame(struct tap *tap, enum link_type link, struct cursor frame, size_t length, int64_t now);

/* A frame whose work is done. Everything is borrowed for the call. */
struct frame_event {
    int64_t time;
    enum link_type link;
    struct cursor bytes;
    size_t length; /* on the wire */
    enum packet_result result;
    const struct packet *packet; /* what is known of it by the result; its payload is gone */
};
struct frame_sink {
    void *context;
    void (*frame)(void *context, const struct frame_event *frame);
};
/* Tells of every frame from now on. The sink is borrowed; NULL: nobody. */
void tap_watch(struct tap *tap, const struct frame_sink *sink);

/* The addresses of the host that is watched, see stream_set_own. */
void tap_set_own(struct tap *tap, const struct endpoint *addresses, size_t count);

/* Time passes by packets; where none may come for long, call it each second. */
void tap_tick(struct tap *tap, int64_t now);

/* End of input: what is buffered is given out. */
void tap_finish(struct tap *tap, int64_t now);

/* Time of the last packet; 0: none yet. */
int64_t tap_time(const struct tap *tap);

struct tap_losses {
    uint64_t packets;   /* all that were taken (no loss) */
    uint64_t truncated; /* the capture cut off their headers, or bytes for or from a watched port */
    uint64_t malformed;
    uint64_t unread[UNREAD_KINDS]; /* packets of kinds that are not looked into, by enum unread */
    uint64_t fragmented;           /* datagrams in pieces of which some never came */
    struct stream_losses stream;
};
struct tap_losses tap_losses(const struct tap *tap);

#endif
