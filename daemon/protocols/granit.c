/* SPDX-License-Identifier: Apache-2.0 */
/*
 * granit: Granit Navigator. Binary behind a word, text checksum, little endian, TCP.
 *
 *   +RRCB~ | L 2 | id 2 | unix time 4 | record 20 | *hh\r\n      hh: XOR of everything before the '*'
 *   +DDAT~ | L 2 | id 2 | 04 | blocks n | pack 2 | n blocks | *hh\r\n      block: unix time 4 | 6 records | seconds between them 2
 *   record: flags (bit 7 fix, 5 east, 4 north: only with a fix) | … | lon degrees | lat degrees | lon minutes 2 | lat minutes 2
 *       (1/1000) | …      fe in front: there is none
 *   +IDNT: … *hh\r\n      replies in text, without id
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

enum {
    WORD_SIZE = 4,
    MARK_AT = 5,
    LENGTH_AT = 6,
    CONTENT_AT = 8,
    ID_AT = 8,
    CHECK_SIZE = 3, /* "*hh" */
    LONGEST = 4096,
    TEXT_MAX = 1024
};
enum {
    RECORD = 20,
    BLOCK_RECORDS = 6,
    BLOCK = 4 + BLOCK_RECORDS * RECORD + 2,
    ARCHIVE_FORMAT = 4,
    EMPTY = 0xfe
};
enum { FLAG_FIX = 0x80, FLAG_EAST = 0x20, FLAG_NORTH = 0x10 };

/* A '+' and four capitals, as far as they are there. */
static bool has_word(struct cursor bytes)
{
    for (size_t i = 1; i <= WORD_SIZE && i < bytes.left; i++) {
        if (cursor_byte(bytes, i) < 'A' || cursor_byte(bytes, i) > 'Z')
            return false;
    }
    return true;
}

/* Where the "*hh" of a text stands. */
static bool find_check(struct cursor text, size_t *at)
{
    struct cursor body = cursor_part(text, 0, text.left);
    while (body.left > 0 &&
           (cursor_byte(body, body.left - 1) == '\r' || cursor_byte(body, body.left - 1) == '\n'))
        body.left--;
    if (body.left < CHECK_SIZE)
        return false;
    *at = body.left - CHECK_SIZE;
    return cursor_byte(body, *at) == '*' && cursor_count_hex(cursor_part(body, *at + 1, 2)) == 2;
}

/* Is the check value at this offset right? */
static bool is_right(struct cursor bytes, size_t at)
{
    struct cursor digits;
    uint64_t told;
    return cursor_slice(bytes, at + 1, 2, &digits) && cursor_hex(digits, &told) &&
           told == sum_xor(cursor_part(bytes, 0, at));
}

static enum claim match_text(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    size_t at;
    enum framed framed = frame_by_bytes(bytes, message->complete, "\n", TEXT_MAX, length);
    bytes.left = framed == FRAMED_MORE || framed == FRAMED_NO ? bytes.left : *length;
    if (!cursor_is_text(bytes))
        return CLAIM_NO;
    if (framed == FRAMED_MORE || framed == FRAMED_NO)
        return claim_framed(framed);
    if (!find_check(bytes, &at))
        return CLAIM_NO;
    return is_right(bytes, at) ? CLAIM_CERTAIN : CURSOR_STARTS(bytes, "+IDNT:") ? CLAIM_LIKELY : CLAIM_NO;
}

/* Behind the "*hh" a line end may be missing. */
static bool take_line_end(const struct message *message, size_t total, size_t *length)
{
    struct cursor rest = message->bytes;
    if (!cursor_skip(&rest, total))
        return false;
    if (!message->complete && rest.left < 2 && CURSOR_MAY_START(rest, "\r\n"))
        return false;
    *length = total + (CURSOR_STARTS(rest, "\r\n") ? 2 : 0);
    return true;
}

