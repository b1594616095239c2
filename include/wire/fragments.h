/* SPDX-License-Identifier: Apache-2.0 */
/* Puts fragments of IPv4 and IPv6 datagrams together: bounded, the oldest is evicted, losses are counted.
 * Gets them from packet_parse and gives it whole datagrams back. */
#ifndef WIRE_FRAGMENTS_H
#define WIRE_FRAGMENTS_H

#include "base/cursor.h"
#include "base/net.h"

struct fragments;

/* A store for at most `datagrams` unfinished datagrams (65535 bytes each); NULL when memory is out. */
struct fragments *fragments_new(size_t datagrams);
void fragments_free(struct fragments *store);
/* Datagrams that were given up: evicted, older than 30 seconds, or overlapping in contradiction. */
uint64_t fragments_lost(const struct fragments *store);

/* One fragment; all but offset, more and bytes say which datagram it is part of. */
struct fragment {
    struct endpoint source, destination; /* ports are 0 */
    uint32_t identification;
    uint8_t protocol; /* of the IPv4 header, or the next header that an IPv6 fragment header names */
    size_t offset;
    bool more; /* it is not the last one */
    struct cursor bytes;
};

enum fragments_result {
    FRAGMENTS_KEPT, /* the rest is missing, or it was a copy of what had come */
    FRAGMENTS_WHOLE,
    FRAGMENTS_BAD /* no possible fragment, or it contradicts another one of its datagram */
};

/* Adds a fragment. On FRAGMENTS_WHOLE `whole` is the datagram, borrowed from the store until the next
 * call. */
enum fragments_result fragments_add(struct fragments *store, const struct fragment *fragment, int64_t now,
                                    struct cursor *whole);

/* Gives up what is too old at `now` (microseconds). Cheap when there is nothing. */
void fragments_age(struct fragments *store, int64_t now);

#endif
