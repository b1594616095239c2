/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The matter of registration: what became of a device's messages in Traccar, by Traccar's own log. Part of the judge.
 *
 *   HEX --> position stored                                 decoded: all is well
 *       --> unknown device                                  unknown-device, with the id to register
 *       --> position filtered, and none stored meanwhile    filtered
 *       --> device disabled, or expired                     disabled-device
 *       --> an error of the decoder, or nothing for long    not-decoded, unless another finding says why
 */
#ifndef VERDICT_REGISTRATION_H
#define VERDICT_REGISTRATION_H

#include "verdict/finding.h"

struct expected_device;

struct registration_settings {
    size_t devices;                         /* most kept; the one unused for longest is forgotten */
    int64_t forget;                         /* µs after which a finding that nothing confirmed is over */
    const struct expected_device *expected; /* identifiers that are registered, borrowed */
    size_t expected_count;
};

struct registration;

/* ports and findings are borrowed. NULL when memory is out; registration_free takes NULL. */
struct registration *registration_new(const struct registration_settings *settings, const struct ports *ports,
                                      struct findings *findings);
void registration_free(struct registration *registration);

/* A message that stands in the log: what becomes of it must stand there too. An answer, in the log or not: some say that Traccar
 * does not know the device. */
void registration_message(struct registration *registration, const struct message_event *event);

/* The log says something of a device. */
void registration_report(struct registration *registration, const struct report_event *event);

/* Now and then: has nothing come of a message? And clears what nothing has confirmed for long. */
void registration_tick(struct registration *registration, int64_t now);

/* The end of the log: what failed and was not followed by anything better is told. */
void registration_finish(struct registration *registration, int64_t now);

uint64_t registration_evicted(const struct registration *registration);

#endif
