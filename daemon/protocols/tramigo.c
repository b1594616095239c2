/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tramigo: Tramigo T22, T23, T24, M1 Move, TLD. Binary, TCP. Three forms; the length is that of the whole frame.
 *
 *   80 | version | index 2 | type 2 | L 2 | mask 2 | CRC 2 | id 4 big endian | time 4 | English sentence … EOF      little endian
 *       CRC-16/XMODEM of the sentence without its last four bytes. A sentence with "<lat>, <lon>" and "h:mm Mon d" is a place,
 *       always with a fix; its year is not told. Answered with gprs,ack,<index big endian>
 *   01 | version | index 2 | type 2 (0100, 00fe) | L 2 big endian | … | id 4 at 12 | at 24 lat 4 | lon 4 (1e-7 degree) | …, at 52 time 4
 *   04 | L 2 | CRC 2 | index 2 | id 4, 4 (8 and 7 digits) | time 4 | block: type, content …      little endian
 *       CRC-16/CCITT-FALSE of the frame with zeros for it. Block 0, the place: event 2 | data 4 | status 2 | lat 4 | lon 4
 *       (1e-5 degree) | …, at 35 time 4. Answered with a frame whose block is ff | index 2 | 0 2
 */
#include <stdio.h>

#include "protocol/binary_frame.h"

enum {
    SENTENCE = 0x80,
    MODERN = 0x04,
    TEXT_AT = 20,
    EOF_SIZE = 4,
    CRC_AT = 10,
    SENTENCE_ID_AT = 12,
    VERSIONS_END = 16
};
enum { MODERN_CRC_AT = 3, MODERN_ID_AT = 7, MODERN_TIME_AT = 15, BLOCKS_AT = 19, LONGEST = 2048 };
enum { PLACE = 0, PLACE_SIZE = 40, LANDMARK = 1, ZONE = 22, CONSOLE = 50, ACK = 255 };
enum {
    COMPACT_TYPE_AT = 4,
    COMPACT_SIZE = 56,
    COMPACT_ID_AT = 12,
    COMPACT_LAT_AT = 24,
    COMPACT_TIME_AT = 52
};

static const struct binary_frame sentence = { .length_at = 6,
                                              .length_size = 2,
                                              .length_le = true,
                                              .shortest = TEXT_AT + EOF_SIZE,
                                              .longest = LONGEST,
                                              .end = "EOF",
                                              .end_size = 3 };
static const struct binary_frame modern = {
    .length_at = 1, .length_size = 2, .length_le = true, .shortest = BLOCKS_AT, .longest = LONGEST
};
static const struct binary_frame compact = {
    .length_at = 6, .length_size = 2, .shortest = COMPACT_SIZE, .longest = LONGEST
};

static const struct pattern place_of = { ".*?(?<latd>-?\\d{1,2}\\.\\d+), (?<lond>-?\\d{1,3}\\.\\d+)" };
static const struct pattern time_of = { ".*?\\d{1,2}:\\d{2}(?::\\d{2})? [A-Z][a-z]{2} \\d{1,2}" };

static struct cursor text_of(struct cursor bytes)
{
    return cursor_skip(&bytes, TEXT_AT) ? bytes : (struct cursor){ 0 };
}

static uint16_t sentence_crc(struct cursor bytes)
{
    struct cursor text = text_of(bytes);
    text.left -= text.left < EOF_SIZE ? text.left : EOF_SIZE;
    return crc16_xmodem(text);
}

/* Nothing but what a sentence is made of, as far as it is there. */
static bool is_sentence(struct cursor text)
{
    for (size_t i = 0; i < text.left; i++) {
        if (cursor_byte(text, i) < ' ' && cursor_byte(text, i) != '\r' && cursor_byte(text, i) != '\n' &&
            cursor_byte(text, i) != '\t')
            return false;
    }
    return true;
}

static enum claim match_sentence(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint16_t crc;
    enum claim claim = binary_match(&sentence, message, length);
    if (bytes.left > 1 && cursor_byte(bytes, 1) >= VERSIONS_END)
        return CLAIM_NO;
    if (claim == CLAIM_LIKELY) {
        bytes.left = *length;
        return cursor_le16_at(bytes, CRC_AT, &crc) && crc == sentence_crc(bytes) ? CLAIM_CERTAIN
                                                                                 : CLAIM_LIKELY;
    }
    if (!is_sentence(text_of(bytes)))
        return CLAIM_NO;
    if (claim == CLAIM_POSSIBLE)
        return CURSOR_ENDS(bytes, "EOF")        ? CLAIM_LIKELY
               : text_of(bytes).left > EOF_SIZE ? CLAIM_POSSIBLE
                                                : CLAIM_NO;
    return claim;
}

