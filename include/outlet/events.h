/* SPDX-License-Identifier: Apache-2.0 */
/* The live record: one line for every message, connection and finding, as text in Traccar's manner or as JSON objects. A sink. */
#ifndef OUTLET_EVENTS_H
#define OUTLET_EVENTS_H

#include "outlet/writer.h"
#include "verdict/event.h"

enum events_format { EVENTS_TEXT, EVENTS_COLOUR, EVENTS_JSON };

struct events;

/* Writes to `writer` (borrowed). NULL when memory is out; events_free takes NULL. */
struct events *events_new(struct writer *writer, enum events_format format);
void events_free(struct events *events);

/* The sink for the publisher; valid as long as events is. */
struct sink events_sink(struct events *events);

/* "2026-01-31 09:08:07.123456" in local time, 26 characters; the date part is kept between calls. */
struct clock_text {
    int64_t second;
    char text[20];
};
void clock_put(struct clock_text *clock, struct buffer *out, int64_t micros);

#endif
