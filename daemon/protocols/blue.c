/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blue: trackers seen in Yemen, maker unknown. Binary, big endian, TCP.
 *
 *   aa | L 2 | 86 | 00 | id 4 | parts … | XOR      total = L + 1; XOR of everything before it but the head
 *   part: length (with itself) | type | index | … | flags | data
 *   01 position: 6 flags (bit 7 fix, 6 south, 5 west) | lat: ddmm 2, decimals 2 | lon: dddmm 2, decimals 2 (both decimal
 *      numbers) | speed 4 | course 3 | yy mm dd hh mm ss | …
 *   12 status   81 alarm   84 heartbeat (answered)
 *   sanul has the same head and its length elsewhere.
 */
#include "protocol/binary_frame.h"

enum { POSITION = 0x01, STATUS = 0x12, ALARM = 0x81, HEARTBEAT = 0x84 };
enum {
    VERSION_AT = 3,
    ID_AT = 5,
    PARTS_AT = 9,
    PART_SHORTEST = 5,
    CHECK_SIZE = 1,
    PLACE_AT = 6,
    DATE_AT = 22
};
enum { FLAG_FIX = 0x80, FLAG_SOUTH = 0x40, FLAG_WEST = 0x20 };

static const struct binary_frame frame = { .length_at = 1,
                                           .length_size = 2,
                                           .plus = 1,
                                           .shortest = PARTS_AT + CHECK_SIZE,
                                           .longest = 4096,
                                           .check = CHECK_XOR,
                                           .check_at = -CHECK_SIZE,
                                           .check_size = CHECK_SIZE,
                                           .covered = 1 };

static bool take_part(struct cursor *c, struct cursor *part)
{
    uint8_t size;
    return cursor_u8_at(*c, 0, &size) && size >= PART_SHORTEST && cursor_take(c, size, part);
}

static struct cursor parts_of(struct cursor bytes)
{
    struct cursor parts = bytes;
    if (!cursor_skip(&parts, PARTS_AT))
        return cursor_part(bytes, 0, 0);
    parts.left -= parts.left < CHECK_SIZE ? parts.left : CHECK_SIZE;
    return parts;
}

/* Do the parts end where the check value stands? Of a frame that is cut off: is one there? */
static bool has_parts(struct cursor bytes, bool is_cut)
{
    struct cursor parts = parts_of(bytes), part;
    size_t count = 0;
    while (take_part(&parts, &part))
        count++;
    return is_cut ? count > 0 : parts.left == 0;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor head = message->bytes;
    if (cursor_skip(&head, VERSION_AT) && !CURSOR_MAY_START(head, "\x86\x00"))
        return CLAIM_NO;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    bool is_cut = claim == CLAIM_POSSIBLE;
    if (!has_parts(cursor_part(message->bytes, 0, *length), is_cut))
        return CLAIM_NO;
    return claim;
}

/* ddmm or dddmm, and ten-thousandths of the minute. */
static double degrees_of(struct cursor field)
{
    uint64_t raw = cursor_be_of(field), whole = raw >> 16, degrees = whole / 100, minutes = whole % 100;
    return (double)degrees + ((double)minutes + (double)(raw & 0xffff) / 10000) / 60;
}

static void read_position(struct cursor part, struct reading *reading)
{
    struct cursor flags, lat, lon, date, c = part;
    struct fix fix = { 0 };
    if (!cursor_skip(&c, PLACE_AT) || !cursor_take(&c, 1, &flags) || !cursor_take(&c, 4, &lat) ||
        !cursor_take(&c, 4, &lon) || !cursor_slice(part, DATE_AT, 6, &date))
        return;
    struct cursor when = date;
    fix.has_time = reading_take_bytes_time(&when, "ymdhis", &fix.time);
    fix.valid = (cursor_byte(flags, 0) & FLAG_FIX) != 0;
    fix.lat = degrees_of(lat) * (cursor_byte(flags, 0) & FLAG_SOUTH ? -1 : 1);
    fix.lon = degrees_of(lon) * (cursor_byte(flags, 0) & FLAG_WEST ? -1 : 1);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, flags, fix.valid);
    reading_fix(reading, &fix);
}

static const char *type_name(uint8_t type)
{
    switch (type) {
    case ALARM:
        return "alarm";
    case HEARTBEAT:
        return "heartbeat";
    default:
        return "status";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, parts = parts_of(bytes), part;
    binary_mark(&frame, reading);
    if (cursor_slice(bytes, ID_AT, 4, &id)) {
        reading_device_number(reading, cursor_be_of(id), 1);
        reading_mark_number(reading, "device", id, cursor_be_of(id));
    }
    reading->type = "status";
    while (take_part(&parts, &part)) {
        if (cursor_byte(part, 1) == POSITION)
            read_position(part, reading);
        else if (cursor_byte(part, 1) == ALARM || strcmp(reading->type, "status") == 0)
            reading->type = type_name(cursor_byte(part, 1));
        reading_mark_value(reading, "type", cursor_part(part, 1, 1), "%s",
                           cursor_byte(part, 1) == POSITION ? "position" : type_name(cursor_byte(part, 1)));
    }
    if (reading->location >= LOCATION_INVALID && strcmp(reading->type, "alarm") != 0)
        reading->type = "position";
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor parts = parts_of(message->bytes), part;
    (void)asker;
    while (take_part(&parts, &part)) {
        if (cursor_byte(part, 1) != HEARTBEAT)
            continue;
        size_t start = reply->length;
        buffer_put(reply, "\xaa\x00\x0b\x86\x00\x06\xa4\x00", 8);
        buffer_put_u8(reply, cursor_byte(part, 2));
        buffer_put_be(reply, 2, 0);
        binary_put_end(&frame, reply, start);
        return;
    }
}

static const struct sample samples[] = {
    { .hex = "aa0033860080e3e53820010f00400080127a177007710fa0000c01f4002d001a020108090a00d812340a120f0002"
             "00000001001f",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "2162419000",
      SAMPLE_VALID },
    { .hex = "aa0034860080e3e5380b8421800010320000000020010f004000600cff00001b7f1770000c01f4002d001a020108"
             "090a00d81234c6",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "2162419000",
      SAMPLE_INVALID,
      .answer = "aa000b860006a4002100000e" },
    { .hex = "aa0029860080e3e53820010f004000a00fca17701ce81770000c01f4002d001a020108090a00d81234d1",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "2162419000",
      SAMPLE_NORTH_WEST },
    { .hex = "aa0010860080e3e53807810100000100ae",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "2162419000",
      .location = LOCATION_NONE },
    { .hex = "aa0014860080e3e5380b8421800010320000000020",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "2162419000",
      .location = LOCATION_NONE,
      .answer = "aa000b860006a4002100000e" },
    { .hex = "aa0013860080e3e5380a120f000200000001003f",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "2162419000",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_blue = {
    .name = "blue",
    .port = 5206,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\xaa")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