static enum claim match_binary(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint16_t told;
    *length = bytes.left;
    bool is_known = CURSOR_STARTS(bytes, "+RRCB~") || CURSOR_STARTS(bytes, "+DDAT~");
    if (!cursor_le16_at(bytes, LENGTH_AT, &told))
        return !message->complete ? CLAIM_MORE : is_known ? CLAIM_POSSIBLE : CLAIM_NO;
    size_t at = CONTENT_AT + (size_t)told, total = at + CHECK_SIZE;
    if (total > LONGEST)
        return CLAIM_NO;
    if (!take_line_end(message, total, length))
        return !message->complete ? CLAIM_MORE : is_known ? CLAIM_POSSIBLE : CLAIM_NO;
    if (cursor_byte(bytes, at) == '*' && is_right(bytes, at))
        return CLAIM_CERTAIN;
    if (cursor_byte(bytes, at) == '*' && cursor_count_hex(cursor_part(bytes, at + 1, 2)) == 2)
        return CLAIM_LIKELY;
    return is_known ? CLAIM_POSSIBLE : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    if (!has_word(bytes))
        return CLAIM_NO;
    if (bytes.left <= MARK_AT)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    return cursor_byte(bytes, MARK_AT) == '~'   ? match_binary(message, length)
           : cursor_byte(bytes, MARK_AT) == ':' ? match_text(message, length)
                                                : CLAIM_NO;
}

/* `time_field` stands before the record, or before the first of its block. */
static void read_place(struct cursor record, struct cursor time_field, int64_t time, struct reading *reading)
{
    uint8_t flags, lon_degrees, lat_degrees;
    uint16_t lon_minutes, lat_minutes;
    struct cursor c = record;
    if (!cursor_u8(&c, &flags) || flags == EMPTY || !cursor_skip(&c, 1) || !cursor_u8(&c, &lon_degrees) ||
        !cursor_u8(&c, &lat_degrees) || !cursor_le16(&c, &lon_minutes) || !cursor_le16(&c, &lat_minutes))
        return;
    struct fix fix = { .valid = (flags & FLAG_FIX) != 0, .has_time = true, .time = time };
    fix.lat = lat_degrees + lat_minutes / 60000.0;
    fix.lon = lon_degrees + lon_minutes / 60000.0;
    if (fix.valid && !(flags & FLAG_NORTH))
        fix.lat = -fix.lat;
    if (fix.valid && !(flags & FLAG_EAST))
        fix.lon = -fix.lon;
    reading_mark_time(reading, time_field, time);
    reading_mark_fix(reading, cursor_part(record, 0, 1), fix.valid);
    reading_mark_value(reading, "place", cursor_part(record, 2, 6), "%.6f %.6f", fix.lat, fix.lon);
    reading_fix(reading, &fix);
}

static void read_current(struct cursor content, struct reading *reading)
{
    struct cursor time, record;
    if (cursor_take(&content, 4, &time) && cursor_take(&content, RECORD, &record))
        read_place(record, time, (int64_t)cursor_le_of(time), reading);
}

static void read_archive(struct cursor content, struct reading *reading)
{
    struct cursor block, time, record, seconds;
    uint8_t format;
    if (!cursor_u8(&content, &format) || format != ARCHIVE_FORMAT || !cursor_skip(&content, 3))
        return;
    while (cursor_take(&content, BLOCK, &block)) {
        if (!cursor_slice(block, BLOCK - 2, 2, &seconds) || !cursor_take(&block, 4, &time))
            return;
        for (int64_t i = 0; i < BLOCK_RECORDS && cursor_take(&block, RECORD, &record); i++)
            read_place(record, time, (int64_t)(cursor_le_of(time) + (uint64_t)i * cursor_le_of(seconds)),
                       reading);
    }
}

