/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces that JSON records share. Strings are escaped; numbers are written without a locale. */
#ifndef VERDICT_RECORD_H
#define VERDICT_RECORD_H

#include "base/buffer.h"
#include "verdict/event.h"

/* A JSON string with its quotes. */
void record_put_string(struct buffer *out, const char *text);

/* ,"name":"value"  — a comma, then the member. */
void record_put_member(struct buffer *out, const char *name, const char *value);
void record_put_number(struct buffer *out, const char *name, uint64_t value);

/* A plain decimal number, as text. */
void record_put_decimal(struct buffer *out, uint64_t value);

/* The members of a finding behind its time: code … advice; each starts with a comma. */
void record_put_finding(struct buffer *out, const struct finding_event *event);

/* The identity members of one message or of several taken together: protocol … time; each starts with a comma. */
void record_put_identity(struct buffer *out, const struct identity *identity);

/* The same in a record whose time is the message's arrival: the fix's time is named fix_time there. */
void record_put_arrived(struct buffer *out, const struct identity *identity);

/* One element of "messages": {"type":…,"length":…,…}. With the bytes' marks when there are any. */
void record_put_message(struct buffer *out, const struct identity *identity);

/* Decimal degrees with six places: exact, and faster than printf. */
void record_put_degrees(struct buffer *out, double degrees);

/* "valid", "invalid", "none", "unknown" */
const char *location_name(enum location location);

#endif
