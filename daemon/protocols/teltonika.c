/* SPDX-License-Identifier: Apache-2.0 */
/*
 * teltonika: Teltonika FMB/FMC/FMM/TAT and kin. Binary, big endian, TCP and UDP.
 *
 *   login: 00 0f | 15 ASCII digits                                             answer 01
 *   data:  00 00 00 00 | length L 4 | codec | n | records | n | CRC 4          total = L + 12, CRC-16/ARC over L bytes
 *   UDP:   length 2 | packet id 2 | 01 | AVL id | 00 0f | 15 digits | codec | n | records | n     total = length + 2
 *   ff:    keep-alive over TCP, alone or in front of any other message
 *   record (codec 08, 8e, 10): time ms 8 | priority | lon 4 | lat 4 (1e-7) | altitude 2 | course 2 | satellites |
 *           speed 2 | event | IO groups. Codec 07 has a mask instead; 0c to 0f are replies to commands, of which
 *           type 0d announces a photo: 01 | id 4. It is asked for with 02 | id 4 | offset 4 | size 2.
 */

#include "base/checksum.h"
#include "protocol/protocol.h"

enum { CODEC_GH = 0x07, CODEC_8 = 0x08, CODEC_12 = 0x0c, CODEC_13 = 0x0d, CODEC_15 = 0x0f };
enum { CODEC_16 = 0x10, CODEC_8E = 0x8e };
enum { DATA_HEAD = 8, UDP_CODEC = 23, SHORTEST_DATA = 3, UNKNOWN_MAX = 2048 };

static bool has_positions(uint8_t codec)
{
    return codec == CODEC_GH || codec == CODEC_8 || codec == CODEC_16 || codec == CODEC_8E;
}

/* Replies to commands: codecs 12 to 15. */
static bool is_reply(uint8_t codec)
{
    return codec >= CODEC_12 && codec <= CODEC_15;
}

static bool is_known_codec(uint8_t codec)
{
    return has_positions(codec) || is_reply(codec);
}

static bool is_data(struct cursor bytes)
{
    return CURSOR_STARTS(bytes, "\0\0\0\0");
}

