/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jmak: JMAK (Brazil). Text, JSON and binary over TCP; everything is answered with ACK.
 *
 *   ~<mask in hex>;<serial>;<imei>;<count>;<name>;<unix ms>;<lat>;<lon>;…[|<mask of the CAN bus>;…]$
 *     One field for each bit that is set: 0 serial, 1 imei, 2 count, 3 name, 4 time, 5 latitude, 6 longitude, …, 26 fix, …
 *   {"cnt":n,"s_num":"<serial>","imei":<imei>,"gps":[<lat>,<lon>],…}     acknowledged only: Traccar takes no place from it
 *   ^ | mask 8 | serial 11 | imei 8 (big endian) | … | $                 the same
 */
#include <stdio.h>

#include "base/checksum.h"
#include "base/frame.h"
#include "protocol/json_protocol.h"

enum { LONGEST = 4096, MASK_DIGITS = 16, IMEI_OFFSET = 20, IMEI_DIGITS = 15 };
enum { BIT_IMEI = 1, BIT_TIME = 4, BIT_LAT = 5, BIT_LON = 6, BIT_FIX = 26 };

static unsigned bits_below(uint64_t mask, unsigned bit)
{
    unsigned count = 0;
    for (unsigned i = 0; i < bit; i++)
        count += (mask >> i & 1) != 0;
    return count;
}

/* The mask of "~<mask>;"; the fields are left in rest. */
static bool take_mask(struct cursor *rest, uint64_t *mask)
{
    struct cursor digits;
    return CURSOR_STARTS(*rest, "~") && cursor_skip(rest, 1) && cursor_until(rest, ';', &digits) &&
           digits.left <= MASK_DIGITS && cursor_hex(digits, mask);
}

/* The field of a bit; false where the bit is not set or the field is not there. */
static bool field_of(struct cursor fields, uint64_t mask, unsigned bit, struct cursor *field)
{
    unsigned index = bits_below(mask, bit);
    if (!(mask >> bit & 1))
        return false;
    for (unsigned i = 0; i <= index; i++) {
        if (!cursor_field(&fields, ';', field))
            return false;
    }
    return true;
}

/* The fields of the device itself: without the end and the CAN bus. */
static struct cursor own_fields(struct cursor rest)
{
    struct cursor fields = rest;
    if (cursor_until(&rest, '|', &fields))
        return fields;
    if (CURSOR_ENDS(fields, "$"))
        fields.left--;
    return fields;
}