/* Takes one block of a modern frame; false where it is none. */
static bool take_block(struct cursor *c, uint8_t *type, struct cursor *content)
{
    struct cursor rest = *c;
    uint16_t size;
    if (!cursor_u8(&rest, type))
        return false;
    switch (*type) {
    case PLACE:
        size = PLACE_SIZE;
        break;
    case LANDMARK:
    case CONSOLE:
        if (!cursor_le16(&rest, &size) || size < 3)
            return false;
        size = (uint16_t)(size - 3);
        break;
    case 4:
        size = 53;
        break;
    case 20:
        size = 32;
        break;
    case ZONE:
        if (!cursor_skip(&rest, 1) || !cursor_le16(&rest, &size))
            return false;
        break;
    case 30:
        size = 79;
        break;
    case 40:
        size = 40;
        break;
    case ACK:
        size = 4;
        break;
    default:
        return false;
    }
    if (!cursor_take(&rest, size, content))
        return false;
    *c = rest;
    return true;
}

static bool is_chain(struct cursor bytes)
{
    struct cursor content;
    uint8_t type;
    if (!cursor_skip(&bytes, BLOCKS_AT) || bytes.left == 0)
        return false;
    while (take_block(&bytes, &type, &content))
        ;
    return bytes.left == 0;
}

static uint16_t modern_crc(struct cursor bytes)
{
    uint8_t memory[LONGEST];
    struct buffer covered = buffer_on(memory, sizeof(memory));
    buffer_put_cursor(&covered, cursor_part(bytes, 0, MODERN_CRC_AT));
    buffer_put_be(&covered, 2, 0);
    buffer_put_cursor(&covered, cursor_part(bytes, MODERN_CRC_AT + 2, bytes.left - MODERN_CRC_AT - 2));
    return crc16_ccitt_false(buffer_cursor(&covered));
}

/* The 15 digits of an IMEI as two numbers. */
static bool take_imei(struct cursor bytes, uint64_t *front, uint64_t *back)
{
    return cursor_le_at(bytes, MODERN_ID_AT, 4, front) && cursor_le_at(bytes, MODERN_ID_AT + 4, 4, back) &&
           *front < 100000000 && *back < 10000000;
}

