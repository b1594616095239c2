/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flexcomm: FlexComm units. Text over TCP: 110 characters in fixed columns, no separators, no end; all is answered {01}.
 *
 *   7E | status 2 | imei 15 | yyyymmddhhmmss | fix 0 or 1 | lat 9 | lon 10 | altitude 4 | speed 3 | course 3 | satellites 2, 2 | rssi 2 |
 *   mcc 3 | mnc 3 | lac 6, hex | cell 6, hex | inputs 3, outputs 2 of 0 and 1 | fuel 3 | temperature 4 | battery 3 | power 3 | check 5
 *   lat and lon: a digit for the sign (1: negative), then degrees with six decimals. The check is the CRC-16 (8005, reflected,
 *   init 0) of all before it as a decimal number.
 */
#include "base/checksum.h"
#include "protocol/text_protocol.h"

enum { WHOLE = 110, COVERED = 105, SHORTEST = 33 };

/* A digit for the sign, then millionths of a degree. */
static bool take_degrees(const struct groups *found, const char *name, struct cursor *field, double *degrees)
{
    uint64_t number;
    struct cursor digits;
    if (!groups_named(found, name, field))
        return false;
    digits = *field;
    if (!cursor_skip(&digits, 1) || !cursor_number(digits, &number))
        return false;
    *degrees = (cursor_byte(*field, 0) == '1' ? -1 : 1) * (double)number / 1e6;
    return true;
}

static void refine(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor lat, lon;
    struct fix fix;
    (void)form;
    if (reading_fix_of(found, &fix) || !take_degrees(found, "y", &lat, &fix.lat) ||
        !take_degrees(found, "x", &lon, &fix.lon))
        return;
    reading_fix(reading, &fix);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
}

static const struct text_protocol text = {
    .weak_heads = true,
    .forms = {
        { "position",
          { "7E\\d{2}(?<id>\\d{15})(?<ymdhms>\\d{14})(?<valid>[01])(?<y>\\d{9})(?<x>\\d{10})\\d{22}[0-9A-Fa-f]{12}[01]{5}"
            "\\d{18}" },
          .claim = CLAIM_LIKELY,
          .answer = "{{01}" },
    },
    .refine = refine,
};

extern const struct protocol protocol_flexcomm;

static enum claim match(const struct message *message, size_t *length)
{
    struct message one = *message;
    enum framed framed = frame_by_length(message->bytes, message->complete, WHOLE, WHOLE, length);
    if (framed == FRAMED_NO)
        return CLAIM_NO;
    if (framed != FRAMED) {
        bool may_be = pattern_may_fit(message->patterns, &text.forms[0].grammar, message->bytes, true);
        return !may_be                          ? CLAIM_NO
               : framed == FRAMED_MORE          ? CLAIM_MORE
               : message->bytes.left < SHORTEST ? CLAIM_NO
                                                : CLAIM_POSSIBLE;
    }
    one.bytes.left = WHOLE;
    one.complete = true;
    return text_match(&protocol_flexcomm, &one, length);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor covered, check;
    uint64_t told;
    text_read(&protocol_flexcomm, message, reading);
    if (!cursor_slice(message->bytes, 0, COVERED, &covered) ||
        !cursor_slice(message->bytes, COVERED, WHOLE - COVERED, &check) || !cursor_number(check, &told))
        return;
    uint16_t right = crc16_arc(covered);
    reading->proven = told == right;
    reading_mark_check(reading, check, told == right, right);
}

static const struct sample samples[] = { { .text = "7E2712345678901234520260201080910104751000000190900000120"
                                                   "01204509112221603004002C5002A210110075002109012734761",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "position",
                                           .device = "123456789012345",
                                           SAMPLE_VALID,
                                           .answer = "={01}" },
                                         { .text = "7E2712345678901234520260201080910013345000010706600000120"
                                                   "01204509112221603004002C5002A210110075002109012764586",
                                           .claim = CLAIM_CERTAIN,
                                           .type = "position",
                                           .device = "123456789012345",
                                           SAMPLE_INVALID,
                                           .answer = "={01}" },
                                         { .text = "7E2712345678901234520260201080910104071000010740100000120"
                                                   "01204509112221603004002C5002A210110075002109012700007",
                                           .claim = CLAIM_LIKELY,
                                           .type = "position",
                                           .device = "123456789012345",
                                           SAMPLE_NORTH_WEST,
                                           .answer = "={01}" },
                                         { 0 } };

const struct protocol protocol_flexcomm = {
    .name = "flexcomm",
    .port = 5142,
    .transports = OVER_TCP,
    .never = NEVER_NONE,
    .heads = HEADS(HEAD("7E")),
    .match = match,
    .read = read,
    .text = &text,
    .samples = samples,
};