static enum claim match_text(const struct message *message, size_t *length)
{
    struct cursor head = message->bytes, rest, imei;
    uint64_t mask;
    size_t digits;
    if (!cursor_skip(&head, 1))
        return CLAIM_NO;
    digits = cursor_count_hex(head);
    if (digits > MASK_DIGITS || (digits < head.left && (digits == 0 || cursor_byte(head, digits) != ';')))
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(message->bytes, message->complete, "$", LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    rest = cursor_part(message->bytes, 0, *length);
    if (!cursor_is_text(rest) || !take_mask(&rest, &mask))
        return CLAIM_NO;
    struct cursor fields = own_fields(rest);
    unsigned count = 1;
    for (size_t i = 0; i < fields.left; i++)
        count += cursor_byte(fields, i) == ';';
    bool has_imei = field_of(fields, mask, BIT_IMEI, &imei) && cursor_count_digits(imei) == imei.left &&
                    imei.left == IMEI_DIGITS;
    if (framed == FRAMED && has_imei && count == bits_below(mask, 64))
        return CLAIM_CERTAIN;
    return has_imei || digits >= 8 ? CLAIM_LIKELY : CLAIM_NO;
}

static bool take_binary_imei(struct cursor bytes, uint64_t *imei, struct cursor *field)
{
    return cursor_be_at(bytes, IMEI_OFFSET, 8, imei) && cursor_slice(bytes, IMEI_OFFSET, 8, field);
}

static enum claim match_binary(const struct message *message, size_t *length)
{
    struct cursor field;
    uint64_t imei;
    char text[24];
    enum framed framed = frame_by_bytes(message->bytes, message->complete, "$", LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    if (!take_binary_imei(cursor_part(message->bytes, 0, *length), &imei, &field))
        return CLAIM_POSSIBLE;
    int digits = snprintf(text, sizeof(text), "%llu", (unsigned long long)imei);
    if (digits != IMEI_DIGITS)
        return CLAIM_POSSIBLE;
    return framed == FRAMED && luhn_ok(cursor_of_text(text)) ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static enum claim judge(struct cursor json)
{
    int64_t imei;
    if (!json_holds(json, "s_num") || !json_find_int64(json, "imei", &imei))
        return CLAIM_NO;
    return json_holds(json, "cnt") ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

static enum claim match(const struct message *message, size_t *length)
{
    if (CURSOR_STARTS(message->bytes, "{"))
        return json_match(message, length, "\"s_num\"", judge);
    return CURSOR_STARTS(message->bytes, "~") ? match_text(message, length) : match_binary(message, length);
}

static void read_place(struct cursor fields, uint64_t mask, struct reading *reading)
{
    struct cursor lat, lon, time, told;
    struct fix fix = { 0 };
    uint64_t number;
    if (!field_of(fields, mask, BIT_LAT, &lat) || !field_of(fields, mask, BIT_LON, &lon) ||
        !cursor_decimal(lat, &fix.lat) || !cursor_decimal(lon, &fix.lon))
        return;
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    if (field_of(fields, mask, BIT_TIME, &time) && cursor_number(time, &number) &&
        number / 1000 < INT32_MAX) {
        fix.has_time = true;
        fix.time = (int64_t)(number / 1000);
        reading_mark_time(reading, time, fix.time);
    }
    if (field_of(fields, mask, BIT_FIX, &told)) {
        fix.valid = cursor_number(told, &number) && number >= 1;
        reading_mark_fix(reading, told, fix.valid);
    }
    reading->type = "position";
    reading_fix(reading, &fix);
}

static void read_text(const struct message *message, struct reading *reading)
{
    struct cursor rest = message->bytes, imei;
    uint64_t mask;
    if (!take_mask(&rest, &mask))
        return;
    struct cursor fields = own_fields(rest);
    /* Traccar takes the second field, whatever the mask says */
    if (field_of(fields, 3, BIT_IMEI, &imei))
        reading_device(reading, imei);
    read_place(fields, mask, reading);
}

static void read_imei(struct reading *reading, uint64_t imei, struct cursor field)
{
    reading_device_number(reading, imei, 0);
    reading_mark_value(reading, "device", field, "%s", reading->device);
}

static void fill(struct cursor json, struct reading *reading)
{
    struct cursor field;
    int64_t imei;
    if (json_find_int64(json, "imei", &imei) && imei >= 0 && json_find(json, "imei", &field) != JSON_NOTHING)
        read_imei(reading, (uint64_t)imei, field);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor field;
    uint64_t imei;
    reading->type = "status";
    if (CURSOR_STARTS(message->bytes, "{"))
        fill(message->bytes, reading);
    else if (CURSOR_STARTS(message->bytes, "~"))
        read_text(message, reading);
    else if (take_binary_imei(message->bytes, &imei, &field))
        read_imei(reading, imei, field);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)message;
    (void)asker;
    buffer_put_text(reply, "ACK");
}

static const struct sample samples[] = {
    { .text = "~000000041FE3FFFF;111111-22222-3333333;123456789012345;17;NULL;1769933350520;47.51;19.09;110."
              "00;B;31.06;18;31;0.89;45.00;1;0;52.50;4.74;11750;3875;NET;4;1769933350534;1;9;0;0.00|"
              "00000000000041DF;180.00;211.00;7;50$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=ACK" },
    { .text = "~0000000004000077;111111-22222-3333333;123456789012345;18;1769933350000;-33.45;-70.66;0$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "=ACK" },
    { .text = "~4000077;111111-22222-3333333;123456789012345;19;1769933350000;40.71;-74.01;3$",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "=ACK" },
    { .text = "~0000000000200007;111111-22222-3333333;123456789012345;20;1$",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=ACK" },
    { .text = "{\"cnt\":21,\"s_num\":\"111111-22222-3333333\",\"ts\":1769933350000,\"gps\":[47.51,19.09],"
              "\"fix\":1,\"imei\":123456789012345}",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=ACK" },
    { .hex = "5e000000041fe3ffff0102030405060708090a0b00007048860ddf7900000016000000000000000024",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=ACK" },
    { 0 }
};

const struct protocol protocol_jmak = {
    .name = "jmak",
    .port = 5259,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("~"), HEAD("{"), HEAD("^\0\0\0")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
