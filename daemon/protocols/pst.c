/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pst: PST Electronics alarm trackers (Brazil). Binary, big endian, TCP and UDP.
 *
 *   TCP: 28 | packet | 29, the 28 may be missing; 27 x stands for x XOR 40      UDP: the packet alone
 *   packet: id 4 | version | index 4 | type | content … | CRC 2 (XMODEM of all before it)
 *   05 status: date 4 | status | count | tags: number, length, content; they end where the CRC starts
 *       10: date 4 | lat 4 | lon 4 | speed | course | …; always with a fix. Other types have no place.
 *   date: year 6 bits, month 4, day 5, hour 5, minute 6, second 6   coordinate: sign 1, minutes 15, ten-thousandths of a minute 16
 *   Every packet but 00 is answered: id | version | index | 00 | type | CRC.
 *   Without the 28 nothing marks the start: the ids that are known are around 800,000,000 and begin with 2f. Of others only a
 *   whole status with a right CRC is taken.
 */
#include "protocol/stuffed_frame.h"

enum { TYPE_AT = 9, CONTENT_AT = 10, DATE_AT = 10, COUNT_AT = 15, TAGS_AT = 16, CRC_SIZE = 2 };
enum {
    ACK = 0,
    STATUS = 5,
    TYPES_END = 0x20,
    TAG_PLACE = 0x10,
    PLACE_LEAST = 12,
    LONGEST = 1024,
    KNOWN_IDS = 0x2f
};

static const struct escape escape = { .mark = 0x27, .xor_with = 0x40, .escaped = "\x27\x28\x29" };
static const struct stuffed_frame frame = { .start = "(",
                                            .end = ")",
                                            .start_size = 1,
                                            .end_size = 1,
                                            .bare = true,
                                            .escape = &escape,
                                            .shortest = CONTENT_AT + CRC_SIZE,
                                            .check = CHECK_CRC16_XMODEM,
                                            .check_size = CRC_SIZE };

static bool unpack_time(struct cursor field, int64_t *seconds)
{
    uint32_t packed = (uint32_t)cursor_be_of(field);
    struct calendar date = { calendar_year(packed >> 26), packed >> 22 & 15, packed >> 17 & 31,
                             packed >> 12 & 31,           packed >> 6 & 63,  packed & 63 };
    return field.left == 4 && calendar_to_unix(&date, seconds);
}

static double degrees_of(struct cursor field)
{
    uint32_t raw = (uint32_t)cursor_be_of(field);
    double minutes = (double)(raw >> 16 & 0x7fff) + (double)(raw & 0xffff) / 10000;
    return minutes / 60 * (raw >> 31 ? -1 : 1);
}

static bool take_tag(struct cursor *c, uint8_t *number, struct cursor *content)
{
    struct cursor rest = *c;
    uint8_t size;
    if (!cursor_u8(&rest, number) || !cursor_u8(&rest, &size) || !cursor_take(&rest, size, content))
        return false;
    *c = rest;
    return true;
}

/* A dated status whose tags are as many as it tells and end where the CRC starts. */
static bool is_status(struct cursor packet)
{
    struct cursor date, tags = packet, content;
    int64_t seconds;
    uint8_t count, number;
    if (packet.left < TAGS_AT + CRC_SIZE || cursor_byte(packet, TYPE_AT) != STATUS ||
        !cursor_slice(packet, DATE_AT, 4, &date) || !unpack_time(date, &seconds) ||
        !cursor_u8_at(packet, COUNT_AT, &count) || !cursor_skip(&tags, TAGS_AT))
        return false;
    tags.left -= CRC_SIZE;
    while (count > 0 && take_tag(&tags, &number, &content))
        count--;
    return count == 0 && tags.left == 0;
}

