/* SPDX-License-Identifier: Apache-2.0 */
/* Values of a JSON into a reading, each marked where it stands. Used by the protocols whose messages are JSON. */
#ifndef BASE_READING_JSON_H
#define BASE_READING_JSON_H

#include "base/json_text.h"
#include "base/reading.h"

/* Paths are those of base/json.h. False, and nothing is changed, where there is no such value. */

/* The unique id from a text. */
bool reading_json_device(struct reading *reading, struct cursor json, const char *path);

/* Latitude and longitude in decimal degrees, from numbers or from texts that hold them. */
MUST_CHECK bool reading_json_place(struct reading *reading, struct cursor json, const char *lat,
                                   const char *lon, struct fix *fix);

/* The fix time from Unix seconds (milliseconds when over 10^11), number or text, */
bool reading_json_unix(struct reading *reading, struct cursor json, const char *path, struct fix *fix);
/* or from a date as calendar_read_iso takes it. */
bool reading_json_iso(struct reading *reading, struct cursor json, const char *path, struct fix *fix);

/* Marks what stands at a path; the second: which tells whether there is a fix. */
void reading_json_mark(struct reading *reading, struct cursor json, const char *name, const char *path);
void reading_json_mark_fix(struct reading *reading, struct cursor json, const char *path, bool is_valid);

#endif
