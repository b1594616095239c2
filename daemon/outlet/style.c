/* SPDX-License-Identifier: Apache-2.0 */
/* Which colour and mark stand for what. Used by the outlets that people read. */
#include "outlet/style.h"

static const struct {
    char mark;
    const char *colour;
} styles[] = {
    [MEANING_PLAIN] = { ' ', "" },           [MEANING_OK] = { '+', "\033[32m" },
    [MEANING_WAITING] = { '~', "\033[33m" }, [MEANING_PROBLEM] = { '!', "\033[1;31m" },
    [MEANING_UNKNOWN] = { '?', "\033[35m" },
};

void style_begin(struct buffer *out, bool is_coloured, enum meaning meaning)
{
    if (is_coloured)
        buffer_put_text(out, styles[meaning].colour);
}

void style_end(struct buffer *out, bool is_coloured, enum meaning meaning)
{
    if (is_coloured && meaning != MEANING_PLAIN)
        buffer_put_text(out, "\033[0m");
}

char style_mark(enum meaning meaning)
{
    return styles[meaning].mark;
}

enum meaning style_of_verdict(const struct identity *identity)
{
    switch (identity->verdict) {
    case VERDICT_OK:
        return MEANING_OK;
    case VERDICT_WRONG_PORT:
    case VERDICT_WRONG_TRANSPORT:
        return MEANING_PROBLEM;
    case VERDICT_NOT_A_TRACKER:
    case VERDICT_UNIDENTIFIED:
        return MEANING_UNKNOWN;
    default:
        return MEANING_PLAIN;
    }
}

enum meaning style_of_location(enum location location)
{
    return location == LOCATION_INVALID ? MEANING_WAITING : MEANING_PLAIN;
}

enum meaning style_of_finding(const struct finding_event *event)
{
    if (!event->raised)
        return MEANING_OK;
    if (event->severity == SEVERITY_PROBLEM)
        return MEANING_PROBLEM;
    return event->code == FINDING_UNIDENTIFIED || event->code == FINDING_NOT_A_TRACKER ? MEANING_UNKNOWN
                                                                                       : MEANING_WAITING;
}
