/* SPDX-License-Identifier: Apache-2.0 */
/*
 * niot: NIOT vehicle trackers and speed limiters. Binary, big endian, TCP.
 *
 *   58 58 | type | L 2 | id 8 BCD | content … | XOR | 0d      total = L + 5; XOR of everything before it
 *   80 position: yymmddhhmmss BCD | lat 4 | lon 4 (highest bit: south, west; then 1/1800000 degree) | 2 | course 2 BCD |
 *      status (bit 7 fix) | odometer 4 | … | extensions: length 2, type 2, data
 *   The server's answer is a frame of type 21 with L = 5, without an id.
 */
#include "base/bcd.h"
#include "protocol/cr_frame.h"

enum { POSITION = 0x80 };
enum { ID_SIZE = 8, CONTENT_AT = 13 };

static bool has_date(struct cursor bytes)
{
    return bytes.left > CR_FRAME_TYPE_AT && cursor_byte(bytes, CR_FRAME_TYPE_AT) == POSITION &&
           cursor_skip(&bytes, CONTENT_AT) && cr_frame_has_date(bytes);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor id;
    enum claim claim = binary_match(&cr_frame, message, length);
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    if (!cursor_slice(message->bytes, CR_FRAME_ID_AT, ID_SIZE, &id) || !bcd_ok(id))
        return CLAIM_NO;
    /* pt215 has the same head and an id almost there */
    return claim == CLAIM_LIKELY || has_date(message->bytes) ? CLAIM_LIKELY : CLAIM_NO;
}

/* Sign and amount. */
static bool degrees_of(struct cursor field, double *value)
{
    uint64_t raw = cursor_be_of(field);
    double degrees = (double)(raw & 0x7fffffff) / 1800000;
    *value = raw & 0x80000000 ? -degrees : degrees;
    return true;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, type, id, content = bytes;
    binary_mark(&cr_frame, reading);
    if (!cursor_slice(bytes, CR_FRAME_TYPE_AT, 1, &type))
        return;
    reading->type = cursor_byte(type, 0) == POSITION ? "position" : "status";
    reading_mark_value(reading, "type", type, "%s", reading->type);
    if (bytes.left >= CONTENT_AT + CR_FRAME_TAIL && cursor_slice(bytes, CR_FRAME_ID_AT, ID_SIZE, &id))
        reading_device_bcd(reading, id, 1, 15);
    if (cursor_byte(type, 0) == POSITION && cursor_skip(&content, CONTENT_AT))
        cr_frame_read_position(content, degrees_of, reading);
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)asker;
    if (message->bytes.left > CR_FRAME_SHORTEST)
        cr_frame_answer(message->bytes, "\x58\x58", 0, reply);
}

static const struct sample samples[] = {
    { .hex = "585880003401234567890123452602010809100518e6b0020c529000000045f8000004d27ffc4d0b290085501a19"
             "000000000400024e55a50d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "5858210005a58000010d" },
    { .hex = "585880003401234567890123452602010809108396bb508794bc200000004578000004d27ffc4d0b290085501a19"
             "000000000400024e55d30d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "5858210005d38000770d" },
    { .hex = "58588000340123456789012345260201080910045e223087f0bed000000045f8000004d27ffc4d0b290085501a19"
             "000000000400024e55730d",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "5858210005738000d70d" },
    { .hex = "585880002901234567890123452602010809100518e6b0020c529000000000f8000000000000000000000000050d",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "5858210005058000a10d" },
    { .hex = "585883000b012345678901234501670d",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "5858210005678300c00d" },
    { 0 }
};

const struct protocol protocol_niot = {
    .name = "niot",
    .port = 5210,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x58\x58")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
