/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wli: Wireless Links trackers. Texts and numbers in a binary frame, big endian, TCP. No answers from Traccar.
 *
 *   02 | class | … | 03      db d2 is 02, db d3 is 03, db dd is db
 *   32 login: wli:<id>
 *   31 data: index 2 | L 2 | check 2 (nobody knows which) | type | 00 | field …      L counts from the type on
 *   field: number | 00 | text, or ff and a length of 2 bytes and as many bytes | 00
 *   52 position: reason | yyyy in two bytes, mm dd hh mm ss | lat 4 | lon 4 (1/600000 degree) | speed 2 | …; always with a fix
 */
#include "protocol/stuffed_frame.h"

enum {
    DATA = '1',
    LOGIN = '2',
    LENGTH_AT = 3,
    TYPE_AT = 7,
    FIELDS_AT = 9,
    HEARTBEAT = 0xe4,
    POSITION = 52,
    LOGIN_WORD = 4
};

static const struct escape escape = { .pairs = { ESCAPE("\xdb\xd2", "\x02"), ESCAPE("\xdb\xd3", "\x03"),
                                                 ESCAPE("\xdb\xdd", "\xdb") } };
static const struct stuffed_frame frame = { .start = "\x02",
                                            .end = "\x03",
                                            .start_size = 1,
                                            .end_size = 1,
                                            .escape = &escape,
                                            .shortest = 1 + LOGIN_WORD + 1 };

static bool take_field(struct cursor *c, uint8_t *number, struct cursor *value, bool *is_binary)
{
    struct cursor rest = *c, zero;
    uint8_t first;
    uint16_t size;
    if (!cursor_u8(&rest, number) || !cursor_take(&rest, 1, &zero) || cursor_byte(zero, 0) != 0)
        return false;
    *is_binary = cursor_u8_at(rest, 0, &first) && first == 0xff;
    if (*is_binary
            ? !cursor_skip(&rest, 1) || !cursor_be16(&rest, &size) || !cursor_take(&rest, size, value) ||
                  !cursor_take(&rest, 1, &zero) || cursor_byte(zero, 0) != 0
            : !cursor_until(&rest, 0, value) || !cursor_is_text(*value))
        return false;
    *c = rest;
    return true;
}

/* How many fields there are; is_exact: they end where the content ends. */
static size_t count_fields(struct cursor content, bool *is_exact)
{
    struct cursor value;
    uint8_t number;
    bool is_binary;
    size_t count = 0;
    if (!cursor_skip(&content, FIELDS_AT))
        return 0;
    while (take_field(&content, &number, &value, &is_binary))
        count++;
    *is_exact = content.left == 0;
    return count;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct stuffed stuffed;
    struct cursor word;
    uint16_t told;
    bool is_exact = false;
    enum claim claim = stuffed_match(&frame, message, &stuffed, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    if (cursor_byte(stuffed.content, 0) == LOGIN)
        return cursor_slice(stuffed.content, 1, LOGIN_WORD, &word) && cursor_is(word, "wli:") &&
                       cursor_is_text(stuffed.content)
                   ? CLAIM_CERTAIN
                   : CLAIM_NO;
    if (!cursor_be16_at(stuffed.content, LENGTH_AT, &told))
        return CLAIM_NO;
    size_t count = count_fields(stuffed.content, &is_exact);
    if (!stuffed.is_whole)
        return count > 1 ? CLAIM_POSSIBLE : CLAIM_NO;
    bool is_told = told + (size_t)TYPE_AT == stuffed.content.left;
    if (is_exact && count > 0)
        return is_told && count > 1 ? CLAIM_CERTAIN : CLAIM_LIKELY;
    return is_told || count > 2 ? CLAIM_LIKELY : CLAIM_NO;
}

static void read_position(struct cursor c, struct reading *reading)
{
    struct cursor date, lat, lon;
    struct fix fix = { .valid = true };
    if (!cursor_skip(&c, 1) || !cursor_take(&c, 7, &date) || !cursor_take(&c, 4, &lat) ||
        !cursor_take(&c, 4, &lon))
        return;
    struct calendar when = { cursor_byte(date, 0) * 100u + cursor_byte(date, 1),
                             cursor_byte(date, 2),
                             cursor_byte(date, 3),
                             cursor_byte(date, 4),
                             cursor_byte(date, 5),
                             cursor_byte(date, 6) };
    fix.has_time = calendar_to_unix(&when, &fix.time);
    fix.lat = (double)signed_of(cursor_be_of(lat), 32) / 600000;
    fix.lon = (double)signed_of(cursor_be_of(lon), 32) / 600000;
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read_data(struct cursor content, struct reading *reading)
{
    struct cursor value;
    uint8_t number;
    bool is_binary;
    reading->type =
        content.left > TYPE_AT && cursor_byte(content, TYPE_AT) == HEARTBEAT ? "heartbeat" : "status";
    if (!cursor_skip(&content, FIELDS_AT))
        return;
    while (take_field(&content, &number, &value, &is_binary)) {
        if (is_binary && number == POSITION)
            read_position(value, reading);
    }
    if (reading->location >= LOCATION_INVALID)
        reading->type = "position";
}

static void read(const struct message *message, struct reading *reading)
{
    struct stuffed stuffed;
    reading_no_location(reading);
    if (!stuffed_open(&frame, message, reading, &stuffed))
        return;
    if (cursor_byte(stuffed.content, 0) != LOGIN) {
        read_data(stuffed.content, reading);
        return;
    }
    reading->type = "login";
    if (cursor_skip(&stuffed.content, 1 + LOGIN_WORD))
        reading_device(reading, stuffed.content);
}

static const struct sample samples[] = {
    { .text = "\x02"
              "2wli:123456789012345\x03",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "0231001f002d31c7e400010032353000dbd30032362f30322f303100040030383a30393a313000f600332c382c31333"
             "8372c3336320003",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .location = LOCATION_NONE },
    { .hex = "0231001f003731c7cb000100323530003400ff001c01141adbd20108090a01b2f79000aec630000c01c20000dbd3e80"
             "00004b000ff00313736393933333335300003",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "0231001f003331c71e003400ff001c01141adbd20108090afecdc190fd7916a0000c01c20000dbd3e8000004b000f60"
             "0332c382c313338372c3336320003",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_SOUTH_WEST },
    { .hex = "0231001f002a31c7fe000100323530003400ff001c01141adbd20108090a0174b610fd5a6b10000c01c20000dbd3e80"
             "00004b00003",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_wli = {
    .name = "wli",
    .port = 5209,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\x02\x31"), HEAD("\x02\x32")),
    .match = match,
    .read = read,
    .samples = samples,
};