static void read_binary(struct cursor bytes, struct reading *reading)
{
    struct cursor id, content = bytes, check;
    uint16_t told;
    reading->type = "position";
    if (!cursor_le16_at(bytes, LENGTH_AT, &told) || !cursor_skip(&content, CONTENT_AT))
        return;
    reading_mark_number(reading, "length", cursor_part(bytes, LENGTH_AT, 2), told);
    if (cursor_slice(bytes, CONTENT_AT + (size_t)told + 1, 2, &check))
        reading_mark_check(reading, check, is_right(bytes, CONTENT_AT + (size_t)told),
                           sum_xor(cursor_part(bytes, 0, CONTENT_AT + (size_t)told)));
    content.left = content.left < told ? content.left : told;
    if (!cursor_take(&content, 2, &id))
        return;
    bool is_current = CURSOR_STARTS(bytes, "+RRCB");
    if (!is_current && !CURSOR_STARTS(bytes, "+DDAT")) {
        reading->type = "status";
        return;
    }
    reading_device_number(reading, cursor_le_of(id), 1);
    reading_mark_number(reading, "device", id, cursor_le_of(id));
    if (is_current)
        read_current(content, reading);
    else
        read_archive(content, reading);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes;
    size_t at;
    if (bytes.left > MARK_AT && cursor_byte(bytes, MARK_AT) == ':') {
        reading->type = "reply";
        if (find_check(bytes, &at))
            reading_mark_check(reading, cursor_part(bytes, at + 1, 2), is_right(bytes, at),
                               sum_xor(cursor_part(bytes, 0, at)));
    } else {
        read_binary(bytes, reading);
    }
    reading_no_location(reading);
}

static void put_answer(struct buffer *reply, const char *word, struct cursor first, struct cursor second)
{
    size_t start = reply->length;
    buffer_put_text(reply, word);
    buffer_put_le(reply, 2, first.left + second.left);
    buffer_put_cursor(reply, first);
    buffer_put_cursor(reply, second);
    if (!reply->full)
        buffer_printf(reply, "*%02X\r\n", sum_xor(cursor_of(reply->bytes + start, reply->length - start)));
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, id, what;
    (void)asker;
    if (!cursor_slice(bytes, ID_AT, 2, &id))
        return;
    if (CURSOR_STARTS(bytes, "+RRCB~") && cursor_slice(bytes, ID_AT + 2, 4, &what))
        put_answer(reply, "BB+UGRC~", what, id);
    else if (CURSOR_STARTS(bytes, "+DDAT~") && cursor_slice(bytes, ID_AT + 4, 2, &what))
        put_answer(reply, "BB+ARCF~", what, id);
}

static const struct sample samples[] = {
    { .hex = "2b525243427e1a003f29260a7f69b883132f181588770c2d000000000000000b00002a42440d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "10559",
      SAMPLE_VALID,
      .answer = "42422b554752437e0600260a7f693f292a37430d0a" },
    { .hex = "2b525243427e1a003f29260a7f6908834621b09a78690c2d000000000000000b00002a39460d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "10559",
      .location = LOCATION_INVALID,
      .lat = 33.45,
      .lon = 70.66,
      .time = "2026-02-01T08:09:10Z",
      .answer = "42422b554752437e0600260a7f693f292a37430d0a" },
    { .hex = "2b525243427e1a003f29260a7f6998834a28580268a60c2d000000000000000b00002a38340d0a",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "10559",
      SAMPLE_NORTH_WEST,
      .answer = "42422b554752437e0600260a7f693f292a37430d0a" },
    { .hex = "2b525243427e1a003f29260a7f6988834621b09a78690c2d000000000000000b00002a3146",
      .whole = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "10559",
      SAMPLE_SOUTH_WEST,
      .answer = "42422b554752437e0600260a7f693f292a37430d0a" },
    { .hex =
          "2b444441547e84003f290401d416120a7f69b883132f181588770c2d000000000000000b000098834a28580268a60c2d00"
          "0000000000000b0000fefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefe"
          "fefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefe14002a31370d0a",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "10559",
      SAMPLE_NORTH_WEST,
      .answer = "42422b415243467e0400d4163f292a39330d0a" },
    { .hex = "2b49444e543a204e6176696761746f722e30377820204669726d776172652076657273696f6e202031303234474c4e2"
             "02a32310d0a",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .location = LOCATION_NONE },
    { .hex = "2b49444e543a204e6176696761746f722e30377820204669726d776172652076657273696f6e202031303234474c4e2"
             "02a30300d0a",
      .claim = CLAIM_LIKELY,
      .type = "reply",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_granit = {
    .name = "granit",
    .port = 5113,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("+")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
