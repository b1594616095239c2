/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the live record's JSON lines back into what was told, so that who asks another hexwatch, or its history, shows it as the
 * live commands do: the reader hands it to the same outlets. */
#ifndef OUTLET_RECORD_READ_H
#define OUTLET_RECORD_READ_H

#include "base/cursor.h"
#include "verdict/event.h"

enum record_kind { RECORD_OTHER, RECORD_MESSAGE, RECORD_UNFINISHED, RECORD_CONNECTION, RECORD_FINDING };

struct record_reader;

/* NULL when memory is out; record_reader_free takes NULL. */
struct record_reader *record_reader_new(void);
void record_reader_free(struct record_reader *reader);

/* Reads a line. RECORD_OTHER: it is none of these, or not whole. */
enum record_kind record_read(struct record_reader *reader, struct cursor line);

/* Hands what was read last to the sinks. */
void record_publish(const struct record_reader *reader, const struct publisher *publisher);

/* µs since 1970 of "2026-01-31T09:08:07.123456Z"; 0: it is no such time. */
int64_t record_time(struct cursor text);

#endif