static enum claim match_modern(const struct message *message, size_t *length)
{
    uint64_t front, back, time;
    uint16_t crc;
    enum claim claim = binary_match(&modern, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    struct cursor bytes = cursor_part(message->bytes, 0, *length);
    if (claim == CLAIM_LIKELY && cursor_le16_at(bytes, MODERN_CRC_AT, &crc) && crc == modern_crc(bytes))
        return CLAIM_CERTAIN;
    bool is_sound = take_imei(bytes, &front, &back) && front >= 10000000 &&
                    cursor_le_at(bytes, MODERN_TIME_AT, 4, &time) && calendar_is_recent((int64_t)time);
    if (!is_sound || claim == CLAIM_POSSIBLE)
        return is_sound ? CLAIM_POSSIBLE : CLAIM_NO;
    return is_chain(bytes) ? CLAIM_LIKELY : CLAIM_NO;
}

/* The place of a compact frame. */
struct spot {
    struct cursor lat, lon, time;
    struct fix fix;
};
static bool open_spot(struct cursor bytes, struct spot *spot)
{
    if (!cursor_slice(bytes, COMPACT_LAT_AT, 4, &spot->lat) ||
        !cursor_slice(bytes, COMPACT_LAT_AT + 4, 4, &spot->lon) ||
        !cursor_slice(bytes, COMPACT_TIME_AT, 4, &spot->time))
        return false;
    spot->fix = (struct fix){ .valid = true, .has_time = true, .time = (int64_t)cursor_le_of(spot->time) };
    spot->fix.lat = (double)signed_of(cursor_le_of(spot->lat), 32) / 1e7;
    spot->fix.lon = (double)signed_of(cursor_le_of(spot->lon), 32) / 1e7;
    return true;
}

static enum claim match_compact(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct spot spot;
    uint16_t type;
    if (cursor_le16_at(bytes, COMPACT_TYPE_AT, &type) && type != 0x0100 && type != 0x00fe)
        return CLAIM_NO;
    enum claim claim = binary_match(&compact, message, length);
    if (claim != CLAIM_LIKELY)
        return claim == CLAIM_MORE ? CLAIM_MORE : CLAIM_NO;
    return open_spot(bytes, &spot) && fix_is_on_earth(&spot.fix) && calendar_is_recent(spot.fix.time)
               ? CLAIM_LIKELY
               : CLAIM_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    uint8_t head = cursor_byte(message->bytes, 0);
    return head == SENTENCE ? match_sentence(message, length)
           : head == MODERN ? match_modern(message, length)
                            : match_compact(message, length);
}

static void read_sentence(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, crc, text = text_of(bytes);
    struct groups found;
    struct fix fix;
    binary_mark(&sentence, reading);
    if (cursor_slice(bytes, CRC_AT, 2, &crc))
        reading_mark_check(reading, crc, cursor_le_of(crc) == sentence_crc(bytes), sentence_crc(bytes));
    if (cursor_slice(bytes, SENTENCE_ID_AT, 4, &id)) {
        reading_device_number(reading, cursor_be_of(id), 1);
        reading_mark_number(reading, "device", id, cursor_be_of(id));
    }
    bool is_ping = CURSOR_STARTS(text, "ping");
    reading->type = is_ping ? "heartbeat" : "text";
    bool is_dated = pattern_match(message->patterns, &time_of, text, NULL);
    if (is_dated && pattern_match(message->patterns, &place_of, text, &found) &&
        reading_fix_of(&found, &fix)) {
        fix.valid = true;
        reading_note_groups(reading, &found);
        reading_fix(reading, &fix);
        reading->type = "position";
    }
    reading->proven = CURSOR_ENDS(bytes, "EOF") && (is_ping || reading->location == LOCATION_VALID);
}

static void read_place(struct cursor block, struct reading *reading)
{
    struct cursor lat, lon, time;
    struct fix fix = { .valid = true, .has_time = true };
    if (!cursor_slice(block, 8, 4, &lat) || !cursor_slice(block, 12, 4, &lon) ||
        !cursor_slice(block, 35, 4, &time))
        return;
    fix.lat = (double)signed_of(cursor_le_of(lat), 32) / 1e5;
    fix.lon = (double)signed_of(cursor_le_of(lon), 32) / 1e5;
    fix.time = (int64_t)cursor_le_of(time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_time(reading, time, fix.time);
    reading_fix(reading, &fix);
}

static void read_modern(struct cursor bytes, struct reading *reading)
{
    struct cursor blocks = bytes, content, crc, id;
    uint64_t front, back;
    uint8_t type;
    reading->type = "status";
    binary_mark(&modern, reading);
    if (bytes.left <= BLOCKS_AT || !cursor_slice(bytes, MODERN_CRC_AT, 2, &crc) ||
        !cursor_skip(&blocks, BLOCKS_AT) || !cursor_slice(bytes, MODERN_ID_AT, 8, &id))
        return;
    reading_mark_check(reading, crc, cursor_le_of(crc) == modern_crc(bytes), modern_crc(bytes));
    if (take_imei(bytes, &front, &back)) {
        snprintf(reading->device, sizeof(reading->device), "%08llu%07llu", (unsigned long long)front,
                 (unsigned long long)back);
        reading_mark_value(reading, "device", id, "%s", reading->device);
    }
    if (blocks.left > 0 && cursor_byte(blocks, 0) == ACK)
        reading->type = "reply";
    while (take_block(&blocks, &type, &content)) {
        if (type == PLACE)
            read_place(content, reading);
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
}

static void read_compact(struct cursor bytes, struct reading *reading)
{
    struct spot spot;
    struct cursor id;
    binary_mark(&compact, reading);
    if (!open_spot(bytes, &spot) || !cursor_slice(bytes, COMPACT_ID_AT, 4, &id))
        return;
    reading->type = "position";
    reading_device_number(reading, cursor_le_of(id), 1);
    reading_mark_number(reading, "device", id, cursor_le_of(id));
    reading_mark_place(reading, spot.lat, spot.fix.lat, spot.lon, spot.fix.lon);
    reading_mark_time(reading, spot.time, spot.fix.time);
    reading_fix(reading, &spot.fix);
}

static void read(const struct message *message, struct reading *reading)
{
    uint8_t head = cursor_byte(message->bytes, 0);
    if (head == SENTENCE)
        read_sentence(message, reading);
    else if (head == MODERN)
        read_modern(message->bytes, reading);
    else
        read_compact(message->bytes, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, front;
    uint16_t index;
    size_t start = reply->length;
    (void)asker;
    if (cursor_byte(bytes, 0) == SENTENCE && cursor_be16_at(bytes, 2, &index))
        buffer_printf(reply, "gprs,ack,%u", (unsigned)index);
    if (cursor_byte(bytes, 0) != MODERN || bytes.left <= BLOCKS_AT || cursor_byte(bytes, BLOCKS_AT) == ACK ||
        !cursor_slice(bytes, MODERN_CRC_AT + 2, BLOCKS_AT - MODERN_CRC_AT - 2, &front))
        return;
    uint8_t memory[2 + BLOCKS_AT + 5];
    struct buffer frame = buffer_on(memory, sizeof(memory));
    buffer_put_u8(&frame, MODERN);
    buffer_put_le(&frame, 2, BLOCKS_AT + 5);
    buffer_put_le(&frame, 2, 0);
    buffer_put_cursor(&frame, front);
    buffer_put_u8(&frame, ACK);
    buffer_put_cursor(&frame, cursor_part(front, 0, 2));
    buffer_put_le(&frame, 2, 0);
    uint16_t crc = crc16_ccitt_false(buffer_cursor(&frame));
    buffer_put_cursor(reply, buffer_cursor(&frame));
    if (!reply->full) {
        reply->bytes[start + MODERN_CRC_AT] = (uint8_t)crc;
        reply->bytes[start + MODERN_CRC_AT + 1] = (uint8_t)(crc >> 8);
    }
}

static const struct sample samples[] = {
    { .hex = "8000883eb000710001010181030dc707260a7f695472616d69676f3a205061726b65642c20302e3131206b6d2053206"
             "f66204b6f7373757468207465722c2042756461706573742c2048552c2034372e35313030302c2031392e3039303030"
             "2c2030383a30392046656220312020454f46",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "51234567",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      .answer = "=gprs,ack,34878" },
    { .hex = "8000883eb00087000101c5f7030dc707260a7f69547275636b20373a204d6f76696e672c20302e32206b6d204e45206"
             "f6620506c617a612c2053616e746961676f2c20434c2c202d33332e34353030302c202d37302e36363030302c204e45"
             "2077697468207370656564203432206b6d2f682c2030383a30393a31302046656220312020454f46",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "51234567",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .answer = "=gprs,ack,34878" },
    { .hex =
          "8000883eb000610001015089030dc707260a7f695472616d69676f3a2053746f707065642c20617420436974792048616c"
          "6c2c204e592c2055532c2034302e37313030302c202d37342e30313030302c2030383a30392046656220312020454f46",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "51234567",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01,
      .answer = "=gprs,ack,34878" },
    { .hex = "8000883eb0001c0001010000030dc707260a7f6970696e6720454f46",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "51234567",
      .location = LOCATION_NONE,
      .answer = "=gprs,ack,34878" },
    { .hex = "8000883eb0003a000101f266030dc707260a7f695472616d69676f3a2042617474657279206c6f772c2030383a30392"
             "046656220312020454f46",
      .claim = CLAIM_CERTAIN,
      .type = "text",
      .device = "51234567",
      .location = LOCATION_NONE,
      .answer = "=gprs,ack,34878" },
    { .hex = "0444002c2d4d004e61bc0079848900260a7f69000500000000002000987e480008211d000c002d00090750010002000"
             "3002d00e8030000260a7f6900160004005a4f4e45",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "041800581b4d004e61bc0079848900260a7f69ff4d000000" },
    { .hex = "0443002a274d004e61bc0079848900260a7f69010700484f4d4500050000000000200098f5ccff702e94ff0c002d000"
             "907500100020003002d00e8030000260a7f6900",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "041800581b4d004e61bc0079848900260a7f69ff4d000000" },
    { .hex = "041800581b4d004e61bc0079848900260a7f69ff4d000000",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "01000300000100380101cdab07c70d03260a7f690100020060da431860f8e2d30505050505050505050505050505050"
             "505050505260a7f69",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "51234567",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_tramigo = {
    .name = "tramigo",
    .port = 5073,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\x80"), HEAD("\x04"), HEAD("\x01")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
