/* SPDX-License-Identifier: Apache-2.0 */
/* Who tries port after port: a scanner, or hexwatch's own probe. What it meets says nothing of any device. Part of the matters of
 * reachability and of the right port. */
#ifndef VERDICT_SCANS_H
#define VERDICT_SCANS_H

#include "verdict/finding.h"

enum { SCAN_PORTS = 16 }; /* the most different ones that it may take to know one */

struct scans;

/* The last `capacity` addresses or devices are known; `ports`: from so many different ones within ten seconds on it is a scanner.
 * NULL when memory is out; scans_free takes NULL. */
struct scans *scans_new(size_t capacity, size_t ports);
void scans_free(struct scans *scans);

/* What one failed attempt was: a finding of this code at this port. */
struct scan_attempt {
    enum finding_code code;
    enum transport transport;
    uint16_t port;
};

enum scan_step {
    SCAN_NONE, /* it tries this port, as devices do */
    SCAN_BEGUN, /* now it is seen to be one: *before are the attempts that were taken for a device's, ports - 1 of them, and
                   *since is when they began */
    SCAN_GOES_ON
};

/* An attempt of this address or device failed at the service that `who` tells. before and since may be NULL. */
enum scan_step scans_note(struct scans *scans, const struct subject *subject, const struct who *who,
                          enum finding_code code, int64_t now, const struct scan_attempt **before,
                          int64_t *since);

#endif
