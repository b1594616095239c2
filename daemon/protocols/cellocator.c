/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cellocator: PointerTech Cello, CelloTrack, CR300, Compact. Binary, little endian, TCP and UDP.
 *
 *   4d 43 47 50 | type | unit 4 | control 2 (not in 08) | packet | content … | sum      sum of all behind the first four bytes
 *   Total by type: 00, 07 70; 03 31; 08 19 + L 2 at 16; 09 15 + byte 13; 0b 16 + L 2 at 13. 04 is the server's.
 *   00 status: at 44 lon 4 | lat 4 (1e-8 radian) | …, at 62 s i h d m | year 2; Traccar takes it for a fix, always
 *   0b modules, from 19: number | L 2 | content
 *       6 place: hdop | mode 2 | satellites | lon 4 | lat 4 | …   7 time: valid | s i h d m y; Traccar takes it for no fix, always
 *   4d 43 50 47: the same, but for the coordinates of a status: 1e-7 degree
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

enum {
    STATUS = 0x00,
    PROGRAMMING = 0x03,
    SERVER = 0x04,
    LOG = 0x07,
    FORWARDED = 0x08,
    MODULES = 0x09,
    EXTENDED = 0x0b
};
enum { TYPE_AT = 4, UNIT_AT = 5, PACKET_AT = 11, SERVER_SIZE = 28, STATUS_SIZE = 70, LONGEST = 4096 };
enum { LON_AT = 44, LAT_AT = 48, TIME_AT = 62, MODULES_AT = 19, MODULE_PLACE = 6, MODULE_TIME = 7 };

static const double degrees_per_radian = 57.295779513082320877;

/* The bytes that the message has by its type; false when the type is not known; *total 0: the length is not there yet. */
static bool total_of(struct cursor bytes, uint8_t type, size_t *total)
{
    uint16_t size = 0;
    uint8_t short_size = 0;
    *total = 0;
    switch (type) {
    case STATUS:
    case LOG:
        *total = STATUS_SIZE;
        return true;
    case PROGRAMMING:
        *total = 31;
        return true;
    case SERVER:
        *total = SERVER_SIZE;
        return true;
    case FORWARDED:
        if (cursor_le16_at(bytes, 16, &size))
            *total = 19u + size;
        return true;
    case MODULES:
        if (cursor_u8_at(bytes, 13, &short_size))
            *total = 15u + short_size;
        return true;
    case EXTENDED:
        if (cursor_le16_at(bytes, 13, &size))
            *total = 16u + size;
        return true;
    default:
        return false;
    }
}

static uint8_t sum_of(struct cursor bytes)
{
    return sum_8(cursor_part(bytes, TYPE_AT, bytes.left - TYPE_AT - 1));
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint8_t type;
    size_t total;
    *length = bytes.left;
    if (!cursor_u8_at(bytes, TYPE_AT, &type))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    bool is_known = total_of(bytes, type, &total);
    if (!is_known || total > LONGEST)
        return CLAIM_POSSIBLE;
    if (total == 0 || bytes.left < total)
        return message->complete ? CLAIM_POSSIBLE : CLAIM_MORE;
    *length = total;
    return sum_of(cursor_part(bytes, 0, total)) == cursor_byte(bytes, total - 1) ? CLAIM_CERTAIN
                                                                                 : CLAIM_LIKELY;
}

