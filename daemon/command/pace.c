/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at the time. Asked by live, read and log. */
#include "command/pace.h"

bool pace_is_over(struct pace *pace, int64_t now)
{
    if (pace->span == 0 || now == 0)
        return false;
    if (pace->end == 0)
        pace->end = now + pace->span;
    return now >= pace->end;
}

bool pace_is_due(struct pace *pace, int64_t now)
{
    if (pace->every == 0 || now == 0)
        return false;
    if (pace->next == 0)
        pace->next = now + pace->every;
    if (now < pace->next)
        return false;
    /* a capture may have had a long night */
    pace->next += (1 + (now - pace->next) / pace->every) * pace->every;
    return true;
}
