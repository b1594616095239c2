/* SPDX-License-Identifier: Apache-2.0 */
/* What other people's bytes fail when a protocol's shape fits them by chance. Called by the matters port and device. */
#include "verdict/plausible.h"

enum { SECOND = 1000000, DAY = 86400, SHORTEST = 4, IMEI = 15 };
static const int64_t longest_ago = 20 * 366 * (int64_t)DAY;

bool plausible_device(const char *device)
{
    size_t length = strlen(device);
    if (length < SHORTEST || strspn(device, "0") == length)
        return false;
    /* an IMEI has 15 digits and never begins with two zeros; longer numbers are no device's serial */
    bool is_number = strspn(device, "0123456789") == length;
    return !is_number || length < IMEI || (length == IMEI && memcmp(device, "00", 2) != 0);
}

bool plausible_time(int64_t time, int64_t arrival)
{
    int64_t now = arrival / SECOND;
    return time <= now + DAY && time >= now - longest_ago;
}

bool plausible_claim(const struct message_event *event)
{
    const struct identity *identity = event->identity;
    const struct reading *reading = &identity->reading;
    if (identity->certainty != CLAIM_LIKELY)
        return identity->certainty == CLAIM_CERTAIN;
    if (!plausible_device(event->device))
        return false;
    return reading->has_time ? plausible_time(reading->time, event->time)
                             : strcmp(reading->type, "login") == 0;
}
