/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON view. Used by protocols whose messages are JSON. */
#include "base/json.h"

#include <jansson.h>

struct json *json_parse(struct cursor text)
{
    if (text.left == 0)
        return NULL;
    return (struct json *)json_loadb((const char *)text.at, text.left,
                                     JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, NULL);
}

void json_free(struct json *json)
{
    json_decref((json_t *)json);
}

static const json_t *find(const struct json *json, const char *path)
{
    const json_t *at = (const json_t *)json;
    struct cursor rest = cursor_of_text(path), key;
    while (at && cursor_field(&rest, '.', &key)) {
        uint64_t index;
        if (json_is_array(at)) {
            at = cursor_number(key, &index) ? json_array_get(at, (size_t)index) : NULL;
            continue;
        }
        char name[64];
        cursor_copy_text(key, name, sizeof(name));
        at = json_object_get(at, name);
    }
    return at;
}

bool json_text(const struct json *json, const char *path, struct cursor *out)
{
    const json_t *value = find(json, path);
    if (!json_is_string(value))
        return false;
    *out = cursor_of(json_string_value(value), json_string_length(value));
    return true;
}

bool json_number(const struct json *json, const char *path, double *out)
{
    const json_t *value = find(json, path);
    if (json_is_string(value))
        return cursor_decimal(cursor_of(json_string_value(value), json_string_length(value)), out);
    if (!json_is_number(value))
        return false;
    *out = json_number_value(value);
    return true;
}

bool json_has(const struct json *json, const char *path)
{
    return find(json, path) != NULL;
}