/* A packet alone, as datagrams carry it: with a right CRC, or a status. */
static enum claim match_packet(struct cursor bytes, size_t *length)
{
    uint16_t crc;
    if (bytes.left < CONTENT_AT + CRC_SIZE || bytes.left > LONGEST ||
        cursor_byte(bytes, TYPE_AT) >= TYPES_END || !cursor_be16_at(bytes, bytes.left - CRC_SIZE, &crc))
        return CLAIM_NO;
    *length = bytes.left;
    if (crc16_xmodem(cursor_part(bytes, 0, bytes.left - CRC_SIZE)) == crc)
        return CLAIM_CERTAIN;
    return is_status(bytes) ? CLAIM_LIKELY : CLAIM_NO;
}

/* A packet of an id that begins with anything: only a whole status with its CRC. */
static enum claim match_unmarked(const struct message *message, size_t *length)
{
    struct stuffed stuffed;
    struct cursor bytes = message->bytes, date;
    int64_t seconds;
    if (!message->complete || cursor_byte(bytes, TYPE_AT) != STATUS ||
        !cursor_slice(bytes, DATE_AT, 4, &date) || !unpack_time(date, &seconds))
        return CLAIM_NO;
    if ((message->datagram || message->any_transport) && is_status(bytes) &&
        match_packet(bytes, length) == CLAIM_CERTAIN)
        return CLAIM_CERTAIN;
    return !message->datagram && stuffed_match(&frame, message, &stuffed, length) == CLAIM_CERTAIN &&
                   is_status(stuffed.content)
               ? CLAIM_CERTAIN
               : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct stuffed stuffed;
    uint8_t first = cursor_byte(message->bytes, 0);
    if (first != '(' && first != KNOWN_IDS)
        return message->bytes.left > TYPE_AT ? match_unmarked(message, length) : CLAIM_NO;
    if (message->complete && (message->datagram || message->any_transport)) {
        enum claim claim = match_packet(message->bytes, length);
        if (claim > CLAIM_NO)
            return claim;
    }
    struct cursor front = message->bytes;
    bool has_start = cursor_byte(front, 0) == '(';
    /* texts have a letter where the type stands; escapes before it only move it back */
    front.left = front.left < (size_t)TYPE_AT + has_start ? front.left : (size_t)TYPE_AT + has_start;
    if (front.left > 4 && cursor_is_text(front))
        return CLAIM_NO;
    enum claim claim = stuffed_match(&frame, message, &stuffed, length);
    if (claim < CLAIM_LIKELY)
        return claim == CLAIM_MORE && message->bytes.left <= LONGEST ? CLAIM_MORE : CLAIM_NO;
    if (cursor_byte(stuffed.content, TYPE_AT) >= TYPES_END)
        return CLAIM_NO;
    return claim == CLAIM_CERTAIN || is_status(stuffed.content) ? claim : CLAIM_NO;
}

/* The packet that a message holds, with its CRC. */
static struct cursor packet_of(const struct message *message, struct stuffed *stuffed)
{
    size_t length;
    struct message whole = *message;
    whole.complete = true;
    if (match_packet(message->bytes, &length) > CLAIM_NO ||
        stuffed_match(&frame, &whole, stuffed, &length) < CLAIM_LIKELY) {
        stuffed->raw = message->bytes;
        return message->bytes;
    }
    return stuffed->all;
}

