/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thinkpower: ThinkPower TL901A and kin. Binary, big endian, TCP.
 *
 *   type | index | L 2 | content | CRC 2      total = L + 6; CRC-16/CCITT-FALSE over everything before it
 *   01 login: version 2, then texts behind their lengths: id 15 digits, model, firmware      03 heartbeat: nothing
 *   05 record: count | unix time 4 | elements, each a type and a value of its size:
 *       01: lat 4, lon 4 (1e-7; the highest bit is the sign), speed 2, course 2      02: fix
 *   02, 04, 06 are the server's answers: 02 with one byte 0.
 */
#include "protocol/binary_frame.h"

enum { LOGIN = 1, HEARTBEAT = 3, RECORD = 5, CONTENT_AT = 4, TAIL = 2, LONGEST = 1024 };
enum { COUNT_SIZE = 1, VERSION_SIZE = 2, IMEI = 15, ELEMENT_PLACE = 1, ELEMENT_FIX = 2 };
enum { ID_LEAST = 8 };
static const uint32_t YEAR_2005 = 1104537600, YEAR_2038 = INT32_MAX;

static const struct binary_frame frame = { .length_at = 2,
                                           .length_size = 2,
                                           .plus = CONTENT_AT + TAIL,
                                           .shortest = CONTENT_AT + TAIL,
                                           .longest = LONGEST,
                                           .check = CHECK_CRC16_CCITT_FALSE,
                                           .check_at = -TAIL,
                                           .check_size = TAIL };

/* The size of an element's value. */
static size_t size_of(uint8_t element)
{
    switch (element) {
    case ELEMENT_PLACE:
        return 12;
    case 0x03:
        return 3;
    case 0x06:
    case 0x07:
    case 0x08:
    case 0x12:
    case 0x16:
    case 0x18:
        return 2;
    case ELEMENT_FIX:
    case 0x09:
    case 0x0a:
    case 0x10:
    case 0x13:
    case 0x17:
    case 0x19:
    case 0x50:
    case 0x51:
        return 1;
    default:
        return 0;
    }
}

static struct cursor content_of(struct cursor bytes)
{
    if (!cursor_skip(&bytes, CONTENT_AT) || bytes.left < TAIL)
        return cursor_part(bytes, 0, 0);
    return cursor_part(bytes, 0, bytes.left - TAIL);
}

/* The id and the texts behind it fill a login. */
static bool is_login(struct cursor content)
{
    struct cursor text;
    uint8_t size;
    size_t count = 0;
    bool is_text = cursor_skip(&content, VERSION_SIZE);
    while (is_text && cursor_u8(&content, &size) && cursor_take(&content, size, &text)) {
        is_text =
            cursor_is_text(text) && (count > 0 || (size >= ID_LEAST && cursor_count_digits(text) == size));
        count++;
    }
    return is_text && count > 0 && content.left == 0;
}

static bool take_element(struct cursor *c, struct cursor *element)
{
    uint8_t type;
    return cursor_u8_at(*c, 0, &type) && size_of(type) > 0 && cursor_take(c, 1 + size_of(type), element);
}

/* Elements fill a record that has a date. */
static bool is_record(struct cursor content)
{
    struct cursor element;
    uint32_t time;
    if (!cursor_skip(&content, COUNT_SIZE) || !cursor_be32(&content, &time) || time < YEAR_2005 ||
        time > YEAR_2038)
        return false;
    while (take_element(&content, &element))
        continue;
    return content.left == 0;
}

/* The id of a login that is cut off behind it. */
static bool has_imei(struct cursor bytes)
{
    struct cursor id;
    uint8_t size;
    return cursor_u8_at(bytes, CONTENT_AT + VERSION_SIZE, &size) && size == IMEI &&
           cursor_slice(bytes, CONTENT_AT + VERSION_SIZE + 1, IMEI, &id) && cursor_count_digits(id) == IMEI;
}

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = binary_match(&frame, message, length);
    uint8_t type = cursor_byte(message->bytes, 0);
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    if (claim == CLAIM_POSSIBLE)
        return type == LOGIN && has_imei(message->bytes) ? CLAIM_POSSIBLE : CLAIM_NO;
    struct cursor content = content_of(cursor_part(message->bytes, 0, *length));
    bool is_sound = (type == LOGIN && is_login(content)) || (type == RECORD && is_record(content));
    return is_sound ? CLAIM_LIKELY : CLAIM_NO;
}

static double degrees_of(struct cursor field)
{
    uint64_t raw = cursor_be_of(field);
    double value = (double)(raw & INT32_MAX) / 1e7;
    return raw >> 31 ? -value : value;
}

