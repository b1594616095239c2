/* SPDX-License-Identifier: Apache-2.0 */
/* Is what a message tells sure enough to send somebody to a device? Asked by the matters before they raise a problem. */
#ifndef VERDICT_PLAUSIBLE_H
#define VERDICT_PLAUSIBLE_H

#include "verdict/event.h"

/* True for a certain claim. A likely one needs a plausible device id and a plausible date beside it; a login, which tells no
 * date, only the id. A mere head never is. */
bool plausible_claim(const struct message_event *event);

/* Could a device be called so? Not where random bytes were read as a number. */
bool plausible_device(const char *device);

/* Could a device's clock say so (Unix seconds), when its message came at `arrival` (µs)? A clock that is 19.6 years behind has
 * missed a roll-over of GPS weeks: that is plausible too. */
bool plausible_time(int64_t time, int64_t arrival);

#endif
