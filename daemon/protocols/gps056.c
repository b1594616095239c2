/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gps056: GPS-056 trackers (India). A text head and binary data, big endian, TCP, no checksum.
 *
 *   24 24 | L, 2 decimal digits | type, 4 capitals and 3 more | imei 15 ASCII | data | 23        total = L + 5
 *   LOGN login   SYNC status
 *   GPSL dd mm yy hh mm ss | lat ddmm 2 | 1/10000 minute 2 | N or S | lon dddmm 2 | 1/10000 minute 2 | E or W | speed | course 2 |
 *        inputs | outputs | adc 2 | satellites | signal | index 2        always a fix
 *   answers: *LGSA<3 of the type><imei>1#   *GPSA<3><imei><index># (the two bytes as they are)   *SYSA<3><imei>#
 */
#include "base/nmea.h"
#include "protocol/protocol.h"

enum { AROUND = 5, TYPE_AT = 4, ID_AT = 11, ID = 15, DATA_AT = 26, INDEX_AT = 51, SHORTEST = DATA_AT + 1 };

/* The total length, or 0: the head is none, or not all there. */
static size_t told_by(struct cursor bytes)
{
    struct cursor digits;
    uint64_t number;
    return cursor_slice(bytes, 2, 2, &digits) && cursor_number(digits, &number) ? (size_t)number + AROUND : 0;
}

/* "$$", digits, capitals, an id; of what is cut off, what is there. */
static bool has_front(struct cursor bytes)
{
    for (size_t i = 0; i < bytes.left && i < DATA_AT; i++) {
        uint8_t byte = cursor_byte(bytes, i);
        bool is_digit = byte >= '0' && byte <= '9';
        if (i < 2             ? byte != '$'
            : i < TYPE_AT     ? !is_digit
            : i < TYPE_AT + 4 ? byte < 'A' || byte > 'Z'
                              : i >= ID_AT && !is_digit)
            return false;
    }
    return true;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    if (!has_front(bytes))
        return CLAIM_NO;
    *length = bytes.left;
    size_t told = told_by(bytes);
    if (bytes.left < DATA_AT || bytes.left < told)
        return !message->complete ? CLAIM_MORE : bytes.left >= DATA_AT ? CLAIM_LIKELY : CLAIM_NO;
    if (told < SHORTEST)
        return CLAIM_NO;
    *length = told;
    return cursor_byte(bytes, told - 1) == '#' ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

/* ddmm or dddmm, and ten-thousandths of the minute, and a letter */
static bool take_degrees(struct cursor *c, double *degrees)
{
    uint16_t front, behind;
    struct cursor letter;
    if (!cursor_be16(c, &front) || !cursor_be16(c, &behind) || !cursor_take(c, 1, &letter))
        return false;
    *degrees = nmea_degrees_of((uint64_t)front * 10000 + behind) * nmea_sign(letter);
    return true;
}

static void read_position(struct cursor bytes, struct reading *reading)
{
    struct cursor c = bytes, clock = bytes;
    struct fix fix = { .valid = true };
    if (!cursor_skip(&c, DATA_AT) || !cursor_take(&c, 6, &clock))
        return;
    struct cursor lat = cursor_part(c, 0, 5), lon = cursor_part(c, 5, 5), rest = clock;
    fix.has_time = reading_take_bytes_time(&rest, "dmyhis", &fix.time);
    if (!take_degrees(&c, &fix.lat) || !take_degrees(&c, &fix.lon))
        return;
    if (fix.has_time)
        reading_mark_time(reading, clock, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, id;
    if (!cursor_slice(bytes, TYPE_AT, 4, &type) || !cursor_slice(bytes, ID_AT, ID, &id))
        return;
    reading_device(reading, id);
    reading->type = cursor_is(type, "LOGN") ? "login" : cursor_is(type, "GPSL") ? "position" : "status";
    reading_mark(reading, "type", type);
    if (cursor_is(type, "GPSL"))
        read_position(bytes, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, type, head, index = { 0 };
    (void)asker;
    if (!cursor_slice(bytes, TYPE_AT, 4, &type) || !cursor_slice(bytes, TYPE_AT + 4, 3 + ID, &head))
        return;
    bool is_position = cursor_is(type, "GPSL");
    const char *word = cursor_is(type, "LOGN")   ? "*LGSA"
                       : is_position             ? "*GPSA"
                       : cursor_is(type, "SYNC") ? "*SYSA"
                                                 : NULL;
    if (!word || (is_position && !cursor_slice(bytes, INDEX_AT, 2, &index)))
        return;
    buffer_put_text(reply, word);
    buffer_put_cursor(reply, head);
    if (cursor_is(type, "LOGN"))
        buffer_put_text(reply, "1");
    buffer_put_cursor(reply, index);
    buffer_put_text(reply, "#");
}

static const struct sample samples[] = {
    { .hex = "242432324c4f474e5f303231323334353637383930313233343523",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "2a4c4753415f30323132333435363738393031323334353123" },
    { .hex = "242434394750534c5f303231323334353637383930313233343501021a08090a127a17704e07710fa0450c002dff000"
             "0010914230523",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "2a475053415f3032313233343536373839303132333435230523" },
    { .hex = "242434394750534c5f303231323334353637383930313233343501021a08090a0cff0000531b7f1770570c002dff000"
             "0010914230523",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST,
      .answer = "2a475053415f3032313233343536373839303132333435230523" },
    { .hex = "242434394750534c5f313131323334353637383930313233343501021a08090a0fca17704e1ce81770570c002dff000"
             "0010914230523",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "2a475053415f3131313233343536373839303132333435230523" },
    { .hex = "2424323853594e435f313131323334353637383930313233343500000000000023",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "2a535953415f313131323334353637383930313233343523" },
    { 0 }
};

const struct protocol protocol_gps056 = {
    .name = "gps056",
    .port = 5141,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("$$")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
