/* SPDX-License-Identifier: Apache-2.0 */
/* The records of the live commands as JSON lines. Part of events. */
#ifndef OUTLET_EVENTS_JSON_H
#define OUTLET_EVENTS_JSON_H

#include "base/buffer.h"
#include "verdict/event.h"

/* The second's text is kept between lines. Starts as { 0 }. */
struct json_clock {
    int64_t second;
    char text[CALENDAR_TEXT];
};

/* Each puts one object and the end of the line. */
void json_put_message(struct json_clock *clock, struct buffer *out, const struct message_event *event);
void json_put_unfinished(struct json_clock *clock, struct buffer *out, const struct message_event *event);
void json_put_connection(struct json_clock *clock, struct buffer *out, const struct connection_event *event);
void json_put_finding(struct json_clock *clock, struct buffer *out, const struct finding_event *event);
void json_put_gap(struct json_clock *clock, struct buffer *out, int64_t time, uint64_t lines);

#endif
