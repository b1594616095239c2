/* SPDX-License-Identifier: Apache-2.0 */
/* The findings that are raised at present: each is told once when it begins and once when it ends, and now and then that it
 * still holds. Used by the matters. */
#ifndef VERDICT_FINDING_H
#define VERDICT_FINDING_H

#include "verdict/event.h"

struct findings;

/* Whom a finding is about: a device by its id, or a peer by its address where the id is unknown. Zero it before filling:
 * it is compared bytewise. */
struct subject {
    uint16_t port; /* 0 where the finding does not belong to a port */
    uint16_t transport;
    char name[DEVICE_MAX]; /* last: its unused end costs a table nothing */
};

/* The subject of a device, or of the peer's address (without its port) where device is "". */
struct subject subject_of(const struct who *who, const char *device, bool with_port);

/* The device's id; "" where it is an address. Borrowed from the subject. */
const char *subject_device(const struct subject *subject);

struct findings *findings_new(size_t capacity, const struct publisher *publisher);
void findings_free(struct findings *findings);

/* Is it raised already? Then it is noted as still true at `now`, and the caller need not word it again. */
MUST_CHECK bool finding_confirm(struct findings *findings, enum finding_code code,
                                const struct subject *subject, int64_t now);

/* Raises and publishes it. event.code and .raised need not be set. Raised already: only noted as still true. */
void finding_raise(struct findings *findings, enum finding_code code, const struct subject *subject,
                   struct finding_event event);

/* Is it raised? Nothing is noted. */
MUST_CHECK bool finding_is_raised(struct findings *findings, enum finding_code code,
                                  const struct subject *subject);

/* When a raised one was first known to hold; 0: it is not raised. */
int64_t finding_first(const struct findings *findings, enum finding_code code, const struct subject *subject);

/* Is it raised, with bytes that showed it? */
MUST_CHECK bool finding_has_sample(const struct findings *findings, enum finding_code code,
                                   const struct subject *subject);

/* The severity of a raised one; -1: it is not raised. */
int finding_severity(const struct findings *findings, enum finding_code code, const struct subject *subject);

/* Is it raised, and was nothing added to it yet? */
MUST_CHECK bool finding_may_amend(struct findings *findings, enum finding_code code,
                                  const struct subject *subject);

/* More is known of a raised one: it is published again with the new texts. Not raised: nothing. */
void finding_amend(struct findings *findings, enum finding_code code, const struct subject *subject,
                   struct finding_event event);

/* Notes silently that another subject stands for the same matter: confirmed from then on, never told as raised or cleared. */
void finding_shadow(struct findings *findings, enum finding_code code, const struct subject *subject,
                    int64_t now);

/* Clears when it was raised and not confirmed in the last `quiet` µs: published. `why` is the text for people. */
void finding_clear_quiet(struct findings *findings, enum finding_code code, const struct subject *subject,
                         int64_t quiet, int64_t now, const char *why);
void finding_clear(struct findings *findings, enum finding_code code, const struct subject *subject,
                   int64_t now, const char *why);

/* Something speaks against it, as long as it is not confirmed again. */
void finding_heal(struct findings *findings, enum finding_code code, const struct subject *subject,
                  int64_t now);

/* Clears those of a code that were not confirmed in the last `quiet` µs, and against which something has spoken since
 * (finding_heal, or a finding_clear_quiet that came too early). */
void findings_settle(struct findings *findings, enum finding_code code, int64_t quiet, int64_t now,
                     const char *why);

/* Are there any of this code? Cheap: asked for every message before a subject is made. */
bool findings_any(const struct findings *findings, enum finding_code code);

/* How many. */
size_t findings_count(const struct findings *findings, enum finding_code code);

/* Clears the findings of a code that were not confirmed since a time. */
void findings_forget(struct findings *findings, enum finding_code code, int64_t before, int64_t now,
                     const char *why);

/* Tells those that were confirmed since this was called last. */
void findings_report(struct findings *findings, int64_t now);

uint64_t findings_evicted(const struct findings *findings);

#endif
