/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tek: Tekelek TEK 586, 643, 733, 766, 811, 822 tank sensors. Binary, big endian, TCP. No head. No answers from Traccar.
 *
 *   product | hardware | firmware | reason | alarm | signal | battery | id 8 BCD | type 6 bits, length bits 6 and 7 |
 *   length | content … | CRC 2      total = length + 17, the last two bytes of it the CRC-16/XMODEM of all before
 *   types 4, 8 measurements: Traccar takes them for positions without a fix
 *   type 17, text: ,n,hhmmss.s,ddmm.mmN,dddmm.mmE,hdop,altitude,fix (0 none),course,km/h,knots,ddmmyy,satellites,…
 */
#include "base/bcd.h"
#include "protocol/binary_frame.h"

enum { MEASUREMENT = 4, MEASUREMENT_STORED = 8, GPS = 17 };
enum { ID_AT = 7, ID_SIZE = 8, TYPE_AT = 15, CONTENT_AT = 17, CRC_SIZE = 2 };

static const struct pattern position = {
    ",\\d+,(?<hms>\\d{6})\\.\\d+,(?<lat>\\d{4}\\.\\d+)(?<ns>[NS]),(?<lon>\\d{5}\\.\\d+)(?<ew>[EW]),\\d+\\."
    "\\d+,-?\\d+\\.\\d+,"
    "(?<fix>\\d+),\\d+\\.\\d+,\\d+\\.\\d+,\\d+\\.\\d+,(?<dmy>\\d{6}),\\d+,"
};

/* An IMEI behind a zero; of a cut one what is there. */
static bool has_id(struct cursor bytes)
{
    if (!cursor_skip(&bytes, ID_AT) || bytes.left == 0)
        return true;
    struct cursor id = cursor_part(bytes, 0, bytes.left < ID_SIZE ? bytes.left : ID_SIZE);
    return cursor_byte(id, 0) > 0 && cursor_byte(id, 0) < 0x10 && bcd_ok(id);
}

static bool is_known_type(uint8_t type)
{
    return type == MEASUREMENT || type == MEASUREMENT_STORED || type == GPS || type == 6 || type == 16;
}

static bool has_crc(struct cursor bytes)
{
    uint16_t crc;
    return cursor_be16_at(bytes, bytes.left - CRC_SIZE, &crc) &&
           crc16_xmodem(cursor_part(bytes, 0, bytes.left - CRC_SIZE)) == crc;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    if (!has_id(bytes))
        return CLAIM_NO;
    *length = bytes.left;
    if (bytes.left < CONTENT_AT)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    uint8_t type = cursor_byte(bytes, TYPE_AT) & 0x3f;
    size_t total = CONTENT_AT + cursor_byte(bytes, TYPE_AT + 1) + 64u * (cursor_byte(bytes, TYPE_AT) >> 6);
    if (bytes.left < total)
        return !is_known_type(type) ? CLAIM_NO : message->complete ? CLAIM_POSSIBLE : CLAIM_MORE;
    *length = total;
    if (has_crc(cursor_part(bytes, 0, total)))
        return CLAIM_CERTAIN;
    if (!is_known_type(type))
        return CLAIM_NO;
    /* without the CRC a small number, a type and a length are OpenFlow's as well: the id must be an IMEI */
    char id[2 * ID_SIZE + 1];
    struct cursor packed;
    if (!cursor_slice(bytes, ID_AT, ID_SIZE, &packed))
        return CLAIM_NO;
    bcd_copy_text(packed, id, sizeof(id));
    return luhn_ok(cursor_of(id + 1, 2 * ID_SIZE - 1)) ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, type, content = bytes, crc;
    struct groups found;
    if (!cursor_slice(bytes, TYPE_AT, 2, &type) || !cursor_skip(&content, CONTENT_AT))
        return;
    if (cursor_slice(bytes, ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 1, 15);
    reading->type = "status";
    switch (cursor_byte(type, 0) & 0x3f) {
    case MEASUREMENT:
    case MEASUREMENT_STORED:
        reading->type = "measurement";
        reading_no_fix(reading);
        break;
    case GPS:
        reading->type = "position";
        if (pattern_match(message->patterns, &position, content, &found))
            reading_take_groups(reading, &found, false);
        break;
    default:
        break;
    }
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (content.left >= CRC_SIZE && cursor_slice(bytes, bytes.left - CRC_SIZE, CRC_SIZE, &crc))
        reading_mark_check(reading, crc, has_crc(bytes),
                           crc16_xmodem(cursor_part(bytes, 0, bytes.left - CRC_SIZE)));
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "050102030415750123456789012345510b2c312c3038303931302e30302c343733302e363030304e2c3031393035"
             "2e34303030452c312e322c3133302e352c332c34352e30302c31322e352c362e372c3031303232362c30382ce6b4",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .hex = "050102030415750123456789012345510b2c312c3038303931302e30302c333332372e30303030532c3037303339"
             "2e36303030572c312e322c3133302e352c302c34352e30302c31322e352c362e372c3031303232362c30382c9de3",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .hex = "050102030415750123456789012345510b2c312c3038303931302e30302c343034322e363030304e2c3037343030"
             "2e36303030572c312e322c3133302e352c322c34352e30302c31322e352c362e372c3031303232362c30382cbfb4",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .hex = "050102030415750123456789012345043b0001970000000082010a5b28770a5b28770a5b28770a5b28770a5b2877"
             "0a5b28770a5b28770a5b28770a5b28770a5b28770a5b28770a5b2877691d",
      .claim = CLAIM_CERTAIN,
      .type = "measurement",
      .device = "123456789012345",
      .location = LOCATION_INVALID },
    { .hex = "050102030415750123456789012345083b0001970000000082010a5b28770a5b28770a5b28770a5b28770a5b2877"
             "0a5b28770a5b28770a5b28770a5b28770a5b28770a5b28770a5b2877a673",
      .claim = CLAIM_POSSIBLE,
      .type = "measurement",
      .device = "123456789012345",
      .location = LOCATION_INVALID },
    { .hex = "050102030415750123456789012345100401027cc0",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_tek = {
    .name = "tek",
    .port = 5173,
    .transports = OVER_TCP,
    /* the number of the product: 05 is seen, other small ones are taken too (0a and 0d are line ends) */
    .heads = HEADS(HEAD("\x01"), HEAD("\x02"), HEAD("\x03"), HEAD("\x04"), HEAD("\x05"), HEAD("\x06"),
                   HEAD("\x07"), HEAD("\x08"), HEAD("\x09"), HEAD("\x0b"), HEAD("\x17"), HEAD("\x18"),
                   HEAD("\x19")),
    .match = match,
    .read = read,
    .samples = samples,
};
