/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dingtek: Dingtek level and tilt sensors. Text over TCP: a binary packet in hexadecimal, no line end, no checksum, no answers.
 * What stands in the packet, in bytes:
 *
 *   80 | 00 | kind of device | type | length of all | … | imei 8, BCD, the first digit dropped | 81
 *       type 01, 02, 04 report: … height 2 | fix | lon 4 | lat 4 (floats) …      with a GPS receiver: 38 bytes and more
 *       others: parameters
 */
#include "base/hex.h"
#include "protocol/protocol.h"

enum { TYPE_AT = 6, LENGTH_AT = 8, SHORTEST = 15, WITH_PLACE = 38, ID_DIGITS = 16, END = 2, FIX_AT = 7 };

static bool is_report(struct cursor text)
{
    struct cursor type;
    return cursor_slice(text, TYPE_AT, 2, &type) && cursor_is_one_of(type, "01 02 04");
}

/* The digits of the IMEI, behind one more. */
static bool id_in(struct cursor text, struct cursor *id)
{
    return text.left > ID_DIGITS + END && cursor_slice(text, text.left - ID_DIGITS - END, ID_DIGITS, id) &&
           cursor_count_digits(*id) == id->left && cursor_skip(id, 1);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, field, id;
    uint64_t told;
    if (!cursor_slice(bytes, LENGTH_AT, 2, &field))
        return !message->complete && cursor_count_hex(bytes) == bytes.left ? CLAIM_MORE : CLAIM_NO;
    if (!cursor_hex(field, &told) || told < SHORTEST)
        return CLAIM_NO;
    size_t whole = (size_t)told * 2;
    enum framed framed = frame_by_length(bytes, message->complete, whole, whole, length);
    struct cursor text = cursor_part(bytes, 0, *length);
    if (framed == FRAMED_NO || cursor_count_hex(text) != text.left)
        return CLAIM_NO;
    if (framed != FRAMED)
        return framed == FRAMED_MORE ? CLAIM_MORE : CLAIM_POSSIBLE;
    if (!CURSOR_ENDS(text, "81"))
        return CLAIM_NO;
    return is_report(text) && id_in(text, &id) ? CLAIM_CERTAIN : CLAIM_LIKELY;
}

/* Where bytes of the packet stand in the text. */
static struct cursor digits_at(struct cursor text, size_t offset, size_t bytes)
{
    struct cursor field = { 0 };
    return cursor_slice(text, 2 * offset, 2 * bytes, &field) ? field : (struct cursor){ 0 };
}

static void take_place(struct cursor text, struct reading *reading)
{
    uint8_t memory[256], flag;
    size_t size, bad;
    struct fix fix = { 0 };
    if (!hex_read(text, memory, sizeof(memory), &size, &bad) || size < WITH_PLACE) {
        reading_no_fix(reading);
        return;
    }
    struct cursor packet = cursor_of(memory, size);
    if (!cursor_skip(&packet, FIX_AT) || !cursor_u8(&packet, &flag) || !cursor_be_f32(&packet, &fix.lon) ||
        !cursor_be_f32(&packet, &fix.lat))
        return;
    fix.valid = flag > 0;
    reading_fix(reading, &fix);
    reading_mark_fix(reading, digits_at(text, FIX_AT, 1), fix.valid);
    reading_mark_place(reading, digits_at(text, FIX_AT + 5, 4), fix.lat, digits_at(text, FIX_AT + 1, 4),
                       fix.lon);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor text = cursor_trim(message->bytes), id;
    reading->type = is_report(text) ? "report" : "parameters";
    reading_mark(reading, "type", digits_at(text, TYPE_AT / 2, 1));
    reading_mark(reading, "length", digits_at(text, LENGTH_AT / 2, 1));
    if (is_report(text)) {
        if (id_in(text, &id))
            reading_device(reading, id);
        take_place(text, reading);
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "800001011E0692001A00000000016E008027C40000112345678901234581",
      .claim = CLAIM_CERTAIN,
      .type = "report",
      .device = "123456789012345",
      .location = LOCATION_INVALID },
    { .text = "80000101260692014198b852423e0a3d1a000000000e10c28e00000027012345678901234581",
      .claim = CLAIM_CERTAIN,
      .type = "report",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09 },
    { .text = "8000010126069200c28d51ecc205cccd1a000000000e10c28e00000027012345678901234581",
      .claim = CLAIM_CERTAIN,
      .type = "report",
      .device = "123456789012345",
      .location = LOCATION_INVALID,
      .lat = -33.45,
      .lon = -70.66 },
    { .text = "8000010126069202c294051f4222d70a1a000000000e10c28e00000027012345678901234581",
      .claim = CLAIM_CERTAIN,
      .type = "report",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01 },
    { .text = "800002031405DC0A1E3C0100000000000000C881",
      .claim = CLAIM_LIKELY,
      .type = "parameters",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_dingtek = {
    .name = "dingtek",
    .port = 5208,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("8000")),
    .match = match,
    .read = read,
    .samples = samples,
};
