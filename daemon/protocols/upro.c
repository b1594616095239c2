/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upro: Upro and AutoTrack-like trackers of the makers HQ, MG, VK, AI. Text over TCP, no checksum; ends at the first '#', even
 * inside an item that holds raw bytes.
 *
 *   *<maker 2>20<wants an answer: 0|1><id>,<kind 2>[…][&<letter><data>]…#        answer *<maker>20Y<kind>#
 *   &A<hhmmss><ddmmmmmm><dddmmmmmm><flags><speed 2><course 2><ddmmyy>
 *   flags: bit 0 no fix, 1 north, 2 east. Minutes have four decimals, without a point. Zeros are no place.
 */
#include "protocol/text_protocol.h"

enum { FLAG_AT = 5 };

static void read_flags(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor flags;
    (void)form;
    if (!groups_named(found, "flags", &flags))
        return;
    if (!reading->has_coordinates || reading->lat == 0 || reading->lon == 0) {
        reading->location = LOCATION_NONE;
        reading->has_coordinates = reading->has_time = false;
        return;
    }
    unsigned bits = cursor_byte(flags, 0) - (unsigned)'0';
    bool is_valid = !(bits & 1);
    reading->location = is_valid ? LOCATION_VALID : LOCATION_INVALID;
    reading->lat = bits & 2 ? reading->lat : -reading->lat;
    reading->lon = bits & 4 ? reading->lon : -reading->lon;
    reading_mark_fix(reading, flags, is_valid);
}

static const struct text_protocol text = {
    .ends = "#",
    .longest = 2048,
    .is_binary = true,
    .weak_heads = true,
    .shape = { "\\*[A-Z]{2}20[01](?<id>\\d{6,17}),[A-Z]{2}" },
    .forms = {
        { "position",
          { "\\*..20[01](?<id>\\d+),(?<type>..).*?&A(?<hms>\\d{6})(?<latp>\\d{8})(?<lonp>\\d{9})(?<flags>\\d)\\d{4}"
            "(?<dmy>\\d{6})(?:&.*)?" } },
        { "status", { "\\*..20[01](?<id>\\d+),(?<type>..)[^&]*(?:&.*)?" } },
    },
    .refine = read_flags,
};

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct cursor bytes = message->bytes, maker, kind, skipped;
    uint8_t flag;
    (void)asker;
    if (!cursor_u8_at(bytes, FLAG_AT, &flag) || flag != '1' || !cursor_slice(bytes, 1, 2, &maker) ||
        !cursor_until(&bytes, ',', &skipped) || !cursor_take(&bytes, 2, &kind))
        return;
    buffer_put_u8(reply, '*');
    buffer_put_cursor(reply, maker);
    buffer_put_text(reply, "20Y");
    buffer_put_cursor(reply, kind);
    buffer_put_u8(reply, '#');
}

static const struct sample samples[] = {
    { .text = "*HQ200123456789012345,BA&A0809104730600001905400061204010226&B0000000000&F0000&N21&T08#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "*MG201123456789012345,AB&A0809103327000007039600010000010226&B0100000000&M990#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "=*MG20YAB#" },
    { .text = "*VK200123456789012345,AD1&B0000000000&A0809104042600007400600020000010226#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "*MG20113800138000,AH#",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "13800138000",
      .location = LOCATION_NONE,
      .answer = "=*MG20YAH#" },
    { .text = "*VK201123456789012345,AH&B0000000000&W00&M940&N30&T0268#",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=*VK20YAH#" },
    { .text = "*MG200123456789012,AB&A0000000000000000000000010000000000&B0000000000#",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_upro = {
    .name = "upro",
    .port = 5095,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("*")),
    .text = &text,
    .answer = answer,
    .samples = samples,
};
