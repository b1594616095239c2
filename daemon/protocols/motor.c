/* SPDX-License-Identifier: Apache-2.0 */
/*
 * motor: a motorbike tracker whose maker is not known. Text lines over TCP: a binary packet in hexadecimal, no answers, a
 * checksum that is not known. What stands in it, in bytes:
 *
 *   id 4, little endian | 7e 7e | status 2 | 7e 7e | command 3 | flags, the highest bit: a fix | lat dd mmmmmm | lon dddd mmmmmm |
 *   speed 2 | course 2 | yy mm dd hh mm ss | rssi | …          all decimals as BCD; no hemispheres: always north and east
 */
#include <stdio.h>

#include "protocol/text_protocol.h"

enum { ID_DIGITS = 8 };

/* The id is a number of four bytes, the lowest first. */
static void refine(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor low, part;
    uint64_t id = 0, byte;
    (void)form;
    if (!groups_named(found, "low", &low))
        return;
    for (size_t at = ID_DIGITS; at > 0; at -= 2) {
        if (!cursor_slice(low, at - 2, 2, &part) || !cursor_hex(part, &byte))
            return;
        id = id << 8 | byte;
    }
    snprintf(reading->device, sizeof(reading->device), "%08llx", (unsigned long long)id);
    reading_mark_value(reading, "device", low, "%s", reading->device);
}

static const struct text_protocol text = {
    .ends = "\n",
    .weak_heads = true,
    .shape = { "[0-9A-Fa-f]{8}7[Ee]7[Ee][0-9A-Fa-f]{4}7[Ee]7[Ee]" },
    .forms = {
        { "position",
          { "(?<low>[0-9A-Fa-f]{8})7[Ee]7[Ee][0-9A-Fa-f]{4}7[Ee]7[Ee][0-9A-Fa-f]{6}(?<valid>[0-9A-Fa-f])[0-9A-Fa-f]"
            "(?<latp>\\d{8})0(?<lonp>\\d{9})\\d{8}(?<ymdhms>\\d{12})(?:[0-9A-Fa-f]{2})*" },
          .valid = "89ABCDEFabcdef" },
    },
    .refine = refine,
};

static const struct sample samples[] = {
    { .text =
          "563412007E7E00007E7E020301804730600000190540000125045026020108091025132655351234567F12345F\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "00123456",
      SAMPLE_VALID },
    { .text = "a1b20000"
              "7e7e12007e7e0203010133270000007039600000000000"
              "2602010809101000\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0000b2a1",
      .location = LOCATION_INVALID,
      .lat = 33.45,
      .lon = 70.66,
      .time = "2026-02-01T08:09:10Z" },
    { 0 }
};

const struct protocol protocol_motor = {
    .name = "motor",
    .port = 5202,
    .transports = OVER_TCP,
    .never = NEVER_SOUTH_WEST | NEVER_NONE,
    .heads = HEADS(HEAD_DIGITS, HEAD("A"), HEAD("B"), HEAD("C"), HEAD("D"), HEAD("E"), HEAD("F"), HEAD("a"),
                   HEAD("b"), HEAD("c"), HEAD("d"), HEAD("e"), HEAD("f")),
    .text = &text,
    .samples = samples,
};
