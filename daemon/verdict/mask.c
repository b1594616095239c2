/* SPDX-License-Identifier: Apache-2.0 */
/* What stands for ids, places and addresses. Used by the commands that show what people post. */
#include "verdict/mask.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "verdict/mask_parts.h"

enum { IDS = 200000, ADDRESSES = 65536, ATTEMPTS = 64 };

struct id_key {
    char text[DEVICE_MAX];
};

struct mask *mask_new(struct detector *detector, const struct ports *ports, bool is_unknown_kept)
{
    struct mask *mask = calloc(1, sizeof(*mask));
    uint32_t random[2];
    if (!mask)
        return NULL;
    mask->detector = detector;
    mask->ports = ports;
    mask->is_unknown_kept = is_unknown_kept;
    mask->ids = table_new(IDS, sizeof(struct id_key), sizeof(struct id_key), NULL, NULL);
    mask->taken_ids = table_new(IDS, sizeof(struct id_key), sizeof(char), NULL, NULL);
    mask->addresses = table_new(ADDRESSES, 16, 16, NULL, NULL);
    if (!mask->ids || !mask->taken_ids || !mask->addresses || !random_bytes(&mask->key, sizeof(mask->key)) ||
        !random_bytes(random, sizeof(random))) {
        mask_free(mask);
        return NULL;
    }
    /* not far to the north or south: a degree of longitude must stay about as long, or the way would lose its shape */
    mask->lat_shift = 0.7 + random[0] / 4294967296.0 * 2.3;
    mask->lon_shift = 3.0 + random[1] / 4294967296.0 * 27.0;
    return mask;
}

void mask_free(struct mask *mask)
{
    if (!mask)
        return;
    table_free(mask->ids);
    table_free(mask->taken_ids);
    table_free(mask->addresses);
    free(mask);
}

struct mask_counts mask_counts(const struct mask *mask)
{
    return mask->counts;
}

uint64_t mask_number(const struct mask *mask, struct cursor bytes, uint64_t attempt)
{
    uint8_t whole[MASK_TEXT + sizeof(attempt)];
    size_t length = bytes.left < MASK_TEXT ? bytes.left : MASK_TEXT;
    memcpy(whole, &attempt, sizeof(attempt));
    if (length > 0)
        memcpy(whole + sizeof(attempt), bytes.at, length);
    return siphash_of_rounds(&mask->key, cursor_of(whole, sizeof(attempt) + length), 2, 4);
}

/* ---- ids ---- */

