/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net: trackers of an unknown maker that send fixed columns. Text over TCP, no known checksum, no answers.
 *
 *   @L<3 digits><id 15><2 hex><ddmmyy><hhmmss><flags, 1 hex><ddmmffff><dddmmffff><status 8 hex><speed 4 hex><odometer 6 hex>
 *       <course 3 hex><alarm 3 hex>…!
 *   flags: 8 fix, 2 south, 1 west. Minutes have four decimals, without a point.
 */
#include "protocol/text_protocol.h"

static void read_flags(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor flags;
    uint64_t bits;
    (void)form;
    if (reading->location < LOCATION_INVALID || !groups_named(found, "flags", &flags) ||
        !cursor_hex(flags, &bits))
        return;
    reading->lat = bits & 2 ? -reading->lat : reading->lat;
    reading->lon = bits & 1 ? -reading->lon : reading->lon;
    reading_mark_fix(reading, flags, bits & 8);
    if (bits & 8)
        return;
    /* zeros without a fix are no place */
    reading->has_coordinates = reading->lat != 0 || reading->lon != 0;
    reading->location = LOCATION_INVALID;
}

static const struct text_protocol text = {
    .ends = "!",
    .forms = {
        { "position",
          { "@L\\d{3}(?<id>\\d{15})[0-9A-Fa-f]{2}(?<dmy>\\d{6})(?<hms>\\d{6})(?<flags>[0-9A-Fa-f])(?<latp>\\d{8})(?<lonp>\\d{9})"
            "[0-9A-Fa-f]{24}.*" },
          .always_valid = true },
        { "status", { "@L\\d{3}(?<id>\\d{15})[0-9A-Fa-f]{2}\\d{12}.*" }, .claim = CLAIM_LIKELY },
    },
    .refine = read_flags,
};

static const struct sample samples[] = {
    { .text = "@L036123456789012345120102260809108473060000190540000000000104E2000ABC02D0004000!",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "@L03612345678901234512010226080910333270000070396000000000000000000ABC0000004000!",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "@L03612345678901234512010226080910940426000074006000000000010000000ABC0000004000!",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "@L03612345678901234512010226080910!",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_net = {
    .name = "net",
    .port = 5215,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("@L")),
    .text = &text,
    .samples = samples,
};
