/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gator: Gator M508, M518, M528, M588 and clones. Binary, big endian, TCP and UDP.
 *
 *   24 24 | type | L 2 | id 4 or 8 | content … | XOR | 0d      total = L + 5; XOR of everything before it
 *   id: 8 bytes BCD that begin with the 15 digits of an IMEI; else four bytes of seven bits, two decimal digits each,
 *       behind 30 + what their highest bits make, and a 1 before all
 *   80 position, 81 asked for, 82 alarm, 8e stored: yymmddhhmmss BCD | lat 4 | lon 4 BCD (highest bit: south, west;
 *       then dddmm.mmm) | speed 2 | course 2 | flags (bit 7 fix) | …
 *   21 heartbeat   83 status   84 text   85 reply   54, 56, 57 picture
 *   The server's answer is a frame of type 21 with L = 5: what it answers to, without an id. khd has the same frames with 29 29.
 */
#include <stdio.h>

#include "base/bcd.h"
#include "base/nmea.h"
#include "protocol/cr_frame.h"

enum { ID_SIZE = 4, IMEI_SIZE = 8 };

static bool has_position(uint8_t type)
{
    return type == 0x80 || type == 0x81 || type == 0x82 || type == 0x8e;
}

static const char *type_name(uint8_t type)
{
    switch (type) {
    case 0x21:
        return "heartbeat";
    case 0x80:
    case 0x81:
    case 0x8e:
        return "position";
    case 0x82:
        return "alarm";
    case 0x83:
        return "status";
    case 0x84:
        return "text";
    case 0x85:
        return "reply";
    case 0x54:
    case 0x56:
    case 0x57:
        return "photo";
    default:
        return NULL;
    }
}

/* The 15 digits of an IMEI at the id's place. */
static bool has_imei(struct cursor bytes)
{
    struct cursor id;
    char digits[2 * IMEI_SIZE + 1];
    if (bytes.left <= CR_FRAME_ID_AT + IMEI_SIZE || !cursor_slice(bytes, CR_FRAME_ID_AT, IMEI_SIZE, &id))
        return false;
    bcd_copy_text(id, digits, sizeof(digits));
    struct cursor imei = cursor_of(digits, 15);
    return cursor_count_digits(imei) == imei.left && luhn_ok(imei);
}

static size_t content_at(struct cursor bytes)
{
    return CR_FRAME_ID_AT + (has_imei(bytes) ? IMEI_SIZE : ID_SIZE);
}

/* Is there a date where a position has one? */
static bool has_date(struct cursor bytes)
{
    return cursor_skip(&bytes, content_at(bytes)) && cr_frame_has_date(bytes);
}

/* Cut off before anything tells: a length below 256 makes the head four bytes and a type. */
static bool is_short(struct cursor bytes)
{
    return cursor_byte(bytes, 3) == 0;
}

static enum claim match(const struct message *message, size_t *length)
{
    uint8_t type;
    enum claim claim = binary_match(&cr_frame, message, length);
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    if (!cursor_u8_at(message->bytes, CR_FRAME_TYPE_AT, &type) || !type_name(type))
        return CLAIM_NO;
    if (has_position(type))
        return has_date(message->bytes) ? CLAIM_LIKELY : CLAIM_NO;
    return claim == CLAIM_LIKELY || is_short(message->bytes) ? claim : CLAIM_NO;
}

static void read_id(struct cursor bytes, struct reading *reading)
{
    struct cursor id;
    unsigned first = 30;
    if (has_imei(bytes) && cursor_slice(bytes, CR_FRAME_ID_AT, IMEI_SIZE, &id)) {
        reading_device_bcd(reading, id, 0, 15);
        return;
    }
    if (bytes.left < CR_FRAME_ID_AT + ID_SIZE + CR_FRAME_TAIL ||
        !cursor_slice(bytes, CR_FRAME_ID_AT, ID_SIZE, &id))
        return;
    for (unsigned i = 0; i < ID_SIZE; i++)
        first += (unsigned)(cursor_byte(id, i) >> 7) << (ID_SIZE - 1 - i);
    snprintf(reading->device, sizeof(reading->device), "1%02u%02u%02u%02u%02u", first,
             cursor_byte(id, 0) & 0x7fu, cursor_byte(id, 1) & 0x7fu, cursor_byte(id, 2) & 0x7fu,
             cursor_byte(id, 3) & 0x7fu);
    reading_mark_value(reading, "device", id, "%s", reading->device);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, content = bytes;
    binary_mark(&cr_frame, reading);
    if (!cursor_slice(bytes, CR_FRAME_TYPE_AT, 1, &type))
        return;
    const char *name = type_name(cursor_byte(type, 0));
    reading->type = name ? name : "status";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    read_id(bytes, reading);
    if (has_position(cursor_byte(type, 0)) && cursor_skip(&content, content_at(bytes)))
        cr_frame_read_position(content, nmea_bcd, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)asker;
    if (message->bytes.left > CR_FRAME_SHORTEST)
        cr_frame_answer(message->bytes, "\x24\x24", 0, reply);
}

static const struct sample samples[] = {
    { .hex = "24248000258c22384e260201080910047306000190540001250045c74700079c0c3400000ad80b00660d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "13812345678",
      SAMPLE_VALID,
      .answer = "2424210005668000c20d" },
    { .hex = "24248000258c22384e260201080910833270008703960001250045454700079c0c3400000ad80b00830d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "13812345678",
      SAMPLE_INVALID,
      .answer = "2424210005838000270d" },
    { .hex = "24248000258c22384e260201080910040426008740060001250045c94700079c0c3400000ad80b003b0d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "13812345678",
      SAMPLE_NORTH_WEST,
      .answer = "24242100053b80009f0d" },
    { .hex = "242482001f4901542032375180260201080910833270008703960001250045c847007c0d",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "490154203237518",
      SAMPLE_SOUTH_WEST,
      .answer = "24242100057c8200da0d" },
    { .hex = "242481001b8c22384e260201080910047306000190540001250045c847001d0d",
      .datagram = true,
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "13812345678",
      SAMPLE_VALID,
      .answer = "24242100051d8100b80d" },
    { .hex = "24242100068c22384eff0d",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "13812345678",
      .location = LOCATION_NONE,
      .answer = "2424210005ff2100fa0d" },
    { .hex = "242484000b8c22384e48454c4c4f150d",
      .claim = CLAIM_CERTAIN,
      .type = "text",
      .device = "13812345678",
      .location = LOCATION_NONE,
      .answer = "2424210005158400b50d" },
    { .hex = "2424210005158000b10d", .claim = CLAIM_CERTAIN, .type = "heartbeat", .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_gator = {
    .name = "gator",
    .port = 5052,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("\x24\x24")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