static void read_status(struct cursor bytes, struct reading *reading)
{
    struct cursor lon, lat, c = bytes, date, year;
    struct fix fix = { .valid = true };
    int64_t day_and_clock;
    if (!cursor_slice(bytes, LON_AT, 4, &lon) || !cursor_slice(bytes, LAT_AT, 4, &lat) ||
        !cursor_slice(bytes, TIME_AT, 7, &date) || !cursor_slice(date, 5, 2, &year) ||
        !cursor_skip(&c, TIME_AT))
        return;
    double scale = CURSOR_STARTS(bytes, "MCPG") ? 1e-7 : degrees_per_radian * 1e-8;
    fix.lon = (double)signed_of(cursor_le_of(lon), 32) * scale;
    fix.lat = (double)signed_of(cursor_le_of(lat), 32) * scale;
    struct calendar when = { (unsigned)cursor_le_of(year), cursor_byte(date, 4), cursor_byte(date, 3),
                             cursor_byte(date, 2),         cursor_byte(date, 1), cursor_byte(date, 0) };
    fix.has_time = calendar_to_unix(&when, &day_and_clock);
    if (fix.has_time) {
        fix.time = day_and_clock;
        reading_mark_time(reading, date, fix.time);
    }
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read_modules(struct cursor bytes, struct reading *reading)
{
    struct cursor c = bytes, content, lon, lat, date;
    struct fix fix = { 0 };
    uint8_t number;
    uint16_t size;
    bool has_place = false;
    if (bytes.left < MODULES_AT || !cursor_skip(&c, MODULES_AT))
        return;
    while (cursor_u8(&c, &number) && cursor_le16(&c, &size) && cursor_take(&c, size, &content)) {
        if (number == MODULE_PLACE && cursor_slice(content, 4, 4, &lon) &&
            cursor_slice(content, 8, 4, &lat)) {
            fix.lon = (double)signed_of(cursor_le_of(lon), 32) * degrees_per_radian * 1e-8;
            fix.lat = (double)signed_of(cursor_le_of(lat), 32) * degrees_per_radian * 1e-8;
            has_place = true;
            reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
        } else if (number == MODULE_TIME && cursor_slice(content, 1, 6, &date)) {
            struct cursor rest = date;
            fix.has_time = reading_take_bytes_time(&rest, "sihdmy", &fix.time);
            if (fix.has_time)
                reading_mark_time(reading, date, fix.time);
        }
    }
    if (has_place)
        reading_fix(reading, &fix);
}

static const char *type_name(uint8_t type)
{
    switch (type) {
    case STATUS:
    case EXTENDED:
        return "status";
    case PROGRAMMING:
    case SERVER:
        return "reply";
    case LOG:
        return "log";
    default:
        return "data";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, unit, sum;
    size_t total;
    if (!cursor_slice(bytes, TYPE_AT, 1, &type))
        return;
    if (cursor_slice(bytes, UNIT_AT, 4, &unit)) {
        reading_device_number(reading, cursor_le_of(unit), 1);
        reading_mark_number(reading, "device", unit, cursor_le_of(unit));
    }
    bool is_whole = total_of(bytes, cursor_byte(type, 0), &total) && total == bytes.left;
    if (is_whole && cursor_slice(bytes, total - 1, 1, &sum))
        reading_mark_check(reading, sum, sum_of(bytes) == cursor_byte(sum, 0), sum_of(bytes));
    reading->type = type_name(cursor_byte(type, 0));
    if (cursor_byte(type, 0) == STATUS)
        read_status(bytes, reading);
    else if (cursor_byte(type, 0) == EXTENDED)
        read_modules(cursor_part(bytes, 0, bytes.left - is_whole), reading);
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, unit;
    uint8_t type, packet;
    size_t total, start = reply->length;
    (void)asker;
    if (!cursor_u8_at(bytes, TYPE_AT, &type) || type == SERVER || !total_of(bytes, type, &total) ||
        total != bytes.left || !cursor_slice(bytes, UNIT_AT, 4, &unit) ||
        !cursor_u8_at(bytes, type == FORWARDED ? PACKET_AT - 2 : PACKET_AT, &packet))
        return;
    buffer_put_text(reply, "MCGP");
    buffer_put_u8(reply, type == EXTENDED ? EXTENDED : SERVER);
    buffer_put_cursor(reply, unit);
    if (type == EXTENDED) {
        buffer_put_u8(reply, packet);
        buffer_put(reply, "\0\0\0\0\x80\x0a\0\0\0\0\0\x09\x03\0\0\0\0", 17);
    } else {
        buffer_put(reply, "\0\0\0\0\0\0", 6);
        buffer_put_u8(reply, packet);
        buffer_put(reply, "\0\0\0\0\0\0\0\0\0\0\0", 11);
    }
    if (!reply->full)
        buffer_put_u8(reply,
                      sum_8(cursor_of(reply->bytes + start + TYPE_AT, reply->length - start - TYPE_AT)));
}

static const struct sample samples[] = {
    { .hex = "4d4347500087d6120008082a041016002c001f00000000000000000000000000000000000000000000000000bf65fc0"
             "19144f104e02e00000000000011030a09080102ea073a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      SAMPLE_VALID,
      .answer = "4d4347500487d612000000000000002a00000000000000000000009d" },
    { .hex = "4d4347500087d6120008082a041016002c001f00000000000000000000000000000000000000000000000000db35a6f"
             "8312c85fce02e00000000000011030a09080102ea07db",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      SAMPLE_SOUTH_WEST,
      .answer = "4d4347500487d612000000000000002a00000000000000000000009d" },
    { .hex = "4d4350470087d6120008082a041016002c001f0000000000000000000000000000000000000000000000000060f8e2d"
             "360da4318e02e00000000000011030a09080102ea07f2",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "1234567",
      SAMPLE_NORTH_WEST,
      .answer = "4d4347500487d612000000000000002a00000000000000000000009d" },
    { .hex = "4d4347500b87d61200080a2a002b00000008060804000000020006130003040209db35a6f8312c85fce02e000000000"
             "0070700010a090801021a09",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      SAMPLE_INVALID,
      .answer = "4d4347500b87d612002a00000000800a00000000000903000000003a" },
    { .hex = "4d4347500b87d61200080a2a0015000000080608040000000200070700010a090801021a2e",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "1234567",
      .location = LOCATION_NONE,
      .answer = "4d4347500b87d612002a00000000800a00000000000903000000003a" },
    { .hex = "4d4347500387d6120008002a111111111111111111111111111111111111d6",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "1234567",
      .location = LOCATION_NONE,
      .answer = "4d4347500487d612000000000000002a00000000000000000000009d" },
    { .hex = "4d4347500887d612002a000000000000050048454c4c4f1a",
      .claim = CLAIM_CERTAIN,
      .type = "data",
      .device = "1234567",
      .location = LOCATION_NONE,
      .answer = "4d4347500487d612000000000000002a00000000000000000000009d" },
    { .hex = "4d4347500987d6120008002a000401020304b8",
      .claim = CLAIM_CERTAIN,
      .type = "data",
      .device = "1234567",
      .location = LOCATION_NONE,
      .answer = "4d4347500487d612000000000000002a00000000000000000000009d" },
    { .hex = "4d4347500487d612000000000000002a00000000000000000000009d",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "1234567",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_cellocator = {
    .name = "cellocator",
    .port = 5033,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("MCGP"), HEAD("MCPG")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
