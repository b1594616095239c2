/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mxt: Maxtrack MXT-100, 101, 120, 140, 151. Binary, little endian, TCP.
 *
 *   01 | kind of device | type | id 4 | content … | CRC 2 | 04      01, 04, 10, 11, 13 are sent as 10 and the byte + 20
 *   CRC-16/XMODEM of all between 01 and it
 *   31 position: protocol | mask | index 2 | date 4 (s, i 6 bits each, h 5, days since 2000 the rest) | lat 4 | lon 4 (1e-6 degree) |
 *       flags 4 | speed | input mask | groups that the mask tells …; Traccar takes it for a fix, always
 *   02 acknowledged, 03 refused; the server's answer: 01 | kind | 02 | id | CRC of the message | CRC | 04
 */
#include "protocol/stuffed_frame.h"

enum {
    POSITION = 0x31,
    ACK = 0x02,
    NACK = 0x03,
    TYPE_AT = 1,
    ID_AT = 2,
    MASK_AT = 7,
    DATE_AT = 10,
    LAT_AT = 14,
    LON_AT = 18
};
enum { GROUPS_AT = 28, GROUPS = 8, CRC_SIZE = 2, DAY = 86400 };

static const struct escape escape = { .mark = 0x10, .minus = 0x20, .escaped = "\x01\x04\x10\x11\x13" };
static const struct stuffed_frame frame = { .start = "\x01",
                                            .end = "\x04",
                                            .start_size = 1,
                                            .end_size = 1,
                                            .escape = &escape,
                                            .shortest = ID_AT + 4 + CRC_SIZE,
                                            .check = CHECK_CRC16_XMODEM,
                                            .check_size = CRC_SIZE,
                                            .check_le = true };

static bool open_position(struct cursor content, struct cursor *date, struct cursor *lat, struct cursor *lon,
                          struct fix *fix)
{
    if (!cursor_slice(content, DATE_AT, 4, date) || !cursor_slice(content, LAT_AT, 4, lat) ||
        !cursor_slice(content, LON_AT, 4, lon))
        return false;
    uint32_t packed = (uint32_t)cursor_le_of(*date), second = packed & 63, minute = packed >> 6 & 63,
             hour = packed >> 12 & 31;
    *fix = (struct fix){ .valid = true, .has_time = second < 60 && minute < 60 && hour < 24 };
    fix->time = EPOCH_2000 + (int64_t)(packed >> 17) * DAY + (int64_t)hour * 3600 + minute * 60 + second;
    fix->lat = (double)signed_of(cursor_le_of(*lat), 32) / 1e6;
    fix->lon = (double)signed_of(cursor_le_of(*lon), 32) / 1e6;
    return true;
}

/* A date and a place. */
static bool has_position(struct cursor content)
{
    struct cursor date, lat, lon;
    struct fix fix;
    return content.left > TYPE_AT && cursor_byte(content, TYPE_AT) == POSITION &&
           open_position(content, &date, &lat, &lon, &fix) && fix.has_time && calendar_is_recent(fix.time) &&
           fix_is_on_earth(&fix);
}

/* The same, and room for the groups. */
static bool is_plausible(struct cursor content)
{
    static const uint8_t sizes[GROUPS] = { 8, 8, 8, 4, 4, 4, 4, 4 };
    size_t least = GROUPS_AT + CRC_SIZE;
    if (content.left < GROUPS_AT || !has_position(content))
        return false;
    for (unsigned bit = 0; bit < GROUPS; bit++)
        least += cursor_byte(content, MASK_AT) >> bit & 1 ? sizes[bit] : 0;
    return content.left >= least;
}

static bool is_known(uint8_t type)
{
    return type == POSITION || type == ACK || type == NACK;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct stuffed stuffed;
    struct cursor bytes = message->bytes;
    enum claim claim = stuffed_match(&frame, message, &stuffed, length);
    /* 01 alone is many things: until the end is there, the type must tell */
    if (claim == CLAIM_MORE && bytes.left > 2 && cursor_byte(bytes, 1) != escape.mark &&
        !is_known(cursor_byte(bytes, 2)))
        return CLAIM_NO;
    if (claim == CLAIM_POSSIBLE)
        return has_position(stuffed.content) ? CLAIM_POSSIBLE : CLAIM_NO;
    if (claim < CLAIM_POSSIBLE)
        return claim;
    if (claim == CLAIM_CERTAIN)
        return is_known(cursor_byte(stuffed.content, TYPE_AT)) || stuffed.content.left >= GROUPS_AT
                   ? CLAIM_CERTAIN
                   : CLAIM_LIKELY;
    return is_plausible(stuffed.content) ? CLAIM_LIKELY : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    struct stuffed stuffed;
    struct cursor id, date, lat, lon;
    struct fix fix;
    if (!stuffed_open(&frame, message, reading, &stuffed) || !cursor_slice(stuffed.content, ID_AT, 4, &id))
        return;
    reading_device_number(reading, cursor_le_of(id), 1);
    reading_mark_number(reading, "device", id, cursor_le_of(id));
    uint8_t type = cursor_byte(stuffed.content, TYPE_AT);
    reading->type = type == POSITION ? "position" : type == ACK || type == NACK ? "reply" : "status";
    if (type == POSITION && open_position(stuffed.content, &date, &lat, &lon, &fix)) {
        if (fix.has_time)
            reading_mark_time(reading, date, fix.time);
        reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
        reading_fix(reading, &fix);
    }
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    uint8_t memory[16];
    struct buffer content = buffer_on(memory, sizeof(memory));
    struct reading unread;
    struct stuffed stuffed;
    struct cursor id, crc;
    (void)asker;
    reading_start(&unread, message->bytes, NULL);
    if (!stuffed_open(&frame, message, &unread, &stuffed) || !stuffed.is_whole ||
        !cursor_slice(stuffed.content, ID_AT, 4, &id) || cursor_byte(stuffed.content, TYPE_AT) != POSITION ||
        !cursor_slice(stuffed.all, stuffed.content.left, CRC_SIZE, &crc))
        return;
    buffer_put_u8(&content, cursor_byte(stuffed.content, 0));
    buffer_put_u8(&content, ACK);
    buffer_put_cursor(&content, id);
    buffer_put_cursor(&content, crc);
    stuffed_put(&frame, buffer_cursor(&content), reply);
}

static const struct sample samples[] = {
    { .hex = "01a63187d612000810214d004a82704af0f1d402504a231021218000003000090000000000000010331033103310331"
             "033103310331033db3804",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      SAMPLE_VALID,
      .answer = "01a60287d61200db388e0804" },
    { .hex = "01a63187d6120008004d004a82704af0971021fe60d0c9fb218000003000103310331033103310331033103310335c5"
             "f04",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "1234567",
      SAMPLE_SOUTH_WEST,
      .answer = "01a60287d612005c5fc09604" },
    { .hex =
          "01a63187d6120008004d004a82704a702f6d0270b296fb21800000300010331033103310331033103310331033f41404",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567",
      SAMPLE_NORTH_WEST,
      .answer = "01a60287d61200f414b8fb04" },
    { .hex = "01a60287d61200db388e0804",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "1234567",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_mxt = {
    .name = "mxt",
    .port = 5087,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\x01")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
