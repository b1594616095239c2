/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a JSON record, for those who show it: printable texts, numbers, times, and how something stands. */
#ifndef OUTLET_FIELD_H
#define OUTLET_FIELD_H

#include "base/cursor.h"
#include "outlet/style.h"

enum { FIELD_TEXT = 600 };

/* Paths are those of base/json.h. A text: "" where there is none; what does not print is replaced. Returns out. */
const char *field_text(struct cursor record, const char *path, char out[static FIELD_TEXT]);
bool field_is(struct cursor record, const char *path, const char *word);

/* 0 where there is none. Times are µs since 1970. */
long long field_number(struct cursor record, const char *path);
int64_t field_time(struct cursor record, const char *path);

/* Of "ok", "waiting", "problem"; anything else is unknown. */
enum meaning field_meaning(struct cursor record, const char *path);

/* The place among others of a record with a "state": problems first, of them those who only need another port that is known, then
 * what is not known, then who waits. */
int field_rank(struct cursor record);

/* The sender's address, without the port, which is another one with every connection; "" where the record names none. */
void field_address(struct cursor record, char *out, size_t size);

#endif