static enum claim match_data(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, checked;
    uint32_t told, crc;
    uint8_t codec, count, again;
    if (!cursor_be32_at(bytes, 4, &told) || !cursor_u8_at(bytes, 8, &codec) ||
        !cursor_u8_at(bytes, 9, &count))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    bool is_known = is_known_codec(codec);
    if (told > (is_known ? MESSAGE_MAX - 12 : UNKNOWN_MAX))
        return CLAIM_NO;
    *length = (size_t)told + 12;
    if (bytes.left < *length || told < SHORTEST_DATA) {
        if (!message->complete)
            return told < SHORTEST_DATA ? CLAIM_NO : CLAIM_MORE;
        *length = bytes.left;
        return is_known ? CLAIM_POSSIBLE : CLAIM_NO;
    }
    if (!cursor_slice(bytes, DATA_HEAD, told, &checked) ||
        !cursor_be32_at(bytes, DATA_HEAD + (size_t)told, &crc) || !cursor_u8_at(checked, told - 1, &again))
        return CLAIM_NO;
    /* the CRC proves a codec of tomorrow, too, but not zeros */
    if (!is_known && (codec == 0 || again != count))
        return CLAIM_NO;
    if (crc16_arc(checked) == crc)
        return CLAIM_CERTAIN;
    if (!is_known)
        return CLAIM_NO;
    return again == count && crc <= UINT16_MAX ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static enum claim match_login(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, digits;
    uint16_t told;
    if (!cursor_be16_at(bytes, 0, &told))
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (told < 10 || told > 20)
        return CLAIM_NO;
    if (!cursor_slice(bytes, 2, told, &digits)) {
        struct cursor part = cursor_part(bytes, 2, bytes.left - 2);
        if (cursor_count_digits(part) != part.left)
            return CLAIM_NO;
        *length = bytes.left;
        return !message->complete ? CLAIM_MORE : told == 15 && part.left > 0 ? CLAIM_POSSIBLE : CLAIM_NO;
    }
    if (cursor_count_digits(digits) != told)
        return CLAIM_NO;
    *length = (size_t)told + 2;
    return told == 15 ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

/* Nobody can take it for a login, which has digits where its packet type stands. */
static bool has_datagram_head(struct cursor bytes)
{
    struct cursor digits;
    uint16_t id_length;
    uint8_t type;
    return cursor_u8_at(bytes, 4, &type) && type == 1 && cursor_be16_at(bytes, 6, &id_length) &&
           id_length == 15 && cursor_slice(bytes, 8, 15, &digits) && cursor_count_digits(digits) == 15;
}

/* Over UDP an id stands before the records. Of pasted bytes nobody knows how they came. */
static bool is_datagram(const struct message *message)
{
    if (is_data(message->bytes))
        return false;
    return message->datagram || (message->any_transport && has_datagram_head(message->bytes));
}

static enum claim match_datagram(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    uint16_t told;
    uint8_t codec, count, again = 0;
    if (!has_datagram_head(bytes) || !cursor_be16_at(bytes, 0, &told) ||
        !cursor_u8_at(bytes, UDP_CODEC, &codec) || !cursor_u8_at(bytes, UDP_CODEC + 1, &count))
        return CLAIM_NO;
    *length = bytes.left;
    bool is_exact =
        bytes.left == (size_t)told + 2 && cursor_u8_at(bytes, bytes.left - 1, &again) && again == count;
    return is_exact ? CLAIM_CERTAIN : is_known_codec(codec) ? CLAIM_LIKELY : CLAIM_NO;
}

static enum claim match_stream(const struct message *message, size_t *length)
{
    if (message->bytes.left >= 2 && cursor_byte(message->bytes, 1) != 0)
        return match_login(message, length);
    return CURSOR_MAY_START(message->bytes, "\0\0\0\0") ? match_data(message, length) : CLAIM_NO;
}

/* One byte: it says something only with a message behind it, or nothing at all. */
static enum claim match_keep_alive(const struct message *message, size_t *length)
{
    struct message next = *message;
    size_t next_length;
    while (CURSOR_STARTS(next.bytes, "\xff") && cursor_skip(&next.bytes, 1))
        ;
    *length = 1;
    if (next.bytes.left == 0)
        return CLAIM_POSSIBLE;
    return match_stream(&next, &next_length);
}

static enum claim match(const struct message *message, size_t *length)
{
    if (CURSOR_STARTS(message->bytes, "\xff"))
        return message->datagram ? CLAIM_NO : match_keep_alive(message, length);
    if (is_datagram(message))
        return match_datagram(message, length);
    return match_stream(message, length);
}

/* count items of an id and a value; false when they run out of the message */
static bool skip_group(struct cursor *c, size_t id_size, size_t count_size, size_t value_size)
{
    uint64_t count, size;
    if (!cursor_be(c, count_size, &count))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        if (!cursor_skip(c, id_size))
            return false;
        if (value_size > 0) {
            if (!cursor_skip(c, value_size))
                return false;
        } else if (!cursor_be(c, 2, &size) || !cursor_skip(c, (size_t)size)) {
            return false;
        }
    }
    return true;
}

static bool skip_values(struct cursor *c, uint8_t codec)
{
    size_t id_size = codec == CODEC_8 ? 1 : 2, count_size = codec == CODEC_8E ? 2 : 1;
    uint64_t total;
    if (!cursor_skip(c, id_size) || (codec == CODEC_16 && !cursor_skip(c, 1)) ||
        !cursor_be(c, count_size, &total))
        return false;
    for (size_t value_size = 1; value_size <= 8; value_size *= 2) {
        if (!skip_group(c, id_size, count_size, value_size))
            return false;
    }
    return codec != CODEC_8E || skip_group(c, 2, 2, 0);
}

static bool read_record(struct cursor *c, uint8_t codec, struct reading *reading)
{
    struct cursor head = *c;
    uint64_t time;
    uint32_t lon, lat;
    uint8_t satellites;
    if (!cursor_be64(c, &time) || !cursor_skip(c, 1) || !cursor_be32(c, &lon) || !cursor_be32(c, &lat) ||
        !cursor_skip(c, 4) || !cursor_u8(c, &satellites) || !cursor_skip(c, 2))
        return false;
    struct fix fix = { .valid = satellites > 0,
                       .has_time = time < (uint64_t)1 << 44,
                       .time = (int64_t)(time / 1000) };
    fix.lon = signed32(lon) / 1e7;
    fix.lat = signed32(lat) / 1e7;
    if (fix.has_time)
        reading_mark_time(reading, cursor_part(head, 0, 8), fix.time);
    reading_mark_place(reading, cursor_part(head, 13, 4), fix.lat, cursor_part(head, 9, 4), fix.lon);
    reading_mark_fix(reading, cursor_part(head, 21, 1), fix.valid);
    reading_fix(reading, &fix);
    return skip_values(c, codec);
}

/* Codec 07: masks say which fields are there. */
static bool read_masked_record(struct cursor *c, struct reading *reading)
{
    static const unsigned char sizes[8] = { 8, 2, 1, 1, 1, 4, 1, 4 };
    struct cursor when = *c;
    uint32_t time;
    uint8_t mask, place;
    if (!cursor_be32(c, &time) || !cursor_u8(c, &mask))
        return false;
    if (mask & 1) {
        if (!cursor_u8(c, &place))
            return false;
        if (place & 1) {
            struct fix fix = { .valid = true, .has_time = true };
            struct cursor floats = *c;
            if (!cursor_be_f32(&floats, &fix.lat) || !cursor_be_f32(&floats, &fix.lon))
                return false;
            fix.time = (int64_t)(time & 0x3fffffff) + 1167609600; /* seconds since 2007 */
            reading_mark_time(reading, cursor_part(when, 0, 4), fix.time);
            reading_mark_place(reading, cursor_part(*c, 0, 4), fix.lat, cursor_part(*c, 4, 4), fix.lon);
            reading_fix(reading, &fix);
        }
        for (unsigned bit = 0; bit < 8; bit++) {
            if (place >> bit & 1 && !cursor_skip(c, sizes[bit]))
                return false;
        }
    }
    for (unsigned bit = 1; bit <= 3; bit++) {
        if (mask >> bit & 1 && !skip_group(c, 1, 1, (size_t)1 << (bit - 1)))
            return false;
    }
    return true;
}

static void read_records(struct cursor c, uint8_t codec, struct reading *reading)
{
    uint8_t count;
    if (!has_positions(codec)) {
        reading->type = is_reply(codec) ? "reply" : "status";
        reading_no_location(reading);
        return;
    }
    reading->type = "position";
    if (!cursor_u8(&c, &count))
        return;
    for (unsigned i = 0; i < count; i++) {
        if (codec == CODEC_GH ? !read_masked_record(&c, reading) : !read_record(&c, codec, reading))
            return;
    }
    reading_no_location(reading);
}

static void mark_crc(struct cursor bytes, struct reading *reading)
{
    struct cursor checked, field;
    uint32_t told, crc;
    if (cursor_be32_at(bytes, 4, &told) && cursor_slice(bytes, DATA_HEAD, told, &checked) &&
        cursor_slice(bytes, DATA_HEAD + (size_t)told, 4, &field) && cursor_be32_at(field, 0, &crc))
        reading_mark_check(reading, field, crc16_arc(checked) == crc, crc16_arc(checked));
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, rest = bytes;
    uint8_t codec;
    if (cursor_byte(bytes, 0) == 0xff) {
        reading->type = "heartbeat";
        reading_no_location(reading);
    } else if (is_data(bytes)) {
        if (cursor_skip(&rest, DATA_HEAD) && cursor_u8(&rest, &codec)) {
            reading_mark_value(reading, "codec", cursor_part(bytes, DATA_HEAD, 1), "%x", codec);
            read_records(rest, codec, reading);
            mark_crc(bytes, reading);
        }
    } else if (is_datagram(message)) {
        struct cursor id;
        if (!cursor_slice(bytes, 8, 15, &id) || !cursor_skip(&rest, UDP_CODEC) || !cursor_u8(&rest, &codec))
            return;
        reading_device(reading, id);
        read_records(rest, codec, reading);
    } else {
        reading->type = "login";
        if (cursor_skip(&rest, 2))
            reading_device(reading, rest);
        reading_no_location(reading);
    }
}

/* A photo waits: its first two kilobytes are asked for. */
static void put_photo_request(struct cursor bytes, struct buffer *reply)
{
    enum { COMMAND = 10, PAYLOAD = 15, CAMERA = 0x0d, ANNOUNCED = 1, REQUEST = 0x13 };
    uint8_t command, kind;
    struct cursor photo;
    if (!cursor_u8_at(bytes, COMMAND, &command) || command != CAMERA ||
        !cursor_u8_at(bytes, PAYLOAD, &kind) || kind != ANNOUNCED ||
        !cursor_slice(bytes, PAYLOAD + 1, 4, &photo))
        return;
    buffer_put_be(reply, DATA_HEAD, REQUEST);
    size_t start = reply->length;
    buffer_put(reply, "\x0c\1\x0d\0\0\0\x0b\2", 8);
    buffer_put_cursor(reply, photo);
    buffer_put(reply, "\0\0\0\0\x08\0\1", 7);
    if (!reply->full)
        buffer_put_be(reply, 4, crc16_arc(cursor_of(reply->bytes + start, reply->length - start)));
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes;
    uint8_t codec, count, packet;
    (void)asker;
    if (cursor_byte(bytes, 0) == 0xff)
        return;
    if (is_data(bytes)) {
        if (!cursor_u8_at(bytes, 8, &codec) || !cursor_u8_at(bytes, 9, &count))
            return;
        if (codec == CODEC_12)
            put_photo_request(bytes, reply);
        else if (codec != CODEC_13)
            buffer_put_be(reply, 4, count);
    } else if (is_datagram(message)) {
        if (cursor_u8_at(bytes, 5, &packet) && cursor_u8_at(bytes, UDP_CODEC + 1, &count)) {
            buffer_put(reply, "\0\5\0\0\1", 5);
            buffer_put_u8(reply, packet);
            buffer_put_u8(reply, count);
        }
    } else {
        buffer_put_u8(reply, 1);
    }
}

static const struct sample samples[] = {
    { .hex = "000f313233343536373839303132333435",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "01" },
    { .hex = "000000000000002308010000019c183fa470010b60e7201c517360006e002d090025000101ef01000000010000743f",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "00000001" },
    { .hex = "000000000000004308020000019c183fa47001d5e223c0ec0fef60006e002d000025000101ef010000000000019c183"
             "fa47001d5e223c0ec0fef60006e002d000025000101ef010000000200009b30",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID,
      .answer = "00000002" },
    { .hex = "00000000000000328e010000019c183fa470010b60e7201c517360006e002d09002500000001000100ef01000000000"
             "0000001019000026869010000ce28",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID,
      .answer = "00000001" },
    { .hex = "000000000000000f0c01060000000776657273696f6e010000025e",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .location = LOCATION_NONE },
    { .hex = "0038cafe0107000f31323334353637383930313233343508010000019c183fa470010b60e7201c517360006e002d090"
             "025000101ef0100000001",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "00050000010701" },
    { .hex = "000000000000002308010000019c183fa47001d3e2f8601843da60006e002d090025000101ef01000000010000e7ec",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST,
      .answer = "00000001" },
    { .hex = "ff", .claim = CLAIM_POSSIBLE, .type = "heartbeat", .location = LOCATION_NONE },
    { .hex = "000000000000000d0c010d0000000501697f0a260100000d3d",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .location = LOCATION_NONE,
      .answer = "00000000000000130c010d0000000b02697f0a26000000000800010000646b" },
    { .hex = "00000000000000170e01060000000f012345678901234576657273696f6e010000c6bb",
      .claim = CLAIM_CERTAIN,
      .type = "reply",
      .location = LOCATION_NONE,
      .answer = "00000001" },
    { .hex = "0000000000000008140168656c6c6f010000a265",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE,
      .answer = "00000001" },
    { 0 }
};

/* To a login alone: what it says to records begins with zeros, too, and a capture may have it in pieces. */
static enum reception reception(struct cursor said, const char *asked)
{
    if (strcmp(asked, "login") != 0 || said.left != 1 || cursor_byte(said, 0) > 1)
        return RECEPTION_UNTOLD;
    return cursor_byte(said, 0) == 1 ? RECEPTION_KNOWN : RECEPTION_UNKNOWN;
}

const struct protocol protocol_teltonika = {
    .name = "teltonika",
    .port = 5027,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("\0"), HEAD("\1"), HEAD("\2"), HEAD("\3"), HEAD("\4"), HEAD("\5"), HEAD("\xff")),
    .kin = KIN("nvs"),
    .match = match,
    .read = read,
    .answer = answer,
    .reception = reception,
    .samples = samples,
};
