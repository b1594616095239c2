/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON read where it stands, for messages that must be judged quickly: nothing is copied or allocated, values are parts of the
 * text (and can be marked there), and a text that is cut off is read as far as it goes. What lies between the values asked for
 * is passed over by its brackets and quotes and not tested further. Paths are those of base/json.h; keys with escapes in them
 * are not found; of keys that stand twice the first counts.
 */
#ifndef BASE_JSON_TEXT_H
#define BASE_JSON_TEXT_H

#include "base/json.h"

enum json_kind {
    JSON_NOTHING, /* no such path, or the text ends before its value does */
    JSON_WORD,    /* true, false, null */
    JSON_NUMBER,
    JSON_TEXT,
    JSON_ARRAY,
    JSON_OBJECT,
};

/* The value at a path: texts without their quotes, escapes as they stand; arrays and objects with their brackets, and up to the
 * end of a text that is cut off. */
enum json_kind json_find(struct cursor json, const char *path, struct cursor *value);

MUST_CHECK static inline bool json_find_text(struct cursor json, const char *path, struct cursor *value)
{
    return json_find(json, path, value) == JSON_TEXT;
}

MUST_CHECK static inline bool json_holds(struct cursor json, const char *path)
{
    struct cursor value;
    return json_find(json, path, &value) != JSON_NOTHING;
}

/* As their namesakes of base/json.h: numbers are also taken from texts that hold them. */
MUST_CHECK bool json_find_number(struct cursor json, const char *path, double *out);
MUST_CHECK bool json_find_int64(struct cursor json, const char *path, int64_t *out);
MUST_CHECK bool json_find_bool(struct cursor json, const char *path, bool *out);

/* The inside of an array, for json_next, which takes one element after the other (texts with their quotes). */
MUST_CHECK bool json_find_list(struct cursor json, const char *path, struct cursor *list);
MUST_CHECK bool json_next(struct cursor *list, struct cursor *element);

/* The first value of the object at the path whose key begins with the prefix. */
enum json_kind json_find_prefix(struct cursor json, const char *path, const char *prefix,
                                struct cursor *value);

/* A text without its escapes: itself when there are none, else a copy in the memory, cut at the size. \u stands for UTF-8. */
struct cursor json_unescape(struct cursor text, char *memory, size_t size);

#endif