static void read_record(struct cursor c, struct reading *reading)
{
    struct cursor element, time, lat, lon;
    struct fix fix = { .has_time = true };
    bool has_fix = false;
    if (!cursor_skip(&c, COUNT_SIZE) || !cursor_take(&c, 4, &time))
        return;
    fix.time = (int64_t)cursor_be_of(time);
    reading_mark_time(reading, time, fix.time);
    while (c.left > 0) {
        /* an element that is not known has no value for Traccar */
        if (!take_element(&c, &element)) {
            if (size_of(cursor_byte(c, 0)) > 0 || !cursor_skip(&c, 1))
                break;
        } else if (cursor_byte(element, 0) == ELEMENT_PLACE && cursor_slice(element, 1, 4, &lat) &&
                   cursor_slice(element, 5, 4, &lon)) {
            fix.lat = degrees_of(lat);
            fix.lon = degrees_of(lon);
            fix.valid = fix.valid || !has_fix;
            reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
        } else if (cursor_byte(element, 0) == ELEMENT_FIX) {
            struct cursor value = cursor_part(element, 1, 1);
            has_fix = true;
            fix.valid = cursor_byte(value, 0) > 0;
            reading_mark_fix(reading, value, fix.valid);
        }
    }
    reading_fix(reading, &fix);
}

static void read_login(struct cursor c, struct reading *reading)
{
    struct cursor id;
    uint8_t size;
    if (cursor_skip(&c, VERSION_SIZE) && cursor_u8(&c, &size) && cursor_take(&c, size, &id))
        reading_device(reading, id);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor content = content_of(message->bytes);
    uint8_t type = cursor_byte(message->bytes, 0);
    binary_mark(&frame, reading);
    if (type == LOGIN) {
        reading->type = "login";
        read_login(content, reading);
    } else if (type == RECORD) {
        reading->type = "position";
        read_record(content, reading);
    } else {
        reading->type = "heartbeat";
    }
    reading_mark_value(reading, "type", cursor_part(message->bytes, 0, 1), "%s", reading->type);
    reading_no_location(reading);
}

/* The next type with the same index. */
static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor head;
    size_t start = reply->length;
    (void)asker;
    if (!cursor_slice(message->bytes, 0, 2, &head))
        return;
    bool is_login = cursor_byte(head, 0) == LOGIN;
    buffer_put_u8(reply, cursor_byte(head, 0) + 1u);
    buffer_put_u8(reply, cursor_byte(head, 1));
    buffer_put_be(reply, 2, is_login);
    if (is_login)
        buffer_put_u8(reply, 0);
    binary_put_end(&frame, reply, start);
}

static const struct sample samples[] = {
    { .hex = "0109001f01020f31323334353637383930313233343506544c3930314105522d312e32db00",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "020900010095c9" },
    { .hex = "0109001f01020f31323334353637383930313233343506544c3930314105522d312e32e833",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "020900010095c9" },
    { .hex = "03040000c3dc",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .location = LOCATION_NONE,
      .answer = "0404000092f1" },
    { .hex = "0531001201697f0a26011c5173600b60e720007d1194ace9",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "0631000051cc" },
    { .hex = "0532001703697f0a2602000193f010a0aa1ddc40007d1194120fa08b16",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "06320000089c" },
    { .hex = "0533001402697f0a26011843da60ac1d07a0007d119402015802",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "063300003fac" },
    { .hex = "0534001402697f0a2610010193f010a0aa1ddc40007d1194185b",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_SOUTH_WEST,
      .answer = "06340000ba3c" },
    { .hex = "0509001503697f0a26330193f010a0aa1ddc400010002002006197",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "060900003dc8" },
    { 0 }
};

static enum reception reception(struct cursor said, const char *asked)
{
    enum { WELCOME = 2, UNKNOWN = 4 };
    if (strcmp(asked, "login") != 0 || said.left != 7 || cursor_byte(said, 0) != WELCOME)
        return RECEPTION_UNTOLD;
    return cursor_byte(said, 4) == 0         ? RECEPTION_KNOWN
           : cursor_byte(said, 4) == UNKNOWN ? RECEPTION_UNKNOWN
                                             : RECEPTION_UNTOLD;
}

const struct protocol protocol_thinkpower = {
    .name = "thinkpower",
    .port = 5228,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\1"), HEAD("\3"), HEAD("\5")),
    .match = match,
    .read = read,
    .answer = answer,
    .reception = reception,
    .samples = samples,
};
