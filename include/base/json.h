/* SPDX-License-Identifier: Apache-2.0 */
/* A read-only view on a JSON text (jansson), for the protocols that carry one. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/cursor.h"

struct json;

/* Parses one JSON value at the start of the text (what follows it is ignored); NULL when it is none. A text that is
 * no UTF-8 is read with '?' for all that is no ASCII. Allocates about as much as the text holds, several times over.
 * json_free takes NULL. */
struct json *json_parse(struct cursor text);
void json_free(struct json *json);

/* The value at a path of keys separated by '.', array elements by their number ("a.0.b"); "" is the value itself.
 * A path that starts with '/' is parted at '/' instead, for keys that hold dots ("/0/position.latitude").
 * False when there is none of the kind asked for. Text is borrowed from the JSON; a number is also taken from a
 * text that holds one. */
MUST_CHECK bool json_text(const struct json *json, const char *path, struct cursor *out);
MUST_CHECK bool json_number(const struct json *json, const char *path, double *out);
MUST_CHECK bool json_has(const struct json *json, const char *path);

/* true or false; nothing else is taken. */
MUST_CHECK bool json_bool(const struct json *json, const char *path, bool *out);

/* A number without its fraction, exact in all 64 bits: ids, and times in milliseconds (jansson itself has
 * the name json_integer). */
MUST_CHECK bool json_int64(const struct json *json, const char *path, int64_t *out);

/* How many elements an array or object has; 0 for anything else. */
size_t json_count(const struct json *json, const char *path);

/* Where a JSON value on a stream ends. */
enum json_state {
    JSON_NO,    /* no object and no array, or one that is broken already */
    JSON_MORE,  /* one so far, but it has not ended */
    JSON_WHOLE, /* all there */
};

/* Looks at the object or array that starts with the first byte: nesting (up to 64 deep) and strings are followed,
 * the rest of the grammar is not tested. The length is set with JSON_WHOLE only. */
enum json_state json_scan(struct cursor bytes, size_t *length);

/* Has it ended? */
MUST_CHECK static inline bool json_end(struct cursor bytes, size_t *length)
{
    return json_scan(bytes, length) == JSON_WHOLE;
}

#endif
