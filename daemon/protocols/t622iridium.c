/* SPDX-License-Identifier: Apache-2.0 */
/*
 * t622iridium: Meitrack T622 with an Iridium modem. Iridium SBD as the gateway delivers it, big endian, TCP. No answers.
 *
 *   01 | L 2 | 01 00 1c | reference 4 | id 15 digits (the modem's) | status | counters 2, 2 | session time 4 |
 *   02 | size 2 | payload      total = L + 3
 *   What stands in the payload is set in the server: nobody else can tell the place. Any other sender by Iridium without the
 *   element 03 (galileo has one) looks the same.
 */
#include "protocol/protocol.h"

enum {
    ELEMENT_AT = 3,
    ID_AT = 10,
    IMEI = 15,
    PAYLOAD_AT = 34,
    PAYLOAD_HEAD = 3,
    LENGTH_PLUS = 3,
    LONGEST = 2048
};

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, id, element = bytes;
    uint16_t told, size;
    uint8_t kind;
    if (!cursor_be16_at(bytes, 1, &told) || bytes.left < ELEMENT_AT + 3)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (!cursor_skip(&element, ELEMENT_AT) || !CURSOR_STARTS(element, "\1\0\x1c") ||
        told < PAYLOAD_AT + PAYLOAD_HEAD - LENGTH_PLUS)
        return CLAIM_NO;
    enum framed framed =
        frame_by_length(bytes, message->complete, (size_t)told + LENGTH_PLUS, LONGEST, length);
    if (framed == FRAMED_MORE || framed == FRAMED_NO)
        return claim_framed(framed);
    if (!cursor_slice(bytes, ID_AT, IMEI, &id) || cursor_count_digits(id) != IMEI ||
        (cursor_u8_at(bytes, PAYLOAD_AT, &kind) && kind != 2))
        return CLAIM_NO;
    bool is_filled = framed == FRAMED && cursor_be16_at(bytes, PAYLOAD_AT + 1, &size) &&
                     *length == PAYLOAD_AT + PAYLOAD_HEAD + (size_t)size;
    return is_filled ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, id, time, payload = bytes;
    uint16_t told;
    reading->type = "position";
    if (cursor_be16_at(bytes, 1, &told))
        reading_mark_number(reading, "length", cursor_part(bytes, 1, 2), told);
    if (cursor_slice(bytes, ID_AT, IMEI, &id))
        reading_device(reading, id);
    if (cursor_slice(bytes, 30, 4, &time))
        reading_mark_time(reading, time, (int64_t)cursor_be_of(time));
    if (cursor_skip(&payload, PAYLOAD_AT + PAYLOAD_HEAD))
        reading_mark_value(reading, "payload", payload, "%zu bytes, laid out as the server is told",
                           payload.left);
}

static const struct sample samples[] = { { .hex = "01003501001c1234567831323334353637383930313233343500001100"
                                                  "00697f0a2602001325031425364758697a8b9cadbecfe0f1021324",
                                           .claim = CLAIM_LIKELY,
                                           .type = "position",
                                           .device = "123456789012345",
                                           .location = LOCATION_UNKNOWN },
                                         { 0 } };

const struct protocol protocol_t622iridium = {
    .name = "t622iridium",
    .port = 5248,
    .transports = OVER_TCP,
    .never = NEVER_VALID | NEVER_INVALID | NEVER_NONE, /* the layout is known to the server alone */
    .heads = HEADS(HEAD("\1")),
    .match = match,
    .read = read,
    .samples = samples,
};
