/* SPDX-License-Identifier: Apache-2.0 */
/* A read-only view on a JSON text (jansson), for the protocols that carry one. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/cursor.h"

struct json;

/* Parses one JSON value at the start of the text (what follows it is ignored); NULL when it is none. json_free takes NULL. */
struct json *json_parse(struct cursor text);
void json_free(struct json *json);

/* The value at a path of keys separated by '.', array elements by their number ("a.0.b"); false when there is none of the
 * kind asked for. Text is borrowed from the JSON; a number is also taken from a text that holds one. */
MUST_CHECK bool json_text(const struct json *json, const char *path, struct cursor *out);
MUST_CHECK bool json_number(const struct json *json, const char *path, double *out);
MUST_CHECK bool json_has(const struct json *json, const char *path);

#endif
