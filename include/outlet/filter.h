/* SPDX-License-Identifier: Apache-2.0 */
/* What is chosen of all there is: by device, by who sends from where, by port, protocol or finding. */
#ifndef OUTLET_FILTER_H
#define OUTLET_FILTER_H

#include "verdict/event.h"

enum { FILTER_MAX = 16, FILTER_PROTOCOL = 32 };

/* Starts as { 0 }: everything. Of each kind one must fit, of all kinds all. Owns nothing. */
struct filter {
    size_t device_count, peer_count, range_count, protocol_count;
    char devices[FILTER_MAX][DEVICE_MAX];
    struct {
        struct endpoint address;
        unsigned bits;
    } peers[FILTER_MAX];
    struct {
        enum transport transport;
        uint16_t first, last;
    } ranges[2 * FILTER_MAX];
    char protocols[FILTER_MAX][FILTER_PROTOCOL];
    uint64_t codes; /* a bit for each finding code; 0: any */
};

_Static_assert(FINDING_CODES <= 64, "filter.codes has a bit for each");

/* Adds a choice: "device" an id as it is shown, "peer" an address or ADDRESS/LEN, "port" as 5001-5100,udp:5013, "protocol" its
 * name, "finding" its code. False: error says what is wrong and the mend. */
MUST_CHECK bool filter_add(struct filter *filter, const char *name, const char *value, char *error,
                           size_t size);

/* Does this fit? protocol may be NULL. Codes are not looked at. */
bool filter_admits(const struct filter *filter, const struct who *who, const char *device,
                   const struct protocol *protocol);

bool filter_admits_code(const struct filter *filter, enum finding_code code);
bool filter_admits_service(const struct filter *filter, const struct service *service);
/* Does it choose by anything but the code? */
bool filter_is_empty(const struct filter *filter);

#endif
