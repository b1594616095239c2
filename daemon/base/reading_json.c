/* SPDX-License-Identifier: Apache-2.0 */
/* JSON values into a reading. Used by protocols whose messages are JSON. */
#include "base/reading_json.h"

enum { ISO_MAX = 40 };

/* Where it stands, for marks; empty where nobody asks. */
static struct cursor field_of(const struct reading *reading, struct cursor json, const char *path)
{
    struct cursor field;
    if (!reading->marks || json_find(json, path, &field) == JSON_NOTHING)
        return cursor_of(NULL, 0);
    return field;
}

void reading_json_mark(struct reading *reading, struct cursor json, const char *name, const char *path)
{
    reading_mark(reading, name, field_of(reading, json, path));
}

void reading_json_mark_fix(struct reading *reading, struct cursor json, const char *path, bool is_valid)
{
    reading_mark_fix(reading, field_of(reading, json, path), is_valid);
}

bool reading_json_device(struct reading *reading, struct cursor json, const char *path)
{
    char memory[DEVICE_MAX];
    struct cursor field;
    if (!json_find_text(json, path, &field))
        return false;
    reading_device(reading, json_unescape(field, memory, sizeof(memory)));
    reading_mark_value(reading, "device", field, "%s", reading->device);
    return true;
}

bool reading_json_place(struct reading *reading, struct cursor json, const char *lat, const char *lon,
                        struct fix *fix)
{
    double y, x;
    if (!json_find_number(json, lat, &y) || !json_find_number(json, lon, &x))
        return false;
    fix->lat = y;
    fix->lon = x;
    reading_mark_place(reading, field_of(reading, json, lat), y, field_of(reading, json, lon), x);
    return true;
}

static void set_time(struct reading *reading, struct cursor json, const char *path, struct fix *fix,
                     int64_t time)
{
    fix->has_time = true;
    fix->time = time;
    reading_mark_time(reading, field_of(reading, json, path), time);
}

bool reading_json_unix(struct reading *reading, struct cursor json, const char *path, struct fix *fix)
{
    int64_t number;
    if (!json_find_int64(json, path, &number) || number < 0)
        return false;
    set_time(reading, json, path, fix, number > 100000000000 ? number / 1000 : number);
    return true;
}

bool reading_json_iso(struct reading *reading, struct cursor json, const char *path, struct fix *fix)
{
    char memory[ISO_MAX];
    struct cursor text;
    int64_t time;
    if (!json_find_text(json, path, &text) ||
        !calendar_read_iso(json_unescape(text, memory, sizeof(memory)), &time))
        return false;
    set_time(reading, json, path, fix, time);
    return true;
}
