/* SPDX-License-Identifier: Apache-2.0 */
/* The findings that are raised at present: each is told once when it begins and once when it ends. Used by the judge's parts. */
#ifndef VERDICT_FINDING_H
#define VERDICT_FINDING_H

#include "verdict/event.h"

struct findings;

/* Whom a finding is about: a device by its id, or a peer by its address where the id is unknown. Zero it before filling:
 * it is compared bytewise. */
struct subject {
    char name[DEVICE_MAX];
    uint16_t port; /* 0 where the finding does not belong to a port */
    uint16_t transport;
};

/* The subject of a device, or of the peer's address (without its port) where device is "". */
struct subject subject_of(const struct who *who, const char *device, bool with_port);

struct findings *findings_new(size_t capacity, const struct publisher *publisher);
void findings_free(struct findings *findings);

/* Is it raised already? Then it is noted as still true at `now`, and the caller need not word it again. */
MUST_CHECK bool finding_confirm(struct findings *findings, enum finding_code code,
                                const struct subject *subject, int64_t now);

/* Raises and publishes it. event.code and .raised need not be set. Raised already: only noted as still true. */
void finding_raise(struct findings *findings, enum finding_code code, const struct subject *subject,
                   struct finding_event event);

/* Notes silently that another subject stands for the same matter: confirmed from then on, never told as raised or cleared. */
void finding_shadow(struct findings *findings, enum finding_code code, const struct subject *subject,
                    int64_t now);

/* Clears when it was raised and not confirmed in the last `quiet` µs: published. `why` is the text for people. */
void finding_clear_quiet(struct findings *findings, enum finding_code code, const struct subject *subject,
                         int64_t quiet, int64_t now, const char *why);
void finding_clear(struct findings *findings, enum finding_code code, const struct subject *subject,
                   int64_t now, const char *why);

/* Are there any of this code? Cheap: asked for every message before a subject is made. */
bool findings_any(const struct findings *findings, enum finding_code code);

/* Clears the findings of a code that were not confirmed since a time. */
void findings_forget(struct findings *findings, enum finding_code code, int64_t before, int64_t now,
                     const char *why);

uint64_t findings_evicted(const struct findings *findings);

#endif