/* The last digit of an IMEI, from the fourteen before it. */
static char check_digit(const char *digits)
{
    unsigned sum = 0;
    for (size_t i = 0; i < 14; i++) {
        unsigned digit = (unsigned)(digits[i] - '0') * (i % 2 ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return (char)('0' + (10 - sum % 10) % 10);
}

static bool is_imei(const char *id)
{
    return strlen(id) == 15 && strspn(id, "0123456789") == 15 && id[14] == check_digit(id);
}

/* Zeros at the start stay, and what follows them does not become one: where they count and where not, the id stays as long. */
static void draw_id(const struct mask *mask, const char *id, uint64_t attempt, char out[static DEVICE_MAX])
{
    bool is_leading = true, is_lower = strpbrk(id, "ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ") == NULL;
    size_t length = strlen(id);
    unsigned letters = is_lower ? 6 : 26; /* those of HEX digits stay such */
    for (size_t i = 0; i < length; i++) {
        char c = id[i];
        uint64_t number = mask_number(mask, cursor_of(id, length), attempt << 8 | i);
        is_leading = is_leading && c == '0';
        if (isdigit((unsigned char)c))
            out[i] = is_leading                                  ? c
                     : i == 0 || (i > 0 && strspn(id, "0") == i) ? (char)('1' + number % 9)
                                                                 : (char)('0' + number % 10);
        else if (islower((unsigned char)c))
            out[i] = (char)('a' + number % letters);
        else if (isupper((unsigned char)c))
            out[i] = (char)('A' + number % letters);
        else
            out[i] = c;
    }
    out[length] = '\0';
    if (is_imei(id))
        out[14] = check_digit(out);
}

const char *mask_id(struct mask *mask, const char *id)
{
    struct id_key key, other;
    memset(&key, 0, sizeof(key));
    memcpy(key.text, id, strnlen(id, DEVICE_MAX - 1));
    if (!key.text[0])
        return "";
    struct id_key *found = table_find(mask->ids, &key);
    if (found)
        return found->text;
    for (uint64_t attempt = 0; attempt < ATTEMPTS; attempt++) {
        memset(&other, 0, sizeof(other));
        draw_id(mask, key.text, attempt, other.text);
        if (strcmp(other.text, key.text) != 0 && !table_find(mask->taken_ids, &other))
            break;
    }
    /* one that has neither letter nor digit, or one of so few that all are taken */
    if (strcmp(other.text, key.text) == 0)
        memset(other.text, 'X', strlen(key.text));
    (void)table_add(mask->taken_ids, &other);
    found = table_add(mask->ids, &key);
    if (!found)
        return "X";
    *found = other;
    return found->text;
}

/* ---- places ---- */

/* Away from the equator and from Greenwich, as long as there is room: in many messages the hemisphere stands apart, and is what
 * it was. The first place settles it for all. */
static void settle_shift(struct mask *mask, double lat, double lon)
{
    if (mask->is_settled)
        return;
    mask->is_settled = true;
    if ((lat < 0) != (fabs(lat) > 60))
        mask->lat_shift = -mask->lat_shift;
    if ((lon < 0) != (fabs(lon) > 145))
        mask->lon_shift = -mask->lon_shift;
}

bool mask_place(struct mask *mask, double *lat, double *lon)
{
    if (*lat == 0 && *lon == 0)
        return true;
    settle_shift(mask, *lat, *lon);
    double new_lat = *lat + mask->lat_shift, new_lon = *lon + mask->lon_shift;
    if (new_lon > 180)
        new_lon -= 360;
    if (new_lon < -180)
        new_lon += 360;
    if (fabs(new_lat) > 89)
        return false;
    *lat = new_lat;
    *lon = new_lon;
    return true;
}

/* ---- addresses ---- */

/* 198.18.0.0/15 is for tests, 2001:db8::/32 for documentation: nobody has one of these. */
void mask_endpoint(struct mask *mask, struct endpoint *endpoint)
{
    if (endpoint_scope(endpoint) != SCOPE_PUBLIC && endpoint_scope(endpoint) != SCOPE_SHARED)
        return;
    uint8_t *found = table_find(mask->addresses, endpoint->address);
    if (!found) {
        uint64_t number = mask_number(mask, cursor_of(endpoint->address, 16), 0);
        uint8_t v4[4] = { 198, (uint8_t)(18 + (number & 1)), (uint8_t)(number >> 8),
                          (uint8_t)(number >> 16) };
        uint8_t v6[16] = { 0x20, 0x01, 0x0d, 0xb8 };
        memcpy(v6 + 8, &number, sizeof(number));
        struct endpoint other = endpoint_is_v4(endpoint) ? endpoint_of_v4(v4, 0) : endpoint_of_v6(v6, 0);
        found = table_add(mask->addresses, endpoint->address);
        if (!found) {
            memset(endpoint->address, 0, sizeof(endpoint->address));
            return;
        }
        memcpy(found, other.address, 16);
    }
    memcpy(endpoint->address, found, 16);
}

/* ---- events ---- */

static void copy_text(struct mask *mask, const char *text, char out[static MASK_TEXT])
{
    struct buffer buffer = buffer_on(out, MASK_TEXT - 1);
    mask_text(mask, text ? text : "", &buffer);
    out[buffer.length] = '\0';
}

static void mask_reading(struct mask *mask, struct reading *reading)
{
    if (reading->device[0])
        strcpy(reading->device, mask_id(mask, reading->device));
    if (reading->has_coordinates && !mask_place(mask, &reading->lat, &reading->lon))
        reading->has_coordinates = false;
    reading->marks = NULL; /* their values tell it all */
}

void mask_message(struct mask *mask, const struct message_event *in, struct message_event *out)
{
    mask_bytes(mask, in);
    *out = *in;
    strcpy(mask->device, mask_id(mask, in->device ? in->device : ""));
    out->device = mask->device;
    out->bytes = cursor_of(mask->bytes, in->bytes.left < MESSAGE_MAX ? in->bytes.left : MESSAGE_MAX);
    out->hidden = mask->hidden;
    mask_endpoint(mask, &out->who.peer);
    if (!in->identity)
        return;
    mask->identity = *in->identity;
    mask->identity.bytes = out->bytes;
    mask->identity.device = mask->device;
    mask_reading(mask, &mask->identity.reading);
    out->identity = &mask->identity;
}

void mask_finding(struct mask *mask, const struct finding_event *in, struct finding_event *out)
{
    *out = *in;
    strcpy(mask->device, mask_id(mask, in->device ? in->device : ""));
    copy_text(mask, in->text, mask->text);
    copy_text(mask, in->advice, mask->advice);
    out->device = mask->device;
    out->text = mask->text;
    out->advice = mask->advice;
    mask_endpoint(mask, &out->who.peer);
    out->sample = cursor_of(NULL, 0); /* the messages themselves stand elsewhere */
}
