/* SPDX-License-Identifier: Apache-2.0 */
/*
 * riti: RITI Technology trackers. A binary frame with an NMEA sentence in it, TCP, no answers, no checksum known.
 *
 *   3b 28 | id 2, big endian | mode | command | power 2 | status 5 | idle 4 | distance 4 | trip 4 | $GPRMC,…*hh … (80)
 *   | length of the data 2, little endian | data | 3 bytes
 */
#include "protocol/text_protocol.h"

enum { SENTENCE_AT = 25, LENGTH_AT = 105, FRAME = 110, LONGEST = 1024 };

static void read_id(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor id;
    uint64_t number;
    (void)form;
    if (!cursor_slice(found->subject, 2, 2, &id) || !cursor_be_at(id, 0, 2, &number))
        return;
    reading_device_number(reading, number, 1);
    reading_mark_number(reading, "device", id, number);
}

static const struct text_protocol text = {
    .is_binary = true,
    .weak_heads = true,
    .forms = {
        { "position",
          { ".{25}\\$GPRMC,(?<hms>\\d{6})(?:\\.\\d*)?,(?<valid>[AV]),(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),"
            "(?<lon>\\d{5}\\.\\d+),"
            "(?<ew>[EW]),(?:\\d+\\.?\\d*)?,(?:\\d+\\.?\\d*)?,(?<dmy>\\d{6})[^*]*\\*.*" } },
        { "status", { ".{25}\\$GPRMC,.*" }, .claim = CLAIM_LIKELY },
    },
    .refine = read_id,
};

extern const struct protocol protocol_riti;

static enum claim match(const struct message *message, size_t *length)
{
    struct message frame = *message;
    struct cursor behind = message->bytes;
    uint64_t told;
    bool may_be = !cursor_skip(&behind, SENTENCE_AT) || CURSOR_MAY_START(behind, "$GPRMC,");
    if (!may_be)
        return CLAIM_NO;
    if (!cursor_le_at(message->bytes, LENGTH_AT, 2, &told)) {
        *length = message->bytes.left;
        bool has_sentence = message->bytes.left >= SENTENCE_AT + 7;
        return !message->complete ? CLAIM_MORE : has_sentence ? CLAIM_LIKELY : CLAIM_NO;
    }
    enum framed framed =
        frame_by_length(message->bytes, message->complete, FRAME + (size_t)told, LONGEST, length);
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    if (framed == FRAMED_CUT)
        return CLAIM_LIKELY;
    frame.bytes.left = *length;
    frame.complete = true;
    return text_match(&protocol_riti, &frame, length);
}

static const struct sample samples[] = {
    { .hex = "3b28303905633831400000008100000000f4010000d2040000244750524d432c3038303931302e3030302c412c34373"
             "3302e363030302c4e2c30313930352e343030302c452c312e32302c34352e30302c3031303232362c2c2c412a35340d"
             "0a0000000000000000000000040404",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345",
      SAMPLE_VALID },
    { .hex = "3b28303905633831400000008100000000f4010000d2040000244750524d432c3038303931302e3030302c562c33333"
             "2372e303030302c532c30373033392e363030302c572c302e30302c2c3031303232362c2c2c4e2a36450d0a00000000"
             "0000000000000000000002000102040404",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345",
      SAMPLE_INVALID },
    { .hex = "3b28303905633831400000008100000000f4010000d2040000244750524d432c3038303931302c412c343034322e363"
             "030302c4e2c30373430302e363030302c572c2c2c3031303232362c2c2c412a36340d0a000000000000000000000000"
             "000000000000000000000000040404",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "12345",
      SAMPLE_NORTH_WEST },
    { .hex = "3b28303905633831400000008100000000f4010000d2040000244750524d432c2c562c2c2c2c2c2c2c2c2c2c4e2a353"
             "30d0a000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
             "000000000000000000000000040404",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "12345",
      .location = LOCATION_NONE },

    { 0 }
};

const struct protocol protocol_riti = {
    .name = "riti",
    .port = 5071,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD(";(")),
    .match = match,
    .text = &text,
    .samples = samples,
};