static void read_place(struct cursor content, struct reading *reading)
{
    struct cursor date, lat, lon;
    struct fix fix = { .valid = true };
    if (!cursor_take(&content, 4, &date) || !cursor_take(&content, 4, &lat) ||
        !cursor_take(&content, 4, &lon))
        return;
    fix.has_time = unpack_time(date, &fix.time);
    fix.lat = degrees_of(lat);
    fix.lon = degrees_of(lon);
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read_status(struct cursor tags, struct reading *reading)
{
    struct cursor content;
    uint8_t number;
    if (!cursor_skip(&tags, TAGS_AT))
        return;
    while (take_tag(&tags, &number, &content)) {
        if (number == TAG_PLACE && content.left >= PLACE_LEAST)
            read_place(content, reading);
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct stuffed stuffed;
    struct cursor packet = packet_of(message, &stuffed), id, type, crc;
    reading_unescaped(reading, stuffed.raw, packet, &escape);
    if (!cursor_slice(packet, 0, 4, &id) || !cursor_slice(packet, TYPE_AT, 1, &type) ||
        packet.left < CONTENT_AT + CRC_SIZE)
        return;
    crc = cursor_part(packet, packet.left - CRC_SIZE, CRC_SIZE);
    packet.left -= CRC_SIZE;
    reading_mark_check(reading, crc, cursor_be_of(crc) == crc16_xmodem(packet), crc16_xmodem(packet));
    reading_device_number(reading, cursor_be_of(id), 1);
    reading_mark_number(reading, "device", id, cursor_be_of(id));
    reading->type = cursor_byte(type, 0) == ACK ? "reply" : "status";
    if (cursor_byte(type, 0) == STATUS)
        read_status(packet, reading);
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t memory[CONTENT_AT + 4];
    struct buffer content = buffer_on(memory, sizeof(memory));
    struct stuffed stuffed;
    struct cursor packet = packet_of(message, &stuffed), head, type;
    (void)asker;
    if (!cursor_slice(packet, 0, TYPE_AT, &head) || !cursor_slice(packet, TYPE_AT, 1, &type) ||
        cursor_byte(type, 0) == ACK)
        return;
    buffer_put_cursor(&content, head);
    buffer_put_u8(&content, ACK);
    buffer_put_cursor(&content, type);
    if (!message->datagram) {
        stuffed_put(&frame, buffer_cursor(&content), reply);
        return;
    }
    buffer_put_cursor(reply, buffer_cursor(&content));
    buffer_put_be(reply, CRC_SIZE, crc16_xmodem(buffer_cursor(&content)));
}

static const struct sample samples[] = {
    { .hex = "282faf383906000005ab056882824a80030d01130902002210146882824a0b22177004790fa0052d0078000000017cb"
             "029",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "800012345",
      SAMPLE_VALID,
      .answer = "282faf383906000005ab0005684129" },
    { .hex =
          "2faf383906000005ab056882824a80030d01130902002210146882824a87d70000908f1770052d007800000001940129",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "800012345",
      SAMPLE_SOUTH_WEST,
      .answer = "282faf383906000005ab0005684129" },
    { .hex = "282faf2768276906000005ab056882824a80030d01130902002210146882824a098a177091581770052d00780000000"
             "13a6b29",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "800008233",
      SAMPLE_NORTH_WEST,
      .answer = "282faf2768276906000005ab0005060b29" },
    { .hex = "282faf383906000005ab056882824a80030d01130902002210146882824a0b22177004790fa0052d0078000000016da"
             "129",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "800012345",
      SAMPLE_VALID,
      .answer = "282faf383906000005ab0005684129" },
    { .hex = "2faf383906000005ab056882824a80030d01130902002210146882824a0b22177004790fa0052d0078000000017cb0",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "800012345",
      SAMPLE_VALID,
      .answer = "2faf383906000005ab00056841" },
    { .hex = "282faf383906000005ab056882824a80020d01130902002201b429",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "800012345",
      .location = LOCATION_NONE,
      .answer = "282faf383906000005ab0005684129" },
    { .hex = "282faf383906000005ab020102030405060708f77229",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "800012345",
      .location = LOCATION_NONE,
      .answer = "282faf383906000005ab000218a629" },
    { .hex = "282faf383906000005ab0005684129",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "800012345",
      .location = LOCATION_NONE },
    { .hex = "2800bc614e0600000007056882824a800210146882824a87d70000908f177010100064000000000d0110b75629",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678",
      SAMPLE_SOUTH_WEST,
      .answer = "2800bc614e06000000070005a10629" },
    { .hex = "00bc614e0600000007056882824a800210146882824a87d70000908f177010100064000000000d0110b756",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345678",
      SAMPLE_SOUTH_WEST,
      .answer = "00bc614e06000000070005a106" },
    { 0 }
};

const struct protocol protocol_pst = {
    .name = "pst",
    .port = 5207,
    .transports = OVER_TCP | OVER_UDP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("("), HEAD("\x2f"), HEAD_ANY),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
